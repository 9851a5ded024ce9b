# SPDX-License-Identifier: GPL-3.0-or-later
"""What software centres and menus show: validators have nothing to say, all is translated, and one place says what
another does."""

import configparser
import os
import pathlib
import re
import struct
import subprocess
import unittest
import xml.etree.ElementTree as ElementTree

APP = "io.github.bootgraft.Bootgraft"
DATA = pathlib.Path(os.environ["BOOTGRAFT_DATA"])
TREE = pathlib.Path(__file__).parents[2]
LANGUAGES = os.environ["BOOTGRAFT_LANGUAGES"].split()
VERSION = os.environ["BOOTGRAFT_VERSION"]
LANG = "{http://www.w3.org/XML/1998/namespace}lang"

# What appstreamcli says that no change of ours would mend: the identifier is that of D-Bus and of the forge; "developer" is
# wanted by those after 0.16, which knows only "developer_name".
EXPECTED = {f"cid-contains-uppercase-letter {APP}", "unknown-tag developer", "developer-name-tag-deprecated"}


def run(*command):
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          env={**os.environ, "LC_ALL": "C.UTF-8"})
    return done.returncode, done.stdout


def read_desktop():
    desktop = configparser.ConfigParser(interpolation=None, delimiters="=")
    desktop.optionxform = str
    desktop.read(DATA / f"{APP}.desktop")
    return desktop


class DesktopFile(unittest.TestCase):
    def test_valid(self):
        self.assertEqual(run("desktop-file-validate", "--warn-kde", DATA / f"{APP}.desktop"), (0, ""))

    def test_translated(self):
        for name, group in read_desktop().items():
            for key in ("GenericName", "Comment", "Keywords"):
                for language in LANGUAGES if key in group else ():
                    self.assertNotEqual(group.get(f"{key}[{language}]"), None, f"{name}: {key}")
                    self.assertEqual(group[f"{key}[{language}]"].endswith(";"), key == "Keywords")

    def test_started_by_the_bus(self):
        service = configparser.ConfigParser(interpolation=None, delimiters="=")
        service.read(DATA / f"{APP}.service")
        entry = read_desktop()["Desktop Entry"]
        self.assertEqual(entry["DBusActivatable"], "true")
        self.assertEqual(service["D-BUS Service"]["Name"], APP)
        program, option = service["D-BUS Service"]["Exec"].split()
        self.assertTrue(pathlib.Path(program).is_absolute(), program)
        self.assertEqual(pathlib.Path(program).name, entry["Exec"].split()[0])
        self.assertEqual(option, "--gapplication-service")


class MetaInfo(unittest.TestCase):
    def setUp(self):
        self.path = DATA / f"{APP}.metainfo.xml"
        self.component = ElementTree.parse(self.path).getroot()

    def test_valid(self):
        """Also what a validator calls pedantic."""
        code, said = run("appstreamcli", "validate", "--no-net", "--pedantic", "--no-color", self.path)
        self.assertEqual(code, 0, said)
        issues = re.findall(r"^[A-Z]: [^ ]*: (.*)$", said, re.MULTILINE)
        self.assertEqual([issue for issue in issues if issue.strip() not in EXPECTED], [], said)

    def test_summary(self):
        for summary in self.component.findall("summary"):
            self.assertTrue(5 <= len(summary.text) <= 35, summary.text)
            self.assertFalse(summary.text.endswith((".", "。")))

    def test_translated(self):
        texts = list(self.component.iter("p")) + list(self.component.iter("li")) + list(self.component.iter("caption"))
        texts += self.component.findall("summary")
        untranslated = {text for release in self.component.iter("release") for text in release.iter()}
        texts = [text for text in texts if text not in untranslated]
        original = [text for text in texts if text.get(LANG) is None]
        self.assertGreater(len(original), 6)
        for language in LANGUAGES:
            self.assertEqual(sum(text.get(LANG) == language for text in texts), len(original), language)

    def test_says_what_the_desktop_file_says(self):
        entry = read_desktop()["Desktop Entry"]
        self.assertEqual(self.component.findtext("id"), APP)
        self.assertEqual(self.component.findtext("launchable"), f"{APP}.desktop")
        self.assertEqual(entry["Icon"], APP)
        self.assertEqual([one.text for one in self.component.iter("mediatype")],
                         entry["MimeType"].rstrip(";").split(";"))
        self.assertEqual([one.text for one in self.component.iter("category")],
                         entry["Categories"].rstrip(";").split(";"))

    def test_types_are_known(self):
        """Each is defined by us, or by every desktop."""
        ours = set(re.findall(r'<mime-type type="([^"]+)"', (DATA / f"{APP}.xml").read_text()))
        for one in self.component.iter("mediatype"):
            self.assertIn(one.text, ours | {"application/vnd.squashfs", "application/x-cpio"})
        self.assertLessEqual(ours, {one.text for one in self.component.iter("mediatype")})

    def test_releases_are_those_of_the_changelog(self):
        """The newest is that of meson.build; what CHANGELOG.md gives no day yet is a development version."""
        released = re.findall(r"^## \[?(\d+\.\d+\.\d+)\]? - (\d{4}-\d{2}-\d{2})$", (TREE / "CHANGELOG.md").read_text(),
                              re.MULTILINE)
        releases = list(self.component.iter("release"))
        self.assertEqual(releases[0].get("version"), VERSION)
        stable = [(one.get("version"), one.get("date")) for one in releases if one.get("type") != "development"]
        self.assertEqual(stable, released)
        for one in releases:
            self.assertIsNotNone(one.get("date"))
            self.assertEqual(one.get("type") == "development", one.get("version") not in dict(released))

    def test_packages_are_of_this_release(self):
        spec = (TREE / "data/packaging/bootgraft.spec").read_text()
        self.assertEqual(re.search(r"^Version: +(.*)$", spec, re.MULTILINE)[1], VERSION)

    def test_screenshots_are_in_the_tree(self):
        """At the tag of the newest release, of the size that is said."""
        images = list(self.component.iter("image"))
        self.assertTrue(images)
        for image in images:
            tag, _, path = image.text.split("/", 5)[5].partition("/")
            self.assertEqual(tag, f"v{VERSION}")
            with (TREE / path).open("rb") as picture:
                head = picture.read(24)
            self.assertEqual(head[:8], b"\x89PNG\r\n\x1a\n")
            self.assertEqual(struct.unpack(">II", head[16:]), (int(image.get("width")), int(image.get("height"))))


class Icons(unittest.TestCase):
    def test_icons(self):
        for size, path in ((128, f"scalable/apps/{APP}.svg"), (16, f"symbolic/apps/{APP}-symbolic.svg")):
            icon = ElementTree.parse(TREE / "data/icons/hicolor" / path).getroot()
            self.assertEqual((icon.get("width"), icon.get("height")), (str(size), str(size)))

    def test_symbolic_has_one_colour(self):
        """That is what a theme replaces."""
        icon = ElementTree.parse(TREE / f"data/icons/hicolor/symbolic/apps/{APP}-symbolic.svg").getroot()
        self.assertEqual({one.get("fill") for one in icon.iter() if one.get("fill")}, {"#2e3436"})


if __name__ == "__main__":
    unittest.main()
