#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""edit: options of modules, the blacklist and what is loaded at boot, in an initrd and in a root."""

import json
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent / "lib"))

import cli_test
import small_set
from cli_test import fails, succeeds
from small_set import ENTRY, INITRD, OLD, ROOT


def cat(image, path):
    return succeeds("cat", f"{image}:{path}").out.decode()


def edit(boot_set, out, *steps):
    return succeeds("edit", boot_set, "-o", out, *steps)


def test_settings(work, boot_set):
    out = work / "out"
    edit(boot_set, out, "--module-option", "small_net:queues=5", "--module-option", f"{ROOT}:small_net:name=two words",
         "--blacklist", "small-lib", "--load-module", "small_lib", "--load-module", f"{ROOT}:small_net")
    assert cat(out / INITRD, "/etc/modprobe.d/small_net.conf") == "options small_net queues=5\n"
    assert cat(out / ROOT, "/etc/modprobe.d/small_net.conf") == 'options small_net name="two words"\n'
    assert cat(out / INITRD, "/etc/modprobe.d/blacklist-small-lib.conf") == "blacklist small-lib\n"
    assert cat(out / INITRD, "/conf/modules") == "small_net\nsmall_lib\n"
    assert cat(out / ROOT, "/etc/modules") == "small_net\n"


def test_taken_back(work, boot_set):
    """What is set and taken away again in one edit leaves the list as it was; a file that was made stays, empty."""
    out = work / "out"
    edit(boot_set, out, "--module-option", "small_net:queues=5", "--module-option", "small_net:-queues",
         "--blacklist", "small_lib", "--unblacklist", "small_lib", "--load-module", "small_lib",
         "--no-load-module", "small_lib")
    assert cat(out / INITRD, "/etc/modprobe.d/small_net.conf") == ""
    assert cat(out / INITRD, "/conf/modules") == "small_net\n"


def test_modprobe_reads_it(work, boot_set):
    """kmod's own modprobe, with the configuration of the image, says what it would do."""
    out, root = work / "out", work / "root"
    edit(boot_set, out, "--module-option", "small_net:queues=5", "--module-option", "small_net:name=two words")
    root.mkdir()
    succeeds("extract", f"{out / INITRD}:/", root)
    said = subprocess.run(["modprobe", "--dirname", root, "--config", root / "etc/modprobe.d", "--showconfig"], check=True,
                          stdout=subprocess.PIPE, text=True).stdout
    assert 'options small_net queues=5 name="two words"\n' in said, said


def test_recipe(work, boot_set):
    """As steps of a recipe they give the same bytes."""
    import jsonschema
    steps = ["--module-option", "small_net:queues=5", "--module-option", f"{ROOT}:small_net:-queues", "--blacklist", "small_lib",
             "--unblacklist", "small_lib", "--load-module", f"{ROOT}:small_net", "--no-load-module", "small_net"]
    edit(boot_set, work / "one", *steps, "--save-recipe", work / "r.json")
    found = json.loads((work / "r.json").read_text())
    jsonschema.validate(found, json.loads((cli_test.SCHEMAS / "recipe.json").read_text()))
    assert [step["step"] for step in found["steps"]] == [
        "module-option", "unset-module-option", "blacklist", "unblacklist", "load-module", "no-load-module"]
    edit(boot_set, work / "two", "--recipe", work / "r.json")
    assert small_set.digests(work / "one") == small_set.digests(work / "two")


def test_notes(work, boot_set):
    said = edit(boot_set, work / "out", "--load-module", "no_such", "--module-option", f"{ROOT}:small_builtin:a=1")
    assert f"{INITRD} has no module no_such" in said.err + said.out.decode(), said
    assert f"{ROOT}: small_builtin is built into the kernel" in said.err + said.out.decode(), said


def names(image):
    found = succeeds("modules", image, "--json").json("modules")["modules"]
    return sorted(module["name"] for module in found if module["layer"] == INITRD)


def test_add_and_remove(work, boot_set):
    """Dependencies come along and what depends goes; the indexes are those that depmod makes."""
    assert names(boot_set) == ["small_fs", "small_lib", "small_net"]
    said = edit(boot_set, work / "less", "--remove-module", "small_lib")
    assert f"{INITRD}: small_fs goes too, since it needs small_lib" in said.err + said.out.decode(), said
    assert names(work / "less") == ["small_net"]
    assert "small_fs" not in cat(work / "less" / INITRD, f"/lib/modules/{OLD}/modules.dep")
    edit(work / "less", work / "more", "--add-module", "small_fs", "--save-recipe", work / "r.json")
    assert names(work / "more") == names(boot_set)
    folder = f"/lib/modules/{OLD}"
    for index in ["modules.dep", "modules.alias", "modules.symbols"]:
        assert cat(work / "more" / INITRD, f"{folder}/{index}") == cat(boot_set / INITRD, f"{folder}/{index}"), index
    edit(work / "less", work / "again", "--recipe", work / "r.json")
    assert small_set.digests(work / "more") == small_set.digests(work / "again")
    # What is there already changes nothing.
    edit(boot_set, work / "same", "--add-module", "small-fs")
    assert (work / "same" / INITRD).read_bytes() == (boot_set / INITRD).read_bytes()


def test_boot_options(work, boot_set):
    """What starts the kernel is text of the set, exported with it; all but the command line stays."""
    before = (boot_set / ENTRY).read_text()
    edit(boot_set, work / "out", "--boot-option", "debug", "--boot-option", "+console=ttyS0", "--save-recipe", work / "r.json")
    after = (work / "out" / ENTRY).read_text()
    changed = [(old, new) for old, new in zip(before.splitlines(), after.splitlines(), strict=True) if old != new]
    assert [new for _old, new in changed] == [old + " debug console=ttyS0" for old, _new in changed] and len(changed) == 1, after
    assert (boot_set / ENTRY).read_text() == before
    said = succeeds("verify", work / "out")
    assert said.code == 0, said
    edit(boot_set, work / "two", "--recipe", work / "r.json")
    assert small_set.digests(work / "out") == small_set.digests(work / "two")
    edit(work / "out", work / "back", "--boot-option", "-debug", "--boot-option", "-console")
    assert (work / "back" / ENTRY).read_text() == before


def test_refused(work, boot_set):
    for step, message in [
        (("--module-option", "small_net"), "--module-option takes [IMAGE:]MODULE:KEY=VALUE, not “small_net”"),
        (("--module-option", "queues=5"), "--module-option takes"),
        (("--module-option", 'small_net:a=say "x"'), "cannot be given to a module"),
        (("--module-option", "small_net:a b=1"), "“a b” is no name of a module's parameter"),
        (("--add-module", "no_such"), f"no root of the set has a module no_such of the kernel {OLD}"),
        (("--add-module", "small_builtin"), "small_builtin is built into the kernel"),
        (("--remove-module", "no_such"), f"{INITRD} has no module no_such"),
        (("--boot-option", "two words"), "“two words” is no option of a kernel's command line"),
        (("--boot-option", ""), "“” is no option"),
        (("--blacklist", "../x"), "“../x” is no name of a module"),
        (("--load-module", "other.img:small_net"), "the set has no image other.img"),
        (("--load-module", "vmlinuz:small_net"), "vmlinuz is a kernel"),
    ]:
        said = fails(2, "edit", boot_set, "-o", work / "out", *step)
        assert message in said.err, said
        assert not (work / "out").exists()



cli_test.main(globals())
