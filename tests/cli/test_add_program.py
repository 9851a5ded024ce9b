#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""edit --add-program and deps --in: from one built root into an image of another, and started there by its own loader."""

import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent / "lib"))

import cli_test
import small_set
from built_root import MULTIARCH, Root, run, start
from cli_test import bootgraft, fails, succeeds
from small_set import INITRD

TOOLS = f"/usr/lib/{MULTIARCH}"


def make_set(work, image):
    """A set whose initrd is the root IMAGE."""
    folder = work / "set"
    (folder / "pxelinux.cfg").mkdir(parents=True)
    (folder / small_set.KERNEL).write_bytes(small_set.kernel(small_set.OLD))
    image.write("/init", "#!/bin/sh\n").chmod(0o755)
    small_set.settle(image.folder)
    (folder / INITRD).write_bytes(small_set.cpio(image.folder))
    (folder / small_set.ENTRY).write_text("DEFAULT small\nLABEL small\nKERNEL vmlinuz\nAPPEND initrd=initrd.img\n")
    return folder


def add(work, boot_set, *steps):
    """The initrd after the steps, unpacked, as a root that can be asked."""
    out = work / f"out{len(list(work.glob('out*')))}"
    succeeds("edit", boot_set, *steps, "-o", out)
    return unpack(work, out / INITRD)


def unpack(work, initrd):
    folder = work / (initrd.parent.name + "-root")
    folder.mkdir()
    subprocess.run(["cpio", "-i", "-d", "--quiet", "--no-absolute-filenames"], stdin=initrd.open("rb"), cwd=folder, check=True)
    root = Root.__new__(Root)
    root.folder = folder
    return root


def as_kind(root, like):
    root.kind, root.loader, root.libraries = like.kind, like.loader, like.libraries
    return root


def needs(found):
    return {library["name"]: library for library in found["libraries"]}


def says(root, program):
    """What the program says when it is really started in the root."""
    return start(root.folder, program)[1]


def versioned(root, version):
    script = root.build / f"{version}.map"
    names = sorted({"V_2.28", version})
    script.write_text("".join(f"{name} {{ global: of_{name.replace('.', '_')}; }};\n" for name in names))
    text = "".join(f"int of_{name.replace('.', '_')} (void) {{ return 1; }}\n" for name in names)
    return root.library(f"{root.libraries}/libver.so.1", flags=[f"-Wl,--version-script={script}"], text=text)


SAYS = '#include <stdio.h>\nint main (void) { puts ("it runs"); return 0; }\n'


def test_into_the_images_own_folder(work):
    """From Debian's folders into lib64: what the image has stays, what it lacks goes where its loader looks."""
    source, image = Root(work / "source"), Root(work / "image", "lib64")
    had = image.library("/usr/lib64/libhad.so.1")
    two = source.library(f"{TOOLS}/libtwo.so.1")
    one = source.library("/opt/own/libone.so.1", [two])
    source.library(f"{TOOLS}/libhad.so.1")
    source.program("/usr/bin/prog", needs=[one, had], flags=["-Wl,-rpath,/opt/own"], text=SAYS)
    boot_set = make_set(work, image)
    found = succeeds("deps", "--json", "--root", source.folder, "--in", boot_set / INITRD, "/usr/bin/prog").json("deps")
    names = needs(found)
    assert (names["libhad.so.1"]["status"], names["libhad.so.1"]["path"]) == ("found", "/lib64/libhad.so.1"), names
    assert (names["libone.so.1"]["status"], names["libone.so.1"]["path"]) == ("copy", None), names
    assert (names["libone.so.1"]["source"], names["libone.so.1"]["target"]) == ("/opt/own/libone.so.1", "/usr/lib64/libone.so.1"), names
    assert names["libc.so.6"]["path"] == "/lib64/libc.so.6" and names["libc.so.6"]["status"] == "found", names
    before = {path.name: hashlib.sha256(path.read_bytes()).digest() for path in image.path("/usr/lib64").iterdir()}
    after = as_kind(add(work, boot_set, "--from", source.folder, "--add-program", "/usr/bin/prog"), image)
    assert set(after.ask("/usr/bin/prog").values()) == {f"/usr/lib64/{name}" for name in
                                                        ("libone.so.1", "libtwo.so.1", "libhad.so.1", "libc.so.6")}
    for name, digest in before.items():
        assert hashlib.sha256(after.path(f"/usr/lib64/{name}").read_bytes()).digest() == digest, name
    assert says(after, "/usr/bin/prog") == "it runs\n"
    assert not after.path("/opt").exists()


def test_program_with_nothing_in_the_image(work):
    """An image without any libc gets loader, libc and all."""
    source, image = Root(work / "source"), Root(work / "image", "empty")
    source.program("/usr/bin/prog", needs=[source.library(f"{TOOLS}/libone.so.1")], text=SAYS)
    boot_set = make_set(work, image)
    after = as_kind(add(work, boot_set, "--from", source.folder, "--add-program", f"/usr/bin/prog:{INITRD}"), source)
    assert says(after, "/usr/bin/prog") == "it runs\n"
    assert after.ask("/usr/bin/prog")["libone.so.1"] == f"/lib/{MULTIARCH}/libone.so.1"


def test_musl_program_in_a_glibc_image(work):
    source, image = Root(work / "source", "musl"), Root(work / "image")
    source.program("/bin/prog", needs=[source.library("/usr/lib/libone.so")], text=SAYS)
    after = as_kind(add(work, make_set(work, image), "--from", source.folder, "--add-program", "/bin/prog"), source)
    assert says(after, "/bin/prog") == "it runs\n"


def test_script_with_its_interpreter(work):
    source, image = Root(work / "source"), Root(work / "image")
    source.program("/usr/bin/snake3", needs=[source.library(f"{TOOLS}/libone.so.1")], text=SAYS)
    image.program("/usr/bin/env", text='#include <unistd.h>\nint main (int n, char **a) { execv ("/usr/bin/snake3", a + 1); return 1; }\n')
    source.program("/usr/bin/env")
    source.write("/usr/bin/tool", "#!/usr/bin/env snake3\n").chmod(0o755)
    env = image.path("/usr/bin/env").read_bytes()
    after = add(work, make_set(work, image), "--from", source.folder, "--add-program", "/usr/bin/tool")
    assert after.path("/usr/bin/env").read_bytes() == env
    assert says(after, "/usr/bin/tool") == "it runs\n"


def test_link_is_replaced_not_what_it_leads_to(work):
    """strace as a link to busybox must not become busybox."""
    source, image = Root(work / "source"), Root(work / "image")
    source.program("/usr/bin/prog", text=SAYS)
    image.program("/usr/bin/busybox")
    image.path("/usr/bin/prog").symlink_to("busybox")
    os.link(image.path("/usr/bin/busybox"), image.path("/usr/bin/other"))
    busybox = image.path("/usr/bin/busybox").read_bytes()
    boot_set = make_set(work, image)
    after = add(work, boot_set, "--from", source.folder, "--add-program", "/usr/bin/prog", "--add-program", f"/usr/bin/prog:{INITRD}:/bin/other")
    assert after.path("/usr/bin/busybox").read_bytes() == busybox
    for name in ("prog", "other"):
        assert says(after, f"/usr/bin/{name}") == "it runs\n", name


def test_conflict_is_refused_and_private_works(work):
    source, image = Root(work / "source"), Root(work / "image")
    new = versioned(source, "V_2.34")
    source.program("/usr/bin/prog", needs=[new], text="#include <stdio.h>\nint of_V_2_34 (void);\n"
                   'int main (int n, char **a) { of_V_2_34 (); puts (n > 1 ? a[1] : "it runs"); return 0; }\n')
    versioned(image, "V_2.28")
    old = image.path(f"{image.libraries}/libver.so.1").read_bytes()
    shutil.copy("/bin/busybox", image.path("/bin/sh"))
    boot_set = make_set(work, image)
    arguments = ["edit", boot_set, "--from", source.folder]
    ended = bootgraft("deps", "--json", "--root", source.folder, "--in", boot_set / INITRD, "/usr/bin/prog")
    assert ended.code == 1 and needs(ended.json("deps"))["libver.so.1"]["status"] == "conflict", ended.out
    fails(2, *arguments, "--add-program", "/usr/bin/prog", "-o", work / "no",
          naming=["/usr/bin/prog", "V_2.34", "V_2.28", INITRD, "--add-program-private"])
    assert not (work / "no").exists()
    after = add(work, boot_set, "--from", source.folder, "--add-program-private", "/usr/bin/prog")
    assert says(after, "/usr/bin/prog") == "it runs\n"
    assert after.path(f"{image.libraries}/libver.so.1").read_bytes() == old
    assert sorted(path.name for path in after.path("/usr/lib/bootgraft/prog").iterdir()) == \
        ["ld-linux-x86-64.so.2", "libc.so.6", "libver.so.1", "prog"]


def test_parts_of_another_glibc(work):
    """libm of one glibc with the libc of another: refused by what only the parts of one know."""
    source, image = Root(work / "source"), Root(work / "image")
    shutil.copy(f"/lib/{MULTIARCH}/libm.so.6", source.path(f"{TOOLS}/libm.so.6"))
    source.program("/usr/bin/prog", needs=["-lm"], text="#include <math.h>\nint main (int n, char **a) { return sin (n) > 2; }\n")
    libc = image.path(f"{image.libraries}/libc.so.6")
    content = libc.read_bytes()
    assert content.count(b"GNU C Library (") == 1
    libc.write_bytes(content.replace(b"GNU C Library (", b"GNU C library ("))
    boot_set = make_set(work, image)
    fails(2, "edit", boot_set, "--from", source.folder, "--add-program", "/usr/bin/prog", "-o", work / "no",
          naming=["libm.so.6", "another build of glibc"])


def test_refused(work):
    source, image = Root(work / "source"), Root(work / "image")
    gone = source.library(f"{TOOLS}/libgone.so.1")
    source.program("/usr/bin/lacks", needs=[gone])
    gone.unlink()
    image.program("/bin/sh")
    image.program("/usr/bin/kmod")
    wrong = bytearray(source.program("/usr/bin/wrong").read_bytes())
    wrong[18:20] = (183).to_bytes(2, "little")
    source.path("/usr/bin/wrong").write_bytes(wrong)
    boot_set = make_set(work, image)
    arguments = ["edit", boot_set, "-o", work / "no", "--from", source.folder]
    fails(2, *arguments, "--add-program", "/usr/bin/lacks", naming=["libgone.so.1", "/usr/bin/lacks"])
    fails(2, *arguments, "--add-program-private", "/usr/bin/lacks", naming=["libgone.so.1", "/usr/bin/lacks"])
    for step in ("--add-program", "--add-program-private"):
        fails(2, *arguments, step, "/usr/bin/wrong", naming=["arm64", "x86_64"])
    # The image's libc is nobody's to replace.
    fails(2, *arguments, "--add-program", f"{TOOLS}/libc.so.6", naming="libc.so.6")
    fails(2, *arguments, "--add-program", "/usr/bin/none", naming="/usr/bin/none")
    fails(2, *arguments, "--add-program", "", naming="FILE[:IMAGE]")
    fails(2, *arguments, "--add-program", "/usr/bin/lacks:none.img", naming="none.img")
    assert not (work / "no").exists()


def test_same_bytes_each_time(work):
    source, image = Root(work / "source"), Root(work / "image")
    source.program("/usr/bin/prog", needs=[source.library(f"{TOOLS}/libone.so.1")])
    boot_set = make_set(work, image)
    for out in ("a", "b"):
        succeeds("edit", boot_set, "--from", source.folder, "--add-program", "/usr/bin/prog", "-o", work / out)
    assert (work / "a" / INITRD).read_bytes() == (work / "b" / INITRD).read_bytes()


def test_nothing_of_the_image_is_run(work):
    """Loader, libc and shell of the image are traps; a trace knows every program that was started."""
    source, image = Root(work / "source"), Root(work / "image")
    source.program("/usr/bin/prog", needs=[source.library(f"{TOOLS}/libone.so.1")])
    trap = f'int main (void) {{ creat ("{work / "trapped"}", 0600); return 0; }}\n'
    for name in ("/bin/sh", "/bin/busybox", "/sbin/ldconfig"):
        image.program(name, text=trap, flags=["-static"]).chmod(0o755)
    boot_set = make_set(work, image)
    log = work / "trace"
    run("strace", "-f", "-qq", "-e", "trace=execve,execveat", "-o", log, cli_test.program(), "edit", boot_set, "--from", source.folder,
        "--add-program", "/usr/bin/prog", "-o", work / "out", env=cli_test.TRACED)
    started = set(re.findall(r'execve(?:at)?\([^"]*"([^"]*)"', log.read_text()))
    assert started <= {cli_test.program(), str(cli_test.helper())}, started
    assert not (work / "trapped").exists()


if __name__ == "__main__":
    cli_test.main(globals())
