/* graft-boot-entry-edit.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "bootset/graft-boot-entry-edit.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-error.h"
#include "base/graft-name.h"
#include "modprobe/graft-modprobe-text.h"

#define BLANKS " \t"

/* The lines of one entry, or (without a label) of what stands before the first. */
typedef struct
{
  char *label;    /* (nullable) */
  gint append;    /* index of the line; -1: none */
  gint kernel;    /* the same */
  gboolean boots; /* a kernel, with an initrd */
} Section;

typedef struct
{
  GPtrArray *lines;  /* of char*, each with its end */
  GArray *sections;  /* the first is what stands before all entries */
  gint default_line; /* whose value is no label but a command; -1: none */
} Config;

static void
clear_section (gpointer data)
{
  g_free (((Section *)data)->label);
}

static void
config_clear (Config *self)
{
  g_clear_pointer (&self->lines, g_ptr_array_unref);
  g_clear_pointer (&self->sections, g_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Config, config_clear)

/* Where the value of a line begins when its first word is @directive; NULL when not. */
static const char *
get_value (const char *line, const char *directive)
{
  gsize length = strlen (directive);

  line += strspn (line, BLANKS);
  if (g_ascii_strncasecmp (line, directive, length) != 0
      || strchr (BLANKS "\r\n", line[length]) == NULL)
    return NULL;
  return line + length + strspn (line + length, BLANKS);
}

static char *
dup_value (const char *value)
{
  return g_strchomp (g_strdup (value));
}

static Section *
get_section (Config *self, guint index)
{
  return &g_array_index (self->sections, Section, index);
}

static const char *
get_line (Config *self, gint index)
{
  return g_ptr_array_index (self->lines, index);
}

static gboolean
names_initrd (const char *append)
{
  const char *key;
  gsize key_length, length;

  while (graft_modprobe_next_parameter (&append, &key, &key_length, &length))
    if (key_length == strlen ("initrd") && strncmp (key, "initrd", key_length) == 0)
      return TRUE;
  return FALSE;
}

static void
use_line (Config *self, gint index)
{
  const char *line = get_line (self, index), *value;
  Section *section = get_section (self, self->sections->len - 1);

  if ((value = get_value (line, "label")) != NULL)
    {
      const Section fresh = { dup_value (value), -1, -1, FALSE };

      g_array_append_val (self->sections, fresh);
    }
  else if ((value = get_value (line, "append")) != NULL)
    {
      section->append = index;
      section->boots = section->boots || names_initrd (value);
    }
  else if (get_value (line, "kernel") != NULL || get_value (line, "linux") != NULL)
    section->kernel = index;
  else if (get_value (line, "initrd") != NULL)
    section->boots = TRUE;
  else if (get_value (line, "default") != NULL)
    self->default_line = index;
}

static gboolean
has_label (Config *self, const char *label)
{
  for (guint i = 1; i < self->sections->len; i++)
    if (strcmp (get_section (self, i)->label, label) == 0)
      return TRUE;
  return FALSE;
}

static void
config_init (Config *self, GBytes *text)
{
  const Section before = { NULL, -1, -1, FALSE };
  gsize size;
  const char *data = g_bytes_get_data (text, &size);

  self->lines = g_ptr_array_new_with_free_func (g_free);
  self->sections = g_array_new (FALSE, FALSE, sizeof (Section));
  g_array_set_clear_func (self->sections, clear_section);
  g_array_append_val (self->sections, before);
  self->default_line = -1;
  for (gsize offset = 0; offset < size;)
    {
      const char *end = memchr (data + offset, '\n', size - offset);
      gsize length = end != NULL ? (gsize)(end + 1 - (data + offset)) : size - offset;

      g_ptr_array_add (self->lines, g_strndup (data + offset, length));
      offset += length;
    }
  for (guint i = 0; i < self->lines->len; i++)
    use_line (self, i);
  if (self->default_line >= 0)
    {
      g_autofree char *value
          = dup_value (get_value (get_line (self, self->default_line), "default"));

      if (has_label (self, value) || !names_initrd (value))
        self->default_line = -1;
    }
}

/* Whether @key, of @key_length in @length bytes, is what @word is about. */
static gboolean
is_about (const char *key, gsize key_length, gsize length, const char *word,
          GraftBootOptionAction action)
{
  const char *equals = strchr (word, '=');

  if (action == GRAFT_BOOT_OPTION_SET && equals != NULL)
    return key_length < length && key_length == (gsize)(equals - word)
           && strncmp (key, word, key_length) == 0;
  if (action == GRAFT_BOOT_OPTION_DROP && equals == NULL && key_length == strlen (word)
      && strncmp (key, word, key_length) == 0)
    return TRUE;
  return length == strlen (word) && strncmp (key, word, length) == 0;
}

/* The line with other options; what is before the first one stays. */
static char *
edit_options (const char *line, const char *options, const char *word, GraftBootOptionAction action)
{
  g_autoptr (GString) edited = g_string_new_len (line, options - line);
  const char *next = options, *behind = options, *key;
  gsize key_length, length;
  gboolean is_there = action == GRAFT_BOOT_OPTION_DROP;

  while (graft_modprobe_next_parameter (&next, &key, &key_length, &length))
    {
      gboolean about = is_about (key, key_length, length, word, action);
      gboolean goes = about && (is_there || action == GRAFT_BOOT_OPTION_DROP);

      /* "APPEND -" says that there are none. */
      goes = goes || (length == 1 && *key == '-');
      if (!goes)
        {
          /* What was before one that went is not before this one. */
          if (edited->len > (gsize)(options - line))
            g_string_append_len (edited, behind < key ? behind : " ",
                                 behind < key ? key - behind : 1);
          g_string_append_len (edited, about ? word : key, about ? strlen (word) : length);
          is_there = is_there || about;
        }
      behind = next;
    }
  if (!is_there)
    g_string_append_printf (edited, "%s%s", edited->len > (gsize)(options - line) ? " " : "", word);
  g_string_append (edited, behind);
  return g_string_free (g_steal_pointer (&edited), FALSE);
}

static void
edit_line (Config *self, gint index, const char *directive, const char *word,
           GraftBootOptionAction action)
{
  const char *line = get_line (self, index);
  char *edited = edit_options (line, get_value (line, directive), word, action);

  g_free (self->lines->pdata[index]);
  self->lines->pdata[index] = edited;
}

/* An APPEND of its own, below what the entry starts and indented as that is. */
static void
add_line (Config *self, gint kernel, const char *word)
{
  const char *line = get_line (self, kernel);
  gsize length = strlen (line);
  const char *end = g_str_has_suffix (line, "\r\n") ? "\r\n" : "\n";
  gboolean is_ended = length > 0 && line[length - 1] == '\n';
  char *both = g_strdup_printf ("%s%s%.*sAPPEND %s%s", line, is_ended ? "" : end,
                                (int)strspn (line, BLANKS), line, word, is_ended ? end : "");

  g_free (self->lines->pdata[kernel]);
  self->lines->pdata[kernel] = both;
}

static gboolean
check_word (const char *word, GError **error)
{
  gboolean ok = *word != '\0' && *word != '-' && *word != '=';

  for (const char *c = word; *c != '\0'; c++)
    ok = ok && (guchar)*c > ' ' && *c != '\x7f' && *c != '"';
  if (!ok)
    {
      g_autofree char *shown = graft_name_escape (word);

      g_set_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_INVALID,
                   _ ("“%s” is no option of a kernel's command line: a word without blanks and "
                      "quotes"),
                   shown);
    }
  return ok;
}

static gboolean
is_meant (const Section *section, const char *label)
{
  return label != NULL ? strcmp (section->label, label) == 0 : section->boots;
}

static gboolean
edit_all (Config *self, const char *label, const char *word, GraftBootOptionAction action)
{
  gint common = get_section (self, 0)->append;
  gboolean edits_common = FALSE, found = FALSE;

  for (guint i = 1; i < self->sections->len; i++)
    {
      const Section *section = get_section (self, i);

      /* An initrd may be named in what is before all entries. */
      if (section->kernel < 0
          || !(is_meant (section, label)
               || (label == NULL && section->append < 0 && get_section (self, 0)->boots)))
        continue;
      found = TRUE;
      if (section->append >= 0)
        edit_line (self, section->append, "append", word, action);
      else if (common >= 0)
        edits_common = TRUE;
      else if (action != GRAFT_BOOT_OPTION_DROP)
        add_line (self, section->kernel, word);
    }
  if (edits_common)
    edit_line (self, common, "append", word, action);
  if (label == NULL && self->default_line >= 0)
    {
      edit_line (self, self->default_line, "default", word, action);
      found = TRUE;
    }
  return found;
}

GBytes *
graft_boot_entry_edit_option (GBytes *text, const char *label, const char *word,
                              GraftBootOptionAction action, GError **error)
{
  g_auto (Config) config = { 0 };
  GString *edited;

  if (!check_word (word, error))
    return NULL;
  config_init (&config, text);
  if (!edit_all (&config, label, word, action))
    {
      g_autofree char *shown = label != NULL ? graft_name_escape (label) : NULL;

      if (label != NULL)
        g_set_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_NOT_FOUND,
                     _ ("no entry “%s” that starts a kernel"), shown);
      else
        g_set_error_literal (error, GRAFT_STEP_ERROR, GRAFT_ERROR_NOT_FOUND,
                             _ ("no entry starts a kernel with an initrd"));
      return NULL;
    }
  edited = g_string_new (NULL);
  for (guint i = 0; i < config.lines->len; i++)
    g_string_append (edited, get_line (&config, i));
  return g_string_free_to_bytes (edited);
}
