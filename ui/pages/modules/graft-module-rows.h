/* graft-module-rows.h: all modules of a set as rows, alone or held against a new kernel's
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Made in the main thread, filled by one worker, then read by the main thread.
 */

#pragma once

#include "pages/modules/graft-module-item.h"
#include "pages/modules/graft-new-modules.h"
#include "session/graft-session.h"

G_BEGIN_DECLS

/**
 * GraftModuleRows:
 * @layers: (element-type GraftLayer): those that have a tree
 * @against: (nullable): what they are compared with
 * @items: (element-type GraftModuleItem): by name
 * @problems: (element-type utf8): sentences on layers whose modules cannot be read
 */
typedef struct
{
  GPtrArray *layers;
  GraftNewModules *against;
  GPtrArray *items;
  GPtrArray *problems;
} GraftModuleRows;

/* Of the layers that @session has now. */
GraftModuleRows *graft_module_rows_new (GraftSession *session, GraftNewModules *against);
void graft_module_rows_free (GraftModuleRows *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftModuleRows, graft_module_rows_free)

/* Whether they are of the layers that @session has now. */
gboolean graft_module_rows_is_current (GraftModuleRows *self, GraftSession *session);

/* A GraftJobFunc: fills @data, a GraftModuleRows, without what it is compared with. */
gboolean graft_module_rows_gather (gpointer data, GraftProgress *progress,
                                   GCancellable *cancellable, GError **error);
/* A GraftSetFunc: fills @data, a GraftModuleRows, with the differences from @against. The new
 * kernel is taken into the store of @set. */
gboolean graft_module_rows_compare (GraftBootSet *set, gpointer data, GraftProgress *progress,
                                    GCancellable *cancellable, GError **error);

G_END_DECLS
