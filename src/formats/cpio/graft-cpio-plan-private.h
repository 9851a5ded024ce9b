/* graft-cpio-plan-private.h: the plan, as seen by the file that settles links
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "formats/cpio/graft-cpio-archive-private.h"
#include "formats/cpio/graft-cpio-plan.h"

G_BEGIN_DECLS

struct _GraftCpioPlan
{
  GraftCpioArchive *archive;
  guint8 *fates;         /* of GraftCpioFate, by place */
  guint32 *replacements; /* items, by place */
  GHashTable *dropped;   /* of records without a place that go with what stood in their way */
  GArray *items;         /* of GraftCpioItem */
  guint32 first_new;
  GArray *files; /* of GraftCpioFile */
  gboolean changed;
  GraftCpioHasFolderFunc has_folder;
  gpointer has_folder_data;
};

GArray *graft_cpio_plan_new_items (void);
void graft_cpio_plan_add_item (GraftCpioPlan *self, const char *path, GraftNode *node,
                               guint32 place);

/* After the trees were compared: files with several names that are touched are written anew under
 * all their names; items get their order and their files. */
void graft_cpio_plan_settle_links (GraftCpioPlan *self);

/* The record at @place says nothing new, but is written anew all the same. */
void graft_cpio_plan_replace_kept (GraftCpioPlan *self, guint32 place);

G_END_DECLS
