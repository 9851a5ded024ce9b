# manual-swap.sh IMAGE MODULES RELEASE WORK: a swap of the modules in a squashfs as it is done by hand: unpack, edit, depmod,
# pack anew as the image was packed. WORK/packed.squashfs is what comes of it.
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
set -euo pipefail
image=$1 modules=$2 release=$3 work=$4

read_super()
{
  unsquashfs -s "$image" | sed -n "s/^$1 //p"
}

compression=$(read_super Compression)
block_size=$(read_super 'Block size')
unsquashfs -no-progress -quiet -d "$work/unpacked" "$image" >/dev/null
rm -rf "$work"/unpacked/usr/lib/modules/*
cp -a "$modules" "$work/unpacked/usr/lib/modules/$release"
depmod -b "$work/unpacked" "$release"
mksquashfs "$work/unpacked" "$work/packed.squashfs" -comp "$compression" -b "$block_size" -noappend -no-progress -quiet >/dev/null
