/* graft-start-page.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "app/graft-start-page.h"

#include <glib/gi18n.h>

#include "app/graft-settings.h"
#include "base/graft-name.h"

struct _GraftStartPage
{
  AdwBin parent_instance;

  AdwPreferencesGroup *sets;
  GPtrArray *rows; /* of GtkWidget */
};

G_DEFINE_FINAL_TYPE (GraftStartPage, graft_start_page, ADW_TYPE_BIN)

static void
on_row_activated (AdwActionRow *row, GraftStartPage *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.open-path", "s",
                              (const char *)g_object_get_data (G_OBJECT (row), "path"));
}

static char *
shorten_home (const char *path)
{
  const char *home = g_get_home_dir ();
  gsize length = strlen (home);

  if (strncmp (path, home, length) == 0 && path[length] == '/')
    return g_strconcat ("~", path + length, NULL);
  return g_strdup (path);
}

/* @note: what is known of it, "" for nothing. */
static void
add_row (GraftStartPage *self, const char *path, const char *title, const char *note)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *arrow = gtk_image_new_from_icon_name ("go-next-symbolic");
  g_autofree char *short_path = shorten_home (path);
  g_autofree char *subtitle = graft_name_escape (short_path);

  g_object_set_data_full (G_OBJECT (row), "path", g_strdup (path), g_free);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 1);
  if (note[0] != '\0')
    {
      g_autofree char *shown = graft_name_escape (note);
      GtkWidget *label = gtk_label_new (shown);

      gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
      gtk_label_set_max_width_chars (GTK_LABEL (label), 18);
      gtk_widget_add_css_class (label, "dim-label");
      gtk_widget_add_css_class (label, "numeric");
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), label);
    }
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), arrow);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  g_signal_connect_object (row, "activated", G_CALLBACK (on_row_activated), self, 0);
  adw_preferences_group_add (self->sets, row);
  g_ptr_array_add (self->rows, row);
}

static void
add_demo (GraftStartPage *self)
{
  const char *named = g_getenv ("BOOTGRAFT_CACHE");
  g_autofree char *cache = named != NULL
                               ? g_strdup (named)
                               : g_build_filename (g_get_user_cache_dir (), "bootgraft", NULL);
  g_autofree char *path = g_build_filename (cache, "demo", NULL);

  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    add_row (self, path, _ ("Demo set"), "");
}

static void
show_sets (GraftStartPage *self)
{
  g_autoptr (GPtrArray) recent = graft_settings_list_recent ();

  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (self->sets, g_ptr_array_index (self->rows, i));
  g_ptr_array_set_size (self->rows, 0);
  for (guint i = 0; i < recent->len; i++)
    {
      GraftRecentSet *set = g_ptr_array_index (recent, i);
      g_autofree char *name = g_path_get_basename (set->path);
      g_autofree char *title = graft_name_escape (name);

      add_row (self, set->path, title, set->release);
    }
  add_demo (self);
  adw_preferences_group_set_title (self->sets, recent->len > 0 ? _ ("Recent sets") : "");
  gtk_widget_set_visible (GTK_WIDGET (self->sets), self->rows->len > 0);
}

static void
graft_start_page_dispose (GObject *object)
{
  GraftStartPage *self = GRAFT_START_PAGE (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), GRAFT_TYPE_START_PAGE);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  G_OBJECT_CLASS (graft_start_page_parent_class)->dispose (object);
}

static void
graft_start_page_class_init (GraftStartPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = graft_start_page_dispose;
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/bootgraft/Bootgraft/app/graft-start-page.ui");
  gtk_widget_class_bind_template_child (widget_class, GraftStartPage, sets);
}

static void
graft_start_page_init (GraftStartPage *self)
{
  self->rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  if (graft_settings_get () != NULL)
    g_signal_connect_object (graft_settings_get (), "changed::recent-sets", G_CALLBACK (show_sets),
                             self, G_CONNECT_SWAPPED);
  show_sets (self);
}
