/* graft-step-write.c: --write IMAGE:/path, --append-line IMAGE:/path
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-error.h"
#include "base/graft-limits.h"
#include "base/graft-name.h"
#include "image/graft-path.h"
#include "steps/graft-step-target.h"
#include "steps/graft-step.h"

#define GRAFT_TYPE_STEP_WRITE (graft_step_write_get_type ())
G_DECLARE_FINAL_TYPE (GraftStepWrite, graft_step_write, GRAFT, STEP_WRITE, GraftStep)

struct _GraftStepWrite
{
  GraftStep parent_instance;

  char *address;
  GBytes *content; /* the whole new content; NULL: append @line */
  char *line;
  gint64 time;
};

G_DEFINE_TYPE (GraftStepWrite, graft_step_write, GRAFT_TYPE_STEP)

static char *
graft_step_write_dup_label (GraftStep *step)
{
  GraftStepWrite *self = GRAFT_STEP_WRITE (step);
  g_autofree char *shown = graft_name_escape (self->address);

  if (self->content != NULL)
    return g_strdup_printf (_ ("Write %s"), shown);
  return g_strdup_printf (_ ("Add a line to %s"), shown);
}

/* @old and the line, in the way the file ends its lines; a last line without its end gets one. */
static GBytes *
append_line (GBytes *old, const char *line)
{
  gsize size;
  const char *data = g_bytes_get_data (old, &size);
  const char *first_end = size > 0 ? memchr (data, '\n', size) : NULL;
  const char *end = first_end != NULL && first_end > data && first_end[-1] == '\r' ? "\r\n" : "\n";
  GString *text = g_string_new_len (data, size);

  if (size > 0 && data[size - 1] != '\n')
    g_string_append (text, end);
  g_string_append (text, line);
  g_string_append (text, end);
  return g_string_free_to_bytes (text);
}

static GBytes *
read_text (GraftNode *node, GError **error)
{
  g_autoptr (GraftInput) input = NULL;

  if (graft_node_get_size (node) > GRAFT_LIMIT_TEXT)
    {
      g_set_error_literal (error, GRAFT_STEP_ERROR, GRAFT_ERROR_TOO_LARGE,
                           _ ("lines are only added to text files of up to 16 MB"));
      return NULL;
    }
  input = graft_node_open (node, error);
  return input != NULL ? graft_input_read_all (input, error) : NULL;
}

/* What the file will hold; @node is what stands there now, or NULL. */
static GBytes *
new_content (GraftStepWrite *self, GraftNode *node, GError **error)
{
  g_autoptr (GBytes) old = NULL;

  if (self->content != NULL)
    return g_bytes_ref (self->content);
  old = node != NULL ? read_text (node, error) : g_bytes_new_static ("", 0);
  return old != NULL ? append_line (old, self->line) : NULL;
}

static gboolean
write_content (GraftStepWrite *self, GraftBootSet *set, GraftStepTarget *target, GraftNode *node,
               const char *path, GCancellable *cancellable, GError **error)
{
  GraftStore *store = graft_boot_set_get_store (set, error);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GraftInput) typed = NULL, content = NULL;
  g_autoptr (GraftNode) changed = NULL;
  GraftNodeInit init = { .type = GRAFT_NODE_REGULAR, .attributes.mode = 0644, .nlink = 1 };

  if (store == NULL || (bytes = new_content (self, node, error)) == NULL)
    return FALSE;
  typed = graft_memory_input_new (bytes, path);
  content = graft_store_add (store, typed, NULL, cancellable, error);
  if (content == NULL)
    return FALSE;
  if (node != NULL)
    init = graft_node_to_init (node);
  init.content = content;
  init.attributes.mtime_nsec = 0;
  if (!graft_step_target_get_time (target, self->time, &init.attributes.mtime, error))
    return FALSE;
  changed = graft_node_new (&init);
  return node != NULL ? graft_overlay_change (target->overlay, target->part, path, changed, error)
                      : graft_overlay_put (target->overlay, target->part, path, changed, error);
}

static gboolean
write_target (GraftStepWrite *self, GraftBootSet *set, GraftStepTarget *target,
              GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *path = NULL;
  g_autoptr (GraftNode) root = graft_step_target_dup_root (target, error);
  g_autoptr (GraftNode) node = NULL;

  if (root == NULL)
    return FALSE;
  node = graft_path_find (root, target->path, GRAFT_PATH_FOLLOW, &path, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (node != NULL && graft_node_get_node_type (node) != GRAFT_NODE_REGULAR)
    {
      g_set_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_REFUSED,
                   _ ("a %s stands there, not a file that could be written"),
                   graft_node_type_get_name (graft_node_get_node_type (node)));
      return FALSE;
    }
  return write_content (self, set, target, node, path != NULL ? path : target->path, cancellable,
                        error);
}

static gboolean
graft_step_write_apply (GraftStep *step, GraftBootSet *set, GraftStepReport *report,
                        GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  GraftStepWrite *self = GRAFT_STEP_WRITE (step);
  g_auto (GraftStepTarget) target = { 0 };

  if (!graft_step_target_find (&target, set, self->address, error)
      || !write_target (self, set, &target, cancellable, error))
    return graft_step_target_prefix (self->address, error);
  return TRUE;
}

static void
graft_step_write_finalize (GObject *object)
{
  GraftStepWrite *self = GRAFT_STEP_WRITE (object);

  g_free (self->address);
  g_free (self->line);
  g_clear_pointer (&self->content, g_bytes_unref);
  G_OBJECT_CLASS (graft_step_write_parent_class)->finalize (object);
}

static void
graft_step_write_class_init (GraftStepWriteClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = graft_step_write_finalize;
  GRAFT_STEP_CLASS (klass)->dup_label = graft_step_write_dup_label;
  GRAFT_STEP_CLASS (klass)->apply = graft_step_write_apply;
}

static void
graft_step_write_init (GraftStepWrite *self)
{
}

GraftStep *
graft_step_write_new (const char *address, GBytes *content, gint64 time)
{
  GraftStepWrite *self = g_object_new (GRAFT_TYPE_STEP_WRITE, NULL);

  self->address = g_strdup (address);
  self->content = g_bytes_ref (content);
  self->time = time;
  return GRAFT_STEP (self);
}

GraftStep *
graft_step_append_line_new (const char *address, const char *line, gint64 time)
{
  GraftStepWrite *self = g_object_new (GRAFT_TYPE_STEP_WRITE, NULL);

  self->address = g_strdup (address);
  self->line = g_strdup (line);
  self->time = time;
  return GRAFT_STEP (self);
}
