/* graft-set-place.h: where the set lies that somebody names
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "bootset/graft-cobbler.h"

G_BEGIN_DECLS

/**
 * GraftSetPlace:
 * @folder: that the set's members lie in
 * @depth: how many folders below it they may lie
 * @asked: (nullable): the file in it that was named
 * @names: (nullable) (element-type GraftSetName): files in it of which the role is known
 * @distro: (nullable): Cobbler's, of which it is the set
 */
typedef struct
{
  char *folder;
  guint depth;
  char *asked;
  GPtrArray *names;
  GraftCobblerDistro *distro;
} GraftSetPlace;

void graft_set_place_free (GraftSetPlace *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftSetPlace, graft_set_place_free)

/* @text is a folder; any one image, boot entry or .treeinfo; Cobbler's record of a distro; a report
 * of distros (REPORT#NAME where it has several); or cobbler:NAME, cobbler:FOLDER#NAME. What is
 * there as a file is taken as one. */
GraftSetPlace *graft_set_place_find (const char *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
