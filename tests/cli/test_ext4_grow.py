#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""An ext4 without room, in a set or in a squashfs of it: told by how much, and made larger when asked to."""

import os
import pathlib
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent / "lib"))

import cli_test
import nested_set
import small_set
from cli_test import bootgraft, fails, pretend, strays, succeeds
from nested_set import INNER, NESTED, ROOT
from small_set import NEW, OLD, ROOT_EXT4, run

LARGE = 6000000


def make_set(work):
    return small_set.make_set(work / "set", root_name=ROOT_EXT4)


def make_kernel(work, extra=LARGE):
    """A kernel with a module that the root has no room for."""
    new = small_set.make_kernel(work / "kernel")
    with open(new / "modules-new/kernel/drivers/net/small_other.ko", "ab") as module:
        module.write(small_set.noise("large", extra))
    return new


def use_inodes_up(image):
    """Pipes, which take nothing but an inode each, until four are left."""
    facts = run("dumpe2fs", "-h", image).decode()
    free = int(next(line.split()[-1] for line in facts.splitlines() if line.startswith("Free inodes:")))
    commands = ["mkdir pipes", "cd pipes"] + [f"mknod p{number} p" for number in range(free - 5)]
    run("debugfs", "-w", "-f", "-", image, input="\n".join(commands).encode())
    run("e2fsck", "-fn", image)


def copy_many(work):
    """The step for more files than there are inodes left."""
    (work / "many").mkdir()
    for number in range(40):
        (work / "many" / f"file{number}").write_text("x")
    return ["--copy-in", f"{work / 'many'}:{ROOT_EXT4}:/usr"]


def entries(image):
    found = succeeds("ls", "-R", "--json", f"{image}:/").json("ls")["entries"]
    return {entry["address"].removeprefix(f"{image}:"): {key: value for key, value in entry.items() if key != "address"}
            for entry in found}


def assert_grown(work, boot_set, kernel, out=None):
    """The result of a swap: in order, with all that was there and all that is new."""
    out = out or work / "out"
    image = out / ROOT_EXT4
    run("e2fsck", "-fn", image)
    was, now = entries(boot_set / ROOT_EXT4), entries(image)
    stays = {path for path in was if OLD not in path and path not in ("/usr/lib/modules", "/usr/lib/firmware")}
    assert {path: now[path] for path in stays} == {path: was[path] for path in stays}
    for path in small_set.MODULES:
        module = (kernel / "modules-new" / path).read_bytes()
        assert run("debugfs", "-R", f"cat usr/lib/modules/{NEW}/{path}", image) == module, path
    assert run("debugfs", "-R", "cat usr/share/small/noise", image) == small_set.noise("root", 30000)
    facts = [run("dumpe2fs", "-h", path).decode().splitlines() for path in (boot_set / ROOT_EXT4, image)]
    for name in ("Filesystem features:", "Filesystem UUID:", "Block size:", "Inode size:", "Filesystem volume name:",
                 "Last write time:", "Filesystem created:"):
        assert len({line for lines in facts for line in lines if line.startswith(name)}) == 1, name
    return image


def test_blocks(work):
    boot_set, new = make_set(work), make_kernel(work)
    before = small_set.digests(boot_set)
    said = succeeds("swap-kernel", boot_set, new, "-o", work / "out", "--grow", "--json").json("export")
    image = assert_grown(work, boot_set, new)
    assert small_set.digests(boot_set) == before and strays(work) == []
    size, old = image.stat().st_size, (boot_set / ROOT_EXT4).stat().st_size
    found = {one["path"]: one for one in said["images"]}[ROOT_EXT4]
    assert found["grown"] == size - old > 0 and found["size"] == size == found["copied"] + found["encoded"], found
    # By little more than what is lacking.
    assert size - old < LARGE + (3 << 20), (size, old)
    assert any(ROOT_EXT4 in note and "larger by" in note for note in said["notes"]), said["notes"]
    assert succeeds("verify", "--full", "--json", work / "out").json("verify")["verified"]
    # The same again gives the same bytes, in whatever second.
    time.sleep(1.1)
    text = succeeds("swap-kernel", boot_set, new, "-o", work / "again", "--grow").out.decode()
    assert "grew by" in text, text
    assert small_set.digests(work / "again") == small_set.digests(work / "out")


def test_dry_run(work):
    boot_set, new = make_set(work), make_kernel(work)
    said = succeeds("swap-kernel", boot_set, new, "--dry-run", "--grow", "--json").json("export")
    assert any(ROOT_EXT4 in note and "larger by" in note for note in said["notes"]), said["notes"]
    fails(2, "swap-kernel", boot_set, new, "--dry-run", naming=[ROOT_EXT4, "blocks", "--grow"])
    (work / "large").write_bytes(small_set.noise("large", LARGE))
    upload = ["--upload", f"{work / 'large'}:{ROOT_EXT4}:/large"]
    fails(3, "edit", boot_set, "--dry-run", *upload, naming=[ROOT_EXT4, "blocks", "--grow"])
    succeeds("edit", boot_set, "--dry-run", "--grow", *upload)
    assert not strays(work)


def test_inodes(work):
    boot_set = make_set(work)
    use_inodes_up(boot_set / ROOT_EXT4)
    many = copy_many(work)
    fails(3, "edit", boot_set, "-o", work / "no", *many, naming=[ROOT_EXT4, "more inodes", "--grow"])
    said = succeeds("edit", boot_set, "-o", work / "edited", "--grow", "--json", *many).json("export")
    assert said["verified"]
    image = work / "edited" / ROOT_EXT4
    run("e2fsck", "-fn", image)
    was, now = entries(boot_set / ROOT_EXT4), entries(image)
    assert set(now) - set(was) == {"/usr/many"} | {f"/usr/many/file{number}" for number in range(40)}
    assert {path: now[path] for path in was if path != "/usr"} == {path: was[path] for path in was if path != "/usr"}


def test_both(work):
    boot_set, new = make_set(work), make_kernel(work)
    use_inodes_up(boot_set / ROOT_EXT4)
    for number in range(30):
        path = f"kernel/drivers/net/more{number}.ko"
        run("as", "--64", "-o", new / "modules-new" / path, "-", input=small_set.module(path, NEW, []).encode())
    fails(2, "swap-kernel", boot_set, new, "-o", work / "no", naming=["more inodes", "blocks", "--grow"])
    said = succeeds("swap-kernel", boot_set, new, "-o", work / "out", "--grow", "--json").json("export")
    assert_grown(work, boot_set, new)
    assert any("inodes" in note and "larger by" in note for note in said["notes"]), said["notes"]


def test_not_needed(work):
    """Where there is room nothing grows, with the option or without."""
    boot_set, new = make_set(work), small_set.make_kernel(work / "kernel")
    succeeds("swap-kernel", boot_set, new, "-o", work / "one")
    succeeds("swap-kernel", boot_set, new, "-o", work / "two", "--grow")
    assert small_set.digests(work / "one") == small_set.digests(work / "two")


def test_in_place_and_alone(work):
    boot_set, new = make_set(work), make_kernel(work)
    succeeds("swap-kernel", boot_set, new, "-o", work / "out", "--grow")
    (work / "large").write_bytes(small_set.noise("large", LARGE))
    succeeds("edit", boot_set, "--image", ROOT_EXT4, "-o", work / "alone.img", "--grow", "--upload",
             f"{work / 'large'}:{ROOT_EXT4}:/large")
    run("e2fsck", "-fn", work / "alone.img")
    assert run("debugfs", "-R", "cat large", work / "alone.img") == small_set.noise("large", LARGE)
    succeeds("swap-kernel", boot_set, new, "--in-place", "--grow")
    assert (boot_set / ROOT_EXT4).read_bytes() == (work / "out" / ROOT_EXT4).read_bytes()
    assert strays(work) == []


def test_nested(work):
    boot_set = nested_set.make_set(work / "set", kilobytes=6144)
    new = make_kernel(work)
    before = small_set.digests(boot_set)
    fails(2, "swap-kernel", boot_set, new, "-o", work / "no", naming=[NESTED, "blocks", "--grow"])
    said = succeeds("swap-kernel", boot_set, new, "-o", work / "out", "--grow", "--json").json("export")
    assert said["verified"] and small_set.digests(boot_set) == before and strays(work) == []
    found = {one["path"]: one for one in said["images"]}[ROOT]
    old = nested_set.extract(boot_set / ROOT, work / "x1")
    image = nested_set.extract(work / "out" / ROOT, work / "x2")
    run("e2fsck", "-fn", image)
    assert image.stat().st_size - old.stat().st_size == found["grown"] > 0, found
    # Of the squashfs no more is encoded than what is new, and the tables of the file system.
    assert found["copied"] > 2 << 20 and found["encoded"] < LARGE + (2 << 20), found
    was, now = entries(f"{boot_set / ROOT}:{INNER}"), entries(f"{work / 'out' / ROOT}:{INNER}")
    stays = {path for path in was if OLD not in path and path not in ("/usr/lib/modules", "/usr/lib/firmware")}
    assert {path: now[path] for path in stays} == {path: was[path] for path in stays}
    assert run("debugfs", "-R", "cat usr/share/big", image) == small_set.noise("big", 3 << 20)
    module = (new / "modules-new/kernel/drivers/net/small_other.ko").read_bytes()
    assert run("debugfs", "-R", f"cat usr/lib/modules/{NEW}/kernel/drivers/net/small_other.ko", image) == module
    assert succeeds("verify", "--full", "--json", work / "out").json("verify")["verified"]


def test_helper_fails(work):
    boot_set, new = make_set(work), make_kernel(work)
    before = small_set.digests(boot_set)
    for tool, what, naming in (("resize2fs", "kill -9 $$", ["stopped from outside"]), ("resize2fs", "kill -11 $$", ["crashed"]),
                               ("resize2fs", "exit 127", ["resize2fs is needed, but is not installed"]),
                               ("e2fsck", "exit 127", ["e2fsck is needed, but is not installed"]),
                               ("e2fsck", "exit 4", ["not in order", "e2fsck -fy"]),
                               ("resize2fs", "echo no luck; exit 1", ["no luck"])):
        ended = bootgraft("swap-kernel", boot_set, new, "-o", work / "out", "--grow", env=pretend(work, tool, what))
        assert ended.code in (2, 3), (tool, what, ended.err)
        assert "cannot grow" in ended.err and all(word in ended.err for word in naming), ended.err
        assert not (work / "out").exists() and strays(work) == [] and small_set.digests(boot_set) == before


def test_resize_that_lies(work):
    """It says that it is done, and is not: e2fsck is content, but there is still no room."""
    boot_set, new = make_set(work), make_kernel(work)
    fails(3, "swap-kernel", boot_set, new, "-o", work / "out", "--grow", env=pretend(work, "resize2fs", "exit 0"),
          naming=[ROOT_EXT4, "needs"])
    assert not (work / "out").exists() and strays(work) == []


def test_no_room_for_the_copy(work):
    boot_set = make_set(work)
    use_inodes_up(boot_set / ROOT_EXT4)
    # The kernel says the same of a file that is too large as of a disk that is full, but for the word.
    ended = subprocess.run(["prlimit", "--fsize=40000", os.environ["BOOTGRAFT_CLI"], "edit", boot_set, "-o", work / "out", "--grow",
                            *copy_many(work)], stderr=subprocess.PIPE, stdout=subprocess.PIPE, check=False,
                           env={**os.environ, "LC_ALL": "C.UTF-8"})
    said = ended.stderr.decode()
    assert ended.returncode == 3 and "temporary copy" in said and "File too large" in said, (ended.returncode, said)
    assert not (work / "out").exists() and strays(work) == []


def test_cancelled(work):
    boot_set, new = make_set(work), make_kernel(work)
    environment = {**os.environ, **pretend(work, "resize2fs", f"touch {work / 'there'}; exec sleep 60"), "LC_ALL": "C.UTF-8"}
    with subprocess.Popen([os.environ["BOOTGRAFT_CLI"], "swap-kernel", boot_set, new, "-o", work / "out", "--grow"],
                          env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        for _ in range(600):
            if (work / "there").exists():
                break
            time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    assert process.returncode == 130, process.returncode
    assert not (work / "out").exists() and strays(work) == []


cli_test.main(globals())
