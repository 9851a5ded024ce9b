/* graft-tree-info.h: .treeinfo, what an installer's tree says of itself
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Source: productmd, doc/treeinfo-1.0.rst and -1.2.rst: an INI text in the tree's top folder.
 * [images-ARCH] has "kernel" and "initrd", [stage2] has "mainimage" (the installer's root) and
 * "instimage", [checksums] has "PATH = sha256:HEX"; all paths are relative to the tree. Trees of
 * before 2009 call the file treeinfo.
 */

#pragma once

#include "base/graft-input.h"
#include "bootset/graft-set-name.h"

G_BEGIN_DECLS

/* Whether a file of this name is one. */
gboolean graft_tree_info_is_name (const char *name);

/* Its text: more than GRAFT_LIMIT_TEXT, or a NUL in it, is an error. */
char *graft_tree_info_read (GraftInput *input, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* (element-type GraftSetName): the kernels, initrds and roots that @text names; paths that would
 * lead out of the tree are passed over. */
GPtrArray *graft_tree_info_list_images (const char *text);

/**
 * GraftTreeInfoDigest:
 * @path: relative to the tree, without "." and ".."
 * @type: of the checksum that is there
 * @ret_digest: (out): the one to put in its place, hex; NULL to leave it
 */
typedef gboolean (*GraftTreeInfoDigest) (const char *path, GChecksumType type, char **ret_digest,
                                         gpointer data, GError **error);

/* @text with the checksums that @digest gives in the place of the old ones; all else is kept byte
 * for byte. Checksums of a kind that GChecksum does not know are kept, too. */
char *graft_tree_info_renew (const char *text, GraftTreeInfoDigest digest, gpointer data,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
