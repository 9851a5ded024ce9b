/* graft-modules-reading.h: the rows of the modules page, read by a worker
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "session/graft-session.h"

G_BEGIN_DECLS

/**
 * GraftModulesReading:
 * @layers: (element-type GraftLayer): those with a tree, as they are now
 * @kernel: (nullable): path of a kernel to compare with
 * @items: (element-type GraftModuleItem): the rows, by layer and name
 * @release: (nullable): of the compared kernel's modules
 */
typedef struct
{
  GPtrArray *layers;
  char *kernel;
  GPtrArray *items;
  char *release;
} GraftModulesReading;

/* Of the layers that @session has now. */
GraftModulesReading *graft_modules_reading_new (GraftSession *session, const char *kernel);
void graft_modules_reading_free (GraftModulesReading *self);

/* Fills @items with all modules. In a worker. */
gboolean graft_modules_reading_list (GraftModulesReading *self, GCancellable *cancellable,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Fills @items with what becomes of the modules with the other kernel, which is taken into the
 * store of @set. In a worker that has the set for itself. */
gboolean graft_modules_reading_compare (GraftModulesReading *self, GraftBootSet *set,
                                        GraftProgress *progress, GCancellable *cancellable,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
