#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""deps: the closure of a program, against what its loader itself says in a chroot, rule by rule."""

import os
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent / "lib"))

import cli_test
from built_root import MULTIARCH, Root, run, start
from cli_test import bootgraft, fails, succeeds


def closure(root, program="/bin/prog", *options):
    return bootgraft("deps", "--root", root.folder, "--json", *options, program).json("deps")


def by_name(found):
    return {library["name"]: library for library in found["libraries"]}


def same_as_loader(root, program="/bin/prog", expected=()):
    """The same names at the same places as the loader says; EXPECTED: names or places that must be among them."""
    found = closure(root, program)
    ours = {library["name"]: library["path"] and root.real(library["path"]) for library in found["libraries"]
            if library["kind"] == "needed" and library["status"] != "conflict"}
    theirs = root.ask(program)
    loader = root.real(root.loader)
    # Each loader speaks of itself in its own way.
    ours = {name: path for name, path in ours.items() if path != loader}
    theirs = {name: path for name, path in theirs.items() if path != loader}
    assert ours == theirs, f"\nours:   {ours}\nloader: {theirs}"
    for word in expected:
        assert word in ours or word in ours.values(), f"{word} is not in {ours}"
    return found


def succeeds_or_finds(root, boot_set, program):
    ended = bootgraft("deps", "--root", root.folder, "--in", boot_set / "initrd.img", program)
    assert ended.code in (0, 1), ended


# Where a glibc's loader looks by itself.

def test_default_folder(work):
    root = Root(work / "root")
    root.program(needs=[root.library(f"/usr/lib/{MULTIARCH}/libone.so.1")])
    found = same_as_loader(root, expected=["libone.so.1", "libc.so.6"])
    assert found["interpreter"] == root.loader and found["program"] == "/bin/prog", found


def test_all_default_folders_in_order(work):
    root = Root(work / "root")
    one = root.library(f"/usr/lib/{MULTIARCH}/libone.so.1")
    two = root.library("/usr/lib/libtwo.so.1")
    root.library("/usr/lib/libone.so.1")
    root.program(needs=[one, two])
    same_as_loader(root, expected=[f"/usr/lib/{MULTIARCH}/libone.so.1", "/usr/lib/libtwo.so.1"])


def test_needs_of_needs(work):
    root = Root(work / "root")
    three = root.library(f"/usr/lib/{MULTIARCH}/libthree.so")
    two = root.library(f"/usr/lib/{MULTIARCH}/libtwo.so", [three])
    root.program(needs=[root.library(f"/usr/lib/{MULTIARCH}/libone.so", [two])])
    found = same_as_loader(root, expected=["libthree.so"])
    assert by_name(found)["libthree.so"]["needed_by"] == [f"/lib/{MULTIARCH}/libtwo.so"], found


def test_missing(work):
    root = Root(work / "root")
    gone = root.library(f"/usr/lib/{MULTIARCH}/libgone.so.1")
    root.program(needs=[root.library(f"/usr/lib/{MULTIARCH}/libone.so.1", [gone])])
    gone.unlink()
    found = same_as_loader(root, expected=["libgone.so.1"])
    library = by_name(found)["libgone.so.1"]
    assert (library["status"], library["path"]) == ("missing", None), library
    assert library["needed_by"] == [f"/lib/{MULTIARCH}/libone.so.1"], library
    assert bootgraft("deps", "--root", root.folder, "/bin/prog").code == 1


def test_folders_of_lib64(work):
    """They are read out of the loader, and a folder of Debian's is none of them."""
    root = Root(work / "root", "lib64")
    one = root.library("/usr/lib64/libone.so.1")
    two = root.library(f"/usr/lib/{MULTIARCH}/libtwo.so.1")
    root.program("/usr/bin/prog", needs=[one, two])
    found = same_as_loader(root, "/usr/bin/prog", expected=["libone.so.1"])
    assert by_name(found)["libtwo.so.1"]["status"] == "missing", found


# RPATH and RUNPATH.

def test_runpath(work):
    root = Root(work / "root")
    root.program(needs=[root.library("/opt/libs/libone.so.1")], flags=["-Wl,--enable-new-dtags,-rpath,/opt/libs"])
    same_as_loader(root, expected=["/opt/libs/libone.so.1"])


def test_runpath_is_not_inherited(work):
    root = Root(work / "root")
    two = root.library("/opt/libs/libtwo.so.1")
    root.program(needs=[root.library("/opt/libs/libone.so.1", [two])], flags=["-Wl,--enable-new-dtags,-rpath,/opt/libs"])
    found = same_as_loader(root)
    assert by_name(found)["libtwo.so.1"]["status"] == "missing", found


def test_rpath_is_inherited(work):
    root = Root(work / "root")
    two = root.library("/opt/libs/libtwo.so.1")
    root.program(needs=[root.library("/opt/libs/libone.so.1", [two])], flags=["-Wl,--disable-new-dtags,-rpath,/opt/libs"])
    same_as_loader(root, expected=["/opt/libs/libtwo.so.1"])


def test_runpath_switches_inherited_rpath_off(work):
    """Who has a RUNPATH of its own does not look into its user's RPATH."""
    root = Root(work / "root")
    two = root.library("/opt/libs/libtwo.so.1")
    one = root.library("/opt/libs/libone.so.1", [two], flags=["-Wl,--enable-new-dtags,-rpath,/nowhere"])
    root.program(needs=[one], flags=["-Wl,--disable-new-dtags,-rpath,/opt/libs"])
    found = same_as_loader(root)
    assert by_name(found)["libtwo.so.1"]["status"] == "missing", found


def test_rpath_goes_through_a_user_with_runpath(work):
    """The RPATH of the program reaches the library of a library whose own RUNPATH ends nothing."""
    root = Root(work / "root")
    three = root.library("/opt/libs/libthree.so.1")
    two = root.library("/opt/two/libtwo.so.1", [three])
    one = root.library("/opt/libs/libone.so.1", [two], flags=["-Wl,--enable-new-dtags,-rpath,/opt/two"])
    root.program(needs=[one], flags=["-Wl,--disable-new-dtags,-rpath,/opt/libs"])
    same_as_loader(root, expected=["/opt/libs/libthree.so.1"])


def test_rpath_goes_before_default_folders(work):
    root = Root(work / "root")
    root.library(f"/usr/lib/{MULTIARCH}/libone.so.1")
    root.program(needs=[root.library("/opt/libs/libone.so.1")], flags=["-Wl,--disable-new-dtags,-rpath,/nowhere:/opt/libs/"])
    same_as_loader(root, expected=["/opt/libs/libone.so.1"])


def test_no_default_folders(work):
    root = Root(work / "root")
    one = root.library(f"/usr/lib/{MULTIARCH}/libone.so.1")
    two = root.library("/opt/libs/libtwo.so.1", [one], flags=["-Wl,-z,nodefaultlib"])
    root.program(needs=[two], flags=["-Wl,-rpath,/opt/libs"])
    found = same_as_loader(root)
    assert by_name(found)["libone.so.1"]["status"] == "missing", found


def test_origin(work):
    root = Root(work / "root")
    one = root.library("/opt/app/lib/libone.so.1")
    root.program("/opt/app/bin/prog", needs=[one], flags=["-Wl,-rpath,$ORIGIN/../lib"])
    same_as_loader(root, "/opt/app/bin/prog", expected=["/opt/app/lib/libone.so.1"])


def test_origin_in_braces_of_a_library(work):
    root = Root(work / "root")
    two = root.library("/opt/app/lib/deep/libtwo.so.1")
    one = root.library("/opt/app/lib/libone.so.1", [two], flags=["-Wl,-rpath,${ORIGIN}/deep"])
    root.program("/opt/app/bin/prog", needs=[one], flags=["-Wl,-rpath,$ORIGIN/../lib"])
    same_as_loader(root, "/opt/app/bin/prog", expected=["/opt/app/lib/deep/libtwo.so.1"])


def test_origin_of_a_program_behind_a_link(work):
    """The kernel tells a program its own place; the loader that is started by hand knows only the link."""
    root = Root(work / "root")
    root.program("/opt/app/bin/prog", needs=[root.library("/opt/app/lib/libone.so.1")], flags=["-Wl,-rpath,$ORIGIN/../lib"])
    root.path("/bin/linked").symlink_to("/opt/app/bin/prog")
    found = by_name(closure(root, "/bin/linked"))["libone.so.1"]
    assert root.real(found["path"]) == "/opt/app/lib/libone.so.1", found


def test_lib_word(work):
    root = Root(work / "root")
    one = root.library(f"/opt/app/lib/{MULTIARCH}/libone.so.1")
    root.program("/opt/app/prog", needs=[one], flags=["-Wl,-rpath,$ORIGIN/$LIB"])
    same_as_loader(root, "/opt/app/prog", expected=[f"/opt/app/lib/{MULTIARCH}/libone.so.1"])


def test_platform_word(work):
    """The loader says which platform this processor is; what is found without asking is the plainest."""
    root = Root(work / "root")
    one = root.library("/opt/plat/x86_64/libone.so.1")
    said = run(root.loader, "--list-diagnostics")
    platform = re.search(r'dl_platform="(\w+)"', said)[1]
    root.program(needs=[one], flags=["-Wl,-rpath,/opt/plat/$PLATFORM"])
    if platform != "x86_64":
        root.path(f"/opt/plat/{platform}").symlink_to("x86_64")
    same_as_loader(root, expected=["libone.so.1"])
    assert by_name(closure(root))["libone.so.1"]["path"] == "/opt/plat/x86_64/libone.so.1"


# ld.so.conf.

def test_configuration(work):
    root = Root(work / "root")
    root.program(needs=[root.library("/opt/conf/libone.so.1")])
    root.write("/etc/ld.so.conf", "# own\n  /opt/conf/   # here\n")
    root.configure()
    same_as_loader(root, expected=["/opt/conf/libone.so.1"])


def test_configuration_with_includes(work):
    root = Root(work / "root")
    needs = [root.library(f"/opt/{name}/lib{name}.so.1") for name in ("abs", "rel", "deep", "second")]
    root.program(needs=needs)
    root.write("/etc/ld.so.conf", "include /etc/ld.so.conf.d/*.conf\ninclude more/[rx]el.conf\n")
    root.write("/etc/ld.so.conf.d/a.conf", "/opt/abs\n")
    root.write("/etc/ld.so.conf.d/b.conf", "include ../chain.conf\n/opt/second\n")
    root.write("/etc/ld.so.conf.d/ignored.txt", "/opt/ignored\n")
    root.write("/etc/chain.conf", "/opt/deep\ninclude /etc/ld.so.conf\n")
    root.write("/etc/more/rel.conf", "/opt/rel\n")
    root.configure()
    same_as_loader(root, expected=[f"/opt/{name}/lib{name}.so.1" for name in ("abs", "rel", "deep", "second")])


def test_configuration_goes_before_default_folders(work):
    root = Root(work / "root")
    root.library(f"/usr/lib/{MULTIARCH}/libone.so.1")
    root.program(needs=[root.library("/opt/conf/libone.so.1")])
    root.write("/etc/ld.so.conf", "/opt/conf\n")
    root.configure()
    same_as_loader(root, expected=["/opt/conf/libone.so.1"])


def test_configuration_without_cache(work):
    """The loader itself reads the cache only: what nobody ran ldconfig for, it does not find."""
    root = Root(work / "root")
    root.program(needs=[root.library("/opt/conf/libone.so.1")])
    root.write("/etc/ld.so.conf", "/opt/conf\n")
    found = by_name(same_as_loader(root))["libone.so.1"]
    assert found["status"] == "missing" and "ld.so.cache" in found["reason"], found


def test_cache_is_not_believed(work):
    """It says what there was when ldconfig last ran."""
    root = Root(work / "root")
    one = root.library("/opt/conf/libone.so.1")
    root.program(needs=[one])
    root.write("/etc/ld.so.conf", "/opt/conf\n")
    root.configure()
    one.unlink()
    found = by_name(closure(root))["libone.so.1"]
    assert (found["status"], found["path"]) == ("missing", None), found


# Names.

def test_soname_that_is_loaded_already(work):
    """Who asks for what is loaded under its own name gets that, wherever another lies."""
    root = Root(work / "root")
    first = root.library("/opt/libs/libname-1.0.so", soname="libname.so.1")
    (root.folder / "opt/libs/libname.so.1").symlink_to("libname-1.0.so")
    user = root.library(f"/usr/lib/{MULTIARCH}/libuser.so.1", [first])
    root.library(f"/usr/lib/{MULTIARCH}/libname.so.1")
    root.program(needs=[first, user], flags=["-Wl,--disable-new-dtags,-rpath,/opt/libs"])
    found = same_as_loader(root, expected=["libname.so.1"])
    assert by_name(found)["libname.so.1"]["needed_by"] == ["/bin/prog", f"/lib/{MULTIARCH}/libuser.so.1"], found


def test_two_names_of_one_file(work):
    root = Root(work / "root")
    root.library(f"/usr/lib/{MULTIARCH}/libone.so.1", soname="")
    (root.folder / f"usr/lib/{MULTIARCH}/libsame.so.1").symlink_to("libone.so.1")
    needs = [f"-L{root.path(f'/usr/lib/{MULTIARCH}')}", "-l:libone.so.1", "-l:libsame.so.1"]
    root.program(needs=needs)
    theirs = root.ask()
    ours = {library["name"] for library in closure(root)["libraries"] if library["kind"] == "needed"}
    assert ours == set(theirs), (ours, theirs)


def test_name_with_a_path(work):
    root = Root(work / "root")
    one = root.library("/opt/libs/libone.so.1", soname="/opt/libs/libone.so.1")
    root.program(needs=[one])
    same_as_loader(root, expected=["/opt/libs/libone.so.1"])


def test_filter(work):
    root = Root(work / "root")
    root.library(f"/usr/lib/{MULTIARCH}/libreal.so.1")
    root.program(needs=[root.library(f"/usr/lib/{MULTIARCH}/libfront.so.1", flags=["-Wl,-F,libreal.so.1"])])
    same_as_loader(root, expected=["libreal.so.1"])


def test_cycle(work):
    root = Root(work / "root")
    place = f"/usr/lib/{MULTIARCH}"
    one = root.library(f"{place}/libone.so.1")
    two = root.library(f"{place}/libtwo.so.1", [one])
    one = root.library(f"{place}/libone.so.1", [two])
    root.program(needs=[one])
    same_as_loader(root, expected=["libone.so.1", "libtwo.so.1"])


# What is passed over.

def test_other_processor_is_passed_over(work):
    root = Root(work / "root")
    one = root.library("/usr/lib/libone.so.1")
    root.program(needs=[one])
    wrong = bytearray(one.read_bytes())
    wrong[18:20] = (183).to_bytes(2, "little")
    root.path(f"/usr/lib/{MULTIARCH}/libone.so.1").write_bytes(wrong)
    same_as_loader(root, expected=["/usr/lib/libone.so.1"])


def test_only_for_another_processor(work):
    root = Root(work / "root")
    one = root.library(f"/usr/lib/{MULTIARCH}/libone.so.1")
    root.program(needs=[one])
    wrong = bytearray(one.read_bytes())
    wrong[4] = 1  # ELFCLASS32
    one.write_bytes(wrong[:52] + bytes(len(wrong) - 52))
    found = by_name(closure(root))["libone.so.1"]
    assert found["status"] == "conflict", found
    assert root.ask()["libone.so.1"] is None


def test_text_in_the_place_of_a_library(work):
    root = Root(work / "root")
    one = root.library(f"/usr/lib/{MULTIARCH}/libone.so.1")
    root.program(needs=[one])
    one.write_text("/* GNU ld script */ GROUP ( libtwo.so.1 )\n" * 20)
    found = by_name(closure(root))["libone.so.1"]
    assert found["status"] == "conflict" and "is not an ELF file" in found["reason"], found


# Programs that need no libraries.

def test_static(work):
    root = Root(work / "root")
    root.program("/bin/static", flags=["-static"])
    found = closure(root, "/bin/static")
    assert (found["libraries"], found["interpreter"]) == ([], None), found
    assert bootgraft("deps", "--root", root.folder, "/bin/static").code == 0


def test_static_pie(work):
    root = Root(work / "root")
    root.program("/bin/static", flags=["-static-pie"])
    assert "Dynamic section" in run("readelf", "-d", root.path("/bin/static"))
    found = closure(root, "/bin/static")
    assert (found["libraries"], found["interpreter"]) == ([], None), found


def test_library_by_itself(work):
    root = Root(work / "root")
    two = root.library(f"/usr/lib/{MULTIARCH}/libtwo.so.1")
    root.library(f"/usr/lib/{MULTIARCH}/libone.so.1", [two])
    found = same_as_loader(root, f"/usr/lib/{MULTIARCH}/libone.so.1", expected=["libtwo.so.1"])
    assert found["interpreter"] is None, found


# Versions and kernels.

def versioned(root, version, inside=None):
    script = root.build / f"{version}.map"
    script.write_text("".join(f"{name} {{ global: of_{name.replace('.', '_')}; }};\n" for name in ("V_1.0", version)))
    text = "".join(f"int of_{name.replace('.', '_')} (void) {{ return 1; }}\n" for name in ("V_1.0", version))
    return root.library(inside or f"/usr/lib/{MULTIARCH}/libver.so.1", flags=[f"-Wl,--version-script={script}"], text=text)


def test_version_that_is_not_there(work):
    root = Root(work / "root")
    new = versioned(root, "V_2.34")
    root.program(needs=[new], text="int of_V_2_34 (void); int main (void) { return of_V_2_34 (); }\n")
    same_as_loader(root, expected=["libver.so.1"])
    versioned(root, "V_2.28")
    found = by_name(closure(root))["libver.so.1"]
    assert found["status"] == "conflict", found
    for word in ("V_2.34", "V_2.28", "/bin/prog", "libver.so.1"):
        assert word in found["reason"], found
    code, said = start(root.folder, "/bin/prog")
    assert code != 0 and "version `V_2.34' not found" in said, said


def test_library_without_versions_will_do(work):
    root = Root(work / "root")
    new = versioned(root, "V_2.34")
    root.program(needs=[new], text="int of_V_2_34 (void); int main (void) { return of_V_2_34 (); }\n")
    root.library(f"/usr/lib/{MULTIARCH}/libver.so.1", text="int of_V_2_34 (void) { return 1; }\n")
    assert by_name(same_as_loader(root))["libver.so.1"]["status"] == "found"


def test_kernel_that_is_too_old(work):
    root = Root(work / "root")
    root.program()
    note = re.search(r"OS: Linux, ABI: (\d+\.\d+\.\d+)", run("readelf", "-n", root.path("/bin/prog")))[1]
    assert not any(library["status"] == "conflict" for library in closure(root, "/bin/prog", "--kernel", note)["libraries"])
    found = closure(root, "/bin/prog", "--kernel", "2.6.18-el5")
    assert found["status"] == "conflict" and note in found["reason"] and "2.6.18-el5" in found["reason"], found


# hwcaps and dlopen().

def test_variants_are_an_option(work):
    root = Root(work / "root")
    one = root.library(f"/usr/lib/{MULTIARCH}/libone.so.1")
    extra = root.library(f"/usr/lib/{MULTIARCH}/libextra.so.1")
    root.library(f"/usr/lib/{MULTIARCH}/glibc-hwcaps/x86-64-v3/libone.so.1", [extra])
    root.program(needs=[one])
    found = same_as_loader(root, expected=[f"/usr/lib/{MULTIARCH}/libone.so.1"])
    assert "libextra.so.1" not in by_name(found), found
    found = closure(root, "/bin/prog", "--hwcaps")["libraries"]
    variants = [library["path"] for library in found if library["kind"] == "variant"]
    assert variants == [f"/lib/{MULTIARCH}/glibc-hwcaps/x86-64-v3/libone.so.1"], found
    assert any(library["name"] == "libextra.so.1" for library in found), found


NOTE = r'''
__asm__(".pushsection .note.dlopen,\"a\",%note\n.balign 4\n.long 4, 2f-1f, 0x407c0c0a\n.asciz \"FDO\"\n"
        "1: .asciz \"[{\\\"soname\\\":[\\\"libgone.so.2\\\",\\\"libopt.so.1\\\"],"
        "\\\"description\\\":\\\"reads pictures\\\",\\\"priority\\\":\\\"suggested\\\"}]\"\n2:\n.balign 4\n.popsection");
int main (void) { return 0; }
'''


def test_dlopen_note(work):
    root = Root(work / "root")
    below = root.library(f"/usr/lib/{MULTIARCH}/libbelow.so.1")
    root.library(f"/usr/lib/{MULTIARCH}/libopt.so.1", [below])
    root.program(text=NOTE)
    found = same_as_loader(root)
    optional = by_name(found)["libopt.so.1"]
    assert (optional["kind"], optional["status"], optional["feature"]) == ("optional", "found", "reads pictures"), optional
    assert "libbelow.so.1" not in by_name(found)
    assert "libbelow.so.1" in by_name(closure(root, "/bin/prog", "--optional"))
    root.path(f"/usr/lib/{MULTIARCH}/libopt.so.1").unlink()
    assert bootgraft("deps", "--root", root.folder, "/bin/prog").code == 0


# Scripts.

def test_script(work):
    root = Root(work / "root")
    root.program("/bin/sh", needs=[root.library(f"/usr/lib/{MULTIARCH}/libone.so.1")])
    root.write("/bin/script", "#! /bin/sh -e\nexit 0\n")
    found = closure(root, "/bin/script")
    names = by_name(found)
    assert found["interpreter"] == "/bin/sh" and names["/bin/sh"]["kind"] == "interpreter", found
    assert names["libone.so.1"]["path"] and names["/bin/sh"]["needed_by"] == ["/bin/script"], found


def test_script_by_env(work):
    root = Root(work / "root")
    root.program("/usr/bin/env")
    root.program("/usr/bin/snake3", needs=[root.library(f"/usr/lib/{MULTIARCH}/libone.so.1")])
    for line, missing in (("#!/usr/bin/env snake3", False), ("#!/usr/bin/env -S A=b snake3 -u", False), ("#!/usr/bin/env adder", True)):
        root.write("/bin/script", f"{line}\n")
        names = by_name(closure(root, "/bin/script"))
        if missing:
            assert names["adder"]["status"] == "missing", names
        else:
            assert names["/usr/bin/snake3"]["kind"] == "interpreter" and "libone.so.1" in names, names


def test_scripts_that_run_each_other(work):
    root = Root(work / "root")
    for number in range(8):
        root.write(f"/bin/s{number}", f"#!/bin/s{number + 1}\n")
    root.program("/bin/s8")
    found = bootgraft("deps", "--root", root.folder, "--json", "/bin/s0")
    assert found.code == 1 and any(library["status"] == "conflict" for library in found.json("deps")["libraries"]), found.out
    root.write("/bin/self", "#!/bin/self\n")
    bootgraft("deps", "--root", root.folder, "/bin/self")


def test_paths_that_begin_with_no_slash(work, boot_set):
    """A loader, and an interpreter by env, that are named so, where the image has no folder on the way."""
    root = Root(work / "root")
    root.program()
    root.write("/bin/script", "#!/usr/bin/env opt/tool/foo\n").chmod(0o755)
    root.write("/opt/tool/foo", "#!/bin/prog\n").chmod(0o755)
    succeeds_or_finds(root, boot_set, "/bin/script")
    program = (root.folder / "bin/prog").read_bytes()
    loader = root.loader.encode()
    (root.folder / "bin/odd").write_bytes(program.replace(loader, b"zz/ld.so".ljust(len(loader), b"\0")))
    succeeds_or_finds(root, boot_set, "/bin/odd")


def test_what_is_no_program(work):
    root = Root(work / "root")
    root.write("/bin/text", "no program\n")
    fails(2, "deps", "--root", root.folder, "/bin/text", naming=["/bin/text", "#!"])
    fails(2, "deps", "--root", root.folder, "/bin/none", naming="/bin/none")
    fails(2, "deps", "--root", work / "nowhere", "/bin/none", naming="nowhere")


# musl.

def test_musl_default_folders(work):
    root = Root(work / "root", "musl")
    needs = [root.library(f"/{place}/lib{name}.so") for place, name in (("lib", "one"), ("usr/local/lib", "two"), ("usr/lib", "three"))]
    root.library("/usr/lib/libtwo.so")
    root.program(needs=needs)
    found = same_as_loader(root, expected=["/usr/local/lib/libtwo.so", "/lib/libone.so", "/usr/lib/libthree.so"])
    assert found["interpreter"] == "/lib/ld-musl-x86_64.so.1", found


def test_musl_path_file(work):
    root = Root(work / "root", "musl")
    needs = [root.library("/opt/a/libone.so"), root.library("/opt/b/libtwo.so")]
    root.library("/lib/libone.so")
    root.program(needs=needs)
    root.write("/etc/ld-musl-x86_64.path", "/opt/a:/nowhere\n/opt/b\n")
    same_as_loader(root, expected=["/opt/a/libone.so", "/opt/b/libtwo.so"])


def test_musl_runpath_is_inherited(work):
    root = Root(work / "root", "musl")
    two = root.library("/opt/libs/libtwo.so")
    root.program(needs=[root.library("/opt/libs/libone.so", [two])], flags=["-Wl,--enable-new-dtags,-rpath,/opt/libs"])
    same_as_loader(root, expected=["/opt/libs/libtwo.so"])


def test_musl_origin(work):
    root = Root(work / "root", "musl")
    one = root.library("/opt/app/lib/libone.so")
    root.program("/opt/app/bin/prog", needs=[one], flags=["-Wl,-rpath,$ORIGIN/../lib"])
    same_as_loader(root, "/opt/app/bin/prog", expected=["/opt/app/lib/libone.so"])


def test_musl_ignores_a_path_with_other_words(work):
    root = Root(work / "root", "musl")
    root.program(needs=[root.library("/opt/lib/libone.so")], flags=["-Wl,-rpath,/opt/lib:/opt/$LIB"])
    found = same_as_loader(root)
    assert by_name(found)["libone.so"]["status"] == "missing", found


def test_musl_is_its_own_libm(work):
    root = Root(work / "root", "musl")
    fake = root.library("/lib/libm.so.6")
    root.program(needs=[fake])
    found = closure(root)
    assert "libm.so.6" not in by_name(found), found
    same_as_loader(root)


def test_musl_missing(work):
    root = Root(work / "root", "musl")
    gone = root.library("/usr/lib/libgone.so")
    root.program(needs=[gone])
    gone.unlink()
    same_as_loader(root, expected=["libgone.so"])


# The running machine, images, and what is started.

def test_this_machine(work):
    """The machine's own tools, as their loader sees them here."""
    for name in ("bash", "tar", "strace", "python3"):
        path = os.path.realpath(run("which", name).strip())
        found = bootgraft("deps", "--json", path).json("deps")
        ours = {library["name"]: os.path.realpath(library["path"]) for library in found["libraries"] if library["kind"] == "needed"}
        said = run(found["interpreter"], "--list", "--glibc-hwcaps-mask", "", path)
        theirs = {match[1]: os.path.realpath(match[2]) for match in re.finditer(r"(\S+) => (/\S+)", said)}
        assert ours == theirs, f"{path}\nours:   {ours}\nloader: {theirs}"
    assert succeeds("deps", "--json", "bash").json("deps")["program"] == run("which", "bash").strip()


def test_program_in_an_image(work, boot_set):
    root = Root(work / "root")
    root.program(needs=[root.library("/opt/libs/libone.so.1")], flags=["-Wl,-rpath,/opt/libs"])
    run("mksquashfs", root.folder, work / "root.squashfs", "-quiet", "-no-progress")
    found = succeeds("deps", "--json", f"{work / 'root.squashfs'}:/bin/prog").json("deps")
    assert by_name(found)["libone.so.1"]["path"] == "/opt/libs/libone.so.1", found
    said = succeeds("deps", f"{work / 'root.squashfs'}:/bin/prog").out.decode()
    assert "libone.so.1" in said and "/opt/libs/libone.so.1" in said, said


def test_nothing_is_run(work):
    """The program, its loader and its library are traps; a trace knows every program that was started."""
    root = Root(work / "root")
    trap = f'__attribute__ ((constructor)) void trap (void) {{ creat ("{work / "trapped"}", 0600); }}\n'
    root.program("/bin/trap-loader", text=trap + "int main (void) { return 0; }\n", flags=["-static"])
    one = root.library(f"/usr/lib/{MULTIARCH}/libone.so.1", text=trap)
    root.program(needs=[one], flags=["-Wl,--dynamic-linker=/bin/trap-loader"], text=trap + "int main (void) { return 0; }\n")
    root.write("/bin/script", "#!/bin/prog\n").chmod(0o755)
    for program in ("/bin/prog", "/bin/script"):
        log = work / "trace"
        run("strace", "-f", "-qq", "-e", "trace=execve,execveat", "-o", log, cli_test.program(), "deps", "--root", root.folder, program,
            env=cli_test.TRACED)
        started = re.findall(r'execve(?:at)?\([^"]*"([^"]*)"', log.read_text())
        assert started == [cli_test.program()], started
    assert not (work / "trapped").exists()


if __name__ == "__main__":
    cli_test.main(globals())
