/* graft-mode-edit.h: one change to the modes of several entries
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A bit that the entries do not share stays in each as it is, until it is set or cleared for all.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * GraftModeEdit:
 * @bits: the values of the bits in @known
 * @known: bits that all entries have in common, or that were decided
 * @decided: bits that were set or cleared for all
 * @before: (private): @bits before
 * @shared: (private): @known before
 */
typedef struct
{
  guint32 bits;
  guint32 known;
  guint32 decided;
  guint32 before;
  guint32 shared;
} GraftModeEdit;

/* For entries of these modes (at least one). */
void graft_mode_edit_init (GraftModeEdit *self, const guint32 *modes, gsize n_modes);
/* All entries get the bits of @mask that are in @bits, and lose the others of it. */
void graft_mode_edit_decide (GraftModeEdit *self, guint32 mask, guint32 bits);
/* As if nothing had been decided. */
void graft_mode_edit_reset (GraftModeEdit *self);
/* Whether all entries will have one mode. */
gboolean graft_mode_edit_is_known (const GraftModeEdit *self);
/* Whether all entries had one mode. */
gboolean graft_mode_edit_was_shared (const GraftModeEdit *self);
/* What becomes of an entry of @mode. */
guint32 graft_mode_edit_apply (const GraftModeEdit *self, guint32 mode);

G_END_DECLS
