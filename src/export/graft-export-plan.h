/* graft-export-plan.h: what an export will do with each member, and what it will cost
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "export/graft-export.h"
#include "export/graft-manifest.h"

G_BEGIN_DECLS

/**
 * GraftExportJob:
 * @member: borrowed from the set
 * @origin: %GRAFT_ORIGIN_EDITED: the image is written; otherwise a file is copied
 * @input: (nullable): the file that is copied
 * @compression: (nullable): another one than the image's own; borrowed from the options
 * @size: bytes of the new file; an estimate when it is written
 * @cost: share of the whole job's time, in any unit
 */
typedef struct
{
  GraftMember *member;
  GraftOrigin origin;
  GraftInput *input;
  const char *compression;
  guint64 size;
  double cost;
} GraftExportJob;

/* (element-type GraftExportJob): one for each of @members, in their order. An unreadable member is
 * the plan's error: what cannot be read cannot be vouched for. So is a compression for a member
 * that is not there or has none. */
GPtrArray *graft_export_plan_new (GraftBootSet *set, GPtrArray *members,
                                  const GraftExportOptions *options, GCancellable *cancellable,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

double graft_export_plan_get_cost (GPtrArray *jobs);

/* %GRAFT_ERROR_IO, with both numbers, when @free bytes are too few for what the jobs write. */
gboolean graft_export_plan_check_space (GPtrArray *jobs, guint64 free_bytes, const char *folder,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
