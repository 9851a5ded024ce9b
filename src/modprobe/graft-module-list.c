/* graft-module-list.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "modprobe/graft-module-list.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-error.h"
#include "modprobe/graft-modprobe-edit.h"
#include "modprobe/graft-modprobe-text.h"

static void
listed_free (gpointer data)
{
  GraftListedModule *self = data;

  g_free (self->name);
  g_free (self->options);
  g_free (self);
}

static void
use_line (GPtrArray *modules, const char *text, gsize length, guint number, gsize offset)
{
  g_autofree char *line = g_strndup (text, length);
  char *stripped = g_strstrip (line);
  gsize name_length = strcspn (stripped, " \t");
  GraftListedModule *one;

  if (*stripped == '\0' || *stripped == '#' || *stripped == ';')
    return;
  one = g_new0 (GraftListedModule, 1);
  one->name = g_strndup (stripped, name_length);
  name_length += strspn (stripped + name_length, " \t");
  if (stripped[name_length] != '\0')
    one->options = g_strdup (stripped + name_length);
  one->line = number;
  one->offset = offset;
  one->length = length;
  g_ptr_array_add (modules, one);
}

GPtrArray *
graft_module_list_parse (GBytes *text)
{
  g_autoptr (GPtrArray) modules = g_ptr_array_new_with_free_func (listed_free);
  gsize size;
  const char *data = g_bytes_get_data (text, &size);
  guint number = 1;

  for (gsize offset = 0; offset < size; number++)
    {
      const char *end = memchr (data + offset, '\n', size - offset);
      gsize length = end != NULL ? (gsize)(end + 1 - (data + offset)) : size - offset;

      use_line (modules, data + offset, length, number, offset);
      offset += length;
    }
  return g_steal_pointer (&modules);
}

static gboolean
names (const GraftListedModule *one, const char *name)
{
  return graft_modprobe_is_same_name (one->name, name);
}

GBytes *
graft_module_list_remove (GBytes *text, const char *name)
{
  g_autoptr (GPtrArray) modules = graft_module_list_parse (text);
  GString *edited = g_string_new_len (g_bytes_get_data (text, NULL), g_bytes_get_size (text));

  for (guint i = modules->len; i > 0; i--)
    {
      const GraftListedModule *one = g_ptr_array_index (modules, i - 1);

      if (names (one, name))
        g_string_erase (edited, one->offset, one->length);
    }
  return g_string_free_to_bytes (edited);
}

/* Where in @text the line that names @before stands; its end when that is %NULL. */
static gboolean
find_place (GBytes *text, const char *before, gsize *ret_place, GError **error)
{
  g_autoptr (GPtrArray) modules = graft_module_list_parse (text);

  *ret_place = g_bytes_get_size (text);
  if (before == NULL)
    return TRUE;
  for (guint i = 0; i < modules->len; i++)
    {
      const GraftListedModule *one = g_ptr_array_index (modules, i);

      if (!names (one, before))
        continue;
      *ret_place = one->offset;
      return TRUE;
    }
  g_set_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_NOT_FOUND,
               _ ("%s is not in the list, so nothing can be put before it"), before);
  return FALSE;
}

static gboolean
check_options (const char *options, GError **error)
{
  if (options == NULL || strpbrk (options, "\n\r") == NULL)
    return TRUE;
  g_set_error_literal (error, GRAFT_STEP_ERROR, GRAFT_ERROR_INVALID,
                       _ ("options of a module in a list cannot have line ends in them"));
  return FALSE;
}

GBytes *
graft_module_list_add (GBytes *text, const char *name, const char *options, const char *before,
                       GError **error)
{
  g_autoptr (GBytes) without = NULL;
  g_autofree char *line = NULL;
  GString *edited;
  gsize place;

  if (!graft_modprobe_check_name (name, error) || !check_options (options, error))
    return NULL;
  without = graft_module_list_remove (text, name);
  if (!find_place (without, before, &place, error))
    return NULL;
  edited = g_string_new_len (g_bytes_get_data (without, NULL), g_bytes_get_size (without));
  if (place > 0 && edited->str[place - 1] != '\n')
    g_string_insert_c (edited, place++, '\n');
  line = options != NULL ? g_strdup_printf ("%s %s\n", name, options)
                         : g_strdup_printf ("%s\n", name);
  g_string_insert (edited, place, line);
  return g_string_free_to_bytes (edited);
}
