/* cli-tree-diff.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "cli/cli-tree-diff.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/graft-error.h"
#include "base/graft-limits.h"
#include "image/graft-directory.h"
#include "image/graft-path.h"

static const char *const kind_names[] = { "added", "removed", "changed" };

const char *
cli_change_kind_get_name (CliChangeKind self)
{
  return kind_names[self];
}

CliChange *
cli_change_new (const char *image, const char *path, CliChangeKind kind)
{
  CliChange *self = g_new0 (CliChange, 1);

  self->image = g_strdup (image);
  self->path = g_strdup (path);
  self->kind = kind;
  self->fields = g_ptr_array_new ();
  return self;
}

void
cli_change_free (CliChange *self)
{
  g_free (self->image);
  g_free (self->path);
  g_ptr_array_unref (self->fields);
  g_free (self);
}

void
cli_change_add_field (CliChange *self, const char *field)
{
  g_ptr_array_add (self->fields, (gpointer)g_intern_string (field));
}

typedef struct
{
  GPtrArray *changes; /* of CliChange */
  const char *image;
  GCancellable *cancellable;
} Comparison;

static gboolean
compare_xattrs (GraftNode *a, GraftNode *b, gboolean *ret_equal, GError **error)
{
  g_autoptr (GPtrArray) left = graft_node_list_xattrs (a, error);
  g_autoptr (GPtrArray) right = left != NULL ? graft_node_list_xattrs (b, error) : NULL;
  gboolean equal;

  if (right == NULL)
    return FALSE;
  equal = left->len == right->len;
  for (guint i = 0; equal && i < left->len; i++)
    {
      const GraftXattr *x = g_ptr_array_index (left, i), *y = g_ptr_array_index (right, i);

      equal = strcmp (x->name, y->name) == 0 && g_bytes_equal (x->value, y->value);
    }
  *ret_equal = equal;
  return TRUE;
}

static void
compare_attributes (CliChange *change, GraftNode *a, GraftNode *b)
{
  const GraftAttributes *x = graft_node_get_attributes (a), *y = graft_node_get_attributes (b);

  if (x->mode != y->mode)
    cli_change_add_field (change, "mode");
  if (x->uid != y->uid)
    cli_change_add_field (change, "uid");
  if (x->gid != y->gid)
    cli_change_add_field (change, "gid");
  if (x->mtime != y->mtime || x->mtime_nsec != y->mtime_nsec)
    cli_change_add_field (change, "mtime");
  if (g_strcmp0 (graft_node_get_target (a), graft_node_get_target (b)) != 0)
    cli_change_add_field (change, "target");
  if (graft_node_get_rdev_major (a) != graft_node_get_rdev_major (b)
      || graft_node_get_rdev_minor (a) != graft_node_get_rdev_minor (b))
    cli_change_add_field (change, "rdev");
}

static gboolean
compare_files (Comparison *self, CliChange *change, GraftNode *a, GraftNode *b, GError **error)
{
  g_autoptr (GraftInput) left = NULL, right = NULL;
  gboolean equal = FALSE;

  if (graft_node_get_nlink (a) != graft_node_get_nlink (b))
    cli_change_add_field (change, "nlink");
  if (graft_node_get_size (a) != graft_node_get_size (b))
    {
      cli_change_add_field (change, "size");
      cli_change_add_field (change, "content");
      return TRUE;
    }
  left = graft_node_open (a, error);
  right = left != NULL ? graft_node_open (b, error) : NULL;
  if (right == NULL || !graft_input_equal (left, right, &equal, self->cancellable, error))
    return FALSE;
  if (!equal)
    cli_change_add_field (change, "content");
  return TRUE;
}

static gboolean
fill_change (Comparison *self, CliChange *change, GraftNode *a, GraftNode *b, GError **error)
{
  gboolean equal = TRUE;

  if (graft_node_get_node_type (a) != graft_node_get_node_type (b))
    cli_change_add_field (change, "type");
  compare_attributes (change, a, b);
  if (!compare_xattrs (a, b, &equal, error))
    return FALSE;
  if (!equal)
    cli_change_add_field (change, "xattrs");
  return graft_node_get_node_type (a) != GRAFT_NODE_REGULAR
         || graft_node_get_node_type (b) != GRAFT_NODE_REGULAR
         || compare_files (self, change, a, b, error);
}

static gboolean
compare_nodes (Comparison *self, const char *path, GraftNode *a, GraftNode *b, GError **error)
{
  CliChange *change = cli_change_new (self->image, path, CLI_CHANGE_CHANGED);
  gboolean good = fill_change (self, change, a, b, error);

  if (good && change->fields->len > 0)
    g_ptr_array_add (self->changes, change);
  else
    cli_change_free (change);
  return good;
}

typedef struct
{
  Comparison *comparison;
  CliChangeKind kind;
} Lone;

static gboolean
add_lone (const char *path, GraftNode *node, gpointer data, GError **error)
{
  Lone *lone = data;

  g_ptr_array_add (lone->comparison->changes,
                   cli_change_new (lone->comparison->image, path, lone->kind));
  return TRUE;
}

static gboolean
add_tree (Comparison *self, const char *path, GraftNode *node, CliChangeKind kind, GError **error)
{
  Lone lone = { self, kind };

  return graft_path_walk (node, path, add_lone, &lone, self->cancellable, error);
}

static gboolean compare_folders (Comparison *self, const char *path, GraftNode *a, GraftNode *b,
                                 guint depth, GError **error);

static gboolean
compare_entries (Comparison *self, const char *path, const GraftEntry *a, const GraftEntry *b,
                 guint depth, GError **error)
{
  g_autofree char *child = graft_path_join (path, a != NULL ? a->name : b->name);

  if (b == NULL)
    return add_tree (self, child, a->node, CLI_CHANGE_REMOVED, error);
  if (a == NULL)
    return add_tree (self, child, b->node, CLI_CHANGE_ADDED, error);
  if (graft_node_is_directory (a->node) && graft_node_is_directory (b->node))
    return compare_folders (self, child, a->node, b->node, depth + 1, error);
  if (graft_node_is_directory (a->node) || graft_node_is_directory (b->node))
    return add_tree (self, child, a->node, CLI_CHANGE_REMOVED, error)
           && add_tree (self, child, b->node, CLI_CHANGE_ADDED, error);
  return compare_nodes (self, child, a->node, b->node, error);
}

/* Both listings are sorted by name: one walk through both. */
static gboolean
compare_folders (Comparison *self, const char *path, GraftNode *a, GraftNode *b, guint depth,
                 GError **error)
{
  g_autoptr (GraftDirectory) left = NULL, right = NULL;
  guint i = 0, j = 0, n, m;

  if (g_cancellable_set_error_if_cancelled (self->cancellable, error)
      || !compare_nodes (self, path, a, b, error))
    return FALSE;
  if (depth > GRAFT_LIMIT_DEPTH)
    {
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_TOO_LARGE,
                   _ ("Folders lie deeper in each other than %d levels"), GRAFT_LIMIT_DEPTH);
      return FALSE;
    }
  left = graft_node_list (a, error);
  right = left != NULL ? graft_node_list (b, error) : NULL;
  if (right == NULL)
    return FALSE;
  n = graft_directory_get_n_entries (left);
  m = graft_directory_get_n_entries (right);
  while (i < n || j < m)
    {
      const GraftEntry *x = i < n ? graft_directory_get_entry (left, i) : NULL;
      const GraftEntry *y = j < m ? graft_directory_get_entry (right, j) : NULL;
      int order = x == NULL ? 1 : y == NULL ? -1 : strcmp (x->name, y->name);

      if (!compare_entries (self, path, order <= 0 ? x : NULL, order >= 0 ? y : NULL, depth, error))
        return FALSE;
      i += order <= 0;
      j += order >= 0;
    }
  return TRUE;
}

gboolean
cli_tree_diff (GPtrArray *changes, const char *image, GraftNode *a, GraftNode *b,
               GCancellable *cancellable, GError **error)
{
  Comparison self = { .changes = changes, .image = image, .cancellable = cancellable };

  return compare_folders (&self, "/", a, b, 0, error);
}
