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


def list_files(folder):
    """By their paths below it; a link counts as one."""
    return {str(path.relative_to(folder)) for path in pathlib.Path(folder).rglob("*") if path.is_symlink() or not path.is_dir()}


def run(*command, **options):
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          **options)
    assert done.returncode == 0, f"{command}: {done.stdout}"
    return done.stdout


class Install(unittest.TestCase):
    def test_files(self):
        """And not one of them is left after an uninstall."""
        with tempfile.TemporaryDirectory(prefix="bootgraft-install-") as folder:
            run("meson", "install", "-C", BUILD, "--no-rebuild", "--destdir", folder)
            installed = pathlib.Path(folder + PREFIX)
            helper = os.environ["BOOTGRAFT_HELPER"]
            self.assertEqual(list_files(installed), EXPECTED | {os.path.relpath(helper, PREFIX)})
            self.assertEqual(len(list_files(folder)), len(list_files(installed)), "something lies outside of the prefix")
            for program in ("bin/bootgraft", "bin/bootgraft-cli"):
                self.assertTrue(os.access(installed / program, os.X_OK), program)
            run("ninja", "-C", BUILD, "uninstall")
            self.assertEqual(list_files(folder), set())


if __name__ == "__main__":
    unittest.main()
