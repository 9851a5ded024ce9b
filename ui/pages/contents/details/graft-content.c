/* graft-content.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "pages/contents/details/graft-content.h"

#include <string.h>

#define BYTES_A_LINE 16
/* One odd byte in so many still makes a text: a Latin-1 name in a comment, say. */
#define TEXT_ODDS 32
/* What g_utf8_make_valid() writes, too. */
#define REPLACEMENT "\xef\xbf\xbd"

/* Bytes at the end of @data that begin a character of UTF-8 and do not end it. */
static gsize
count_cut_off (const guint8 *data, gsize length)
{
  for (gsize back = 1; back <= MIN (length, 3); back++)
    {
      const char *at = (const char *)data + length - back;

      if ((*at & 0xc0) == 0x80)
        continue;
      return g_utf8_get_char_validated (at, (gssize)back) == (gunichar)-2 ? back : 0;
    }
  return 0;
}

/* What is found in text beside what is printed: tab, line feed, form feed, carriage return, the
 * escape of coloured banners. */
static gboolean
is_control (guint8 byte)
{
  return (byte < 0x20 && strchr ("\t\n\f\r\x1b", byte) == NULL) || byte == 0x7f;
}

gboolean
graft_content_is_text (const guint8 *data, gsize length)
{
  gsize end = length - count_cut_off (data, length);
  gsize odd = 0;
  const char *at = (const char *)data;

  if (memchr (data, '\0', length) != NULL)
    return FALSE;
  for (const char *last = at + end; at < last;)
    {
      const char *bad;

      if (g_utf8_validate (at, last - at, &bad))
        break;
      odd++;
      at = bad + 1;
    }
  for (gsize i = 0; i < end; i++)
    if (is_control (data[i]))
      odd++;
  return odd * TEXT_ODDS <= length;
}

/* Overrides, embeddings and isolates: a text could be read otherwise than it is written. */
static gboolean
turns_direction (gunichar c)
{
  return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

/* GtkTextView lays a line out as a whole, however long it is. */
static char *
make_lines (const char *text, gboolean *ret_broken)
{
  g_autoptr (GString) lines = g_string_sized_new (strlen (text));
  guint column = 0;

  *ret_broken = FALSE;
  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    {
      column = *at == '\n' ? 0 : column + 1;
      if (column > GRAFT_CONTENT_LINE)
        {
          g_string_append_c (lines, '\n');
          *ret_broken = TRUE;
          column = 1;
        }
      if (turns_direction (g_utf8_get_char (at)))
        g_string_append (lines, REPLACEMENT);
      else
        g_string_append_len (lines, at, g_utf8_next_char (at) - at);
    }
  return g_string_free (g_steal_pointer (&lines), FALSE);
}

char *
graft_content_dup_text (const guint8 *data, gsize length, gboolean *ret_broken)
{
  gsize end = length - count_cut_off (data, length);
  g_autofree char *valid = g_utf8_make_valid ((const char *)data, (gssize)end);

  return make_lines (valid, ret_broken);
}

gsize
graft_content_count_shown (const guint8 *data, gsize length)
{
  guint lines = 0;

  for (gsize i = 0; i < length; i++)
    if ((data[i] == '\n' || data[i] == '\r') && ++lines == GRAFT_CONTENT_LINES)
      return i + 1;
  return length;
}

static void
append_hex_line (GString *text, const guint8 *data, gsize offset, gsize count)
{
  g_string_append_printf (text, "%08" G_GSIZE_MODIFIER "x ", offset);
  for (gsize i = 0; i < BYTES_A_LINE; i++)
    {
      if (i % 8 == 0)
        g_string_append_c (text, ' ');
      if (i < count)
        g_string_append_printf (text, "%02x ", data[offset + i]);
      else
        g_string_append (text, "   ");
    }
  g_string_append (text, " |");
  for (gsize i = 0; i < count; i++)
    g_string_append_c (text, g_ascii_isprint (data[offset + i]) ? (char)data[offset + i] : '.');
  g_string_append_c (text, '|');
}

char *
graft_content_dup_hex (const guint8 *data, gsize length)
{
  GString *text = g_string_new (NULL);

  for (gsize offset = 0; offset < length; offset += BYTES_A_LINE)
    {
      if (offset > 0)
        g_string_append_c (text, '\n');
      append_hex_line (text, data, offset, MIN (BYTES_A_LINE, length - offset));
    }
  return g_string_free (text, FALSE);
}

GraftContent *
graft_content_read (GraftInput *input, GError **error)
{
  g_autoptr (GraftContent) self = g_new0 (GraftContent, 1);
  g_autoptr (GBytes) bytes = NULL;
  const guint8 *data;
  gsize length;
  guint64 wanted;

  self->size = graft_input_get_size (input);
  wanted
      = self->size <= GRAFT_CONTENT_TEXT_FILE ? GRAFT_CONTENT_TEXT_SHOWN : GRAFT_CONTENT_HEX_SHOWN;
  bytes = graft_input_read_bytes (input, 0, MIN (wanted, self->size), error);
  if (bytes == NULL)
    return NULL;
  data = g_bytes_get_data (bytes, &length);
  if (self->size <= GRAFT_CONTENT_TEXT_FILE && graft_content_is_text (data, length))
    {
      self->text_shown = graft_content_count_shown (data, length);
      self->text = graft_content_dup_text (data, self->text_shown, &self->broken);
    }
  self->hex_shown = MIN (length, GRAFT_CONTENT_HEX_SHOWN);
  self->hex = graft_content_dup_hex (data, self->hex_shown);
  return g_steal_pointer (&self);
}

void
graft_content_free (GraftContent *self)
{
  g_free (self->text);
  g_free (self->hex);
  g_free (self);
}
