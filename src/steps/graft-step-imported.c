/* graft-step-imported.c: files of the user's machine as nodes that an image may hold
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "steps/graft-step-imported.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/graft-error.h"
#include "base/graft-limits.h"
#include "base/graft-name.h"
#include "image/graft-directory.h"
#include "image/graft-path.h"

static guint32
get_plain_mode (guint32 mode)
{
  return (mode & 0111) != 0 ? 0755 : 0644;
}

static gboolean
set_error (GraftErrorCode code, const char *path, const char *what, GError **error)
{
  g_autofree char *shown = graft_name_escape (path);

  g_set_error (error, GRAFT_STEP_ERROR, code, "%s %s", shown, what);
  return FALSE;
}

/* Both newc and squashfs count seconds in 32 bits without a sign. */
static gboolean
check_time (gint64 mtime, const char *path, GError **error)
{
  return (mtime >= 0 && mtime <= G_MAXUINT32)
         || set_error (GRAFT_ERROR_REFUSED, path,
                       _ ("has a time before 1970 or after 2106, which no image can hold: give it "
                          "another (touch)"),
                       error);
}

/* Files of /proc and the like say that they are empty and are not: what would be taken in is not
 * what the user sees. */
static gboolean
check_whole (int fd, const struct stat *info, const char *name, GError **error)
{
  char byte;

  return pread (fd, &byte, 1, info->st_size) <= 0
         || set_error (GRAFT_ERROR_CHANGED, name,
                       _ ("is longer than its size: it grows, or is not kept on a disk; copy it "
                          "first"),
                       error);
}

GraftNode *
graft_step_import_file (const char *host_path, GraftStore *store, char **ret_digest,
                        GCancellable *cancellable, GError **error)
{
  g_autoptr (GraftInput) input = graft_file_input_new (host_path, error);
  g_autoptr (GraftInput) content = NULL;
  GraftNodeInit init = { .type = GRAFT_NODE_REGULAR };
  struct stat info;
  guint64 offset;
  int fd;

  if (input == NULL)
    return NULL;
  if (!graft_input_get_file (input, &fd, &offset) || fstat (fd, &info) < 0)
    {
      graft_error_set_errno (error, GRAFT_STEP_ERROR, errno, host_path, _ ("cannot be looked at"));
      return NULL;
    }
  if (!check_time (info.st_mtim.tv_sec, host_path, error)
      || !check_whole (fd, &info, host_path, error))
    return NULL;
  content = graft_store_add (store, input, ret_digest, cancellable, error);
  if (content == NULL)
    return NULL;
  init.attributes.mode = get_plain_mode (info.st_mode);
  init.attributes.mtime = info.st_mtim.tv_sec;
  init.content = content;
  return graft_node_new (&init);
}

typedef struct
{
  GHashTable *n_names; /* of GraftNode of the host, where it has several names: how many come in */
  GHashTable *linked;  /* of the same to the imported GraftNode */
  GCancellable *cancellable;
} Import;

static GraftNode *import_entry (Import *self, const char *path, GraftNode *node, guint depth,
                                GError **error);

static GraftDirectory *
import_entries (Import *self, const char *path, GraftNode *node, guint depth, GError **error)
{
  g_autoptr (GraftDirectory) directory = graft_node_list (node, error);
  g_autoptr (GraftDirectoryBuilder) builder = graft_directory_builder_new ();

  if (directory == NULL)
    return NULL;
  if (depth > GRAFT_LIMIT_DEPTH)
    {
      set_error (GRAFT_ERROR_TOO_LARGE, path, _ ("lies below too many folders"), error);
      return NULL;
    }
  for (guint i = 0; i < graft_directory_get_n_entries (directory); i++)
    {
      const GraftEntry *entry = graft_directory_get_entry (directory, i);
      g_autofree char *below = graft_path_join (path, entry->name);
      g_autoptr (GraftNode) child = import_entry (self, below, entry->node, depth + 1, error);

      if (child == NULL)
        return NULL;
      graft_directory_builder_add (builder, entry->name, child);
    }
  return graft_directory_builder_finish (g_steal_pointer (&builder));
}

/* The content is taken in now, so that what changes on the host later changes nothing. */
static GraftNode *
import_regular (Import *self, GraftNode *node, GraftNodeInit *init, GError **error)
{
  GraftNode *known = g_hash_table_lookup (self->linked, node);
  guint n_names = GPOINTER_TO_UINT (g_hash_table_lookup (self->n_names, node));
  g_autoptr (GraftInput) content = NULL;
  GraftNode *imported;

  if (known != NULL)
    return graft_node_ref (known);
  content = graft_node_open (node, error);
  if (content == NULL)
    return NULL;
  init->attributes.mode = get_plain_mode (graft_node_get_attributes (node)->mode);
  init->content = content;
  init->nlink = n_names;
  imported = graft_node_new (init);
  if (n_names > 1)
    g_hash_table_insert (self->linked, graft_node_ref (node), graft_node_ref (imported));
  return imported;
}

static GraftNode *
import_entry (Import *self, const char *path, GraftNode *node, guint depth, GError **error)
{
  GraftNodeInit init = {
    .type = graft_node_get_node_type (node),
    .attributes = { .mode = 0777, .mtime = graft_node_get_attributes (node)->mtime },
    .target = graft_node_get_target (node),
    .size = graft_node_get_size (node),
  };
  g_autoptr (GraftDirectory) children = NULL;

  if (g_cancellable_set_error_if_cancelled (self->cancellable, error)
      || !check_time (init.attributes.mtime, path, error))
    return NULL;
  switch (init.type)
    {
    case GRAFT_NODE_REGULAR:
      return import_regular (self, node, &init, error);
    case GRAFT_NODE_SYMLINK:
      return graft_node_new (&init);
    case GRAFT_NODE_DIRECTORY:
      children = import_entries (self, path, node, depth, error);
      init.attributes.mode = 0755;
      init.children = children;
      return children != NULL ? graft_node_new (&init) : NULL;
    case GRAFT_NODE_CHAR_DEVICE:
    case GRAFT_NODE_BLOCK_DEVICE:
    case GRAFT_NODE_FIFO:
    case GRAFT_NODE_SOCKET:
    default:
      set_error (GRAFT_ERROR_REFUSED, path,
                 _ ("is a device, pipe or socket: only files, folders and links are copied in"),
                 error);
      return NULL;
    }
}

static gboolean
count_name (const char *path, GraftNode *node, gpointer data, GError **error)
{
  GHashTable *n_names = data;
  guint count = GPOINTER_TO_UINT (g_hash_table_lookup (n_names, node));

  if (graft_node_get_node_type (node) == GRAFT_NODE_REGULAR && graft_node_get_nlink (node) > 1)
    g_hash_table_insert (n_names, graft_node_ref (node), GUINT_TO_POINTER (count + 1));
  return TRUE;
}

GraftNode *
graft_step_import_folder (GraftNode *folder, const char *name, GCancellable *cancellable,
                          GError **error)
{
  g_autoptr (GHashTable) n_names
      = g_hash_table_new_full (NULL, NULL, (GDestroyNotify)graft_node_unref, NULL);
  g_autoptr (GHashTable) linked = g_hash_table_new_full (
      NULL, NULL, (GDestroyNotify)graft_node_unref, (GDestroyNotify)graft_node_unref);
  Import self = { n_names, linked, cancellable };

  if (!graft_path_walk (folder, name, count_name, n_names, cancellable, error))
    return NULL;
  return import_entry (&self, name, folder, 0, error);
}
