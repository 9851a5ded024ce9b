/* graft-export.h: from a set with its edits to new files, complete or not at all
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "bootset/graft-boot-set.h"

G_BEGIN_DECLS

/**
 * GraftExportOptions:
 * @effort: for what is encoded anew
 * @compressions: (nullable) (element-type utf8 utf8): member path → compression, or the key "" for
 *   all images
 * @full: verify by decoding everything
 * @n_threads: 0: as many as there are processors
 * @steps: (nullable) (element-type GraftStep): that made the set what it is, for the recipe in
 *   bootgraft.json
 */
typedef struct
{
  GraftEffort effort;
  GHashTable *compressions;
  gboolean full;
  guint n_threads;
  GPtrArray *steps;
} GraftExportOptions;

/**
 * GraftExported:
 * @path: of the member, or of a copy of it
 * @copy_of: (nullable): the member's path, for a copy
 * @size: bytes
 * @copied: stored bytes carried over
 * @encoded: stored bytes made anew
 * @grown: bytes by which it, or images inside of it, became larger for want of room
 * @digest: SHA-256 of the whole file, hex
 * @changed: it is another than the set's
 *
 * What became of one file.
 */
typedef struct
{
  char *path;
  char *copy_of;
  guint64 size;
  guint64 copied;
  guint64 encoded;
  guint64 grown;
  char *digest;
  gboolean changed;
} GraftExported;

typedef struct
{
  GPtrArray *images; /* of GraftExported, in the set's order, each member before its copies */
  gboolean verified;
} GraftExportReport;

void graft_export_report_free (GraftExportReport *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftExportReport, graft_export_report_free)

/* Writes all members, and the copies of each, to the new folder @out (which must not exist:
 * %GRAFT_ERROR_INVALID): built beside it under a temporary name (.bootgraft-…), verified, brought
 * to disk, renamed once. After a failure or a cancel nothing of it remains. The checksums that a
 * .treeinfo has of what is changed become those of the new files. bootgraft.json in @out lists all.
 */
GraftExportReport *graft_export_to_folder (GraftBootSet *set, const char *out,
                                           const GraftExportOptions *options,
                                           GraftProgress *progress, GCancellable *cancellable,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* One member to the new file @out. */
GraftExportReport *graft_export_to_file (GraftBootSet *set, GraftMember *member, const char *out,
                                         const GraftExportOptions *options, GraftProgress *progress,
                                         GCancellable *cancellable,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Over the set's own files, copies and .treeinfo too, the old ones kept as NAME.bootgraft-old: all
 * temporaries first, an intent file, then renames, the boot entry last. */
GraftExportReport *graft_export_in_place (GraftBootSet *set, const GraftExportOptions *options,
                                          GraftProgress *progress, GCancellable *cancellable,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Completes or rolls back what a killed in-place export left in @folder (by its intent file), and
 * removes its temporaries. @ret_done (optional): a sentence about it, NULL when there was nothing.
 * Called before a set of @folder is opened. */
gboolean graft_export_recover (const char *folder, char **ret_done,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
