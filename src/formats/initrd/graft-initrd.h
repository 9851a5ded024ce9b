/* graft-initrd.h: an initrd: any number of archives, each compressed in its own way
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Segments are archives, the zeros between them, and what cannot be read; each archive is a part
 * with a tree. The kernel unpacks one after the other into one file system: that is the merged
 * view. It may be used from several threads.
 */

#pragma once

#include "image/graft-image-loader.h"

G_BEGIN_DECLS

#define GRAFT_TYPE_INITRD (graft_initrd_get_type ())
G_DECLARE_FINAL_TYPE (GraftInitrd, graft_initrd, GRAFT, INITRD, GraftImage)

/* For graft_image_loader_register(). */
const GraftImageFormat *graft_initrd_get_format (void);

/* One of an archive with nothing in it, in memory, to be written with another root. */
GraftImage *graft_initrd_new_empty (const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The number of the segment (from 1) that has @part. */
guint graft_initrd_get_segment_number (GraftInitrd *self, guint part);
/* The part of segment @number, -1 when it has none. */
int graft_initrd_get_part (GraftInitrd *self, guint number);

/* The part that new paths go to: the last that is not early microcode. */
guint graft_initrd_get_main_part (GraftInitrd *self);

/**
 * graft_initrd_locate:
 * @roots: one for each part, as for graft_image_merge()
 * @path: in the merged view ("/lib/modules/x"); links are followed but for the last component
 * @ret_part: the part whose entry the kernel would have there
 * @ret_path: (optional): the path that the entry has in that part, which differs where the kernel
 *   goes through a link of another part
 *
 * Returns: %FALSE, without an error, when there is nothing; with @error when @roots cannot be read.
 */
gboolean graft_initrd_locate (GraftInitrd *self, GraftNode *const *roots, const char *path,
                              guint *ret_part, char **ret_path, GError **error);

/**
 * GraftInitrdHidden:
 * @segment: its number
 * @path: as it is recorded; any bytes but NUL
 * @node: (nullable): type, attributes and content; NULL when it is of no type that there is
 * @shadowed: another entry of the same path is what the kernel ends up with
 * @problem: (nullable): why the kernel does not get it, or has trouble with it
 *
 * An entry that the merged view does not show, or shows although there is a problem with it.
 */
typedef struct
{
  guint segment;
  char *path;
  GraftNode *node;
  gboolean shadowed;
  char *problem;
} GraftInitrdHidden;

/* (element-type GraftInitrdHidden): all of them, in the order in which they are recorded. */
GPtrArray *graft_initrd_list_hidden (GraftInitrd *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
