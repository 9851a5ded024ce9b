/* cli-tree-diff.h: what differs between two trees
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "image/graft-node.h"

G_BEGIN_DECLS

typedef enum
{
  CLI_CHANGE_ADDED,
  CLI_CHANGE_REMOVED,
  CLI_CHANGE_CHANGED,
} CliChangeKind;

/* "added", "removed", "changed": as in --json. */
const char *cli_change_kind_get_name (CliChangeKind self);

/**
 * CliChange:
 * @image: path of the image in its set; "" for a lone image
 * @path: (nullable): in the image; NULL for the image itself
 * @kind: what happened from the first to the second
 * @fields: (element-type utf8): of a changed entry: "type", "mode", "uid", "gid", "mtime", "size",
 *   "content", "target", "rdev", "nlink", "xattrs"
 */
typedef struct
{
  char *image;
  char *path;
  CliChangeKind kind;
  GPtrArray *fields;
} CliChange;

CliChange *cli_change_new (const char *image, const char *path, CliChangeKind kind);
void cli_change_free (CliChange *self);
void cli_change_add_field (CliChange *self, const char *field);

/* Appends to @changes (element-type CliChange), by path. Of an added or removed folder all that is
 * in it is named, too. */
gboolean cli_tree_diff (GPtrArray *changes, const char *image, GraftNode *a, GraftNode *b,
                        GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
