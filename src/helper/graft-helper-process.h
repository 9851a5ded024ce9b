/* graft-helper-process.h: starting the helper, listening to it, ending it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * GraftHelperJob:
 * @what: how messages begin ("The helper that reads linux-image.deb")
 * @args: the helper's arguments, without its own name
 * @stdin_fd: its standard input; -1: nothing
 * @seconds: the longest it may take
 * @silence: the longest it may be silent, in seconds; 0: as long as it takes
 * @output: called with what it writes to its standard output, piece by piece; %FALSE ends it
 * @data: for @output
 * @errors: what it writes to its standard error goes here, the last GRAFT_LIMIT_TOOL_OUTPUT bytes;
 *   NULL: together with the standard output
 */
typedef struct
{
  const char *what;
  const char *const *args;
  int stdin_fd;
  guint seconds;
  guint silence;
  gboolean (*output) (const guint8 *bytes, gsize length, gpointer data, GError **error);
  gpointer data;
  GString *errors;
} GraftHelperJob;

/**
 * graft_helper_process_run:
 * @ret_status: (out): the exit status of a helper that ended by itself
 *
 * Runs the helper with no descriptors but the three, an empty environment (LC_ALL and PATH apart)
 * and default signals. It is gone when this returns, whatever happened. Cancelling ends it at
 * once. One that is killed, crashes or takes too long is an error.
 */
gboolean graft_helper_process_run (const GraftHelperJob *job, int *ret_status,
                                   GCancellable *cancellable,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Appends to @text; of more than GRAFT_LIMIT_TOOL_OUTPUT bytes the last are kept. */
void graft_helper_keep_tail (GString *text, const guint8 *bytes, gsize length);

/* The program: $BOOTGRAFT_HELPER, else beside this program (as built or installed), else in the
 * folder of internal programs. NULL with %GRAFT_ERROR_NOT_FOUND. */
char *graft_helper_find_program (GError **error);

G_END_DECLS
