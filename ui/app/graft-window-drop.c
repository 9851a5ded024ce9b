/* graft-window-drop.c: what is dropped on the window, wherever no page takes it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gi18n.h>

#include "app/graft-window-private.h"
#include "session/graft-drop.h"
#include "widgets/graft-toasts.h"

/**
 * Dropped:
 * @paths: NULL-terminated
 * @kinds: of each
 */
typedef struct
{
  char **paths;
  GraftDropKind *kinds;
} Dropped;

static void
dropped_free (Dropped *self)
{
  g_strfreev (self->paths);
  g_free (self->kinds);
  g_free (self);
}

/* In a worker: the files may be far away. */
static void
classify (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Dropped *dropped = data;

  for (guint i = 0; dropped->paths[i] != NULL; i++)
    dropped->kinds[i] = graft_drop_classify (dropped->paths[i]);
  g_task_return_boolean (task, TRUE);
}

static gboolean
is_for_swap (GraftDropKind kind)
{
  return kind == GRAFT_DROP_KERNEL || kind == GRAFT_DROP_VMLINUZ;
}

/* Without a set, a kernel file and its folder are what a set is found by. */
static void
take_without_set (GraftWindow *self, Dropped *dropped)
{
  if (dropped->kinds[0] == GRAFT_DROP_KERNEL
      && !g_file_test (dropped->paths[0], G_FILE_TEST_IS_DIR))
    graft_toasts_add (self->content,
                      _ ("That is a package. Open a boot set first, then drop the package on it."));
  else
    graft_window_open_path (self, dropped->paths[0]);
}

static void
take (GraftWindow *self, Dropped *dropped)
{
  g_autoptr (GPtrArray) for_swap = g_ptr_array_new ();
  gboolean opened = FALSE;

  for (guint i = 0; dropped->paths[i] != NULL; i++)
    if (is_for_swap (dropped->kinds[i]))
      g_ptr_array_add (for_swap, dropped->paths[i]);
  g_ptr_array_add (for_swap, NULL);
  if (for_swap->len > 1)
    {
      graft_window_swap_from (self, (const char *const *)for_swap->pdata);
      return;
    }
  for (guint i = 0; dropped->paths[i] != NULL; i++)
    if (dropped->kinds[i] == GRAFT_DROP_SET)
      {
        graft_window_open_path (self, dropped->paths[i]);
        opened = TRUE;
      }
  if (!opened)
    graft_toasts_add (self->content,
                      _ ("To put files into an image, drop them on a folder in Contents."));
}

static void
on_classified (GObject *source, GAsyncResult *result, gpointer data)
{
  GraftWindow *self = GRAFT_WINDOW (source);
  Dropped *dropped = g_task_get_task_data (G_TASK (result));

  if (!g_task_propagate_boolean (G_TASK (result), NULL))
    return;
  if (graft_window_has_set (self))
    take (self, dropped);
  else
    take_without_set (self, dropped);
}

static Dropped *
dropped_new (GSList *files)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  Dropped *self = g_new0 (Dropped, 1);

  for (GSList *l = files; l != NULL; l = l->next)
    if (g_file_peek_path (l->data) != NULL)
      g_strv_builder_add (builder, g_file_peek_path (l->data));
  self->paths = g_strv_builder_end (builder);
  self->kinds = g_new0 (GraftDropKind, g_strv_length (self->paths) + 1);
  return self;
}

static gboolean
on_drop (GtkDropTarget *target, const GValue *value, double x, double y, GraftWindow *self)
{
  g_autoptr (GSList) files = gdk_file_list_get_files (g_value_get_boxed (value));
  Dropped *dropped = dropped_new (files);
  g_autoptr (GTask) task = NULL;

  gtk_widget_remove_css_class (self->content, "drop-inside");
  if (dropped->paths[0] == NULL)
    {
      dropped_free (dropped);
      graft_toasts_add (self->content, _ ("What was dropped is not on this machine."));
      return FALSE;
    }
  if (self->drop_cancellable != NULL)
    g_cancellable_cancel (self->drop_cancellable);
  g_clear_object (&self->drop_cancellable);
  self->drop_cancellable = g_cancellable_new ();
  task = g_task_new (self, self->drop_cancellable, on_classified, NULL);
  g_task_set_task_data (task, dropped, (GDestroyNotify)dropped_free);
  g_task_run_in_thread (task, classify);
  return TRUE;
}

static GdkDragAction
on_enter (GtkDropTarget *target, double x, double y, GraftWindow *self)
{
  gtk_widget_add_css_class (self->content, "drop-inside");
  return GDK_ACTION_COPY;
}

static void
on_leave (GtkDropTarget *target, GraftWindow *self)
{
  gtk_widget_remove_css_class (self->content, "drop-inside");
}

void
graft_window_add_drop_target (GraftWindow *self)
{
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  /* Pages come first with what they can take. */
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (target), GTK_PHASE_BUBBLE);
  g_signal_connect_object (target, "drop", G_CALLBACK (on_drop), self, 0);
  g_signal_connect_object (target, "enter", G_CALLBACK (on_enter), self, 0);
  g_signal_connect_object (target, "leave", G_CALLBACK (on_leave), self, 0);
  gtk_widget_add_controller (self->content, GTK_EVENT_CONTROLLER (target));
}
