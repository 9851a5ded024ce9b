/* command-modules.c: the modules of every layer, or how a new kernel's differ
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gi18n.h>

#include "cli/cli-modules.h"
#include "cli/cli-open.h"
#include "cli/cli-progress.h"
#include "sources/graft-kernel-source.h"

static gboolean
list (CliInvocation *self, GraftBootSet *set, gboolean all, gboolean json, GError **error)
{
  g_autoptr (GPtrArray) modules = cli_modules_gather (set, all, self->cancellable, error);

  if (modules == NULL)
    return FALSE;
  if (json)
    cli_modules_print_json (modules);
  else
    cli_modules_print (modules);
  return TRUE;
}

/* The folder that is lib/modules/RELEASE of what the user named. */
static GraftModuleFolder *
open_new_folder (CliInvocation *self, GraftBootSet *set, const char *const *kernels, GError **error)
{
  GraftStore *store = graft_boot_set_get_store (set, error);
  g_autoptr (CliProgress) progress = cli_progress_new ();
  g_autoptr (GraftKernelSource) source = NULL;
  GraftNode *node;

  if (store == NULL)
    return NULL;
  source = graft_kernel_source_open (kernels, NULL, NULL, store, cli_progress_get (progress),
                                     self->cancellable, error);
  if (source == NULL)
    return NULL;
  node = graft_kernel_source_get_modules (source);
  if (node == NULL)
    {
      g_set_error (error, CLI_ERROR, 0, _ ("%s has a kernel, but no modules"), kernels[0]);
      return NULL;
    }
  return graft_module_folder_new (node, graft_kernel_source_get_modules_name (source), NULL);
}

static gboolean
compare (CliInvocation *self, GraftBootSet *set, const char *const *kernels, gboolean json,
         GError **error)
{
  g_autoptr (GraftModuleFolder) folder = open_new_folder (self, set, kernels, error);
  g_autoptr (GPtrArray) differences = NULL;

  if (folder == NULL)
    return FALSE;
  differences = cli_modules_compare (set, folder, self->cancellable, error);
  if (differences == NULL)
    return FALSE;
  if (json)
    cli_modules_print_diff_json (differences);
  else
    cli_modules_print_diff (differences);
  return TRUE;
}

gboolean
command_modules (CliInvocation *self, GError **error)
{
  gboolean json = FALSE, all = FALSE;
  g_auto (GStrv) kernels = NULL;
  g_autoptr (GraftBootSet) set = NULL;
  /* clang-format off */
  const GOptionEntry entries[] = {
    { "diff", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &kernels,
      N_ ("Compare with the modules of KERNEL (as for swap-kernel) instead; once for each of "
          "several"), N_ ("KERNEL") },
    { "all", 0, 0, G_OPTION_ARG_NONE, &all,
      N_ ("Read the release out of every module, not of a sample"), NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("Print the modules as JSON"), NULL },
    { NULL },
  };
  /* clang-format on */

  if (!cli_parse (self, entries, NULL, NULL, 1, 1, error))
    return FALSE;
  set = cli_open_set (self, self->arguments[0], error);
  if (set == NULL || !cli_open_members (self, set, error))
    return FALSE;
  return kernels != NULL ? compare (self, set, (const char *const *)kernels, json, error)
                         : list (self, set, all, json, error);
}
