/* graft-ext4-patch.h: an image as another one with some ranges replaced ("patched content")
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Never changes once it is made. Who writes it copies what lies between the ranges as it is stored
 * in the base, in whatever form that is.
 */

#pragma once

#include "base/graft-input.h"
#include "base/graft-output.h"

G_BEGIN_DECLS

/**
 * GraftExt4Range:
 * @offset: in the image, bytes; a multiple of the unit
 * @length: bytes; the unit's but at the end
 * @data: (nullable): the new bytes, while they are in memory
 * @stored: where they are in the temporary file, when they are not in memory; -1 for zeros
 */
typedef struct
{
  guint64 offset;
  gsize length;
  guint8 *data;
  gint64 stored;
} GraftExt4Range;

#define GRAFT_TYPE_EXT4_PATCH (graft_ext4_patch_get_type ())
G_DECLARE_FINAL_TYPE (GraftExt4Patch, graft_ext4_patch, GRAFT, EXT4_PATCH, GObject)

/* Takes @ranges (of GraftExt4Range, sorted, disjoint, their data from g_malloc()) and @fd, the
 * temporary file, -1 for none. */
GraftExt4Patch *graft_ext4_patch_new_take (GraftInput *base, gsize unit, GArray *ranges, int fd);

GraftInput *graft_ext4_patch_get_base (GraftExt4Patch *self);
/* Bytes by which it was cut: all offsets are multiples of it. */
gsize graft_ext4_patch_get_unit (GraftExt4Patch *self);
guint graft_ext4_patch_get_n_ranges (GraftExt4Patch *self);
const GraftExt4Range *graft_ext4_patch_get_range (GraftExt4Patch *self, guint i);
/* Whether a range is zero from end to end, and nothing need be stored for it. */
gboolean graft_ext4_range_is_zero (const GraftExt4Range *range);

/* The @range's bytes; may be called from several threads. */
gboolean graft_ext4_patch_read (GraftExt4Patch *self, const GraftExt4Range *range, void *buffer,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The whole image, base and changes, as an input of the same size as the base. */
GraftInput *graft_ext4_patch_open (GraftExt4Patch *self, const char *name);

G_END_DECLS
