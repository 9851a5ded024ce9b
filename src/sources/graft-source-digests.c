/* graft-source-digests.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "sources/graft-source-digests.h"

#include <string.h>

#include "base/graft-digest-thread.h"
#include "image/graft-path.h"

typedef struct
{
  char *path;
  GraftDigestThread *thread; /* NULL: a folder */
} Source;

struct _GraftSourceDigests
{
  GPtrArray *sources; /* of Source */
};

static void
source_free (gpointer data)
{
  Source *self = data;

  g_clear_pointer (&self->thread, graft_digest_thread_free);
  g_free (self->path);
  g_free (self);
}

static void
add (GraftSourceDigests *self, const char *path)
{
  gboolean is_folder = g_file_test (path, G_FILE_TEST_IS_DIR);
  g_autoptr (GraftInput) input = is_folder ? NULL : graft_file_input_new (path, NULL);
  Source *source;

  if (!is_folder && input == NULL)
    return;
  source = g_new0 (Source, 1);
  source->path = g_strdup (path);
  source->thread = is_folder ? NULL : graft_digest_thread_new (input);
  g_ptr_array_add (self->sources, source);
}

GraftSourceDigests *
graft_source_digests_start (const char *const *paths, const char *vmlinuz, const char *modules)
{
  GraftSourceDigests *self = g_new0 (GraftSourceDigests, 1);

  self->sources = g_ptr_array_new_with_free_func (source_free);
  for (; paths != NULL && *paths != NULL; paths++)
    add (self, *paths);
  if (vmlinuz != NULL)
    add (self, vmlinuz);
  if (modules != NULL)
    add (self, modules);
  return self;
}

void
graft_source_digests_free (GraftSourceDigests *self)
{
  g_ptr_array_unref (self->sources);
  g_free (self);
}

static gboolean
add_entry (const char *path, GraftNode *node, gpointer data, GError **error)
{
  GraftNodeType type = graft_node_get_node_type (node);
  g_autofree char *line = NULL;

  if (type == GRAFT_NODE_DIRECTORY)
    return TRUE;
  line = g_strdup_printf ("%s %" G_GUINT64_FORMAT " %s", graft_node_type_get_name (type),
                          type == GRAFT_NODE_REGULAR ? graft_node_get_size (node) : 0, path);
  /* Ended by a NUL, which no path has. */
  g_checksum_update (data, (const guchar *)line, strlen (line) + 1);
  return TRUE;
}

static char *
digest_folder (GraftInput *kernel, GraftNode *modules, GCancellable *cancellable, GError **error)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  if (kernel != NULL)
    {
      g_autofree char *digest = graft_input_digest (kernel, cancellable, error);

      if (digest == NULL)
        return NULL;
      g_checksum_update (checksum, (const guchar *)digest, strlen (digest) + 1);
    }
  if (modules != NULL && !graft_path_walk (modules, "/", add_entry, checksum, cancellable, error))
    return NULL;
  return g_strdup (g_checksum_get_string (checksum));
}

GHashTable *
graft_source_digests_finish (GraftSourceDigests *self, GraftInput *kernel, GraftNode *modules,
                             GCancellable *cancellable, GError **error)
{
  g_autoptr (GraftSourceDigests) owned = self;
  g_autoptr (GHashTable) digests = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  for (guint i = 0; i < owned->sources->len; i++)
    {
      Source *source = g_ptr_array_index (owned->sources, i);
      char *digest
          = source->thread != NULL
                ? graft_digest_thread_finish (g_steal_pointer (&source->thread), cancellable, error)
                : digest_folder (kernel, modules, cancellable, error);

      if (digest == NULL)
        return NULL;
      g_hash_table_insert (digests, g_strdup (source->path), digest);
    }
  return g_steal_pointer (&digests);
}
