/* graft-content.h: bytes of a file, made fit to be looked at
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a file holds is hostile, too: what is no UTF-8 is made visible, a line without an end is
 * broken before it keeps the text view busy, and only the beginning of what is large is taken.
 */

#pragma once

#include "base/graft-input.h"

G_BEGIN_DECLS

/* A larger file is not shown as text at all. */
#define GRAFT_CONTENT_TEXT_FILE ((guint64)1 << 20)
/* What is shown of a text, and of other bytes. */
#define GRAFT_CONTENT_TEXT_SHOWN (256 * 1024)
#define GRAFT_CONTENT_HEX_SHOWN 4096
/* Characters of one line, and lines. */
#define GRAFT_CONTENT_LINE 2000
#define GRAFT_CONTENT_LINES 5000

/**
 * GraftContent:
 * @size: of the file, bytes
 * @text: (nullable): its beginning as valid UTF-8; NULL when it is no text
 * @text_shown: bytes of the file that @text stands for
 * @broken: lines of @text were broken
 * @hex: its first bytes, a line of 16 each; "" of an empty file
 * @hex_shown: bytes of the file that @hex stands for
 */
typedef struct
{
  guint64 size;
  char *text;
  gsize text_shown;
  gboolean broken;
  char *hex;
  gsize hex_shown;
} GraftContent;

/* Reads what is shown of @input; for a worker. */
GraftContent *graft_content_read (GraftInput *input, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void graft_content_free (GraftContent *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftContent, graft_content_free)

/* Whether @length bytes are something to read: no NUL, hardly a control character, hardly a byte
 * that is not UTF-8. A character that is cut off at the end is none of these. No bytes are text. */
gboolean graft_content_is_text (const guint8 *data, gsize length);
/* As valid UTF-8, no line longer than GRAFT_CONTENT_LINE characters; a character that is cut off at
 * the end is left out, one that turns the writing direction is shown as one that cannot be read.
 * @ret_broken: (out): whether a line was broken. */
char *graft_content_dup_text (const guint8 *data, gsize length, gboolean *ret_broken);
/* Bytes of the first GRAFT_CONTENT_LINES lines. */
gsize graft_content_count_shown (const guint8 *data, gsize length);
/* "00000010  7f 45 4c 46 02 01 01 00  00 00 00 00 00 00 00 00  |.ELF............|", a line for each
 * 16 bytes, from offset 0; no line end after the last. */
char *graft_content_dup_hex (const guint8 *data, gsize length);

G_END_DECLS
