/* graft-swap-plan.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "steps/swap-kernel/graft-swap-plan.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-error.h"
#include "base/graft-name.h"
#include "bootset/graft-member-place.h"
#include "formats/kernel/graft-kernel.h"
#include "image/graft-path.h"
#include "steps/swap-kernel/graft-swap-layer.h"

G_DEFINE_QUARK (graft - swap - error - quark, graft_swap_error)

void
graft_swap_plan_free (GraftSwapPlan *self)
{
  g_clear_object (&self->kernel);
  g_clear_object (&self->new_kernel);
  g_free (self->old_release);
  g_free (self->new_release);
  g_ptr_array_unref (self->layers);
  /* After the layers, whose differences borrow its modules. */
  g_clear_pointer (&self->new_folder, graft_module_folder_unref);
  g_clear_pointer (&self->planned_state, graft_boot_set_state_free);
  g_ptr_array_unref (self->notes);
  g_clear_pointer (&self->digests, g_hash_table_unref);
  /* Last: its store has what the nodes read from. */
  g_object_unref (self->set);
  g_free (self);
}

static GraftSwapPlan *
new_plan (GraftBootSet *set)
{
  GraftSwapPlan *self = g_new0 (GraftSwapPlan, 1);

  self->set = g_object_ref (set);
  self->layers = g_ptr_array_new_with_free_func ((GDestroyNotify)graft_swap_layer_free);
  self->notes = g_ptr_array_new_with_free_func (g_free);
  return self;
}

static gboolean
open_new_kernel (GraftSwapPlan *self, GraftKernelSource *source, GCancellable *cancellable,
                 GError **error)
{
  GraftInput *vmlinuz = graft_kernel_source_get_vmlinuz (source);
  const char *name = graft_kernel_source_get_vmlinuz_name (source);
  const char *problem;

  if (vmlinuz == NULL)
    return TRUE;
  self->new_kernel = graft_image_load (vmlinuz, cancellable, error);
  if (self->new_kernel == NULL)
    return FALSE;
  if (!GRAFT_IS_KERNEL (self->new_kernel))
    {
      g_set_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_INVALID, _ ("%s is no kernel but a %s"),
                   name, graft_image_get_format (self->new_kernel));
      return FALSE;
    }
  problem = graft_kernel_get_problem (GRAFT_KERNEL (self->new_kernel));
  if (problem != NULL)
    {
      g_set_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_INVALID, _ ("%s: %s"), name, problem);
      return FALSE;
    }
  return TRUE;
}

/* The one release of the source's modules. */
static char *
read_module_release (GraftModuleFolder *folder, const char *name, GCancellable *cancellable,
                     GError **error)
{
  g_auto (GStrv) releases = NULL;
  g_autofree char *list = NULL;

  if (!graft_module_folder_read_releases (folder, TRUE, &releases, cancellable, error))
    {
      g_prefix_error (error, _ ("%s: "), name);
      return NULL;
    }
  if (g_strv_length (releases) == 1)
    return g_strdup (releases[0]);
  if (releases[0] == NULL)
    {
      g_set_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_INVALID,
                   _ ("%s has no module that says which kernel it is for"), name);
      return NULL;
    }
  list = g_strjoinv (", ", releases);
  g_set_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_INVALID,
               _ ("%s mixes modules of different kernels (%s): give the folder of one of them"),
               name, list);
  return NULL;
}

/* Kernel and modules must be of one release, wherever each comes from. */
static gboolean
settle_release (GraftSwapPlan *self, const char *module_release, GError **error)
{
  const char *kernel_release = self->new_kernel != NULL
                                   ? graft_kernel_get_release (GRAFT_KERNEL (self->new_kernel))
                                   : self->old_release;

  if (module_release == NULL)
    self->new_release = g_strdup (kernel_release);
  else if (kernel_release == NULL || strcmp (module_release, kernel_release) == 0)
    self->new_release = g_strdup (module_release);
  else if (self->new_kernel != NULL)
    {
      g_set_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_INVALID,
                   _ ("the new kernel is %s, but the modules given with it are for %s: they would "
                      "not load; give the modules of the same build"),
                   kernel_release, module_release);
      return FALSE;
    }
  else
    {
      g_set_error (error, GRAFT_SWAP_ERROR, GRAFT_SWAP_ERROR_NEEDS_KERNEL,
                   _ ("the modules are for %s, but the set's kernel is %s: give the vmlinuz of %s "
                      "as well"),
                   module_release, kernel_release, module_release);
      return FALSE;
    }
  if (self->new_release != NULL)
    return TRUE;
  g_set_error_literal (error, GRAFT_SWAP_ERROR, GRAFT_SWAP_ERROR_NEEDS_MODULES,
                       _ ("the new kernel does not say which release it is: give its modules as "
                          "well"));
  return FALSE;
}

static gboolean
find_kernel (GraftSwapPlan *self, GraftBootSet *set, GError **error)
{
  GraftMember *kernel = graft_boot_set_get_kernel (set, error);
  GraftImage *image;

  if (kernel == NULL)
    return FALSE;
  self->kernel = g_object_ref (kernel);
  image = graft_member_get_current_image (kernel);
  if (image != NULL && GRAFT_IS_KERNEL (image))
    self->old_release = g_strdup (graft_kernel_get_release (GRAFT_KERNEL (image)));
  return TRUE;
}

/* The machines that boot the set stay what they are. */
static gboolean
check_machine (GraftSwapPlan *self, GraftKernelSource *source, GError **error)
{
  GraftImage *old = graft_member_get_current_image (self->kernel);
  const char *arch
      = self->new_kernel != NULL ? graft_kernel_get_arch (GRAFT_KERNEL (self->new_kernel)) : NULL;
  const char *old_arch = GRAFT_IS_KERNEL (old) ? graft_kernel_get_arch (GRAFT_KERNEL (old)) : NULL;

  if (graft_kernel_arch_is_same_machine (arch, old_arch))
    return TRUE;
  g_set_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_INVALID,
               _ ("%s is a kernel for %s, but the set is for machines with %s (its kernel %s is): "
                  "take the kernel that was built for those"),
               graft_kernel_source_get_vmlinuz_name (source), arch, old_arch,
               graft_member_get_path (self->kernel));
  return FALSE;
}

/* Where an initrd's new modules may find their firmware: the vendor's first, then the set's own
 * roots. */
static GPtrArray *
find_firmware_sources (GraftBootSet *set, GraftKernelSource *source, GError **error)
{
  g_autoptr (GPtrArray) folders = g_ptr_array_new_with_free_func ((GDestroyNotify)graft_node_unref);
  GPtrArray *members = graft_boot_set_get_members (set);

  if (graft_kernel_source_get_firmware (source) != NULL)
    g_ptr_array_add (folders, graft_node_ref (graft_kernel_source_get_firmware (source)));
  for (guint i = 0; i < members->len; i++)
    {
      GraftMember *member = g_ptr_array_index (members, i);
      g_autoptr (GError) local = NULL;
      g_autoptr (GraftNode) root = NULL;
      GraftNode *folder;

      if (graft_member_get_role (member) != GRAFT_ROLE_ROOT
          || graft_member_get_overlay (member) == NULL || !graft_member_is_in_place (member))
        continue;
      root = graft_overlay_dup_root (graft_member_get_overlay (member), error);
      if (root == NULL)
        return NULL;
      folder = graft_path_find (root, "/lib/firmware", GRAFT_PATH_FOLLOW, NULL, &local);
      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return NULL;
        }
      if (folder != NULL)
        g_ptr_array_add (folders, folder);
    }
  return g_steal_pointer (&folders);
}

/* Of an image whose file was moved, replaced or deleted no kernel sees anything: it is no part of
 * the swap. An unreadable one would be left with the old modules, unnoticed until it boots. */
static gboolean
refuse_unreadable (GraftBootSet *set, GCancellable *cancellable, GError **error)
{
  GPtrArray *members = graft_boot_set_get_members (set);

  if (!graft_boot_set_open_members (set, cancellable, error))
    return FALSE;
  for (guint i = 0; i < members->len; i++)
    {
      GraftMember *member = g_ptr_array_index (members, i);
      const GError *problem = graft_member_get_problem (member);
      GraftRole role = graft_member_get_role (member);

      if (problem == NULL || role == GRAFT_ROLE_KERNEL || graft_role_is_text (role)
          || !graft_member_is_in_place (member))
        continue;
      g_set_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_CORRUPTED,
                   _ ("%s cannot be read, so its modules cannot be swapped: %s"),
                   graft_member_get_path (member), problem->message);
      return FALSE;
    }
  return TRUE;
}

/* Roots before initrds: the full tree of a root is indexed anyway, and serves the initrds. They are
 * listed in boot order. */
static gboolean
plan_layers (GraftSwapPlan *self, GraftBootSet *set, GraftSwapContext *context,
             GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  static const GraftRole order[] = { GRAFT_ROLE_ROOT, GRAFT_ROLE_INITRD };
  GPtrArray *members = graft_boot_set_get_members (set);
  guint n_initrds = 0;

  for (guint pass = 0; pass < G_N_ELEMENTS (order); pass++)
    for (guint i = 0; i < members->len; i++)
      {
        GraftMember *member = g_ptr_array_index (members, i);
        g_autoptr (GraftProgress) step = NULL;
        GraftSwapLayer *layer = NULL;

        if (graft_member_get_role (member) != order[pass]
            || graft_member_get_overlay (member) == NULL || !graft_member_is_in_place (member))
          continue;
        step = graft_progress_new_child (progress, 1.0 / members->len,
                                         graft_member_get_path (member));
        if (!graft_swap_layer_plan (context, member, &layer, step, cancellable, error))
          return FALSE;
        if (layer != NULL)
          g_ptr_array_insert (self->layers,
                              order[pass] == GRAFT_ROLE_INITRD ? (int)n_initrds++ : -1, layer);
        else if (graft_member_get_children (member)->len == 0)
          {
            g_autofree char *shown = graft_name_escape (graft_member_get_path (member));

            g_ptr_array_add (self->notes,
                             g_strdup_printf (_ ("%s has no modules and stays as it is"), shown));
          }
      }
  if (self->layers->len > 0)
    return TRUE;
  g_set_error_literal (error, GRAFT_STEP_ERROR, GRAFT_ERROR_NOT_FOUND,
                       _ ("no image of the set has a folder lib/modules/RELEASE: there is nothing "
                          "to swap modules in"));
  return FALSE;
}

/* With a kernel alone, the layers must have its modules already. */
static gboolean
check_kernel_alone (GraftSwapPlan *self, GraftBootSet *set, GError **error)
{
  GPtrArray *members = graft_boot_set_get_members (set);

  for (guint i = 0; i < members->len; i++)
    {
      GraftMember *member = g_ptr_array_index (members, i);
      GraftOverlay *overlay = graft_member_get_overlay (member);
      g_autoptr (GraftNode) root = NULL;
      g_autoptr (GPtrArray) folders = NULL;
      gboolean there = FALSE;

      if (overlay == NULL || !graft_member_is_in_place (member))
        continue;
      root = graft_overlay_dup_root (overlay, error);
      folders = root != NULL ? graft_module_folders_find (root, error) : NULL;
      if (folders == NULL)
        return FALSE;
      for (guint k = 0; k < folders->len; k++)
        there |= g_strcmp0 (graft_module_folder_get_name (g_ptr_array_index (folders, k)),
                            self->new_release)
                 == 0;
      if (there || folders->len == 0)
        continue;
      g_set_error (error, GRAFT_SWAP_ERROR, GRAFT_SWAP_ERROR_NEEDS_MODULES,
                   _ ("%s has no modules for %s, and none were given with that kernel: give them "
                      "as well"),
                   graft_member_get_path (member), self->new_release);
      return FALSE;
    }
  return TRUE;
}

static gboolean
fill_plan (GraftSwapPlan *self, GraftBootSet *set, GraftKernelSource *source, GraftSelect select,
           const char *const *chosen, GraftProgress *progress, GCancellable *cancellable,
           GError **error)
{
  GraftNode *modules = graft_kernel_source_get_modules (source);
  const char *modules_name = graft_kernel_source_get_modules_name (source);
  g_autofree char *module_release = NULL;
  g_autoptr (GPtrArray) firmware = NULL;
  GraftSwapContext context = { .select = select,
                               .chosen = chosen,
                               .may_grow = graft_boot_set_get_may_grow (set),
                               .notes = self->notes };
  gboolean planned;

  for (guint i = 0; i < graft_kernel_source_get_notes (source)->len; i++)
    g_ptr_array_add (self->notes, g_strdup (graft_kernel_source_get_notes (source)->pdata[i]));
  if (!find_kernel (self, set, error) || !refuse_unreadable (set, cancellable, error)
      || !open_new_kernel (self, source, cancellable, error)
      || !check_machine (self, source, error))
    return FALSE;
  if (modules == NULL)
    return settle_release (self, NULL, error) && check_kernel_alone (self, set, error);
  self->new_folder = graft_module_folder_new (modules, "/", NULL);
  module_release = read_module_release (self->new_folder, modules_name, cancellable, error);
  if (module_release == NULL || !settle_release (self, module_release, error))
    return FALSE;
  firmware = find_firmware_sources (set, source, error);
  context.store = graft_boot_set_get_store (set, error);
  if (firmware == NULL || context.store == NULL)
    return FALSE;
  context.source = self->new_folder;
  context.old_release = self->old_release;
  context.new_release = self->new_release;
  context.firmware_sources = firmware;
  context.source_has_firmware = graft_kernel_source_get_firmware (source) != NULL;
  planned = plan_layers (self, set, &context, progress, cancellable, error);
  graft_swap_context_clear (&context);
  return planned;
}

GraftSwapPlan *
graft_swap_plan_new (GraftBootSet *set, GraftKernelSource *source, GraftSelect select,
                     const char *const *chosen, GraftProgress *progress, GCancellable *cancellable,
                     GError **error)
{
  g_autoptr (GraftSwapPlan) self = new_plan (set);

  if (!fill_plan (self, set, source, select, chosen, progress, cancellable, error))
    return NULL;
  self->planned_state = graft_boot_set_dup_state (set);
  self->digests = g_hash_table_ref (graft_kernel_source_get_digests (source));
  return g_steal_pointer (&self);
}

gboolean
graft_swap_plan_fits (GraftSwapPlan *self, GraftBootSet *set)
{
  return set == self->set && graft_boot_set_is_in_state (set, self->planned_state);
}

gboolean
graft_swap_plan_apply (GraftSwapPlan *self, GError **error)
{
  for (guint i = 0; i < self->layers->len; i++)
    {
      GraftSwapLayer *layer = g_ptr_array_index (self->layers, i);

      if (!graft_swap_layer_apply (layer, error))
        {
          g_prefix_error (error, _ ("%s: "), graft_member_get_path (layer->member));
          return FALSE;
        }
    }
  if (self->new_kernel != NULL)
    graft_member_set_replacement (self->kernel, self->new_kernel);
  return TRUE;
}
