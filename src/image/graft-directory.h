/* graft-directory.h: the entries of one directory, immutable, sorted by name (strcmp)
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "image/graft-node.h"

G_BEGIN_DECLS

typedef struct
{
  char *name; /* any bytes but NUL and "/" */
  GraftNode *node;
} GraftEntry;

GraftDirectory *graft_directory_ref (GraftDirectory *self);
void graft_directory_unref (GraftDirectory *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftDirectory, graft_directory_unref)

guint graft_directory_get_n_entries (GraftDirectory *self);
const GraftEntry *graft_directory_get_entry (GraftDirectory *self, guint i);
/* NULL when there is none. */
const GraftEntry *graft_directory_lookup (GraftDirectory *self, const char *name);

/* A copy with @name added or replaced, or (@node NULL) removed. */
GraftDirectory *graft_directory_with (GraftDirectory *self, const char *name, GraftNode *node);

/* Building one: add in any order, then finish. Of equal names the last added stays. */
typedef struct _GraftDirectoryBuilder GraftDirectoryBuilder;

GraftDirectoryBuilder *graft_directory_builder_new (void);
void graft_directory_builder_add (GraftDirectoryBuilder *self, const char *name, GraftNode *node);
/* Frees @self. */
GraftDirectory *graft_directory_builder_finish (GraftDirectoryBuilder *self);
void graft_directory_builder_free (GraftDirectoryBuilder *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftDirectoryBuilder, graft_directory_builder_free)

/* A directory without entries. */
GraftDirectory *graft_directory_new_empty (void);

G_END_DECLS
