/* graft-settings.h: what is remembered from one run to the next
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * In GSettings; where its schema is not installed (a build that is run in place) nothing is
 * remembered.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* NULL without the schema. */
GSettings *graft_settings_new (void);

/**
 * GraftRecentSet:
 * @path: folder, image or distro of Cobbler's, as it was opened
 * @release: (nullable): of its kernel then
 */
typedef struct
{
  char *path;
  char *release;
} GraftRecentSet;

void graft_recent_set_free (GraftRecentSet *self);
/* The folder's or image's name; of a distro of Cobbler's the distro's. */
char *graft_recent_set_dup_name (const GraftRecentSet *self);

/* (transfer full) (element-type GraftRecentSet): the newest first; those that are gone left out. */
GPtrArray *graft_settings_list_recent (void);
/* Puts @path first. */
void graft_settings_add_recent (const char *path, const char *release);

G_END_DECLS
