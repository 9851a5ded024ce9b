/* graft-swap-kernel.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "steps/swap-kernel/graft-swap-kernel.h"

#include <glib/gi18n-lib.h>

#include "base/graft-name.h"
#include "steps/graft-step-json.h"
#include "steps/swap-kernel/graft-swap-plan.h"

#define GRAFT_TYPE_SWAP_KERNEL (graft_swap_kernel_get_type ())
G_DECLARE_FINAL_TYPE (GraftSwapKernel, graft_swap_kernel, GRAFT, SWAP_KERNEL, GraftStep)

struct _GraftSwapKernel
{
  GraftStep parent_instance;

  GPtrArray *kernels;       /* of GraftStepSource */
  GraftStepSource *vmlinuz; /* NULL: none */
  GraftStepSource *modules; /* NULL: none */
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
  GraftStepSource *kernel = self->kernels->len > 0 ? g_ptr_array_index (self->kernels, 0) : NULL;
  GraftStepSource *from
      = kernel != NULL ? kernel : (self->vmlinuz != NULL ? self->vmlinuz : self->modules);
  /* A recipe of others may call it anything. */
  g_autofree char *name = g_path_get_basename (from->path);
  g_autofree char *shown = graft_name_escape (self->release != NULL ? self->release : name);

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

static GStrv
dup_paths (GraftSwapKernel *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < self->kernels->len; i++)
    g_strv_builder_add (builder, ((GraftStepSource *)g_ptr_array_index (self->kernels, i))->path);
  return g_strv_builder_end (builder);
}

static const char *
get_path (const GraftStepSource *source)
{
  return source != NULL ? source->path : NULL;
}

static gboolean
accept (GraftStepSource *source, GHashTable *digests, GError **error)
{
  const char *digest = source != NULL ? g_hash_table_lookup (digests, source->path) : NULL;

  return digest == NULL || graft_step_source_accept (source, digest, error);
}

/* Whether what the kernel was read from is what it was when the step was made. */
static gboolean
accept_all (GraftSwapKernel *self, GHashTable *digests, GError **error)
{
  for (guint i = 0; i < self->kernels->len; i++)
    if (!accept (g_ptr_array_index (self->kernels, i), digests, error))
      return FALSE;
  return accept (self->vmlinuz, digests, error) && accept (self->modules, digests, error);
}

static GraftSwapPlan *
make_plan (GraftSwapKernel *self, GraftBootSet *set, GraftProgress *progress,
           GCancellable *cancellable, GError **error)
{
  GraftStore *store = graft_boot_set_get_store (set, error);
  g_autoptr (GraftProgress) reading = graft_progress_new_child (progress, 0.4, NULL);
  g_autoptr (GraftProgress) planning = graft_progress_new_child (progress, 0.6, NULL);
  g_autoptr (GraftKernelSource) source = NULL;
  g_auto (GStrv) paths = dup_paths (self);

  if (store == NULL)
    return NULL;
  source = graft_kernel_source_open ((const char *const *)paths, get_path (self->vmlinuz),
                                     get_path (self->modules), store, reading, cancellable, error);
  if (source == NULL || !accept_all (self, graft_kernel_source_get_digests (source), error))
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
  if (plan == NULL || !accept_all (self, plan->digests, error)
      || !graft_swap_plan_apply (plan, error))
    return FALSE;
  for (guint i = 0; i < plan->layers->len; i++)
    report_layer (g_ptr_array_index (plan->layers, i), report);
  for (guint i = 0; i < plan->notes->len; i++)
    g_ptr_array_add (report->notes, g_strdup (g_ptr_array_index (plan->notes, i)));
  return TRUE;
}

static const char *const select_names[] = {
  [GRAFT_SELECT_AUTO] = "auto",
  [GRAFT_SELECT_SAME] = "same",
  [GRAFT_SELECT_ALL] = "all",
  [GRAFT_SELECT_CHOSEN] = "chosen",
  NULL,
};

static void
graft_swap_kernel_write (GraftStep *step, GraftStepWriter *writer)
{
  GraftSwapKernel *self = GRAFT_SWAP_KERNEL (step);

  graft_step_writer_add_text (writer, "step", "swap-kernel");
  graft_step_writer_add_sources (writer, "kernels", self->kernels);
  graft_step_writer_add_source (writer, "vmlinuz", self->vmlinuz);
  graft_step_writer_add_source (writer, "modules", self->modules);
  graft_step_writer_add_text (writer, "select", select_names[self->select]);
  if (self->select == GRAFT_SELECT_CHOSEN)
    graft_step_writer_add_texts (writer, "chosen", (const char *const *)self->chosen);
}

static void
graft_swap_kernel_finalize (GObject *object)
{
  GraftSwapKernel *self = GRAFT_SWAP_KERNEL (object);

  g_ptr_array_unref (self->kernels);
  g_clear_pointer (&self->vmlinuz, graft_step_source_free);
  g_clear_pointer (&self->modules, graft_step_source_free);
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
  step_class->write = graft_swap_kernel_write;
}

static void
graft_swap_kernel_init (GraftSwapKernel *self)
{
  self->kernels = g_ptr_array_new_with_free_func ((GDestroyNotify)graft_step_source_free);
}

GraftStep *
graft_step_swap_kernel_new (const char *const *paths, const char *vmlinuz, const char *modules,
                            GraftSelect select, const char *const *chosen)
{
  GraftSwapKernel *self = g_object_new (GRAFT_TYPE_SWAP_KERNEL, NULL);

  for (; paths != NULL && *paths != NULL; paths++)
    g_ptr_array_add (self->kernels, graft_step_source_new (*paths, NULL));
  self->vmlinuz = vmlinuz != NULL ? graft_step_source_new (vmlinuz, NULL) : NULL;
  self->modules = modules != NULL ? graft_step_source_new (modules, NULL) : NULL;
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

GraftStep *
graft_step_swap_kernel_read (GraftStepReader *reader)
{
  GraftSwapKernel *self = g_object_new (GRAFT_TYPE_SWAP_KERNEL, NULL);
  GPtrArray *kernels = graft_step_reader_dup_sources (reader, "kernels");

  if (kernels != NULL)
    {
      g_ptr_array_unref (self->kernels);
      self->kernels = kernels;
    }
  self->vmlinuz = graft_step_reader_dup_source (reader, "vmlinuz");
  self->modules = graft_step_reader_dup_source (reader, "modules");
  self->select = graft_step_reader_get_choice (reader, "select", select_names);
  if (self->select == GRAFT_SELECT_CHOSEN)
    self->chosen = g_strdupv ((char **)graft_step_reader_get_texts (reader, "chosen"));
  if (self->kernels->len == 0 && self->vmlinuz == NULL && self->modules == NULL)
    graft_step_reader_fail (reader, "kernels", _ ("names no kernel, and there is none beside it"));
  return GRAFT_STEP (self);
}
