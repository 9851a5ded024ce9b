/* test-journal.c: what is on disk after each step, wherever the writing was broken off
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "journal/graft-journal.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/graft-error.h"
#include "image/graft-fake-image.h"
#include "journal/graft-journal-content.h"
#include "steps/graft-step-fixture.h"

#define ROOT "root.squashfs"

typedef struct
{
  GraftStepFixture steps; /* first: its functions take it */
  char *folder;
  GraftHistory *history;
  GraftJournal *journal;
} Fixture;

static void
open_journal (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  fixture->journal = graft_journal_open (fixture->folder, fixture->steps.set, &error);
  g_assert_no_error (error);
  g_assert_nonnull (fixture->journal);
}

static void
close_journal (Fixture *fixture)
{
  g_clear_pointer (&fixture->journal, graft_journal_close);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  graft_step_fixture_set_up (&fixture->steps, NULL);
  fixture->folder = g_build_filename (fixture->steps.top, "state", "journal", NULL);
  fixture->history = graft_history_new (fixture->steps.set);
  open_journal (fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  close_journal (fixture);
  g_object_unref (fixture->history);
  g_free (fixture->folder);
  graft_step_fixture_tear_down (&fixture->steps, NULL);
}

/* Paths of all that lies in the folder, sorted. */
static GPtrArray *
list_files (Fixture *fixture)
{
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (fixture->folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    g_ptr_array_add (paths, g_build_filename (fixture->folder, name, NULL));
  return paths;
}

static char *
dup_only_file (Fixture *fixture)
{
  g_autoptr (GPtrArray) paths = list_files (fixture);

  g_assert_cmpuint (paths->len, ==, 1);
  return g_strdup (g_ptr_array_index (paths, 0));
}

static void
apply (Fixture *fixture, GraftStep *step, gint64 time)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (graft_history_apply (fixture->history, step, NULL, NULL, NULL, &error));
  g_assert_true (graft_journal_add_step (fixture->journal, step, time, &error));
  g_assert_no_error (error);
  g_object_unref (step);
}

static void
undo (Fixture *fixture)
{
  g_assert_true (graft_history_undo (fixture->history));
  g_assert_true (graft_journal_add_undo (fixture->journal, 30, NULL));
}

static void
redo (Fixture *fixture)
{
  g_assert_true (graft_history_redo (fixture->history));
  g_assert_true (graft_journal_add_redo (fixture->journal, 40, NULL));
}

/* As after a crash: the set as it is on disk, and what the journal has. */
static void
start_anew (Fixture *fixture)
{
  g_autofree char *folder = g_build_filename (fixture->steps.top, "set", NULL);

  close_journal (fixture);
  g_object_unref (fixture->history);
  g_object_unref (fixture->steps.set);
  fixture->steps.set = graft_boot_set_open (folder, NULL, NULL);
  fixture->history = graft_history_new (fixture->steps.set);
  open_journal (fixture);
}

static GPtrArray *
restore (Fixture *fixture)
{
  GPtrArray *problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;

  g_assert_true (
      graft_journal_restore (fixture->journal, fixture->history, problems, NULL, NULL, &error));
  g_assert_no_error (error);
  return problems;
}

static void
assert_there (Fixture *fixture, const char *path, gboolean there)
{
  g_autoptr (GraftNode) node = graft_step_fixture_lookup (&fixture->steps, ROOT, path);

  g_assert_true ((node != NULL) == there);
}

static void
test_restored (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) problems = NULL, none = NULL;

  g_assert_false (graft_journal_has_left (fixture->journal));
  apply (fixture, graft_step_mkdir_new (ROOT ":/one", 5), 10);
  apply (fixture, graft_step_delete_new (ROOT ":/dos"), 20);
  undo (fixture);
  redo (fixture);
  apply (fixture, graft_step_mkdir_new (ROOT ":/two", 5), 35);
  undo (fixture);
  start_anew (fixture);
  g_assert_true (graft_journal_has_left (fixture->journal));
  g_assert_true (graft_journal_is_same_set (fixture->journal));
  g_assert_cmpint (graft_journal_get_left_time (fixture->journal), ==, 30);
  problems = restore (fixture);
  g_assert_cmpuint (problems->len, ==, 0);
  assert_there (fixture, "/one", TRUE);
  assert_there (fixture, "/dos", FALSE);
  assert_there (fixture, "/two", FALSE);
  /* It goes on from there: what was undone can be done again, and is kept as ever. */
  g_assert_false (graft_journal_has_left (fixture->journal));
  redo (fixture);
  apply (fixture, graft_step_mkdir_new (ROOT ":/three", 5), 50);
  start_anew (fixture);
  none = restore (fixture);
  assert_there (fixture, "/two", TRUE);
  assert_there (fixture, "/three", TRUE);
  for (guint i = 0; i < 4; i++)
    g_assert_true (graft_history_undo (fixture->history));
  g_assert_false (graft_boot_set_is_changed (fixture->steps.set));
}

static void
test_removed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) untouched = NULL, exported = NULL, discarded = NULL, left = NULL;

  close_journal (fixture);
  untouched = list_files (fixture);
  g_assert_cmpuint (untouched->len, ==, 0);
  open_journal (fixture);
  apply (fixture, graft_step_mkdir_new (ROOT ":/one", 5), 10);
  g_assert_true (graft_journal_add_exported (fixture->journal, 20, NULL));
  close_journal (fixture);
  exported = list_files (fixture);
  g_assert_cmpuint (exported->len, ==, 0);
  /* Undone after the export: that is not what was exported. */
  open_journal (fixture);
  apply (fixture, graft_step_mkdir_new (ROOT ":/two", 5), 10);
  g_assert_true (graft_journal_add_exported (fixture->journal, 20, NULL));
  undo (fixture);
  close_journal (fixture);
  left = list_files (fixture);
  g_assert_cmpuint (left->len, ==, 1);
  open_journal (fixture);
  g_assert_true (graft_journal_has_left (fixture->journal));
  g_assert_true (graft_journal_discard (fixture->journal, NULL));
  g_assert_false (graft_journal_has_left (fixture->journal));
  close_journal (fixture);
  discarded = list_files (fixture);
  g_assert_cmpuint (discarded->len, ==, 0);
}

static void
test_two_at_a_time (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (graft_journal_open (fixture->folder, fixture->steps.set, &error));
  g_assert_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_REFUSED);
  apply (fixture, graft_step_mkdir_new (ROOT ":/one", 5), 10);
  /* The file was replaced since: it is still one set. */
  g_assert_true (graft_journal_discard (fixture->journal, NULL));
  g_clear_error (&error);
  g_assert_null (graft_journal_open (fixture->folder, fixture->steps.set, &error));
  g_assert_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_REFUSED);
}

/* Edits before the old ones were asked for lose neither. */
static void
test_set_aside (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) both = NULL, first = NULL, second = NULL;

  apply (fixture, graft_step_mkdir_new (ROOT ":/one", 5), 10);
  start_anew (fixture);
  apply (fixture, graft_step_mkdir_new (ROOT ":/two", 5), 20);
  both = list_files (fixture);
  g_assert_cmpuint (both->len, ==, 2);
  start_anew (fixture);
  first = restore (fixture);
  assert_there (fixture, "/two", TRUE);
  assert_there (fixture, "/one", FALSE);
  g_assert_true (graft_journal_add_exported (fixture->journal, 30, NULL));
  start_anew (fixture);
  g_assert_true (graft_journal_has_left (fixture->journal));
  second = restore (fixture);
  assert_there (fixture, "/one", TRUE);
  assert_there (fixture, "/two", FALSE);
}

static void
test_changed_set (Fixture *fixture, gconstpointer data)
{
  g_autofree char *file = g_build_filename (fixture->steps.top, "set", "vmlinuz", NULL);

  apply (fixture, graft_step_mkdir_new (ROOT ":/one", 5), 10);
  g_assert_true (g_file_set_contents (file, "#fake kernel\n#another\n", -1, NULL));
  start_anew (fixture);
  g_assert_true (graft_journal_has_left (fixture->journal));
  g_assert_false (graft_journal_is_same_set (fixture->journal));
}

static void
test_what_is_gone (Fixture *fixture, gconstpointer data)
{
  g_autofree char *file = graft_step_fixture_add_host_file (&fixture->steps, "tool", "x", 0700);
  g_autoptr (GPtrArray) problems = NULL;

  apply (fixture, graft_step_mkdir_new (ROOT ":/one", 5), 10);
  apply (fixture, graft_step_upload_new (file, ROOT ":/tool", 5), 10);
  apply (fixture, graft_step_mkdir_new (ROOT ":/two", 5), 10);
  g_assert_cmpint (g_unlink (file), ==, 0);
  start_anew (fixture);
  problems = restore (fixture);
  g_assert_cmpuint (problems->len, ==, 1);
  g_assert_nonnull (strstr (g_ptr_array_index (problems, 0), "Step 2"));
  g_assert_nonnull (strstr (g_ptr_array_index (problems, 0), file));
  assert_there (fixture, "/one", TRUE);
  assert_there (fixture, "/two", TRUE);
}

/* The file of three edits and an undo, and where each of its five records ends. */
static char *
make_file (Fixture *fixture, gsize *ret_size, gsize *ends)
{
  g_autofree char *path = dup_only_file (fixture);
  char *text = NULL;
  struct stat info;

  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *address = g_strdup_printf (ROOT ":/new%u", i);

      if (i == 4)
        undo (fixture);
      else if (i == 0)
        g_assert_true (graft_journal_discard (fixture->journal, NULL));
      else
        apply (fixture, graft_step_mkdir_new (address, 5), 10);
      g_assert_cmpint (g_stat (path, &info), ==, 0);
      ends[i] = info.st_size;
    }
  g_assert_true (g_file_get_contents (path, &text, ret_size, NULL));
  return text;
}

static void
assert_parsed (const char *text, gsize size, guint records, gsize end)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, size);
  g_autoptr (GraftJournalContent) content = graft_journal_content_parse (bytes);

  g_assert_cmpuint (content->steps->len, ==, CLAMP ((int)records - 1, 0, 3));
  g_assert_cmpuint (content->position, ==, records == 5 ? 2 : content->steps->len);
  g_assert_cmpuint (content->length, ==, end);
}

/* Broken off at every byte, and every byte changed: what was whole before it is there. */
static void
test_damaged (Fixture *fixture, gconstpointer data)
{
  gsize size, ends[5];
  g_autofree char *text = make_file (fixture, &size, ends);

  g_assert_cmpuint (size, ==, ends[4]);
  for (gsize length = 0; length <= size; length++)
    {
      guint whole = 0;

      while (whole < 5 && ends[whole] <= length)
        whole++;
      assert_parsed (text, length, whole, whole > 0 ? ends[whole - 1] : 0);
    }
  for (gsize at = 0; at < size; at++)
    {
      guint whole = 0;

      while (ends[whole] <= at)
        whole++;
      text[at] ^= 0x20;
      assert_parsed (text, size, at < ends[0] ? 0 : whole, at < ends[0] ? 0 : ends[whole - 1]);
      text[at] ^= 0x20;
    }
}

/* The same through the file: it opens, says what is left, and goes on. */
static void
test_torn_files (Fixture *fixture, gconstpointer data)
{
  gsize size, ends[5];
  g_autofree char *text = make_file (fixture, &size, ends);
  g_autofree char *path = dup_only_file (fixture);

  for (gsize length = 0; length <= size; length += length < ends[0] ? 1 : 7)
    {
      g_autoptr (GPtrArray) problems = NULL;

      close_journal (fixture);
      g_assert_true (g_file_set_contents (path, text, length, NULL));
      start_anew (fixture);
      g_assert_true (graft_journal_has_left (fixture->journal) == (length >= ends[1]));
      if (length < ends[1])
        continue;
      problems = restore (fixture);
      g_assert_cmpuint (problems->len, ==, 0);
      assert_there (fixture, "/new1", TRUE);
      apply (fixture, graft_step_mkdir_new (ROOT ":/more", 5), 60);
      start_anew (fixture);
      g_ptr_array_unref (problems);
      problems = restore (fixture);
      assert_there (fixture, "/more", TRUE);
    }
}

/* What was made again and taken back is still what is left: there is nothing to redo, which the
 * journal would know nothing of. */
static void
test_failed_restore (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  g_autofree char *in_the_way = NULL;

  apply (fixture, graft_step_mkdir_new (ROOT ":/one", 5), 10);
  apply (fixture, graft_step_mkdir_new (ROOT ":/two", 5), 20);
  start_anew (fixture);
  path = dup_only_file (fixture);
  in_the_way = g_strconcat (path, ".new", NULL);
  g_assert_cmpint (g_mkdir (in_the_way, 0700), ==, 0);
  g_assert_false (graft_journal_restore (fixture->journal, fixture->history, problems, NULL,
                                         cancellable, &error));
  g_assert_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_IO);
  g_clear_error (&error);
  g_assert_false (graft_history_redo (fixture->history));
  g_assert_false (graft_journal_add_redo (fixture->journal, 40, &error));
  g_assert_nonnull (error);
  g_assert_true (graft_journal_has_left (fixture->journal));
  g_assert_cmpint (g_rmdir (in_the_way), ==, 0);
}

/* A folder that cannot be written to is an error of writing, not of the set. */
static void
test_no_folder (Fixture *fixture, gconstpointer data)
{
  g_autofree char *file = graft_step_fixture_add_host_file (&fixture->steps, "file", "x", 0600);
  g_autoptr (GError) error = NULL;

  g_assert_null (graft_journal_open (file, fixture->steps.set, &error));
  g_assert_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_IO);
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  graft_fake_formats_register ();
  ADD ("/journal/restored", test_restored);
  ADD ("/journal/removed", test_removed);
  ADD ("/journal/two-at-a-time", test_two_at_a_time);
  ADD ("/journal/set-aside", test_set_aside);
  ADD ("/journal/changed-set", test_changed_set);
  ADD ("/journal/what-is-gone", test_what_is_gone);
  ADD ("/journal/damaged", test_damaged);
  ADD ("/journal/torn-files", test_torn_files);
  ADD ("/journal/failed-restore", test_failed_restore);
  ADD ("/journal/no-folder", test_no_folder);
  return g_test_run ();
}
