/* graft-overlay.h: the edits of one image, as a root node for each of its parts
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The overlay is not safe for several threads: one thread edits, workers hold the roots they were
 * given. Paths are absolute, in the merged view (@part -1) or in one part; links among the folders
 * on the way are followed inside the tree.
 */

#pragma once

#include "image/graft-image.h"

G_BEGIN_DECLS

#define GRAFT_TYPE_OVERLAY (graft_overlay_get_type ())
G_DECLARE_FINAL_TYPE (GraftOverlay, graft_overlay, GRAFT, OVERLAY, GObject)

/* The state of an overlay at one time; immutable. */
typedef struct _GraftOverlayState GraftOverlayState;

GraftOverlayState *graft_overlay_state_ref (GraftOverlayState *self);
void graft_overlay_state_unref (GraftOverlayState *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftOverlayState, graft_overlay_state_unref)

/* @image has at least one part. */
GraftOverlay *graft_overlay_new (GraftImage *image);

GraftImage *graft_overlay_get_image (GraftOverlay *self);

/* Whether any root differs from the source's own: a pointer test. */
gboolean graft_overlay_is_changed (GraftOverlay *self);

/* The roots, one per part, as graft_image_write() takes them; valid until the next edit. */
GraftNode *const *graft_overlay_get_roots (GraftOverlay *self);
/* What the kernel would see now (kept until the next edit). */
GraftNode *graft_overlay_dup_root (GraftOverlay *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The root of one part, or (@part -1) the merged view. */
GraftNode *graft_overlay_dup_part (GraftOverlay *self, int part,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

GraftOverlayState *graft_overlay_dup_state (GraftOverlay *self);
void graft_overlay_set_state (GraftOverlay *self, GraftOverlayState *state);
/* Whether all roots are those of @state (NULL: the source's own): a pointer test. */
gboolean graft_overlay_is_in_state (GraftOverlay *self, GraftOverlayState *state);
/* To the source's own roots. */
void graft_overlay_reset (GraftOverlay *self);

/**
 * graft_overlay_put:
 * @part: -1: in the merged view: where @path exists, the part whose entry wins; a new path goes to
 *   the last archive that is not early microcode
 *
 * Puts @node at @path. Its folder must exist (in the merged view; missing folders of the part
 * itself are made implicit). What stood at @path is replaced, a folder with all that is in it;
 * %GRAFT_ERROR_REFUSED when a folder would be replaced by something else or the reverse, when the
 * image cannot hold the entry (name, time), and when a folder stands in an early archive too.
 * What is below a folder @node is not looked at.
 */
gboolean graft_overlay_put (GraftOverlay *self, int part, const char *path, GraftNode *node,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The file at @path gets @node under all its names (hard links are kept; their number is counted
 * anew): for new content or attributes of what is there. A folder gets @node's attributes (and
 * extended ones, where @node has new ones) and keeps its own entries, so that @node may come from
 * the merged view. */
gboolean graft_overlay_change (GraftOverlay *self, int part, const char *path, GraftNode *node,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Removes @path, a folder with all that is in it. In the merged view it goes from every part that
 * has it (else an earlier one would come back); %GRAFT_ERROR_REFUSED when an early archive has it:
 * that is edited by its part only. */
gboolean graft_overlay_remove (GraftOverlay *self, int part, const char *path,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Renames within one part; @to must not exist. In the merged view a folder is renamed in every part
 * that has it, and an earlier part's hidden file is removed. */
gboolean graft_overlay_move (GraftOverlay *self, int part, const char *from, const char *to,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The newest modification time of the source image's entries: what a hand edit gets when no time
 * is given, so that the same edit gives the same bytes. */
gint64 graft_overlay_get_newest_time (GraftOverlay *self, GError **error);

G_END_DECLS
