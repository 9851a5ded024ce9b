/* graft-export-report.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "export/graft-export-report.h"

#include "steps/graft-recipe.h"

static void
graft_exported_free (gpointer data)
{
  GraftExported *self = data;

  g_free (self->path);
  g_free (self->copy_of);
  g_free (self->digest);
  g_free (self);
}

GraftExportReport *
graft_export_report_new (void)
{
  GraftExportReport *self = g_new0 (GraftExportReport, 1);

  self->images = g_ptr_array_new_with_free_func (graft_exported_free);
  return self;
}

void
graft_export_report_free (GraftExportReport *self)
{
  g_ptr_array_unref (self->images);
  g_free (self);
}

void
graft_export_report_add_carried (GraftExportReport *self, const GraftExportJob *job, char *digest)
{
  GraftExported *exported = g_new0 (GraftExported, 1);
  const char *member_path = graft_member_get_path (job->member);

  exported->path = g_strdup (job->path);
  exported->copy_of = g_str_equal (job->path, member_path) ? NULL : g_strdup (member_path);
  exported->size = exported->copied = job->size;
  exported->digest = digest;
  g_ptr_array_add (self->images, exported);
}

char *
graft_export_report_to_manifest (GraftExportReport *self, GPtrArray *jobs, GPtrArray *steps)
{
  g_autoptr (GPtrArray) entries
      = g_ptr_array_new_with_free_func ((GDestroyNotify)graft_manifest_entry_free);
  g_autoptr (JsonNode) recipe = NULL;

  g_return_val_if_fail (self->images->len == jobs->len, NULL);
  for (guint i = 0; i < jobs->len; i++)
    {
      const GraftExported *exported = g_ptr_array_index (self->images, i);
      const GraftExportJob *job = g_ptr_array_index (jobs, i);
      const char *role = graft_role_get_name (graft_member_get_role (job->member));

      g_ptr_array_add (entries, graft_manifest_entry_new (exported->path, role, exported->size,
                                                          exported->digest, job->origin));
    }
  /* Without the paths of this computer: what is exported is often served to others. */
  if (steps != NULL && steps->len > 0)
    recipe = graft_recipe_to_json (steps, GRAFT_RECIPE_NAMES_ONLY);
  return graft_manifest_format (entries, recipe);
}
