/* graft-store-sweep.h: removing the folders of stores, one's own and those of the dead
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Names: of a folder in use, of one that is being made, of the lock in it. */
#define GRAFT_STORE_OWN "store-"
#define GRAFT_STORE_NEW "new-"
#define GRAFT_STORE_LOCK "lock"

/* Removes what dead processes left in @parent. What cannot be removed stays: it will be tried
 * again. */
void graft_store_sweep (const char *parent);

/* Removes the files of the folder @fd and the folder, which is at @path. */
void graft_store_remove (int fd, const char *path);

G_END_DECLS
