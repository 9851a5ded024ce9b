/* command-edit.c: steps in the order given, then export
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gi18n.h>

#include "cli/cli-export.h"
#include "cli/cli-open.h"
#include "cli/cli-recipe.h"
#include "cli/cli-step-text.h"

static gboolean
step_cb (const char *option, const char *value, gpointer data, GError **error)
{
  CliExport *self = data;
  GraftStep *step = cli_step_text_parse (option + 2, value, self->time, error);

  if (step == NULL)
    return FALSE;
  g_ptr_array_add (self->steps, step);
  return TRUE;
}

static gboolean
recipe_cb (const char *option, const char *value, gpointer data, GError **error)
{
  return cli_recipe_add (data, value, error);
}

static gboolean
program_cb (const char *option, const char *value, gpointer data, GError **error)
{
  CliExport *self = data;
  GraftStep *step = cli_step_text_parse_program (option + 2, value, self->from, error);

  if (step == NULL)
    return FALSE;
  g_ptr_array_add (self->steps, step);
  return TRUE;
}

/* For the steps that follow. */
static gboolean
from_cb (const char *option, const char *value, gpointer data, GError **error)
{
  CliExport *self = data;

  g_free (self->from);
  self->from = g_strdup (value);
  return TRUE;
}

gboolean
command_edit (CliInvocation *self, GError **error)
{
  g_auto (CliExport) options = { 0 };
  g_autoptr (GraftBootSet) set = NULL;
  /* clang-format off */
  const GOptionEntry entries[] = {
    { "upload", 0, G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, step_cb,
      N_ ("Put FILE of this machine into an image, or in the place of a file there"),
      "FILE:IMAGE:/PATH" },
    { "copy-in", 0, G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, step_cb,
      N_ ("Put the folder DIR of this machine, with all in it, into an image"),
      "DIR:IMAGE:/PATH" },
    { "delete", 0, G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, step_cb,
      N_ ("Delete a file, or a folder with all in it"), "IMAGE:/PATH" },
    { "mkdir", 0, G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, step_cb,
      N_ ("Make a folder"), "IMAGE:/PATH" },
    { "symlink", 0, G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, step_cb,
      N_ ("Make a link to TARGET"), "TARGET:IMAGE:/PATH" },
    { "mknod", 0, G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, step_cb,
      N_ ("Make a device (b, c) or a pipe (p), of mode 0600"), "TYPE[:MAJOR:MINOR]:IMAGE:/PATH" },
    { "move", 0, G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, step_cb,
      N_ ("Rename or move a file or folder within its image"), "IMAGE:/FROM:/TO" },
    { "chmod", 0, G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, step_cb,
      N_ ("Set the permission bits (octal)"), "MODE:IMAGE:/PATH" },
    { "chown", 0, G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, step_cb,
      N_ ("Set user and group (numbers)"), "UID:GID:IMAGE:/PATH" },
    { "write", 0, G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, step_cb,
      N_ ("Make TEXT the content of a file"), "IMAGE:/PATH:TEXT" },
    { "append-line", 0, G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, step_cb,
      N_ ("Add a line to a text file, which is made if it is not there"), "IMAGE:/PATH:LINE" },
    { "module-option", 0, G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, step_cb,
      N_ ("Give a module an option (MODULE:-KEY: leave it unset), in the initrd or in IMAGE"),
      "[IMAGE:]MODULE:KEY=VALUE" },
    { "blacklist", 0, G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, step_cb,
      N_ ("Do not load a module for a device"), "[IMAGE:]MODULE" },
    { "unblacklist", 0, G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, step_cb,
      N_ ("Take a module off the blacklist"), "[IMAGE:]MODULE" },
    { "load-module", 0, G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, step_cb,
      N_ ("Load a module at boot: list it in conf/modules, or where the image has its list"),
      "[IMAGE:]MODULE" },
    { "no-load-module", 0, G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, step_cb,
      N_ ("Take a module off the lists of those that are loaded at boot"), "[IMAGE:]MODULE" },
    { "add-module", 0, G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, step_cb,
      N_ ("Add a module of a root to the initrd, with what it depends on and its firmware"),
      "[IMAGE:]MODULE" },
    { "remove-module", 0, G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, step_cb,
      N_ ("Remove a module, with what depends on it"), "[IMAGE:]MODULE" },
    { "boot-option", 0, G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, step_cb,
      N_ ("Start the kernel with WORD (+WORD: beside others of its key; -WORD: without it)"),
      "[+-]WORD" },
    { "add-program", 0, G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, program_cb,
      N_ ("Put a program with all libraries that IMAGE lacks into it"), "FILE[:IMAGE]" },
    { "add-program-private", 0, G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, program_cb,
      N_ ("The same in a folder of its own, with its own loader and all libraries"),
      "FILE[:IMAGE]" },
    { "from", 0, G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, from_cb,
      N_ ("FILE of the programs that follow is a path in ROOT, the root of another system"),
      N_ ("ROOT") },
    { "swap-kernel", 0, G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, step_cb,
      N_ ("Give the set another kernel with its modules"), "KERNEL[:KERNEL…]" },
    { "recipe", 0, G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, recipe_cb,
      N_ ("Apply the steps that FILE holds, as --save-recipe or the window wrote it"),
      N_ ("FILE") },
    { "leave-out", 0, 0, G_OPTION_ARG_STRING, &options.leave_out,
      N_ ("Do not apply the steps of these numbers"), "N,…" },
    { "save-recipe", 0, 0, G_OPTION_ARG_FILENAME, &options.save_recipe,
      N_ ("Write the steps to FILE as well, to be applied to another set"), N_ ("FILE") },
    { NULL },
  };
  /* clang-format on */

  if (!cli_export_parse (self, &options, entries, 1, 1, error))
    return FALSE;
  if (options.steps->len == 0 && !options.has_recipe)
    return cli_usage_error (self, error, _ ("There is no step; “export” writes a set as it is"));
  set = cli_open_set (self, self->arguments[0], error);
  return set != NULL && cli_export_run (self, &options, set, error);
}
