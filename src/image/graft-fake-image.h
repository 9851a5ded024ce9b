/* graft-fake-image.h: images made of text, for tests only
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Stands in for an initrd, a squashfs or a kernel wherever a test is about what is built on images
 * and not about a format. Nothing but tests links it.
 *
 * The text of an image is one entry a line; a line "--" starts the next part of an initrd; a line
 * "early" says that the part is early microcode:
 *
 *     d 0755 /etc                     a folder
 *     f 0644 /etc/hosts text\n        a file; the text may have C escapes, and may be left out
 *     h /etc/hosts2 /etc/hosts        another name of a file that was named above
 *     l /bin usr/bin                  a link
 *     c 0600 /dev/console 5 1         a character device
 *     p 0600 /run/pipe                a pipe
 *
 * Folders that have no line of their own are implicit. The entry of line N, from 1, has the
 * modification time 1000 + N.
 */

#pragma once

#include "image/graft-image-loader.h"
#include "image/graft-image.h"

G_BEGIN_DECLS

/* Registers "initrd", "squashfs" and "kernel": an image file is a line "#fake initrd" and so on,
 * then the text. One whose text starts with "broken" cannot be opened. */
void graft_fake_formats_register (void);

/* @format is "initrd", "squashfs" (the text has one part) or "kernel" (none). */
GraftImage *graft_fake_image_new (const char *format, const char *name, const char *text);

/* All that is below @root, as text: a line "TYPE MODE UID:GID PATH TARGET-OR-CONTENT" for each
 * entry, by path. For comparing trees. */
char *graft_fake_image_dump (GraftNode *root);

G_END_DECLS
