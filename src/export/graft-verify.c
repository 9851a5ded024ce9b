/* graft-verify.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "export/graft-verify.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/graft-cancel-scope.h"
#include "base/graft-error.h"
#include "base/graft-limits.h"
#include "base/graft-name.h"
#include "export/graft-file-at.h"
#include "export/graft-manifest.h"
#include "export/graft-read-through.h"
#include "image/graft-image-loader.h"

static const char *const status_names[] = { "ok", "missing", "differs", "unreadable" };

const char *
graft_verified_status_get_name (GraftVerifiedStatus self)
{
  return status_names[self];
}

static void
graft_verified_free (gpointer data)
{
  GraftVerified *self = data;

  g_free (self->path);
  g_free (self->reason);
  g_free (self);
}

static void
set_status (GraftVerified *self, GraftVerifiedStatus status, const char *reason)
{
  self->status = status;
  g_free (self->reason);
  self->reason = g_strdup (reason);
}

/* %FALSE only when cancelled. */
static gboolean
judge_error (GraftVerified *self, GError *reason, GError **error)
{
  if (g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_propagate_error (error, reason);
      return FALSE;
    }
  set_status (self, GRAFT_VERIFIED_UNREADABLE, reason->message);
  g_error_free (reason);
  return TRUE;
}

static GraftVerified *
add_verified (GPtrArray *results, const char *path)
{
  GraftVerified *self = g_new0 (GraftVerified, 1);

  self->path = g_strdup (path);
  g_ptr_array_add (results, self);
  return self;
}

static gboolean
judge_image (GraftVerified *self, GraftInput *input, gboolean full, GraftProgress *progress,
             GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (GraftImage) image = graft_image_load (input, cancellable, &local);

  if (image == NULL || !graft_read_through (image, full, progress, cancellable, &local))
    return judge_error (self, g_steal_pointer (&local), error);
  return TRUE;
}

/* Images inside of one that is in order, as the set has them as members. */
static gboolean
judge_inside (GraftMember *member, gboolean full, GPtrArray *results, GCancellable *cancellable,
              GError **error)
{
  GPtrArray *children = graft_member_get_children (member);

  for (guint i = 0; i < children->len; i++)
    {
      GraftMember *child = g_ptr_array_index (children, i);
      GraftVerified *verified = add_verified (results, graft_member_get_path (child));

      verified->size = graft_input_get_size (graft_member_get_input (child));
      if (!judge_image (verified, graft_member_get_input (child), full, NULL, cancellable, error)
          || !judge_inside (child, full, results, cancellable, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
judge_entry (int folder_fd, const GraftManifestEntry *entry, gboolean full, GPtrArray *results,
             GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  GraftVerified *verified = add_verified (results, entry->path);
  g_autofree char *shown = graft_name_escape (entry->path);
  g_autoptr (GraftInput) input = NULL;
  g_autoptr (GError) local = NULL;
  g_autofree char *digest = NULL;
  int fd = openat (folder_fd, entry->path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

  if (fd < 0)
    {
      g_autofree char *reason = g_strdup_printf ("%s: %s", shown, g_strerror (errno));

      set_status (verified, errno == ENOENT ? GRAFT_VERIFIED_MISSING : GRAFT_VERIFIED_UNREADABLE,
                  reason);
      return TRUE;
    }
  input = graft_file_input_new_take_fd (fd, shown, &local);
  if (input != NULL)
    {
      verified->size = graft_input_get_size (input);
      if (verified->size == entry->size)
        digest = graft_input_digest (input, cancellable, &local);
    }
  if (local != NULL)
    return judge_error (verified, g_steal_pointer (&local), error);
  if (g_strcmp0 (digest, entry->digest) != 0)
    {
      g_autofree char *reason = g_strdup_printf (
          _ ("%s does not have the %s that %s lists: it was changed or damaged since the export"),
          shown, digest == NULL ? _ ("size") : "SHA-256", GRAFT_MANIFEST_NAME);

      set_status (verified, GRAFT_VERIFIED_DIFFERS, reason);
      return TRUE;
    }
  /* Text, which the SHA-256 says enough of. */
  return strcmp (entry->role, graft_role_get_name (GRAFT_ROLE_BOOT_ENTRY)) == 0
         || strcmp (entry->role, graft_role_get_name (GRAFT_ROLE_TREE_INFO)) == 0
         || judge_image (verified, input, full, progress, cancellable, error);
}

static gboolean
is_in_order (GPtrArray *results, const char *path)
{
  for (guint i = 0; i < results->len; i++)
    {
      const GraftVerified *verified = g_ptr_array_index (results, i);

      if (strcmp (verified->path, path) == 0)
        return verified->status == GRAFT_VERIFIED_OK;
    }
  return FALSE;
}

/* The images inside of the files that are in order; the files are on @results. */
static gboolean
verify_inside (const char *path, gboolean full, GPtrArray *results, GCancellable *cancellable,
               GError **error)
{
  g_autoptr (GraftBootSet) set = graft_boot_set_open (path, cancellable, NULL);
  g_autoptr (GPtrArray) files = set != NULL ? graft_boot_set_list_files (set) : NULL;

  for (guint i = 0; files != NULL && i < files->len; i++)
    if (is_in_order (results, graft_member_get_path (g_ptr_array_index (files, i)))
        && !judge_inside (g_ptr_array_index (files, i), full, results, cancellable, error))
      return FALSE;
  return !g_cancellable_set_error_if_cancelled (cancellable, error);
}

static GPtrArray *
verify_manifest (const char *path, int folder_fd, GPtrArray *entries, gboolean full,
                 GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) results = g_ptr_array_new_with_free_func (graft_verified_free);
  guint64 total = 0;

  for (guint i = 0; i < entries->len; i++)
    total += ((GraftManifestEntry *)g_ptr_array_index (entries, i))->size;
  for (guint i = 0; i < entries->len; i++)
    {
      const GraftManifestEntry *entry = g_ptr_array_index (entries, i);
      g_autofree char *what = graft_name_escape (entry->path);
      g_autoptr (GraftProgress) step
          = graft_progress_new_child (progress, (double)entry->size / MAX (total, 1), what);

      if (!judge_entry (folder_fd, entry, full, results, step, cancellable, error))
        return NULL;
    }
  return verify_inside (path, full, results, cancellable, error) ? g_steal_pointer (&results)
                                                                 : NULL;
}

static gboolean
read_member (GraftMember *member, gboolean full, GraftProgress *progress, GCancellable *cancellable,
             GError **error)
{
  GraftImage *image;

  if (!graft_member_open (member, cancellable, error))
    return FALSE;
  image = graft_member_get_image (member);
  return image == NULL || graft_read_through (image, full, progress, cancellable, error);
}

static GPtrArray *
verify_set (const char *path, gboolean full, GraftProgress *progress, GCancellable *cancellable,
            GError **error)
{
  g_autoptr (GPtrArray) results = g_ptr_array_new_with_free_func (graft_verified_free);
  g_autoptr (GraftBootSet) set = graft_boot_set_open (path, cancellable, error);
  GPtrArray *members;

  if (set == NULL)
    return NULL;
  members = graft_boot_set_get_members (set);
  for (guint i = 0; i < members->len; i++)
    {
      GraftMember *member = g_ptr_array_index (members, i);
      GraftVerified *verified = add_verified (results, graft_member_get_path (member));
      g_autoptr (GraftProgress) step
          = graft_progress_new_child (progress, 1.0 / members->len, verified->path);
      g_autoptr (GError) local = NULL;

      if (graft_member_get_input (member) != NULL)
        verified->size = graft_input_get_size (graft_member_get_input (member));
      if (!read_member (member, full, step, cancellable, &local)
          && !judge_error (verified, g_steal_pointer (&local), error))
        return NULL;
    }
  return g_steal_pointer (&results);
}

GPtrArray *
graft_verify (const char *path, gboolean full, GraftProgress *progress, GCancellable *cancellable,
              GError **error)
{
  g_autoptr (GraftCancelScope) scope G_GNUC_UNUSED = graft_cancel_scope_new (cancellable);
  g_autoptr (GPtrArray) entries = NULL;
  GPtrArray *results = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GError) local = NULL;
  int fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  /* An image, or nothing: the set's own business. */
  if (fd < 0)
    return verify_set (path, full, progress, cancellable, error);
  text = graft_file_at_read (fd, GRAFT_MANIFEST_NAME, GRAFT_LIMIT_MANIFEST, &local);
  if (text != NULL)
    {
      entries = graft_manifest_parse (text, GRAFT_MANIFEST_NAME, error);
      if (entries != NULL)
        results = verify_manifest (path, fd, entries, full, progress, cancellable, error);
    }
  else if (g_error_matches (local, GRAFT_IMAGE_ERROR, GRAFT_ERROR_NOT_FOUND))
    results = verify_set (path, full, progress, cancellable, error);
  else
    g_propagate_error (error, g_steal_pointer (&local));
  close (fd);
  return results;
}
