/* graft-initrd-view.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/initrd/graft-initrd-view.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-error.h"
#include "base/graft-limits.h"

typedef struct _Spot Spot;

/* One name in the file system that is being filled. */
struct _Spot
{
  Spot *parent; /* no-ref; NULL in the root */
  GraftNode *node;
  guint part;
  char *path;           /* in the part */
  GHashTable *children; /* of name to Spot; NULL unless a folder */
  gboolean pristine;    /* what is below it is what its node lists */
};

typedef struct
{
  guint part;
  char *path;
  const char *why;
} Lost;

struct _GraftInitrdView
{
  Spot *root;
  GArray *lost; /* of Lost */

  /* Of the part that is being added. */
  guint part;
  GraftCpioArchive *archive;
  GHashTable *odd; /* of path to the record's problems: late parents, not reached */
};

static const char why_no_folder[] = N_ ("its folder is not there when the kernel comes to it");
static const char why_not_reached[] = N_ ("the kernel stops before it");
static const char why_full_folder[] = N_ ("a folder that is not empty stands in its place");
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

static void
touch (Spot *spot)
{
  for (; spot != NULL && spot->pristine; spot = spot->parent)
    spot->pristine = FALSE;
}

static Spot *
spot_new (GraftInitrdView *self, Spot *parent, GraftNode *node, const char *path)
{
  Spot *spot = g_new0 (Spot, 1);

  spot->parent = parent;
  spot->node = graft_node_ref (node);
  spot->part = self->part;
  spot->path = g_strdup (path);
  if (graft_node_is_directory (node))
    {
      spot->children = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, spot_free);
      spot->pristine = TRUE;
    }
  return spot;
}

/* Puts another node where one is; the name stays. */
static void
spot_set_node (GraftInitrdView *self, Spot *spot, GraftNode *node, const char *path)
{
  graft_node_ref (node);
  graft_node_unref (spot->node);
  spot->node = node;
  spot->part = self->part;
  g_free (spot->path);
  spot->path = g_strdup (path);
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

/* All names of @old get what was written into it. */
static void
write_through (GraftInitrdView *self, Spot *below, GraftNode *old, GraftNode *node,
               const char *path)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, below->children);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Spot *spot = value;

      if (is_folder (spot))
        write_through (self, spot, old, node, path);
      else if (graft_node_is_same_file (spot->node, old))
        {
          touch (below);
          lose (self, spot->part, spot->path, why_replaced);
          spot_set_node (self, spot, node, path);
        }
    }
}

static void
put_file (GraftInitrdView *self, Spot *folder, gboolean fresh, const char *name, GraftNode *node,
          const char *path)
{
  Spot *spot = g_hash_table_lookup (folder->children, name);
  g_autoptr (GraftNode) old = NULL;

  if (is_folder (spot) && g_hash_table_size (spot->children) > 0)
    {
      touch (folder);
      lose (self, self->part, path, why_full_folder);
      return;
    }
  if (!fresh)
    touch (folder);
  if (spot != NULL && graft_node_get_node_type (spot->node) == GRAFT_NODE_REGULAR
      && graft_node_get_node_type (node) == GRAFT_NODE_REGULAR
      && graft_node_get_nlink (spot->node) > 1 && spot->part != self->part)
    {
      old = graft_node_ref (spot->node);
      write_through (self, self->root, old, node, path);
      return;
    }
  if (spot != NULL)
    lose (self, spot->part, spot->path, why_replaced);
  g_hash_table_replace (folder->children, g_strdup (name), spot_new (self, folder, node, path));
}

static gboolean add_folder (GraftInitrdView *self, Spot *target, gboolean fresh, GraftNode *node,
                            const char *path, guint depth, GError **error);

/* Nothing below @node has a folder to go to. */
static gboolean
lose_folder (GraftInitrdView *self, GraftNode *node, const char *path, guint depth, GError **error)
{
  g_autoptr (GraftDirectory) listing = graft_node_list (node, error);

  if (listing == NULL)
    return FALSE;
  for (guint i = 0; i < graft_directory_get_n_entries (listing); i++)
    {
      const GraftEntry *entry = graft_directory_get_entry (listing, i);
      g_autofree char *child = g_strconcat (path, "/", entry->name, NULL);

      if (!graft_node_is_directory (entry->node) || !graft_node_is_implicit (entry->node))
        lose (self, self->part, child, why_no_folder);
      if (graft_node_is_directory (entry->node) && depth < GRAFT_LIMIT_DEPTH
          && !lose_folder (self, entry->node, child, depth + 1, error))
        return FALSE;
    }
  return TRUE;
}

static Spot *
put_folder (GraftInitrdView *self, Spot *folder, gboolean fresh, const char *name, GraftNode *node,
            const char *path, gboolean *ret_fresh)
{
  Spot *spot = g_hash_table_lookup (folder->children, name);

  if (!fresh)
    touch (folder);
  *ret_fresh = !is_folder (spot);
  if (is_folder (spot))
    {
      touch (spot);
      spot_set_node (self, spot, node, path);
      return spot;
    }
  if (spot != NULL)
    lose (self, spot->part, spot->path, why_replaced);
  spot = spot_new (self, folder, node, path);
  g_hash_table_replace (folder->children, g_strdup (name), spot);
  return spot;
}

/* A folder that no record of this part makes: the one that is there, if there is one. */
static gboolean
add_implied (GraftInitrdView *self, Spot *folder, gboolean fresh, const char *name, GraftNode *node,
             const char *path, guint depth, GError **error)
{
  guint n_links = 0;
  Spot *spot = follow_links (self, g_hash_table_lookup (folder->children, name), &n_links);

  if (is_folder (spot))
    return add_folder (self, spot, FALSE, node, path, depth, error);
  if (g_hash_table_lookup (folder->children, name) == NULL && folder == self->root
      && (strcmp (name, "dev") == 0 || strcmp (name, "root") == 0))
    {
      spot = put_folder (self, folder, fresh, name, node, path, &fresh);
      return add_folder (self, spot, TRUE, node, path, depth, error);
    }
  touch (folder);
  return lose_folder (self, node, path, depth, error);
}

static gboolean
add_entry (GraftInitrdView *self, Spot *folder, gboolean fresh, const GraftEntry *entry,
           const char *path, guint depth, GError **error)
{
  guint problems = 0;
  Spot *spot;

  if (self->odd != NULL && graft_node_get_source (entry->node) == GRAFT_TREE (self->archive))
    problems = GPOINTER_TO_UINT (g_hash_table_lookup (self->odd, path));
  /* With a folder made by this very part, "late" means that it was not there. */
  if ((problems & GRAFT_CPIO_NOT_REACHED) != 0
      || ((problems & GRAFT_CPIO_PARENT_LATE) != 0 && fresh))
    {
      touch (folder);
      lose (self, self->part, path,
            (problems & GRAFT_CPIO_NOT_REACHED) != 0 ? why_not_reached : why_no_folder);
      return !graft_node_is_directory (entry->node)
             || lose_folder (self, entry->node, path, depth, error);
    }
  if (!graft_node_is_directory (entry->node))
    {
      put_file (self, folder, fresh, entry->name, entry->node, path);
      return TRUE;
    }
  if (graft_node_is_implicit (entry->node))
    return add_implied (self, folder, fresh, entry->name, entry->node, path, depth, error);
  spot = put_folder (self, folder, fresh, entry->name, entry->node, path, &fresh);
  return add_folder (self, spot, fresh, entry->node, path, depth, error);
}

/* @fresh: @target was made from @node, so that it is what @node lists. */
static gboolean
add_folder (GraftInitrdView *self, Spot *target, gboolean fresh, GraftNode *node, const char *path,
            guint depth, GError **error)
{
  g_autoptr (GraftDirectory) listing = graft_node_list (node, error);

  if (listing == NULL)
    return FALSE;
  if (depth >= GRAFT_LIMIT_DEPTH)
    {
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_TOO_LARGE,
                   _ ("folders are nested more than %d deep"), GRAFT_LIMIT_DEPTH);
      return FALSE;
    }
  for (guint i = 0; i < graft_directory_get_n_entries (listing); i++)
    {
      const GraftEntry *entry = graft_directory_get_entry (listing, i);
      g_autofree char *child
          = *path == '\0' ? g_strdup (entry->name) : g_strconcat (path, "/", entry->name, NULL);

      if (!add_entry (self, target, fresh, entry, child, depth + 1, error))
        return FALSE;
    }
  return TRUE;
}

static GHashTable *
find_odd (GraftCpioArchive *archive)
{
  GHashTable *odd = NULL;
  guint n_records;
  const GraftCpioRecord *records = graft_cpio_archive_get_records (archive, &n_records);

  for (guint i = 0; i < n_records; i++)
    {
      guint problems = records[i].problems & (GRAFT_CPIO_PARENT_LATE | GRAFT_CPIO_NOT_REACHED);

      if (problems == 0 || records[i].place == GRAFT_CPIO_NONE || records[i].shadowed)
        continue;
      if (odd == NULL)
        odd = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      g_hash_table_insert (odd,
                           g_strndup (graft_cpio_archive_get_text (archive, records[i].path),
                                      records[i].path_length),
                           GUINT_TO_POINTER (problems));
    }
  return odd;
}

gboolean
graft_initrd_view_add (GraftInitrdView *self, guint part, GraftNode *root,
                       GraftCpioArchive *archive, GError **error)
{
  g_autoptr (GHashTable) odd = find_odd (archive);
  gboolean fresh = self->root == NULL, done;

  self->part = part;
  self->archive = archive;
  self->odd = odd;
  if (fresh)
    self->root = spot_new (self, NULL, root, "");
  else
    {
      touch (self->root);
      if (!graft_node_is_implicit (root))
        spot_set_node (self, self->root, root, "");
    }
  done = add_folder (self, self->root, fresh, root, "", 0, error);
  self->odd = NULL;
  return done;
}

gboolean
graft_initrd_view_has_folder (GraftInitrdView *self, const char *path)
{
  guint n_links = 0;

  if (strcmp (path, "dev") == 0 || strcmp (path, "root") == 0)
    {
      Spot *spot = self->root != NULL ? g_hash_table_lookup (self->root->children, path) : NULL;

      if (spot == NULL)
        return TRUE;
    }
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

static GraftNode *
dup_tree (Spot *spot)
{
  g_autoptr (GraftDirectoryBuilder) builder = NULL;
  g_autoptr (GraftDirectory) children = NULL;
  GraftNodeInit init;
  GHashTableIter iter;
  gpointer name, value;

  if (!is_folder (spot) || spot->pristine)
    return graft_node_ref (spot->node);
  builder = graft_directory_builder_new ();
  g_hash_table_iter_init (&iter, spot->children);
  while (g_hash_table_iter_next (&iter, &name, &value))
    {
      g_autoptr (GraftNode) child = dup_tree (value);

      graft_directory_builder_add (builder, name, child);
    }
  children = graft_directory_builder_finish (g_steal_pointer (&builder));
  init = (GraftNodeInit){
    .type = GRAFT_NODE_DIRECTORY,
    .attributes = *graft_node_get_attributes (spot->node),
    .nlink = graft_node_get_nlink (spot->node),
    .implicit = graft_node_is_implicit (spot->node),
    .children = children,
  };
  return graft_node_new (&init);
}

GraftNode *
graft_initrd_view_dup_root (GraftInitrdView *self)
{
  return dup_tree (self->root);
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
