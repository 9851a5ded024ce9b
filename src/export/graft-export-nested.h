/* graft-export-nested.h: edited images inside of a member that is written
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The innermost comes first: its new bytes are a content of the image around it, patched where the
 * format can tell its changed ranges (an ext4: no more than these are stored anew), else written to
 * a temporary file without a name.
 */

#pragma once

#include "bootset/graft-member.h"

G_BEGIN_DECLS

typedef struct _GraftExportNested GraftExportNested;

/**
 * graft_export_nested_new:
 * @member: with a tree
 * @folder_fd: where a temporary file may be made
 * @progress: (nullable): of the whole; changing what is inside
 *
 * Changes nothing of @member. Fails where what is at the place of an edited image is another file
 * by now.
 */
GraftExportNested *graft_export_nested_new (GraftMember *member, const GraftImageOptions *options,
                                            int folder_fd, GraftProgress *progress,
                                            GCancellable *cancellable,
                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
void graft_export_nested_free (GraftExportNested *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftExportNested, graft_export_nested_free)

/* The member's roots with all images inside as they will be; as graft_image_write() takes them. */
GraftNode *const *graft_export_nested_get_roots (GraftExportNested *self);

/* Bytes by which the images inside became larger for want of room. */
guint64 graft_export_nested_get_growth (GraftExportNested *self);

/* Opens each edited image inside of @result, which was written of the roots, and verifies it by its
 * own format. */
gboolean graft_export_nested_verify (GraftExportNested *self, GraftImage *result, gboolean full,
                                     GraftProgress *progress, GCancellable *cancellable,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
