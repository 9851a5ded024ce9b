/* graft-initrd-writer.c: a new initrd: segments as they are, or encoded anew
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gi18n-lib.h>

#include "base/graft-error.h"
#include "formats/cpio/graft-cpio-plan.h"
#include "formats/cpio/graft-cpio-writer.h"
#include "formats/initrd/graft-initrd-encoding.h"

/* So many zeros end an lz4 stream for the kernel. */
#define LZ4_END 4
#define ALIGNMENT 4

typedef struct
{
  GraftInitrd *initrd;
  GraftNode *const *roots;
  const GraftImageOptions *options;
  GraftOutput *output;
  GraftWritten *written;
  GArray *evidence; /* of GraftInitrdEncoded */
  GraftProgress *progress;
  GCancellable *cancellable;
  GraftInitrdView *view; /* what the kernel has so far */
  gboolean after_lz4;    /* the segment before is lz4 */
  guint64 n_zeros;       /* behind its stream */
} Writer;

static void
clear_encoded (gpointer data)
{
  g_array_unref (((GraftInitrdEncoded *)data)->fingerprint);
}

static gboolean
put_zeros (Writer *self, guint64 length, GError **error)
{
  self->written->encoded += length;
  self->n_zeros += length;
  return graft_output_write_zeros (self->output, length, error);
}

/* What must stand before a segment once anything before it has changed. */
static gboolean
put_fill (Writer *self, GraftInitrdSegment *segment, gboolean encode, GError **error)
{
  guint64 position = graft_output_get_position (self->output);
  gboolean moved = encode || position != segment->info.offset;
  guint64 wanted;

  if (!moved || g_str_equal (segment->info.format, "padding"))
    return TRUE;
  if (self->after_lz4 && self->n_zeros < LZ4_END
      && !put_zeros (self, LZ4_END - self->n_zeros, error))
    return FALSE;
  /* What cannot be read keeps its place between multiples of 4, lest it be read all at once. */
  wanted = segment->archive != NULL ? 0 : segment->info.offset;
  return put_zeros (self, (wanted - graft_output_get_position (self->output)) & (ALIGNMENT - 1),
                    error);
}

static gboolean
carry (Writer *self, GraftInitrdSegment *segment, GError **error)
{
  GraftInput *input = graft_image_get_input (GRAFT_IMAGE (self->initrd));

  if (!put_fill (self, segment, FALSE, error))
    return FALSE;
  graft_written_add_carried (self->written, segment->info.offset,
                             graft_output_get_position (self->output), segment->info.size);
  if (g_str_equal (segment->info.format, "padding"))
    self->n_zeros += segment->info.size;
  else
    {
      self->after_lz4 = segment->compression == GRAFT_COMPRESSION_LZ4_LEGACY;
      self->n_zeros = segment->info.size - segment->stream_size;
    }
  return graft_output_copy (self->output, input, segment->info.offset, segment->info.size,
                            self->cancellable, error);
}

static gboolean
encode (Writer *self, GraftInitrdSegment *segment, GraftCpioPlan *plan,
        GraftCompression compression, GError **error)
{
  static const GraftLevel levels[] = { [GRAFT_EFFORT_FAST] = GRAFT_LEVEL_FAST,
                                       [GRAFT_EFFORT_SAME] = GRAFT_LEVEL_USUAL,
                                       [GRAFT_EFFORT_SMALLEST] = GRAFT_LEVEL_SMALLEST };
  g_autoptr (GraftInitrdEncoding) encoding = NULL;
  GraftInitrdEncoded encoded = { .compression = compression, .part = segment->info.part };
  guint64 copied = self->written->copied;
  GraftCpioSink sink = { graft_initrd_encoding_write, graft_initrd_encoding_copy, NULL };

  if (!put_fill (self, segment, TRUE, error))
    return FALSE;
  encoded.offset = graft_output_get_position (self->output);
  encoding = graft_initrd_encoding_new (GRAFT_IMAGE (self->initrd), segment, compression,
                                        levels[self->options->effort], self->options->n_threads,
                                        self->output, self->written, self->cancellable, error);
  if (encoding == NULL)
    return FALSE;
  sink.data = encoding;
  if (!graft_cpio_write (segment->archive, plan, graft_initrd_encoding_get_content (encoding),
                         &sink, self->progress, self->cancellable, error)
      || !graft_initrd_encoding_finish (encoding, &encoded, error))
    return FALSE;
  g_array_append_val (self->evidence, encoded);
  self->written->encoded += graft_output_get_position (self->output) - encoded.offset
                            - (self->written->copied - copied);
  self->after_lz4 = compression == GRAFT_COMPRESSION_LZ4_LEGACY;
  self->n_zeros = 0;
  return TRUE;
}

/* What @segment gets; the kernel finds early microcode only when it is not compressed. */
static gboolean
choose_compression (Writer *self, GraftInitrdSegment *segment, GraftCompression *ret_compression,
                    GError **error)
{
  const char *name = self->options->compression;

  *ret_compression = segment->compression == GRAFT_COMPRESSION_LZ4_FRAME
                         ? GRAFT_COMPRESSION_LZ4_LEGACY
                         : segment->compression;
  if (name == NULL || segment->info.early)
    return TRUE;
  if (graft_compression_from_name (name, ret_compression)
      && *ret_compression != GRAFT_COMPRESSION_LZ4_FRAME)
    return TRUE;
  g_set_error (
      error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_INVALID,
      _ ("\"%s\" is no compression for an initrd: use xz, zstd, gzip, lz4, bzip2, lzma, lzo or "
         "none"),
      name);
  return FALSE;
}

/* Stored as it is, an archive ends with its trailer: what has none, or several, or something behind
 * it, would be taken for more or less than one. */
static gboolean
check_storable (GraftInitrdSegment *segment, GraftCompression compression, GError **error)
{
  guint n_records, n_trailers = 0;
  const GraftCpioRecord *records = graft_cpio_archive_get_records (segment->archive, &n_records);

  for (guint i = 0; i < n_records; i++)
    n_trailers += records[i].trailer;
  if (compression != GRAFT_COMPRESSION_NONE || segment->compression == GRAFT_COMPRESSION_NONE
      || (n_trailers == 1 && records[n_records - 1].trailer
          && graft_cpio_archive_get_readable_size (segment->archive)
                 == graft_cpio_archive_get_size (segment->archive)))
    return TRUE;
  g_set_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_UNSUPPORTED,
               _ ("segment %u is not one archive with a trailer, so it cannot be stored without "
                  "compression"),
               segment->info.number);
  return FALSE;
}

static gboolean
has_folder (const char *path, gpointer data)
{
  return graft_initrd_view_has_folder (data, path);
}

static gboolean
write_part (Writer *self, GraftInitrdSegment *segment, GError **error)
{
  guint part = segment->info.part;
  g_autoptr (GraftCpioPlan) plan = NULL;
  GraftCompression compression;

  if (!choose_compression (self, segment, &compression, error))
    return FALSE;
  plan = graft_cpio_plan_new (segment->archive, self->roots[part], has_folder, self->view, error);
  if (plan == NULL)
    return FALSE;
  if (graft_cpio_plan_has_changes (plan)
      || (self->options->compression != NULL && compression != segment->compression))
    {
      if (!check_storable (segment, compression, error)
          || !encode (self, segment, plan, compression, error))
        return FALSE;
    }
  else if (!carry (self, segment, error))
    return FALSE;
  return !segment->reached
         || graft_initrd_view_add (self->view, part, self->roots[part], segment->archive, error);
}

static gboolean
write_segments (Writer *self, GError **error)
{
  guint64 size = graft_input_get_size (graft_image_get_input (GRAFT_IMAGE (self->initrd)));
  GraftProgress *whole = self->progress;

  for (guint i = 0; i < self->initrd->segments->len; i++)
    {
      GraftInitrdSegment *segment = graft_initrd_get_segment (self->initrd, i);
      g_autoptr (GraftProgress) progress
          = graft_progress_new_child (whole, (double)segment->info.size / size, NULL);

      self->progress = progress;
      if (g_cancellable_set_error_if_cancelled (self->cancellable, error)
          || !(segment->info.part >= 0 ? write_part (self, segment, error)
                                       : carry (self, segment, error)))
        return FALSE;
    }
  return TRUE;
}

gboolean
graft_initrd_write (GraftImage *image, GraftNode *const *roots, const GraftImageOptions *options,
                    GraftOutput *output, GraftWritten *written, GraftProgress *progress,
                    GCancellable *cancellable, GError **error)
{
  g_autoptr (GraftInitrdView) view = graft_initrd_view_new ();
  Writer self = {
    .initrd = GRAFT_INITRD (image),
    .roots = roots,
    .options = options,
    .output = output,
    .written = written,
    .evidence = g_array_new (FALSE, FALSE, sizeof (GraftInitrdEncoded)),
    .progress = progress,
    .cancellable = cancellable,
    .view = view,
  };

  g_array_set_clear_func (self.evidence, clear_encoded);
  written->evidence = self.evidence;
  written->evidence_free = (GDestroyNotify)g_array_unref;
  if (!write_segments (&self, error))
    {
      g_prefix_error (error, _ ("%s: "), graft_image_get_name (image));
      return FALSE;
    }
  return TRUE;
}
