# SPDX-License-Identifier: GPL-3.0-or-later
"""Kernels in packages and archives: as the systems' own tools make them, and as only somebody with bad intentions does."""

import gzip
import hashlib
import os
import pathlib
import shutil
import struct
import subprocess

from small_set import NEW, kernel, run, settle, write_modules

# RPM's names of payload compressions.
GZIP, XZ, ZSTD, BZIP2, LZMA, NONE = "w6.gzdio", "w6.xzdio", "w3.zstdio", "w6.bzdio", "w6.lzdio", "w.ufdio"
TARS = {".tar": "cat", ".tar.gz": "gzip", ".tar.xz": "xz", ".tar.zst": "zstd -q", ".tar.bz2": "bzip2"}

SPEC = """%define __os_install_post %{{nil}}
%define debug_package %{{nil}}
%define _build_id_links none
%define use_source_date_epoch_as_buildtime 0
Name: {name}
Version: 6.1.0
Release: 2.small
Summary: for a test
License: GPL
AutoReqProv: no
{fields}
%description
For a test.
%install
mkdir -p %{{buildroot}}
cp -a "{tree}/." %{{buildroot}}/
{scripts}
%files -f {files}
"""


def make_tree(folder, release=NEW, where="boot"):
    """A kernel as a package has it; `where` its kernel is: boot/vmlinuz-RELEASE, or with the modules, as in Fedora."""
    folder = pathlib.Path(folder)
    modules = folder / "lib/modules" / release
    write_modules(modules, release)
    target = folder / f"boot/vmlinuz-{release}" if where == "boot" else modules / "vmlinuz"
    target.parent.mkdir(exist_ok=True)
    target.write_bytes(kernel(release))
    settle(folder)
    return folder


def make_deb(tree, target, name=f"linux-image-{NEW}", architecture="amd64", scripts=None):
    work = pathlib.Path(f"{target}.work")
    shutil.copytree(tree, work, symlinks=True)
    (work / "DEBIAN").mkdir()
    (work / "DEBIAN/control").write_text(f"Package: {name}\nVersion: 6.1.0-2\nArchitecture: {architecture}\n"
                                         "Maintainer: Nobody <nobody@example.org>\nDescription: for a test\n")
    for script, text in (scripts or {}).items():
        (work / "DEBIAN" / script).write_text(text)
        (work / "DEBIAN" / script).chmod(0o755)
    run("dpkg-deb", "--root-owner-group", "-Zxz", "--build", work, target)
    shutil.rmtree(work)
    return target


def make_rpm(tree, target, payload=GZIP, name="kernel-core", architecture="x86_64", fields="", scripts="", source=False):
    work = pathlib.Path(f"{target}.work")
    work.mkdir()
    tree = pathlib.Path(tree)
    (work / "files").write_text("".join(f"/{path.name}\n" for path in sorted(tree.iterdir())))
    (work / "test.spec").write_text(SPEC.format(name=name, fields=fields, tree=tree.resolve(), scripts=scripts,
                                                files=work.resolve() / "files"))
    defined = {"_topdir": work, "_tmppath": work / "tmp", "_rpmdir": work, "_srcrpmdir": work, "_rpmfilename": "out.rpm",
               "_binary_payload": payload}
    run("rpmbuild", "-bs" if source else "-bb", "--quiet", "--target", architecture,
        *[word for key, value in defined.items() for word in ("--define", f"{key} {value}")], work / "test.spec",
        env={key: value for key, value in os.environ.items() if key != "SOURCE_DATE_EPOCH"})
    (made,) = work.glob("*.rpm")
    shutil.move(made, target)
    shutil.rmtree(work)
    return target


def make_tar(tree, target, *names):
    """Of the whole tree, or of some names in it; compressed as the target's name says."""
    suffix = max((suffix for suffix in TARS if str(target).endswith(suffix)), key=len)
    with open(target, "wb") as out:
        tar = subprocess.Popen(["tar", "-C", str(tree), "--owner=0", "--group=0", "-cf", "-", *(names or ["."])],
                               stdout=subprocess.PIPE)
        subprocess.run(TARS[suffix].split(), stdin=tar.stdout, stdout=out, check=True)
        assert tar.wait() == 0
    return target


def newc(path, mode=0o100644, content=b"", size=None, nlink=1, rdev=(0, 0)):
    """One entry of a cpio archive, whatever is said of it."""
    name = os.fsencode(path) + b"\0"
    numbers = [1, mode, 0, 0, nlink, 0, len(content) if size is None else size, 0, 0, *rdev, len(name), 0]
    entry = b"070701" + b"".join(b"%08X" % number for number in numbers) + name
    entry += b"\0" * (-len(entry) % 4)
    return entry + content + b"\0" * (-len(content) % 4)


def header(values):
    """An RPM header of strings and numbers by their tags."""
    index, store = b"", b""
    for tag, value in sorted(values.items()):
        kind, content = (6, value.encode() + b"\0") if isinstance(value, str) else (4, struct.pack(">I", value))
        store += b"\0" * (-len(store) % 4)
        index += struct.pack(">IIII", tag, kind, len(store), 1)
        store += content
    return struct.pack(">IIII", 0x8eade801, 0, len(values), len(store)) + index + store


def craft_rpm(target, entries, size=None, **changes):
    """A binary package with any payload, whose headers fit it; `size` and `changes` are what they say otherwise."""
    payload = gzip.compress(b"".join([*entries, newc("TRAILER!!!", 0)]), mtime=0)
    values = {1000: "kernel-core", 1001: "6.1.0", 1002: "1", 1022: "x86_64", 1044: "kernel.src.rpm", 1124: "cpio", 5092:
              hashlib.sha256(payload).hexdigest(), 5093: 8, **{int(tag[1:]): value for tag, value in changes.items()}}
    main = header(values)
    signature = header({1000: len(main) + len(payload) if size is None else size})
    lead = struct.pack(">IBBHH66sHH16x", 0xedabeedb, 3, 0, 0, 1, b"kernel-core", 1, 5)
    pathlib.Path(target).write_bytes(lead + signature + b"\0" * (-(len(lead) + len(signature)) % 8) + main + payload)
    return target


def tar_header(name, kind=b"0", size=0, link=b"", mode=0o644):
    """A block of a tar; a size that octal digits cannot tell is written as GNU tar does."""
    number = b"%011o\0" % size if size < 8 ** 11 else b"\x80" + size.to_bytes(11, "big")
    block = bytearray(struct.pack("100s8s8s8s12s12s8sc100s8s32s32s8s8s155s12x", os.fsencode(name), b"%07o\0" % mode,
                                  b"0000000\0", b"0000000\0", number, b"00000000000\0", b" " * 8, kind, link, b"ustar\00000",
                                  b"", b"", b"", b"", b""))
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)


def tar_entry(name, content=b"", **options):
    return tar_header(name, size=len(content), **options) + content + b"\0" * (-len(content) % 512)
