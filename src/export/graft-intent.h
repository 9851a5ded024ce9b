/* graft-intent.h: which finished temporary files take the place of which files
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An in-place export puts all its files, complete and on disk, into a workspace, then writes the
 * intent beside them (intent.json), and only then touches the set. From that moment on the change
 * can be completed whatever happens; when a rename is refused, the intent is renamed to
 * rollback.json and everything goes back. Each step can be done twice.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * GraftIntentItem:
 * @temporary: the new file, in the workspace
 * @name: path of the file that it replaces, relative to the set's folder
 * @kept: (nullable): name under which the old file stays; NULL when there is none
 * @size: bytes of the new file
 * @digest: its SHA-256
 */
typedef struct
{
  char *temporary;
  char *name;
  char *kept;
  guint64 size;
  char *digest;
} GraftIntentItem;

GraftIntentItem *graft_intent_item_new (const char *temporary, const char *name, const char *kept,
                                        guint64 size, const char *digest);
void graft_intent_item_free (GraftIntentItem *self);

/* Whether a workspace holds an intent, or a rollback that is not done. */
gboolean graft_intent_exists (int workspace_fd);

/* Once all is done (or undone), before the rest of the workspace goes. */
void graft_intent_remove (int workspace_fd);

/* Brings the intent to disk, whole or not at all. @items (element-type GraftIntentItem) */
gboolean graft_intent_write (int workspace_fd, GPtrArray *items,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* @ret_back: it was being rolled back. */
GPtrArray *graft_intent_read (int workspace_fd, gboolean *ret_back,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Every new file that is still in the workspace has its size and digest. */
gboolean graft_intent_check (int workspace_fd, GPtrArray *items, GError **error);

/* Does what is still to be done, in the items' order. */
gboolean graft_intent_complete (int workspace_fd, int folder_fd, GPtrArray *items,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Puts the old files back. */
gboolean graft_intent_roll_back (int workspace_fd, int folder_fd, GPtrArray *items,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
