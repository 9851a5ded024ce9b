/* graft-width-bin.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "widgets/graft-width-bin.h"

/* What it asks for, pixels: a phone's width. */
#define MIN_WIDTH 360

struct _GraftWidthBin
{
  GtkWidget parent_instance;

  GtkWidget *child;
  int width;
  gboolean narrow;
  gboolean tiny;
  guint tell_source;
};

typedef enum
{
  PROP_CHILD = 1,
  PROP_NARROW,
  PROP_TINY,
  N_PROPERTIES
} Property;

static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_FINAL_TYPE (GraftWidthBin, graft_width_bin, GTK_TYPE_WIDGET)

static void
set_child (GraftWidthBin *self, GtkWidget *child)
{
  if (self->child == child)
    return;
  g_clear_pointer (&self->child, gtk_widget_unparent);
  self->child = child;
  if (child != NULL)
    gtk_widget_set_parent (child, GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CHILD]);
}

static void
graft_width_bin_dispose (GObject *object)
{
  GraftWidthBin *self = GRAFT_WIDTH_BIN (object);

  g_clear_handle_id (&self->tell_source, g_source_remove);
  g_clear_pointer (&self->child, gtk_widget_unparent);
  G_OBJECT_CLASS (graft_width_bin_parent_class)->dispose (object);
}

static void
graft_width_bin_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GraftWidthBin *self = GRAFT_WIDTH_BIN (object);

  switch ((Property)id)
    {
    case PROP_CHILD:
      g_value_set_object (value, self->child);
      break;
    case PROP_NARROW:
      g_value_set_boolean (value, self->narrow);
      break;
    case PROP_TINY:
      g_value_set_boolean (value, self->tiny);
      break;
    case N_PROPERTIES:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
graft_width_bin_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_CHILD)
    set_child (GRAFT_WIDTH_BIN (object), g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
set_flag (GraftWidthBin *self, gboolean *flag, gboolean now, Property property)
{
  if (*flag == now)
    return;
  *flag = now;
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

static gboolean
tell (gpointer data)
{
  GraftWidthBin *self = data;

  self->tell_source = 0;
  set_flag (self, &self->narrow, self->width < GRAFT_WIDTH_NARROW, PROP_NARROW);
  set_flag (self, &self->tiny, self->width < GRAFT_WIDTH_TINY, PROP_TINY);
  return G_SOURCE_REMOVE;
}

static void
graft_width_bin_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                         int *natural, int *minimum_baseline, int *natural_baseline)
{
  GraftWidthBin *self = GRAFT_WIDTH_BIN (widget);
  int child_width = 0;

  *minimum = *natural = 0;
  if (self->child == NULL)
    return;
  if (orientation == GTK_ORIENTATION_VERTICAL && for_size >= 0)
    {
      gtk_widget_measure (self->child, GTK_ORIENTATION_HORIZONTAL, -1, &child_width, NULL, NULL,
                          NULL);
      for_size = MAX (for_size, child_width);
    }
  gtk_widget_measure (self->child, orientation, for_size, minimum, natural, NULL, NULL);
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    *minimum = MIN (*minimum, MIN_WIDTH);
}

/* What follows changes what is shown, which must not happen while sizes are given out. */
static void
graft_width_bin_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  GraftWidthBin *self = GRAFT_WIDTH_BIN (widget);
  int min_width = 0;
  int min_height = 0;

  if (self->child == NULL)
    return;
  gtk_widget_measure (self->child, GTK_ORIENTATION_HORIZONTAL, -1, &min_width, NULL, NULL, NULL);
  min_width = MAX (min_width, width);
  gtk_widget_measure (self->child, GTK_ORIENTATION_VERTICAL, min_width, &min_height, NULL, NULL,
                      NULL);
  gtk_widget_allocate (self->child, min_width, MAX (min_height, height), baseline, NULL);
  self->width = width;
  if (self->tell_source == 0
      && (self->narrow != (width < GRAFT_WIDTH_NARROW) || self->tiny != (width < GRAFT_WIDTH_TINY)))
    self->tell_source = g_idle_add_full (GDK_PRIORITY_REDRAW - 1, tell, self, NULL);
}

static void
graft_width_bin_class_init (GraftWidthBinClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->dispose = graft_width_bin_dispose;
  object_class->get_property = graft_width_bin_get_property;
  object_class->set_property = graft_width_bin_set_property;
  widget_class->measure = graft_width_bin_measure;
  widget_class->size_allocate = graft_width_bin_size_allocate;
  properties[PROP_CHILD]
      = g_param_spec_object ("child", NULL, NULL, GTK_TYPE_WIDGET, G_PARAM_READWRITE | flags);
  properties[PROP_NARROW]
      = g_param_spec_boolean ("narrow", NULL, NULL, FALSE, G_PARAM_READABLE | flags);
  properties[PROP_TINY]
      = g_param_spec_boolean ("tiny", NULL, NULL, FALSE, G_PARAM_READABLE | flags);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
graft_width_bin_init (GraftWidthBin *self)
{
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
}

gboolean
graft_width_bin_is_narrow (GraftWidthBin *self)
{
  return self->narrow;
}

gboolean
graft_width_bin_is_tiny (GraftWidthBin *self)
{
  return self->tiny;
}
