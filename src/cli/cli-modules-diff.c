/* cli-modules-diff.c: one layer's modules against others
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gi18n.h>
#include <stdio.h>

#include "base/graft-name.h"
#include "cli/cli-json.h"
#include "cli/cli-modules.h"

CliLayerDiff *
cli_layer_diff_new (const char *layer, GraftFolderComparison *comparison)
{
  CliLayerDiff *self = g_new0 (CliLayerDiff, 1);

  self->layer = g_strdup (layer);
  self->comparison = comparison;
  return self;
}

void
cli_layer_diff_free (CliLayerDiff *self)
{
  g_free (self->layer);
  graft_folder_comparison_free (self->comparison);
  g_free (self);
}

static gboolean
compare_layer (GPtrArray *differences, GraftMember *member, GraftModuleFolder *new_folder,
               GCancellable *cancellable, GError **error)
{
  g_autoptr (GraftNode) root = graft_overlay_dup_root (graft_member_get_overlay (member), error);
  gboolean with_new = graft_member_get_role (member) != GRAFT_ROLE_INITRD;
  g_autoptr (GPtrArray) comparisons = NULL;

  if (root != NULL)
    comparisons = graft_layer_modules_compare (root, new_folder, with_new, cancellable, error);
  if (comparisons == NULL)
    return FALSE;
  while (comparisons->len > 0)
    g_ptr_array_add (differences, cli_layer_diff_new (graft_member_get_path (member),
                                                      g_ptr_array_steal_index (comparisons, 0)));
  return TRUE;
}

GPtrArray *
cli_modules_compare (GraftBootSet *set, GraftModuleFolder *new_folder, GCancellable *cancellable,
                     GError **error)
{
  g_autoptr (GPtrArray) differences
      = g_ptr_array_new_with_free_func ((GDestroyNotify)cli_layer_diff_free);
  GPtrArray *members = graft_boot_set_get_members (set);

  for (guint i = 0; i < members->len; i++)
    {
      GraftMember *member = g_ptr_array_index (members, i);

      if (graft_member_get_overlay (member) != NULL
          && !compare_layer (differences, member, new_folder, cancellable, error))
        return NULL;
    }
  return g_steal_pointer (&differences);
}

static const char *
get_path (const GraftModule *module)
{
  return module != NULL ? module->path : NULL;
}

void
cli_modules_build_diff_json (JsonBuilder *builder, GPtrArray *differences)
{
  for (guint i = 0; i < differences->len; i++)
    {
      const CliLayerDiff *layer = g_ptr_array_index (differences, i);

      for (guint j = 0; j < layer->comparison->differences->len; j++)
        {
          const GraftModuleDifference *difference
              = g_ptr_array_index (layer->comparison->differences, j);

          json_builder_begin_object (builder);
          cli_json_text (builder, "name", difference->name);
          cli_json_text (builder, "change", graft_module_change_get_name (difference->change));
          cli_json_name (builder, "old", get_path (difference->old_module), "old_b64");
          cli_json_name (builder, "new", get_path (difference->new_module), "new_b64");
          cli_json_name (builder, "layer", layer->layer, "layer_b64");
          json_builder_end_object (builder);
        }
    }
}

void
cli_modules_print_diff_json (GPtrArray *differences)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  cli_json_begin_array (builder, "modules");
  cli_modules_build_diff_json (builder, differences);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  cli_json_print (builder);
}

/* All modules of one change as a line: "renamed (2): a → b, c → d". */
static void
print_change (const CliLayerDiff *layer, GraftModuleChange change, const char *heading)
{
  g_autoptr (GString) names = g_string_new (NULL);
  guint count = 0;

  for (guint i = 0; i < layer->comparison->differences->len; i++)
    {
      const GraftModuleDifference *difference
          = g_ptr_array_index (layer->comparison->differences, i);
      g_autofree char *name = graft_name_escape (difference->name);

      if (difference->change != change)
        continue;
      g_string_append_printf (names, "%s%s", count++ > 0 ? ", " : "", name);
      if (change == GRAFT_MODULE_RENAMED && difference->new_module != NULL)
        {
          g_autofree char *other = graft_name_escape (difference->new_module->name);

          g_string_append_printf (names, " → %s", other);
        }
    }
  if (count == 0)
    return;
  if (change == GRAFT_MODULE_SAME)
    printf ("  %s: %u\n", heading, count);
  else
    printf ("  %s (%u): %s\n", heading, count, names->str);
}

static void
print_layer (const CliLayerDiff *layer)
{
  g_autofree char *shown = graft_name_escape (layer->layer);
  g_autofree char *old
      = graft_name_escape (graft_module_folder_get_name (layer->comparison->old_folder));
  g_autofree char *new
      = graft_name_escape (graft_module_folder_get_name (layer->comparison->new_folder));

  printf ("%s: %s → %s\n", shown, old, new);
  print_change (layer, GRAFT_MODULE_SAME, _ ("the same"));
  print_change (layer, GRAFT_MODULE_RENAMED, _ ("renamed"));
  print_change (layer, GRAFT_MODULE_BUILTIN, _ ("now in the kernel itself"));
  print_change (layer, GRAFT_MODULE_GONE, _ ("gone"));
  print_change (layer, GRAFT_MODULE_NEW, _ ("new"));
}

void
cli_modules_print_diff (GPtrArray *differences)
{
  for (guint i = 0; i < differences->len; i++)
    print_layer (g_ptr_array_index (differences, i));
  if (differences->len == 0)
    puts (_ ("No layer of this set has a module folder."));
}
