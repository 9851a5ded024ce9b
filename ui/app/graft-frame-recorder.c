/* graft-frame-recorder.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "app/graft-frame-recorder.h"

#include <stdio.h>
#include <unistd.h>

/* Milliseconds. */
#define SAMPLE_INTERVAL 10

/* One for the process: what is measured is its main loop. */
static struct
{
  const char *path; /* NULL: nothing is measured */
  gint64 sampled;   /* monotonic, microseconds */
  gint64 longest;   /* microseconds */
  gboolean painted;
} recorder;

static gboolean
sample (gpointer data)
{
  gint64 now = g_get_monotonic_time ();

  recorder.longest = MAX (recorder.longest, now - recorder.sampled - SAMPLE_INTERVAL * 1000);
  recorder.sampled = now;
  return G_SOURCE_CONTINUE;
}

/* Microseconds since the process started; proc(5): field 22 of stat is in ticks since the boot, as
 * CLOCK_BOOTTIME counts. */
static gint64
get_age (void)
{
  g_autofree char *stat = NULL;
  const char *rest;
  guint64 start = 0;
  struct timespec now;

  if (!g_file_get_contents ("/proc/self/stat", &stat, NULL, NULL)
      || (rest = strrchr (stat, ')')) == NULL)
    return 0;
  for (guint field = 2; field < 22 && rest != NULL; field++)
    rest = strchr (rest + 1, ' ');
  if (rest != NULL)
    start = g_ascii_strtoull (rest, NULL, 10);
  clock_gettime (CLOCK_BOOTTIME, &now);
  return now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000
         - (gint64)(start * G_USEC_PER_SEC / sysconf (_SC_CLK_TCK));
}

void
graft_frame_recorder_mark (const char *name)
{
  FILE *file;

  if (recorder.path == NULL)
    return;
  sample (NULL);
  file = fopen (recorder.path, "a");
  if (file == NULL)
    return;
  fprintf (file, "%s %.1f %.0f\n", name, recorder.longest / 1000.0, get_age () / 1000.0);
  fclose (file);
  recorder.longest = 0;
}

static void
on_frames (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  graft_frame_recorder_mark (g_variant_get_string (parameter, NULL));
}

static void
on_after_paint (GdkFrameClock *clock, gpointer data)
{
  gint64 painting = g_get_monotonic_time () - gdk_frame_clock_get_frame_time (clock);

  recorder.longest = MAX (recorder.longest, painting);
  if (!recorder.painted)
    {
      recorder.painted = TRUE;
      graft_frame_recorder_mark ("window");
    }
}

static void
on_realize (GtkWidget *window, gpointer data)
{
  GdkFrameClock *clock = gdk_surface_get_frame_clock (gtk_native_get_surface (GTK_NATIVE (window)));

  g_signal_connect (clock, "after-paint", G_CALLBACK (on_after_paint), NULL);
}

void
graft_frame_recorder_watch (GtkWindow *window)
{
  if (recorder.path != NULL)
    g_signal_connect (window, "realize", G_CALLBACK (on_realize), NULL);
}

void
graft_frame_recorder_start (GApplication *application)
{
  const GActionEntry entries[] = { { "frames", on_frames, "s" } };

  g_action_map_add_action_entries (G_ACTION_MAP (application), entries, G_N_ELEMENTS (entries),
                                   NULL);
  recorder.path = g_getenv ("BOOTGRAFT_FRAMES");
  if (recorder.path == NULL)
    return;
  recorder.sampled = g_get_monotonic_time ();
  g_timeout_add_full (G_PRIORITY_HIGH, SAMPLE_INTERVAL, sample, NULL, NULL);
}
