/* graft-step-file.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "steps/graft-step-file.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-limits.h"

void
graft_step_file_clear (GraftStepFile *self)
{
  graft_step_target_clear (&self->target);
  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->node, graft_node_unref);
}

gboolean
graft_step_file_find (GraftStepFile *self, GraftBootSet *set, const char *address,
                      GCancellable *cancellable, GError **error)
{
  if (!graft_step_target_init (&self->target, set, address, cancellable, error)
      || !graft_step_target_find (&self->target, self->target.path, &self->path, &self->node,
                                  error))
    return FALSE;
  return self->node == NULL || graft_node_get_node_type (self->node) == GRAFT_NODE_REGULAR
         || graft_step_target_set_kind_error (&self->target, self->path, self->node, error);
}

GBytes *
graft_step_file_read_text (GraftStepFile *self, GError **error)
{
  g_autoptr (GraftInput) input = NULL;
  g_autoptr (GBytes) bytes = NULL;

  if (self->node == NULL)
    return g_bytes_new_static ("", 0);
  if (graft_node_get_size (self->node) > GRAFT_LIMIT_TEXT)
    {
      graft_step_target_set_error (&self->target, GRAFT_ERROR_TOO_LARGE, self->path,
                                   _ ("is larger than 16 MB: lines are added to text files only"),
                                   error);
      return NULL;
    }
  input = graft_node_open (self->node, error);
  bytes = input != NULL ? graft_input_read_all (input, error) : NULL;
  if (bytes == NULL || g_bytes_get_size (bytes) == 0
      || memchr (g_bytes_get_data (bytes, NULL), '\0', g_bytes_get_size (bytes)) == NULL)
    return g_steal_pointer (&bytes);
  graft_step_target_set_error (
      &self->target, GRAFT_ERROR_REFUSED, self->path,
      _ ("is no text: it has a NUL, and a line added to it would not be read as one"), error);
  return NULL;
}

gboolean
graft_step_file_put (GraftStepFile *self, GraftBootSet *set, GBytes *content, gint64 time,
                     GCancellable *cancellable, GError **error)
{
  GraftStore *store = graft_boot_set_get_store (set, error);
  GraftNodeInit init = { .type = GRAFT_NODE_REGULAR, .attributes.mode = 0644 };
  g_autoptr (GraftInput) typed = NULL, stored = NULL;
  g_autoptr (GraftNode) changed = NULL;

  if (store == NULL)
    return FALSE;
  typed = graft_memory_input_new (content, self->path);
  stored = graft_store_add (store, typed, NULL, cancellable, error);
  if (stored == NULL)
    return FALSE;
  if (self->node != NULL)
    init = graft_node_to_init (self->node);
  init.content = stored;
  init.attributes.mtime_nsec = 0;
  if (!graft_step_target_get_time (&self->target, time, &init.attributes.mtime, error))
    return FALSE;
  changed = graft_node_new (&init);
  return self->node != NULL ? graft_overlay_change (self->target.overlay, self->target.part,
                                                    self->path, changed, error)
                            : graft_overlay_put (self->target.overlay, self->target.part,
                                                 self->path, changed, error);
}
