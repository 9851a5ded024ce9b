/* test-encoder.c: what we write is read by the tools of the world, and is the same each time
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>
#include <zlib.h>

#include "base/graft-bytes.h"
#include "base/graft-error.h"
#include "coders/graft-crc32.h"
#include "coders/graft-decoder.h"
#include "coders/graft-encoder.h"
#include "coders/graft-fingerprint.h"
#include "coders/graft-lzop.h"
#include "coders/graft-tool-fixture.h"

typedef struct
{
  GraftCompression compression;
  const char *decoder;
} Case;

static const Case cases[] = {
  { GRAFT_COMPRESSION_NONE, "cat" },
  { GRAFT_COMPRESSION_GZIP, "gzip -dc" },
  { GRAFT_COMPRESSION_XZ, "xz -dc" },
  { GRAFT_COMPRESSION_ZSTD, "zstd -q -dc" },
  { GRAFT_COMPRESSION_LZ4_LEGACY, "lz4 -q -dc" },
  { GRAFT_COMPRESSION_BZIP2, "bzip2 -dc" },
  { GRAFT_COMPRESSION_LZMA, "xz --format=lzma -dc" },
  { GRAFT_COMPRESSION_LZO, "lzop -dc" },
};

/* @portion: given to the encoder at once. */
static GBytes *
encode (GBytes *content, GraftCompression compression, GraftLevel level, guint n_threads,
        gsize portion)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftOutput) output = graft_output_new_memory ("output", &error);
  g_autoptr (GraftEncoder) encoder
      = graft_encoder_new (compression, level, n_threads, output, &error);
  g_autoptr (GraftInput) input = NULL;
  gsize length;
  const guint8 *data = g_bytes_get_data (content, &length);

  for (gsize done = 0; done < length; done += portion)
    {
      g_assert_true (
          graft_encoder_write (encoder, data + done, MIN (portion, length - done), &error));
      g_assert_no_error (error);
    }
  g_assert_true (graft_encoder_finish (encoder, &error));
  input = graft_output_open (output, &error);
  g_assert_no_error (error);
  g_assert_true (graft_input_was_written (input));
  return graft_input_read_all (input, &error);
}

static void
test_round_trip (gconstpointer data)
{
  const Case *test = data;
  static const gsize sizes[] = { 0, 1, 100000, 9 * 1024 * 1024 };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    for (GraftLevel level = GRAFT_LEVEL_FAST; level <= GRAFT_LEVEL_SMALLEST; level++)
      {
        g_autoptr (GBytes) content = NULL, encoded = NULL, by_tool = NULL, by_us = NULL;
        g_autoptr (GraftInput) input = NULL;
        g_autoptr (GError) error = NULL;

        /* The last one is there for the seams between blocks: once is enough. */
        if (i == 3 && level != GRAFT_LEVEL_FAST)
          continue;
        content = graft_tool_make_bytes (sizes[i], 6);
        encoded = encode (content, test->compression, level, 2, 77777);
        by_tool = graft_tool_run (test->decoder, encoded);
        g_assert_true (g_bytes_equal (by_tool, content));
        input = graft_memory_input_new (encoded, "stream");
        by_us = graft_decode_all (input, test->compression, G_MAXUINT64, NULL, NULL, &error);
        g_assert_no_error (error);
        g_assert_true (g_bytes_equal (by_us, content));
      }
}

/* Neither the number of threads nor how the bytes come shows in the stream. */
static void
test_same_bytes (gconstpointer data)
{
  const Case *test = data;
  g_autoptr (GBytes) content = graft_tool_make_bytes (9 * 1024 * 1024, 8);
  g_autoptr (GBytes) one = encode (content, test->compression, GRAFT_LEVEL_FAST, 1, 1 << 20);
  g_autoptr (GBytes) three = encode (content, test->compression, GRAFT_LEVEL_FAST, 3, 12345);

  g_assert_true (g_bytes_equal (one, three));
}

/* What the kernel takes: xz with CRC32 and no filter but LZMA2; gzip without a time. */
static void
test_kernel (void)
{
  g_autoptr (GBytes) content = graft_tool_make_bytes (100000, 9);
  g_autoptr (GBytes) xz = encode (content, GRAFT_COMPRESSION_XZ, GRAFT_LEVEL_USUAL, 0, 1 << 20);
  g_autoptr (GBytes) gzip = encode (content, GRAFT_COMPRESSION_GZIP, GRAFT_LEVEL_FAST, 0, 1 << 20);
  g_autoptr (GBytes) lz4
      = encode (content, GRAFT_COMPRESSION_LZ4_FRAME, GRAFT_LEVEL_FAST, 0, 1 << 20);
  g_autoptr (GBytes) listing
      = graft_tool_run ("cat > /tmp/bootgraft-test-$$.xz && xz --list --robot --verbose --verbose "
                        "/tmp/bootgraft-test-$$.xz; rm -f /tmp/bootgraft-test-$$.xz",
                        xz);
  g_autofree char *text = g_strndup (g_bytes_get_data (listing, NULL), g_bytes_get_size (listing));

  g_assert_nonnull (strstr (text, "CRC32"));
  g_assert_nonnull (strstr (text, "--lzma2="));
  g_assert_null (strstr (text, "--x86"));
  g_assert_cmpmem (((const guint8 *)g_bytes_get_data (gzip, NULL)) + 4, 4, "\0\0\0\0", 4);
  g_assert_cmpint (graft_compression_sniff (g_bytes_get_data (lz4, NULL), 16), ==,
                   GRAFT_COMPRESSION_LZ4_LEGACY);
}

/* lzma by its two bytes, of a dictionary that the kernel can find room for; lzo with one checksum
 * for each block, of blocks that are small enough, and no trace of name, mode and time. */
static void
test_kernel_lzma_and_lzo (void)
{
  g_autoptr (GBytes) content = graft_tool_make_bytes (1000000, 17);

  for (GraftLevel level = GRAFT_LEVEL_FAST; level <= GRAFT_LEVEL_SMALLEST; level++)
    {
      g_autoptr (GBytes) lzma = encode (content, GRAFT_COMPRESSION_LZMA, level, 0, 1 << 20);
      g_autoptr (GBytes) lzo = encode (content, GRAFT_COMPRESSION_LZO, level, 0, 1 << 20);
      const guint8 *data = g_bytes_get_data (lzma, NULL);
      guint32 dictionary = 0, block = 0;
      gsize length;

      g_assert_cmpmem (data, 2, "\x5d\0", 2);
      g_assert_true (graft_bytes_get_le32 (data, 13, 1, &dictionary));
      g_assert_cmpuint (dictionary, <=, 16 << 20);
      data = g_bytes_get_data (lzo, &length);
      g_assert_true (graft_lzop_fits_kernel (data, length));
      g_assert_true (graft_bytes_are_zero (data + 21, 13));
      g_assert_true (graft_bytes_get_be32 (data, length, 38, &block));
      g_assert_cmpuint (block, ==, GRAFT_LZOP_BLOCK);
    }
}

/* Blocks of another stream between what is encoded anew: xz(1) reads them as one. */
static void
test_add_block (void)
{
  g_autoptr (GBytes) content = graft_tool_make_bytes (1000000, 13);
  g_autoptr (GBytes) encoded
      = graft_tool_run ("xz -0 -c --check=crc32 --block-size=300000", content);
  g_autoptr (GraftInput) stream = graft_memory_input_new (encoded, "stream");
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) blocks = graft_xz_blocks_list (stream, &error);
  g_autoptr (GraftOutput) output = graft_output_new_memory ("output", &error);
  g_autoptr (GraftEncoder) encoder
      = graft_encoder_new (GRAFT_COMPRESSION_XZ, GRAFT_LEVEL_FAST, 2, output, &error);
  g_autoptr (GBytes) piece = graft_tool_make_bytes (5000, 14);
  g_autoptr (GraftInput) input = NULL;
  g_autoptr (GBytes) mixed = NULL, decoded = NULL, first = NULL, last = NULL, wanted = NULL;
  const GraftXzBlock *block;
  guint64 offset = 0;

  g_assert_cmpuint (blocks->len, ==, 4);
  block = &g_array_index (blocks, GraftXzBlock, 3);
  g_assert_cmpuint (block->content_offset, ==, 900000);
  g_assert_cmpuint (block->content_size, ==, 100000);
  g_assert_true (graft_encoder_add_block (encoder, stream, block, &offset, &error));
  g_assert_true (graft_encoder_write (encoder, g_bytes_get_data (piece, NULL), 5000, &error));
  block = &g_array_index (blocks, GraftXzBlock, 1);
  g_assert_true (graft_encoder_add_block (encoder, stream, block, &offset, &error));
  g_assert_true (graft_encoder_finish (encoder, &error));
  g_assert_no_error (error);
  input = graft_output_open (output, &error);
  mixed = graft_input_read_all (input, &error);
  g_assert_cmpmem ((const guint8 *)g_bytes_get_data (mixed, NULL) + offset,
                   graft_xz_block_get_stored_size (block),
                   (const guint8 *)g_bytes_get_data (encoded, NULL) + block->offset,
                   graft_xz_block_get_stored_size (block));
  decoded = graft_tool_run ("xz -dc", mixed);
  first = graft_tool_slice (content, 900000, 100000);
  last = graft_tool_slice (content, 300000, 300000);
  wanted = graft_tool_join (first, piece, last, NULL);
  g_assert_true (g_bytes_equal (decoded, wanted));
}

/* A stream of which the blocks cannot be taken has none. */
static void
test_no_blocks (void)
{
  static const char *const commands[]
      = { "echo x | xz -c",
          "echo x | gzip -c",
          "true",
          "head -c 100 /dev/zero",
          "echo x | xz -c --check=crc32; printf '\\0\\0\\0\\0'",
          "echo x | xz -c --check=crc32; echo x | xz -c --check=crc32" };

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_autoptr (GBytes) bytes = graft_tool_run (commands[i], NULL);
      g_autoptr (GraftInput) stream = graft_memory_input_new (bytes, "stream");
      g_autoptr (GError) error = NULL;
      g_autoptr (GArray) blocks = graft_xz_blocks_list (stream, &error);

      g_assert_no_error (error);
      g_assert_cmpuint (blocks->len, ==, 0);
    }
}

static void
test_cancelled (gconstpointer data)
{
  const Case *test = data;
  g_autoptr (GBytes) content = graft_tool_make_bytes (1000000, 10);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftOutput) output = graft_output_new_memory ("output", &error);
  g_autoptr (GraftEncoder) encoder
      = graft_encoder_new (test->compression, GRAFT_LEVEL_SMALLEST, 2, output, &error);

  graft_encoder_set_cancellable (encoder, cancellable);
  g_assert_true (graft_encoder_write (encoder, g_bytes_get_data (content, NULL), 1000000, &error));
  g_cancellable_cancel (cancellable);
  g_assert_false (graft_encoder_write (encoder, g_bytes_get_data (content, NULL), 1000, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_crc32 (void)
{
  g_autoptr (GBytes) content = graft_tool_make_bytes (10000, 11);
  const guint8 *data = g_bytes_get_data (content, NULL);

  for (gsize length = 0; length < 400; length++)
    g_assert_cmpuint (graft_crc32 (length * 77, data + length % 17, length), ==,
                      crc32_z (length * 77, data + length % 17, length));
  g_assert_cmpuint (graft_crc32 (0, data, 10000), ==, crc32_z (0, data, 10000));
  g_assert_cmphex (graft_crc32 (0, "123456789", 9), ==, 0xcbf43926);
}

static GArray *
take_fingerprint (const guint8 *data, gsize length, gsize portion)
{
  g_autoptr (GraftFingerprint) fingerprint = graft_fingerprint_new ();

  for (gsize done = 0; done < length; done += portion)
    graft_fingerprint_update (fingerprint, data + done, MIN (portion, length - done));
  return graft_fingerprint_finish (fingerprint);
}

static void
test_fingerprint (void)
{
  const gsize length = 2 * GRAFT_FINGERPRINT_PIECE + 1001;
  g_autoptr (GBytes) content = graft_tool_make_bytes (length, 12);
  g_autofree guint8 *data = g_memdup2 (g_bytes_get_data (content, NULL), length);
  g_autoptr (GArray) whole = take_fingerprint (data, length, length);
  g_autoptr (GArray) pieces = take_fingerprint (data, length, 777);
  g_autoptr (GArray) shorter = take_fingerprint (data, length - 1, length);

  g_assert_cmpuint (whole->len, ==, 3);
  g_assert_cmpmem (whole->data, 24, pieces->data, 24);
  g_assert_cmpmem (whole->data, 16, shorter->data, 16);
  g_assert_true (memcmp (whole->data, shorter->data, 24) != 0);
  /* Any bit, the highest of a word twice, and two words changed places. */
  for (gsize at = 0; at < length; at += 99991)
    {
      g_autoptr (GArray) flipped = NULL;

      data[at] ^= 0x80;
      data[(at + 32) % length] ^= 0x80;
      flipped = take_fingerprint (data, length, length);
      g_assert_true (memcmp (whole->data, flipped->data, 24) != 0);
      data[at] ^= 0x80;
      data[(at + 32) % length] ^= 0x80;
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *name = graft_compression_get_name (cases[i].compression);
      g_autofree char *round_trip = g_strdup_printf ("/round-trip/%s", name);
      g_autofree char *same = g_strdup_printf ("/same-bytes/%s", name);
      g_autofree char *cancelled = g_strdup_printf ("/cancelled/%s", name);

      g_test_add_data_func (round_trip, &cases[i], test_round_trip);
      g_test_add_data_func (same, &cases[i], test_same_bytes);
      g_test_add_data_func (cancelled, &cases[i], test_cancelled);
    }
  g_test_add_func ("/kernel", test_kernel);
  g_test_add_func ("/add-block", test_add_block);
  g_test_add_func ("/no-blocks", test_no_blocks);
  g_test_add_func ("/kernel-lzma-and-lzo", test_kernel_lzma_and_lzo);
  g_test_add_func ("/crc32", test_crc32);
  g_test_add_func ("/fingerprint", test_fingerprint);
  return g_test_run ();
}
