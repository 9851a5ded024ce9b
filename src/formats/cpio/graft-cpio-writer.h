/* graft-cpio-writer.h: writes an archive by a plan
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What stays is copied from the archive's content as it is (header, name, fill, data, and what lies
 * between records); replaced records keep their place, new ones come before the last trailer. An
 * archive without a record gets a trailer.
 */

#pragma once

#include "base/graft-progress.h"
#include "formats/cpio/graft-cpio-plan.h"

G_BEGIN_DECLS

/**
 * GraftCpioSink:
 * @write: takes the archive's next bytes
 * @copy: (nullable): takes as next bytes those of the old content at @offset; NULL: they come by
 *   @write
 * @data: for both
 */
typedef struct
{
  gboolean (*write) (const void *bytes, gsize length, gpointer data, GError **error);
  gboolean (*copy) (guint64 offset, guint64 length, gpointer data, GError **error);
  gpointer data;
} GraftCpioSink;

/**
 * graft_cpio_write:
 * @archive: that @plan was made for
 * @content: the archive's content once more, read in rising order (but for what was moved)
 *
 * Errors: what reading gives; %GRAFT_ERROR_TOO_LARGE for a file of 4 GiB or more, or a path of more
 * than 4095 bytes, which the format cannot hold; what @sink gives.
 */
gboolean graft_cpio_write (GraftCpioArchive *archive, GraftCpioPlan *plan, GraftInput *content,
                           const GraftCpioSink *sink, GraftProgress *progress,
                           GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
