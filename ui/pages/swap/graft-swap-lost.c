/* graft-swap-lost.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "pages/swap/graft-swap-lost.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>

#include "base/graft-name.h"
#include "session/graft-layer.h"

/* Pixels; what is more is scrolled to, so that the button below stays on the screen. */
#define MAX_HEIGHT 300
#define WIDTH_CHARS 56

static void
add_label (GtkBox *box, const char *text, const char *style)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_max_width_chars (GTK_LABEL (label), WIDTH_CHARS);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  if (style != NULL)
    gtk_widget_add_css_class (label, style);
  gtk_box_append (box, label);
}

static void
append_name (GString *text, const char *name)
{
  g_autofree char *shown = graft_name_escape (name);

  g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", shown);
}

/* The report's names are "LAYER: NAME"; those of the layer at @path are taken out of @left. */
static void
add_layer (GtkBox *box, const char *path, GPtrArray *left)
{
  g_autofree char *prefix = g_strconcat (path, ": ", NULL);
  g_autofree char *shown = graft_name_escape (path);
  g_autoptr (GString) names = g_string_new (NULL);
  guint kept = 0;

  for (guint i = 0; i < left->len; i++)
    {
      const char *lost = g_ptr_array_index (left, i);

      if (g_str_has_prefix (lost, prefix))
        append_name (names, lost + strlen (prefix));
      else
        left->pdata[kept++] = left->pdata[i];
    }
  g_ptr_array_set_size (left, (int)kept);
  if (names->len == 0)
    return;
  add_label (box, shown, "heading");
  add_label (box, names->str, NULL);
}

static GtkWidget *
make_list (GListModel *layers, GraftStepReport *report)
{
  GtkWidget *scrolled = gtk_scrolled_window_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  g_autoptr (GPtrArray) left = g_ptr_array_copy (report->lost, NULL, NULL);
  g_autoptr (GString) rest = g_string_new (NULL);

  g_ptr_array_set_free_func (left, NULL);
  for (guint i = 0; i < g_list_model_get_n_items (layers); i++)
    {
      g_autoptr (GraftLayer) layer = g_list_model_get_item (layers, i);

      add_layer (GTK_BOX (box), graft_layer_get_path (layer), left);
    }
  for (guint i = 0; i < left->len; i++)
    append_name (rest, g_ptr_array_index (left, i));
  if (rest->len > 0)
    add_label (GTK_BOX (box), rest->str, NULL);
  for (guint i = 0; i < report->notes->len; i++)
    add_label (GTK_BOX (box), g_ptr_array_index (report->notes, i), "dim-label");
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scrolled), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scrolled), MAX_HEIGHT);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), box);
  return scrolled;
}

void
graft_swap_lost_show (GtkWidget *from, GListModel *layers, GraftStepReport *report)
{
  GtkRoot *root = gtk_widget_get_root (from);
  guint count = report->lost->len;
  g_autofree char *heading
      = g_strdup_printf (ngettext ("%u driver could not be carried over",
                                   "%u drivers could not be carried over", count),
                         count);
  GtkWidget *dialog
      = adw_message_dialog_new (GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, heading, NULL);

  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (dialog), make_list (layers, report));
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "close", _ ("_Close"));
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "close");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "close");
  gtk_window_present (GTK_WINDOW (dialog));
}
