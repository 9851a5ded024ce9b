/* cli-modules.c: listing
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "cli/cli-modules.h"

#include <glib/gi18n.h>
#include <stdio.h>

#include "base/graft-name.h"
#include "bootset/graft-address.h"
#include "cli/cli-json.h"
#include "cli/cli-table.h"
#include "formats/kernel/graft-kernel.h"
#include "image/graft-path.h"

static void
cli_layer_modules_free (gpointer data)
{
  CliLayerModules *self = data;

  graft_layer_modules_free (self->modules);
  g_free (self->kernel_release);
  g_free (self);
}

static const char *
find_kernel_release (GraftBootSet *set)
{
  GraftMember *kernel = graft_boot_set_get_kernel (set, NULL);
  GraftImage *image = kernel != NULL ? graft_member_get_image (kernel) : NULL;

  return GRAFT_IS_KERNEL (image) ? graft_kernel_get_release (GRAFT_KERNEL (image)) : NULL;
}

static gboolean
gather_member (GPtrArray *layers, GraftMember *member, const char *kernel_release, gboolean all,
               GCancellable *cancellable, GError **error)
{
  g_autoptr (GraftNode) root = graft_overlay_dup_root (graft_member_get_overlay (member), error);
  g_autoptr (GPtrArray) gathered
      = root != NULL ? graft_layer_modules_gather (root, all, cancellable, error) : NULL;

  if (gathered == NULL)
    return FALSE;
  while (gathered->len > 0)
    {
      CliLayerModules *self = g_new0 (CliLayerModules, 1);

      self->member = member;
      self->modules = g_ptr_array_steal_index (gathered, 0);
      self->kernel_release = g_strdup (kernel_release);
      g_ptr_array_add (layers, self);
    }
  return TRUE;
}

GPtrArray *
cli_modules_gather (GraftBootSet *set, gboolean all, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) layers = g_ptr_array_new_with_free_func (cli_layer_modules_free);
  GPtrArray *members = graft_boot_set_get_members (set);
  const char *kernel_release = find_kernel_release (set);

  for (guint i = 0; i < members->len; i++)
    {
      GraftMember *member = g_ptr_array_index (members, i);

      if (graft_member_get_overlay (member) != NULL
          && !gather_member (layers, member, kernel_release, all, cancellable, error))
        return NULL;
    }
  return g_steal_pointer (&layers);
}

static void
add_module (JsonBuilder *builder, const CliLayerModules *layer, const GraftModule *module,
            const char *release)
{
  g_autofree char *path
      = graft_path_join (graft_module_folder_get_path (layer->modules->folder), module->path);
  g_autofree char *address = graft_address_format (graft_member_get_path (layer->member), 0, path);
  g_autofree char *reason = NULL;

  if (release != NULL && layer->kernel_release != NULL
      && !g_str_equal (release, layer->kernel_release))
    reason = g_strdup_printf (_ ("It was built for %s, the kernel is %s"), release,
                              layer->kernel_release);
  json_builder_begin_object (builder);
  cli_json_text (builder, "name", module->name);
  cli_json_name (builder, "layer", graft_member_get_path (layer->member), "layer_b64");
  cli_json_address (builder, "path", address, path);
  cli_json_text (builder, "release", release);
  cli_json_int (builder, "size", graft_node_get_size (module->node));
  cli_json_text (builder, "compression", graft_compression_get_name (module->compression));
  cli_json_text (builder, "loads", "unknown");
  cli_json_text (builder, "reason", reason);
  json_builder_end_object (builder);
}

void
cli_modules_print_json (GPtrArray *layers)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  cli_json_begin_array (builder, "modules");
  for (guint i = 0; i < layers->len; i++)
    {
      const CliLayerModules *layer = g_ptr_array_index (layers, i);
      g_autoptr (GPtrArray) modules = graft_module_folder_list (layer->modules->folder, NULL);

      for (guint j = 0; j < layer->modules->releases->len; j++)
        add_module (builder, layer, g_ptr_array_index (modules, j),
                    g_ptr_array_index (layer->modules->releases, j));
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  cli_json_print (builder);
}

static void
print_layer (const CliLayerModules *layer)
{
  g_autoptr (GPtrArray) modules = graft_module_folder_list (layer->modules->folder, NULL);
  g_autofree char *address
      = graft_address_format (graft_member_get_path (layer->member), 0,
                              graft_module_folder_get_path (layer->modules->folder));
  CliTable *table = cli_table_new ("lllrl");

  printf (ngettext ("%s: %u module\n", "%s: %u modules\n", modules->len), address, modules->len);
  for (guint i = 0; i < layer->modules->releases->len; i++)
    {
      const GraftModule *module = g_ptr_array_index (modules, i);
      const char *release = g_ptr_array_index (layer->modules->releases, i);
      g_autofree char *name = graft_name_escape (module->name);
      g_autofree char *path = graft_name_escape (module->path);
      g_autofree char *version = graft_name_escape (release != NULL ? release : "-");
      g_autofree char *size = g_format_size (graft_node_get_size (module->node));

      cli_table_add (table, "", name, version, size, path);
    }
  cli_table_print (table);
}

void
cli_modules_print (GPtrArray *layers)
{
  for (guint i = 0; i < layers->len; i++)
    print_layer (g_ptr_array_index (layers, i));
  if (layers->len == 0)
    puts (_ ("No layer of this set has a module folder."));
}
