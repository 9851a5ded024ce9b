/* graft-initrd-segment.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/initrd/graft-initrd-segment.h"

#include <glib/gi18n-lib.h>

#include "base/graft-error.h"
#include "base/graft-sentence.h"
#include "coders/graft-decoded-input.h"
#include "coders/graft-fingerprint.h"
#include "coders/graft-stream-reader.h"
#include "formats/cpio/graft-cpio-scanner.h"

/* Read at once of a stored archive: headers lie close together or far apart. */
#define STORED_CHUNK (16 * 1024)
/* Content up to this is kept in memory once somebody opens files of it. */
#define KEEP_CONTENT (16 * 1024 * 1024)

guint64 graft_initrd_segment_ahead_least = 96 * 1024 * 1024;

GraftInitrdSegment *
graft_initrd_segment_new (guint number, guint64 offset, GraftCompression compression)
{
  GraftInitrdSegment *self = g_new0 (GraftInitrdSegment, 1);

  self->info.number = number;
  self->info.offset = offset;
  self->info.format = "unknown";
  self->info.compression = graft_compression_get_name (compression);
  self->info.part = -1;
  self->compression = compression;
  self->reached = TRUE;
  return self;
}

void
graft_initrd_segment_free (GraftInitrdSegment *self)
{
  g_free (self->info.problem);
  g_clear_object (&self->archive);
  g_clear_pointer (&self->fingerprint, g_array_unref);
  g_free (self);
}

void
graft_initrd_segment_add_problem (GraftInitrdSegment *self, const char *format, ...)
{
  g_autofree char *text = NULL, *before = self->info.problem;
  va_list arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  self->info.problem
      = before == NULL ? g_steal_pointer (&text) : g_strdup_printf (_ ("%s; %s"), before, text);
}

/* "initrd.img segment 2", for messages about its content. */
static char *
get_name (GraftInitrdSegment *self, GraftInput *input)
{
  /* TRANSLATORS: an initrd, the number of a segment in it; a name in other sentences */
  return g_strdup_printf (_ ("%s segment %u"), graft_input_get_name (input), self->info.number);
}

static void
set_archive (GraftInitrdSegment *self, GraftCpioArchive *archive)
{
  guint n_records;

  graft_cpio_archive_get_records (archive, &n_records);
  self->info.content_size = graft_cpio_archive_get_size (archive);
  if (graft_cpio_archive_get_stop (archive) != NULL)
    graft_initrd_segment_add_problem (self, "%s", graft_cpio_archive_get_stop (archive));
  if (n_records == 0 && graft_cpio_archive_get_readable_size (archive) < self->info.content_size)
    return;
  self->info.format = graft_cpio_archive_is_crc (archive) ? "crc" : "newc";
  self->info.n_entries = graft_cpio_archive_get_n_entries (archive);
  g_set_object (&self->archive, archive);
}

/* In English: "an xz stream", but "a gzip stream". */
static gboolean
takes_an (GraftCompression compression)
{
  return compression == GRAFT_COMPRESSION_XZ || compression == GRAFT_COMPRESSION_LZMA
         || compression == GRAFT_COMPRESSION_LZO;
}

static gboolean
explain (GraftInitrdSegment *self, GraftInput *input, gboolean truncated, guint64 used,
         GError **error)
{
  const char *name = graft_input_get_name (input);

  if (error == NULL || *error == NULL
      || !g_error_matches (*error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED) || !truncated)
    {
      g_prefix_error (
          error, _ ("%s: segment %u (from byte %s on) cannot be read beyond byte %s of the file: "),
          name, self->info.number, GRAFT_NUMBER (self->info.offset),
          GRAFT_NUMBER (self->info.offset + used));
      return FALSE;
    }
  g_clear_error (error);
  g_set_error (
      error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
      /* TRANSLATORS: an initrd, a segment's number, an offset, "xz" or another compression */
      takes_an (self->compression)
          ? _ ("%s ends in the middle of segment %u (byte %s of an %s stream); it was probably cut "
               "off while downloading: get it again")
          : _ ("%s ends in the middle of segment %u (byte %s of a %s stream); it was probably cut "
               "off while downloading: get it again"),
      name, self->info.number, GRAFT_NUMBER (graft_input_get_size (input) - self->info.offset),
      self->info.compression);
  return FALSE;
}

/* All that @reader gives, into @scanner and (nullable) @fingerprint. */
static gboolean
scan_stream (GraftInitrdSegment *self, GraftInput *input, GraftStreamReader *reader,
             GraftCpioScanner *scanner, GraftFingerprint *fingerprint, GCancellable *cancellable,
             GError **error)
{
  const guint8 *data;
  gsize length;

  do
    {
      if (!graft_stream_reader_next (reader, &data, &length, cancellable, error))
        return explain (self, input, graft_stream_reader_is_truncated (reader),
                        graft_stream_reader_get_used (reader), error);
      if (fingerprint != NULL)
        graft_fingerprint_update (fingerprint, data, length);
      if (!graft_cpio_scanner_feed (scanner, data, length, error))
        return explain (self, input, FALSE, graft_stream_reader_get_used (reader), error);
    }
  while (length > 0);
  self->info.size = self->stream_size = graft_stream_reader_get_used (reader);
  return TRUE;
}

/* The archive that @reader gives. */
static GraftCpioArchive *
read_archive (GraftInitrdSegment *self, GraftInput *input, GraftStreamReader *reader,
              GCancellable *cancellable, GError **error)
{
  g_autoptr (GraftCpioScanner) scanner = graft_cpio_scanner_new (GRAFT_CPIO_SCAN_STREAM);
  g_autoptr (GraftFingerprint) fingerprint
      = graft_input_was_written (input) ? graft_fingerprint_new () : NULL;
  GraftCpioArchive *archive;

  if (!scan_stream (self, input, reader, scanner, fingerprint, cancellable, error))
    return NULL;
  archive = graft_cpio_scanner_finish (scanner, error);
  if (archive == NULL)
    explain (self, input, FALSE, self->stream_size, error);
  else if (fingerprint != NULL)
    self->fingerprint = graft_fingerprint_finish (fingerprint);
  return archive;
}

gboolean
graft_initrd_segment_read_stream (GraftInitrdSegment *self, GraftInput *input,
                                  GCancellable *cancellable, GError **error)
{
  g_autoptr (GraftStreamReader) ahead = graft_stream_reader_new_ahead (
      input, self->info.offset, self->compression, graft_initrd_segment_ahead_least);
  gboolean again = graft_stream_reader_is_ahead (ahead);
  g_autoptr (GraftCpioArchive) archive
      = read_archive (self, input, ahead, cancellable, again ? NULL : error);
  g_autoptr (GraftInput) content = NULL;

  g_clear_pointer (&ahead, graft_stream_reader_free);
  /* Where and why is what the reader that is not ahead tells. */
  if (archive == NULL && again)
    {
      g_autoptr (GraftStreamReader) reader
          = graft_stream_reader_new (input, self->info.offset, self->compression);

      archive = read_archive (self, input, reader, cancellable, error);
    }
  if (archive == NULL)
    return FALSE;
  set_archive (self, archive);
  content = graft_initrd_segment_open (self, input, error);
  if (content == NULL)
    return FALSE;
  graft_cpio_archive_set_content (archive, content);
  return TRUE;
}

/* Reads on from @position; what the scanner does not want to see is not read. */
static gssize
read_stored (GraftInput *input, guint64 position, guint8 *buffer, GraftCpioScanner *scanner,
             GError **error)
{
  guint64 size = graft_input_get_size (input);
  guint64 skippable = graft_cpio_scanner_get_skippable (scanner);
  gssize count;

  if (skippable > STORED_CHUNK)
    {
      skippable = MIN (skippable, size - position);
      graft_cpio_scanner_skip (scanner, skippable);
      return skippable;
    }
  count = graft_input_read_some (input, position, buffer, STORED_CHUNK, error);
  if (count < 0 || !graft_cpio_scanner_feed (scanner, buffer, count, error))
    return -1;
  return count;
}

gboolean
graft_initrd_segment_read_stored (GraftInitrdSegment *self, GraftInput *input,
                                  GCancellable *cancellable, GError **error)
{
  g_autoptr (GraftCpioScanner) scanner = graft_cpio_scanner_new (GRAFT_CPIO_SCAN_STORED);
  g_autoptr (GraftCpioArchive) archive = NULL;
  g_autoptr (GraftInput) content = NULL;
  g_autofree guint8 *buffer = g_malloc (STORED_CHUNK);
  guint64 position = self->info.offset;
  gssize count = 1;

  for (; count > 0 && !graft_cpio_scanner_has_ended (scanner); position += count)
    {
      count = g_cancellable_set_error_if_cancelled (cancellable, error)
                  ? -1
                  : read_stored (input, position, buffer, scanner, error);
      if (count < 0)
        return explain (self, input, FALSE, position - self->info.offset, error);
    }
  archive = graft_cpio_scanner_finish (scanner, error);
  if (archive == NULL)
    {
      g_prefix_error (error,
                      _ ("%s ends in the middle of segment %u, which is not compressed; it was "
                         "probably cut off while downloading, get it again: "),
                      graft_input_get_name (input), self->info.number);
      return FALSE;
    }
  self->info.size = self->stream_size = graft_cpio_archive_get_size (archive);
  if (graft_cpio_archive_get_n_entries (archive) == 0 && self->info.size == 0)
    return TRUE;
  set_archive (self, archive);
  content = graft_initrd_segment_open (self, input, error);
  if (content == NULL)
    return FALSE;
  graft_cpio_archive_set_content (archive, content);
  return TRUE;
}

GraftInput *
graft_initrd_segment_open (GraftInitrdSegment *self, GraftInput *input, GError **error)
{
  g_autofree char *name = get_name (self, input);
  g_autoptr (GraftInput) stored
      = graft_slice_input_new (input, self->info.offset, self->stream_size, name, error);

  if (stored == NULL || self->compression == GRAFT_COMPRESSION_NONE)
    return g_steal_pointer (&stored);
  return graft_decoded_input_new (stored, self->compression, self->info.content_size, KEEP_CONTENT,
                                  name);
}
