/* graft-squashfs-stream.h: the library's view of our inputs and outputs
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * libsquashfs reads and writes through a sqfs_file_t and knows errors by number. What an input or
 * output says itself ("changed on disk", "No space left on device") is kept here meanwhile, for
 * graft_squashfs_fail_reading() and graft_squashfs_fail_writing() to pass on. A stream is for one
 * thread at a time.
 */

#pragma once

#include "base/graft-output.h"
#include "formats/squashfs/graft-squashfs-library.h"

G_BEGIN_DECLS

typedef struct _GraftSquashfsStream GraftSquashfsStream;

/* @input must outlive it. */
GraftSquashfsStream *graft_squashfs_stream_new_input (GraftInput *input);
/* @output must outlive it. What is written at its end is digested. */
GraftSquashfsStream *graft_squashfs_stream_new_output (GraftOutput *output);
void graft_squashfs_stream_free (GraftSquashfsStream *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftSquashfsStream, graft_squashfs_stream_free)

sqfs_file_t *graft_squashfs_stream_get_file (GraftSquashfsStream *self);

/* Where the last reading began. */
guint64 graft_squashfs_stream_get_offset (GraftSquashfsStream *self);

/* graft_squashfs_digest() of all that was appended through it. */
guint64 graft_squashfs_stream_get_digest (GraftSquashfsStream *self);

/* Moves the error that made the last call fail to @error; %FALSE when there was none. */
gboolean graft_squashfs_stream_take_error (GraftSquashfsStream *self, GError **error);

G_END_DECLS
