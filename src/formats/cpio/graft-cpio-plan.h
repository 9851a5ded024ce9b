/* graft-cpio-plan.h: what becomes of each record of an archive, and what is new
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The new tree is held against the archive's own. Where the new tree still has the archive's own
 * node, the record stays as it is, byte for byte, with all that it shadows; whole folders are
 * passed over that way. A file with several names is one thing: when one of its names goes, comes
 * or changes, all are written anew.
 */

#pragma once

#include "formats/cpio/graft-cpio-archive.h"

G_BEGIN_DECLS

typedef enum
{
  GRAFT_CPIO_DROP,
  GRAFT_CPIO_KEEP,
  GRAFT_CPIO_REPLACE,
} GraftCpioFate;

/**
 * GraftCpioItem:
 * @path: without "/" in front; "" is the root
 * @node: what is to be written
 * @place: whose record it replaces; GRAFT_CPIO_NONE for a new one
 * @file: which file it is a name of, in the plan's files
 *
 * A record that is to be written.
 */
typedef struct
{
  char *path;
  GraftNode *node;
  guint32 place;
  guint32 file;
} GraftCpioItem;

/**
 * GraftCpioFile:
 * @n_names: items of this file
 * @last: the last of them in the order of writing: it gets the data
 * @ino: the numbers that they share
 * @dev_major: as @ino
 * @dev_minor: as @ino
 */
typedef struct
{
  guint32 n_names;
  guint32 last;
  guint32 ino;
  guint32 dev_major;
  guint32 dev_minor;
} GraftCpioFile;

typedef struct _GraftCpioPlan GraftCpioPlan;

/**
 * GraftCpioHasFolderFunc:
 * @path: of a folder that the new tree only implies, and below which there is something new
 *
 * Returns: whether the kernel has that folder by then (from an archive before): else the plan
 * records it.
 */
typedef gboolean (*GraftCpioHasFolderFunc) (const char *path, gpointer data);

/* @archive with the tree @root. */
GraftCpioPlan *graft_cpio_plan_new (GraftCpioArchive *archive, GraftNode *root,
                                    GraftCpioHasFolderFunc has_folder, gpointer data,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
void graft_cpio_plan_free (GraftCpioPlan *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftCpioPlan, graft_cpio_plan_free)

/* Whether writing it would give other bytes than the archive's. */
gboolean graft_cpio_plan_has_changes (GraftCpioPlan *self);

/* Of a record that is the winner of its place, or shadowed there. */
GraftCpioFate graft_cpio_plan_get_fate (GraftCpioPlan *self, const GraftCpioRecord *record);
/* What replaces the record at @place. */
guint32 graft_cpio_plan_get_replacement (GraftCpioPlan *self, guint32 place);

/* Replacements in the archive's order, then new records, parents first, by name. */
guint32 graft_cpio_plan_get_n_items (GraftCpioPlan *self);
const GraftCpioItem *graft_cpio_plan_get_item (GraftCpioPlan *self, guint32 item);
/* The name that it is recorded under: that of the record that it replaces, unless a link leads that
 * one elsewhere; else its path. */
const char *graft_cpio_plan_get_item_name (GraftCpioPlan *self, const GraftCpioItem *item);
/* The first of the new ones. */
guint32 graft_cpio_plan_get_first_new (GraftCpioPlan *self);
const GraftCpioFile *graft_cpio_plan_get_file (GraftCpioPlan *self, guint32 file);

G_END_DECLS
