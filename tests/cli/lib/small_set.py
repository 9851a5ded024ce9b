# SPDX-License-Identifier: GPL-3.0-or-later
"""A boot set of a few hundred kilobytes, whole in every respect, made in a second: kernel, initrd of two segments,
squashfs (or ext4) with blocks, fragments, links and devices, boot entry."""

import gzip
import hashlib
import os
import pathlib
import shutil
import struct
import subprocess

OLD = "6.1.0-1-small"
NEW = "6.1.0-2-small"
TIME = 1577934245

KERNEL, INITRD, ROOT, ENTRY = "vmlinuz", "initrd.img", "filesystem.squashfs", "pxelinux.cfg/default"
ROOT_EXT4 = "rootfs.img"
MEMBERS = [KERNEL, INITRD, ROOT, ENTRY]

# Drivers of the old kernel; the initrd has the first two. Names and what each depends on.
MODULES = {"kernel/drivers/net/small_net.ko": [], "kernel/fs/small_fs.ko": ["small_lib"], "kernel/lib/small_lib.ko": [],
           "kernel/drivers/net/small_other.ko": []}
IN_INITRD = ["kernel/drivers/net/small_net.ko", "kernel/fs/small_fs.ko", "kernel/lib/small_lib.ko"]


def run(*command, **options):
    return subprocess.run([str(word) for word in command], check=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          **options).stdout


def noise(name, size):
    """Bytes that no compressor shrinks, the same each time."""
    blocks = (hashlib.sha256(f"{name} {i}".encode()).digest() for i in range(size // 32 + 1))
    return b"".join(blocks)[:size]


def kernel(release):
    """A bzImage as the boot protocol describes it, with a payload that is no kernel."""
    payload = gzip.compress(b"no kernel" * 500, mtime=0)
    code = payload + b"\0" * (-len(payload) % 16)
    head = bytearray(512 * 5)
    head[0x1f1] = 4
    struct.pack_into("<I", head, 0x1f4, len(code) // 16)
    head[0x1fe:0x200] = b"\x55\xaa"
    head[0x202:0x206] = b"HdrS"
    struct.pack_into("<H", head, 0x206, 0x20f)
    struct.pack_into("<H", head, 0x20e, 0x300 - 0x200)
    struct.pack_into("<H", head, 0x236, 0x7f)
    struct.pack_into("<II", head, 0x248, 0, len(payload))
    version = f"{release} (tests@example) #1 SMP".encode() + b"\0"
    head[0x300:0x300 + len(version)] = version
    return bytes(head) + code


def image(release, config):
    """An Image of arm64 as Documentation/arch/arm64/booting.rst describes it, with its configuration in it."""
    head = bytearray(0x1000)
    head[56:60] = b"ARM\x64"
    text = f"Linux version {release} (tests@example) #1 SMP\n".encode() + b"\0"
    return bytes(head) + text + b"IKCFG_ST" + gzip.compress(config, mtime=0) + b"IKCFG_ED"


def module(path, release, depends):
    """Assembly of a module: .modinfo, a symbol that it exports, and calls of what it depends on, by which depmod goes."""
    name = pathlib.PurePosixPath(path).name.split(".")[0]
    strings = [f"license=GPL\\0name={name}\\0depends={','.join(depends)}\\0alias=small:{name}\\0",
               f"vermagic={release} SMP mod_unload \\0"]
    source = "".join(f'.section .modinfo,"a"\n.ascii "{text}"\n' for text in strings)
    source += f'.section __ksymtab_strings,"a"\n.asciz "{name}_call"\n.text\n.globl {name}_call\n{name}_call:\n'
    return source + "".join(f"call {other}_call\n" for other in depends) + "ret\n"


def write_modules(folder, release, only=None):
    """lib/modules/RELEASE without its name: what a kernel package has."""
    for path, depends in MODULES.items():
        if only is None or path in only:
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            run("as", "--64", "-o", target, "-", input=module(path, release, depends).encode())
    order = [path for path in MODULES if only is None or path in only]
    (folder / "modules.order").write_text("".join(f"{path}\n" for path in order))
    (folder / "modules.builtin").write_text("kernel/lib/small_builtin.ko\n")
    (folder / "modules.builtin.modinfo").write_bytes(b"small_builtin.license=GPL\0")


def depmod(base, release, folder):
    config = base / "empty-depmod.d"
    config.mkdir()
    run("depmod", "-b", folder, "-C", config, release)
    config.rmdir()


def settle(folder):
    """One time for all, or the set would differ each time."""
    for path in [folder, *folder.rglob("*")]:
        os.utime(path, (TIME, TIME), follow_symlinks=False)


def cpio(folder):
    names = sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))
    return run("cpio", "-o", "-H", "newc", "-R", "0:0", "--reproducible", "--quiet", cwd=folder,
               input="\n".join(names).encode())


def make_initrd(work, release):
    early, main = work / "early", work / "main"
    (early / "kernel/x86/microcode").mkdir(parents=True)
    (early / "kernel/x86/microcode/GenuineIntel.bin").write_bytes(noise("microcode", 2048))
    (main / "conf").mkdir(parents=True)
    (main / "etc").mkdir()
    (main / "init").write_text("#!/bin/sh\n")
    (main / "init").chmod(0o755)
    (main / "conf/modules").write_text("small_net\n")
    (main / "etc/first").write_text("one file, two names\n")
    os.link(main / "etc/first", main / "etc/second")
    os.symlink("first", main / "etc/link")
    write_modules(main / "usr/lib/modules" / release, release, IN_INITRD)
    os.symlink("usr/lib", main / "lib")
    depmod(work, release, main)
    settle(early)
    settle(main)
    return cpio(early) + gzip.compress(cpio(main), mtime=0)


def make_root_tree(work, root, release):
    (root / "usr/share/small").mkdir(parents=True)
    for i in range(12):
        (root / f"usr/share/small/text{i}").write_text(f"fragment {i}\n" * (i + 1))
    (root / "usr/share/small/noise").write_bytes(noise("root", 30000))
    (root / "usr/share/small/zeros").write_bytes(b"\0" * 20000 + b"end")
    os.link(root / "usr/share/small/noise", root / "usr/share/small/noise-too")
    (root / "usr/bin").mkdir()
    (root / "usr/bin/tool").write_text("#!/bin/sh\n")
    (root / "usr/bin/tool").chmod(0o4755)
    write_modules(root / "usr/lib/modules" / release, release)
    os.symlink("usr/lib", root / "lib")
    depmod(work, release, root)


def make_root(work, release):
    root = work / "root"
    make_root_tree(work, root, release)
    settle(root)
    return root


def make_squashfs(root, target):
    run("mksquashfs", root, target, "-noappend", "-no-progress", "-all-root", "-b", "4096", "-comp", "gzip", "-mkfs-time", TIME,
        "-p", "dev d 755 0 0", "-p", "dev/console c 600 0 0 5 1", "-processors", "1",
        env={key: value for key, value in os.environ.items() if key != "SOURCE_DATE_EPOCH"})


def make_ext4(root, target, size="4M"):
    run("mke2fs", "-q", "-F", "-t", "ext4", "-b", "1024", "-m", "0", "-L", "Anaconda", "-E", "root_owner=0:0", "-d", root, target,
        size)
    commands = ["mkdir dev", "cd dev", "mknod console c 5 1", f"set_inode_field console mtime @{TIME}"]
    run("debugfs", "-w", "-f", "-", target, input="\n".join(commands).encode())


def make_set(folder, release=OLD, kernel_release=None, root_name=ROOT):
    """The set in the new folder `folder`; its root is a squashfs, or an ext4 (ROOT_EXT4)."""
    folder = pathlib.Path(folder)
    work = folder.with_name(folder.name + ".work")
    (folder / "pxelinux.cfg").mkdir(parents=True)
    work.mkdir()
    (folder / KERNEL).write_bytes(kernel(kernel_release or release))
    (folder / INITRD).write_bytes(make_initrd(work, release))
    (make_ext4 if root_name == ROOT_EXT4 else make_squashfs)(make_root(work, release), folder / root_name)
    (folder / ENTRY).write_text("DEFAULT small\nLABEL small\nKERNEL vmlinuz\nAPPEND initrd=initrd.img boot=live "
                                f"fetch=tftp://10.0.2.2/{root_name}\n")
    shutil.rmtree(work)
    return folder


def add_release(folder, name):
    """In the set in `folder` an initrd that has the modules of another release, too; `name` is any bytes."""
    work = pathlib.Path(folder).with_name("release.work")
    write_modules(work / "usr/lib/modules" / os.fsdecode(name), "6.0-other", IN_INITRD[-1:])
    settle(work)
    names = sorted(os.fsencode(path.relative_to(work)) for path in work.rglob("*"))
    segment = run("cpio", "-o", "-H", "newc", "-R", "0:0", "--reproducible", "--quiet", "--null", cwd=work,
                  input=b"\0".join(names))
    with open(pathlib.Path(folder) / INITRD, "ab") as file:
        file.write(gzip.compress(segment, mtime=0))
    shutil.rmtree(work)


def make_kernel(folder, release=NEW):
    """A new kernel as a vendor gives it: vmlinuz and a folder of modules that is not called by its release."""
    folder = pathlib.Path(folder)
    write_modules(folder / "modules-new", release)
    (folder / "vmlinuz").write_bytes(kernel(release))
    settle(folder)
    return folder


def digests(folder):
    """Every file below, by its path, with its SHA-256; links and modes count, too."""
    found = {}
    for path in sorted(pathlib.Path(folder).rglob("*")):
        status = path.lstat()
        content = os.readlink(path) if path.is_symlink() else ""
        if path.is_file() and not path.is_symlink():
            content = hashlib.sha256(path.read_bytes()).hexdigest()
        found[str(path.relative_to(folder))] = (status.st_mode, content)
    return found
