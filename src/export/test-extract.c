/* test-extract.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/graft-error.h"
#include "export/graft-extract.h"
#include "export/graft-file-at.h"
#include "image/graft-fake-image.h"

typedef struct
{
  char *top;
  char *folder; /* "target" in it */
  GraftExtractReport *report;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->top = g_dir_make_tmp ("bootgraft-extract-XXXXXX", NULL);
  fixture->folder = g_build_filename (fixture->top, "target", NULL);
  fixture->report = graft_extract_report_new ();
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  graft_file_at_remove (AT_FDCWD, fixture->top);
  graft_extract_report_free (fixture->report);
  g_free (fixture->folder);
  g_free (fixture->top);
}

/* All of the image that @text describes. */
static gboolean
extract (Fixture *fixture, const char *text, GCancellable *cancellable, GError **error)
{
  g_autoptr (GraftImage) image = graft_fake_image_new ("squashfs", "root.squashfs", text);
  g_autoptr (GraftNode) root = graft_image_dup_root (image, NULL);
  g_autoptr (GraftDirectory) listing = graft_node_list (root, NULL);

  return graft_extract (graft_directory_get_entry (listing, 0),
                        graft_directory_get_n_entries (listing), fixture->folder, fixture->report,
                        NULL, cancellable, error);
}

/* What is at @path below the fixture's own folder: "d0755", "f0644 CONTENT", "l TARGET", "-". */
static void
assert_is (Fixture *fixture, const char *path, const char *expected)
{
  g_autofree char *full = g_build_filename (fixture->top, path, NULL);
  g_autofree char *content = NULL, *found = NULL;
  struct stat info;

  if (lstat (full, &info) < 0)
    found = g_strdup ("-");
  else if (S_ISLNK (info.st_mode))
    {
      content = g_file_read_link (full, NULL);
      found = g_strdup_printf ("l %s", content);
    }
  else if (S_ISDIR (info.st_mode))
    found = g_strdup_printf ("d%04o", info.st_mode & 07777);
  else
    {
      g_assert_true (g_file_get_contents (full, &content, NULL, NULL));
      found = g_strdup_printf ("f%04o %s", info.st_mode & 07777, content);
    }
  g_assert_cmpstr (found, ==, expected);
}

static const char *
get_note (Fixture *fixture, guint i)
{
  g_assert_cmpuint (i, <, fixture->report->notes->len);
  return g_ptr_array_index (fixture->report->notes, i);
}

static void
test_all_types (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *one = g_build_filename (fixture->folder, "bin", "one", NULL);
  struct stat info;

  g_assert_true (extract (fixture,
                          "d 1755 /bin\nf 6755 /bin/one 1\nh /bin/two /bin/one\n"
                          "l /up ../../etc\nc 0600 /console 5 1\np 0600 /pipe\n",
                          NULL, &error));
  g_assert_no_error (error);
  /* Nothing on this machine gets rights by an image. */
  assert_is (fixture, "target/bin", "d0755");
  assert_is (fixture, "target/bin/one", "f0755 1");
  assert_is (fixture, "target/bin/two", "f0755 1");
  g_assert_cmpint (lstat (one, &info), ==, 0);
  g_assert_cmpuint (info.st_nlink, ==, 2);
  g_assert_cmpint (info.st_mtime, ==, 1002);
  assert_is (fixture, "target/up", "l ../../etc");
  assert_is (fixture, "target/console", "-");
  assert_is (fixture, "target/pipe", "-");
  g_assert_cmpuint (fixture->report->n_refused, ==, 0);
  g_assert_cmpuint (fixture->report->notes->len, ==, 2);
  g_assert_nonnull (strstr (get_note (fixture, 0), "console"));
}

/* A link that lies in the target already, or that the image itself makes, leads nowhere. */
static void
test_planted_links (Fixture *fixture, gconstpointer data)
{
  g_autofree char *outside = g_build_filename (fixture->top, "outside", NULL);
  g_autofree char *etc = g_build_filename (fixture->folder, "etc", NULL);
  g_autofree char *file = g_build_filename (fixture->folder, "file", NULL);

  g_assert_cmpint (g_mkdir (outside, 0700), ==, 0);
  g_assert_cmpint (g_mkdir (fixture->folder, 0700), ==, 0);
  g_assert_cmpint (symlink ("../outside", etc), ==, 0);
  g_assert_cmpint (symlink ("../outside/new", file), ==, 0);
  g_assert_true (
      extract (fixture, "f 0644 /etc/passwd evil\nf 0644 /file evil\nf 0644 /ok 1\n", NULL, NULL));
  assert_is (fixture, "outside/passwd", "-");
  assert_is (fixture, "outside/new", "-");
  assert_is (fixture, "target/file", "l ../outside/new");
  assert_is (fixture, "target/ok", "f0644 1");
  g_assert_cmpuint (fixture->report->n_refused, ==, 2);
  g_assert_cmpuint (fixture->report->notes->len, ==, 2);
}

static void
test_names (Fixture *fixture, gconstpointer data)
{
  static const char *const bad[] = { "..", ".", "", "../up", "/abs", "a/b" };
  g_autoptr (GraftImage) image = graft_fake_image_new ("squashfs", "root", "f 0644 /a evil\n");
  g_autoptr (GraftNode) root = graft_image_dup_root (image, NULL);
  g_autoptr (GraftDirectory) listing = graft_node_list (root, NULL);
  g_autoptr (GError) error = NULL;
  GraftNode *node = graft_directory_get_entry (listing, 0)->node;
  char newline[] = "one\ntwo";
  GraftEntry entries[G_N_ELEMENTS (bad) + 2];

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    entries[i] = (GraftEntry){ (char *)bad[i], node };
  entries[G_N_ELEMENTS (bad)] = (GraftEntry){ newline, node };
  entries[G_N_ELEMENTS (bad) + 1] = (GraftEntry){ newline, node };
  g_assert_true (graft_extract (entries, G_N_ELEMENTS (entries), fixture->folder, fixture->report,
                                NULL, NULL, &error));
  g_assert_no_error (error);
  assert_is (fixture, "up", "-");
  assert_is (fixture, "target/a", "-");
  assert_is (fixture, "target/one\ntwo", "f0644 evil");
  g_assert_cmpuint (fixture->report->n_refused, ==, G_N_ELEMENTS (bad) + 1);
  /* It is there by now, and is said in one line. */
  g_assert_cmpstr (get_note (fixture, G_N_ELEMENTS (bad)), ==,
                   "refused to make one\\ntwo: something is there already");
}

/* Of a file that could not be completed nothing is left. */
static void
test_nothing_half (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GraftImage) image
      = graft_fake_image_new ("squashfs", "root", "f 0644 /a 0123456789\n");
  g_autoptr (GraftNode) root = graft_image_dup_root (image, NULL), longer = NULL;
  g_autoptr (GraftDirectory) listing = graft_node_list (root, NULL);
  g_autoptr (GraftInput) content
      = graft_node_open (graft_directory_get_entry (listing, 0)->node, NULL);
  char name[] = "a";
  GraftEntry entry = { name, NULL };
  GraftNodeInit init = { .type = GRAFT_NODE_REGULAR, .attributes.mode = 0644 };
  struct rlimit before, limit;

  init.content = content;
  longer = graft_node_new (&init);
  entry.node = longer;
  g_assert_cmpint (g_mkdir (fixture->folder, 0700), ==, 0);
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  limit = before;
  limit.rlim_cur = 4;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  g_assert_false (graft_extract (&entry, 1, fixture->folder, fixture->report, NULL, NULL, &error));
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
  g_assert_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_IO);
  assert_is (fixture, "target/a", "-");
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_clear_error (&error);
  g_cancellable_cancel (cancellable);
  g_assert_false (
      graft_extract (&entry, 1, fixture->folder, fixture->report, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  assert_is (fixture, "target/a", "-");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/extract/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("all-types", test_all_types);
  ADD ("planted-links", test_planted_links);
  ADD ("names", test_names);
  ADD ("nothing-half", test_nothing_half);
  return g_test_run ();
}
