/* graft-cobbler-report.h: a report of distros that was pasted, as a file
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Keeps @text among the user's data, once for each text, so that a set that was opened by it can be
 * opened again. The file's path. */
char *graft_cobbler_report_save (const char *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
