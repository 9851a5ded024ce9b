/* cli-table.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "cli/cli-table.h"

#include <stdio.h>
#include <string.h>

#define GAP 2

struct _CliTable
{
  char *sides;
  GPtrArray *rows; /* of GStrv; one text only: a line across */
};

CliTable *
cli_table_new (const char *sides)
{
  CliTable *self = g_new0 (CliTable, 1);

  self->sides = g_strdup (sides);
  self->rows = g_ptr_array_new_with_free_func ((GDestroyNotify)g_strfreev);
  return self;
}

void
cli_table_add (CliTable *self, ...)
{
  gsize count = strlen (self->sides);
  char **row = g_new0 (char *, count + 1);
  va_list args;

  va_start (args, self);
  for (gsize i = 0; i < count; i++)
    {
      const char *text = va_arg (args, const char *);

      row[i] = g_strdup (text != NULL ? text : "");
    }
  va_end (args);
  g_ptr_array_add (self->rows, row);
}

void
cli_table_add_line (CliTable *self, const char *text)
{
  char **row = g_new0 (char *, 2);

  row[0] = g_strdup (text);
  g_ptr_array_add (self->rows, row);
}

/* Cells on a terminal. */
static gsize
get_width (const char *text)
{
  gsize width = 0;

  for (; *text != '\0'; text = g_utf8_next_char (text))
    {
      gunichar c = g_utf8_get_char (text);

      width += g_unichar_iszerowidth (c) ? 0 : g_unichar_iswide (c) ? 2 : 1;
    }
  return width;
}

static void
print_row (CliTable *self, char **row, const gsize *widths)
{
  gsize count = strlen (self->sides);

  for (gsize i = 0; i < count; i++)
    {
      gsize fill = widths[i] - get_width (row[i]);
      gboolean last = i + 1 == count;

      if (self->sides[i] == 'r')
        printf ("%*s%s", (int)fill, "", row[i]);
      else
        printf ("%s%*s", row[i], last ? 0 : (int)fill, "");
      printf ("%*s", last ? 0 : GAP, "");
    }
  putchar ('\n');
}

void
cli_table_print (CliTable *self)
{
  gsize count = strlen (self->sides);
  g_autofree gsize *widths = g_new0 (gsize, count);

  for (guint i = 0; i < self->rows->len; i++)
    {
      char **row = g_ptr_array_index (self->rows, i);

      for (gsize j = 0; j < count && g_strv_length (row) == count; j++)
        widths[j] = MAX (widths[j], get_width (row[j]));
    }
  for (guint i = 0; i < self->rows->len; i++)
    {
      char **row = g_ptr_array_index (self->rows, i);

      if (g_strv_length (row) == count)
        print_row (self, row, widths);
      else
        puts (row[0]);
    }
  g_ptr_array_unref (self->rows);
  g_free (self->sides);
  g_free (self);
}
