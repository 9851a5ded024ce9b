/* graft-boot-entry.c: what a syslinux configuration starts
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "bootset/graft-boot-entry.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-error.h"
#include "base/graft-limits.h"

/* Of one configuration; hand-written ones have a few dozen. */
#define MAX_ENTRIES 10000

void
graft_boot_entry_free (GraftBootEntry *self)
{
  g_free (self->label);
  g_free (self->kernel);
  g_ptr_array_unref (self->initrds);
  g_free (self->append);
  g_free (self);
}

static GraftBootEntry *
entry_new (const char *label)
{
  GraftBootEntry *self = g_new0 (GraftBootEntry, 1);

  self->label = g_strdup (label);
  self->initrds = g_ptr_array_new_with_free_func (g_free);
  return self;
}

gboolean
graft_boot_entry_is_name (const char *folder, const char *name)
{
  static const char *const names[]
      = { "isolinux.cfg", "syslinux.cfg", "extlinux.conf", "pxelinux.cfg", NULL };

  return g_strcmp0 (folder, "pxelinux.cfg") == 0 || g_strv_contains (names, name);
}

/* The configuration while it is read. */
typedef struct
{
  GPtrArray *entries;      /* of GraftBootEntry */
  GraftBootEntry *current; /* the last one; NULL before the first LABEL */
  char *default_line;
  char *append; /* before the first LABEL */
} Parser;

static void
add_initrds (GraftBootEntry *entry, const char *list)
{
  g_auto (GStrv) names = g_strsplit (list, ",", -1);

  for (guint i = 0; names[i] != NULL; i++)
    if (*g_strstrip (names[i]) != '\0')
      g_ptr_array_add (entry->initrds, g_strdup (names[i]));
}

static char *
dup_first_word (const char *text)
{
  return g_strndup (text, strcspn (text, " \t"));
}

static void
set_label (Parser *self, const char *label)
{
  if (self->entries->len >= MAX_ENTRIES)
    return;
  self->current = entry_new (label);
  g_ptr_array_add (self->entries, self->current);
}

static void
set_text (char **place, const char *text)
{
  g_free (*place);
  *place = g_strdup (text);
}

static void
read_directive (Parser *self, const char *word, const char *value)
{
  if (g_ascii_strcasecmp (word, "label") == 0)
    set_label (self, value);
  else if (g_ascii_strcasecmp (word, "default") == 0)
    set_text (&self->default_line, value);
  else if (g_ascii_strcasecmp (word, "append") == 0)
    set_text (self->current != NULL ? &self->current->append : &self->append, value);
  else if (self->current == NULL)
    return;
  else if (g_ascii_strcasecmp (word, "kernel") == 0 || g_ascii_strcasecmp (word, "linux") == 0)
    {
      g_free (self->current->kernel);
      self->current->kernel = dup_first_word (value);
    }
  else if (g_ascii_strcasecmp (word, "initrd") == 0)
    add_initrds (self->current, value);
}

static void
read_line (Parser *self, char *line)
{
  char *value;

  g_strstrip (line);
  value = line + strcspn (line, " \t");
  if (*value != '\0')
    *value++ = '\0';
  value += strspn (value, " \t");
  if (*line != '\0' && *line != '#')
    read_directive (self, line, value);
}

static gboolean
has_label (GPtrArray *entries, const char *label)
{
  for (guint i = 0; i < entries->len; i++)
    if (g_strcmp0 (((GraftBootEntry *)g_ptr_array_index (entries, i))->label, label) == 0)
      return TRUE;
  return FALSE;
}

/* "DEFAULT vmlinuz initrd=initrd.img" is an entry of its own, unless its first word is a label. */
static void
add_default (Parser *self)
{
  g_autofree char *first = dup_first_word (self->default_line);
  GraftBootEntry *entry;

  if (*first == '\0' || has_label (self->entries, first))
    return;
  entry = entry_new (NULL);
  entry->append = g_strdup (self->default_line + strlen (first));
  g_strstrip (entry->append);
  entry->kernel = g_steal_pointer (&first);
  g_ptr_array_insert (self->entries, 0, entry);
}

static GPtrArray *
list_words (const char *prefix, const char *append)
{
  GPtrArray *values = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv) words = g_strsplit_set (append != NULL ? append : "", " \t", -1);

  for (guint i = 0; words[i] != NULL; i++)
    if (g_str_has_prefix (words[i], prefix))
      g_ptr_array_add (values, g_strdup (words[i] + strlen (prefix)));
  return values;
}

static void
finish_entry (GraftBootEntry *entry, const char *append)
{
  g_autoptr (GPtrArray) lists = NULL;

  if (entry->append == NULL)
    entry->append = g_strdup (append);
  /* "APPEND -" says that there is none. */
  if (g_strcmp0 (entry->append, "-") == 0)
    g_clear_pointer (&entry->append, g_free);
  lists = list_words ("initrd=", entry->append);
  for (guint i = 0; i < lists->len; i++)
    add_initrds (entry, g_ptr_array_index (lists, i));
}

GPtrArray *
graft_boot_entry_parse (const char *text)
{
  Parser parser
      = { .entries = g_ptr_array_new_with_free_func ((GDestroyNotify)graft_boot_entry_free) };

  while (*text != '\0')
    {
      gsize length = strcspn (text, "\n");
      g_autofree char *line = g_strndup (text, length);

      read_line (&parser, line);
      text += length + (text[length] == '\n');
    }
  if (parser.default_line != NULL)
    add_default (&parser);
  for (guint i = 0; i < parser.entries->len; i++)
    finish_entry (g_ptr_array_index (parser.entries, i), parser.append);
  g_free (parser.default_line);
  g_free (parser.append);
  return parser.entries;
}

GPtrArray *
graft_boot_entry_read (GraftInput *input, GError **error)
{
  guint64 size = graft_input_get_size (input);
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *text = NULL;

  if (size > GRAFT_LIMIT_TEXT)
    {
      g_set_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_TOO_LARGE,
                   _ ("%s is too large for a boot configuration"), graft_input_get_name (input));
      return NULL;
    }
  bytes = graft_input_read_all (input, error);
  if (bytes == NULL)
    return NULL;
  text = g_strndup (g_bytes_get_data (bytes, NULL), size);
  if (strlen (text) == size)
    return graft_boot_entry_parse (text);
  g_set_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_CORRUPTED,
               _ ("%s is not a boot configuration: it has a NUL at byte %zu, which no text has"),
               graft_input_get_name (input), strlen (text));
  return NULL;
}

GPtrArray *
graft_boot_entry_list_roots (GraftBootEntry *self)
{
  static const char *const prefixes[] = { "fetch=", "httpfs=", "ftpfs=", "tftp=", "root=live:" };
  GPtrArray *roots = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < G_N_ELEMENTS (prefixes); i++)
    {
      g_autoptr (GPtrArray) values = list_words (prefixes[i], self->append);

      for (guint k = 0; k < values->len; k++)
        g_ptr_array_add (roots, g_strdup (g_ptr_array_index (values, k)));
    }
  return roots;
}
