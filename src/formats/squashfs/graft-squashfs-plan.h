/* graft-squashfs-plan.h: what a new image will hold: its inodes, numbered, and their contents
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Made by one walk over the new tree. Inode numbers are dense from 1 (the export table wants it),
 * all entries of a folder next to each other; the root is 1.
 */

#pragma once

#include "formats/squashfs/graft-squashfs-patch.h"

G_BEGIN_DECLS

/**
 * GraftSquashfsContent:
 * @carried: it has the stored blocks of the source, moved
 * @patch: (nullable): it has some of the blocks of a file of the source, moved; the rest is new
 * @owner: the inode that showed it first
 * @size: bytes
 * @start: where its blocks are stored; while carried ones are not copied yet, in the source
 * @sparse: bytes of it that are zero and not stored
 * @fragment: GRAFT_SQUASHFS_NONE for none; while not copied yet, in the source
 * @fragment_offset: where in it its end begins
 * @first_block: index in the plan's blocks
 * @n_blocks: how many
 * @first_digest: index in the plan's digests, one for each block and one for the end in a
 *   fragment; new content only, and of a patched one those that are new
 */
typedef struct
{
  gboolean carried;
  GraftSquashfsPatch *patch;
  guint32 owner;
  guint64 size;
  guint64 start;
  guint64 sparse;
  guint32 fragment;
  guint32 fragment_offset;
  guint first_block;
  guint n_blocks;
  guint first_digest;
} GraftSquashfsContent;

/**
 * GraftSquashfsPlanned:
 * @node: what is to be written
 * @nlink: names in the new tree; a directory's: two, and one for each directory in it
 * @parent: the directory in which it was met first
 * @first_entry: a directory's entries, in the plan's entries
 * @n_entries: how many
 * @content: a file's, in the plan's contents
 * @xattr: index of its set in the new xattr table
 * @ref: where it was written; GRAFT_SQUASHFS_NO_TABLE until then
 */
typedef struct
{
  GraftNode *node;
  guint32 nlink;
  guint32 parent;
  guint first_entry;
  guint n_entries;
  guint content;
  guint32 xattr;
  guint64 ref;
} GraftSquashfsPlanned;

typedef struct
{
  GArray *inodes;    /* of GraftSquashfsPlanned; number 1 is the first */
  GArray *entries;   /* of guint32: inode numbers, in the order of each directory's listing */
  GArray *contents;  /* of GraftSquashfsContent, in the order of the tree */
  GArray *blocks;    /* of guint32: stored sizes */
  GArray *digests;   /* of guint64 */
  guint n_new;       /* contents of which something is to be encoded */
  guint64 new_bytes; /* in them */
  guint n_carried;   /* ranges carried for whole contents: the first, in the order of the source */

  /* What was written, for proving it. */
  sqfs_super_t super;    /* tables lie from its first table to bytes_used, where padding begins */
  GBytes *options;       /* the options block */
  guint64 tables_digest; /* of the tables' stored bytes */
} GraftSquashfsPlan;

/* @recode: no content is carried over. Errors name the path. */
GraftSquashfsPlan *graft_squashfs_plan_new (GraftSquashfs *source, GraftNode *root, gboolean recode,
                                            GCancellable *cancellable,
                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
void graft_squashfs_plan_free (GraftSquashfsPlan *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftSquashfsPlan, graft_squashfs_plan_free)

GraftSquashfsPlanned *graft_squashfs_plan_get (GraftSquashfsPlan *self, guint32 number);

/* Whether the content of @node is stored in @source as it is to be; then @ret_origin has it. */
gboolean graft_squashfs_plan_is_carried (GraftSquashfs *source, GraftNode *node,
                                         GraftNode **ret_origin);

G_END_DECLS
