# SPDX-License-Identifier: GPL-3.0-or-later
"""What lstat and its kin say of a folder, as a value that can be edited and compared."""

import dataclasses
import errno
import hashlib
import os
import stat


@dataclasses.dataclass(frozen=True)
class Entry:
    """One path. `holes` is what the file system says of a sparse file; None in any field: whatever it is."""
    kind: int
    mode: int
    uid: int
    gid: int
    mtime: int
    nlink: int
    size: int = None
    target: bytes = None
    rdev: int = None
    xattrs: tuple = ()
    holes: tuple = None
    digest: str = None
    # All paths of the same file, when it has several.
    names: frozenset = None


def read_xattrs(path):
    try:
        names = sorted(os.listxattr(path, follow_symlinks=False))
    except OSError as problem:
        # A squashfs without any, when it is mounted.
        if problem.errno == errno.ENOTSUP:
            return ()
        raise
    return tuple((name, os.getxattr(path, name, follow_symlinks=False)) for name in names)


def read_digest(path):
    digest = hashlib.sha256()
    with open(path, "rb") as opened:
        while chunk := opened.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def data_ranges(path):
    """Where a sparse file has data, by SEEK_DATA and SEEK_HOLE."""
    ranges = []
    descriptor = os.open(path, os.O_RDONLY)
    try:
        end = 0
        while True:
            try:
                start = os.lseek(descriptor, end, os.SEEK_DATA)
            except OSError as problem:
                if problem.errno == errno.ENXIO:
                    return tuple(ranges)
                raise
            end = os.lseek(descriptor, start, os.SEEK_HOLE)
            ranges.append((start, end))
    finally:
        os.close(descriptor)


def allocated(status):
    """On a mounted squashfs: the size less the sparse blocks (st_blocks is computed from the inode's own count)."""
    return (status.st_blocks,)


def entry_of(path, mounted, with_content):
    status = os.lstat(path)
    kind = stat.S_IFMT(status.st_mode)
    fields = {"xattrs": read_xattrs(path)}
    if kind == stat.S_IFREG:
        fields["size"] = status.st_size
        fields["holes"] = allocated(status) if mounted else data_ranges(path)
        fields["digest"] = read_digest(path) if with_content else None
    elif kind == stat.S_IFLNK:
        fields["target"] = os.readlink(path)
    elif kind in (stat.S_IFBLK, stat.S_IFCHR):
        fields["rdev"] = status.st_rdev
    return status, Entry(kind, stat.S_IMODE(status.st_mode), status.st_uid, status.st_gid, int(status.st_mtime),
                         status.st_nlink, **fields)


def snapshot(root, mounted=False, with_content=True):
    """path (bytes, from "/") → Entry, of all under `root` and itself. A folder's size is left out."""
    root = os.fsencode(root)
    found, linked = {}, {}
    todo = [b""]
    while todo:
        path = todo.pop()
        status, entry = entry_of(root + path, mounted, with_content)
        name = path or b"/"
        if entry.kind == stat.S_IFDIR:
            todo += sorted((path + b"/" + child for child in os.listdir(root + path)), reverse=True)
        elif entry.nlink > 1:
            linked.setdefault(status.st_ino, []).append(name)
        found[name] = entry
    for names in linked.values():
        for name in names:
            found[name] = dataclasses.replace(found[name], names=frozenset(names))
    return found


def differences(expected, found):
    """One line for each path that is missing, unexpected or other than expected."""
    for path in sorted(expected.keys() | found.keys()):
        if path not in found:
            yield f"{path!r} is missing"
        elif path not in expected:
            yield f"{path!r} was not expected"
        else:
            for field in dataclasses.fields(Entry):
                old, new = getattr(expected[path], field.name), getattr(found[path], field.name)
                if old is not None and old != new:
                    yield f"{path!r}: {field.name} {old!r} became {new!r}"


def without(tree, folders):
    """Of a snapshot what does not lie in (and is not) one of `folders`; the folders' own parents count their children."""
    parents = {os.path.dirname(folder) for folder in folders}
    kept = {}
    for path, entry in tree.items():
        if not any(path == folder or path.startswith(folder + b"/") for folder in folders):
            kept[path] = dataclasses.replace(entry, nlink=None) if path in parents else entry
    return kept
