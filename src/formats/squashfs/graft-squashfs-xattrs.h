/* graft-squashfs-xattrs.h: reading the extended attributes of an image
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "base/graft-input.h"
#include "formats/squashfs/graft-squashfs-library.h"
#include "image/graft-node.h"

G_BEGIN_DECLS

typedef struct _GraftSquashfsXattrs GraftSquashfsXattrs;

/* Looks for the table of sets; an image without one has no xattrs. The arguments must outlive it.
 * It may be used from several threads. */
GraftSquashfsXattrs *graft_squashfs_xattrs_new (GraftInput *input, const sqfs_super_t *super,
                                                const sqfs_compressor_config_t *config,
                                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
void graft_squashfs_xattrs_free (GraftSquashfsXattrs *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftSquashfsXattrs, graft_squashfs_xattrs_free)

/* (transfer full): the set @index (GRAFT_SQUASHFS_NONE: an empty one), sorted by name. */
GPtrArray *graft_squashfs_xattrs_read (GraftSquashfsXattrs *self, guint32 index,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
