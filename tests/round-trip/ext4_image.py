# SPDX-License-Identifier: GPL-3.0-or-later
"""ext2, ext3 and ext4 file systems by their peers: made by mke2fs, checked by e2fsck, read and written by the kernel."""

import contextlib
import os
import shutil
import subprocess

from round_trip import is_root, run
from tree_snapshot import snapshot

# By the words for mke2fs; the same as in the unit test of the writer.
KINDS = {
    "centos-7": "-t ext4 -b 1024 -m 0 -O ^metadata_csum,uninit_bg,64bit",
    "metadata-csum": "-t ext4 -b 4096 -O metadata_csum,64bit",
    "32-bit": "-t ext4 -b 4096 -O ^64bit",
    "no-journal": "-t ext4 -O ^has_journal",
    "ext3": "-t ext3",
    "ext2": "-t ext2 -b 1024 -I 128",
    "sparse-super2": "-t ext4 -O sparse_super2,^resize_inode",
    "csum-seed": "-t ext4 -O metadata_csum_seed,orphan_file",
    "large-dir": "-t ext4 -O large_dir,ea_inode",
    "casefold": "-t ext4 -O casefold",
    "bigalloc": "-t ext4 -O bigalloc -C 16384",
    "no-flex-bg": "-t ext4 -b 2048 -O ^flex_bg",
    "meta-bg": "-t ext4 -b 1024 -O meta_bg,^resize_inode",
}


def make(root, image, kind, size):
    run("mke2fs", "-q", "-F", *KINDS[kind].split(), "-d", root, image, size)
    # It makes no indexes of large folders; 1: something was changed.
    done = subprocess.run(["e2fsck", "-fyD", str(image)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode not in (0, 1):
        raise RuntimeError(f"e2fsck -fyD {image}: {done.stdout.decode(errors='replace')}")


def check(image):
    run("e2fsck", "-fn", image)


def features(image):
    lines = run("dumpe2fs", "-h", image).decode().splitlines()
    return next(line.split(":")[1].split() for line in lines if line.startswith("Filesystem features:"))


@contextlib.contextmanager
def mounted(image, folder, *options):
    """By the kernel itself."""
    folder.mkdir()
    run("mount", "-t", "ext4", "-o", ",".join(["loop", *options]), image, folder)
    try:
        yield folder
    finally:
        run("umount", folder)
        folder.rmdir()


@contextlib.contextmanager
def mountable(image):
    """A copy that any kernel can mount: one without Unicode refuses casefold, though no folder here makes use of it."""
    copy = image.with_name(image.name + ".mountable")
    shutil.copyfile(image, copy)
    if "casefold" in features(image):
        run("debugfs", "-w", "-R", "feature -casefold", copy)
    try:
        yield copy
    finally:
        copy.unlink()


def set_large_values(image, work, *paths):
    """Values that take an inode of their own; the kernel keeps equal ones once."""
    with mounted(image, work / "mounted") as folder:
        for path in paths:
            os.setxattr(folder / path, "user.large", b"a large value\n" * 4000)
            os.setxattr(folder / path, "user.own", path.encode() * 2000)


def read_by_kernel(image, work):
    with mountable(image) as copy, mounted(copy, work / "mounted", "ro") as folder:
        return snapshot(folder, mounted=True)


def go_on_by_kernel(image, work):
    """The kernel can write to it: names come and go, a file grows, and it is whole afterwards."""
    with mountable(image) as copy:
        with mounted(copy, work / "mounted") as folder:
            for number in range(1500):
                (folder / f"small/by-the-kernel-{number}").write_bytes(b"k" * number)
            for number in range(0, 1500, 2):
                (folder / f"small/by-the-kernel-{number}").unlink()
            shutil.rmtree(folder / "added")
            with open(folder / "sizes/random", "ab") as file:
                file.write(bytes(5000000))
        check(copy)


def snapshots(image, work):
    """By each reader that this user has."""
    return {"the kernel": read_by_kernel(image, work)} if is_root() else {}
