/* graft-package.h: the files of a package or archive, as a tree
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Read by libarchive in the helper, streamed once into the store. Nothing is installed, no script
 * is run.
 */

#pragma once

#include "base/graft-progress.h"
#include "image/graft-node.h"
#include "image/graft-store.h"

G_BEGIN_DECLS

typedef enum
{
  GRAFT_PACKAGE_NONE,
  GRAFT_PACKAGE_DEB,
  GRAFT_PACKAGE_RPM,
  GRAFT_PACKAGE_TAR, /* or one in gzip, xz, zstd, bzip2 */
} GraftPackageKind;

/* What @input looks like that graft_package_open() reads: by its first bytes, decoded where they
 * are compressed; only a tar in bzip2 is known by its name. */
GraftPackageKind graft_package_probe (GraftInput *input);

/* Whether a tar has a kernel or modules, by the names of its first entries: for who does not know
 * whether it was meant as a kernel. Reads up to some hundred megabytes of it, in the helper. */
gboolean graft_package_holds_kernel (GraftInput *input);

/**
 * GraftPackageControl:
 *
 * @depends: what it needs, "a (= 1), b | c"; of an .rpm names alone
 * @scripts: which it has that would be run when it is installed, "postinst, prerm"
 *
 * What the package says of itself (deb-control(5); RPM's manual, "RPM Tags"); fields that it does
 * not have are NULL.
 */
typedef struct
{
  char *package;
  char *version;
  char *architecture;
  char *depends;
  char *scripts;
} GraftPackageControl;

void graft_package_control_free (GraftPackageControl *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftPackageControl, graft_package_control_free)

/* Whether the package is wanted; %FALSE with @error set when not. */
typedef gboolean (*GraftPackageAcceptFunc) (const GraftPackageControl *control, gpointer data,
                                            GError **error);

/**
 * graft_package_open:
 * @store: where the contents go, each file once
 * @accept: (nullable): called once, before the first file is taken in; not for a tar
 *
 * Returns: (transfer full): the root of a tree in memory, with modes, owners and times as in the
 * package. All names of a hard-linked file have the same node. An entry that would lie outside of
 * the root, or below a link, is %GRAFT_ERROR_REFUSED; so is a device that lies in no folder "dev".
 * An absolute path is one below the archive's own root.
 */
GraftNode *graft_package_open (GraftInput *input, GraftStore *store, GraftPackageAcceptFunc accept,
                               gpointer data, GraftProgress *progress, GCancellable *cancellable,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
