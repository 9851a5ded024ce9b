/* graft-cpio-plan.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/cpio/graft-cpio-plan-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-error.h"
#include "base/graft-limits.h"

static void
clear_item (gpointer data)
{
  GraftCpioItem *item = data;

  g_free (item->path);
  graft_node_unref (item->node);
}

GArray *
graft_cpio_plan_new_items (void)
{
  GArray *items = g_array_new (FALSE, FALSE, sizeof (GraftCpioItem));

  g_array_set_clear_func (items, clear_item);
  return items;
}

void
graft_cpio_plan_free (GraftCpioPlan *self)
{
  g_free (self->fates);
  g_free (self->replacements);
  g_hash_table_unref (self->dropped);
  g_array_unref (self->items);
  g_array_unref (self->files);
  g_object_unref (self->archive);
  g_free (self);
}

static gboolean
is_own (GraftCpioPlan *self, GraftNode *node, guint32 place)
{
  return graft_node_get_source (node) == GRAFT_TREE (self->archive)
         && graft_node_get_handle (node) == graft_cpio_archive_get_handle (self->archive, place);
}

static void
keep_all_below (GraftCpioPlan *self, guint32 place)
{
  guint32 end = graft_cpio_archive_get_place (self->archive, place)->end;

  memset (self->fates + place, GRAFT_CPIO_KEEP, end - place);
}

void
graft_cpio_plan_add_item (GraftCpioPlan *self, const char *path, GraftNode *node, guint32 place)
{
  const GraftCpioItem item = { g_strdup (path), graft_node_ref (node), place, GRAFT_CPIO_NONE };

  g_array_append_val (self->items, item);
}

/* Whether the record at @place says all of @node but what is below it. */
static gboolean
says_the_same (GraftCpioPlan *self, guint32 place, GraftNode *own, GraftNode *node)
{
  const GraftAttributes *a = graft_node_get_attributes (own);
  const GraftAttributes *b = graft_node_get_attributes (node);
  GraftNode *content = graft_node_get_content_origin (node);

  return graft_node_get_node_type (own) == graft_node_get_node_type (node) && a->mode == b->mode
         && a->uid == b->uid && a->gid == b->gid && a->mtime == b->mtime
         && graft_node_get_rdev_major (own) == graft_node_get_rdev_major (node)
         && graft_node_get_rdev_minor (own) == graft_node_get_rdev_minor (node)
         && g_strcmp0 (graft_node_get_target (own), graft_node_get_target (node)) == 0
         && (graft_node_get_node_type (node) != GRAFT_NODE_REGULAR
             || (content != NULL && is_own (self, content, place)));
}

static gboolean plan_folder (GraftCpioPlan *self, guint32 place, GraftNode *node, const char *path,
                             guint depth, GError **error);

/* Below a folder that has no record: one is needed when something new comes below it that the
 * kernel would have no folder for. */
static gboolean
plan_implied_folder (GraftCpioPlan *self, guint32 place, GraftNode *node, const char *path,
                     guint depth, GError **error)
{
  guint before = self->items->len;
  gboolean needed = FALSE;

  if (!plan_folder (self, place, node, path, depth, error))
    return FALSE;
  for (guint i = before; i < self->items->len && !needed; i++)
    needed = g_array_index (self->items, GraftCpioItem, i).place == GRAFT_CPIO_NONE;
  if (needed && *path != '\0' && !self->has_folder (path, self->has_folder_data))
    {
      const GraftCpioItem item
          = { g_strdup (path), graft_node_ref (node), GRAFT_CPIO_NONE, GRAFT_CPIO_NONE };

      g_array_insert_val (self->items, before, item);
    }
  return TRUE;
}

static gboolean
plan_new (GraftCpioPlan *self, GraftNode *node, const char *path, guint depth, GError **error)
{
  if (graft_node_is_directory (node) && graft_node_is_implicit (node))
    return plan_implied_folder (self, GRAFT_CPIO_NONE, node, path, depth, error);
  graft_cpio_plan_add_item (self, path, node, GRAFT_CPIO_NONE);
  return !graft_node_is_directory (node)
         || plan_folder (self, GRAFT_CPIO_NONE, node, path, depth, error);
}

/* @own: what the archive has at @place. */
static gboolean
plan_place (GraftCpioPlan *self, guint32 place, GraftNode *own, GraftNode *node, const char *path,
            guint depth, GError **error)
{
  gboolean folder = graft_node_is_directory (node);
  gboolean recorded
      = graft_cpio_archive_get_place (self->archive, place)->record != GRAFT_CPIO_NONE;

  if (is_own (self, node, place))
    {
      keep_all_below (self, place);
      return TRUE;
    }
  if (!recorded)
    {
      /* There is nothing to drop; the fate is that of a folder. */
      self->fates[place] = GRAFT_CPIO_KEEP;
      if (folder && graft_node_is_implicit (node))
        return plan_implied_folder (self, place, node, path, depth, error);
      graft_cpio_plan_add_item (self, path, node, GRAFT_CPIO_NONE);
    }
  else if (says_the_same (self, place, own, node))
    self->fates[place] = GRAFT_CPIO_KEEP;
  else
    {
      self->fates[place] = GRAFT_CPIO_REPLACE;
      graft_cpio_plan_add_item (self, path, node, place);
    }
  return !folder || plan_folder (self, place, node, path, depth, error);
}

/* The node that the archive has under @name of its folder's listing. */
static GraftNode *
get_own (GraftDirectory *listing, const char *name)
{
  return graft_directory_lookup (listing, name)->node;
}

static gboolean
plan_entry (GraftCpioPlan *self, guint32 *child, guint32 end, GraftDirectory *listing,
            const GraftEntry *entry, const char *folder, guint depth, GError **error)
{
  g_autofree char *path
      = *folder == '\0' ? g_strdup (entry->name) : g_strconcat (folder, "/", entry->name, NULL);

  /* Places that come before it by name are gone, which their fate says already. */
  while (*child < end)
    {
      const GraftCpioPlace *here = graft_cpio_archive_get_place (self->archive, *child);
      const char *name = graft_cpio_archive_get_text (self->archive, here->name);
      int order = strncmp (name, entry->name, here->name_length);
      guint32 place = *child;

      if (order == 0 && entry->name[here->name_length] != '\0')
        order = -1;
      if (order > 0)
        break;
      *child = here->end;
      if (order == 0)
        return plan_place (self, place, get_own (listing, entry->name), entry->node, path, depth,
                           error);
    }
  return plan_new (self, entry->node, path, depth, error);
}

static gboolean
plan_folder (GraftCpioPlan *self, guint32 place, GraftNode *node, const char *path, guint depth,
             GError **error)
{
  g_autoptr (GraftDirectory) wanted = graft_node_list (node, error);
  g_autoptr (GraftDirectory) listing = NULL;
  guint32 child = 0, end = 0;

  if (wanted == NULL)
    return FALSE;
  if (depth >= GRAFT_LIMIT_DEPTH)
    {
      g_set_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_TOO_LARGE,
                   _ ("folders are nested more than %d deep"), GRAFT_LIMIT_DEPTH);
      return FALSE;
    }
  if (place != GRAFT_CPIO_NONE)
    {
      listing = graft_cpio_archive_list_place (self->archive, place);
      child = place + 1;
      end = graft_cpio_archive_get_place (self->archive, place)->end;
    }
  for (guint i = 0; i < graft_directory_get_n_entries (wanted); i++)
    if (!plan_entry (self, &child, end, listing, graft_directory_get_entry (wanted, i), path,
                     depth + 1, error))
      return FALSE;
  return TRUE;
}

/* What the kernel skips because a file stands in its way must not come to life when that file goes,
 * nor what it puts behind a link when that link does. */
static void
settle_odd_records (GraftCpioPlan *self)
{
  for (guint i = 0; i < self->archive->records->len; i++)
    {
      const GraftCpioRecord *record = graft_cpio_archive_get_record (self->archive, i);
      guint32 obstacle;

      if (record->place != GRAFT_CPIO_NONE && !record->shadowed
          && self->fates[record->place] == GRAFT_CPIO_KEEP
          && graft_cpio_archive_is_redirected (self->archive, record))
        graft_cpio_plan_replace_kept (self, record->place);
      if ((record->problems & GRAFT_CPIO_PARENT_NO_FOLDER) == 0)
        continue;
      obstacle = graft_cpio_archive_get_record (self->archive, record->obstacle)->place;
      if (obstacle != GRAFT_CPIO_NONE && self->fates[obstacle] != GRAFT_CPIO_KEEP)
        g_hash_table_add (self->dropped, (gpointer)record);
    }
}

static void
find_changes (GraftCpioPlan *self)
{
  self->changed = self->items->len > 0;
  for (guint32 place = 0; place < self->archive->places->len && !self->changed; place++)
    self->changed
        = self->fates[place] == GRAFT_CPIO_DROP
          && graft_cpio_archive_get_place (self->archive, place)->record != GRAFT_CPIO_NONE;
}

static gboolean
has_no_folder (const char *path, gpointer data)
{
  return FALSE;
}

GraftCpioPlan *
graft_cpio_plan_new (GraftCpioArchive *archive, GraftNode *root, GraftCpioHasFolderFunc has_folder,
                     gpointer data, GError **error)
{
  g_autoptr (GraftCpioPlan) self = g_new0 (GraftCpioPlan, 1);
  g_autoptr (GraftNode) own = graft_cpio_archive_dup_root (archive);

  self->archive = g_object_ref (archive);
  self->fates = g_new0 (guint8, archive->places->len);
  self->replacements = g_new0 (guint32, archive->places->len);
  self->dropped = g_hash_table_new (NULL, NULL);
  self->items = graft_cpio_plan_new_items ();
  self->files = g_array_new (FALSE, FALSE, sizeof (GraftCpioFile));
  self->has_folder = has_folder != NULL ? has_folder : has_no_folder;
  self->has_folder_data = data;
  if (!graft_node_is_directory (root))
    {
      g_set_error_literal (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_INVALID,
                           _ ("the root of an archive must be a folder"));
      return NULL;
    }
  if (!plan_place (self, 0, own, root, "", 0, error))
    return NULL;
  find_changes (self);
  if (self->changed)
    settle_odd_records (self);
  graft_cpio_plan_settle_links (self);
  return g_steal_pointer (&self);
}

gboolean
graft_cpio_plan_has_changes (GraftCpioPlan *self)
{
  return self->changed;
}

GraftCpioFate
graft_cpio_plan_get_fate (GraftCpioPlan *self, const GraftCpioRecord *record)
{
  /* What has no place in the tree cannot be edited. */
  if (record->place == GRAFT_CPIO_NONE)
    return g_hash_table_contains (self->dropped, record) ? GRAFT_CPIO_DROP : GRAFT_CPIO_KEEP;
  if (!record->shadowed || self->fates[record->place] != GRAFT_CPIO_REPLACE)
    return self->fates[record->place];
  /* What is shadowed stays, but not another instance of a file that is written anew. */
  return record->group == GRAFT_CPIO_NONE ? GRAFT_CPIO_KEEP : GRAFT_CPIO_DROP;
}

guint32
graft_cpio_plan_get_replacement (GraftCpioPlan *self, guint32 place)
{
  return self->replacements[place];
}

guint32
graft_cpio_plan_get_n_items (GraftCpioPlan *self)
{
  return self->items->len;
}

const GraftCpioItem *
graft_cpio_plan_get_item (GraftCpioPlan *self, guint32 item)
{
  return &g_array_index (self->items, GraftCpioItem, item);
}

guint32
graft_cpio_plan_get_first_new (GraftCpioPlan *self)
{
  return self->first_new;
}

const GraftCpioFile *
graft_cpio_plan_get_file (GraftCpioPlan *self, guint32 file)
{
  return &g_array_index (self->files, GraftCpioFile, file);
}

const char *
graft_cpio_plan_get_item_name (GraftCpioPlan *self, const GraftCpioItem *item)
{
  const GraftCpioRecord *record;

  if (item->place == GRAFT_CPIO_NONE)
    return *item->path == '\0' ? "." : item->path;
  record = graft_cpio_archive_get_record (
      self->archive, graft_cpio_archive_get_place (self->archive, item->place)->record);
  return graft_cpio_archive_is_redirected (self->archive, record)
             ? item->path
             : graft_cpio_archive_get_text (self->archive, record->name);
}
