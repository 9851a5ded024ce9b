/* graft-export-report.h: building a GraftExportReport, and bootgraft.json from it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "export/graft-export-plan.h"

G_BEGIN_DECLS

GraftExportReport *graft_export_report_new (void);

/* A file that stays as it is. Takes @digest. */
void graft_export_report_add_carried (GraftExportReport *self, const GraftExportJob *job,
                                      char *digest);

/* The text of bootgraft.json; @jobs are those of the report's images, one each. @steps as in
 * #GraftExportOptions. */
char *graft_export_report_to_manifest (GraftExportReport *self, GPtrArray *jobs, GPtrArray *steps);

G_END_DECLS
