/* graft-optional.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "widgets/graft-optional.h"

struct _GraftOptional
{
  GtkWidget parent_instance;

  GtkWidget *child;
};

enum
{
  PROP_CHILD = 1
};

G_DEFINE_FINAL_TYPE (GraftOptional, graft_optional, GTK_TYPE_WIDGET)

static void
graft_optional_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                        int *natural, int *minimum_baseline, int *natural_baseline)
{
  GraftOptional *self = GRAFT_OPTIONAL (widget);

  if (self->child == NULL)
    return;
  gtk_widget_measure (self->child, orientation, -1, minimum, natural, NULL, NULL);
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    *minimum = 0;
}

static void
graft_optional_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  GraftOptional *self = GRAFT_OPTIONAL (widget);
  int minimum, natural;

  if (self->child == NULL)
    return;
  gtk_widget_measure (self->child, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, &natural, NULL, NULL);
  gtk_widget_set_child_visible (self->child, width >= natural);
  gtk_widget_allocate (self->child, MAX (width, minimum), height, baseline, NULL);
}

static void
graft_optional_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  g_value_set_object (value, GRAFT_OPTIONAL (object)->child);
}

static void
graft_optional_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  graft_optional_set_child (GRAFT_OPTIONAL (object), g_value_get_object (value));
}

static void
graft_optional_dispose (GObject *object)
{
  GraftOptional *self = GRAFT_OPTIONAL (object);

  g_clear_pointer (&self->child, gtk_widget_unparent);
  G_OBJECT_CLASS (graft_optional_parent_class)->dispose (object);
}

static void
graft_optional_class_init (GraftOptionalClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = graft_optional_dispose;
  object_class->get_property = graft_optional_get_property;
  object_class->set_property = graft_optional_set_property;
  widget_class->measure = graft_optional_measure;
  widget_class->size_allocate = graft_optional_size_allocate;
  g_object_class_install_property (
      object_class, PROP_CHILD,
      g_param_spec_object ("child", NULL, NULL, GTK_TYPE_WIDGET,
                           G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS));
}

static void
graft_optional_init (GraftOptional *self)
{
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
}

void
graft_optional_set_child (GraftOptional *self, GtkWidget *child)
{
  g_clear_pointer (&self->child, gtk_widget_unparent);
  self->child = child;
  if (child != NULL)
    gtk_widget_set_parent (child, GTK_WIDGET (self));
}
