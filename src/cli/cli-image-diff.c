/* cli-image-diff.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "cli/cli-image-diff.h"

#include <string.h>

#include "cli/cli-command.h"
#include "cli/cli-modules.h"
#include "formats/kernel/graft-kernel.h"

#include <glib/gi18n.h>

CliImageDiff *
cli_image_diff_new (GCancellable *cancellable)
{
  CliImageDiff *self = g_new0 (CliImageDiff, 1);

  self->changes = g_ptr_array_new_with_free_func ((GDestroyNotify)cli_change_free);
  self->modules = g_ptr_array_new_with_free_func ((GDestroyNotify)cli_layer_diff_free);
  self->cancellable = cancellable;
  return self;
}

void
cli_image_diff_free (CliImageDiff *self)
{
  g_ptr_array_unref (self->changes);
  g_ptr_array_unref (self->modules);
  g_free (self);
}

void
cli_image_diff_add_lone (CliImageDiff *self, const char *path, CliChangeKind kind)
{
  g_ptr_array_add (self->changes, cli_change_new (path, NULL, kind));
}

/* Takes @change, unless it says nothing. */
static void
add_change (CliImageDiff *self, CliChange *change)
{
  if (change->fields->len > 0)
    g_ptr_array_add (self->changes, change);
  else
    cli_change_free (change);
}

static gboolean
add_bytes (CliImageDiff *self, CliChange *change, GraftInput *a, GraftInput *b, GError **error)
{
  gboolean equal = FALSE;

  if (graft_input_get_size (a) != graft_input_get_size (b))
    cli_change_add_field (change, "size");
  if (!graft_input_equal (a, b, &equal, self->cancellable, error))
    {
      cli_change_free (change);
      return FALSE;
    }
  if (!equal)
    cli_change_add_field (change, "content");
  add_change (self, change);
  return TRUE;
}

static gboolean
add_kernels (CliImageDiff *self, const char *path, GraftKernel *a, GraftKernel *b, GError **error)
{
  CliChange *change = cli_change_new (path, NULL, CLI_CHANGE_CHANGED);

  if (g_strcmp0 (graft_kernel_get_release (a), graft_kernel_get_release (b)) != 0)
    cli_change_add_field (change, "release");
  if (g_strcmp0 (graft_kernel_get_version (a), graft_kernel_get_version (b)) != 0)
    cli_change_add_field (change, "version");
  return add_bytes (self, change, graft_image_get_input (GRAFT_IMAGE (a)),
                    graft_image_get_input (GRAFT_IMAGE (b)), error);
}

/* Module folders are matched one to one where both sides have one; else by name. */
static GraftModuleFolder *
find_folder (GPtrArray *folders, GPtrArray *others, GraftModuleFolder *folder)
{
  if (folders->len == 1 && others->len == 1)
    return g_ptr_array_index (others, 0);
  for (guint i = 0; i < others->len; i++)
    if (g_str_equal (graft_module_folder_get_name (g_ptr_array_index (others, i)),
                     graft_module_folder_get_name (folder)))
      return g_ptr_array_index (others, i);
  return NULL;
}

static gboolean
add_modules (CliImageDiff *self, const char *path, GraftNode *a, GraftNode *b, GError **error)
{
  g_autoptr (GPtrArray) old = graft_module_folders_find (a, error);
  g_autoptr (GPtrArray) new = old != NULL ? graft_module_folders_find (b, error) : NULL;

  if (new == NULL)
    return FALSE;
  for (guint i = 0; i < old->len; i++)
    {
      GraftModuleFolder *from = g_ptr_array_index (old, i), *to = find_folder (old, new, from);
      GraftFolderComparison *comparison;

      /* Of the same release each module is compared as a file already. */
      if (to == NULL
          || g_str_equal (graft_module_folder_get_name (from), graft_module_folder_get_name (to)))
        continue;
      comparison = graft_folder_comparison_new (from, to, TRUE, self->cancellable, error);
      if (comparison == NULL)
        return FALSE;
      g_ptr_array_add (self->modules, cli_layer_diff_new (path, comparison));
    }
  return TRUE;
}

static gboolean
add_trees (CliImageDiff *self, const char *path, GraftImage *a, GraftImage *b, GError **error)
{
  g_autoptr (GraftNode) old = graft_image_dup_root (a, error);
  g_autoptr (GraftNode) new = old != NULL ? graft_image_dup_root (b, error) : NULL;
  CliChange *change;

  if (new == NULL)
    return FALSE;
  change = cli_change_new (path, NULL, CLI_CHANGE_CHANGED);
  if (strcmp (graft_image_get_compression (a), graft_image_get_compression (b)) != 0)
    cli_change_add_field (change, "compression");
  if (g_strcmp0 (graft_image_get_label (a), graft_image_get_label (b)) != 0)
    cli_change_add_field (change, "label");
  add_change (self, change);
  return cli_tree_diff (self->changes, path, old, new, self->cancellable, error)
         && add_modules (self, path, old, new, error);
}

gboolean
cli_image_diff_add_images (CliImageDiff *self, const char *path, GraftImage *a, GraftImage *b,
                           GError **error)
{
  if (GRAFT_IS_KERNEL (a) && GRAFT_IS_KERNEL (b))
    return add_kernels (self, path, GRAFT_KERNEL (a), GRAFT_KERNEL (b), error);
  if (GRAFT_IS_KERNEL (a) || GRAFT_IS_KERNEL (b))
    {
      g_set_error (error, CLI_ERROR, 0, _ ("%s is a %s, %s is a %s: they cannot be compared"),
                   graft_image_get_name (a), graft_image_get_format (a), graft_image_get_name (b),
                   graft_image_get_format (b));
      return FALSE;
    }
  return add_trees (self, path, a, b, error);
}

gboolean
cli_image_diff_add_members (CliImageDiff *self, GraftMember *a, GraftMember *b, GError **error)
{
  const char *path = graft_member_get_path (a);
  GraftImage *old = graft_member_get_image (a), *new = graft_member_get_image (b);

  if (strcmp (path, graft_member_get_path (b)) != 0)
    {
      CliChange *change = cli_change_new (path, NULL, CLI_CHANGE_CHANGED);

      cli_change_add_field (change, "path");
      add_change (self, change);
    }
  if (old != NULL && new != NULL)
    return cli_image_diff_add_images (self, path, old, new, error);
  return add_bytes (self, cli_change_new (path, NULL, CLI_CHANGE_CHANGED),
                    graft_member_get_input (a), graft_member_get_input (b), error);
}
