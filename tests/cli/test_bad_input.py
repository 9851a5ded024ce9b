#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad input: one clear sentence that names the file, exit code 2, nothing written."""

import gzip
import os
import pathlib
import signal
import stat
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent / "lib"))

import cli_test
import small_set
from cli_test import bootgraft, fails, strays, succeeds
from small_set import INITRD, KERNEL, NEW, OLD, ROOT

IMAGES = [KERNEL, INITRD, ROOT]


def every_writer_fails(work, boot_set, naming):
    """A damaged member stops all that would write it."""
    new = work / "kernel"
    if not new.exists():
        small_set.make_kernel(new)
    before = small_set.digests(boot_set)
    fails(2, "export", boot_set, "-o", work / "out", naming=naming)
    fails(2, "swap-kernel", boot_set, new, "-o", work / "out", naming=naming)
    fails(2, "edit", boot_set, "--in-place", "--mkdir", f"{INITRD}:/new", naming=naming)
    assert not (work / "out").exists() and strays(work) == []
    assert small_set.digests(boot_set) == before


def test_truncated(work, boot_set):
    for name in IMAGES:
        whole = (boot_set / name).read_bytes()
        (boot_set / name).write_bytes(whole[:len(whole) // 2])
        every_writer_fails(work, boot_set, name)
        assert name in bootgraft("info", boot_set).err
        (boot_set / name).write_bytes(whole)
    succeeds("export", boot_set, "-o", work / "out")


def test_damaged_untouched(work, boot_set):
    """No set is written with a part that cannot be read, edited or not; the other parts can be, by themselves."""
    whole = (boot_set / INITRD).read_bytes()
    damaged = whole[:len(whole) // 2]
    (boot_set / INITRD).write_bytes(damaged)
    fails(2, "edit", boot_set, "-o", work / "out", "--mkdir", f"{ROOT}:/new", naming=INITRD)
    fails(2, "export", boot_set, "--image", INITRD, "-o", work / "out", naming=INITRD)
    succeeds("edit", boot_set, "--image", ROOT, "-o", work / "alone", "--mkdir", f"{ROOT}:/new")
    fails(2, "edit", boot_set, "-o", work / "edited", "--mkdir", f"{INITRD}:/new", naming=INITRD)
    fails(2, "export", boot_set, "-o", work / "edited", "--compression", f"{INITRD}=xz", naming=INITRD)
    info = bootgraft("info", boot_set)
    assert info.code == 2 and ROOT.encode() in info.out and INITRD in info.err, (info.code, info.err)


def test_places(work, boot_set):
    """A place that is none says what the address of one looks like."""
    fails(2, "ls", boot_set, naming=[str(boot_set), "folder", "info"])
    fails(2, "cat", boot_set / INITRD, naming=[INITRD, "directory", "ls"])
    fails(2, "ls", f"{boot_set / INITRD}:etc", naming=f"{boot_set / INITRD}:/etc")
    fails(2, "ls", f"{boot_set / 'no.img'}:etc", naming="No such file")


def test_compression_of_nothing(work, boot_set):
    """What cannot be packed, or is not written, is not passed over."""
    fails(2, "export", boot_set, "--image", KERNEL, "--compression", "xz", "-o", work / "out", naming=[KERNEL, "kernel"])
    fails(2, "export", boot_set, "--image", INITRD, "--compression", f"{ROOT}=xz", "-o", work / "out",
          naming=[ROOT, "--image"])
    succeeds("export", boot_set, "--image", INITRD, "--compression", "gzip", "-o", work / "out")


def test_help(work):
    for words in [["help"], ["--help"]], [["help", "ls"], ["ls", "--help"]]:
        assert bootgraft(*words[0]).out == bootgraft(*words[1]).out != b""
        assert bootgraft(*words[0]).code == 0
    fails(2, "help", "sl", naming="sl")


def test_truncated_alone(work, boot_set):
    """By itself there is nothing to say of it but the sentence."""
    for name in IMAGES:
        (work / name).mkdir()
        whole = (boot_set / name).read_bytes()
        (work / name / name).write_bytes(whole[:len(whole) // 2])
        fails(2, "info", work / name / name, naming=name)
        if name != KERNEL:
            fails(2, "ls", work / name / name, naming=name)


def test_flipped(work, boot_set):
    """One wrong byte in what holds an image together."""
    # A squashfs's inode table; the middle of a compressed stream; a kernel's signature.
    for name, offset in ((ROOT, 64), (KERNEL, 0x202)):
        whole = (boot_set / name).read_bytes()
        (boot_set / name).write_bytes(whole[:offset] + bytes([whole[offset] ^ 0xff]) + whole[offset + 1:])
        every_writer_fails(work, boot_set, name)
        (boot_set / name).write_bytes(whole)
    whole = (boot_set / INITRD).read_bytes()
    start = whole.index(b"\x1f\x8b\x08")
    middle = start + (len(whole) - start) // 2
    (boot_set / INITRD).write_bytes(whole[:middle] + b"\xff\xff\xff\xff" + whole[middle + 4:])
    every_writer_fails(work, boot_set, INITRD)


def test_flipped_everywhere(work, boot_set):
    """Whatever byte is wrong: done, or a sentence; never a crash, never a hang."""
    for name in IMAGES:
        whole = (boot_set / name).read_bytes()
        for offset in range(0, len(whole), max(1, len(whole) // 40)):
            (work / "one.img").write_bytes(whole[:offset] + bytes([whole[offset] ^ 0x5a]) + whole[offset + 1:])
            for command in (["ls", "-R", work / "one.img"], ["info", work / "one.img"]):
                ended = bootgraft(*command, timeout=60)
                assert ended.code in (0, 2), f"{command} with byte {offset} of {name}: exit {ended.code}: {ended.err}"
                assert ended.code == 0 or len(ended.err.splitlines()) == 1, ended.err


def test_empty(work, boot_set):
    for name in IMAGES:
        whole = (boot_set / name).read_bytes()
        (boot_set / name).write_bytes(b"")
        fails(2, "ls", boot_set / name, naming=[name, "empty"])
        every_writer_fails(work, boot_set, [])
        (boot_set / name).write_bytes(whole)


def test_wrong_type(work, boot_set):
    (work / "page.img").write_text("<!DOCTYPE html>\n<html><body>404 Not Found</body></html>\n")
    fails(2, "ls", work / "page.img", naming=["page.img", "HTML"])
    (boot_set / KERNEL).write_text("<!DOCTYPE html>\n<html><body>404 Not Found</body></html>\n")
    fails(2, "export", boot_set, "-o", work / "out", naming=[KERNEL, "HTML"])
    (work / "folder.img").mkdir()
    fails(2, "ls", work / "folder.img", naming="folder.img")
    os.mkfifo(work / "pipe.img")
    fails(2, "ls", work / "pipe.img", naming="pipe.img")
    fails(2, "info", work / "folder.img", naming="folder.img")


def test_missing(work, boot_set):
    for command in ("info", "ls", "modules", "verify"):
        fails(2, command, work / "none", naming="none")
    fails(2, "export", work / "none", "-o", work / "out", naming="none")
    fails(2, "cat", f"{work}/none.img:/x", naming="none.img")
    assert sorted(os.listdir(work)) == ["set"]


def test_missing_sibling(work, boot_set):
    """A new kernel needs an old one to replace; what is there can still be looked at."""
    new = small_set.make_kernel(work / "kernel")
    (boot_set / KERNEL).unlink()
    (boot_set / small_set.ENTRY).unlink()
    fails(2, "swap-kernel", boot_set, new, "-o", work / "out", naming="kernel")
    assert succeeds("info", "--json", boot_set).json("info")["kernel"] is None
    assert not (work / "out").exists()


def test_unreadable(work, boot_set):
    command = [cli_test.program()]
    if os.geteuid() == 0:
        work.chmod(0o777)
        command = ["setpriv", "--reuid=65534", "--clear-groups", *command]
    (boot_set / INITRD).chmod(0)
    for arguments in (["ls", boot_set / INITRD], ["export", boot_set, "-o", work / "out"]):
        done = subprocess.run([*command, *map(str, arguments)], capture_output=True, check=False)
        assert done.returncode == 2, (done.returncode, done.stderr)
        said = done.stderr.decode()
        assert INITRD in said and "Permission denied" in said and len(said.splitlines()) == 1, said
    assert not (work / "out").exists() and strays(work) == []


def test_changed_on_disk_while_open(work, boot_set):
    """The program is stopped once it has opened the set, the set is changed, and the program goes on."""
    arguments = [cli_test.program(), "export", boot_set, "-o", work / "out"]
    trace = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "inject=mkdirat:signal=STOP:when=1", "-e", "trace=mkdirat"]
    process = subprocess.Popen([*trace, *map(str, arguments)], stderr=subprocess.PIPE, env=cli_test.TRACED)
    stopped = cli_test.wait_for_stopped("export", boot_set)
    with open(boot_set / ROOT, "ab") as image:
        image.write(b"more")
    said = cli_test.go_on(process, stopped)
    assert process.returncode == 2, (process.returncode, said)
    assert ROOT in said and "changed" in said and len(said.splitlines()) == 1, said
    assert not (work / "out").exists() and strays(work) == []


def test_no_module_folder(work, boot_set):
    """Nothing to carry drivers over from; the sentence names the image."""
    new = small_set.make_kernel(work / "kernel")
    bare = small_set.make_set(work / "bare")
    for name in (INITRD, ROOT):
        succeeds("edit", bare, "--in-place", "--delete", f"{name}:/usr/lib/modules")
    found = succeeds("info", "--json", bare).json("info")
    assert [(image["state"], image["matches"]) for image in found["images"]] == [("none", None)] * 2, found["images"]
    fails(2, "swap-kernel", bare, new, "-o", work / "out", naming="module")
    assert not (work / "out").exists()


def test_two_module_folders(work, boot_set):
    new = small_set.make_kernel(work / "kernel")
    small_set.write_modules(work / "6.1.0-3-small", "6.1.0-3-small")
    two = work / "two"
    succeeds("edit", boot_set, "-o", two, "--copy-in", f"{work / '6.1.0-3-small'}:{ROOT}:/usr/lib/modules")
    found = succeeds("info", "--json", two).json("info")["images"][1]
    assert found["state"] == "several" and found["releases"] == [OLD, "6.1.0-3-small"], found
    # The kernel's own is the one that is replaced, or the sentence names both.
    ended = bootgraft("swap-kernel", two, new, "-o", work / "out", "--json")
    if ended.code == 0:
        after = succeeds("info", "--json", work / "out").json("info")["images"][1]
        assert NEW in after["releases"] and OLD not in after["releases"], after
    else:
        assert ended.code == 2 and OLD in ended.err and "6.1.0-3-small" in ended.err, ended.err
    # A source with modules of two releases: which, by name.
    both = work / "both/lib/modules"
    small_set.write_modules(both / NEW, NEW)
    small_set.write_modules(both / "6.1.0-3-small", "6.1.0-3-small")
    (work / "both/vmlinuz").write_bytes(small_set.kernel(NEW))
    ended = bootgraft("swap-kernel", boot_set, work / "both", "-o", work / "out2")
    assert ended.code in (0, 2), ended.err
    assert ended.code == 0 or "6.1.0-3-small" in ended.err, ended.err


def test_two_kernels(work, boot_set):
    new = small_set.make_kernel(work / "kernel")
    (boot_set / small_set.ENTRY).unlink()
    (boot_set / "vmlinuz-other").write_bytes(small_set.kernel("6.1.0-7-small"))
    found = succeeds("info", "--json", boot_set).json("info")
    if found["kernel"] is None:
        fails(2, "swap-kernel", boot_set, new, "-o", work / "out", naming=["vmlinuz", "vmlinuz-other"])


def test_bomb(work):
    """A gigabyte of zeros in a few kilobytes, and an archive in an archive."""
    (work / "bomb.img").write_bytes(gzip.compress(gzip.compress(b"\0" * (300 << 20), 9), 9))
    ended = bootgraft("ls", work / "bomb.img", timeout=120)
    assert ended.code == 2 and len(ended.err.splitlines()) == 1, (ended.code, ended.err)


def test_usage(work):
    for arguments, naming in (([], "command"), (["nonsense"], "nonsense"), (["info"], "SET"), (["cat", "a", "b"], "b"),
                              (["ls", "--nonsense", "x"], "--nonsense"), (["extract", "x"], "DIR")):
        fails(2, *arguments, naming=naming)


def test_help(work):
    said = succeeds("--help").out.decode()
    for name in ("info", "ls", "cat", "extract", "modules", "deps", "edit", "swap-kernel", "export", "diff", "verify"):
        assert f"\n  {name} " in said, said
        assert f"bootgraft-cli {name}" in succeeds(name, "--help").out.decode()
    assert succeeds("--version").out.startswith(b"bootgraft-cli ")


def test_cancel(work, boot_set):
    """A signal at any time: 130 within a second, nothing left, or it was done before."""
    before = small_set.digests(boot_set)
    for sent, call in ((signal.SIGINT, "mkdirat"), (signal.SIGTERM, "fsync"), (signal.SIGHUP, "renameat2")):
        trace = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}", "-e",
                 f"inject={call}:signal={sent.name[3:]}:when=1"]
        done = subprocess.run([*trace, cli_test.program(), "export", boot_set, "-o", work / "out"], capture_output=True,
                              check=False, timeout=60, env=cli_test.TRACED)
        if done.returncode == 0:
            assert (work / "out").exists()
            subprocess.run(["rm", "-r", work / "out"], check=True)
        else:
            assert done.returncode == 130, (sent, done.returncode, done.stderr)
            assert not (work / "out").exists()
        assert strays(work) == []
    assert small_set.digests(boot_set) == before


def test_interrupted_listing(work, boot_set):
    """What only prints ends at once, with the same code."""
    for sent in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        for arguments in (["ls", "-R", boot_set / "initrd.img"], ["info", boot_set]):
            trace = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=pread64", "-e",
                     f"inject=pread64:signal={sent.name[3:]}:when=6"]
            done = subprocess.run([*trace, cli_test.program(), *arguments], capture_output=True, check=False, timeout=60,
                                  env=cli_test.TRACED)
            assert done.returncode == 130, (sent, arguments, done.returncode, done.stderr)


def test_file_size_limit(work, boot_set):
    """Beyond the user's limit a write fails, it does not kill."""
    done = subprocess.run(["prlimit", "--fsize=8192", cli_test.program(), "export", boot_set, "-o", work / "out"],
                          capture_output=True, check=False)
    assert done.returncode == 3, (done.returncode, done.stderr)
    assert b"File too large" in done.stderr and len(done.stderr.splitlines()) == 1, done.stderr
    assert not (work / "out").exists() and strays(work) == []


def test_store_cannot_be_written(work, boot_set):
    """Taking in what is uploaded is writing too: exit 3, and the store is gone again."""
    state = work / "state"
    state.mkdir()
    # One that shares a file of the store with others, one with a file of its own.
    for size in (300 << 10, 3 << 20):
        (work / "file").write_bytes(small_set.noise("file", size))
        done = subprocess.run(["prlimit", "--fsize=100000", cli_test.program(), "edit", boot_set, "-o", work / "out", "--upload",
                               f"{work}/file:{ROOT}:/file"], capture_output=True, check=False,
                              env={**os.environ, "XDG_STATE_HOME": str(state)})
        assert done.returncode == 3, (size, done.returncode, done.stderr)
        assert b"File too large" in done.stderr and len(done.stderr.splitlines()) == 1, done.stderr
        assert not (work / "out").exists() and strays(work) == []
        assert [path for path in state.rglob("*") if path.is_file()] == []


# A file system of SIZE bytes over /mnt for one command only: nobody else sees it.
SMALL_DISK = 'mount -t tmpfs -o size="$0" tmpfs /mnt && "$@"; code=$?; find /mnt -mindepth 1 -printf "left: %p\\n" >&2; exit $code'


def test_full_disk(work, boot_set):
    if subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False).returncode != 0:
        print("# no mount of its own for this user")
        return
    total = sum((boot_set / name).stat().st_size for name in small_set.MEMBERS)
    for size in (4096, total // 2, total - 4096):
        done = subprocess.run(["unshare", "-m", "sh", "-c", SMALL_DISK, str(size), cli_test.program(), "export", boot_set, "-o",
                               "/mnt/out"], capture_output=True, check=False)
        said = done.stderr.decode()
        assert done.returncode == 3, (size, done.returncode, said)
        assert len(said.splitlines()) == 1 and "/mnt" in said, said
        # Known beforehand, with numbers.
        assert size > total - 4096 * 2 or ("needs about" in said and "free" in said), said


def test_no_right_to_write(work, boot_set):
    if os.geteuid() != 0:
        return
    work.chmod(0o755)
    done = subprocess.run(["setpriv", "--reuid=65534", "--clear-groups", cli_test.program(), "export", boot_set, "-o",
                           work / "out"], capture_output=True, check=False)
    assert done.returncode == 3 and b"Permission denied" in done.stderr, (done.returncode, done.stderr)


def test_dead_workspaces_go_and_live_ones_stay(work, boot_set):
    dead = work / ".bootgraft-abcdef"
    dead.mkdir(mode=0o700)
    (dead / "lock").touch()
    (dead / "set").mkdir()
    (dead / "set/half").write_text("half")
    other = work / ".bootgraft-notes.txt"
    other.write_text("somebody's own")
    live = work / ".bootgraft-ghijkl"
    live.mkdir(mode=0o700)
    with open(live / "lock", "w", encoding="utf-8") as lock:
        import fcntl
        fcntl.flock(lock, fcntl.LOCK_EX)
        succeeds("export", boot_set, "-o", work / "out")
    assert not dead.exists() and live.exists() and other.exists()


cli_test.main(globals())
