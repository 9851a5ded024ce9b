/* graft-history.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "steps/graft-history.h"

/**
 * Entry:
 * @step: what was applied
 * @label: of the step
 * @before: the set's state before it
 * @after: and after
 */
typedef struct
{
  GraftStep *step;
  char *label;
  GraftBootSetState *before;
  GraftBootSetState *after;
} Entry;

struct _GraftHistory
{
  GObject parent_instance;

  GraftBootSet *set;
  GPtrArray *entries; /* of Entry */
  guint position;     /* so many of them are in force */
  gint saved;         /* position that was exported; -1 when it cannot be reached any more */
};

G_DEFINE_FINAL_TYPE (GraftHistory, graft_history, G_TYPE_OBJECT)

static void
entry_free (gpointer data)
{
  Entry *self = data;

  g_object_unref (self->step);
  g_free (self->label);
  graft_boot_set_state_free (self->before);
  graft_boot_set_state_free (self->after);
  g_free (self);
}

static void
graft_history_finalize (GObject *object)
{
  GraftHistory *self = GRAFT_HISTORY (object);

  g_ptr_array_unref (self->entries);
  g_object_unref (self->set);
  G_OBJECT_CLASS (graft_history_parent_class)->finalize (object);
}

static void
graft_history_class_init (GraftHistoryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = graft_history_finalize;
}

static void
graft_history_init (GraftHistory *self)
{
  self->entries = g_ptr_array_new_with_free_func (entry_free);
}

GraftHistory *
graft_history_new (GraftBootSet *set)
{
  GraftHistory *self = g_object_new (GRAFT_TYPE_HISTORY, NULL);

  self->set = g_object_ref (set);
  return self;
}

static Entry *
get_entry (GraftHistory *self, guint i)
{
  return g_ptr_array_index (self->entries, i);
}

static void
add_entry (GraftHistory *self, GraftStep *step, GraftBootSetState *before)
{
  Entry *entry = g_new0 (Entry, 1);

  graft_history_forget_undone (self);
  entry->step = g_object_ref (step);
  entry->label = graft_step_dup_label (step);
  entry->before = before;
  entry->after = graft_boot_set_dup_state (self->set);
  g_ptr_array_add (self->entries, entry);
  self->position++;
}

gboolean
graft_history_apply (GraftHistory *self, GraftStep *step, GraftStepReport *report,
                     GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  g_autoptr (GraftBootSetState) before = graft_boot_set_dup_state (self->set);

  if (!graft_step_apply (step, self->set, report, progress, cancellable, error))
    return FALSE;
  if (!graft_boot_set_is_in_state (self->set, before))
    add_entry (self, step, g_steal_pointer (&before));
  return TRUE;
}

gboolean
graft_history_undo (GraftHistory *self)
{
  if (self->position == 0)
    return FALSE;
  graft_boot_set_set_state (self->set, get_entry (self, --self->position)->before);
  return TRUE;
}

gboolean
graft_history_redo (GraftHistory *self)
{
  if (self->position == self->entries->len)
    return FALSE;
  graft_boot_set_set_state (self->set, get_entry (self, self->position++)->after);
  return TRUE;
}

void
graft_history_forget_undone (GraftHistory *self)
{
  g_ptr_array_set_size (self->entries, self->position);
  if (self->saved > (gint)self->position)
    self->saved = -1;
}

char *
graft_history_dup_undo_label (GraftHistory *self)
{
  return self->position > 0 ? g_strdup (get_entry (self, self->position - 1)->label) : NULL;
}

char *
graft_history_dup_redo_label (GraftHistory *self)
{
  return self->position < self->entries->len ? g_strdup (get_entry (self, self->position)->label)
                                             : NULL;
}

GPtrArray *
graft_history_list_steps (GraftHistory *self, guint *ret_position)
{
  GPtrArray *steps = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < self->entries->len; i++)
    g_ptr_array_add (steps, g_object_ref (get_entry (self, i)->step));
  if (ret_position != NULL)
    *ret_position = self->position;
  return steps;
}

GraftStep *
graft_history_get_last (GraftHistory *self)
{
  return self->position > 0 ? get_entry (self, self->position - 1)->step : NULL;
}

GPtrArray *
graft_history_list_labels (GraftHistory *self)
{
  GPtrArray *labels = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < self->position; i++)
    g_ptr_array_add (labels, g_strdup (get_entry (self, i)->label));
  return labels;
}

void
graft_history_mark_saved (GraftHistory *self)
{
  self->saved = self->position;
}

gboolean
graft_history_is_unsaved (GraftHistory *self)
{
  return self->saved != (gint)self->position;
}
