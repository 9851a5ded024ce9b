/* graft-frame-recorder.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "widgets/graft-frame-recorder.h"

#include <glib-unix.h>
#include <signal.h>
#include <stdio.h>

/* Milliseconds between two beats: a beat that comes late was kept waiting. */
#define BEAT 10

static struct
{
  const char *file;
  gint64 started;
  gint64 last_beat;
  gint64 frame_start;
  gint64 longest;
  GQueue painted; /* of names */
} recorder;

static gboolean
on_beat (gpointer data)
{
  gint64 now = g_get_monotonic_time ();

  recorder.longest = MAX (recorder.longest, now - recorder.last_beat - BEAT * 1000);
  recorder.last_beat = now;
  return G_SOURCE_CONTINUE;
}

static void
on_before_paint (GdkFrameClock *clock, gpointer data)
{
  recorder.frame_start = g_get_monotonic_time ();
}

static void
on_after_paint (GdkFrameClock *clock, gpointer data)
{
  recorder.longest = MAX (recorder.longest, g_get_monotonic_time () - recorder.frame_start);
  while (!g_queue_is_empty (&recorder.painted))
    graft_frame_recorder_mark (g_queue_pop_head (&recorder.painted));
}

static void
on_realize (GtkWidget *widget, gpointer data)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (widget);

  g_signal_connect (clock, "before-paint", G_CALLBACK (on_before_paint), NULL);
  g_signal_connect (clock, "after-paint", G_CALLBACK (on_after_paint), NULL);
}

static void
on_map (GtkWidget *widget, gpointer data)
{
  graft_frame_recorder_mark ("window");
}

static gboolean
on_asked (gpointer data)
{
  graft_frame_recorder_mark ("asked");
  return G_SOURCE_CONTINUE;
}

void
graft_frame_recorder_start (void)
{
  recorder.file = g_getenv ("BOOTGRAFT_FRAMES");
  if (recorder.file == NULL)
    return;
  recorder.started = recorder.last_beat = g_get_monotonic_time ();
  g_timeout_add_full (G_PRIORITY_HIGH, BEAT, on_beat, NULL, NULL);
  g_unix_signal_add (SIGUSR1, on_asked, NULL);
}

void
graft_frame_recorder_watch (GtkWidget *widget)
{
  if (recorder.file == NULL)
    return;
  g_signal_connect (widget, "realize", G_CALLBACK (on_realize), NULL);
  g_signal_connect (widget, "map", G_CALLBACK (on_map), NULL);
}

void
graft_frame_recorder_mark (const char *name)
{
  FILE *file = recorder.file != NULL ? fopen (recorder.file, "a") : NULL;

  if (file == NULL)
    return;
  /* What keeps the loop from coming round just now counts as well. */
  on_beat (NULL);
  fprintf (file, "%s %.1f %.1f\n", name, recorder.longest / 1000.0,
           (g_get_monotonic_time () - recorder.started) / 1000.0);
  fclose (file);
  recorder.longest = 0;
}

void
graft_frame_recorder_mark_painted (const char *name)
{
  if (recorder.file != NULL)
    g_queue_push_tail (&recorder.painted, (gpointer)name);
}
