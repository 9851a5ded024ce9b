/* test-xz-ahead.c: an xz stream decoded by several threads gives what the decoder gives, or nothing
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>

#include "base/graft-error.h"
#include "coders/graft-stream-reader.h"
#include "coders/graft-tool-fixture.h"
#include "coders/graft-xz-ahead.h"
#include "coders/graft-xz-blocks.h"

#define SIZE 1000123

/* Sizes are in the headers of blocks that threads made. */
static const char *const sized[] = {
  "xz -0 -c -T2 --check=crc32 --block-size=600000",
  "xz -0 -c -T2 --check=crc64 --block-size=20000",
  "xz -c -T2 --check=none --x86 --lzma2=preset=0 --block-size=300000",
};
static const char *const unsized[] = {
  "xz -0 -c -T1 --check=crc32 --block-size=600000",
  "xz -0 -c -T1 --check=crc32 --block-size=20000",
};

/* What a reader gives; NULL with @error. */
static GBytes *
read_all (GraftStreamReader *reader, GCancellable *cancellable, GError **error)
{
  g_autoptr (GByteArray) decoded = g_byte_array_new ();
  const guint8 *bytes;
  gsize length;

  do
    {
      if (!graft_stream_reader_next (reader, &bytes, &length, cancellable, error))
        return NULL;
      g_byte_array_append (decoded, bytes, length);
    }
  while (length > 0);
  return g_byte_array_free_to_bytes (g_steal_pointer (&decoded));
}

/* Never other bytes than one after the other, and never a stream that is refused there. Returns
 * whether it was decoded ahead. */
static gboolean
assert_alike (GBytes *bytes, guint64 offset)
{
  g_autoptr (GraftInput) input = graft_memory_input_new (bytes, "stream");
  g_autoptr (GraftStreamReader) one = graft_stream_reader_new (input, offset, GRAFT_COMPRESSION_XZ);
  g_autoptr (GraftStreamReader) many
      = graft_stream_reader_new_ahead (input, offset, GRAFT_COMPRESSION_XZ, 0);
  g_autoptr (GError) error = NULL, ahead_error = NULL;
  g_autoptr (GBytes) wanted = read_all (one, NULL, &error);
  g_autoptr (GBytes) got = read_all (many, NULL, &ahead_error);

  g_assert_cmpint (wanted != NULL, ==, got != NULL);
  if (wanted != NULL)
    {
      g_assert_true (g_bytes_equal (wanted, got));
      g_assert_cmpuint (graft_stream_reader_get_used (one), ==,
                        graft_stream_reader_get_used (many));
    }
  else if (!graft_stream_reader_is_ahead (many))
    g_assert_cmpstr (ahead_error->message, ==, error->message);
  else
    g_assert_error (ahead_error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED);
  return graft_stream_reader_is_ahead (many);
}

/* Before, behind, twice, padded, of one block, of none. */
static void
test_alike (void)
{
  g_autoptr (GBytes) content = graft_tool_make_bytes (SIZE, 1);
  g_autoptr (GBytes) before = g_bytes_new_static ("before!", 7);
  g_autoptr (GBytes) zeros = g_bytes_new_static ("\0\0\0\0\0\0\0\0", 8);
  g_autoptr (GBytes) single = graft_tool_run ("xz -0 -c -T2 --check=crc32", content);
  g_autoptr (GBytes) empty = graft_tool_run ("xz -0 -c --check=crc32 </dev/null", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (sized); i++)
    {
      g_autoptr (GBytes) encoded = graft_tool_run (sized[i], content);
      g_autoptr (GBytes) between = graft_tool_join (before, encoded, zeros, encoded, NULL);
      g_autoptr (GBytes) twice = graft_tool_join (encoded, encoded, NULL);

      g_assert_true (assert_alike (encoded, 0));
      g_assert_true (assert_alike (between, 7));
      g_assert_true (assert_alike (twice, 0));
    }
  for (guint i = 0; i < G_N_ELEMENTS (unsized); i++)
    {
      g_autoptr (GBytes) encoded = graft_tool_run (unsized[i], content);
      g_autoptr (GBytes) padded = graft_tool_join (before, encoded, zeros, NULL);
      g_autoptr (GBytes) twice = graft_tool_join (encoded, encoded, NULL);

      g_assert_true (assert_alike (encoded, 0));
      g_assert_true (assert_alike (padded, 7));
      /* Where the first ends is not known before it is decoded. */
      g_assert_false (assert_alike (twice, 0));
    }
  g_assert_false (assert_alike (single, 0));
  g_assert_false (assert_alike (empty, 0));
  g_assert_false (assert_alike (before, 0));
}

static void
test_truncated (void)
{
  g_autoptr (GBytes) content = graft_tool_make_bytes (200000, 2);
  g_autoptr (GBytes) encoded = graft_tool_run (sized[1], content);
  gsize length = g_bytes_get_size (encoded);

  for (gsize cut = 0; cut < length; cut += cut < 32 || cut > length - 64 ? 1 : 4999)
    {
      g_autoptr (GBytes) part = graft_tool_slice (encoded, 0, cut);

      g_assert_false (assert_alike (part, 0));
    }
}

/* Headers, data and checks of first, middle and last block, index, footer. */
static void
test_flipped (gconstpointer command)
{
  g_autoptr (GBytes) content = graft_tool_make_bytes (200000, 3);
  g_autoptr (GBytes) encoded = graft_tool_run (command, content);
  g_autoptr (GraftInput) input = graft_memory_input_new (encoded, "stream");
  g_autoptr (GraftXzLayout) layout = graft_xz_layout_find (input, 0);
  gsize length;
  const guint8 *bytes = g_bytes_get_data (encoded, &length);
  guint n_ahead = 0;

  g_assert_nonnull (layout);
  g_assert_cmpuint (layout->blocks->len, ==, 10);
  for (gsize at = 0; at < length; at += at < 40 || at > length - 80 ? 1 : 1999)
    {
      g_autofree guint8 *copy = g_memdup2 (bytes, length);
      g_autoptr (GBytes) flipped = NULL;

      copy[at] ^= 1 << (at % 8);
      flipped = g_bytes_new (copy, length);
      n_ahead += assert_alike (flipped, 0);
    }
  /* What is wrong within a block is found only when it is decoded. */
  for (guint i = 0; i < layout->blocks->len; i++)
    {
      const GraftXzBlock *block = &g_array_index (layout->blocks, GraftXzBlock, i);
      g_autofree guint8 *copy = g_memdup2 (bytes, length);
      g_autoptr (GBytes) flipped = NULL;

      copy[block->offset + block->unpadded_size / 2] ^= 0x10;
      flipped = g_bytes_new (copy, length);
      g_assert_true (assert_alike (flipped, 0));
    }
  g_assert_cmpuint (n_ahead, >, 0);
}

/* 96 MiB of content in each block: two at once would be too much. */
static void
test_large_blocks (void)
{
  g_autoptr (GBytes) large = graft_tool_run (
      "head -c 200M /dev/zero | xz -0 -c -T2 --check=crc32 --block-size=96MiB", NULL);
  g_autoptr (GraftInput) input = graft_memory_input_new (large, "stream");
  g_autoptr (GraftXzLayout) layout = graft_xz_layout_find (input, 0);

  g_assert_nonnull (layout);
  g_assert_cmpuint (layout->largest_content, ==, 96 << 20);
  g_assert_null (graft_xz_ahead_new (input, 0, 0));
}

/* Nobody waits for it: threads would only cost more. */
static void
test_little_content (void)
{
  g_autoptr (GBytes) content = graft_tool_make_bytes (SIZE, 4);
  g_autoptr (GBytes) encoded = graft_tool_run (sized[1], content);
  g_autoptr (GraftInput) input = graft_memory_input_new (encoded, "stream");
  g_autoptr (GraftXzAhead) enough = graft_xz_ahead_new (input, 0, SIZE);

  g_assert_nonnull (enough);
  g_assert_null (graft_xz_ahead_new (input, 0, SIZE + 1));
}

static void
test_cancelled (void)
{
  g_autoptr (GBytes) content = graft_tool_make_bytes (SIZE, 4);
  g_autoptr (GBytes) encoded = graft_tool_run (sized[1], content);
  g_autoptr (GraftInput) input = graft_memory_input_new (encoded, "stream");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GraftStreamReader) reader
      = graft_stream_reader_new_ahead (input, 0, GRAFT_COMPRESSION_XZ, 0);
  g_autoptr (GError) error = NULL;
  const guint8 *bytes;
  gsize length;

  g_assert_true (graft_stream_reader_next (reader, &bytes, &length, cancellable, &error));
  g_assert_cmpmem (bytes, length, g_bytes_get_data (content, NULL), 20000);
  g_cancellable_cancel (cancellable);
  g_assert_null (read_all (reader, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (g_get_num_processors () < 2)
    {
      g_print ("1..0 # SKIP one processor: nothing is decoded ahead\n");
      return 0;
    }
  g_test_add_func ("/xz-ahead/alike", test_alike);
  g_test_add_func ("/xz-ahead/truncated", test_truncated);
  g_test_add_data_func ("/xz-ahead/flipped/sized", sized[1], test_flipped);
  g_test_add_data_func ("/xz-ahead/flipped/unsized", unsized[1], test_flipped);
  g_test_add_func ("/xz-ahead/large-blocks", test_large_blocks);
  g_test_add_func ("/xz-ahead/little-content", test_little_content);
  g_test_add_func ("/xz-ahead/cancelled", test_cancelled);
  return g_test_run ();
}
