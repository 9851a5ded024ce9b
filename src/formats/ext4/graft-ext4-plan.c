/* graft-ext4-plan.c: what is to be done to a file system for it to have another tree
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/ext4/graft-ext4-plan.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-error.h"
#include "base/graft-limits.h"
#include "base/graft-name.h"

/* The kernel's new_encode_dev(). */
#define MAX_MAJOR 0xfffu
#define MAX_MINOR 0xfffffu

typedef struct
{
  GraftExt4Plan *plan;
  GraftExt4Image *source;
  GCancellable *cancellable;
  GString *path; /* of what is being looked at */
} Walk;

static void
clear_change (gpointer data)
{
  GraftExt4Change *change = data;

  g_free (change->name);
  g_clear_pointer (&change->old, graft_node_unref);
}

static void
planned_free (gpointer data)
{
  GraftExt4Planned *planned = data;

  g_clear_pointer (&planned->node, graft_node_unref);
  g_clear_pointer (&planned->changes, g_array_unref);
  g_free (planned);
}

guint
graft_ext4_fate_count_links (const GraftExt4Fate *self)
{
  guint added = self->planned != NULL ? self->planned->n_added : 0;

  if (self->taken)
    return added;
  return self->nlink + added - MIN (self->n_removed, self->nlink + added);
}

static gboolean
fail (Walk *walk, GraftErrorCode code, const char *text, GError **error)
{
  g_autofree char *path = graft_name_escape (walk->path->len > 0 ? walk->path->str : "/");

  g_set_error (error, GRAFT_EXPORT_ERROR, code, "%s:%s: %s",
               graft_image_get_name (GRAFT_IMAGE (walk->source)), path, text);
  return FALSE;
}

/* What no ext file system can hold must not be cut to fit. */
static gboolean
check_entry (Walk *walk, const char *name, GraftNode *node, GError **error)
{
  const char *target = graft_node_get_target (node);

  if (name[0] == '\0' || strlen (name) > GRAFT_LIMIT_NAME || strchr (name, '/') != NULL
      || strcmp (name, ".") == 0 || strcmp (name, "..") == 0)
    return fail (walk, GRAFT_ERROR_INVALID, _ ("not a name that a file can have"), error);
  if (graft_node_get_rdev_major (node) > MAX_MAJOR || graft_node_get_rdev_minor (node) > MAX_MINOR)
    return fail (walk, GRAFT_ERROR_UNSUPPORTED, _ ("ext4 has no room for this device's number"),
                 error);
  if (target != NULL && (*target == '\0' || strlen (target) >= walk->source->volume.block_size))
    return fail (walk, GRAFT_ERROR_TOO_LARGE,
                 _ ("the link's target is empty, or longer than a block of this file system"),
                 error);
  if (walk->plan->all->len >= GRAFT_LIMIT_ENTRIES)
    return fail (walk, GRAFT_ERROR_TOO_LARGE, _ ("more files than can be handled"), error);
  return TRUE;
}

/* The source's own file of which @node still has the content. */
static GraftNode *
get_origin (Walk *walk, GraftNode *node)
{
  GraftNode *origin = graft_node_get_content_origin (node);

  if (origin == NULL || graft_node_get_source (origin) != GRAFT_TREE (walk->source))
    return NULL;
  return origin;
}

static GraftExt4Fate *
get_fate (Walk *walk, GraftNode *node)
{
  gpointer key = GUINT_TO_POINTER ((guint)graft_node_get_handle (node));
  GraftExt4Fate *fate = g_hash_table_lookup (walk->plan->fates, key);

  if (fate == NULL)
    {
      fate = g_new0 (GraftExt4Fate, 1);
      fate->nlink = graft_node_get_nlink (node);
      g_hash_table_insert (walk->plan->fates, key, fate);
    }
  return fate;
}

static GraftExt4Planned *
add_planned (Walk *walk, GraftNode *node, GraftExt4Planned *parent)
{
  GraftExt4Planned *planned = g_new0 (GraftExt4Planned, 1);

  planned->node = graft_node_ref (node);
  planned->parent = parent;
  g_ptr_array_add (walk->plan->all, planned);
  return planned;
}

/* A file's: the one that it already has under another name, or a new one. */
static GraftExt4Planned *
plan_file (Walk *walk, GraftNode *node)
{
  GraftExt4Planned *planned = g_hash_table_lookup (walk->plan->files, node);

  if (planned == NULL)
    {
      planned = add_planned (walk, node, NULL);
      g_hash_table_insert (walk->plan->files, planned->node, planned);
      if (graft_node_get_source (node) == GRAFT_TREE (walk->source))
        {
          planned->kept = TRUE;
          planned->inode = graft_node_get_handle (node);
          get_fate (walk, node)->planned = planned;
        }
    }
  planned->n_added++;
  return planned;
}

static gboolean remove_tree (Walk *walk, GraftNode *folder, guint depth, GError **error);

/* A name of the source that goes. */
static gboolean
remove_entry (Walk *walk, GraftNode *old, guint depth, GError **error)
{
  if (graft_node_is_directory (old))
    return remove_tree (walk, old, depth, error);
  get_fate (walk, old)->n_removed++;
  return TRUE;
}

static gboolean
remove_tree (Walk *walk, GraftNode *folder, guint depth, GError **error)
{
  g_autoptr (GraftDirectory) listed = graft_node_list (folder, error);
  guint32 number = graft_node_get_handle (folder);

  if (listed == NULL || g_cancellable_set_error_if_cancelled (walk->cancellable, error))
    return FALSE;
  if (depth > GRAFT_LIMIT_DEPTH)
    return fail (walk, GRAFT_ERROR_TOO_LARGE, _ ("folders too deep in each other"), error);
  g_array_append_val (walk->plan->gone_folders, number);
  for (guint i = 0; i < graft_directory_get_n_entries (listed); i++)
    if (!remove_entry (walk, graft_directory_get_entry (listed, i)->node, depth + 1, error))
      return FALSE;
  return TRUE;
}

static gboolean plan_folder (Walk *walk, GraftExt4Planned *planned, GraftNode *old, guint depth,
                             GError **error);

/* Whether the folder @node is the source's @old with edits, in the same place. */
static gboolean
is_in_place (GraftNode *node, GraftNode *old)
{
  return old != NULL && graft_node_is_directory (old) && graft_node_is_directory (node)
         && graft_node_get_origin (node) == old;
}

static gboolean
plan_entry (Walk *walk, GraftExt4Planned *folder, const char *name, GraftNode *old, GraftNode *node,
            guint depth, GError **error)
{
  GraftExt4Change change = { 0 };

  if (node != NULL && old != NULL && graft_node_is_same_file (old, node))
    return TRUE;
  if (node != NULL && !check_entry (walk, name, node, error))
    return FALSE;
  if (node != NULL && is_in_place (node, old))
    {
      GraftExt4Planned *planned = add_planned (walk, node, folder);

      planned->kept = TRUE;
      planned->touched = TRUE;
      planned->inode = graft_node_get_handle (old);
      return plan_folder (walk, planned, old, depth + 1, error);
    }
  if (old != NULL && !remove_entry (walk, old, depth, error))
    return FALSE;
  if (old != NULL && graft_node_is_directory (old))
    folder->n_folders--;
  if (node != NULL && graft_node_is_directory (node))
    {
      folder->n_folders++;
      change.planned = add_planned (walk, node, folder);
      if (!plan_folder (walk, change.planned, NULL, depth + 1, error))
        return FALSE;
    }
  else if (node != NULL)
    change.planned = plan_file (walk, node);
  change.name = g_strdup (name);
  change.old = old != NULL ? graft_node_ref (old) : NULL;
  g_array_append_val (folder->changes, change);
  return TRUE;
}

/* Both listings are sorted by name; @old NULL for a new folder. */
static gboolean
merge_listings (Walk *walk, GraftExt4Planned *planned, GraftDirectory *before,
                GraftDirectory *after, guint depth, GError **error)
{
  guint n_before = before != NULL ? graft_directory_get_n_entries (before) : 0;
  guint n_after = graft_directory_get_n_entries (after);

  for (guint i = 0, k = 0; i < n_before || k < n_after;)
    {
      const GraftEntry *old = i < n_before ? graft_directory_get_entry (before, i) : NULL;
      const GraftEntry *new = k < n_after ? graft_directory_get_entry (after, k) : NULL;
      int order = old == NULL ? 1 : new == NULL ? -1 : strcmp (old->name, new->name);
      const char *name = order <= 0 ? old->name : new->name;
      gsize length = walk->path->len;

      g_string_append_printf (walk->path, "/%s", name);
      if (!plan_entry (walk, planned, name, order <= 0 ? old->node : NULL,
                       order >= 0 ? new->node : NULL, depth, error))
        return FALSE;
      g_string_truncate (walk->path, length);
      i += order <= 0;
      k += order >= 0;
    }
  return TRUE;
}

static gboolean
ignores_case (Walk *walk, guint32 folder, gboolean *ret_ignores, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&walk->source->lock);
  g_auto (GraftExt4Inode) inode = { 0 };

  *ret_ignores = FALSE;
  if (!ext2fs_has_feature_casefold (walk->source->volume.fs->super))
    return TRUE;
  if (!graft_ext4_inode_read (&walk->source->volume, folder, &inode, error))
    return FALSE;
  *ret_ignores = (inode.flags & EXT4_CASEFOLD_FL) != 0;
  return TRUE;
}

/* Of two names that are equal but for their case the kernel would only ever find one. They are held
 * against each other by the hash that an index has them by: equal ones have the same. */
static gboolean
check_case (Walk *walk, guint32 folder, GraftDirectory *names, GError **error)
{
  ext2_filsys fs = walk->source->volume.fs;
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  gboolean ignores = FALSE;

  if (!ignores_case (walk, folder, &ignores, error))
    return FALSE;
  for (guint i = 0; ignores && i < graft_directory_get_n_entries (names); i++)
    {
      const char *name = graft_directory_get_entry (names, i)->name;
      ext2_dirhash_t high = 0, low = 0;
      guint64 hash;

      ext2fs_dirhash2 (EXT2_HASH_HALF_MD4, name, strlen (name), fs->encoding, EXT4_CASEFOLD_FL,
                       fs->super->s_hash_seed, &high, &low);
      hash = (guint64)high << 32 | low;
      if (!g_hash_table_add (seen, g_memdup2 (&hash, sizeof hash)))
        {
          g_string_append_printf (walk->path, "/%s", name);
          return fail (walk, GRAFT_ERROR_INVALID,
                       _ ("the folder has this name already, for it does not tell capital letters "
                          "from small ones"),
                       error);
        }
    }
  return TRUE;
}

static gboolean
plan_folder (Walk *walk, GraftExt4Planned *planned, GraftNode *old, guint depth, GError **error)
{
  g_autoptr (GraftDirectory) before = NULL;
  g_autoptr (GraftDirectory) after = graft_node_list (planned->node, error);

  if (after == NULL || g_cancellable_set_error_if_cancelled (walk->cancellable, error))
    return FALSE;
  if (depth > GRAFT_LIMIT_DEPTH)
    return fail (walk, GRAFT_ERROR_TOO_LARGE, _ ("folders too deep in each other"), error);
  planned->changes = g_array_new (FALSE, FALSE, sizeof (GraftExt4Change));
  g_array_set_clear_func (planned->changes, clear_change);
  if (old != NULL)
    {
      before = graft_node_list (old, error);
      if (before == NULL)
        return FALSE;
      /* Only its attributes are other. */
      if (before == after)
        return TRUE;
      if (!check_case (walk, planned->inode, after, error))
        return FALSE;
    }
  return merge_listings (walk, planned, before, after, depth, error);
}

/* Those after which a name stands for the inode that it stood for before. */
static void
drop_settled (GArray *changes)
{
  guint n_left = 0;

  for (guint k = 0; k < changes->len; k++)
    {
      GraftExt4Change *change = &g_array_index (changes, GraftExt4Change, k);
      GraftExt4Change *place = &g_array_index (changes, GraftExt4Change, n_left);
      const GraftExt4Change swapped = *place;

      if (change->old != NULL && change->planned != NULL && change->planned->kept
          && change->planned->inode == graft_node_get_handle (change->old)
          && !graft_node_is_directory (change->old))
        continue;
      *place = *change;
      *change = swapped;
      n_left++;
    }
  g_array_set_size (changes, n_left);
}

/* A file of which only attributes were edited keeps its inode, where all names that had it go; and
 * where such a name stands for it again, the folder need not be touched. */
static void
take_over_inodes (Walk *walk)
{
  GPtrArray *all = walk->plan->all;

  for (guint i = 0; i < all->len; i++)
    {
      GraftExt4Planned *planned = g_ptr_array_index (all, i);
      GraftNode *origin = get_origin (walk, planned->node);
      GraftExt4Fate *fate;

      if (planned->kept || origin == NULL || graft_node_is_directory (planned->node))
        continue;
      fate = get_fate (walk, origin);
      if (fate->taken || graft_ext4_fate_count_links (fate) > 0)
        continue;
      fate->taken = TRUE;
      fate->planned = planned;
      planned->kept = TRUE;
      planned->touched = TRUE;
      planned->inode = graft_node_get_handle (origin);
    }
  for (guint i = 0; i < all->len; i++)
    {
      GArray *changes = ((GraftExt4Planned *)g_ptr_array_index (all, i))->changes;

      if (changes != NULL)
        drop_settled (changes);
    }
}

GraftExt4Plan *
graft_ext4_plan_new (GraftExt4Image *source, GraftNode *root, GCancellable *cancellable,
                     GError **error)
{
  g_autoptr (GraftExt4Plan) self = g_new0 (GraftExt4Plan, 1);
  g_autoptr (GString) path = g_string_new (NULL);
  Walk walk = { .plan = self, .source = source, .cancellable = cancellable, .path = path };
  GraftExt4Planned *planned;

  self->source = g_object_ref (source);
  self->all = g_ptr_array_new_with_free_func (planned_free);
  self->files = g_hash_table_new (graft_node_hash_file, graft_node_equal_files);
  self->fates = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->gone_folders = g_array_new (FALSE, FALSE, sizeof (guint32));
  planned = add_planned (&walk, root, NULL);
  planned->kept = TRUE;
  planned->touched = root != source->root;
  planned->inode = EXT2_ROOT_INO;
  if (!plan_folder (&walk, planned, source->root, 0, error))
    return NULL;
  take_over_inodes (&walk);
  return g_steal_pointer (&self);
}

void
graft_ext4_plan_free (GraftExt4Plan *self)
{
  g_clear_pointer (&self->files, g_hash_table_unref);
  g_clear_pointer (&self->fates, g_hash_table_unref);
  g_clear_pointer (&self->all, g_ptr_array_unref);
  g_clear_pointer (&self->gone_folders, g_array_unref);
  g_clear_object (&self->source);
  g_free (self);
}
