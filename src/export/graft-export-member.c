/* graft-export-member.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "export/graft-export-member.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/graft-digest-thread.h"
#include "base/graft-error.h"
#include "base/graft-name.h"
#include "export/graft-export-nested.h"
#include "export/graft-read-through.h"
#include "image/graft-image-loader.h"

/* Of the writing, what images inside take that were edited. */
#define NESTED_SHARE 0.2
/* Share of the time until everything is written; the rest is reading back. */
#define WRITING_SHARE 0.8
#define CHUNK (4 * 1024 * 1024)

/* A file being written. */
typedef struct
{
  const GraftExportJob *job;
  char *label; /* for messages: what the file will be called */
  GraftOutput *output;
  GraftWritten *written;
  GraftExportNested *nested; /* of an edited image */
  int fd;                    /* the output's own, borrowed */
} Writing;

static void
writing_clear (Writing *self)
{
  g_clear_object (&self->output);
  g_clear_pointer (&self->written, graft_written_free);
  g_clear_pointer (&self->nested, graft_export_nested_free);
  g_clear_pointer (&self->label, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Writing, writing_clear)

static gboolean
copy_input (Writing *self, GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  GraftInput *input = self->job->input;
  guint64 size = graft_input_get_size (input);

  for (guint64 done = 0; done < size; done += CHUNK)
    {
      if (!graft_output_copy (self->output, input, done, MIN (size - done, CHUNK), cancellable,
                              error))
        return FALSE;
      graft_progress_set (progress, (double)done / size);
    }
  graft_written_add_carried (self->written, 0, 0, size);
  return TRUE;
}

static gboolean
write_image (Writing *self, int folder_fd, const GraftExportOptions *options,
             GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  GraftMember *member = self->job->member;
  double share = graft_member_get_children (member)->len > 0 ? NESTED_SHARE : 0;
  g_autoptr (GraftProgress) changing = graft_progress_new_child (progress, share, NULL);
  g_autoptr (GraftProgress) writing = NULL;
  /* The helper, which gets to see nothing else, goes there by its name. */
  g_autofree char *link = g_strdup_printf ("/proc/self/fd/%d", folder_fd);
  g_autofree char *scratch = g_file_read_link (link, NULL);
  const GraftImageOptions image_options = {
    .effort = options->effort,
    .compression = self->job->compression,
    .n_threads = options->n_threads,
    .grow = self->job->grow,
    .scratch = scratch,
  };

  self->nested
      = graft_export_nested_new (member, &image_options, folder_fd, changing, cancellable, error);
  if (self->nested == NULL)
    return FALSE;
  g_clear_object (&changing);
  writing = graft_progress_new_child (progress, 1 - share, NULL);
  return graft_image_write (graft_member_get_image (member),
                            graft_export_nested_get_roots (self->nested), &image_options,
                            self->output, self->written, writing, cancellable, error);
}

static gboolean
fail_mismatch (Writing *self, GError **error)
{
  g_set_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_MISMATCH,
               _ ("%s reads back differently from what was written: the disk or its connection "
                  "lost data"),
               self->label);
  return FALSE;
}

static gboolean
compare_copy (Writing *self, GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  GraftInput *input = self->job->input;
  guint64 size = graft_input_get_size (input);
  g_autofree guint8 *left = g_malloc (CHUNK), *right = g_malloc (CHUNK);
  gboolean equal = graft_output_get_position (self->output) == size;

  for (guint64 done = 0; equal && done < size; done += CHUNK)
    {
      gsize count = MIN (size - done, CHUNK);

      if (g_cancellable_set_error_if_cancelled (cancellable, error)
          || !graft_input_read_at (input, done, left, count, error)
          || !graft_output_read_at (self->output, done, right, count, error))
        return FALSE;
      equal = memcmp (left, right, count) == 0;
      graft_progress_set (progress, (double)done / size);
    }
  return equal || fail_mismatch (self, error);
}

/* The result is what the source is, byte for byte: all of it can be read if all of that can. */
static gboolean
read_source_through (Writing *self, GCancellable *cancellable, GError **error)
{
  GraftMember *member = self->job->member;

  return !graft_member_has_tree (member) || self->job->repeats != NULL
         || (graft_member_open (member, cancellable, error)
             && graft_read_through (graft_member_get_current_image (member), TRUE, NULL,
                                    cancellable, error));
}

/* What goes wrong while reading back is a failure of the writing, unless the source changed. */
static gboolean
fail_verifying (Writing *self, GError *reason, GError **error)
{
  if (reason->domain == GRAFT_IMAGE_ERROR && reason->code != GRAFT_ERROR_CHANGED)
    {
      g_set_error (error, GRAFT_EXPORT_ERROR, reason->code,
                   _ ("%s was written, but cannot be verified: %s"), self->label, reason->message);
      g_error_free (reason);
    }
  else
    g_propagate_error (error, reason);
  return FALSE;
}

static gboolean
verify_image (Writing *self, GraftInput *result, gboolean full, GraftProgress *progress,
              GCancellable *cancellable, GError **error)
{
  GraftMember *member = self->job->member;
  g_autoptr (GError) local = NULL;
  g_autoptr (GraftImage) image = NULL;

  /* Padding at the end, which no reader of the format misses. */
  if (graft_input_get_size (result) != graft_output_get_position (self->output))
    return fail_mismatch (self, error);
  image = graft_image_load (result, cancellable, &local);
  if (image == NULL
      || !graft_image_verify (graft_member_get_image (member),
                              graft_export_nested_get_roots (self->nested), image, self->written,
                              full, progress, cancellable, &local)
      || !graft_export_nested_verify (self->nested, image, full, NULL, cancellable, &local))
    {
      /* What cannot be decoded may have been carried over: then the source is to blame. */
      if (full && g_error_matches (local, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED)
          && !graft_read_through (graft_member_get_image (member), TRUE, NULL, cancellable, error))
        return FALSE;
      return fail_verifying (self, g_steal_pointer (&local), error);
    }
  return TRUE;
}

/* Reads back in two threads: one compares, one makes the SHA-256. Returns the latter. */
static char *
read_back (Writing *self, gboolean full, GraftProgress *progress, GCancellable *cancellable,
           GError **error)
{
  g_autoptr (GraftInput) result = graft_output_open (self->output, error);
  g_autoptr (GraftInput) again = NULL;
  g_autoptr (GraftDigestThread) thread = NULL;
  g_autoptr (GError) local = NULL;
  char *digest;

  if (result == NULL)
    return NULL;
  again = graft_output_open (self->output, error);
  if (again == NULL)
    return NULL;
  thread = graft_digest_thread_new (again);
  /* FAT and some network file systems have modes of their own. */
  if (fchmod (self->fd, self->job->file_mode & 07777) < 0 && errno != EPERM && errno != EOPNOTSUPP
      && errno != ENOSYS)
    {
      graft_error_set_errno (error, GRAFT_EXPORT_ERROR, errno, self->label,
                             _ ("its mode cannot be set"));
      return NULL;
    }
  if (!graft_output_sync (self->output, error))
    return NULL;
  if (self->job->input == NULL ? !verify_image (self, result, full, progress, cancellable, error)
                               : !compare_copy (self, progress, cancellable, error)
                                     || (full && !read_source_through (self, cancellable, error)))
    return NULL;
  digest = graft_digest_thread_finish (g_steal_pointer (&thread), cancellable, &local);
  if (digest == NULL)
    fail_verifying (self, g_steal_pointer (&local), error);
  return digest;
}

static gboolean
writing_init (Writing *self, const GraftExportJob *job, int folder_fd, const char *name,
              const char *label, GError **error)
{
  self->job = job;
  self->label = graft_name_escape (label);
  self->written = graft_written_new ();
  self->fd = openat (folder_fd, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (self->fd < 0)
    return graft_error_set_errno (error, GRAFT_EXPORT_ERROR, errno, self->label,
                                  _ ("cannot be created"));
  self->output = graft_output_new_take_fd (self->fd, self->label);
  return TRUE;
}

GraftExported *
graft_export_member (const GraftExportJob *job, int folder_fd, const char *name, const char *label,
                     const GraftExportOptions *options, GraftProgress *progress,
                     GCancellable *cancellable, GError **error)
{
  g_auto (Writing) writing = { 0 };
  g_autoptr (GraftProgress) step = NULL;
  g_autofree char *digest = NULL, *what = NULL;
  const char *member_path = graft_member_get_path (job->member);
  g_autofree char *member = graft_name_escape (job->path);
  GraftExported *exported;

  if (!writing_init (&writing, job, folder_fd, name, label, error))
    return NULL;
  what = g_strdup_printf (_ ("Writing %s"), member);
  step = graft_progress_new_child (progress, WRITING_SHARE, what);
  if (job->input == NULL ? !write_image (&writing, folder_fd, options, step, cancellable, error)
                         : !copy_input (&writing, step, cancellable, error))
    return NULL;
  g_clear_object (&step);
  g_free (what);
  what = g_strdup_printf (_ ("Verifying %s"), member);
  step = graft_progress_new_child (progress, 1 - WRITING_SHARE, what);
  digest = read_back (&writing, options->full, step, cancellable, error);
  if (digest == NULL)
    return NULL;
  exported = g_new0 (GraftExported, 1);
  exported->path = g_strdup (job->path);
  exported->copy_of = strcmp (job->path, member_path) != 0 ? g_strdup (member_path) : NULL;
  exported->size = graft_output_get_position (writing.output);
  exported->copied = writing.written->copied;
  exported->encoded = writing.written->encoded;
  exported->grown = writing.written->grown;
  if (writing.nested != NULL)
    exported->grown += graft_export_nested_get_growth (writing.nested);
  exported->digest = g_steal_pointer (&digest);
  exported->changed = job->origin != GRAFT_ORIGIN_CARRIED;
  return exported;
}
