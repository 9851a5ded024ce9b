/* test-initrd-links.c: what the merged view shows of random initrds, against what the kernel does
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Archives whose files go through each other's links, in which links become folders and the
 * reverse, edited in one part or in the merged view. Whatever an edit does, or makes of what
 * another part has, must show, or it is refused. The seed is printed; --seed runs it again.
 */

#include <string.h>

#include "base/graft-error.h"
#include "bootset/graft-initramfs-model.h"
#include "formats/cpio/graft-cpio-fixture.h"
#include "formats/initrd/graft-initrd.h"
#include "image/graft-path.h"
#include "overlay/graft-overlay.h"

#define N_INITRDS 100
#define N_EDITS 8
#define MAX_DEPTH 3

static const char *const names[] = { "a", "b", "lib", "usr" };
static const char *const targets[] = { "a", "b", "usr", "usr/lib", "/usr", "/a/b", "../a", "." };

static guint
pick (guint count)
{
  return g_test_rand_int_range (0, count);
}

/* The records of a random tree, parents first; a folder has a record or only things in it. */
static void
add_records (GByteArray *bytes, const char *folder, guint depth)
{
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path
          = *folder == '\0' ? g_strdup (names[i]) : g_strconcat (folder, "/", names[i], NULL);
      g_autofree char *content = g_strdup_printf ("%u", pick (1000));

      switch (pick (6))
        {
        case 0:
          graft_cpio_fixture_add_file (bytes, path, content);
          break;
        case 1:
          graft_cpio_fixture_add_link (bytes, path, targets[pick (G_N_ELEMENTS (targets))]);
          break;
        case 2:
        case 3:
          if (pick (3) > 0)
            graft_cpio_fixture_add_folder (bytes, path);
          if (depth < MAX_DEPTH)
            add_records (bytes, path, depth + 1);
          break;
        default:
          break;
        }
    }
}

static GBytes *
make_initrd (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  for (guint i = 0; i < 3; i++)
    {
      graft_cpio_fixture_add_file (bytes, "init", "run");
      add_records (bytes, "", 0);
      graft_cpio_fixture_add_trailer (bytes);
    }
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

static GraftImage *
open_initrd (GBytes *bytes)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftInput) input = graft_memory_input_new (bytes, "initrd.img");
  GraftImage *image = graft_initrd_get_format ()->open (input, NULL, &error);

  g_assert_no_error (error);
  return image;
}

static void
assert_shows (GraftNode *root, GBytes *bytes, const char *what)
{
  g_autofree char *shown = graft_initramfs_model_dump (root);
  g_autofree char *unpacked = graft_initramfs_model_unpack (bytes);

  if (strcmp (shown, unpacked) != 0)
    g_test_message ("%s\nshown:\n%sunpacked:\n%s", what, shown, unpacked);
  g_assert_cmpstr (shown, ==, unpacked);
}

static GBytes *
write_edited (GraftOverlay *overlay)
{
  g_autoptr (GError) error = NULL;
  const GraftImageOptions options = { .n_threads = 1 };
  GraftImage *image = graft_overlay_get_image (overlay);
  g_autoptr (GraftOutput) output = graft_output_new_memory ("written", &error);
  g_autoptr (GraftWritten) written = graft_written_new ();
  g_autoptr (GraftInput) input = NULL;
  g_autoptr (GraftImage) again = NULL;
  gboolean done = graft_image_write (image, graft_overlay_get_roots (overlay), &options, output,
                                     written, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_true (done);
  input = graft_output_open (output, &error);
  again = graft_initrd_get_format ()->open (input, NULL, &error);
  g_assert_no_error (error);
  done = graft_image_verify (image, graft_overlay_get_roots (overlay), again, written, TRUE, NULL,
                             NULL, &error);
  g_assert_no_error (error);
  g_assert_true (done);
  return graft_input_read_all (input, NULL);
}

static gboolean
collect (const char *path, GraftNode *node, gpointer data, GError **error)
{
  g_ptr_array_add (data, g_strdup (path));
  return TRUE;
}

static GraftNode *
new_node (GraftNodeType type)
{
  const GraftNodeInit init = {
    .type = type,
    .attributes = { .mode = type == GRAFT_NODE_SYMLINK ? 0777 : 0700 + pick (0100), .mtime = 5 },
    .target = type == GRAFT_NODE_SYMLINK ? targets[pick (G_N_ELEMENTS (targets))] : NULL,
  };

  return graft_node_new (&init);
}

/* @ret_what: the edit in words. */
static gboolean
edit (GraftOverlay *overlay, char **ret_what, GError **error)
{
  int part = (int)pick (4) - 1;
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GraftNode) root = graft_overlay_dup_part (overlay, part, NULL);
  g_autoptr (GraftNode) file = graft_cpio_fixture_new_file ("edited");
  g_autoptr (GraftNode) folder = new_node (GRAFT_NODE_DIRECTORY);
  g_autoptr (GraftNode) link = new_node (GRAFT_NODE_SYMLINK);
  GraftNode *nodes[] = { file, folder, link };
  guint kind = pick (G_N_ELEMENTS (nodes) + 3), which = pick (G_N_ELEMENTS (nodes));
  g_autofree char *place = NULL;
  const char *path;

  g_assert_true (graft_path_walk (root, "/", collect, paths, NULL, NULL));
  path = g_ptr_array_index (paths, pick (paths->len));
  place = graft_path_join (path, names[pick (G_N_ELEMENTS (names))]);
  *ret_what
      = g_strdup_printf ("part %d, edit %u of %s or %s, node %u", part, kind, path, place, which);
  switch (kind)
    {
    case 0:
    case 1:
      return graft_overlay_put (overlay, part, place, nodes[which], error);
    case 2:
      return graft_overlay_put (overlay, part, path, nodes[which], error);
    case 3:
      return graft_overlay_change (overlay, part, path, nodes[which], error);
    case 4:
      return graft_overlay_move (overlay, part, path, place, error);
    default:
      return graft_overlay_remove (overlay, part, path, error);
    }
}

/* As they are: nothing is edited. */
static void
test_read (void)
{
  for (guint i = 0; i < N_INITRDS * 10; i++)
    {
      g_autoptr (GBytes) bytes = make_initrd ();
      g_autoptr (GraftImage) image = open_initrd (bytes);
      g_autoptr (GraftNode) root = graft_image_dup_root (image, NULL);

      assert_shows (root, bytes, "as it is");
    }
}

static void
test_edited (void)
{
  guint n_done = 0;

  for (guint i = 0; i < N_INITRDS; i++)
    {
      g_autoptr (GBytes) bytes = make_initrd ();
      g_autoptr (GraftImage) image = open_initrd (bytes);
      g_autoptr (GraftOverlay) overlay = graft_overlay_new (image);

      for (guint j = 0; j < N_EDITS; j++)
        {
          g_autofree char *before = NULL, *what = NULL;
          g_autoptr (GraftNode) old = graft_overlay_dup_root (overlay, NULL), root = NULL;
          g_autoptr (GBytes) written = NULL;
          g_autoptr (GraftOverlayState) state = graft_overlay_dup_state (overlay), after = NULL;
          g_autoptr (GError) error = NULL;
          g_autofree char *history = NULL;

          before = graft_initramfs_model_dump (old);
          if (!edit (overlay, &what, &error))
            {
              after = graft_overlay_dup_state (overlay);
              g_assert_true (after == state);
              continue;
            }
          n_done++;
          root = graft_overlay_dup_root (overlay, NULL);
          written = write_edited (overlay);
          history = g_strdup_printf ("%sbefore:\n%s", what, before);
          assert_shows (root, written, history);
        }
    }
  g_test_message ("%u edits were done", n_done);
  g_assert_cmpuint (n_done, >, N_INITRDS * N_EDITS / 3);
}

/* The archive of @segment, unpacked by cpio(1) into @folder. */
static void
unpack_segment (GBytes *bytes, const GraftSegment *segment, const char *folder)
{
  const char *argv[] = { "cpio", "-i", "-u", "--quiet", "--no-preserve-owner", "-D", folder, NULL };
  g_autoptr (GBytes) part = g_bytes_new_from_bytes (bytes, segment->offset, segment->size);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process = g_subprocess_newv (
      argv, G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error);

  g_assert_no_error (error);
  /* It fails, and goes on, at a file whose folder is not there, as the kernel does. */
  g_assert_true (g_subprocess_communicate (process, part, NULL, NULL, NULL, NULL));
}

static char *
unpack_by_cpio (GBytes *bytes, const char *folder)
{
  const char *argv[] = { "sh", "-c",
                         "cd \"$0\" && find . -mindepth 1 | LC_ALL=C sort | while read -r f; do"
                         " if [ -L $f ]; then echo \"l ${f#.} $(readlink $f)\";"
                         " elif [ -d $f ]; then echo \"d ${f#.}\";"
                         " else echo \"f ${f#.} $(cat $f)\"; fi; done",
                         folder, NULL };
  g_autoptr (GraftImage) image = open_initrd (bytes);
  GPtrArray *segments = graft_image_get_segments (image);
  g_autoptr (GSubprocess) process = NULL;
  char *found = NULL;

  for (guint i = 0; i < segments->len; i++)
    unpack_segment (bytes, g_ptr_array_index (segments, i), folder);
  process = g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE, NULL);
  g_assert_true (g_subprocess_communicate_utf8 (process, NULL, NULL, &found, NULL, NULL));
  return found;
}

/* As Debian's usrmerge: the second archive goes through the first one's link. */
static GBytes *
make_merged_usr (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  graft_cpio_fixture_add_folder (bytes, "usr");
  graft_cpio_fixture_add_folder (bytes, "usr/lib");
  graft_cpio_fixture_add_folder (bytes, "usr/lib/modules");
  graft_cpio_fixture_add_link (bytes, "lib", "usr/lib");
  graft_cpio_fixture_add_trailer (bytes);
  graft_cpio_fixture_add_file (bytes, "lib/modules/old.ko", "old");
  graft_cpio_fixture_add_folder (bytes, "lib/firmware");
  graft_cpio_fixture_add_trailer (bytes);
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

/* Without the link, what went through it is lost, and what is new gets a folder; a folder in its
 * place takes in what fits. cpio(1) says the same. */
static void
test_link_goes (void)
{
  static const struct
  {
    gboolean folder;
    const char *expected;
  } cases[] = {
    { FALSE, "d /lib\nf /lib/new edited\nd /usr\nd /usr/lib\nd /usr/lib/modules\n" },
    { TRUE, "d /lib\nd /lib/firmware\nf /lib/new edited\nd /usr\nd /usr/lib\nd "
            "/usr/lib/modules\n" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *folder = g_dir_make_tmp ("bootgraft-links-XXXXXX", NULL);
      g_autofree char *unpacked = NULL, *remove = g_strdup_printf ("rm -r %s", folder);
      g_autoptr (GBytes) bytes = make_merged_usr (), written = NULL;
      g_autoptr (GraftImage) image = open_initrd (bytes);
      g_autoptr (GraftOverlay) overlay = graft_overlay_new (image);
      g_autoptr (GraftNode) file = graft_cpio_fixture_new_file ("edited"), root = NULL;
      g_autoptr (GraftNode) new_folder = new_node (GRAFT_NODE_DIRECTORY);

      g_assert_true (graft_overlay_remove (overlay, 0, "/lib", NULL));
      if (cases[i].folder)
        g_assert_true (graft_overlay_put (overlay, 0, "/lib", new_folder, NULL));
      g_assert_true (graft_overlay_put (overlay, 1, "/lib/new", file, NULL));
      root = graft_overlay_dup_root (overlay, NULL);
      written = write_edited (overlay);
      assert_shows (root, written, "without the link");
      unpacked = unpack_by_cpio (written, folder);
      g_assert_cmpstr (unpacked, ==, cases[i].expected);
      g_assert_true (g_spawn_command_line_sync (remove, NULL, NULL, NULL, NULL));
    }
}

/* Each of very many files is written into the same file, which has very many names. */
static void
test_written_over_too_often (void)
{
  g_autoptr (GByteArray) data = g_byte_array_new ();
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GraftImage) image = NULL;
  g_autoptr (GError) error = NULL;
  gint64 start;

  for (guint pass = 0; pass < 2; pass++)
    {
      for (guint i = 0; i < 2500; i++)
        {
          g_autofree char *name = g_strdup_printf ("%u", i);

          graft_cpio_fixture_add_name (data, name, 1 + i * pass, pass == 0 ? 2500 : 1, "x");
        }
      graft_cpio_fixture_add_trailer (data);
    }
  bytes = g_bytes_new (data->data, data->len);
  image = open_initrd (bytes);
  start = g_get_monotonic_time ();
  g_assert_null (graft_image_dup_root (image, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_TOO_LARGE);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 30 * G_USEC_PER_SEC);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/initrd-links/read", test_read);
  g_test_add_func ("/initrd-links/edited", test_edited);
  g_test_add_func ("/initrd-links/link-goes", test_link_goes);
  g_test_add_func ("/initrd-links/written-over-too-often", test_written_over_too_often);
  return g_test_run ();
}
