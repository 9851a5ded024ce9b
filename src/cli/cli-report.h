/* cli-report.h: how a command ends
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define CLI_EXIT_DONE 0
#define CLI_EXIT_FOUND 1     /* done, with errors found */
#define CLI_EXIT_BAD_INPUT 2 /* bad usage or input */
#define CLI_EXIT_WRITING 3   /* failed while writing */
#define CLI_EXIT_CANCELLED 130

/* Prints the one sentence on standard error and returns the exit code. */
int cli_report_error (const GError *error);

/* A sentence for the user on standard error, after "bootgraft-cli: ". */
void cli_report_note (const char *text);

/* Flushes standard output; %FALSE with @error of writing when it could not take all. */
gboolean cli_report_flush (GError **error);

G_END_DECLS
