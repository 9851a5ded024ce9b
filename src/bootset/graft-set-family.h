/* graft-set-family.h: which of several sets in one folder a file belongs to
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Of @candidates (element-type GraftCandidate) only what goes with the one that was asked for, if
 * one was: no other image of its kind, and, where the names tell the release as in /boot
 * (vmlinuz-6.1, initrd.img-6.1, initramfs-6.1.img), none of another release; but whatever boot
 * entries start together with it. */
void graft_set_family_reduce (GPtrArray *candidates);

G_END_DECLS
