/* test-bytes.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "base/graft-bytes.h"

static const guint8 data[] = { 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09 };

static void
test_orders (void)
{
  guint16 half;
  guint32 word;
  guint64 wide;

  g_assert_true (graft_bytes_get_le16 (data, sizeof data, 1, &half));
  g_assert_cmphex (half, ==, 0x0302);
  g_assert_true (graft_bytes_get_be16 (data, sizeof data, 1, &half));
  g_assert_cmphex (half, ==, 0x0203);
  g_assert_true (graft_bytes_get_le32 (data, sizeof data, 1, &word));
  g_assert_cmphex (word, ==, 0x05040302);
  g_assert_true (graft_bytes_get_be32 (data, sizeof data, 1, &word));
  g_assert_cmphex (word, ==, 0x02030405);
  g_assert_true (graft_bytes_get_le64 (data, sizeof data, 1, &wide));
  g_assert_cmphex (wide, ==, G_GUINT64_CONSTANT (0x0908070605040302));
  g_assert_true (graft_bytes_get_be64 (data, sizeof data, 0, &wide));
  g_assert_cmphex (wide, ==, G_GUINT64_CONSTANT (0x0102030405060708));
}

static void
test_put (void)
{
  guint8 there[17] = { 0 };
  static const guint8 wanted[17] = { 2, 1, 4, 3, 2, 1, 8, 7, 6, 5, 4, 3, 2, 1, 1, 2 };

  graft_bytes_put_le16 (there, 0x0102);
  graft_bytes_put_le32 (there + 2, 0x01020304);
  graft_bytes_put_le64 (there + 6, G_GUINT64_CONSTANT (0x0102030405060708));
  graft_bytes_put_be16 (there + 14, 0x0102);
  g_assert_cmpmem (there, sizeof there, wanted, sizeof wanted);
  graft_bytes_put_be32 (there + 1, 0x01020304);
  g_assert_cmpmem (there + 1, 4, "\1\2\3\4", 4);
}

static void
test_bounds (void)
{
  guint8 byte = 77;
  guint32 word = 77;
  guint64 wide = 77;

  g_assert_true (graft_bytes_get_u8 (data, sizeof data, 8, &byte));
  g_assert_cmpuint (byte, ==, 9);
  g_assert_false (graft_bytes_get_u8 (data, sizeof data, 9, &byte));
  g_assert_true (graft_bytes_get_le32 (data, sizeof data, 5, &word));
  g_assert_false (graft_bytes_get_le32 (data, sizeof data, 6, &word));
  g_assert_false (graft_bytes_get_le64 (data, sizeof data, G_MAXUINT64, &wide));
  g_assert_false (graft_bytes_get_le64 (data, 4, 0, &wide));
  g_assert_cmphex (word, ==, 0x09080706);
  g_assert_cmpuint (wide, ==, 77);
}

static void
test_match_and_zero (void)
{
  static const guint8 zeros[5];

  g_assert_true (graft_bytes_match (data, sizeof data, 7, "\x08\x09", 2));
  g_assert_false (graft_bytes_match (data, sizeof data, 8, "\x09\x0a", 2));
  g_assert_false (graft_bytes_match (data, sizeof data, G_MAXUINT64, "\x09", 1));
  g_assert_true (graft_bytes_are_zero (zeros, sizeof zeros));
  g_assert_true (graft_bytes_are_zero (zeros, 0));
  g_assert_false (graft_bytes_are_zero ("\0\0\1", 3));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bytes/orders", test_orders);
  g_test_add_func ("/bytes/put", test_put);
  g_test_add_func ("/bytes/bounds", test_bounds);
  g_test_add_func ("/bytes/match-and-zero", test_match_and_zero);
  return g_test_run ();
}
