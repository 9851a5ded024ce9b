/* graft-extract.h: entries of an image as files of this machine
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "base/graft-progress.h"
#include "image/graft-directory.h"

G_BEGIN_DECLS

/**
 * GraftExtractReport:
 * @notes: (element-type utf8): what was not made and why, a sentence for each entry; and in one how
 *   many were made without their extended attributes
 * @n_refused: of these, those that would have led out of the folder, or whose place was taken;
 *   the others are devices, pipes and sockets, which are never made
 */
typedef struct
{
  GPtrArray *notes;
  guint n_refused;
} GraftExtractReport;

GraftExtractReport *graft_extract_report_new (void);
void graft_extract_report_free (GraftExtractReport *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftExtractReport, graft_extract_report_free)

/**
 * graft_extract:
 * @entries: (array length=n_entries): what to make in @folder, and under which names
 * @folder: made when it is missing
 * @report: filled, also when this fails
 *
 * Each name is made by openat2(RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS) or below an open folder with
 * O_NOFOLLOW: neither the image nor a link planted in @folder can make it write elsewhere. Nothing
 * that is there is replaced; folders that are there are filled. A file gets its name when it is
 * complete (where the file system lacks O_TMPFILE: it is removed again when it cannot be
 * completed); after a failure or a cancel those that are complete stay. Set-user-ID, set-group-ID
 * and sticky bits and extended attributes are dropped; owners are the user's. Takes time: in a
 * window, for a worker thread.
 *
 * Returns: %FALSE when it was cancelled, an entry cannot be read, or @folder cannot be written to
 */
gboolean graft_extract (const GraftEntry *entries, guint n_entries, const char *folder,
                        GraftExtractReport *report, GraftProgress *progress,
                        GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
