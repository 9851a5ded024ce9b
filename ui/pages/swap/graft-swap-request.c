/* graft-swap-request.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "pages/swap/graft-swap-request.h"

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
  else if (self->vmlinuz != NULL)
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

gboolean
graft_swap_request_plan (GraftBootSet *set, gpointer data, GraftProgress *progress,
                         GCancellable *cancellable, GError **error)
{
  GraftSwapRequest *self = data;
  g_autoptr (GraftProgress) reading = graft_progress_new_child (progress, 0.4, NULL);
  g_autoptr (GraftProgress) planning = graft_progress_new_child (progress, 0.6, NULL);
  GraftStore *store = graft_boot_set_get_store (set, error);

  if (store == NULL)
    return FALSE;
  g_clear_pointer (&self->plan, graft_swap_plan_free);
  if (self->source == NULL)
    self->source = graft_kernel_source_open (self->path, self->vmlinuz, self->modules, store,
                                             reading, cancellable, error);
  g_clear_object (&reading);
  if (self->source == NULL)
    return FALSE;
  self->plan
      = graft_swap_plan_new (set, self->source, self->select, (const char *const *)self->chosen,
                             planning, cancellable, error);
  return self->plan != NULL;
}

GraftStep *
graft_swap_request_make_step (GraftSwapRequest *self)
{
  return graft_step_swap_kernel_new_planned (self->path, self->vmlinuz, self->modules, self->select,
                                             (const char *const *)self->chosen,
                                             g_steal_pointer (&self->plan));
}

char *
graft_swap_request_dup_name (GraftSwapRequest *self)
{
  const char *from
      = self->path != NULL ? self->path : (self->vmlinuz != NULL ? self->vmlinuz : self->modules);

  return from != NULL ? g_filename_display_basename (from) : NULL;
}
