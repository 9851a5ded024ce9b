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
 * @path: the member's, or that of a copy of it
 * @file_mode: that the new file gets
 * @origin: where its bytes come from
 * @input: (nullable): the file that is copied; NULL: the image is written
 * @repeats: (nullable): the job whose result is copied, when that is written: before this one runs,
 *   graft_export_follow_prepare() makes @input of it
 * @compression: (nullable): another one than the image's own; borrowed from the options
 * @grow: an image of a fixed size that lacks room becomes larger
 * @size: bytes of the new file; an estimate when it is written
 * @cost: share of the whole job's time, in any unit
 */
typedef struct _GraftExportJob GraftExportJob;

struct _GraftExportJob
{
  GraftMember *member;
  char *path;
  guint32 file_mode;
  GraftOrigin origin;
  GraftInput *input;
  const char *compression;
  gboolean grow;
  guint64 size;
  double cost;
  const GraftExportJob *repeats;
};

/* (element-type GraftExportJob): one for each of @members, in their order; NULL for @members: for
 * all of @set, and after each those for its copies, the .treeinfos last. An unreadable member is
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
