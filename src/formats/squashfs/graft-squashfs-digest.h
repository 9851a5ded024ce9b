/* graft-squashfs-digest.h: what is remembered of written bytes, for proving that they are there
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* CRC-64, which sees each damage of 64 bits in a row, and others but for one in 10^19. @so_far is
 * the digest of what stands before @data, 0 for nothing. */
guint64 graft_squashfs_digest (guint64 so_far, const void *data, gsize length);

G_END_DECLS
