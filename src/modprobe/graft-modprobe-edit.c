/* graft-modprobe-edit.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "modprobe/graft-modprobe-edit.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-error.h"
#include "base/graft-name.h"
#include "modprobe/graft-modprobe-text.h"

/* A piece of the text that goes, for something else or nothing. */
typedef struct
{
  gsize offset;
  gsize length;
} Span;

/* A parameter in a line of options. */
typedef struct
{
  Span all;   /* from the blanks before it */
  Span value; /* behind "="; without one, from the end of the key */
  gboolean has_equals;
  guint line; /* index among the lines */
} Found;

gboolean
graft_modprobe_check_name (const char *name, GError **error)
{
  gboolean ok = *name != '\0' && *name != '#' && *name != '-';

  for (const char *c = name; *c != '\0'; c++)
    ok = ok && g_ascii_isgraph (*c) && strchr ("/\\\"'=", *c) == NULL;
  if (!ok)
    {
      g_autofree char *shown = graft_name_escape (name);

      g_set_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_INVALID, _ ("“%s” is no name of a module"),
                   shown);
    }
  return ok;
}

static gboolean
check_key (const char *key, GError **error)
{
  gboolean ok = *key != '\0';

  for (const char *c = key; *c != '\0'; c++)
    ok = ok && (g_ascii_isalnum (*c) || strchr ("-_.", *c) != NULL);
  if (!ok)
    {
      g_autofree char *shown = graft_name_escape (key);

      g_set_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_INVALID,
                   _ ("“%s” is no name of a module's parameter"), shown);
    }
  return ok;
}

/* The kernel takes quotes off a value that begins with one; nothing can stand for a quote itself.
 */
static char *
quote_value (const char *value, GError **error)
{
  for (const char *c = value; *c != '\0'; c++)
    if (*c == '"' || *c == '\\' || g_ascii_iscntrl (*c))
      {
        g_autofree char *shown = graft_name_escape (value);

        g_set_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_INVALID,
                     _ ("“%s” cannot be given to a module: no parameter can have quotes, "
                        "backslashes or line ends in it"),
                     shown);
        return NULL;
      }
  return strpbrk (value, " \t") != NULL ? g_strdup_printf ("\"%s\"", value) : g_strdup (value);
}

static const GraftModprobeLine *
get_line (GPtrArray *lines, guint index)
{
  return g_ptr_array_index (lines, index);
}

static gboolean
is_about (const GraftModprobeLine *line, GraftModprobeCommand command, const char *module)
{
  return line->command == command && graft_modprobe_is_same_name (line->subject, module);
}

/* Where @place of the rest of @line stands in the text; also of the end. */
static gsize
get_offset (const GraftModprobeLine *line, gsize place)
{
  return place < strlen (line->rest) ? line->rest_offsets[place]
                                     : line->rest_offsets[place - 1] + 1;
}

/* What goes with the parameter between @first and @end of the rest of @line: the blanks before it,
 * or behind it when it is the first one. */
static Span
find_whole (const GraftModprobeLine *line, gsize first, gsize end)
{
  gsize offset;

  if (first == 0)
    end += strspn (line->rest + end, " \t");
  while (first > 0 && strchr (" \t", line->rest[first - 1]) != NULL)
    first--;
  offset = get_offset (line, first);
  return (Span){ offset, get_offset (line, end) - offset };
}

/* All places of @key, of any (NULL) of the module's parameters. */
static GArray *
find_options (GPtrArray *lines, const char *module, const char *key)
{
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (Found));

  for (guint i = 0; i < lines->len; i++)
    {
      const GraftModprobeLine *line = get_line (lines, i);
      const char *next = line->rest, *start;
      gsize key_length, length;

      if (!is_about (line, GRAFT_MODPROBE_OPTIONS, module))
        continue;
      while (graft_modprobe_next_parameter (&next, &start, &key_length, &length))
        {
          gsize first = start - line->rest, end = first + length;
          Found one = { .line = i, .has_equals = key_length < length };

          one.all = find_whole (line, first, end);
          one.value.offset = get_offset (line, first + key_length + (one.has_equals ? 1 : 0));
          one.value.length = get_offset (line, end) - one.value.offset;
          if (key == NULL || graft_modprobe_is_same_key (start, key_length, key, strlen (key)))
            g_array_append_val (found, one);
        }
    }
  return g_steal_pointer (&found);
}

static GBytes *
take (GString *text)
{
  return g_string_free_to_bytes (text);
}

static GString *
copy (GBytes *text)
{
  gsize length;
  const char *data = g_bytes_get_data (text, &length);

  return g_string_new_len (data, length);
}

static void
append_line (GString *text, const char *line)
{
  gsize end;

  if (text->len > 0 && text->str[text->len - 1] != '\n')
    g_string_append_c (text, '\n');
  /* A backslash would make the new line a part of the last one. */
  for (end = text->len; end > 1 && text->str[end - 2] == '\\'; end--)
    ;
  if ((text->len - end) % 2 == 1)
    g_string_append_c (text, '\n');
  g_string_append_printf (text, "%s\n", line);
}

/* Behind the last character of the line that means something. */
static gsize
get_end (const GraftModprobeLine *line)
{
  gsize length = strlen (line->rest);

  while (length > 1 && strchr (" \t", line->rest[length - 1]) != NULL)
    length--;
  return get_offset (line, length);
}

static GBytes *
set_option (GBytes *old, GPtrArray *lines, const char *module, const char *key, const char *value)
{
  g_autoptr (GArray) found = find_options (lines, module, key);
  GString *text = copy (old);

  if (found->len > 0)
    {
      const Found *last = &g_array_index (found, Found, found->len - 1);

      g_string_erase (text, last->value.offset, last->value.length);
      g_string_insert (text, last->value.offset, value);
      if (!last->has_equals)
        g_string_insert_c (text, last->value.offset, '=');
      return take (text);
    }
  for (guint i = lines->len; i > 0; i--)
    if (is_about (get_line (lines, i - 1), GRAFT_MODPROBE_OPTIONS, module))
      {
        g_autofree char *more = g_strdup_printf (" %s=%s", key, value);

        g_string_insert (text, get_end (get_line (lines, i - 1)), more);
        return take (text);
      }
  {
    g_autofree char *line = g_strdup_printf ("options %s %s=%s", module, key, value);

    append_line (text, line);
    return take (text);
  }
}

/* @erased: where the last span that went began. */
static void
erase (GString *text, const Span *span, gsize erased)
{
  gsize end = span->offset + span->length;

  g_string_erase (text, span->offset, MIN (end, erased) - span->offset);
  if (end > erased)
    g_string_erase (text, span->offset, strspn (text->str + span->offset, " \t"));
}

static GBytes *
drop_option (GBytes *old, GPtrArray *lines, const char *module, const char *key)
{
  g_autoptr (GArray) all = find_options (lines, module, NULL);
  g_autoptr (GArray) found = find_options (lines, module, key);
  GString *text = copy (old);

  /* From the end, so that the places before stay. */
  for (guint i = found->len; i > 0; i--)
    {
      /* Blanks between two that go are of both. */
      gsize erased = i < found->len ? g_array_index (found, Found, i).all.offset : G_MAXSIZE;
      const Found *one = &g_array_index (found, Found, i - 1);
      const GraftModprobeLine *line = get_line (lines, one->line);
      guint n_all = 0, n_found = 0;

      for (guint n = 0; n < all->len; n++)
        n_all += g_array_index (all, Found, n).line == one->line;
      for (guint n = 0; n < found->len; n++)
        n_found += g_array_index (found, Found, n).line == one->line;
      if (n_all > n_found)
        erase (text, &one->all, erased);
      else if (i == 1 || g_array_index (found, Found, i - 2).line != one->line)
        g_string_erase (text, line->offset, line->length);
    }
  return take (text);
}

/* modprobe gives all lines to the kernel as one: what comes behind an open quote is a part of it.
 */
static gboolean
check_quotes (GPtrArray *lines, const char *module, GError **error)
{
  for (guint i = 0; i < lines->len; i++)
    {
      const GraftModprobeLine *line = get_line (lines, i);
      gboolean quoted = FALSE;

      if (!is_about (line, GRAFT_MODPROBE_OPTIONS, module))
        continue;
      for (const char *c = line->rest; *c != '\0'; c++)
        quoted = quoted != (*c == '"');
      if (!quoted)
        continue;
      g_set_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_INVALID,
                   _ ("in line %u the options of %s have a quote that is not closed, which makes "
                      "what is behind it a part of its value: mend that line first"),
                   line->number, module);
      return FALSE;
    }
  return TRUE;
}

GBytes *
graft_modprobe_edit_set_option (GBytes *text, const char *module, const char *key,
                                const char *value, GError **error)
{
  g_autoptr (GPtrArray) lines = NULL;
  g_autofree char *quoted = NULL;
  gsize length;
  const char *data = g_bytes_get_data (text, &length);

  if (!graft_modprobe_check_name (module, error) || !check_key (key, error))
    return NULL;
  lines = graft_modprobe_text_parse (data, length);
  if (!check_quotes (lines, module, error))
    return NULL;
  if (value == NULL)
    return drop_option (text, lines, module, key);
  quoted = quote_value (value, error);
  return quoted != NULL ? set_option (text, lines, module, key, quoted) : NULL;
}

GBytes *
graft_modprobe_edit_set_blacklisted (GBytes *text, const char *module, gboolean blacklisted,
                                     GError **error)
{
  g_autoptr (GPtrArray) lines = NULL;
  GString *edited;
  gboolean is = FALSE;
  gsize length;
  const char *data = g_bytes_get_data (text, &length);

  if (!graft_modprobe_check_name (module, error))
    return NULL;
  lines = graft_modprobe_text_parse (data, length);
  edited = copy (text);
  for (guint i = lines->len; i > 0; i--)
    {
      const GraftModprobeLine *line = get_line (lines, i - 1);

      if (!is_about (line, GRAFT_MODPROBE_BLACKLIST, module))
        continue;
      is = TRUE;
      if (!blacklisted)
        g_string_erase (edited, line->offset, line->length);
    }
  if (blacklisted && !is)
    {
      g_autofree char *line = g_strdup_printf ("blacklist %s", module);

      append_line (edited, line);
    }
  return take (edited);
}
