/* graft-image-loader.h: from bytes to an image
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "image/graft-image.h"

G_BEGIN_DECLS

/**
 * GraftImageFormat:
 * @name: as GraftImageClass.format
 * @probe: how sure it is, 0 (no) to 100; reads as little as it can, never fails
 * @open: opens it; its errors say what is wrong and at which offset
 */
typedef struct
{
  const char *name;
  int (*probe) (GraftInput *input);
  GraftImage *(*open) (GraftInput *input, GCancellable *cancellable, GError **error);
} GraftImageFormat;

/* Once, in each program's main, before the first load. @format is static. */
void graft_image_loader_register (const GraftImageFormat *format);

/* Opens @input by the format that is surest of it. When none is: %GRAFT_ERROR_UNSUPPORTED, and the
 * message says what the file really is (graft_file_kind_describe()). */
GraftImage *graft_image_load (GraftInput *input, GCancellable *cancellable,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The image that the file at @path of @outer is; @root: of the part of @outer, or of what the
 * kernel sees of it. Links are followed inside. */
GraftImage *graft_image_load_inside (GraftImage *outer, GraftNode *root, const char *path,
                                     GCancellable *cancellable,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Which format it seems to be, NULL for none; opens nothing. */
const char *graft_image_probe (GraftInput *input);

/* In words what a file is by its first bytes ("an HTML page", "a gzip file", "an OpenPGP
 * signature", "an ISO image", "empty"), for messages about files that are something else. In the
 * user's language. */
char *graft_file_kind_describe (GraftInput *input);

/* What graft_file_kind_get_name() says of one. */
#define GRAFT_FILE_KIND_EROFS "an EROFS image"

/* The same in English whatever the language, for who compares it; static. */
const char *graft_file_kind_get_name (GraftInput *input);

G_END_DECLS
