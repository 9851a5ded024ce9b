/* graft-journal.c: steps that were not exported, kept on disk
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "journal/graft-journal.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/graft-error.h"
#include "base/graft-limits.h"
#include "base/graft-name.h"
#include "journal/graft-journal-content.h"

/* A file may be replaced between its opening and its locking. */
#define TRIES 8
/* Journals set aside, of one set. */
#define MAX_ASIDE 99

struct _GraftJournal
{
  char *path;
  char *folder;
  int fd;    /* locked */
  char *set; /* digest of the set's files now */
  goffset length;
  guint n_steps; /* as GraftJournalContent has them, now */
  guint position;
  gint saved;
  GraftJournalContent *left; /* NULL: nothing from before, or it was decided */
};

static gboolean
fail (const char *path, const char *what, GError **error)
{
  int errnum = errno;
  g_autofree char *shown = graft_name_escape (path);

  return graft_error_set_errno (error, GRAFT_EXPORT_ERROR, errnum, shown, what);
}

static void
add_file (GChecksum *checksum, GraftMember *member)
{
  const char *path = graft_member_get_path (member);
  GraftInput *input = graft_member_get_input (member);
  g_autofree char *facts = NULL;
  struct stat info = { 0 };
  guint64 offset;
  int fd;

  if (input != NULL && graft_input_get_file (input, &fd, &offset))
    (void)fstat (fd, &info);
  facts
      = g_strdup_printf (" %" G_GUINT64_FORMAT " %" G_GINT64_FORMAT ".%ld\n", (guint64)info.st_size,
                         (gint64)info.st_mtim.tv_sec, info.st_mtim.tv_nsec);
  g_checksum_update (checksum, (const guchar *)path, -1);
  g_checksum_update (checksum, (const guchar *)facts, -1);
}

static char *
digest_set (GraftBootSet *set)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autoptr (GPtrArray) files = graft_boot_set_list_files (set);

  for (guint i = 0; i < files->len; i++)
    add_file (checksum, g_ptr_array_index (files, i));
  return g_strdup (g_checksum_get_string (checksum));
}

/* By the folder, wherever links lead to it, and the first file: several sets may lie in it. */
static char *
dup_name (GraftBootSet *set)
{
  const char *folder = graft_boot_set_get_folder (set);
  g_autofree char *real = realpath (folder, NULL);
  g_autoptr (GPtrArray) files = graft_boot_set_list_files (set);
  g_autofree char *text = g_strconcat (
      real != NULL ? real : folder, "\n",
      files->len > 0 ? graft_member_get_path (g_ptr_array_index (files, 0)) : "", NULL);
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);

  return g_strconcat (digest, ".journal", NULL);
}

static void
close_file (GraftJournal *self)
{
  if (self->fd >= 0)
    close (self->fd);
  self->fd = -1;
}

static gboolean
is_at (int fd, const char *path)
{
  struct stat open_file, there;

  return fstat (fd, &open_file) == 0 && lstat (path, &there) == 0
         && open_file.st_dev == there.st_dev && open_file.st_ino == there.st_ino;
}

static gboolean
set_in_use (GError **error)
{
  g_set_error_literal (error, GRAFT_STEP_ERROR, GRAFT_ERROR_REFUSED,
                       _ ("The set is open in another window or program, too: what is edited here "
                          "is not kept for a crash"));
  return FALSE;
}

/* Where there are no locks at all, it goes without. */
static gboolean
lock (int fd)
{
  return flock (fd, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK;
}

static gboolean
open_file (GraftJournal *self, GError **error)
{
  for (guint i = 0; i < TRIES; i++)
    {
      self->fd = open (self->path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
      if (self->fd < 0)
        return fail (self->path, _ ("cannot be opened"), error);
      if (!lock (self->fd))
        return set_in_use (error);
      if (is_at (self->fd, self->path))
        return TRUE;
      close_file (self);
    }
  return set_in_use (error);
}

static gboolean
write_bytes (int fd, const char *path, const GByteArray *bytes, goffset at, GError **error)
{
  for (gsize done = 0; done < bytes->len;)
    {
      gssize count = pwrite (fd, bytes->data + done, bytes->len - done, at + done);

      if (count < 0 && errno == EINTR)
        continue;
      if (count == 0)
        errno = EIO;
      if (count <= 0)
        return fail (path, _ ("cannot be written, so that what is edited is not kept for a crash"),
                     error);
      done += count;
    }
  return fdatasync (fd) == 0
         || fail (path, _ ("cannot be written, so that what is edited is not kept for a crash"),
                  error);
}

/* Locked before it has its name. */
static int
make_file (const char *path, const GByteArray *bytes, GError **error)
{
  int fd = open (path, O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);

  if (fd < 0)
    {
      fail (path, _ ("cannot be made"), error);
      return -1;
    }
  if (!lock (fd))
    fail (path, _ ("cannot be locked"), error);
  else if (write_bytes (fd, path, bytes, 0, error))
    return fd;
  close (fd);
  unlink (path);
  return -1;
}

static void
sync_folder (GraftJournal *self)
{
  int fd = open (self->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd < 0)
    return;
  (void)fsync (fd);
  close (fd);
}

/* Puts a file with @bytes in the place of the one that is open; that stays where it cannot. */
static gboolean
replace (GraftJournal *self, const GByteArray *bytes, GError **error)
{
  g_autofree char *path = g_strconcat (self->path, ".new", NULL);
  int fd = make_file (path, bytes, error);

  if (fd < 0)
    return FALSE;
  if (rename (path, self->path) < 0)
    {
      fail (self->path, _ ("cannot be replaced"), error);
      close (fd);
      return FALSE;
    }
  sync_folder (self);
  close_file (self);
  self->fd = fd;
  self->length = bytes->len;
  return TRUE;
}

/* A new journal of these @steps, of which @position are in force. */
static gboolean
begin (GraftJournal *self, GPtrArray *steps, guint position, gint64 time, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  guint count = steps != NULL ? steps->len : 0;

  graft_journal_content_begin (bytes, self->set);
  for (guint i = 0; i < count; i++)
    graft_journal_content_add_step (bytes, g_ptr_array_index (steps, i), time);
  for (guint i = position; i < count; i++)
    graft_journal_content_add_mark (bytes, "undo", time);
  if (!replace (self, bytes, error))
    return FALSE;
  self->n_steps = count;
  self->position = position;
  self->saved = 0;
  g_clear_pointer (&self->left, graft_journal_content_free);
  return TRUE;
}

/* What the file says; NULL for nothing that is worth asking about. */
static gboolean
read_left (GraftJournal *self, GError **error)
{
  struct stat info;
  g_autoptr (GraftInput) input = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GraftJournalContent) content = NULL;
  int copy;

  if (fstat (self->fd, &info) < 0 || info.st_size > (goffset)GRAFT_LIMIT_IN_MEMORY)
    return TRUE;
  copy = fcntl (self->fd, F_DUPFD_CLOEXEC, 0);
  input = copy >= 0 ? graft_file_input_new_take_fd (copy, self->path, error) : NULL;
  bytes = input != NULL ? graft_input_read_all (input, error) : NULL;
  if (bytes == NULL)
    return copy >= 0 ? FALSE : fail (self->path, _ ("cannot be opened"), error);
  content = graft_journal_content_parse (bytes);
  if (graft_journal_content_is_unsaved (content))
    self->left = g_steal_pointer (&content);
  return TRUE;
}

static char *
dup_aside (GraftJournal *self, guint i)
{
  return g_strdup_printf ("%s.%02u", self->path, i);
}

/* What was set aside last, in the place of the journal, which has nothing. */
static gboolean
take_aside (GraftJournal *self, GError **error)
{
  for (guint i = MAX_ASIDE; i > 0 && self->left == NULL; i--)
    {
      g_autofree char *path = dup_aside (self, i);
      int fd = open (path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

      if (fd < 0)
        continue;
      if (!lock (fd) || rename (path, self->path) < 0)
        {
          close (fd);
          continue;
        }
      close_file (self);
      self->fd = fd;
      if (!read_left (self, error))
        return FALSE;
    }
  return TRUE;
}

GraftJournal *
graft_journal_open (const char *folder, GraftBootSet *set, GError **error)
{
  g_autoptr (GraftJournal) self = g_new0 (GraftJournal, 1);
  g_autofree char *name = dup_name (set);

  self->fd = -1;
  self->folder = folder != NULL
                     ? g_strdup (folder)
                     : g_build_filename (g_get_user_state_dir (), "bootgraft", "journal", NULL);
  self->set = digest_set (set);
  if (g_mkdir_with_parents (self->folder, 0700) < 0)
    {
      fail (self->folder, _ ("cannot be made"), error);
      return NULL;
    }
  self->path = g_build_filename (self->folder, name, NULL);
  if (!open_file (self, error) || !read_left (self, error) || !take_aside (self, error))
    {
      close_file (self);
      return NULL;
    }
  if (self->left != NULL)
    {
      self->length = self->left->length;
      return g_steal_pointer (&self);
    }
  /* Begun with the first edit: a set that is only looked at costs no writing. */
  if (ftruncate (self->fd, 0) == 0)
    return g_steal_pointer (&self);
  fail (self->path, _ ("cannot be written, so that what is edited is not kept for a crash"), error);
  close_file (self);
  return NULL;
}

void
graft_journal_close (GraftJournal *self)
{
  if (self->fd >= 0 && self->left == NULL && self->saved == (gint)self->position)
    unlink (self->path);
  close_file (self);
  g_clear_pointer (&self->left, graft_journal_content_free);
  g_free (self->path);
  g_free (self->folder);
  g_free (self->set);
  g_free (self);
}

gboolean
graft_journal_has_left (GraftJournal *self)
{
  return self->left != NULL;
}

gint64
graft_journal_get_left_time (GraftJournal *self)
{
  return self->left != NULL ? self->left->time : 0;
}

gboolean
graft_journal_is_same_set (GraftJournal *self)
{
  return self->left == NULL || g_strcmp0 (self->left->set, self->set) == 0;
}

static void
add_problem (GPtrArray *problems, guint i, GraftStep *step, const GError *error)
{
  g_autofree char *label = graft_step_dup_label (step);

  g_ptr_array_add (problems, g_strdup_printf (_ ("Step %u (%s) cannot be made again: %s"), i + 1,
                                              label, error->message));
}

/* @ret_undone: how many of those that were made again are to be undone. */
static gboolean
apply_left (GraftJournal *self, GraftHistory *history, GPtrArray *problems, guint *ret_undone,
            GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  GPtrArray *steps = self->left->steps;

  for (guint i = 0; i < steps->len; i++)
    {
      GraftStep *step = g_ptr_array_index (steps, i);
      g_autoptr (GraftProgress) child = graft_progress_new_child (progress, 1.0 / steps->len, NULL);
      g_autoptr (GError) local = NULL;

      if (!graft_history_apply (history, step, NULL, child, cancellable, &local))
        {
          if (g_cancellable_set_error_if_cancelled (cancellable, error))
            return FALSE;
          add_problem (problems, i, step, local);
        }
      else if (i >= self->left->position && graft_history_get_last (history) == step)
        ++*ret_undone;
    }
  return TRUE;
}

gboolean
graft_journal_restore (GraftJournal *self, GraftHistory *history, GPtrArray *problems,
                       GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  guint undone = 0, position;
  g_autoptr (GPtrArray) steps = NULL;
  gboolean done;

  g_return_val_if_fail (self->left != NULL, FALSE);
  done = apply_left (self, history, problems, &undone, progress, cancellable, error);
  while (done && undone > 0 && graft_history_undo (history))
    undone--;
  steps = graft_history_list_steps (history, &position);
  if (done && begin (self, steps, position, self->left->time, error))
    return TRUE;
  while (graft_history_undo (history))
    continue;
  /* The journal has them as what is left, not as what is undone. */
  graft_history_forget_undone (history);
  return FALSE;
}

gboolean
graft_journal_discard (GraftJournal *self, GError **error)
{
  return begin (self, NULL, 0, 0, error);
}

/* Under the first name that is free: a link never replaces. */
static gboolean
set_aside (GraftJournal *self, GError **error)
{
  for (guint i = 1; i <= MAX_ASIDE; i++)
    {
      g_autofree char *path = dup_aside (self, i);

      if (link (self->path, path) == 0)
        return begin (self, NULL, 0, 0, error);
      if (errno != EEXIST)
        break;
    }
  return fail (self->path, _ ("cannot be set aside: restore or discard the edits of before first"),
               error);
}

/* For the record that follows. */
static gboolean
prepare (GraftJournal *self, GError **error)
{
  if (self->left != NULL)
    return set_aside (self, error);
  return self->length > 0 || begin (self, NULL, 0, 0, error);
}

static gboolean
append (GraftJournal *self, const GByteArray *bytes, GError **error)
{
  if (self->length + bytes->len > (goffset)GRAFT_LIMIT_IN_MEMORY)
    {
      g_set_error_literal (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_TOO_LARGE,
                           _ ("So much was edited that no more of it is kept for a crash: export "
                              "the set"));
      return FALSE;
    }
  if (!write_bytes (self->fd, self->path, bytes, self->length, error))
    {
      (void)!ftruncate (self->fd, self->length);
      return FALSE;
    }
  self->length += bytes->len;
  return TRUE;
}

gboolean
graft_journal_add_step (GraftJournal *self, GraftStep *step, gint64 time, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  graft_journal_content_add_step (bytes, step, time);
  if (!prepare (self, error) || !append (self, bytes, error))
    return FALSE;
  if (self->saved > (gint)self->position)
    self->saved = -1;
  self->n_steps = ++self->position;
  return TRUE;
}

static gboolean
add_mark (GraftJournal *self, const char *what, gint64 time, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  graft_journal_content_add_mark (bytes, what, time);
  return prepare (self, error) && append (self, bytes, error);
}

/* A step that the journal does not have: what follows would be without what it is on. */
static gboolean
set_unknown (GError **error)
{
  g_set_error_literal (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_INVALID,
                       _ ("What is edited is not kept for a crash any more: export the set"));
  return FALSE;
}

gboolean
graft_journal_add_undo (GraftJournal *self, gint64 time, GError **error)
{
  if (self->position == 0)
    return set_unknown (error);
  if (!add_mark (self, "undo", time, error))
    return FALSE;
  self->position--;
  return TRUE;
}

gboolean
graft_journal_add_redo (GraftJournal *self, gint64 time, GError **error)
{
  if (self->position >= self->n_steps)
    return set_unknown (error);
  if (!add_mark (self, "redo", time, error))
    return FALSE;
  self->position++;
  return TRUE;
}

gboolean
graft_journal_add_exported (GraftJournal *self, gint64 time, GError **error)
{
  if (!add_mark (self, "exported", time, error))
    return FALSE;
  self->saved = self->position;
  return TRUE;
}
