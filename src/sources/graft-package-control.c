/* graft-package-control.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "sources/graft-package-control.h"

#include <string.h>

/* A line that begins with a blank goes on with the field before it. */
static char **
find_field (GraftPackageControl *self, const char *line)
{
  const struct
  {
    const char *name;
    char **value;
  } fields[] = {
    { "Package:", &self->package },
    { "Version:", &self->version },
    { "Architecture:", &self->architecture },
    { "Depends:", &self->depends },
  };

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    if (g_ascii_strncasecmp (line, fields[i].name, strlen (fields[i].name)) == 0)
      return fields[i].value;
  return NULL;
}

/* Appends the line at @text without the blanks around it, and says where the next one begins.
 * Nothing is copied but what is kept: a text of millions of lines must not take many times its
 * size. */
static const char *
append_line (GString *value, const char *text)
{
  gsize length = strcspn (text, "\n");
  const char *next = text + length + (text[length] == '\n');

  while (length > 0 && g_ascii_isspace (text[0]))
    {
      text++;
      length--;
    }
  while (length > 0 && g_ascii_isspace (text[length - 1]))
    length--;
  g_string_append_len (value, text, length);
  return next;
}

static const char *
skip_line (const char *text)
{
  const char *end = strchr (text, '\n');

  return end != NULL ? end + 1 : text + strlen (text);
}

GraftPackageControl *
graft_package_control_new (const char *text)
{
  GraftPackageControl *self = g_new0 (GraftPackageControl, 1);
  g_autoptr (GString) value = g_string_new (NULL);

  while (*text != '\0' && *text != '\n')
    {
      char **field = find_field (self, text);

      g_string_truncate (value, 0);
      text = field != NULL ? append_line (value, strchr (text, ':') + 1) : skip_line (text);
      /* Collected first: a field may be made of millions of lines. */
      while (*text == ' ' || *text == '\t')
        {
          if (field != NULL)
            g_string_append_c (value, ' ');
          text = field != NULL ? append_line (value, text) : skip_line (text);
        }
      if (field == NULL)
        continue;
      g_free (*field);
      *field = g_strdup (value->str);
    }
  return self;
}

void
graft_package_control_free (GraftPackageControl *self)
{
  g_free (self->package);
  g_free (self->version);
  g_free (self->architecture);
  g_free (self->depends);
  g_free (self->scripts);
  g_free (self);
}
