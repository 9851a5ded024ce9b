/* graft-export-member.h: one member becomes one new file, verified and on disk
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "export/graft-export-plan.h"

G_BEGIN_DECLS

/* Writes @job to the new file @name in @folder_fd (O_EXCL), which messages call @label, with the
 * mode that the member has; brings it to disk; reads it back and compares: a copy as stored bytes,
 * an image that was written by its own format. The SHA-256 is of what was read back. */
GraftExported *graft_export_member (const GraftExportJob *job, int folder_fd, const char *name,
                                    const char *label, const GraftExportOptions *options,
                                    GraftProgress *progress, GCancellable *cancellable,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
