/* graft-module-rows.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "pages/modules/graft-module-rows.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/graft-name.h"
#include "image/graft-path.h"
#include "modules/graft-layer-modules.h"

GraftModuleRows *
graft_module_rows_new (GraftSession *session, GraftNewModules *against)
{
  GraftModuleRows *self = g_new0 (GraftModuleRows, 1);
  GListModel *layers = graft_session_get_layers (session);

  self->layers = g_ptr_array_new_with_free_func (g_object_unref);
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
  self->problems = g_ptr_array_new_with_free_func (g_free);
  self->against = against != NULL ? graft_new_modules_ref (against) : NULL;
  for (guint i = 0; i < g_list_model_get_n_items (layers); i++)
    {
      g_autoptr (GraftLayer) layer = g_list_model_get_item (layers, i);

      if (graft_layer_get_root (layer) != NULL && graft_layer_is_in_place (layer))
        g_ptr_array_add (self->layers, g_steal_pointer (&layer));
    }
  return self;
}

void
graft_module_rows_free (GraftModuleRows *self)
{
  g_ptr_array_unref (self->items);
  g_ptr_array_unref (self->problems);
  g_clear_pointer (&self->against, graft_new_modules_unref);
  g_ptr_array_unref (self->layers);
  g_free (self);
}

gboolean
graft_module_rows_is_current (GraftModuleRows *self, GraftSession *session)
{
  g_autoptr (GraftModuleRows) now = graft_module_rows_new (session, NULL);

  if (now->layers->len != self->layers->len)
    return FALSE;
  for (guint i = 0; i < now->layers->len; i++)
    {
      GraftLayer *a = g_ptr_array_index (self->layers, i), *b = g_ptr_array_index (now->layers, i);

      if (strcmp (graft_layer_get_path (a), graft_layer_get_path (b)) != 0
          || graft_layer_get_root (a) != graft_layer_get_root (b)
          || g_strcmp0 (graft_layer_get_kernel_release (a), graft_layer_get_kernel_release (b))
                 != 0)
        return FALSE;
    }
  return TRUE;
}

static GraftModuleFacts
make_facts (GraftModuleRows *self, guint layer_index)
{
  GraftLayer *layer = g_ptr_array_index (self->layers, layer_index);

  return (GraftModuleFacts){
    .layer = graft_layer_get_path (layer),
    .layer_index = layer_index,
    .kernel_release = graft_layer_get_kernel_release (layer),
    .change = GRAFT_MODULE_NO_CHANGE,
  };
}

static void
add_item (GraftModuleRows *self, GraftModuleFacts *facts, GraftModuleFolder *folder,
          const GraftModule *module)
{
  g_autofree char *path
      = folder != NULL ? graft_path_join (graft_module_folder_get_path (folder), module->path)
                       : g_strdup (module->path);

  facts->path = path;
  facts->size = graft_node_get_size (module->node);
  facts->compression = module->compression;
  g_ptr_array_add (self->items, graft_module_item_new (facts));
}

static gboolean
add_modules (GraftModuleRows *self, guint layer_index, const GraftLayerModules *modules,
             GError **error)
{
  g_autoptr (GPtrArray) list = graft_module_folder_list (modules->folder, error);
  GraftModuleFacts facts = make_facts (self, layer_index);

  if (list == NULL)
    return FALSE;
  for (guint i = 0; i < list->len; i++)
    {
      const GraftModule *module = g_ptr_array_index (list, i);

      facts.name = module->name;
      facts.release = g_ptr_array_index (modules->releases, i);
      add_item (self, &facts, modules->folder, module);
    }
  return TRUE;
}

/* Of GraftModule, what vermagic says. */
static GHashTable *
map_releases (const GraftLayerModules *modules, GError **error)
{
  g_autoptr (GPtrArray) list = graft_module_folder_list (modules->folder, error);
  GHashTable *map;

  if (list == NULL)
    return NULL;
  map = g_hash_table_new (NULL, NULL);
  for (guint i = 0; i < list->len; i++)
    g_hash_table_insert (map, g_ptr_array_index (list, i),
                         g_ptr_array_index (modules->releases, i));
  return map;
}

static gboolean
add_differences (GraftModuleRows *self, guint layer_index, const GraftLayerModules *modules,
                 GraftModuleFolder *new_folder, GCancellable *cancellable, GError **error)
{
  GraftLayer *layer = g_ptr_array_index (self->layers, layer_index);
  gboolean with_new = graft_layer_get_role (layer) != GRAFT_ROLE_INITRD;
  g_autoptr (GHashTable) releases = map_releases (modules, error);
  g_autoptr (GraftFolderComparison) comparison = NULL;
  GraftModuleFacts facts = make_facts (self, layer_index);

  if (releases != NULL)
    comparison
        = graft_folder_comparison_new (modules->folder, new_folder, with_new, cancellable, error);
  if (comparison == NULL)
    return FALSE;
  for (guint i = 0; i < comparison->differences->len; i++)
    {
      const GraftModuleDifference *difference = g_ptr_array_index (comparison->differences, i);
      const GraftModule *old = difference->old_module;

      facts.name = difference->name;
      facts.change = difference->change;
      facts.release = old != NULL ? g_hash_table_lookup (releases, old)
                                  : graft_new_modules_get_release (self->against);
      facts.new_name = difference->change == GRAFT_MODULE_RENAMED && difference->new_module != NULL
                           ? difference->new_module->name
                           : NULL;
      add_item (self, &facts, old != NULL ? modules->folder : NULL,
                old != NULL ? old : difference->new_module);
    }
  return TRUE;
}

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  const GraftModuleFacts *left = graft_module_item_get_facts (*(GraftModuleItem *const *)a);
  const GraftModuleFacts *right = graft_module_item_get_facts (*(GraftModuleItem *const *)b);
  int order = strcmp (left->name, right->name);

  if (order == 0)
    order = (left->layer_index > right->layer_index) - (left->layer_index < right->layer_index);
  return order != 0 ? order : strcmp (left->path, right->path);
}

static gboolean
fill_layer (GraftModuleRows *self, guint layer_index, GraftModuleFolder *new_folder,
            GCancellable *cancellable, GError **error)
{
  GraftLayer *layer = g_ptr_array_index (self->layers, layer_index);
  g_autoptr (GPtrArray) gathered
      = graft_layer_modules_gather (graft_layer_get_root (layer), FALSE, cancellable, error);

  if (gathered == NULL)
    return FALSE;
  for (guint i = 0; i < gathered->len; i++)
    {
      const GraftLayerModules *modules = g_ptr_array_index (gathered, i);

      if (new_folder != NULL
              ? !add_differences (self, layer_index, modules, new_folder, cancellable, error)
              : !add_modules (self, layer_index, modules, error))
        return FALSE;
    }
  return TRUE;
}

/* One layer that is damaged does not hide the others. */
static gboolean
fill (GraftModuleRows *self, GraftModuleFolder *new_folder, GCancellable *cancellable,
      GError **error)
{
  for (guint i = 0; i < self->layers->len; i++)
    {
      g_autoptr (GError) local = NULL;
      g_autofree char *shown = NULL;

      if (fill_layer (self, i, new_folder, cancellable, &local))
        continue;
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      shown = graft_name_escape (graft_layer_get_path (g_ptr_array_index (self->layers, i)));
      g_ptr_array_add (self->problems, g_strdup_printf (_ ("The modules of %s cannot be read: %s"),
                                                        shown, local->message));
    }
  g_ptr_array_sort (self->items, compare_names);
  return TRUE;
}

gboolean
graft_module_rows_gather (gpointer data, GraftProgress *progress, GCancellable *cancellable,
                          GError **error)
{
  return fill (data, NULL, cancellable, error);
}

gboolean
graft_module_rows_compare (GraftBootSet *set, gpointer data, GraftProgress *progress,
                           GCancellable *cancellable, GError **error)
{
  GraftModuleRows *self = data;
  GraftStore *store = graft_boot_set_get_store (set, error);
  GraftModuleFolder *folder = NULL;

  if (store != NULL)
    folder = graft_new_modules_open (self->against, store, progress, cancellable, error);
  return folder != NULL && fill (self, folder, cancellable, error);
}
