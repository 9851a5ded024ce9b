/* graft-store-folder.h: the files of a store
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Apart from the store, so that inputs can keep the files without keeping the store: what hangs on
 * the store (the backend of a host folder, say) may hold inputs of it. Safe for several threads.
 */

#pragma once

#include "base/graft-input.h"

G_BEGIN_DECLS

typedef struct _GraftStoreFolder GraftStoreFolder;

/* A folder of its own in @parent, which is made when missing, with those removed that dead
 * processes left there. */
GraftStoreFolder *graft_store_folder_new (const char *parent, GError **error);
GraftStoreFolder *graft_store_folder_ref (GraftStoreFolder *self);
void graft_store_folder_unref (GraftStoreFolder *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftStoreFolder, graft_store_folder_unref)

/* For messages. */
const char *graft_store_folder_get_path (GraftStoreFolder *self);
int graft_store_folder_get_fd (GraftStoreFolder *self);

/* A new file to write, under a name of its own in the folder. */
int graft_store_folder_create (GraftStoreFolder *self, char **ret_name, GError **error);
/* What create() made gets its final name; when that is there already (the same bytes were taken in
 * before), it is dropped. */
gboolean graft_store_folder_commit (GraftStoreFolder *self, const char *name, const char *digest,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
void graft_store_folder_drop (GraftStoreFolder *self, const char *name);

/* Adds @data to the file that small things share. */
gboolean graft_store_folder_pack (GraftStoreFolder *self, const void *data, gsize length,
                                  guint64 *ret_offset, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* What was added, as an input. */
GraftInput *graft_store_folder_open_packed (GraftStoreFolder *self, guint64 offset, guint64 size,
                                            const char *name);

/* A file of the folder as an input. Many of them may be open at a time, so the descriptors are kept
 * by the folder, a few. */
GraftInput *graft_store_folder_open (GraftStoreFolder *self, const char *digest, guint64 size,
                                     const char *name);

/* For the inputs: a descriptor of the file @digest, or (NULL) of the shared one, until it is
 * released. */
int graft_store_folder_acquire (GraftStoreFolder *self, const char *digest, GError **error);
void graft_store_folder_release (GraftStoreFolder *self, const char *digest);

G_END_DECLS
