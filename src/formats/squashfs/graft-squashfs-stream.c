/* graft-squashfs-stream.c: the library's view of our inputs and outputs
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/squashfs/graft-squashfs-stream.h"

#include "formats/squashfs/graft-squashfs-digest.h"

struct _GraftSquashfsStream
{
  sqfs_file_t file;    /* first: what the library hands back is the stream */
  GraftInput *input;   /* no-ref; NULL for writing */
  GraftOutput *output; /* no-ref; NULL for reading */
  GError *error;
  guint64 offset;
  guint64 digest;
};

static int
read_at (sqfs_file_t *file, sqfs_u64 offset, void *buffer, size_t size)
{
  GraftSquashfsStream *self = (GraftSquashfsStream *)file;
  guint64 end = graft_input_get_size (self->input);

  if (offset > end || end - offset < size)
    return SQFS_ERROR_OUT_OF_BOUNDS;
  self->offset = offset;
  g_clear_error (&self->error);
  return graft_input_read_at (self->input, offset, buffer, size, &self->error) ? 0 : SQFS_ERROR_IO;
}

static sqfs_u64
get_input_size (const sqfs_file_t *file)
{
  return graft_input_get_size (((const GraftSquashfsStream *)file)->input);
}

static int
write_at (sqfs_file_t *file, sqfs_u64 offset, const void *buffer, size_t size)
{
  GraftSquashfsStream *self = (GraftSquashfsStream *)file;
  gboolean written;

  g_clear_error (&self->error);
  if (offset == graft_output_get_position (self->output))
    {
      self->digest = graft_squashfs_digest (self->digest, buffer, size);
      written = graft_output_write (self->output, buffer, size, &self->error);
    }
  else
    written = graft_output_write_at (self->output, offset, buffer, size, &self->error);
  return written ? 0 : SQFS_ERROR_IO;
}

static sqfs_u64
get_output_size (const sqfs_file_t *file)
{
  return graft_output_get_position (((const GraftSquashfsStream *)file)->output);
}

/* What the other direction, or nobody, asks for. */
static int
refuse_read (sqfs_file_t *file, sqfs_u64 offset, void *buffer, size_t size)
{
  return SQFS_ERROR_SEQUENCE;
}

static int
refuse_write (sqfs_file_t *file, sqfs_u64 offset, const void *buffer, size_t size)
{
  return SQFS_ERROR_SEQUENCE;
}

static int
refuse_truncate (sqfs_file_t *file, sqfs_u64 size)
{
  return SQFS_ERROR_SEQUENCE;
}

static void
destroy (sqfs_object_t *object)
{
  graft_squashfs_stream_free ((GraftSquashfsStream *)object);
}

GraftSquashfsStream *
graft_squashfs_stream_new_input (GraftInput *input)
{
  GraftSquashfsStream *self = g_new0 (GraftSquashfsStream, 1);

  self->file = (sqfs_file_t){
    .base.destroy = destroy,
    .read_at = read_at,
    .write_at = refuse_write,
    .get_size = get_input_size,
    .truncate = refuse_truncate,
  };
  self->input = input;
  return self;
}

GraftSquashfsStream *
graft_squashfs_stream_new_output (GraftOutput *output)
{
  GraftSquashfsStream *self = g_new0 (GraftSquashfsStream, 1);

  self->file = (sqfs_file_t){
    .base.destroy = destroy,
    .read_at = refuse_read,
    .write_at = write_at,
    .get_size = get_output_size,
    .truncate = refuse_truncate,
  };
  self->output = output;
  return self;
}

void
graft_squashfs_stream_free (GraftSquashfsStream *self)
{
  g_clear_error (&self->error);
  g_free (self);
}

sqfs_file_t *
graft_squashfs_stream_get_file (GraftSquashfsStream *self)
{
  return &self->file;
}

guint64
graft_squashfs_stream_get_offset (GraftSquashfsStream *self)
{
  return self->offset;
}

guint64
graft_squashfs_stream_get_digest (GraftSquashfsStream *self)
{
  return self->digest;
}

gboolean
graft_squashfs_stream_take_error (GraftSquashfsStream *self, GError **error)
{
  if (self->error == NULL)
    return FALSE;
  g_propagate_error (error, g_steal_pointer (&self->error));
  return TRUE;
}
