/* graft-modules-reading.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "pages/modules/graft-modules-reading.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/graft-error.h"
#include "image/graft-path.h"
#include "modules/graft-layer-modules.h"
#include "modules/graft-module-diff.h"
#include "pages/modules/graft-module-item.h"
#include "sources/graft-kernel-source.h"

GraftModulesReading *
graft_modules_reading_new (GraftSession *session, const char *kernel)
{
  GraftModulesReading *self = g_new0 (GraftModulesReading, 1);
  GListModel *layers = graft_session_get_layers (session);

  self->layers = g_ptr_array_new_with_free_func (g_object_unref);
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
  self->kernel = g_strdup (kernel);
  for (guint i = 0; i < g_list_model_get_n_items (layers); i++)
    {
      g_autoptr (GraftLayer) layer = g_list_model_get_item (layers, i);

      if (graft_layer_get_root (layer) != NULL)
        g_ptr_array_add (self->layers, g_steal_pointer (&layer));
    }
  return self;
}

void
graft_modules_reading_free (GraftModulesReading *self)
{
  g_ptr_array_unref (self->items);
  g_ptr_array_unref (self->layers);
  g_free (self->release);
  g_free (self->kernel);
  g_free (self);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  GraftModuleItem *first = *(GraftModuleItem *const *)a;
  GraftModuleItem *second = *(GraftModuleItem *const *)b;

  return strcmp (graft_module_item_get_facts (first)->name,
                 graft_module_item_get_facts (second)->name);
}

/* Sorted by name within its layer. */
static void
take_sorted (GraftModulesReading *self, GPtrArray *items)
{
  g_ptr_array_sort (items, compare_names);
  g_ptr_array_extend_and_steal (self->items, items);
}

static void
add_module (GPtrArray *items, GraftLayer *layer, GraftModuleFolder *folder,
            const GraftModule *module, const char *release)
{
  g_autofree char *path = graft_path_join (graft_module_folder_get_path (folder), module->path);
  const GraftModuleFacts facts = {
    .name = module->name,
    .layer = graft_layer_get_path (layer),
    .path = path,
    .release = release,
    .matches = release != NULL && g_strcmp0 (release, graft_layer_get_kernel_release (layer)) == 0,
    .size = graft_node_get_size (module->node),
  };

  g_ptr_array_add (items, graft_module_item_new (&facts));
}

static gboolean
list_layer (GraftModulesReading *self, GraftLayer *layer, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) folders
      = graft_layer_modules_gather (graft_layer_get_root (layer), FALSE, cancellable, error);
  GPtrArray *items = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; folders != NULL && i < folders->len; i++)
    {
      const GraftLayerModules *one = g_ptr_array_index (folders, i);

      for (guint k = 0; k < one->modules->len; k++)
        add_module (items, layer, one->folder, g_ptr_array_index (one->modules, k),
                    g_ptr_array_index (one->releases, k));
    }
  take_sorted (self, items);
  return folders != NULL;
}

gboolean
graft_modules_reading_list (GraftModulesReading *self, GCancellable *cancellable, GError **error)
{
  for (guint i = 0; i < self->layers->len; i++)
    if (!list_layer (self, g_ptr_array_index (self->layers, i), cancellable, error))
      return FALSE;
  return TRUE;
}

static void
add_difference (GPtrArray *items, GraftLayer *layer, GraftModuleFolder *folder,
                const GraftModuleDifference *difference)
{
  const GraftModule *old_module = difference->old_module;
  const GraftModule *new_module = difference->new_module;
  const GraftModule *shown = old_module != NULL ? old_module : new_module;
  g_autofree char *path
      = old_module != NULL
            ? graft_path_join (graft_module_folder_get_path (folder), old_module->path)
            : NULL;
  const GraftModuleFacts facts = {
    .name = difference->name,
    .layer = graft_layer_get_path (layer),
    .path = path,
    .size = shown != NULL ? graft_node_get_size (shown->node) : 0,
    .compared = TRUE,
    .change = difference->change,
    .other = difference->change == GRAFT_MODULE_RENAMED ? new_module->name : NULL,
  };

  g_ptr_array_add (items, graft_module_item_new (&facts));
}

/* An initrd has a selection only: what is new to it says nothing. */
static gboolean
compare_layer (GraftModulesReading *self, GraftLayer *layer, GraftModuleFolder *new_folder,
               GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) folders = graft_module_folders_find (graft_layer_get_root (layer), error);
  gboolean with_new = graft_layer_get_role (layer) != GRAFT_ROLE_INITRD;
  GPtrArray *items = g_ptr_array_new_with_free_func (g_object_unref);
  gboolean done = folders != NULL;

  for (guint i = 0; done && i < folders->len; i++)
    {
      GraftModuleFolder *folder = g_ptr_array_index (folders, i);
      g_autoptr (GPtrArray) differences
          = graft_module_diff (folder, new_folder, with_new, cancellable, error);

      done = differences != NULL;
      for (guint k = 0; done && k < differences->len; k++)
        add_difference (items, layer, folder, g_ptr_array_index (differences, k));
    }
  take_sorted (self, items);
  return done;
}

static GraftModuleFolder *
open_folder (GraftKernelSource *source, const char *kernel, GError **error)
{
  GraftNode *node = graft_kernel_source_get_modules (source);
  g_autofree char *name = g_filename_display_basename (kernel);

  if (node != NULL)
    return graft_module_folder_new (node, graft_kernel_source_get_modules_name (source), NULL);
  g_set_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_NOT_FOUND,
               _ ("%s has a kernel, but no modules"), name);
  return NULL;
}

gboolean
graft_modules_reading_compare (GraftModulesReading *self, GraftBootSet *set,
                               GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  GraftStore *store = graft_boot_set_get_store (set, error);
  g_autoptr (GraftProgress) opening = graft_progress_new_child (progress, 0.7, NULL);
  g_autoptr (GraftKernelSource) source = NULL;
  g_autoptr (GraftModuleFolder) folder = NULL;
  g_auto (GStrv) releases = NULL;

  if (store == NULL)
    return FALSE;
  source = graft_kernel_source_open (self->kernel, NULL, NULL, store, opening, cancellable, error);
  folder = source != NULL ? open_folder (source, self->kernel, error) : NULL;
  if (folder == NULL
      || !graft_module_folder_read_releases (folder, FALSE, &releases, cancellable, error))
    return FALSE;
  self->release = g_strjoinv (", ", releases);
  for (guint i = 0; i < self->layers->len; i++)
    if (!compare_layer (self, g_ptr_array_index (self->layers, i), folder, cancellable, error))
      return FALSE;
  return TRUE;
}
