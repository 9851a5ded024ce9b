/* graft-drop.h: what somebody dropped on the window
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  GRAFT_DROP_FILES,  /* to be put into a folder of an image */
  GRAFT_DROP_KERNEL, /* a package, an archive or a folder with a kernel, modules or packages: a swap
                      */
  GRAFT_DROP_VMLINUZ, /* a kernel file alone: a swap of it, or the set's kernel */
  GRAFT_DROP_SET,     /* a set or an image of one: another window */
} GraftDropKind;

/* By content, as far as that is told by little: the first bytes of a file, the names in a folder or
 * archive. Reads: for a worker. What cannot be read is FILES: whoever takes it in says why. */
GraftDropKind graft_drop_classify (const char *path);

G_END_DECLS
