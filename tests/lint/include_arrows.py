#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fails when a folder includes what stands above it: the arrows of src/README.md run one way."""

import pathlib
import re
import sys

# Folder → what it may include beside itself. A prefix stands for all below it.
MAY_USE = {
    "base": [],
    "coders": ["base"],
    "elf": ["base"],
    "helper": ["base"],
    "image": ["base", "coders"],
    "formats/cpio": ["base", "coders", "image"],
    "formats/initrd": ["base", "coders", "image", "formats/cpio"],
    "formats/ext4": ["base", "helper", "image"],
    "formats/squashfs": ["base", "coders", "image"],
    "formats/kernel": ["base", "coders", "elf", "image"],
    "overlay": ["base", "image"],
    "sources": ["base", "coders", "elf", "helper", "image"],
    "modprobe": ["base", "image"],
    "modules": ["base", "coders", "elf", "helper", "image", "formats/kernel", "modprobe"],
    "programs": ["base", "elf", "image"],
    "bootset": ["base", "image", "formats", "overlay", "sources", "modprobe", "modules"],
    "steps": [
        "base", "coders", "image", "formats", "overlay", "sources", "modprobe", "modules", "programs", "bootset"
    ],
    "export": ["base", "coders", "image", "formats", "overlay", "modules", "bootset", "steps"],
    "journal": ["base", "coders", "image", "overlay", "bootset", "steps"],
    "cli": [""],
}
# The same for folders of ui; each may use all of src as well. session knows no GTK.
UI_MAY_USE = {
    "ui/session": [],
    "ui/widgets": ["ui/session"],
    "ui/dialogs": ["ui/session", "ui/widgets", "ui/pages/contents"],
    "ui/jobs": ["ui/session", "ui/widgets"],
    "ui/help": [],
    "ui/pages/contents": ["ui/session", "ui/widgets", "ui/dialogs"],
    "ui/pages/modules": ["ui/session", "ui/widgets", "ui/dialogs"],
    "ui/pages/swap": ["ui/session", "ui/widgets", "ui/dialogs"],
    "ui/app": ["ui"],
}
# A test beside the code may use formats to make its input; programs register them.
TESTS_MAY_ALSO_USE = ["base", "coders", "elf", "helper", "image", "formats", "overlay"]
# A library has one home; squashfs uses liblzma beside coders for its CRC-64, as the digest of what was
# written, modprobe libkmod as the oracle of a test, and liblzo2 for blocks, which are not streams in the container that coders knows.
LIBRARIES = {
    "libelf.h": ["elf"],
    "gelf.h": ["elf"],
    "elf.h": ["elf"],
    "archive.h": ["helper"],
    "archive_entry.h": ["helper"],
    "libkmod.h": ["helper/program", "modprobe"],
    "sqfs/": ["formats/squashfs"],
    "ext2fs/": ["formats/ext4"],
    "et/": ["formats/ext4"],
    "seccomp.h": ["helper"],
    "lzma.h": ["coders", "formats/squashfs"],
    "zstd.h": ["coders"],
    "zlib.h": ["coders"],
    "lz4": ["coders"],
    "bzlib.h": ["coders"],
    "lzo/": ["coders", "formats/squashfs"],
    "gtk/": ["ui"],
    "gdk/": ["ui"],
    "adwaita.h": ["ui"],
}
TOOLKIT = ("gtk/", "gdk/", "gsk/", "graphene", "pango/", "adwaita.h", "gtksourceview/")
INCLUDE = re.compile(r'^\s*#\s*include\s+(["<])([^">]+)[">]')


def folder_of(path):
    """The arrow's end for a path below src: formats are told apart, steps/swap-kernel is steps."""
    parts = pathlib.PurePosixPath(path).parts
    if len(parts) > 2 and parts[0] == "formats":
        return "/".join(parts[:2])
    return parts[0] if len(parts) > 1 else ""


def allowed(user, used, is_test):
    if user == used:
        return True
    names = list(MAY_USE[user])
    if is_test:
        names += TESTS_MAY_ALSO_USE
    return any(name == "" or used == name or used.startswith(name + "/") for name in names)


def check_library(place, target):
    """The complaint about <TARGET> in the folder PLACE, or None."""
    for library, homes in LIBRARIES.items():
        prefix = library.endswith("/") or library == "lz4"
        if target == library or prefix and target.startswith(library):
            if not any(f"{place}/".startswith(f"{home}/") for home in homes):
                return f"<{target}> belongs to {' and '.join(homes)} only"
    return None


def check_include(user, kind, target, is_test, place=None):
    """The complaint about one include line of folder USER, or None; PLACE: the file's own folder, where it is deeper."""
    if kind == '"':
        used = folder_of(target)
        if used == "":
            return f'include "{target}" by its folder, as "{user}/{target}"'
        if used not in MAY_USE:
            return f"{used} is no folder of src"
        if not allowed(user, used, is_test):
            return f"{user} may not use {used}"
        return None
    return None if is_test else check_library(place or user, target)


def ui_folder_of(path):
    """The same for a path below ui: pages are told apart."""
    parts = pathlib.PurePosixPath(path).parts
    deep = len(parts) > 2 and parts[0] == "pages"
    return "ui/" + ("/".join(parts[:2]) if deep else parts[0])


def check_ui_include(user, kind, target):
    """The complaint about one include line of folder USER of ui, or None."""
    if kind != '"':
        if user == "ui/session" and target.startswith(TOOLKIT):
            return "session knows no GTK: it is tested without a display"
        return check_library(user, target)
    used = ui_folder_of(target)
    if used not in UI_MAY_USE:
        return None if folder_of(target) in MAY_USE and folder_of(target) != "cli" else f"{target} is not for ui"
    allowed_too = used == user or any(name in (used, "ui") for name in UI_MAY_USE[user])
    return None if allowed_too else f"{user} may not use {used}"


def check_ui_tree(ui):
    complaints = []
    for path in sorted(ui.rglob("*.[ch]")):
        user = ui_folder_of(path.relative_to(ui).as_posix())
        if user not in UI_MAY_USE:
            complaints.append(f"{path}: {user} is not in the table of tests/lint")
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            match = INCLUDE.match(line)
            complaint = match and check_ui_include(user, match[1], match[2])
            if complaint:
                complaints.append(f"{path}:{number}: {complaint}")
    return complaints


def check_tree(src):
    complaints = []
    for path in sorted(src.rglob("*.[ch]")):
        relative = path.relative_to(src)
        user = folder_of(relative.as_posix())
        if user not in MAY_USE:
            complaints.append(f"{path}: {user or 'src itself'} is not in the table of tests/lint")
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            match = INCLUDE.match(line)
            if match:
                is_test = path.name.startswith("test-")
                complaint = check_include(user, match[1], match[2], is_test, relative.parent.as_posix())
                if complaint:
                    complaints.append(f"{path}:{number}: {complaint}")
    return complaints


if __name__ == "__main__":
    found = check_tree(pathlib.Path(sys.argv[1]) / "src") + check_ui_tree(pathlib.Path(sys.argv[1]) / "ui")
    print("\n".join(found))
    sys.exit(1 if found else 0)
