/* graft-export-estimate.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "dialogs/graft-export-estimate.h"

#include "export/graft-export-plan.h"

GraftExportEstimate *
graft_export_estimate_new (const char *folder, GHashTable *compressions)
{
  GraftExportEstimate *self = g_new0 (GraftExportEstimate, 1);
  gpointer path, name;
  GHashTableIter iter;

  self->folder = g_strdup (folder);
  self->free_bytes = G_MAXUINT64;
  self->sizes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->compressions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_hash_table_iter_init (&iter, compressions);
  while (g_hash_table_iter_next (&iter, &path, &name))
    g_hash_table_insert (self->compressions, g_strdup (path), g_strdup (name));
  return self;
}

void
graft_export_estimate_free (GraftExportEstimate *self)
{
  g_hash_table_unref (self->compressions);
  g_hash_table_unref (self->sizes);
  g_clear_error (&self->problem);
  g_free (self->folder);
  g_free (self);
}

static void
find_free_space (GraftExportEstimate *self, GCancellable *cancellable)
{
  g_autoptr (GFile) file = self->folder != NULL ? g_file_new_for_path (self->folder) : NULL;
  g_autoptr (GFileInfo) info = file != NULL ? g_file_query_filesystem_info (
                                   file, G_FILE_ATTRIBUTE_FILESYSTEM_FREE, cancellable, NULL)
                                            : NULL;

  if (info != NULL && g_file_info_has_attribute (info, G_FILE_ATTRIBUTE_FILESYSTEM_FREE))
    self->free_bytes = g_file_info_get_attribute_uint64 (info, G_FILE_ATTRIBUTE_FILESYSTEM_FREE);
}

gboolean
graft_export_estimate_make (GraftBootSet *set, gpointer data, GraftProgress *progress,
                            GCancellable *cancellable, GError **error)
{
  GraftExportEstimate *self = data;
  const GraftExportOptions options = { .compressions = self->compressions };
  g_autoptr (GPtrArray) jobs
      = graft_export_plan_new (set, NULL, &options, cancellable, &self->problem);

  find_free_space (self, cancellable);
  for (guint i = 0; jobs != NULL && i < jobs->len; i++)
    {
      const GraftExportJob *job = g_ptr_array_index (jobs, i);

      g_hash_table_insert (self->sizes, g_strdup (graft_member_get_path (job->member)),
                           g_memdup2 (&job->size, sizeof job->size));
      self->total += job->size;
    }
  /* Leaves the problem when there is too little room. */
  if (jobs != NULL)
    (void)!graft_export_plan_check_space (jobs, self->free_bytes, self->folder, &self->problem);
  return !g_cancellable_set_error_if_cancelled (cancellable, error);
}
