#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Recipes: what --save-recipe writes, --recipe applies to another set; what no longer fits is said, never passed over."""

import json
import os
import pathlib
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent / "lib"))

import cli_test
import jsonschema
import small_set
from cli_test import bootgraft, fails, same_bytes, strays, succeeds
from small_set import INITRD, NEW, ROOT

STEPS = ["--append-line", f"{INITRD}:/conf/modules:small_fs", "--mkdir", f"{ROOT}:/opt/tools",
         "--symlink", f"tools:{ROOT}:/opt/link", "--write", f"{ROOT}:/usr/share/text:one: two", "--chmod", f"600:{ROOT}:/usr/share/text",
         "--chown", f"7:8:{ROOT}:/usr/share/text", "--move", f"{ROOT}:/usr/share/text:/usr/share/other", "--mknod", f"c:1:3:{ROOT}:/null",
         "--delete", f"{ROOT}:/usr/bin"]


def check(recipe):
    """Readable JSON, as data/schema/recipe.json says."""
    found = json.loads(pathlib.Path(recipe).read_text())
    jsonschema.Draft202012Validator(json.loads((cli_test.SCHEMAS / "recipe.json").read_text())).validate(found)
    return found


def host_files(work):
    (work / "tool").write_bytes(small_set.noise("tool", 20000))
    (work / "tool").chmod(0o755)
    (work / "files/sub").mkdir(parents=True)
    (work / "files/sub/one").write_text("1\n")
    os.symlink("one", work / "files/sub/link")
    os.link(work / "files/sub/one", work / "files/two")
    return ["--upload", f"{work}/tool:{ROOT}:/sbin/tool", "--copy-in", f"{work}/files:{ROOT}:/srv"]


def test_round_trip(work, boot_set):
    """The same recipe gives the same bytes, bootgraft.json included, and is written as itself again."""
    steps = ["--mkdir", f"{ROOT}:/sbin", "--mkdir", f"{ROOT}:/srv", *host_files(work), *STEPS]
    succeeds("edit", boot_set, "-o", work / "one", *steps, "--save-recipe", work / "r.json")
    found = check(work / "r.json")
    assert [step["step"] for step in found["steps"]] == [
        "mkdir", "mkdir", "upload", "copy-in", "append-line", "mkdir", "symlink", "write", "set-attributes", "set-attributes",
        "move", "mknod", "delete"]
    assert found["steps"][2]["from"]["path"] == str(work / "tool")
    # Touched and copied since: the bytes are what counts.
    (work / "tool").chmod(0o600)
    os.utime(work / "tool")
    succeeds("edit", boot_set, "-o", work / "two", "--recipe", work / "r.json", "--save-recipe", work / "again.json")
    same_bytes(small_set.digests(work / "one"), small_set.digests(work / "two"))
    assert (work / "again.json").read_bytes() == (work / "r.json").read_bytes()
    assert strays(work) == []


def test_names_that_are_not_utf8(work, boot_set):
    (work / os.fsdecode(b"t\xff")).write_bytes(b"x")
    succeeds("edit", boot_set, "-o", work / "one", "--upload", os.fsencode(work) + b"/t\xff:" + f"{ROOT}:/usr/share".encode() + b"/n\xe9",
             "--append-line", f"{ROOT}:/usr/share".encode() + b"/n\xe9:l\xe8", "--save-recipe", work / "r.json")
    found = check(work / "r.json")
    assert "path_b64" in found["steps"][0]["from"] and "to_b64" in found["steps"][0] and "line_b64" in found["steps"][1], found
    succeeds("edit", boot_set, "-o", work / "two", "--recipe", work / "r.json")
    same_bytes(small_set.digests(work / "one"), small_set.digests(work / "two"))


def test_swap(work, boot_set):
    """Planned anew on a set of another release, and a kernel that was changed is refused."""
    small_set.make_kernel(work / "kernel")
    succeeds("swap-kernel", boot_set, work / "kernel", "-o", work / "one", "--save-recipe", work / "r.json")
    found = check(work / "r.json")
    assert [step["step"] for step in found["steps"]] == ["swap-kernel"], found
    succeeds("edit", boot_set, "-o", work / "two", "--recipe", work / "r.json")
    same_bytes(small_set.digests(work / "one"), small_set.digests(work / "two"))
    # On what is already of that release: it goes, and comes again.
    succeeds("edit", work / "one", "-o", work / "three", "--recipe", work / "r.json")
    assert succeeds("info", "--json", work / "three").json("info")["kernel"]["release"] == NEW
    module = next((work / "kernel").rglob("*.ko"))
    module.write_bytes(module.read_bytes() + b"more")
    ended = bootgraft("edit", boot_set, "-o", work / "four", "--recipe", work / "r.json")
    assert ended.code == 2 and str(work / "kernel") in ended.err and "SHA-256" in ended.err, ended.err
    assert not (work / "four").exists()


def test_swap_of_files(work, boot_set):
    small_set.make_kernel(work / "kernel")
    vmlinuz = next((work / "kernel").rglob("vmlinuz*"))
    folder = work / "kernel/modules-new"
    succeeds("swap-kernel", boot_set, "--vmlinuz", vmlinuz, "--modules", folder, "--select", "small_net", "-o", work / "one",
             "--save-recipe", work / "r.json")
    step = check(work / "r.json")["steps"][0]
    assert step["select"] == "chosen" and step["chosen"] == ["small_net"] and step["vmlinuz"]["path"] == str(vmlinuz), step
    succeeds("edit", boot_set, "-o", work / "two", "--recipe", work / "r.json")
    same_bytes(small_set.digests(work / "one"), small_set.digests(work / "two"))
    vmlinuz.unlink()
    ended = bootgraft("edit", boot_set, "-o", work / "three", "--recipe", work / "r.json")
    assert ended.code == 2 and str(vmlinuz) in ended.err, ended.err


def test_what_does_not_fit(work, boot_set):
    """Each by its number with the reason; nothing is written; left out only when that is said."""
    succeeds("edit", boot_set, "-o", work / "one", "--mkdir", f"{ROOT}:/new", "--delete", f"{ROOT}:/usr/bin", "--write",
             f"{ROOT}:/new/text:x", "--save-recipe", work / "r.json")
    ended = bootgraft("edit", work / "one", "-o", work / "two", "--recipe", work / "r.json", "--delete", f"{ROOT}:/new")
    assert ended.code == 2 and ended.out == b"", ended.err
    lines = ended.err.splitlines()
    assert len(lines) == 2 and f"step 2 (Delete {ROOT}:/usr/bin)" in lines[0] and "/usr/bin" in lines[0], lines
    assert "1 step of 4" in lines[1] and "--leave-out 2" in lines[1], lines
    assert not (work / "two").exists() and strays(work) == []
    said = succeeds("edit", work / "one", "-o", work / "two", "--recipe", work / "r.json", "--leave-out", "2", "--json",
                    "--save-recipe", work / "rest.json").json("export")
    assert [(step["n"], step["left_out"]) for step in said["steps"]] == [(1, False), (2, True), (3, False)], said
    assert [step["step"] for step in check(work / "rest.json")["steps"]] == ["mkdir", "write"]
    # A step of the command line itself is no part of a recipe: it is a mistake as ever.
    fails(2, "edit", boot_set, "-o", work / "three", "--recipe", work / "r.json", "--delete", f"{ROOT}:/no", naming="/no")
    for numbers in ("0", "4", "x", "1,"):
        fails(2, "edit", boot_set, "-o", work / "three", "--recipe", work / "r.json", "--leave-out", numbers,
              naming="--leave-out")


def test_files_that_changed(work, boot_set):
    steps = host_files(work)
    succeeds("edit", boot_set, "-o", work / "one", "--mkdir", f"{ROOT}:/sbin", "--mkdir", f"{ROOT}:/srv", *steps,
             "--save-recipe", work / "r.json")
    (work / "tool").write_text("other")
    (work / "files/sub/one").write_text("2\n")
    ended = bootgraft("edit", boot_set, "-o", work / "two", "--recipe", work / "r.json")
    assert ended.code == 2 and "--leave-out 3,4" in ended.err, ended.err
    for line, name in zip(ended.err.splitlines(), (f"{work}/tool is not what", f"{work}/files is not what")):
        assert name in line, line
    (work / "tool").unlink()
    ended = bootgraft("edit", boot_set, "-o", work / "two", "--recipe", work / "r.json")
    assert ended.code == 2 and f"{work}/tool" in ended.err.splitlines()[0], ended.err
    # Whatever it holds now, when the recipe does not say.
    found = json.loads((work / "r.json").read_text())
    (work / "tool").write_text("other")
    for step in found["steps"][2:]:
        del step["from"]["sha256"]
    (work / "any.json").write_text(json.dumps(found))
    succeeds("edit", boot_set, "-o", work / "two", "--recipe", work / "any.json")
    assert succeeds("cat", f"{work}/two/{ROOT}:/sbin/tool").out == b"other"


def test_in_the_list_of_an_export(work, boot_set):
    """bootgraft.json has the recipe, without the user's folders; its files are looked for beside it."""
    (work / "secret-place").mkdir()
    (work / "secret-place/tool").write_text("tool\n")
    succeeds("edit", boot_set, "-o", work / "one", "--upload", f"{work}/secret-place/tool:{ROOT}:/usr/share/tool")
    text = (work / "one/bootgraft.json").read_text()
    found = json.loads(text)
    jsonschema.validate(found, json.loads((cli_test.SCHEMAS / "bootgraft.json").read_text()))
    jsonschema.validate(found["recipe"], json.loads((cli_test.SCHEMAS / "recipe.json").read_text()))
    assert "secret-place" not in text
    ended = bootgraft("edit", boot_set, "-o", work / "two", "--recipe", work / "one/bootgraft.json")
    assert ended.code == 2 and f"{work}/one/tool" in ended.err, ended.err
    shutil.copy(work / "one/bootgraft.json", work / "secret-place/r.json")
    succeeds("edit", boot_set, "-o", work / "two", "--recipe", work / "secret-place/r.json")
    same_bytes(small_set.digests(work / "one"), small_set.digests(work / "two"))
    succeeds("export", boot_set, "-o", work / "three")
    assert "recipe" not in json.loads((work / "three/bootgraft.json").read_text())
    fails(2, "edit", boot_set, "-o", work / "four", "--recipe", work / "three/bootgraft.json", naming="no recipe")


def test_dry_run(work, boot_set):
    before = small_set.digests(boot_set)
    succeeds("edit", boot_set, "-o", work / "one", *STEPS, "--save-recipe", work / "r.json")
    left = sorted(os.listdir(work))
    ended = succeeds("edit", boot_set, "--dry-run", "--recipe", work / "r.json")
    lines = ended.out.decode().splitlines()
    assert lines[0].startswith("1. ") and "/conf/modules" in lines[0] and lines[8].startswith("9. Delete"), lines
    said = succeeds("edit", boot_set, "--dry-run", "--recipe", work / "r.json", "--json").json("export")
    assert [step["n"] for step in said["steps"]] == list(range(1, 10)) and said["out"] is None
    fails(2, "edit", boot_set, "--dry-run", "--recipe", work / "r.json", "--save-recipe", work / "s.json", naming="--dry-run")
    assert sorted(os.listdir(work)) == left and small_set.digests(boot_set) == before


def test_where_it_is_written(work, boot_set):
    step = ["--mkdir", f"{ROOT}:/new"]
    (work / "there").write_text("mine")
    fails(2, "edit", boot_set, "-o", work / "one", *step, "--save-recipe", work / "there", naming=["there", "exists"])
    assert (work / "there").read_text() == "mine" and not (work / "one").exists()
    ended = bootgraft("edit", boot_set, "-o", work / "one", *step, "--save-recipe", work / "no/r.json")
    assert ended.code == 3 and "no/r.json" in ended.err, ended.err
    # What was exported is whole all the same.
    succeeds("verify", work / "one")


def test_damaged_recipes(work, boot_set):
    succeeds("edit", boot_set, "-o", work / "one", *STEPS, "--save-recipe", work / "good.json")
    good = (work / "good.json").read_text()
    cases = {"": "object", "[]": "object", good[:-20]: "line", good.replace('"bootgraft-recipe" : 1', '"bootgraft-recipe" : 9'): "version 9",
             good.replace('"step" : "delete"', '"step" : "explode"'): "step 9: this version",
             good.replace('"step" : "delete",', '"step" : "delete", "harder" : true,'): "step 9: “harder”",
             good.replace('"mode" : 384', '"mode" : "600"'): "step 5: “mode”"}
    for text, naming in cases.items():
        (work / "bad.json").write_text(text)
        fails(2, "edit", boot_set, "-o", work / "two", "--recipe", work / "bad.json", naming=["bad.json", naming])
    fails(2, "edit", boot_set, "-o", work / "two", "--recipe", work / "none.json", naming="none.json")
    fails(2, "edit", boot_set, "-o", work / "two", "--recipe", work, naming=work.name)
    with open(work / "huge.json", "wb") as huge:
        huge.truncate(1 << 40)
    fails(2, "edit", boot_set, "-o", work / "two", "--recipe", work / "huge.json", naming=["huge.json", "too large"])
    assert not (work / "two").exists()


cli_test.main(globals())
