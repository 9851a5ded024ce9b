/* test-overlay-parts.c: edits of an image of several parts, by the merged view and by one part
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "overlay/graft-overlay.h"

#include <string.h>

#include "base/graft-error.h"
#include "image/graft-directory.h"
#include "image/graft-fake-image.h"
#include "image/graft-path.h"

enum
{
  EARLY,
  MAIN,
  ADDED,
};

/* The third archive has no record for lib, so its modules go where the second's link leads. */
static const char *const text = "early\n"
                                "f 0644 /kernel/x86/microcode/GenuineIntel.bin code\n"
                                "--\n"
                                "d 0755 /etc\n"
                                "f 0644 /etc/hosts one\n"
                                "f 0644 /etc/main main\n"
                                "h /etc/main2 /etc/main\n"
                                "d 0755 /usr\n"
                                "d 0755 /usr/lib\n"
                                "d 0700 /usr/lib/modules\n"
                                "f 0644 /usr/lib/modules/a.ko a\n"
                                "l /lib usr/lib\n"
                                "--\n"
                                "f 0644 /etc/hosts two\n"
                                "f 0644 /lib/modules/b.ko b\n"
                                "d 0750 /opt\n"
                                "f 0644 /opt/x x\n";

typedef struct
{
  GraftImage *image;
  GraftOverlay *overlay;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->image = graft_fake_image_new ("initrd", "initrd.img", text);
  fixture->overlay = graft_overlay_new (fixture->image);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_object_unref (fixture->overlay);
  g_object_unref (fixture->image);
}

static GraftNode *
new_file (const char *content)
{
  g_autoptr (GBytes) bytes = g_bytes_new (content, strlen (content));
  g_autoptr (GraftInput) input = graft_memory_input_new (bytes, "new");
  const GraftNodeInit init
      = { .type = GRAFT_NODE_REGULAR, .attributes.mode = 0600, .content = input };

  return graft_node_new (&init);
}

static GraftNode *
new_folder (void)
{
  const GraftNodeInit init = { .type = GRAFT_NODE_DIRECTORY, .attributes.mode = 0711 };

  return graft_node_new (&init);
}

/* What @part (-1: the merged view) has at @path, without following links. */
static GraftNode *
lookup (Fixture *fixture, int part, const char *path)
{
  g_autoptr (GraftNode) root = graft_overlay_dup_part (fixture->overlay, part, NULL);

  return graft_path_find (root, path, GRAFT_PATH_NO_FOLLOW, NULL, NULL);
}

static void
assert_node (Fixture *fixture, int part, const char *path, GraftNode *expected)
{
  g_autoptr (GraftNode) node = lookup (fixture, part, path);

  g_assert_true (node == expected);
}

static void
assert_there (Fixture *fixture, int part, const char *path)
{
  g_autoptr (GraftNode) node = lookup (fixture, part, path);

  g_assert_nonnull (node);
}

/* The part has the source's own root. */
static void
assert_part_untouched (Fixture *fixture, guint part)
{
  g_autoptr (GraftNode) root = graft_image_dup_part (fixture->image, part);

  g_assert_true (graft_overlay_get_roots (fixture->overlay)[part] == root);
}

static void
test_merged (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GraftNode) merged = graft_overlay_dup_root (fixture->overlay, NULL);
  g_autofree char *dump = graft_fake_image_dump (merged);

  g_assert_cmpstr (dump, ==,
                   "directory 0755 0:0 /\n"
                   "directory 0755 0:0 /etc\n"
                   "file 0644 0:0 /etc/hosts two\n"
                   "file 0644 0:0 /etc/main main\n"
                   "file 0644 0:0 /etc/main2 main\n"
                   "directory 0755 0:0 /kernel\n"
                   "directory 0755 0:0 /kernel/x86\n"
                   "directory 0755 0:0 /kernel/x86/microcode\n"
                   "file 0644 0:0 /kernel/x86/microcode/GenuineIntel.bin code\n"
                   "symlink 0777 0:0 /lib usr/lib\n"
                   "directory 0750 0:0 /opt\n"
                   "file 0644 0:0 /opt/x x\n"
                   "directory 0755 0:0 /usr\n"
                   "directory 0755 0:0 /usr/lib\n"
                   "directory 0700 0:0 /usr/lib/modules\n"
                   "file 0644 0:0 /usr/lib/modules/a.ko a\n"
                   "file 0644 0:0 /usr/lib/modules/b.ko b\n");
}

static void
test_put_to_winner (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftNode) file = new_file ("new");

  g_assert_true (graft_overlay_put (fixture->overlay, -1, "/etc/main", file, &error));
  assert_node (fixture, MAIN, "/etc/main", file);
  assert_part_untouched (fixture, ADDED);
  g_assert_true (graft_overlay_put (fixture->overlay, -1, "/etc/hosts", file, &error));
  assert_node (fixture, ADDED, "/etc/hosts", file);
  assert_node (fixture, -1, "/etc/hosts", file);
  assert_part_untouched (fixture, EARLY);
}

/* An entry that shows elsewhere than its archive has it is found where the archive has it. */
static void
test_put_through_link (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftNode) file = new_file ("new");

  g_assert_true (graft_overlay_put (fixture->overlay, -1, "/usr/lib/modules/b.ko", file, &error));
  assert_node (fixture, ADDED, "/lib/modules/b.ko", file);
  assert_node (fixture, ADDED, "/usr", NULL);
  assert_part_untouched (fixture, MAIN);
  assert_node (fixture, -1, "/usr/lib/modules/b.ko", file);
}

static void
test_put_new (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftNode) file = new_file ("new"), folder = NULL;

  g_assert_true (graft_overlay_put (fixture->overlay, -1, "/lib/modules/c.ko", file, &error));
  assert_part_untouched (fixture, MAIN);
  assert_node (fixture, ADDED, "/lib/modules/c.ko", file);
  assert_node (fixture, ADDED, "/usr", NULL);
  assert_node (fixture, -1, "/usr/lib/modules/c.ko", file);
  /* The second archive makes the folder; another record would only repeat its attributes. */
  g_assert_true (graft_overlay_put (fixture->overlay, -1, "/usr/new", file, &error));
  folder = lookup (fixture, ADDED, "/usr");
  g_assert_true (graft_node_is_implicit (folder));
}

static void
test_put_folder (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftNode) folder = new_folder ();

  g_assert_true (graft_overlay_put (fixture->overlay, -1, "/lib/modules", folder, &error));
  assert_node (fixture, MAIN, "/usr/lib/modules", folder);
  assert_node (fixture, ADDED, "/lib/modules", NULL);
  assert_node (fixture, -1, "/usr/lib/modules/b.ko", NULL);
  assert_node (fixture, -1, "/usr/lib/modules/a.ko", NULL);
}

static void
test_remove (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (graft_overlay_remove (fixture->overlay, -1, "/etc/hosts", &error));
  assert_node (fixture, -1, "/etc/hosts", NULL);
  assert_node (fixture, MAIN, "/etc/hosts", NULL);
  assert_node (fixture, ADDED, "/etc/hosts", NULL);
  g_assert_true (graft_overlay_remove (fixture->overlay, -1, "/usr/lib/modules/b.ko", &error));
  assert_node (fixture, ADDED, "/lib/modules/b.ko", NULL);
  assert_there (fixture, -1, "/usr/lib/modules/a.ko");
}

/* The folder itself, and one that contains where the link leads. */
static void
test_remove_folder (Fixture *fixture, gconstpointer data)
{
  static const char *const paths[] = { "/usr/lib/modules", "/lib/modules", "/usr/lib", "/usr" };
  g_autoptr (GraftOverlayState) start = graft_overlay_dup_state (fixture->overlay);

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_true (graft_overlay_remove (fixture->overlay, -1, paths[i], &error));
      assert_node (fixture, -1, paths[i], NULL);
      assert_node (fixture, -1, "/usr/lib/modules", NULL);
      assert_node (fixture, ADDED, "/lib/modules/b.ko", NULL);
      graft_overlay_set_state (fixture->overlay, start);
    }
}

/* What the third archive has in lib goes through the link: it stays, and leads where it led. */
static void
test_remove_link (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  const GraftNodeInit other
      = { .type = GRAFT_NODE_SYMLINK, .attributes.mode = 0777, .target = "elsewhere" };
  const GraftNodeInit same = { .type = GRAFT_NODE_SYMLINK,
                               .attributes = { .mode = 0777, .uid = 1 },
                               .target = "usr/lib" };
  g_autoptr (GraftNode) leads_elsewhere = graft_node_new (&other), owned = graft_node_new (&same);

  g_assert_false (graft_overlay_remove (fixture->overlay, -1, "/lib", &error));
  g_assert_error (error, GRAFT_OVERLAY_ERROR, GRAFT_ERROR_REFUSED);
  g_assert_false (graft_overlay_move (fixture->overlay, -1, "/lib", "/lib2", NULL));
  g_assert_false (graft_overlay_put (fixture->overlay, -1, "/lib", leads_elsewhere, NULL));
  g_assert_false (graft_overlay_change (fixture->overlay, -1, "/lib", leads_elsewhere, NULL));
  g_assert_false (graft_overlay_is_changed (fixture->overlay));
  g_assert_true (graft_overlay_change (fixture->overlay, -1, "/lib", owned, NULL));
  g_assert_true (graft_overlay_remove (fixture->overlay, MAIN, "/lib", NULL));
  assert_node (fixture, MAIN, "/lib", NULL);
  assert_there (fixture, ADDED, "/lib/modules/b.ko");
}

static void
test_early (Fixture *fixture, gconstpointer data)
{
  const char *path = "/kernel/x86/microcode/GenuineIntel.bin";
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftNode) file = new_file ("new"), folder = new_folder ();

  g_assert_false (graft_overlay_remove (fixture->overlay, -1, path, &error));
  g_assert_error (error, GRAFT_OVERLAY_ERROR, GRAFT_ERROR_REFUSED);
  g_clear_error (&error);
  g_assert_false (graft_overlay_move (fixture->overlay, -1, "/kernel", "/x", &error));
  g_assert_error (error, GRAFT_OVERLAY_ERROR, GRAFT_ERROR_REFUSED);
  g_assert_false (graft_overlay_is_changed (fixture->overlay));
  /* What wins there may be replaced; what is new does not go there. */
  g_assert_true (graft_overlay_put (fixture->overlay, -1, path, file, NULL));
  assert_node (fixture, EARLY, path, file);
  g_assert_true (
      graft_overlay_put (fixture->overlay, -1, "/kernel/x86/microcode/AMD.bin", file, NULL));
  assert_node (fixture, ADDED, "/kernel/x86/microcode/AMD.bin", file);
  /* Now the folder stands in two archives, and one of them is early. */
  g_clear_error (&error);
  g_assert_false (
      graft_overlay_put (fixture->overlay, -1, "/kernel/x86/microcode", folder, &error));
  g_assert_error (error, GRAFT_OVERLAY_ERROR, GRAFT_ERROR_REFUSED);
  /* By its part all may be done. */
  g_assert_true (graft_overlay_remove (fixture->overlay, EARLY, "/kernel", NULL));
  assert_node (fixture, EARLY, "/kernel", NULL);
  g_assert_true (graft_overlay_remove (fixture->overlay, -1, "/kernel", NULL));
  assert_node (fixture, -1, "/kernel", NULL);
}

/* The attributes go to the part with the record, and the other parts' entries stay theirs. */
static void
test_change_folder (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftNode) shown = lookup (fixture, -1, "/usr/lib/modules");
  GraftNodeInit init = graft_node_to_init (shown);
  g_autoptr (GraftNode) changed = NULL, folder = NULL, merged = NULL;

  init.attributes.mode = 0711;
  changed = graft_node_new (&init);
  g_assert_true (graft_overlay_change (fixture->overlay, -1, "/lib/modules", changed, &error));
  folder = lookup (fixture, MAIN, "/usr/lib/modules");
  g_assert_cmpuint (graft_node_get_attributes (folder)->mode, ==, 0711);
  assert_node (fixture, MAIN, "/usr/lib/modules/b.ko", NULL);
  assert_part_untouched (fixture, ADDED);
  merged = lookup (fixture, -1, "/usr/lib/modules");
  g_assert_cmpuint (graft_node_get_attributes (merged)->mode, ==, 0711);
}

static void
test_change_file (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftNode) file = new_file ("new"), main_file = NULL, main2 = NULL;

  g_assert_true (graft_overlay_change (fixture->overlay, -1, "/etc/main2", file, &error));
  main_file = lookup (fixture, MAIN, "/etc/main");
  main2 = lookup (fixture, MAIN, "/etc/main2");
  g_assert_true (main_file == main2);
  assert_node (fixture, -1, "/etc/main", main_file);
  assert_part_untouched (fixture, ADDED);
}

/* A folder that only a later archive makes must get a record where an earlier one needs it. */
static void
test_move_folder (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftNode) opt = NULL, added = NULL;

  g_assert_true (graft_overlay_move (fixture->overlay, -1, "/etc", "/opt/etc", &error));
  assert_node (fixture, -1, "/etc", NULL);
  assert_there (fixture, MAIN, "/opt/etc/main");
  assert_there (fixture, ADDED, "/opt/etc/hosts");
  opt = lookup (fixture, MAIN, "/opt");
  g_assert_false (graft_node_is_implicit (opt));
  g_assert_cmpuint (graft_node_get_attributes (opt)->mode, ==, 0750);
  added = lookup (fixture, ADDED, "/opt/etc");
  g_assert_true (graft_node_is_implicit (added));
}

static void
test_move_file (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GraftNode) hosts = lookup (fixture, ADDED, "/etc/hosts");
  g_autoptr (GError) error = NULL;

  g_assert_true (graft_overlay_move (fixture->overlay, -1, "/etc/hosts", "/usr/hosts", &error));
  assert_node (fixture, -1, "/etc/hosts", NULL);
  assert_node (fixture, MAIN, "/etc/hosts", NULL);
  assert_node (fixture, -1, "/usr/hosts", hosts);
}

/* Moving where a link leads takes along what came through the link. */
static void
test_move_link_target (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (graft_overlay_move (fixture->overlay, -1, "/usr", "/opt/usr", &error));
  assert_node (fixture, -1, "/usr", NULL);
  assert_there (fixture, -1, "/opt/usr/lib/modules/a.ko");
  assert_there (fixture, -1, "/opt/usr/lib/modules/b.ko");
  assert_node (fixture, ADDED, "/lib", NULL);
}

static void
test_one_part (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftNode) file = new_file ("new"), opt = NULL;

  /* Hidden by the next archive's. */
  g_assert_true (graft_overlay_put (fixture->overlay, MAIN, "/etc/hosts", file, &error));
  assert_node (fixture, MAIN, "/etc/hosts", file);
  assert_part_untouched (fixture, ADDED);
  /* By its own links. */
  g_assert_true (graft_overlay_put (fixture->overlay, MAIN, "/lib/modules/c.ko", file, &error));
  assert_node (fixture, MAIN, "/usr/lib/modules/c.ko", file);
  /* In a folder that only a later archive has. */
  g_assert_true (graft_overlay_put (fixture->overlay, MAIN, "/opt/new", file, &error));
  opt = lookup (fixture, MAIN, "/opt");
  g_assert_false (graft_node_is_implicit (opt));
  assert_node (fixture, -1, "/opt/new", file);
  assert_there (fixture, -1, "/opt/x");
  /* What another part has is not there. */
  g_assert_false (graft_overlay_remove (fixture->overlay, MAIN, "/opt/x", &error));
  g_assert_error (error, GRAFT_OVERLAY_ERROR, GRAFT_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_true (graft_overlay_remove (fixture->overlay, ADDED, "/etc/hosts", &error));
  assert_node (fixture, -1, "/etc/hosts", file);
}

/* An image of nothing but early archives: what is new has nowhere else to go. */
static void
test_only_early (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftImage) image
      = graft_fake_image_new ("initrd", "ucode.img", "early\nf 0644 /kernel/a x\n");
  g_autoptr (GraftOverlay) overlay = graft_overlay_new (image);
  g_autoptr (GraftNode) file = new_file ("new");

  g_assert_true (graft_overlay_put (overlay, -1, "/kernel/b", file, &error));
  g_assert_no_error (error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/overlay-parts/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("merged", test_merged);
  ADD ("put-to-winner", test_put_to_winner);
  ADD ("put-through-link", test_put_through_link);
  ADD ("put-new", test_put_new);
  ADD ("put-folder", test_put_folder);
  ADD ("remove", test_remove);
  ADD ("remove-folder", test_remove_folder);
  ADD ("remove-link", test_remove_link);
  ADD ("early", test_early);
  ADD ("change-folder", test_change_folder);
  ADD ("change-file", test_change_file);
  ADD ("move-folder", test_move_folder);
  ADD ("move-file", test_move_file);
  ADD ("move-link-target", test_move_link_target);
  ADD ("one-part", test_one_part);
  g_test_add_func ("/overlay-parts/only-early", test_only_early);
  return g_test_run ();
}
