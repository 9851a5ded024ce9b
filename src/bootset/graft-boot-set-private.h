/* graft-boot-set-private.h: what opening a set and the set share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "bootset/graft-boot-set.h"

G_BEGIN_DECLS

/* Why a kernel may be the one that is meant, where there are several. */
enum
{
  GRAFT_HINT_ASKED = 1 << 0,         /* the set was opened by it */
  GRAFT_HINT_LISTED = 1 << 4,        /* a .treeinfo, or Cobbler, names it */
  GRAFT_HINT_STARTED_WHOLE = 1 << 1, /* a boot entry starts it with an initrd */
  GRAFT_HINT_STARTED = 1 << 2,       /* a boot entry starts it */
  GRAFT_HINT_NAMED_LIKE = 1 << 3,    /* it is called like one */
};

struct _GraftBootSet
{
  GObject parent_instance;

  char *folder;
  GPtrArray *members;         /* of GraftMember */
  GHashTable *hints;          /* of GraftMember (no-ref) to its hints, where it has any */
  GPtrArray *missing;         /* of char*: what boot entries name and is not there */
  GraftStore *store;          /* NULL until asked for */
  GraftCobblerDistro *distro; /* NULL: not opened as one */
  gboolean may_grow;
};

/* graft-set-inside.c: adds the images of roots that lie in the set's roots where distributions put
 * them. One that cannot be read is none; %FALSE only when cancelled. */
gboolean graft_boot_set_find_inside (GraftBootSet *self, GCancellable *cancellable,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
