/* graft-helper-stream.c: the profile stream, our side
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-error.h"
#include "base/graft-limits.h"
#include "base/graft-name.h"
#include "helper/graft-frame-parser.h"
#include "helper/graft-helper-process.h"
#include "helper/graft-helper-protocol.h"
#include "helper/graft-helper.h"

static gboolean
feed_parser (const guint8 *bytes, gsize length, gpointer data, GError **error)
{
  return graft_frame_parser_feed (data, bytes, length, error);
}

gboolean
graft_helper_stream (GraftHelperArchive archive, int archive_fd, guint64 offset, guint64 length,
                     const char *name, const GraftHelperStreamFuncs *funcs, gpointer data,
                     GCancellable *cancellable, GError **error)
{
  g_autofree char *what = g_strdup_printf (
      /* TRANSLATORS: the subject of other sentences */ _ ("The helper that reads %s"), name);
  g_autofree char *offset_text = g_strdup_printf ("%" G_GUINT64_FORMAT, offset);
  g_autofree char *length_text = g_strdup_printf ("%" G_GUINT64_FORMAT, length);
  const char *const args[] = {
    "stream",
    archive == GRAFT_HELPER_PAYLOAD ? GRAFT_HELPER_STREAM_PAYLOAD : GRAFT_HELPER_STREAM_PACKAGE,
    offset_text,
    length_text,
    NULL,
  };
  g_autoptr (GraftFrameParser) parser = graft_frame_parser_new (name, length, funcs, data);
  g_autoptr (GString) errors = g_string_new (NULL);
  const GraftHelperJob job = {
    .what = what,
    .args = args,
    .stdin_fd = archive_fd,
    .seconds = GRAFT_LIMIT_HELPER_SECONDS,
    .silence = GRAFT_LIMIT_HELPER_SILENCE,
    .output = feed_parser,
    .data = parser,
    .errors = errors,
  };
  g_autofree char *last = NULL;
  int status;

  if (!graft_helper_process_run (&job, &status, cancellable, error))
    return FALSE;
  if (status == 0 && graft_frame_parser_is_complete (parser))
    return TRUE;
  last = graft_name_escape (g_strstrip (errors->str));
  if (*last == '\0')
    g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_IO,
                 _ ("%s ended before it was done (status %d)"), what, status);
  else
    g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_IO,
                 /* TRANSLATORS: a program, a number, what it said last */
                 _ ("%s ended before it was done (status %d): %s"), what, status, last);
  return FALSE;
}
