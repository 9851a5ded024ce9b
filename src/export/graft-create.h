/* graft-create.h: a new image of a tree, complete or not at all
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "image/graft-image.h"

G_BEGIN_DECLS

typedef enum
{
  GRAFT_CREATE_EXT4,
  GRAFT_CREATE_SQUASHFS,
  GRAFT_CREATE_NEWC, /* an archive as initrds are made of */
} GraftCreateKind;

/* "ext4", "squashfs", "newc". */
const char *graft_create_kind_get_name (GraftCreateKind self);
/* %FALSE when there is none of the name. */
gboolean graft_create_kind_from_name (const char *name, GraftCreateKind *ret_kind);

/**
 * GraftCreateOptions:
 * @kind: what is made
 * @like: (nullable): ext4: an image whose features, sizes of blocks and inodes, UUID and label the
 *   new one gets, where it is an ext4; else those of CentOS 7
 * @label: (nullable): ext4: another one
 * @size: ext4: bytes; 0: as few as the tree needs, and a little more
 * @block_size: ext4, squashfs: bytes; 0: @like's, else 4096 and 131072
 * @compression: (nullable): squashfs, newc: NULL: xz for a squashfs, none for an archive
 * @effort: squashfs, newc
 * @n_threads: 0: as many as there are processors
 * @own: all belongs to 0:0; else to whom it belongs in the tree
 * @time: seconds, of its making; -1: the tree's newest
 */
typedef struct
{
  GraftCreateKind kind;
  GraftImage *like;
  const char *label;
  guint64 size;
  guint32 block_size;
  const char *compression;
  GraftEffort effort;
  guint n_threads;
  gboolean own;
  gint64 time;
} GraftCreateOptions;

/**
 * GraftCreated:
 * @size: bytes
 * @n_entries: files, folders and all else in it, names counted
 * @n_xattrs: of those, that had extended attributes which this kind of image has no room for
 * @n_unread: 0 from graft_create(): entries whose attributes its caller knows not to have been
 *   read in the first place (graft_host_folder_count_xattrs())
 * @digest: SHA-256 of the whole file, hex
 */
typedef struct
{
  guint64 size;
  guint64 n_entries;
  guint64 n_xattrs;
  guint64 n_unread;
  char *digest;
} GraftCreated;

void graft_created_free (GraftCreated *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftCreated, graft_created_free)

/* What was left out, in a sentence for the user; NULL: nothing was. */
char *graft_created_dup_note (const GraftCreated *self);

/* Writes @tree to the new file @out (which must not exist: %GRAFT_ERROR_INVALID): under a temporary
 * name beside it, read back and compared with @tree to the last byte, brought to disk, renamed
 * once. After a failure or a cancel nothing of it remains. The same tree and options give the same
 * bytes.
 */
GraftCreated *graft_create (GraftNode *tree, const char *out, const GraftCreateOptions *options,
                            GraftProgress *progress, GCancellable *cancellable,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * GraftCreateSize:
 * @n_entries: as GraftCreated
 * @content: of its files, bytes; that of one with several names counts once
 * @size: of the image, bytes; 0: only known when it is packed
 */
typedef struct
{
  guint64 n_entries;
  guint64 content;
  guint64 size;
} GraftCreateSize;

/* What graft_create() would make of the same @tree and @options. For an ext4 it makes one without
 * content, of which nothing remains. */
gboolean graft_create_measure (GraftNode *tree, const GraftCreateOptions *options,
                               GraftCreateSize *ret_size, GCancellable *cancellable,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
