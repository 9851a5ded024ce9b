/* cli-export.h: what export, edit and swap-kernel have in common
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "cli/cli-command.h"
#include "export/graft-export.h"
#include "steps/graft-step.h"

G_BEGIN_DECLS

/**
 * CliExport:
 * @steps: (element-type GraftStep): what is done before; filled by callbacks of the command's own
 *   options, in the order in which they were given
 * @time: SOURCE_DATE_EPOCH, for the steps; -1
 * @has_recipe: --recipe was given
 * @from_recipe: (element-type GraftStep): those of @steps that it has
 * @left_out: (element-type GraftStep): those that are not applied
 * @notes_until: (element-type guint): for each step applied, how many notes there were then
 * @from: (nullable): where programs of the steps that follow come from
 *
 * The rest are the options as given.
 */
typedef struct
{
  GPtrArray *steps;
  gint64 time;
  gboolean has_recipe;
  GHashTable *from_recipe;
  GHashTable *left_out;
  GArray *notes_until;
  char *from;

  char *out;
  char *image;
  gboolean in_place;
  char *effort;
  char **compressions;
  gboolean grow;
  gboolean full;
  gboolean dry_run;
  char *leave_out;
  char *save_recipe;
  gboolean json;
} CliExport;

void cli_export_clear (CliExport *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CliExport, cli_export_clear)

/* cli_parse() with the common options, @self being what callbacks get, and a look at whether they
 * go together. */
gboolean cli_export_parse (CliInvocation *invocation, CliExport *self, const GOptionEntry *entries,
                           guint min, guint max, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* "fast" (also for NULL), "same" or "smallest". */
gboolean cli_export_parse_effort (CliInvocation *invocation, const char *text,
                                  GraftEffort *ret_effort,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Applies the steps, exports and prints what became of it. */
gboolean cli_export_run (CliInvocation *invocation, CliExport *self, GraftBootSet *set,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
