/* cli-cancel.h: SIGINT, SIGTERM and SIGHUP as a GCancellable
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* (transfer none): cancelled by the first of these signals; what is half-done is then undone. A
 * second one ends the program at once. */
GCancellable *cli_cancel_on_signals (void);

G_END_DECLS
