/* main.c: bootgraft-cli
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gi18n.h>
#include <locale.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/graft-cancel-scope.h"
#include "cli/cli-cancel.h"
#include "cli/cli-command.h"
#include "cli/cli-report.h"
#include "cli/cli-table.h"
#include "formats/ext4/graft-ext4-image.h"
#include "formats/initrd/graft-initrd.h"
#include "formats/kernel/graft-kernel.h"
#include "formats/squashfs/graft-squashfs.h"
#include "image/graft-image-loader.h"

/* clang-format off */
static const CliCommand commands[] = {
  { "info", N_ ("SET"),
    N_ ("Say what a boot set consists of, and where kernel and modules disagree"),
    N_ ("SET is a folder, or any one image of a set: its siblings are found; or a distro of "
        "Cobbler's: cobbler:NAME, its record (distros.d/NAME.json), or what \"cobbler distro "
        "report\" printed, in a file (FILE#NAME where it has several)."),
    command_info, .only_prints = TRUE },
  { "ls", N_ ("IMAGE[:/PATH]"),
    N_ ("List what is in an image, as the kernel would see it"),
    N_ ("IMAGE@N:/PATH is segment N of an initrd, from 1."),
    command_ls, .only_prints = TRUE },
  { "cat", N_ ("IMAGE:/PATH"),
    N_ ("Print the content of a file in an image"),
    NULL,
    command_cat, .only_prints = TRUE },
  { "extract", N_ ("IMAGE:/PATH DIR"),
    N_ ("Copy a file or folder out of an image"),
    N_ ("Nothing is ever written outside DIR. Devices are listed, not made; set-user-ID bits are "
        "dropped; what is made belongs to you."),
    command_extract },
  { "modules", N_ ("SET"),
    N_ ("List the kernel modules of every layer of a set"),
    NULL,
    command_modules },
  { "deps", N_ ("PROGRAM"),
    N_ ("List the libraries that a program needs to start, and what of them is missing"),
    N_ ("PROGRAM is an ELF file or a script of this machine, or one in an image (IMAGE:/PATH). It is "
        "read, never run. Ends with 1 when something is missing or does not fit."),
    command_deps },
  { "edit", N_ ("SET -o OUT STEP…"),
    N_ ("Change a set, step by step in the order given, and export it"),
    N_ ("Addresses are IMAGE:/PATH, with IMAGE relative to the set. A literal colon in FILE, "
        "TARGET or a path is written “\\:”."),
    command_edit },
  { "swap-kernel", N_ ("SET [KERNEL…] -o OUT"),
    N_ ("Give a set another kernel, with its modules in every layer"),
    N_ ("The first argument is the SET, all others are KERNEL: a folder of any shape and name, a "
        "vmlinuz, a kernel package (.deb, .rpm) or an archive (.tar, .tar.gz, .tar.xz, .tar.zst, "
        ".tar.bz2); or several packages and archives that make one kernel together, in any order, "
        "or a folder of packages. No script of a package is run."),
    command_swap_kernel },
  { "export", N_ ("SET -o OUT"),
    N_ ("Write a set anew without edits"),
    NULL,
    command_export },
  { "create", N_ ("ext4|squashfs|newc SOURCE -o FILE"),
    N_ ("Make a new image of a folder, or of what is in another image"),
    N_ ("SOURCE is a folder of this machine, all of whose content belongs to 0:0 in the image (but "
        "--keep-owners) and has no extended attributes; or a folder in an image (IMAGE:/, "
        "squashfs.img:/LiveOS/rootfs.img:/), of which everything stays."),
    command_create },
  { "diff", N_ ("A B"),
    N_ ("Compare two sets or two images"),
    N_ ("Ends with 1 when there are differences."),
    command_diff },
  { "verify", N_ ("OUT"),
    N_ ("Read an exported set back and compare it with its bootgraft.json"),
    N_ ("Ends with 1 when something is not as it should be."),
    command_verify },
};
/* clang-format on */

static void
print_usage (void)
{
  CliTable *table = cli_table_new ("lll");

  printf ("%s\n\n%s\n", _ ("Usage: bootgraft-cli COMMAND [OPTION…] ARGUMENT…"), _ ("Commands:"));
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    cli_table_add (table, "", commands[i].name, _ (commands[i].summary));
  cli_table_print (table);
  printf ("\n%s\n", _ ("“bootgraft-cli COMMAND --help” says more. Exit codes: 0 done; 1 done, with "
                       "errors found;\n2 bad usage or input; 3 failed while writing; 130 "
                       "cancelled."));
}

static const CliCommand *
find_command (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (strcmp (commands[i].name, name) == 0)
      return &commands[i];
  return NULL;
}

static int
run (const CliCommand *command, int argc, char **argv)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new ();
  g_autoptr (GraftCancelScope) scope G_GNUC_UNUSED = NULL;
  g_autoptr (GError) error = NULL;
  CliInvocation invocation = { .command = command, .argc = argc };

  /* GOption moves the pointers about; the array keeps none of its own. */
  for (int i = 0; i < argc; i++)
    g_ptr_array_add (words, argv[i]);
  g_ptr_array_add (words, NULL);
  invocation.argv = (char **)words->pdata;
  if (command->only_prints)
    cli_cancel_end_on_signals ();
  else
    invocation.cancellable = cli_cancel_on_signals ();
  scope = graft_cancel_scope_new (invocation.cancellable);
  if (!command->run (&invocation, &error) || !cli_report_flush (&error))
    return cli_report_error (error);
  return invocation.found_errors ? CLI_EXIT_FOUND : CLI_EXIT_DONE;
}

static int
run_named (const char *name, int argc, char **argv)
{
  const CliCommand *command = find_command (name);

  if (command == NULL)
    {
      g_autofree char *text
          = g_strdup_printf (_ ("there is no command “%s”; see “bootgraft-cli --help”"), name);

      cli_report_note (text);
      return CLI_EXIT_BAD_INPUT;
    }
  return run (command, argc, argv);
}

/* What is freed in pieces of this size goes back to the system at once. By itself the C library
 * raises its own threshold to the largest piece it has seen, and keeps them all from then on: of a
 * swap in an initrd of 130 MB that was 17 of 93 MB. */
#define LARGE_PIECE (2 * 1024 * 1024)
/* What is free at the end of a heap is kept up to this size: liblzma allocates an encoder for each
 * block anew, and to fetch its pages from the system and zero them each time was half of the cost
 * of a swap. To set the threshold above ends the C library's own adjustment of this one, too. */
#define KEPT_AT_END (16 * 1024 * 1024)

int
main (int argc, char **argv)
{
  mallopt (M_MMAP_THRESHOLD, LARGE_PIECE);
  mallopt (M_TRIM_THRESHOLD, KEPT_AT_END);
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  /* A file that grows beyond the user's limit is an error of writing like a full disk. */
  signal (SIGXFSZ, SIG_IGN);

  graft_image_loader_register (graft_kernel_get_format ());
  graft_image_loader_register (graft_initrd_get_format ());
  graft_image_loader_register (graft_squashfs_get_format ());
  graft_image_loader_register (graft_ext4_image_get_format ());

  if (argc < 2)
    {
      cli_report_note (_ ("a command is missing; see “bootgraft-cli --help”"));
      return CLI_EXIT_BAD_INPUT;
    }
  if (strcmp (argv[1], "--help") == 0 || strcmp (argv[1], "-h") == 0)
    {
      print_usage ();
      return CLI_EXIT_DONE;
    }
  /* "help ls" is what "ls --help" is. */
  if (strcmp (argv[1], "help") == 0)
    {
      char *words[] = { argv[2], (char[]){ "--help" }, NULL };

      if (argc == 2)
        print_usage ();
      return argc == 2 ? CLI_EXIT_DONE : run_named (argv[2], 2, words);
    }
  if (strcmp (argv[1], "--version") == 0)
    {
      printf ("bootgraft-cli %s\n", VERSION);
      return CLI_EXIT_DONE;
    }
  return run_named (argv[1], argc - 1, argv + 1);
}
