/* command-swap-kernel.c: the short form of the main job
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gi18n.h>
#include <string.h>

#include "cli/cli-export.h"
#include "cli/cli-open.h"
#include "steps/swap-kernel/graft-swap-plan.h"

typedef struct
{
  char *vmlinuz;
  char *modules;
  char *select;
} KernelOptions;

static void
kernel_options_clear (KernelOptions *self)
{
  g_clear_pointer (&self->vmlinuz, g_free);
  g_clear_pointer (&self->modules, g_free);
  g_clear_pointer (&self->select, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (KernelOptions, kernel_options_clear)

/* "same", "all", or names between commas. */
static GraftStep *
make_step (const KernelOptions *options, char **kernels)
{
  g_auto (GStrv) chosen = NULL;
  GraftSelect select = GRAFT_SELECT_AUTO;

  if (g_strcmp0 (options->select, "same") == 0)
    select = GRAFT_SELECT_SAME;
  else if (g_strcmp0 (options->select, "all") == 0)
    select = GRAFT_SELECT_ALL;
  else if (options->select != NULL)
    {
      select = GRAFT_SELECT_CHOSEN;
      chosen = g_strsplit_set (options->select, ", ", -1);
    }
  return graft_step_swap_kernel_new ((const char *const *)kernels, options->vmlinuz,
                                     options->modules, select, (const char *const *)chosen);
}

/* By which option what is missing is given. */
static void
name_option (GError *error)
{
  const char *option
      = error->code == GRAFT_SWAP_ERROR_NEEDS_KERNEL ? "--vmlinuz FILE" : "--modules DIR";
  char *message;

  if (error->domain != GRAFT_SWAP_ERROR)
    return;
  message = g_strdup_printf ("%s (%s)", error->message, option);
  g_free (error->message);
  error->message = message;
}

gboolean
command_swap_kernel (CliInvocation *self, GError **error)
{
  g_auto (CliExport) options = { 0 };
  g_auto (KernelOptions) kernel = { 0 };
  g_autoptr (GraftBootSet) set = NULL;
  g_autoptr (GError) local = NULL;
  /* clang-format off */
  const GOptionEntry entries[] = {
    { "vmlinuz", 0, 0, G_OPTION_ARG_FILENAME, &kernel.vmlinuz,
      N_ ("The kernel, instead of what KERNEL has"), N_ ("FILE") },
    { "modules", 0, 0, G_OPTION_ARG_FILENAME, &kernel.modules,
      N_ ("The folder of modules, instead of what KERNEL has"), N_ ("DIR") },
    { "select", 0, 0, G_OPTION_ARG_STRING, &kernel.select,
      N_ ("Modules for the initrd: the same drivers as before (default), all, or these with what "
          "they need"), "same|all|NAME,…" },
    { "save-recipe", 0, 0, G_OPTION_ARG_FILENAME, &options.save_recipe,
      N_ ("Write the steps to FILE as well, to be applied to another set"), N_ ("FILE") },
    { NULL },
  };
  /* clang-format on */

  if (!cli_export_parse (self, &options, entries, 1, G_MAXUINT, error))
    return FALSE;
  if (self->arguments[1] == NULL && kernel.vmlinuz == NULL && kernel.modules == NULL)
    return cli_usage_error (self, error,
                            _ ("Say which kernel: KERNEL, or --vmlinuz FILE and --modules DIR"));
  g_ptr_array_add (options.steps, make_step (&kernel, self->arguments + 1));
  set = cli_open_set (self, self->arguments[0], error);
  if (set == NULL)
    return FALSE;
  if (cli_export_run (self, &options, set, &local))
    return TRUE;
  name_option (local);
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}
