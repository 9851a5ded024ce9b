#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kernels as vendors give them: packages and archives, one or several, and those that are bad."""

import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent / "lib"))

import cli_test
import packages
import small_set
from cli_test import bootgraft, fails, strays, succeeds
from packages import (BZIP2, GZIP, LZMA, NONE, XZ, ZSTD, craft_rpm, make_deb, make_rpm, make_tar, make_tree, newc, tar_entry,
                      tar_header)
from small_set import NEW


def swapped(work, boot_set, *kernel):
    """What a swap exports, by path."""
    out = work / "out"
    succeeds("swap-kernel", boot_set, *kernel, "-o", out)
    found = small_set.digests(out)
    subprocess.run(["rm", "-r", out], check=True)
    return found


def refused(work, boot_set, *kernel, naming):
    """By every way in; nothing is written, the set stays as it was."""
    before = small_set.digests(boot_set)
    fails(2, "swap-kernel", boot_set, *kernel, "-o", work / "out", naming=naming, timeout=120)
    fails(2, "edit", boot_set, "--in-place", "--swap-kernel", ":".join(map(str, kernel)), naming=naming, timeout=120)
    fails(2, "modules", boot_set, *[word for path in kernel for word in ("--diff", path)], naming=naming, timeout=120)
    assert not (work / "out").exists() and strays(work) == []
    assert small_set.digests(boot_set) == before


def test_same_bytes_by_any_package(work, boot_set):
    tree = make_tree(work / "tree")
    fedora = make_tree(work / "fedora", where="modules")
    first = swapped(work, boot_set, tree)
    given = {"deb": make_deb(tree, work / "k.deb")}
    for payload in (GZIP, XZ, ZSTD, BZIP2, LZMA, NONE):
        given[payload] = make_rpm(tree, work / f"{payload}.rpm", payload)
    for suffix in packages.TARS:
        given[suffix] = make_tar(tree, work / f"k{suffix}")
    given["modules alone"] = make_tar(tree / "lib/modules" / NEW, work / "modules.tar.zst")
    for name, path in given.items():
        options = ["--vmlinuz", tree / f"boot/vmlinuz-{NEW}"] if name == "modules alone" else []
        cli_test.same_members(first, swapped(work, boot_set, path, *options))
    cli_test.same_members(swapped(work, boot_set, fedora), swapped(work, boot_set, make_rpm(fedora, work / "f.rpm", ZSTD)))


def test_several_packages(work, boot_set):
    """In any order, as files, as a folder of them, by edit: what the whole gives."""
    tree = make_tree(work / "tree")
    core, modules = work / "core", work / "modules"
    subprocess.run(["cp", "-a", tree, core], check=True)
    subprocess.run(["cp", "-a", tree, modules], check=True)
    others = [path for path in modules.glob("lib/modules/*/kernel/*") if path.name != "fs"]
    subprocess.run(["rm", "-r", modules / "boot", *modules.glob("lib/modules/*/modules.*"), *others,
                    core / f"lib/modules/{NEW}/kernel/fs"], check=True)
    first = swapped(work, boot_set, tree)
    (work / "rpms").mkdir()
    rpms = [make_rpm(core, work / "rpms/core.rpm"), make_rpm(modules, work / "rpms/modules.rpm", XZ, name="kernel-modules")]
    debs = [make_deb(core, work / "core.deb"), make_deb(modules, work / "modules.deb", name=f"linux-modules-{NEW}")]
    cli_test.same_members(first, swapped(work, boot_set, *rpms))
    cli_test.same_members(first, swapped(work, boot_set, *reversed(rpms)))
    cli_test.same_members(first, swapped(work, boot_set, *debs))
    cli_test.same_members(first, swapped(work, boot_set, work / "rpms"))
    cli_test.same_members(first, swapped(work, boot_set, rpms[0], make_tar(modules, work / "modules.tar.gz")))
    succeeds("edit", boot_set, "-o", work / "edited", "--swap-kernel", f"{debs[0]}:{debs[1]}")
    cli_test.same_members(first, small_set.digests(work / "edited"))
    whole = succeeds("modules", boot_set, "--json", "--diff", tree).json("modules-diff")
    assert succeeds("modules", boot_set, "--json", "--diff", rpms[1], "--diff", rpms[0]).json("modules-diff") == whole


def test_colons_in_names(work, boot_set):
    """A path that is there is meant as it stands; in a list a literal colon is escaped."""
    tree = make_tree(work / "tree")
    package = make_deb(tree, work / "linux_1:6.1.deb")
    other = make_deb(tree, work / "same.deb", name="same")
    succeeds("edit", boot_set, "-o", work / "one", "--swap-kernel", package)
    escaped = str(package).replace(":", "\\:")
    succeeds("edit", boot_set, "-o", work / "two", "--swap-kernel", f"{escaped}:{other}")
    cli_test.same_members(small_set.digests(work / "one"), small_set.digests(work / "two"))
    fails(2, "edit", boot_set, "-o", work / "three", "--swap-kernel", f"{other}:", naming="KERNEL")


def test_scripts_are_told_and_not_run(work, boot_set):
    tree = make_tree(work / "tree")
    mark = work / "was-run"
    rpm = make_rpm(tree, work / "k.rpm", scripts=f"%post\ntouch {mark}\n%preun\ntouch {mark}")
    deb = make_deb(tree, work / "k.deb", scripts={"postinst": f"#!/bin/sh\ntouch {mark}\n"})
    for package, names in ((rpm, "%post, %preun"), (deb, "postinst")):
        said = succeeds("swap-kernel", boot_set, package, "-o", work / f"out-{package.suffix}", "--json").json("export")
        notes = [note for note in said["notes"] if package.name in note]
        assert notes == [f"{package.name} has scripts that a package manager would run ({names}); they are not run"], said
    assert not mark.exists()


def test_conflicts(work, boot_set):
    one, other = make_tree(work / "one"), make_tree(work / "other", "6.1.0-9-other")
    packages_of = [make_rpm(one, work / "one.rpm"), make_rpm(other, work / "other.rpm")]
    refused(work, boot_set, *packages_of, naming=["one.rpm", "other.rpm", NEW, "6.1.0-9-other"])
    (work / "shared").mkdir()
    (work / "shared/LICENSE").write_text("one")
    (one / "LICENSE").write_text("other")
    packages_of = [make_rpm(one, work / "a.rpm"), make_rpm(work / "shared", work / "b.rpm")]
    refused(work, boot_set, *packages_of, naming=["a.rpm", "b.rpm", "LICENSE"])
    for path in one.glob("boot/*"):
        path.write_bytes(small_set.kernel("6.1.0-8-small"))
    packages_of = [make_deb(one, work / "a.deb"), make_deb(make_tree(work / "third"), work / "b.deb")]
    refused(work, boot_set, *packages_of, naming=["a.deb", "b.deb", "two kernels"])
    refused(work, boot_set, packages_of[0], one, naming=["one is a folder"])


def test_wrong_rpms(work, boot_set):
    tree = make_tree(work / "tree")
    rpm = make_rpm(tree, work / "k.rpm", ZSTD)
    whole = rpm.read_bytes()
    (work / "no.rpm").write_text("no package at all\n")
    refused(work, boot_set, work / "no.rpm", naming=["no.rpm", "a text file"])
    for length in (40, 120, len(whole) // 2, len(whole) - 1):
        (work / "cut.rpm").write_bytes(whole[:length])
        refused(work, boot_set, work / "cut.rpm", naming=["cut.rpm", "get the file again"])
    at = len(whole) - 200
    (work / "flipped.rpm").write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1:])
    refused(work, boot_set, work / "flipped.rpm", naming=["flipped.rpm", "checksum"])
    refused(work, boot_set, make_rpm(tree, work / "arm.rpm", architecture="aarch64"), naming=["arm.rpm", "aarch64"])
    refused(work, boot_set, make_rpm(tree, work / "k.src.rpm", source=True), naming=["k.src.rpm", "source package"])
    (work / "docs/usr/share/doc").mkdir(parents=True)
    (work / "docs/usr/share/doc/README").write_text("nothing")
    refused(work, boot_set, make_rpm(work / "docs", work / "docs.rpm"), naming=["docs.rpm", "neither a kernel"])
    refused(work, boot_set, make_deb(tree, work / "arm.deb", architecture="arm64"), naming=["arm.deb", "arm64"])


HOSTILE = {
    "above": ([newc("./lib/../../etc/passwd", content=b"x")], [tar_entry("lib/../../etc/passwd", b"x")],
              ["etc/passwd", "leads out"]),
    "link": ([newc("./lib", 0o120777, b"/etc"), newc("./lib/passwd", content=b"x")],
             [tar_header("lib", b"2", link=b"/etc"), tar_entry("lib/passwd", b"x")], ["lib/passwd", "below a link"]),
    "device": ([newc("./boot/vmlinuz", 0o60600, rdev=(8, 0))], [tar_header("boot/vmlinuz", b"4")],
               ["boot/vmlinuz", "a device"]),
    "folder": ([newc("./lib", 0o40755), newc("./lib", content=b"x")], [tar_header("lib", b"5"), tar_entry("lib", b"x")],
               ["entry", "lib", "folder"]),
    "long": ([newc("./" + "n" * 300, content=b"x")], None, ["longer than 255 bytes"]),
    "short": ([newc("./boot/vmlinuz", content=b"x", size=2 ** 32 - 1)], [tar_header("boot/vmlinuz", size=2 ** 33), b"x"],
              ["boot/vmlinuz"]),
    "huge": (None, [tar_entry("boot/first", b"x"), tar_header("boot/vmlinuz", size=2 ** 63 - 1), b"x"],
             ["after its entry boot/first"]),
    "too huge": (None, [tar_header("boot/vmlinuz", size=2 ** 63), b"x"], ["damaged"]),
    "large": (None, [tar_header("boot/vmlinuz", size=2 ** 40), b"x"], ["boot/vmlinuz", "more bytes"]),
    "hard link": (None, [tar_header("boot/vmlinuz", b"1", link=b"../../etc/passwd")], ["../../etc/passwd", "leads out"]),
    "of nothing": (None, [tar_header("boot/vmlinuz", b"1", link=b"/etc/passwd")], ["boot/vmlinuz", "another name"]),
}


def test_hostile_archives(work, boot_set):
    """What no tool would pack."""
    for name, (cpio, tar, naming) in HOSTILE.items():
        if cpio is not None:
            refused(work, boot_set, craft_rpm(work / f"{name}.rpm", cpio), naming=[f"{name}.rpm", *naming])
        if tar is not None:
            (work / f"{name}.tar").write_bytes(b"".join(tar))
            refused(work, boot_set, work / f"{name}.tar", naming=[f"{name}.tar", *naming])


def test_hostile_headers(work, boot_set):
    entries = [newc("./boot/vmlinuz", content=small_set.kernel(NEW))]
    for name, changes, naming in (("size", {"size": 2 ** 31}, "cut off"), ("format", {"t1124": "drpm"}, "drpm"),
                                  ("digest", {"t5092": "00"}, "checksum"), ("no-name", {"t1000": 7}, "names no package")):
        refused(work, boot_set, craft_rpm(work / f"{name}.rpm", entries, **changes), naming=[f"{name}.rpm", naming])
    whole = craft_rpm(work / "whole.rpm", entries).read_bytes()
    # Numbers of index entries and of bytes that the file does not have.
    for offset in (96 + 8, 96 + 12):
        for number in (0x7fffffff, 0xffffffff, 0x00ffffff):
            (work / "numbers.rpm").write_bytes(whole[:offset] + number.to_bytes(4, "big") + whole[offset + 4:])
            refused(work, boot_set, work / "numbers.rpm", naming=["numbers.rpm", "header"])


def test_absolute_names_stay_inside(work, boot_set):
    """GNU tar's -P: below the archive's own root, not the machine's."""
    tree = make_tree(work / "tree")
    first = swapped(work, boot_set, tree)
    subprocess.run(["tar", "-C", tree, "-P", "--transform", "s,^,/,", "-cf", work / "k.tar", "boot", "lib"], check=True)
    assert b"/boot/vmlinuz" in subprocess.run(["tar", "-tPf", work / "k.tar"], check=True, capture_output=True).stdout
    cli_test.same_members(first, swapped(work, boot_set, work / "k.tar"))


def test_bomb_of_names(work, boot_set):
    """Three hundred megabytes of names in a few kilobytes; a gigabyte of zeros."""
    name = b"/".join([b"n" * 200] * 20)
    one = tar_header("././@LongLink", b"L", size=len(name) + 1) + name + b"\0" * (-len(name) % 512) + tar_header("n")
    zstd = subprocess.Popen(["zstd", "-q", "-f", "-o", work / "names.tar.zst"], stdin=subprocess.PIPE)
    for _ in range(80):
        zstd.stdin.write(one * 1000)
    zstd.stdin.close()
    assert zstd.wait() == 0 and (work / "names.tar.zst").stat().st_size < 1 << 20
    fails(2, "swap-kernel", boot_set, work / "names.tar.zst", "-o", work / "out", naming=["names.tar.zst", "names", "nnn"],
          timeout=300)
    with open(work / "zeros.tar", "wb") as file:
        file.write(tar_header("boot/vmlinuz", size=2 << 30))
        file.truncate(2 << 30)
    subprocess.run(["zstd", "-q", "--rm", work / "zeros.tar"], check=True)
    fails(2, "swap-kernel", boot_set, work / "zeros.tar.zst", "-o", work / "out", naming=["zeros.tar.zst", "boot/vmlinuz"],
          timeout=300)
    assert not (work / "out").exists() and strays(work) == []


def test_help_names_the_kinds(work):
    said = succeeds("swap-kernel", "--help").out.decode()
    for word in (".deb", ".rpm", ".tar", ".tar.zst", "SET [KERNEL…]"):
        assert word in said, said
    assert bootgraft("swap-kernel", work).code == 2


cli_test.main(globals())
