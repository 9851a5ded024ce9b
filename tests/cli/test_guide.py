#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every command of the user guide does what the guide says: run as it stands there, with a small set for what it names."""

import os
import pathlib
import shlex
import shutil
import sys
import xml.etree.ElementTree as ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).parent / "lib"))

import cli_test
import nested_set
import small_set
from cli_test import bootgraft, succeeds
from packages import make_deb, make_rpm, make_tree
from small_set import INITRD, NEW, ROOT

HELP = pathlib.Path(__file__).parents[2] / "data/help"


def commands(page):
    """The words of each command of bootgraft-cli in the page, in order; continued lines are one."""
    found = []
    for screen in ElementTree.parse(HELP / f"{page}.page").getroot().iter("screen"):
        for line in screen.text.replace("\\\n", " ").splitlines():
            words = shlex.split(line)
            assert words[0] in ("bootgraft-cli", "flatpak"), line
            if words[0] == "flatpak":
                words = words[words.index("io.github.bootgraft.Bootgraft"):]
            found.append(words[1:])
    return found


def run_page(page, names):
    """Runs all commands of a page, where NAMES has what is meant here by what stands there; the last one's end."""
    ended = None
    for words in commands(page):
        assert any(word in names for word in words), f"nothing here is meant by {words}"
        ended = bootgraft(*[names.get(word, word) for word in words])
        # Two sets that differ are what diff is asked for.
        assert ended.code == (1 if words[0] == "diff" else 0), f"{words}: exit {ended.code}: {ended.err}"
    return ended


def make_kernel(work):
    return make_deb(make_tree(work / "tree"), work / "vendor.deb")


def test_every_page_is_here(work):
    pages = {path.stem for path in HELP.glob("*.page") if "<screen>" in path.read_text()}
    tested = {name.removeprefix("test_") for name in globals() if name.startswith("test_")}
    assert pages == tested - {"every_page_is_here", "imported_files_belong_to_root"}, pages


def test_clonezilla(work, boot_set):
    """The initrd of a Debian has a folder for options of modules; that of the small set gets one."""
    clonezilla, new = work / "clonezilla", work / "new"
    succeeds("edit", boot_set, "-o", clonezilla, "--mkdir", f"{INITRD}:/etc/modprobe.d")
    run_page("clonezilla", {"/srv/tftp/clonezilla": clonezilla, "/srv/tftp/clonezilla-new": new,
                            "linux-image-vendor.deb": make_kernel(work)})
    found = succeeds("info", "--json", new).json("info")
    assert found["kernel"]["release"] == NEW and all(image["matches"] for image in found["images"]), found
    assert b"igb\n" in succeeds("cat", f"{new / INITRD}:/conf/modules").out
    assert succeeds("cat", f"{new / INITRD}:/etc/modprobe.d/loop.conf").out == b"options loop max_loop=5"


def test_cobbler(work, boot_set):
    """By a folder; that a distro is found by its name, test_layouts.py shows."""
    tree = make_tree(work / "tree")
    core = shutil.copytree(tree, work / "core", symlinks=True)
    shutil.rmtree(core / f"lib/modules/{NEW}/kernel/fs")
    modules = shutil.copytree(tree, work / "modules", symlinks=True)
    shutil.rmtree(modules / "boot")
    new = work / "new"
    run_page("cobbler", {"cobbler:CentOS-7-x86_64": boot_set, "kernel-core.rpm": make_rpm(core, work / "core.rpm"),
                         "kernel-modules.rpm": make_rpm(modules, work / "modules.rpm", name="kernel-modules"),
                         "/srv/new": new})
    assert succeeds("info", "--json", new).json("info")["kernel"]["release"] == NEW


def test_export(work, boot_set):
    before = small_set.digests(boot_set)
    new, one = work / "new", work / "one.img"
    ended = run_page("export", {"SET": boot_set, "NEW-FOLDER": new, "NEW-FILE": one})
    assert "bootgraft.json" in small_set.digests(new), ended.out
    assert one.read_bytes() == (boot_set / INITRD).read_bytes()
    kept = {name: entry for name, entry in small_set.digests(boot_set).items() if not name.endswith(".bootgraft-old")}
    assert kept == before


def test_commands(work, boot_set):
    nested = nested_set.make_set(work / "nested")
    new = work / "new"
    run_page("commands", {
        "SET": boot_set, "KERNEL…": make_kernel(work), "NEW-FOLDER": new, "OTHER-FOLDER": work / "other",
        "recipe.json": work / "recipe.json", "OLD": boot_set, "NEW": new, "FOLDER": work / "etc",
        "initrd.img": boot_set / INITRD, "ANOTHER-FOLDER": work / "another",
        "initrd.img:/conf": f"{boot_set / INITRD}:/conf",
        "initrd.img:/conf/modules": f"{boot_set / INITRD}:/conf/modules",
        "squashfs.img:/LiveOS/rootfs.img:/etc/fstab": f"{nested / nested_set.ROOT}:/LiveOS/rootfs.img:/usr/share/hole",
        "filesystem.squashfs:/etc": f"{boot_set / ROOT}:/usr/share/small",
    })
    assert (work / "etc/small/text0").read_text() == "fragment 0\n"


def test_flatpak(work, boot_set):
    run_page("flatpak", {"/srv/tftp/SET": boot_set})


def test_imported_files_belong_to_root(work, boot_set):
    (work / "file").write_text("x")
    if os.getuid() == 0:
        os.chown(work / "file", 1000, 1000)
    succeeds("edit", boot_set, "-o", work / "new", "--upload", f"{work / 'file'}:{INITRD}:/etc/file")
    (entry,) = succeeds("ls", "--json", f"{work / 'new' / INITRD}:/etc/file").json("ls")["entries"]
    assert (entry["uid"], entry["gid"]) == (0, 0), entry


if __name__ == "__main__":
    cli_test.main(globals())
