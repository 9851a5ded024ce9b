/* graft-set-name.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "bootset/graft-set-name.h"

GraftSetName *
graft_set_name_new (const char *path, GraftRole role)
{
  GraftSetName *self = g_new (GraftSetName, 1);

  self->path = g_strdup (path);
  self->role = role;
  return self;
}

void
graft_set_name_free (GraftSetName *self)
{
  g_free (self->path);
  g_free (self);
}
