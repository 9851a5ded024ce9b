/* graft-cpio-header.h: the header of one cpio record, "newc" and "crc"
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The kernel's Documentation/driver-api/early-userspace/buffer-format.rst: a magic and thirteen
 * numbers of eight hexadecimal digits, then the name with its NUL, zeros up to a multiple of four,
 * the data, zeros up to a multiple of four.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define GRAFT_CPIO_HEADER_SIZE 110
#define GRAFT_CPIO_TRAILER "TRAILER!!!"

/**
 * GraftCpioHeader:
 * @crc: magic 070702: @check is the sum of the data's bytes; else it means nothing
 * @ino: with @dev_major and @dev_minor, what names of one file have in common
 * @mode: type and permissions
 * @size: of the data
 * @name_size: of the name, with its NUL
 */
typedef struct
{
  gboolean crc;
  guint32 ino;
  guint32 mode;
  guint32 uid;
  guint32 gid;
  guint32 nlink;
  guint32 mtime;
  guint32 size;
  guint32 dev_major;
  guint32 dev_minor;
  guint32 rdev_major;
  guint32 rdev_minor;
  guint32 name_size;
  guint32 check;
} GraftCpioHeader;

typedef enum
{
  GRAFT_CPIO_HEADER_VALID,
  GRAFT_CPIO_HEADER_PREFIXED,  /* a number is written with 0x: only kernels before 6.14 take it */
  GRAFT_CPIO_HEADER_NO_NUMBER, /* a field is no hexadecimal number */
  GRAFT_CPIO_HEADER_ODC,       /* the portable ASCII format: the kernel says "use -H newc" */
  GRAFT_CPIO_HEADER_NO_MAGIC,
} GraftCpioHeaderKind;

/* Reads the GRAFT_CPIO_HEADER_SIZE bytes at @data; @ret_header is set for the first two kinds. */
GraftCpioHeaderKind graft_cpio_header_parse (const guint8 *data, GraftCpioHeader *ret_header);

/* Writes one, without the NUL that a string would have; @upper: digits A to F, as GNU cpio does. */
void graft_cpio_header_format (const GraftCpioHeader *header, gboolean upper, char *data);

/* Whether the hexadecimal digits of a header are upper case; FALSE in @ret_known when it has none
 * that would tell. */
gboolean graft_cpio_header_is_upper (const guint8 *data, gboolean *ret_known);

/* Bytes of the name with its padding: the data starts that much after the header. */
guint64 graft_cpio_header_get_name_area (const GraftCpioHeader *header);
/* Bytes of the whole record with all padding. */
guint64 graft_cpio_header_get_record_size (const GraftCpioHeader *header);

/* Adds to the sum of 070702. */
guint32 graft_cpio_sum (guint32 sum, const guint8 *data, gsize length);

G_END_DECLS
