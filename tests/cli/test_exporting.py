#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""export, edit, swap-kernel, diff, verify: what writes, and what reads it back."""

import json
import os
import pathlib
import shutil
import stat
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent / "lib"))

import cli_test
import small_set
from cli_test import bootgraft, fails, strays, succeeds
from small_set import ENTRY, INITRD, KERNEL, MEMBERS, NEW, OLD, ROOT


def cat(image, path):
    return succeeds("cat", f"{image}:{path}").out


def test_export_is_the_same_set(work, boot_set):
    (boot_set / INITRD).chmod(0o600)
    before = small_set.digests(boot_set)
    said = succeeds("export", boot_set, "-o", work / "out", "--json").json("export")
    after = small_set.digests(work / "out")
    manifest = after.pop("bootgraft.json")
    assert {path: after[path] for path in MEMBERS} == {path: before[path] for path in MEMBERS}
    assert set(after) == set(before), "an export holds the set's members and nothing else"
    assert said["verified"] and said["lost"] == [], said
    assert [(image["path"], image["copied"], image["encoded"]) for image in said["images"]] == [
        (path, (boot_set / path).stat().st_size, 0) for path in MEMBERS]
    assert manifest[0] == stat.S_IFREG | 0o644
    assert small_set.digests(boot_set) == before
    assert strays(work) == []


def test_manifest(work, boot_set):
    import jsonschema
    succeeds("export", boot_set, "-o", work / "out")
    found = json.loads((work / "out/bootgraft.json").read_text())
    jsonschema.validate(found, json.loads((cli_test.SCHEMAS / "bootgraft.json").read_text()))
    assert [member["path"] for member in found["members"]] == MEMBERS
    for member in found["members"]:
        assert small_set.digests(work / "out")[member["path"]][1] == member["sha256"]


def test_new_folder_is_as_the_user_makes_them(work, boot_set):
    old = os.umask(0o027)
    try:
        succeeds("export", boot_set, "-o", work / "out")
    finally:
        os.umask(old)
    assert stat.S_IMODE((work / "out").stat().st_mode) == 0o750
    assert stat.S_IMODE((work / "out/pxelinux.cfg").stat().st_mode) == 0o750
    # What is served keeps the mode that it had.
    assert stat.S_IMODE((work / "out" / KERNEL).stat().st_mode) == stat.S_IMODE((boot_set / KERNEL).stat().st_mode)


def test_targets_that_cannot_be(work, boot_set):
    (work / "there").mkdir()
    fails(2, "export", boot_set, "-o", work / "there", naming=["there", "exists"])
    fails(2, "export", boot_set, "-o", work / "no/such", naming=["no", "folder"])
    fails(2, "export", boot_set, naming="-o OUT")
    fails(2, "export", boot_set, "-o", work / "out", "--in-place", naming="--in-place")
    fails(2, "export", boot_set, "--image", "nothing.img", "-o", work / "out", naming="nothing.img")
    assert sorted(os.listdir(work)) == ["set", "there"]


def test_target_in_the_set(work, boot_set):
    """A second set inside the first would be found with it."""
    before = small_set.digests(boot_set)
    for out in (boot_set / "out", boot_set / "pxelinux.cfg/out"):
        fails(2, "export", boot_set, "-o", out, naming=["out", "outside"])
    fails(2, "export", boot_set, "-o", boot_set, naming="exists")
    # A lone image may lie beside the others, under a name that is free.
    succeeds("export", boot_set, "--image", INITRD, "-o", boot_set / "initrd-new.img")
    fails(2, "export", boot_set, "--image", INITRD, "-o", boot_set / INITRD, naming="exists")
    (boot_set / "initrd-new.img").unlink()
    assert small_set.digests(boot_set) == before


def test_links_to_the_source(work, boot_set):
    """A target that is another name of a source is there already; a source that is a link is read through it."""
    before = small_set.digests(boot_set)
    os.link(boot_set / INITRD, work / "hard.img")
    os.symlink(boot_set / INITRD, work / "soft.img")
    for name in ("hard.img", "soft.img"):
        fails(2, "export", boot_set, "--image", INITRD, "-o", work / name, naming=[name, "exists"])
    os.symlink(boot_set, work / "link")
    fails(2, "export", boot_set, "-o", work / "link/out", naming="outside")
    succeeds("export", work / "link", "-o", work / "out")
    assert small_set.digests(boot_set) == before
    assert small_set.digests(work / "out")[INITRD] == before[INITRD]


def test_options_that_make_no_sense(work, boot_set):
    for options, naming in ((["--effort", "utmost"], "utmost"), (["--compression", "zip"], "zip"),
                            (["--compression", f"{KERNEL}=xz"], KERNEL), (["--compression", "none.img=xz"], "none.img"),
                            (["--compression", "lzma"], "squashfs"), (["--compression", f"{ROOT}=bzip2"], ROOT),
                            (["--nonsense"], "--nonsense")):
        fails(2, "export", boot_set, "-o", work / "out", *options, naming=naming)
    fails(2, "export", boot_set, "-o", work / "out", env={"SOURCE_DATE_EPOCH": "soon"}, naming="SOURCE_DATE_EPOCH")
    assert not (work / "out").exists()


def test_compression(work, boot_set):
    for name in ("zstd", "xz", "none", "bzip2", "lzma", "lzo"):
        out = work / name
        succeeds("export", boot_set, "-o", out, "--compression", f"{INITRD}={name}", "--full")
        found = succeeds("info", "--json", out).json("info")["images"]
        assert [image["compression"] for image in found] == [name, "gzip"], found
        assert cat(out / INITRD, "/conf/modules") == b"small_net\n"
        difference = bootgraft("diff", "--json", boot_set, out).json("diff")["changes"]
        assert difference == [{"address": INITRD, "kind": "changed", "fields": ["compression"]}], difference
    succeeds("export", boot_set, "-o", work / "both", "--compression", "lzo", "--full")
    found = succeeds("info", "--json", work / "both").json("info")["images"]
    assert [image["compression"] for image in found] == ["lzo", "lzo"], found


def test_one_image(work, boot_set):
    said = succeeds("edit", boot_set, "--image", INITRD, "-o", work / "one.img", "--append-line",
                    f"{INITRD}:/conf/modules:small_fs", "--json").json("export")
    assert cat(work / "one.img", "/conf/modules") == b"small_net\nsmall_fs\n"
    assert [image["path"] for image in said["images"]] == [INITRD]
    # An edit that would not be written is an error, not lost.
    fails(2, "edit", boot_set, "--image", INITRD, "-o", work / "two.img", "--delete", f"{ROOT}:/usr/bin", naming=ROOT)
    fails(2, "edit", boot_set, "--image", INITRD, "-o", work / "one.img", "--mkdir", f"{INITRD}:/new", naming="exists")
    assert sorted(os.listdir(work)) == ["one.img", "set"]


def test_steps(work, boot_set):
    (work / "file:with colon").write_text("uploaded\n")
    (work / "folder/inner").mkdir(parents=True)
    (work / "folder/inner/deep").write_text("deep\n")
    before = small_set.digests(boot_set)
    succeeds("edit", boot_set, "-o", work / "out",
             "--mkdir", f"{ROOT}:/opt", "--upload", f"{work}/file\\:with colon:{ROOT}:/opt/up",
             "--copy-in", f"{work / 'folder'}:{ROOT}:/opt", "--symlink", f"up:{ROOT}:/opt/link",
             "--chmod", f"0750:{ROOT}:/opt/up", "--chown", f"7:8:{ROOT}:/opt/up", "--delete", f"{ROOT}:/usr/bin/tool",
             "--write", f"{INITRD}:/etc/loop.conf:options loop max_loop=5", "--append-line", f"{INITRD}:/conf/modules:loop:x")
    out = work / "out"
    up, = succeeds("ls", "-l", f"{out / ROOT}:/opt/up").out.decode().splitlines()
    assert up.split()[:4] == ["-rwxr-x---", "7", "8", "9"], up
    assert cat(out / ROOT, "/opt/up") == b"uploaded\n" == cat(out / ROOT, "/opt/link")
    assert b"deep\n" in (cat(out / ROOT, path) for path in ("/opt/folder/inner/deep",))
    assert cat(out / INITRD, "/etc/loop.conf") == b"options loop max_loop=5"
    assert cat(out / INITRD, "/conf/modules") == b"small_net\nloop:x\n"
    assert succeeds("ls", f"{out / ROOT}:/usr/bin").out == b""
    assert small_set.digests(boot_set) == before
    assert succeeds("verify", "--full", out).code == 0


def test_what_is_lost_is_told_once(work, boot_set):
    """Extended attributes of what is copied in or extracted; and a folder that was to be made, but was there."""
    tree = work / "tree"
    (tree / "sub").mkdir(parents=True)
    for name in ("one", "sub/two", "sub/plain"):
        (tree / name).write_text(name)
    for name in ("one", "sub/two", "sub"):
        small_set.run("setfattr", "-n", "user.note", "-v", "x", tree / name)
    def edit(*step):
        said = succeeds("edit", boot_set, "-o", work / "out", *step).out.decode()
        shutil.rmtree(work / "out")
        return [line for line in said.splitlines() if "extended attributes" in line or "already" in line]
    noted, = edit("--copy-in", f"{tree}:{ROOT}:/opt")
    assert "3 entries have extended attributes" in noted and str(tree) in noted, noted
    noted, = edit("--upload", f"{tree / 'one'}:{ROOT}:/one")
    assert "1 entry has extended attributes" in noted, noted
    assert edit("--upload", f"{tree / 'sub/plain'}:{ROOT}:/plain") == []
    noted, = edit("--mkdir", f"{ROOT}:/usr")
    assert f"{ROOT}:/usr is a folder already" in noted, noted
    assert edit("--mkdir", f"{ROOT}:/new") == []
    small_set.run("mksquashfs", tree, work / "s.img", "-noappend", "-quiet", "-no-progress")
    noted, = succeeds("extract", f"{work / 's.img'}:/", work / "x").err.strip().splitlines()
    assert "3 entries have extended attributes" in noted, noted
    assert succeeds("extract", f"{work / 's.img'}:/sub/plain", work / "y").err == ""


def test_move_and_mknod(work, boot_set):
    succeeds("edit", boot_set, "-o", work / "out", "--move", f"{INITRD}:/conf/modules:/conf/modules.old",
             "--mknod", f"c:5:1:{INITRD}:/etc/console", "--mknod", f"p:{INITRD}:/etc/pipe", "--write", f"{INITRD}:/etc/empty:")
    out = work / "out"
    assert cat(out / INITRD, "/conf/modules.old") == b"small_net\n" and cat(out / INITRD, "/etc/empty") == b""
    assert succeeds("ls", f"{out / INITRD}:/conf").out == b"modules.old\n"
    nodes = succeeds("ls", "-l", f"{out / INITRD}:/etc").out.decode()
    assert "crw-------" in nodes and "5, 1" in nodes.replace("5,1", "5, 1") and "prw-------" in nodes, nodes
    fails(2, "edit", boot_set, "-o", work / "two", "--move", f"{INITRD}:/conf/modules:/init", naming=["/init", "exists"])
    fails(2, "edit", boot_set, "-o", work / "two", "--move", f"{INITRD}:/conf/modules", naming="IMAGE:/FROM:/TO")
    fails(2, "edit", boot_set, "-o", work / "two", "--mknod", f"x:1:1:{INITRD}:/x", naming="--mknod")
    fails(2, "edit", boot_set, "-o", work / "two", "--mknod", f"c:4096:1:{ROOT}:/x", naming="--mknod")
    assert not (work / "two").exists()


def test_steps_are_done_in_order(work, boot_set):
    path = f"{INITRD}:/etc/order"
    succeeds("edit", boot_set, "-o", work / "out", "--append-line", f"{path}:one", "--append-line", f"{path}:two", "--write",
             f"{INITRD}:/etc/other:x", "--delete", f"{INITRD}:/etc/other")
    assert cat(work / "out" / INITRD, "/etc/order") == b"one\ntwo\n"
    assert b"other" not in succeeds("ls", f"{work / 'out' / INITRD}:/etc").out


def test_steps_that_make_no_sense(work, boot_set):
    for step, naming in ((["--delete", f"{ROOT}:/none"], "none"), (["--delete", f"{ROOT}"], []),
                         (["--chmod", f"999:{ROOT}:/usr"], "999"), (["--chown", f"root:{ROOT}:/usr"], "--chown"),
                         (["--upload", f"{work}/none:{ROOT}:/x"], "none"), (["--mkdir", "other.img:/x"], "other.img"),
                         (["--mkdir", f"{KERNEL}:/x"], KERNEL), (["--write", f"{ROOT}:/x"], "--write"),
                         (["--upload", f"{work}:{ROOT}:/x"], []), (["--mkdir", f"{INITRD}@9:/x"], "9")):
        fails(2, "edit", boot_set, "-o", work / "out", *step, naming=naming)
    fails(2, "edit", boot_set, "-o", work / "out", naming="step")
    assert sorted(os.listdir(work)) == ["set"]


def test_same_edit_same_bytes(work, boot_set):
    for out in ("one", "two"):
        succeeds("edit", boot_set, "-o", work / out, "--write", f"{ROOT}:/new:text", "--write", f"{INITRD}:/new:text")
    assert small_set.digests(work / "one") == small_set.digests(work / "two")


def test_steps_are_named_as_they_can_be_given(work, boot_set):
    said = succeeds("edit", boot_set, "-n", "--write", f"{INITRD}:/caf\\xe9 \\::text", "--mkdir", f"{INITRD}:/新",
                    "--move", f"{INITRD}:/新:/a\\\\b").out.decode().splitlines()
    assert said[:3] == [f"1. Write {INITRD}:/caf\\xe9 :", f"2. Make the folder {INITRD}:/新",
                        f"3. Rename {INITRD}:/新 to a\\\\b"], said


def test_dry_run_writes_nothing(work, boot_set):
    said = succeeds("edit", boot_set, "-n", "--json", "--mkdir", f"{INITRD}:/new").json("export")
    assert said["out"] is None and not said["verified"], said
    assert [image["changed"] for image in said["images"]] == [False, True, False, False], said
    succeeds("edit", boot_set, "--dry-run", "-o", work / "out", "--mkdir", f"{INITRD}:/new")
    assert sorted(os.listdir(work)) == ["set"]


def test_swap_kernel(work, boot_set):
    new = small_set.make_kernel(work / "kernel")
    before = small_set.digests(boot_set)
    said = succeeds("swap-kernel", boot_set, new, "-o", work / "out", "--json").json("export")
    out = work / "out"
    found = succeeds("info", "--json", out).json("info")
    assert found["kernel"]["release"] == NEW
    assert [(image["releases"], image["matches"]) for image in found["images"]] == [([NEW], True)] * 2, found["images"]
    assert (out / KERNEL).read_bytes() == (new / "vmlinuz").read_bytes()
    modules = succeeds("modules", "--json", out).json("modules")["modules"]
    in_initrd = {module["name"] for module in modules if module["layer"] == INITRD}
    assert in_initrd == {"small_net", "small_fs", "small_lib"}, in_initrd
    assert len([module for module in modules if module["layer"] == ROOT]) == 4
    dep = cat(out / ROOT, f"/lib/modules/{NEW}/modules.dep").decode().splitlines()
    assert "kernel/fs/small_fs.ko: kernel/lib/small_lib.ko" in dep, dep
    assert said["verified"] and small_set.digests(boot_set) == before and strays(work) == []
    # vmlinuz and modules apart give the same.
    succeeds("swap-kernel", boot_set, "--vmlinuz", new / "vmlinuz", "--modules", new / "modules-new", "-o", work / "apart")
    cli_test.same_members(small_set.digests(out), small_set.digests(work / "apart"))
    # So does the step of "edit".
    succeeds("edit", boot_set, "--swap-kernel", new, "-o", work / "edited")
    assert small_set.digests(out) == small_set.digests(work / "edited")


def test_swap_kernel_selects(work, boot_set):
    new = small_set.make_kernel(work / "kernel")
    for select, expected in (("all", 4), ("small_fs", 2), ("same", 3)):
        out = work / select
        succeeds("swap-kernel", boot_set, new, "-o", out, "--select", select)
        modules = succeeds("modules", "--json", out).json("modules")["modules"]
        assert len([module for module in modules if module["layer"] == INITRD]) == expected, (select, modules)


def test_swap_kernel_notes_are_fit_to_be_shown(work, boot_set):
    small_set.add_release(boot_set, b"6.0-\xff\n")
    new = small_set.make_kernel(work / "kernel")
    said = succeeds("swap-kernel", boot_set, new, "-o", work / "out").out.decode()
    assert rf"Note: {INITRD} keeps the modules in /usr/lib/modules/6.0-\xff\n as well" in said.splitlines(), said


def test_swap_kernel_says_what_is_lost(work, boot_set):
    new = small_set.make_kernel(work / "kernel")
    (new / "modules-new/kernel/drivers/net/small_net.ko").unlink()
    said = succeeds("swap-kernel", boot_set, new, "-o", work / "out", "--json").json("export")
    assert any("small_net" in name for name in said["lost"]), said
    lines = succeeds("swap-kernel", boot_set, new, "-n").out.decode().splitlines()
    at = lines.index(f"  {INITRD}:")
    # The initrd's first: without them nothing boots.
    assert "small_net" in lines[at + 1] and f"  {ROOT}:" in lines[at + 2:], lines


def test_swap_kernel_needs_a_kernel(work, boot_set):
    new = small_set.make_kernel(work / "kernel")
    fails(2, "swap-kernel", boot_set, "-o", work / "out", naming="--vmlinuz")
    fails(2, "swap-kernel", boot_set, work / "none", "-o", work / "out", naming="none")
    # Modules of another release than the set's kernel: the kernel is asked for.
    fails(2, "swap-kernel", boot_set, "--modules", new / "modules-new", "-o", work / "out", naming=NEW)
    fails(2, "swap-kernel", boot_set, "--modules", new / "modules-new", "-o", work / "out", naming="(--vmlinuz FILE)")
    # A kernel alone whose modules the set does not have: those are asked for.
    fails(2, "swap-kernel", boot_set, "--vmlinuz", new / "vmlinuz", "-o", work / "out", naming="(--modules DIR)")
    (work / "empty").mkdir()
    fails(2, "swap-kernel", boot_set, work / "empty", "-o", work / "out", naming="empty")
    assert not (work / "out").exists() and strays(work) == []


def test_in_place(work, boot_set):
    before = small_set.digests(boot_set)
    said = succeeds("edit", boot_set, "--in-place", "--write", f"{INITRD}:/new:text", "--json").json("export")
    assert [image["changed"] for image in said["images"]] == [False, True, False, False], said
    after = small_set.digests(boot_set)
    assert after[f"{INITRD}.bootgraft-old"] == before[INITRD] and after[INITRD] != before[INITRD]
    assert {path: after[path] for path in before if path != INITRD} == {
        path: before[path] for path in before if path != INITRD}
    assert set(after) - set(before) == {f"{INITRD}.bootgraft-old", "bootgraft.json"}
    assert cat(boot_set / INITRD, "/new") == b"text"
    # What was kept is not taken for a member, and a second time keeps both.
    assert len(succeeds("info", "--json", boot_set).json("info")["images"]) == 2
    succeeds("edit", boot_set, "--in-place", "--write", f"{INITRD}:/new:again")
    final = small_set.digests(boot_set)
    assert final[f"{INITRD}.bootgraft-old"] == before[INITRD], "the first old file is still there"
    assert final[f"{INITRD}.2.bootgraft-old"] == after[INITRD]
    assert succeeds("verify", boot_set).code == 0 and strays(work) == []
    assert len(succeeds("info", "--json", boot_set).json("info")["images"]) == 2


def test_in_place_without_edits_touches_nothing(work, boot_set):
    before = small_set.digests(boot_set)
    succeeds("export", boot_set, "--in-place")
    assert small_set.digests(boot_set) == before


def test_progress_on_a_terminal_only(work, boot_set):
    assert succeeds("export", boot_set, "-o", work / "quiet").err == ""
    master, slave = os.openpty()
    done = subprocess.run([cli_test.program(), "export", boot_set, "-o", work / "out", "--json"], stderr=slave,
                          stdout=subprocess.PIPE, check=False)
    os.close(slave)
    shown = os.read(master, 65536).decode()
    os.close(master)
    assert done.returncode == 0 and " %" in shown and KERNEL in shown, shown
    # The line is wiped at the end, and standard output is not mixed with it.
    assert shown.endswith("\r\x1b[K") and json.loads(done.stdout)["verified"], shown


def test_verify_finds_damage(work, boot_set):
    succeeds("export", boot_set, "-o", work / "out")
    assert succeeds("verify", "--json", work / "out").json("verify")["verified"]
    content = bytearray((work / "out" / ROOT).read_bytes())
    content[len(content) // 2] ^= 1
    (work / "out" / ROOT).write_bytes(content)
    (work / "out" / KERNEL).unlink()
    with open(work / "out" / ENTRY, "a", encoding="utf-8") as entry:
        entry.write("# more\n")
    ended = bootgraft("verify", "--json", work / "out")
    assert ended.code == 1
    found = {image["path"]: image["status"] for image in ended.json("verify")["images"]}
    assert found == {KERNEL: "missing", INITRD: "ok", ROOT: "differs", ENTRY: "differs"}, found
    assert bootgraft("verify", work / "out").code == 1


def test_verify_without_a_list(work, boot_set):
    assert succeeds("verify", "--full", "--json", boot_set).json("verify")["verified"]
    # Content that does not decode is found by --full only.
    content = bytearray((boot_set / ROOT).read_bytes())
    content[150] ^= 0xff
    (boot_set / ROOT).write_bytes(content)
    ended = bootgraft("verify", "--full", "--json", boot_set)
    assert ended.code == 1, ended.err
    found = {image["path"]: image["status"] for image in ended.json("verify")["images"]}
    assert found[ROOT] == "unreadable", found
    succeeds("export", boot_set, "-o", work / "copied")
    # Edited, beside what is edited, or not edited at all: the source is to blame, and nothing is left.
    for step in (["edit", "--mkdir", f"{ROOT}:/new"], ["edit", "--mkdir", f"{INITRD}:/new"], ["export"]):
        said = fails(2, step[0], boot_set, "-o", work / "out", "--full", *step[1:], naming=ROOT).err
        assert "was written" not in said, said
        assert not (work / "out").exists()


def test_verify_refuses_a_hostile_list(work, boot_set):
    succeeds("export", boot_set, "-o", work / "out")
    text = (work / "out/bootgraft.json").read_text()
    for bad, naming in ((text.replace(f'"{KERNEL}"', '"../set/vmlinuz"'), "../set/vmlinuz"),
                        ('{"bootgraft": 1, "members": ' + "[" * 76000 + "]" * 76000 + "}", "nested"),
                        (text[:50], "from line 4 on it is no JSON"), ("[]", "object")):
        (work / "out/bootgraft.json").write_text(bad)
        fails(2, "verify", work / "out", naming=["bootgraft.json", naming])


def test_diff(work, boot_set):
    succeeds("export", boot_set, "-o", work / "same")
    assert succeeds("diff", boot_set, work / "same").out == b"No differences.\n"
    succeeds("edit", boot_set, "-o", work / "other", "--write", f"{INITRD}:/conf/modules:other_net\n", "--chmod",
             f"755:{ROOT}:/usr/share/small/text1", "--delete", f"{ROOT}:/usr/share/small/text2", "--mkdir", f"{ROOT}:/opt")
    ended = bootgraft("diff", "--json", boot_set, work / "other")
    assert ended.code == 1
    found = {change["address"]: (change["kind"], change["fields"]) for change in ended.json("diff")["changes"]}
    assert found[f"{ROOT}:/usr/share/small/text1"] == ("changed", ["mode"]), found
    assert found[f"{ROOT}:/usr/share/small/text2"] == ("removed", []), found
    assert found[f"{ROOT}:/opt"] == ("added", []), found
    assert found[f"{INITRD}:/conf/modules"][0] == "changed" and "content" in found[f"{INITRD}:/conf/modules"][1], found
    ended = bootgraft("diff", "--json", boot_set / ROOT, work / "other" / ROOT)
    assert ended.code == 1 and "/opt" in {change["address"] for change in ended.json("diff")["changes"]}
    fails(2, "diff", boot_set, work / "other" / ROOT, naming="folders")
    fails(2, "diff", boot_set / ROOT, boot_set / KERNEL, naming="compared")
    fails(2, "diff", boot_set, work / "nowhere", naming=["nowhere", "No such file"])
    succeeds("export", boot_set, "--image", INITRD, "-o", work / "none", "--compression", "none")
    ended = bootgraft("diff", boot_set / INITRD, work / "none")
    assert ended.code == 1 and b"~ the image: compression" in ended.out, ended.out


def test_diff_of_a_swap_tells_modules(work, boot_set):
    succeeds("swap-kernel", boot_set, small_set.make_kernel(work / "kernel"), "-o", work / "out")
    ended = bootgraft("diff", "--json", boot_set, work / "out")
    found = ended.json("diff")
    assert {(module["layer"], module["change"]) for module in found["modules"]} == {(INITRD, "same"), (ROOT, "same")}
    kernel, = [change for change in found["changes"] if change["address"] == KERNEL]
    assert "release" in kernel["fields"], kernel
    said = bootgraft("diff", boot_set, work / "out").out.decode()
    assert f"{OLD} → {NEW}" in said, said


cli_test.main(globals())
