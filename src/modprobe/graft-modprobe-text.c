/* graft-modprobe-text.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "modprobe/graft-modprobe-text.h"

#include <string.h>

#define BLANKS " \t"

static const struct
{
  const char *name;
  gboolean needs_rest;
} commands[] = {
  [GRAFT_MODPROBE_NOTHING] = { "", FALSE },
  [GRAFT_MODPROBE_ALIAS] = { "alias", TRUE },
  [GRAFT_MODPROBE_BLACKLIST] = { "blacklist", FALSE },
  [GRAFT_MODPROBE_INSTALL] = { "install", TRUE },
  [GRAFT_MODPROBE_OPTIONS] = { "options", TRUE },
  [GRAFT_MODPROBE_REMOVE] = { "remove", TRUE },
  [GRAFT_MODPROBE_SOFTDEP] = { "softdep", TRUE },
  [GRAFT_MODPROBE_IGNORED] = { "", FALSE },
};

/* A line with those that continue it, joined. */
typedef struct
{
  GString *joined;
  GArray *offsets; /* of each byte of @joined, in the text */
  gsize end;       /* in the text, behind the line end */
  guint n_lines;
} Joined;

static void
joined_clear (Joined *self)
{
  g_string_free (self->joined, TRUE);
  g_array_unref (self->offsets);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Joined, joined_clear)

static void
line_free (gpointer data)
{
  GraftModprobeLine *self = data;

  g_free (self->subject);
  g_free (self->rest);
  g_free (self->rest_offsets);
  g_free (self);
}

const char *
graft_modprobe_command_get_name (GraftModprobeCommand command)
{
  return commands[command].name;
}

static void
join_line (Joined *self, const char *text, gsize length, gsize offset)
{
  self->joined = g_string_new (NULL);
  self->offsets = g_array_new (FALSE, FALSE, sizeof (gsize));
  for (self->n_lines = 1; offset < length && text[offset] != '\n'; offset++)
    {
      /* Before anything else a backslash stands for what is behind it, as libkmod reads it. */
      if (text[offset] == '\\' && ++offset >= length)
        break;
      if (text[offset] == '\n')
        {
          self->n_lines++;
          continue; /* escaped: the condition of the loop sees the unescaped ones */
        }
      /* Nothing of what modprobe reads has one; what is behind it must not look like the end. */
      g_string_append_c (self->joined, text[offset] != '\0' ? text[offset] : '?');
      g_array_append_val (self->offsets, offset);
    }
  self->end = offset < length ? offset + 1 : length;
}

/* The word at @place, which is put behind it and the blanks that follow. */
static char *
take_word (const Joined *self, gsize *place)
{
  const char *start = self->joined->str + *place;
  gsize length = strcspn (start, BLANKS);

  *place += length + strspn (start + length, BLANKS);
  return length > 0 ? g_strndup (start, length) : NULL;
}

static GraftModprobeCommand
find_command (const char *word)
{
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (strcmp (commands[i].name, word) == 0 && *word != '\0')
      return i;
  return GRAFT_MODPROBE_IGNORED;
}

static void
read_command (GraftModprobeLine *self, Joined *line)
{
  gsize place = strspn (line->joined->str, BLANKS);
  g_autofree char *word = NULL;

  word = take_word (line, &place);
  if (word == NULL || *word == '#')
    return;
  self->command = find_command (word);
  if (self->command == GRAFT_MODPROBE_IGNORED)
    return;
  self->subject = take_word (line, &place);
  if (place < line->joined->len)
    {
      self->rest = g_strdup (line->joined->str + place);
      self->rest_offsets = g_memdup2 (&g_array_index (line->offsets, gsize, place),
                                      (line->joined->len - place) * sizeof (gsize));
    }
  if (self->subject == NULL || (commands[self->command].needs_rest && self->rest == NULL))
    self->command = GRAFT_MODPROBE_IGNORED;
}

GPtrArray *
graft_modprobe_text_parse (const char *text, gsize length)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (line_free);
  guint number = 1;

  for (gsize offset = 0; offset < length;)
    {
      GraftModprobeLine *line = g_new0 (GraftModprobeLine, 1);
      g_auto (Joined) joined = { 0 };

      join_line (&joined, text, length, offset);
      line->number = number;
      line->offset = offset;
      line->length = joined.end - offset;
      read_command (line, &joined);
      g_ptr_array_add (lines, line);
      number += joined.n_lines;
      offset = joined.end;
    }
  return g_steal_pointer (&lines);
}

gboolean
graft_modprobe_is_same_key (const char *a, gsize a_length, const char *b, gsize b_length)
{
  if (a_length != b_length)
    return FALSE;
  for (gsize i = 0; i < a_length; i++)
    if (a[i] != b[i] && !((a[i] == '-' || a[i] == '_') && (b[i] == '-' || b[i] == '_')))
      return FALSE;
  return TRUE;
}

gboolean
graft_modprobe_is_same_name (const char *a, const char *b)
{
  return graft_modprobe_is_same_key (a, strlen (a), b, strlen (b));
}

gboolean
graft_modprobe_next_parameter (const char **text, const char **ret_key, gsize *ret_key_length,
                               gsize *ret_length)
{
  const char *start = *text + strspn (*text, BLANKS "\n\r");
  const char *equals = NULL, *end = start;
  gboolean quoted = FALSE;

  for (; *end != '\0' && (quoted || strchr (BLANKS "\n\r", *end) == NULL); end++)
    {
      if (*end == '"')
        quoted = !quoted;
      else if (*end == '=' && equals == NULL)
        equals = end;
    }
  *ret_key = start;
  *ret_key_length = (equals != NULL ? equals : end) - start;
  *ret_length = end - start;
  *text = end;
  return end != start;
}

char *
graft_modprobe_normalize (const char *name, gsize length)
{
  char *normal = g_strndup (name, length);
  gboolean in_brackets = FALSE;

  for (char *c = normal; *c != '\0'; c++)
    if (*c == '[')
      in_brackets = TRUE;
    else if (*c == ']')
      in_brackets = FALSE;
    else if (*c == '-' && !in_brackets)
      *c = '_';
  return normal;
}
