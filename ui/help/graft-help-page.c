/* graft-help-page.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "help/graft-help-page.h"

#include <glib/gi18n.h>
#include <string.h>

/* What the elements of a text become; gui is looked up as well. */
static const struct
{
  const char *element;
  const char *begin;
  const char *end;
} inlines[] = {
  { "gui", "<b>", "</b>" },
  { "key", "<b>", "</b>" },
  { "code", "<tt>", "</tt>" },
};

static const struct
{
  const char *element;
  GraftHelpKind kind;
} kinds[] = {
  { "title", GRAFT_HELP_TITLE }, { "p", GRAFT_HELP_TEXT },    { "item", GRAFT_HELP_ITEM },
  { "step", GRAFT_HELP_STEP },   { "note", GRAFT_HELP_NOTE }, { "screen", GRAFT_HELP_SCREEN },
};

/**
 * Reader:
 * @page: what was read so far
 * @text: (nullable): of the element that is open: its content as it stands in the file
 * @n_steps: in the list that the last block is of
 */
typedef struct
{
  GraftHelpPage *page;
  GString *text;
  guint n_steps;
} Reader;

static void
block_free (gpointer data)
{
  GraftHelpBlock *self = data;

  g_free (self->text);
  g_free (self);
}

void
graft_help_page_free (GraftHelpPage *self)
{
  g_free (self->name);
  g_free (self->title);
  g_free (self->summary);
  g_ptr_array_unref (self->blocks);
  g_free (self);
}

char *
graft_help_quote (const char *text)
{
  g_autoptr (GRegex) access_key = g_regex_new ("\\(_.\\)|_", 0, 0, NULL);
  g_autoptr (GRegex) directive = g_regex_new ("%[-0-9.*]*[a-z]", 0, 0, NULL);
  g_autofree char *plain = g_regex_replace_literal (access_key, text, -1, 0, "", 0, NULL);

  return g_regex_replace_literal (directive, plain, -1, 0, "…", 0, NULL);
}

static int
find_inline (const char *element)
{
  for (guint i = 0; i < G_N_ELEMENTS (inlines); i++)
    if (strcmp (inlines[i].element, element) == 0)
      return (int)i;
  return -1;
}

static void
add_quote (GString *markup, const char *msgid)
{
  g_autofree char *shown = graft_help_quote (gettext (msgid));
  g_autofree char *escaped = g_markup_escape_text (shown, -1);

  g_string_append (markup, escaped);
}

/* A text of a page, in its own elements, as Pango has it. */
static char *
dup_markup (const char *text)
{
  GString *markup = g_string_new (NULL);

  while (*text != '\0')
    {
      const char *open = strchrnul (text, '<');
      const char *close = strchr (open, '>');
      g_autofree char *element = NULL, *end = NULL, *content = NULL;
      const char *until;
      int which;

      g_string_append_len (markup, text, open - text);
      text = open;
      if (close == NULL)
        break;
      element = g_strndup (open + 1, (gsize)(close - open - 1));
      end = g_strdup_printf ("</%s>", element);
      until = strstr (close, end);
      which = find_inline (element);
      if (until == NULL || which < 0)
        break;
      content = g_strndup (close + 1, (gsize)(until - close - 1));
      g_string_append (markup, inlines[which].begin);
      if (strcmp (element, "gui") == 0)
        add_quote (markup, content);
      else
        g_string_append (markup, content);
      g_string_append (markup, inlines[which].end);
      text = until + strlen (end);
    }
  /* What a translation has broken. */
  if (*text != '\0')
    {
      g_autofree char *rest = g_markup_escape_text (text, -1);

      g_string_append (markup, rest);
    }
  return g_string_free (markup, FALSE);
}

/* As xgettext has it: white space is one blank, and none is around the text. */
static char *
dup_msgid (const char *text)
{
  g_autoptr (GRegex) white = g_regex_new ("\\s+", 0, 0, NULL);

  return g_strstrip (g_regex_replace_literal (white, text, -1, 0, " ", 0, NULL));
}

static void
add_block (Reader *self, GraftHelpKind kind, char *text)
{
  GraftHelpBlock *block = g_new0 (GraftHelpBlock, 1);

  self->n_steps = kind == GRAFT_HELP_STEP ? self->n_steps + 1 : 0;
  block->kind = kind;
  block->number = self->n_steps;
  block->text = text;
  g_ptr_array_add (self->page->blocks, block);
}

static gboolean
fail (GError **error, const char *element)
{
  g_set_error (error, G_MARKUP_ERROR, G_MARKUP_ERROR_INVALID_CONTENT,
               _ ("A page of the help cannot have the element “%s” here"), element);
  return FALSE;
}

static gboolean
is_block (const char *element)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (strcmp (kinds[i].element, element) == 0)
      return TRUE;
  return strcmp (element, "desc") == 0;
}

static void
on_start (GMarkupParseContext *context, const char *element, const char **names,
          const char **values, gpointer data, GError **error)
{
  Reader *self = data;
  const char *id = NULL;
  const GSList *stack = g_markup_parse_context_get_element_stack (context);
  gboolean is_root = stack->next == NULL;

  if (self->text != NULL)
    {
      if (find_inline (element) < 0 || find_inline (stack->next->data) >= 0)
        fail (error, element);
      g_string_append_printf (self->text, "<%s>", element);
    }
  else if (is_root && strcmp (element, "page") == 0)
    {
      if (g_markup_collect_attributes (element, names, values, error, G_MARKUP_COLLECT_STRING, "id",
                                       &id, G_MARKUP_COLLECT_INVALID))
        self->page->name = g_strdup (id);
    }
  else if (!is_root && strcmp (element, "see") == 0)
    {
      if (g_markup_collect_attributes (element, names, values, error, G_MARKUP_COLLECT_STRING,
                                       "page", &id, G_MARKUP_COLLECT_INVALID))
        add_block (self, GRAFT_HELP_SEE, g_strdup (id));
    }
  else if (!is_root && is_block (element))
    self->text = g_string_new (NULL);
  else
    fail (error, element);
}

static void
end_block (Reader *self, const char *element)
{
  g_autofree char *content = g_string_free (g_steal_pointer (&self->text), FALSE);
  g_autofree char *msgid = dup_msgid (content);
  const char *text = g_dgettext (GRAFT_HELP_DOMAIN, msgid);

  if (strcmp (element, "title") == 0 && self->page->title == NULL)
    self->page->title = g_strdup (text);
  else if (strcmp (element, "desc") == 0)
    {
      g_free (self->page->summary);
      self->page->summary = g_strdup (text);
    }
  else if (strcmp (element, "screen") == 0)
    add_block (self, GRAFT_HELP_SCREEN, g_steal_pointer (&content));
  else
    for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
      if (strcmp (kinds[i].element, element) == 0)
        add_block (self, kinds[i].kind, dup_markup (text));
}

static void
on_end (GMarkupParseContext *context, const char *element, gpointer data, GError **error)
{
  Reader *self = data;

  if (self->text == NULL)
    return;
  if (find_inline (element) >= 0)
    g_string_append_printf (self->text, "</%s>", element);
  else
    end_block (self, element);
}

static void
on_text (GMarkupParseContext *context, const char *text, gsize length, gpointer data,
         GError **error)
{
  Reader *self = data;

  if (self->text != NULL)
    g_string_append_len (self->text, text, (gssize)length);
}

GraftHelpPage *
graft_help_page_parse (const char *text, gsize length, GError **error)
{
  static const GMarkupParser parser = { on_start, on_end, on_text, NULL, NULL };
  Reader reader = { g_new0 (GraftHelpPage, 1), NULL, 0 };
  g_autoptr (GraftHelpPage) page = reader.page;
  g_autoptr (GMarkupParseContext) context = g_markup_parse_context_new (&parser, 0, &reader, NULL);
  gboolean read;

  page->blocks = g_ptr_array_new_with_free_func (block_free);
  read = g_markup_parse_context_parse (context, text, (gssize)length, error)
         && g_markup_parse_context_end_parse (context, error);
  if (reader.text != NULL)
    g_string_free (reader.text, TRUE);
  if (!read)
    return NULL;
  if (page->title == NULL || page->summary == NULL)
    {
      g_set_error_literal (error, G_MARKUP_ERROR, G_MARKUP_ERROR_MISSING_ATTRIBUTE,
                           _ ("A page of the help needs a title and a summary"));
      return NULL;
    }
  return g_steal_pointer (&page);
}
