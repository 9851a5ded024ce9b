/* graft-chooser.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "widgets/graft-chooser.h"

#include <glib/gi18n.h>

#include "widgets/graft-flatpak.h"

typedef struct
{
  GtkWidget *from; /* weak */
  GraftChosen chosen;
  gpointer data;
  char *name; /* (nullable): to be made in the folder that is chosen */
} Asked;

char **
graft_paths_from_files (GListModel *files)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < g_list_model_get_n_items (files); i++)
    {
      g_autoptr (GFile) file = g_list_model_get_item (files, i);
      g_autofree char *path = g_file_get_path (file);

      if (path != NULL)
        g_strv_builder_add (builder, path);
    }
  return g_strv_builder_end (builder);
}

static void
on_response (GtkNativeDialog *dialog, int response, gpointer data)
{
  Asked *asked = data;

  if (response == GTK_RESPONSE_ACCEPT && asked->from != NULL)
    {
      g_autoptr (GListModel) files = gtk_file_chooser_get_files (GTK_FILE_CHOOSER (dialog));
      g_auto (GStrv) paths = graft_paths_from_files (files);

      if (paths[0] != NULL && asked->name != NULL)
        {
          char *path = g_build_filename (paths[0], asked->name, NULL);

          g_free (paths[0]);
          paths[0] = path;
        }
      if (paths[0] != NULL)
        asked->chosen (asked->from, (const char *const *)paths, asked->data);
    }
  g_clear_weak_pointer (&asked->from);
  g_free (asked->name);
  g_free (asked);
  g_object_unref (dialog);
}

/* By names, which is all that a file chooser sees; what a file is its content decides. */
static void
add_kernel_filters (GtkFileChooser *chooser)
{
  static const char *const patterns[]
      = { "*.deb",    "*.rpm",     "*.tar",     "*.tar.gz",  "*.tgz",
          "*.tar.xz", "*.txz",     "*.tar.zst", "*.tar.bz2", "*.tbz2",
          "vmlinuz*", "*bzImage*", "*zImage*",  "kernel*",   "linux" };
  g_autoptr (GtkFileFilter) kernels = gtk_file_filter_new ();
  g_autoptr (GtkFileFilter) all = gtk_file_filter_new ();

  gtk_file_filter_set_name (kernels, _ ("Kernel packages, archives and kernels"));
  for (guint i = 0; i < G_N_ELEMENTS (patterns); i++)
    gtk_file_filter_add_pattern (kernels, patterns[i]);
  gtk_file_filter_set_name (all, _ ("All files"));
  gtk_file_filter_add_pattern (all, "*");
  gtk_file_chooser_add_filter (chooser, kernels);
  gtk_file_chooser_add_filter (chooser, all);
  gtk_file_chooser_set_filter (chooser, kernels);
}

static void
add_recipe_filter (GtkFileChooser *chooser)
{
  g_autoptr (GtkFileFilter) recipes = gtk_file_filter_new ();

  gtk_file_filter_set_name (recipes, _ ("Recipes"));
  gtk_file_filter_add_pattern (recipes, "*.json");
  gtk_file_chooser_add_filter (chooser, recipes);
}

/* @folder (nullable): where it starts; @name (nullable): as in Asked. */
static GtkFileChooser *
ask (GtkWidget *from, const char *folder, GtkFileChooserAction action, const char *title,
     const char *accept, GraftChosen chosen, gpointer data, const char *name)
{
  GtkRoot *root = gtk_widget_get_root (from);
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (
      title, GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, action, accept, _ ("_Cancel"));
  Asked *asked = g_new0 (Asked, 1);

  g_set_weak_pointer (&asked->from, from);
  asked->chosen = chosen;
  asked->data = data;
  asked->name = g_strdup (name);
  if (folder != NULL)
    {
      g_autoptr (GFile) file = g_file_new_for_path (folder);

      gtk_file_chooser_set_current_folder (GTK_FILE_CHOOSER (dialog), file, NULL);
    }
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_signal_connect (dialog, "response", G_CALLBACK (on_response), asked);
  return GTK_FILE_CHOOSER (dialog);
}

void
graft_choose (GtkWidget *from, GraftChoose what, const char *title, const char *accept,
              GraftChosen chosen, gpointer data)
{
  graft_choose_in (from, NULL, what, title, accept, chosen, data);
}

void
graft_choose_in (GtkWidget *from, const char *folder, GraftChoose what, const char *title,
                 const char *accept, GraftChosen chosen, gpointer data)
{
  GtkFileChooser *dialog = ask (from, folder,
                                what == GRAFT_CHOOSE_FOLDER ? GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER
                                                            : GTK_FILE_CHOOSER_ACTION_OPEN,
                                title, accept, chosen, data, NULL);

  gtk_file_chooser_set_select_multiple (dialog,
                                        what == GRAFT_CHOOSE_FILES || what == GRAFT_CHOOSE_KERNEL);
  if (what == GRAFT_CHOOSE_KERNEL)
    add_kernel_filters (dialog);
  if (what == GRAFT_CHOOSE_RECIPE)
    add_recipe_filter (dialog);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

void
graft_choose_new_file (GtkWidget *from, const char *title, const char *folder, const char *name,
                       GraftChosen chosen, gpointer data)
{
  gboolean in_flatpak = graft_in_flatpak ();
  GtkFileChooser *dialog
      = ask (from, folder,
             in_flatpak ? GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER : GTK_FILE_CHOOSER_ACTION_SAVE,
             title, _ ("_Save"), chosen, data, in_flatpak ? name : NULL);

  if (!in_flatpak)
    gtk_file_chooser_set_current_name (dialog, name);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}
