/* test-intent.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A folder with two files that an export replaces and one that it adds; the process dies after
 * any of the steps.
 */

#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/graft-error.h"
#include "export/graft-export.h"
#include "export/graft-file-at.h"
#include "export/graft-intent.h"

#define WORKSPACE ".bootgraft-dead00"

typedef struct
{
  char *folder;
  int fd;
  int workspace;
  GPtrArray *items;
} Fixture;

static void
make_file (int fd, const char *name, const char *text)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (graft_file_at_write (fd, name, text, 0644, &error));
  g_assert_no_error (error);
}

static void
assert_text (int fd, const char *name, const char *expected)
{
  g_autofree char *text = graft_file_at_read (fd, name, 1000, NULL);

  g_assert_cmpstr (text, ==, expected);
}

static void
add_item (Fixture *fixture, const char *temporary, const char *name, const char *kept,
          const char *text)
{
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);

  make_file (fixture->workspace, temporary, text);
  g_ptr_array_add (fixture->items,
                   graft_intent_item_new (temporary, name, kept, strlen (text), digest));
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->folder = g_dir_make_tmp ("bootgraft-intent-XXXXXX", NULL);
  fixture->fd = open (fixture->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  g_assert_cmpint (mkdirat (fixture->fd, WORKSPACE, 0700), ==, 0);
  g_assert_cmpint (mkdirat (fixture->fd, "sub", 0755), ==, 0);
  fixture->workspace = graft_file_at_open_folder (fixture->fd, WORKSPACE, &error);
  g_assert_no_error (error);
  make_file (fixture->workspace, "lock", "");
  make_file (fixture->fd, "vmlinuz", "old kernel");
  make_file (fixture->fd, "sub/initrd\xff", "old initrd");
  fixture->items = g_ptr_array_new_with_free_func ((GDestroyNotify)graft_intent_item_free);
  add_item (fixture, "new-0", "vmlinuz", "vmlinuz.bootgraft-old", "new kernel");
  add_item (fixture, "new-1", "sub/initrd\xff", "sub/initrd\xff.bootgraft-old", "new initrd");
  add_item (fixture, "new-list", "bootgraft.json", NULL, "{}");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_ptr_array_unref (fixture->items);
  close (fixture->workspace);
  close (fixture->fd);
  graft_file_at_remove (AT_FDCWD, fixture->folder);
  g_free (fixture->folder);
}

static void
assert_new (Fixture *fixture)
{
  assert_text (fixture->fd, "vmlinuz", "new kernel");
  assert_text (fixture->fd, "vmlinuz.bootgraft-old", "old kernel");
  assert_text (fixture->fd, "sub/initrd\xff", "new initrd");
  assert_text (fixture->fd, "sub/initrd\xff.bootgraft-old", "old initrd");
  assert_text (fixture->fd, "bootgraft.json", "{}");
}

static void
assert_old (Fixture *fixture)
{
  assert_text (fixture->fd, "vmlinuz", "old kernel");
  assert_text (fixture->fd, "vmlinuz.bootgraft-old", NULL);
  assert_text (fixture->fd, "sub/initrd\xff", "old initrd");
  assert_text (fixture->fd, "sub/initrd\xff.bootgraft-old", NULL);
  assert_text (fixture->fd, "bootgraft.json", NULL);
}

static void
write_intent (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (graft_intent_write (fixture->workspace, fixture->items, &error));
  g_assert_no_error (error);
}

/* The renames that complete() would do, the first @n of them: a link to the old file, then the new
 * one over it. */
static void
die_after (Fixture *fixture, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      const GraftIntentItem *item = g_ptr_array_index (fixture->items, i / 2);

      if (i % 2 == 0 && item->kept != NULL)
        g_assert_cmpint (linkat (fixture->fd, item->name, fixture->fd, item->kept, 0), ==, 0);
      else if (i % 2 == 1)
        g_assert_cmpint (renameat (fixture->workspace, item->temporary, fixture->fd, item->name),
                         ==, 0);
    }
}

static void
recover (Fixture *fixture, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *done = NULL;

  g_assert_true (graft_export_recover (fixture->folder, &done, &error));
  g_assert_no_error (error);
  if (expected == NULL)
    g_assert_null (done);
  else
    g_assert_nonnull (strstr (done, expected));
  g_assert_cmpint (faccessat (fixture->fd, WORKSPACE, F_OK, 0), ==, -1);
}

static void
test_completes (Fixture *fixture, gconstpointer data)
{
  write_intent (fixture);
  die_after (fixture, GPOINTER_TO_UINT (data));
  recover (fixture, "completed");
  assert_new (fixture);
}

/* Before the intent is there, nothing was meant. */
static void
test_forgets (Fixture *fixture, gconstpointer data)
{
  make_file (fixture->workspace, "intent.tmp", "{\"int");
  recover (fixture, NULL);
  assert_old (fixture);
}

/* A new file that was damaged since cannot take its place: all go back. */
static void
test_goes_back (Fixture *fixture, gconstpointer data)
{
  write_intent (fixture);
  die_after (fixture, GPOINTER_TO_UINT (data));
  g_assert_cmpint (unlinkat (fixture->workspace, "new-list", 0), ==, 0);
  make_file (fixture->workspace, "new-list", "damaged");
  recover (fixture, "undone");
  assert_old (fixture);
}

static void
test_goes_back_once_more (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  write_intent (fixture);
  die_after (fixture, 4);
  g_assert_cmpint (
      renameat (fixture->workspace, "intent.json", fixture->workspace, "rollback.json"), ==, 0);
  /* It died after the first of the steps back. */
  g_assert_cmpint (
      renameat (fixture->fd, "sub/initrd\xff.bootgraft-old", fixture->fd, "sub/initrd\xff"), ==, 0);
  recover (fixture, "undone");
  assert_old (fixture);
}

/* Somebody else made a file of the name that the old one would have kept: it is not ours to move.
 */
static void
test_strange_file (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  make_file (fixture->fd, "sub/initrd\xff.bootgraft-old", "strange");
  write_intent (fixture);
  die_after (fixture, 2);
  g_assert_false (graft_intent_complete (fixture->workspace, fixture->fd, fixture->items, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_assert_true (graft_intent_roll_back (fixture->workspace, fixture->fd, fixture->items, &error));
  g_assert_no_error (error);
  assert_text (fixture->fd, "vmlinuz", "old kernel");
  assert_text (fixture->fd, "sub/initrd\xff", "old initrd");
  assert_text (fixture->fd, "sub/initrd\xff.bootgraft-old", "strange");
}

static void
test_without_hard_links (Fixture *fixture, gconstpointer data)
{
  write_intent (fixture);
  g_assert_cmpint (renameat (fixture->fd, "vmlinuz", fixture->fd, "vmlinuz.bootgraft-old"), ==, 0);
  recover (fixture, "completed");
  assert_new (fixture);
}

static void
test_hostile_names (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gboolean back;

  g_ptr_array_insert (fixture->items, 0,
                      graft_intent_item_new ("new-0", "../outside", NULL, 0, "digest"));
  write_intent (fixture);
  g_assert_null (graft_intent_read (fixture->workspace, &back, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED);
  g_clear_error (&error);
  g_assert_false (graft_export_recover (fixture->folder, NULL, &error));
  g_assert_nonnull (error);
  assert_text (fixture->fd, "vmlinuz", "old kernel");
}

static void
test_nothing (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *done = NULL, *missing = g_build_filename (fixture->folder, "missing", NULL);

  g_assert_true (graft_export_recover (missing, &done, &error));
  g_assert_no_error (error);
  g_assert_null (done);
}

#define ADD(path, data, func)                                                                      \
  g_test_add (path, Fixture, GUINT_TO_POINTER (data), set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i <= 6; i++)
    {
      g_autofree char *path = g_strdup_printf ("/intent/completes-after/%u", i);

      ADD (path, i, test_completes);
    }
  for (guint i = 0; i <= 5; i++)
    {
      g_autofree char *path = g_strdup_printf ("/intent/goes-back-after/%u", i);

      ADD (path, i, test_goes_back);
    }
  ADD ("/intent/forgets", 0, test_forgets);
  ADD ("/intent/goes-back-once-more", 0, test_goes_back_once_more);
  ADD ("/intent/strange-file", 0, test_strange_file);
  ADD ("/intent/without-hard-links", 0, test_without_hard_links);
  ADD ("/intent/hostile-names", 0, test_hostile_names);
  ADD ("/intent/nothing", 0, test_nothing);
  return g_test_run ();
}
