/* graft-new-modules.c: a kernel to compare with
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "pages/modules/graft-new-modules.h"

#include <glib/gi18n.h>

#include "base/graft-name.h"

struct _GraftNewModules
{
  char **paths;
  char *release;
  GraftModuleFolder *folder;
  GraftKernelSource *source;
  GraftStore *store; /* outlives what comes from it */
};

static void
new_modules_clear (gpointer data)
{
  GraftNewModules *self = data;

  g_clear_pointer (&self->folder, graft_module_folder_unref);
  g_clear_object (&self->source);
  g_clear_object (&self->store);
  g_free (self->release);
  g_strfreev (self->paths);
}

GraftNewModules *
graft_new_modules_new (const char *const *paths)
{
  GraftNewModules *self = g_atomic_rc_box_new0 (GraftNewModules);

  self->paths = g_strdupv ((char **)paths);
  return self;
}

GraftNewModules *
graft_new_modules_ref (GraftNewModules *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
graft_new_modules_unref (GraftNewModules *self)
{
  g_atomic_rc_box_release_full (self, new_modules_clear);
}

const char *const *
graft_new_modules_get_paths (GraftNewModules *self)
{
  return (const char *const *)self->paths;
}

const char *
graft_new_modules_get_release (GraftNewModules *self)
{
  return self->release;
}

/* What its modules say, if they agree; else the folder's name. */
static gboolean
read_release (GraftNewModules *self, GraftModuleFolder *folder, GCancellable *cancellable,
              GError **error)
{
  g_auto (GStrv) releases = NULL;

  if (!graft_module_folder_read_releases (folder, FALSE, &releases, cancellable, error))
    return FALSE;
  g_free (self->release);
  self->release = g_strdup (g_strv_length (releases) == 1 ? releases[0]
                                                          : graft_module_folder_get_name (folder));
  return TRUE;
}

GraftModuleFolder *
graft_new_modules_open (GraftNewModules *self, GraftStore *store, GraftProgress *progress,
                        GCancellable *cancellable, GError **error)
{
  g_autoptr (GraftModuleFolder) folder = NULL;
  g_autoptr (GraftKernelSource) source = NULL;
  GraftNode *node;

  if (self->folder != NULL)
    return self->folder;
  source = graft_kernel_source_open ((const char *const *)self->paths, NULL, NULL, store, progress,
                                     cancellable, error);
  if (source == NULL)
    return NULL;
  node = graft_kernel_source_get_modules (source);
  if (node == NULL)
    {
      g_autofree char *base = g_path_get_basename (self->paths[0]);
      g_autofree char *shown = graft_name_escape (base);

      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _ ("%s has a kernel, but no modules"),
                   shown);
      return NULL;
    }
  folder = graft_module_folder_new (node, graft_kernel_source_get_modules_name (source), NULL);
  if (!read_release (self, folder, cancellable, error))
    return NULL;
  self->store = g_object_ref (store);
  self->source = g_steal_pointer (&source);
  self->folder = g_steal_pointer (&folder);
  return self->folder;
}
