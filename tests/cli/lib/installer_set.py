# SPDX-License-Identifier: GPL-3.0-or-later
"""The small set as an installer's tree has it, and as a Cobbler server serves that."""

import hashlib
import json
import shutil

from small_set import INITRD, KERNEL, ROOT

PXE_KERNEL, PXE_INITRD = "images/pxeboot/vmlinuz", "images/pxeboot/initrd.img"
ISO_KERNEL, ISO_INITRD = "isolinux/vmlinuz", "isolinux/initrd.img"
SQUASHFS, TREE_INFO = "LiveOS/squashfs.img", ".treeinfo"
FILES = [PXE_KERNEL, ISO_KERNEL, PXE_INITRD, ISO_INITRD, SQUASHFS, TREE_INFO]
NAME = "CentOS-7-x86_64"


def digest(path, kind="sha256"):
    return hashlib.new(kind, path.read_bytes()).hexdigest()


def tree_info(tree):
    """With a checksum of another kind, one of what is not there, and line ends and blanks of several hands."""
    return (f"[checksums]\n"
            f"{SQUASHFS} = sha256:{digest(tree / SQUASHFS)}\n"
            f"images/boot.iso = sha256:{'0' * 64}\n"
            f"{PXE_KERNEL} =   sha256:{digest(tree / PXE_KERNEL)} \r\n"
            f"{PXE_INITRD}=md5:{digest(tree / PXE_INITRD, 'md5')}\n"
            f"\n[general]\nfamily = CentOS\nname = CentOS-7\n\n"
            f"[images-x86_64]\nkernel = {PXE_KERNEL}\ninitrd = {PXE_INITRD}\n\n[stage2]\nmainimage = {SQUASHFS}\n\n")


def make_tree(tree, flat):
    """The small set as the tree of an installer."""
    for path, source in [(PXE_KERNEL, KERNEL), (ISO_KERNEL, KERNEL), (PXE_INITRD, INITRD), (ISO_INITRD, INITRD),
                         (SQUASHFS, ROOT)]:
        (tree / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(flat / source, tree / path)
    (tree / TREE_INFO).write_bytes(tree_info(tree).encode())
    (tree / "Packages").mkdir()
    (tree / "Packages/kernel-3.10.0.rpm").write_text("a package")
    return tree


def make_server(server, flat):
    """What a Cobbler server has of a distro: mirror, record, TFTP copies."""
    tree = make_tree(server / "var/www/cobbler/ks_mirror" / NAME, flat)
    record = server / "var/lib/cobbler/config/distros.d" / f"{NAME}.json"
    record.parent.mkdir(parents=True)
    mirror = f"/var/www/cobbler/ks_mirror/{NAME}"
    record.write_text(json.dumps({
        "name": NAME, "breed": "redhat", "arch": "x86_64", "kernel": f"{mirror}/{PXE_KERNEL}",
        "initrd": f"{mirror}/{PXE_INITRD}", "ks_meta": {"tree": f"http://@@http_server@@/cblr/links/{NAME}"}}))
    served = server / "var/lib/tftpboot/images" / NAME
    served.mkdir(parents=True)
    for path in (PXE_KERNEL, PXE_INITRD):
        shutil.copy(tree / path, served)
    return tree, record, served
