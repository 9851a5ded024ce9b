# SPDX-License-Identifier: GPL-3.0-or-later
"""A reader of depmod's binary indexes. The format: libkmod/libkmod-index.c of kmod."""

import struct

MAGIC, VERSION = 0xB007F457, 0x00020001
CHILDREN, VALUES, PREFIX, OFFSET = 0x20000000, 0x40000000, 0x80000000, 0x0FFFFFFF


def text_at(index, at):
    end = index.index(b"\0", at)
    return index[at:end], end + 1


def read(index):
    """key → [(priority, value)…]"""
    magic, version, root = struct.unpack_from(">III", index)
    if (magic, version) != (MAGIC, VERSION):
        raise ValueError(f"no index: {magic:08x} {version:08x}")
    found, todo = {}, [(b"", root)]
    while todo:
        key, node = todo.pop()
        at = node & OFFSET
        if node & PREFIX:
            prefix, at = text_at(index, at)
            key += prefix
        if node & CHILDREN:
            first, last = index[at], index[at + 1]
            at += 2
            for child in range(first, last + 1):
                (below,) = struct.unpack_from(">I", index, at)
                at += 4
                if below:
                    todo.append((key + bytes([child]), below))
        if node & VALUES:
            (count,) = struct.unpack_from(">I", index, at)
            at += 4
            found[key] = []
            for _ in range(count):
                (priority,) = struct.unpack_from(">I", index, at)
                value, at = text_at(index, at + 4)
                found[key].append((priority, value))
    return found
