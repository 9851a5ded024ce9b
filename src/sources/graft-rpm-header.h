/* graft-rpm-header.h: one header of an RPM package: tags with their values
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * RPM's manual, "RPM V4 Package format" ("Header format"), and the Linux Standard Base, "Package
 * File Format": a header is 8 bytes of magic and version, the number of index entries and the size
 * of the store (big-endian, as all numbers), the entries of 16 bytes (tag, type, offset in the
 * store, count), the store.
 */

#pragma once

#include "base/graft-input.h"

G_BEGIN_DECLS

typedef struct _GraftRpmHeader GraftRpmHeader;

/* The header at @offset of @input; @name: the file's, for messages. %GRAFT_ERROR_CORRUPTED when
 * there is none. */
GraftRpmHeader *graft_rpm_header_read (GraftInput *input, guint64 offset, const char *name,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
void graft_rpm_header_free (GraftRpmHeader *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftRpmHeader, graft_rpm_header_free)

/* All its bytes, magic and all: what its digests are of. */
GBytes *graft_rpm_header_get_bytes (GraftRpmHeader *self);

gboolean graft_rpm_header_has (GraftRpmHeader *self, guint32 tag);

/* The value of a tag; NULL, FALSE, when it is not there, of another type, or not wholly in the
 * store. Strings are borrowed; of an array of strings the first. */
const char *graft_rpm_header_get_string (GraftRpmHeader *self, guint32 tag);
/* (transfer container): all strings of an array, NULL-terminated; NULL when there is none. */
const char **graft_rpm_header_list_strings (GraftRpmHeader *self, guint32 tag);
/* A number of 32 or 64 bits. */
gboolean graft_rpm_header_get_number (GraftRpmHeader *self, guint32 tag, guint64 *ret_number);
/* @length bytes, as lower-case hex. */
char *graft_rpm_header_dup_hex (GraftRpmHeader *self, guint32 tag, gsize length);

G_END_DECLS
