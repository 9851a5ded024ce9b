/* graft-initrd-view.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Record by record, in the order in which they are written, as do_name(), do_symlink() and
 * maybe_link() of init/initramfs.c do it: nothing less tells what becomes of files that go through
 * another archive's links.
 */

#include "formats/initrd/graft-initrd-view-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-error.h"
#include "base/graft-limits.h"
#include "formats/cpio/graft-cpio-plan.h"
#include "image/graft-path.h"

/* As often is an entry looked at to find other names of a file that is written over. */
#define MAX_LOOKED_AT 5000000

typedef GraftInitrdSpot Spot;
typedef GraftInitrdLost Lost;

/**
 * Entry:
 * @name: as it is recorded, links and all
 * @path: in the part's tree
 * @numbers: of the file that it is a name of; an inode number and a device
 * @linked: there may be other names
 *
 * A record that is unpacked.
 */
typedef struct
{
  const char *name;
  const char *path;
  GraftNode *node;
  guint32 numbers[3];
  gboolean linked;
  gboolean shadowed;
} Entry;

static const char why_no_folder[] = N_ ("its folder is not there when the kernel comes to it");
static const char why_not_reached[] = N_ ("the kernel stops before it");
static const char why_full_folder[] = N_ ("a folder that is not empty stands in its place");
static const char why_no_first[] = N_ ("the file that it is another name of is not there");
static const char why_replaced[] = N_ ("a later segment replaces it");

static void
spot_free (gpointer data)
{
  Spot *spot = data;

  g_clear_pointer (&spot->children, g_hash_table_unref);
  graft_node_unref (spot->node);
  g_free (spot->path);
  g_free (spot);
}

static void
clear_lost (gpointer data)
{
  g_free (((Lost *)data)->path);
}

GraftInitrdView *
graft_initrd_view_new (void)
{
  GraftInitrdView *self = g_new0 (GraftInitrdView, 1);

  self->lost = g_array_new (FALSE, FALSE, sizeof (Lost));
  g_array_set_clear_func (self->lost, clear_lost);
  return self;
}

void
graft_initrd_view_free (GraftInitrdView *self)
{
  g_clear_pointer (&self->root, spot_free);
  g_free (self->last_folder_path);
  g_array_unref (self->lost);
  g_free (self);
}

static void
lose (GraftInitrdView *self, guint part, const char *path, const char *why)
{
  const Lost lost = { part, g_strdup (path), why };

  g_array_append_val (self->lost, lost);
}

static gboolean
is_folder (Spot *spot)
{
  return spot != NULL && spot->children != NULL;
}

static Spot *
spot_new (GraftInitrdView *self, Spot *parent, GraftNode *node, const char *path)
{
  Spot *spot = g_new0 (Spot, 1);

  spot->parent = parent;
  spot->node = graft_node_ref (node);
  spot->part = self->part;
  spot->path = g_strdup (path);
  spot->file = self->n_files++;
  if (graft_node_is_directory (node))
    spot->children = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, spot_free);
  return spot;
}

static Spot *find_spot (GraftInitrdView *self, Spot *start, const char *path, gboolean follow,
                        guint *n_links);

static Spot *
follow_links (GraftInitrdView *self, Spot *spot, guint *n_links)
{
  if (spot == NULL || graft_node_get_node_type (spot->node) != GRAFT_NODE_SYMLINK)
    return spot;
  if (++*n_links > GRAFT_LIMIT_SYMLINKS)
    return NULL;
  return find_spot (self, spot->parent, graft_node_get_target (spot->node), TRUE, n_links);
}

/* @path from @start on, or from the root when it starts with "/". */
static Spot *
find_spot (GraftInitrdView *self, Spot *start, const char *path, gboolean follow, guint *n_links)
{
  g_auto (GStrv) components = g_strsplit (path, "/", -1);
  Spot *spot = *path == '/' ? self->root : start;

  for (guint i = 0; components[i] != NULL && spot != NULL; i++)
    {
      if (*components[i] == '\0' || strcmp (components[i], ".") == 0)
        continue;
      spot = follow_links (self, spot, n_links);
      if (!is_folder (spot))
        return NULL;
      if (strcmp (components[i], "..") == 0)
        spot = spot->parent != NULL ? spot->parent : spot;
      else
        spot = g_hash_table_lookup (spot->children, components[i]);
    }
  return follow ? follow_links (self, spot, n_links) : spot;
}

/* @spot is no more what its record says. */
static void
lose_spot (GraftInitrdView *self, Spot *spot, const Entry *entry)
{
  if (!spot->shadowed && (spot->part != self->part || strcmp (spot->path, entry->path) != 0))
    lose (self, spot->part, spot->path, why_replaced);
}

static void
lose_entry (GraftInitrdView *self, const Entry *entry, const char *why)
{
  if (!entry->shadowed)
    lose (self, self->part, entry->path, why);
}

/* Puts another node where one is; the name stays. */
static void
fill_spot (GraftInitrdView *self, Spot *spot, GraftNode *node, const Entry *entry)
{
  graft_node_ref (node);
  graft_node_unref (spot->node);
  spot->node = node;
  spot->part = self->part;
  spot->shadowed = entry->shadowed;
  g_free (spot->path);
  spot->path = g_strdup (entry->path);
}

/* All names of the file get what is written into it. */
static void
write_through (GraftInitrdView *self, Spot *folder, guint64 file, const Entry *entry)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, folder->children);
  while (g_hash_table_iter_next (&iter, NULL, &value) && self->n_looked_at < MAX_LOOKED_AT)
    {
      Spot *spot = value;

      self->n_looked_at++;
      if (is_folder (spot))
        write_through (self, spot, file, entry);
      else if (spot->file == file && spot->node != entry->node)
        {
          lose_spot (self, spot, entry);
          fill_spot (self, spot, entry->node, entry);
        }
    }
}

static GraftNodeType
get_type (Spot *spot)
{
  return graft_node_get_node_type (spot->node);
}

static Spot *
put (GraftInitrdView *self, Spot *folder, const char *name, const Entry *entry)
{
  Spot *spot = spot_new (self, folder, entry->node, entry->path);

  spot->shadowed = entry->shadowed;
  g_hash_table_replace (folder->children, g_strdup (name), spot);
  return spot;
}

/* What was made for @entry's file by an earlier name of it; NULL with @ret_lost when that is not
 * there any more. */
static Spot *
find_linked (GraftInitrdView *self, const Entry *entry, gboolean *ret_lost)
{
  g_autofree char *key = NULL;
  const char *first;
  guint n_links = 0;
  Spot *spot;

  if (!entry->linked)
    return NULL;
  key = g_strdup_printf ("%d %u %u %u", graft_node_get_node_type (entry->node), entry->numbers[0],
                         entry->numbers[1], entry->numbers[2]);
  first = g_hash_table_lookup (self->links, key);
  if (first == NULL)
    {
      g_hash_table_insert (self->links, g_steal_pointer (&key), g_strdup (entry->name));
      return NULL;
    }
  spot = find_spot (self, self->root, first, FALSE, &n_links);
  *ret_lost = spot == NULL || is_folder (spot);
  return *ret_lost ? NULL : spot;
}

/* A device stays the one that is there, and gets the attributes; else @entry is all there is. */
static void
put_attributes (GraftInitrdView *self, Spot *spot, const Entry *entry)
{
  GraftNodeInit init = graft_node_to_init (entry->node);
  g_autoptr (GraftNode) node = NULL;

  if (init.rdev_major == graft_node_get_rdev_major (spot->node)
      && init.rdev_minor == graft_node_get_rdev_minor (spot->node))
    node = graft_node_ref (entry->node);
  else
    {
      init.rdev_major = graft_node_get_rdev_major (spot->node);
      init.rdev_minor = graft_node_get_rdev_minor (spot->node);
      node = graft_node_new (&init);
    }
  lose_spot (self, spot, entry);
  fill_spot (self, spot, node, entry);
}

/* Of the same type @spot is there: a file is written into. */
static void
put_over (GraftInitrdView *self, Spot *spot, const Entry *entry)
{
  GraftNodeType type = get_type (spot);

  if (type == GRAFT_NODE_DIRECTORY)
    fill_spot (self, spot, entry->node, entry);
  else if (type == GRAFT_NODE_REGULAR && spot->linked)
    write_through (self, self->root, spot->file, entry);
  else
    put_attributes (self, spot, entry);
}

static gboolean
is_there_from_the_start (GraftInitrdView *self, const char *path)
{
  return (strcmp (path, "dev") == 0 || strcmp (path, "root") == 0)
         && (self->root == NULL || !g_hash_table_contains (self->root->children, path));
}

static void
forget_last_folder (GraftInitrdView *self)
{
  g_clear_pointer (&self->last_folder_path, g_free);
}

static gboolean
is_last_folder (GraftInitrdView *self, const char *path, gsize length)
{
  return self->last_folder_path != NULL && strncmp (self->last_folder_path, path, length) == 0
         && self->last_folder_path[length] == '\0';
}

/* The folder that @name is in, and its last component; NULL when it is not there. */
static Spot *
find_folder (GraftInitrdView *self, const char *name, const char **ret_last)
{
  const char *start = name + strspn (name, "/"), *slash = strrchr (start, '/');
  g_autofree char *above = NULL;
  const GraftNodeInit init
      = { .type = GRAFT_NODE_DIRECTORY, .attributes.mode = 0755, .implicit = TRUE };
  g_autoptr (GraftNode) node = NULL;
  guint n_links = 0;
  Spot *folder;

  *ret_last = slash != NULL ? slash + 1 : start;
  if (slash == NULL)
    return self->root;
  if (is_last_folder (self, start, slash - start))
    return self->last_folder;
  above = g_strndup (start, slash - start);
  if (is_there_from_the_start (self, above))
    {
      Entry entry = { .path = above, .node = g_hash_table_lookup (self->nodes, above) };

      if (entry.node == NULL)
        entry.node = node = graft_node_new (&init);
      return put (self, self->root, above, &entry);
    }
  folder = find_spot (self, self->root, above, TRUE, &n_links);
  if (!is_folder (folder))
    return NULL;
  g_free (self->last_folder_path);
  self->last_folder_path = g_steal_pointer (&above);
  self->last_folder = folder;
  return folder;
}

/* Where a record leads: @folder NULL when it is not there, @spot what is there. */
typedef struct
{
  Spot *folder;
  const char *name;
  Spot *spot;
} Place;

static Place
look_up (GraftInitrdView *self, const Entry *entry)
{
  Place place = { NULL };

  place.folder = find_folder (self, entry->name, &place.name);
  if (place.folder != NULL)
    place.spot = g_hash_table_lookup (place.folder->children, place.name);
  return place;
}

/* clean_path(): what is in the way of a @type goes, if it can; and with it perhaps the link by
 * which the place was reached. */
static Place
clean (GraftInitrdView *self, const Entry *entry, int type)
{
  Place place = look_up (self, entry);

  if (place.spot == NULL || (int)get_type (place.spot) == type
      || (is_folder (place.spot) && g_hash_table_size (place.spot->children) > 0))
    return place;
  lose_spot (self, place.spot, entry);
  /* Perhaps that folder, or a link on the way to it. */
  forget_last_folder (self);
  g_hash_table_remove (place.folder->children, place.name);
  return look_up (self, entry);
}

static void
put_linked (GraftInitrdView *self, const Place *place, Spot *linked, const Entry *entry)
{
  Spot *spot = put (self, place->folder, place->name, entry);

  spot->file = linked->file;
  spot->linked = linked->linked = TRUE;
  if (linked->node != entry->node)
    write_through (self, self->root, spot->file, entry);
}

static void
unpack (GraftInitrdView *self, const Entry *entry)
{
  GraftNodeType type = graft_node_get_node_type (entry->node);
  Spot *linked = NULL;
  gboolean lost = FALSE;
  Place place;

  if (*entry->path == '\0')
    {
      fill_spot (self, self->root, entry->node, entry);
      return;
    }
  /* A link is always made anew. */
  place = clean (self, entry, type == GRAFT_NODE_SYMLINK ? -1 : (int)type);
  if (type != GRAFT_NODE_DIRECTORY && type != GRAFT_NODE_SYMLINK)
    linked = find_linked (self, entry, &lost);
  if (linked != NULL || lost)
    place = clean (self, entry, -1);
  if (place.folder == NULL)
    lose_entry (self, entry, why_no_folder);
  else if (lost)
    lose_entry (self, entry, why_no_first);
  else if (place.spot != NULL && get_type (place.spot) != type)
    lose_entry (self, entry, why_full_folder);
  else if (place.spot != NULL)
    put_over (self, place.spot, entry);
  else if (linked != NULL)
    put_linked (self, &place, linked, entry);
  else
    put (self, place.folder, place.name, entry);
}

static void
unpack_item (GraftInitrdView *self, GraftCpioPlan *plan, guint32 index)
{
  const GraftCpioItem *item = graft_cpio_plan_get_item (plan, index);
  const GraftCpioFile *file = graft_cpio_plan_get_file (plan, item->file);
  const Entry entry = {
    .name = graft_cpio_plan_get_item_name (plan, item),
    .path = item->path,
    .node = item->node,
    .numbers = { file->ino, file->dev_major, file->dev_minor },
    .linked = file->n_names > 1,
  };

  unpack (self, &entry);
}

/* As it is in the archive. */
static void
unpack_record (GraftInitrdView *self, GraftCpioArchive *archive, const GraftCpioRecord *record)
{
  const GraftCpioHeader *header = &record->header;
  g_autofree char *path
      = g_strndup (graft_cpio_archive_get_text (archive, record->path), record->path_length);
  g_autoptr (GraftNode) own = NULL;
  Entry entry = {
    .name = graft_cpio_archive_get_text (archive, record->name),
    .path = path,
    .node = g_hash_table_lookup (self->nodes, path),
    .numbers = { header->ino, header->dev_major, header->dev_minor },
    .linked = header->nlink > 1,
    .shadowed = record->shadowed,
  };

  if (record->shadowed)
    entry.node = own = graft_cpio_archive_new_record_node (archive, record);
  if (entry.node == NULL)
    return;
  if ((record->problems & GRAFT_CPIO_NOT_REACHED) == 0)
    unpack (self, &entry);
  else
    lose_entry (self, &entry, why_not_reached);
}

static void
unpack_all (GraftInitrdView *self, GraftCpioArchive *archive, GraftCpioPlan *plan)
{
  guint n_records;
  const GraftCpioRecord *records = graft_cpio_archive_get_records (archive, &n_records);
  guint new_at = graft_cpio_archive_get_last_trailer (archive);

  for (guint i = 0; i <= n_records; i++)
    {
      for (guint32 item = graft_cpio_plan_get_first_new (plan);
           i == new_at && item < graft_cpio_plan_get_n_items (plan); item++)
        unpack_item (self, plan, item);
      if (i == n_records)
        return;
      if (records[i].trailer)
        g_hash_table_remove_all (self->links);
      else if (records[i].place == GRAFT_CPIO_NONE
               || graft_cpio_plan_get_fate (plan, &records[i]) == GRAFT_CPIO_DROP)
        continue;
      else if (graft_cpio_plan_get_fate (plan, &records[i]) == GRAFT_CPIO_KEEP)
        unpack_record (self, archive, &records[i]);
      else
        unpack_item (self, plan, graft_cpio_plan_get_replacement (plan, records[i].place));
    }
}

static gboolean
collect_node (const char *path, GraftNode *node, gpointer nodes, GError **error)
{
  g_hash_table_insert (nodes, g_strdup (path + 1), graft_node_ref (node));
  return TRUE;
}

static gboolean
has_folder (const char *path, gpointer view)
{
  return graft_initrd_view_has_folder (view, path);
}

gboolean
graft_initrd_view_add (GraftInitrdView *self, guint part, GraftNode *root,
                       GraftCpioArchive *archive, GError **error)
{
  g_autoptr (GraftCpioPlan) plan = graft_cpio_plan_new (archive, root, has_folder, self, error);
  g_autoptr (GHashTable) nodes
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)graft_node_unref);
  g_autoptr (GHashTable) links = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  if (plan == NULL || !graft_path_walk (root, "/", collect_node, nodes, NULL, error))
    return FALSE;
  self->part = part;
  self->nodes = nodes;
  self->links = links;
  if (self->root == NULL)
    self->root = spot_new (self, NULL, root, "");
  unpack_all (self, archive, plan);
  if (self->n_looked_at < MAX_LOOKED_AT)
    return TRUE;
  g_set_error_literal (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_TOO_LARGE,
                       _ ("files with several names are written over too many times"));
  return FALSE;
}

gboolean
graft_initrd_view_has_folder (GraftInitrdView *self, const char *path)
{
  guint n_links = 0;

  if (is_there_from_the_start (self, path))
    return TRUE;
  return self->root != NULL && is_folder (find_spot (self, self->root, path, TRUE, &n_links));
}

gboolean
graft_initrd_view_locate (GraftInitrdView *self, const char *path, guint *ret_part, char **ret_path)
{
  guint n_links = 0;
  Spot *spot = self->root != NULL ? find_spot (self, self->root, path, FALSE, &n_links) : NULL;

  if (spot == NULL)
    return FALSE;
  *ret_part = spot->part;
  if (ret_path != NULL)
    *ret_path = g_strdup (spot->path);
  return TRUE;
}

void
graft_initrd_view_foreach_lost (GraftInitrdView *self, GraftInitrdLostFunc func, gpointer data)
{
  for (guint i = 0; i < self->lost->len; i++)
    {
      const Lost *lost = &g_array_index (self->lost, Lost, i);

      func (lost->part, lost->path, lost->why, data);
    }
}
