/* graft-overlay-private.h: what the files of the overlay share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "base/graft-error.h"
#include "overlay/graft-overlay.h"
#include "overlay/graft-place.h"

G_BEGIN_DECLS

struct _GraftOverlayState
{
  gatomicrefcount refs;
  guint n_parts;
  GraftNode *roots[]; /* owned; one per part */
};

/* A copy to be changed, then given to graft_overlay_set_state(). */
GraftOverlayState *graft_overlay_state_copy (GraftOverlayState *self);

/* graft_path_with() on one root of @self. */
gboolean graft_overlay_state_with (GraftOverlayState *self, guint part, const char *path,
                                   GraftNode *node, GError **error);

GraftOverlayState *graft_overlay_get_state (GraftOverlay *self);

/* graft_place_map() for one root of @state. */
char *graft_overlay_map (GraftOverlay *self, GraftOverlayState *state, guint part, const char *path,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

gboolean graft_overlay_is_early (GraftOverlay *self, guint part);
/* The first part that another part, early ones excepted, comes before; the number of parts when
 * there is none. */
guint graft_overlay_get_first_late (GraftOverlay *self);
/* The last part that is not early: where what is new goes. */
guint graft_overlay_get_last_part (GraftOverlay *self);

/**
 * GraftTarget:
 * @path: where it really stands, in the merged view or in the part that was asked for
 * @node: what stands there; NULL when nothing does
 * @places: (element-type GraftPlace): where @node comes from, and what it hides
 * @winner: the one of @places that it comes from; NULL without @node
 * @part: the part that an edit goes to
 * @part_path: its path in that part
 *
 * Where the path of an edit leads.
 */
typedef struct
{
  char *path;
  GraftNode *node;
  GPtrArray *places;
  GraftPlace *winner;
  guint part;
  char *part_path;
} GraftTarget;

gboolean graft_target_init (GraftTarget *self, GraftOverlay *overlay, int part, const char *path,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
void graft_target_clear (GraftTarget *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GraftTarget, graft_target_clear)

/* The same, but something must stand there. */
gboolean graft_target_init_existing (GraftTarget *self, GraftOverlay *overlay, int part,
                                     const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Puts @node at @path of a part of @draft, with the folders it needs. */
gboolean graft_overlay_draft_put (GraftOverlay *self, GraftOverlayState *draft, guint part,
                                  const char *path, GraftNode *node,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Removes every one of @places (element-type GraftPlace) but @kept (nullable). */
gboolean graft_overlay_draft_remove (GraftOverlayState *draft, GPtrArray *places, GraftPlace *kept,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Makes @draft the state. In the merged view an edit that would not show, because of what another
 * part does to @path afterwards, is refused: @node is what must show there, NULL for nothing. */
gboolean graft_overlay_commit (GraftOverlay *self, GraftOverlayState *draft, int part,
                               const char *path, GraftNode *node,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether the image can hold a new entry at @path. */
gboolean graft_overlay_check_path (GraftOverlay *self, const char *path,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Whether it can hold the attributes of @node. */
gboolean graft_overlay_check_attributes (GraftOverlay *self, const char *path, GraftNode *node,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Sets an error "IMAGE: PATH WHAT". Always returns %FALSE. */
gboolean graft_overlay_set_error (GraftOverlay *self, GraftErrorCode code, const char *path,
                                  const char *sentence, GError **error);
/* Puts the image's name before an error about a path. Always returns %FALSE. */
gboolean graft_overlay_prefix_error (GraftOverlay *self, GError **error);

G_END_DECLS
