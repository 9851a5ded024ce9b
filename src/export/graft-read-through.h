/* graft-read-through.h: can everything in an image be read
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "base/graft-progress.h"
#include "image/graft-image.h"

G_BEGIN_DECLS

/* Reads all entries of @image with their xattrs; with @full what is in every file, too, decoded.
 * An error of the image's reader, with the path in front. */
gboolean graft_read_through (GraftImage *image, gboolean full, GraftProgress *progress,
                             GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
