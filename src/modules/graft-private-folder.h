/* graft-private-folder.h: a temporary folder that does not outlive its use
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _GraftPrivateFolder GraftPrivateFolder;

/**
 * GraftPrivatePlace:
 * @parent: a folder, made when it is not there
 * @wanted: bytes that must be free there; 0: any will do
 */
typedef struct
{
  const char *parent;
  guint64 wanted;
} GraftPrivatePlace;

/**
 * graft_private_folder_new:
 * @places: where, in order of preference
 *
 * Makes PARENT/PREFIX-XXXXXX, 0700, in the first place that will have it. It is locked as long as
 * it is in use; those of the same prefix and user that have no lock any more, left by a process
 * that was killed, are removed from that place first.
 */
GraftPrivateFolder *graft_private_folder_new (const GraftPrivatePlace *places, gsize n_places,
                                              const char *prefix,
                                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Removes it with all that is in it, following no links. */
void graft_private_folder_free (GraftPrivateFolder *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftPrivateFolder, graft_private_folder_free)

/* The removal of what killed processes left, on its own: folders whose last change is at least
 * @seconds ago. */
void graft_private_folder_remove_stale (const char *parent, const char *prefix, guint seconds);

const char *graft_private_folder_get_path (GraftPrivateFolder *self);
/* Its descriptor; borrowed. */
int graft_private_folder_get_fd (GraftPrivateFolder *self);

G_END_DECLS
