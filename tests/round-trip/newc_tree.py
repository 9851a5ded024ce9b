# SPDX-License-Identifier: GPL-3.0-or-later
"""The tree that a kernel would make of an initrd, as a snapshot to compare with."""

import hashlib
import os
import stat

import newc
from tree_snapshot import Entry


def path_of(name):
    return b"/" + name.removeprefix(b"./").strip(b"/") if name != b"." else b"/"


def entry_of(stored, data, names):
    kind = stat.S_IFMT(stored.field("mode"))
    fields = {}
    if kind == stat.S_IFREG:
        fields = {"size": len(data), "digest": hashlib.sha256(data).hexdigest()}
    elif kind == stat.S_IFLNK:
        fields = {"target": stored.data}
    elif kind in (stat.S_IFBLK, stat.S_IFCHR):
        fields = {"rdev": os.makedev(stored.field("rdevmajor"), stored.field("rdevminor"))}
    # How many links a folder has is not kept up to date in an archive, and nobody reads it.
    nlink = None if kind == stat.S_IFDIR else stored.field("nlink")
    return Entry(kind, stat.S_IMODE(stored.field("mode")), stored.field("uid"), stored.field("gid"), stored.field("mtime"),
                 nlink, names=names, **fields)


def add_archive(tree, entries):
    """Equal inode numbers are links within one archive only; the data is on whichever name has it."""
    linked = {}
    for stored in entries:
        if stored.field("nlink") > 1 and not stat.S_ISDIR(stored.field("mode")):
            linked.setdefault(stored.link_key, []).append(stored)
    for stored in entries:
        if stored.name == newc.TRAILER:
            continue
        group = linked.get(stored.link_key, ()) if stored.field("nlink") > 1 else ()
        data = next((other.data for other in reversed(group) if other.data), stored.data)
        names = frozenset(path_of(other.name) for other in group) if len(group) > 1 else None
        tree[path_of(stored.name)] = entry_of(stored, data, names)


def of_segments(segments):
    tree = {}
    for segment in segments:
        add_archive(tree, newc.parse(segment.archive))
    return tree
