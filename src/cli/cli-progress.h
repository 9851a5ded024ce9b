/* cli-progress.h: one line that says how far a job is, where somebody can see it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "base/graft-progress.h"

G_BEGIN_DECLS

typedef struct _CliProgress CliProgress;

/* Shows something only when standard error is a terminal. */
CliProgress *cli_progress_new (void);
/* To be passed down; NULL when nobody is watching. */
GraftProgress *cli_progress_get (CliProgress *self);
/* Wipes the line. */
void cli_progress_free (CliProgress *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CliProgress, cli_progress_free)

G_END_DECLS
