#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Input made to do harm: contained, or refused in a second by one sentence that names the place; nothing is left of it."""

import bz2
import gzip
import hashlib
import lzma
import os
import pathlib
import shutil
import signal
import struct
import subprocess
import sys
import tarfile
import tempfile
import time
import zlib

sys.path.insert(0, str(pathlib.Path(__file__).parent / "lib"))

import cli_test
import hostile_images
import small_set
from cli_test import Ended, fails, strays, succeeds
from hostile_images import FOLDER, LINK, Squashfs, archive, record, squashfs_of
from small_set import ROOT

# A sanitizer costs time and memory itself, and takes address space without end.
SANITIZED = os.environ.get("BOOTGRAFT_SANITIZED", "none") != "none"
SECONDS = 10 if SANITIZED else 1
MEGABYTES = 900 if SANITIZED else 300
LIMITED = [] if SANITIZED else ["prlimit", "--as=1073741824"]


def tree(folder):
    return sorted((str(path.relative_to(folder)), path.lstat().st_mode) for path in folder.rglob("*"))


def meets(work, *arguments, codes, naming=(), keeps=True, seconds=SECONDS):
    """Runs the program: its exit code, at most one sentence for a failure, the processor's time, memory, and what lies in
    `work` afterwards."""
    before = tree(work)
    command = [*LIMITED, cli_test.program(), *[os.fspath(word) for word in arguments]]
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = subprocess.Popen(command, stdout=out, stderr=err, env={**os.environ, "LC_ALL": "C.UTF-8"})
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        ended = Ended(subprocess.CompletedProcess(command, child.returncode, out.read(), err.read()))
    assert ended.code in codes, f"{arguments}: exit {ended.code}: {ended.err}"
    if ended.code == 2:
        assert len(ended.err.strip().splitlines()) == 1 and ended.err.startswith("bootgraft-cli: "), ended.err
    for word in [naming] if isinstance(naming, str) else naming:
        assert word in ended.err, f"{arguments}: {ended.err!r} does not name {word!r}"
    # Of the processor: a busy machine says nothing about the program.
    spent = usage.ru_utime + usage.ru_stime
    assert spent < seconds, f"{arguments}: {spent:.2f} s"
    assert usage.ru_maxrss < MEGABYTES << 10, f"{arguments}: {usage.ru_maxrss >> 10} MB"
    if keeps:
        assert tree(work) == before, f"{arguments} left {set(tree(work)) ^ set(before)}"
    return ended


def refused(work, name, content, naming=(), place=""):
    """Whatever is asked of it."""
    (work / name).write_bytes(content)
    for command in (["ls", "-lR", work / name], ["info", work / name], ["extract", f"{work / name}:/", work / "out"],
                    ["diff", work / name, work / name]):
        meets(work, *command, codes=[2], naming=[name])
    return meets(work, "ls", "-R", work / name, codes=[2], naming=[f"{name}{place}", *([naming] if isinstance(naming, str) else naming)])


def kept(work, name, content):
    """What can be read is written as it was."""
    folder = work / "kept"
    (folder / "set").mkdir(parents=True)
    (folder / "set" / name).write_bytes(content)
    meets(work, "export", folder / "set", "-o", folder / "out", codes=[0], keeps=False)
    cli_test.same_bytes(hashlib.sha256(content).hexdigest(), hashlib.sha256((folder / "out" / name).read_bytes()).hexdigest())
    shutil.rmtree(folder)


def extracted(work, name, codes, naming=()):
    """In a folder of its own, beside others that nothing may touch; what was made, as bytes."""
    (work / "top/canary").mkdir(parents=True, exist_ok=True)
    (work / "top/canary/file").write_text("mine")
    before = [entry for entry in tree(work / "top") if not entry[0].startswith("out")]
    ended = meets(work, "extract", f"{work / name}:/", work / "top/out", codes=codes, naming=naming, keeps=False)
    assert [entry for entry in tree(work / "top") if not entry[0].startswith("out")] == before
    assert (work / "top/canary/file").read_text() == "mine"
    return ended, {os.fsencode(path.relative_to(work / "top/out")) for path in (work / "top/out").rglob("*")}


# H1


CLIMBING = [b"../../climbed", b"..", b"a/../../b", b"a//b", b"x/./y", b"/abs/file", b".", b""]


def test_h1_names_in_an_initrd(work):
    """What the kernel would make of them is not shown in the tree, but said; nothing of it is made here."""
    content = archive(*[record(name, b"evil", ino=i) for i, name in enumerate(CLIMBING, 1)], record(b"good", b"1", ino=99),
                      record(b"nul\0byte", b"evil", ino=100))
    (work / "names.img").write_bytes(content)
    assert meets(work, "ls", "-R", "-0", work / "names.img", codes=[0]).out.split(b"\0")[:-1] == [b"good", b"nul"]
    listed = meets(work, "ls", "-lR", work / "names.img", codes=[0]).out.decode()
    assert "../../climbed (segment 1: " in listed and "a//b (segment 1: " in listed, listed
    _, made = extracted(work, "names.img", [0])
    assert made == {b"good", b"nul"}, made
    kept(work, "names.img", content)


def test_h1_names_in_a_squashfs(work):
    for name in (b"..", b".", b"a/b", b"/", b"a\0b", b"\0", b"../up"):
        refused(work, "names.squashfs", squashfs_of(b"good", name), "which is not a name", ":/")


def test_h1_names_in_a_package(work, boot_set):
    for name in ("../../climbed", "/../climbed", "usr/../../climbed"):
        data = hostile_images.tar((name, tarfile.REGTYPE, b"evil"))
        control = hostile_images.tar(("./control", tarfile.REGTYPE, b"Package: linux-image\nVersion: 1\nArchitecture: amd64\n"))
        (work / "evil.deb").write_bytes(hostile_images.package((b"control.tar", control), (b"data.tar", data)))
        meets(work, "swap-kernel", boot_set, work / "evil.deb", "-o", work / "out", codes=[2], naming=["evil.deb", "climbed"])


# H2


def test_h2_through_a_link(work):
    """The recipe of CVE-2015-1197, and a target folder that is full of links."""
    outside = os.fsencode(work / "top/canary")
    content = archive(record(b"out", outside, LINK), record(b"out/file", b"evil", ino=2), record(b"up", b"..", LINK, 3),
                      record(b"up/climbed", b"evil", ino=4), record(b"etc", mode=FOLDER, ino=5),
                      record(b"etc/passwd", b"evil", ino=6), record(b"file", b"evil", ino=7), record(b"gone", b"evil", ino=8),
                      record(b"tmp", mode=FOLDER, ino=9), record(b"good", b"1", ino=10))
    (work / "links.img").write_bytes(content)
    (work / "top/out").mkdir(parents=True)
    os.symlink(work / "top/canary", work / "top/out/etc")
    os.symlink(work / "top/canary/file", work / "top/out/file")
    os.symlink(work / "top/canary/none", work / "top/out/gone")
    os.symlink("/proc/self/cwd", work / "top/out/tmp")
    ended, made = extracted(work, "links.img", [1], ["etc", "file", "gone", "tmp"])
    assert len(ended.err.splitlines()) == 4, ended.err
    assert made == {b"out", b"up", b"climbed", b"etc", b"file", b"gone", b"tmp", b"good"}, made
    assert os.readlink(os.fsencode(work / "top/out/out")) == outside
    kept(work, "links.img", content)


# What openat2() says: what it can; ENOSYS before Linux 5.6; EPERM under a filter of system calls that does not know it.
WAYS = [[], ["-e", "inject=openat2:error=ENOSYS"], ["-e", "inject=openat2:error=EPERM"]]


def test_h2_every_step_is_beneath(work, boot_set):
    """Below the target nothing is opened but by openat2(), and by it only beneath and through no link."""
    log = work / "log"
    subprocess.run(["strace", "-f", "-o", log, "-e", "trace=openat2,openat,open,creat,mkdir,mkdirat,linkat", cli_test.program(),
                    "extract", f"{boot_set / ROOT}:/", work / "out"], check=True, env=cli_test.TRACED, capture_output=True)
    opened = [line for line in log.read_text().splitlines() if "openat2(" in line]
    folders = [line for line in log.read_text().splitlines() if " mkdirat(" in line]
    assert len(opened) > 20 and len(folders) > 5, log.read_text()
    for line in opened:
        assert "RESOLVE_BENEATH" in line and "RESOLVE_NO_SYMLINKS" in line and "RESOLVE_NO_MAGICLINKS" in line, line
    for line in folders:
        assert "AT_FDCWD" not in line and "/" not in line.split('"')[1], line
    for line in log.read_text().splitlines():
        assert " openat(" not in line or "openat(AT_FDCWD" in line, line
        assert f'"{work}/out/' not in line, line


def test_h2_turned_between_two_steps(work, boot_set):
    """Stopped when it has made a folder and is about to open it; by then that is a link that leads out."""
    for number, way in enumerate(WAYS):
        outside, out = work / f"outside{number}", work / f"out{number}"
        outside.mkdir()
        trace = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=mkdirat,openat2", "-e", "inject=mkdirat:signal=STOP:when=1",
                 *way]
        process = subprocess.Popen([*trace, cli_test.program(), "extract", f"{boot_set / ROOT}:/usr", out],
                                   stderr=subprocess.PIPE, env=cli_test.TRACED)
        while not (out / "usr").exists() and process.poll() is None:
            time.sleep(0.02)
        stopped = cli_test.wait_for_stopped("extract", out)
        (out / "usr").rename(out / "usr.away")
        os.symlink(outside, out / "usr")
        os.kill(stopped, signal.SIGCONT)
        said = process.communicate(timeout=60)[1].decode()
        assert process.returncode == 1 and "refused to make usr: " in said, (way, process.returncode, said)
        assert os.listdir(outside) == [] and sorted(os.listdir(out)) == ["usr", "usr.away"], way
        assert os.listdir(out / "usr.away") == [], way


# H3


def test_h3_the_same_name_again(work):
    """The last one counts, as in the kernel; the others stay in the file."""
    content = archive(record(b"a", b"first"), record(b"d", mode=FOLDER, ino=2), record(b"d/in", b"1", ino=3),
                      record(b"a", b"..", LINK, 4), record(b"a", b"third", ino=5), record(b"A", b"another", ino=6),
                      record(b"f", b"1", ino=7), record(b"f", mode=FOLDER, ino=8), record(b"f/in", b"2", ino=9))
    (work / "again.img").write_bytes(content)
    assert meets(work, "cat", f"{work / 'again.img'}:/a", codes=[0]).out == b"third"
    assert meets(work, "cat", f"{work / 'again.img'}:/A", codes=[0]).out == b"another"
    _, made = extracted(work, "again.img", [0])
    assert {b"a", b"A", b"d", b"d/in"} <= made and (work / "top/out/a").read_text() == "third", made
    kept(work, "again.img", content)
    refused(work, "again.squashfs", squashfs_of(b"a", b"b", b"a"), "the same name twice", ":/")


# H4


def zeros(pack, length, head):
    """`head` and then zeros, packed by an object of the manner of zlib, without ever holding them."""
    block = bytes(1 << 20)
    return b"".join([pack.compress(head), *[pack.compress(block) for _ in range(length >> 20)], pack.flush()])


def test_h4_bombs(work):
    """Above 256 MiB a stream may not be 1000 times its size: it ends there, in memory that is not much."""
    head, size = archive(record(b"a", b"1")), 270 << 20
    with tempfile.TemporaryFile() as plain, tempfile.TemporaryFile() as packed:
        plain.write(head)
        plain.truncate(size)
        plain.seek(0)
        subprocess.run(["zstd", "-q", "-c"], stdin=plain, stdout=packed, check=True)
        packed.seek(0)
        zstd = packed.read()
    long_file = record(b"zeros", size=size)
    for name, content in (("gzip", zeros(GzipPack(), size, head)), ("xz", zeros(lzma.LZMACompressor(preset=0, check=lzma.CHECK_CRC32),
                                                                          size, head)),
                          ("bzip2", zeros(bz2.BZ2Compressor(), size, head)), ("zstd", zstd),
                          ("file", zeros(GzipPack(), size + 4096, long_file))):
        (work / name).write_bytes(content)
        meets(work, "ls", "-R", work / name, codes=[2], naming=[f"{name}: segment 1", "more than 1000 times its size", "byte"])
        (work / name).unlink()


class GzipPack:
    """As the other two, which have no such object for gzip."""

    def __init__(self):
        self.packer = zlib.compressobj(9, zlib.DEFLATED, 31)

    def compress(self, data):
        return self.packer.compress(data)

    def flush(self):
        return self.packer.flush()


def test_h4_packed_in_itself(work, boot_set):
    """Five times over: never opened layer by layer."""
    content = archive(record(b"a", b"1"))
    nested = squashfs = (boot_set / ROOT).read_bytes()
    for _ in range(5):
        content, nested = gzip.compress(content, mtime=0), archive(record(b"inner", nested))
    refused(work, "gzip", content)
    # Images in images are files, and stay that.
    (work / "nested").write_bytes(nested)
    assert meets(work, "ls", "-R", work / "nested", codes=[0]).out == b"inner\n"
    kept(work, "nested", nested)
    assert squashfs in nested


# H5


def test_h5_declared_sizes(work):
    """Memory is taken for bytes that are there."""
    for name, content in (("size", archive(record(b"a", b"data", size=0xffffffff))),
                          ("name", archive(record(b"a", b"data", name_size=0xffffffff))),
                          ("packed", gzip.compress(archive(record(b"a", b"data", size=0xffffffff))))):
        refused(work, name, content, ["byte", "segment 1"])
    for field, value in (("inodes", 0xffffffff), ("fragments", 0xffffffff), ("owners", 0xffff), ("used", 1 << 62),
                         ("inode_table", 1 << 63), ("root", 1 << 40), ("block", 1 << 31), ("owner_table", 8), ("xattrs", 5),
                         ("list_table", 1 << 62), ("export_table", 1 << 60)):
        refused(work, f"{field}.squashfs", squashfs_of(b"a", **{field: value}))
    for size in ((1 << 64) - 1, 1 << 63, 1 << 62, 1 << 50):
        image = Squashfs()
        image.root = image.folder(1, *image.names(2, (image.file(2, size=size), 2, 2, b"large")))
        refused(work, "file.squashfs", image.finish(), "inode 2", ":/large")


# H6


def test_h6_folders_in_two_places(work):
    refused(work, "two-names.squashfs", hostile_images.two_names(28), "a folder can only be in one place", ":/b")
    refused(work, "cycle.squashfs", hostile_images.cycle(), "a folder can only be in one place", ":/again")


# H8


def test_h8_hard_links(work):
    """Wrong counts, folders with two names, and the same number in two archives."""
    first = archive(record(b"a", b"one", ino=7, nlink=2), record(b"d", mode=FOLDER, ino=8, nlink=2),
                    record(b"e", mode=FOLDER, ino=8, nlink=2), record(b"many", b"2", ino=9, nlink=0xffffffff),
                    record(b"none", b"3", ino=10, nlink=0), record(b"x", ino=11, nlink=3), record(b"y", b"late", ino=11, nlink=3))
    second = archive(record(b"b", b"two", ino=7, nlink=2), record(b"c", ino=7, nlink=2))
    (work / "links.img").write_bytes(first + second)
    for name, expected in (("a", b"one"), ("b", b"two"), ("c", b"two"), ("many", b"2"), ("none", b"3"), ("x", b"late"), ("y", b"late")):
        assert meets(work, "cat", f"{work / 'links.img'}:/{name}", codes=[0]).out == expected, name
    _, made = extracted(work, "links.img", [0])
    out = work / "top/out"
    assert made == {b"a", b"b", b"c", b"d", b"e", b"many", b"none", b"x", b"y"}, made
    assert (out / "b").stat().st_ino == (out / "c").stat().st_ino != (out / "a").stat().st_ino
    assert (out / "x").stat().st_ino == (out / "y").stat().st_ino
    kept(work, "links.img", first + second)
    image = Squashfs()
    inode = image.file(2, links=0xffffffff)
    image.root = image.folder(1, *image.names(2, (inode, 2, 2, b"one"), (inode, 2, 2, b"two")))
    (work / "links.squashfs").write_bytes(image.finish())
    meets(work, "extract", f"{work / 'links.squashfs'}:/", work / "linked", codes=[0], keeps=False)
    assert (work / "linked/one").stat().st_nlink == 2


# H11


ODD = [b"new\nline", b"esc\x1b[31m", b"not\xff\xfeutf", "right\u202eleft".encode(), b"-dash", b"n" * 255, b"trailing "]
SHOWN = ["new\\nline", "esc\\x1b[31m", "not\\xff\\xfeutf", "right\\u202eleft", "-dash", "n" * 255, "trailing "]


def test_h11_names(work):
    """Said so that a terminal is safe, taken back in that form, and carried as they are: in an initrd, in a squashfs, and from
    a folder of this machine into both."""
    folder = work / "odd"
    folder.mkdir()
    for name in ODD:
        (folder / os.fsdecode(name)).write_bytes(name)
    (work / "odd.img").write_bytes(archive(*[record(name, name, ino=i) for i, name in enumerate(ODD, 1)]))
    small_set.run("mksquashfs", folder, work / "odd.squashfs", "-noappend", "-no-progress", "-all-root", "-mkfs-time", "0")
    for image in ("odd.img", "odd.squashfs"):
        check_odd(work, image)
        kept(work, image, (work / image).read_bytes())
        (work / "set").mkdir()
        shutil.copy(work / image, work / "set")
        succeeds("edit", work / "set", "-o", work / "out", "--mkdir", f"{image}:/sub", "--copy-in", f"{folder}:{image}:/sub")
        (work / "edited").mkdir()
        (work / "out" / image).rename(work / "edited" / image)
        listed = succeeds("ls", "-0", f"{work / 'edited' / image}:/sub/odd").out.split(b"\0")
        assert set(listed) == {*ODD, b""}, listed
        for used in ("set", "out", "edited"):
            shutil.rmtree(work / used)


def check_odd(work, image):
    shown = meets(work, "ls", work / image, codes=[0]).out.decode().split("\n")
    assert sorted(shown) == sorted([*SHOWN, ""]), shown
    assert set(meets(work, "ls", "-0", work / image, codes=[0]).out.split(b"\0")) == {*ODD, b""}
    for name, raw in zip(SHOWN, ODD):
        assert meets(work, "cat", f"{work / image}:/{name}", codes=[0]).out == raw
        assert meets(work, "cat", f"{work / image}:/{name}/none", codes=[2]).err.strip().isprintable()
    _, made = extracted(work, image, [0])
    assert made == set(ODD), made
    # What is in the way is said in the same form.
    ended, _ = extracted(work, image, [1], SHOWN)
    assert len(ended.err.splitlines()) == len(ODD) and ended.err.replace("\n", "").isprintable(), ended.err
    shutil.rmtree(work / "top")


# H15


def test_h15_packages(work, boot_set):
    """Read by the helper, which takes nothing but ar, tar and one compression."""
    control = hostile_images.tar(("./control", tarfile.REGTYPE, b"Package: linux-image\nVersion: 1\nArchitecture: amd64\n"))
    linked = hostile_images.tar(("./control", tarfile.SYMTYPE, "/etc/passwd"))
    data = hostile_images.tar(("./boot/vmlinuz-1", tarfile.REGTYPE, small_set.kernel("1")))
    nested = control
    for _ in range(5):
        nested = gzip.compress(nested, mtime=0)
    bomb = zeros(GzipPack(), 600 << 20, b"")
    lines = b"Package: linux-image\nDepends:\n" + b" a,\n" * (2 << 20)
    for name, members in (("linked", [(b"control.tar", linked), (b"data.tar", data)]),
                          ("nested", [(b"control.tar.gz", nested), (b"data.tar", data)]),
                          ("bomb", [(b"control.tar", control), (b"data.tar.gz", bomb)]),
                          ("long", [(b"control.tar.gz", gzip.compress(hostile_images.tar(("./control", tarfile.REGTYPE, lines)), 1)),
                                    (b"data.tar", hostile_images.tar())]),
                          ("cut", [(b"control.tar", control[:700])]), ("none", [])):
        (work / f"{name}.deb").write_bytes(hostile_images.package(*members))
        meets(work, "swap-kernel", boot_set, work / f"{name}.deb", "-o", work / "out", codes=[2], naming=f"{name}.deb", seconds=10 * SECONDS)
    (work / "disc.iso").write_bytes(hostile_images.iso())
    meets(work, "swap-kernel", boot_set, work / "disc.iso", "-o", work / "out", codes=[2], naming=["disc.iso", "ISO 9660"])
    meets(work, "ls", work / "disc.iso", codes=[2], naming=["disc.iso", "ISO 9660"])


def test_h15_rpm_packages(work, boot_set):
    """Their headers are read by our own code, before the helper sees any of it."""
    lies = struct.pack(">IIII", 1000, 6, 0xffffffff, 1) + struct.pack(">IIII", 1000, 9, 0, 0xffffffff)
    empty = (0, 0, b"")
    for name, content, place in (("lead", hostile_images.rpm()[:50], "its first 96 bytes"),
                                 ("none", hostile_images.rpm() + bytes(4096), "byte 96"),
                                 ("ends", hostile_images.rpm(), "byte 96"),
                                 ("counts", hostile_images.rpm((0xffffffff, 0xffffffff, bytes(4096))), "byte 96"),
                                 ("store", hostile_images.rpm((0, 0x0fffffff, bytes(4096))), "byte 96"),
                                 ("second", hostile_images.rpm(empty, (0xffff, 0xffff, bytes(64))), "byte 112"),
                                 ("nameless", hostile_images.rpm(empty, empty), "names no package"),
                                 ("lies", hostile_images.rpm(empty, (2, 8, lies + b"a".ljust(8, b"b"))), "names no package")):
        (work / f"{name}.rpm").write_bytes(content)
        meets(work, "swap-kernel", boot_set, work / f"{name}.rpm", "-o", work / "out", codes=[2], naming=[f"{name}.rpm", place])
        meets(work, "ls", work / f"{name}.rpm", codes=[2], naming=[f"{name}.rpm", "RPM"])


# H16


def test_h16_kernels(work):
    """Every number in the header that says where something is."""
    whole = small_set.kernel("6.1.0-1-small")
    lies = [(0x1f1, "<B", (0, 1, 64, 255)), (0x1f4, "<I", (0, 1, 0x7fffffff, 0xffffffff)), (0x206, "<H", (0, 0x200, 0x207, 0xffff)),
            (0x20e, "<H", (0, 1, 0x100, 0xfe00, 0xffff)), (0x236, "<H", (0, 0xffff)),
            (0x248, "<I", (1, 4, 0x7fffffff, 0xfffffff0, 0xffffffff)), (0x24c, "<I", (0, 1, 3, 0x7fffffff, 0xffffffff)),
            (0x3c, "<I", (0x40, 0x7fffffff, 0xffffffff)), (0, "<H", (0x5a4d,))]
    for offset, form, values in lies:
        for value in values:
            image = bytearray(whole)
            struct.pack_into(form, image, offset, value)
            (work / "vmlinuz").write_bytes(image)
            meets(work, "info", work / "vmlinuz", codes=[0, 2], naming=[])
    for end in (0, 1, 0x1f0, 0x202, 0x263, 0x300, len(whole) - 1):
        (work / "vmlinuz").write_bytes(whole[:end])
        meets(work, "info", work / "vmlinuz", codes=[2], naming="vmlinuz")
    zboot = struct.pack("<4s4sII", b"MZ\0\0", b"zimg", 0xfffffff0, 0xffffffff) + bytes(8) + b"gzip" + bytes(4096)
    notes = b"\x7fELF\2\1\1" + bytes(9) + struct.pack("<HHIQQQIHHHHHH", 2, 62, 1, 0, 64, 1 << 63, 0, 64, 56, 0xffff, 64, 0xffff, 0)
    for content, kind in ((zboot, "EFI zboot"), (notes, "ELF")):
        (work / "vmlinuz").write_bytes(content)
        meets(work, "info", work / "vmlinuz", codes=[2], naming=["vmlinuz"])
    (work / "vmlinuz").write_bytes(whole + notes)
    assert "6.1.0-1-small" in meets(work, "info", work / "vmlinuz", codes=[0]).out.decode()


cli_test.main(globals())
