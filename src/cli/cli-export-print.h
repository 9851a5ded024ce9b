/* cli-export-print.h: what became of a set, for people and as JSON
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "cli/cli-export.h"

G_BEGIN_DECLS

void cli_export_print (CliExport *self, GraftBootSet *set, GraftStepReport *step_report,
                       GraftExportReport *report);

/* --dry-run: after the steps, before any writing. */
void cli_export_print_plan (CliExport *self, GraftBootSet *set, GraftStepReport *step_report);

G_END_DECLS
