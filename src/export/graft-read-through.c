/* graft-read-through.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "export/graft-read-through.h"

#include <glib/gi18n-lib.h>

#include "base/graft-name.h"
#include "image/graft-path.h"

#define CHUNK (256 * 1024)

typedef struct
{
  gboolean full;
  GCancellable *cancellable;
  GraftProgress *progress;
  guint64 done;
  guint64 total; /* bytes, about */
  guint8 *buffer;
} Reading;

static gboolean
read_content (GraftNode *node, Reading *reading, GError **error)
{
  g_autoptr (GraftInput) input = graft_node_open (node, error);
  guint64 offset = 0;
  gssize count;

  if (input == NULL)
    return FALSE;
  while ((count = graft_input_read_some (input, offset, reading->buffer, CHUNK, error)) > 0)
    {
      if (g_cancellable_set_error_if_cancelled (reading->cancellable, error))
        return FALSE;
      offset += count;
      reading->done += count;
      graft_progress_set (reading->progress, (double)reading->done / MAX (reading->total, 1));
    }
  return count == 0;
}

static gboolean
read_entry (const char *path, GraftNode *node, gpointer data, GError **error)
{
  Reading *reading = data;
  g_autoptr (GPtrArray) xattrs = graft_node_list_xattrs (node, error);
  g_autofree char *shown = NULL;

  if (xattrs != NULL
      && (!reading->full || graft_node_get_node_type (node) != GRAFT_NODE_REGULAR
          || read_content (node, reading, error)))
    return TRUE;
  shown = graft_name_escape (path);
  if (error != NULL && *error != NULL
      && !g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_prefix_error (error, _ ("%s: "), shown);
  return FALSE;
}

static gboolean
add_size (const char *path, GraftNode *node, gpointer data, GError **error)
{
  if (graft_node_get_node_type (node) == GRAFT_NODE_REGULAR)
    *(guint64 *)data += graft_node_get_size (node);
  return TRUE;
}

gboolean
graft_read_through (GraftImage *image, gboolean full, GraftProgress *progress,
                    GCancellable *cancellable, GError **error)
{
  g_autofree guint8 *buffer = g_malloc (CHUNK);
  Reading reading
      = { .full = full, .cancellable = cancellable, .progress = progress, .buffer = buffer };

  for (guint i = 0; i < graft_image_get_n_parts (image); i++)
    {
      g_autoptr (GraftNode) root = graft_image_dup_part (image, i);

      if (!graft_path_walk (root, "/", add_size, &reading.total, cancellable, error)
          || !graft_path_walk (root, "/", read_entry, &reading, cancellable, error))
        return FALSE;
    }
  return TRUE;
}
