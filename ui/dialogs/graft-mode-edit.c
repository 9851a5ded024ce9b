/* graft-mode-edit.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "dialogs/graft-mode-edit.h"

#include "widgets/graft-mode.h"

void
graft_mode_edit_init (GraftModeEdit *self, const guint32 *modes, gsize n_modes)
{
  self->shared = GRAFT_MODE_ALL;
  for (gsize i = 1; i < n_modes; i++)
    self->shared &= ~(modes[i] ^ modes[0]);
  self->before = modes[0] & self->shared;
  graft_mode_edit_reset (self);
}

void
graft_mode_edit_decide (GraftModeEdit *self, guint32 mask, guint32 bits)
{
  mask &= GRAFT_MODE_ALL;
  self->decided |= mask;
  self->known |= mask;
  self->bits = (self->bits & ~mask) | (bits & mask);
}

void
graft_mode_edit_reset (GraftModeEdit *self)
{
  self->bits = self->before;
  self->known = self->shared;
  self->decided = 0;
}

gboolean
graft_mode_edit_is_known (const GraftModeEdit *self)
{
  return self->known == GRAFT_MODE_ALL;
}

gboolean
graft_mode_edit_was_shared (const GraftModeEdit *self)
{
  return self->shared == GRAFT_MODE_ALL;
}

guint32
graft_mode_edit_apply (const GraftModeEdit *self, guint32 mode)
{
  return (mode & ~self->decided) | (self->bits & self->decided);
}
