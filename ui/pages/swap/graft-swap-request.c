/* graft-swap-request.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "pages/swap/graft-swap-request.h"

#include "base/graft-error.h"
#include "session/graft-drop.h"

GraftSwapRequest *
graft_swap_request_new (void)
{
  return g_new0 (GraftSwapRequest, 1);
}

void
graft_swap_request_free (GraftSwapRequest *self)
{
  g_clear_pointer (&self->plan, graft_swap_plan_free);
  g_clear_object (&self->source);
  g_strfreev (self->chosen);
  g_strfreev (self->planned_chosen);
  g_free (self->path);
  g_free (self->vmlinuz);
  g_free (self->modules);
  g_free (self);
}

static void
set_path (char **place, const char *path)
{
  g_free (*place);
  *place = g_strdup (path);
}

void
graft_swap_request_add (GraftSwapRequest *self, const char *path)
{
  gboolean is_kernel = graft_drop_classify (path) == GRAFT_DROP_VMLINUZ;

  g_clear_object (&self->source);
  if (is_kernel)
    set_path (&self->vmlinuz, path);
  else if (self->vmlinuz != NULL || self->path != NULL)
    set_path (&self->modules, path);
  else
    set_path (&self->path, path);
  /* A folder that came before its kernel. */
  if (self->vmlinuz != NULL && self->path != NULL)
    {
      g_free (self->modules);
      self->modules = g_steal_pointer (&self->path);
    }
}

/* Of two packages or folders nobody said which has the kernel: the other order may be right. */
static GraftKernelSource *
open_source (GraftSwapRequest *self, GraftStore *store, GraftProgress *progress,
             GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) local = NULL;
  GraftKernelSource *source = graft_kernel_source_open (self->path, self->vmlinuz, self->modules,
                                                        store, progress, cancellable, &local);

  if (source == NULL && self->path != NULL && self->modules != NULL
      && g_error_matches (local, GRAFT_IMAGE_ERROR, GRAFT_ERROR_NOT_FOUND))
    {
      source = graft_kernel_source_open (self->modules, NULL, self->path, store, NULL, cancellable,
                                         NULL);
      if (source != NULL)
        {
          char *path = self->path;

          self->path = self->modules;
          self->modules = path;
          return source;
        }
    }
  if (source == NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return source;
}

gboolean
graft_swap_request_plan (GraftBootSet *set, gpointer data, GraftProgress *progress,
                         GCancellable *cancellable, GError **error)
{
  GraftSwapRequest *self = data;
  g_autoptr (GraftProgress) reading = graft_progress_new_child (progress, 0.4, NULL);
  g_autoptr (GraftProgress) planning = graft_progress_new_child (progress, 0.6, NULL);
  GraftStore *store = graft_boot_set_get_store (set, error);
  GraftSwapPlan *plan;

  if (store == NULL)
    return FALSE;
  if (self->plan != NULL && !graft_swap_plan_fits (self->plan, set))
    g_clear_pointer (&self->plan, graft_swap_plan_free);
  if (self->source == NULL)
    self->source = open_source (self, store, reading, cancellable, error);
  g_clear_object (&reading);
  if (self->source == NULL)
    return FALSE;
  plan = graft_swap_plan_new (set, self->source, self->select, (const char *const *)self->chosen,
                              planning, cancellable, error);
  if (plan == NULL)
    return FALSE;
  g_clear_pointer (&self->plan, graft_swap_plan_free);
  g_strfreev (self->planned_chosen);
  self->plan = plan;
  self->planned_select = self->select;
  self->planned_chosen = g_strdupv (self->chosen);
  return TRUE;
}

void
graft_swap_request_restore (GraftSwapRequest *self)
{
  g_strfreev (self->chosen);
  self->select = self->planned_select;
  self->chosen = g_strdupv (self->planned_chosen);
}

GraftStep *
graft_swap_request_make_step (GraftSwapRequest *self)
{
  return graft_step_swap_kernel_new_planned (
      self->path, self->vmlinuz, self->modules, self->planned_select,
      (const char *const *)self->planned_chosen, g_steal_pointer (&self->plan));
}

char *
graft_swap_request_dup_name (GraftSwapRequest *self)
{
  const char *from
      = self->path != NULL ? self->path : (self->vmlinuz != NULL ? self->vmlinuz : self->modules);

  return from != NULL ? g_filename_display_basename (from) : NULL;
}
