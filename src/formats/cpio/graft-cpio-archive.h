/* graft-cpio-archive.h: one cpio archive, "newc" or "crc": its records, and its tree
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An archive is known by where its records lie in its content (the decoded stream, or the stored
 * bytes of an archive that is not compressed): headers, names and data of what nobody touched are
 * taken from there again, byte for byte.
 *
 * The tree shows what the records say, by path: of several records of one path the last, folders
 * that are only implied by the paths of others as implicit ones, names of one file as one node.
 * What the kernel would skip, or what has no place in a tree, is not in it, but is in the records,
 * with a problem. What other archives do to it is seen in the initrd's merged view only.
 */

#pragma once

#include "formats/cpio/graft-cpio-header.h"
#include "image/graft-tree.h"

G_BEGIN_DECLS

/**
 * GraftCpioProblem:
 * @GRAFT_CPIO_NAME_TOO_LONG: the name has more than 4096 bytes: skipped
 * @GRAFT_CPIO_NAME_EMPTY: there is no name: skipped
 * @GRAFT_CPIO_NAME_OPEN: the name does not end with NUL: the kernel stops here
 * @GRAFT_CPIO_NUMBER_PREFIXED: a number is written with 0x: the kernel stops here
 * @GRAFT_CPIO_CHECK_WRONG: the checksum does not fit the data: the kernel stops after it
 * @GRAFT_CPIO_DATA_MISPLACED: data on what is neither a file nor a link: skipped
 * @GRAFT_CPIO_LINK_EMPTY: a link to nothing: skipped
 * @GRAFT_CPIO_LINK_TOO_LONG: a link's target has more than 4096 bytes: skipped
 * @GRAFT_CPIO_TYPE_UNKNOWN: of no type that there is: nothing is made of it
 * @GRAFT_CPIO_PATH_ODD: a path with "..", ".", an empty component, or one of more than 255 bytes:
 *   has no place in the tree
 * @GRAFT_CPIO_PARENT_NO_FOLDER: stands below what is not a folder: skipped
 * @GRAFT_CPIO_PARENT_LATE: its folder's record comes after it: skipped unless an archive before
 *   this one has the folder
 * @GRAFT_CPIO_NOT_REACHED: comes after a record at which the kernel stops
 *
 * What the kernel's init/initramfs.c does with a record.
 */
typedef enum
{
  GRAFT_CPIO_NAME_TOO_LONG = 1 << 0,
  GRAFT_CPIO_NAME_EMPTY = 1 << 1,
  GRAFT_CPIO_NAME_OPEN = 1 << 2,
  GRAFT_CPIO_NUMBER_PREFIXED = 1 << 3,
  GRAFT_CPIO_CHECK_WRONG = 1 << 4,
  GRAFT_CPIO_DATA_MISPLACED = 1 << 5,
  GRAFT_CPIO_LINK_EMPTY = 1 << 6,
  GRAFT_CPIO_LINK_TOO_LONG = 1 << 7,
  GRAFT_CPIO_TYPE_UNKNOWN = 1 << 8,
  GRAFT_CPIO_PATH_ODD = 1 << 9,
  GRAFT_CPIO_PARENT_NO_FOLDER = 1 << 10,
  GRAFT_CPIO_PARENT_LATE = 1 << 11,
  GRAFT_CPIO_NOT_REACHED = 1 << 12,
} GraftCpioProblem;

/* With any of these a record is not in the tree. */
#define GRAFT_CPIO_UNPLACED                                                                        \
  (GRAFT_CPIO_NAME_TOO_LONG | GRAFT_CPIO_NAME_EMPTY | GRAFT_CPIO_NAME_OPEN                         \
   | GRAFT_CPIO_DATA_MISPLACED | GRAFT_CPIO_LINK_EMPTY | GRAFT_CPIO_LINK_TOO_LONG                  \
   | GRAFT_CPIO_TYPE_UNKNOWN | GRAFT_CPIO_PATH_ODD | GRAFT_CPIO_PARENT_NO_FOLDER)
/* At any of these the kernel stops. */
#define GRAFT_CPIO_STOPS                                                                           \
  (GRAFT_CPIO_NAME_OPEN | GRAFT_CPIO_NUMBER_PREFIXED | GRAFT_CPIO_CHECK_WRONG)

/* In words, all that are set in @problems; NULL for none. */
char *graft_cpio_problem_describe (guint problems);

/* No place, no group. */
#define GRAFT_CPIO_NONE G_MAXUINT32

/**
 * GraftCpioRecord:
 * @offset: of the header, in the archive's content
 * @header: its numbers
 * @name: where the name starts in the archive's texts, see graft_cpio_archive_get_text(); cut at
 *   4096 bytes
 * @target: the same of a link's target
 * @path: the same of the path by which it was placed
 * @path_length: bytes of that
 * @place: in the tree; GRAFT_CPIO_NONE when it has none
 * @group: of names of one file; GRAFT_CPIO_NONE for a file with one name
 * @obstacle: with GRAFT_CPIO_PARENT_NO_FOLDER: the record that stands in its way
 * @epoch: trailers before it: equal numbers on both sides of a trailer are not links
 * @problems: of GraftCpioProblem
 * @trailer: ends the archive
 * @shadowed: a later record of the same path stands in the tree
 */
typedef struct
{
  guint64 offset;
  GraftCpioHeader header;
  guint32 name;
  guint32 target;
  guint32 path;
  guint32 path_length;
  guint32 place;
  guint32 group;
  guint32 obstacle;
  guint32 epoch;
  guint16 problems;
  guint8 trailer;
  guint8 shadowed;
} GraftCpioRecord;

#define GRAFT_TYPE_CPIO_ARCHIVE (graft_cpio_archive_get_type ())
G_DECLARE_FINAL_TYPE (GraftCpioArchive, graft_cpio_archive, GRAFT, CPIO_ARCHIVE, GObject)

/* The archive's bytes, from its first header on; set once, by whoever scanned it. */
void graft_cpio_archive_set_content (GraftCpioArchive *self, GraftInput *content);
GraftInput *graft_cpio_archive_get_content (GraftCpioArchive *self);
/* Bytes of the content, all padding and what is unreadable included. */
guint64 graft_cpio_archive_get_size (GraftCpioArchive *self);
/* Where the part starts that no record could be read from; the size when there is none. */
guint64 graft_cpio_archive_get_readable_size (GraftCpioArchive *self);

/* All records, trailers included, in order. */
const GraftCpioRecord *graft_cpio_archive_get_records (GraftCpioArchive *self, guint *ret_n);
/* Where the last trailer is, before which what is new comes; behind all records when there is
 * none. */
guint graft_cpio_archive_get_last_trailer (GraftCpioArchive *self);
/* Records without trailers. */
guint graft_cpio_archive_get_n_entries (GraftCpioArchive *self);
const char *graft_cpio_archive_get_text (GraftCpioArchive *self, guint32 text);

/* Whether all are 070702. */
gboolean graft_cpio_archive_is_crc (GraftCpioArchive *self);
/* Whether hexadecimal digits are upper case; %TRUE when there are none. */
gboolean graft_cpio_archive_is_upper (GraftCpioArchive *self);
/* At what the kernel stops in it, as a sentence; NULL when it reads it to the end. */
const char *graft_cpio_archive_get_stop (GraftCpioArchive *self);

/* A node for a record that has none in the tree: @record alone, whatever others say of its path or
 * its file. NULL when it is of no type that there is. */
GraftNode *graft_cpio_archive_new_record_node (GraftCpioArchive *self,
                                               const GraftCpioRecord *record);

/* The tree; its nodes live as long as the archive. */
GraftNode *graft_cpio_archive_dup_root (GraftCpioArchive *self);

G_END_DECLS
