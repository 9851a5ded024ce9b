#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""An installer's tree, the same file in several places of it, and distros of Cobbler's."""

import hashlib
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent / "lib"))

import cli_test
import small_set
from cli_test import fails, succeeds
from installer_set import (FILES, ISO_INITRD, ISO_KERNEL, NAME, PXE_INITRD, PXE_KERNEL, SQUASHFS, TREE_INFO, digest, make_server,
                           make_tree)
from small_set import NEW


def members(set_name):
    info = succeeds("info", set_name, "--json").json("info")
    return info, [info["kernel"]["file"]] + [image["path"] for image in info["images"]]


def test_from_any_file(work, boot_set):
    tree = make_tree(work / "tree", boot_set)
    for asked in ["", *FILES]:
        info, found = members(tree / asked)
        assert found == [PXE_KERNEL, PXE_INITRD, SQUASHFS], (asked, found)
        assert [copy["path"] for copy in info["kernel"]["copies"]] == [ISO_KERNEL]
        assert [copy["path"] for copy in info["images"][0]["copies"]] == [ISO_INITRD]
        assert info["tree_infos"] == [{"path": TREE_INFO}] and info["distro"] is None
        assert all(image["state"] == "match" for image in info["images"])
    said = succeeds("info", tree).out.decode()
    assert f"the same file: {ISO_INITRD}" in said, said


def test_from_the_folder_of_the_file(work, boot_set):
    """A path that does not name the tree's folders."""
    tree = make_tree(work / "tree", boot_set)
    found = succeeds("info", "initrd.img", "--json", cwd=tree / "images/pxeboot").json("info")
    assert found["kernel"]["file"] == PXE_KERNEL and found["images"][1]["path"] == SQUASHFS


def expected_tree_info(tree, out):
    """What was there, with the checksums of what is new in the place of the old ones, and not a byte else."""
    text = (tree / TREE_INFO).read_bytes()
    for path, kind in [(SQUASHFS, "sha256"), (PXE_KERNEL, "sha256"), (PXE_INITRD, "md5")]:
        text = text.replace(digest(tree / path, kind).encode(), digest(out / path, kind).encode())
    return text


def test_swap(work, boot_set):
    tree = make_tree(work / "tree", boot_set)
    (tree / ISO_INITRD).chmod(0o640)
    before = small_set.digests(tree)
    new = small_set.make_kernel(work / "new")
    said = succeeds("swap-kernel", tree / SQUASHFS, new, "-o", work / "out", "--json").json("export")
    assert [image["path"] for image in said["images"]] == FILES
    assert [image.get("copy_of") for image in said["images"]] == [None, PXE_KERNEL, None, PXE_INITRD, None, None]
    assert all(image["changed"] for image in said["images"])
    assert small_set.digests(tree) == before
    out = work / "out"
    assert sorted(path for path, (mode, _) in small_set.digests(out).items() if (out / path).is_file()) == sorted(
        [*FILES, "bootgraft.json"])
    for path, copy in [(PXE_KERNEL, ISO_KERNEL), (PXE_INITRD, ISO_INITRD)]:
        assert digest(out / path) == digest(out / copy) != digest(tree / path)
    assert (out / ISO_INITRD).stat().st_mode & 0o777 == 0o640
    assert (out / TREE_INFO).read_bytes() == expected_tree_info(tree, out) != (tree / TREE_INFO).read_bytes()
    info, _ = members(out / TREE_INFO)
    assert info["kernel"]["release"] == NEW and all(image["releases"] == [NEW] for image in info["images"])
    succeeds("verify", out, "--full")


def test_unchanged(work, boot_set):
    """What nobody changed is the same file in the new folder, the list as well."""
    tree = make_tree(work / "tree", boot_set)
    said = succeeds("export", tree, "-o", work / "out", "--json").json("export")
    assert not any(image["changed"] for image in said["images"])
    for path in FILES:
        assert digest(tree / path) == digest(work / "out" / path)


def test_one_layer(work, boot_set):
    """A checksum that is not true of what was not changed is not made true."""
    tree = make_tree(work / "tree", boot_set)
    stale = (tree / TREE_INFO).read_text().replace(digest(tree / SQUASHFS), "f" * 64)
    (tree / TREE_INFO).write_text(stale, newline="")
    succeeds("edit", tree, "-o", work / "out", "--write", f"{ISO_INITRD}:/new:text")
    found = (work / "out" / TREE_INFO).read_bytes().decode()
    assert found == stale.replace(digest(tree / PXE_INITRD, "md5"), digest(work / "out" / PXE_INITRD, "md5")) != stale


def test_in_place(work, boot_set):
    tree = make_tree(work / "tree", boot_set)
    old = {path: digest(tree / path) for path in FILES}
    text = (tree / TREE_INFO).read_bytes()
    said = succeeds("edit", tree / PXE_INITRD, "--in-place", "--write", f"{PXE_INITRD}:/new:text", "--json").json("export")
    changed = [image["path"] for image in said["images"] if image["changed"]]
    assert changed == [PXE_INITRD, ISO_INITRD, TREE_INFO], changed
    for path in FILES:
        kept = tree / (path + ".bootgraft-old")
        assert kept.exists() == (path in changed), path
        assert digest(kept if kept.exists() else tree / path) == old[path]
    assert digest(tree / PXE_INITRD) == digest(tree / ISO_INITRD)
    assert (tree / TREE_INFO).read_bytes() == text.replace(
        hashlib.md5((tree / (PXE_INITRD + ".bootgraft-old")).read_bytes()).hexdigest().encode(),
        digest(tree / PXE_INITRD, "md5").encode())
    succeeds("verify", tree, "--full")


def test_hard_links(work, boot_set):
    """As Cobbler links what it serves: a rename alone would leave the other name with the old file."""
    tree = make_tree(work / "tree", boot_set)
    (tree / ISO_INITRD).unlink()
    os.link(tree / PXE_INITRD, tree / ISO_INITRD)
    succeeds("edit", tree, "--in-place", "--write", f"{PXE_INITRD}:/new:text")
    assert succeeds("cat", f"{tree / ISO_INITRD}:/new").out == b"text"
    assert digest(tree / PXE_INITRD) == digest(tree / ISO_INITRD)


def test_erofs(work, boot_set):
    tree = make_tree(work / "tree", boot_set)
    (tree / SQUASHFS).write_bytes(b"\0" * 1024 + b"\xe2\xe1\xf5\xe0" + b"\0" * 4096)
    fails(2, "info", tree / SQUASHFS, naming=[SQUASHFS, "EROFS", "not support"], stdout=open(os.devnull, "w"))
    fails(2, "swap-kernel", tree, small_set.make_kernel(work / "new"), "-o", work / "out", naming=[SQUASHFS, "EROFS"])


def test_cobbler(work, boot_set):
    server = work / "server"
    tree, record, served = make_server(server, boot_set)
    report = work / "report.txt"
    report.write_text(f"Name                           : {NAME}\nArchitecture                   : x86_64\n"
                      f"Initrd                         : {tree / PXE_INITRD}\n"
                      f"Kernel                         : {tree / PXE_KERNEL}\n\n")
    for asked in (f"cobbler:{server / 'var/lib/cobbler'}#{NAME}", record, report, f"{report}#{NAME}"):
        info, found = members(asked)
        assert found == [PXE_KERNEL, PXE_INITRD, SQUASHFS], (asked, found)
        assert info["distro"]["name"] == NAME
    assert members(record)[0]["distro"]["served"] == [{"path": str(served / name), "same": True}
                                                      for name in ("vmlinuz", "initrd.img")]
    (served / "vmlinuz").write_text("another")
    assert members(record)[0]["distro"]["served"][0]["same"] is False
    said = succeeds("info", record).out.decode()
    assert f"{served / 'vmlinuz'}, which differs: run “cobbler sync”" in said, said
    fails(2, "info", f"cobbler:{server / 'var/lib/cobbler'}#nothing", naming=["nothing", NAME])


def test_cobbler_says_what_is_left(work, boot_set):
    server = work / "server"
    tree, record, _ = make_server(server, boot_set)
    distro = f"cobbler:{server / 'var/lib/cobbler'}#{NAME}"
    new = small_set.make_kernel(work / "new")
    said = succeeds("swap-kernel", distro, new, "-o", work / "out", "--json").json("export")
    assert any("cobbler sync" in note and str(tree) in note for note in said["notes"]), said["notes"]
    said = succeeds("swap-kernel", record, new, "--in-place").out.decode()
    assert "cobbler sync" in said.splitlines()[-1], said
    info, _ = members(distro)
    assert info["kernel"]["release"] == NEW
    assert [one["same"] for one in info["distro"]["served"]] == [False, False]
    # Of a tree that no distro of Cobbler's was named for, nothing is said.
    assert "cobbler" not in succeeds("export", boot_set, "-o", work / "plain").out.decode()


if __name__ == "__main__":
    cli_test.main(globals())
