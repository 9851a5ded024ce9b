/* graft-crc32.h: the CRC-32 of gzip, quickly
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* As zlib's crc32_z(): @crc is 0 at first. */
guint32 graft_crc32 (guint32 crc, const void *data, gsize length);

G_END_DECLS
