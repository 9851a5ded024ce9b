/* graft-depmod-config.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "modules/graft-depmod-config.h"

#include <string.h>

#include "modprobe/graft-drop-ins.h"

/* Whether a line goes on in the next one: by a backslash at its end that is not itself the second
 * of two. libkmod takes whatever else is behind a backslash for itself. */
static gboolean
goes_on (const char *line, gsize length)
{
  gsize n_backslashes = 0;

  while (n_backslashes < length && line[length - 1 - n_backslashes] == '\\')
    n_backslashes++;
  return n_backslashes % 2 == 1;
}

static char *
take_line (char **lines, gsize *i)
{
  g_autoptr (GString) line = g_string_new (NULL);

  while (lines[*i] != NULL)
    {
      const char *piece = lines[(*i)++];
      gsize length = strlen (piece);
      gboolean more = goes_on (piece, length);

      g_string_append_len (line, piece, more ? length - 1 : length);
      if (!more)
        break;
    }
  return g_string_free (g_steal_pointer (&line), FALSE);
}

static gboolean
is_kept (const char *line)
{
  static const char *const words[] = { "search", "override" };

  line += strspn (line, " \t");
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_str_has_prefix (line, words[i]) && strchr (" \t", line[strlen (words[i])]) != NULL)
      return TRUE;
  return FALSE;
}

static GBytes *
keep_lines (GBytes *text)
{
  g_auto (GStrv) lines = g_strsplit (g_bytes_get_data (text, NULL), "\n", -1);
  g_autoptr (GString) kept = g_string_new (NULL);
  gsize i = 0;

  while (lines[i] != NULL)
    {
      g_autofree char *line = take_line (lines, &i);

      if (is_kept (line))
        g_string_append_printf (kept, "%s\n", line);
    }
  return g_string_free_to_bytes (g_steal_pointer (&kept));
}

GPtrArray *
graft_depmod_config_read (GraftNode *root, GError **error)
{
  static const char *const folders[]
      = { "/etc/depmod.d",     "/run/depmod.d", "/usr/local/lib/depmod.d",
          "/usr/lib/depmod.d", "/lib/depmod.d", NULL };
  g_autoptr (GPtrArray) files = graft_drop_ins_list (root, folders, ".conf", error);
  g_autoptr (GPtrArray) contents = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);

  if (files == NULL)
    return NULL;
  for (guint i = 0; i < files->len; i++)
    {
      const GraftDropIn *file = g_ptr_array_index (files, i);
      g_autoptr (GBytes) text = file->node != NULL
                                    ? graft_drop_in_read (file->node, file->path, error)
                                    : g_bytes_new_static ("", 0);

      if (text == NULL)
        return NULL;
      g_ptr_array_add (contents, keep_lines (text));
    }
  return g_steal_pointer (&contents);
}
