/* cli-image-diff-print.c: for people and as JSON
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

#include "base/graft-name.h"
#include "bootset/graft-address.h"
#include "cli/cli-image-diff.h"
#include "cli/cli-json.h"
#include "cli/cli-modules.h"

/* Escaped. */
static char *
get_address (const CliChange *change)
{
  if (change->path == NULL || *change->image == '\0')
    return graft_name_escape (change->path != NULL ? change->path : change->image);
  return graft_address_format (change->image, 0, change->path);
}

void
cli_image_diff_print_json (CliImageDiff *self)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  cli_json_begin_array (builder, "changes");
  for (guint i = 0; i < self->changes->len; i++)
    {
      const CliChange *change = g_ptr_array_index (self->changes, i);
      g_autofree char *address = get_address (change);

      json_builder_begin_object (builder);
      cli_json_address (builder, "address", address, change->path);
      cli_json_text (builder, "kind", cli_change_kind_get_name (change->kind));
      cli_json_text_array (builder, "fields", change->fields);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  cli_json_begin_array (builder, "modules");
  cli_modules_build_diff_json (builder, self->modules);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  cli_json_print (builder);
}

/* Whether @inner lies in the folder that @outer is. */
static gboolean
is_below (const CliChange *outer, const CliChange *inner)
{
  gsize length;

  if (outer->path == NULL || inner->path == NULL || outer->kind != inner->kind
      || strcmp (outer->image, inner->image) != 0)
    return FALSE;
  length = strlen (outer->path);
  return strncmp (outer->path, inner->path, length) == 0 && inner->path[length] == '/';
}

static void
print_fields (const CliChange *change)
{
  for (guint i = 0; i < change->fields->len; i++)
    printf ("%s %s", i > 0 ? "," : ":", (const char *)g_ptr_array_index (change->fields, i));
}

/* A folder that came or went is one line, however much is in it. */
void
cli_image_diff_print (CliImageDiff *self)
{
  guint below;

  for (guint i = 0; i < self->changes->len; i += 1 + below)
    {
      const CliChange *change = g_ptr_array_index (self->changes, i);
      g_autofree char *address = get_address (change);

      /* Of two images, something about the whole. */
      if (*address == '\0')
        {
          g_free (address);
          address = g_strdup (_ ("the image"));
        }
      below = 0;
      while (change->kind != CLI_CHANGE_CHANGED && i + 1 + below < self->changes->len
             && is_below (change, g_ptr_array_index (self->changes, i + 1 + below)))
        below++;
      printf ("%c %s", "+-~"[change->kind], address);
      print_fields (change);
      if (below > 0)
        printf (ngettext (" and %u entry below", " and %u entries below", below), below);
      putchar ('\n');
    }
  if (self->modules->len > 0)
    cli_modules_print_diff (self->modules);
  if (self->changes->len == 0)
    puts (_ ("No differences."));
}
