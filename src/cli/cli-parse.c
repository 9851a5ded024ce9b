/* cli-parse.c: a command's options and arguments
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gi18n.h>

#include "cli/cli-command.h"

G_DEFINE_QUARK (cli - error - quark, cli_error)

gboolean
cli_usage_error (CliInvocation *self, GError **error, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, CLI_ERROR, 0, _ ("%s; see “bootgraft-cli %s --help”"), message,
               self->command->name);
  return FALSE;
}

gboolean
cli_parse (CliInvocation *self, const GOptionEntry *entries, const GOptionEntry *shared,
           gpointer data, guint min, guint max, GError **error)
{
  g_autoptr (GOptionContext) context = g_option_context_new (_ (self->command->arguments));
  GOptionGroup *group = g_option_group_new ("main", "", "", data, NULL);
  g_autofree char *program = g_strdup_printf ("bootgraft-cli %s", self->command->name);
  g_autofree char *description = NULL;
  g_autoptr (GError) local = NULL;
  guint count;

  g_set_prgname (program);
  if (entries != NULL)
    g_option_group_add_entries (group, entries);
  if (shared != NULL)
    g_option_group_add_entries (group, shared);
  g_option_group_set_translation_domain (group, GETTEXT_PACKAGE);
  g_option_context_set_main_group (context, group);
  description = g_strdup_printf (_ ("%s."), _ (self->command->summary));
  g_option_context_set_summary (context, description);
  if (self->command->description != NULL)
    g_option_context_set_description (context, _ (self->command->description));
  if (!g_option_context_parse (context, &self->argc, &self->argv, &local))
    {
      if (local->domain != G_OPTION_ERROR)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      return cli_usage_error (self, error, "%s", local->message);
    }
  self->arguments = self->argv + 1;
  /* What stands after "--" is an argument, the "--" itself is none. */
  if (self->arguments[0] != NULL && g_str_equal (self->arguments[0], "--"))
    self->arguments++;
  count = g_strv_length (self->arguments);
  if (count < min)
    return cli_usage_error (self, error, _ ("“%s” needs %s"), self->command->name,
                            _ (self->command->arguments));
  if (count > max)
    return cli_usage_error (self, error, _ ("“%s” is one argument too many"), self->arguments[max]);
  return TRUE;
}
