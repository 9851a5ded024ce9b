/* graft-folder-listing.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "pages/contents/graft-folder-listing.h"

#include "image/graft-path.h"

/* Of one folder: to follow a link may read as many folders as it has components. */
#define MAX_LINKS_FOLLOWED 4096

/**
 * PartFolder:
 * @now: (nullable): the folder in that part
 * @before: (nullable): the same as it was opened
 */
typedef struct
{
  GraftDirectory *now;
  GraftDirectory *before;
} PartFolder;

struct _GraftFolderListing
{
  gatomicrefcount ref_count;
  GraftLayer *layer;
  int part;
  char *path;
  GraftDirectory *directory;
  GraftDirectory *source; /* nullable */
  GArray *parts;          /* of PartFolder; all parts of the image, in their order */
  GArray *rows;           /* of GraftFolderRow */
  guint n_links;
};

static void
part_folder_clear (PartFolder *self)
{
  g_clear_pointer (&self->now, graft_directory_unref);
  g_clear_pointer (&self->before, graft_directory_unref);
}

static GraftFolderListing *
listing_new (GraftLayer *layer, int part, const char *path)
{
  GraftFolderListing *self = g_new0 (GraftFolderListing, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->layer = g_object_ref (layer);
  self->part = part;
  self->path = g_strdup (path);
  self->parts = g_array_new (FALSE, TRUE, sizeof (PartFolder));
  g_array_set_clear_func (self->parts, (GDestroyNotify)part_folder_clear);
  return self;
}

GraftFolderListing *
graft_folder_listing_ref (GraftFolderListing *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
graft_folder_listing_unref (GraftFolderListing *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_clear_pointer (&self->rows, g_array_unref);
  g_array_unref (self->parts);
  g_clear_pointer (&self->directory, graft_directory_unref);
  g_clear_pointer (&self->source, graft_directory_unref);
  g_free (self->path);
  /* After the nodes: they do not hold the image that they come from. */
  g_object_unref (self->layer);
  g_free (self);
}

GraftLayer *
graft_folder_listing_get_layer (GraftFolderListing *self)
{
  return self->layer;
}

GArray *
graft_folder_listing_get_rows (GraftFolderListing *self)
{
  return self->rows;
}

guint
graft_folder_segment_of_part (GraftLayer *layer, int part)
{
  GraftImage *image = graft_layer_get_image (layer);
  GPtrArray *segments = image != NULL && part >= 0 ? graft_image_get_segments (image) : NULL;

  for (guint i = 0; segments != NULL && i < segments->len; i++)
    {
      const GraftSegment *segment = g_ptr_array_index (segments, i);

      if (segment->part == part)
        return segment->number;
    }
  return 0;
}

/* NULL without an error where there is no such folder. */
static gboolean
list_folder (GraftNode *root, const char *path, GraftDirectory **ret_directory, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (GraftNode) node = NULL;

  *ret_directory = NULL;
  if (root == NULL)
    return TRUE;
  node = graft_path_find (root, path, GRAFT_PATH_NO_FOLLOW, NULL, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (node == NULL || !graft_node_is_directory (node))
    return TRUE;
  *ret_directory = graft_node_list (node, error);
  return *ret_directory != NULL;
}

static gboolean
list_parts (GraftFolderListing *self, GError **error)
{
  guint n = graft_layer_get_n_parts (self->layer);

  g_array_set_size (self->parts, n);
  for (guint i = 0; i < n; i++)
    {
      PartFolder *folder = &g_array_index (self->parts, PartFolder, i);

      if (!list_folder (graft_layer_get_part (self->layer, i), self->path, &folder->now, error)
          || !list_folder (graft_layer_get_source_part (self->layer, i), self->path,
                           &folder->before, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
is_of_image (GraftLayer *layer, GraftNode *node)
{
  GraftTree *tree = node != NULL ? graft_node_get_source (node) : NULL;

  for (guint i = 0; tree != NULL && i < graft_layer_get_n_parts (layer); i++)
    if (graft_node_get_source (graft_layer_get_source_part (layer, i)) == tree)
      return TRUE;
  return FALSE;
}

static gboolean
has_same_attributes (GraftNode *a, GraftNode *b)
{
  const GraftAttributes *x = graft_node_get_attributes (a);
  const GraftAttributes *y = graft_node_get_attributes (b);

  return x->mode == y->mode && x->uid == y->uid && x->gid == y->gid && x->mtime == y->mtime
         && x->mtime_nsec == y->mtime_nsec
         && (graft_node_get_xattr_origin (a) == NULL) == (graft_node_get_xattr_origin (b) == NULL);
}

static gboolean
has_same_content (GraftNode *a, GraftNode *b)
{
  GraftNode *x = graft_node_get_content_origin (a);
  GraftNode *y = graft_node_get_content_origin (b);

  switch (graft_node_get_node_type (a))
    {
    case GRAFT_NODE_REGULAR:
      return x != NULL && y != NULL && graft_node_is_same_file (x, y);
    case GRAFT_NODE_SYMLINK:
      return g_strcmp0 (graft_node_get_target (a), graft_node_get_target (b)) == 0;
    case GRAFT_NODE_CHAR_DEVICE:
    case GRAFT_NODE_BLOCK_DEVICE:
      return graft_node_get_rdev_major (a) == graft_node_get_rdev_major (b)
             && graft_node_get_rdev_minor (a) == graft_node_get_rdev_minor (b);
    case GRAFT_NODE_DIRECTORY:
    case GRAFT_NODE_FIFO:
    case GRAFT_NODE_SOCKET:
    default:
      return TRUE;
    }
}

GraftEntryState
graft_entry_state_find (GraftLayer *layer, GraftNode *node, GraftNode *source)
{
  if (source == NULL)
    return is_of_image (layer, graft_node_get_origin (node)) ? GRAFT_ENTRY_STATE_MOVED
                                                             : GRAFT_ENTRY_STATE_NEW;
  if (graft_node_is_same_file (node, source))
    return GRAFT_ENTRY_STATE_UNCHANGED;
  if (graft_node_get_node_type (node) != graft_node_get_node_type (source)
      || !has_same_content (node, source))
    return GRAFT_ENTRY_STATE_EDITED;
  return has_same_attributes (node, source) ? GRAFT_ENTRY_STATE_UNCHANGED
                                            : GRAFT_ENTRY_STATE_ATTRIBUTES;
}

static GraftNode *
peek_child (GraftDirectory *directory, const char *name)
{
  const GraftEntry *entry = directory != NULL ? graft_directory_lookup (directory, name) : NULL;

  return entry != NULL ? entry->node : NULL;
}

/* By the parts: in the merged view a folder is another node each time. */
static gboolean
is_changed_inside (GraftFolderListing *self, const char *name)
{
  for (guint i = 0; i < self->parts->len; i++)
    {
      PartFolder *folder = &g_array_index (self->parts, PartFolder, i);
      GraftNode *now = peek_child (folder->now, name);
      GraftNode *before = peek_child (folder->before, name);

      if ((self->part < 0 || self->part == (int)i) && now != before
          && (now == NULL || before == NULL || !graft_node_is_same_file (now, before)))
        return TRUE;
    }
  return FALSE;
}

/* An entry of a later archive takes the place of one before it; folders are joined. */
static guint
find_replacing (GraftFolderListing *self, const char *name, GraftNode *node)
{
  if (self->part < 0)
    return 0;
  for (guint i = self->parts->len; i-- > (guint)self->part + 1;)
    {
      GraftNode *other = peek_child (g_array_index (self->parts, PartFolder, i).now, name);

      if (other != NULL && !(graft_node_is_directory (node) && graft_node_is_directory (other)))
        return graft_folder_segment_of_part (self->layer, (int)i);
    }
  return 0;
}

/* What the kernel and the boot itself put there is in no image. */
static gboolean
is_made_at_boot (const char *path)
{
  static const char *const folders[] = { "/proc", "/sys", "/dev", "/run", "/tmp", NULL };

  for (guint i = 0; folders[i] != NULL; i++)
    if (g_str_has_prefix (path, folders[i])
        && (path[strlen (folders[i])] == '/' || path[strlen (folders[i])] == '\0'))
      return TRUE;
  return FALSE;
}

static gboolean
is_dangling (GraftFolderListing *self, GraftNode *link)
{
  const char *target = graft_node_get_target (link);
  g_autofree char *path = NULL;
  g_autofree char *clean = NULL;
  g_autoptr (GraftNode) node = NULL;
  g_autoptr (GError) error = NULL;

  if (target == NULL || self->n_links++ >= MAX_LINKS_FOLLOWED)
    return FALSE;
  path = target[0] == '/' ? g_strdup (target) : graft_path_join (self->path, target);
  clean = g_canonicalize_filename (path, "/");
  if (is_made_at_boot (clean))
    return FALSE;
  node
      = graft_path_find (graft_layer_get_root (self->layer), path, GRAFT_PATH_FOLLOW, NULL, &error);
  return node == NULL && error == NULL;
}

static void
add_row (GraftFolderListing *self, const GraftEntry *entry)
{
  GraftFolderRow row = { .name = entry->name, .node = entry->node };
  gboolean is_folder = graft_node_is_directory (entry->node);

  /* Of a folder that is as it was every entry is, too: to look for 100,000 names takes time. */
  row.source
      = self->source == self->directory ? entry->node : peek_child (self->source, entry->name);
  row.state = graft_entry_state_find (self->layer, row.node, row.source);
  row.replaced_by = find_replacing (self, row.name, row.node);
  row.inside = is_folder && row.source != NULL && is_changed_inside (self, row.name);
  row.dangling
      = graft_node_get_node_type (row.node) == GRAFT_NODE_SYMLINK && is_dangling (self, row.node);
  g_array_append_val (self->rows, row);
}

static void
add_rows (GraftFolderListing *self, gboolean folders)
{
  guint n = graft_directory_get_n_entries (self->directory);

  for (guint i = 0; i < n; i++)
    {
      const GraftEntry *entry = graft_directory_get_entry (self->directory, i);

      if (graft_node_is_directory (entry->node) == folders)
        add_row (self, entry);
    }
}

GraftFolderListing *
graft_folder_listing_read (GraftLayer *layer, int part, const char *path, GError **error)
{
  g_autoptr (GraftFolderListing) self = listing_new (layer, part, path);
  GraftNode *root
      = part < 0 ? graft_layer_get_root (layer) : graft_layer_get_part (layer, (guint)part);
  GraftNode *source_root = part < 0 ? graft_layer_get_source_root (layer)
                                    : graft_layer_get_source_part (layer, (guint)part);

  if (!list_folder (root, path, &self->directory, error)
      || !list_folder (source_root, path, &self->source, error) || !list_parts (self, error))
    return NULL;
  if (self->directory == NULL)
    self->directory = graft_directory_new_empty ();
  self->rows = g_array_sized_new (FALSE, FALSE, sizeof (GraftFolderRow),
                                  graft_directory_get_n_entries (self->directory));
  add_rows (self, TRUE);
  add_rows (self, FALSE);
  return g_steal_pointer (&self);
}
