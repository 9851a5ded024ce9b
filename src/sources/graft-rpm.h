/* graft-rpm.h: what an RPM package says of itself, and where in it its files are
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * RPM's manual, "RPM V4 Package format": a lead of 96 bytes, the signature header, filled up to 8
 * bytes, the header, the payload (a compressed cpio archive). Only numbers and texts are read here;
 * the payload is for the helper.
 */

#pragma once

#include "sources/graft-package.h"

G_BEGIN_DECLS

gboolean graft_rpm_probe (GraftInput *input);

/**
 * graft_rpm_read:
 * @name: the file's, for messages
 * @ret_control: (out): what it says of itself
 * @ret_payload: (out): where the payload begins; it ends with the file
 *
 * Holds the file against the length and the digests that its headers name: an archive without
 * checksums of its own (uncompressed, zstd, lzma) would not tell that bytes of it are wrong. That
 * says nothing of who made it: signatures are not looked at.
 */
gboolean graft_rpm_read (GraftInput *input, const char *name, GraftPackageControl **ret_control,
                         guint64 *ret_payload, GCancellable *cancellable,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
