/* cli-command.h: what a command is, and the list of them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _CliInvocation CliInvocation;

/**
 * CliCommand:
 * @name: what the user types
 * @arguments: (translatable): what follows it, for --help
 * @summary: (translatable): one line for the list of commands
 * @description: (nullable) (translatable): more, for the command's --help
 * @run: does it; %FALSE with @error
 * @only_prints: it makes no files and starts no programs, so it can end at any time
 */
typedef struct
{
  const char *name;
  const char *arguments;
  const char *summary;
  const char *description;
  gboolean (*run) (CliInvocation *self, GError **error);
  gboolean only_prints;
} CliCommand;

/**
 * CliInvocation:
 * @command: which
 * @argc: as main()'s, the command's name first
 * @argv: as main()'s
 * @cancellable: cancelled by SIGINT, SIGTERM, SIGHUP, unless the command only prints
 * @arguments: after cli_parse(): what is left without the options, NULL-terminated
 * @found_errors: set by the command: it was done, and there was something to find (exit code 1)
 */
struct _CliInvocation
{
  const CliCommand *command;
  int argc;
  char **argv;
  GCancellable *cancellable;
  char **arguments;
  gboolean found_errors;
};

/* Parses @entries and @shared (both nullable, ended by an empty one); callbacks among them get
 * @data. The command must have @min to @max arguments. --help ends the program here. */
gboolean cli_parse (CliInvocation *self, const GOptionEntry *entries, const GOptionEntry *shared,
                    gpointer data, guint min, guint max, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* "…; see “bootgraft-cli ls --help”". Always returns %FALSE. */
gboolean cli_usage_error (CliInvocation *self, GError **error, const char *format, ...)
    G_GNUC_PRINTF (3, 4);

/* Usage that makes no sense: exit code 2. */
#define CLI_ERROR (cli_error_quark ())
GQuark cli_error_quark (void);

gboolean command_cat (CliInvocation *self, GError **error);
gboolean command_create (CliInvocation *self, GError **error);
gboolean command_deps (CliInvocation *self, GError **error);
gboolean command_diff (CliInvocation *self, GError **error);
gboolean command_edit (CliInvocation *self, GError **error);
gboolean command_export (CliInvocation *self, GError **error);
gboolean command_extract (CliInvocation *self, GError **error);
gboolean command_info (CliInvocation *self, GError **error);
gboolean command_ls (CliInvocation *self, GError **error);
gboolean command_modules (CliInvocation *self, GError **error);
gboolean command_swap_kernel (CliInvocation *self, GError **error);
gboolean command_verify (CliInvocation *self, GError **error);

G_END_DECLS
