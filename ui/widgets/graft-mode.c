/* graft-mode.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "widgets/graft-mode.h"

#include <string.h>

#define N_LETTERS 9

/* The bit of the letter at @i, and the bit that makes another letter of its group's "x". */
static guint32
get_bit (guint i)
{
  return 0400U >> i;
}

static guint32
get_special (guint i)
{
  return 04000U >> (i / 3);
}

char *
graft_mode_dup_text (guint32 mode)
{
  char text[N_LETTERS + 1] = { 0 };

  for (guint i = 0; i < N_LETTERS; i++)
    {
      gboolean set = (mode & get_bit (i)) != 0;

      text[i] = set ? "rwx"[i % 3] : '-';
      if (i % 3 == 2 && (mode & get_special (i)) != 0)
        text[i] = (set ? "sst" : "SST")[i / 3];
    }
  return g_strdup (text);
}

char *
graft_mode_dup_octal (guint32 mode)
{
  return g_strdup_printf ("%04o", mode & GRAFT_MODE_ALL);
}

static gboolean
parse_octal (const char *text, guint32 *ret_mode)
{
  guint32 mode = 0;

  if (*text == '\0')
    return FALSE;
  for (const char *at = text; *at != '\0'; at++)
    {
      if (*at < '0' || *at > '7')
        return FALSE;
      mode = mode * 8 + (guint32)(*at - '0');
      if (mode > GRAFT_MODE_ALL)
        return FALSE;
    }
  *ret_mode = mode;
  return TRUE;
}

static gboolean
parse_letters (const char *text, guint32 *ret_mode)
{
  guint32 mode = 0;

  if (strlen (text) != N_LETTERS)
    return FALSE;
  for (guint i = 0; i < N_LETTERS; i++)
    {
      const char letter = text[i];

      if (letter == "rwx"[i % 3])
        mode |= get_bit (i);
      else if (i % 3 == 2 && letter == "sst"[i / 3])
        mode |= get_bit (i) | get_special (i);
      else if (i % 3 == 2 && letter == "SST"[i / 3])
        mode |= get_special (i);
      else if (letter != '-')
        return FALSE;
    }
  *ret_mode = mode;
  return TRUE;
}

gboolean
graft_mode_parse (const char *text, guint32 *ret_mode)
{
  g_autofree char *stripped = g_strstrip (g_strdup (text));

  return parse_octal (stripped, ret_mode) || parse_letters (stripped, ret_mode);
}
