/* graft-directory.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "image/graft-directory.h"

#include <string.h>

/**
 * GraftDirectory:
 *
 * In one piece with the names, which stand behind the entries: of hundreds of thousands of entries,
 * a block of memory for each name would take more than the names.
 *
 * @entries: sorted by name, no name twice
 */
struct _GraftDirectory
{
  gatomicrefcount refs;
  guint n_entries;
  GraftEntry entries[];
};

struct _GraftDirectoryBuilder
{
  GArray *entries;
};

static void
clear_entry (gpointer data)
{
  GraftEntry *entry = data;

  g_free (entry->name);
  graft_node_unref (entry->node);
}

static GArray *
new_entries (guint reserve)
{
  GArray *entries = g_array_sized_new (FALSE, FALSE, sizeof (GraftEntry), reserve);

  g_array_set_clear_func (entries, clear_entry);
  return entries;
}

static void
append (GArray *entries, const char *name, GraftNode *node)
{
  GraftEntry entry = { g_strdup (name), graft_node_ref (node) };

  g_array_append_val (entries, entry);
}

static GraftDirectory *
new_take (GArray *entries)
{
  gsize size = sizeof (GraftDirectory) + entries->len * sizeof (GraftEntry);
  GraftDirectory *self;
  char *names;

  for (guint i = 0; i < entries->len; i++)
    size += strlen (g_array_index (entries, GraftEntry, i).name) + 1;
  self = g_malloc (size);
  g_atomic_ref_count_init (&self->refs);
  self->n_entries = entries->len;
  names = (char *)&self->entries[self->n_entries];
  for (guint i = 0; i < entries->len; i++)
    {
      const GraftEntry *entry = &g_array_index (entries, GraftEntry, i);

      self->entries[i] = (GraftEntry){ names, graft_node_ref (entry->node) };
      names = g_stpcpy (names, entry->name) + 1;
    }
  g_array_unref (entries);
  return self;
}

GraftDirectory *
graft_directory_new_empty (void)
{
  return new_take (new_entries (0));
}

GraftDirectory *
graft_directory_ref (GraftDirectory *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
graft_directory_unref (GraftDirectory *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  for (guint i = 0; i < self->n_entries; i++)
    graft_node_unref (self->entries[i].node);
  g_free (self);
}

guint
graft_directory_get_n_entries (GraftDirectory *self)
{
  return self->n_entries;
}

const GraftEntry *
graft_directory_get_entry (GraftDirectory *self, guint i)
{
  return &self->entries[i];
}

/* The place of @name, or where it would go. */
static guint
find (GraftDirectory *self, const char *name, gboolean *ret_found)
{
  guint low = 0, high = self->n_entries;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (strcmp (graft_directory_get_entry (self, middle)->name, name) < 0)
        low = middle + 1;
      else
        high = middle;
    }
  *ret_found
      = low < self->n_entries && strcmp (graft_directory_get_entry (self, low)->name, name) == 0;
  return low;
}

const GraftEntry *
graft_directory_lookup (GraftDirectory *self, const char *name)
{
  gboolean found;
  guint i = find (self, name, &found);

  return found ? graft_directory_get_entry (self, i) : NULL;
}

GraftDirectory *
graft_directory_with (GraftDirectory *self, const char *name, GraftNode *node)
{
  gboolean found;
  guint place = find (self, name, &found);
  GArray *entries = new_entries (self->n_entries + 1);

  for (guint i = 0; i < self->n_entries; i++)
    {
      const GraftEntry *entry = graft_directory_get_entry (self, i);

      if (i == place && node != NULL)
        append (entries, name, node);
      if (i != place || !found)
        append (entries, entry->name, entry->node);
    }
  if (place == self->n_entries && node != NULL)
    append (entries, name, node);
  return new_take (entries);
}

GraftDirectoryBuilder *
graft_directory_builder_new (void)
{
  GraftDirectoryBuilder *self = g_new (GraftDirectoryBuilder, 1);

  self->entries = new_entries (0);
  return self;
}

void
graft_directory_builder_free (GraftDirectoryBuilder *self)
{
  g_clear_pointer (&self->entries, g_array_unref);
  g_free (self);
}

void
graft_directory_builder_add (GraftDirectoryBuilder *self, const char *name, GraftNode *node)
{
  append (self->entries, name, node);
}

static gint
compare_entries (gconstpointer a, gconstpointer b)
{
  return strcmp (((const GraftEntry *)a)->name, ((const GraftEntry *)b)->name);
}

static gboolean
is_sorted (GArray *entries)
{
  for (guint i = 1; i < entries->len; i++)
    if (compare_entries (&g_array_index (entries, GraftEntry, i - 1),
                         &g_array_index (entries, GraftEntry, i))
        >= 0)
      return FALSE;
  return TRUE;
}

/* In one pass: a hostile archive may hold one name a million times. */
static void
keep_last_of_equal (GArray *entries)
{
  GraftEntry *all = (GraftEntry *)(gpointer)entries->data;
  guint n_kept = 0;

  for (guint i = 0; i < entries->len; i++)
    {
      GraftEntry entry = all[i];

      if (n_kept > 0 && compare_entries (&all[n_kept - 1], &entry) == 0)
        {
          clear_entry (&all[n_kept - 1]);
          all[n_kept - 1] = entry;
        }
      else
        all[n_kept++] = entry;
    }
  /* What lies behind was moved to the front, or freed. */
  g_array_set_clear_func (entries, NULL);
  g_array_set_size (entries, n_kept);
  g_array_set_clear_func (entries, clear_entry);
}

GraftDirectory *
graft_directory_builder_finish (GraftDirectoryBuilder *self)
{
  GArray *entries = g_steal_pointer (&self->entries);

  g_free (self);
  if (!is_sorted (entries))
    {
      /* Stable (glibc's merge sort), so of equal names the last one added is the last one here. */
      g_array_sort (entries, compare_entries);
      keep_last_of_equal (entries);
    }
  return new_take (entries);
}
