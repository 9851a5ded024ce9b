/* command-ls.c: what is in an image
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gi18n.h>
#include <stdio.h>

#include "base/graft-name.h"
#include "cli/cli-json.h"
#include "cli/cli-listing.h"
#include "cli/cli-open.h"

/* As in "ls -l". */
static char
get_type_letter (GraftNodeType type)
{
  return "-dlcbps"[type];
}

static char *
format_mode (GraftNode *node)
{
  static const char letters[] = "rwxrwxrwx";
  guint32 mode = graft_node_get_attributes (node)->mode;
  char text[11] = { get_type_letter (graft_node_get_node_type (node)) };

  for (guint i = 0; i < 9; i++)
    text[1 + i] = (mode & (0400 >> i)) != 0 ? letters[i] : '-';
  if ((mode & 04000) != 0)
    text[3] = text[3] == 'x' ? 's' : 'S';
  if ((mode & 02000) != 0)
    text[6] = text[6] == 'x' ? 's' : 'S';
  if ((mode & 01000) != 0)
    text[9] = text[9] == 'x' ? 't' : 'T';
  return g_strdup (text);
}

static char *
format_time (gint64 seconds)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (seconds);

  /* Beyond the year 9999, which a damaged image may well claim. */
  return time != NULL ? g_date_time_format (time, "%Y-%m-%d %H:%M:%S")
                      : g_strdup_printf ("%" G_GINT64_FORMAT, seconds);
}

static char *
format_size (GraftNode *node)
{
  GraftNodeType type = graft_node_get_node_type (node);

  if (type == GRAFT_NODE_CHAR_DEVICE || type == GRAFT_NODE_BLOCK_DEVICE)
    return g_strdup_printf ("%u, %u", graft_node_get_rdev_major (node),
                            graft_node_get_rdev_minor (node));
  return g_strdup_printf ("%" G_GUINT64_FORMAT, graft_node_get_size (node));
}

static void
print_long (const CliListed *listed)
{
  const GraftAttributes *attributes = graft_node_get_attributes (listed->node);
  g_autofree char *mode = format_mode (listed->node);
  g_autofree char *size = format_size (listed->node);
  g_autofree char *time = format_time (attributes->mtime);

  printf ("%s %5u %5u %11s %s ", mode, attributes->uid, attributes->gid, size, time);
}

static void
print_listed (const CliListed *listed, gboolean detailed, gboolean raw)
{
  const char *target = listed->node != NULL ? graft_node_get_target (listed->node) : NULL;
  g_autofree char *name = graft_name_escape (listed->name);
  g_autofree char *shown = target != NULL ? graft_name_escape (target) : NULL;

  if (detailed && listed->node != NULL)
    print_long (listed);
  fputs (raw ? listed->name : name, stdout);
  if (detailed && target != NULL)
    printf (" -> %s", raw ? target : shown);
  if (detailed && listed->shadowed)
    printf (_ (" (segment %u: %s)"), listed->segment, listed->problem);
  putchar (raw ? '\0' : '\n');
}

static void
add_device (JsonBuilder *builder, GraftNode *node)
{
  GraftNodeType type = graft_node_get_node_type (node);
  g_autofree char *rdev = NULL;

  if (type == GRAFT_NODE_CHAR_DEVICE || type == GRAFT_NODE_BLOCK_DEVICE)
    rdev = g_strdup_printf ("%u:%u", graft_node_get_rdev_major (node),
                            graft_node_get_rdev_minor (node));
  cli_json_text (builder, "rdev", rdev);
}

static void
add_node (JsonBuilder *builder, GraftNode *node)
{
  const GraftAttributes *attributes = graft_node_get_attributes (node);

  cli_json_text (builder, "type", graft_node_type_get_name (graft_node_get_node_type (node)));
  cli_json_int (builder, "mode", attributes->mode);
  cli_json_int (builder, "uid", attributes->uid);
  cli_json_int (builder, "gid", attributes->gid);
  cli_json_int (builder, "size", graft_node_get_size (node));
  cli_json_int (builder, "mtime", attributes->mtime);
  cli_json_name (builder, "target", graft_node_get_target (node), "target_b64");
  add_device (builder, node);
}

typedef struct
{
  CliPlace *place;
  GPtrArray *listing; /* of CliListed */
} Listing;

static void
build_entry (JsonBuilder *builder, guint i, gpointer data)
{
  const Listing *self = data;
  const CliListed *listed = g_ptr_array_index (self->listing, i);
  const GraftAddress *place = self->place->address;
  guint segment = listed->shadowed ? listed->segment : place->segment;
  g_autofree char *address = graft_address_format (place->image, segment, listed->path);

  json_builder_begin_object (builder);
  cli_json_address (builder, "address", address, listed->path);
  if (listed->node != NULL)
    add_node (builder, listed->node);
  else
    cli_json_null (builder, "type");
  if (listed->segment > 0)
    cli_json_int (builder, "segment", listed->segment);
  else
    cli_json_null (builder, "segment");
  cli_json_bool (builder, "shadowed", listed->shadowed);
  cli_json_text (builder, "problem", listed->problem);
  json_builder_end_object (builder);
}

static void
print_json (CliPlace *place, GPtrArray *listing)
{
  Listing self = { place, listing };

  cli_json_print_array ("entries", listing->len, build_entry, &self);
}

gboolean
command_ls (CliInvocation *self, GError **error)
{
  gboolean recursive = FALSE, detailed = FALSE, raw = FALSE, json = FALSE;
  g_autoptr (CliPlace) place = NULL;
  g_autoptr (GPtrArray) listing = NULL;
  /* clang-format off */
  const GOptionEntry entries[] = {
    { "recursive", 'R', 0, G_OPTION_ARG_NONE, &recursive,
      N_ ("Also what is in folders below"), NULL },
    { "long", 'l', 0, G_OPTION_ARG_NONE, &detailed,
      N_ ("Mode, owner, size, time (UTC) and target, too, and what the kernel does not keep"),
      NULL },
    { "null", '0', 0, G_OPTION_ARG_NONE, &raw,
      N_ ("Names as they are, each ended by a NUL byte, instead of escaped"), NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("Print the entries as JSON"), NULL },
    { NULL },
  };
  /* clang-format on */

  if (!cli_parse (self, entries, NULL, NULL, 1, 1, error))
    return FALSE;
  place = cli_place_open (self, self->arguments[0], error);
  if (place == NULL)
    return FALSE;
  listing = cli_listing_new (place, recursive, detailed || json, self->cancellable, error);
  if (listing == NULL)
    return FALSE;
  if (json)
    print_json (place, listing);
  else
    for (guint i = 0; i < listing->len; i++)
      print_listed (g_ptr_array_index (listing, i), detailed, raw);
  return TRUE;
}
