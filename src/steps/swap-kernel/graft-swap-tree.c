/* graft-swap-tree.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "steps/swap-kernel/graft-swap-tree.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-error.h"
#include "base/graft-limits.h"
#include "base/graft-name.h"
#include "coders/graft-decoder.h"
#include "image/graft-directory.h"
#include "image/graft-path.h"
#include "modules/graft-module-index.h"

/* A file of a kernel's folder that is neither a module nor one of its lists, and larger than this,
 * is there by mistake (vmlinux, System.map, a build tree's archives). */
#define STRAY_SIZE (1024 * 1024)

typedef struct
{
  GHashTable *wanted; /* (nullable) of path: the modules to take */
  GraftModuleReader *reader;
  GraftStore *store;
  GPtrArray *left_out;
  gint64 newest;
  guint n_decompressed;
  GCancellable *cancellable;
} Build;

/* What depmod makes: never taken from the source, whose tree may differ from this one. */
static gboolean
is_index (const char *name)
{
  static const char *const names[] = {
    "modules.alias",   "modules.alias.bin",   "modules.builtin.alias.bin", "modules.builtin.bin",
    "modules.dep",     "modules.dep.bin",     "modules.devname",           "modules.softdep",
    "modules.symbols", "modules.symbols.bin", "modules.weakdep",
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (names[i], name) == 0)
      return TRUE;
  return FALSE;
}

static GraftNode *
new_file (GraftInput *content, gint64 mtime, guint32 mtime_nsec)
{
  const GraftNodeInit init = {
    .type = GRAFT_NODE_REGULAR,
    .attributes = { .mode = 0644, .mtime = mtime, .mtime_nsec = mtime_nsec },
    .content = content,
  };

  return graft_node_new (&init);
}

static GraftNode *
new_folder (GraftDirectory *children, gint64 mtime)
{
  const GraftNodeInit init = {
    .type = GRAFT_NODE_DIRECTORY,
    .attributes = { .mode = 0755, .mtime = mtime },
    .children = children,
  };

  return graft_node_new (&init);
}

/* The module as the layer can read it; *@name loses its suffix when it is decompressed. */
static GraftNode *
build_module (Build *self, GraftNode *node, char **name, GError **error)
{
  const GraftAttributes *attributes = graft_node_get_attributes (node);
  gsize stem = strlen (*name);
  GraftCompression compression = graft_compression_from_suffix (*name, &stem);
  g_autoptr (GraftInput) content = graft_node_open (node, error);

  if (content == NULL)
    return NULL;
  if (compression != GRAFT_COMPRESSION_NONE
      && !graft_module_reader_can_read (self->reader, compression))
    {
      g_autoptr (GraftInput) decoded = NULL;
      g_autoptr (GBytes) bytes = graft_decode_all (content, compression, GRAFT_LIMIT_MODULE, NULL,
                                                   self->cancellable, error);

      if (bytes == NULL)
        return NULL;
      decoded = graft_memory_input_new (bytes, *name);
      g_object_unref (content);
      content = graft_store_add (self->store, decoded, NULL, self->cancellable, error);
      if (content == NULL)
        return NULL;
      (*name)[stem] = '\0';
      self->n_decompressed++;
    }
  self->newest = MAX (self->newest, attributes->mtime);
  return new_file (content, attributes->mtime, 0);
}

/* A plain file of the folder; NULL without an error when it is not to be taken. */
static GraftNode *
build_other (Build *self, GraftNode *node, const char *path, GError **error)
{
  const GraftAttributes *attributes = graft_node_get_attributes (node);
  gboolean top = strchr (path, '/') == NULL;
  g_autoptr (GraftInput) content = NULL;

  if (top && is_index (path))
    return NULL;
  if (self->wanted != NULL && !(top && g_str_has_prefix (path, "modules.")))
    return NULL;
  if (!g_str_has_prefix (path, "modules.") && graft_node_get_size (node) > STRAY_SIZE)
    {
      g_ptr_array_add (self->left_out, g_strdup (path));
      return NULL;
    }
  content = graft_node_open (node, error);
  return content != NULL ? new_file (content, attributes->mtime, 0) : NULL;
}

static GraftNode *build_folder (Build *self, GraftNode *node, const char *path, guint depth,
                                GError **error);

/* One entry of a folder; *@ret_node stays NULL when it is not to be taken. */
static gboolean
build_entry (Build *self, const GraftEntry *entry, const char *path, guint depth, char **name,
             GraftNode **ret_node, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *module = graft_module_name_from_file (entry->name);
  GraftNode *node = NULL;

  if (g_cancellable_set_error_if_cancelled (self->cancellable, error))
    return FALSE;
  switch (graft_node_get_node_type (entry->node))
    {
    case GRAFT_NODE_DIRECTORY:
      node = build_folder (self, entry->node, path, depth + 1, &local);
      break;
    case GRAFT_NODE_REGULAR:
      if (module == NULL)
        node = build_other (self, entry->node, path, &local);
      else if (self->wanted == NULL || g_hash_table_contains (self->wanted, path))
        node = build_module (self, entry->node, name, &local);
      break;
    case GRAFT_NODE_SYMLINK: /* build, source: they lead to the machine where the kernel was made */
    case GRAFT_NODE_CHAR_DEVICE:
    case GRAFT_NODE_BLOCK_DEVICE:
    case GRAFT_NODE_FIFO:
    case GRAFT_NODE_SOCKET:
    default:
      break;
    }
  if (local != NULL)
    {
      g_propagate_prefixed_error (error, g_steal_pointer (&local), _ ("%s: "), path);
      return FALSE;
    }
  *ret_node = node;
  return TRUE;
}

/* NULL without an error when nothing below is to be taken. Its time is set afterwards, when that
 * of the newest module is known. */
static GraftNode *
build_folder (Build *self, GraftNode *node, const char *path, guint depth, GError **error)
{
  g_autoptr (GraftDirectory) directory = graft_node_list (node, error);
  g_autoptr (GraftDirectoryBuilder) builder = NULL;
  g_autoptr (GraftDirectory) children = NULL;

  if (directory == NULL)
    return NULL;
  if (depth > GRAFT_LIMIT_DEPTH)
    {
      g_autofree char *shown = graft_name_escape (path);

      g_set_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_TOO_LARGE,
                   _ ("%s lies below too many folders"), shown);
      return NULL;
    }
  builder = graft_directory_builder_new ();
  for (guint i = 0; i < graft_directory_get_n_entries (directory); i++)
    {
      const GraftEntry *entry = graft_directory_get_entry (directory, i);
      g_autofree char *below
          = *path == '\0' ? g_strdup (entry->name) : graft_path_join (path, entry->name);
      g_autofree char *name = g_strdup (entry->name);
      g_autoptr (GraftNode) child = NULL;

      if (!build_entry (self, entry, below, depth, &name, &child, error))
        return NULL;
      if (child != NULL)
        graft_directory_builder_add (builder, name, child);
    }
  children = graft_directory_builder_finish (g_steal_pointer (&builder));
  if (graft_directory_get_n_entries (children) == 0 && depth > 0)
    return NULL;
  return new_folder (children, 0);
}

/* The same folder with @mtime on itself and all folders below. */
static GraftNode *
with_time (GraftNode *node, gint64 mtime, GError **error)
{
  g_autoptr (GraftDirectory) directory = graft_node_list (node, error);
  g_autoptr (GraftDirectoryBuilder) builder = NULL;
  g_autoptr (GraftDirectory) children = NULL;

  if (directory == NULL)
    return NULL;
  builder = graft_directory_builder_new ();
  for (guint i = 0; i < graft_directory_get_n_entries (directory); i++)
    {
      const GraftEntry *entry = graft_directory_get_entry (directory, i);
      g_autoptr (GraftNode) child = graft_node_is_directory (entry->node)
                                        ? with_time (entry->node, mtime, error)
                                        : graft_node_ref (entry->node);

      if (child == NULL)
        return NULL;
      graft_directory_builder_add (builder, entry->name, child);
    }
  children = graft_directory_builder_finish (g_steal_pointer (&builder));
  return new_folder (children, mtime);
}

/* @tree with the indexes that depmod makes for it. */
static GraftNode *
with_indexes (GraftNode *tree, const char *release, GraftNode *image_root, gint64 mtime,
              GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  g_autoptr (GraftModuleFolder) folder = graft_module_folder_new (tree, "/", release);
  g_autoptr (GPtrArray) indexes
      = graft_module_index_build (folder, release, image_root, progress, cancellable, error);
  g_autoptr (GraftDirectory) children = NULL;

  if (indexes == NULL)
    return NULL;
  children = graft_node_list (tree, error);
  if (children == NULL)
    return NULL;
  for (guint i = 0; i < indexes->len; i++)
    {
      const GraftIndexFile *file = g_ptr_array_index (indexes, i);
      g_autoptr (GraftInput) content = graft_memory_input_new (file->content, file->name);
      g_autoptr (GraftNode) node = new_file (content, mtime, 0);
      g_autoptr (GraftDirectory) before = g_steal_pointer (&children);

      children = graft_directory_with (before, file->name, node);
    }
  return new_folder (children, mtime);
}

GraftNode *
graft_swap_tree_build (GraftModuleFolder *source, const char *release, GPtrArray *modules,
                       GraftModuleReader *reader, GraftNode *image_root, GraftStore *store,
                       guint *ret_decompressed, GPtrArray *left_out, GraftProgress *progress,
                       GCancellable *cancellable, GError **error)
{
  g_autoptr (GHashTable) wanted = NULL;
  g_autoptr (GraftNode) bare = NULL, tree = NULL;
  Build self = {
    .reader = reader,
    .store = store,
    .left_out = left_out,
    .cancellable = cancellable,
  };

  if (modules != NULL)
    {
      wanted = g_hash_table_new (g_str_hash, g_str_equal);
      for (guint i = 0; i < modules->len; i++)
        g_hash_table_add (wanted, ((const GraftModule *)g_ptr_array_index (modules, i))->path);
      self.wanted = wanted;
    }
  bare = build_folder (&self, graft_module_folder_get_node (source), "", 0, error);
  if (bare == NULL)
    return NULL;
  graft_progress_set (progress, 0.5);
  tree = with_time (bare, self.newest, error);
  if (tree == NULL)
    return NULL;
  *ret_decompressed = self.n_decompressed;
  return with_indexes (tree, release, image_root, self.newest, progress, cancellable, error);
}
