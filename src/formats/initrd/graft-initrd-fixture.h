/* graft-initrd-fixture.h: initrds made segment by segment, for tests only
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "formats/cpio/graft-cpio-fixture.h"
#include "formats/initrd/graft-initrd.h"

G_BEGIN_DECLS

/* Records in one line: "d:PATH", "f:PATH=CONTENT", "l:PATH=TARGET", "t" (the trailer), "z:N"
 * (zeros), separated by blanks. */
GByteArray *graft_initrd_fixture_archive (const char *records);

/* Appends to @initrd the archive of @records, through a shell command ("xz --check=crc32") or, when
 * that is NULL, as it is. */
void graft_initrd_fixture_add (GByteArray *initrd, const char *records, const char *command);

/* Opens the bytes; NULL with @error. */
GraftImage *graft_initrd_fixture_open (const guint8 *data, gsize length, GError **error);

/* The same, and it must work. */
GraftImage *graft_initrd_fixture_load (GByteArray *initrd);

/* One line for each segment: "OFFSET+SIZE FORMAT COMPRESSION ENTRIES PART", then "early", then the
 * problem. */
char *graft_initrd_fixture_segments (GraftImage *image);

/* What the kernel sees, as graft_cpio_fixture_dump(). */
char *graft_initrd_fixture_merged (GraftImage *image);

/* (element-type GraftNode): the image's own roots. */
GPtrArray *graft_initrd_fixture_roots (GraftImage *image);

/* Puts @node at @path of a root. */
void graft_initrd_fixture_edit (GPtrArray *roots, guint part, const char *path, GraftNode *node);

/* Writes, opens the result, verifies it fully, and returns it; NULL with @error. @ret_bytes
 * (optional): what was written. */
GraftImage *graft_initrd_fixture_write (GraftImage *image, GPtrArray *roots,
                                        const char *compression, GBytes **ret_bytes,
                                        GError **error);

G_END_DECLS
