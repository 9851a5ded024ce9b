# SPDX-License-Identifier: GPL-3.0-or-later
"""Do the comparisons of the round trips notice every kind of difference?"""

import bz2
import contextlib
import dataclasses
import gzip
import io
import lzma
import os
import pathlib
import stat
import subprocess
import tempfile
import unittest

import newc
import newc_tree
from round_trip import Verdict
from tree_edits import Edits
from tree_snapshot import Entry, data_ranges, differences, snapshot, without


def stored(name, data=b"", mode=0o100644, nlink=1, ino=1, **fields):
    fields = {"ino": ino, "mode": mode, "nlink": nlink, "filesize": len(data), "namesize": len(name) + 1, **fields}
    header = b"070701" + b"".join(b"%08X" % fields.get(field, 0) for field in newc.FIELDS)
    name += b"\0"
    name += bytes(-(len(header) + len(name)) % 4)
    return header + name + data + bytes(-len(data) % 4)


TRAILER = stored(newc.TRAILER)


class Newc(unittest.TestCase):
    def test_entries_are_what_was_stored(self):
        pieces = [stored(b"a", b"12345"), stored(b"bcd", b"1234"), stored(b"folder", mode=0o040755), TRAILER]
        entries = newc.parse(b"".join(pieces))
        self.assertEqual([entry.header + entry.stored_name + entry.stored_data for entry in entries], pieces)
        self.assertEqual([entry.data for entry in entries], [b"12345", b"1234", b"", b""])
        self.assertEqual([entry.name for entry in entries], [b"a", b"bcd", b"folder", newc.TRAILER])

    def test_segments(self):
        early, second, third = (stored(name, b"content") + TRAILER for name in (b"early", b"second", b"third"))
        image = early + bytes(512 - len(early)) + gzip.compress(second, mtime=0) + bytes(3) + lzma.compress(third) + bytes(8)
        found = newc.segments(image)
        self.assertEqual([segment.compression for segment in found], [None, "gzip", "xz"])
        self.assertEqual([segment.archive for segment in found], [early, second, third])
        self.assertEqual(found[1].stored, gzip.compress(second, mtime=0))

    def test_segments_in_a_row(self):
        archives = [stored(b"name", str(number).encode() * 100000) + TRAILER for number in range(4)]
        packed = [bz2.compress(archives[0]), lzma.compress(archives[1], format=lzma.FORMAT_ALONE),
                  subprocess.run(["lzop"], input=archives[2], stdout=subprocess.PIPE, check=True).stdout,
                  subprocess.run(["zstd", "-qc"], input=archives[3], stdout=subprocess.PIPE, check=True).stdout]
        found = newc.segments(b"".join(packed))
        self.assertEqual([segment.compression for segment in found], ["bzip2", "lzma", "lzo", "zstd"])
        self.assertEqual([segment.stored for segment in found], packed)
        self.assertEqual([segment.archive for segment in found], archives)

    def test_garbage_is_refused(self):
        self.assertRaises(ValueError, newc.segments, TRAILER + b"\1" + TRAILER)

    def test_untouched(self):
        def untouched(before, after, touched=()):
            parse = [newc.parse(b"".join(entries)) for entries in (before, after)]
            return list(newc.untouched_differences(*parse, set(touched)))

        one, two = stored(b"one", b"1"), stored(b"two", b"2")
        self.assertEqual(untouched([one, two], [one, two]), [])
        self.assertEqual(untouched([one, two], [one, stored(b"new"), two], [b"new"]), [])
        self.assertEqual(untouched([one, two], [two], [b"one"]), [])
        for other in ([two, one], [one], [one, two, two], [one, stored(b"two", b"3")], [one, stored(b"two", b"2", ino=2)],
                      [one, stored(b"two", b"2", mtime=1)], [one, two.replace(b"2\0\0\0", b"2\0\0\1")],
                      [one, stored(b"two\0\0\0\0", b"2", namesize=8)]):
            self.assertNotEqual(untouched([one, two], other), [])

    def test_links(self):
        entries = [stored(b"first", nlink=2, ino=7), stored(b"alone", b"x", ino=7), stored(b"last", b"data", nlink=2, ino=7)]
        tree = newc_tree.of_segments([newc.Segment(None, b"", b"".join(entries) + TRAILER)])
        self.assertEqual(tree[b"/first"].names, {b"/first", b"/last"})
        self.assertEqual(tree[b"/first"].digest, tree[b"/last"].digest)
        self.assertEqual(tree[b"/first"].size, 4)
        self.assertIsNone(tree[b"/alone"].names)


class Snapshots(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(dir="/var/tmp")
        self.addCleanup(self.folder.cleanup)
        self.root = pathlib.Path(self.folder.name) / "root"
        (self.root / "folder").mkdir(parents=True)
        (self.root / "file").write_text("content")
        os.link(self.root / "file", self.root / "folder/other-name")
        (self.root / "link").symlink_to("file")

    def changed(self, change):
        before = snapshot(self.root)
        change()
        return list(differences(before, snapshot(self.root)))

    def test_no_change(self):
        self.assertEqual(self.changed(lambda: None), [])

    def test_each_change_is_seen(self):
        file = self.root / "file"
        status = file.stat()

        def rewrite():
            file.write_text("CONTENT")
            os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))

        for change in (rewrite, lambda: file.chmod(0o600), lambda: os.utime(file, (5, 5)),
                       lambda: os.setxattr(file, "user.name", b"value"), lambda: os.setxattr(file, "user.name", b"other"),
                       lambda: (self.root / "link").unlink(), lambda: (self.root / "link").symlink_to("elsewhere"),
                       lambda: (self.root / "folder/new").mkdir(), lambda: os.mkfifo(self.root / "fifo"),
                       lambda: (self.root / "folder/other-name").unlink(), file.unlink):
            self.assertNotEqual(self.changed(change), [])

    def test_holes(self):
        path = self.root / "sparse"
        with open(path, "wb") as opened:
            opened.truncate(1 << 20)
            opened.seek(1 << 19)
            opened.write(b"x" * 4096)
        self.assertEqual(data_ranges(path), ((1 << 19, (1 << 19) + 4096),))
        self.assertNotEqual(self.changed(lambda: path.write_bytes(path.read_bytes())), [])

    def test_without(self):
        tree = without(snapshot(self.root), [b"/folder"])
        self.assertEqual(set(tree), {b"/", b"/file", b"/link"})
        self.assertIsNone(tree[b"/"].nlink)

    def test_none_is_anything(self):
        entry = Entry(stat.S_IFREG, 0o644, 0, 0, 1, 1, digest="a")
        other = dataclasses.replace(entry, digest="b")
        self.assertEqual(list(differences({b"/x": dataclasses.replace(entry, digest=None)}, {b"/x": other})), [])
        self.assertEqual(len(list(differences({b"/x": entry}, {b"/x": other}))), 1)

    def test_edits(self):
        """What the edits do to a snapshot is what the same does to a real folder."""
        edits = Edits("image")
        edits.chmod(0o600, b"/file")
        edits.delete(b"/link")
        edits.mkdir(b"/folder/below")
        edited = edits.apply(snapshot(self.root))
        (self.root / "file").chmod(0o600)
        (self.root / "link").unlink()
        (self.root / "folder/below").mkdir()
        times = {path: dataclasses.replace(entry, mtime=None) for path, entry in edited.items()}
        self.assertEqual(list(differences(times, snapshot(self.root))), [])

    def test_deleting_one_of_two_names(self):
        edits = Edits("image")
        edits.delete(b"/folder")
        edited = edits.apply(snapshot(self.root))
        self.assertEqual(set(edited), {b"/", b"/file", b"/link"})
        self.assertEqual((edited[b"/file"].nlink, edited[b"/file"].names), (1, None))
        self.assertEqual(edits.steps, ["--delete", "image:/folder"])

    def test_addresses(self):
        edits = Edits("image")
        edits.chmod(0o644, b"/a:b/c@1")
        self.assertEqual(edits.steps, ["--chmod", "644:image:/a\\:b/c\\@1"])


class Verdicts(unittest.TestCase):
    def ended(self, judge):
        verdict = Verdict()
        with contextlib.redirect_stdout(io.StringIO()), self.assertRaises(SystemExit) as ended:
            judge(verdict)
            verdict.finish()
        return ended.exception.code

    def raising(self, verdict):
        verdict.that("first", True)
        with verdict.case("a case"):
            raise ValueError("went wrong")

    def test_codes(self):
        self.assertEqual(self.ended(lambda verdict: verdict.that("holds", True)), 0)
        self.assertEqual(self.ended(lambda verdict: verdict.that("fails", False)), 1)
        self.assertEqual(self.ended(lambda verdict: verdict.equal("differ", 1, 2)), 1)
        self.assertEqual(self.ended(lambda verdict: verdict.no_differences("some", ["one"])), 1)
        self.assertEqual(self.ended(lambda verdict: None), 1)
        self.assertEqual(self.ended(self.raising), 1)


if __name__ == "__main__":
    unittest.main()
