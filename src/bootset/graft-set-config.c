/* graft-set-config.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "bootset/graft-set-config.h"

#include "bootset/graft-address.h"
#include "formats/kernel/graft-kernel.h"
#include "image/graft-path.h"

const char *
graft_config_source_get_name (GraftConfigSource self)
{
  static const char *const names[] = {
    [GRAFT_CONFIG_BESIDE] = "beside",
    [GRAFT_CONFIG_BOOT] = "boot",
    [GRAFT_CONFIG_MODULES] = "modules",
    [GRAFT_CONFIG_KERNEL] = "kernel",
  };

  return names[self];
}

void
graft_set_config_free (GraftSetConfig *self)
{
  if (self == NULL)
    return;
  g_free (self->path);
  g_clear_object (&self->text);
  g_free (self);
}

/* Takes both. */
static GraftSetConfig *
config_new (GraftConfigSource source, char *path, GraftInput *text)
{
  GraftSetConfig *self = g_new0 (GraftSetConfig, 1);

  self->source = source;
  self->path = path;
  self->text = text;
  return self;
}

/* A file that cannot be opened is as good as none. */
static GraftSetConfig *
find_beside (GraftBootSet *set, GraftMember *kernel, const char *release)
{
  g_autofree char *parent = g_path_get_dirname (graft_member_get_path (kernel));
  g_autofree char *full = g_strconcat ("config-", release, NULL);
  const char *const names[] = { release != NULL ? full : "config", "config" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_str_equal (parent, ".") ? g_strdup (names[i])
                                                        : g_build_filename (parent, names[i], NULL);
      g_autofree char *host = g_build_filename (graft_boot_set_get_folder (set), path, NULL);
      g_autoptr (GraftInput) input = NULL;

      /* Not a device or a pipe, which would be waited for. */
      if (g_file_test (host, G_FILE_TEST_IS_REGULAR))
        input = graft_file_input_new (host, NULL);
      if (input != NULL)
        return config_new (GRAFT_CONFIG_BESIDE, g_steal_pointer (&path), g_steal_pointer (&input));
    }
  return NULL;
}

static GraftSetConfig *
find_in_image (GraftMember *member, GraftConfigSource source, const char *path)
{
  GraftOverlay *overlay = graft_member_get_overlay (member);
  g_autoptr (GraftNode) root = overlay != NULL ? graft_overlay_dup_root (overlay, NULL) : NULL;
  g_autoptr (GraftNode) node
      = root != NULL ? graft_path_find (root, path, GRAFT_PATH_FOLLOW, NULL, NULL) : NULL;
  g_autoptr (GraftInput) input = NULL;

  if (node != NULL && graft_node_get_node_type (node) == GRAFT_NODE_REGULAR)
    input = graft_node_open (node, NULL);
  if (input == NULL)
    return NULL;
  return config_new (source, graft_address_format (graft_member_get_path (member), 0, path),
                     g_steal_pointer (&input));
}

static GraftSetConfig *
find_in_images (GraftBootSet *set, const char *release)
{
  GPtrArray *members = graft_boot_set_get_members (set);
  g_autofree char *boot = g_strconcat ("/boot/config-", release, NULL);
  g_autofree char *modules = g_strconcat ("/lib/modules/", release, "/config", NULL);
  GraftSetConfig *found = NULL;

  for (guint i = 0; found == NULL && i < members->len; i++)
    found = find_in_image (g_ptr_array_index (members, i), GRAFT_CONFIG_BOOT, boot);
  for (guint i = 0; found == NULL && i < members->len; i++)
    found = find_in_image (g_ptr_array_index (members, i), GRAFT_CONFIG_MODULES, modules);
  return found;
}

static gboolean
find_in_kernel (GraftMember *member, GraftKernel *kernel, GraftSetConfig **ret_config,
                GCancellable *cancellable, GError **error)
{
  const char *path = graft_member_get_path (member);
  g_autoptr (GBytes) text = NULL;

  /* What is not known of it is said by its note. */
  if (graft_kernel_get_note (kernel) != NULL)
    return TRUE;
  if (!graft_kernel_read_config (kernel, &text, cancellable, error))
    return FALSE;
  if (text != NULL)
    *ret_config
        = config_new (GRAFT_CONFIG_KERNEL, g_strdup (path), graft_memory_input_new (text, path));
  return TRUE;
}

gboolean
graft_set_config_find (GraftBootSet *set, GraftMember *kernel, gboolean unpack,
                       GraftSetConfig **ret_config, GCancellable *cancellable, GError **error)
{
  GraftImage *image = graft_member_get_current_image (kernel);
  g_autoptr (GraftSetConfig) found = NULL;
  const char *release
      = GRAFT_IS_KERNEL (image) ? graft_kernel_get_release (GRAFT_KERNEL (image)) : NULL;

  found = find_beside (set, kernel, release);
  if (found == NULL && release != NULL)
    found = find_in_images (set, release);
  if (found == NULL && unpack && GRAFT_IS_KERNEL (image)
      && !find_in_kernel (kernel, GRAFT_KERNEL (image), &found, cancellable, error))
    return FALSE;
  *ret_config = g_steal_pointer (&found);
  return TRUE;
}
