/* test-export-cancel.c: a cancelled export ends at once and leaves nothing
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Of a real initrd that is encoded anew with xz, at points where the encoders' threads are busy and
 * the one that feeds them waits. What counts is the work that is still done after the cancel, in
 * seconds of processor time: how busy the machine is otherwise does not matter.
 */

#include <glib/gstdio.h>
#include <string.h>
#include <time.h>

#include "bootset/graft-set-fixture.h"
#include "coders/graft-tool-fixture.h"
#include "export/graft-export.h"
#include "formats/cpio/graft-cpio-fixture.h"
#include "formats/initrd/graft-initrd.h"
#include "image/graft-image-loader.h"

/* The files together. */
#define CONTENT (40 * 1024 * 1024)
#define N_FILES 20
#define SECONDS_OF_WORK 1.0
/* For the case that it waits instead of working. */
#define SECONDS 20

/**
 * Point:
 * @later: microseconds from the begin of the writing to the cancel: far fewer than it takes
 */
typedef struct
{
  const char *name;
  GraftEffort effort;
  gulong later;
} Point;

static const Point points[] = {
  { "/export-cancel/begin", GRAFT_EFFORT_SMALLEST, 1000 },
  { "/export-cancel/smallest", GRAFT_EFFORT_SMALLEST, 600000 },
  { "/export-cancel/same", GRAFT_EFFORT_SAME, 1000000 },
  { "/export-cancel/fast", GRAFT_EFFORT_FAST, 500000 },
};

typedef struct
{
  const Point *point;
  GCancellable *cancellable;
  GMutex lock;
  GCond changed;
  gboolean writing;
  double work; /* seconds when it was cancelled */
  gint64 time; /* monotonic, microseconds; then */
} Watch;

static double
get_work (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return now.tv_sec + now.tv_nsec * 1e-9;
}

static void
see_progress (double fraction, const char *what, gpointer data)
{
  Watch *watch = data;

  g_mutex_lock (&watch->lock);
  watch->writing |= what != NULL && g_str_has_prefix (what, "Writing");
  g_cond_signal (&watch->changed);
  g_mutex_unlock (&watch->lock);
}

static gpointer
cancel_at_point (gpointer data)
{
  Watch *watch = data;

  g_mutex_lock (&watch->lock);
  while (!watch->writing)
    g_cond_wait (&watch->changed, &watch->lock);
  g_mutex_unlock (&watch->lock);
  g_usleep (watch->point->later);
  watch->work = get_work ();
  watch->time = g_get_monotonic_time ();
  g_cancellable_cancel (watch->cancellable);
  return NULL;
}

static void
add_initrd (GraftSetFixture *fixture)
{
  const gsize size = CONTENT / N_FILES;
  g_autoptr (GBytes) content = graft_tool_make_bytes (size, 3);
  g_autoptr (GByteArray) archive = g_byte_array_new ();

  for (guint i = 0; i < N_FILES; i++)
    {
      g_autofree char *name = g_strdup_printf ("file-%u", i);
      g_autofree char *data = g_memdup2 (g_bytes_get_data (content, NULL), size);
      const GraftCpioFixture file = { .name = name, .data = data, .size = size };

      /* Each its own, or all but the first would be one match. */
      for (gsize at = 0; at < size; at++)
        data[at] ^= (char)(i * 7 + (at >> i % 5) % 251 * i);
      graft_cpio_fixture_add (archive, &file);
    }
  graft_cpio_fixture_add_trailer (archive);
  graft_set_fixture_add_bytes (fixture, "initrd.img", archive->data, archive->len);
}

static void
test_cancel (GraftSetFixture *fixture, gconstpointer data)
{
  Watch watch = { .point = data, .cancellable = g_cancellable_new () };
  g_autoptr (GHashTable) compressions = g_hash_table_new (g_str_hash, g_str_equal);
  const GraftExportOptions options
      = { .effort = watch.point->effort, .compressions = compressions, .n_threads = 2 };
  g_autoptr (GraftProgress) progress = graft_progress_new (see_progress, &watch);
  g_autofree char *out = g_build_filename (fixture->top, "out", NULL);
  g_autoptr (GraftExportReport) report = NULL;
  g_autoptr (GraftBootSet) set = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) folder = NULL;
  GThread *thread;

  add_initrd (fixture);
  g_hash_table_insert (compressions, (gpointer) "", (gpointer) "xz");
  set = graft_set_fixture_open (fixture, NULL);
  thread = g_thread_new ("cancel", cancel_at_point, &watch);
  report = graft_export_to_folder (set, out, &options, progress, watch.cancellable, &error);
  g_thread_join (thread);
  g_assert_null (report);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_test_message ("%.2f seconds of work after the cancel", get_work () - watch.work);
  g_assert_cmpfloat (get_work () - watch.work, <, SECONDS_OF_WORK);
  g_assert_cmpint (g_get_monotonic_time () - watch.time, <, SECONDS * G_USEC_PER_SEC);
  folder = g_dir_open (fixture->top, 0, NULL);
  g_assert_cmpstr (g_dir_read_name (folder), ==, "tftp");
  g_assert_null (g_dir_read_name (folder));
  g_object_unref (watch.cancellable);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  graft_image_loader_register (graft_initrd_get_format ());
  for (guint i = 0; i < G_N_ELEMENTS (points); i++)
    g_test_add (points[i].name, GraftSetFixture, &points[i], graft_set_fixture_set_up, test_cancel,
                graft_set_fixture_tear_down);
  return g_test_run ();
}
