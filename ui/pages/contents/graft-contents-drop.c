/* graft-contents-drop.c: what other programs drop on the tree
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "pages/contents/graft-contents-page-private.h"

#include "pages/contents/graft-name-cell.h"
#include "session/graft-drop.h"
#include "widgets/graft-file-drop.h"
#include "widgets/graft-toasts.h"

#include <glib/gi18n.h>

/**
 * Drop:
 * @item: (nullable): what it was dropped on
 * @paths: of this machine
 * @kinds: of each
 * @first: the first of these that is more than files; else the first of all
 */
typedef struct
{
  GraftContentsPage *page;
  GraftEntryItem *item;
  char **paths;
  GraftDropKind *kinds;
  guint first;
} Drop;

static void
drop_free (Drop *self)
{
  g_clear_object (&self->item);
  g_object_unref (self->page);
  g_strfreev (self->paths);
  g_free (self->kinds);
  g_free (self);
}

static gboolean
classify (gpointer data, GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  Drop *self = data;

  for (guint i = 0; self->paths[i] != NULL; i++)
    {
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      self->kinds[i] = graft_drop_classify (self->paths[i]);
      if (self->kinds[self->first] == GRAFT_DROP_FILES)
        self->first = i;
    }
  return TRUE;
}

static gboolean
is_kernel (GraftDropKind kind)
{
  return kind == GRAFT_DROP_KERNEL || kind == GRAFT_DROP_VMLINUZ;
}

static void
take_kernel (Drop *self)
{
  GtkWidget *widget = GTK_WIDGET (self->page);
  g_autoptr (GPtrArray) paths = g_ptr_array_new ();

  if (graft_session_get_state (self->page->session) != GRAFT_SESSION_OPEN)
    {
      graft_toasts_add (widget, _ ("Open a boot set first: this is a kernel for one"));
      return;
    }
  for (guint i = 0; self->paths[i] != NULL; i++)
    if (is_kernel (self->kinds[i]))
      g_ptr_array_add (paths, self->paths[i]);
  g_ptr_array_add (paths, NULL);
  gtk_widget_activate_action (widget, "win.swap-from", "^aay", paths->pdata);
}

static void
take_files (Drop *self)
{
  GtkWidget *widget = GTK_WIDGET (self->page);
  g_autoptr (GraftEntryItem) inner
      = self->item != NULL ? graft_entry_item_dup_inner (self->item) : NULL;
  const char *reason = inner != NULL
                           ? graft_layer_get_read_only_reason (graft_entry_item_get_layer (inner))
                           : NULL;

  if (reason != NULL)
    graft_toasts_add (widget, reason);
  else if (inner != NULL && graft_entry_item_get_node (inner) != NULL)
    graft_contents_page_import (self->page, inner, (const char *const *)self->paths);
  else
    graft_toasts_add (widget, _ ("Drop files on a folder of the tree"));
}

static void
on_classified (GraftJob *job, const GError *error, gpointer data)
{
  Drop *self = data;
  GtkWidget *widget = GTK_WIDGET (self->page);

  switch (self->kinds[self->first])
    {
    case GRAFT_DROP_KERNEL:
    case GRAFT_DROP_VMLINUZ:
      take_kernel (self);
      break;
    case GRAFT_DROP_SET:
      if (!gtk_widget_activate_action (widget, "win.open-path", "^ay", self->paths[self->first]))
        graft_toasts_add (widget, _ ("A boot set is opened in a window of its own"));
      break;
    case GRAFT_DROP_FILES:
    default:
      take_files (self);
    }
}

static GtkWidget *
get_row (GraftNameCell *cell)
{
  GtkWidget *row = GTK_WIDGET (cell);

  while (row != NULL && !GTK_IS_LIST_VIEW (gtk_widget_get_parent (row)))
    row = gtk_widget_get_parent (row);
  return row;
}

/* One row at most is marked as that which would take it; rows come and go, this is told. */
static void
mark (GraftContentsPage *self, GtkWidget *row)
{
  GWeakRef *marked = g_object_get_data (G_OBJECT (self->tree_view), "graft-marked");
  g_autoptr (GtkWidget) before = g_weak_ref_get (marked);

  if (before == row)
    return;
  if (before != NULL)
    gtk_widget_unset_state_flags (before, GTK_STATE_FLAG_DROP_ACTIVE);
  if (row != NULL)
    gtk_widget_set_state_flags (row, GTK_STATE_FLAG_DROP_ACTIVE, FALSE);
  g_weak_ref_set (marked, row);
}

static GraftContentsPage *
get_page (GtkWidget *widget)
{
  return GRAFT_CONTENTS_PAGE (gtk_widget_get_ancestor (widget, GRAFT_TYPE_CONTENTS_PAGE));
}

static void
on_moved (GtkWidget *widget, double x, double y)
{
  GraftContentsPage *self = get_page (widget);
  GraftNameCell *cell = graft_name_cell_find_at (GTK_WIDGET (self->tree_view), x, y);

  mark (self, cell != NULL ? get_row (cell) : NULL);
}

static void
on_left (GtkWidget *widget)
{
  /* Also while it is taken apart. */
  if (get_page (widget) != NULL)
    mark (get_page (widget), NULL);
}

static gboolean
on_dropped (GtkWidget *widget, const char *const *paths, double x, double y)
{
  GraftContentsPage *self = get_page (widget);
  GraftNameCell *cell = graft_name_cell_find_at (GTK_WIDGET (self->tree_view), x, y);
  Drop *drop;

  mark (self, NULL);
  if (self->session == NULL)
    return FALSE;
  drop = g_new0 (Drop, 1);
  drop->page = g_object_ref (self);
  drop->item = cell != NULL ? g_object_ref (graft_name_cell_get_item (cell)) : NULL;
  drop->paths = g_strdupv ((char **)paths);
  drop->kinds = g_new0 (GraftDropKind, g_strv_length (drop->paths) + 1);
  graft_session_look (self->session, classify, on_classified, drop, (GDestroyNotify)drop_free);
  return TRUE;
}

static void
marked_free (gpointer data)
{
  g_weak_ref_clear (data);
  g_free (data);
}

void
graft_contents_page_set_up_drop (GraftContentsPage *self)
{
  static const GraftFileDropFuncs funcs = { on_dropped, on_moved, on_left };
  GWeakRef *marked = g_new0 (GWeakRef, 1);

  g_weak_ref_init (marked, NULL);
  g_object_set_data_full (G_OBJECT (self->tree_view), "graft-marked", marked, marked_free);
  graft_file_drop_add (GTK_WIDGET (self->tree_view), &funcs);
}
