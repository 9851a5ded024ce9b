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
#include "modules/graft-modinfo.h"

static void
cli_layer_modules_free (gpointer data)
{
  CliLayerModules *self = data;

  g_clear_pointer (&self->folder, graft_module_folder_unref);
  g_clear_pointer (&self->releases, g_ptr_array_unref);
  g_free (self->kernel_release);
  g_free (self);
}

/* One release for all, when a sample agrees on it. */
static gboolean
sample_releases (CliLayerModules *self, guint count, gboolean *ret_agreed,
                 GCancellable *cancellable, GError **error)
{
  g_auto (GStrv) releases = NULL;

  if (!graft_module_folder_read_releases (self->folder, FALSE, &releases, cancellable, error))
    return FALSE;
  *ret_agreed = g_strv_length (releases) == 1;
  for (guint i = 0; *ret_agreed && i < count; i++)
    g_ptr_array_add (self->releases, g_strdup (releases[0]));
  return TRUE;
}

static gboolean
read_releases (CliLayerModules *self, GPtrArray *modules, gboolean all, GCancellable *cancellable,
               GError **error)
{
  gboolean agreed = FALSE;

  if (!all && !sample_releases (self, modules->len, &agreed, cancellable, error))
    return FALSE;
  for (guint i = 0; !agreed && i < modules->len; i++)
    {
      const GraftModule *module = g_ptr_array_index (modules, i);
      g_autoptr (GraftModinfo) modinfo
          = graft_modinfo_read (module->node, module->path, cancellable, error);

      if (modinfo == NULL)
        return FALSE;
      g_ptr_array_add (self->releases, g_strdup (graft_modinfo_get_release (modinfo)));
    }
  return TRUE;
}

static gboolean
gather_folder (GPtrArray *layers, GraftMember *member, GraftModuleFolder *folder,
               const char *kernel_release, gboolean all, GCancellable *cancellable, GError **error)
{
  CliLayerModules *self = g_new0 (CliLayerModules, 1);
  GPtrArray *modules;

  g_ptr_array_add (layers, self);
  self->member = member;
  self->folder = graft_module_folder_ref (folder);
  self->releases = g_ptr_array_new_with_free_func (g_free);
  self->kernel_release = g_strdup (kernel_release);
  modules = graft_module_folder_list (folder, error);
  return modules != NULL && read_releases (self, modules, all, cancellable, error);
}

static const char *
find_kernel_release (GraftBootSet *set)
{
  GraftMember *kernel = graft_boot_set_get_kernel (set, NULL);
  GraftImage *image = kernel != NULL ? graft_member_get_image (kernel) : NULL;

  return GRAFT_IS_KERNEL (image) ? graft_kernel_get_release (GRAFT_KERNEL (image)) : NULL;
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
      GraftOverlay *overlay = graft_member_get_overlay (member);
      g_autoptr (GraftNode) root = NULL;
      g_autoptr (GPtrArray) folders = NULL;

      if (overlay == NULL)
        continue;
      root = graft_overlay_dup_root (overlay, error);
      folders = root != NULL ? graft_module_folders_find (root, error) : NULL;
      if (folders == NULL)
        return NULL;
      for (guint j = 0; j < folders->len; j++)
        if (!gather_folder (layers, member, g_ptr_array_index (folders, j), kernel_release, all,
                            cancellable, error))
          return NULL;
    }
  return g_steal_pointer (&layers);
}

static void
add_module (JsonBuilder *builder, const CliLayerModules *layer, const GraftModule *module,
            const char *release)
{
  g_autofree char *path
      = graft_path_join (graft_module_folder_get_path (layer->folder), module->path);
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
      GPtrArray *modules = graft_module_folder_list (layer->folder, NULL);

      for (guint j = 0; j < layer->releases->len; j++)
        add_module (builder, layer, g_ptr_array_index (modules, j),
                    g_ptr_array_index (layer->releases, j));
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  cli_json_print (builder);
}

static void
print_layer (const CliLayerModules *layer)
{
  GPtrArray *modules = graft_module_folder_list (layer->folder, NULL);
  g_autofree char *address = graft_address_format (graft_member_get_path (layer->member), 0,
                                                   graft_module_folder_get_path (layer->folder));
  CliTable *table = cli_table_new ("lllrl");

  printf (ngettext ("%s: %u module\n", "%s: %u modules\n", modules->len), address, modules->len);
  for (guint i = 0; i < layer->releases->len; i++)
    {
      const GraftModule *module = g_ptr_array_index (modules, i);
      const char *release = g_ptr_array_index (layer->releases, i);
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
