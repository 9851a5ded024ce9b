# SPDX-License-Identifier: GPL-3.0-or-later
"""Each kind of edit, on a root by synthetic_root."""

import random

import synthetic_root
from tree_edits import Edits


def edit_everything(image, root, uploads):
    """On each kind of thing it can meet; `root` is what the image of this name was made of."""
    rng = random.Random(3)
    edits = Edits(image)
    edits.chmod(0o600, b"/small/file-3")
    edits.chmod(0o4711, b"/links/second")
    edits.chmod(0o711, b"/small")
    edits.chmod(0o700, b"/xattrs/file-1")
    edits.chown(12, 345678, b"/small/file-4")
    edits.write(b"/small/file-5", b"new content\n")
    edits.write(b"/small/added", b"a new file\n")
    edits.write(b"/names/colon:/file", b"an address with a colon\n")
    edits.write(b"/sizes/text-1048577", b"what was long\n")
    for path in (b"/small/file-6", b"/sizes/text-2167152", b"/sizes/text-0", b"/links/first"):
        edits.append_line(path, b"one line more", (root / path.decode()[1:]).read_bytes())
    edits.delete(b"/small/file-7")
    edits.delete(b"/links/far")
    edits.delete(b"/sparse/hole-first")
    # Its blocks are those of /equal/two as well.
    edits.delete(b"/equal/one")
    edits.delete(b"/modes")
    edits.mkdir(b"/added")
    edits.mkdir(b"/added/in that")
    edits.symlink(b"../small/added", b"/added/link")
    for name, content in (("random", rng.randbytes(3 << 20)), ("text", synthetic_root.text(rng, 2500000)),
                          ("zeros", bytes(2 << 20)), ("tiny", b"t"), ("empty", b"")):
        path = uploads / name
        synthetic_root.write(path, content, 0o755)
        edits.upload(path, b"/added/" + name.encode())
    edits.upload(uploads / "text", b"/small/file-8")
    return edits
