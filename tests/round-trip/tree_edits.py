# SPDX-License-Identifier: GPL-3.0-or-later
"""Edits as the command line takes them and, beside that, what each must do to a snapshot of the tree."""

import dataclasses
import hashlib
import os
import re
import stat

from round_trip import EDIT_TIME
from tree_snapshot import Entry


def digest_of(content):
    return hashlib.sha256(content).hexdigest()


def parent_of(path):
    return os.path.dirname(path) or b"/"


class Edits:
    """`steps` are for the command line, `apply` is the same on a snapshot. Paths are bytes, from "/"."""

    def __init__(self, image):
        self.image = image
        self.steps = []
        self.changes = []

    def address(self, path):
        # Colons and @ divide an address.
        return os.fsencode(self.image) + b":" + re.sub(rb"([\\:@])", rb"\\\1", path)

    def add(self, change, option, *values):
        self.steps += [option, os.fsdecode(b":".join(values))]
        self.changes.append(change)

    def apply(self, tree):
        edited = dict(tree)
        for change in self.changes:
            change(edited)
        return edited

    def chmod(self, mode, path):
        self.add(lambda tree: change_file(tree, path, mode=mode), "--chmod", b"%o" % mode, self.address(path))

    def chown(self, uid, gid, path):
        self.add(lambda tree: change_file(tree, path, uid=uid, gid=gid), "--chown", b"%d" % uid, b"%d" % gid,
                 self.address(path))

    def write(self, path, content):
        self.add(lambda tree: set_content(tree, path, content), "--write", self.address(path), content)

    def append_line(self, path, line, before):
        """`before`: the content so far; its last line is ended first."""
        content = before + (b"" if before.endswith(b"\n") or not before else b"\n") + line + b"\n"
        self.add(lambda tree: set_content(tree, path, content), "--append-line", self.address(path), line)

    def upload(self, host_path, path):
        """What comes in belongs to root; of its mode only counts whether it can be run."""
        status = os.stat(host_path)
        with open(host_path, "rb") as opened:
            content = opened.read()

        def change(tree):
            mode = 0o755 if status.st_mode & 0o111 else 0o644
            tree[path] = Entry(stat.S_IFREG, mode, 0, 0, int(status.st_mtime), 1, len(content),
                               xattrs=None, digest=digest_of(content))

        self.add(change, "--upload", os.fsencode(host_path), self.address(path))

    def mkdir(self, path):
        def change(tree):
            tree[path] = Entry(stat.S_IFDIR, 0o755, 0, 0, EDIT_TIME, 2)
            count_folder(tree, path, 1)

        self.add(change, "--mkdir", self.address(path))

    def symlink(self, target, path):
        def change(tree):
            tree[path] = Entry(stat.S_IFLNK, 0o777, 0, 0, EDIT_TIME, 1, target=target)

        self.add(change, "--symlink", target, self.address(path))

    def delete(self, path):
        self.add(lambda tree: remove(tree, path), "--delete", self.address(path))


def change_file(tree, path, **fields):
    """A file has one inode, however many names."""
    for name in tree[path].names or (path,):
        tree[name] = dataclasses.replace(tree[name], **fields)


def set_content(tree, path, content):
    fields = {"size": len(content), "digest": digest_of(content), "mtime": EDIT_TIME, "holes": None}
    if path in tree:
        change_file(tree, path, **fields)
    else:
        tree[path] = Entry(stat.S_IFREG, 0o644, 0, 0, nlink=1, **fields)


def count_folder(tree, path, change):
    parent = tree.get(parent_of(path))
    # An archive need not have its root, and says nothing of a folder's links.
    if parent and parent.nlink is not None:
        tree[parent_of(path)] = dataclasses.replace(parent, nlink=parent.nlink + change)


def remove(tree, path):
    if tree[path].kind == stat.S_IFDIR:
        count_folder(tree, path, -1)
    for gone in [name for name in tree if name == path or name.startswith(path + b"/")]:
        names = tree.pop(gone).names
        for name in (names or frozenset()) - {gone}:
            left = tree[name].names - {gone}
            tree[name] = dataclasses.replace(tree[name], nlink=len(left), names=left if len(left) > 1 else None)
