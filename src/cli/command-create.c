/* command-create.c: a new image of a folder, or of what is in another image
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

#include "base/graft-name.h"
#include "base/graft-sentence.h"
#include "cli/cli-export.h"
#include "cli/cli-json.h"
#include "cli/cli-open.h"
#include "cli/cli-progress.h"
#include "export/graft-create.h"
#include "image/graft-path.h"
#include "sources/graft-host-folder.h"

/* The options as given. */
typedef struct
{
  char *out;
  char *label;
  char *size;
  int block_size;
  char *compression;
  char *effort;
  char *features;
  gboolean keep_owners;
  gboolean json;
} Options;

static void
options_clear (Options *self)
{
  g_free (self->out);
  g_free (self->label);
  g_free (self->size);
  g_free (self->compression);
  g_free (self->effort);
  g_free (self->features);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

/* What the new image is made of; its nodes live as long as the rest. */
typedef struct
{
  GraftStore *store; /* of a folder of this machine */
  CliPlace *place;   /* of an image */
  GraftNode *tree;
} Source;

static void
source_clear (Source *self)
{
  g_clear_pointer (&self->tree, graft_node_unref);
  g_clear_pointer (&self->place, cli_place_free);
  g_clear_object (&self->store);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Source, source_clear)

static gboolean
open_source (CliInvocation *self, const char *text, Source *source, GError **error)
{
  if (g_file_test (text, G_FILE_TEST_IS_DIR))
    {
      source->store = graft_store_new (NULL, error);
      source->tree
          = source->store != NULL ? graft_host_folder_open (text, source->store, error) : NULL;
      return source->tree != NULL;
    }
  source->place = cli_place_open (self, text, error);
  if (source->place == NULL)
    return FALSE;
  source->tree = graft_path_lookup (source->place->root, source->place->address->path,
                                    GRAFT_PATH_FOLLOW, NULL, error);
  if (source->tree == NULL)
    {
      g_prefix_error (error, _ ("%s: "), graft_image_get_name (source->place->image));
      return FALSE;
    }
  if (graft_node_is_directory (source->tree))
    return TRUE;
  g_set_error (error, CLI_ERROR, 0,
               _ ("%s is not a folder; what is inside of an image is meant by “:/” behind it"),
               text);
  return FALSE;
}

/* "4000000", "512K", "300M", "2G". */
static gboolean
parse_size (CliInvocation *self, const char *text, guint64 *ret_size, GError **error)
{
  static const char units[] = "KMGT";
  char *end = NULL;
  guint64 value = text != NULL ? g_ascii_strtoull (text, &end, 10) : 0;
  const char *unit = text != NULL && *end != '\0' ? strchr (units, g_ascii_toupper (*end)) : NULL;
  guint shift = unit != NULL ? (guint)(unit - units + 1) * 10 : 0;

  if (text != NULL
      && (!g_ascii_isdigit (*text) || value == 0
          || (*end != '\0' && (unit == NULL || end[1] != '\0'))
          || value > (guint64)G_MAXINT64 >> shift))
    return cli_usage_error (self, error, _ ("“%s” is not a size; say 300M or 2G"), text);
  *ret_size = value << shift;
  return TRUE;
}

/* Options that only some kinds have. */
static gboolean
check_kind (CliInvocation *self, const Options *options, GraftCreateKind kind, GError **error)
{
  const struct
  {
    const char *name;
    gboolean given;
    gboolean fits;
  } uses[] = {
    { "--label", options->label != NULL, kind == GRAFT_CREATE_EXT4 },
    { "--size", options->size != NULL, kind == GRAFT_CREATE_EXT4 },
    { "--features", options->features != NULL, kind == GRAFT_CREATE_EXT4 },
    { "--block-size", options->block_size != 0, kind != GRAFT_CREATE_NEWC },
    { "--compression", options->compression != NULL, kind != GRAFT_CREATE_EXT4 },
    { "--effort", options->effort != NULL, kind != GRAFT_CREATE_EXT4 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (uses); i++)
    if (uses[i].given && !uses[i].fits)
      return cli_usage_error (self, error, _ ("%s means nothing for %s"), uses[i].name,
                              graft_create_kind_get_name (kind));
  return TRUE;
}

static gboolean
fill_options (CliInvocation *self, const Options *options, const Source *source,
              GraftCreateOptions *create, GError **error)
{
  gboolean same = g_strcmp0 (options->features, "centos-7") != 0;

  if (options->features != NULL && same && strcmp (options->features, "same") != 0)
    return cli_usage_error (self, error, _ ("There are no features “%s”, only same and centos-7"),
                            options->features);
  create->like = same && source->place != NULL ? source->place->image : NULL;
  if (options->features != NULL && same
      && (create->like == NULL || strcmp (graft_image_get_format (create->like), "ext4") != 0))
    {
      g_set_error (error, CLI_ERROR, 0, _ ("%s does not come from an ext4 whose features to take"),
                   self->arguments[1]);
      return FALSE;
    }
  if (options->block_size < 0)
    return cli_usage_error (self, error, _ ("A block of %d bytes is none"), options->block_size);
  create->label = options->label;
  create->block_size = options->block_size;
  create->compression = options->compression;
  /* Whoever makes an image of a folder of theirs rarely means that it should be theirs in there. */
  create->own = source->store != NULL && !options->keep_owners;
  return parse_size (self, options->size, &create->size, error)
         && cli_export_parse_effort (self, options->effort, &create->effort, error)
         && cli_get_source_date (&create->time, error);
}

static void
print (const Options *options, GraftCreateKind kind, const GraftCreated *created)
{
  g_autofree char *note = graft_created_dup_note (created);
  g_autofree char *out = graft_name_escape (options->out);
  g_autofree char *size = g_format_size (created->size);
  g_autoptr (JsonBuilder) builder = NULL;

  if (!options->json)
    {
      printf (g_dngettext (GETTEXT_PACKAGE, "Written and verified: %s (%s, %s entry)\n",
                           "Written and verified: %s (%s, %s entries)\n", created->n_entries),
              out, size, GRAFT_NUMBER (created->n_entries));
      if (note != NULL)
        printf (_ ("Note: %s\n"), note);
      return;
    }
  builder = json_builder_new ();
  json_builder_begin_object (builder);
  cli_json_name (builder, "out", options->out, "out_b64");
  cli_json_text (builder, "format", graft_create_kind_get_name (kind));
  cli_json_int (builder, "size", created->size);
  cli_json_int (builder, "entries", created->n_entries);
  cli_json_text (builder, "sha256", created->digest);
  cli_json_begin_array (builder, "notes");
  if (note != NULL)
    json_builder_add_string_value (builder, note);
  json_builder_end_array (builder);
  cli_json_bool (builder, "verified", TRUE);
  json_builder_end_object (builder);
  cli_json_print (builder);
}

static gboolean
create (CliInvocation *self, const Options *options, GError **error)
{
  g_auto (Source) source = { 0 };
  GraftCreateOptions create_options = { 0 };
  g_autoptr (CliProgress) progress = NULL;
  g_autoptr (GraftCreated) created = NULL;

  if (!graft_create_kind_from_name (self->arguments[0], &create_options.kind))
    return cli_usage_error (self, error, _ ("“%s” cannot be made, only ext4, squashfs and newc"),
                            self->arguments[0]);
  if (options->out == NULL)
    return cli_usage_error (self, error, _ ("Say where to write: -o FILE"));
  if (!check_kind (self, options, create_options.kind, error)
      || !open_source (self, self->arguments[1], &source, error)
      || !fill_options (self, options, &source, &create_options, error))
    return FALSE;
  progress = cli_progress_new ();
  created = graft_create (source.tree, options->out, &create_options, cli_progress_get (progress),
                          self->cancellable, error);
  g_clear_pointer (&progress, cli_progress_free);
  if (created == NULL)
    return FALSE;
  created->n_unread = graft_host_folder_count_xattrs (source.tree);
  print (options, create_options.kind, created);
  return TRUE;
}

gboolean
command_create (CliInvocation *self, GError **error)
{
  g_auto (Options) options = { 0 };
  /* clang-format off */
  const GOptionEntry entries[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options.out,
      N_ ("The new image"), N_ ("FILE") },
    { "label", 0, 0, G_OPTION_ARG_STRING, &options.label,
      N_ ("ext4: the volume's label"), N_ ("LABEL") },
    { "size", 0, 0, G_OPTION_ARG_STRING, &options.size,
      N_ ("ext4: how large it is to be (300M, 2G), instead of as small as will do"), N_ ("SIZE") },
    { "features", 0, 0, G_OPTION_ARG_STRING, &options.features,
      N_ ("ext4: those of the ext4 that SOURCE comes from (default there), or CentOS 7's"),
      "same|centos-7" },
    { "block-size", 0, 0, G_OPTION_ARG_INT, &options.block_size,
      N_ ("ext4, squashfs: bytes of a block"), N_ ("BYTES") },
    { "compression", 0, 0, G_OPTION_ARG_STRING, &options.compression,
      N_ ("squashfs (default xz), newc (default none): how to pack it"), N_ ("NAME") },
    { "effort", 0, 0, G_OPTION_ARG_STRING, &options.effort,
      N_ ("How well to pack it: fast (default), same as usual for the format, smallest"),
      "fast|same|smallest" },
    { "keep-owners", 0, 0, G_OPTION_ARG_NONE, &options.keep_owners,
      N_ ("Of a folder of this machine: owners as they are there, instead of 0:0"), NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &options.json,
      N_ ("Print the result as JSON"), NULL },
    { NULL },
  };
  /* clang-format on */

  return cli_parse (self, entries, NULL, NULL, 2, 2, error) && create (self, &options, error);
}
