/* graft-start-page.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "app/graft-start-page.h"

#include <glib/gi18n.h>

#include "app/graft-settings.h"
#include "session/graft-document.h"

struct _GraftStartPage
{
  AdwBin parent_instance;

  AdwPreferencesGroup *recent_group;
  guint n_rows;
};

G_DEFINE_FINAL_TYPE (GraftStartPage, graft_start_page, ADW_TYPE_BIN)

static void
on_row_activated (AdwActionRow *row, gpointer data)
{
  gtk_widget_activate_action (GTK_WIDGET (row), "win.open-path", "^ay",
                              (const char *)g_object_get_data (G_OBJECT (row), "path"));
}

static void
add_row (GraftStartPage *self, const char *path, const char *title, const char *subtitle)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *arrow = gtk_image_new_from_icon_name ("go-next-symbolic");
  g_autofree char *title_markup = g_markup_escape_text (title, -1);
  g_autofree char *subtitle_markup = g_markup_escape_text (subtitle, -1);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title_markup);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle_markup);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), arrow);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  g_object_set_data_full (G_OBJECT (row), "path", g_strdup (path), g_free);
  g_signal_connect (row, "activated", G_CALLBACK (on_row_activated), NULL);
  adw_preferences_group_add (self->recent_group, row);
  self->n_rows++;
}

static void
add_recent (GraftStartPage *self)
{
  g_autoptr (GPtrArray) sets = graft_settings_list_recent ();

  for (guint i = 0; i < sets->len; i++)
    {
      const GraftRecentSet *set = g_ptr_array_index (sets, i);
      g_autofree char *name = graft_recent_set_dup_name (set);
      g_autofree char *path = graft_document_dup_display_name (set->path);
      g_autofree char *subtitle = set->release != NULL
                                      ? g_strdup_printf ("%s · %s", set->release, path)
                                      : g_strdup (path);

      add_row (self, set->path, name, subtitle);
    }
}

/* One that scripts/make-set has made, to try things on. */
static void
add_demo (GraftStartPage *self)
{
  const char *named = g_getenv ("BOOTGRAFT_CACHE");
  g_autofree char *cache = named != NULL
                               ? g_strdup (named)
                               : g_build_filename (g_get_user_cache_dir (), "bootgraft", NULL);
  g_autofree char *path = g_build_filename (cache, "demo", NULL);

  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    add_row (self, path, _ ("Demo set"), _ ("A Debian root file system to try things on"));
}

static void
graft_start_page_dispose (GObject *object)
{
  /* AdwBin lets go of its child itself, and must not find it gone. */
  adw_bin_set_child (ADW_BIN (object), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (object), GRAFT_TYPE_START_PAGE);
  G_OBJECT_CLASS (graft_start_page_parent_class)->dispose (object);
}

static void
graft_start_page_class_init (GraftStartPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = graft_start_page_dispose;
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/bootgraft/Bootgraft/app/graft-start-page.ui");
  gtk_widget_class_bind_template_child (widget_class, GraftStartPage, recent_group);
}

static void
graft_start_page_init (GraftStartPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  add_recent (self);
  add_demo (self);
  gtk_widget_set_visible (GTK_WIDGET (self->recent_group), self->n_rows > 0);
}
