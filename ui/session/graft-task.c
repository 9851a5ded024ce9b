/* graft-task.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "session/graft-task.h"

#include <string.h>

#include "formats/kernel/graft-kernel.h"

GraftTask *
graft_task_new (GraftSession *session, const char *label, GraftTaskFunc func)
{
  GraftTask *self = g_new0 (GraftTask, 1);

  self->session = g_object_ref (session);
  self->job = graft_job_new (label);
  self->func = func;
  return self;
}

void
graft_task_free (GraftTask *self)
{
  g_clear_handle_id (&self->show_source, g_source_remove);
  if (self->free_data != NULL)
    self->free_data (self->data);
  g_clear_pointer (&self->report, graft_step_report_free);
  g_clear_object (&self->step);
  g_clear_pointer (&self->before, g_ptr_array_unref);
  g_clear_pointer (&self->layers, g_ptr_array_unref);
  g_free (self->kernel_path);
  g_free (self->journal_problem);
  g_signal_handlers_disconnect_by_data (self->job, self);
  g_object_unref (self->job);
  g_object_unref (self->session);
  g_free (self);
}

static const char *
get_kernel_release (GraftBootSet *set, char **ret_kernel_path)
{
  GraftMember *kernel = graft_boot_set_get_kernel (set, NULL);
  GraftImage *image = kernel != NULL ? graft_member_get_current_image (kernel) : NULL;

  *ret_kernel_path = kernel != NULL ? g_strdup (graft_member_get_path (kernel)) : NULL;
  return GRAFT_IS_KERNEL (image) ? graft_kernel_get_release (GRAFT_KERNEL (image)) : NULL;
}

/* Of @before, the one that was this member's. Members come, but do not go. */
static GraftLayer *
find_before (GPtrArray *before, GraftMember *member, guint place)
{
  for (guint i = MIN (place + 1, before != NULL ? before->len : 0); i-- > 0;)
    {
      GraftLayer *layer = g_ptr_array_index (before, i);

      if (strcmp (graft_layer_get_path (layer), graft_member_get_path (member)) == 0)
        return layer;
    }
  return NULL;
}

GPtrArray *
graft_layers_read (GraftBootSet *set, GPtrArray *before, char **ret_kernel_path,
                   GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) layers = g_ptr_array_new_with_free_func (g_object_unref);
  GPtrArray *members = graft_boot_set_get_members (set);
  g_autofree char *kernel_path = NULL;
  const char *release = get_kernel_release (set, &kernel_path);

  for (guint i = 0; i < members->len; i++)
    {
      GraftMember *member = g_ptr_array_index (members, i);
      GraftLayer *old = find_before (before, member, i);
      GraftLayer *layer = graft_layer_read (member, release, graft_boot_set_get_may_grow (set), old,
                                            cancellable, error);

      if (layer == NULL)
        return NULL;
      if (old != NULL && graft_layer_is_same (old, layer))
        g_set_object (&layer, old);
      g_ptr_array_add (layers, layer);
    }
  *ret_kernel_path = g_steal_pointer (&kernel_path);
  return g_steal_pointer (&layers);
}
