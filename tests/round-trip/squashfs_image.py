# SPDX-License-Identifier: GPL-3.0-or-later
"""Squashfs images by their peers: made by mksquashfs, read by unsquashfs and by the kernel; the superblock by hand."""

import contextlib
import dataclasses
import struct
import subprocess

from round_trip import is_root, run
from tree_snapshot import snapshot

COMPRESSORS = ("gzip", "xz", "zstd", "lz4", "lzo")
BLOCK_SIZES = {"4K": 4096, "128K": 131072, "1M": 1 << 20}
# Documentation/filesystems/squashfs.rst and fs/squashfs/squashfs_fs.h of the kernel.
SUPER = struct.Struct("<IIIIIHHHHHHQQQQQQQQ")
NO_TABLE = (1 << 64) - 1


@dataclasses.dataclass(frozen=True)
class Kept:
    """What an edit must not change: of the superblock, and the compressor's options behind it."""
    compressor: int
    block_size: int
    flags: int
    version: tuple
    made: int
    has_export_table: bool
    options: bytes


# "No xattrs" goes with what the image holds.
CONTENT_FLAGS = 0x0200
OPTIONS_FLAG = 0x0400


def read_kept(image):
    with open(image, "rb") as opened:
        head = opened.read(SUPER.size + 2 + 64)
    (_, _, made, block_size, _, compressor, _, flags, _, major, minor, _, _, _, _, _, _, _, export) = SUPER.unpack_from(head)
    options = b""
    if flags & OPTIONS_FLAG:
        # One metadata block, stored as it is: bit 15 of its length says so.
        (length,) = struct.unpack_from("<H", head, SUPER.size)
        options = head[SUPER.size:SUPER.size + 2 + (length & 0x7fff)]
    return Kept(compressor, block_size, flags & ~CONTENT_FLAGS, (major, minor), made, export != NO_TABLE, options)


def make(root, image, compressor, block_size, *options):
    run("mksquashfs", root, image, "-comp", compressor, "-b", block_size, "-noappend", "-no-progress", "-quiet", *options)


def unpack(image, folder, *paths):
    """By unsquashfs. Without root it says 2 for what only root may make; then the snapshots lack it alike."""
    command = ["unsquashfs", "-no-progress", "-quiet", "-xattrs", "-d", str(folder), str(image), *map(str, paths)]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    if done.returncode and (is_root() or done.returncode != 2):
        raise RuntimeError(f"{' '.join(command)}: exit {done.returncode}: {done.stderr.decode(errors='replace')[-2000:]}")


@contextlib.contextmanager
def mounted(image, folder):
    """By the kernel itself, read-only."""
    folder.mkdir()
    run("mount", "-t", "squashfs", "-o", "loop,ro", image, folder)
    try:
        yield folder
    finally:
        run("umount", folder)
        folder.rmdir()


def snapshots(image, work, name):
    """One snapshot for each reader: unsquashfs, and, for root, the kernel."""
    unpacked = work / f"{name}-unpacked"
    unpack(image, unpacked)
    found = {"unsquashfs": snapshot(unpacked)}
    run("chmod", "-R", "u+rwX", unpacked)
    run("rm", "-rf", unpacked)
    if is_root():
        with mounted(image, work / f"{name}-mounted") as folder:
            found["kernel"] = snapshot(folder, mounted=True)
    return found
