/* command-deps.c: a program with all that it needs to start
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * All of it is read, nothing is run: ldd would start the program's own loader.
 */

#include <glib/gi18n.h>
#include <string.h>

#include "bootset/graft-address.h"
#include "cli/cli-deps.h"
#include "cli/cli-open.h"
#include "sources/graft-host-folder.h"

/* The options as given. */
typedef struct
{
  char *image;
  char *root;
  char *kernel;
  gboolean variants;
  gboolean optional;
  gboolean json;
} Options;

static void
options_clear (Options *self)
{
  g_free (self->image);
  g_free (self->root);
  g_free (self->kernel);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

/* Where the program is; the nodes live as long as the rest. */
typedef struct
{
  GraftStore *store; /* of a folder of this machine */
  CliPlace *place;   /* of an image */
  GraftNode *root;
  char *name;
  char *path;
} Source;

static void
source_clear (Source *self)
{
  g_clear_pointer (&self->root, graft_node_unref);
  g_clear_pointer (&self->place, cli_place_free);
  g_clear_object (&self->store);
  g_free (self->name);
  g_free (self->path);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Source, source_clear)

/* Whether @text is an address: IMAGE:/path. A file that is there goes before. */
static gboolean
is_address (const char *text)
{
  g_autoptr (GraftAddress) address = graft_address_parse (text, NULL);

  return address != NULL && !g_file_test (text, G_FILE_TEST_EXISTS)
         && g_strcmp0 (address->path, "/") != 0;
}

/* A name without a folder is looked for as the shell does it, unless a file is called so here. */
static char *
dup_host_path (const char *text)
{
  g_autofree char *found = NULL;

  if (strchr (text, '/') == NULL && !g_file_test (text, G_FILE_TEST_EXISTS))
    found = g_find_program_in_path (text);
  return g_canonicalize_filename (found != NULL ? found : text, NULL);
}

static gboolean
open_folder (Source *self, const char *folder, const char *path, GError **error)
{
  self->store = graft_store_new (NULL, error);
  self->root = self->store != NULL ? graft_host_folder_open (folder, self->store, error) : NULL;
  self->name = g_strdup (folder);
  self->path = g_strdup (path);
  return self->root != NULL;
}

static gboolean
open_source (CliInvocation *invocation, Source *self, const char *program, const char *root,
             GError **error)
{
  g_autofree char *path = NULL;

  if (root != NULL)
    return open_folder (self, root, program, error);
  if (is_address (program))
    {
      self->place = cli_place_open (invocation, program, error);
      if (self->place == NULL)
        return FALSE;
      self->root = graft_node_ref (self->place->root);
      self->name = g_strdup (self->place->address->image);
      self->path = g_strdup (self->place->address->path);
      return TRUE;
    }
  path = dup_host_path (program);
  return open_folder (self, "/", path, error);
}

gboolean
command_deps (CliInvocation *self, GError **error)
{
  g_auto (Options) options = { 0 };
  g_auto (Source) source = { 0 };
  g_autoptr (CliPlace) image = NULL;
  g_autoptr (GraftClosure) closure = NULL;
  GraftClosureOptions wanted = { 0 };
  /* clang-format off */
  const GOptionEntry entries[] = {
    { "in", 0, 0, G_OPTION_ARG_FILENAME, &options.image,
      N_ ("Say what of it IMAGE has, and what would have to be copied there"), N_ ("IMAGE") },
    { "root", 0, 0, G_OPTION_ARG_FILENAME, &options.root,
      N_ ("PROGRAM is a path in FOLDER, which is the root of another system"), N_ ("FOLDER") },
    { "kernel", 0, 0, G_OPTION_ARG_STRING, &options.kernel,
      N_ ("Say also what needs a later kernel than RELEASE"), N_ ("RELEASE") },
    { "hwcaps", 0, 0, G_OPTION_ARG_NONE, &options.variants,
      N_ ("List also the libraries' variants for better processors"), NULL },
    { "optional", 0, 0, G_OPTION_ARG_NONE, &options.optional,
      N_ ("Treat what a program only may open later as needed"), NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &options.json,
      N_ ("Print the program and its libraries as JSON"), NULL },
    { NULL },
  };
  /* clang-format on */

  if (!cli_parse (self, entries, NULL, NULL, 1, 1, error))
    return FALSE;
  wanted.variants = options.variants;
  wanted.optional = options.optional;
  wanted.kernel = options.kernel;
  if (options.image != NULL && (image = cli_place_open (self, options.image, error)) == NULL)
    return FALSE;
  if (!open_source (self, &source, self->arguments[0], options.root, error))
    return FALSE;
  closure = graft_closure_new (source.root, source.name, image != NULL ? image->root : NULL,
                               options.image, source.path, &wanted, self->cancellable, error);
  if (closure == NULL)
    return FALSE;
  if (options.json)
    cli_deps_print_json (closure);
  else
    cli_deps_print (closure);
  self->found_errors = graft_closure_is_broken (closure);
  return TRUE;
}
