/* test-squashfs-verify.c: that verifying sees what is wrong
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>

#include "base/graft-error.h"
#include "formats/squashfs/graft-squashfs-private.h"
#include "formats/squashfs/test-squashfs-common.h"

/* An image, an edited tree of it, and what was written for that. */
typedef struct
{
  TestFolder *folder;
  GraftImage *image;
  GraftNode *root;
  GraftWritten *written;
  GBytes *bytes;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  const GraftImageOptions options = { .effort = GRAFT_EFFORT_FAST, .n_threads = 1 };
  g_autofree char *path = NULL;
  g_autoptr (GraftImage) result = NULL;
  g_autoptr (GError) error = NULL;

  self->folder = test_folder_new ();
  test_folder_fill (self->folder);
  path = test_mksquashfs (self->folder, "image", data);
  self->image = test_open (path);
  self->root = test_edit (graft_image_dup_part (self->image, 0), "/usr/lib", NULL);
  self->root = test_add_made (self->root, "/new", 50, 9000);
  self->root = test_add_made (self->root, "/small", 51, 100);
  result = test_write (self->folder, self->image, self->root, &options, "result", &self->written);
  self->bytes = graft_input_read_all (graft_image_get_input (result), &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_clear_pointer (&self->written, graft_written_free);
  g_clear_pointer (&self->root, graft_node_unref);
  g_clear_object (&self->image);
  g_clear_pointer (&self->folder, test_folder_free);
}

/* Whether opening or verifying fails when the byte at @offset is another. */
static gboolean
is_seen (Fixture *self, gsize offset)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (self->bytes, &size);
  guint8 *changed = g_memdup2 (data, size);
  g_autoptr (GBytes) bytes = g_bytes_new_take (changed, size);
  g_autoptr (GraftImage) result = NULL;
  g_autoptr (GError) error = NULL;

  changed[offset] ^= 0x10;
  result = test_open_bytes (bytes, &error);
  return result == NULL
         || !graft_image_verify (self->image, &self->root, result, self->written, FALSE, NULL, NULL,
                                 &error);
}

/* Every byte of the image matters; many of them are tried. (With lz4, lzo or zstd a changed byte
 * may decode to the same content, for want of a checksum: so not with them.) */
static void
test_flipped (Fixture *self, gconstpointer data)
{
  gsize size = g_bytes_get_size (self->bytes);
  gsize tables = 0;

  {
    g_autoptr (GraftImage) result = test_open_bytes (self->bytes, NULL);

    tables = GRAFT_SQUASHFS (result)->super.inode_table_start;
    g_assert_true (graft_image_verify (self->image, &self->root, result, self->written, FALSE, NULL,
                                       NULL, NULL));
  }
  for (gsize offset = 0; offset < size;
       offset += offset >= sizeof (sqfs_super_t) && offset < tables ? 101 : 3)
    if (!is_seen (self, offset))
      g_error ("byte %" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT " (tables at %" G_GSIZE_FORMAT
               ") was changed and nobody noticed",
               offset, size, tables);
}

static GraftNode *
with_attributes (GraftNode *root, const char *path, void (*change) (GraftNodeInit *init))
{
  g_autoptr (GraftNode) node = test_find (root, path);
  GraftNodeInit init = graft_node_to_init (node);
  g_autoptr (GraftNode) changed = NULL;

  change (&init);
  changed = graft_node_new (&init);
  return test_edit (graft_node_ref (root), path, changed);
}

static void
change_mode (GraftNodeInit *init)
{
  init->attributes.mode ^= 1;
}

static void
change_owner (GraftNodeInit *init)
{
  init->attributes.gid++;
}

static void
change_time (GraftNodeInit *init)
{
  init->attributes.mtime++;
}

static void
change_target (GraftNodeInit *init)
{
  init->target = "elsewhere";
}

static void
change_type (GraftNodeInit *init)
{
  init->type = GRAFT_NODE_FIFO;
}

static void
change_content (GraftNodeInit *init)
{
  static GraftInput *content;

  if (content == NULL)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static ("HELLO\n", 6);

      content = graft_memory_input_new (bytes, "content");
    }
  init->content = content;
}

static void
change_xattrs (GraftNodeInit *init)
{
  static GPtrArray *xattrs;

  if (xattrs == NULL)
    {
      g_autoptr (GBytes) value = g_bytes_new_static ("x", 1);

      xattrs = g_ptr_array_new_with_free_func ((GDestroyNotify)graft_xattr_free);
      g_ptr_array_add (xattrs, graft_xattr_new ("user.x", value));
    }
  init->xattrs = xattrs;
}

/* The result of writing one tree is not taken for another. The evidence is about the tree that
 * was written, so it is left away. */
static void
test_other_tree (Fixture *self, gconstpointer data)
{
  static const struct
  {
    const char *path;
    void (*change) (GraftNodeInit *init);
    const char *message;
  } cases[] = {
    { "/etc/motd", change_mode, "has mode 0640 instead of 0641" },
    { "/etc", change_owner, "belongs to" },
    { "/usr/bin/tool", change_time, "has time" },
    { "/etc/link", change_target, "link to somewhere else" },
    { "/small", change_type, "is a file instead of a fifo" },
    { "/etc/motd", change_content, "has other bytes" },
    { "/etc/dangling", change_xattrs, "other extended attributes" },
  };
  g_autoptr (GraftImage) result = test_open_bytes (self->bytes, NULL);
  g_autoptr (GraftWritten) bare = graft_written_new ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GraftNode) other = with_attributes (self->root, cases[i].path, cases[i].change);
      g_autoptr (GError) error = NULL;

      g_assert_false (
          graft_image_verify (self->image, &other, result, bare, FALSE, NULL, NULL, &error));
      g_assert_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_MISMATCH);
      g_assert_nonnull (strstr (error->message, cases[i].message));
      g_assert_nonnull (strstr (error->message, cases[i].path));
    }
}

static void
assert_mismatch (Fixture *self, GraftNode *root, const char *message)
{
  g_autoptr (GraftImage) result = test_open_bytes (self->bytes, NULL);
  g_autoptr (GraftWritten) bare = graft_written_new ();
  g_autoptr (GError) error = NULL;

  g_assert_false (graft_image_verify (self->image, &root, result, bare, FALSE, NULL, NULL, &error));
  g_assert_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_MISMATCH);
  g_assert_nonnull (strstr (error->message, message));
}

static void
test_other_names (Fixture *self, gconstpointer data)
{
  g_autoptr (GraftNode) more = test_add_made (graft_node_ref (self->root), "/etc/more", 1, 1);
  g_autoptr (GraftNode) fewer = test_edit (graft_node_ref (self->root), "/etc/motd", NULL);
  g_autoptr (GraftNode) renamed = test_add_made (graft_node_ref (fewer), "/etc/motd2", 1, 1);
  g_autoptr (GraftNode) motd = test_find (self->root, "/etc/motd");
  GraftNodeInit init = graft_node_to_init (motd);
  g_autoptr (GraftNode) copy = graft_node_new (&init);
  g_autoptr (GraftNode) unlinked = test_edit (graft_node_ref (self->root), "/etc/motd", copy);

  assert_mismatch (self, more, "has 4 entries instead of 5");
  assert_mismatch (self, fewer, "has 4 entries instead of 3");
  assert_mismatch (self, renamed, "lacks motd2");
  assert_mismatch (self, unlinked, "linked");
}

/* Without evidence, what was not carried is compared by reading. */
static void
test_without_evidence (Fixture *self, gconstpointer data)
{
  g_autoptr (GraftImage) result = test_open_bytes (self->bytes, NULL);
  g_autoptr (GraftWritten) bare = graft_written_new ();
  g_autoptr (GError) error = NULL;

  g_assert_true (
      graft_image_verify (self->image, &self->root, result, bare, TRUE, NULL, NULL, &error));
  g_assert_no_error (error);
}

static void
test_cancel (Fixture *self, gconstpointer data)
{
  g_autoptr (GraftImage) result = test_open_bytes (self->bytes, NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_false (graft_image_verify (self->image, &self->root, result, self->written, FALSE, NULL,
                                      cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

#define ADD(path, arguments, test) g_test_add (path, Fixture, arguments, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/squashfs/verify/flipped/gzip", "-comp gzip", test_flipped);
  ADD ("/squashfs/verify/flipped/xz", "-comp xz", test_flipped);
  ADD ("/squashfs/verify/flipped/plain", "-noI -noD -noF -noX", test_flipped);
  ADD ("/squashfs/verify/other-tree", "-comp zstd", test_other_tree);
  ADD ("/squashfs/verify/other-names", "-comp zstd", test_other_names);
  ADD ("/squashfs/verify/without-evidence", "-comp zstd", test_without_evidence);
  ADD ("/squashfs/verify/without-evidence/lzo", "-comp lzo", test_without_evidence);
  ADD ("/squashfs/verify/other-tree/lzo", "-comp lzo", test_other_tree);
  ADD ("/squashfs/verify/cancel", "-comp zstd", test_cancel);
  return g_test_run ();
}
