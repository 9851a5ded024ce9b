/* graft-export-follow.c: files that follow from what was written before them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "export/graft-export-follow.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-error.h"
#include "bootset/graft-tree-info.h"

#define CHUNK (1024 * 1024)

/* What the jobs so far have left. */
typedef struct
{
  const char *tree; /* the folder of the .treeinfo in the set; "." */
  int folder_fd;
  GPtrArray *names;
  GraftExportReport *report;
} Written;

static GraftInput *
open_written (const Written *self, guint i, GError **error)
{
  const char *name = g_ptr_array_index (self->names, i);
  int fd = openat (self->folder_fd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);

  if (fd >= 0)
    return graft_file_input_new_take_fd (fd, name, error);
  graft_error_set_errno (error, GRAFT_EXPORT_ERROR, errno, name, _ ("cannot be read back"));
  return NULL;
}

/* The place of @path in the report; -1. */
static int
find_written (const Written *self, const char *path)
{
  for (guint i = 0; i < self->report->images->len; i++)
    if (strcmp (((const GraftExported *)g_ptr_array_index (self->report->images, i))->path, path)
        == 0)
      return i;
  return -1;
}

static char *
compute_digest (GraftInput *input, GChecksumType type, GError **error)
{
  guint64 size = graft_input_get_size (input);
  g_autoptr (GChecksum) checksum = g_checksum_new (type);
  g_autofree guint8 *buffer = g_malloc (CHUNK);

  for (guint64 done = 0; done < size; done += CHUNK)
    {
      gsize length = MIN (size - done, CHUNK);

      if (!graft_input_read_at (input, done, buffer, length, error))
        return NULL;
      g_checksum_update (checksum, buffer, length);
    }
  return g_strdup (g_checksum_get_string (checksum));
}

/* As GraftTreeInfoDigest. */
static gboolean
find_digest (const char *path, GChecksumType type, char **ret_digest, gpointer data, GError **error)
{
  const Written *self = data;
  g_autofree char *below
      = strcmp (self->tree, ".") == 0 ? g_strdup (path) : g_build_filename (self->tree, path, NULL);
  int i = find_written (self, below);
  const GraftExported *exported = i >= 0 ? g_ptr_array_index (self->report->images, i) : NULL;
  g_autoptr (GraftInput) input = NULL;

  *ret_digest = NULL;
  if (exported == NULL || !exported->changed)
    return TRUE;
  if (type == G_CHECKSUM_SHA256)
    *ret_digest = g_strdup (exported->digest);
  else if ((input = open_written (self, i, error)) != NULL)
    *ret_digest = compute_digest (input, type, error);
  return *ret_digest != NULL;
}

static gboolean
prepare_tree_info (GraftExportJob *job, Written *written, GError **error)
{
  g_autofree char *text = graft_tree_info_read (job->input, error);
  g_autofree char *tree = g_path_get_dirname (job->path);
  g_autofree char *renewed = NULL;
  g_autoptr (GBytes) bytes = NULL;

  written->tree = tree;
  renewed = text != NULL ? graft_tree_info_renew (text, find_digest, written, error) : NULL;
  if (renewed == NULL)
    return FALSE;
  if (strcmp (text, renewed) == 0)
    return TRUE;
  job->origin = GRAFT_ORIGIN_EDITED;
  job->size = strlen (renewed);
  bytes = g_bytes_new_take (g_steal_pointer (&renewed), job->size);
  g_clear_object (&job->input);
  job->input = graft_memory_input_new (bytes, job->path);
  return TRUE;
}

gboolean
graft_export_follow_prepare (GraftExportJob *job, int folder_fd, GPtrArray *names,
                             GraftExportReport *report, GError **error)
{
  Written written = { NULL, folder_fd, names, report };

  if (graft_member_get_role (job->member) == GRAFT_ROLE_TREE_INFO)
    return prepare_tree_info (job, &written, error);
  if (job->repeats == NULL)
    return TRUE;
  job->input = open_written (&written, find_written (&written, job->repeats->path), error);
  return job->input != NULL;
}
