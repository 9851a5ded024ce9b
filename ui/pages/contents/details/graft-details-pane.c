/* graft-details-pane.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "pages/contents/details/graft-details-pane.h"

#include <glib/gi18n.h>

#include "dialogs/graft-attributes-dialog.h"
#include "pages/contents/details/graft-content-view.h"
#include "pages/contents/details/graft-entry-facts.h"
#include "pages/contents/details/graft-facts-view.h"

/* Milliseconds for which what was shown may stay. */
#define PATIENCE 150
/* Of the facts, pixels, where they share the pane with the content. */
#define FACTS_HEIGHT 360
#define FACTS_MIN_HEIGHT 96

/**
 * GraftDetailsPane:
 * @entries: (nullable): what is selected
 * @look: (nullable): the job that was started last
 * @generation: of the selection; an answer to another one is too old
 * @patience_source: until a spinner takes the place of what was shown
 * @attribute_rows: (element-type GtkWidget): borrowed, in @attributes
 */
struct _GraftDetailsPane
{
  AdwBin parent_instance;

  GtkStack *stack;
  GtkImage *icon;
  GtkLabel *title;
  GtkLabel *kind;
  GtkScrolledWindow *facts_scroller;
  GraftFactsView *facts_view;
  GtkWidget *attributes_list;
  AdwExpanderRow *attributes;
  GtkWidget *change_button;
  GtkWidget *remake_button;
  GraftContentView *content_view;

  GraftSession *session;
  GListModel *entries;
  GraftJob *look;
  guint generation;
  guint patience_source;
  GPtrArray *attribute_rows;
};

G_DEFINE_FINAL_TYPE (GraftDetailsPane, graft_details_pane, ADW_TYPE_BIN)

/**
 * Look:
 * @pane: kept
 * @generation: of the pane when it was started
 * @entries: (element-type GraftEntryItem)
 * @folder: (nullable): the set's
 * @facts: (nullable): the answer
 * @counts: (nullable) (element-type GraftFact): the answer of the walk
 */
typedef struct
{
  GraftDetailsPane *pane;
  guint generation;
  GPtrArray *entries;
  char *folder;
  GraftFacts *facts;
  GPtrArray *counts;
} Look;

static void
look_free (gpointer data)
{
  Look *look = data;

  g_object_unref (look->pane);
  g_ptr_array_unref (look->entries);
  g_free (look->folder);
  g_clear_pointer (&look->facts, graft_facts_free);
  g_clear_pointer (&look->counts, g_ptr_array_unref);
  g_free (look);
}

static Look *
look_new (GraftDetailsPane *self)
{
  Look *look = g_new0 (Look, 1);

  look->pane = g_object_ref (self);
  look->generation = self->generation;
  look->folder = g_strdup (graft_session_get_folder (self->session));
  look->entries = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < g_list_model_get_n_items (self->entries); i++)
    g_ptr_array_add (look->entries, g_list_model_get_item (self->entries, i));
  return look;
}

static void
forget_look (GraftDetailsPane *self)
{
  self->generation++;
  g_clear_handle_id (&self->patience_source, g_source_remove);
  if (self->look != NULL)
    graft_job_cancel (self->look);
  g_clear_object (&self->look);
}

static void
graft_details_pane_dispose (GObject *object)
{
  GraftDetailsPane *self = GRAFT_DETAILS_PANE (object);

  forget_look (self);
  g_clear_pointer (&self->attribute_rows, g_ptr_array_unref);
  /* AdwBin lets go of its child itself, and must not find it gone. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), GRAFT_TYPE_DETAILS_PANE);
  g_clear_object (&self->entries);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (graft_details_pane_parent_class)->dispose (object);
}

static void
on_change_clicked (GraftDetailsPane *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  if (self->entries != NULL && GTK_IS_WINDOW (root))
    graft_attributes_dialog_present (GTK_WINDOW (root), self->session, self->entries);
}

static void
graft_details_pane_class_init (GraftDetailsPaneClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = graft_details_pane_dispose;
  g_type_ensure (GRAFT_TYPE_FACTS_VIEW);
  g_type_ensure (GRAFT_TYPE_CONTENT_VIEW);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/bootgraft/Bootgraft/pages/contents/details/graft-details-pane.ui");
  gtk_widget_class_bind_template_child (widget_class, GraftDetailsPane, stack);
  gtk_widget_class_bind_template_child (widget_class, GraftDetailsPane, icon);
  gtk_widget_class_bind_template_child (widget_class, GraftDetailsPane, title);
  gtk_widget_class_bind_template_child (widget_class, GraftDetailsPane, kind);
  gtk_widget_class_bind_template_child (widget_class, GraftDetailsPane, facts_scroller);
  gtk_widget_class_bind_template_child (widget_class, GraftDetailsPane, facts_view);
  gtk_widget_class_bind_template_child (widget_class, GraftDetailsPane, attributes_list);
  gtk_widget_class_bind_template_child (widget_class, GraftDetailsPane, attributes);
  gtk_widget_class_bind_template_child (widget_class, GraftDetailsPane, change_button);
  gtk_widget_class_bind_template_child (widget_class, GraftDetailsPane, remake_button);
  gtk_widget_class_bind_template_child (widget_class, GraftDetailsPane, content_view);
  gtk_widget_class_bind_template_callback (widget_class, on_change_clicked);
}

static void
graft_details_pane_init (GraftDetailsPane *self)
{
  self->attribute_rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
graft_details_pane_set_session (GraftDetailsPane *self, GraftSession *session)
{
  g_set_object (&self->session, session);
}

static void
show_attributes (GraftDetailsPane *self, GraftFacts *facts)
{
  for (guint i = 0; i < self->attribute_rows->len; i++)
    adw_expander_row_remove (self->attributes, g_ptr_array_index (self->attribute_rows, i));
  g_ptr_array_set_size (self->attribute_rows, 0);
  for (guint i = 0; i < facts->attributes->len; i++)
    {
      GtkWidget *row = graft_facts_view_make_row (g_ptr_array_index (facts->attributes, i));

      adw_expander_row_add_row (self->attributes, row);
      g_ptr_array_add (self->attribute_rows, row);
    }
  adw_expander_row_set_subtitle (self->attributes, facts->summary);
  gtk_widget_set_visible (self->attributes_list, facts->attributes->len > 0);
  gtk_widget_set_visible (self->change_button, facts->can_change);
}

/* A text shares the pane with the facts, each scrolling by itself. */
static void
show_content (GraftDetailsPane *self, GraftFacts *facts)
{
  gboolean shared = facts->content != NULL;

  if (shared)
    graft_content_view_show (self->content_view, facts->content);
  gtk_widget_set_visible (GTK_WIDGET (self->content_view), shared);
  gtk_widget_set_vexpand (GTK_WIDGET (self->facts_scroller), !shared);
  gtk_scrolled_window_set_propagate_natural_height (self->facts_scroller, shared);
  /* In this order: a maximum below the minimum is refused. */
  gtk_scrolled_window_set_max_content_height (self->facts_scroller, shared ? FACTS_HEIGHT : -1);
  gtk_scrolled_window_set_min_content_height (self->facts_scroller, shared ? FACTS_MIN_HEIGHT : -1);
}

static void
show_facts (GraftDetailsPane *self, GraftFacts *facts)
{
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (self->facts_scroller);

  gtk_image_set_from_icon_name (self->icon, facts->icon_name);
  /* After an edit it is the same entry: whoever reads on stays where he is. */
  if (g_strcmp0 (gtk_label_get_label (self->title), facts->title) != 0)
    gtk_adjustment_set_value (adjustment, 0);
  gtk_label_set_label (self->title, facts->title);
  gtk_label_set_label (self->kind, facts->kind);
  gtk_widget_set_visible (GTK_WIDGET (self->kind), *facts->kind != '\0');
  graft_facts_view_show (self->facts_view, facts);
  gtk_widget_set_visible (self->remake_button, facts->remake != NULL);
  if (facts->remake != NULL)
    gtk_actionable_set_action_target_value (GTK_ACTIONABLE (self->remake_button),
                                            g_variant_new_bytestring (facts->remake));
  show_attributes (self, facts);
  show_content (self, facts);
  gtk_stack_set_visible_child_name (self->stack, "facts");
}

static gboolean
count (gpointer data, GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  Look *look = data;

  look->counts = graft_entry_facts_count (look->entries, cancellable, error);
  return look->counts != NULL;
}

static void
on_counted (GraftJob *job, const GError *error, gpointer data)
{
  Look *look = data;
  GraftDetailsPane *self = look->pane;

  if (look->generation != self->generation)
    return;
  g_clear_object (&self->look);
  if (error != NULL)
    {
      const char *const ids[] = { GRAFT_FACT_ENTRIES, GRAFT_FACT_SIZE };

      for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
        {
          GraftFact fact = { .id = (char *)ids[i], .value = error->message };

          graft_facts_view_update (self->facts_view, &fact);
        }
      return;
    }
  for (guint i = 0; i < look->counts->len; i++)
    graft_facts_view_update (self->facts_view, g_ptr_array_index (look->counts, i));
}

static gboolean
gather (gpointer data, GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  Look *look = data;

  look->facts = graft_entry_facts_gather (look->entries, look->folder, cancellable, error);
  return look->facts != NULL;
}

static void
on_gathered (GraftJob *job, const GError *error, gpointer data)
{
  Look *look = data;
  GraftDetailsPane *self = look->pane;

  if (look->generation != self->generation || error != NULL)
    return;
  g_clear_handle_id (&self->patience_source, g_source_remove);
  g_clear_object (&self->look);
  show_facts (self, look->facts);
  if (look->facts->counts)
    self->look = g_object_ref (
        graft_session_look (self->session, count, on_counted, look_new (self), look_free));
}

static void
on_impatient (gpointer data)
{
  GraftDetailsPane *self = data;

  self->patience_source = 0;
  gtk_stack_set_visible_child_name (self->stack, "looking");
}

void
graft_details_pane_show (GraftDetailsPane *self, GListModel *entries)
{
  forget_look (self);
  g_set_object (&self->entries, entries);
  if (entries == NULL || self->session == NULL || g_list_model_get_n_items (entries) == 0)
    {
      gtk_stack_set_visible_child_name (self->stack, "empty");
      return;
    }
  self->patience_source = g_timeout_add_once (PATIENCE, on_impatient, self);
  self->look = g_object_ref (
      graft_session_look (self->session, gather, on_gathered, look_new (self), look_free));
}
