/* graft-cards-box.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "app/graft-cards-box.h"

#include <glib/gi18n.h>

#define SPACING 8
/* Around all of them: room for their shadows. */
#define MARGIN_X 12
#define MARGIN_Y 9

/* Places the cards. */
#define GRAFT_TYPE_CARDS_LAYOUT (graft_cards_layout_get_type ())
G_DECLARE_FINAL_TYPE (GraftCardsLayout, graft_cards_layout, GRAFT, CARDS_LAYOUT, GtkLayoutManager)

struct _GraftCardsLayout
{
  GtkLayoutManager parent_instance;

  int card_width;
};

G_DEFINE_FINAL_TYPE (GraftCardsLayout, graft_cards_layout, GTK_TYPE_LAYOUT_MANAGER)

static guint
count_cards (GtkWidget *box)
{
  guint n = 0;

  for (GtkWidget *card = gtk_widget_get_first_child (box); card != NULL;
       card = gtk_widget_get_next_sibling (card))
    n++;
  return n;
}

/* Rows of as equal a length as can be: four cards where three would fit are two and two. */
static guint
count_columns (GraftCardsLayout *self, guint n_cards, int width)
{
  guint fit = MAX (1, (width + SPACING) / (self->card_width + SPACING));
  guint n_rows = n_cards > 0 ? (n_cards + fit - 1) / fit : 1;

  return MAX (1, (n_cards + n_rows - 1) / n_rows);
}

static int
get_column_width (guint n_columns, int width)
{
  return MAX (1, (width - (int)(n_columns - 1) * SPACING) / (int)n_columns);
}

/* From @first on, @n of them; @ret_next: what follows. */
static int
measure_row (GtkWidget *first, guint n, int column_width, GtkWidget **ret_next)
{
  GtkWidget *card = first;
  int height = 0;

  for (guint i = 0; i < n && card != NULL; i++)
    {
      int natural = 0;

      gtk_widget_measure (card, GTK_ORIENTATION_VERTICAL, column_width, NULL, &natural, NULL, NULL);
      height = MAX (height, natural);
      card = gtk_widget_get_next_sibling (card);
    }
  *ret_next = card;
  return height;
}

static int
measure_height (GraftCardsLayout *self, GtkWidget *box, int width)
{
  guint n_columns = count_columns (self, count_cards (box), width);
  int column_width = get_column_width (n_columns, width);
  int height = 0;

  for (GtkWidget *card = gtk_widget_get_first_child (box); card != NULL;)
    height += measure_row (card, n_columns, column_width, &card) + SPACING;
  return MAX (0, height - SPACING);
}

static GtkSizeRequestMode
graft_cards_layout_get_request_mode (GtkLayoutManager *manager, GtkWidget *box)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
graft_cards_layout_measure (GtkLayoutManager *manager, GtkWidget *box, GtkOrientation orientation,
                            int for_size, int *minimum, int *natural, int *minimum_baseline,
                            int *natural_baseline)
{
  GraftCardsLayout *self = GRAFT_CARDS_LAYOUT (manager);

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    *minimum = *natural = self->card_width;
  else
    *minimum = *natural = measure_height (self, box, MAX (for_size, self->card_width));
}

static void
graft_cards_layout_allocate (GtkLayoutManager *manager, GtkWidget *box, int width, int height,
                             int baseline)
{
  GraftCardsLayout *self = GRAFT_CARDS_LAYOUT (manager);
  gboolean mirrored = gtk_widget_get_direction (box) == GTK_TEXT_DIR_RTL;
  guint n_columns = count_columns (self, count_cards (box), width);
  int column_width = get_column_width (n_columns, width);
  GtkWidget *card = gtk_widget_get_first_child (box);
  int y = 0;

  while (card != NULL)
    {
      GtkWidget *next = NULL;
      int row_height = measure_row (card, n_columns, column_width, &next);

      for (guint i = 0; card != next; i++, card = gtk_widget_get_next_sibling (card))
        {
          guint column = mirrored ? n_columns - 1 - i : i;

          gtk_widget_size_allocate (
              card,
              &(GtkAllocation){ column * (column_width + SPACING), y, column_width, row_height },
              -1);
        }
      y += row_height + SPACING;
    }
}

static void
graft_cards_layout_class_init (GraftCardsLayoutClass *klass)
{
  GtkLayoutManagerClass *manager_class = GTK_LAYOUT_MANAGER_CLASS (klass);

  manager_class->get_request_mode = graft_cards_layout_get_request_mode;
  manager_class->measure = graft_cards_layout_measure;
  manager_class->allocate = graft_cards_layout_allocate;
}

static void
graft_cards_layout_init (GraftCardsLayout *self)
{
}

struct _GraftCardsBox
{
  GtkWidget parent_instance;

  GtkWidget *scroller;
  GtkWidget *box;
  GraftCardsLayout *layout; /* the box keeps it */
  int max_height;
};

G_DEFINE_FINAL_TYPE (GraftCardsBox, graft_cards_box, GTK_TYPE_WIDGET)

static void
graft_cards_box_dispose (GObject *object)
{
  g_clear_pointer (&GRAFT_CARDS_BOX (object)->scroller, gtk_widget_unparent);
  G_OBJECT_CLASS (graft_cards_box_parent_class)->dispose (object);
}

static GtkSizeRequestMode
graft_cards_box_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
graft_cards_box_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                         int *natural, int *minimum_baseline, int *natural_baseline)
{
  GraftCardsBox *self = GRAFT_CARDS_BOX (widget);

  gtk_widget_measure (self->box, orientation, for_size, minimum, natural, NULL, NULL);
  if (orientation == GTK_ORIENTATION_VERTICAL)
    *minimum = *natural = MIN (*natural, self->max_height);
}

static void
graft_cards_box_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  GraftCardsBox *self = GRAFT_CARDS_BOX (widget);

  gtk_widget_size_allocate (self->scroller, &(GtkAllocation){ 0, 0, width, height }, baseline);
}

static void
graft_cards_box_class_init (GraftCardsBoxClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = graft_cards_box_dispose;
  widget_class->get_request_mode = graft_cards_box_get_request_mode;
  widget_class->measure = graft_cards_box_measure;
  widget_class->size_allocate = graft_cards_box_size_allocate;
}

static void
graft_cards_box_init (GraftCardsBox *self)
{
  self->layout = g_object_new (GRAFT_TYPE_CARDS_LAYOUT, NULL);
  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  gtk_widget_set_margin_start (self->box, MARGIN_X);
  gtk_widget_set_margin_end (self->box, MARGIN_X);
  gtk_widget_set_margin_top (self->box, MARGIN_Y);
  gtk_widget_set_margin_bottom (self->box, MARGIN_Y);
  gtk_widget_set_layout_manager (self->box, GTK_LAYOUT_MANAGER (self->layout));
  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), self->box);
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
  graft_cards_box_set_size (self, 200, 250);
}

void
graft_cards_box_set_size (GraftCardsBox *self, int width, int max_height)
{
  self->layout->card_width = width;
  self->max_height = max_height;
  gtk_layout_manager_layout_changed (GTK_LAYOUT_MANAGER (self->layout));
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

GtkWidget *
graft_cards_box_get_card (GraftCardsBox *self, guint position)
{
  GtkWidget *card = gtk_widget_get_first_child (self->box);

  for (guint i = 0; i < position && card != NULL; i++)
    card = gtk_widget_get_next_sibling (card);
  return card;
}

void
graft_cards_box_insert (GraftCardsBox *self, GtkWidget *card, guint position)
{
  gtk_widget_insert_before (card, self->box, graft_cards_box_get_card (self, position));
}

void
graft_cards_box_remove (GraftCardsBox *self, guint position)
{
  GtkWidget *card = graft_cards_box_get_card (self, position);

  g_return_if_fail (card != NULL);
  gtk_box_remove (GTK_BOX (self->box), card);
}
