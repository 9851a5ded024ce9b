/* test-initrd-edits.c: edits of the merged view of a real initrd, as they are written and read back
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the overlay shows must be what the kernel would see of the file that is made of it. The seed
 * is printed; --seed runs it again.
 */

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "base/graft-error.h"
#include "bootset/graft-boot-set.h"
#include "formats/cpio/graft-cpio-fixture.h"
#include "formats/initrd/graft-initrd.h"
#include "image/graft-image-loader.h"
#include "image/graft-path.h"

#define N_EDITS 600
#define WRITE_EVERY 20

typedef struct
{
  char *folder;
  char *path;
  GraftBootSet *set;
  GraftOverlay *overlay;
} Fixture;

/* Early microcode; a root with links; an archive that hides some of it, goes through the root's
 * link without a record of its own, and writes into a file of two names; one with folders only. */
static GByteArray *
make_initrd (void)
{
  GByteArray *bytes = g_byte_array_new ();

  graft_cpio_fixture_add_folder (bytes, "kernel");
  graft_cpio_fixture_add_folder (bytes, "kernel/x86");
  graft_cpio_fixture_add_file (bytes, "kernel/x86/code.bin", "microcode");
  graft_cpio_fixture_add_trailer (bytes);
  graft_cpio_fixture_add_zeros (bytes, 512);
  graft_cpio_fixture_add_folder (bytes, "usr");
  graft_cpio_fixture_add_folder (bytes, "usr/lib");
  graft_cpio_fixture_add_folder (bytes, "usr/lib/a");
  graft_cpio_fixture_add_file (bytes, "usr/lib/a/one", "1");
  graft_cpio_fixture_add_name (bytes, "usr/lib/a/two", 77, 2, NULL);
  graft_cpio_fixture_add_name (bytes, "usr/lib/a/three", 77, 2, "2");
  graft_cpio_fixture_add_link (bytes, "lib", "usr/lib");
  graft_cpio_fixture_add_folder (bytes, "etc");
  graft_cpio_fixture_add_file (bytes, "etc/hosts", "first");
  graft_cpio_fixture_add_file (bytes, "init", "run");
  graft_cpio_fixture_add_trailer (bytes);
  graft_cpio_fixture_add_zeros (bytes, 8);
  graft_cpio_fixture_add_file (bytes, "etc/hosts", "second");
  graft_cpio_fixture_add_file (bytes, "lib/a/two", "into both");
  graft_cpio_fixture_add_file (bytes, "lib/a/four", "4");
  graft_cpio_fixture_add_folder (bytes, "lib/b");
  graft_cpio_fixture_add_file (bytes, "lib/b/five", "5");
  graft_cpio_fixture_add_trailer (bytes);
  graft_cpio_fixture_add_folder (bytes, "opt");
  graft_cpio_fixture_add_folder (bytes, "opt/x");
  graft_cpio_fixture_add_folder (bytes, "etc");
  graft_cpio_fixture_add_trailer (bytes);
  return bytes;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GByteArray) bytes = make_initrd ();

  fixture->folder = g_dir_make_tmp ("bootgraft-initrd-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->folder, "initrd.img", NULL);
  g_assert_true (
      g_file_set_contents (fixture->path, (const char *)bytes->data, bytes->len, &error));
  fixture->set = graft_boot_set_open (fixture->folder, NULL, &error);
  g_assert_no_error (error);
  fixture->overlay
      = graft_member_get_overlay (graft_boot_set_find_member (fixture->set, "initrd.img", NULL));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_object_unref (fixture->set);
  g_unlink (fixture->path);
  g_rmdir (fixture->folder);
  g_free (fixture->path);
  g_free (fixture->folder);
}

static char *
dump_overlay (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftNode) root = graft_overlay_dup_root (fixture->overlay, &error);

  g_assert_no_error (error);
  return graft_cpio_fixture_dump (root);
}

/* Writes the image as it is edited now, reads it back, and compares what is seen of both. */
static void
assert_written (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  const GraftImageOptions options = { .n_threads = 1 };
  GraftImage *image = graft_overlay_get_image (fixture->overlay);
  g_autoptr (GraftOutput) output = graft_output_new_memory ("written", &error);
  g_autoptr (GraftWritten) written = graft_written_new ();
  g_autoptr (GraftInput) input = NULL;
  g_autoptr (GraftImage) again = NULL;
  g_autoptr (GraftNode) root = NULL;
  g_autofree char *expected = dump_overlay (fixture), *actual = NULL;
  gboolean done = graft_image_write (image, graft_overlay_get_roots (fixture->overlay), &options,
                                     output, written, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_true (done);
  input = graft_output_open (output, &error);
  again = graft_image_load (input, NULL, &error);
  g_assert_no_error (error);
  done = graft_image_verify (image, graft_overlay_get_roots (fixture->overlay), again, written,
                             TRUE, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (done);
  root = graft_image_dup_root (again, &error);
  g_assert_no_error (error);
  actual = graft_cpio_fixture_dump (root);
  if (strcmp (actual, expected) != 0)
    g_test_message ("written:\n%sedited:\n%s", actual, expected);
  g_assert_true (strcmp (actual, expected) == 0);
}

static void
test_untouched (Fixture *fixture, gconstpointer data)
{
  g_autofree char *dump = dump_overlay (fixture);

  g_assert_nonnull (strstr (dump, "usr/lib/a/four"));
  g_assert_nonnull (strstr (dump, "usr/lib/b/five"));
  assert_written (fixture);
}

/* The last archive writes into the file, so into both its names: what an edit of the other name
 * would do to the earlier archive would not be seen. */
static void
test_written_into (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftNode) file = graft_cpio_fixture_new_file ("changed");
  g_autofree char *before = dump_overlay (fixture), *after = NULL;

  g_assert_false (graft_overlay_change (fixture->overlay, -1, "/lib/a/three", file, &error));
  g_assert_error (error, GRAFT_OVERLAY_ERROR, GRAFT_ERROR_REFUSED);
  after = dump_overlay (fixture);
  g_assert_cmpstr (before, ==, after);
  g_assert_true (graft_overlay_change (fixture->overlay, -1, "/lib/a/two", file, NULL));
  assert_written (fixture);
}

typedef struct
{
  GPtrArray *paths;
  GPtrArray *folders;
} Paths;

static gboolean
collect (const char *path, GraftNode *node, gpointer data, GError **error)
{
  Paths *paths = data;

  g_ptr_array_add (paths->paths, g_strdup (path));
  if (graft_node_is_directory (node))
    g_ptr_array_add (paths->folders, g_strdup (path));
  return TRUE;
}

static const char *
pick (GPtrArray *paths)
{
  return g_ptr_array_index (paths, g_test_rand_int_range (0, paths->len));
}

static GraftNode *
new_folder (guint32 mode)
{
  const GraftNodeInit init
      = { .type = GRAFT_NODE_DIRECTORY, .attributes = { .mode = mode, .mtime = 5 } };

  return graft_node_new (&init);
}

static gboolean
edit (Fixture *fixture, Paths *paths, guint number, GError **error)
{
  g_autofree char *text = g_strdup_printf ("content %u", number);
  g_autoptr (GraftNode) file = graft_cpio_fixture_new_file (text);
  g_autoptr (GraftNode) folder = new_folder (0700 + g_test_rand_int_range (0, 0100));
  char name[2] = { 'a' + g_test_rand_int_range (0, 8), '\0' };
  g_autofree char *place = graft_path_join (pick (paths->folders), name);
  guint kind = paths->paths->len > 60 ? 2 : g_test_rand_int_range (0, 7);

  switch (kind)
    {
    case 0:
    case 1:
      return graft_overlay_put (fixture->overlay, -1, place, file, error);
    case 2:
      return graft_overlay_remove (fixture->overlay, -1, pick (paths->paths), error);
    case 3:
      return graft_overlay_change (fixture->overlay, -1, pick (paths->paths), file, error);
    case 4:
      return graft_overlay_change (fixture->overlay, -1, pick (paths->folders), folder, error);
    case 5:
      return graft_overlay_put (fixture->overlay, -1, place, folder, error);
    default:
      return graft_overlay_move (fixture->overlay, -1, pick (paths->paths), place, error);
    }
}

/* A random edit, which is done and seen, or refused for a reason and leaves all as it was. */
static gboolean
edit_once (Fixture *fixture, guint number)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) folders = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GraftNode) root = graft_overlay_dup_root (fixture->overlay, NULL);
  g_autoptr (GraftOverlayState) before = graft_overlay_dup_state (fixture->overlay);
  g_autoptr (GraftOverlayState) after = NULL;
  Paths paths = { all, folders };

  g_assert_true (graft_path_walk (root, "/", collect, &paths, NULL, NULL));
  if (edit (fixture, &paths, number, &error))
    return TRUE;
  g_assert_true (g_error_matches (error, GRAFT_OVERLAY_ERROR, GRAFT_ERROR_REFUSED)
                 || g_error_matches (error, GRAFT_OVERLAY_ERROR, GRAFT_ERROR_INVALID));
  after = graft_overlay_dup_state (fixture->overlay);
  g_assert_true (before == after);
  return FALSE;
}

static void
test_random (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GraftOverlayState) start = graft_overlay_dup_state (fixture->overlay);

  guint n_done = 0;

  for (guint i = 0; i < N_EDITS; i++)
    {
      n_done += edit_once (fixture, i);
      if (i % WRITE_EVERY == 0)
        assert_written (fixture);
      if (i % 150 == 149)
        graft_overlay_set_state (fixture->overlay, start);
    }
  /* Most must have been possible, or nothing was tested. */
  g_test_message ("%u of %u edits were done", n_done, N_EDITS);
  g_assert_cmpuint (n_done, >, N_EDITS / 3);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  graft_image_loader_register (graft_initrd_get_format ());
#define ADD(name, func) g_test_add ("/initrd-edits/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("untouched", test_untouched);
  ADD ("written-into", test_written_into);
  ADD ("random", test_random);
  return g_test_run ();
}
