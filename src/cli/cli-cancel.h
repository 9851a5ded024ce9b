/* cli-cancel.h: what SIGINT, SIGTERM and SIGHUP do
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* (transfer none): cancelled by the first of these signals; what is half-done is then undone. A
 * second one ends the program at once. */
GCancellable *cli_cancel_on_signals (void);

/* They end the program at once, as cancelled. For commands that leave nothing half-done: without
 * the thread that the other way takes, listing a small initrd costs a seventh less. */
void cli_cancel_end_on_signals (void);

G_END_DECLS
