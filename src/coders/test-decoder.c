/* test-decoder.c: streams made by the tools of the world are read, and what is damaged is named
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <lzma.h>
#include <string.h>

#include "base/graft-bytes.h"
#include "base/graft-error.h"
#include "base/graft-limits.h"
#include "coders/graft-decoded-input.h"
#include "coders/graft-decoder.h"
#include "coders/graft-lzop.h"
#include "coders/graft-stream-reader.h"
#include "coders/graft-tool-fixture.h"

typedef struct
{
  GraftCompression compression;
  const char *command;
  const char *name; /* of the test */
  guint stride;     /* one place in so many is damaged, when not 0 */
} Case;

static const Case cases[] = {
  { GRAFT_COMPRESSION_GZIP, "gzip -c", "gzip" },
  { GRAFT_COMPRESSION_XZ, "xz -0 -c", "xz" },
  { GRAFT_COMPRESSION_ZSTD, "zstd -q -c", "zstd" },
  /* 8 MiB for a chunk each time. */
  { GRAFT_COMPRESSION_LZ4_LEGACY, "lz4 -q -l -c", "lz4-legacy", 4 },
  { GRAFT_COMPRESSION_LZ4_FRAME, "lz4 -q -c", "lz4-frame" },
  { GRAFT_COMPRESSION_LZMA, "xz --format=lzma -0 -c", "lzma" },
  { GRAFT_COMPRESSION_LZO, "lzop -c", "lzo" },
};

/* Not for reading in any order, which for bzip2 takes long and for the others is the same. */
static const Case variants[] = {
  { GRAFT_COMPRESSION_XZ, "xz -0 -c --check=crc32 --block-size=100000", "xz-blocks" },
  { GRAFT_COMPRESSION_XZ, "xz -c --check=none --x86 --lzma2=preset=0", "xz-x86" },
  /* 128 MiB for its window each time, which AddressSanitizer makes dear. */
  { GRAFT_COMPRESSION_ZSTD, "zstd -q -c --long=27", "zstd-long", 23 },
  { GRAFT_COMPRESSION_BZIP2, "bzip2 -c", "bzip2" },
  { GRAFT_COMPRESSION_BZIP2, "bzip2 -1 -c", "bzip2-small" },
  { GRAFT_COMPRESSION_LZMA, "xz --format=lzma --lzma1=preset=0,dict=4KiB -c", "lzma-small" },
  { GRAFT_COMPRESSION_LZO, "lzop -7 -CC -c", "lzo-sums" },
  { GRAFT_COMPRESSION_LZO, "lzop -1 -CC --crc32 -c", "lzo-crc32" },
};

static GBytes *
decode (GBytes *encoded, GraftCompression compression, guint64 *ret_used, GError **error)
{
  g_autoptr (GraftInput) input = graft_memory_input_new (encoded, "stream");

  return graft_decode_all (input, compression, G_MAXUINT64, ret_used, NULL, error);
}

/* Of lz4 more than one chunk, so that the legacy frame shows its seams. */
static GBytes *
make_content (const Case *test)
{
  return graft_tool_make_bytes (
      test->compression == GRAFT_COMPRESSION_LZ4_LEGACY ? 9 * 1024 * 1024 + 123 : 2000123, 1);
}

static void
test_decode (gconstpointer data)
{
  const Case *test = data;
  g_autoptr (GBytes) content = make_content (test);
  g_autoptr (GBytes) encoded = graft_tool_run (test->command, content);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) decoded = NULL;
  guint64 used = 0;
  gsize length;

  g_assert_cmpint (graft_compression_sniff (g_bytes_get_data (encoded, &length), 16), ==,
                   test->compression);
  decoded = decode (encoded, test->compression, &used, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (decoded, content));
  g_assert_cmpuint (used, ==, length);
}

/* What follows a stream is not its business: zeros, or the same stream again. */
static void
test_end (gconstpointer data)
{
  const Case *test = data;
  g_autoptr (GBytes) content = graft_tool_make_bytes (300000, 2);
  g_autoptr (GBytes) encoded = graft_tool_run (test->command, content);
  g_autoptr (GBytes) zeros = g_bytes_new_static ("\0\0\0\0\0\0\0\0", 8);
  g_autoptr (GBytes) padded = graft_tool_join (encoded, zeros, encoded, NULL);
  g_autoptr (GBytes) twice = graft_tool_join (encoded, encoded, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) decoded = NULL, again = NULL;
  guint64 used = 0;

  decoded = decode (padded, test->compression, &used, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (decoded, content));
  g_assert_cmpuint (used, ==, g_bytes_get_size (encoded));

  again = decode (twice, test->compression, &used, &error);
  g_assert_no_error (error);
  /* The legacy lz4 magic may come again inside a stream; of all others a second is another. */
  if (test->compression == GRAFT_COMPRESSION_LZ4_LEGACY)
    g_assert_cmpuint (used, ==, g_bytes_get_size (twice));
  else
    {
      g_assert_true (g_bytes_equal (again, content));
      g_assert_cmpuint (used, ==, g_bytes_get_size (encoded));
    }
}

static void
test_truncated (gconstpointer data)
{
  const Case *test = data;
  g_autoptr (GBytes) content = graft_tool_make_bytes (70000, 3);
  g_autoptr (GBytes) encoded = graft_tool_run (test->command, content);
  gsize length = g_bytes_get_size (encoded);
  gsize stride = MAX (test->stride, 1);

  for (gsize cut = 0; cut < length; cut += (cut < 32 || cut > length - 32 ? 1 : 997) * stride)
    {
      g_autoptr (GBytes) part = graft_tool_slice (encoded, 0, cut);
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) decoded = decode (part, test->compression, NULL, &error);

      /* The legacy frame has no end mark: cut behind its magic it is a whole stream. */
      if (test->compression == GRAFT_COMPRESSION_LZ4_LEGACY && cut == 4)
        continue;
      g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED);
      g_assert_null (decoded);
      g_assert_nonnull (strstr (error->message, "ends in the middle"));
    }
}

/* Neither lz4 in its legacy frame nor lzma has one. */
static gboolean
has_checksum (const Case *test)
{
  return strstr (test->command, "check=none") == NULL
         && test->compression != GRAFT_COMPRESSION_LZ4_LEGACY
         && test->compression != GRAFT_COMPRESSION_LZMA;
}

/* A flipped bit is found, or gives the very same content when there is a checksum. */
static void
test_flipped (gconstpointer data)
{
  const Case *test = data;
  g_autoptr (GBytes) content = graft_tool_make_bytes (70000, 4);
  g_autoptr (GBytes) encoded = graft_tool_run (test->command, content);
  gsize length;
  const guint8 *bytes = g_bytes_get_data (encoded, &length);
  guint n_found = 0;

  for (gsize at = 0; at < length; at += 797 * MAX (test->stride, 1))
    {
      g_autofree guint8 *copy = g_memdup2 (bytes, length);
      g_autoptr (GBytes) flipped = NULL, decoded = NULL;
      g_autoptr (GError) error = NULL;

      copy[at] ^= 1 << (at % 8);
      flipped = g_bytes_new (copy, length);
      decoded = decode (flipped, test->compression, NULL, &error);
      n_found += error != NULL;
      if (error == NULL && has_checksum (test))
        g_assert_true (g_bytes_equal (decoded, content));
      if (error != NULL)
        g_assert_true (error->domain == GRAFT_IMAGE_ERROR);
    }
  g_assert_cmpuint (n_found, >, 0);
}

static void
test_limits (void)
{
  g_autoptr (GBytes) bomb = graft_tool_run ("head -c 600M /dev/zero | zstd -q -c", NULL);
  g_autoptr (GBytes) small = graft_tool_run ("head -c 1000 /dev/zero | xz -c", NULL);
  g_autoptr (GBytes) greedy
      = graft_tool_run ("head -c 1000 /dev/zero | xz -c --lzma2=dict=512MiB", NULL);
  g_autoptr (GraftInput) input = graft_memory_input_new (small, "module.ko.xz");
  g_autoptr (GraftInput) bomb_input = graft_memory_input_new (bomb, "bomb");
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftStreamReader) reader
      = graft_stream_reader_new (bomb_input, 0, GRAFT_COMPRESSION_ZSTD);
  const guint8 *bytes;
  gsize length = 1;

  /* By the ratio, long before its end; nothing of it is kept. */
  while (length > 0 && graft_stream_reader_next (reader, &bytes, &length, NULL, &error))
    ;
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_TOO_LARGE);
  g_clear_error (&error);
  g_assert_null (decode (greedy, GRAFT_COMPRESSION_XZ, NULL, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_TOO_LARGE);
  g_clear_error (&error);
  g_assert_null (graft_decode_all (input, GRAFT_COMPRESSION_XZ, 999, NULL, NULL, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_TOO_LARGE);
  g_assert_nonnull (strstr (error->message, "module.ko.xz"));
}

/* What the header asks for, not what the content would need. */
static void
test_greedy_lzma (void)
{
  g_autoptr (GBytes) greedy = graft_tool_run (
      "head -c 1000 /dev/zero | xz -c --format=lzma --lzma1=preset=0,dict=512MiB", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (decode (greedy, GRAFT_COMPRESSION_LZMA, NULL, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_TOO_LARGE);
  g_assert_nonnull (strstr (error->message, "lzma"));
}

/* Of what is known to lzop but not to us or the kernel. */
static void
test_lzop_options (void)
{
  static const struct
  {
    const char *command;
    int code;
    gboolean fits_kernel;
  } known[] = {
    { "lzop -c", -1, TRUE },
    { "lzop -c --crc32", -1, TRUE },
    { "lzop -c -F", -1, FALSE },
    { "lzop -c -CC", -1, FALSE },
    { "lzop -c -CC --crc32", -1, FALSE },
    { "lzop -c --filter=1", GRAFT_ERROR_UNSUPPORTED, TRUE },
    /* The first block of 327680 bytes and some; of 256 bytes that take 512. */
    { "lzop -c | { head -c 39; head -c 1 >/dev/null; printf '\\5'; cat; }", GRAFT_ERROR_TOO_LARGE,
      TRUE },
    { "lzop -c | head -c 38; printf '\\0\\0\\1\\0\\0\\0\\2\\0'", GRAFT_ERROR_CORRUPTED, TRUE },
  };
  g_autoptr (GBytes) content = graft_tool_make_bytes (70000, 15);

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    {
      g_autoptr (GBytes) encoded = graft_tool_run (known[i].command, content);
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) decoded = decode (encoded, GRAFT_COMPRESSION_LZO, NULL, &error);
      gsize length;
      const guint8 *data = g_bytes_get_data (encoded, &length);

      g_assert_cmpint (graft_lzop_fits_kernel (data, 21), ==, known[i].fits_kernel);
      g_assert_false (graft_lzop_fits_kernel (data, 20));
      if (known[i].code >= 0)
        g_assert_error (error, GRAFT_IMAGE_ERROR, known[i].code);
      else
        g_assert_true (g_bytes_equal (decoded, content));
    }
}

/* Each way of being damaged that a decoder tells apart, in streams whose damage cannot be anything
 * else; some are made by hand, as no tool makes them. */
static void
test_damaged (void)
{
  static const struct
  {
    GraftCompression compression;
    const char *command;
    int code;
    const char *message;
  } known[] = {
    { GRAFT_COMPRESSION_GZIP, "printf 'no stream at all'", GRAFT_ERROR_CORRUPTED,
      "the gzip stream is damaged (incorrect header check)" },
    { GRAFT_COMPRESSION_GZIP,
      "echo x | gzip -c | { head -c 14; head -c 4 >/dev/null; printf XXXX; cat; }",
      GRAFT_ERROR_CORRUPTED, "the gzip stream is damaged (its checksum is wrong)" },
    { GRAFT_COMPRESSION_XZ, "printf 'no stream at all'", GRAFT_ERROR_CORRUPTED,
      "the xz stream is damaged (its header is not xz)" },
    /* A reserved bit of the header's flags, with their right CRC-32. */
    { GRAFT_COMPRESSION_XZ, "printf '\\3757zXZ\\0\\1\\0\\276\\43\\302\\130'; head -c 99 /dev/zero",
      GRAFT_ERROR_UNSUPPORTED, "the xz stream uses a filter or an option that is not known" },
    { GRAFT_COMPRESSION_LZMA, "printf '\\377'; head -c 99 /dev/zero", GRAFT_ERROR_CORRUPTED,
      "the lzma stream is damaged (its header is not lzma)" },
    { GRAFT_COMPRESSION_ZSTD, "printf 'no stream at all'", GRAFT_ERROR_CORRUPTED,
      "the zstd stream is damaged (" },
    /* RFC 8878, 3.1.1.1: a window of 2 GiB, then the last block, which is empty. */
    { GRAFT_COMPRESSION_ZSTD, "printf '\\050\\265\\057\\375\\0\\250\\1\\0\\0'",
      GRAFT_ERROR_TOO_LARGE, "the zstd stream needs a window of more than" },
    { GRAFT_COMPRESSION_LZ4_LEGACY, "printf 'no stream at all'", GRAFT_ERROR_CORRUPTED,
      "the lz4 stream is damaged (its header is not lz4)" },
    /* A chunk of four bytes, literals without an end. */
    { GRAFT_COMPRESSION_LZ4_LEGACY, "printf '\\002\\041\\114\\030\\4\\0\\0\\0\\377\\377\\377\\377'",
      GRAFT_ERROR_CORRUPTED, "the lz4 stream is damaged (a chunk cannot be unpacked)" },
    { GRAFT_COMPRESSION_LZ4_FRAME, "printf 'no stream at all'", GRAFT_ERROR_CORRUPTED,
      "the lz4 stream is damaged (" },
    { GRAFT_COMPRESSION_BZIP2, "printf 'no stream at all'", GRAFT_ERROR_CORRUPTED,
      "the bzip2 stream is damaged (its header is not bzip2)" },
    { GRAFT_COMPRESSION_BZIP2,
      "echo x | bzip2 -c | { head -c 10; head -c 4 >/dev/null; printf XXXX; cat; }",
      GRAFT_ERROR_CORRUPTED, "the bzip2 stream is damaged (its checksum is wrong)" },
    { GRAFT_COMPRESSION_LZO, "head -c 99 /dev/zero", GRAFT_ERROR_CORRUPTED,
      "the lzo stream is damaged (its header is not lzop)" },
    /* The method; a byte of the time; the checksum of what is unpacked; the end of lzo at once. */
    { GRAFT_COMPRESSION_LZO,
      "echo x | lzop -c | { head -c 15; head -c 1 >/dev/null; printf X; cat; }",
      GRAFT_ERROR_UNSUPPORTED, "the lzo stream is of a version or uses an option" },
    { GRAFT_COMPRESSION_LZO,
      "echo x | lzop -c | { head -c 32; head -c 1 >/dev/null; printf X; cat; }",
      GRAFT_ERROR_CORRUPTED, "the lzo stream is damaged (the checksum of its header is wrong)" },
    { GRAFT_COMPRESSION_LZO,
      "head -c 999 /dev/zero | lzop -c | { head -c 46; head -c 4 >/dev/null; printf XXXX; cat; }",
      GRAFT_ERROR_CORRUPTED, "the lzo stream is damaged (its checksum is wrong)" },
    { GRAFT_COMPRESSION_LZO,
      "head -c 999 /dev/zero | lzop -c | { head -c 50; head -c 3 >/dev/null; printf '\\021\\0\\0'; "
      "cat; }",
      GRAFT_ERROR_CORRUPTED, "the lzo stream is damaged (a block cannot be unpacked)" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    {
      g_autoptr (GBytes) encoded = graft_tool_run (known[i].command, NULL);
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", known[i].command);
      g_assert_null (decode (encoded, known[i].compression, NULL, &error));
      g_assert_error (error, GRAFT_IMAGE_ERROR, known[i].code);
      g_test_message ("%s", error->message);
      g_assert_nonnull (strstr (error->message, known[i].message));
    }
}

/* An lzma stream that says how long its content is and has no mark at its end, as the LZMA SDK's
 * own tool makes them; no tool in Debian does. */
static GBytes *
make_lzma_of_length (GBytes *content)
{
  gsize size, room = g_bytes_get_size (content) * 2 + 100;
  const guint8 *data = g_bytes_get_data (content, &size);
  g_autofree guint8 *bytes = g_malloc (13 + room);
  lzma_options_lzma options = { 0 };
  lzma_filter filters[]
      = { { LZMA_FILTER_LZMA1EXT, &options }, { .id = LZMA_VLI_UNKNOWN, .options = NULL } };
  gsize used = 13;

  g_assert_false (lzma_lzma_preset (&options, 0));
  options.ext_size_low = size;
  g_assert_cmpint (lzma_raw_buffer_encode (filters, NULL, data, size, bytes, &used, 13 + room), ==,
                   LZMA_OK);
  bytes[0] = 0x5d;
  graft_bytes_put_le32 (bytes + 1, options.dict_size);
  graft_bytes_put_le64 (bytes + 5, size);
  return g_bytes_new (bytes, used);
}

static void
test_lzma_of_length (void)
{
  for (gsize size = 0; size < 70000; size = size * 3 + 1)
    {
      g_autoptr (GBytes) content = graft_tool_make_bytes (size, 16);
      g_autoptr (GBytes) encoded = make_lzma_of_length (content);
      g_autoptr (GBytes) by_tool = graft_tool_run ("xz --format=lzma -dc", encoded);
      g_autoptr (GBytes) twice = graft_tool_join (encoded, encoded, NULL);
      g_autoptr (GBytes) cut = graft_tool_slice (encoded, 0, g_bytes_get_size (encoded) - 1);
      g_autoptr (GBytes) decoded = NULL;
      g_autoptr (GError) error = NULL;
      guint64 used = 0;

      g_assert_true (g_bytes_equal (by_tool, content));
      g_assert_cmpint (graft_compression_sniff (g_bytes_get_data (encoded, NULL), 16), ==,
                       GRAFT_COMPRESSION_LZMA);
      decoded = decode (twice, GRAFT_COMPRESSION_LZMA, &used, &error);
      g_assert_no_error (error);
      g_assert_true (g_bytes_equal (decoded, content));
      g_assert_cmpuint (used, ==, g_bytes_get_size (encoded));
      g_assert_null (decode (cut, GRAFT_COMPRESSION_LZMA, NULL, &error));
      g_assert_nonnull (strstr (error->message, "ends in the middle"));
    }
}

static void
test_names (void)
{
  static const struct
  {
    const char *command, *name;
  } known[] = {
    { "echo x | gzip -c", "gzip" },
    { "echo x | xz -c", "xz" },
    { "echo x | zstd -q -c", "zstd" },
    { "echo x | lz4 -q -l -c", "lz4" },
    { "echo x | lz4 -q -c", "lz4-frame" },
    { "echo x | bzip2 -c", "bzip2" },
    { "echo x | lzma -c", "lzma" },
    { "printf '\\211LZO\\0\\r\\n\\032\\n'", "lzo" },
    { "echo xxxxxxxxxxxxxxxx", "none" },
    /* Two bytes of lzma's, then a length that nothing has, then what no stream begins with. */
    { "printf ']\\0\\0\\0\\1\\0\\0\\0\\0\\0\\1\\0\\0\\0\\0\\0'", "none" },
    { "printf ']\\0\\0\\0\\1\\0\\0\\0\\0\\0\\0\\0\\0\\1\\0\\0'", "none" },
  };
  gsize stem;

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    {
      g_autoptr (GBytes) bytes = graft_tool_run (known[i].command, NULL);
      gsize length;
      const void *data = g_bytes_get_data (bytes, &length);
      GraftCompression compression = graft_compression_sniff (data, MIN (length, 16)), back;

      g_assert_cmpstr (graft_compression_get_name (compression), ==, known[i].name);
      g_assert_true (graft_compression_from_name (known[i].name, &back));
      g_assert_cmpint (back, ==, compression);
    }
  g_assert_cmpint (graft_compression_from_suffix ("loop.ko.xz", &stem), ==, GRAFT_COMPRESSION_XZ);
  g_assert_cmpuint (stem, ==, strlen ("loop.ko"));
  g_assert_cmpint (graft_compression_from_suffix (".xz", &stem), ==, GRAFT_COMPRESSION_NONE);
  g_assert_cmpint (graft_compression_sniff ("\x1f", 1), ==, GRAFT_COMPRESSION_NONE);
}

/* In order, backwards, across pieces, past what is kept, after a rest: always the same bytes. */
static void
test_decoded_input (gconstpointer data)
{
  const Case *test = data;
  const gsize size = 11 * 1024 * 1024 + 77;
  g_autoptr (GBytes) content = graft_tool_make_bytes (size, 5);
  g_autoptr (GBytes) encoded = graft_tool_run (test->command, content);
  g_autoptr (GraftInput) source = graft_memory_input_new (encoded, "stream");
  g_autoptr (GraftInput) input
      = graft_decoded_input_new (source, test->compression, size, 0, "content");
  g_autofree guint8 *buffer = g_malloc (2 * 1024 * 1024);
  const guint8 *wanted = g_bytes_get_data (content, NULL);
  g_autoptr (GError) error = NULL;
  guint32 state = 7;

  for (guint i = 0; i < 50; i++)
    {
      gsize offset, length;

      state = state * 1664525 + 1013904223;
      /* First forward, then anywhere. */
      offset = i < 20 ? i * (gsize)500000 : state % size;
      length = MIN (size - offset, i % 2 == 0 ? 5000 : 1500000);
      g_assert_true (graft_input_read_at (input, offset, buffer, length, &error));
      g_assert_no_error (error);
      g_assert_cmpmem (buffer, length, wanted + offset, length);
      if (i % 20 == 10)
        graft_decoded_input_rest (input);
    }
  /* Of others there is nothing to free. */
  graft_decoded_input_rest (source);
}

/* A size that the stream does not have. */
static void
test_decoded_input_short (void)
{
  g_autoptr (GBytes) encoded = graft_tool_run ("echo short | gzip -c", NULL);
  g_autoptr (GraftInput) source = graft_memory_input_new (encoded, "stream");
  g_autoptr (GraftInput) input
      = graft_decoded_input_new (source, GRAFT_COMPRESSION_GZIP, 7, 100, "content");
  g_autoptr (GError) error = NULL;
  guint8 byte;

  g_assert_false (graft_input_read_at (input, 0, &byte, 1, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED);
}

static void
test_cancelled (void)
{
  g_autoptr (GBytes) encoded = graft_tool_run ("head -c 1M /dev/zero | gzip -c", NULL);
  g_autoptr (GraftInput) input = graft_memory_input_new (encoded, "stream");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_null (
      graft_decode_all (input, GRAFT_COMPRESSION_GZIP, G_MAXUINT64, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_stream_reader (gconstpointer data)
{
  const Case *test = data;
  g_autoptr (GBytes) content = make_content (test);
  g_autoptr (GBytes) encoded = graft_tool_run (test->command, content);
  g_autoptr (GBytes) before = g_bytes_new_static ("before!", 7);
  g_autoptr (GBytes) after = g_bytes_new_static ("\0\0\0\0", 4);
  g_autoptr (GBytes) all = graft_tool_join (before, encoded, after, NULL);
  g_autoptr (GraftInput) input = graft_memory_input_new (all, "stream");
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftStreamReader) reader = graft_stream_reader_new (input, 7, test->compression);
  g_autoptr (GByteArray) decoded = g_byte_array_new ();
  const guint8 *bytes;
  gsize length;

  do
    {
      g_assert_true (graft_stream_reader_next (reader, &bytes, &length, NULL, &error));
      g_byte_array_append (decoded, bytes, length);
    }
  while (length > 0);
  g_assert_cmpmem (decoded->data, decoded->len, g_bytes_get_data (content, NULL),
                   g_bytes_get_size (content));
  g_assert_cmpuint (graft_stream_reader_get_used (reader), ==, g_bytes_get_size (encoded));
}

static void
add_test (const char *group, GTestDataFunc func, const Case *test)
{
  g_autofree char *path = g_strdup_printf ("/%s/%s", group, test->name);

  g_test_add_data_func (path, test, func);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    GTestDataFunc func;
    gboolean any_order;
  } each[] = {
    { "decode", test_decode, FALSE },
    { "end", test_end, FALSE },
    { "truncated", test_truncated, FALSE },
    { "flipped", test_flipped, FALSE },
    { "decoded-input", test_decoded_input, TRUE },
    { "stream-reader", test_stream_reader, FALSE },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (each); i++)
    {
      for (guint k = 0; k < G_N_ELEMENTS (cases); k++)
        add_test (each[i].name, each[i].func, &cases[k]);
      for (guint k = 0; k < G_N_ELEMENTS (variants) && !each[i].any_order; k++)
        add_test (each[i].name, each[i].func, &variants[k]);
    }
  g_test_add_func ("/limits", test_limits);
  g_test_add_func ("/greedy-lzma", test_greedy_lzma);
  g_test_add_func ("/lzop-options", test_lzop_options);
  g_test_add_func ("/damaged", test_damaged);
  g_test_add_func ("/lzma-of-length", test_lzma_of_length);
  g_test_add_func ("/names", test_names);
  g_test_add_func ("/decoded-input-short", test_decoded_input_short);
  g_test_add_func ("/cancelled", test_cancelled);
  return g_test_run ();
}
