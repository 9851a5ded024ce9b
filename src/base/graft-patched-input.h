/* graft-patched-input.h: an input as another one with some ranges replaced ("patched content")
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Who edits an image that lies in another one hands one of these to who writes the other, which
 * copies what lies between the ranges as it is stored in the base, in whatever form that is.
 */

#pragma once

#include "base/graft-input.h"

G_BEGIN_DECLS

/**
 * GraftPatchedRange:
 * @offset: bytes; a multiple of the unit
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
} GraftPatchedRange;

#define GRAFT_TYPE_PATCHED_INPUT (graft_patched_input_get_type ())
G_DECLARE_FINAL_TYPE (GraftPatchedInput, graft_patched_input, GRAFT, PATCHED_INPUT, GraftInput)

/**
 * graft_patched_input_new_take:
 * @base: what is not replaced
 * @size: bytes; where it is more than @base has, that goes on with zeros
 * @unit: bytes by which it was cut
 * @ranges: (transfer full) (element-type GraftPatchedRange): sorted, disjoint, within @size; their
 *   data from g_malloc()
 * @fd: the temporary file, which is closed with the input; -1 for none
 * @name: for messages
 */
GraftInput *graft_patched_input_new_take (GraftInput *base, guint64 size, gsize unit,
                                          GArray *ranges, int fd, const char *name);

GraftInput *graft_patched_input_get_base (GraftPatchedInput *self);
gsize graft_patched_input_get_unit (GraftPatchedInput *self);
guint graft_patched_input_get_n_ranges (GraftPatchedInput *self);
const GraftPatchedRange *graft_patched_input_get_range (GraftPatchedInput *self, guint i);
/* The number of the first range that ends after @offset; as many as there are ranges for none. */
guint graft_patched_input_find_range (GraftPatchedInput *self, guint64 offset);
/* Whether anything between @offset and @offset + @length is in a range. */
gboolean graft_patched_input_is_touched (GraftPatchedInput *self, guint64 offset, guint64 length);

/* Whether a range is known to be zero from end to end, so that nothing need be stored for it. */
gboolean graft_patched_range_is_zero (const GraftPatchedRange *range);

/* The @range's bytes; may be called from several threads. */
gboolean graft_patched_input_read_range (GraftPatchedInput *self, const GraftPatchedRange *range,
                                         void *buffer, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
