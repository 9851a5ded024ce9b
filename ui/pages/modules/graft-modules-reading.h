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

/* Fills @items with all modules. For graft_session_look(); @data: the reading. */
gboolean graft_modules_reading_list (gpointer data, GraftProgress *progress,
                                     GCancellable *cancellable, GError **error);
/* Fills @items with what becomes of the modules with the other kernel. For graft_session_run(). */
gboolean graft_modules_reading_compare (GraftBootSet *set, gpointer data, GraftProgress *progress,
                                        GCancellable *cancellable, GError **error);

G_END_DECLS
