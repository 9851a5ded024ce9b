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

GraftPackageControl *
graft_package_control_new (const char *text)
{
  GraftPackageControl *self = g_new0 (GraftPackageControl, 1);
  /* Not g_strsplit(): the strstr() in it is measured against all that is left by a sanitizer, which
   * for millions of lines takes hours. */
  g_auto (GStrv) lines = g_strsplit_set (text, "\n", -1);
  g_autoptr (GString) value = g_string_new (NULL);

  for (guint i = 0; lines[i] != NULL && *lines[i] != '\0';)
    {
      char **field = find_field (self, lines[i]);

      g_string_assign (value, field != NULL ? g_strstrip (strchr (lines[i], ':') + 1) : "");
      /* Collected first: a field may be made of millions of lines. */
      for (i++; lines[i] != NULL && (*lines[i] == ' ' || *lines[i] == '\t'); i++)
        if (field != NULL)
          g_string_append_printf (value, " %s", g_strstrip (lines[i]));
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
