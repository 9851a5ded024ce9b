/* test-squashfs-library.c: where libsquashfs 1.2.0 must not be left alone
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/graft-error.h"
#include "formats/squashfs/graft-squashfs-private.h"
#include "formats/squashfs/test-squashfs-common.h"

static const GraftImageOptions usual = { .effort = GRAFT_EFFORT_SAME };

static GraftImage *
make_image (TestFolder *folder, const char *arguments)
{
  g_autofree char *path = test_mksquashfs (folder, "image", arguments);

  return test_open (path);
}

/* One inode of each block of the inode table, in their order; -1 ends it. */
static GArray *
list_refs (GraftImage *image)
{
  g_autoptr (GArray) refs = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_autoptr (GraftNode) root = graft_image_dup_part (image, 0);
  g_autoptr (GraftDirectory) listed = graft_node_list (root, NULL);
  guint64 last = 0;

  for (guint i = 0; i < graft_directory_get_n_entries (listed); i++)
    {
      guint32 number = graft_node_get_handle (graft_directory_get_entry (listed, i)->node);
      guint64 ref = graft_squashfs_tree_get_ref (GRAFT_SQUASHFS (image), number);

      if (refs->len > 0 && GRAFT_SQUASHFS_REF_BLOCK (ref) == GRAFT_SQUASHFS_REF_BLOCK (last))
        continue;
      g_array_append_val (refs, ref);
      last = ref;
    }
  return g_steal_pointer (&refs);
}

/* A meta reader whose seeking failed holds bytes of the new block, and takes them for those of the
 * old one when it is asked for that again. Here each reader but one was asked for something since
 * the failure, so it is that one's turn. */
static void
test_reader_after_failure (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (GraftImage) image = NULL;
  g_autoptr (GArray) refs = NULL;
  g_autoptr (GError) error = NULL;
  const guint n_readers = 48;
  GraftSquashfs *squashfs;
  GraftSquashfsMetadata *metadata;
  GraftSquashfsInode before, inode;

  for (guint i = 0; i < 15000; i++)
    {
      g_autofree char *name = g_strdup_printf ("%05u", i);

      test_folder_add (folder, name, NULL, 0, 0644);
    }
  image = make_image (folder, "-comp gzip");
  refs = list_refs (image);
  g_assert_cmpuint (refs->len, >, n_readers + 1);
  squashfs = GRAFT_SQUASHFS (image);
  metadata = graft_squashfs_metadata_new (graft_image_get_input (image), &squashfs->super,
                                          &squashfs->config);
  for (guint i = 0; i < n_readers; i++)
    g_assert_true (graft_squashfs_inode_read (metadata, &squashfs->super,
                                              g_array_index (refs, guint64, i),
                                              i == 0 ? &before : &inode, NULL));
  g_assert_false (graft_squashfs_inode_read (metadata, &squashfs->super,
                                             g_array_index (refs, guint64, n_readers) | 0xffff,
                                             &inode, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED);
  for (guint i = 1; i < n_readers; i++)
    g_assert_true (graft_squashfs_inode_read (metadata, &squashfs->super,
                                              g_array_index (refs, guint64, i), &inode, NULL));
  g_assert_true (graft_squashfs_inode_read (metadata, &squashfs->super,
                                            g_array_index (refs, guint64, 0), &inode, NULL));
  g_assert_cmpuint (inode.number, ==, before.number);
  graft_squashfs_metadata_free (metadata);
}

/* As many sets as fill a block of the xattr table: the library's own writer of it would write
 * behind its list of these blocks. */
static void
test_full_xattr_block (void)
{
  const guint n = SQFS_META_BLOCK_SIZE / sizeof (sqfs_xattr_id_t);
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *edited = test_folder_get (folder, "edited");
  g_autoptr (GraftImage) image = NULL;
  g_autoptr (GraftImage) result = NULL;
  g_autoptr (GraftNode) root = NULL;
  sqfs_xattr_id_table_t head;

  test_folder_add (folder, "file", "x", 1, 0644);
  image = make_image (folder, "-comp gzip");
  root = graft_image_dup_part (image, 0);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GPtrArray) xattrs
          = g_ptr_array_new_with_free_func ((GDestroyNotify)graft_xattr_free);
      g_autoptr (GBytes) value = g_bytes_new (&i, sizeof i);
      g_autoptr (GraftInput) content = graft_memory_input_new (value, "content");
      const GraftNodeInit init
          = { .type = GRAFT_NODE_REGULAR, .content = content, .xattrs = xattrs };
      g_autofree char *name = g_strdup_printf ("/%u", i);
      g_autoptr (GraftNode) node = NULL;

      g_ptr_array_add (xattrs, graft_xattr_new ("user.number", value));
      node = graft_node_new (&init);
      root = test_edit (root, name, node);
    }
  result = test_write (folder, image, root, &usual, "edited", NULL);
  g_assert_true (graft_input_read_at (graft_image_get_input (result),
                                      GRAFT_SQUASHFS (result)->super.xattr_id_table_start, &head,
                                      sizeof head, NULL));
  g_assert_cmpuint (GUINT32_FROM_LE (head.xattr_ids), ==, n);
  test_assert_unsquashfs_agrees (folder, edited, root);
}

typedef struct
{
  GraftImage *image;
  GraftNode *root;
  GraftOutput *output;
} Job;

static void *
write_in_thread (void *data)
{
  Job *job = data;
  g_autoptr (GraftWritten) written = graft_written_new ();
  g_autoptr (GError) error = NULL;

  g_assert_true (
      graft_image_write (job->image, &job->root, &usual, job->output, written, NULL, NULL, &error));
  g_assert_no_error (error);
  return NULL;
}

/* The library puts the list of a file's blocks on the stack: here a megabyte of them, on a stack of
 * half of that. */
static void
test_many_blocks (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *sparse = g_build_filename (folder->tree, "sparse", NULL);
  g_autoptr (GraftImage) image = NULL;
  g_autoptr (GraftNode) root = NULL;
  g_autoptr (GraftOutput) output = graft_output_new_memory ("output", NULL);
  pthread_attr_t small;
  pthread_t thread;
  Job job;

  test_folder_add (folder, "sparse", "x", 1, 0644);
  test_folder_add (folder, "file", "x", 1, 0644);
  g_assert_cmpint (truncate (sparse, 1 << 30), ==, 0);
  image = make_image (folder, "-comp gzip -b 4096");
  root = test_edit (graft_image_dup_part (image, 0), "/file", NULL);
  job = (Job){ image, root, output };
  pthread_attr_init (&small);
  pthread_attr_setstacksize (&small, 512 * 1024);
  g_assert_cmpint (pthread_create (&thread, &small, write_in_thread, &job), ==, 0);
  g_assert_cmpint (pthread_join (thread, NULL), ==, 0);
  pthread_attr_destroy (&small);
}

/* What our input says about itself comes through, not the library's number. */
static void
test_changed_on_disk (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = NULL;
  g_autoptr (GraftImage) image = NULL;
  g_autoptr (GError) error = NULL;

  test_folder_fill (folder);
  path = test_mksquashfs (folder, "image", "-comp xz");
  image = test_open (path);
  g_assert_cmpint (truncate (path, 4096), ==, 0);
  error = test_walk_all (image);
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CHANGED);
}

/* And what our output says: the command line tells a full disk from a bad image by it. */
static void
test_full_disk (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = test_folder_get (folder, "output");
  g_autoptr (GraftImage) image = NULL;
  g_autoptr (GraftImage) result = NULL;
  g_autoptr (GraftNode) root = NULL;
  g_autoptr (GraftOutput) output = NULL;
  g_autoptr (GraftWritten) written = graft_written_new ();
  g_autoptr (GError) error = NULL;
  struct rlimit before, limit;
  gboolean ok;

  test_folder_fill (folder);
  image = make_image (folder, "-comp xz");
  root = test_edit (graft_image_dup_part (image, 0), "/etc/motd", NULL);
  result = test_write (folder, image, root, &usual, "good", NULL);
  output = graft_output_new_take_fd (open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600), "output");
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  limit = before;
  limit.rlim_cur = GRAFT_SQUASHFS (result)->super.inode_table_start + 10;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  ok = graft_image_write (image, &root, &usual, output, written, NULL, NULL, &error);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
  g_assert_false (ok);
  g_assert_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_IO);
  g_assert_nonnull (strstr (error->message, g_strerror (EFBIG)));
}

/* squashfs-tools has filters that the library has not heard of; decoding needs them no more than
 * encoding does. */
static void
test_newer_filter (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = NULL;
  g_autoptr (GraftImage) image = NULL;
  g_autoptr (GraftNode) root = NULL;
  g_autoptr (GError) error = NULL;
  const guint8 filter = 0x40;
  int fd;

  test_folder_fill (folder);
  path = test_mksquashfs (folder, "image", "-comp xz -Xdict-size 8192 -b 64K");
  fd = open (path, O_WRONLY | O_CLOEXEC);
  g_assert_cmpint (pwrite (fd, &filter, 1, sizeof (sqfs_super_t) + 2 + 4), ==, 1);
  g_assert_cmpint (close (fd), ==, 0);
  image = test_open (path);
  error = test_walk_all (image);
  g_assert_no_error (error);
  root = test_edit_much (graft_image_dup_part (image, 0));
  {
    g_autoptr (GraftImage) result = test_write (folder, image, root, &usual, "edited", NULL);

    g_assert_true (g_bytes_equal (GRAFT_SQUASHFS (image)->stored_options,
                                  GRAFT_SQUASHFS (result)->stored_options));
  }
}

typedef struct
{
  GCancellable *cancellable;
  gint64 at;
} Cancelling;

static void
cancel_cb (double fraction, const char *what, gpointer data)
{
  Cancelling *cancelling = data;

  /* By then each thread has a block of which it cannot be got away. */
  if (fraction < 0.3 || cancelling->at != 0)
    return;
  cancelling->at = g_get_monotonic_time ();
  g_cancellable_cancel (cancelling->cancellable);
}

/* The library tries three times for the smallest block, which takes seconds for a megabyte; nobody
 * waits for that. */
static void
test_cancel_slow (void)
{
  const GraftImageOptions smallest = { .effort = GRAFT_EFFORT_SMALLEST };
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (GraftImage) image = NULL;
  g_autoptr (GraftNode) root = NULL;
  g_autoptr (GraftOutput) output = graft_output_new_memory ("output", NULL);
  g_autoptr (GraftWritten) written = graft_written_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  Cancelling cancelling = { .cancellable = cancellable };
  g_autoptr (GraftProgress) progress = graft_progress_new (cancel_cb, &cancelling);

  test_folder_add (folder, "file", "x", 1, 0644);
  image = make_image (folder, "-comp xz -b 1M");
  root = test_add_made (graft_image_dup_part (image, 0), "/large", 1, 12 << 20);
  g_assert_false (
      graft_image_write (image, &root, &smallest, output, written, progress, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (g_get_monotonic_time () - cancelling.at, <, G_USEC_PER_SEC);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/squashfs/library/reader-after-failure", test_reader_after_failure);
  g_test_add_func ("/squashfs/library/full-xattr-block", test_full_xattr_block);
  g_test_add_func ("/squashfs/library/many-blocks", test_many_blocks);
  g_test_add_func ("/squashfs/library/changed-on-disk", test_changed_on_disk);
  g_test_add_func ("/squashfs/library/full-disk", test_full_disk);
  g_test_add_func ("/squashfs/library/newer-filter", test_newer_filter);
  g_test_add_func ("/squashfs/library/cancel-slow", test_cancel_slow);
  return g_test_run ();
}
