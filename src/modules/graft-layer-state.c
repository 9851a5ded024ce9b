/* graft-layer-state.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "modules/graft-layer-state.h"

#include <string.h>

#include "elf/graft-elf.h"
#include "modules/graft-modinfo.h"
#include "modules/graft-module-folder.h"
#include "modules/graft-module-scan.h"

/* Modules of a folder that are tried: one that is damaged says nothing. */
#define MAX_TRIES 8

const char *
graft_layer_state_get_name (GraftLayerState self)
{
  static const char *const names[] = {
    [GRAFT_LAYER_NONE] = "none",
    [GRAFT_LAYER_MATCH] = "match",
    [GRAFT_LAYER_DIFFERS] = "differs",
    [GRAFT_LAYER_SEVERAL] = "several",
  };

  return names[self];
}

/* The folders come sorted by name; two places may have a folder of the same name. */
static GStrvBuilder *
collect_names (GPtrArray *folders, const char *kernel_release, guint *ret_count,
               gboolean *ret_match)
{
  GStrvBuilder *names = g_strv_builder_new ();
  const char *before = NULL;

  for (guint i = 0; i < folders->len; i++)
    {
      const char *name = graft_module_folder_get_name (g_ptr_array_index (folders, i));

      if (g_strcmp0 (name, before) == 0)
        continue;
      g_strv_builder_add (names, name);
      *ret_count += 1;
      *ret_match = *ret_match || g_strcmp0 (name, kernel_release) == 0;
      before = name;
    }
  return names;
}

gboolean
graft_layer_state_find (GraftNode *root, const char *kernel_release, GraftLayerState *ret_state,
                        char ***ret_releases, GError **error)
{
  g_autoptr (GPtrArray) folders = graft_module_folders_find (root, error);
  g_autoptr (GStrvBuilder) names = NULL;
  gboolean match = FALSE;
  guint count = 0;

  if (folders == NULL)
    return FALSE;
  names = collect_names (folders, kernel_release, &count, &match);
  if (count == 0)
    *ret_state = GRAFT_LAYER_NONE;
  else if (!match)
    *ret_state = GRAFT_LAYER_DIFFERS;
  else
    *ret_state = count > 1 ? GRAFT_LAYER_SEVERAL : GRAFT_LAYER_MATCH;
  if (ret_releases != NULL)
    *ret_releases = g_strv_builder_end (names);
  return TRUE;
}

/* %FALSE only for what is not the module's own fault. */
static gboolean
read_arch (const GraftModule *module, const char **ret_arch, GCancellable *cancellable,
           GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (GBytes) bytes
      = graft_modinfo_read_module (module->node, module->path, cancellable, &local);
  g_autoptr (GraftElf) elf = bytes != NULL ? graft_elf_new (bytes, module->path, &local) : NULL;

  if (elf != NULL)
    *ret_arch = graft_elf_machine_get_name (graft_elf_get_machine (elf));
  else if (!graft_module_is_damage (local))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  return TRUE;
}

gboolean
graft_layer_state_find_arch (GraftNode *root, const char *kernel_release, const char **ret_arch,
                             GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) folders = graft_module_folders_find (root, error);
  g_autoptr (GPtrArray) modules = NULL;
  GraftModuleFolder *folder = NULL;
  const char *arch = NULL;

  if (folders == NULL)
    return FALSE;
  for (guint i = 0; i < folders->len; i++)
    if (folder == NULL
        || g_strcmp0 (graft_module_folder_get_name (g_ptr_array_index (folders, i)), kernel_release)
               == 0)
      folder = g_ptr_array_index (folders, i);
  if (folder != NULL)
    {
      modules = graft_module_folder_list (folder, error);
      if (modules == NULL)
        return FALSE;
    }
  for (guint i = 0; arch == NULL && modules != NULL && i < MIN (modules->len, MAX_TRIES); i++)
    if (!read_arch (g_ptr_array_index (modules, i), &arch, cancellable, error))
      return FALSE;
  *ret_arch = arch;
  return TRUE;
}
