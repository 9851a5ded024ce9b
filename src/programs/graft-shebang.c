/* graft-shebang.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "programs/graft-shebang.h"

#include <string.h>

#define BLANKS " \t"

void
graft_shebang_free (GraftShebang *self)
{
  if (self == NULL)
    return;
  g_free (self->interpreter);
  g_free (self->argument);
  g_free (self->program);
  g_free (self);
}

/* What env would start: the first word that is no option and sets no variable. With "-S" (or
 * "--split-string") env splits the argument itself; without it all of it is one word. */
static char *
find_program (const char *argument)
{
  g_auto (GStrv) words = NULL;
  const char *rest = argument;

  if (argument == NULL)
    return NULL;
  if (g_str_has_prefix (argument, "-S"))
    rest = argument + strlen ("-S");
  else if (g_str_has_prefix (argument, "-vS"))
    rest = argument + strlen ("-vS");
  else if (g_str_has_prefix (argument, "--split-string="))
    rest = argument + strlen ("--split-string=");
  else if (*argument == '-' || strpbrk (argument, BLANKS "=") != NULL)
    return NULL;
  words = g_strsplit_set (rest, BLANKS, -1);
  for (guint i = 0; words[i] != NULL; i++)
    if (*words[i] != '\0' && *words[i] != '-' && strchr (words[i], '=') == NULL)
      return g_strdup (words[i]);
  return NULL;
}

static gboolean
is_env (const char *interpreter)
{
  g_autofree char *name = g_path_get_basename (interpreter);

  return strcmp (name, "env") == 0;
}

GraftShebang *
graft_shebang_parse (const char *text, gsize length)
{
  g_autofree char *line = NULL;
  GraftShebang *self;
  const char *end;
  gsize interpreter;
  char *start;

  length = MIN (length, GRAFT_SHEBANG_SIZE);
  if (length < 2 || memcmp (text, "#!", 2) != 0)
    return NULL;
  end = memchr (text, '\n', length);
  line = g_strndup (text + 2, (end != NULL ? (gsize)(end - text) : length) - 2);
  start = line + strspn (line, BLANKS);
  interpreter = strcspn (start, BLANKS);
  /* A path that may go on behind what the kernel looks at is not started. */
  if (interpreter == 0
      || (end == NULL && length == GRAFT_SHEBANG_SIZE && start[interpreter] == '\0'))
    return NULL;
  self = g_new0 (GraftShebang, 1);
  self->interpreter = g_strndup (start, interpreter);
  start = g_strchomp (start + interpreter + strspn (start + interpreter, BLANKS));
  if (*start != '\0')
    self->argument = g_strdup (start);
  if (is_env (self->interpreter))
    self->program = find_program (self->argument);
  return self;
}
