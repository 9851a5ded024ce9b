#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""New images of a folder, of a root and of what is in another image: ext4, squashfs, newc."""

import gzip
import lzma
import os
import pathlib
import re
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent / "lib"))

import cli_test
import nested_set
import small_set
from cli_test import bootgraft, fails, pretend, strays, succeeds
from nested_set import INNER, ROOT
from small_set import INITRD, run

CENTOS = ("has_journal ext_attr resize_inode dir_index filetype extent 64bit flex_bg sparse_super large_file huge_file uninit_bg "
          "dir_nlink extra_isize")


def create(kind, source, out, *options, **more):
    return succeeds("create", kind, source, "-o", out, *options, "--json", **more).json("create")


def entries(image, prefix=""):
    """Everything in it by its path, with what an image of any kind tells; a folder's size is its own affair."""
    found = succeeds("ls", "-R", "--json", f"{image}:{prefix or '/'}").json("ls")["entries"]
    start = len(f"{image}:{prefix}")
    keys = ("type", "mode", "uid", "gid", "mtime", "target", "rdev")
    return {entry["address"][start:]: ({key: entry[key] for key in keys}, entry["size"] if entry["type"] == "file" else None)
            for entry in found if entry["address"][start:] not in ("", "/", "/lost+found")}


def facts(image):
    lines = run("dumpe2fs", "-h", image).decode().splitlines()
    return {line.split(":", 1)[0]: line.split(":", 1)[1].strip() for line in lines if ":" in line}


def assert_same_contents(source, image, paths):
    for path in paths:
        assert succeeds("cat", f"{source}:{path}").out == succeeds("cat", f"{image}:{path}").out, path


def make_tree(folder):
    """A folder of this machine with something of each kind that needs no root."""
    (folder / "sub/deeper").mkdir(parents=True)
    (folder / "sub/file").write_bytes(small_set.noise("file", 300000))
    (folder / "sub/empty").write_bytes(b"")
    (folder / "sub/tool").write_text("#!/bin/sh\n")
    (folder / "sub/tool").chmod(0o4755)
    os.link(folder / "sub/file", folder / "sub/deeper/linked")
    os.symlink("sub/file", folder / "link")
    os.mkfifo(folder / "pipe")
    (folder / "with space \u00e9").write_text("text")
    small_set.settle(folder)
    return folder


def test_ext4_of_a_root(work):
    boot_set = small_set.make_set(work / "set")
    source = boot_set / small_set.ROOT
    before = small_set.digests(boot_set)
    said = create("ext4", f"{source}:/", work / "root.img", "--label", "Fresh")
    image = work / "root.img"
    run("e2fsck", "-fn", image)
    assert entries(image) == entries(source)
    assert said["entries"] == len(entries(source)) and said["size"] == image.stat().st_size and said["verified"], said
    found = facts(image)
    assert found["Filesystem features"] == CENTOS, found
    assert (found["Filesystem volume name"], found["Inode size"], found["Block size"]) == ("Fresh", "256", "4096"), found
    assert run("debugfs", "-R", "cat usr/share/small/noise", image) == small_set.noise("root", 30000)
    assert b"Links: 2" in run("debugfs", "-R", "stat usr/share/small/noise", image)
    assert b"Device major/minor number: 05:01" in run("debugfs", "-R", "stat dev/console", image)
    files = [path for path, entry in entries(source).items() if entry[0]["type"] == "file"]
    assert_same_contents(source, image, files)
    assert small_set.digests(boot_set) == before and strays(work) == []
    # As small as will do, about.
    assert image.stat().st_size < sum(entry[1] or 0 for entry in entries(source).values()) + (20 << 20)
    time.sleep(1.1)
    assert create("ext4", f"{source}:/", work / "again.img", "--label", "Fresh")["sha256"] == said["sha256"]


def test_ext4_like_the_original(work):
    boot_set = nested_set.make_set(work / "set")
    source = f"{boot_set / ROOT}:{INNER}"
    old = nested_set.extract(boot_set / ROOT, work / "x")
    create("ext4", f"{source}:/", work / "same.img")
    run("e2fsck", "-fn", work / "same.img")
    was, now = facts(old), facts(work / "same.img")
    for name in ("Filesystem features", "Filesystem UUID", "Filesystem volume name", "Block size", "Inode size"):
        assert was[name] == now[name], (name, was[name], now[name])
    assert entries(work / "same.img") == entries(source)
    assert_same_contents(source, work / "same.img", ["/usr/share/big", "/usr/share/hole", "/usr/bin/tool"])
    create("ext4", f"{source}:/", work / "other.img", "--features", "centos-7", "--block-size", "1024", "--size", "40M")
    run("e2fsck", "-fn", work / "other.img")
    found = facts(work / "other.img")
    assert found["Filesystem features"] == CENTOS and found["Block size"] == "1024", found
    assert (work / "other.img").stat().st_size == 40 << 20
    assert found["Filesystem UUID"] != was["Filesystem UUID"]
    # A part of it.
    create("ext4", f"{source}:/usr/share", work / "part.img")
    run("e2fsck", "-fn", work / "part.img")
    assert entries(work / "part.img") == entries(source, "/usr/share")


def test_ext4_that_cannot_be_edited(work):
    """The way out that the refusal names."""
    boot_set = small_set.make_set(work / "set", root_name=small_set.ROOT_EXT4)
    source = boot_set / small_set.ROOT_EXT4
    tree = work / "tree"
    run("debugfs", "-R", f"rdump / {work}", source)
    (work / "usr").rename(tree)
    run("setfattr", "-n", "user.note", "-v", "kept", tree / "bin/tool")
    source.unlink()
    run("mke2fs", "-q", "-F", "-t", "ext4", "-I", "256", "-O", "inline_data,quota", "-d", tree, source, "32M")
    fails(2, "edit", boot_set, "-o", work / "out", "--mkdir", f"{source.name}:/new", naming=["inline_data", "bootgraft-cli create"])
    create("ext4", f"{source}:/", work / "new.img")
    run("e2fsck", "-fn", work / "new.img")
    features = facts(work / "new.img")["Filesystem features"].split()
    assert not {"inline_data", "quota"} & set(features) and "metadata_csum" in features, features
    assert entries(work / "new.img") == entries(source)
    assert b"kept" in run("debugfs", "-R", "ea_get bin/tool user.note", work / "new.img")
    succeeds("edit", work / "new.img", "--image", "new.img", "-o", work / "edited.img", "--mkdir", "new.img:/new")


def test_folder(work):
    tree = make_tree(work / "tree")
    for kind in ("ext4", "squashfs", "newc"):
        image = work / kind
        create(kind, tree, image)
        found = entries(image)
        assert set(found) == {f"/{path.relative_to(tree)}" for path in tree.rglob("*")}, found
        for path, (entry, size) in found.items():
            status = os.lstat(tree / path[1:])
            assert (entry["uid"], entry["gid"]) == (0, 0), (path, entry)
            assert entry["mode"] == status.st_mode & 0o7777 and entry["mtime"] == int(status.st_mtime), (path, entry)
            assert size is None or size == status.st_size, path
        assert succeeds("cat", f"{image}:/sub/deeper/linked").out == small_set.noise("file", 300000)
        assert strays(work) == []
    if os.geteuid() == 0:
        os.chown(tree / "sub/empty", 1234, 70000, follow_symlinks=False)
        create("squashfs", tree, work / "kept", "--keep-owners")
        assert [entries(work / "kept")["/sub/empty"][0][key] for key in ("uid", "gid")] == [1234, 70000]
        create("squashfs", tree, work / "not-kept")
        assert [entries(work / "not-kept")["/sub/empty"][0][key] for key in ("uid", "gid")] == [0, 0]
    # What is not read from a folder of this machine is told.
    run("setfattr", "-n", "user.note", "-v", "x", tree / "sub/tool")
    said = create("squashfs", tree, work / "told")
    assert len(said["notes"]) == 1 and re.search("1 entry has extended attributes", said["notes"][0]), said
    (work / "one").mkdir()
    (work / "one/file").write_text("x")
    assert b"1 entry)" in succeeds("create", "squashfs", work / "one", "-o", work / "one.img").out


def test_squashfs(work):
    boot_set = small_set.make_set(work / "set", root_name=small_set.ROOT_EXT4)
    source = boot_set / small_set.ROOT_EXT4
    for compression, block in (("xz", 131072), ("zstd", 4096), ("gzip", 1048576), ("lz4", 65536), ("lzo", 16384), ("none", 131072)):
        image = work / f"{compression}.img"
        said = create("squashfs", f"{source}:/", image, "--compression", compression, "--block-size", str(block))
        assert entries(image) == {path: entry for path, entry in entries(source).items()}, compression
        told = run("unsquashfs", "-s", image).decode()
        assert f"Block size {block}" in told, told
        assert compression == "none" or f"Compression {compression}" in told, told
        run("unsquashfs", "-no-progress", "-ignore-errors", "-d", work / f"x-{compression}", image, "usr")
        tree = work / f"x-{compression}/usr"
        assert (tree / "share/small/noise").read_bytes() == small_set.noise("root", 30000)
        assert (tree / "share/small/noise").stat().st_nlink == 2
        assert (tree / "bin/tool").read_bytes() == b"#!/bin/sh\n"
        assert said["size"] == image.stat().st_size
    told = run("unsquashfs", "-s", work / "xz.img").decode()
    assert "duplicates are removed" in told.lower() and "exportable" in told.lower(), told
    assert create("squashfs", f"{source}:/", work / "again")["sha256"] == create("squashfs", f"{source}:/", work / "more")["sha256"]
    # It is an image like any other.
    succeeds("edit", work / "xz.img", "--image", "xz.img", "-o", work / "edited", "--mkdir", "xz.img:/new")


def test_newc(work):
    boot_set = small_set.make_set(work / "set")
    source = boot_set / INITRD
    for compression, decode in ((None, bytes), ("gzip", gzip.decompress), ("xz", lzma.decompress), ("zstd", None), ("lz4", None)):
        image = work / f"{compression}.img"
        create("newc", f"{source}:/", image, *(["--compression", compression] if compression else []))
        assert entries(image) == entries(source), compression
        if decode is None:
            archive = run(compression, "-dc", image)
        else:
            archive = decode(image.read_bytes())
        listed = run("cpio", "-it", "--quiet", input=archive).decode().splitlines()
        assert {f"/{path}" for path in listed} == set(entries(source)), listed
    (work / "x").mkdir()
    run("cpio", "-id", "--quiet", "--no-absolute-filenames", input=(work / "None.img").read_bytes(), cwd=work / "x")
    for path, (entry, _) in entries(source).items():
        if entry["type"] == "file":
            assert (work / "x" / path[1:]).read_bytes() == succeeds("cat", f"{source}:{path}").out, path
    # What an archive cannot hold is told.
    tree = make_tree(work / "tree")
    run("setfattr", "-n", "user.note", "-v", "x", tree / "sub/tool")
    run("mksquashfs", tree, work / "s.img", "-noappend", "-quiet", "-no-progress")
    said = create("newc", f"{work / 's.img'}:/", work / "s.cpio")
    assert len(said["notes"]) == 1 and re.search("1 .*extended attributes", said["notes"][0]), said


def test_refused(work):
    tree = make_tree(work / "tree")
    out = work / "out.img"
    out.write_text("there")
    fails(2, "create", "ext4", tree, "-o", out, naming=["out.img", "exists"])
    assert out.read_text() == "there"
    out.unlink()
    fails(2, "create", "ext3", tree, "-o", out, naming="ext3")
    fails(2, "create", "ext4", tree, naming="-o FILE")
    fails(2, "create", "ext4", work / "none", "-o", out, naming="none")
    fails(2, "create", "ext4", tree, "-o", work / "no/out.img", naming="no")
    fails(2, "create", "ext4", tree, "-o", out, "--compression", "xz", naming=["--compression", "ext4"])
    fails(2, "create", "newc", tree, "-o", out, "--size", "3M", naming=["--size", "newc"])
    fails(2, "create", "ext4", tree, "-o", out, "--size", "3X", naming="3X")
    fails(2, "create", "ext4", tree, "-o", out, "--features", "same", naming="tree")
    fails(2, "create", "ext4", tree, "-o", out, "--features", "new", naming="new")
    fails(2, "create", "ext4", tree, "-o", out, "--label", "much-too-long-a-label", naming="much-too-long-a-label")
    fails(2, "create", "ext4", tree, "-o", out, "--block-size", "5000", naming="5000")
    fails(2, "create", "squashfs", tree, "-o", out, "--block-size", "5000", naming="5000")
    fails(2, "create", "squashfs", tree, "-o", out, "--compression", "lzma", naming="lzma")
    fails(2, "create", "newc", tree, "-o", out, "--compression", "brotli", naming="brotli")
    fails(3, "create", "ext4", tree, "-o", out, "--size", "300K", naming=["out.img", "more"])
    create("squashfs", tree, work / "s.img")
    fails(2, "create", "ext4", f"{work / 's.img'}:/sub/file", "-o", out, naming=["sub/file", "not a folder"])
    fails(2, "create", "ext4", f"{work / 's.img'}:/no", "-o", out, naming="no")
    assert not out.exists() and strays(work) == []


def test_helper_fails(work):
    tree = make_tree(work / "tree")
    for what, naming in (("kill -9 $$", "stopped from outside"), ("exit 127", "mke2fs is needed, but is not installed"),
                         ("echo no luck; exit 1", "no luck"), ("exit 0", "image")):
        ended = bootgraft("create", "ext4", tree, "-o", work / "out.img", env=pretend(work, "mke2fs", what))
        assert ended.code in (2, 3) and naming in ended.err, (what, ended.code, ended.err)
        assert not (work / "out.img").exists() and strays(work) == []


def test_cancelled(work):
    tree = make_tree(work / "tree")
    environment = {**os.environ, **pretend(work, "mke2fs", f"touch {work / 'there'}; exec sleep 60")}
    with subprocess.Popen([os.environ["BOOTGRAFT_CLI"], "create", "ext4", tree, "-o", work / "out.img"], env=environment,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        for _ in range(600):
            if (work / "there").exists():
                break
            time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    assert process.returncode == 130, process.returncode
    assert not (work / "out.img").exists() and strays(work) == []


cli_test.main(globals())
