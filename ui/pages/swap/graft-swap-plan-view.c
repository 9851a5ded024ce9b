/* graft-swap-plan-view.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "pages/swap/graft-swap-plan-view.h"

#include <glib/gi18n.h>

#include "base/graft-name.h"
#include "base/graft-sentence.h"
#include "formats/ext4/graft-ext4-image.h"
#include "widgets/graft-size-text.h"

/* More names than this are counted, not shown. */
#define MAX_NAMES 400
/* Of a label that is to show them: its text. */
#define NAMES "names"

static guint
count (GraftSwapLayer *layer, GraftModuleChange change)
{
  guint found = 0;

  for (guint i = 0; i < layer->differences->len; i++)
    {
      const GraftModuleDifference *difference = g_ptr_array_index (layer->differences, i);

      found += difference->change == change;
    }
  return found;
}

/* Takes @part. */
static void
append_part (GString *text, guint number, char *part)
{
  if (number > 0)
    g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", part);
  g_free (part);
}

char *
graft_swap_plan_view_dup_summary (GraftSwapLayer *layer)
{
  guint same = count (layer, GRAFT_MODULE_SAME);
  guint renamed = count (layer, GRAFT_MODULE_RENAMED);
  guint builtin = count (layer, GRAFT_MODULE_BUILTIN);
  guint gone = count (layer, GRAFT_MODULE_GONE);
  guint new_ones = layer->select == GRAFT_SELECT_ALL ? count (layer, GRAFT_MODULE_NEW) : 0;
  GString *text = g_string_new (NULL);

  append_part (
      text, same,
      g_strdup_printf (ngettext ("%u driver found again", "%u drivers found again", same), same));
  append_part (text, renamed,
               g_strdup_printf (ngettext ("%u under another name", "%u under other names", renamed),
                                renamed));
  append_part (text, builtin,
               g_strdup_printf (ngettext ("%u now built in", "%u now built in", builtin), builtin));
  append_part (text, gone, g_strdup_printf (ngettext ("%u gone", "%u gone", gone), gone));
  append_part (text, new_ones, g_strdup_printf (ngettext ("%u new", "%u new", new_ones), new_ones));
  return g_string_free (text, FALSE);
}

static GtkWidget *
add_row (AdwPreferencesGroup *group, const char *icon, const char *style, const char *title,
         const char *subtitle)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *markup = g_markup_escape_text (title, -1);
  g_autofree char *sub_markup = g_markup_escape_text (subtitle != NULL ? subtitle : "", -1);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), markup);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), sub_markup);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 0);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);
  if (icon != NULL)
    {
      GtkWidget *image = gtk_image_new_from_icon_name (icon);

      gtk_widget_add_css_class (image, style);
      adw_action_row_add_prefix (ADW_ACTION_ROW (row), image);
    }
  adw_preferences_group_add (group, row);
  return row;
}

static char *
join_names (GPtrArray *names)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < names->len && i < MAX_NAMES; i++)
    {
      g_autofree char *shown = graft_name_escape (g_ptr_array_index (names, i));

      g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", shown);
    }
  if (names->len > MAX_NAMES)
    {
      g_string_append_c (text, ' ');
      g_string_append_printf (text, ngettext ("and %u more", "and %u more", names->len - MAX_NAMES),
                              names->len - MAX_NAMES);
    }
  return g_string_free (text, FALSE);
}

static void
on_expanded (AdwExpanderRow *row, GParamSpec *pspec, GtkLabel *label)
{
  const char *text = g_object_get_data (G_OBJECT (label), NAMES);

  if (adw_expander_row_get_expanded (row) && text != NULL)
    {
      gtk_label_set_text (label, text);
      g_object_set_data (G_OBJECT (label), NAMES, NULL);
    }
}

/* Shows @names in @row once it is expanded: it is folded, and still GTK would break their hundreds
 * into lines for it. */
static GtkWidget *
make_names (AdwExpanderRow *row, GPtrArray *names)
{
  GtkWidget *label = gtk_label_new (NULL);

  g_object_set_data_full (G_OBJECT (label), NAMES, join_names (names), g_free);
  g_signal_connect_object (row, "notify::expanded", G_CALLBACK (on_expanded), label, 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_margin_start (label, 12);
  gtk_widget_set_margin_end (label, 12);
  gtk_widget_set_margin_top (label, 8);
  gtk_widget_set_margin_bottom (label, 8);
  return label;
}

/* Takes nothing; @names (element-type utf8) of none adds nothing. */
static void
add_names (AdwPreferencesGroup *group, const char *icon, const char *style, const char *title,
           GPtrArray *names)
{
  GtkWidget *row, *image;
  g_autofree char *number = g_strdup_printf ("%u", names->len);

  if (names->len == 0)
    return;
  row = adw_expander_row_new ();
  image = gtk_image_new_from_icon_name (icon);
  gtk_widget_add_css_class (image, style);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (row), number);
  adw_expander_row_add_prefix (ADW_EXPANDER_ROW (row), image);
  adw_expander_row_add_row (ADW_EXPANDER_ROW (row), make_names (ADW_EXPANDER_ROW (row), names));
  adw_preferences_group_add (group, row);
}

static GPtrArray *
list_changed (GraftSwapLayer *layer, GraftModuleChange change)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < layer->differences->len; i++)
    {
      const GraftModuleDifference *difference = g_ptr_array_index (layer->differences, i);

      if (difference->change != change)
        continue;
      if (change == GRAFT_MODULE_RENAMED)
        g_ptr_array_add (
            names, g_strdup_printf ("%s → %s", difference->name, difference->new_module->name));
      else
        g_ptr_array_add (names, g_strdup (difference->name));
    }
  return names;
}

static GPtrArray *
list_firmware (GraftSwapLayer *layer)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < layer->firmware->len; i++)
    {
      const GraftFirmwareFile *file = g_ptr_array_index (layer->firmware, i);

      g_ptr_array_add (names, g_strdup (file->name));
    }
  return names;
}

static AdwPreferencesGroup *
add_group (GtkBox *page, const char *title)
{
  GtkWidget *group = adw_preferences_group_new ();
  g_autofree char *shown = graft_name_escape (title);
  g_autofree char *markup = g_markup_escape_text (shown, -1);

  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), markup);
  gtk_box_append (page, group);
  return ADW_PREFERENCES_GROUP (group);
}

static void
add_sizes (AdwPreferencesGroup *group, GraftSwapLayer *layer)
{
  g_autofree char *before = graft_size_text (layer->bytes_before);
  g_autofree char *after = graft_size_text (layer->bytes_after);
  g_autofree char *sizes = g_strdup_printf (_ ("Modules: %s before, %s after"), before, after);
  g_autofree char *modules
      = g_strdup_printf (ngettext ("%u module", "%u modules", layer->n_modules), layer->n_modules);
  g_autofree char *needed
      = g_strdup_printf (ngettext ("%u of them because others need it",
                                   "%u of them because others need them", layer->n_dependencies),
                         layer->n_dependencies);
  g_autofree char *title = layer->n_dependencies > 0
                               ? g_strdup_printf (_ ("%s, %s"), modules, needed)
                               : g_strdup (modules);

  add_row (group, "package-x-generic-symbolic", "dim-label", title, sizes);
}

guint64
graft_swap_plan_view_find_growth (GraftSwapPlan *plan, guint *ret_n_growing)
{
  guint64 growth = 0;

  *ret_n_growing = 0;
  for (guint i = 0; i < plan->layers->len; i++)
    {
      const GraftSwapLayer *layer = g_ptr_array_index (plan->layers, i);

      growth += layer->room.growth;
      *ret_n_growing += layer->room.growth > 0;
    }
  return growth;
}

static char *
describe_lack (const GraftRoom *room, const char *left)
{
  g_autofree char *missing = graft_size_text (room->missing);
  const char *inodes = GRAFT_NUMBER (room->missing_inodes);

  if (room->missing_inodes == 0)
    return g_strdup_printf (_ ("This file system has %s free now, and lacks %s for them"), left,
                            missing);
  if (room->missing == 0)
    return g_strdup_printf (_ ("This file system lacks %s inodes for them"), inodes);
  return g_strdup_printf (
      _ ("This file system has %s free now, and lacks %s and %s inodes for them"), left, missing,
      inodes);
}

/* A file system of a fixed size: how much of it there is for what comes. */
static void
add_room (AdwPreferencesGroup *group, GraftSwapLayer *layer)
{
  GraftImage *image = graft_member_get_image (layer->member);
  g_autofree char *left = NULL, *text = NULL, *growth = NULL, *larger = NULL;

  if (!GRAFT_IS_EXT4_IMAGE (image))
    return;
  left = graft_size_text (graft_ext4_image_get_free_blocks (GRAFT_EXT4_IMAGE (image))
                          * graft_ext4_image_get_block_size (GRAFT_EXT4_IMAGE (image)));
  if (layer->room.growth > 0)
    {
      text = describe_lack (&layer->room, left);
      growth = graft_size_text (layer->room.growth);
      larger = g_strdup_printf (_ ("To hold them it has to become larger by %s"), growth);
      add_row (group, "dialog-warning-symbolic", "warning", text, larger);
      return;
    }
  text = g_strdup_printf (_ ("They fit into this file system, which has %s free now"), left);
  add_row (group, "drive-harddisk-symbolic", "dim-label", text, NULL);
}

static void
add_layer (GtkBox *page, GraftSwapLayer *layer)
{
  AdwPreferencesGroup *group = add_group (page, graft_member_get_path (layer->member));
  g_autofree char *summary = graft_swap_plan_view_dup_summary (layer);
  g_autofree char *old_path = graft_name_escape (graft_module_folder_get_path (layer->old_folder));
  g_autofree char *new_path = graft_name_escape (layer->new_path);
  g_autofree char *where = g_strdup_printf (_ ("%s is replaced by %s"), old_path, new_path);
  g_autoptr (GPtrArray) renamed = list_changed (layer, GRAFT_MODULE_RENAMED);
  g_autoptr (GPtrArray) builtin = list_changed (layer, GRAFT_MODULE_BUILTIN);
  g_autoptr (GPtrArray) firmware = list_firmware (layer);
  gboolean whole = layer->lost->len == 0;

  add_row (group, whole ? "emblem-ok-symbolic" : "dialog-warning-symbolic",
           whole ? "success" : "warning", summary, where);
  add_sizes (group, layer);
  add_room (group, layer);
  if (layer->n_decompressed > 0)
    {
      g_autofree char *text = g_strdup_printf (
          ngettext ("%u module is stored uncompressed, since this image's modprobe could not read "
                    "it otherwise",
                    "%u modules are stored uncompressed, since this image's modprobe could not "
                    "read them otherwise",
                    layer->n_decompressed),
          layer->n_decompressed);

      add_row (group, "dialog-information-symbolic", "dim-label", text, NULL);
    }
  add_names (group, "dialog-warning-symbolic", "warning",
             _ ("Gone: the new kernel has no such driver"), layer->lost);
  add_names (group, "object-select-symbolic", "dim-label", _ ("Under another name"), renamed);
  add_names (group, "object-select-symbolic", "dim-label", _ ("Now built into the kernel"),
             builtin);
  add_names (group, "list-add-symbolic", "dim-label", _ ("Firmware that is added"), firmware);
  add_names (group, "dialog-information-symbolic", "dim-label",
             _ ("Firmware that drivers may ask for and nobody has"), layer->firmware_missing);
  add_names (group, "dialog-information-symbolic", "dim-label",
             _ ("Other module folders, which stay"), layer->others);
}

static guint64
get_size (GraftImage *image)
{
  return image != NULL ? graft_input_get_size (graft_image_get_input (image)) : 0;
}

static void
add_kernel (GtkBox *page, GraftSwapPlan *plan)
{
  AdwPreferencesGroup *group = add_group (page, graft_member_get_path (plan->kernel));
  g_autofree char *before
      = graft_size_text (get_size (graft_member_get_current_image (plan->kernel)));
  g_autofree char *after = graft_size_text (get_size (plan->new_kernel));
  g_autofree char *sizes = NULL;

  if (plan->new_kernel == NULL)
    {
      add_row (group, "object-select-symbolic", "dim-label", _ ("The kernel file stays as it is"),
               NULL);
      return;
    }
  sizes = g_strdup_printf (_ ("%s before, %s after"), before, after);
  add_row (group, "emblem-ok-symbolic", "success", _ ("The kernel file is replaced"), sizes);
}

/* What is said where it is asked about needs no note. */
static gboolean
is_growth_note (GraftSwapPlan *plan, const char *note)
{
  for (guint i = 0; i < plan->layers->len; i++)
    if (((const GraftSwapLayer *)g_ptr_array_index (plan->layers, i))->growth_note == note)
      return TRUE;
  return FALSE;
}

static void
add_notes (GtkBox *page, GraftSwapPlan *plan)
{
  AdwPreferencesGroup *group = NULL;

  for (guint i = 0; i < plan->notes->len; i++)
    {
      const char *note = g_ptr_array_index (plan->notes, i);

      if (is_growth_note (plan, note))
        continue;
      if (group == NULL)
        group = add_group (page, _ ("To know"));
      add_row (group, "dialog-information-symbolic", "dim-label", note, NULL);
    }
}

void
graft_swap_plan_view_fill (GtkBox *page, GraftSwapPlan *plan)
{
  add_kernel (page, plan);
  for (guint i = 0; i < plan->layers->len; i++)
    add_layer (page, g_ptr_array_index (plan->layers, i));
  add_notes (page, plan);
}
