/* cli-cancel.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The commands are synchronous, so a thread of its own waits for the signals of those that have
 * something to undo.
 */

#include "cli/cli-cancel.h"

#include <glib-unix.h>
#include <signal.h>
#include <unistd.h>

#include "cli/cli-report.h"

static const int signals[] = { SIGINT, SIGTERM, SIGHUP };

static gboolean
signal_cb (gpointer data)
{
  if (g_cancellable_is_cancelled (data))
    _exit (CLI_EXIT_CANCELLED);
  g_cancellable_cancel (data);
  return G_SOURCE_CONTINUE;
}

static gpointer
wait_for_signals (gpointer data)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (data, FALSE);

  g_main_loop_run (loop);
  return NULL;
}

GCancellable *
cli_cancel_on_signals (void)
{
  static GCancellable *cancellable;
  g_autoptr (GMainContext) context = NULL;

  if (cancellable != NULL)
    return cancellable;
  cancellable = g_cancellable_new ();
  context = g_main_context_new ();
  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    {
      g_autoptr (GSource) source = g_unix_signal_source_new (signals[i]);

      g_source_set_callback (source, signal_cb, cancellable, NULL);
      g_source_attach (source, context);
    }
  g_thread_unref (g_thread_new ("signals", wait_for_signals, g_steal_pointer (&context)));
  return cancellable;
}

static void
end_now (int signal_number G_GNUC_UNUSED)
{
  _exit (CLI_EXIT_CANCELLED);
}

void
cli_cancel_end_on_signals (void)
{
  const struct sigaction end = { .sa_handler = end_now };
  struct sigaction was;

  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    /* What was to be ignored, as under nohup, stays ignored. */
    if (sigaction (signals[i], NULL, &was) == 0 && was.sa_handler != SIG_IGN)
      sigaction (signals[i], &end, NULL);
}
