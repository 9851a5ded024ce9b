# SPDX-License-Identifier: GPL-3.0-or-later
"""Built and installed for real, into a prefix of its own, as Debian and as RPM packages: each has every file, in its place,
and what is installed works. Long: each builds all of it anew."""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

from test_install import APP, EXPECTED, TREE, list_files, run

sys.path.insert(0, str(TREE / "tests/cli/lib"))

import small_set  # noqa: E402

VERSION = os.environ["BOOTGRAFT_VERSION"]
# The installed program is to find its own.
os.environ.pop("BOOTGRAFT_HELPER", None)
PLACE = "/var/tmp"
HELPER = "libexec/bootgraft-helper"

# What the tools of a desktop make of the files that were installed; they belong to nobody.
CACHES = re.compile(r"share/(applications/mimeinfo\.cache|glib-2\.0/schemas/gschemas\.compiled|icons/hicolor/icon-theme\.cache"
                    r"|mime/(?!packages/).*)")
# Of Debian's packages only.
DEBIAN = re.compile(r"share/(doc|lintian)/.*")


def plain(names):
    """Without what a kind of package does to names of its own."""
    return {re.sub(r"^share/zsh/vendor-completions/", "share/zsh/site-functions/", re.sub(r"(/man1/.*)\.gz$", r"\1", name))
            for name in names}


def swap_and_verify(program, work):
    """With the helper and the depmod that it finds by itself."""
    boot_set = small_set.make_set(work / "set")
    kernel = small_set.make_kernel(work / "kernel")
    run(program, "swap-kernel", boot_set, kernel, "-o", work / "out")
    run(program, "verify", "--full", work / "out")


class Packages(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="bootgraft-packages-", dir=PLACE)
        self.addCleanup(folder.cleanup)
        self.work = pathlib.Path(folder.name)

    def test_prefix(self):
        """Works where it was installed; after an uninstall only folders, and caches of the desktop, are left."""
        prefix, build = self.work / "prefix", self.work / "build"
        run("meson", "setup", build, TREE, f"--prefix={prefix}", "--libexecdir=libexec", "--buildtype=plain", "-Dgui=enabled")
        run(TREE / "scripts/compile-installed", build)
        run("meson", "install", "-C", build, "--no-rebuild")
        installed = {name for name in list_files(prefix) if not CACHES.fullmatch(name)}
        self.assertEqual(installed, EXPECTED | {HELPER})
        swap_and_verify(prefix / "bin/bootgraft-cli", self.work)
        self.assertIn("GApplication", run(prefix / "bin/bootgraft", "--help"))
        chinese = run(prefix / "bin/bootgraft-cli", "--help", env={**os.environ, "LC_ALL": "C.UTF-8", "LANGUAGE": "zh_CN"})
        self.assertIn("引导集", chinese)
        run("ninja", "-C", build, "uninstall")
        self.assertEqual({name for name in list_files(prefix) if not CACHES.fullmatch(name)}, set())

    def check(self, found, folder):
        """FOUND: name of a package to its files; FOLDER: all of them together."""
        self.assertEqual(set(found), {"bootgraft", "bootgraft-cli"})
        names = [name for files in found.values() for name in files]
        self.assertEqual(len(names), len(set(names)), "a file is in two packages")
        self.assertEqual(plain(names), EXPECTED | {HELPER})
        for name in found["bootgraft-cli"]:
            self.assertNotIn(APP, name, "the command line needs no desktop")
        self.assertIn("bootgraft-cli ", run(folder / "usr/bin/bootgraft-cli", "--version"))
        small_set.make_set(self.work / "set")
        run(folder / "usr/bin/bootgraft-cli", "info", self.work / "set")

    def test_deb(self):
        run(TREE / "scripts/make-deb", self.work / "debs")
        found = {}
        for package in sorted((self.work / "debs").glob("*.deb")):
            name, version, needs = (run("dpkg-deb", "-f", package, field).strip() for field in ("Package", "Version", "Depends"))
            if name.endswith("-dbgsym"):
                continue
            self.assertEqual(version, VERSION)
            self.assertIn("libgtk-4-1" if name == "bootgraft" else "kmod", needs)
            self.assertEqual("libgtk-4-1" in needs, name == "bootgraft", needs)
            run("dpkg-deb", "-x", package, self.work / name)
            run("dpkg-deb", "-x", package, self.work / "all")
            found[name] = {path.removeprefix("usr/") for path in list_files(self.work / name)}
            found[name] = {path for path in found[name] if not DEBIAN.fullmatch(path)}
            said = subprocess.run(["lintian", "--fail-on", "error", "--allow-root", package], stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, text=True)
            print(said.stdout, file=sys.stderr)
            self.assertEqual(said.returncode, 0, said.stdout)
        self.check(found, self.work / "all")

    def test_rpm(self):
        run(TREE / "scripts/make-rpm", self.work / "rpms")
        found = {}
        for package in sorted((self.work / "rpms").glob("*.rpm")):
            name, version = run("rpm", "-qp", "--queryformat", "%{NAME} %{VERSION}", package).split()
            if name.endswith(("-debuginfo", "-debugsource")):
                continue
            self.assertEqual(version, VERSION)
            needs = run("rpm", "-qp", "--requires", package)
            self.assertEqual("libgtk-4.so" in needs, name == "bootgraft", needs)
            self.assertEqual("kmod\n" in needs, name == "bootgraft-cli", needs)
            (self.work / name).mkdir()
            (self.work / "all").mkdir(exist_ok=True)
            for folder in (self.work / name, self.work / "all"):
                run("bsdtar", "-xf", package, "-C", folder)
            found[name] = {path.removeprefix("usr/") for path in list_files(self.work / name)}
            found[name] = {path for path in found[name] if not path.startswith(("share/doc/", "share/licenses/", "lib/.build-id/"))}
        self.check(found, self.work / "all")


if __name__ == "__main__":
    unittest.main()
