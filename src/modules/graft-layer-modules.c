/* graft-layer-modules.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "modules/graft-layer-modules.h"

#include "modules/graft-modinfo.h"

void
graft_layer_modules_free (GraftLayerModules *self)
{
  g_clear_pointer (&self->releases, g_ptr_array_unref);
  g_clear_pointer (&self->modules, g_ptr_array_unref);
  g_clear_pointer (&self->folder, graft_module_folder_unref);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftLayerModules, graft_layer_modules_free)

/* One release for all, when a sample agrees on it. */
static gboolean
sample_releases (GraftLayerModules *self, gboolean *ret_agreed, GCancellable *cancellable,
                 GError **error)
{
  g_auto (GStrv) releases = NULL;

  if (!graft_module_folder_read_releases (self->folder, FALSE, &releases, cancellable, error))
    return FALSE;
  *ret_agreed = g_strv_length (releases) == 1;
  for (guint i = 0; *ret_agreed && i < self->modules->len; i++)
    g_ptr_array_add (self->releases, g_strdup (releases[0]));
  return TRUE;
}

static gboolean
read_releases (GraftLayerModules *self, gboolean all, GCancellable *cancellable, GError **error)
{
  gboolean agreed = FALSE;

  if (!all && !sample_releases (self, &agreed, cancellable, error))
    return FALSE;
  for (guint i = 0; !agreed && i < self->modules->len; i++)
    {
      const GraftModule *module = g_ptr_array_index (self->modules, i);
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

  self->folder = graft_module_folder_ref (folder);
  self->releases = g_ptr_array_new_with_free_func (g_free);
  self->modules = graft_module_folder_list (folder, error);
  if (self->modules == NULL || !read_releases (self, all, cancellable, error))
    return NULL;
  return g_steal_pointer (&self);
}

GPtrArray *
graft_layer_modules_gather (GraftNode *root, gboolean all, GCancellable *cancellable,
                            GError **error)
{
  g_autoptr (GPtrArray) layers
      = g_ptr_array_new_with_free_func ((GDestroyNotify)graft_layer_modules_free);
  g_autoptr (GPtrArray) folders = graft_module_folders_find (root, error);

  if (folders == NULL)
    return NULL;
  for (guint i = 0; i < folders->len; i++)
    {
      GraftLayerModules *one
          = gather_folder (g_ptr_array_index (folders, i), all, cancellable, error);

      if (one == NULL)
        return NULL;
      g_ptr_array_add (layers, one);
    }
  return g_steal_pointer (&layers);
}
