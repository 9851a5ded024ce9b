# manual-swap-nested.sh IMAGE INNER MODULES RELEASE WORK: a swap of the modules in an ext4 in a squashfs as it is done by hand,
# as root: unpack, mount, edit, depmod, pack anew as the image was packed. WORK/packed.squashfs is what comes of it.
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
set -euo pipefail
image=$1 inner=$2 modules=$3 release=$4 work=$5

read_super()
{
  unsquashfs -s "$image" | sed -n "s/^$1 //p"
}

compression=$(read_super Compression)
block_size=$(read_super 'Block size')
unsquashfs -no-progress -quiet -d "$work/unpacked" "$image" >/dev/null
mkdir "$work/mounted"
mount -o loop "$work/unpacked$inner" "$work/mounted"
trap 'umount "$work/mounted"' EXIT
rm -rf "$work"/mounted/usr/lib/modules/*
cp -a "$modules" "$work/mounted/usr/lib/modules/$release"
depmod -b "$work/mounted" "$release"
umount "$work/mounted"
trap - EXIT
mksquashfs "$work/unpacked" "$work/packed.squashfs" -comp "$compression" -b "$block_size" -noappend -no-progress -quiet >/dev/null
