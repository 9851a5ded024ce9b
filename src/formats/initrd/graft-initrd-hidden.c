/* graft-initrd-hidden.c: entries that the merged view does not show
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/initrd/graft-initrd-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static void
hidden_free (gpointer data)
{
  GraftInitrdHidden *hidden = data;

  g_free (hidden->path);
  g_clear_pointer (&hidden->node, graft_node_unref);
  g_free (hidden->problem);
  g_free (hidden);
}

static char *
make_key (guint part, const char *path, gsize length)
{
  return g_strdup_printf ("%u:%.*s", part, (int)length, path);
}

static void
note_lost (guint part, const char *path, const char *why, gpointer data)
{
  g_hash_table_insert (data, make_key (part, path, strlen (path)), (gpointer)why);
}

static void
list_record (GPtrArray *list, GHashTable *lost, GraftInitrdSegment *segment,
             const GraftCpioRecord *record)
{
  g_autofree char *key
      = make_key (segment->info.part, graft_cpio_archive_get_text (segment->archive, record->path),
                  record->path_length);
  const char *why = record->place != GRAFT_CPIO_NONE && !record->shadowed
                        ? g_hash_table_lookup (lost, key)
                        : NULL;
  GraftInitrdHidden *hidden;

  /* A late parent harms only where the folder is missing; the view knows. */
  if (!record->shadowed && why == NULL && (record->problems & ~GRAFT_CPIO_PARENT_LATE) == 0)
    return;
  hidden = g_new0 (GraftInitrdHidden, 1);
  hidden->segment = segment->info.number;
  hidden->path = g_strdup (graft_cpio_archive_get_text (segment->archive, record->name));
  hidden->node = graft_cpio_archive_new_record_node (segment->archive, record);
  hidden->shadowed = record->shadowed || why != NULL;
  hidden->problem = graft_cpio_problem_describe (record->problems);
  if (hidden->problem == NULL)
    hidden->problem
        = g_strdup (why != NULL ? _ (why) : _ ("a later entry of the same archive replaces it"));
  g_ptr_array_add (list, hidden);
}

GPtrArray *
graft_initrd_list_hidden (GraftInitrd *self, GError **error)
{
  g_autoptr (GPtrArray) roots = g_ptr_array_new_with_free_func ((GDestroyNotify)graft_node_unref);
  g_autoptr (GHashTable) lost = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (hidden_free);
  g_autoptr (GraftInitrdView) view = NULL;

  for (guint i = 0; i < self->parts->len; i++)
    g_ptr_array_add (roots, graft_image_dup_part (GRAFT_IMAGE (self), i));
  view = graft_initrd_view_parts (self, (GraftNode *const *)roots->pdata, roots->len, error);
  if (view == NULL)
    return NULL;
  graft_initrd_view_foreach_lost (view, note_lost, lost);
  for (guint part = 0; part < self->parts->len; part++)
    {
      GraftInitrdSegment *segment = graft_initrd_get_part_segment (self, part);
      guint n_records;
      const GraftCpioRecord *records
          = graft_cpio_archive_get_records (segment->archive, &n_records);

      for (guint i = 0; i < n_records; i++)
        if (!records[i].trailer)
          list_record (list, lost, segment, &records[i]);
    }
  return g_steal_pointer (&list);
}
