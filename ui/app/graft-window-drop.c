/* graft-window-drop.c: what is dropped anywhere on the window
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gi18n.h>

#include "app/graft-window-private.h"
#include "session/graft-drop.h"
#include "widgets/graft-chooser.h"
#include "widgets/graft-file-drop.h"
#include "widgets/graft-toasts.h"

/* Dropped files, looked at by a worker. */
typedef struct
{
  char **paths;
  GraftDropKind kind;
} Dropped;

static void
dropped_free (gpointer data)
{
  Dropped *self = data;

  g_strfreev (self->paths);
  g_free (self);
}

static void
look (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Dropped *dropped = data;

  dropped->kind = graft_drop_classify (dropped->paths[0]);
  g_task_return_boolean (task, TRUE);
}

static void
take_kernel (GraftWindow *self, Dropped *dropped)
{
  GVariant *paths = g_variant_new_bytestring_array ((const char *const *)dropped->paths, -1);

  if (self->session == NULL || graft_session_get_state (self->session) != GRAFT_SESSION_OPEN)
    {
      g_variant_unref (g_variant_ref_sink (paths));
      graft_toasts_add (GTK_WIDGET (self), _ ("Open a boot set first: this is a kernel for one"));
    }
  else
    gtk_widget_activate_action (GTK_WIDGET (self), "win.swap-from", "@aay", paths);
}

static void
on_looked (GObject *source, GAsyncResult *result, gpointer data)
{
  GraftWindow *self = GRAFT_WINDOW (source);
  Dropped *dropped = g_task_get_task_data (G_TASK (result));

  /* Closed in the meantime. */
  if (gtk_window_get_application (GTK_WINDOW (self)) == NULL)
    return;
  switch (dropped->kind)
    {
    case GRAFT_DROP_VMLINUZ:
      /* It is a member of a set as well as a kernel for one. */
      if (self->session == NULL)
        graft_window_open_path (self, dropped->paths[0]);
      else
        take_kernel (self, dropped);
      break;
    case GRAFT_DROP_KERNEL:
      take_kernel (self, dropped);
      break;
    case GRAFT_DROP_SET:
      graft_window_open_path (self, dropped->paths[0]);
      break;
    case GRAFT_DROP_FILES:
    default:
      if (self->session == NULL)
        graft_window_open_path (self, dropped->paths[0]);
      else
        graft_toasts_add (GTK_WIDGET (self),
                          _ ("To add files, drop them on a folder of the contents"));
    }
}

/* Looks at them, and takes them. */
static void
take (GraftWindow *self, const char *const *paths)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, on_looked, NULL);
  Dropped *dropped = g_new0 (Dropped, 1);

  dropped->paths = g_strdupv ((char **)paths);
  g_task_set_task_data (task, dropped, dropped_free);
  g_task_run_in_thread (task, look);
}

static gboolean
on_dropped (GtkWidget *widget, const char *const *paths, double x, double y)
{
  take (GRAFT_WINDOW (widget), paths);
  return TRUE;
}

void
graft_window_refuse_drop (GtkWidget *widget, const char *name, GVariant *parameter)
{
  gtk_widget_action_set_enabled (widget, "win.choose-dropped", TRUE);
  graft_toasts_add_with_action (widget,
                                _ ("This did not arrive: the desktop may hand over no folders"),
                                _ ("Choose the folder…"), "win.choose-dropped");
}

static void
on_folder_chosen (GtkWidget *from, const char *const *paths, gpointer data)
{
  take (GRAFT_WINDOW (from), paths);
}

void
graft_window_choose_dropped (GtkWidget *widget, const char *name, GVariant *parameter)
{
  graft_choose (widget, GRAFT_CHOOSE_FOLDER, _ ("Choose the folder that was dropped"),
                _ ("_Choose"), on_folder_chosen, NULL);
}

void
graft_window_add_drop_target (GraftWindow *self)
{
  static const GraftFileDropFuncs funcs = { .dropped = on_dropped };

  graft_file_drop_add (GTK_WIDGET (self), &funcs);
  /* Offered once there was such a drop. */
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.choose-dropped", FALSE);
}
