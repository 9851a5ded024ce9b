# SPDX-License-Identifier: GPL-3.0-or-later
"""Images that no tool makes, byte by byte: archives of cpio, squashfs file systems, packages."""

import io
import struct
import tarfile

import small_set

FILE, FOLDER, LINK = 0o100644, 0o040755, 0o120777
NO_TABLE = 0xffffffffffffffff
NONE = 0xffffffff


def record(name, data=b"", mode=FILE, ino=1, nlink=1, size=None, name_size=None, major=0):
    """An entry of a newc archive, as the kernel's buffer-format.rst has it; sizes may lie."""
    fields = [ino, mode, 0, 0, nlink, small_set.TIME, len(data) if size is None else size, major, 0, 0, 0,
              len(name) + 1 if name_size is None else name_size, 0]
    head = b"070701" + b"".join(b"%08x" % field for field in fields) + name + b"\0"
    head += bytes(-len(head) % 4) + data
    return head + bytes(-len(head) % 4)


def archive(*records):
    whole = b"".join(records) + record(b"TRAILER!!!", mode=0, ino=0)
    return whole + bytes(-len(whole) % 512)


class Squashfs:
    """A file system with tables of one block each that are not compressed, as the kernel's squashfs_fs.h has them."""

    def __init__(self):
        self.inodes, self.lists, self.count, self.root = b"", b"", 0, 0
        self.super = {}

    def begin(self, kind, number):
        """Where the inode stands."""
        at = len(self.inodes)
        self.inodes += struct.pack("<HHHHII", kind, 0o755, 0, 0, small_set.TIME, number)
        self.count = max(self.count, number)
        return at

    def folder(self, number, start, size):
        at = self.begin(1, number)
        self.inodes += struct.pack("<IIHHI", 0, 2, size + 3, start, 1)
        return at

    def file(self, number, size=0, start=0, links=1, fragment=NONE):
        at = self.begin(9, number)
        self.inodes += struct.pack("<QQQIIII", start, size, 0, links, fragment, 0, NONE)
        return at

    def names(self, first, *entries):
        """A list: (where the inode stands, its number, its type, its name)…; returns where the list is and its size."""
        at = len(self.lists)
        self.lists += struct.pack("<III", len(entries) - 1, 0, first)
        for inode, number, kind, name in entries:
            self.lists += struct.pack("<HhHH", inode, number - first, kind, len(name) - 1) + name
        return at, len(self.lists) - at

    def finish(self, **lies):
        def block(data):
            return struct.pack("<H", len(data) | 0x8000) + data

        inodes = 96
        lists = inodes + len(block(self.inodes))
        owners = lists + len(block(self.lists))
        table = owners + len(block(bytes(4)))
        used = table + 8
        fields = {"inodes": self.count, "block": 4096, "fragments": 0, "owners": 1, "root": self.root, "used": used,
                  "owner_table": table, "xattrs": NO_TABLE, "inode_table": inodes, "list_table": lists,
                  "fragment_table": NO_TABLE, "export_table": NO_TABLE, **lies}
        head = struct.pack("<5I6H8Q", 0x73717368, fields["inodes"], small_set.TIME, fields["block"], fields["fragments"], 1, 12, 0,
                           fields["owners"], 4, 0, fields["root"], fields["used"], fields["owner_table"], fields["xattrs"],
                           fields["inode_table"], fields["list_table"], fields["fragment_table"], fields["export_table"])
        return head + block(self.inodes) + block(self.lists) + block(bytes(4)) + struct.pack("<Q", owners)


def squashfs_of(*names, **lies):
    """Empty files of these names in the root."""
    image = Squashfs()
    entries = [(image.file(number), number, 2, name) for number, name in enumerate(names, 2)]
    image.root = image.folder(1, *image.names(2, *entries))
    return image.finish(**lies)


def two_names(levels):
    """Folders below each other, each with two names for the next: 2**levels paths."""
    image = Squashfs()
    inode = image.folder(levels, 0, 0)
    for level in range(levels - 1, 0, -1):
        inode = image.folder(level, *image.names(level + 1, (inode, level + 1, 1, b"a"), (inode, level + 1, 1, b"b")))
    image.root = inode
    return image.finish()


def cycle():
    """A folder in which the root lies again."""
    image = Squashfs()
    start, size = image.names(1, (0, 1, 1, b"again"))
    image.root = image.folder(1, start, size)
    return image.finish()


def tar(*members):
    """Of (name, type, target or content)."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.GNU_FORMAT) as file:
        for name, kind, what in members:
            info = tarfile.TarInfo(name)
            info.type = kind
            info.mtime = small_set.TIME
            if kind == tarfile.REGTYPE:
                info.size = len(what)
                file.addfile(info, io.BytesIO(what))
            else:
                info.linkname = what
                file.addfile(info)
    return packed.getvalue()


def package(*members):
    """An ar archive (deb(5)) of (name, content)."""
    whole = b"!<arch>\n"
    for name, content in ((b"debian-binary", b"2.0\n"), *members):
        whole += b"%-16s%-12d%-6d%-6d%-8o%-10d`\n" % (name, 0, 0, 0, 0o100644, len(content)) + content + b"\n" * (len(content) % 2)
    return whole


def iso(size=64 << 10):
    """The head of an ISO 9660 image (ECMA-119): a volume descriptor at byte 32768."""
    whole = bytearray(size)
    whole[0x8000:0x8007] = b"\x01CD001\x01"
    return bytes(whole)


def rpm(*headers):
    """RPM's manual, "RPM V4 Package format": a lead of 96 bytes, and headers (the first is the signature's), each as (entries
    that it tells of, bytes of its store that it tells of, the bytes of both)."""
    out = b"\xed\xab\xee\xdb\x03\0".ljust(96, b"\0")
    for entries, store, content in headers:
        out += b"\x8e\xad\xe8\x01\0\0\0\0" + struct.pack(">II", entries, store) + content
    return out
