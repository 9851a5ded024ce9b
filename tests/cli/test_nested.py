#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Images inside of images: an ext4 in a squashfs, and deeper, seen and edited as one more level of the same tree."""

import pathlib
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent / "lib"))

import cli_test
import nested_set
import small_set
from cli_test import bootgraft, fails, strays, succeeds
from nested_set import BLOCK, INNER, NESTED, ROOT
from small_set import INITRD, KERNEL, NEW, OLD


def cat(image, path):
    return succeeds("cat", f"{image}:{path}").out


def entries(image, path="/"):
    """Everything in it, by its address without the image, with all attributes and what it holds."""
    found = succeeds("ls", "-R", "--json", f"{image}:{path}").json("ls")["entries"]
    return {entry["address"].removeprefix(f"{image}:"): {key: value for key, value in entry.items() if key != "address"}
            for entry in found}


def check_ext4(image):
    """By e2fsck, which changes nothing: what it does not find fault with."""
    done = subprocess.run(["e2fsck", "-fn", image], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    assert done.returncode == 0, done.stdout.decode()


def changed_blocks(before, after):
    """How many blocks of the squashfs two file systems differ in."""
    a, b = pathlib.Path(before).read_bytes(), pathlib.Path(after).read_bytes()
    assert len(a) == len(b)
    return sum(a[at:at + BLOCK] != b[at:at + BLOCK] for at in range(0, len(a), BLOCK))


def test_info(work, boot_set):
    found = succeeds("info", "--json", boot_set).json("info")
    inner = {image["path"]: image for image in found["images"]}[NESTED]
    assert [image["path"] for image in found["images"]] == [INITRD, ROOT, NESTED], found
    assert (inner["format"], inner["label"], inner["parent"], inner["role"]) == ("ext4", "Anaconda", ROOT, "root"), inner
    assert inner["releases"] == [OLD] and inner["matches"] and inner["size"] == 12288 * 1024, inner
    assert inner["free"] > 1 << 20 and inner["free_inodes"] > 100 and inner["read_only"] is None, inner
    assert all(image["parent"] is None and image["free"] is None for image in found["images"] if image is not inner), found
    said = succeeds("info", boot_set).out.decode().splitlines()
    at = next(i for i, line in enumerate(said) if NESTED in line)
    assert ROOT in said[at - 2] + said[at - 1] and "ext4" in said[at] and "Anaconda" in said[at], said
    assert "inodes free" in said[at + 1], said
    # The squashfs alone has it, too.
    alone = succeeds("info", "--json", boot_set / ROOT).json("info")["images"]
    assert any(image["label"] == "Anaconda" for image in alone), alone


def test_looking(work, boot_set):
    image = f"{boot_set / ROOT}:{INNER}"
    assert succeeds("ls", f"{boot_set / ROOT}:/LiveOS").out == b"rootfs.img\n"
    assert "noise" in succeeds("ls", f"{image}:/usr/share/small").out.decode().split()
    assert cat(image, "/usr/share/small/noise") == small_set.noise("root", 30000)
    assert cat(image, "/usr/share/hole") == b"\0" * 100000 + b"end"
    # Without the second path the image itself is meant.
    assert cat(boot_set / ROOT, INNER)[1024 + 0x38:1024 + 0x3a] == b"\x53\xef"
    succeeds("extract", f"{image}:/usr/share/small", work / "out")
    assert (work / "out/small/noise-too").read_bytes() == small_set.noise("root", 30000)
    first = succeeds("ls", "--json", f"{image}:/usr/share/small").json("ls")["entries"][0]
    assert cat(*first["address"].rsplit(":", 1)), first
    modules = succeeds("modules", "--json", boot_set).json("modules")["modules"]
    inside = [module for module in modules if module["layer"] == NESTED]
    assert len(inside) == 4, modules
    for address, naming in ((f"{image}:/none", "none"), (f"{boot_set / ROOT}:/none:/x", "none"),
                            (f"{image}:/usr/share/big:/x", "big"), (f"{boot_set / ROOT}:/LiveOS:/x", "LiveOS"),
                            (f"{boot_set / ROOT}@1:{INNER}:/x", "segment"), (f"{image}:/a:/b:/c:/d", "images inside")):
        fails(2, "cat", address, naming=naming)


def test_edit(work, boot_set):
    before, was = small_set.digests(boot_set), entries(boot_set / ROOT, "/")
    inner = entries(f"{boot_set / ROOT}:{INNER}")
    said = succeeds("edit", boot_set, "-o", work / "out", "--write", f"{NESTED}:/etc-new:one line", "--append-line",
                    f"{NESTED}:/usr/share/small/text3:more", "--delete", f"{NESTED}:/usr/bin/tool", "--json").json("export")
    out = work / "out"
    assert small_set.digests(boot_set) == before and strays(work) == []
    assert [(image["path"], image["changed"]) for image in said["images"]] == [
        (KERNEL, False), (INITRD, False), (ROOT, True), (small_set.ENTRY, False)], said
    assert set(small_set.digests(out)) == set(before) | {"bootgraft.json"}
    now = entries(out / ROOT, "/")
    assert now == was, "of the squashfs nothing changed but the content of one file"
    found = entries(f"{out / ROOT}:{INNER}")
    touched = {"/etc-new", "/usr/share/small/text3", "/usr/bin/tool", "/usr/bin", "/"}
    assert {path: entry for path, entry in found.items() if path not in touched} == {
        path: entry for path, entry in inner.items() if path not in touched}
    assert "/usr/bin/tool" not in found
    assert cat(f"{out / ROOT}:{INNER}", "/etc-new") == b"one line"
    assert cat(f"{out / ROOT}:{INNER}", "/usr/share/small/text3") == b"fragment 3\n" * 4 + b"more\n"
    assert cat(f"{out / ROOT}:{INNER}", "/usr/share/big") == small_set.noise("big", 3 << 20)
    # By the tools that it is made for.
    old, new = nested_set.extract(boot_set / ROOT, work / "x1"), nested_set.extract(out / ROOT, work / "x2")
    check_ext4(new)
    # What it cost: the blocks that differ, and the tables.
    size = (out / ROOT).stat().st_size
    image = said["images"][2]
    assert image["size"] == size == image["copied"] + image["encoded"], image
    assert image["encoded"] <= changed_blocks(old, new) * BLOCK + 4096, (image, changed_blocks(old, new))
    assert image["encoded"] < 200000 < image["copied"], image


def test_same_edit_same_bytes(work, boot_set):
    for out in ("one", "two"):
        succeeds("edit", boot_set, "-o", work / out, "--write", f"{NESTED}:/new:text")
    assert small_set.digests(work / "one") == small_set.digests(work / "two")


def test_both_levels_at_once(work, boot_set):
    succeeds("edit", boot_set, "-o", work / "out", "--write", f"{ROOT}:/beside:text", "--mkdir", f"{NESTED}:/made", "--move",
             f"{NESTED}:/usr/bin/tool:/made/tool", "--chmod", f"0600:{ROOT}:{INNER}", "--full")
    out = work / "out" / ROOT
    assert cat(out, "/beside") == b"text" and cat(f"{out}:{INNER}", "/made/tool") == b"#!/bin/sh\n"
    assert entries(out, "/")["/LiveOS/rootfs.img"]["mode"] == 0o600
    check_ext4(nested_set.extract(out, work / "x"))


def test_swap_kernel(work, boot_set):
    new = small_set.make_kernel(work / "kernel")
    before = small_set.digests(boot_set)
    said = succeeds("swap-kernel", boot_set, new, "-o", work / "out", "--json").json("export")
    out = work / "out"
    found = succeeds("info", "--json", out).json("info")
    assert found["kernel"]["release"] == NEW
    layers = {image["path"]: (image["releases"], image["matches"]) for image in found["images"]}
    assert layers == {INITRD: ([NEW], True), ROOT: ([], None), NESTED: ([NEW], True)}, layers
    assert not any(ROOT in note for note in said["notes"]), said["notes"]
    dep = cat(f"{out / ROOT}:{INNER}", f"/lib/modules/{NEW}/modules.dep").decode().splitlines()
    assert "kernel/fs/small_fs.ko: kernel/lib/small_lib.ko" in dep, dep
    assert f"/usr/lib/modules/{OLD}" not in entries(f"{out / ROOT}:{INNER}")
    check_ext4(nested_set.extract(out / ROOT, work / "x"))
    assert said["verified"] and small_set.digests(boot_set) == before and strays(work) == []
    # In place, the old squashfs stays beside it, and nothing else.
    succeeds("swap-kernel", boot_set, new, "--in-place")
    assert (boot_set / ROOT).read_bytes() == (out / ROOT).read_bytes()
    assert sorted(path.name for path in (boot_set / "LiveOS").iterdir()) == ["squashfs.img", "squashfs.img.bootgraft-old"]


def test_no_room(work):
    """Told before anything is changed, with what is lacking."""
    boot_set = nested_set.make_set(work / "set", kilobytes=4608)
    new = small_set.make_kernel(work / "kernel")
    with open(new / "modules-new/kernel/lib/small_lib.ko", "ab") as module:
        module.write(small_set.noise("large", 4 << 20))
    before = small_set.digests(boot_set)
    ended = fails(2, "swap-kernel", boot_set, new, "-o", work / "out", naming=["rootfs.img", "needs", "more", "MB"])
    assert ended.err.count(NESTED) == 1, ended.err
    (work / "large").write_bytes(small_set.noise("large", 4 << 20))
    fails(3, "edit", boot_set, "-o", work / "out", "--upload", f"{work / 'large'}:{NESTED}:/large", naming=["needs", "more"])
    assert not (work / "out").exists() and strays(work) == [] and small_set.digests(boot_set) == before


def test_verify_and_diff(work, boot_set):
    succeeds("edit", boot_set, "-o", work / "out", "--write", f"{NESTED}:/new:text")
    out = work / "out"
    for options in ([], ["--full"]):
        found = succeeds("verify", "--json", *options, out).json("verify")["images"]
        assert NESTED in [image["path"] for image in found] and all(image["status"] == "ok" for image in found), found
    difference = bootgraft("diff", "--json", boot_set, out).json("diff")["changes"]
    changes = {change["address"]: (change["kind"], change["fields"]) for change in difference}
    assert changes.pop(f"{NESTED}:/new")[0] == "added", difference
    assert changes.pop(f"{ROOT}:{INNER}") == ("changed", ["content"]), difference
    assert set(changes) <= {f"{NESTED}:/"}, difference
    # Damage inside of the file system is found at its own level.
    inner = nested_set.extract(out / ROOT, work / "x/outer")
    data = bytearray(inner.read_bytes())
    data[2048:2048 + 64] = b"\xff" * 64  # the first group's descriptor
    inner.write_bytes(data)
    (work / "bad/LiveOS").mkdir(parents=True)
    nested_set.make_squashfs(work / "x/outer", work / "bad" / ROOT)
    found = bootgraft("verify", "--json", work / "bad")
    assert found.code == 1, found.err
    assert [(image["path"], image["status"]) for image in found.json("verify")["images"]] == [
        (ROOT, "ok"), (NESTED, "unreadable")], found.out


def test_one_image(work, boot_set):
    """The inner image alone, as a file."""
    succeeds("edit", boot_set, "--image", NESTED, "-o", work / "rootfs.img", "--write", f"{NESTED}:/new:text")
    check_ext4(work / "rootfs.img")
    assert cat(work / "rootfs.img", "/new") == b"text"
    succeeds("edit", boot_set, "--image", ROOT, "-o", work / "squashfs.img", "--write", f"{NESTED}:/new:text")
    assert cat(f"{work / 'squashfs.img'}:{INNER}", "/new") == b"text"
    fails(2, "edit", boot_set, "--image", INITRD, "-o", work / "no.img", "--write", f"{NESTED}:/new:text", naming="rootfs.img")


def test_compression(work, boot_set):
    """Of the outer image; the inner one has none of its own to be changed."""
    succeeds("edit", boot_set, "-o", work / "out", "--compression", f"{ROOT}=zstd", "--write", f"{NESTED}:/new:text")
    found = succeeds("info", "--json", work / "out").json("info")["images"]
    assert [image["compression"] for image in found][1:] == ["zstd", "none"], found
    check_ext4(nested_set.extract(work / "out" / ROOT, work / "x"))
    fails(2, "export", boot_set, "-o", work / "two", "--compression", f"{NESTED}=xz", naming=[NESTED, "lies in another"])


def test_three_levels(work, boot_set):
    """What cannot be patched (a squashfs) is written anew, in the image around it."""
    outer = work / "outer"
    (outer / "images").mkdir(parents=True)
    shutil.copy(boot_set / ROOT, outer / "images/inner.squashfs")
    (outer / "other").write_text("beside\n")
    (boot_set / ROOT).unlink()
    nested_set.make_squashfs(outer, boot_set / ROOT, "gzip")
    deep = f"{ROOT}:/images/inner.squashfs:{INNER}"
    succeeds("edit", boot_set, "-o", work / "out", "--write", f"{deep}:/new:text", "--full")
    out = work / "out" / ROOT
    assert cat(f"{out}:/images/inner.squashfs:{INNER}", "/new") == b"text"
    assert cat(out, "/other") == b"beside\n" and strays(work) == []
    middle = nested_set.extract(out, work / "x1", "/images/inner.squashfs")
    check_ext4(nested_set.extract(middle, work / "x2"))


def test_in_an_initrd(work, boot_set):
    """An image that only an address names, in an archive of an initrd."""
    succeeds("edit", boot_set, "-o", work / "with", "--upload", f"{boot_set / ROOT}:{INITRD}:/root.squashfs")
    succeeds("edit", work / "with", "-o", work / "out", "--write", f"{INITRD}:/root.squashfs:{INNER}:/new:text")
    out = work / "out" / INITRD
    assert cat(f"{out}:/root.squashfs:{INNER}", "/new") == b"text"
    assert cat(f"{out}@2:/root.squashfs:{INNER}", "/new") == b"text"
    assert cat(out, "/conf/modules") == b"small_net\n"


def test_edited_and_replaced(work, boot_set):
    (work / "other.img").write_bytes(b"x" * 1000)
    fails(2, "edit", boot_set, "-o", work / "out", "--write", f"{NESTED}:/new:text", "--delete", f"{ROOT}:{INNER}",
          naming=[NESTED, "undo"])
    assert not (work / "out").exists()
    # A text that was left out does not become the file's.
    fails(2, "edit", boot_set, "-o", work / "out", "--write", f"{NESTED}:/new", naming="--write")


def test_plain_root(work, boot_set):
    """The file system next to its kernel, without a squashfs around it."""
    inner = nested_set.extract(boot_set / ROOT, work / "x")
    shutil.move(inner, boot_set / "rootfs.img")
    shutil.rmtree(boot_set / "LiveOS")
    new = small_set.make_kernel(work / "kernel")
    succeeds("swap-kernel", boot_set, new, "-o", work / "out")
    check_ext4(work / "out/rootfs.img")
    found = succeeds("info", "--json", work / "out").json("info")["images"]
    assert [(image["path"], image["releases"]) for image in found] == [(INITRD, [NEW]), ("rootfs.img", [NEW])], found


def test_not_to_be_edited(work, boot_set):
    """A journal that was not replayed: read, and not written."""
    inner = nested_set.extract(boot_set / ROOT, work / "x/outer")
    small_set.run("debugfs", "-w", "-R", "feature has_journal needs_recovery", inner)
    (boot_set / ROOT).unlink()
    nested_set.make_squashfs(work / "x/outer", boot_set / ROOT)
    found = succeeds("info", "--json", boot_set).json("info")["images"]
    assert "needs_recovery" in found[-1]["read_only"], found
    new = small_set.make_kernel(work / "kernel")
    fails(2, "swap-kernel", boot_set, new, "-o", work / "out", naming=["rootfs.img", "needs_recovery"])


def test_diff_of_files(work, boot_set):
    """Two files that are no sets are looked into as deep as the images of sets are."""
    succeeds("edit", boot_set, "-o", work / "out", "--write", f"{NESTED}:/new:text", "--chmod", f"700:{NESTED}:/usr/bin/tool")
    ended = bootgraft("diff", "--json", boot_set / ROOT, work / "out" / ROOT)
    changes = {change["address"]: (change["kind"], change["fields"]) for change in ended.json("diff")["changes"]}
    assert ended.code == 1 and changes.pop(INNER) == ("changed", ["content"]), changes
    assert changes.pop(f"{INNER}:/new") == ("added", []) and changes.pop(f"{INNER}:/usr/bin/tool") == ("changed", ["mode"]), changes
    assert set(changes) <= {f"{INNER}:/"}, changes
    of_sets = bootgraft("diff", "--json", boot_set, work / "out").json("diff")["changes"]
    assert {change["address"].removeprefix(f"{ROOT}:") for change in of_sets} == {
        INNER, f"{INNER}:/new", f"{INNER}:/usr/bin/tool", *changes}, of_sets
    said = bootgraft("diff", boot_set / ROOT, work / "out" / ROOT).out.decode()
    assert f"{INNER}:/new" in said, said
    assert bootgraft("diff", boot_set / ROOT, boot_set / ROOT).code == 0
    # By another name it is the only one still; beside another root only its own name counts.
    inner = nested_set.extract(work / "out" / ROOT, work / "x/outer")
    inner.rename(inner.with_name("ext3fs.img"))
    nested_set.make_squashfs(work / "x/outer", work / "renamed.img")
    ended = bootgraft("diff", "--json", boot_set / ROOT, work / "renamed.img")
    changes = {change["address"]: change["kind"] for change in ended.json("diff")["changes"]}
    assert changes[INNER] == "removed" and changes["/LiveOS/ext3fs.img"] == "added", changes
    assert changes[f"{INNER}:/new"] == "added" and changes[f"{INNER}:/usr/bin/tool"] == "changed", changes
    shutil.copy(nested_set.extract(boot_set / ROOT, work / "y/outer"), work / "x/outer/LiveOS/rootfs.img")
    nested_set.make_squashfs(work / "x/outer", work / "both.img")
    ended = bootgraft("diff", "--json", boot_set / ROOT, work / "both.img")
    changes = {change["address"]: change["kind"] for change in ended.json("diff")["changes"]}
    assert not any(address.startswith(f"{INNER}:") for address in changes), changes
    # Images three deep.
    for name in ("out", "set"):
        (work / f"{name}.deeper/LiveOS").mkdir(parents=True)
        shutil.copy(work / name / ROOT, work / f"{name}.deeper/LiveOS/squashfs.img")
        nested_set.make_squashfs(work / f"{name}.deeper", work / f"{name}.img")
    ended = bootgraft("diff", "--json", work / "set.img", work / "out.img")
    changes = {change["address"]: change["kind"] for change in ended.json("diff")["changes"]}
    assert changes[f"/LiveOS/squashfs.img:{INNER}:/new"] == "added", changes


cli_test.main(globals(), nested_set.make_set)
