# SPDX-License-Identifier: GPL-3.0-or-later
"""How GNU cpio, bsdcpio and lsinitramfs read an initrd."""

import dataclasses
import stat
import subprocess

import newc
from newc_tree import path_of
from round_trip import is_root, run
from tree_snapshot import snapshot


def names_of(listing, separator=b"\n"):
    return [path_of(name) for name in listing.split(separator) if name]


def expected_names(segments):
    return [path_of(entry.name) for segment in segments for entry in newc.parse(segment.archive)
            if entry.name != newc.TRAILER]


def listed_by_cpio(segment):
    """It knows no compression and ends at the first trailer."""
    return names_of(run("cpio", "-t", "--quiet", input=segment.archive))


def listed_by_bsdcpio(image):
    """It finds out the compression itself, and reads the first segment."""
    with open(image, "rb") as opened:
        return names_of(run("bsdcpio", "-it", "--quiet", stdin=opened))


def listed_by_lsinitramfs(image):
    return names_of(run("lsinitramfs", image))


def unpacked_by_cpio(segment, folder):
    return unpacked(["cpio", "-idm", "--quiet", "--no-absolute-filenames"], segment.archive, folder)


def unpacked_by_bsdcpio(segment, folder):
    return unpacked(["bsdcpio", "-idm", "--quiet"], segment.stored, folder)


def unpacked(command, content, folder):
    folder.mkdir()
    done = subprocess.run(command, input=content, cwd=folder, stderr=subprocess.PIPE)
    # Without root, devices are refused and owners are one's own.
    if done.returncode and is_root():
        raise RuntimeError(f"{command[0]}: exit {done.returncode}: {done.stderr.decode(errors='replace')[-2000:]}")
    tree = snapshot(folder)
    run("chmod", "-R", "u+rwX", folder)
    run("rm", "-rf", folder)
    return tree


def as_unpacked(tree):
    """What of the expected tree an unpacked one can show."""
    for path, entry in tree.items():
        changes = {"xattrs": None, "holes": None}
        if entry.kind in (stat.S_IFDIR, stat.S_IFLNK):
            # Files that come into a folder change its time; GNU cpio leaves the time of links alone.
            changes["mtime"] = None
        if path == b"/":
            changes.update(mode=None, uid=None, gid=None)
        if not is_root():
            if entry.kind in (stat.S_IFBLK, stat.S_IFCHR):
                continue
            changes.update(uid=None, gid=None)
        yield path, dataclasses.replace(entry, **changes)
