/* test-session.c: a set opened, edited, undone and left, as a window does it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "session/graft-session.h"

#include "base/graft-error.h"
#include "bootset/graft-set-fixture.h"
#include "image/graft-fake-image.h"
#include "image/graft-path.h"

#define ROOT "root.squashfs"

static void
add_set (GraftSetFixture *fixture)
{
  graft_set_fixture_add (fixture, "vmlinuz", GRAFT_SET_FIXTURE_KERNEL);
  graft_set_fixture_add (fixture, "initrd.img", GRAFT_SET_FIXTURE_INITRD);
  graft_set_fixture_add (fixture, ROOT, GRAFT_SET_FIXTURE_ROOT);
  graft_set_fixture_add (fixture, "pxelinux.cfg/default", GRAFT_SET_FIXTURE_ENTRY);
}

static GraftSession *
open_session (const char *path)
{
  GraftSession *session = graft_session_new (path);

  while (graft_session_get_state (session) == GRAFT_SESSION_OPENING)
    g_main_context_iteration (NULL, TRUE);
  return session;
}

static void
wait_until_idle (GraftSession *session)
{
  while (graft_session_is_busy (session))
    g_main_context_iteration (NULL, TRUE);
}

/* What a callback was told. */
typedef struct
{
  guint calls;
  guint frees;
  guint edits;
  GError *error;
} Told;

static void
told_clear (Told *told)
{
  g_clear_error (&told->error);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Told, told_clear)

static void
on_applied (GraftSession *session, GraftStepReport *report, const GError *error, gpointer data)
{
  Told *told = data;

  told->calls++;
  g_assert_true ((report == NULL) == (error != NULL));
  if (error != NULL)
    told->error = g_error_copy (error);
}

static void
on_edited (GraftSession *session, gpointer data)
{
  Told *told = data;

  told->edits++;
}

static void
on_free (gpointer data)
{
  Told *told = data;

  told->frees++;
}

static gboolean
has_entry (GraftSession *session, const char *path)
{
  GraftLayer *layer = graft_session_find_layer (session, ROOT);
  g_autoptr (GraftNode) node
      = graft_path_find (graft_layer_get_root (layer), path, GRAFT_PATH_NO_FOLLOW, NULL, NULL);

  return node != NULL;
}

static void
test_open (GraftSetFixture *fixture, gconstpointer data)
{
  static const char *const paths[] = { "vmlinuz", "initrd.img", ROOT, "pxelinux.cfg/default" };
  g_autoptr (GraftSession) session = NULL;
  g_autofree char *title = NULL;
  GListModel *layers;

  add_set (fixture);
  session = open_session (fixture->folder);
  g_assert_cmpint (graft_session_get_state (session), ==, GRAFT_SESSION_OPEN);
  layers = graft_session_get_layers (session);
  g_assert_cmpuint (g_list_model_get_n_items (layers), ==, G_N_ELEMENTS (paths));
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autoptr (GraftLayer) layer = g_list_model_get_item (layers, i);

      g_assert_cmpstr (graft_layer_get_path (layer), ==, paths[i]);
      g_assert_true (graft_layer_is_open (layer));
      g_assert_false (graft_layer_is_changed (layer));
      g_assert_no_error (graft_layer_get_problem (layer));
      g_assert_true ((graft_layer_get_root (layer) != NULL) == (i == 1 || i == 2));
    }
  title = graft_session_dup_title (session);
  g_assert_cmpstr (title, ==, "tftp");
  g_assert_true (graft_session_get_kernel (session)
                 == graft_session_find_layer (session, "vmlinuz"));
  g_assert_false (graft_session_is_changed (session));
  graft_session_close (session);
}

/* Of any of its files a desktop may tell that it was double-clicked. */
static void
test_files (GraftSetFixture *fixture, gconstpointer data)
{
  g_autofree char *initrd = g_build_filename (fixture->folder, "initrd.img", NULL);
  g_autofree char *roundabout
      = g_build_filename (fixture->folder, ".", "pxelinux.cfg/default", NULL);
  g_autofree char *other = g_build_filename (fixture->folder, "other.img", NULL);
  g_autofree char *damaged = g_build_filename (fixture->folder, "damaged", NULL);
  g_autofree char *parent = g_path_get_dirname (fixture->folder);
  g_autoptr (GraftSession) session = NULL;
  g_autoptr (GraftSession) failed = NULL;

  add_set (fixture);
  session = open_session (fixture->folder);
  g_assert_true (graft_session_has_file (session, fixture->folder));
  g_assert_true (graft_session_has_file (session, initrd));
  g_assert_true (graft_session_has_file (session, roundabout));
  g_assert_false (graft_session_has_file (session, other));
  g_assert_false (graft_session_has_file (session, parent));
  g_assert_false (graft_session_has_file (session, "initrd.img"));
  failed = open_session (damaged);
  g_assert_cmpint (graft_session_get_state (failed), ==, GRAFT_SESSION_FAILED);
  g_assert_false (graft_session_has_file (failed, damaged));
  graft_session_close (failed);
  graft_session_close (session);
}

static void
test_damaged (GraftSetFixture *fixture, gconstpointer data)
{
  g_autoptr (GraftSession) session = NULL;
  GraftLayer *layer;

  add_set (fixture);
  graft_set_fixture_add (fixture, "initrd.img", "#fake initrd\nbroken\n");
  session = open_session (fixture->folder);
  g_assert_cmpint (graft_session_get_state (session), ==, GRAFT_SESSION_OPEN);
  layer = graft_session_find_layer (session, "initrd.img");
  g_assert_error (graft_layer_get_problem (layer), GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED);
  g_assert_null (graft_layer_get_root (layer));
  g_assert_nonnull (graft_layer_get_root (graft_session_find_layer (session, ROOT)));
  graft_session_close (session);
}

static void
test_no_set (GraftSetFixture *fixture, gconstpointer data)
{
  g_autoptr (GraftSession) session = open_session (fixture->folder);

  g_assert_cmpint (graft_session_get_state (session), ==, GRAFT_SESSION_FAILED);
  g_assert_error (graft_session_get_error (session), GRAFT_STEP_ERROR, GRAFT_ERROR_NOT_FOUND);
  graft_session_close (session);
}

static void
test_edit (GraftSetFixture *fixture, gconstpointer data)
{
  g_autoptr (GraftSession) session = NULL;
  g_auto (Told) told = { 0 };
  GraftLayer *initrd, *root;

  add_set (fixture);
  session = open_session (fixture->folder);
  g_signal_connect (session, "edited", G_CALLBACK (on_edited), &told);
  initrd = graft_session_find_layer (session, "initrd.img");
  root = graft_session_find_layer (session, ROOT);
  graft_session_apply (session, graft_step_mkdir_new (ROOT ":/one", 5), on_applied, &told, on_free);
  g_assert_true (graft_session_is_busy (session));
  wait_until_idle (session);
  g_assert_cmpuint (told.calls, ==, 1);
  g_assert_cmpuint (told.frees, ==, 1);
  g_assert_cmpuint (told.edits, ==, 1);
  g_assert_no_error (told.error);
  g_assert_true (has_entry (session, "/one"));
  g_assert_true (graft_session_is_changed (session));
  g_assert_nonnull (graft_session_get_undo_label (session));
  /* What was not touched is the same object. */
  g_assert_true (graft_session_find_layer (session, "initrd.img") == initrd);
  g_assert_true (graft_session_find_layer (session, ROOT) != root);

  graft_session_undo (session);
  wait_until_idle (session);
  g_assert_false (has_entry (session, "/one"));
  g_assert_false (graft_session_is_changed (session));
  g_assert_null (graft_session_get_undo_label (session));
  graft_session_redo (session);
  graft_session_mark_exported (session);
  wait_until_idle (session);
  g_assert_true (has_entry (session, "/one"));
  g_assert_cmpuint (told.edits, ==, 3);
  graft_session_close (session);
}

/* Those that wait have their turn in order, and a failure holds nobody up. */
static void
test_turns (GraftSetFixture *fixture, gconstpointer data)
{
  g_autoptr (GraftSession) session = NULL;
  g_auto (Told) failed = { 0 };
  g_auto (Told) told = { 0 };

  add_set (fixture);
  session = open_session (fixture->folder);
  graft_session_apply (session, graft_step_delete_new (ROOT ":/no"), on_applied, &failed, NULL);
  graft_session_apply (session, graft_step_mkdir_new (ROOT ":/one", 5), on_applied, &told, NULL);
  graft_session_apply (session, graft_step_mkdir_new (ROOT ":/one/two", 5), on_applied, &told,
                       NULL);
  wait_until_idle (session);
  g_assert_cmpuint (failed.calls, ==, 1);
  g_assert_error (failed.error, GRAFT_OVERLAY_ERROR, GRAFT_ERROR_NOT_FOUND);
  g_assert_cmpuint (told.calls, ==, 2);
  g_assert_true (has_entry (session, "/one/two"));
  graft_session_close (session);
}

static void
test_cancel (GraftSetFixture *fixture, gconstpointer data)
{
  g_autoptr (GraftSession) session = NULL;
  g_auto (Told) told = { 0 };

  add_set (fixture);
  session = open_session (fixture->folder);
  graft_job_cancel (graft_session_apply (session, graft_step_mkdir_new (ROOT ":/one", 5),
                                         on_applied, &told, on_free));
  wait_until_idle (session);
  /* It may have been through already; if not, it left nothing. */
  if (told.error != NULL)
    {
      g_assert_error (told.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_assert_false (has_entry (session, "/one"));
    }
  g_assert_cmpuint (told.calls, ==, 1);
  g_assert_cmpuint (told.frees, ==, 1);
  graft_session_close (session);
}

/* A worker that has the set. */
typedef struct
{
  GraftSession *session;
  gboolean until_cancelled;
  int begun;
  int go;
  int ended;
} Holder;

static gboolean
hold_set (GraftBootSet *set, gpointer data, GraftProgress *progress, GCancellable *cancellable,
          GError **error)
{
  Holder *holder = data;

  g_atomic_int_set (&holder->begun, TRUE);
  while (!g_atomic_int_get (&holder->go)
         && !(holder->until_cancelled && g_cancellable_is_cancelled (cancellable)))
    g_usleep (1000);
  /* To stop takes its time, too. */
  g_usleep (50000);
  g_atomic_int_set (&holder->ended, TRUE);
  return TRUE;
}

/* It is told at once, not when its turn comes, and is not done. */
static void
test_cancel_in_line (GraftSetFixture *fixture, gconstpointer data)
{
  g_autoptr (GraftSession) session = NULL;
  g_auto (Told) told = { 0 };
  g_auto (Told) later = { 0 };
  Holder holder = { 0 };

  add_set (fixture);
  session = open_session (fixture->folder);
  graft_session_run (session, NULL, hold_set, NULL, &holder, NULL);
  graft_job_cancel (graft_session_apply (session, graft_step_mkdir_new (ROOT ":/one", 5),
                                         on_applied, &told, on_free));
  graft_session_apply (session, graft_step_mkdir_new (ROOT ":/two", 5), on_applied, &later, NULL);
  while (told.frees == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (g_atomic_int_get (&holder.ended));
  g_assert_cmpuint (told.calls, ==, 1);
  g_assert_error (told.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_atomic_int_set (&holder.go, TRUE);
  wait_until_idle (session);
  g_assert_cmpuint (later.calls, ==, 1);
  g_assert_false (has_entry (session, "/one"));
  g_assert_true (has_entry (session, "/two"));
  graft_session_close (session);
}

static void
close_at_once (GApplication *application, gpointer data)
{
  Holder *holder = data;

  graft_session_close (holder->session);
}

/* Else what it had begun to write would stay. */
static void
test_program_outlives_worker (GraftSetFixture *fixture, gconstpointer data)
{
  g_autoptr (GApplication) application = g_application_new (NULL, G_APPLICATION_NON_UNIQUE);
  g_autoptr (GraftSession) session = NULL;
  Holder holder = { .until_cancelled = TRUE };

  add_set (fixture);
  session = holder.session = open_session (fixture->folder);
  graft_session_run (session, NULL, hold_set, NULL, &holder, NULL);
  /* What is cancelled before its thread has begun is not begun at all. */
  while (!g_atomic_int_get (&holder.begun))
    g_usleep (1000);
  g_signal_connect (application, "activate", G_CALLBACK (close_at_once), &holder);
  g_assert_cmpint (g_application_run (application, 0, NULL), ==, 0);
  g_assert_true (g_atomic_int_get (&holder.ended));
}

/* Nobody is called any more, yet all is freed. */
static void
test_close (GraftSetFixture *fixture, gconstpointer data)
{
  GraftSession *session;
  g_auto (Told) told = { 0 };

  add_set (fixture);
  session = open_session (fixture->folder);
  graft_session_apply (session, graft_step_mkdir_new (ROOT ":/one", 5), on_applied, &told, on_free);
  graft_session_apply (session, graft_step_mkdir_new (ROOT ":/two", 5), on_applied, &told, on_free);
  graft_session_close (session);
  g_object_unref (session);
  while (told.frees < 2)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (told.calls, ==, 0);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*func) (GraftSetFixture *fixture, gconstpointer data);
  } tests[] = {
    { "/session/open", test_open },
    { "/session/files", test_files },
    { "/session/damaged", test_damaged },
    { "/session/no-set", test_no_set },
    { "/session/edit", test_edit },
    { "/session/turns", test_turns },
    { "/session/cancel", test_cancel },
    { "/session/close", test_close },
    { "/session/cancel-in-line", test_cancel_in_line },
    { "/session/program-outlives-worker", test_program_outlives_worker },
  };

  g_test_init (&argc, &argv, NULL);
  graft_fake_formats_register ();
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, GraftSetFixture, NULL, graft_set_fixture_set_up, tests[i].func,
                graft_set_fixture_tear_down);
  return g_test_run ();
}
