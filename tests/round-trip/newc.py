# SPDX-License-Identifier: GPL-3.0-or-later
"""A reader of initrds that owes nothing to the program's own: segments, and the entries of newc archives as stored.

The grammar: Documentation/driver-api/early-userspace/buffer-format.rst of the kernel.
"""

import bz2
import dataclasses
import lzma
import struct
import subprocess
import zlib

FIELDS = ("ino", "mode", "uid", "gid", "nlink", "mtime", "filesize", "devmajor", "devminor", "rdevmajor", "rdevminor",
          "namesize", "check")
HEADER_SIZE = 6 + 8 * len(FIELDS)
TRAILER = b"TRAILER!!!"
GZIP, XZ, ZSTD, LZ4 = b"\x1f\x8b", b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd", b"\x02\x21\x4c\x18"
BZIP2, LZMA, LZO = b"BZh", b"\x5d\0", b"\x89LZO\0\r\n\x1a\n"


@dataclasses.dataclass(frozen=True)
class Entry:
    """One entry as stored: the header's 110 bytes, the name's and the content's, each with its padding."""
    header: bytes
    stored_name: bytes
    stored_data: bytes

    def field(self, name):
        at = 6 + 8 * FIELDS.index(name)
        return int(self.header[at:at + 8], 16)

    @property
    def name(self):
        return self.stored_name.split(b"\0", 1)[0]

    @property
    def data(self):
        return self.stored_data[:self.field("filesize")]

    @property
    def link_key(self):
        return self.field("devmajor"), self.field("devminor"), self.field("ino")


@dataclasses.dataclass(frozen=True)
class Segment:
    """`stored` as in the file, `archive` decoded; `compression` of none is None."""
    compression: str
    stored: bytes
    archive: bytes


def aligned(size):
    return (size + 3) & ~3


def parse_at(archive, at):
    """The entry at `at` and where it ends; offsets count from the start of the archive."""
    header = archive[at:at + HEADER_SIZE]
    if header[:6] not in (b"070701", b"070702"):
        raise ValueError(f"no newc header at {at}: {header[:6]!r}")
    fields = dict(zip(FIELDS, (int(header[6 + 8 * i:14 + 8 * i], 16) for i in range(len(FIELDS)))))
    name_end = aligned(at + HEADER_SIZE + fields["namesize"])
    # A padded name (namesize larger than it needs) is part of the name.
    end = aligned(name_end + fields["filesize"])
    return Entry(header, archive[at + HEADER_SIZE:name_end], archive[name_end:end]), end


def parse(archive):
    """All entries, trailers among them; zero bytes between members are passed over."""
    entries, at = [], 0
    while at < len(archive):
        if archive[at] == 0:
            at += 1
            continue
        entry, at = parse_at(archive, at)
        entries.append(entry)
    return entries


def raw_end(image, at):
    """Where the archive that begins at `at` ends: after its trailer, or where the next thing is no header."""
    while image[at:at + 6] in (b"070701", b"070702"):
        entry, at = parse_at(image, at)
        if entry.name == TRAILER:
            break
    return min(at, len(image))


def lz4_legacy_end(image, at):
    """The magic, then blocks with their lengths; the magic may come again."""
    while at + 4 <= len(image):
        (length,) = struct.unpack_from("<I", image, at)
        if image[at:at + 4] == LZ4:
            at += 4
        elif 0 < length <= len(image) - at - 4:
            at += 4 + length
        else:
            break
    return at


def lzo_end(image, at):
    """A header of 38 bytes and a name, then blocks: plain length, stored length, a checksum, bytes; 0 ends them."""
    (flags,) = struct.unpack_from(">I", image, at + 17)
    if flags & 0x303 not in (0x001, 0x100):
        raise ValueError(f"lzo with other than one checksum at {at}")
    at += 38 + image[at + 33]
    while image[at:at + 4] != bytes(4):
        (stored,) = struct.unpack_from(">I", image, at + 4)
        at += 12 + stored
    return at + 4


def zstd_end(image, at):
    """RFC 8878: a header, then blocks with 3 bytes before each, then perhaps a checksum."""
    flags = image[at + 4]
    single, checksum = flags >> 5 & 1, flags >> 2 & 1
    at += 5 + (not single) + (0, 1, 2, 4)[flags & 3] + (single, 2, 4, 8)[flags >> 6]
    last = 0
    while not last:
        head = int.from_bytes(image[at:at + 3], "little")
        last, kind, size = head & 1, head >> 1 & 3, head >> 3
        at += 3 + (1 if kind == 1 else size)
    return at + 4 * checksum


def unpacked_by(decoder, image, at):
    archive = decoder.decompress(image[at:])
    return len(image) - len(decoder.unused_data), archive


def filtered(command, stored):
    return subprocess.run(command, input=stored, stdout=subprocess.PIPE, check=True).stdout


def segment_at(image, at):
    if image[at:at + 4] == b"0707":
        end = raw_end(image, at)
        return None, end, image[at:end]
    if image.startswith(GZIP, at):
        decoder = zlib.decompressobj(31)
        archive = decoder.decompress(image[at:]) + decoder.flush()
        return "gzip", len(image) - len(decoder.unused_data), archive
    if image.startswith(XZ, at):
        return "xz", *unpacked_by(lzma.LZMADecompressor(lzma.FORMAT_XZ), image, at)
    if image.startswith(LZMA, at):
        return "lzma", *unpacked_by(lzma.LZMADecompressor(lzma.FORMAT_ALONE), image, at)
    if image.startswith(BZIP2, at):
        return "bzip2", *unpacked_by(bz2.BZ2Decompressor(), image, at)
    if image.startswith(LZO, at):
        end = lzo_end(image, at)
        return "lzo", end, filtered(["lzop", "-dc"], image[at:end])
    if image.startswith(ZSTD, at):
        end = zstd_end(image, at)
        return "zstd", end, filtered(["zstd", "-dcq"], image[at:end])
    if image.startswith(LZ4, at):
        end = lz4_legacy_end(image, at)
        return "lz4", end, filtered(["lz4", "-dcq"], image[at:end])
    raise ValueError(f"nothing known at {at}: {image[at:at + 6]!r}")


def segments(image):
    found, at = [], 0
    while at < len(image):
        if image[at] == 0:
            at += 1
            continue
        compression, end, archive = segment_at(image, at)
        found.append(Segment(compression, image[at:end], archive))
        at = end
    return found


def untouched_differences(before, after, touched):
    """What differs in entries whose names are not in `touched`: header, name, content, padding, or their order."""
    kept = [entry for entry in before if entry.name not in touched]
    found = [entry for entry in after if entry.name not in touched]
    for old, new in zip(kept, found):
        if old != new:
            what = [part for part in ("header", "stored_name", "stored_data") if getattr(old, part) != getattr(new, part)]
            yield f"{old.name!r} became {new.name!r}: other {', '.join(what)}"
            if old.name != new.name:
                return
    if len(kept) != len(found):
        yield f"{len(kept)} untouched entries became {len(found)}"
