/* graft-ext4-private.h: what the files of this folder know about an open image
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "formats/ext4/graft-ext4-image.h"
#include "formats/ext4/graft-ext4-inode.h"
#include "image/graft-tree.h"

G_BEGIN_DECLS

struct _GraftExt4Image
{
  GraftImage parent_instance;

  char *label;
  GraftNode *root;

  GMutex lock; /* of all below */
  GraftExt4Volume volume;
  GHashTable *records; /* inode number → GraftExt4Record */
  guint64 n_names;     /* in all listings so far */
};

/**
 * GraftExt4Record:
 * @node: no-ref, a remembered listing holds it
 * @listed: (nullable): a directory's entries, once they were asked for
 * @parent: inode number of the directory that showed it first; 0 for the root
 * @index: in that directory's listing
 *
 * What is known about an inode that a listing has shown. A directory that shows up a second time
 * is refused, so a walk never sees more than the image has.
 */
typedef struct
{
  GraftNode *node;
  GraftDirectory *listed;
  guint32 parent;
  guint32 index;
} GraftExt4Record;

void graft_ext4_record_free (gpointer record);

/* graft-ext4-tree.c */
void graft_ext4_tree_iface_init (GraftTreeInterface *iface);
/* Makes the root node; what is below it stays unread. */
gboolean graft_ext4_tree_open (GraftExt4Image *self, GError **error);
/* "IMAGE:/path" of an inode that a listing has shown, escaped, for messages. */
char *graft_ext4_tree_dup_address (GraftExt4Image *self, guint32 number);

/* graft-ext4-state.c */
char *graft_ext4_state_dup_features (ext2_filsys fs);
/* Those of them that an edit keeps, for mke2fs -O. */
char *graft_ext4_state_dup_creatable (ext2_filsys fs);

/* graft-ext4-write.c */
GraftInput *graft_ext4_patch (GraftImage *image, GraftNode *const *roots, gsize unit,
                              const GraftImageOptions *options, GraftWritten *written,
                              GraftProgress *progress, GCancellable *cancellable, GError **error);
gboolean graft_ext4_check_room (GraftImage *image, GraftNode *const *roots, GraftRoom *ret_room,
                                GCancellable *cancellable, GError **error);
gboolean graft_ext4_write (GraftImage *image, GraftNode *const *roots,
                           const GraftImageOptions *options, GraftOutput *output,
                           GraftWritten *written, GraftProgress *progress,
                           GCancellable *cancellable, GError **error);

/* graft-ext4-verify.c */
gboolean graft_ext4_verify (GraftImage *image, GraftNode *const *roots, GraftImage *result,
                            GraftWritten *written, gboolean full, GraftProgress *progress,
                            GCancellable *cancellable, GError **error);

G_END_DECLS
