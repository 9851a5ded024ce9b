/* test-session-inside.c: images inside of images, as the window sees them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "session/graft-session.h"

#include "bootset/graft-set-fixture.h"
#include "image/graft-fake-image.h"
#include "image/graft-path.h"

#define ROOT "root.squashfs"
#define KNOWN "/LiveOS/rootfs.img"
#define OTHER "/some/other.img"

/* A root with an image where distributions have it, and one that only who asks finds. */
static GraftSession *
open_session (GraftSetFixture *fixture)
{
  g_autofree char *inner = g_strescape (GRAFT_SET_FIXTURE_ROOT, NULL);
  g_autofree char *root = g_strdup_printf (
      "#fake squashfs\nf 0644 " KNOWN " %s\nf 0644 " OTHER " %s\n", inner, inner);
  GraftSession *session;

  graft_set_fixture_add (fixture, "vmlinuz", GRAFT_SET_FIXTURE_KERNEL);
  graft_set_fixture_add (fixture, "initrd.img", GRAFT_SET_FIXTURE_INITRD);
  graft_set_fixture_add (fixture, ROOT, root);
  graft_set_fixture_add (fixture, "pxelinux.cfg/default", GRAFT_SET_FIXTURE_ENTRY);
  session = graft_session_new (fixture->folder);
  while (graft_session_get_state (session) == GRAFT_SESSION_OPENING)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (graft_session_get_state (session), ==, GRAFT_SESSION_OPEN);
  return session;
}

static void
wait_until_idle (GraftSession *session)
{
  while (graft_session_is_busy (session))
    g_main_context_iteration (NULL, TRUE);
}

static void
apply (GraftSession *session, GraftStep *step)
{
  graft_session_apply (session, step, NULL, NULL, NULL);
  wait_until_idle (session);
}

static char *
list_paths (GraftSession *session)
{
  GListModel *layers = graft_session_get_layers (session);
  g_autoptr (GString) paths = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (layers); i++)
    {
      g_autoptr (GraftLayer) layer = g_list_model_get_item (layers, i);

      g_string_append_printf (paths, "%s\n", graft_layer_get_path (layer));
    }
  return g_string_free (g_steal_pointer (&paths), FALSE);
}

/* What stands at @path of the root now; NULL: nothing. */
static GraftLayer *
find_inside (GraftSession *session, const char *path)
{
  GraftLayer *around = graft_session_find_layer (session, ROOT);
  g_autoptr (GraftNode) node
      = graft_path_find (graft_layer_get_root (around), path, GRAFT_PATH_NO_FOLLOW, NULL, NULL);

  return node != NULL ? graft_session_find_inside (session, around, -1, path, node) : NULL;
}

static void
test_found (GraftSetFixture *fixture, gconstpointer data)
{
  g_autoptr (GraftSession) session = open_session (fixture);
  GraftLayer *around = graft_session_find_layer (session, ROOT);
  GraftLayer *layer = graft_session_find_layer (session, ROOT ":" KNOWN);

  g_assert_true (graft_layer_is_inside (layer));
  g_assert_cmpstr (graft_layer_get_around (layer), ==, ROOT);
  g_assert_cmpstr (graft_layer_get_inner_path (layer), ==, KNOWN);
  g_assert_true (graft_layer_is_in_place (layer));
  g_assert_null (graft_layer_get_room (layer));
  g_assert_false (graft_layer_is_inside (around));
  g_assert_true (find_inside (session, KNOWN) == layer);
  g_assert_null (find_inside (session, OTHER));
  g_assert_true (graft_session_has_image_in (session, around, "/LiveOS"));
  g_assert_false (graft_session_has_image_in (session, around, "/"));
  g_assert_false (graft_session_has_image_in (session, around, "/Live"));
  g_assert_false (graft_session_has_image_in (session, layer, "/LiveOS"));
  graft_session_close (session);
}

static void
test_changed (GraftSetFixture *fixture, gconstpointer data)
{
  g_autoptr (GraftSession) session = open_session (fixture);
  GraftLayer *around;

  apply (session, graft_step_mkdir_new (ROOT ":" KNOWN ":/new", 0));
  around = graft_session_find_layer (session, ROOT);
  g_assert_true (graft_layer_is_changed (around));
  g_assert_true (graft_layer_is_changed (find_inside (session, KNOWN)));
  g_assert_true (graft_session_is_changed_inside (session, around, -1, "/"));
  g_assert_true (graft_session_is_changed_inside (session, around, -1, "/LiveOS"));
  g_assert_false (graft_session_is_changed_inside (session, around, -1, "/Live"));
  g_assert_false (graft_session_is_changed_inside (session, around, -1, "/some"));
  graft_session_undo (session);
  wait_until_idle (session);
  around = graft_session_find_layer (session, ROOT);
  g_assert_false (graft_layer_is_changed (around));
  g_assert_false (graft_session_is_changed_inside (session, around, -1, "/"));
  graft_session_close (session);
}

/* A file that is moved away is no longer what the kernel mounts; undo brings it back. */
static void
test_moved (GraftSetFixture *fixture, gconstpointer data)
{
  g_autoptr (GraftSession) session = open_session (fixture);

  apply (session, graft_step_move_new (ROOT ":" KNOWN, ROOT ":/elsewhere.img"));
  g_assert_null (find_inside (session, KNOWN));
  g_assert_null (find_inside (session, "/elsewhere.img"));
  g_assert_false (graft_layer_is_in_place (graft_session_find_layer (session, ROOT ":" KNOWN)));
  graft_session_undo (session);
  wait_until_idle (session);
  g_assert_true (graft_layer_is_in_place (find_inside (session, KNOWN)));
  graft_session_close (session);
}

static gboolean
look_inside (GraftBootSet *set, gpointer data, GraftProgress *progress, GCancellable *cancellable,
             GError **error)
{
  GraftMember *around = graft_boot_set_find_member (set, ROOT, error);

  return graft_boot_set_open_inside (set, around, 0, data, cancellable, error) != NULL;
}

/* It comes where it belongs, all others stay what they are, and there is nothing to undo. */
static void
test_looked_into (GraftSetFixture *fixture, gconstpointer data)
{
  g_autoptr (GraftSession) session = open_session (fixture);
  g_autoptr (GraftLayer) entry
      = g_object_ref (graft_session_find_layer (session, "pxelinux.cfg/default"));
  g_autofree char *paths = NULL;

  graft_session_run_opening (session, NULL, look_inside, NULL, (gpointer)OTHER, NULL);
  wait_until_idle (session);
  paths = list_paths (session);
  g_assert_cmpstr (paths, ==,
                   "vmlinuz\ninitrd.img\n" ROOT "\n" ROOT ":" KNOWN "\n" ROOT ":" OTHER
                   "\npxelinux.cfg/default\n");
  g_assert_nonnull (find_inside (session, OTHER));
  g_assert_true (graft_session_find_layer (session, "pxelinux.cfg/default") == entry);
  g_assert_null (graft_session_get_undo_label (session));
  g_assert_false (graft_session_is_changed (session));
  graft_session_close (session);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  graft_fake_formats_register ();
#define ADD(name, func)                                                                            \
  g_test_add ("/session-inside/" name, GraftSetFixture, NULL, graft_set_fixture_set_up, func,      \
              graft_set_fixture_tear_down)
  ADD ("found", test_found);
  ADD ("changed", test_changed);
  ADD ("moved", test_moved);
  ADD ("looked-into", test_looked_into);
  return g_test_run ();
}
