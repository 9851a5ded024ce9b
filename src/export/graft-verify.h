/* graft-verify.h: is a folder what an export wrote, and can it be read
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "base/graft-progress.h"
#include "bootset/graft-boot-set.h"

G_BEGIN_DECLS

typedef enum
{
  GRAFT_VERIFIED_OK,
  GRAFT_VERIFIED_MISSING,    /* bootgraft.json names it, but it is not there */
  GRAFT_VERIFIED_DIFFERS,    /* another size or SHA-256 than in bootgraft.json */
  GRAFT_VERIFIED_UNREADABLE, /* the file, or an entry of the image */
} GraftVerifiedStatus;

/* "ok", "missing", "differs", "unreadable": as in --json. */
const char *graft_verified_status_get_name (GraftVerifiedStatus self);

/**
 * GraftVerified:
 * @path: the member, relative to the folder
 * @size: bytes on disk; 0 when it is missing
 * @reason: (nullable): what is wrong, as a sentence
 */
typedef struct
{
  char *path;
  guint64 size;
  GraftVerifiedStatus status;
  char *reason;
} GraftVerified;

/* (element-type GraftVerified): one for each member that bootgraft.json in @path lists, else for
 * each member of the set there. Each image's tables and entries are read; with @full the content of
 * every file too, decoded. An error only when nothing can be judged at all. */
GPtrArray *graft_verify (const char *path, gboolean full, GraftProgress *progress,
                         GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
