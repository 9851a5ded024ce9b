/* graft-bytes.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "base/graft-bytes.h"

#include <string.h>

static gboolean
copy_checked (const void *data, gsize length, guint64 offset, void *value, gsize size)
{
  if (offset > length || length - offset < size)
    return FALSE;
  memcpy (value, (const guint8 *)data + offset, size);
  return TRUE;
}

gboolean
graft_bytes_get_u8 (const void *data, gsize length, guint64 offset, guint8 *ret_value)
{
  return copy_checked (data, length, offset, ret_value, sizeof *ret_value);
}

#define DEFINE_GETTER(name, type, convert)                                                         \
  gboolean graft_bytes_get_##name (const void *data, gsize length, guint64 offset,                 \
                                   type *ret_value)                                                \
  {                                                                                                \
    type raw;                                                                                      \
                                                                                                   \
    if (!copy_checked (data, length, offset, &raw, sizeof raw))                                    \
      return FALSE;                                                                                \
    *ret_value = convert (raw);                                                                    \
    return TRUE;                                                                                   \
  }

DEFINE_GETTER (le16, guint16, GUINT16_FROM_LE)
DEFINE_GETTER (le32, guint32, GUINT32_FROM_LE)
DEFINE_GETTER (le64, guint64, GUINT64_FROM_LE)
DEFINE_GETTER (be16, guint16, GUINT16_FROM_BE)
DEFINE_GETTER (be32, guint32, GUINT32_FROM_BE)
DEFINE_GETTER (be64, guint64, GUINT64_FROM_BE)

gboolean
graft_bytes_match (const void *data, gsize length, guint64 offset, const void *prefix,
                   gsize prefix_length)
{
  if (offset > length || length - offset < prefix_length)
    return FALSE;
  return memcmp ((const guint8 *)data + offset, prefix, prefix_length) == 0;
}

gboolean
graft_bytes_are_zero (const void *data, gsize length)
{
  const guint8 *bytes = data;

  /* A run is all zero when its first byte is and it equals itself shifted by one. */
  return length == 0 || (bytes[0] == 0 && memcmp (bytes, bytes + 1, length - 1) == 0);
}

void
graft_bytes_put_le16 (void *data, guint16 value)
{
  value = GUINT16_TO_LE (value);
  memcpy (data, &value, sizeof value);
}

void
graft_bytes_put_le32 (void *data, guint32 value)
{
  value = GUINT32_TO_LE (value);
  memcpy (data, &value, sizeof value);
}

void
graft_bytes_put_le64 (void *data, guint64 value)
{
  value = GUINT64_TO_LE (value);
  memcpy (data, &value, sizeof value);
}

void
graft_bytes_put_be16 (void *data, guint16 value)
{
  value = GUINT16_TO_BE (value);
  memcpy (data, &value, sizeof value);
}

void
graft_bytes_put_be32 (void *data, guint32 value)
{
  value = GUINT32_TO_BE (value);
  memcpy (data, &value, sizeof value);
}
