# SPDX-License-Identifier: GPL-3.0-or-later
"""What a swap of the kernel may do to a root, and what it may not."""

import dataclasses
import os
import stat

from module_tree import modules_folder
from round_trip import cache
from tree_snapshot import differences, snapshot, without


def as_swapped(tree):
    """What a swap makes of a kernel package's folder: owned by root, plain modes; folders have a time of their own."""
    for path, entry in tree.items():
        if entry.kind == stat.S_IFREG:
            yield path, dataclasses.replace(entry, mode=0o644, uid=0, gid=0, nlink=1, names=None, holes=None)
        elif entry.kind == stat.S_IFDIR:
            yield path, dataclasses.replace(entry, mode=0o755, uid=0, gid=0, mtime=None)


def in_folder(tree, folder):
    return {path[len(folder):] or b"/": entry for path, entry in tree.items()
            if path == folder or path.startswith(folder + b"/")}


def compare(verdict, reader, before, after, source):
    modules = os.path.dirname(modules_folder(before))
    old, new = modules_folder(before), modules_folder(after)
    verdict.equal(f"{reader}: the folder of the new release", modules + b"/" + source["release"], new)
    verdict.no_differences(f"{reader}: all but the modules",
                           differences(without(before, [old, new]), without(after, [old, new])))
    found = in_folder(after, new)
    verdict.no_differences(f"{reader}: the new modules",
                           differences(source["tree"], {path: found[path] for path in source["tree"] if path in found}))
    extra = sorted(path for path in found if path not in source["tree"])
    verdict.that(f"{reader}: beside them only indexes", all(path.startswith(b"/modules.") for path in extra), repr(extra))


def source_of(kernel):
    """The modules of a kernel in the cache, as a swap puts them in."""
    package = cache() / "kernels" / kernel
    release = (package / "release").read_text().strip()
    return {"release": release.encode(), "tree": dict(as_swapped(snapshot(package / "root/lib/modules" / release)))}
