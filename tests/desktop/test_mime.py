# SPDX-License-Identifier: GPL-3.0-or-later
"""What a double click opens: the type that GIO gives to files by the names that distributions use, with their content."""

import bz2
import gzip
import lzma
import os
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "cli/lib"))

import small_set  # noqa: E402

APP = "io.github.bootgraft.Bootgraft"
# Where meson put the files that are made of data/*.in.
DATA = pathlib.Path(os.environ["BOOTGRAFT_DATA"])
NAMESPACE = "{http://www.freedesktop.org/standards/shared-mime-info}"

INITRD = "application/x-linux-initramfs"
KERNEL = "application/x-linux-kernel-image"
SQUASHFS_IMG = "application/x-linux-squashfs-image"
SQUASHFS = "application/vnd.squashfs"
DISK = "application/x-raw-disk-image"
OURS = {INITRD, KERNEL, SQUASHFS_IMG, SQUASHFS, "application/x-cpio"}

# Name, content (see Contents), type as installed; and as Flatpak exports it, where that is another.
TABLE = [
    ("initrd.img", "xz", INITRD),
    ("initrd.gz.img", "gzip", INITRD),
    ("initrd.bz2.img", "bzip2", INITRD),
    ("initrd.lz4.img", "lz4", INITRD),
    ("initrd.lzo.img", "lzo", INITRD),
    ("initrd.xz.img", "xz", INITRD),
    ("initrd.zst.img", "zstd", INITRD),
    ("initrd.cpio.img", "cpio", INITRD),
    ("initrd.early.img", "early", INITRD),
    ("initrd (1).img", "gzip", INITRD),
    ("ramdisk.img", "gzip", INITRD),
    ("intel-ucode.img", "cpio", INITRD),
    ("initramfs-linux.img", "zstd", INITRD),
    ("initramfs-6.5.6-300.fc39.x86_64.img", "early", INITRD),
    ("initrd.img-6.1.0-56-amd64", "zstd", INITRD),
    ("initrd-6.4.0-default", "zstd", INITRD),
    ("initramfs-virt", "gzip", INITRD),
    ("initrd", "gzip", INITRD),
    ("initrd.gz", "gzip", INITRD),
    ("initrd.xz", "xz", INITRD),
    ("initrd.lz", "lzip", INITRD),
    ("initrd.lz4", "lz4", INITRD),
    ("initrd.zst", "zstd", INITRD),
    # Only by its magic.
    ("initrd.lzma.img", "lzma", INITRD, DISK),
    ("squashfs.img", "squashfs", SQUASHFS_IMG),
    ("rootfs.img", "ext4", DISK),
    ("disk.img", "disk", DISK),
    ("vmlinuz", "bzimage", KERNEL),
    ("vmlinuz-6.1.0-56-amd64", "bzimage", KERNEL),
    ("bzImage", "bzimage", KERNEL),
    ("vmlinuz.efi", "bzimage", KERNEL),
    ("linux.efi", "bzimage", KERNEL, "application/x-ms-dos-executable"),
    ("filesystem.squashfs", "squashfs", SQUASHFS),
    ("rootfs.squashfs", "squashfs", SQUASHFS),
    ("airootfs.sfs", "squashfs", SQUASHFS),
    # Not ours to claim: anything may be called so.
    ("core.gz", "gzip", "application/gzip"),
    ("minirt.gz", "gzip", "application/gzip"),
    ("archive.cpio", "cpio", "application/x-cpio"),
    ("e1000e.ko", "elf", "application/x-object"),
    ("e1000e.ko.xz", "xz", "application/x-xz"),
    ("e1000e.ko.zst", "zstd", "application/zstd"),
]


class Contents:
    """The first bytes of each format, by the tools that make it."""

    def __init__(self, work):
        folder = work / "tree"
        folder.mkdir()
        (folder / "init").write_text("#!/bin/sh\n" * 300)
        archive = small_set.cpio(folder)
        disk = bytearray(1 << 20)
        disk[446:462] = struct.pack("<BBBBBBBBII", 0x80, 0, 2, 0, 0x83, 0, 3, 0, 1, 2047)
        disk[510:512] = b"\x55\xaa"
        self.by_name = {
            "cpio": archive,
            "early": archive + gzip.compress(archive),
            "gzip": gzip.compress(archive),
            "xz": lzma.compress(archive, check=lzma.CHECK_CRC32),
            "lzma": small_set.run("xz", "--format=lzma", "--stdout", input=archive),
            "bzip2": bz2.compress(archive),
            # As kernels read it, and lz4 does not write it unasked.
            "lz4": small_set.run("lz4", "-l", "-c", input=archive),
            "lzo": small_set.run("lzop", "-c", input=archive),
            "zstd": small_set.run("zstd", "-q", "-c", input=archive),
            "lzip": small_set.run("lzip", "-c", input=archive),
            "bzimage": b"MZ" + small_set.kernel(small_set.OLD)[2:],
            "disk": bytes(disk),
            "squashfs": self.make_squashfs(work, folder),
            "ext4": self.make_ext4(work),
            "elf": self.make_module(work),
        }

    def make_squashfs(self, work, folder):
        small_set.run("mksquashfs", folder, work / "squashfs", "-noappend", "-no-progress", "-processors", "1")
        return (work / "squashfs").read_bytes()

    def make_ext4(self, work):
        small_set.run("/sbin/mke2fs", "-q", "-t", "ext4", work / "ext4", "2M")
        return (work / "ext4").read_bytes()

    def make_module(self, work):
        small_set.run("as", "--64", "-o", work / "module", "-",
                      input=small_set.module("e1000e.ko", small_set.OLD, []).encode())
        return (work / "module").read_bytes()


def as_flatpak_exports(text):
    """What Flatpak leaves of a package of types (its rewrite_mime_xml ()): no magic, and every weight is 5."""
    ElementTree.register_namespace("", NAMESPACE[1:-1])
    root = ElementTree.fromstring(text)
    for kind in root.iter(f"{NAMESPACE}mime-type"):
        for element in kind.findall(f"{NAMESPACE}magic"):
            kind.remove(element)
        for glob in kind.iter(f"{NAMESPACE}glob"):
            glob.set("weight", "5")
    return ElementTree.tostring(root, encoding="unicode")


class Desktop:
    """A home with our types (or none) and our desktop file, beside what the machine has."""

    def __init__(self, work, types):
        self.env = {**os.environ, "HOME": str(work), "XDG_DATA_HOME": str(work / "share"),
                    "XDG_CONFIG_HOME": str(work / "config"), "XDG_CACHE_HOME": str(work / "cache"),
                    "XDG_DATA_DIRS": "/usr/share", "XDG_CURRENT_DESKTOP": "GNOME", "LC_ALL": "C.UTF-8"}
        mime, applications = work / "share/mime", work / "share/applications"
        (mime / "packages").mkdir(parents=True)
        applications.mkdir()
        (work / "config").mkdir()
        if types is not None:
            (mime / f"packages/{APP}.xml").write_text(types)
        shutil.copy(DATA / f"{APP}.desktop", applications)
        # A desktop file whose program is not there is not offered.
        desktop = (applications / f"{APP}.desktop").read_text().replace("Exec=bootgraft %U", "Exec=true %U")
        (applications / f"{APP}.desktop").write_text(desktop)
        if types is not None:
            self.complaints = self.run("update-mime-database", mime)
        self.run("update-desktop-database", applications)

    def run(self, *command):
        done = subprocess.run([str(word) for word in command], env=self.env, check=True, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return done.stdout

    def types(self, files):
        """The type of each file's name, in one process."""
        listed = self.run("gio", "info", "-a", "standard::content-type", *files)
        found = [line.split()[-1] for line in listed.splitlines() if "standard::content-type:" in line]
        assert len(found) == len(files), listed
        return {path.name: kind for path, kind in zip(files, found)}

    def default_program(self, kind):
        first = self.run("gio", "mime", kind).splitlines()[0]
        return first.rsplit(" ", 1)[-1]


class Mime(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory(prefix="bootgraft-mime-")
        cls.addClassCleanup(cls.scratch.cleanup)
        cls.work = pathlib.Path(cls.scratch.name)
        contents = Contents(cls.work).by_name
        folder = cls.work / "files"
        folder.mkdir()
        for name, content, *_ in TABLE:
            (folder / name).write_bytes(contents[content])
        cls.files = [folder / name for name, *_ in TABLE]
        cls.package = (DATA / f"{APP}.xml").read_text()

    def desktop(self, name, types):
        (self.work / name).mkdir()
        return Desktop(self.work / name, types)

    def assert_types(self, desktop, expected):
        found = desktop.types(self.files)
        wrong = [f"{name}: {found[name]}, not {kind}" for name, kind in expected.items() if found[name] != kind]
        self.assertEqual(wrong, [])

    def test_names(self):
        self.assertEqual(len({name for name, *_ in TABLE}), 41)

    def test_as_installed(self):
        desktop = self.desktop("installed", self.package)
        self.assertEqual(desktop.complaints, "")
        self.assert_types(desktop, {name: kind for name, _, kind, *_ in TABLE})

    def test_as_flatpak_exports_it(self):
        package = as_flatpak_exports(self.package)
        self.assertNotIn("magic", package)
        desktop = self.desktop("flatpak", package)
        self.assert_types(desktop, {name: (kind, *others)[-1] for name, _, kind, *others in TABLE})

    def test_without_it(self):
        """The package is what makes the difference: this machine does not know the types already."""
        found = set(self.desktop("stock", None).types(self.files).values())
        self.assertEqual(found & {INITRD, KERNEL, SQUASHFS_IMG}, set())

    def test_double_click(self):
        desktop = self.desktop("programs", self.package)
        for kind in OURS:
            self.assertEqual(desktop.default_program(kind), f"{APP}.desktop", kind)
        for kind in ("application/gzip", "application/x-xz", "application/zstd", DISK, "application/x-object"):
            self.assertNotIn(APP, desktop.run("gio", "mime", kind).split("Recommended applications:")[0], kind)

    def test_comments(self):
        """In each language of po/LINGUAS."""
        languages = os.environ["BOOTGRAFT_LANGUAGES"].split()
        self.assertTrue(languages)
        for kind in ElementTree.fromstring(self.package).iter(f"{NAMESPACE}mime-type"):
            comments = {one.get("{http://www.w3.org/XML/1998/namespace}lang"): one.text
                        for one in kind.findall(f"{NAMESPACE}comment")}
            self.assertEqual(set(comments), {None, *languages}, kind.get("type"))
            self.assertEqual(len(set(comments.values())), len(comments), comments)


if __name__ == "__main__":
    unittest.main()
