/* graft-swap-kernel.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "steps/swap-kernel/graft-swap-kernel.h"

#include <glib/gi18n-lib.h>

#include "base/graft-name.h"
#include "steps/swap-kernel/graft-swap-plan.h"

#define GRAFT_TYPE_SWAP_KERNEL (graft_swap_kernel_get_type ())
G_DECLARE_FINAL_TYPE (GraftSwapKernel, graft_swap_kernel, GRAFT, SWAP_KERNEL, GraftStep)

struct _GraftSwapKernel
{
  GraftStep parent_instance;

  char **paths; /* NULL: none */
  char *vmlinuz;
  char *modules;
  GraftSelect select;
  char **chosen;
  char *release;       /* NULL until it is planned */
  GraftSwapPlan *plan; /* NULL: none was made, or it was applied */
};

G_DEFINE_TYPE (GraftSwapKernel, graft_swap_kernel, GRAFT_TYPE_STEP)

static char *
graft_swap_kernel_dup_label (GraftStep *step)
{
  GraftSwapKernel *self = GRAFT_SWAP_KERNEL (step);
  const char *path = self->paths != NULL ? self->paths[0] : NULL;
  const char *from = path != NULL ? path : (self->vmlinuz != NULL ? self->vmlinuz : self->modules);
  g_autofree char *shown = self->release != NULL ? graft_name_escape (self->release)
                                                 : g_filename_display_basename (from);

  return g_strdup_printf (_ ("Swap the kernel for %s"), shown);
}

/* Notes are sentences, with names that are fit to be shown; what was lost are names as they are. */
static void
report_layer (const GraftSwapLayer *layer, GraftStepReport *report)
{
  const char *path = graft_member_get_path (layer->member);
  g_autofree char *shown = graft_name_escape (path);

  for (guint i = 0; i < layer->lost->len; i++)
    g_ptr_array_add (
        report->lost,
        g_strdup_printf ("%s: %s", path, (const char *)g_ptr_array_index (layer->lost, i)));
  for (guint i = 0; i < layer->others->len; i++)
    {
      g_autofree char *other = graft_name_escape (g_ptr_array_index (layer->others, i));

      g_ptr_array_add (report->notes,
                       g_strdup_printf (_ ("%s keeps the modules in %s as well"), shown, other));
    }
  if (layer->n_decompressed > 0)
    g_ptr_array_add (
        report->notes,
        g_strdup_printf (ngettext ("%s: %u module is stored uncompressed, since this image's "
                                   "modprobe could not read it otherwise",
                                   "%s: %u modules are stored uncompressed, since this image's "
                                   "modprobe could not read them otherwise",
                                   layer->n_decompressed),
                         shown, layer->n_decompressed));
}

static GraftSwapPlan *
make_plan (GraftSwapKernel *self, GraftBootSet *set, GraftProgress *progress,
           GCancellable *cancellable, GError **error)
{
  GraftStore *store = graft_boot_set_get_store (set, error);
  g_autoptr (GraftProgress) reading = graft_progress_new_child (progress, 0.4, NULL);
  g_autoptr (GraftProgress) planning = graft_progress_new_child (progress, 0.6, NULL);
  g_autoptr (GraftKernelSource) source = NULL;

  if (store == NULL)
    return NULL;
  source = graft_kernel_source_open ((const char *const *)self->paths, self->vmlinuz, self->modules,
                                     store, reading, cancellable, error);
  if (source == NULL)
    return NULL;
  return graft_swap_plan_new (set, source, self->select, (const char *const *)self->chosen,
                              planning, cancellable, error);
}

static gboolean
graft_swap_kernel_apply (GraftStep *step, GraftBootSet *set, GraftStepReport *report,
                         GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  GraftSwapKernel *self = GRAFT_SWAP_KERNEL (step);
  g_autoptr (GraftSwapPlan) plan = g_steal_pointer (&self->plan);

  if (plan != NULL && !graft_swap_plan_fits (plan, set))
    g_clear_pointer (&plan, graft_swap_plan_free);
  if (plan == NULL)
    plan = make_plan (self, set, progress, cancellable, error);
  if (plan == NULL || !graft_swap_plan_apply (plan, error))
    return FALSE;
  for (guint i = 0; i < plan->layers->len; i++)
    report_layer (g_ptr_array_index (plan->layers, i), report);
  for (guint i = 0; i < plan->notes->len; i++)
    g_ptr_array_add (report->notes, g_strdup (g_ptr_array_index (plan->notes, i)));
  return TRUE;
}

static void
graft_swap_kernel_finalize (GObject *object)
{
  GraftSwapKernel *self = GRAFT_SWAP_KERNEL (object);

  g_strfreev (self->paths);
  g_free (self->vmlinuz);
  g_free (self->modules);
  g_strfreev (self->chosen);
  g_free (self->release);
  g_clear_pointer (&self->plan, graft_swap_plan_free);
  G_OBJECT_CLASS (graft_swap_kernel_parent_class)->finalize (object);
}

static void
graft_swap_kernel_class_init (GraftSwapKernelClass *klass)
{
  GraftStepClass *step_class = GRAFT_STEP_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = graft_swap_kernel_finalize;
  step_class->dup_label = graft_swap_kernel_dup_label;
  step_class->apply = graft_swap_kernel_apply;
}

static void
graft_swap_kernel_init (GraftSwapKernel *self)
{
}

GraftStep *
graft_step_swap_kernel_new (const char *const *paths, const char *vmlinuz, const char *modules,
                            GraftSelect select, const char *const *chosen)
{
  GraftSwapKernel *self = g_object_new (GRAFT_TYPE_SWAP_KERNEL, NULL);

  self->paths = g_strdupv ((char **)paths);
  self->vmlinuz = g_strdup (vmlinuz);
  self->modules = g_strdup (modules);
  self->select = select;
  self->chosen = g_strdupv ((char **)chosen);
  return GRAFT_STEP (self);
}

GraftStep *
graft_step_swap_kernel_new_planned (const char *const *paths, const char *vmlinuz,
                                    const char *modules, GraftSelect select,
                                    const char *const *chosen, GraftSwapPlan *plan)
{
  GraftStep *step = graft_step_swap_kernel_new (paths, vmlinuz, modules, select, chosen);

  GRAFT_SWAP_KERNEL (step)->release = g_strdup (plan->new_release);
  GRAFT_SWAP_KERNEL (step)->plan = plan;
  return step;
}
