/* graft-squashfs-xattrs.h: reading the extended attributes of an image
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "formats/squashfs/graft-squashfs-metadata.h"
#include "image/graft-node.h"

G_BEGIN_DECLS

typedef struct _GraftSquashfsXattrs GraftSquashfsXattrs;

/* Reads the table of sets; an image without one has no xattrs. The arguments must outlive it. */
GraftSquashfsXattrs *graft_squashfs_xattrs_new (GraftInput *input, const GraftSquashfsSuper *super,
                                                GraftSquashfsMetadata *metadata, GError **error);
void graft_squashfs_xattrs_free (GraftSquashfsXattrs *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftSquashfsXattrs, graft_squashfs_xattrs_free)

/* (transfer full): the set @index (GRAFT_SQUASHFS_NONE: an empty one), sorted by name. */
GPtrArray *graft_squashfs_xattrs_read (GraftSquashfsXattrs *self, guint32 index,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The prefix that a type stands for ("user."), NULL for an unknown type. */
const char *graft_squashfs_xattr_get_prefix (guint type);
/* The type of a full name, and its length without what follows the prefix; %FALSE for a name that
 * squashfs cannot hold ("system.posix_acl_access"). */
gboolean graft_squashfs_xattr_split (const char *name, guint *ret_type, const char **ret_rest);

G_END_DECLS
