/* graft-squashfs-packed.h: telling what is compressed already, and not worth trying
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether a file that begins with @data is a gzip, xz, zstd or bzip2 file. */
gboolean graft_squashfs_packed_has_magic (const guint8 *data, gsize length);

/* Whether all byte values are about as frequent as each other. */
gboolean graft_squashfs_packed_looks_random (const guint8 *data, gsize length);

G_END_DECLS
