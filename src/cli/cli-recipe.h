/* cli-recipe.h: the steps of a command, out of a recipe and into one
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The steps of a command are numbered from 1 in their order, those of its options and those of
 * recipes alike. One of a recipe may not fit the set: it was made for another.
 */

#pragma once

#include "cli/cli-export.h"

G_BEGIN_DECLS

/* Adds the steps of the recipe @path to those of @self. */
gboolean cli_recipe_add (CliExport *self, const char *path,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether --leave-out and --save-recipe make sense; before the set is opened. */
gboolean cli_recipe_check (CliInvocation *invocation, CliExport *self,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Applies all steps that are not left out. Those of a recipe that do not fit are named on standard
 * error, each with its number and the reason; then it fails. */
gboolean cli_recipe_apply (CliInvocation *invocation, CliExport *self, GraftBootSet *set,
                           GraftStepReport *report, GraftProgress *progress,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

gboolean cli_recipe_is_left_out (CliExport *self, guint i);
/* (transfer container) (element-type GraftStep): what was applied. */
GPtrArray *cli_recipe_list_applied (CliExport *self);

/* --save-recipe, when all is written. */
gboolean cli_recipe_save (CliExport *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
