# SPDX-License-Identifier: GPL-3.0-or-later
"""meson install puts each file where a desktop looks for it, and no file that nobody thought of."""

import os
import pathlib
import subprocess
import tempfile
import unittest

APP = "io.github.bootgraft.Bootgraft"
BUILD = os.environ["BOOTGRAFT_BUILD"]
PREFIX = os.environ["BOOTGRAFT_PREFIX"]
LANGUAGES = os.environ["BOOTGRAFT_LANGUAGES"].split()
TREE = pathlib.Path(__file__).parents[2]

EXPECTED = {
    "bin/bootgraft",
    "bin/bootgraft-cli",
    f"share/applications/{APP}.desktop",
    "share/bash-completion/completions/bootgraft-cli",
    "share/fish/vendor_completions.d/bootgraft-cli.fish",
    "share/zsh/site-functions/_bootgraft-cli",
    f"share/dbus-1/services/{APP}.service",
    f"share/glib-2.0/schemas/{APP}.gschema.xml",
    f"share/icons/hicolor/scalable/apps/{APP}.svg",
    f"share/icons/hicolor/symbolic/apps/{APP}-symbolic.svg",
    "share/man/man1/bootgraft.1",
    "share/man/man1/bootgraft-cli.1",
    f"share/metainfo/{APP}.metainfo.xml",
    f"share/mime/packages/{APP}.xml",
} | {f"share/locale/{language}/LC_MESSAGES/{name}.mo" for language in LANGUAGES for name in ("bootgraft", "bootgraft-help")} \
  | {f"share/man/{language}/man1/{name}.1" for language in LANGUAGES for name in ("bootgraft", "bootgraft-cli")} \
  | {f"share/bootgraft/schema/{path.name}" for path in (TREE / "data/schema").glob("*.json")}


class Install(unittest.TestCase):
    def test_files(self):
        with tempfile.TemporaryDirectory(prefix="bootgraft-install-") as folder:
            done = subprocess.run(["meson", "install", "-C", BUILD, "--no-rebuild", "--destdir", folder],
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            self.assertEqual(done.returncode, 0, done.stdout)
            installed = pathlib.Path(folder + PREFIX)
            found = {str(path.relative_to(installed)) for path in installed.rglob("*") if path.is_file()}
            helper = os.environ["BOOTGRAFT_HELPER"]
            self.assertEqual(found, EXPECTED | {os.path.relpath(helper, PREFIX)})
            outside = [path for path in pathlib.Path(folder).rglob("*")
                       if path.is_file() and not path.is_relative_to(installed)]
            self.assertEqual(outside, [])
            for program in ("bin/bootgraft", "bin/bootgraft-cli"):
                self.assertTrue(os.access(installed / program, os.X_OK), program)


if __name__ == "__main__":
    unittest.main()
