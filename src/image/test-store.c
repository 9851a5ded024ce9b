/* test-store.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/graft-error.h"
#include "base/graft-limits.h"
#include "image/graft-store-sweep.h"
#include "image/graft-store.h"

/* One that shares a file with others, one that has its own. */
#define MEDIUM 100000
#define LARGE (GRAFT_LIMIT_STORE_PACKED + 100000)

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
  /* Every test leaves an empty folder behind: nothing of a store outlives it. */
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_free (fixture->folder);
}

/* Bytes that differ from each other and for each @seed. */
static GBytes *
make_bytes (gsize length, guint32 seed)
{
  guint8 *bytes = g_malloc (MAX (length, 1));
  guint32 state = seed * 2654435761u + 1;

  for (gsize i = 0; i < length; i++)
    {
      state = state * 1664525u + 1013904223u;
      bytes[i] = state >> 24;
    }
  return g_bytes_new_take (bytes, length);
}

static GraftInput *
make_input (gsize length, guint32 seed)
{
  g_autoptr (GBytes) bytes = make_bytes (length, seed);

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

static GraftInput *
add (GraftStore *store, GraftInput *input, char **ret_digest)
{
  g_autoptr (GError) error = NULL;
  GraftInput *result = graft_store_add (store, input, ret_digest, NULL, &error);

  g_assert_no_error (error);
  return result;
}

/* The only entry of @folder that begins with @prefix, as a path; NULL when there is none. */
static char *
find_only (const char *folder, const char *prefix)
{
  g_autoptr (GDir) listing = g_dir_open (folder, 0, NULL);
  char *found = NULL;
  const char *name;

  while ((name = g_dir_read_name (listing)) != NULL)
    if (g_str_has_prefix (name, prefix))
      {
        g_assert_null (found);
        found = g_build_filename (folder, name, NULL);
      }
  return found;
}

/* How many files the only store of @folder has, its lock apart. */
static guint
count_files (const char *folder)
{
  g_autofree char *own = find_only (folder, GRAFT_STORE_OWN);
  g_autoptr (GDir) listing = g_dir_open (own, 0, NULL);
  guint n_files = 0;

  while (g_dir_read_name (listing) != NULL)
    n_files++;
  return n_files - 1;
}

static void
assert_equal (GraftInput *a, GraftInput *b)
{
  g_autoptr (GError) error = NULL;
  gboolean equal = FALSE;

  g_assert_true (graft_input_equal (a, b, &equal, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (equal);
}

static void
test_sizes (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    gsize length;
    guint n_files;
  } cases[] = {
    { 0, 0 },
    { 1, 0 },
    { GRAFT_LIMIT_STORE_MEMORY, 0 },
    { GRAFT_LIMIT_STORE_MEMORY + 1, 1 },
    { 256 * 1024, 1 },
    { GRAFT_LIMIT_STORE_PACKED, 1 },
    { GRAFT_LIMIT_STORE_PACKED + 1, 1 },
    { 3000007, 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GraftStore) store = open_store (fixture->folder);
      g_autoptr (GraftInput) input = make_input (cases[i].length, i);
      g_autofree char *digest = NULL;
      g_autofree char *expected = graft_input_digest (input, NULL, NULL);
      g_autoptr (GraftInput) stored = add (store, input, &digest);

      g_assert_cmpstr (digest, ==, expected);
      g_assert_cmpstr (graft_input_get_name (stored), ==, "thing");
      assert_equal (stored, input);
      g_assert_cmpuint (count_files (fixture->folder), ==, cases[i].n_files);
    }
}

static void
test_private (Fixture *fixture, gconstpointer data)
{
  g_autofree char *parent = g_build_filename (fixture->folder, "state", "store", NULL);
  g_autoptr (GraftStore) store = open_store (parent);
  g_autoptr (GraftInput) input = make_input (LARGE, 1);
  g_autoptr (GraftInput) other = make_input (MEDIUM, 1);
  g_autofree char *digest = NULL;
  g_autoptr (GraftInput) stored = add (store, input, &digest);
  g_autoptr (GraftInput) stored_other = add (store, other, NULL);
  g_autofree char *own = find_only (parent, GRAFT_STORE_OWN);
  g_autofree char *file = g_build_filename (own, digest, NULL);
  g_autofree char *packed = g_build_filename (own, "packed", NULL);
  g_autofree char *state = g_build_filename (fixture->folder, "state", NULL);
  const char *const folders[] = { parent, own };
  const char *const files[] = { file, packed };
  GStatBuf status;

  for (guint i = 0; i < 2; i++)
    {
      g_assert_cmpint (g_stat (folders[i], &status), ==, 0);
      g_assert_cmphex (status.st_mode & 07777, ==, 0700);
      g_assert_cmpint (g_stat (files[i], &status), ==, 0);
      g_assert_cmphex (status.st_mode & 07777, ==, 0600);
    }
  g_clear_object (&stored);
  g_clear_object (&stored_other);
  g_clear_object (&store);
  g_assert_cmpint (g_rmdir (parent), ==, 0);
  g_assert_cmpint (g_rmdir (state), ==, 0);
}

static void
test_same_content_once (Fixture *fixture, gconstpointer data)
{
  static const gsize sizes[] = { 100, MEDIUM, LARGE };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (GraftStore) store = open_store (fixture->folder);
      g_autoptr (GraftInput) input = make_input (sizes[i], 1);
      g_autoptr (GraftInput) other = make_input (sizes[i], 2);
      g_autoptr (GraftInput) first = add (store, input, NULL);
      g_autoptr (GraftInput) second = add (store, input, NULL);
      g_autoptr (GraftInput) third = add (store, other, NULL);
      g_autoptr (GError) error = NULL;

      g_assert_cmpuint (count_files (fixture->folder), ==, i);
      assert_equal (first, input);
      assert_equal (first, second);
      assert_equal (third, other);
      /* And counts once against the quota. */
      graft_store_set_quota (store, 3 * sizes[i]);
      g_assert_true (graft_store_check_room (store, sizes[i], &error));
      g_assert_no_error (error);
    }
}

static void
test_source_changes (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "module.ko", NULL);
  g_autoptr (GBytes) bytes = make_bytes (50000, 7);
  g_autoptr (GraftInput) expected = graft_memory_input_new (bytes, "expected");
  g_autoptr (GraftStore) store = open_store (fixture->folder);
  g_autoptr (GraftInput) stored = NULL;
  g_autoptr (GraftInput) file = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (path, g_bytes_get_data (bytes, NULL), 50000, NULL));
  file = graft_file_input_new (path, &error);
  g_assert_no_error (error);
  stored = add (store, file, NULL);
  g_assert_true (g_file_set_contents (path, "other", -1, NULL));
  assert_equal (stored, expected);
  g_assert_cmpint (g_unlink (path), ==, 0);
  assert_equal (stored, expected);
}

static void
test_writer (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GraftStore) store = open_store (fixture->folder);
  g_autoptr (GBytes) bytes = make_bytes (LARGE, 3);
  g_autoptr (GraftInput) expected = graft_memory_input_new (bytes, "expected");
  g_autoptr (GraftInput) stored = NULL;
  g_autoptr (GError) error = NULL;
  GraftStoreWriter *writer = graft_store_writer_new (store, "pieces", &error);
  const guint8 *at = g_bytes_get_data (bytes, NULL);

  /* Pieces on both sides of what is kept in memory, and one of nothing. */
  for (gsize done = 0; done < LARGE; done += 1000)
    g_assert_true (graft_store_writer_write (writer, at + done, MIN (1000, LARGE - done), &error));
  g_assert_true (graft_store_writer_write (writer, at, 0, &error));
  stored = graft_store_writer_finish (writer, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (graft_input_get_name (stored), ==, "pieces");
  assert_equal (stored, expected);

  /* One that is dropped half-way leaves nothing, in the folder or of the quota. */
  writer = graft_store_writer_new (store, "dropped", &error);
  g_assert_true (graft_store_writer_write (writer, at, LARGE - 1, &error));
  g_assert_cmpuint (count_files (fixture->folder), ==, 2);
  graft_store_writer_free (writer);
  g_assert_cmpuint (count_files (fixture->folder), ==, 1);
  graft_store_set_quota (store, 2 * LARGE);
  g_assert_true (graft_store_check_room (store, LARGE, &error));
}

/* Copies inside the kernel: where the bytes of one in the shared file lie. */
static void
test_get_file (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GraftStore) store = open_store (fixture->folder);
  g_autoptr (GraftInput) first = make_input (MEDIUM, 1);
  g_autoptr (GraftInput) second = make_input (MEDIUM, 2);
  g_autoptr (GraftInput) large = make_input (LARGE, 3);
  g_autoptr (GraftInput) stored_first = add (store, first, NULL);
  g_autoptr (GraftInput) stored_second = add (store, second, NULL);
  g_autoptr (GraftInput) stored_large = add (store, large, NULL);
  g_autofree guint8 *content = g_malloc (MEDIUM);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GraftInput) copied = NULL;
  guint64 offset = 0;
  int fd = -1;

  g_assert_true (graft_input_get_file (stored_second, &fd, &offset));
  g_assert_cmpuint (offset, ==, MEDIUM);
  g_assert_cmpint (pread (fd, content, MEDIUM, offset), ==, MEDIUM);
  bytes = g_bytes_new (content, MEDIUM);
  copied = graft_memory_input_new (bytes, "copied");
  assert_equal (copied, second);
  g_assert_false (graft_input_get_file (stored_large, &fd, &offset));
}

static void
test_input_outlives_store (Fixture *fixture, gconstpointer data)
{
  GraftStore *store = open_store (fixture->folder);
  g_autoptr (GraftInput) input = make_input (MEDIUM, 1);
  g_autoptr (GraftInput) large = make_input (LARGE, 1);
  g_autoptr (GraftInput) stored = add (store, input, NULL);
  g_autoptr (GraftInput) stored_large = add (store, large, NULL);

  g_object_unref (store);
  assert_equal (stored, input);
  assert_equal (stored_large, large);
}

/* More inputs than the process may have descriptors, read by several threads. */
static gpointer
read_some (gpointer data)
{
  GPtrArray *inputs = data;

  for (guint round = 0; round < 3; round++)
    for (guint i = 0; i < inputs->len; i++)
      {
        guint8 byte;

        g_assert_true (
            graft_input_read_at (g_ptr_array_index (inputs, i), LARGE - 1, &byte, 1, NULL));
        g_assert_cmpuint (byte, ==, i & 0xff);
      }
  return NULL;
}

static void
test_many_inputs (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GraftStore) store = open_store (fixture->folder);
  g_autoptr (GPtrArray) inputs = g_ptr_array_new_with_free_func (g_object_unref);
  GThread *threads[3];
  struct rlimit was, low;

  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &was), ==, 0);
  low = was;
  low.rlim_cur = 64;
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &low), ==, 0);
  for (guint i = 0; i < 100; i++)
    {
      g_autofree guint8 *content = g_malloc (LARGE);
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (GraftInput) input = NULL;

      memset (content, i, LARGE);
      bytes = g_bytes_new (content, LARGE);
      input = graft_memory_input_new (bytes, "many");
      g_ptr_array_add (inputs, add (store, input, NULL));
    }
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("reader", read_some, inputs);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &was), ==, 0);
}

static void
test_quota (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GraftStore) store = open_store (fixture->folder);
  g_autoptr (GraftInput) input = make_input (80000, 1);
  g_autoptr (GraftInput) other = make_input (80000, 2);
  g_autoptr (GraftInput) stored = NULL;
  g_autoptr (GError) error = NULL;

  graft_store_set_quota (store, 100000);
  stored = add (store, input, NULL);
  g_assert_null (graft_store_add (store, other, NULL, NULL, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_TOO_LARGE);
  g_assert_nonnull (strstr (error->message, "60.0\302\240kB less than is needed"));
  g_assert_cmpuint (count_files (fixture->folder), ==, 1);
  g_clear_error (&error);
  /* What shares a file counts too, and what failed counts no more. */
  graft_store_set_quota (store, 80000 + LARGE);
  g_assert_true (graft_store_check_room (store, LARGE, &error));
  g_assert_false (graft_store_check_room (store, LARGE + 1, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_TOO_LARGE);
}

static void
test_no_room (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GraftStore) store = open_store (fixture->folder);
  g_autoptr (GError) error = NULL;

  graft_store_set_quota (store, G_MAXUINT64);
  g_assert_false (graft_store_check_room (store, G_GUINT64_CONSTANT (1) << 62, &error));
  g_assert_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_IO);
  g_assert_nonnull (strstr (error->message, fixture->folder));
  g_assert_nonnull (strstr (error->message, "EB less than is needed"));
}

static void
test_cannot_be_made (Fixture *fixture, gconstpointer data)
{
  g_autofree char *file = g_build_filename (fixture->folder, "file", NULL);
  g_autofree char *below = g_build_filename (file, "store", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (file, "", 0, NULL));
  g_assert_null (graft_store_new (below, &error));
  g_assert_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_IO);
  g_assert_nonnull (strstr (error->message, "file/store cannot be made: Not a directory; set "
                                            "XDG_STATE_HOME"));
  g_unlink (file);
}

static void
test_cancel (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GraftStore) store = open_store (fixture->folder);
  g_autoptr (GraftInput) input = make_input (100000, 1);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_null (graft_store_add (store, input, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (count_files (fixture->folder), ==, 0);
}

static gboolean
write_text (const char *path, const char *text)
{
  int fd = open (path, O_WRONLY | O_CLOEXEC);
  gboolean written = fd >= 0 && write (fd, text, strlen (text)) == (gssize)strlen (text);

  if (fd >= 0)
    close (fd);
  return written;
}

/* A name space of its own, where anybody may mount. */
static gboolean
mount_small_disk (const char *folder)
{
  g_autofree char *uids = g_strdup_printf ("0 %u 1", geteuid ());
  g_autofree char *gids = g_strdup_printf ("0 %u 1", getegid ());

  return unshare (CLONE_NEWUSER | CLONE_NEWNS) == 0 && write_text ("/proc/self/setgroups", "deny")
         && write_text ("/proc/self/uid_map", uids) && write_text ("/proc/self/gid_map", gids)
         && mount ("none", folder, "tmpfs", 0, "size=1m") == 0;
}

/* On a disk of 1 MiB, in a process of its own that may mount one: a writer that does not know the
 * size before meets the end of the disk. */
static void
test_full_disk (void)
{
  g_autofree char *folder = NULL;
  g_autoptr (GraftStore) store = NULL;
  g_autoptr (GraftInput) input = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = make_bytes (4096, 1);
  GraftStoreWriter *writer;
  guint n_written = 0;

  if (!g_test_subprocess ())
    {
      g_test_trap_subprocess (NULL, 0, 0);
      g_test_trap_assert_passed ();
      return;
    }
  folder = g_dir_make_tmp ("test-store-XXXXXX", NULL);
  if (!mount_small_disk (folder))
    {
      g_rmdir (folder);
      g_test_skip ("no disk can be mounted here");
      return;
    }
  store = open_store (folder);
  writer = graft_store_writer_new (store, "large", &error);
  while (n_written < 1000
         && graft_store_writer_write (writer, g_bytes_get_data (bytes, NULL), 4096, &error))
    n_written++;
  g_assert_cmpuint (n_written, >, 100);
  g_assert_cmpuint (n_written, <, 1000);
  g_assert_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_IO);
  g_assert_nonnull (strstr (error->message, "less than is needed; make room there"));
  g_clear_error (&error);
  graft_store_writer_free (writer);
  /* The same for what shares a file. */
  for (guint i = 0; error == NULL && i < 20; i++)
    {
      g_autoptr (GBytes) medium = make_bytes (MEDIUM, i);
      g_autoptr (GraftInput) stored = NULL;

      writer = graft_store_writer_new (store, "medium", &error);
      g_assert_true (
          graft_store_writer_write (writer, g_bytes_get_data (medium, NULL), MEDIUM, &error));
      stored = graft_store_writer_finish (writer, NULL, &error);
    }
  g_assert_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_IO);
  g_assert_nonnull (strstr (error->message, "less than is needed; make room there"));
  g_clear_error (&error);
  g_clear_object (&store);
  store = open_store (folder);
  /* What was written of it is gone again, and one whose size is known is refused at once. */
  g_assert_true (graft_store_check_room (store, 500 * 1024, &error));
  input = make_input (2 << 20, 1);
  g_assert_null (graft_store_add (store, input, NULL, NULL, &error));
  g_assert_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_IO);
  g_clear_object (&store);
  g_assert_cmpint (umount2 (folder, MNT_DETACH), ==, 0);
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
#define ADD(name, func) g_test_add ("/store/" name, Fixture, NULL, set_up, func, tear_down)

  g_test_init (&argc, &argv, NULL);
  ADD ("sizes", test_sizes);
  ADD ("private", test_private);
  ADD ("same-content-once", test_same_content_once);
  ADD ("source-changes", test_source_changes);
  ADD ("writer", test_writer);
  ADD ("get-file", test_get_file);
  ADD ("input-outlives-store", test_input_outlives_store);
  ADD ("many-inputs", test_many_inputs);
  ADD ("quota", test_quota);
  ADD ("no-room", test_no_room);
  ADD ("cannot-be-made", test_cannot_be_made);
  ADD ("cancel", test_cancel);
  g_test_add_func ("/store/full-disk", test_full_disk);
  return g_test_run ();
}
