/* graft-initrd-splitter.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/initrd/graft-initrd-splitter.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-bytes.h"
#include "base/graft-error.h"
#include "base/graft-limits.h"
#include "base/graft-sentence.h"
#include "coders/graft-decoder.h"
#include "coders/graft-lzop.h"

#define PEEK 32
#define ZEROS_CHUNK (64 * 1024)
/* Zeros that may stand before the first archive, for the probe. */
#define PROBE_ZEROS 4096
#define PROBE_BYTES (64 * 1024)
/* Enough for a block of 900 kB (the most of bzip2) or 256 KiB (of lzo) that did not get smaller. */
#define PROBE_BYTES_BZIP2 (1024 * 1024)
#define PROBE_BYTES_LZO (320 * 1024)
#define XZ_FLAGS 7
#define XZ_CHECK_CRC32 1

typedef struct
{
  GraftInput *input;
  guint64 size;
  guint64 offset;
  GPtrArray *segments;
  guint n_parts;
  gboolean after_stored;   /* the last archive was not compressed */
  gboolean only_early;     /* so far */
  const char *stop_reason; /* the kernel stopped for this: static */
  GCancellable *cancellable;
} Splitter;

/* The first byte from @offset on that is not zero, or the end. */
static gboolean
find_nonzero (GraftInput *input, guint64 offset, guint64 limit, guint64 *ret_offset, GError **error)
{
  g_autofree guint8 *buffer = g_malloc (ZEROS_CHUNK);

  while (offset < limit)
    {
      gssize count
          = graft_input_read_some (input, offset, buffer, MIN (ZEROS_CHUNK, limit - offset), error);

      if (count < 0)
        return FALSE;
      if (!graft_bytes_are_zero (buffer, count))
        {
          const guint8 *byte = buffer;

          while (*byte == 0)
            byte++;
          *ret_offset = offset + (byte - buffer);
          return TRUE;
        }
      offset += count;
    }
  *ret_offset = limit;
  return TRUE;
}

/* Zeros behind a compressed stream, up to the next multiple of 4, are its own. */
static gboolean
add_fill (Splitter *self, GraftInitrdSegment *segment, GError **error)
{
  guint64 end = segment->info.offset + segment->info.size, next;

  if (!find_nonzero (self->input, end, MIN ((end + 3) & ~G_GUINT64_CONSTANT (3), self->size), &next,
                     error))
    return FALSE;
  segment->info.size += next - end;
  return TRUE;
}

/* What the kernel will not take although it can be read. */
static gboolean
judge_encoding (Splitter *self, GraftInitrdSegment *segment, const guint8 *start, gsize length,
                GError **error)
{
  guint64 end = segment->info.offset + segment->stream_size;
  guint8 flags = XZ_CHECK_CRC32;
  guint32 next = 0;

  if (segment->compression == GRAFT_COMPRESSION_LZ4_FRAME)
    graft_initrd_segment_add_problem (
        segment, _ ("the kernel takes lz4 only in its legacy frame (lz4 -l) and will stop here"));
  if (segment->compression == GRAFT_COMPRESSION_XZ
      && graft_bytes_get_u8 (start, length, XZ_FLAGS, &flags) && flags > XZ_CHECK_CRC32)
    graft_initrd_segment_add_problem (
        segment,
        _ ("the kernel takes xz only with the check CRC32 (xz --check=crc32) and will stop here"));
  if (segment->compression == GRAFT_COMPRESSION_LZO && !graft_lzop_fits_kernel (start, length))
    graft_initrd_segment_add_problem (
        segment, _ ("the kernel takes lzo only with one checksum for each block (lzop without -F "
                    "and -CC) and will stop here"));
  if (segment->compression == GRAFT_COMPRESSION_LZ4_LEGACY && self->size - end >= sizeof next)
    {
      if (!graft_input_read_at (self->input, end, &next, sizeof next, error))
        return FALSE;
      if (next != 0)
        graft_initrd_segment_add_problem (segment,
                                          _ ("four zero bytes must stand between an lz4 segment "
                                             "and what follows; the kernel will stop here"));
    }
  return TRUE;
}

static gboolean
is_below_kernel (const char *path, gsize length)
{
  const gsize prefix = strlen ("kernel");

  return length >= prefix && memcmp (path, "kernel", prefix) == 0
         && (length == prefix || path[prefix] == '/');
}

/* What the kernel's early loaders look for (kernel/x86/microcode, kernel/firmware/acpi) and nothing
 * else; dracut adds a file by which its own tools know such an archive. */
static gboolean
is_early (GraftCpioArchive *archive)
{
  guint n_records;
  const GraftCpioRecord *records = graft_cpio_archive_get_records (archive, &n_records);
  gboolean any = FALSE;

  for (guint i = 0; i < n_records; i++)
    {
      const char *path = graft_cpio_archive_get_text (archive, records[i].path);

      if (records[i].trailer || records[i].path_length == 0 || strcmp (path, "early_cpio") == 0)
        continue;
      if (!is_below_kernel (path, records[i].path_length))
        return FALSE;
      any = TRUE;
    }
  return any;
}

static void
settle_part (Splitter *self, GraftInitrdSegment *segment)
{
  gboolean stored = segment->compression == GRAFT_COMPRESSION_NONE;

  if (self->stop_reason != NULL)
    {
      segment->reached = FALSE;
      graft_initrd_segment_add_problem (segment, _ ("the kernel does not come this far: %s"),
                                        self->stop_reason);
    }
  self->after_stored = stored;
  if (segment->archive == NULL)
    {
      if (self->stop_reason == NULL)
        self->stop_reason = _ ("it stops at what is no archive");
      return;
    }
  segment->info.part = self->n_parts++;
  segment->info.early = self->only_early && stored && is_early (segment->archive);
  self->only_early = segment->info.early;
  if (graft_cpio_archive_get_stop (segment->archive) != NULL && self->stop_reason == NULL)
    self->stop_reason = _ ("it stops at an entry of a segment before");
}

/* What is neither archive nor zeros: all the rest, since nobody knows where it ends. */
static gboolean
take_unknown (Splitter *self, GraftInitrdSegment *segment, const guint8 *start, gsize length)
{
  gboolean odc = graft_bytes_match (start, length, 0, "070707", 6);

  segment->info.size = segment->stream_size = self->size - self->offset;
  segment->info.content_size = segment->info.size;
  if (odc)
    {
      segment->info.format = "odc";
      graft_initrd_segment_add_problem (
          segment, _ ("a cpio archive of the old portable kind (odc), which the kernel does not "
                      "take; pack it again with \"cpio -H newc\""));
    }
  else if (*start == '0' && self->offset % 4 != 0)
    graft_initrd_segment_add_problem (
        segment,
        _ ("an archive that does not start on a multiple of 4; the kernel will stop here"));
  else
    graft_initrd_segment_add_problem (
        segment,
        _ ("neither an archive nor a compression that the kernel knows; it will stop here"));
  return TRUE;
}

static gboolean
take_segment (Splitter *self, GraftInitrdSegment *segment, const guint8 *start, gsize length,
              GError **error)
{
  if (self->after_stored && self->offset % 4 != 0)
    {
      segment->reached = FALSE;
      self->stop_reason = _ ("what follows an uncompressed archive does not start on a multiple of "
                             "4 (\"broken padding\")");
    }
  if (segment->compression != GRAFT_COMPRESSION_NONE)
    return graft_initrd_segment_read_stream (segment, self->input, self->cancellable, error)
           && judge_encoding (self, segment, start, length, error)
           && add_fill (self, segment, error);
  if (self->offset % 4 == 0
      && (graft_bytes_match (start, length, 0, "070701", 6)
          || graft_bytes_match (start, length, 0, "070702", 6)))
    {
      if (!graft_initrd_segment_read_stored (segment, self->input, self->cancellable, error))
        return FALSE;
      if (segment->archive != NULL)
        return TRUE;
    }
  return take_unknown (self, segment, start, length);
}

static gboolean
split_next (Splitter *self, GError **error)
{
  g_autoptr (GraftInitrdSegment) segment = NULL;
  guint8 start[PEEK];
  guint64 next;
  gssize length;

  if (self->segments->len >= GRAFT_LIMIT_SEGMENTS)
    {
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_TOO_LARGE,
                   _ ("%s has more than %d segments"), graft_input_get_name (self->input),
                   GRAFT_LIMIT_SEGMENTS);
      return FALSE;
    }
  if (!find_nonzero (self->input, self->offset, self->size, &next, error))
    return FALSE;
  length = graft_input_read_some (self->input, self->offset, start, sizeof start, error);
  if (length < 0)
    return FALSE;
  segment = graft_initrd_segment_new (self->segments->len + 1, self->offset,
                                      graft_compression_sniff (start, length));
  if (next > self->offset)
    {
      segment->info.format = "padding";
      segment->info.size = segment->info.content_size = next - self->offset;
    }
  else if (!take_segment (self, segment, start, length, error))
    return FALSE;
  else
    settle_part (self, segment);
  self->offset += segment->info.size;
  g_ptr_array_add (self->segments, g_steal_pointer (&segment));
  return TRUE;
}

GPtrArray *
graft_initrd_split (GraftInput *input, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) segments
      = g_ptr_array_new_with_free_func ((GDestroyNotify)graft_initrd_segment_free);
  Splitter self = {
    .input = input,
    .size = graft_input_get_size (input),
    .segments = segments,
    .only_early = TRUE,
    .cancellable = cancellable,
  };

  while (self.offset < self.size)
    if (!split_next (&self, error))
      return NULL;
  if (self.n_parts > 0)
    return g_steal_pointer (&segments);
  for (guint i = 0; i < segments->len; i++)
    {
      const GraftSegment *segment = g_ptr_array_index (segments, i);

      if (segment->problem == NULL)
        continue;
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_UNSUPPORTED,
                   _ ("%s is no initrd that the kernel can read: at byte %s: %s"),
                   graft_input_get_name (input), GRAFT_NUMBER (segment->offset), segment->problem);
      return NULL;
    }
  g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
               self.size == 0 ? _ ("%s is empty: get it again")
                              : _ ("%s holds nothing but zeros: get it again"),
               graft_input_get_name (input));
  return NULL;
}

static int
probe_bytes (const guint8 *data, gsize length)
{
  gsize zeros = 0;

  while (zeros < length && data[zeros] == 0)
    zeros++;
  if (graft_bytes_match (data, length, zeros, "070701", 6)
      || graft_bytes_match (data, length, zeros, "070702", 6))
    return 90;
  /* Not ours, but we can say what is wrong with it. */
  return graft_bytes_match (data, length, zeros, "070707", 6) ? 5 : 0;
}

/* The first bytes of what a stream decodes to; no more than one block of it is decoded. */
static gsize
decode_start (GraftCompression compression, const guint8 *data, gsize length, guint8 *decoded,
              gsize room)
{
  g_autoptr (GraftDecoder) decoder = graft_decoder_new (compression);
  gsize left = room;
  gboolean end;

  /* Damage further on is for opening to find. */
  if (!graft_decoder_run (decoder, &data, &length, FALSE, &decoded, &left, &end, NULL))
    return 0;
  return room - left;
}

/* Encoded bytes of which a block can be decoded. */
static gsize
get_probe_size (GraftCompression compression)
{
  if (compression == GRAFT_COMPRESSION_BZIP2)
    return PROBE_BYTES_BZIP2;
  return compression == GRAFT_COMPRESSION_LZO ? PROBE_BYTES_LZO : PROBE_BYTES;
}

int
graft_initrd_probe (GraftInput *input)
{
  guint8 magic[PEEK];
  g_autofree guint8 *start = NULL;
  g_autofree guint8 *decoded = g_malloc (PROBE_ZEROS);
  gssize length = graft_input_read_some (input, 0, magic, sizeof magic, NULL);
  GraftCompression compression;
  gsize count;

  if (length <= 0)
    return 0;
  compression = graft_compression_sniff (magic, length);
  count = get_probe_size (compression);
  start = g_malloc (count);
  length = graft_input_read_some (input, 0, start, count, NULL);
  if (length <= 0)
    return 0;
  if (compression == GRAFT_COMPRESSION_NONE)
    return probe_bytes (start, length);
  /* A chunk of it is 8 MiB, and hardly anything else is packed that way. */
  if (compression == GRAFT_COMPRESSION_LZ4_LEGACY)
    return 60;
  count = decode_start (compression, start, length, decoded, PROBE_ZEROS);
  return probe_bytes (decoded, count) > 5 ? 80 : 0;
}
