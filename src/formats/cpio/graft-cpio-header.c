/* graft-cpio-header.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/cpio/graft-cpio-header.h"

#include <string.h>

#define DIGITS 8
#define N_FIELDS 13
#define MAGIC_LENGTH 6

/* A digit's value plus one, 0 for what is none. */
static const guint8 digit_values[256] = {
  ['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,  ['6'] = 7,  ['7'] = 8,
  ['8'] = 9,  ['9'] = 10, ['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
  ['A'] = 11, ['B'] = 12, ['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
};

static gboolean
parse_number (const guint8 *data, guint length, guint32 *ret_value)
{
  guint32 value = 0;

  for (guint i = 0; i < length; i++)
    {
      guint8 digit = digit_values[data[i]];

      if (digit == 0)
        return FALSE;
      value = value << 4 | (digit - 1);
    }
  *ret_value = value;
  return TRUE;
}

GraftCpioHeaderKind
graft_cpio_header_parse (const guint8 *data, GraftCpioHeader *ret_header)
{
  guint32 values[N_FIELDS];
  gboolean prefixed = FALSE;

  if (memcmp (data, "070707", MAGIC_LENGTH) == 0)
    return GRAFT_CPIO_HEADER_ODC;
  if (memcmp (data, "070701", MAGIC_LENGTH) != 0 && memcmp (data, "070702", MAGIC_LENGTH) != 0)
    return GRAFT_CPIO_HEADER_NO_MAGIC;
  for (guint i = 0; i < N_FIELDS; i++)
    {
      const guint8 *field = data + MAGIC_LENGTH + i * DIGITS;

      if (parse_number (field, DIGITS, &values[i]))
        continue;
      if (field[0] != '0' || (field[1] != 'x' && field[1] != 'X')
          || !parse_number (field + 2, DIGITS - 2, &values[i]))
        return GRAFT_CPIO_HEADER_NO_NUMBER;
      prefixed = TRUE;
    }
  *ret_header = (GraftCpioHeader){
    .crc = data[MAGIC_LENGTH - 1] == '2',
    .ino = values[0],
    .mode = values[1],
    .uid = values[2],
    .gid = values[3],
    .nlink = values[4],
    .mtime = values[5],
    .size = values[6],
    .dev_major = values[7],
    .dev_minor = values[8],
    .rdev_major = values[9],
    .rdev_minor = values[10],
    .name_size = values[11],
    .check = values[12],
  };
  return prefixed ? GRAFT_CPIO_HEADER_PREFIXED : GRAFT_CPIO_HEADER_VALID;
}

void
graft_cpio_header_format (const GraftCpioHeader *header, gboolean upper, char *data)
{
  const char *digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
  const guint32 values[N_FIELDS] = {
    header->ino,        header->mode,      header->uid,       header->gid,       header->nlink,
    header->mtime,      header->size,      header->dev_major, header->dev_minor, header->rdev_major,
    header->rdev_minor, header->name_size, header->check,
  };

  memcpy (data, header->crc ? "070702" : "070701", MAGIC_LENGTH);
  data += MAGIC_LENGTH;
  for (guint i = 0; i < N_FIELDS; i++)
    for (guint digit = 0; digit < DIGITS; digit++)
      *data++ = digits[values[i] >> (4 * (DIGITS - 1 - digit)) & 15];
}

gboolean
graft_cpio_header_is_upper (const guint8 *data, gboolean *ret_known)
{
  for (guint i = MAGIC_LENGTH; i < GRAFT_CPIO_HEADER_SIZE; i++)
    if (g_ascii_isalpha (data[i]))
      {
        *ret_known = TRUE;
        return g_ascii_isupper (data[i]);
      }
  *ret_known = FALSE;
  return FALSE;
}

static guint64
align (guint64 value)
{
  return (value + 3) & ~G_GUINT64_CONSTANT (3);
}

guint64
graft_cpio_header_get_name_area (const GraftCpioHeader *header)
{
  return align (GRAFT_CPIO_HEADER_SIZE + (guint64)header->name_size) - GRAFT_CPIO_HEADER_SIZE;
}

guint64
graft_cpio_header_get_record_size (const GraftCpioHeader *header)
{
  return align (GRAFT_CPIO_HEADER_SIZE + graft_cpio_header_get_name_area (header) + header->size);
}

guint32
graft_cpio_sum (guint32 sum, const guint8 *data, gsize length)
{
  for (gsize i = 0; i < length; i++)
    sum += data[i];
  return sum;
}
