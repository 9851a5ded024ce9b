/* graft-ext4-plan.h: what is to be done to a file system for it to have another tree
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Made by one walk over the edited part of the new tree, beside the source's. A folder keeps its
 * inode where it stands; moved elsewhere it is a new one. A file keeps its inode wherever it goes,
 * as long as its content is the source's and no other name needs it as it was.
 */

#pragma once

#include "formats/ext4/graft-ext4-private.h"

G_BEGIN_DECLS

/**
 * GraftExt4Planned:
 * @node: what it is to be
 * @inode: its number; 0 while it has none
 * @kept: whether the source has it, under this number
 * @touched: attributes or extended attributes are other than the source's
 * @n_added: names that it gets
 * @parent: (nullable): a folder's, borrowed
 * @changes: (nullable) (element-type GraftExt4Change): a folder's names that go or come
 * @n_folders: folders that come into a folder, less those that go
 */
typedef struct _GraftExt4Planned GraftExt4Planned;
struct _GraftExt4Planned
{
  GraftNode *node;
  guint32 inode;
  gboolean kept;
  gboolean touched;
  guint n_added;
  GraftExt4Planned *parent;
  GArray *changes;
  int n_folders;
};

/**
 * GraftExt4Change:
 * @name: in the folder; owned
 * @old: (nullable): what has the name in the source; owned
 * @planned: (nullable): what is to have it; borrowed
 */
typedef struct
{
  char *name;
  GraftNode *old;
  GraftExt4Planned *planned;
} GraftExt4Change;

/* What becomes of a file of the source of which names go or come. */
typedef struct
{
  guint32 nlink; /* by the source */
  guint n_removed;
  GraftExt4Planned *planned; /* (nullable): by which it stays as it is */
  gboolean taken;            /* an edited node has its inode */
} GraftExt4Fate;

typedef struct
{
  GraftExt4Image *source;
  GPtrArray *all;       /* of GraftExt4Planned, owned; folders before what is in them */
  GHashTable *files;    /* node (by file) → GraftExt4Planned, borrowed */
  GHashTable *fates;    /* inode number → GraftExt4Fate */
  GArray *gone_folders; /* of guint32 */
} GraftExt4Plan;

GraftExt4Plan *graft_ext4_plan_new (GraftExt4Image *source, GraftNode *root,
                                    GCancellable *cancellable,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
void graft_ext4_plan_free (GraftExt4Plan *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftExt4Plan, graft_ext4_plan_free)

/* Links that the file has in the end; 0: it goes. */
guint graft_ext4_fate_count_links (const GraftExt4Fate *self);

/* What the plan needs and what there is; @fs has its bitmaps. Reads inodes that go. */
gboolean graft_ext4_plan_measure (GraftExt4Plan *self, ext2_filsys fs, GraftExt4Need *ret_need,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
