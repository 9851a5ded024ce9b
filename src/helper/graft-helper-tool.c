/* graft-helper-tool.c: the profile tool, our side
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-error.h"
#include "base/graft-limits.h"
#include "helper/graft-helper-process.h"
#include "helper/graft-helper-protocol.h"
#include "helper/graft-helper-text.h"
#include "helper/graft-helper.h"

/* Lines of a tool's output that an error shows. */
#define LAST_LINES 3

static gboolean
keep_output (const guint8 *bytes, gsize length, gpointer data, GError **error)
{
  graft_helper_keep_tail (data, bytes, length);
  return TRUE;
}

/* "first; second; third", fit to be shown. */
static char *
get_last_lines (const char *output)
{
  g_autofree char *text = g_utf8_make_valid (output, -1);
  g_auto (GStrv) lines = NULL;
  guint n_lines;

  for (char *at = text; *at != '\0'; at++)
    if (*at != '\n' && g_ascii_iscntrl (*at))
      *at = ' ';
  lines = g_strsplit (g_strstrip (text), "\n", -1);
  n_lines = g_strv_length (lines);
  return g_strjoinv ("; ", lines + (n_lines > LAST_LINES ? n_lines - LAST_LINES : 0));
}

static gboolean
set_failed (const char *tool, int status, const char *output, GError **error)
{
  g_autofree char *last = get_last_lines (output);
  g_autofree char *reason = graft_helper_text_translate (last);

  switch (status)
    {
    case GRAFT_HELPER_EXIT_REFUSED:
    case GRAFT_HELPER_EXIT_UNCONFINED:
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_REFUSED, _ ("%s was not run: %s"), tool,
                   reason);
      return FALSE;
    case GRAFT_HELPER_EXIT_NOT_FOUND:
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_NOT_FOUND,
                   _ ("%s is needed, but is not installed on this machine"), tool);
      return FALSE;
    default:
      if (*last == '\0')
        g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_IO, _ ("%s failed (status %d)"), tool,
                     status);
      else
        g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_IO,
                     /* TRANSLATORS: a program, a number, what it said last */
                     _ ("%s failed (status %d): %s"), tool, status, last);
      return FALSE;
    }
}

/* Ends with the tool's name and status, unless something is an error. */
static gboolean
run (const char *stage, const char *const *argv, GString *output, const char **ret_tool,
     int *ret_status, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) args = g_ptr_array_new ();
  GraftHelperJob job = {
    .what = argv[0],
    .stdin_fd = -1,
    .seconds = GRAFT_LIMIT_TOOL_SECONDS,
    .output = keep_output,
    .data = output,
  };

  /* Words before it are variables. */
  for (guint i = 1; strchr (job.what, '=') != NULL; i++)
    job.what = argv[i];
  g_ptr_array_add (args, (gpointer) "tool");
  g_ptr_array_add (args, (gpointer)stage);
  for (guint i = 0; argv[i] != NULL; i++)
    g_ptr_array_add (args, (gpointer)argv[i]);
  g_ptr_array_add (args, NULL);
  job.args = (const char *const *)args->pdata;
  *ret_tool = job.what;
  return graft_helper_process_run (&job, ret_status, cancellable, error);
}

gboolean
graft_helper_run_tool (const char *stage, const char *const *argv, char **ret_output,
                       GCancellable *cancellable, GError **error)
{
  g_autoptr (GString) output = g_string_new (NULL);
  const char *tool;
  int status;

  if (!run (stage, argv, output, &tool, &status, cancellable, error))
    return FALSE;
  if (status != 0)
    return set_failed (tool, status, output->str, error);
  if (ret_output != NULL)
    *ret_output = g_string_free (g_steal_pointer (&output), FALSE);
  return TRUE;
}

gboolean
graft_helper_ask_tool (const char *stage, const char *const *argv, int *ret_status,
                       GCancellable *cancellable, GError **error)
{
  g_autoptr (GString) output = g_string_new (NULL);
  const char *tool;
  int status;

  if (!run (stage, argv, output, &tool, &status, cancellable, error))
    return FALSE;
  if (status == GRAFT_HELPER_EXIT_REFUSED || status == GRAFT_HELPER_EXIT_UNCONFINED
      || status == GRAFT_HELPER_EXIT_NOT_FOUND)
    return set_failed (tool, status, output->str, error);
  *ret_status = status;
  return TRUE;
}
