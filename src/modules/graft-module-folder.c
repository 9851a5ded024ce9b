/* graft-module-folder.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "modules/graft-module-folder.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-error.h"
#include "base/graft-limits.h"
#include "base/graft-name.h"
#include "image/graft-directory.h"
#include "modules/graft-module-aliases.h"
#include "modules/graft-module-scan.h"

struct _GraftModuleFolder
{
  gatomicrefcount refs;
  GraftNode *node;
  char *path;

  GMutex mutex; /* guards what follows, which is found out when first asked for */
  char *name;
  gboolean listed;
  GError *error;        /* why it could not be listed */
  GPtrArray *modules;   /* of GraftModule, by path */
  GHashTable *by_name;  /* of char *, GraftModule; all in @modules */
  GHashTable *built_in; /* a set of char * */

  GMutex infos_mutex; /* guards what follows; may be held when the first is taken */
  GPtrArray *infos;   /* of GraftModinfo, as @modules */

  GMutex aliases_mutex; /* the same, for both */
  GraftModuleAliases *aliases;
};

GraftModuleFolder *
graft_module_folder_new (GraftNode *node, const char *path, const char *release)
{
  GraftModuleFolder *self = g_new0 (GraftModuleFolder, 1);

  g_atomic_ref_count_init (&self->refs);
  g_mutex_init (&self->mutex);
  g_mutex_init (&self->infos_mutex);
  g_mutex_init (&self->aliases_mutex);
  self->node = graft_node_ref (node);
  self->path = g_strdup (path);
  self->name = g_strdup (release);
  return self;
}

GraftModuleFolder *
graft_module_folder_ref (GraftModuleFolder *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
graft_module_folder_unref (GraftModuleFolder *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_clear_pointer (&self->aliases, graft_module_aliases_free);
  g_clear_pointer (&self->infos, g_ptr_array_unref);
  g_clear_pointer (&self->by_name, g_hash_table_unref);
  g_clear_pointer (&self->built_in, g_hash_table_unref);
  g_clear_pointer (&self->modules, g_ptr_array_unref);
  g_clear_error (&self->error);
  graft_node_unref (self->node);
  g_free (self->path);
  g_free (self->name);
  g_mutex_clear (&self->mutex);
  g_mutex_clear (&self->infos_mutex);
  g_mutex_clear (&self->aliases_mutex);
  g_free (self);
}

char *
graft_module_name_from_file (const char *file_name)
{
  gsize stem, length;
  GraftCompression compression = graft_compression_from_suffix (file_name, &stem);
  char *name;

  /* libkmod's list of endings. */
  if (compression != GRAFT_COMPRESSION_NONE && compression != GRAFT_COMPRESSION_GZIP
      && compression != GRAFT_COMPRESSION_XZ && compression != GRAFT_COMPRESSION_ZSTD)
    return NULL;
  if (stem < 3 || strncmp (file_name + stem - 3, ".ko", 3) != 0)
    return NULL;
  /* As libkmod's path_to_modname(): up to the first dot. */
  length = strcspn (file_name, ".");
  if (length == 0)
    return NULL;
  name = g_strndup (file_name, length);
  return g_strdelimit (name, "-", '_');
}

static void
module_free (gpointer data)
{
  GraftModule *module = data;

  g_free (module->name);
  g_free (module->path);
  graft_node_unref (module->node);
  g_free (module);
}

/* Takes @name. */
static void
add_module (GPtrArray *modules, char *name, const char *path, GraftNode *node)
{
  GraftModule *module = g_new (GraftModule, 1);

  module->name = name;
  module->path = g_strdup (path);
  module->node = graft_node_ref (node);
  module->compression = graft_compression_from_suffix (path, NULL);
  g_ptr_array_add (modules, module);
}

static gboolean
set_too_many (const char *path, GError **error)
{
  g_autofree char *shown = graft_name_escape (path);

  g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_TOO_LARGE,
               _ ("%s has more entries, or folders below each other, than a folder of modules can"),
               shown);
  return FALSE;
}

static gboolean
list_folder (GraftModuleFolder *self, GraftNode *node, const char *path, guint depth,
             guint *n_entries, GPtrArray *modules, GError **error)
{
  g_autoptr (GraftDirectory) directory = graft_node_list (node, error);

  if (directory == NULL)
    return FALSE;
  *n_entries += graft_directory_get_n_entries (directory);
  if (depth > GRAFT_LIMIT_DEPTH || *n_entries > GRAFT_LIMIT_ENTRIES)
    return set_too_many (path, error);
  for (guint i = 0; i < graft_directory_get_n_entries (directory); i++)
    {
      const GraftEntry *entry = graft_directory_get_entry (directory, i);
      g_autofree char *child
          = *path != '\0' ? g_strconcat (path, "/", entry->name, NULL) : g_strdup (entry->name);
      char *name;

      if (graft_node_is_directory (entry->node))
        {
          /* The kernel's headers and sources, when they are folders instead of links to them. */
          if (depth == 0
              && (strcmp (entry->name, "build") == 0 || strcmp (entry->name, "source") == 0))
            continue;
          if (!list_folder (self, entry->node, child, depth + 1, n_entries, modules, error))
            return FALSE;
        }
      else if (graft_node_get_node_type (entry->node) == GRAFT_NODE_REGULAR
               && (name = graft_module_name_from_file (entry->name)) != NULL)
        add_module (modules, name, child, entry->node);
    }
  return TRUE;
}

static gint
compare_modules (gconstpointer a, gconstpointer b)
{
  return strcmp ((*(GraftModule *const *)a)->path, (*(GraftModule *const *)b)->path);
}

/* depmod.d(5): "updates" comes before "built-in" unless told otherwise; Red Hat's dist.conf says
 * "updates extra built-in weak-updates". */
static guint
get_rank (const GraftModule *module)
{
  if (g_str_has_prefix (module->path, "updates/"))
    return 0;
  if (g_str_has_prefix (module->path, "extra/"))
    return 1;
  return g_str_has_prefix (module->path, "weak-updates/") ? 3 : 2;
}

static GHashTable *
index_names (GPtrArray *modules)
{
  GHashTable *by_name = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < modules->len; i++)
    {
      GraftModule *module = g_ptr_array_index (modules, i);
      const GraftModule *other = g_hash_table_lookup (by_name, module->name);

      if (other == NULL || get_rank (module) < get_rank (other))
        g_hash_table_replace (by_name, module->name, module);
    }
  return by_name;
}

/* A line of modules.builtin is the path that the module would have: "kernel/fs/ext4/ext4.ko". */
static GHashTable *
read_built_in (GraftModuleFolder *self, GError **error)
{
  g_autoptr (GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GError) local = NULL;
  g_autoptr (GraftNode) node = graft_node_get_child (self->node, "modules.builtin", &local);
  g_auto (GStrv) lines = NULL;

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  if (node == NULL || graft_node_get_node_type (node) != GRAFT_NODE_REGULAR)
    return g_steal_pointer (&names);
  lines = graft_module_read_lines (node, "modules.builtin", error);
  if (lines == NULL)
    return NULL;
  for (gsize i = 0; lines[i] != NULL; i++)
    {
      const char *slash = strrchr (lines[i], '/');
      char *name = graft_module_name_from_file (slash != NULL ? slash + 1 : lines[i]);

      if (name != NULL)
        g_hash_table_add (names, name);
    }
  return g_steal_pointer (&names);
}

static gboolean
list_all (GraftModuleFolder *self, GError **error)
{
  g_autoptr (GPtrArray) modules = g_ptr_array_new_with_free_func (module_free);
  guint n_entries = 0;

  if (!list_folder (self, self->node, "", 0, &n_entries, modules, error))
    return FALSE;
  self->built_in = read_built_in (self, error);
  if (self->built_in == NULL)
    return FALSE;
  g_ptr_array_sort (modules, compare_modules);
  self->by_name = index_names (modules);
  self->modules = g_steal_pointer (&modules);
  return TRUE;
}

/* With the mutex held. */
static gboolean
ensure_listed (GraftModuleFolder *self)
{
  if (!self->listed)
    {
      g_clear_error (&self->error);
      if (!list_all (self, &self->error))
        g_prefix_error (&self->error, _ ("%s: "), self->path);
      /* Who asks again after a cancel wants to know. */
      self->listed = !g_error_matches (self->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    }
  return self->error == NULL;
}

GPtrArray *
graft_module_folder_list (GraftModuleFolder *self, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  if (ensure_listed (self))
    return g_ptr_array_ref (self->modules);
  if (error != NULL)
    *error = g_error_copy (self->error);
  return NULL;
}

const GraftModule *
graft_module_folder_lookup (GraftModuleFolder *self, const char *name)
{
  g_autofree char *folded = g_strdelimit (g_strdup (name), "-", '_');
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  return ensure_listed (self) ? g_hash_table_lookup (self->by_name, folded) : NULL;
}

gboolean
graft_module_folder_is_builtin (GraftModuleFolder *self, const char *name)
{
  g_autofree char *folded = g_strdelimit (g_strdup (name), "-", '_');
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  return ensure_listed (self) && g_hash_table_contains (self->built_in, folded);
}

GPtrArray *
graft_module_folder_scan (GraftModuleFolder *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->infos_mutex);
  g_autoptr (GPtrArray) modules = graft_module_folder_list (self, error);

  if (modules == NULL || g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  if (self->infos == NULL)
    self->infos = graft_module_scan (modules, cancellable, error);
  return self->infos != NULL ? g_ptr_array_ref (self->infos) : NULL;
}

GraftModuleAliases *
graft_module_folder_get_aliases (GraftModuleFolder *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->aliases_mutex);

  if (self->aliases == NULL)
    self->aliases = graft_module_aliases_read (self, cancellable, error);
  return self->aliases;
}

const char *
graft_module_folder_get_path (GraftModuleFolder *self)
{
  return self->path;
}

GraftNode *
graft_module_folder_get_node (GraftModuleFolder *self)
{
  return self->node;
}

const char *
graft_module_folder_get_name (GraftModuleFolder *self)
{
  g_auto (GStrv) releases = NULL;
  g_autofree char *name = NULL;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  if (self->name != NULL)
    return self->name;
  g_clear_pointer (&locker, g_mutex_locker_free);
  /* A folder of any name: its modules know the release, if they agree. */
  if (graft_module_folder_read_releases (self, FALSE, &releases, NULL, NULL)
      && g_strv_length (releases) == 1)
    name = g_strdup (releases[0]);
  else
    name = g_path_get_basename (self->path);
  locker = g_mutex_locker_new (&self->mutex);
  if (self->name == NULL)
    self->name = g_steal_pointer (&name);
  return self->name;
}
