/* graft-squashfs-digest.c: what is remembered of written bytes, for proving that they are there
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/squashfs/graft-squashfs-digest.h"

#include <lzma.h>

guint64
graft_squashfs_digest (guint64 so_far, const void *data, gsize length)
{
  return lzma_crc64 (data, length, so_far);
}
