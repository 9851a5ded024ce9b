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

/* The next line of *@text, which moves on behind it. One at a time: split at once, a text of
 * millions of lines takes many times its size. */
static char *
take_line (const char **text)
{
  const char *end = strchr (*text, '\n');
  char *line = end != NULL ? g_strndup (*text, end - *text) : g_strdup (*text);

  *text = end != NULL ? end + 1 : *text + strlen (*text);
  return line;
}

GraftPackageControl *
graft_package_control_new (const char *text)
{
  GraftPackageControl *self = g_new0 (GraftPackageControl, 1);
  g_autoptr (GString) value = g_string_new (NULL);

  while (*text != '\0' && *text != '\n')
    {
      g_autofree char *line = take_line (&text);
      char **field = find_field (self, line);

      g_string_assign (value, field != NULL ? g_strstrip (strchr (line, ':') + 1) : "");
      /* Collected first: a field may be made of millions of lines. */
      while (*text == ' ' || *text == '\t')
        {
          g_autofree char *more = take_line (&text);

          if (field != NULL)
            g_string_append_printf (value, " %s", g_strstrip (more));
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
