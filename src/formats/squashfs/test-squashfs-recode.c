/* test-squashfs-recode.c: other efforts, other compressors, and what cannot be written
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>

#include "base/graft-error.h"
#include "formats/squashfs/test-squashfs-common.h"

static guint64
get_written_size (TestFolder *folder, const char *arguments, GraftEffort effort)
{
  g_autofree char *path = test_mksquashfs (folder, "image", arguments);
  g_autoptr (GraftImage) image = test_open (path);
  g_autoptr (GraftNode) root = test_edit_much (graft_image_dup_part (image, 0));
  const GraftImageOptions options = { .effort = effort };
  g_autoptr (GraftWritten) written = NULL;
  g_autoptr (GraftImage) result = test_write (folder, image, root, &options, "effort", &written);

  return written->encoded;
}

/* Less effort does not give fewer bytes (but for what an encoder wins by luck), and each effort can
 * be read. */
static void
test_efforts (gconstpointer data)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  guint64 fast, same, smallest;

  test_folder_fill (folder);
  fast = get_written_size (folder, data, GRAFT_EFFORT_FAST);
  same = get_written_size (folder, data, GRAFT_EFFORT_SAME);
  smallest = get_written_size (folder, data, GRAFT_EFFORT_SMALLEST);
  g_assert_cmpuint (fast + fast / 10, >=, same);
  g_assert_cmpuint (same + same / 10, >=, smallest);
}

/* Everything encoded anew with another compressor; the tree stays what it was. */
static void
test_recode (gconstpointer data)
{
  const GraftImageOptions options = { .effort = GRAFT_EFFORT_FAST, .compression = data };
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = NULL;
  g_autofree char *recoded = test_folder_get (folder, "recoded");
  g_autoptr (GraftImage) image = NULL;
  g_autoptr (GraftImage) result = NULL;
  g_autoptr (GraftNode) root = NULL;
  g_autoptr (GraftNode) result_root = NULL;
  g_autoptr (GraftWritten) written = NULL;

  test_folder_fill (folder);
  path = test_mksquashfs (folder, "image",
                          strcmp (data, "xz") == 0 ? "-comp gzip -Xcompression-level 5"
                                                   : "-comp xz -Xbcj x86");
  image = test_open (path);
  root = graft_image_dup_part (image, 0);
  result = test_write (folder, image, root, &options, "recoded", &written);
  g_assert_cmpstr (graft_image_get_compression (result), ==, data);
  g_assert_cmpuint (written->copied, ==, 0);
  result_root = graft_image_dup_part (result, 0);
  test_assert_same_tree (root, result_root);
  test_assert_unsquashfs_agrees (folder, recoded, result_root);
}

/* From "none" to a compressor that the superblock names already. */
static void
test_recode_from_none (void)
{
  const GraftImageOptions options = { .compression = "gzip" };
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = NULL;
  g_autofree char *recoded = test_folder_get (folder, "recoded");
  g_autoptr (GraftImage) image = NULL;
  g_autoptr (GraftImage) result = NULL;
  g_autoptr (GraftNode) root = NULL;

  test_folder_fill (folder);
  path = test_mksquashfs (folder, "image", "-comp gzip -noI -noD -noF -noX");
  image = test_open (path);
  root = graft_image_dup_part (image, 0);
  result = test_write (folder, image, root, &options, "recoded", NULL);
  g_assert_cmpstr (graft_image_get_compression (result), ==, "gzip");
  g_assert_cmpuint (graft_input_get_size (graft_image_get_input (result)) * 2, <,
                    graft_input_get_size (graft_image_get_input (image)));
  test_assert_unsquashfs_agrees (folder, recoded, root);
}

static void
assert_cannot_write (GraftImage *image, GraftNode *root, const char *compression,
                     GraftErrorCode code)
{
  const GraftImageOptions options = { .compression = compression };
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftOutput) output = graft_output_new_memory ("output", &error);
  g_autoptr (GraftWritten) written = graft_written_new ();

  g_assert_no_error (error);
  g_assert_false (graft_image_write (image, &root, &options, output, written, NULL, NULL, &error));
  g_assert_error (error, GRAFT_EXPORT_ERROR, (int)code);
}

/* What a squashfs cannot hold is said, not cut to fit. */
static void
test_refused (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = NULL;
  g_autoptr (GraftImage) image = NULL;
  g_autoptr (GraftNode) root = NULL;
  g_autoptr (GraftNode) device = NULL;
  g_autoptr (GraftNode) acl = NULL;
  g_autoptr (GraftNode) marked = NULL;
  g_autoptr (GBytes) value = g_bytes_new ("x", 1);
  g_autoptr (GPtrArray) xattrs = g_ptr_array_new_with_free_func ((GDestroyNotify)graft_xattr_free);
  GraftNodeInit init = { .type = GRAFT_NODE_CHAR_DEVICE, .rdev_major = 5000 };

  test_folder_add (folder, "file", "x", 1, 0644);
  path = test_mksquashfs (folder, "image", "-comp gzip");
  image = test_open (path);
  root = graft_image_dup_part (image, 0);
  assert_cannot_write (image, root, "lzma", GRAFT_ERROR_INVALID);
  assert_cannot_write (image, root, "bzip2", GRAFT_ERROR_INVALID);

  device = graft_node_new (&init);
  marked = test_edit (graft_node_ref (root), "/device", device);
  assert_cannot_write (image, marked, NULL, GRAFT_ERROR_UNSUPPORTED);

  g_ptr_array_add (xattrs, graft_xattr_new ("system.posix_acl_access", value));
  init = (GraftNodeInit){ .type = GRAFT_NODE_REGULAR, .xattrs = xattrs };
  acl = graft_node_new (&init);
  g_clear_pointer (&marked, graft_node_unref);
  marked = test_edit (graft_node_ref (root), "/acl", acl);
  assert_cannot_write (image, marked, NULL, GRAFT_ERROR_UNSUPPORTED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (const char *const *name = (const char *const[]){ "gzip", "xz", "lz4", "zstd", "lzo", NULL };
       *name != NULL; name++)
    {
      g_autofree char *effort = g_strconcat ("/squashfs/recode/effort/", *name, NULL);
      g_autofree char *recode = g_strconcat ("/squashfs/recode/", *name, NULL);
      char *arguments = g_strconcat ("-comp ", *name, NULL);

      g_test_add_data_func_full (effort, arguments, test_efforts, g_free);
      if (strcmp (*name, "xz") != 0)
        g_test_add_data_func (recode, *name, test_recode);
    }
  g_test_add_data_func ("/squashfs/recode/xz", "xz", test_recode);
  g_test_add_data_func ("/squashfs/recode/none", "none", test_recode);
  g_test_add_func ("/squashfs/recode/from-none", test_recode_from_none);
  g_test_add_func ("/squashfs/recode/refused", test_refused);
  return g_test_run ();
}
