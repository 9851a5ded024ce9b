# SPDX-License-Identifier: GPL-3.0-or-later
"""The small set as Anaconda's installation images have it: an ext4 in a squashfs."""

import os
import pathlib
import shutil

import small_set
from small_set import OLD, TIME, run

ROOT = "LiveOS/squashfs.img"
INNER = "/LiveOS/rootfs.img"
NESTED = f"{ROOT}:{INNER}"
BLOCK = 16384

# Time and identity are the set's, or it would differ each time.
ENVIRONMENT = {**{key: value for key, value in os.environ.items() if key != "SOURCE_DATE_EPOCH"},
               "E2FSPROGS_FAKE_TIME": str(TIME)}


def make_ext4(tree, target, kilobytes=12288, features="^has_journal"):
    run("mke2fs", "-q", "-F", "-t", "ext4", "-O", features, "-b", "1024", "-m", "0", "-L", "Anaconda", "-U",
        "d9a5f2c0-7f0b-4f31-9d4f-0c2a2d5d1a11", "-E", "hash_seed=d9a5f2c0-7f0b-4f31-9d4f-0c2a2d5d1a12,root_owner=0:0", "-d", tree,
        target, f"{kilobytes}k", env=ENVIRONMENT)


def make_squashfs(tree, target, compression="xz"):
    small_set.settle(tree)
    run("mksquashfs", tree, target, "-noappend", "-no-progress", "-all-root", "-b", BLOCK, "-comp", compression, "-mkfs-time",
        TIME, "-processors", "1", env=ENVIRONMENT)


def make_set(folder, kilobytes=12288):
    """The set in the new folder `folder`, with a few megabytes in the ext4 that no edit touches."""
    folder = pathlib.Path(folder)
    work = folder.with_name(folder.name + ".nested")
    small_set.make_set(folder)
    (folder / small_set.ROOT).unlink()
    work.mkdir()
    root = work / "root"
    small_set.make_root_tree(work, root, OLD)
    (root / "usr/share/big").write_bytes(small_set.noise("big", 3 << 20))
    (root / "usr/share/hole").write_bytes(b"\0" * 100000 + b"end")
    small_set.settle(root)
    (work / "outer/LiveOS").mkdir(parents=True)
    make_ext4(root, work / "outer/LiveOS/rootfs.img", kilobytes)
    (folder / "LiveOS").mkdir()
    make_squashfs(work / "outer", folder / ROOT)
    shutil.rmtree(work)
    return folder


def extract(image, target, inner=INNER):
    """The ext4 that is in a squashfs, by unsquashfs."""
    shutil.rmtree(target, ignore_errors=True)
    pathlib.Path(target).parent.mkdir(parents=True, exist_ok=True)
    run("unsquashfs", "-no-progress", "-d", target, image, inner)
    return pathlib.Path(target) / inner.lstrip("/")
