/* graft-layer-modules.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "modules/graft-layer-modules.h"

#include "modules/graft-modinfo.h"

void
graft_layer_modules_free (GraftLayerModules *self)
{
  g_clear_pointer (&self->folder, graft_module_folder_unref);
  g_clear_pointer (&self->releases, g_ptr_array_unref);
  g_free (self);
}

/* One release for all, when a sample agrees on it. */
static gboolean
sample_releases (GraftLayerModules *self, guint count, gboolean *ret_agreed,
                 GCancellable *cancellable, GError **error)
{
  g_auto (GStrv) releases = NULL;

  if (!graft_module_folder_read_releases (self->folder, FALSE, &releases, cancellable, error))
    return FALSE;
  *ret_agreed = g_strv_length (releases) == 1;
  for (guint i = 0; *ret_agreed && i < count; i++)
    g_ptr_array_add (self->releases, g_strdup (releases[0]));
  return TRUE;
}

static gboolean
read_releases (GraftLayerModules *self, GPtrArray *modules, gboolean all, GCancellable *cancellable,
               GError **error)
{
  gboolean agreed = FALSE;

  if (!all && !sample_releases (self, modules->len, &agreed, cancellable, error))
    return FALSE;
  for (guint i = 0; !agreed && i < modules->len; i++)
    {
      const GraftModule *module = g_ptr_array_index (modules, i);
      g_autoptr (GraftModinfo) modinfo
          = graft_modinfo_read (module->node, module->path, cancellable, error);

      if (modinfo == NULL)
        return FALSE;
      g_ptr_array_add (self->releases, g_strdup (graft_modinfo_get_release (modinfo)));
    }
  return TRUE;
}

static GraftLayerModules *
gather_folder (GraftModuleFolder *folder, gboolean all, GCancellable *cancellable, GError **error)
{
  g_autoptr (GraftLayerModules) self = g_new0 (GraftLayerModules, 1);
  g_autoptr (GPtrArray) modules = NULL;

  self->folder = graft_module_folder_ref (folder);
  self->releases = g_ptr_array_new_with_free_func (g_free);
  modules = graft_module_folder_list (folder, error);
  if (modules == NULL || !read_releases (self, modules, all, cancellable, error))
    return NULL;
  return g_steal_pointer (&self);
}

GPtrArray *
graft_layer_modules_gather (GraftNode *root, gboolean all, GCancellable *cancellable,
                            GError **error)
{
  g_autoptr (GPtrArray) gathered
      = g_ptr_array_new_with_free_func ((GDestroyNotify)graft_layer_modules_free);
  g_autoptr (GPtrArray) folders = graft_module_folders_find (root, error);

  if (folders == NULL)
    return NULL;
  for (guint i = 0; i < folders->len; i++)
    {
      GraftLayerModules *modules
          = gather_folder (g_ptr_array_index (folders, i), all, cancellable, error);

      if (modules == NULL)
        return NULL;
      g_ptr_array_add (gathered, modules);
    }
  return g_steal_pointer (&gathered);
}

GraftFolderComparison *
graft_folder_comparison_new (GraftModuleFolder *old_folder, GraftModuleFolder *new_folder,
                             gboolean with_new, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) differences
      = graft_module_diff (old_folder, new_folder, with_new, cancellable, error);
  GraftFolderComparison *self;

  if (differences == NULL)
    return NULL;
  self = g_new0 (GraftFolderComparison, 1);
  self->old_folder = graft_module_folder_ref (old_folder);
  self->new_folder = graft_module_folder_ref (new_folder);
  self->differences = g_steal_pointer (&differences);
  return self;
}

void
graft_folder_comparison_free (GraftFolderComparison *self)
{
  g_ptr_array_unref (self->differences);
  graft_module_folder_unref (self->old_folder);
  graft_module_folder_unref (self->new_folder);
  g_free (self);
}

GPtrArray *
graft_layer_modules_compare (GraftNode *root, GraftModuleFolder *new_folder, gboolean with_new,
                             GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) comparisons
      = g_ptr_array_new_with_free_func ((GDestroyNotify)graft_folder_comparison_free);
  g_autoptr (GPtrArray) folders = graft_module_folders_find (root, error);

  if (folders == NULL)
    return NULL;
  for (guint i = 0; i < folders->len; i++)
    {
      GraftFolderComparison *comparison = graft_folder_comparison_new (
          g_ptr_array_index (folders, i), new_folder, with_new, cancellable, error);

      if (comparison == NULL)
        return NULL;
      g_ptr_array_add (comparisons, comparison);
    }
  return g_steal_pointer (&comparisons);
}
