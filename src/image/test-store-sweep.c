/* test-store-sweep.c: what dead processes left is removed, and nothing else
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "image/graft-store-sweep.h"
#include "image/graft-store.h"

/* So large that it has a file of its own. */
#define LARGE 2000000

typedef struct
{
  char *folder;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("test-store-XXXXXX", NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_free (fixture->folder);
}

static GraftInput *
make_input (guint8 value)
{
  g_autofree guint8 *content = g_malloc (LARGE);
  g_autoptr (GBytes) bytes = NULL;

  memset (content, value, LARGE);
  bytes = g_bytes_new (content, LARGE);
  return graft_memory_input_new (bytes, "thing");
}

static GraftStore *
open_store (const char *folder)
{
  g_autoptr (GError) error = NULL;
  GraftStore *store = graft_store_new (folder, &error);

  g_assert_no_error (error);
  return store;
}

/* The only store's folder, as a path. */
static char *
find_only (const char *folder)
{
  g_autoptr (GDir) listing = g_dir_open (folder, 0, NULL);
  char *found = NULL;
  const char *name;

  while ((name = g_dir_read_name (listing)) != NULL)
    if (g_str_has_prefix (name, GRAFT_STORE_OWN))
      {
        g_assert_null (found);
        found = g_build_filename (folder, name, NULL);
      }
  return found;
}

/* A process that takes something in and is killed while it has it. */
static void
leave_dead_store (const char *folder)
{
  int ready[2];
  char byte;
  pid_t child;

  g_assert_cmpint (pipe (ready), ==, 0);
  child = fork ();
  if (child == 0)
    {
      GraftStore *store = graft_store_new (folder, NULL);
      GraftInput *input = make_input (1);

      if (graft_store_add (store, input, NULL, NULL, NULL) == NULL || write (ready[1], "x", 1) != 1)
        _exit (1);
      for (;;)
        pause ();
    }
  g_assert_cmpint (read (ready[0], &byte, 1), ==, 1);
  close (ready[0]);
  close (ready[1]);
  kill (child, SIGKILL);
  g_assert_cmpint (waitpid (child, NULL, 0), ==, child);
}

static void
test_dead_are_swept (Fixture *fixture, gconstpointer data)
{
  g_autofree char *dead = NULL;
  g_autoptr (GraftStore) store = NULL;
  g_autoptr (GraftStore) another = NULL;
  g_autoptr (GraftInput) input = make_input (2);
  g_autoptr (GraftInput) stored = NULL;
  g_autoptr (GError) error = NULL;
  guint8 last;

  leave_dead_store (fixture->folder);
  dead = find_only (fixture->folder);
  g_assert_nonnull (dead);
  store = open_store (fixture->folder);
  g_assert_false (g_file_test (dead, G_FILE_TEST_EXISTS));
  /* One that lives is left alone. */
  stored = graft_store_add (store, input, NULL, NULL, &error);
  g_assert_no_error (error);
  another = open_store (fixture->folder);
  g_assert_true (graft_input_read_at (stored, LARGE - 1, &last, 1, &error));
  g_assert_cmpuint (last, ==, 2);
}

static void
test_half_made_are_swept (Fixture *fixture, gconstpointer data)
{
  g_autofree char *fresh = g_build_filename (fixture->folder, GRAFT_STORE_NEW "fresh1", NULL);
  g_autofree char *old = g_build_filename (fixture->folder, GRAFT_STORE_NEW "old111", NULL);
  g_autofree char *file = g_build_filename (old, GRAFT_STORE_LOCK, NULL);
  g_autofree char *stranger = g_build_filename (fixture->folder, "stranger", NULL);
  const struct timespec times[] = { { .tv_sec = 1000000 }, { .tv_sec = 1000000 } };
  g_autoptr (GraftStore) store = NULL;

  g_assert_cmpint (g_mkdir (fresh, 0700), ==, 0);
  g_assert_cmpint (g_mkdir (stranger, 0700), ==, 0);
  g_assert_cmpint (g_mkdir (old, 0700), ==, 0);
  g_assert_true (g_file_set_contents (file, "", 0, NULL));
  g_assert_cmpint (utimensat (AT_FDCWD, old, times, 0), ==, 0);
  g_assert_cmpint (utimensat (AT_FDCWD, stranger, times, 0), ==, 0);
  store = open_store (fixture->folder);
  g_assert_true (g_file_test (fresh, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (stranger, G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (old, G_FILE_TEST_EXISTS));
  g_rmdir (fresh);
  g_rmdir (stranger);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/store-sweep/dead", Fixture, NULL, set_up, test_dead_are_swept, tear_down);
  g_test_add ("/store-sweep/half-made", Fixture, NULL, set_up, test_half_made_are_swept, tear_down);
  return g_test_run ();
}
