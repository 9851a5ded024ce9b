/* cli-export-print.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "cli/cli-export-print.h"

#include <glib/gi18n.h>
#include <stdio.h>

#include "base/graft-name.h"
#include "cli/cli-json.h"
#include "cli/cli-recipe.h"
#include "cli/cli-table.h"

/* Of a line of names. */
#define WIDTH 100

static const char *
get_out (CliExport *self, GraftBootSet *set)
{
  return self->in_place ? graft_boot_set_get_folder (set) : self->out;
}

/* "IMAGE: NAME": the names of an image follow each other. */
static char *
split_lost (const char *lost, const char **ret_name)
{
  const char *colon = g_strrstr (lost, ": ");
  g_autofree char *image = colon != NULL ? g_strndup (lost, colon - lost) : g_strdup ("");

  *ret_name = colon != NULL ? colon + 2 : lost;
  return graft_name_escape (image);
}

/* A paragraph for each image, so that what an initrd lost is not buried under a root's hundreds. */
static void
print_lost (GPtrArray *lost)
{
  g_autofree char *last = NULL;
  guint column = 0;

  printf (ngettext ("%u thing could not be carried over:", "%u things could not be carried over:",
                    lost->len),
          lost->len);
  for (guint i = 0; i < lost->len; i++)
    {
      const char *name;
      g_autofree char *image = split_lost (g_ptr_array_index (lost, i), &name);
      g_autofree char *shown = graft_name_escape (name);
      gboolean first = g_strcmp0 (image, last) != 0;

      if (first)
        printf ("\n  %s:", image);
      else
        putchar (',');
      column += g_utf8_strlen (shown, -1) + 2;
      if (first || column > WIDTH)
        {
          fputs ("\n    ", stdout);
          column = 4 + g_utf8_strlen (shown, -1);
        }
      else
        putchar (' ');
      fputs (shown, stdout);
      g_free (last);
      last = g_steal_pointer (&image);
    }
  putchar ('\n');
}

/* Numbered where a number may be needed, each with what it has to say below it. */
static void
print_steps (CliExport *self, GraftStepReport *step_report)
{
  GPtrArray *lost = step_report->lost;
  gboolean numbered = self->has_recipe || self->dry_run;
  guint note = 0;

  for (guint i = 0; i < self->steps->len; i++)
    {
      g_autofree char *label = graft_step_dup_label (g_ptr_array_index (self->steps, i));
      g_autofree char *text
          = cli_recipe_is_left_out (self, i) ? g_strdup_printf (_ ("left out: %s"), label) : NULL;

      if (numbered)
        printf ("%u. ", i + 1);
      puts (text != NULL ? text : label);
      for (; numbered && note < g_array_index (self->notes_until, guint, i); note++)
        printf (_ ("Note: %s\n"), (const char *)g_ptr_array_index (step_report->notes, note));
    }
  for (; note < step_report->notes->len; note++)
    printf (_ ("Note: %s\n"), (const char *)g_ptr_array_index (step_report->notes, note));
  if (lost->len > 0)
    print_lost (lost);
}

/* What is left to do when all is written; NULL. */
static char *
dup_rest (CliExport *self, GraftBootSet *set)
{
  GraftCobblerDistro *distro = graft_boot_set_get_distro (set);

  if (distro == NULL)
    return NULL;
  return graft_cobbler_distro_dup_rest (distro, graft_boot_set_get_folder (set), self->in_place);
}

static void
add_steps (CliExport *self, JsonBuilder *builder)
{
  cli_json_begin_array (builder, "steps");
  for (guint i = 0; i < self->steps->len; i++)
    {
      g_autofree char *label = graft_step_dup_label (g_ptr_array_index (self->steps, i));

      json_builder_begin_object (builder);
      cli_json_int (builder, "n", i + 1);
      cli_json_text (builder, "label", label);
      cli_json_bool (builder, "left_out", cli_recipe_is_left_out (self, i));
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
end_json (CliExport *self, JsonBuilder *builder, GraftStepReport *step_report, const char *rest,
          gboolean verified)
{
  add_steps (self, builder);
  cli_json_text_array (builder, "lost", step_report->lost);
  cli_json_begin_array (builder, "notes");
  for (guint i = 0; i < step_report->notes->len; i++)
    json_builder_add_string_value (builder, g_ptr_array_index (step_report->notes, i));
  if (rest != NULL)
    json_builder_add_string_value (builder, rest);
  json_builder_end_array (builder);
  cli_json_bool (builder, "verified", verified);
  json_builder_end_object (builder);
  cli_json_print (builder);
}

static void
print_json (CliExport *self, GraftBootSet *set, GraftStepReport *step_report,
            GraftExportReport *report)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree char *rest = dup_rest (self, set);

  json_builder_begin_object (builder);
  cli_json_name (builder, "out", get_out (self, set), "out_b64");
  cli_json_begin_array (builder, "images");
  for (guint i = 0; i < report->images->len; i++)
    {
      const GraftExported *image = g_ptr_array_index (report->images, i);

      json_builder_begin_object (builder);
      cli_json_name (builder, "path", image->path, "name_b64");
      cli_json_int (builder, "copied", image->copied);
      cli_json_int (builder, "encoded", image->encoded);
      cli_json_int (builder, "grown", image->grown);
      cli_json_int (builder, "size", image->size);
      cli_json_text (builder, "sha256", image->digest);
      cli_json_bool (builder, "changed", image->changed);
      if (image->copy_of != NULL)
        cli_json_name (builder, "copy_of", image->copy_of, "copy_of_b64");
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  end_json (self, builder, step_report, rest, report->verified);
}

static char *
describe (const GraftExported *image)
{
  g_autofree char *copied = g_format_size (image->copied);
  g_autofree char *encoded = g_format_size (image->encoded);
  g_autofree char *original = graft_name_escape (image->copy_of != NULL ? image->copy_of : "");

  if (!image->changed)
    return g_strdup (_ ("unchanged"));
  if (image->copy_of != NULL)
    return g_strdup_printf (_ ("copy of %s"), original);
  if (image->encoded == 0)
    return g_strdup (_ ("replaced"));
  if (image->grown > 0)
    {
      g_autofree char *grown = g_format_size (image->grown);

      return g_strdup_printf (_ ("%s carried over, %s new; its file system grew by %s"), copied,
                              encoded, grown);
    }
  return g_strdup_printf (_ ("%s carried over, %s new"), copied, encoded);
}

void
cli_export_print (CliExport *self, GraftBootSet *set, GraftStepReport *step_report,
                  GraftExportReport *report)
{
  g_autofree char *out = graft_name_escape (get_out (self, set));
  g_autofree char *rest = dup_rest (self, set);
  CliTable *table;

  if (self->json)
    {
      print_json (self, set, step_report, report);
      return;
    }
  print_steps (self, step_report);
  printf (_ ("Written and verified: %s\n"), out);
  table = cli_table_new ("llrl");
  for (guint i = 0; i < report->images->len; i++)
    {
      const GraftExported *image = g_ptr_array_index (report->images, i);
      g_autofree char *path = graft_name_escape (image->path);
      g_autofree char *size = g_format_size (image->size);
      g_autofree char *what = describe (image);

      cli_table_add (table, "", path, size, what);
    }
  cli_table_print (table);
  if (rest != NULL)
    puts (rest);
}

static void
print_plan_json (CliExport *self, GraftBootSet *set, GraftStepReport *step_report)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  GPtrArray *members = graft_boot_set_get_members (set);

  json_builder_begin_object (builder);
  cli_json_null (builder, "out");
  cli_json_begin_array (builder, "images");
  for (guint i = 0; i < members->len; i++)
    {
      GraftMember *member = g_ptr_array_index (members, i);

      json_builder_begin_object (builder);
      cli_json_name (builder, "path", graft_member_get_path (member), "name_b64");
      cli_json_bool (builder, "changed", graft_member_is_changed (member));
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  end_json (self, builder, step_report, NULL, FALSE);
}

void
cli_export_print_plan (CliExport *self, GraftBootSet *set, GraftStepReport *step_report)
{
  GPtrArray *members = graft_boot_set_get_members (set);
  CliTable *table;

  if (self->json)
    {
      print_plan_json (self, set, step_report);
      return;
    }
  print_steps (self, step_report);
  puts (_ ("Nothing was written. The export would hold:"));
  table = cli_table_new ("lll");
  for (guint i = 0; i < members->len; i++)
    {
      GraftMember *member = g_ptr_array_index (members, i);
      g_autofree char *path = graft_name_escape (graft_member_get_path (member));

      cli_table_add (table, "", path,
                     graft_member_is_changed (member) ? _ ("changed") : _ ("unchanged"));
    }
  cli_table_print (table);
}
