/* cli-progress.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "cli/cli-progress.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <unistd.h>

#define REFRESH_MICROSECONDS (G_USEC_PER_SEC / 10)
/* The rest of the line fits into 80 columns with it. */
#define WHAT_WIDTH 44
#define WIPE "\r\033[K"

struct _CliProgress
{
  GraftProgress *progress;
  GMutex lock;
  gint64 shown; /* monotonic, microseconds */
};

static char *
format_time_left (double seconds)
{
  guint left = seconds + 0.5;

  if (seconds < 0)
    return g_strdup ("");
  if (left < 60)
    return g_strdup_printf (ngettext (", %u second left", ", %u seconds left", left), left);
  left = (left + 59) / 60;
  return g_strdup_printf (ngettext (", %u minute left", ", %u minutes left", left), left);
}

/* On whatever thread works. */
static void
show (double fraction, const char *what, gpointer data)
{
  CliProgress *self = data;
  gint64 now = g_get_monotonic_time ();

  g_mutex_lock (&self->lock);
  if (what != NULL && now - self->shown >= REFRESH_MICROSECONDS)
    {
      g_autofree char *left = format_time_left (graft_progress_get_time_left (self->progress));
      g_autofree char *text = g_utf8_make_valid (what, -1);
      g_autofree char *head
          = g_utf8_substring (text, 0, MIN (g_utf8_strlen (text, -1), WHAT_WIDTH));

      self->shown = now;
      fprintf (stderr, WIPE "%s %d %%%s", head, (int)(fraction * 100), left);
    }
  g_mutex_unlock (&self->lock);
}

CliProgress *
cli_progress_new (void)
{
  CliProgress *self = g_new0 (CliProgress, 1);

  g_mutex_init (&self->lock);
  if (isatty (STDERR_FILENO))
    self->progress = graft_progress_new (show, self);
  return self;
}

GraftProgress *
cli_progress_get (CliProgress *self)
{
  return self->progress;
}

void
cli_progress_free (CliProgress *self)
{
  if (self->shown != 0)
    fputs (WIPE, stderr);
  g_clear_object (&self->progress);
  g_mutex_clear (&self->lock);
  g_free (self);
}
