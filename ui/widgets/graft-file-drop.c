/* graft-file-drop.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * GtkDropTarget says nothing of a drop that cannot be read; so it is read here.
 */

#include "widgets/graft-file-drop.h"

#include "widgets/graft-flatpak.h"

/* RFC 2483, section 5. */
#define ADDRESSES "text/uri-list"

typedef struct
{
  GdkDrop *drop;
  GtkWidget *widget;
  GtkEventController *target;
  const GraftFileDropFuncs *funcs;
  double x;
  double y;
} Reading;

static char **
list_paths (const GValue *value)
{
  g_autoptr (GStrvBuilder) paths = g_strv_builder_new ();
  g_autoptr (GSList) files = gdk_file_list_get_files (g_value_get_boxed (value));

  for (GSList *l = files; l != NULL; l = l->next)
    if (g_file_peek_path (l->data) != NULL)
      g_strv_builder_add (paths, g_file_peek_path (l->data));
  return g_strv_builder_end (paths);
}

/* The target of a drop still has it when the next one comes: GTK 4.8 tells it that a drop left, but
 * not that it ended, and complains. */
static void
renew (Reading *self)
{
  if (gtk_event_controller_get_widget (self->target) != self->widget)
    return;
  gtk_widget_remove_controller (self->widget, self->target);
  graft_file_drop_add (self->widget, self->funcs);
}

/* @value: of GDK_TYPE_FILE_LIST; NULL: it could not be read. */
static void
take (Reading *reading, const GValue *value)
{
  gboolean taken = FALSE;

  /* Closed in the meantime. */
  if (gtk_widget_get_root (reading->widget) == NULL)
    g_debug ("dropped on nothing");
  else if (value == NULL)
    gtk_widget_activate_action (reading->widget, "win.drop-refused", NULL);
  else
    {
      g_auto (GStrv) paths = list_paths (value);

      taken = paths[0] != NULL
              && reading->funcs->dropped (reading->widget, (const char *const *)paths, reading->x,
                                          reading->y);
    }
  gdk_drop_finish (reading->drop, taken ? GDK_ACTION_COPY : 0);
  renew (reading);
  g_object_unref (reading->drop);
  g_object_unref (reading->target);
  g_object_unref (reading->widget);
  g_free (reading);
}

static void
on_value (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  take (data, gdk_drop_read_value_finish (GDK_DROP (source), result, &error));
}

static void
on_files (GObject *source, GAsyncResult *result, gpointer data)
{
  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;

  g_value_init (&value, GDK_TYPE_FILE_LIST);
  take (data, gdk_content_deserialize_finish (result, &value, &error) ? &value : NULL);
}

static void
on_addresses (GObject *source, GAsyncResult *result, gpointer data)
{
  Reading *reading = data;
  const char *type;
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) stream = gdk_drop_read_finish (GDK_DROP (source), result, &type, &error);

  if (stream == NULL)
    take (reading, NULL);
  else
    gdk_content_deserialize_async (stream, type, GDK_TYPE_FILE_LIST, G_PRIORITY_DEFAULT, NULL,
                                   on_files, reading);
}

/* GTK asks the portal before all else. Outside a Flatpak that gains nothing, and the portal of
 * Debian 12 (1.16) refuses folders: so the addresses themselves are asked for where they are. */
static gboolean
has_addresses (GdkDrop *drop)
{
  return !graft_in_flatpak ()
         && gdk_content_formats_contain_mime_type (gdk_drop_get_formats (drop), ADDRESSES);
}

static gboolean
on_drop (GtkDropTargetAsync *target, GdkDrop *drop, double x, double y, gpointer funcs)
{
  Reading *reading = g_new0 (Reading, 1);

  reading->drop = g_object_ref (drop);
  reading->target = g_object_ref (GTK_EVENT_CONTROLLER (target));
  reading->widget = g_object_ref (gtk_event_controller_get_widget (reading->target));
  reading->funcs = funcs;
  reading->x = x;
  reading->y = y;
  if (has_addresses (drop))
    gdk_drop_read_async (drop, (const char *[]){ ADDRESSES, NULL }, G_PRIORITY_DEFAULT, NULL,
                         on_addresses, reading);
  else
    gdk_drop_read_value_async (drop, GDK_TYPE_FILE_LIST, G_PRIORITY_DEFAULT, NULL, on_value,
                               reading);
  return TRUE;
}

static GdkDragAction
on_motion (GtkDropTargetAsync *target, GdkDrop *drop, double x, double y, gpointer data)
{
  const GraftFileDropFuncs *funcs = data;

  if (funcs->moved != NULL)
    funcs->moved (gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (target)), x, y);
  return GDK_ACTION_COPY;
}

static void
on_leave (GtkDropTargetAsync *target, GdkDrop *drop, gpointer data)
{
  const GraftFileDropFuncs *funcs = data;

  if (funcs->left != NULL)
    funcs->left (gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (target)));
}

void
graft_file_drop_add (GtkWidget *widget, const GraftFileDropFuncs *funcs)
{
  GdkContentFormats *formats = gdk_content_formats_union_deserialize_mime_types (
      gdk_content_formats_new_for_gtype (GDK_TYPE_FILE_LIST));
  GtkDropTargetAsync *target = gtk_drop_target_async_new (formats, GDK_ACTION_COPY);

  g_signal_connect (target, "drop", G_CALLBACK (on_drop), (gpointer)funcs);
  g_signal_connect (target, "drag-motion", G_CALLBACK (on_motion), (gpointer)funcs);
  g_signal_connect (target, "drag-leave", G_CALLBACK (on_leave), (gpointer)funcs);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (target));
}
