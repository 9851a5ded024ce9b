/* graft-swap-firmware.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "steps/swap-kernel/graft-swap-firmware.h"

#include <string.h>

#include "image/graft-path.h"
#include "modules/graft-modinfo.h"
#include "steps/graft-step-folders.h"

#define FIRMWARE_FOLDER "/lib/firmware"

/* What the kernel's loader tries, in this order (drivers/base/firmware_loader/main.c). */
static const char *const suffixes[] = { "", ".zst", ".xz" };

void
graft_firmware_file_free (GraftFirmwareFile *self)
{
  g_free (self->name);
  g_free (self->stored);
  graft_node_unref (self->node);
  g_free (self);
}

/* The file that serves @name below @folder, NULL when there is none. */
static GraftNode *
find_file (GraftNode *folder, const char *name, char **ret_stored, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autoptr (GError) local = NULL;
      g_autofree char *stored = g_strconcat (name, suffixes[i], NULL);
      g_autoptr (GraftNode) node
          = graft_path_find (folder, stored, GRAFT_PATH_FOLLOW, NULL, &local);

      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return NULL;
        }
      if (node != NULL && graft_node_get_node_type (node) == GRAFT_NODE_REGULAR)
        {
          if (ret_stored != NULL)
            *ret_stored = g_steal_pointer (&stored);
          return g_steal_pointer (&node);
        }
    }
  return NULL;
}

static gboolean
is_safe_name (const char *name)
{
  g_autofree char *clean = graft_path_normalize (name);

  return clean != NULL && strcmp (clean, "/") != 0 && strpbrk (name, "*?[") == NULL;
}

/* One name that a module asks for. */
static gboolean
resolve (const char *name, GraftNode *there, GPtrArray *sources, GPtrArray *firmware,
         GPtrArray *missing, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (GraftNode) node = NULL;

  if (there != NULL)
    node = find_file (there, name, NULL, &local);
  if (node != NULL)
    return TRUE;
  for (guint i = 0; local == NULL && node == NULL && i < sources->len; i++)
    {
      g_autofree char *stored = NULL;

      node = find_file (g_ptr_array_index (sources, i), name, &stored, &local);
      if (node != NULL)
        {
          GraftFirmwareFile *file = g_new0 (GraftFirmwareFile, 1);

          file->name = g_strdup (name);
          file->stored = g_steal_pointer (&stored);
          file->node = graft_node_ref (node);
          g_ptr_array_add (firmware, file);
        }
    }
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (node == NULL)
    g_ptr_array_add (missing, g_strdup (name));
  return TRUE;
}

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

/* All names that @modules ask for, sorted, each once. */
static GPtrArray *
collect_names (GPtrArray *modules, GCancellable *cancellable, GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < modules->len; i++)
    {
      const GraftModule *module = g_ptr_array_index (modules, i);
      g_autoptr (GraftModinfo) info
          = graft_modinfo_read (module->node, module->path, cancellable, error);
      const char *const *wanted;

      if (info == NULL)
        return NULL;
      wanted = graft_modinfo_get_all (info, "firmware");
      for (guint k = 0; wanted != NULL && wanted[k] != NULL; k++)
        if (is_safe_name (wanted[k]) && !g_hash_table_contains (seen, wanted[k]))
          {
            char *name = g_strdup (wanted[k]);

            g_hash_table_add (seen, name);
            g_ptr_array_add (names, name);
          }
    }
  g_ptr_array_sort (names, compare_names);
  return g_steal_pointer (&names);
}

gboolean
graft_swap_firmware_find (GPtrArray *modules, GraftNode *root, GPtrArray *sources,
                          GPtrArray *firmware, GPtrArray *missing, GCancellable *cancellable,
                          GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (GPtrArray) names = collect_names (modules, cancellable, error);
  g_autoptr (GraftNode) there = NULL;

  if (names == NULL)
    return FALSE;
  there = graft_path_find (root, FIRMWARE_FOLDER, GRAFT_PATH_FOLLOW, NULL, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  for (guint i = 0; i < names->len; i++)
    if (!resolve (g_ptr_array_index (names, i), there, sources, firmware, missing, error))
      return FALSE;
  return TRUE;
}

gboolean
graft_swap_firmware_put (const GraftFirmwareFile *file, GraftOverlay *overlay, gint64 mtime,
                         GError **error)
{
  g_autofree char *path = g_strconcat (FIRMWARE_FOLDER "/", file->stored, NULL);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GraftInput) content = graft_node_open (file->node, error);
  GraftNodeInit init = { .type = GRAFT_NODE_REGULAR, .content = content };
  g_autoptr (GraftNode) node = NULL;

  if (content == NULL || !graft_step_make_folders (overlay, -1, folder, mtime, error))
    return FALSE;
  init.attributes.mode = 0644;
  init.attributes.mtime = graft_node_get_attributes (file->node)->mtime;
  node = graft_node_new (&init);
  return graft_overlay_put (overlay, -1, path, node, error);
}
