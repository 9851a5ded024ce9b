/* test-overlay.c: edits of an image of one part
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "overlay/graft-overlay.h"

#include <string.h>

#include "base/graft-error.h"
#include "base/graft-limits.h"
#include "image/graft-directory.h"
#include "image/graft-fake-image.h"
#include "image/graft-path.h"

static const char *const text = "d 0755 /etc\n"
                                "f 0644 /etc/hosts localhost\n"
                                "f 0644 /etc/fstab none\n"
                                "d 0755 /usr/bin\n"
                                "f 0755 /usr/bin/busybox program\n"
                                "h /usr/bin/ash /usr/bin/busybox\n"
                                "h /usr/sbin/init /usr/bin/busybox\n"
                                "f 0644 /usr/lib/modules/6.1/x.ko one\n"
                                "l /lib usr/lib\n"
                                "l /bin /usr/bin\n";

typedef struct
{
  GraftImage *image;
  GraftOverlay *overlay;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->image = graft_fake_image_new (data != NULL ? data : "squashfs", "root.img", text);
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
  const GraftNodeInit init = { .type = GRAFT_NODE_DIRECTORY, .attributes.mode = 0700 };

  return graft_node_new (&init);
}

static GraftNode *
lookup (GraftOverlay *overlay, const char *path)
{
  g_autoptr (GraftNode) root = graft_overlay_dup_root (overlay, NULL);

  return graft_path_find (root, path, GRAFT_PATH_NO_FOLLOW, NULL, NULL);
}

static void
assert_content (GraftOverlay *overlay, const char *path, const char *expected)
{
  g_autoptr (GraftNode) node = lookup (overlay, path);
  g_autoptr (GraftInput) input = NULL;
  g_autoptr (GBytes) bytes = NULL;

  g_assert_nonnull (node);
  input = graft_node_open (node, NULL);
  bytes = graft_input_read_all (input, NULL);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), expected,
                   strlen (expected));
}

static void
assert_missing (GraftOverlay *overlay, const char *path)
{
  g_autoptr (GraftNode) node = lookup (overlay, path);

  g_assert_null (node);
}

static void
assert_untouched (Fixture *fixture)
{
  g_autoptr (GraftNode) root = graft_image_dup_part (fixture->image, 0);

  g_assert_false (graft_overlay_is_changed (fixture->overlay));
  g_assert_true (graft_overlay_get_roots (fixture->overlay)[0] == root);
}

static void
test_untouched (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GraftNode) merged = graft_overlay_dup_root (fixture->overlay, NULL);
  g_autoptr (GraftNode) part = graft_overlay_dup_part (fixture->overlay, 0, NULL);
  g_autoptr (GError) error = NULL;

  assert_untouched (fixture);
  g_assert_true (merged == part);
  g_assert_true (graft_overlay_get_image (fixture->overlay) == fixture->image);
  g_assert_null (graft_overlay_dup_part (fixture->overlay, 1, &error));
  g_assert_error (error, GRAFT_OVERLAY_ERROR, GRAFT_ERROR_NOT_FOUND);
}

/* Links on the way are followed, what nobody touched stays the same pointer. */
static void
test_put (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftNode) file = new_file ("new"), before = lookup (fixture->overlay, "/etc");
  g_autoptr (GraftNode) after = NULL, placed = NULL;

  g_assert_true (graft_overlay_put (fixture->overlay, -1, "/lib/modules/list", file, &error));
  g_assert_no_error (error);
  g_assert_true (graft_overlay_is_changed (fixture->overlay));
  placed = lookup (fixture->overlay, "/usr/lib/modules/list");
  g_assert_true (placed == file);
  after = lookup (fixture->overlay, "/etc");
  g_assert_true (before == after);
}

static void
test_put_over (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftNode) file = new_file ("new");

  g_assert_true (graft_overlay_put (fixture->overlay, -1, "/etc/hosts", file, &error));
  assert_content (fixture->overlay, "/etc/hosts", "new");
  /* A link is replaced itself; other names of a replaced file are not touched. */
  g_assert_true (graft_overlay_put (fixture->overlay, 0, "/lib", file, &error));
  assert_content (fixture->overlay, "/lib", "new");
  assert_missing (fixture->overlay, "/lib/modules");
  g_assert_true (graft_overlay_put (fixture->overlay, -1, "/bin/ash", file, &error));
  assert_content (fixture->overlay, "/usr/bin/ash", "new");
  assert_content (fixture->overlay, "/usr/bin/busybox", "program");
}

static void
test_put_folder (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftNode) folder = new_folder ();

  g_assert_true (graft_overlay_put (fixture->overlay, -1, "/lib/modules", folder, &error));
  assert_missing (fixture->overlay, "/usr/lib/modules/6.1");
}

static void
assert_refused (gboolean done, GError **error, GQuark domain, GraftErrorCode code,
                const char *message)
{
  g_assert_false (done);
  g_assert_error (*error, domain, (gint)code);
  g_assert_cmpstr ((*error)->message, ==, message);
  g_clear_error (error);
}

static void
test_put_refused (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GraftNode) file = new_file ("new"), folder = new_folder ();
  GraftOverlay *overlay = fixture->overlay;
  GError *error = NULL;

  assert_refused (graft_overlay_put (overlay, -1, "/etc", file, &error), &error,
                  GRAFT_OVERLAY_ERROR, GRAFT_ERROR_REFUSED,
                  "root.img: /etc is a folder: remove it before something else takes its place");
  assert_refused (graft_overlay_put (overlay, -1, "/etc/hosts", folder, &error), &error,
                  GRAFT_OVERLAY_ERROR, GRAFT_ERROR_REFUSED,
                  "root.img: /etc/hosts is not a folder: remove it before a folder takes its "
                  "place");
  assert_refused (graft_overlay_put (overlay, -1, "/opt/x\ny/z", file, &error), &error,
                  GRAFT_IMAGE_ERROR, GRAFT_ERROR_NOT_FOUND, "root.img: /opt does not exist");
  assert_refused (graft_overlay_put (overlay, -1, "/", folder, &error), &error, GRAFT_OVERLAY_ERROR,
                  GRAFT_ERROR_REFUSED, "root.img: / is the root folder: it stays where it is");
  assert_refused (graft_overlay_put (overlay, 0, "/etc/hosts/x", file, &error), &error,
                  GRAFT_IMAGE_ERROR, GRAFT_ERROR_INVALID, "root.img: /etc/hosts is not a folder");
  assert_refused (graft_overlay_put (overlay, 0, "/etc/..", file, &error), &error,
                  GRAFT_IMAGE_ERROR, GRAFT_ERROR_INVALID,
                  "root.img: “/etc/..” does not name an entry of a folder");
  assert_untouched (fixture);
}

static void
test_names (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GraftNode) file = new_file ("new"), folder = new_folder ();
  g_autofree char *longest = g_strnfill (GRAFT_LIMIT_NAME, 'n');
  g_autofree char *fits = g_strconcat ("/etc/", longest, NULL);
  g_autofree char *too_long = g_strconcat (fits, "n", NULL);
  g_autoptr (GString) deep = g_string_new ("/d");
  g_autoptr (GError) error = NULL;

  g_assert_true (graft_overlay_put (fixture->overlay, -1, fits, file, &error));
  g_assert_false (graft_overlay_put (fixture->overlay, -1, too_long, file, &error));
  g_assert_error (error, GRAFT_OVERLAY_ERROR, GRAFT_ERROR_TOO_LARGE);
  g_clear_error (&error);
  g_assert_false (graft_overlay_move (fixture->overlay, -1, "/etc/hosts", too_long, &error));
  g_assert_error (error, GRAFT_OVERLAY_ERROR, GRAFT_ERROR_TOO_LARGE);
  g_clear_error (&error);
  while (graft_overlay_put (fixture->overlay, -1, deep->str, folder, &error))
    g_string_append_printf (deep, "/%s", longest);
  g_assert_error (error, GRAFT_OVERLAY_ERROR, GRAFT_ERROR_TOO_LARGE);
  g_assert_cmpuint (deep->len, >, GRAFT_LIMIT_PATH);
  g_assert_cmpuint (deep->len, <=, GRAFT_LIMIT_PATH + 1 + GRAFT_LIMIT_NAME);
}

/* An archive cannot hold an entry that the kernel takes for its end; a squashfs can. */
static void
test_trailer (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GraftNode) file = new_file ("new");
  g_autoptr (GError) error = NULL;
  gboolean initrd = g_strcmp0 (data, "initrd") == 0;

  g_assert_cmpint (graft_overlay_put (fixture->overlay, -1, "/TRAILER!!!", file, &error), ==,
                   !initrd);
  if (initrd)
    g_assert_error (error, GRAFT_OVERLAY_ERROR, GRAFT_ERROR_REFUSED);
  g_assert_true (graft_overlay_put (fixture->overlay, -1, "/etc/TRAILER!!!", file, NULL));
}

static void
test_times (Fixture *fixture, gconstpointer data)
{
  static const gint64 times[] = { -1, G_GINT64_CONSTANT (0x100000000) };
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (graft_overlay_get_newest_time (fixture->overlay, &error), ==, 1010);
  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    {
      const GraftNodeInit init
          = { .type = GRAFT_NODE_REGULAR, .attributes = { .mode = 0644, .mtime = times[i] } };
      g_autoptr (GraftNode) node = graft_node_new (&init);

      g_assert_false (graft_overlay_put (fixture->overlay, -1, "/etc/hosts", node, &error));
      g_assert_error (error, GRAFT_OVERLAY_ERROR, GRAFT_ERROR_REFUSED);
      g_clear_error (&error);
      g_assert_false (graft_overlay_change (fixture->overlay, -1, "/etc/hosts", node, &error));
      g_assert_error (error, GRAFT_OVERLAY_ERROR, GRAFT_ERROR_REFUSED);
      g_clear_error (&error);
    }
}

/* The time is the source's, whatever was edited since. */
static void
test_newest_time (Fixture *fixture, gconstpointer data)
{
  const GraftNodeInit init
      = { .type = GRAFT_NODE_REGULAR, .attributes = { .mode = 0644, .mtime = 5000 } };
  g_autoptr (GraftNode) node = graft_node_new (&init);

  g_assert_true (graft_overlay_put (fixture->overlay, -1, "/late", node, NULL));
  g_assert_cmpint (graft_overlay_get_newest_time (fixture->overlay, NULL), ==, 1010);
}

static void
test_remove (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (graft_overlay_remove (fixture->overlay, -1, "/lib/modules", &error));
  assert_missing (fixture->overlay, "/usr/lib/modules");
  g_assert_true (graft_overlay_remove (fixture->overlay, 0, "/lib", &error));
  assert_missing (fixture->overlay, "/lib");
  g_assert_false (graft_overlay_remove (fixture->overlay, -1, "/lib", &error));
  g_assert_error (error, GRAFT_OVERLAY_ERROR, GRAFT_ERROR_NOT_FOUND);
  g_assert_cmpstr (error->message, ==, "root.img: /lib does not exist");
  g_clear_error (&error);
  g_assert_false (graft_overlay_remove (fixture->overlay, -1, "/", &error));
  g_assert_error (error, GRAFT_OVERLAY_ERROR, GRAFT_ERROR_REFUSED);
}

/* All names of a hard-linked file get the new node, and are links of one another still. */
static void
test_change (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftNode) file = new_file ("new"), again = new_file ("newer");
  g_autoptr (GraftNode) busybox = NULL, ash = NULL, init = NULL;

  g_assert_true (graft_overlay_change (fixture->overlay, -1, "/bin/ash", file, &error));
  assert_content (fixture->overlay, "/usr/sbin/init", "new");
  g_assert_true (graft_overlay_change (fixture->overlay, -1, "/usr/sbin/init", again, &error));
  busybox = lookup (fixture->overlay, "/usr/bin/busybox");
  ash = lookup (fixture->overlay, "/usr/bin/ash");
  init = lookup (fixture->overlay, "/usr/sbin/init");
  g_assert_true (busybox == ash && ash == init);
  g_assert_cmpuint (graft_node_get_nlink (ash), ==, 3);
  assert_content (fixture->overlay, "/usr/bin/ash", "newer");
  assert_content (fixture->overlay, "/etc/hosts", "localhost");
}

static void
test_change_refused (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftNode) file = new_file ("new"), folder = new_folder ();

  g_assert_false (graft_overlay_change (fixture->overlay, -1, "/missing", file, &error));
  g_assert_error (error, GRAFT_OVERLAY_ERROR, GRAFT_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (graft_overlay_change (fixture->overlay, -1, "/etc", file, &error));
  g_assert_error (error, GRAFT_OVERLAY_ERROR, GRAFT_ERROR_REFUSED);
  g_clear_error (&error);
  g_assert_false (graft_overlay_change (fixture->overlay, -1, "/etc/hosts", folder, &error));
  g_assert_error (error, GRAFT_OVERLAY_ERROR, GRAFT_ERROR_REFUSED);
  assert_untouched (fixture);
}

/* A folder gets attributes, and keeps what is in it, the root folder too. */
static void
test_change_folder (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftNode) folder = new_folder (), etc = NULL, root = NULL;

  g_assert_true (graft_overlay_change (fixture->overlay, -1, "/etc", folder, &error));
  etc = lookup (fixture->overlay, "/etc");
  g_assert_cmpuint (graft_node_get_attributes (etc)->mode, ==, 0700);
  assert_content (fixture->overlay, "/etc/hosts", "localhost");
  g_assert_true (graft_overlay_change (fixture->overlay, -1, "/", folder, &error));
  root = lookup (fixture->overlay, "/");
  g_assert_cmpuint (graft_node_get_attributes (root)->mode, ==, 0700);
  g_assert_false (graft_node_is_implicit (root));
  assert_content (fixture->overlay, "/etc/hosts", "localhost");
}

static void
test_move (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftNode) before = lookup (fixture->overlay, "/etc"), after = NULL;

  g_assert_true (graft_overlay_move (fixture->overlay, -1, "/etc", "/lib/etc", &error));
  after = lookup (fixture->overlay, "/usr/lib/etc");
  g_assert_true (before == after);
  assert_missing (fixture->overlay, "/etc");
  g_assert_false (graft_overlay_move (fixture->overlay, -1, "/bin", "/lib", &error));
  g_assert_error (error, GRAFT_OVERLAY_ERROR, GRAFT_ERROR_REFUSED);
  g_assert_cmpstr (error->message, ==, "root.img: /lib exists already");
  g_clear_error (&error);
  g_assert_false (graft_overlay_move (fixture->overlay, -1, "/usr", "/lib/usr", &error));
  g_assert_error (error, GRAFT_OVERLAY_ERROR, GRAFT_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_false (graft_overlay_move (fixture->overlay, -1, "/missing", "/lib/usr", &error));
  g_assert_error (error, GRAFT_OVERLAY_ERROR, GRAFT_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (graft_overlay_move (fixture->overlay, -1, "/", "/lib/usr", &error));
  g_assert_error (error, GRAFT_OVERLAY_ERROR, GRAFT_ERROR_REFUSED);
}

/* Undo to the beginning gives back the very nodes of the source. */
static void
test_undo (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GraftNode) file = new_file ("new");
  g_autoptr (GraftOverlayState) start = graft_overlay_dup_state (fixture->overlay);
  g_autoptr (GraftOverlayState) end = NULL;

  g_assert_true (graft_overlay_put (fixture->overlay, -1, "/etc/new", file, NULL));
  g_assert_true (graft_overlay_remove (fixture->overlay, -1, "/usr", NULL));
  end = graft_overlay_dup_state (fixture->overlay);
  graft_overlay_set_state (fixture->overlay, start);
  assert_untouched (fixture);
  assert_content (fixture->overlay, "/usr/bin/ash", "program");
  graft_overlay_set_state (fixture->overlay, end);
  g_assert_true (graft_overlay_is_changed (fixture->overlay));
  assert_missing (fixture->overlay, "/usr");
  assert_content (fixture->overlay, "/etc/new", "new");
}

/* Putting what is there already is no change. */
static void
test_put_same (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GraftNode) hosts = lookup (fixture->overlay, "/etc/hosts");

  g_assert_true (graft_overlay_put (fixture->overlay, -1, "/etc/hosts", hosts, NULL));
  assert_untouched (fixture);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/overlay/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("untouched", test_untouched);
  ADD ("put", test_put);
  ADD ("put-over", test_put_over);
  ADD ("put-folder", test_put_folder);
  ADD ("put-refused", test_put_refused);
  ADD ("put-same", test_put_same);
  ADD ("names", test_names);
  ADD ("trailer", test_trailer);
  g_test_add ("/overlay/trailer-initrd", Fixture, "initrd", set_up, test_trailer, tear_down);
  ADD ("times", test_times);
  ADD ("newest-time", test_newest_time);
  ADD ("remove", test_remove);
  ADD ("change", test_change);
  ADD ("change-refused", test_change_refused);
  ADD ("change-folder", test_change_folder);
  ADD ("move", test_move);
  ADD ("undo", test_undo);
  return g_test_run ();
}
