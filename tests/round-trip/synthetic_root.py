# SPDX-License-Identifier: GPL-3.0-or-later
"""A small root that has one of everything a squashfs can hold. The same bytes on each call."""

import os
import random
import socket
import stat
import subprocess

from round_trip import is_root

BLOCK = 1 << 20
TIMES = (0, 1, 946684800, 1556521689, 2147483648, 4000000000)


def text(rng, size):
    """As compressible as real text."""
    words = [b"module", b"kernel", b"net", b"driver", b"0x%04x" % rng.getrandbits(16), b"alias", b"\n", b"=", b"pci"]
    line = b" ".join(rng.choice(words) for _ in range(2000))
    return (line * (size // len(line) + 1))[:size]


def write(path, content, mode=0o644):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    path.chmod(mode)


def make_files(root, rng):
    """Sizes around every border: of a block, of a fragment, none at all."""
    for size in (0, 1, 4095, 4096, 4097, 131071, 131072, 131073, BLOCK, BLOCK + 1, 2 * BLOCK + 70000):
        write(root / f"sizes/text-{size}", text(rng, size))
    write(root / "sizes/random", rng.randbytes(300000))
    # Found to be equal by mksquashfs: they share their blocks.
    write(root / "equal/one", b"the same\n" * 40000)
    write(root / "equal/two", b"the same\n" * 40000)
    for number in range(700):
        write(root / f"small/file-{number}", text(rng, rng.randrange(3000)))
    for mode in (0o400, 0o755, 0o1777, 0o2755, 0o4755, 0o7777):
        write(root / f"modes/{mode:o}", b"mode\n", mode)


def make_sparse(root, rng):
    def sparse(name, size, *pieces):
        path = root / "sparse" / name
        path.parent.mkdir(exist_ok=True)
        with open(path, "wb") as opened:
            opened.truncate(size)
            for at, length in pieces:
                opened.seek(at)
                opened.write(rng.randbytes(length))

    sparse("only-a-hole", 3 * BLOCK)
    sparse("hole-first", 3 * BLOCK, (2 * BLOCK, BLOCK))
    sparse("hole-in-the-middle", 4 * BLOCK, (0, BLOCK), (3 * BLOCK, BLOCK))
    sparse("hole-last", 3 * BLOCK, (0, BLOCK))
    sparse("with-a-tail", 3 * BLOCK + 100, (BLOCK, BLOCK), (3 * BLOCK, 100))


def make_names(root, rng):
    # Above 8 KiB of names a folder gets an index.
    for number in range(80):
        write(root / "names" / (f"{number:03}-" + "long" * 62)[:255], b"%d\n" % number)
    for name in (b"new\nline", b"esc\x1b[31m", b"not utf-8 \xff\xfe", "\u202eright to left".encode(), b"-leading", b" blanks ",
                 b"back\\slash", b"at@2"):
        with open(os.path.join(os.fsencode(root / "names"), name), "wb") as opened:
            opened.write(name)
    # What divides an address.
    write(root / "names/colon:/file", b"colon\n")
    (root / "/".join(["deep"] + [str(level) for level in range(60)])).mkdir(parents=True)
    (root / "empty").mkdir()


def make_links(root, rng):
    write(root / "links/first", text(rng, 200000))
    for name in ("links/second", "links/far/away/third"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        os.link(root / "links/first", root / name)
    (root / "links/short").symlink_to("first")
    (root / "links/dangling").symlink_to("/no/where")
    (root / "links/long").symlink_to("x" * 4000)


def make_special(root):
    (root / "special").mkdir()
    os.mkfifo(root / "special/fifo")
    os.link(root / "special/fifo", root / "special/fifo-too")
    descriptor = os.open(root / "special", os.O_RDONLY | os.O_DIRECTORY)
    with socket.socket(socket.AF_UNIX) as made:
        # By the descriptor: the path of a work folder may be too long for a socket.
        made.bind(f"/proc/self/fd/{descriptor}/socket")
    os.close(descriptor)
    if is_root():
        os.mknod(root / "special/console", stat.S_IFCHR | 0o600, os.makedev(5, 1))
        os.mknod(root / "special/far", stat.S_IFCHR | 0o660, os.makedev(259, 70000))
        os.mknod(root / "special/disk", stat.S_IFBLK | 0o660, os.makedev(8, 0))


def make_xattrs(root):
    (root / "xattrs/folder").mkdir(parents=True)
    for number in range(6):
        write(root / f"xattrs/file-{number}", b"xattrs\n")
        os.setxattr(root / f"xattrs/file-{number}", "user.number", b"%d" % number)
        # A long value that several files share is stored once, elsewhere.
        os.setxattr(root / f"xattrs/file-{number}", "user.shared", b"long value " * 60)
    write(root / "xattrs/empty-value", b"")
    os.setxattr(root / "xattrs/empty-value", "user.empty", b"")
    os.setxattr(root / "xattrs/folder", "user.folder", b"a folder\0with a zero byte")
    if is_root():
        write(root / "xattrs/ping", b"\x7fELF, not really", 0o755)
        subprocess.run(["setcap", "cap_net_raw+ep", root / "xattrs/ping"], check=True)
        os.setxattr(root / "xattrs/file-0", "trusted.overlay.opaque", b"y")
        # Links and devices can have attributes as well.
        os.setxattr(root / "links/short", "trusted.link", b"of a link", follow_symlinks=False)
        os.setxattr(root / "special/disk", "trusted.device", b"of a device")
        os.setxattr(root / "special/fifo", "trusted.fifo", b"of a fifo")


def set_owners_and_times(root, rng):
    for folder, _, names in os.walk(os.fsencode(root), topdown=False):
        for path in [os.path.join(folder, name) for name in sorted(names)] + [folder]:
            if is_root() and rng.random() < 0.3:
                # A change of the owner takes away setuid and capabilities: those files keep root.
                if b"/modes/" not in path and b"/xattrs/" not in path:
                    os.chown(path, rng.choice((0, 7, 1000, 65534, 100000)), rng.choice((0, 8, 65533)), follow_symlinks=False)
            time = rng.choice(TIMES)
            os.utime(path, (time, time), follow_symlinks=False)


def make(root):
    rng = random.Random(2)
    root.mkdir(parents=True, exist_ok=True)
    make_files(root, rng)
    make_sparse(root, rng)
    make_names(root, rng)
    make_links(root, rng)
    make_special(root)
    make_xattrs(root)
    set_owners_and_times(root, rng)
