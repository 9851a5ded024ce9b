/* graft-cobbler-list.h: the distros that there are to choose from
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Source: as graft-cobbler.h.
 */

#pragma once

#include "bootset/graft-cobbler.h"

G_BEGIN_DECLS

/* @folder itself, or where it has Cobbler's, when it is a server's root (a mounted disk); NULL when
 * no records of distros are in either. */
char *graft_cobbler_find_folder (const char *folder);

/* (element-type GraftCobblerDistro): those of the records in @folder, by name; a record that cannot
 * be read is passed over. Empty when there are none. */
GPtrArray *graft_cobbler_list (const char *folder);

/* (element-type GraftCobblerDistro): those that the text of a "cobbler distro report" tells of, in
 * its order, as of this machine; what else is in the text is passed over. */
GPtrArray *graft_cobbler_list_reported (const char *text);

/* Whether kernel and initrd are there. */
gboolean graft_cobbler_distro_is_here (const GraftCobblerDistro *self);

G_END_DECLS
