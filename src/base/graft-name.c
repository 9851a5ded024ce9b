/* graft-name.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "base/graft-name.h"

#include <string.h>

/* Marks, overrides, embeddings and isolates of the bidirectional algorithm; line separators. */
static gboolean
misleads (gunichar c)
{
  return (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e)
         || (c >= 0x2066 && c <= 0x2069) || c == 0x061c || c == 0xfeff;
}

/* Of the characters that need no look: printable ASCII but the backslash. Most names have no
 * others. */
static gsize
span_plain (const char *name)
{
  gsize length = 0;

  while (name[length] >= 0x20 && name[length] < 0x7f && name[length] != '\\')
    length++;
  return length;
}

char *
graft_name_escape (const char *name)
{
  gsize plain = span_plain (name);
  GString *text = g_string_new_len (name, plain);
  const char *at = name + plain;

  while (*at != '\0')
    {
      gunichar c = g_utf8_get_char_validated (at, -1);

      if (c == (gunichar)-1 || c == (gunichar)-2)
        {
          g_string_append_printf (text, "\\x%02x", (guint8)*at);
          at++;
          continue;
        }
      if (c == '\\')
        g_string_append (text, "\\\\");
      else if (c == '\n')
        g_string_append (text, "\\n");
      else if (c == '\t')
        g_string_append (text, "\\t");
      else if (c == '\r')
        g_string_append (text, "\\r");
      else if (c < 0x20 || c == 0x7f)
        g_string_append_printf (text, "\\x%02x", c);
      else if (misleads (c) || g_unichar_iscntrl (c))
        g_string_append_printf (text, "\\u%04x", c);
      else
        g_string_append_unichar (text, c);
      at = g_utf8_next_char (at);
    }
  return g_string_free (text, FALSE);
}

/* Reads exactly @digits hex digits at *@at; 0, which no name may contain, on failure. */
static guint
read_hex (const char **at, int digits)
{
  guint value = 0;

  for (int i = 0; i < digits; i++, (*at)++)
    {
      if (!g_ascii_isxdigit (**at))
        return 0;
      value = value * 16 + g_ascii_xdigit_value (**at);
    }
  return value;
}

char *
graft_name_unescape (const char *text)
{
  g_autoptr (GString) name = g_string_new (NULL);
  const char *at = text;

  while (*at != '\0')
    {
      guint value;

      if (*at != '\\')
        {
          g_string_append_c (name, *at++);
          continue;
        }
      at++;
      switch (*at++)
        {
        case 'n':
          g_string_append_c (name, '\n');
          break;
        case 't':
          g_string_append_c (name, '\t');
          break;
        case 'r':
          g_string_append_c (name, '\r');
          break;
        case '\\':
        case ':':
        case '@':
          g_string_append_c (name, at[-1]);
          break;
        case 'x':
          if ((value = read_hex (&at, 2)) == 0)
            return NULL;
          g_string_append_c (name, value);
          break;
        case 'u':
          if ((value = read_hex (&at, 4)) == 0)
            return NULL;
          g_string_append_unichar (name, value);
          break;
        default:
          return NULL;
        }
    }
  return g_string_free (g_steal_pointer (&name), FALSE);
}
