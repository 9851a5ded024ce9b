#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""info, ls, cat, extract, modules: what only looks."""

import base64
import json
import os
import pathlib
import stat
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent / "lib"))

import cli_test
import small_set
from cli_test import bootgraft, fails, succeeds
from small_set import INITRD, KERNEL, OLD, ROOT


def test_info_tells_what_matches(work, boot_set):
    found = succeeds("info", "--json", boot_set).json("info")
    assert found["kernel"]["file"] == KERNEL and found["kernel"]["release"] == OLD, found["kernel"]
    assert found["kernel"]["format"] == "bzImage" and found["kernel"]["arch"] == "x86_64", found["kernel"]
    initrd, root = found["images"]
    assert (initrd["path"], initrd["format"], initrd["state"], initrd["matches"]) == (INITRD, "initrd", "match", True), initrd
    assert (root["path"], root["format"], root["compression"], root["matches"]) == (ROOT, "squashfs", "gzip", True), root
    assert initrd["releases"] == [OLD] and root["releases"] == [OLD]
    archives = [segment for segment in initrd["segments"] if segment["format"] != "padding"]
    assert [segment["compression"] for segment in archives] == ["none", "gzip"], archives
    assert archives[0]["early"] and not archives[1]["early"]
    assert initrd["size"] == (boot_set / INITRD).stat().st_size
    assert [entry["path"] for entry in found["boot_entries"]] == [small_set.ENTRY]


def test_info_in_words(work, boot_set):
    said = succeeds("info", boot_set).out.decode()
    for word in (OLD, KERNEL, INITRD, ROOT, "early microcode", "they match the kernel"):
        assert word in said, f"{word!r} is missing:\n{said}"


def test_info_finds_the_others_from_any_image(work, boot_set):
    for name in (KERNEL, INITRD, ROOT):
        found = succeeds("info", "--json", boot_set / name).json("info")
        assert [image["path"] for image in found["images"]] == [INITRD, ROOT], found


def test_info_sees_another_kernel(work):
    mixed = small_set.make_set(work / "mixed", kernel_release=small_set.NEW)
    found = succeeds("info", "--json", mixed).json("info")
    assert [(image["state"], image["matches"]) for image in found["images"]] == [("differs", False)] * 2, found["images"]
    assert "cannot load them" in succeeds("info", mixed).out.decode()


def test_info_reads_the_configuration_beside(work, boot_set):
    (boot_set / f"config-{OLD}").write_text("CONFIG_RD_GZIP=y\n")
    found = succeeds("info", "--json", boot_set).json("info")["kernel"]
    assert (found["config"], found["config_source"]) == (f"config-{OLD}", "beside"), found


def test_info_of_a_kernel_for_other_machines(work, boot_set):
    """The release is the same: only the CPU tells that the modules are none of its."""
    (boot_set / KERNEL).write_bytes(small_set.image(OLD, b"CONFIG_ARM64=y\n"))
    found = succeeds("info", "--json", boot_set).json("info")
    kernel = found["kernel"]
    assert (kernel["format"], kernel["arch"], kernel["release"]) == ("Image", "arm64", OLD), kernel
    assert (kernel["compression"], kernel["signed"], kernel["loaders"]) == ("none", False, ["u-boot"]), kernel
    assert (kernel["config"], kernel["config_source"]) == (KERNEL, "kernel"), kernel
    for image in found["images"]:
        assert (image["arch"], image["state"], image["matches"]) == ("x86_64", "match", False), image
    said = succeeds("info", boot_set).out.decode()
    assert said.count("for another processor (x86_64) than the kernel (arm64)") == 2, said
    assert "U-Boot" in said, said
    new = small_set.make_kernel(work / "kernel")
    fails(2, "swap-kernel", boot_set, new, "-o", work / "out", naming=["x86_64", "arm64", KERNEL])
    assert not (work / "out").exists()


def names(*arguments):
    return succeeds("ls", *arguments).out.decode().splitlines()


def test_ls(work, boot_set):
    assert names(boot_set / INITRD) == ["conf", "etc", "init", "kernel", "lib", "usr"]
    assert names(f"{boot_set / INITRD}:/etc") == ["first", "link", "second"]
    assert names(f"{boot_set / INITRD}@1:/") == ["kernel"]
    assert "usr/share/small/text3" in names("-R", boot_set / ROOT)
    assert names(f"{boot_set / ROOT}:/usr/bin/tool") == ["tool"]
    # Links on the way and at the end are followed inside the image.
    assert names(f"{boot_set / ROOT}:/lib/modules") == [OLD]


def test_ls_long(work, boot_set):
    tool, = names("-l", f"{boot_set / ROOT}:/usr/bin")
    assert tool.split() == ["-rwsr-xr-x", "0", "0", "10", "2020-01-02", "03:04:05", "tool"], tool
    console, = names("-l", f"{boot_set / ROOT}:/dev")
    assert console.startswith("crw-------") and "5, 1" in console, console
    assert any(line.endswith("link -> first") for line in names("-l", f"{boot_set / INITRD}:/etc"))


def test_ls_json(work, boot_set):
    address = f"{boot_set / ROOT}:/"
    entries = succeeds("ls", "-R", "--json", address).json("ls")["entries"]
    by_address = {entry["address"]: entry for entry in entries}
    tool = by_address[f"{boot_set / ROOT}:/usr/bin/tool"]
    assert (tool["type"], tool["mode"], tool["size"], tool["mtime"]) == ("file", 0o4755, 10, small_set.TIME), tool
    assert by_address[f"{boot_set / ROOT}:/dev/console"]["rdev"] == "5:1"
    assert by_address[f"{boot_set / ROOT}:/lib"]["target"] == "usr/lib"
    entries = succeeds("ls", "-R", "--json", boot_set / INITRD).json("ls")["entries"]
    segments = {entry["address"].split(":")[1]: entry["segment"] for entry in entries}
    assert segments["/kernel/x86/microcode/GenuineIntel.bin"] == 1, segments
    assert segments["/init"] in (2, 3), segments


def test_ls_json_is_one_text(work, boot_set):
    """It is printed entry by entry, and looks as if it had been printed at once."""
    (work / "nothing").mkdir()
    small_set.run("mksquashfs", work / "nothing", work / "empty.squashfs", "-quiet", "-no-progress")
    for image, entries in ((boot_set / INITRD, True), (boot_set / ROOT, True), (work / "empty.squashfs", False)):
        ended = succeeds("ls", "-R", "--json", image)
        found = ended.json("ls")
        assert bool(found["entries"]) == entries, found
        assert ended.out.decode() == json.dumps(found, indent=2, separators=(",", " : ")) + "\n"


def archive(folder, *names):
    return small_set.run("cpio", "-o", "-H", "newc", "-R", "0:0", "--quiet", cwd=folder, input="\n".join(names).encode())


def test_ls_shows_what_another_segment_replaces(work, boot_set):
    (work / "again/etc").mkdir(parents=True)
    (work / "again/etc/first").write_text("replaced\n")
    image = work / "two.img"
    first = (boot_set / INITRD).read_bytes()
    # An archive that is not compressed must start at a multiple of four.
    image.write_bytes(first + b"\0" * (-len(first) % 4) + archive(work / "again", "etc", "etc/first"))
    entries = succeeds("ls", "--json", f"{image}:/etc").json("ls")["entries"]
    shadowed = [entry for entry in entries if entry["shadowed"] and entry["type"] == "file"]
    assert len(shadowed) >= 1 and all(entry["problem"] for entry in shadowed), entries
    assert any(entry["address"].endswith(":/etc/first") and "@" in entry["address"] for entry in shadowed), shadowed
    # What the kernel keeps is what is listed without asking for more.
    assert names(f"{image}:/etc") == ["first", "link", "second"]


ODD = ["new\nline", "esc\x1b[31m", "right\u202eleft", "-dash", "trailing ", "n" * 255]


def make_odd_names(work):
    folder = work / "odd"
    folder.mkdir()
    for name in [os.fsencode(name) for name in ODD] + [b"not\xff\xfeutf"]:
        (folder / os.fsdecode(name)).write_text("x")
    image = work / "odd.img"
    listing = b"\0".join(sorted(os.listdir(os.fsencode(folder))))
    image.write_bytes(small_set.run("cpio", "-0", "-o", "-H", "newc", "--quiet", cwd=folder, input=listing))
    return image


def test_names_are_escaped_or_raw(work):
    image = make_odd_names(work)
    escaped = names(image)
    assert len(escaped) == len(ODD) + 1, escaped
    for name in ("new\\nline", "esc\\x1b[31m", "right\\u202eleft", "-dash", "not\\xff\\xfeutf"):
        assert name in escaped, f"{name!r} not in {escaped!r}"
    raw = succeeds("ls", "-0", image).out.split(b"\0")
    assert set(raw) == {os.fsencode(name) for name in ODD} | {b"not\xff\xfeutf", b""}, raw
    entries = succeeds("ls", "--json", image).json("ls")["entries"]
    odd, = [entry for entry in entries if "name_b64" in entry]
    assert odd["address"].endswith("not\\xff\\xfeutf"), odd
    assert base64.b64decode(odd["name_b64"]) == b"/not\xff\xfeutf", odd
    # What is printed can be used again.
    for name in escaped:
        assert succeeds("cat", f"{image}:/{name}").out == b"x"


def test_cat(work, boot_set):
    assert succeeds("cat", f"{boot_set / INITRD}:/conf/modules").out == b"small_net\n"
    assert succeeds("cat", f"{boot_set / ROOT}:/usr/share/small/noise").out == small_set.noise("root", 30000)
    # A link is followed.
    assert succeeds("cat", f"{boot_set / INITRD}:/etc/link").out == b"one file, two names\n"
    fails(2, "cat", f"{boot_set / INITRD}:/etc", naming="directory")
    fails(2, "cat", f"{boot_set / INITRD}:/etc/none", naming=["initrd.img", "none"])


def test_cat_to_a_full_disk(work, boot_set):
    with open("/dev/full", "wb") as full:
        ended = bootgraft("cat", f"{boot_set / ROOT}:/usr/share/small/noise", stdout=full)
    assert ended.code == 3 and "No space left" in ended.err, (ended.code, ended.err)
    with open("/dev/full", "wb") as full:
        ended = bootgraft("ls", boot_set / ROOT, stdout=full)
    assert ended.code == 3 and "No space left" in ended.err, (ended.code, ended.err)


def test_extract(work, boot_set):
    succeeds("extract", f"{boot_set / ROOT}:/usr", work / "out")
    share = work / "out/usr/share/small"
    assert (share / "text5").read_text() == "fragment 5\n" * 6
    assert (share / "noise").read_bytes() == small_set.noise("root", 30000)
    assert (share / "noise").stat().st_ino == (share / "noise-too").stat().st_ino
    assert (share / "text5").stat().st_mtime == small_set.TIME
    # Set-user-ID is dropped.
    assert stat.S_IMODE((work / "out/usr/bin/tool").stat().st_mode) == 0o755
    succeeds("extract", f"{boot_set / INITRD}:/etc/first", work / "out")
    assert (work / "out/first").read_text() == "one file, two names\n"


def test_extract_lists_devices(work, boot_set):
    ended = succeeds("extract", f"{boot_set / ROOT}:/dev", work / "out")
    assert "dev/console" in ended.err and "char-device" in ended.err, ended.err
    assert os.listdir(work / "out/dev") == []


def test_extract_replaces_nothing(work, boot_set):
    (work / "out").mkdir()
    (work / "out/first").write_text("mine")
    ended = bootgraft("extract", f"{boot_set / INITRD}:/etc/first", work / "out")
    assert ended.code == 1 and "first" in ended.err, (ended.code, ended.err)
    assert (work / "out/first").read_text() == "mine"


def test_extract_follows_no_planted_link(work, boot_set):
    """A link in the target folder must not lead out of it."""
    (work / "outside").mkdir()
    (work / "out").mkdir()
    os.symlink(work / "outside", work / "out/etc")
    ended = bootgraft("extract", f"{boot_set / INITRD}:/etc", work / "out")
    assert ended.code == 1, (ended.code, ended.err)
    assert os.listdir(work / "outside") == []
    os.symlink(work / "outside/made", work / "out/init")
    ended = bootgraft("extract", f"{boot_set / INITRD}:/init", work / "out")
    assert ended.code == 1 and os.listdir(work / "outside") == [], ended.err


def newc(name, mode, content=b"", ino=1):
    name = name.encode() + b"\0"
    fields = [ino, mode, 0, 0, 1, small_set.TIME, len(content), 0, 0, 0, 0, len(name), 0]
    record = b"070701" + "".join(f"{field:08X}" for field in fields).encode() + name
    record += b"\0" * (-len(record) % 4) + content
    return record + b"\0" * (-len(record) % 4)


def test_extract_leaves_no_folder(work):
    """The recipe of CVE-2015-1197, and names that climb: nothing is made outside DIR."""
    (work / "outside").mkdir()
    records = [newc("up", stat.S_IFLNK | 0o777, str(work / "outside").encode(), 1),
               newc("up/pw", stat.S_IFREG | 0o644, b"owned", 2),
               newc("../climbed", stat.S_IFREG | 0o644, b"owned", 3),
               newc("good", stat.S_IFREG | 0o644, b"good", 4), newc("TRAILER!!!", 0)]
    (work / "evil.img").write_bytes(b"".join(records))
    ended = bootgraft("extract", f"{work / 'evil.img'}:/", work / "deep/out" if (work / "deep").mkdir() else work / "deep/out")
    assert ended.code in (0, 1), ended.err
    assert os.listdir(work / "outside") == []
    assert sorted(os.listdir(work / "deep")) == ["out"], os.listdir(work / "deep")
    assert (work / "deep/out/good").read_bytes() == b"good"


def test_extract_as_any_user(work, boot_set):
    if os.geteuid() != 0:
        return
    work.chmod(0o777)
    done = subprocess.run(["setpriv", "--reuid=65534", "--clear-groups", cli_test.program(), "extract",
                           f"{boot_set / ROOT}:/usr", work / "nobody"], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (work / "nobody/usr/bin/tool").stat().st_uid == 65534


def test_modules(work, boot_set):
    found = succeeds("modules", "--json", boot_set).json("modules")["modules"]
    assert {(module["layer"], module["name"]) for module in found} == {
        (INITRD, "small_net"), (INITRD, "small_fs"), (INITRD, "small_lib"),
        (ROOT, "small_net"), (ROOT, "small_fs"), (ROOT, "small_lib"), (ROOT, "small_other")}
    assert {module["release"] for module in found} == {OLD}
    assert {module["loads"] for module in found} == {"unknown"}
    assert f"{ROOT}:/usr/lib/modules/{OLD}/kernel/fs/small_fs.ko" in {module["path"] for module in found}
    assert succeeds("modules", "--all", "--json", boot_set).json("modules")["modules"] == found


def test_modules_diff(work, boot_set):
    new = small_set.make_kernel(work / "kernel")
    (new / "modules-new/kernel/drivers/net/small_other.ko").unlink()
    found = succeeds("modules", "--json", "--diff", new, boot_set).json("modules-diff")["modules"]
    changes = {(module["layer"], module["name"]): module["change"] for module in found}
    assert changes[INITRD, "small_net"] == "same" and changes[ROOT, "small_other"] == "gone", changes
    assert "small_other" in succeeds("modules", "--diff", new, boot_set).out.decode()


cli_test.main(globals())
