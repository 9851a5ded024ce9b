/* graft-settings.h: what is remembered between two starts
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * GraftRecentSet:
 * @path: as it was opened
 * @release: of its kernel then; "" when it had none
 */
typedef struct
{
  char *path;
  char *release;
} GraftRecentSet;

void graft_recent_set_free (GraftRecentSet *self);

/* NULL where the schema is not installed: then nothing is remembered, and all else works.
 * Borrowed, for the main thread. */
GSettings *graft_settings_get (void);

/* (element-type GraftRecentSet): the newest first; "changed::recent-sets" tells of changes. */
GPtrArray *graft_settings_list_recent (void);
/* Puts @path to the front. @release (nullable): of its kernel. */
void graft_settings_add_recent (const char *path, const char *release);
void graft_settings_remove_recent (const char *path);

G_END_DECLS
