/* graft-ext4-create.h: a file system with nothing in it, of which a full one is written
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * mke2fs makes it, confined by the helper.
 */

#pragma once

#include "formats/ext4/graft-ext4-image.h"

G_BEGIN_DECLS

/**
 * GraftExt4Create:
 * @like: (nullable): whose features, sizes of blocks and inodes, UUID and label it gets; NULL:
 * those that mke2fs of CentOS 7 gives
 * @label: (nullable): another one
 * @block_size: bytes; 0: @like's, else 4096
 * @size: bytes; 0: as few as @root needs, and a little more
 * @time: seconds, of its making
 */
typedef struct
{
  GraftExt4Image *like;
  const char *label;
  guint32 block_size;
  guint64 size;
  gint64 time;
} GraftExt4Create;

/**
 * graft_ext4_new_empty:
 * @name: of the new image, for messages
 * @root: what is to be written into it
 * @scratch: a folder for temporary files
 *
 * The same tree and options give the same bytes.
 *
 * Returns: (transfer full): an image that has room for @root, to be written with it; its file has
 * no name any more. NULL with %GRAFT_ERROR_NO_ROOM when @size is too small.
 */
GraftImage *graft_ext4_new_empty (const char *name, GraftNode *root, const GraftExt4Create *options,
                                  const char *scratch, GCancellable *cancellable,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
