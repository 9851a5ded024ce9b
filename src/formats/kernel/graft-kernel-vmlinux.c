/* graft-kernel-vmlinux.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/kernel/graft-kernel-vmlinux.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-bytes.h"
#include "base/graft-error.h"
#include "base/graft-limits.h"
#include "base/graft-sentence.h"
#include "coders/graft-decoder.h"
#include "coders/graft-stream-reader.h"

#define BANNER "Linux version "
/* More than the longest banner: a window begins this much before the end of the one before it. */
#define OVERLAP 1024
/* Behind a payload that is "sized". */
#define UNPACKED_SIZE 4
/* Program headers looked at. */
#define MAX_SEGMENTS 64

/* The gABI, "ELF Header" and "Program Header", of both classes. */
typedef struct
{
  gsize table; /* where e_phoff stands, */
  gsize count; /* e_phnum, */
  gsize entry; /* and the size of an entry; in it: */
  gsize virtual;
  gsize physical;
} Layout;

static const Layout layout_32 = { 28, 44, 32, 8, 12 };
static const Layout layout_64 = { 32, 56, 56, 16, 24 };

/* A number of the width and byte order of the file. */
static gboolean
get_word (const guint8 *data, gsize length, gsize offset, gboolean wide, gboolean big,
          guint64 *ret_value)
{
  guint32 narrow;

  if (wide)
    return big ? graft_bytes_get_be64 (data, length, offset, ret_value)
               : graft_bytes_get_le64 (data, length, offset, ret_value);
  if (!(big ? graft_bytes_get_be32 (data, length, offset, &narrow)
            : graft_bytes_get_le32 (data, length, offset, &narrow)))
    return FALSE;
  *ret_value = narrow;
  return TRUE;
}

static gboolean
get_half (const guint8 *data, gsize length, gsize offset, gboolean big, guint16 *ret_value)
{
  return big ? graft_bytes_get_be16 (data, length, offset, ret_value)
             : graft_bytes_get_le16 (data, length, offset, ret_value);
}

gboolean
graft_kernel_vmlinux_probe (GraftInput *input, guint16 *ret_machine)
{
  guint8 head[64], segments[MAX_SEGMENTS * 56];
  gssize length = graft_input_read_some (input, 0, head, sizeof head, NULL);
  gboolean wide, big;
  const Layout *layout;
  guint64 table, load = 0, run = 0;
  guint16 type, machine, count;

  if (length < 52
      || !graft_bytes_match (head, length, 0,
                             "\x7f"
                             "ELF",
                             4))
    return FALSE;
  wide = head[4] == 2;
  big = head[5] == 2;
  layout = wide ? &layout_64 : &layout_32;
  /* ET_EXEC, or ET_DYN for a kernel that can be put anywhere. */
  if (!get_half (head, length, 16, big, &type) || (type != 2 && type != 3)
      || !get_half (head, length, 18, big, &machine)
      || !get_word (head, length, layout->table, wide, big, &table)
      || !get_half (head, length, layout->count, big, &count))
    return FALSE;
  length = graft_input_read_some (input, table, segments, MIN (count, MAX_SEGMENTS) * layout->entry,
                                  NULL);
  for (gsize at = 0; length > 0 && at < (gsize)length; at += layout->entry)
    if (get_word (segments, length, at + layout->virtual, wide, big, &run)
        && get_word (segments, length, at + layout->physical, wide, big, &load)
        && run != load
        /* PT_LOAD */
        && graft_bytes_match (segments, length, at, big ? "\0\0\0\1" : "\1\0\0\0", 4))
      {
        *ret_machine = machine;
        return TRUE;
      }
  return FALSE;
}

/* @last: there is no window after this one, which would have a text that runs to the end of this
 * one whole. */
static char *
find_in_window (const char *window, gsize length, gboolean last)
{
  const char *at = window;

  while ((at = memmem (at, length - (at - window), BANNER, strlen (BANNER))) != NULL)
    {
      gsize start = at - window + strlen (BANNER), end = start;

      while (end < length && g_ascii_isprint (window[end]))
        end++;
      /* The kernel has the words in other texts as well, with a "%s" after them. */
      if (end > start && g_ascii_isdigit (window[start])
          && (last || end < length || length - start > OVERLAP - strlen (BANNER)))
        return g_strndup (window + start, end - start);
      at += strlen (BANNER);
    }
  return NULL;
}

/* The kernel's arch/x86/boot/compressed/Makefile appends the unpacked size, 4 bytes little-endian,
 * to what the compressor wrote; gzip has it at its own end already. */
static gboolean
read_unpacked_size (GraftInput *payload, guint32 *ret_size, GError **error)
{
  guint8 bytes[UNPACKED_SIZE];
  guint64 size = graft_input_get_size (payload);

  if (size < sizeof bytes)
    {
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED, _ ("%s has only %s bytes"),
                   graft_input_get_name (payload), GRAFT_NUMBER (size));
      return FALSE;
    }
  return graft_input_read_at (payload, size - sizeof bytes, bytes, sizeof bytes, error)
         && graft_bytes_get_le32 (bytes, sizeof bytes, 0, ret_size);
}

/* The compressed bytes alone: to a decoder of lz4 in its legacy frame, which has no end mark, the
 * size behind them would be one more chunk. */
static GraftInput *
open_stream (GraftInput *payload, GraftCompression compression, gboolean sized, GError **error)
{
  guint64 size = graft_input_get_size (payload);

  if (!sized || compression == GRAFT_COMPRESSION_GZIP || compression == GRAFT_COMPRESSION_NONE)
    return g_object_ref (payload);
  return graft_slice_input_new (payload, 0, size - MIN (size, UNPACKED_SIZE),
                                graft_input_get_name (payload), error);
}

/* Says of damage where it is; a cancel, or a file that cannot be read, says all itself. */
static void
set_cannot_unpack (GraftInput *input, GError *problem, GError **error)
{
  if (!g_error_matches (problem, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED)
      && !g_error_matches (problem, GRAFT_IMAGE_ERROR, GRAFT_ERROR_TOO_LARGE))
    {
      g_propagate_error (error, problem);
      return;
    }
  g_set_error (error, GRAFT_IMAGE_ERROR, problem->code,
               /* TRANSLATORS: a file and why ("the xz stream ends in the middle") */
               _ ("%s cannot be unpacked (%s); get it again"), graft_input_get_name (input),
               problem->message);
  g_error_free (problem);
}

/* The next piece behind the end of the one before it; *@ret_last: that was the last. */
static gboolean
refill (GraftStreamReader *reader, GByteArray *window, guint64 *total, gboolean *ret_last,
        GCancellable *cancellable, GError **error)
{
  const guint8 *data;
  gsize length, kept = MIN (window->len, OVERLAP);

  if (!graft_stream_reader_next (reader, &data, &length, cancellable, error))
    return FALSE;
  *total += length;
  if (*total > GRAFT_LIMIT_VMLINUX)
    {
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_TOO_LARGE, _ ("it has more than %s bytes"),
                   GRAFT_NUMBER (GRAFT_LIMIT_VMLINUX));
      return FALSE;
    }
  if (kept > 0)
    memmove (window->data, window->data + window->len - kept, kept);
  g_byte_array_set_size (window, kept);
  g_byte_array_append (window, data, length);
  *ret_last = length == 0;
  return TRUE;
}

char *
graft_kernel_vmlinux_find_version (GraftInput *payload, GraftCompression compression,
                                   gboolean sized, gboolean whole, GCancellable *cancellable,
                                   GError **error)
{
  g_autoptr (GraftInput) stream = open_stream (payload, compression, sized, error);
  g_autoptr (GraftStreamReader) reader
      = stream != NULL ? graft_stream_reader_new (stream, 0, compression) : NULL;
  g_autoptr (GByteArray) window = g_byte_array_new ();
  GError *problem = NULL;
  g_autofree char *version = NULL;
  gboolean last = FALSE;
  guint64 total = 0;

  while (reader != NULL && !last && (version == NULL || whole))
    {
      if (!refill (reader, window, &total, &last, cancellable, &problem))
        {
          set_cannot_unpack (payload, problem, error);
          return NULL;
        }
      if (version == NULL)
        version = find_in_window ((const char *)window->data, window->len, last);
    }
  return g_steal_pointer (&version);
}

GraftCompression
graft_kernel_vmlinux_sniff (GraftInput *payload)
{
  guint8 magic[16];
  gssize length = graft_input_read_some (payload, 0, magic, sizeof magic, NULL);

  if (length <= 0)
    return GRAFT_COMPRESSION_NONE;
  return graft_compression_sniff (magic, length);
}

gboolean
graft_kernel_vmlinux_is_elf (GraftInput *input)
{
  guint8 magic[4];
  gssize length = graft_input_read_some (input, 0, magic, sizeof magic, NULL);

  return length > 0
         && graft_bytes_match (magic, length, 0,
                               "\x7f"
                               "ELF",
                               4);
}

GraftInput *
graft_kernel_vmlinux_unpack (GraftInput *payload, GraftCompression compression, gboolean sized,
                             const char *name, GCancellable *cancellable, GError **error)
{
  g_autoptr (GraftInput) stream = NULL;
  g_autoptr (GBytes) bytes = NULL;
  guint64 size = graft_input_get_size (payload);
  guint32 expected = 0;

  if (compression == GRAFT_COMPRESSION_NONE)
    {
      /* CONFIG_KERNEL_UNCOMPRESSED of x86: an ELF file. */
      if (sized && !graft_kernel_vmlinux_is_elf (payload))
        {
          g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_UNSUPPORTED,
                       _ ("%s is compressed in a way that is not known"),
                       graft_input_get_name (payload));
          return NULL;
        }
      return graft_slice_input_new (payload, 0, size, name, error);
    }
  if (sized && !read_unpacked_size (payload, &expected, error))
    return NULL;
  stream = open_stream (payload, compression, sized, error);
  if (stream == NULL)
    return NULL;
  /* No more than it says it has, whatever a harmful one unpacks to. */
  bytes = graft_decode_all (stream, compression,
                            sized ? MIN (expected, GRAFT_LIMIT_VMLINUX) : GRAFT_LIMIT_VMLINUX, NULL,
                            cancellable, error);
  if (bytes == NULL)
    return NULL;
  if (sized && g_bytes_get_size (bytes) != expected)
    {
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
                   _ ("%s is damaged: it unpacks to %zu bytes instead of %u"),
                   graft_input_get_name (payload), g_bytes_get_size (bytes), expected);
      return NULL;
    }
  return graft_memory_input_new (bytes, name);
}
