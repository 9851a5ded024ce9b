/* graft-ext4-edit.h: single changes to a file system that is open for writing
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * All of it happens in the copy that GraftExt4Io keeps. Each says in its error what it did to which
 * inode; the caller adds the path.
 */

#pragma once

#include "formats/ext4/graft-ext4-io.h"
#include "image/graft-node.h"

G_BEGIN_DECLS

/**
 * GraftExt4Edit:
 * @io: what @fs writes to
 * @fs: open for writing, with its bitmaps
 *
 * A file system that is being edited.
 */
typedef struct
{
  GraftExt4Io *io;
  ext2_filsys fs;
} GraftExt4Edit;

/* Names go from the folder @inode: those in @names (a set). All at once: a large folder is read
 * one time only. Its index stays as it is. */
gboolean graft_ext4_edit_unlink (GraftExt4Edit *self, guint32 inode, GHashTable *names,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A name comes into the folder @folder; counts of links are not touched. */
gboolean graft_ext4_edit_link (GraftExt4Edit *self, guint32 folder, const char *name, guint32 inode,
                               GraftNodeType type, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Gives back the inode, its blocks and its extended attributes. */
gboolean graft_ext4_edit_free (GraftExt4Edit *self, guint32 inode,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A new inode of the node's type, near @folder: a folder has "." and "..", a link its target, a
 * device its number, a file no content yet. */
gboolean graft_ext4_edit_create (GraftExt4Edit *self, guint32 folder, GraftNode *node,
                                 guint32 *ret_inode, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The content of a new file; blocks of zeros become holes. */
gboolean graft_ext4_edit_fill (GraftExt4Edit *self, guint32 inode, GraftInput *input,
                               GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Mode, owner, time; @nlink 0: the count of links stays. */
gboolean graft_ext4_edit_set_attributes (GraftExt4Edit *self, guint32 inode,
                                         const GraftAttributes *attributes, guint nlink,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* All extended attributes; those that are not in @xattrs (of GraftXattr) go. */
gboolean graft_ext4_edit_set_xattrs (GraftExt4Edit *self, guint32 inode, GPtrArray *xattrs,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Tells @io which of its units hold nothing that is in use, so that none of them is read when it is
 * used. Before anything is changed. */
void graft_ext4_edit_find_free (GraftExt4Edit *self);
/* Each unit in which nothing is in use any more becomes zero: what was deleted does not live on. */
void graft_ext4_edit_trim (GraftExt4Edit *self);

G_END_DECLS
