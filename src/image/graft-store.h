/* graft-store.h: bytes that came from outside the set, kept by their digest
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is imported (a package's payload, dropped files, typed text) is streamed once into a folder
 * of the user's state directory (0700) under its SHA-256; an overlay, the journal and a recipe hold
 * digests. So a file that changes or goes after it was taken in changes nothing. Small things
 * (GRAFT_LIMIT_STORE_MEMORY) stay in memory, those up to GRAFT_LIMIT_STORE_PACKED share one file:
 * thousands of modules would cost as many files made, renamed and removed. Safe for several
 * threads.
 *
 * What cannot be written to it (a full disk) is a %GRAFT_EXPORT_ERROR, as any other failure of
 * writing; what is too large or cannot be read again is a %GRAFT_IMAGE_ERROR.
 */

#pragma once

#include "base/graft-input.h"

G_BEGIN_DECLS

#define GRAFT_TYPE_STORE (graft_store_get_type ())
G_DECLARE_FINAL_TYPE (GraftStore, graft_store, GRAFT, STORE, GObject)

/* In @folder, made when missing (NULL: $XDG_STATE_HOME/bootgraft/store). A folder of the store's
 * own is made in it, and removed when the store and all inputs from it are freed; those that dead
 * processes left (their lock is free) are removed at once. */
GraftStore *graft_store_new (const char *folder, GError **error);

/* The most it keeps in files, bytes; GRAFT_LIMIT_STORE unless set. */
void graft_store_set_quota (GraftStore *self, guint64 quota);

/* Whether @size more bytes fit the quota and the disk: %GRAFT_ERROR_TOO_LARGE or %GRAFT_ERROR_IO,
 * with how much is missing. Cheap: asked before something large is taken in. */
gboolean graft_store_check_room (GraftStore *self, guint64 size,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Keeps @object until the store is freed: the backend of nodes whose content goes into it. */
void graft_store_keep (GraftStore *self, GObject *object);

/* Takes in all of @input. @ret_digest (optional): SHA-256, hex. What it returns has the same bytes
 * and name, whatever becomes of @input. */
GraftInput *graft_store_add (GraftStore *self, GraftInput *input, char **ret_digest,
                             GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Takes in bytes that come piece by piece; @name is the input's. */
typedef struct _GraftStoreWriter GraftStoreWriter;

GraftStoreWriter *graft_store_writer_new (GraftStore *self, const char *name, GError **error);
gboolean graft_store_writer_write (GraftStoreWriter *self, const void *data, gsize length,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Frees @self. */
GraftInput *graft_store_writer_finish (GraftStoreWriter *self, char **ret_digest,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
void graft_store_writer_free (GraftStoreWriter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftStoreWriter, graft_store_writer_free)

G_END_DECLS
