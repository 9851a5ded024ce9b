/* graft-cpio-plan-links.c: files with several names, when one of the names goes, comes or changes
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/cpio/graft-cpio-plan-private.h"

#include <string.h>

/* Where the archive has its own numbers, and which are free. */
typedef struct
{
  guint64 next;
  GHashTable *used; /* of numbers; only once there is none above the highest */
} Numbers;

static GraftCpioItem *
get_item (GraftCpioPlan *self, guint32 item)
{
  return &g_array_index (self->items, GraftCpioItem, item);
}

static const GraftCpioRecord *
get_record_at (GraftCpioPlan *self, guint32 place)
{
  guint32 record = graft_cpio_archive_get_place (self->archive, place)->record;

  return record == GRAFT_CPIO_NONE ? NULL : graft_cpio_archive_get_record (self->archive, record);
}

void
graft_cpio_plan_replace_kept (GraftCpioPlan *self, guint32 place)
{
  g_autofree char *path = graft_cpio_archive_dup_path (self->archive, place);
  g_autoptr (GraftDirectory) listing = graft_cpio_archive_list_place (
      self->archive, graft_cpio_archive_get_place (self->archive, place)->parent);
  const char *slash = strrchr (path, '/');

  self->fates[place] = GRAFT_CPIO_REPLACE;
  graft_cpio_plan_add_item (
      self, path, graft_directory_lookup (listing, slash != NULL ? slash + 1 : path)->node, place);
}

/* Files of which a name was added elsewhere: by group, and by place for those that had but one. */
static void
find_new_names (GraftCpioPlan *self, guint8 *touched_groups)
{
  guint n_items = self->items->len;

  for (guint i = 0; i < n_items; i++)
    {
      const GraftCpioItem *item = get_item (self, i);
      guint64 handle = graft_node_get_handle (item->node);

      if (graft_node_get_source (item->node) != GRAFT_TREE (self->archive)
          || graft_node_is_directory (item->node)
          || graft_node_get_node_type (item->node) == GRAFT_NODE_SYMLINK)
        continue;
      if ((handle & GRAFT_CPIO_HANDLE_GROUP) != 0)
        touched_groups[(guint32)handle] = TRUE;
      else if (self->fates[handle] == GRAFT_CPIO_KEEP)
        graft_cpio_plan_replace_kept (self, handle);
    }
}

static void
replace_touched_groups (GraftCpioPlan *self)
{
  guint n_groups = self->archive->groups->len;
  g_autofree guint32 *kept = g_new0 (guint32, n_groups);
  g_autofree guint8 *touched = g_new0 (guint8, n_groups);

  find_new_names (self, touched);
  for (guint32 place = 0; place < self->archive->places->len; place++)
    {
      const GraftCpioRecord *record = get_record_at (self, place);

      if (record != NULL && record->group != GRAFT_CPIO_NONE
          && self->fates[place] == GRAFT_CPIO_KEEP)
        kept[record->group]++;
    }
  for (guint32 place = 0; place < self->archive->places->len; place++)
    {
      const GraftCpioRecord *record = get_record_at (self, place);
      guint32 group = record != NULL ? record->group : GRAFT_CPIO_NONE;

      if (group != GRAFT_CPIO_NONE && self->fates[place] == GRAFT_CPIO_KEEP
          && (touched[group]
              || kept[group]
                     < g_array_index (self->archive->groups, GraftCpioGroup, group).n_places))
        graft_cpio_plan_replace_kept (self, place);
    }
}

static guint
hash_node (gconstpointer data)
{
  GraftNode *node = (GraftNode *)data;

  return graft_node_get_source (node) != NULL
             ? g_direct_hash (graft_node_get_source (node)) ^ (guint)graft_node_get_handle (node)
             : g_direct_hash (node);
}

static gboolean
equal_nodes (gconstpointer a, gconstpointer b)
{
  return graft_node_is_same_file ((GraftNode *)a, (GraftNode *)b);
}

/* Gives each item its file; folders and symbolic links are alone with theirs. */
static void
find_files (GraftCpioPlan *self)
{
  g_autoptr (GHashTable) known = g_hash_table_new (hash_node, equal_nodes);

  g_array_set_size (self->files, 0);
  for (guint32 i = 0; i < self->items->len; i++)
    {
      GraftCpioItem *item = get_item (self, i);
      gboolean alone = graft_node_is_directory (item->node)
                       || graft_node_get_node_type (item->node) == GRAFT_NODE_SYMLINK;
      gpointer file;

      if (alone || !g_hash_table_lookup_extended (known, item->node, NULL, &file))
        {
          const GraftCpioFile fresh = { 0 };

          file = GUINT_TO_POINTER (self->files->len);
          g_array_append_val (self->files, fresh);
          if (!alone)
            g_hash_table_insert (known, item->node, file);
        }
      item->file = GPOINTER_TO_UINT (file);
      g_array_index (self->files, GraftCpioFile, item->file).n_names++;
    }
}

/* Names on both sides of a trailer are no links: a file that has names before the last one and gets
 * new ones, which come last, is moved there whole. */
static void
move_across_trailers (GraftCpioPlan *self)
{
  guint32 last_epoch = MAX (self->archive->n_trailers, 1) - 1;
  g_autofree guint8 *has_new = g_new0 (guint8, self->files->len + 1);

  for (guint32 i = 0; i < self->items->len; i++)
    if (get_item (self, i)->place == GRAFT_CPIO_NONE)
      has_new[get_item (self, i)->file] = TRUE;
  for (guint32 i = 0; i < self->items->len; i++)
    {
      GraftCpioItem *item = get_item (self, i);

      if (item->place == GRAFT_CPIO_NONE || !has_new[item->file]
          || g_array_index (self->files, GraftCpioFile, item->file).n_names < 2
          || get_record_at (self, item->place)->epoch == last_epoch)
        continue;
      self->fates[item->place] = GRAFT_CPIO_DROP;
      item->place = GRAFT_CPIO_NONE;
    }
}

static int
compare_items (gconstpointer left, gconstpointer right, gpointer data)
{
  GraftCpioPlan *self = data;
  const GraftCpioItem *a = left, *b = right;
  guint32 l = graft_cpio_archive_get_place (self->archive, a->place)->record;
  guint32 r = graft_cpio_archive_get_place (self->archive, b->place)->record;

  return l < r ? -1 : l > r;
}

/* Replacements in the archive's order, then what is new, as the tree was walked. */
static void
order_items (GraftCpioPlan *self)
{
  GArray *ordered = graft_cpio_plan_new_items ();
  g_autoptr (GArray) unordered = self->items;

  for (guint i = 0; i < unordered->len; i++)
    if (g_array_index (unordered, GraftCpioItem, i).place != GRAFT_CPIO_NONE)
      g_array_append_vals (ordered, &g_array_index (unordered, GraftCpioItem, i), 1);
  g_array_sort_with_data (ordered, compare_items, self);
  self->first_new = ordered->len;
  for (guint i = 0; i < unordered->len; i++)
    if (g_array_index (unordered, GraftCpioItem, i).place == GRAFT_CPIO_NONE)
      g_array_append_vals (ordered, &g_array_index (unordered, GraftCpioItem, i), 1);
  /* The items moved. */
  g_array_set_clear_func (unordered, NULL);
  self->items = ordered;
  for (guint32 i = 0; i < self->first_new; i++)
    self->replacements[get_item (self, i)->place] = i;
}

static guint32
take_number (GraftCpioPlan *self, Numbers *numbers)
{
  if (numbers->next <= G_MAXUINT32)
    return numbers->next++;
  if (numbers->used == NULL)
    {
      numbers->used = g_hash_table_new (NULL, NULL);
      for (guint i = 0; i < self->archive->records->len; i++)
        g_hash_table_add (
            numbers->used,
            GUINT_TO_POINTER (graft_cpio_archive_get_record (self->archive, i)->header.ino));
    }
  for (guint32 number = 1;; number++)
    if (g_hash_table_add (numbers->used, GUINT_TO_POINTER (number)))
      return number;
}

/* A file keeps the number it has in the archive, unless another file has it too. */
static void
number_files (GraftCpioPlan *self)
{
  g_autofree guint8 *group_taken = g_new0 (guint8, self->archive->groups->len + 1);
  g_autofree guint8 *numbered = g_new0 (guint8, self->files->len + 1);
  Numbers numbers = { 1, NULL };

  for (guint i = 0; i < self->archive->records->len; i++)
    numbers.next = MAX (numbers.next,
                        (guint64)graft_cpio_archive_get_record (self->archive, i)->header.ino + 1);
  for (guint32 i = 0; i < self->items->len; i++)
    {
      const GraftCpioItem *item = get_item (self, i);
      GraftCpioFile *file = &g_array_index (self->files, GraftCpioFile, item->file);
      const GraftCpioRecord *record
          = item->place != GRAFT_CPIO_NONE ? get_record_at (self, item->place) : NULL;
      guint32 group = record != NULL ? record->group : GRAFT_CPIO_NONE;

      file->last = i;
      if (numbered[item->file])
        continue;
      numbered[item->file] = TRUE;
      if (record != NULL && (group == GRAFT_CPIO_NONE ? file->n_names == 1 : !group_taken[group]))
        {
          file->ino = record->header.ino;
          file->dev_major = record->header.dev_major;
          file->dev_minor = record->header.dev_minor;
          if (group != GRAFT_CPIO_NONE)
            group_taken[group] = TRUE;
        }
      else
        file->ino = take_number (self, &numbers);
    }
  g_clear_pointer (&numbers.used, g_hash_table_unref);
}

void
graft_cpio_plan_settle_links (GraftCpioPlan *self)
{
  replace_touched_groups (self);
  find_files (self);
  move_across_trailers (self);
  order_items (self);
  number_files (self);
}
