/* test-session-room.c: an ext4 that lacks room, as the window sees it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>

#include "bootset/graft-set-fixture.h"
#include "formats/ext4/graft-ext4-image.h"
#include "formats/ext4/test-ext4-common.h"
#include "image/graft-fake-image.h"
#include "image/graft-image-loader.h"
#include "session/graft-session.h"

#define ROOT "rootfs.img"
/* Bytes; more than the file system has. */
#define LARGE (3 << 20)

static void
wait_until_idle (GraftSession *session)
{
  while (graft_session_is_busy (session))
    g_main_context_iteration (NULL, TRUE);
}

static GraftSession *
open_session (GraftSetFixture *fixture)
{
  g_autofree char *path = g_build_filename (fixture->folder, ROOT, NULL);
  g_autofree char *large = g_build_filename (fixture->top, "large", NULL);
  g_autofree char *content = g_malloc (LARGE);
  g_autofree char *ignored = NULL;
  g_autoptr (GError) error = NULL;
  GraftSession *session;

  memset (content, 'x', LARGE);
  g_file_set_contents (large, content, LARGE, &error);
  g_assert_no_error (error);
  graft_set_fixture_add (fixture, "vmlinuz", GRAFT_SET_FIXTURE_KERNEL);
  ignored = test_run (0, "mke2fs -q -F -t ext4 -O ^has_journal -b 1024 %s 2048k", path);
  session = graft_session_new (fixture->folder);
  while (graft_session_get_state (session) == GRAFT_SESSION_OPENING)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (graft_session_get_state (session), ==, GRAFT_SESSION_OPEN);
  return session;
}

static void
upload (GraftSetFixture *fixture, GraftSession *session)
{
  g_autofree char *large = g_build_filename (fixture->top, "large", NULL);

  graft_session_apply (session, graft_step_upload_new (large, ROOT ":/large", 0), NULL, NULL, NULL);
  wait_until_idle (session);
}

static const GraftLayerRoom *
get_room (GraftSession *session)
{
  const GraftLayerRoom *room = graft_layer_get_room (graft_session_find_layer (session, ROOT));

  g_assert_nonnull (room);
  return room;
}

static void
assert_lacking (GraftSession *session)
{
  const GraftLayerRoom *room = get_room (session);

  g_assert_cmpuint (room->growth, >=, LARGE - (2 << 20));
  g_assert_nonnull (strstr (room->problem, " more: the edits take up to "));
  g_assert_nonnull (strstr (room->problem, "can be made larger"));
}

static void
assert_growing (GraftSession *session)
{
  g_assert_cmpuint (get_room (session)->growth, >=, LARGE - (2 << 20));
  g_assert_null (get_room (session)->problem);
}

static void
assert_enough (GraftSession *session)
{
  g_assert_cmpuint (get_room (session)->growth, ==, 0);
  g_assert_null (get_room (session)->problem);
}

static gboolean
look_at_set (GraftBootSet *set, gpointer data, GraftProgress *progress, GCancellable *cancellable,
             GError **error)
{
  *(gboolean *)data = graft_boot_set_get_may_grow (set);
  return TRUE;
}

/* What a worker of the session finds. */
static gboolean
may_set_grow (GraftSession *session)
{
  gboolean may_grow = FALSE;

  graft_session_run (session, NULL, look_at_set, NULL, &may_grow, NULL);
  wait_until_idle (session);
  return may_grow;
}

/* Said after the edit: the layer is another then, and only that one. */
static void
test_afterwards (GraftSetFixture *fixture, gconstpointer data)
{
  g_autoptr (GraftSession) session = open_session (fixture);
  g_autoptr (GraftLayer) kernel = g_object_ref (graft_session_find_layer (session, "vmlinuz"));
  g_autofree char *label = NULL;

  assert_enough (session);
  upload (fixture, session);
  assert_lacking (session);
  g_assert_false (may_set_grow (session));
  label = g_strdup (graft_session_get_undo_label (session));
  for (guint i = 0; i < 2; i++)
    {
      graft_session_set_may_grow (session, TRUE);
      wait_until_idle (session);
      assert_growing (session);
      g_assert_true (may_set_grow (session));
      graft_session_set_may_grow (session, FALSE);
      wait_until_idle (session);
      assert_lacking (session);
      g_assert_false (may_set_grow (session));
    }
  /* It is no edit. */
  g_assert_cmpstr (graft_session_get_undo_label (session), ==, label);
  g_assert_true (graft_session_find_layer (session, "vmlinuz") == kernel);
  graft_session_close (session);
}

/* Said before, by a plan say: nothing is read anew, and undo and redo leave it. */
static void
test_before (GraftSetFixture *fixture, gconstpointer data)
{
  g_autoptr (GraftSession) session = open_session (fixture);

  graft_session_set_may_grow (session, TRUE);
  g_assert_false (graft_session_is_busy (session));
  upload (fixture, session);
  assert_growing (session);
  graft_session_undo (session);
  wait_until_idle (session);
  assert_enough (session);
  g_assert_true (graft_session_get_may_grow (session));
  g_assert_false (graft_session_is_changed (session));
  graft_session_redo (session);
  wait_until_idle (session);
  assert_growing (session);
  graft_session_close (session);
}

/* Said while an edit runs, which began with the other answer. */
static void
test_meanwhile (GraftSetFixture *fixture, gconstpointer data)
{
  g_autoptr (GraftSession) session = open_session (fixture);
  g_autofree char *large = g_build_filename (fixture->top, "large", NULL);

  graft_session_apply (session, graft_step_upload_new (large, ROOT ":/large", 0), NULL, NULL, NULL);
  g_assert_true (graft_session_is_busy (session));
  graft_session_set_may_grow (session, TRUE);
  wait_until_idle (session);
  assert_growing (session);
  graft_session_close (session);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  graft_fake_formats_register ();
  graft_image_loader_register (graft_ext4_image_get_format ());
#define ADD(name, func)                                                                            \
  g_test_add ("/session-room/" name, GraftSetFixture, NULL, graft_set_fixture_set_up, func,        \
              graft_set_fixture_tear_down)
  ADD ("afterwards", test_afterwards);
  ADD ("before", test_before);
  ADD ("meanwhile", test_meanwhile);
  return g_test_run ();
}
