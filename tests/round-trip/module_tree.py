# SPDX-License-Identifier: GPL-3.0-or-later
"""Module folders taken out of images without the program's help, and the indexes that depmod makes of them."""

import os
import pathlib
import shutil
import stat

import newc
import squashfs_image
from round_trip import run

# What depmod reads and a kernel package brings; every other modules.* file is depmod's.
GIVEN = {"modules.order", "modules.builtin", "modules.builtin.modinfo", "modules.builtin.ranges"}
ROOTS = (b"/usr/lib/modules", b"/lib/modules")
# First found, first served: depmod.d(5).
SETTINGS = ("etc/depmod.d", "run/depmod.d", "usr/local/lib/depmod.d", "usr/lib/depmod.d", "lib/depmod.d")


def modules_folder(tree):
    """The one release folder in a snapshot."""
    found = [path for path, entry in tree.items()
             if os.path.dirname(path) in ROOTS and entry.kind == stat.S_IFDIR]
    if len(found) != 1:
        raise ValueError(f"{len(found)} release folders: {found!r}")
    return found[0]


def unpack_squashfs(image, folder):
    squashfs_image.unpack(image, folder)


def unpack_initrd(image, folder):
    """Folders, files and links of all archives, later ones over earlier ones."""
    folder.mkdir()
    for segment in newc.segments(image.read_bytes()):
        for entry in newc.parse(segment.archive):
            path = folder / os.fsdecode(entry.name).lstrip("/")
            kind = stat.S_IFMT(entry.field("mode"))
            if entry.name in (newc.TRAILER, b"."):
                continue
            if kind == stat.S_IFDIR:
                path.mkdir(exist_ok=True)
            elif kind == stat.S_IFLNK:
                path.unlink(missing_ok=True)
                path.symlink_to(os.fsdecode(entry.data))
            elif kind == stat.S_IFREG:
                path.unlink(missing_ok=True)
                path.write_bytes(entry.data)


def release_folder(root):
    found = [child for child in (root / "lib/modules").iterdir() if child.is_dir()]
    if len(found) != 1:
        raise ValueError(f"{len(found)} release folders: {found!r}")
    return found[0]


def indexes(folder):
    return {child.name: child.read_bytes() for child in folder.iterdir()
            if child.name.startswith("modules.") and child.name not in GIVEN}


def settings_of(root, folder):
    """The image's depmod.d alone: without a folder given, depmod would read the host's."""
    folder.mkdir()
    for place in SETTINGS:
        for child in sorted((root / place).glob("*.conf")):
            if not (folder / child.name).exists():
                shutil.copy(child, folder)
    return folder


def depmod(folder, settings, stage):
    """The indexes of a release folder as depmod itself makes them; nothing in `folder` changes."""
    staged = pathlib.Path(stage) / "lib/modules" / folder.name
    shutil.copytree(folder, staged, symlinks=True,
                    ignore=lambda at, names: [name for name in names if at == str(folder) and name in indexes(folder)])
    run("/sbin/depmod", "-b", stage, "-C", settings, folder.name)
    made = indexes(staged)
    shutil.rmtree(stage)
    return made


def compare_indexes(verdict, name, expected, found):
    verdict.equal(f"{name}: which indexes there are", sorted(expected), sorted(found))
    for index in expected.keys() & found.keys():
        verdict.that(f"{name}: {index}", expected[index] == found[index],
                     f"{len(found[index])} bytes, depmod makes {len(expected[index])}")
