/* graft-squashfs-private.h: what the files of this folder know about an open image
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "formats/squashfs/graft-squashfs-blocks.h"
#include "formats/squashfs/graft-squashfs-file.h"
#include "formats/squashfs/graft-squashfs-inode.h"
#include "formats/squashfs/graft-squashfs-metadata.h"
#include "formats/squashfs/graft-squashfs-xattrs.h"
#include "formats/squashfs/graft-squashfs.h"
#include "image/graft-tree.h"

G_BEGIN_DECLS

/**
 * GraftSquashfsRecord:
 * @ref: where the inode is stored
 * @node: (nullable): no-ref, a remembered listing holds it; NULL while no listing has shown it
 * @listed: (nullable): a directory's entries, once they were asked for
 * @parent: inode number of the directory that showed it first; 0 for the root
 * @index: in that directory's listing
 *
 * What is known about one inode number. That each has one record is what keeps a hostile image
 * from being larger than it is: a directory that shows up a second time is refused.
 */
typedef struct
{
  guint64 ref;
  GraftNode *node;
  GraftDirectory *listed;
  guint32 parent;
  guint32 index;
} GraftSquashfsRecord;

struct _GraftSquashfs
{
  GraftImage parent_instance;

  sqfs_super_t super;
  sqfs_compressor_config_t config; /* of an encoder like the image's */
  GBytes *stored_options;
  GraftSquashfsMetadata *metadata;
  GraftSquashfsBlocks *blocks;
  GraftSquashfsXattrs *xattrs;
  sqfs_id_table_t *ids;         /* only looked at once the image is open */
  sqfs_frag_table_t *fragments; /* the same */
  GraftNode *root;

  GMutex lock;                  /* of all below */
  GraftSquashfsRecord *records; /* by inode number, super.inode_count + 1 of them */
  guint n_records;
  guint64 n_names; /* in all listings so far */
};

/* graft-squashfs-tree.c */
void graft_squashfs_tree_iface_init (GraftTreeInterface *iface);
/* Makes the root node; what is below it stays unread. */
gboolean graft_squashfs_tree_open (GraftSquashfs *self, GError **error);
/* The inode behind a node of this image. */
gboolean graft_squashfs_tree_read_inode (GraftSquashfs *self, GraftNode *node,
                                         GraftSquashfsInode *ret_inode, GError **error);
/* "IMAGE:/path" of an inode that a listing has shown, escaped, for messages. */
char *graft_squashfs_tree_dup_address (GraftSquashfs *self, guint32 number);
/* (transfer none) (nullable): the node of an inode that a listing has shown. */
GraftNode *graft_squashfs_tree_get_node (GraftSquashfs *self, guint32 number);
/* Where the inode of a node's file is stored. */
guint64 graft_squashfs_tree_get_ref (GraftSquashfs *self, guint32 number);

/* graft-squashfs-write.c */
gboolean graft_squashfs_write (GraftImage *image, GraftNode *const *roots,
                               const GraftImageOptions *options, GraftOutput *output,
                               GraftWritten *written, GraftProgress *progress,
                               GCancellable *cancellable, GError **error);

/* graft-squashfs-verify.c */
gboolean graft_squashfs_verify (GraftImage *image, GraftNode *const *roots, GraftImage *result,
                                GraftWritten *written, gboolean full, GraftProgress *progress,
                                GCancellable *cancellable, GError **error);

G_END_DECLS
