/* graft-export-estimate.h: how large an export will be, and whether there is room for it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "session/graft-session.h"

G_BEGIN_DECLS

/**
 * GraftExportEstimate:
 * @folder: (nullable): where the new folder will be made
 * @compressions: (element-type utf8 utf8): as in #GraftExportOptions
 * @sizes: (element-type utf8 guint64*): path of a member to bytes of its new file, about
 * @total: of all, bytes
 * @free_bytes: in @folder; G_MAXUINT64: not known
 * @problem: (nullable): why the export would fail as it is
 *
 * The first two are asked, the others answered.
 */
typedef struct
{
  char *folder;
  GHashTable *compressions;
  GHashTable *sizes;
  guint64 total;
  guint64 free_bytes;
  GError *problem;
} GraftExportEstimate;

/* @compressions is copied. */
GraftExportEstimate *graft_export_estimate_new (const char *folder, GHashTable *compressions);
void graft_export_estimate_free (GraftExportEstimate *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftExportEstimate, graft_export_estimate_free)

/* As #GraftSetFunc; @data is the estimate. %FALSE only when cancelled. */
gboolean graft_export_estimate_make (GraftBootSet *set, gpointer data, GraftProgress *progress,
                                     GCancellable *cancellable, GError **error);

G_END_DECLS
