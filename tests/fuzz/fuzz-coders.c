/* fuzz-coders.c: any bytes as a compressed stream: whole, and in the smallest pieces, it is the
 * same
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "coders/graft-decoded-input.h"
#include "coders/graft-decoder.h"

#define LIMIT (4 * 1024 * 1024)

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* NULL when it cannot be decoded or is too large. */
static GByteArray *
decode_in_pieces (GraftCompression compression, const uint8_t *data, size_t size, guint64 *ret_used)
{
  g_autoptr (GraftDecoder) decoder = graft_decoder_new (compression);
  g_autoptr (GByteArray) decoded = g_byte_array_new ();
  gboolean end = FALSE;
  gsize done = 0;

  while (!end)
    {
      const guint8 *in = data + done;
      gsize given = MIN (size - done, 1 + done % 61), left = given;
      guint8 buffer[997], *out = buffer;
      gsize room = sizeof buffer;

      if (!graft_decoder_run (decoder, &in, &left, done + given == size, &out, &room, &end, NULL))
        return NULL;
      done += given - left;
      g_byte_array_append (decoded, buffer, sizeof buffer - room);
      if (decoded->len > LIMIT)
        return NULL;
    }
  *ret_used = graft_decoder_get_used (decoder);
  return g_steal_pointer (&decoded);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  GraftCompression compression = graft_compression_sniff (data, size);
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GraftInput) input = graft_memory_input_new (bytes, "stream");
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) whole = NULL;
  g_autoptr (GByteArray) pieces = NULL;
  g_autoptr (GraftInput) decoded = NULL;
  guint64 used = 0, used_in_pieces = 0;
  guint8 byte;

  if (compression == GRAFT_COMPRESSION_NONE)
    return 0;
  whole = graft_decode_all (input, compression, LIMIT, &used, NULL, &error);
  if ((whole == NULL) != (error != NULL))
    abort ();
  pieces = decode_in_pieces (compression, data, size, &used_in_pieces);
  if ((whole == NULL) != (pieces == NULL))
    abort ();
  if (whole == NULL)
    return 0;
  if (used != used_in_pieces || used > size || pieces->len != g_bytes_get_size (whole)
      || (pieces->len > 0
          && memcmp (pieces->data, g_bytes_get_data (whole, NULL), pieces->len) != 0))
    abort ();
  decoded = graft_decoded_input_new (input, compression, pieces->len, 0, "content");
  for (gsize at = pieces->len; at > 0; at -= MIN (at, 99991))
    if (!graft_input_read_at (decoded, at - 1, &byte, 1, NULL) || byte != pieces->data[at - 1])
      abort ();
  return 0;
}
