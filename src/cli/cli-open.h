/* cli-open.h: opening what the user named
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "bootset/graft-address.h"
#include "bootset/graft-boot-set.h"
#include "cli/cli-command.h"

G_BEGIN_DECLS

/* Finishes an interrupted export over the files of @path, or of its folder, and says so. */
gboolean cli_recover (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A set, by a folder or any one image. An export over the set's files that was interrupted is
 * finished first, and said so. */
GraftBootSet *cli_open_set (CliInvocation *self, const char *path,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Opens all members; the first that cannot be read, as an error. */
gboolean cli_open_members (CliInvocation *self, GraftBootSet *set,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * CliPlace:
 * @address: as the user wrote it
 * @image: the image
 * @part: -1 for the merged view
 * @root: of that part or view
 *
 * An address on the user's machine: HOST-PATH@N:/path.
 */
typedef struct
{
  GraftAddress *address;
  GraftImage *image;
  int part;
  GraftNode *root;
} CliPlace;

CliPlace *cli_place_open (CliInvocation *self, const char *text,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
void cli_place_free (CliPlace *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CliPlace, cli_place_free)

/* Seconds given by SOURCE_DATE_EPOCH; -1 when it is not set. */
gboolean cli_get_source_date (gint64 *ret_time, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
