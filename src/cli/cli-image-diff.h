/* cli-image-diff.h: what differs between images, and how it is told
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "bootset/graft-boot-set.h"
#include "cli/cli-tree-diff.h"

G_BEGIN_DECLS

/**
 * CliImageDiff:
 * @changes: (element-type CliChange)
 * @modules: (element-type CliLayerDiff): the modules of layers whose module folders differ
 */
typedef struct
{
  GPtrArray *changes;
  GPtrArray *modules;
  GCancellable *cancellable;
} CliImageDiff;

CliImageDiff *cli_image_diff_new (GCancellable *cancellable);
void cli_image_diff_free (CliImageDiff *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CliImageDiff, cli_image_diff_free)

/* @path: "" for lone images. */
gboolean cli_image_diff_add_images (CliImageDiff *self, const char *path, GraftImage *a,
                                    GraftImage *b, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean cli_image_diff_add_members (CliImageDiff *self, GraftMember *a, GraftMember *b,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* A member that only one set has. */
void cli_image_diff_add_lone (CliImageDiff *self, const char *path, CliChangeKind kind);

void cli_image_diff_print (CliImageDiff *self);
void cli_image_diff_print_json (CliImageDiff *self);

G_END_DECLS
