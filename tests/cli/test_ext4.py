#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A set whose root is a plain ext4 (rootfs.img): shown, edited, given another kernel; refused with a reason."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent / "lib"))

import cli_test
import small_set
from cli_test import fails, strays, succeeds
from small_set import INITRD, NEW, OLD, ROOT_EXT4, run


def make_set(work):
    return small_set.make_set(work / "set", root_name=ROOT_EXT4)


def debugfs(image, command):
    return run("debugfs", "-R", command, image)


def assert_whole(image):
    run("e2fsck", "-fn", image)


def test_looking(work):
    boot_set = make_set(work)
    found = succeeds("info", "--json", boot_set).json("info")
    _, root = found["images"]
    assert (root["path"], root["format"], root["matches"]) == (ROOT_EXT4, "ext4", True), root
    assert root["releases"] == [OLD], root
    said = succeeds("info", boot_set).out.decode()
    assert "Anaconda" in said and "inodes free, blocks of 1024 bytes" in said, said
    assert succeeds("cat", f"{boot_set / ROOT_EXT4}:/usr/bin/tool").out == b"#!/bin/sh\n"
    listed = succeeds("ls", "-R", boot_set / ROOT_EXT4).out.decode()
    assert "dev/console" in listed and "usr/share/small/noise-too" in listed, listed
    assert succeeds("verify", "--full", "--json", boot_set).json("verify")["verified"]


def test_edit(work):
    boot_set = make_set(work)
    before = small_set.digests(boot_set)
    (work / "new").write_bytes(small_set.noise("new", 700000))
    steps = ["--mkdir", f"{ROOT_EXT4}:/opt", "--upload", f"{work / 'new'}:{ROOT_EXT4}:/opt/new",
             "--delete", f"{ROOT_EXT4}:/usr/share/small/text3", "--write", f"{ROOT_EXT4}:/usr/bin/tool:changed\n",
             "--move", f"{ROOT_EXT4}:/usr/share/small/noise:/noise", "--mknod", f"c:1:3:{ROOT_EXT4}:/dev/null"]
    succeeds("edit", boot_set, "-o", work / "out", *steps)
    image = work / "out" / ROOT_EXT4
    assert_whole(image)
    assert debugfs(image, "cat opt/new") == small_set.noise("new", 700000)
    assert debugfs(image, "cat usr/bin/tool") == b"changed\n"
    assert debugfs(image, "cat noise") == debugfs(image, "cat usr/share/small/noise-too") == small_set.noise("root", 30000)
    assert b"Links: 2" in debugfs(image, "stat noise")
    # With what is left of entries that went.
    assert b"text3" not in debugfs(image, "ls -d usr/share/small")
    assert b"Device major/minor number: 01:03" in debugfs(image, "stat dev/null")
    assert image.stat().st_size == (boot_set / ROOT_EXT4).stat().st_size
    assert small_set.digests(boot_set) == before
    assert succeeds("verify", "--full", "--json", work / "out").json("verify")["verified"]
    # The same edits, the same bytes.
    succeeds("edit", boot_set, "-o", work / "again", *steps)
    assert small_set.digests(work / "again")[ROOT_EXT4] == small_set.digests(work / "out")[ROOT_EXT4]


def test_lone_image(work):
    boot_set = make_set(work)
    succeeds("edit", boot_set, "--image", ROOT_EXT4, "-o", work / "alone.img", "--mkdir", f"{ROOT_EXT4}:/new")
    assert_whole(work / "alone.img")
    assert b"directory" in debugfs(work / "alone.img", "stat new")


def test_compression_is_for_others(work):
    boot_set = make_set(work)
    succeeds("export", boot_set, "-o", work / "all", "--compression", "xz")
    assert (work / "all" / ROOT_EXT4).read_bytes() == (boot_set / ROOT_EXT4).read_bytes()
    fails(2, "export", boot_set, "-o", work / "out", "--compression", f"{ROOT_EXT4}=xz", naming=[ROOT_EXT4, "not compressed"])


def test_nearly_empty(work):
    """Room is asked for by the image's size, not by how much longer than its files it is."""
    boot_set = make_set(work)
    image = boot_set / ROOT_EXT4
    image.unlink()
    run("mke2fs", "-q", "-F", "-t", "ext4", image, "2G")
    (work / "new").write_bytes(small_set.noise("new", 100000))
    succeeds("edit", boot_set, "--image", ROOT_EXT4, "-o", work / "out.img", "--upload", f"{work / 'new'}:{ROOT_EXT4}:/new")
    assert debugfs(work / "out.img", "cat new") == small_set.noise("new", 100000)
    status = (work / "out.img").stat()
    assert status.st_size == 2 << 30 and status.st_blocks * 512 < 100 << 20, status


def test_swap_kernel(work):
    boot_set = make_set(work)
    new = small_set.make_kernel(work / "kernel")
    said = succeeds("swap-kernel", boot_set, new, "-o", work / "out", "--json").json("export")
    assert said["verified"], said
    image = work / "out" / ROOT_EXT4
    assert_whole(image)
    listed = debugfs(image, "ls usr/lib/modules")
    assert NEW.encode() in listed and OLD.encode() not in listed, listed
    for path in small_set.MODULES:
        module = (new / "modules-new" / path).read_bytes()
        assert debugfs(image, f"cat usr/lib/modules/{NEW}/{path}") == module, path
    found = succeeds("info", "--json", work / "out").json("info")
    assert found["kernel"]["release"] == NEW
    assert [(image["path"], image["releases"], image["matches"]) for image in found["images"]] == [
        (INITRD, [NEW], True), (ROOT_EXT4, [NEW], True)], found["images"]


def test_swap_without_room(work):
    """Said before anything is written, with the figures; what lies beside stays out, too."""
    boot_set = make_set(work)
    before = small_set.digests(boot_set)
    new = small_set.make_kernel(work / "kernel")
    with open(new / "modules-new/kernel/drivers/net/small_other.ko", "ab") as module:
        module.write(small_set.noise("large", 6000000))
    fails(2, "swap-kernel", boot_set, new, "-o", work / "out",
          naming=[ROOT_EXT4, "needs", "more", "blocks", "nothing was changed", "--grow"])
    assert not (work / "out").exists() and strays(work) == []
    assert small_set.digests(boot_set) == before


def test_what_is_not_edited(work):
    boot_set = make_set(work)
    for command, naming in (("feature needs_recovery", "e2fsck -fy"), ("ssv state 2", "errors"), ("ssv state 0", "not unmounted")):
        image = boot_set / ROOT_EXT4
        content = image.read_bytes()
        run("debugfs", "-w", "-R", command, image)
        assert naming in succeeds("info", boot_set).out.decode()
        fails(2, "edit", boot_set, "-o", work / "out", "--mkdir", f"{ROOT_EXT4}:/new", naming=[ROOT_EXT4, naming])
        assert not (work / "out").exists()
        # Carried over as it is it can be.
        succeeds("edit", boot_set, "-o", work / "other", "--mkdir", f"{INITRD}:/new")
        assert (work / "other" / ROOT_EXT4).read_bytes() == image.read_bytes()
        run("rm", "-rf", work / "other")
        image.write_bytes(content)


def test_damage_elsewhere(work):
    """Though the edit is far from it: what cannot be read cannot be proven, and that is said before anything is written."""
    boot_set = make_set(work)
    run("debugfs", "-w", "-R", "set_inode_field usr/share/small/text1 file_acl 3999999", boot_set / ROOT_EXT4)
    said = fails(2, "edit", boot_set, "-o", work / "out", "--mkdir", f"{ROOT_EXT4}:/new", naming=[ROOT_EXT4, "text1"]).err
    assert "was written" not in said, said
    assert not (work / "out").exists() and strays(work) == []


def test_cut_off(work):
    boot_set = make_set(work)
    image = boot_set / ROOT_EXT4
    image.write_bytes(image.read_bytes()[:2 << 20])
    fails(2, "edit", boot_set, "-o", work / "out", "--mkdir", f"{ROOT_EXT4}:/new", naming=[ROOT_EXT4, "cut off"])
    assert "cut off" in succeeds("info", boot_set).out.decode()
    assert succeeds("cat", f"{image}:/usr/bin/tool").out == b"#!/bin/sh\n"


cli_test.main(globals())
