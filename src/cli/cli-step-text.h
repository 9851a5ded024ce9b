/* cli-step-text.h: the steps of "edit" as a user writes them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * FILE:IMAGE:/PATH and the like. A literal colon in FILE, TARGET or a path is written "\:".
 */

#pragma once

#include "steps/graft-step.h"

G_BEGIN_DECLS

/* @name: the option without its dashes ("upload"); @time: for what the step makes, -1 for the
 * image's newest. */
GraftStep *cli_step_text_parse (const char *name, const char *text, gint64 time,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* FILE[:IMAGE[:/PATH]] of "add-program" and "add-program-private". @root: (nullable): folder that
 * FILE is a path in. */
GraftStep *cli_step_text_parse_program (const char *name, const char *text, const char *root,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
