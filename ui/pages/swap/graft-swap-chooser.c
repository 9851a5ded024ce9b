/* graft-swap-chooser.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "pages/swap/graft-swap-chooser.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/graft-name.h"

/* One module. */
#define GRAFT_TYPE_SWAP_CHOICE (graft_swap_choice_get_type ())
G_DECLARE_FINAL_TYPE (GraftSwapChoice, graft_swap_choice, GRAFT, SWAP_CHOICE, GObject)

struct _GraftSwapChoice
{
  GObject parent_instance;

  char *name;
  char *shown;
  gboolean checked;
};

G_DEFINE_FINAL_TYPE (GraftSwapChoice, graft_swap_choice, G_TYPE_OBJECT)

typedef enum
{
  PROP_SHOWN = 1,
  PROP_CHECKED,
  N_PROPERTIES
} Property;

static GParamSpec *properties[N_PROPERTIES];

/**
 * GraftSwapChooser:
 * @store: (element-type GraftSwapChoice): all
 * @filter: by what is typed, and by @only_button
 * @words: what is typed
 */
struct _GraftSwapChooser
{
  AdwBin parent_instance;

  GtkEditable *search_entry;
  GtkToggleButton *only_button;
  GtkListView *list;
  GtkStack *results;
  GtkLabel *count_label;
  GtkWidget *use_button;

  GListStore *store;
  GtkFilter *filter;
  GListModel *filtered;
  char *words;
};

G_DEFINE_FINAL_TYPE (GraftSwapChooser, graft_swap_chooser, ADW_TYPE_BIN)

enum
{
  SIGNAL_CHOSEN,
  SIGNAL_CANCELLED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
graft_swap_choice_finalize (GObject *object)
{
  GraftSwapChoice *self = GRAFT_SWAP_CHOICE (object);

  g_free (self->name);
  g_free (self->shown);
  G_OBJECT_CLASS (graft_swap_choice_parent_class)->finalize (object);
}

static void
graft_swap_choice_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GraftSwapChoice *self = GRAFT_SWAP_CHOICE (object);

  if (id == PROP_SHOWN)
    g_value_set_string (value, self->shown);
  else
    g_value_set_boolean (value, self->checked);
}

static void
graft_swap_choice_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GRAFT_SWAP_CHOICE (object)->checked = g_value_get_boolean (value);
}

static void
graft_swap_choice_class_init (GraftSwapChoiceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = graft_swap_choice_finalize;
  object_class->get_property = graft_swap_choice_get_property;
  object_class->set_property = graft_swap_choice_set_property;
  properties[PROP_SHOWN]
      = g_param_spec_string ("shown", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_CHECKED] = g_param_spec_boolean ("checked", NULL, NULL, FALSE,
                                                   G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
graft_swap_choice_init (GraftSwapChoice *self)
{
}

static GraftSwapChoice *
graft_swap_choice_new (const char *name, gboolean checked)
{
  GraftSwapChoice *self = g_object_new (GRAFT_TYPE_SWAP_CHOICE, NULL);

  self->name = g_strdup (name);
  self->shown = graft_name_escape (name);
  self->checked = checked;
  return self;
}

static GraftSwapChoice *
get_choice (GraftSwapChooser *self, guint i)
{
  g_autoptr (GraftSwapChoice) choice = g_list_model_get_item (G_LIST_MODEL (self->store), i);

  /* The store keeps it. */
  return choice;
}

static void
show_count (GraftSwapChooser *self)
{
  guint all = g_list_model_get_n_items (G_LIST_MODEL (self->store)), checked = 0;
  g_autofree char *text = NULL;

  for (guint i = 0; i < all; i++)
    checked += get_choice (self, i)->checked;
  text = g_strdup_printf (ngettext ("%u of %u chosen; what they need comes along",
                                    "%u of %u chosen; what they need comes along", checked),
                          checked, all);
  gtk_label_set_text (self->count_label, text);
  gtk_widget_set_sensitive (self->use_button, checked > 0);
}

static void
show_results (GraftSwapChooser *self)
{
  gtk_stack_set_visible_child_name (
      self->results, g_list_model_get_n_items (self->filtered) > 0 ? "list" : "none");
}

static gboolean
match (gpointer item, gpointer data)
{
  GraftSwapChooser *self = data;
  GraftSwapChoice *choice = item;

  if (gtk_toggle_button_get_active (self->only_button) && !choice->checked)
    return FALSE;
  return self->words == NULL || strstr (choice->name, self->words) != NULL;
}

/* As modprobe has it: "-" is "_". */
static void
on_filter_changed (GraftSwapChooser *self)
{
  g_free (self->words);
  self->words = g_ascii_strdown (gtk_editable_get_text (self->search_entry), -1);
  g_strdelimit (g_strstrip (self->words), "-", '_');
  gtk_filter_changed (self->filter, GTK_FILTER_CHANGE_DIFFERENT);
  show_results (self);
}

/* A row is the check box; the list's own click on it does the same. */
static void
on_activate (GraftSwapChooser *self, guint position)
{
  g_autoptr (GraftSwapChoice) choice = g_list_model_get_item (self->filtered, position);

  g_object_set (choice, "checked", !choice->checked, NULL);
}

static void
on_setup (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  GtkWidget *check = gtk_check_button_new ();

  gtk_list_item_set_child (item, check);
  /* The box takes the focus, not the row around it. */
  gtk_list_item_set_selectable (item, FALSE);
}

static void
on_bind (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  GtkWidget *check = gtk_list_item_get_child (item);
  GraftSwapChoice *choice = gtk_list_item_get_item (item);

  gtk_check_button_set_label (GTK_CHECK_BUTTON (check), choice->shown);
  g_object_set_data (G_OBJECT (check), "binding",
                     g_object_bind_property (choice, "checked", check, "active",
                                             G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE));
}

static void
on_unbind (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  GtkWidget *check = gtk_list_item_get_child (item);
  GBinding *binding = g_object_steal_data (G_OBJECT (check), "binding");

  if (binding != NULL)
    g_binding_unbind (binding);
}

static void
on_use (GraftSwapChooser *self)
{
  g_signal_emit (self, signals[SIGNAL_CHOSEN], 0);
}

static void
on_cancel (GraftSwapChooser *self)
{
  g_signal_emit (self, signals[SIGNAL_CANCELLED], 0);
}

static gboolean
graft_swap_chooser_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (GRAFT_SWAP_CHOOSER (widget)->search_entry));
}

static void
graft_swap_chooser_dispose (GObject *object)
{
  GraftSwapChooser *self = GRAFT_SWAP_CHOOSER (object);

  /* AdwBin lets go of its child itself, and must not find it gone. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), GRAFT_TYPE_SWAP_CHOOSER);
  g_clear_object (&self->filtered);
  g_clear_object (&self->filter);
  g_clear_object (&self->store);
  g_clear_pointer (&self->words, g_free);
  G_OBJECT_CLASS (graft_swap_chooser_parent_class)->dispose (object);
}

static void
graft_swap_chooser_class_init (GraftSwapChooserClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = graft_swap_chooser_dispose;
  widget_class->grab_focus = graft_swap_chooser_grab_focus;
  signals[SIGNAL_CHOSEN] = g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_CANCELLED] = g_signal_new ("cancelled", G_TYPE_FROM_CLASS (klass),
                                            G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/bootgraft/Bootgraft/pages/swap/graft-swap-chooser.ui");
  gtk_widget_class_bind_template_child (widget_class, GraftSwapChooser, search_entry);
  gtk_widget_class_bind_template_child (widget_class, GraftSwapChooser, only_button);
  gtk_widget_class_bind_template_child (widget_class, GraftSwapChooser, list);
  gtk_widget_class_bind_template_child (widget_class, GraftSwapChooser, results);
  gtk_widget_class_bind_template_child (widget_class, GraftSwapChooser, count_label);
  gtk_widget_class_bind_template_child (widget_class, GraftSwapChooser, use_button);
  gtk_widget_class_bind_template_callback (widget_class, on_filter_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_setup);
  gtk_widget_class_bind_template_callback (widget_class, on_bind);
  gtk_widget_class_bind_template_callback (widget_class, on_unbind);
  gtk_widget_class_bind_template_callback (widget_class, on_use);
  gtk_widget_class_bind_template_callback (widget_class, on_cancel);
}

static void
graft_swap_chooser_init (GraftSwapChooser *self)
{
  g_autoptr (GtkNoSelection) selection = NULL;

  gtk_widget_init_template (GTK_WIDGET (self));
  self->store = g_list_store_new (GRAFT_TYPE_SWAP_CHOICE);
  self->filter = GTK_FILTER (gtk_custom_filter_new (match, self, NULL));
  self->filtered = G_LIST_MODEL (gtk_filter_list_model_new (
      g_object_ref (G_LIST_MODEL (self->store)), g_object_ref (self->filter)));
  selection = gtk_no_selection_new (g_object_ref (self->filtered));
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (selection));
}

void
graft_swap_chooser_fill (GraftSwapChooser *self, GPtrArray *names, const char *const *chosen)
{
  g_autoptr (GPtrArray) choices = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GHashTable) checked = g_hash_table_new (g_str_hash, g_str_equal);

  for (gsize i = 0; chosen[i] != NULL; i++)
    g_hash_table_add (checked, (gpointer)chosen[i]);
  for (guint i = 0; i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);
      GraftSwapChoice *choice = graft_swap_choice_new (name, g_hash_table_contains (checked, name));

      g_signal_connect_object (choice, "notify::checked", G_CALLBACK (show_count), self,
                               G_CONNECT_SWAPPED);
      g_ptr_array_add (choices, choice);
    }
  gtk_editable_set_text (self->search_entry, "");
  gtk_toggle_button_set_active (self->only_button, FALSE);
  g_list_store_splice (self->store, 0, g_list_model_get_n_items (G_LIST_MODEL (self->store)),
                       choices->pdata, choices->len);
  on_filter_changed (self);
  show_count (self);
}

char **
graft_swap_chooser_dup_chosen (GraftSwapChooser *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->store)); i++)
    if (get_choice (self, i)->checked)
      g_strv_builder_add (builder, get_choice (self, i)->name);
  return g_strv_builder_end (builder);
}
