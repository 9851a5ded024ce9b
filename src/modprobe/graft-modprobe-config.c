/* graft-modprobe-config.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "modprobe/graft-modprobe-config.h"

#include <string.h>

#include "modprobe/graft-drop-ins.h"

/* Of one image; real ones have a few hundred. */
#define MAX_SETTINGS 100000

struct _GraftModprobeConfig
{
  GPtrArray *settings;
};

const char *const graft_modprobe_folders[]
    = { "/etc/modprobe.d",     "/run/modprobe.d", "/usr/local/lib/modprobe.d",
        "/usr/lib/modprobe.d", "/lib/modprobe.d", NULL };

static void
setting_free (gpointer data)
{
  GraftModprobeSetting *self = data;

  g_free (self->subject);
  g_free (self->key);
  g_free (self->value);
  g_free (self->path);
  g_free (self);
}

void
graft_modprobe_config_free (GraftModprobeConfig *self)
{
  g_ptr_array_unref (self->settings);
  g_free (self);
}

GPtrArray *
graft_modprobe_config_get_all (GraftModprobeConfig *self)
{
  return self->settings;
}

static GraftModprobeSetting *
add (GraftModprobeConfig *self, GraftModprobeCommand command, char *subject, const char *path,
     guint line)
{
  GraftModprobeSetting *setting;

  if (self->settings->len >= MAX_SETTINGS)
    {
      g_free (subject);
      return NULL;
    }
  setting = g_new0 (GraftModprobeSetting, 1);
  setting->command = command;
  setting->subject = subject;
  setting->path = g_strdup (path);
  setting->line = line;
  g_ptr_array_add (self->settings, setting);
  return setting;
}

/* The kernel takes quotes away that enclose the value, or all of "key=value" (next_arg()). */
static char *
unquote (const char *value, gsize length)
{
  if (length > 0 && value[0] == '"')
    {
      value++;
      length--;
      if (length > 0 && value[length - 1] == '"')
        length--;
    }
  return g_strndup (value, length);
}

static void
add_parameter (GraftModprobeConfig *self, char *subject, const char *key, gsize key_length,
               gsize length, const char *path, guint line)
{
  GraftModprobeSetting *setting = add (self, GRAFT_MODPROBE_OPTIONS, subject, path, line);

  if (setting == NULL)
    return;
  setting->key = g_strndup (key, key_length);
  if (length > key_length)
    setting->value = unquote (key + key_length + 1, length - key_length - 1);
}

static void
use_line (GraftModprobeConfig *self, const GraftModprobeLine *line, const char *path)
{
  GraftModprobeSetting *setting;
  const char *next = line->rest, *key;
  gsize key_length, length;

  if (line->command == GRAFT_MODPROBE_NOTHING || line->command == GRAFT_MODPROBE_IGNORED)
    return;
  if (line->command == GRAFT_MODPROBE_OPTIONS)
    {
      while (graft_modprobe_next_parameter (&next, &key, &key_length, &length))
        add_parameter (self, graft_modprobe_normalize (line->subject, strlen (line->subject)), key,
                       key_length, length, path, line->number);
      return;
    }
  setting
      = add (self, line->command, graft_modprobe_normalize (line->subject, strlen (line->subject)),
             path, line->number);
  if (setting == NULL)
    return;
  /* Of an alias the first word is the module. */
  if (line->command == GRAFT_MODPROBE_ALIAS)
    setting->value = graft_modprobe_normalize (line->rest, strcspn (line->rest, " \t"));
  else
    setting->value = g_strdup (line->rest);
}

static void
use_blacklist (GraftModprobeConfig *self, const char *names, gsize length)
{
  g_autofree char *list = unquote (names, length);
  g_auto (GStrv) words = g_strsplit (list, ",", -1);

  for (guint i = 0; words[i] != NULL; i++)
    if (*words[i] != '\0')
      add (self, GRAFT_MODPROBE_BLACKLIST, graft_modprobe_normalize (words[i], strlen (words[i])),
           NULL, 0);
}

static void
use_command_line (GraftModprobeConfig *self, const char *text)
{
  static const char blacklist[] = "modprobe.blacklist";
  const char *key;
  gsize key_length, length;

  while (graft_modprobe_next_parameter (&text, &key, &key_length, &length))
    {
      const char *dot = memchr (key, '.', key_length);

      /* What is behind it is for init. */
      if (key_length == 2 && length == 2 && strncmp (key, "--", 2) == 0)
        return;
      if (dot == NULL || dot == key || dot + 1 == key + key_length)
        continue;
      if (key_length == strlen (blacklist) && strncmp (key, blacklist, key_length) == 0)
        {
          if (length > key_length)
            use_blacklist (self, key + key_length + 1, length - key_length - 1);
          continue;
        }
      add_parameter (self, graft_modprobe_normalize (key, dot - key), dot + 1,
                     key + key_length - dot - 1, key + length - dot - 1, NULL, 0);
    }
}

GraftModprobeConfig *
graft_modprobe_config_read (GraftNode *root, const char *command_line, GError **error)
{
  g_autoptr (GPtrArray) files = graft_drop_ins_list (root, graft_modprobe_folders, ".conf", error);
  g_autoptr (GraftModprobeConfig) self = NULL;

  if (files == NULL)
    return NULL;
  self = g_new0 (GraftModprobeConfig, 1);
  self->settings = g_ptr_array_new_with_free_func (setting_free);
  for (guint i = 0; i < files->len; i++)
    {
      const GraftDropIn *file = g_ptr_array_index (files, i);
      g_autoptr (GBytes) text = NULL;
      g_autoptr (GPtrArray) lines = NULL;

      if (file->node == NULL)
        continue;
      text = graft_drop_in_read (file->node, file->path, error);
      if (text == NULL)
        return NULL;
      lines = graft_modprobe_text_parse (g_bytes_get_data (text, NULL), g_bytes_get_size (text));
      for (guint n = 0; n < lines->len; n++)
        use_line (self, g_ptr_array_index (lines, n), file->path);
    }
  if (command_line != NULL)
    use_command_line (self, command_line);
  return g_steal_pointer (&self);
}

GPtrArray *
graft_modprobe_config_list (GraftModprobeConfig *self, const char *module,
                            GraftModprobeCommand command)
{
  GPtrArray *found = g_ptr_array_new ();

  for (guint i = 0; i < self->settings->len; i++)
    {
      GraftModprobeSetting *setting = g_ptr_array_index (self->settings, i);

      if (setting->command == command && graft_modprobe_is_same_name (setting->subject, module))
        g_ptr_array_add (found, setting);
    }
  return found;
}

const GraftModprobeSetting *
graft_modprobe_config_get_option (GraftModprobeConfig *self, const char *module, const char *key)
{
  g_autoptr (GPtrArray) options = graft_modprobe_config_list (self, module, GRAFT_MODPROBE_OPTIONS);

  for (guint i = options->len; i > 0; i--)
    {
      const GraftModprobeSetting *setting = g_ptr_array_index (options, i - 1);

      if (graft_modprobe_is_same_name (setting->key, key))
        return setting;
    }
  return NULL;
}

const GraftModprobeSetting *
graft_modprobe_config_get_blacklisting (GraftModprobeConfig *self, const char *module)
{
  g_autoptr (GPtrArray) lines = graft_modprobe_config_list (self, module, GRAFT_MODPROBE_BLACKLIST);

  return lines->len > 0 ? g_ptr_array_index (lines, 0) : NULL;
}

/* modprobe.d(5): "softdep MODULE pre: MODULE… post: MODULE…". */
GStrv
graft_modprobe_config_list_softdeps (GraftModprobeConfig *self, const char *module, gboolean post)
{
  g_autoptr (GPtrArray) lines = graft_modprobe_config_list (self, module, GRAFT_MODPROBE_SOFTDEP);
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  for (guint i = 0; i < lines->len; i++)
    {
      const GraftModprobeSetting *setting = g_ptr_array_index (lines, i);
      g_auto (GStrv) words = g_strsplit_set (setting->value, " \t", -1);
      enum
      {
        NONE,
        PRE,
        POST
      } part
          = NONE;

      for (guint w = 0; words[w] != NULL; w++)
        {
          if (strcmp (words[w], "pre:") == 0)
            part = PRE;
          else if (strcmp (words[w], "post:") == 0)
            part = POST;
          else if (*words[w] != '\0' && part == (post ? POST : PRE))
            {
              g_autofree char *name = graft_modprobe_normalize (words[w], strlen (words[w]));

              g_strv_builder_add (names, name);
            }
        }
    }
  return g_strv_builder_end (names);
}
