/* graft-content-view.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "pages/contents/details/graft-content-view.h"

#include <glib/gi18n.h>

/* The tag of all text. */
#define PLAIN "plain"

struct _GraftContentView
{
  AdwBin parent_instance;

  GtkLabel *note;
  GtkWidget *buttons;
  GtkToggleButton *text_button;
  GtkToggleButton *hex_button;
  GtkStack *stack;
  GtkTextView *text_view;
  GtkTextView *hex_view;

  char *text_note;
  char *hex_note;
};

G_DEFINE_FINAL_TYPE (GraftContentView, graft_content_view, ADW_TYPE_BIN)

static void
graft_content_view_dispose (GObject *object)
{
  /* AdwBin lets go of its child itself, and must not find it gone. */
  adw_bin_set_child (ADW_BIN (object), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (object), GRAFT_TYPE_CONTENT_VIEW);
  G_OBJECT_CLASS (graft_content_view_parent_class)->dispose (object);
}

static void
graft_content_view_finalize (GObject *object)
{
  GraftContentView *self = GRAFT_CONTENT_VIEW (object);

  g_free (self->text_note);
  g_free (self->hex_note);
  G_OBJECT_CLASS (graft_content_view_parent_class)->finalize (object);
}

static void
show_page (GraftContentView *self)
{
  gboolean text = gtk_toggle_button_get_active (self->text_button);

  gtk_stack_set_visible_child_name (self->stack, text ? "text" : "hex");
  gtk_label_set_label (self->note, text ? self->text_note : self->hex_note);
}

static void
graft_content_view_class_init (GraftContentViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = graft_content_view_dispose;
  object_class->finalize = graft_content_view_finalize;
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/bootgraft/Bootgraft/pages/contents/details/graft-content-view.ui");
  gtk_widget_class_bind_template_child (widget_class, GraftContentView, note);
  gtk_widget_class_bind_template_child (widget_class, GraftContentView, buttons);
  gtk_widget_class_bind_template_child (widget_class, GraftContentView, text_button);
  gtk_widget_class_bind_template_child (widget_class, GraftContentView, hex_button);
  gtk_widget_class_bind_template_child (widget_class, GraftContentView, stack);
  gtk_widget_class_bind_template_child (widget_class, GraftContentView, text_view);
  gtk_widget_class_bind_template_child (widget_class, GraftContentView, hex_view);
  gtk_widget_class_bind_template_callback (widget_class, show_page);
}

static void
graft_content_view_init (GraftContentView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* Where a line of text is wrapped, no hyphen is added: it would look like one of the file's. */
static void
set_text (GtkTextView *view, const char *text)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (view);
  GtkTextTagTable *tags = gtk_text_buffer_get_tag_table (buffer);
  GtkTextIter start;
  GtkTextIter end;

  if (gtk_text_tag_table_lookup (tags, PLAIN) == NULL)
    gtk_text_buffer_create_tag (buffer, PLAIN, "insert-hyphens", FALSE, NULL);
  gtk_text_buffer_set_text (buffer, text, -1);
  gtk_text_buffer_get_bounds (buffer, &start, &end);
  gtk_text_buffer_apply_tag_by_name (buffer, PLAIN, &start, &end);
  gtk_text_buffer_place_cursor (buffer, &start);
}

static char *
describe_text (const GraftContent *content)
{
  g_autofree char *shown = g_format_size (content->text_shown);
  g_autofree char *size = g_format_size (content->size);

  if (content->size == 0)
    return g_strdup (_ ("An empty file"));
  if (content->text_shown < content->size && content->broken)
    return g_strdup_printf (_ ("The first %s of %s, long lines broken"), shown, size);
  if (content->text_shown < content->size)
    return g_strdup_printf (_ ("The first %s of %s"), shown, size);
  return g_strdup (content->broken ? _ ("Long lines are broken") : "");
}

static char *
describe_hex (const GraftContent *content)
{
  g_autofree char *shown = g_format_size (content->hex_shown);
  g_autofree char *size = g_format_size (content->size);

  if (content->hex_shown < content->size)
    return g_strdup_printf (_ ("The first %s of %s"), shown, size);
  return g_strdup ("");
}

void
graft_content_view_show (GraftContentView *self, const GraftContent *content)
{
  gboolean is_text = content->text != NULL;

  g_free (self->text_note);
  g_free (self->hex_note);
  self->text_note = describe_text (content);
  self->hex_note = describe_hex (content);
  set_text (self->text_view, is_text ? content->text : "");
  set_text (self->hex_view, content->hex);
  gtk_widget_set_visible (self->buttons, is_text && content->size > 0);
  gtk_toggle_button_set_active (is_text ? self->text_button : self->hex_button, TRUE);
  show_page (self);
}
