/* graft-export-target.h: where an export goes
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "bootset/graft-boot-set.h"

G_BEGIN_DECLS

/**
 * GraftExportTarget:
 * @folder: where the new name will stand
 * @name: the new name
 */
typedef struct
{
  char *folder;
  char *name;
} GraftExportTarget;

/* %GRAFT_ERROR_REFUSED when @out, its links resolved, would lie in @set_folder, which would then
 * hold two of everything. */
gboolean graft_export_target_check_outside (const char *out, const char *set_folder,
                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* %GRAFT_ERROR_INVALID when something stands at @out or its folder is missing. With @set,
 * %GRAFT_ERROR_REFUSED as graft_export_target_check_outside() has it. */
GraftExportTarget *graft_export_target_new (const char *out, GraftBootSet *set,
                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
void graft_export_target_free (GraftExportTarget *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftExportTarget, graft_export_target_free)

G_END_DECLS
