/* graft-squashfs-plan.c: what a new image will hold: its inodes, numbered, and their contents
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/squashfs/graft-squashfs-plan.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-error.h"
#include "base/graft-limits.h"
#include "base/graft-name.h"

#define MAX_MAJOR 0xfffu
#define MAX_MINOR 0xfffffu

typedef struct
{
  GraftSquashfsPlan *plan;
  GraftSquashfs *source;
  gboolean recode;
  GCancellable *cancellable;
  GHashTable *numbers; /* GraftNode (by file) → inode number */
  GString *path;       /* of what is being looked at */
} Walk;

static void
clear_planned (gpointer data)
{
  g_clear_pointer (&((GraftSquashfsPlanned *)data)->node, graft_node_unref);
}

static void
clear_content (gpointer data)
{
  g_clear_pointer (&((GraftSquashfsContent *)data)->patch, graft_squashfs_patch_free);
}

GraftSquashfsPlanned *
graft_squashfs_plan_get (GraftSquashfsPlan *self, guint32 number)
{
  return &g_array_index (self->inodes, GraftSquashfsPlanned, number - 1);
}

gboolean
graft_squashfs_plan_is_carried (GraftSquashfs *source, GraftNode *node, GraftNode **ret_origin)
{
  GraftNode *origin = graft_node_get_content_origin (node);

  if (origin == NULL || graft_node_get_source (origin) != GRAFT_TREE (source)
      || graft_node_get_node_type (origin) != GRAFT_NODE_REGULAR)
    return FALSE;
  *ret_origin = origin;
  return TRUE;
}

static gboolean
fail (Walk *walk, GraftErrorCode code, const char *text, GError **error)
{
  g_autofree char *path = graft_name_escape (walk->path->len > 0 ? walk->path->str : "/");

  g_set_error (error, GRAFT_EXPORT_ERROR, code, "%s:%s: %s",
               graft_image_get_name (GRAFT_IMAGE (walk->source)), path, text);
  return FALSE;
}

/* What no squashfs can hold must not be cut to fit. */
static gboolean
check_node (Walk *walk, GraftNode *node, GError **error)
{
  const char *target = graft_node_get_target (node);

  if (graft_node_get_rdev_major (node) > MAX_MAJOR || graft_node_get_rdev_minor (node) > MAX_MINOR)
    return fail (walk, GRAFT_ERROR_UNSUPPORTED, _ ("squashfs has no room for this device's number"),
                 error);
  if (target != NULL && strlen (target) > GRAFT_LIMIT_PATH)
    return fail (walk, GRAFT_ERROR_TOO_LARGE,
                 _ ("the link's target is longer than any path may be"), error);
  if (walk->plan->inodes->len >= GRAFT_LIMIT_ENTRIES)
    return fail (walk, GRAFT_ERROR_TOO_LARGE, _ ("more files than can be handled"), error);
  return TRUE;
}

static gboolean
check_name (Walk *walk, const char *name, GError **error)
{
  if (name[0] == '\0' || strlen (name) > GRAFT_LIMIT_NAME || strchr (name, '/') != NULL
      || strcmp (name, ".") == 0 || strcmp (name, "..") == 0)
    return fail (walk, GRAFT_ERROR_INVALID, _ ("not a name that a file can have"), error);
  return TRUE;
}

/* The blocks of the source's file @origin, as they are stored. */
static gboolean
carry_content (Walk *walk, GraftNode *origin, GraftSquashfsContent *content, GError **error)
{
  GraftSquashfs *source = walk->source;
  GraftSquashfsInode inode;

  if (!graft_squashfs_tree_read_inode (source, origin, &inode, error))
    return FALSE;
  content->carried = TRUE;
  content->size = inode.size;
  content->start = inode.start;
  content->sparse = inode.sparse;
  content->fragment = inode.fragment;
  content->fragment_offset = inode.fragment_offset;
  if (!graft_squashfs_inode_read_blocks (source->metadata, &inode, source->super.block_size,
                                         walk->plan->blocks, error))
    {
      g_autofree char *address
          = graft_squashfs_tree_dup_address (source, graft_node_get_handle (origin));

      g_prefix_error (error, _ ("%s: "), address);
      return FALSE;
    }
  content->n_blocks = walk->plan->blocks->len - content->first_block;
  return TRUE;
}

/* The end in the source's fragment stays where it is, when nothing of it changed. */
static void
keep_fragment (GraftSquashfsContent *content)
{
  const GraftSquashfsPatch *patch = content->patch;

  if (patch->inode.fragment == GRAFT_SQUASHFS_NONE
      || graft_squashfs_patch_is_touched (patch, patch->sizes->len))
    return;
  content->fragment = patch->inode.fragment;
  content->fragment_offset = patch->inode.fragment_offset;
}

static gboolean
plan_content (Walk *walk, guint32 number, GError **error)
{
  GraftSquashfsPlan *plan = walk->plan;
  GraftNode *node = graft_squashfs_plan_get (plan, number)->node;
  GraftNode *origin;
  GraftSquashfsContent content = {
    .owner = number,
    .fragment = GRAFT_SQUASHFS_NONE,
    .first_block = plan->blocks->len,
  };

  if (!walk->recode && graft_squashfs_plan_is_carried (walk->source, node, &origin))
    {
      if (!carry_content (walk, origin, &content, error))
        return FALSE;
    }
  else if (!walk->recode && !graft_squashfs_patch_find (walk->source, node, &content.patch, error))
    return FALSE;
  else
    {
      content.size = graft_node_get_size (node);
      plan->new_bytes += content.patch != NULL ? content.patch->touched_bytes : content.size;
      plan->n_new++;
    }
  if (content.patch != NULL)
    keep_fragment (&content);
  graft_squashfs_plan_get (plan, number)->content = plan->contents->len;
  g_array_append_val (plan->contents, content);
  return TRUE;
}

static guint32
add_inode (GraftSquashfsPlan *plan, GraftNode *node, guint32 parent)
{
  const GraftSquashfsPlanned planned = {
    .node = graft_node_ref (node),
    .nlink = graft_node_is_directory (node) ? 2 : 0,
    .parent = parent,
    .xattr = GRAFT_SQUASHFS_NONE,
    .ref = GRAFT_SQUASHFS_NO_TABLE,
  };

  g_array_append_val (plan->inodes, planned);
  return plan->inodes->len;
}

/* Numbers what is in a directory; what was met before under another name keeps its number. */
static gboolean
number_entries (Walk *walk, guint32 directory, GraftDirectory *listed, GError **error)
{
  GraftSquashfsPlan *plan = walk->plan;
  guint n = graft_directory_get_n_entries (listed);
  GraftSquashfsPlanned *planned = graft_squashfs_plan_get (plan, directory);

  planned->first_entry = plan->entries->len;
  planned->n_entries = n;
  for (guint i = 0; i < n; i++)
    {
      const GraftEntry *entry = graft_directory_get_entry (listed, i);
      gsize length = walk->path->len;
      guint32 number = 0;

      g_string_append_printf (walk->path, "/%s", entry->name);
      if (!check_name (walk, entry->name, error) || !check_node (walk, entry->node, error))
        return FALSE;
      g_string_truncate (walk->path, length);
      if (graft_node_is_directory (entry->node))
        {
          number = add_inode (plan, entry->node, directory);
          graft_squashfs_plan_get (plan, directory)->nlink++;
        }
      else
        {
          number = GPOINTER_TO_UINT (g_hash_table_lookup (walk->numbers, entry->node));
          if (number == 0)
            {
              number = add_inode (plan, entry->node, directory);
              g_hash_table_insert (walk->numbers, entry->node, GUINT_TO_POINTER (number));
            }
          graft_squashfs_plan_get (plan, number)->nlink++;
        }
      g_array_append_val (plan->entries, number);
    }
  return TRUE;
}

static gboolean
plan_directory (Walk *walk, guint32 directory, guint depth, GError **error)
{
  GraftSquashfsPlan *plan = walk->plan;
  GraftNode *node = graft_squashfs_plan_get (plan, directory)->node;
  g_autoptr (GraftDirectory) listed = NULL;
  guint32 fresh = plan->inodes->len;
  guint first;

  if (g_cancellable_set_error_if_cancelled (walk->cancellable, error))
    return FALSE;
  if (depth > GRAFT_LIMIT_DEPTH)
    return fail (walk, GRAFT_ERROR_TOO_LARGE, _ ("folders too deep in each other"), error);
  listed = graft_node_list (node, error);
  if (listed == NULL || !number_entries (walk, directory, listed, error))
    return FALSE;
  first = graft_squashfs_plan_get (plan, directory)->first_entry;
  for (guint i = 0; i < graft_directory_get_n_entries (listed); i++)
    {
      const GraftEntry *entry = graft_directory_get_entry (listed, i);
      guint32 number = g_array_index (plan->entries, guint32, first + i);
      gsize length = walk->path->len;
      gboolean ok = TRUE;

      /* Another name of a file that was met before. */
      if (number <= fresh)
        continue;
      fresh = number;
      g_string_append_printf (walk->path, "/%s", entry->name);
      if (graft_node_is_directory (entry->node))
        ok = plan_directory (walk, number, depth + 1, error);
      else if (graft_node_get_node_type (entry->node) == GRAFT_NODE_REGULAR)
        ok = plan_content (walk, number, error);
      if (!ok)
        return FALSE;
      g_string_truncate (walk->path, length);
    }
  return TRUE;
}

GraftSquashfsPlan *
graft_squashfs_plan_new (GraftSquashfs *source, GraftNode *root, gboolean recode,
                         GCancellable *cancellable, GError **error)
{
  g_autoptr (GraftSquashfsPlan) self = g_new0 (GraftSquashfsPlan, 1);
  g_autoptr (GHashTable) numbers = g_hash_table_new (graft_node_hash_file, graft_node_equal_files);
  g_autoptr (GString) path = g_string_new (NULL);
  Walk walk = {
    .plan = self,
    .source = source,
    .recode = recode,
    .cancellable = cancellable,
    .numbers = numbers,
    .path = path,
  };

  self->inodes = g_array_new (FALSE, FALSE, sizeof (GraftSquashfsPlanned));
  g_array_set_clear_func (self->inodes, clear_planned);
  self->entries = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->contents = g_array_new (FALSE, FALSE, sizeof (GraftSquashfsContent));
  g_array_set_clear_func (self->contents, clear_content);
  self->blocks = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->digests = g_array_new (FALSE, FALSE, sizeof (guint64));
  if (!plan_directory (&walk, add_inode (self, root, 0), 0, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
graft_squashfs_plan_free (GraftSquashfsPlan *self)
{
  g_clear_pointer (&self->inodes, g_array_unref);
  g_clear_pointer (&self->entries, g_array_unref);
  g_clear_pointer (&self->contents, g_array_unref);
  g_clear_pointer (&self->blocks, g_array_unref);
  g_clear_pointer (&self->digests, g_array_unref);
  g_clear_pointer (&self->options, g_bytes_unref);
  g_free (self);
}
