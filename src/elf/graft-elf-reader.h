/* graft-elf-reader.h: numbers and names out of a file of either byte order and size of address
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Private to the folder.
 */

#pragma once

#include "base/graft-error.h"
#include "base/graft-input.h"

G_BEGIN_DECLS

/* A part of the file that is loaded (PT_LOAD). */
typedef struct
{
  guint64 address;
  guint64 offset;
  guint64 length; /* in the file */
} GraftElfSegment;

/**
 * GraftElfReader:
 * @input: the file
 * @wide: addresses have 64 bits
 * @big_endian: byte order
 * @segments: (element-type GraftElfSegment)
 * @strings: where the names of the dynamic section are
 * @n_names: names read so far, held against GRAFT_LIMIT_ELF_NAMES
 * @n_note_bytes: of notes read so far, held against GRAFT_LIMIT_ELF_NOTES
 */
typedef struct
{
  GraftInput *input;
  gboolean wide;
  gboolean big_endian;
  GArray *segments;
  GraftElfSegment strings;
  guint n_names;
  gsize n_note_bytes;

  /* What was read last: tables lie close together, and each read of an image may decode a block. */
  guint8 *window;
  guint64 window_offset;
  gsize window_length;
} GraftElfReader;

/* A pointer to @length bytes (at most 64 KiB) at @offset, valid until the next call; NULL with an
 * error that @what, a sentence about "%s", says. */
const guint8 *graft_elf_reader_peek (GraftElfReader *self, guint64 offset, gsize length,
                                     const char *what, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Numbers of a record that graft_elf_reader_peek() has returned with at least that many bytes. */
guint16 graft_elf_reader_get_u16 (const GraftElfReader *self, const guint8 *record, gsize offset);
guint32 graft_elf_reader_get_u32 (const GraftElfReader *self, const guint8 *record, gsize offset);
/* Of 32 or 64 bits, as the file's addresses are. */
guint64 graft_elf_reader_get_word (const GraftElfReader *self, const guint8 *record, gsize offset);

/* What is loaded at @address: the file from there to the segment's end. */
gboolean graft_elf_reader_find_loaded (const GraftElfReader *self, guint64 address,
                                       GraftElfSegment *ret_segment);

/* The name at @start of the string table, a copy. */
char *graft_elf_reader_dup_name (GraftElfReader *self, guint64 start,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Sets @what, a sentence about "%s", the file. Always returns %FALSE. */
gboolean graft_elf_reader_set_damaged (GraftElfReader *self, const char *what, GError **error);

void graft_elf_reader_clear (GraftElfReader *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GraftElfReader, graft_elf_reader_clear)

G_END_DECLS
