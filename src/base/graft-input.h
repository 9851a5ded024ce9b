/* graft-input.h: random-access bytes that never change
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define GRAFT_TYPE_INPUT (graft_input_get_type ())
G_DECLARE_DERIVABLE_TYPE (GraftInput, graft_input, GRAFT, INPUT, GObject)

/**
 * GraftInputClass:
 * @get_size: the number of bytes
 * @read_at: reads exactly @length bytes at @offset; the range was checked before. May be called
 *   from several threads at once.
 * @check_unchanged: whether what lies below is still what was opened (optional)
 * @get_file: the file descriptor and offset where these very bytes lie, for copies inside the
 *   kernel (optional; most have none)
 *
 * Bytes come through an object, never through a path: a reader of a format cannot tell whether
 * its image is a file, a slice of another image, or something that is decoded on the fly.
 */
struct _GraftInputClass
{
  GObjectClass parent_class;

  guint64 (*get_size) (GraftInput *self);
  gboolean (*read_at) (GraftInput *self, guint64 offset, void *buffer, gsize length,
                       GError **error);
  gboolean (*check_unchanged) (GraftInput *self, GError **error);
  gboolean (*get_file) (GraftInput *self, int *ret_fd, guint64 *ret_offset);
};

guint64 graft_input_get_size (GraftInput *self);

/* The name for messages ("initrd.img", "initrd.img segment 2"); never NULL. */
const char *graft_input_get_name (GraftInput *self);

/* Reads exactly @length bytes; a range past the end is %GRAFT_ERROR_CORRUPTED. */
gboolean graft_input_read_at (GraftInput *self, guint64 offset, void *buffer, gsize length,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Reads up to @length bytes, fewer only at the end. Returns the number, -1 on error. */
gssize graft_input_read_some (GraftInput *self, guint64 offset, void *buffer, gsize length,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Reads a range into new memory; more than GRAFT_LIMIT_IN_MEMORY is %GRAFT_ERROR_TOO_LARGE. */
GBytes *graft_input_read_bytes (GraftInput *self, guint64 offset, guint64 length,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
GBytes *graft_input_read_all (GraftInput *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;

gboolean graft_input_check_unchanged (GraftInput *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean graft_input_get_file (GraftInput *self, int *ret_fd, guint64 *ret_offset);

/* SHA-256 of all bytes, as lower-case hex. */
char *graft_input_digest (GraftInput *self, GCancellable *cancellable, GError **error);

/* Whether both have the same bytes; %FALSE with @error set when one cannot be read. */
gboolean graft_input_equal (GraftInput *a, GraftInput *b, gboolean *ret_equal,
                            GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether this program has just written these bytes (graft_output_open()): then they are about to
 * be verified, and a format takes what that needs while it reads them anyway. */
gboolean graft_input_was_written (GraftInput *self);
void graft_input_set_was_written (GraftInput *self);

/* For subclasses: the name is given once, at construction. */
void graft_input_set_name (GraftInput *self, const char *name);

/* A regular file of the user's, read by pread(), never mapped; each read makes sure that the file
 * is still the one that was opened (device, inode, size, times): %GRAFT_ERROR_CHANGED. */
GraftInput *graft_file_input_new (const char *path, GError **error);
/* The same on an open descriptor, which it takes. */
GraftInput *graft_file_input_new_take_fd (int fd, const char *name, GError **error);

/* Bytes in memory. */
GraftInput *graft_memory_input_new (GBytes *bytes, const char *name);

/* @length bytes of @base from @offset; a slice of a slice lies on the first base. The range must
 * lie within @base: %GRAFT_ERROR_CORRUPTED ("ends in the middle"). */
GraftInput *graft_slice_input_new (GraftInput *base, guint64 offset, guint64 length,
                                   const char *name, GError **error);

G_END_DECLS
