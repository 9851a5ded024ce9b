/* graft-cpio-fixture.h: archives made record by record, for tests only
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * cpio(1) writes only what is right; most rules are about what is odd or wrong. Nothing but tests
 * links this.
 */

#pragma once

#include "formats/cpio/graft-cpio-scanner.h"

G_BEGIN_DECLS

/**
 * GraftCpioFixture:
 * @name: NULL: the trailer
 * @name_size: 0: strlen + 1; the name is filled with zeros to it
 * @data: (nullable): content, or a link's target
 * @size: 0: strlen of @data
 * @header: what is 0 in it is filled in from the rest: mode 0100644, nlink 1
 * @lower: digits a to f
 */
typedef struct
{
  const char *name;
  guint32 name_size;
  const char *data;
  guint32 size;
  GraftCpioHeader header;
  gboolean lower;
} GraftCpioFixture;

/* Appends the record; returns where its header is. */
gsize graft_cpio_fixture_add (GByteArray *bytes, const GraftCpioFixture *record);
gsize graft_cpio_fixture_add_file (GByteArray *bytes, const char *name, const char *data);
gsize graft_cpio_fixture_add_folder (GByteArray *bytes, const char *name);
gsize graft_cpio_fixture_add_link (GByteArray *bytes, const char *name, const char *target);
/* One of @nlink names of the file @ino. */
void graft_cpio_fixture_add_name (GByteArray *bytes, const char *name, guint32 ino, guint32 nlink,
                                  const char *data);
gsize graft_cpio_fixture_add_trailer (GByteArray *bytes);
void graft_cpio_fixture_add_zeros (GByteArray *bytes, gsize length);

/* Scans @bytes, fed in pieces of @portion; the content is set. NULL with @error. */
GraftCpioArchive *graft_cpio_fixture_scan (GByteArray *bytes, GraftCpioScanMode mode, gsize portion,
                                           GError **error);

/* The same, which must succeed, and give the same tree in portions of every size, and the same
 * bytes when it is written without an edit. */
GraftCpioArchive *graft_cpio_fixture_read (GByteArray *bytes);

const GraftCpioRecord *graft_cpio_fixture_get_record (GraftCpioArchive *archive, guint index);
/* Of GraftCpioProblem: these and no others. */
void graft_cpio_fixture_assert_problem (GraftCpioArchive *archive, guint index, guint problems);
/* By graft_cpio_fixture_dump(). */
void graft_cpio_fixture_assert_tree (GraftCpioArchive *archive, const char *wanted);

/* The tree as text, a line for each entry: "PATH TYPE MODE UID:GID SIZE-OR-TARGET", and what the
 * files hold when it is short; names of one file are followed by "=" and the first of them. */
char *graft_cpio_fixture_dump (GraftNode *root);

/* The archive with the tree @root, as graft_cpio_write() makes it; NULL with @error. */
GBytes *graft_cpio_fixture_write (GraftCpioArchive *archive, GraftNode *root, GError **error);

/* A regular file of @text, mode 0644, time 7. */
GraftNode *graft_cpio_fixture_new_file (const char *text);

G_END_DECLS
