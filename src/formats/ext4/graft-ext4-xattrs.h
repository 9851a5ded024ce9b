/* graft-ext4-xattrs.h: the extended attributes of an inode
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * They stand behind the inode's own fields, in a block of their own, and (ea_inode) the values of
 * long ones in inodes. Access lists are kept in a shorter form than the one that the kernel hands
 * out, and that all other formats keep; here they are always in the latter.
 */

#pragma once

#include "formats/ext4/graft-ext4-inode.h"

G_BEGIN_DECLS

/* (element-type GraftXattr): sorted by name, each name once. */
GPtrArray *graft_ext4_xattrs_read (const GraftExt4Volume *volume, const GraftExt4Inode *inode,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Clusters of the inodes in which values of @inode stand: it counts them among its own blocks, as
 * the kernel's ext4_xattr_inode_inc_ref_all() and its quota do, and e2fsck asks for. */
gboolean graft_ext4_xattrs_count_clusters (const GraftExt4Volume *volume,
                                           const GraftExt4Inode *inode, guint64 *ret_clusters,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The content of an inode that has it in itself (inline_data): sixty bytes among its fields, the
 * rest as the attribute "system.data". As long as the inode says. */
GBytes *graft_ext4_xattrs_read_inline (const GraftExt4Volume *volume, const GraftExt4Inode *inode,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* An access list as ext4 keeps it in the form of the system calls (linux/posix_acl_xattr.h). NULL
 * for one that is none. */
GBytes *graft_ext4_acl_from_stored (const guint8 *data, gsize size);

G_END_DECLS
