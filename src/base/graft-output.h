/* graft-output.h: the file that an image is written to
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "base/graft-input.h"

G_BEGIN_DECLS

#define GRAFT_TYPE_OUTPUT (graft_output_get_type ())
G_DECLARE_FINAL_TYPE (GraftOutput, graft_output, GRAFT, OUTPUT, GObject)

/* Takes @fd, which is open for reading and writing and empty. @name is for messages. Not for use
 * from several threads at once. Its errors are of GRAFT_EXPORT_ERROR. */
GraftOutput *graft_output_new_take_fd (int fd, const char *name);

/* A file in memory (memfd), for tests and for what must be written before it can be measured. */
GraftOutput *graft_output_new_memory (const char *name, GError **error);

/* Where the next graft_output_write() goes: the number of bytes so far. */
guint64 graft_output_get_position (GraftOutput *self);

gboolean graft_output_write (GraftOutput *self, const void *data, gsize length,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean graft_output_write_zeros (GraftOutput *self, guint64 length,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Writes over what is already there (a header known only at the end); does not move the position.
 */
gboolean graft_output_write_at (GraftOutput *self, guint64 offset, const void *data, gsize length,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Reads back what was written. */
gboolean graft_output_read_at (GraftOutput *self, guint64 offset, void *buffer, gsize length,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Drops what lies after @size and moves the position there. */
gboolean graft_output_truncate (GraftOutput *self, guint64 size,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Appends a range of @input, inside the kernel where it can (copy_file_range). Cancelled within
 * a few megabytes. */
gboolean graft_output_copy (GraftOutput *self, GraftInput *input, guint64 offset, guint64 length,
                            GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;

gboolean graft_output_sync (GraftOutput *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Closes the file, which some file systems take as the occasion to tell of what could not be
 * written. Unneeded after graft_output_sync(). Nothing can be done with @self afterwards. */
gboolean graft_output_close (GraftOutput *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Reading what was written, through a descriptor of its own. */
GraftInput *graft_output_open (GraftOutput *self, GError **error);

G_END_DECLS
