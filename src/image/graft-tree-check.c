/* graft-tree-check.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "image/graft-tree-check.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-error.h"
#include "base/graft-name.h"
#include "image/graft-directory.h"

struct _GraftTreeCheck
{
  const GraftTreeCheckFuncs *funcs;
  gpointer data;
  GCancellable *cancellable;
  GArray *files;       /* GraftTreeChecked */
  GHashTable *places;  /* handle in the result → index in @files + 1 */
  GHashTable *handles; /* file of the tree, unless a folder → handle in the result */
};

GraftTreeCheck *
graft_tree_check_new (const GraftTreeCheckFuncs *funcs, gpointer data, GCancellable *cancellable)
{
  GraftTreeCheck *self = g_new0 (GraftTreeCheck, 1);

  self->funcs = funcs;
  self->data = data;
  self->cancellable = cancellable;
  self->files = g_array_new (FALSE, FALSE, sizeof (GraftTreeChecked));
  self->places = g_hash_table_new (NULL, NULL);
  self->handles = g_hash_table_new (graft_node_hash_file, graft_node_equal_files);
  return self;
}

void
graft_tree_check_free (GraftTreeCheck *self)
{
  g_array_unref (self->files);
  g_hash_table_unref (self->places);
  g_hash_table_unref (self->handles);
  g_free (self);
}

guint
graft_tree_check_get_n_files (GraftTreeCheck *self)
{
  return self->files->len;
}

const GraftTreeChecked *
graft_tree_check_get_file (GraftTreeCheck *self, guint index)
{
  return &g_array_index (self->files, GraftTreeChecked, index);
}

gboolean
graft_tree_check_fail (GraftTreeCheck *self, GraftNode *found, GError **error, const char *format,
                       ...)
{
  g_autofree char *address = self->funcs->dup_address (self->data, found);
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_MISMATCH, _ ("%s: %s"), address, text);
  return FALSE;
}

static char *
print_time (const GraftAttributes *attributes)
{
  return g_strdup_printf ("%" G_GINT64_FORMAT ".%09u", attributes->mtime, attributes->mtime_nsec);
}

static gboolean
check_time (GraftTreeCheck *self, GraftNode *node, GraftNode *found, GError **error)
{
  const GraftAttributes *wanted = graft_node_get_attributes (node);
  const GraftAttributes *got = graft_node_get_attributes (found);
  g_autofree char *has = NULL;
  g_autofree char *should = NULL;

  if (wanted->mtime == got->mtime && wanted->mtime_nsec == got->mtime_nsec)
    return TRUE;
  if (self->funcs->is_same_time != NULL && self->funcs->is_same_time (self->data, wanted, got))
    return TRUE;
  has = print_time (got);
  should = print_time (wanted);
  return graft_tree_check_fail (self, found, error, _ ("has time %s instead of %s"), has, should);
}

static gboolean
check_attributes (GraftTreeCheck *self, GraftNode *node, GraftNode *found, GError **error)
{
  const GraftAttributes *wanted = graft_node_get_attributes (node);
  const GraftAttributes *got = graft_node_get_attributes (found);
  GraftNodeType type = graft_node_get_node_type (node);

  if (type != graft_node_get_node_type (found))
    return graft_tree_check_fail (self, found, error, _ ("is a %s instead of a %s"),
                                  graft_node_type_get_name (graft_node_get_node_type (found)),
                                  graft_node_type_get_name (type));
  if ((wanted->mode & 07777) != got->mode)
    return graft_tree_check_fail (self, found, error, _ ("has mode %04o instead of %04o"),
                                  got->mode, wanted->mode & 07777);
  if (wanted->uid != got->uid || wanted->gid != got->gid)
    return graft_tree_check_fail (self, found, error, _ ("belongs to %u:%u instead of %u:%u"),
                                  got->uid, got->gid, wanted->uid, wanted->gid);
  if (g_strcmp0 (graft_node_get_target (node), graft_node_get_target (found)) != 0)
    return graft_tree_check_fail (self, found, error, _ ("is a link to somewhere else"));
  if (graft_node_get_rdev_major (node) != graft_node_get_rdev_major (found)
      || graft_node_get_rdev_minor (node) != graft_node_get_rdev_minor (found))
    return graft_tree_check_fail (self, found, error, _ ("is another device"));
  return check_time (self, node, found, error);
}

static gboolean
check_xattrs (GraftTreeCheck *self, GraftNode *node, GraftNode *found, GError **error)
{
  g_autoptr (GPtrArray) wanted = NULL;
  g_autoptr (GPtrArray) got = NULL;
  gboolean none = FALSE;

  if (self->funcs->know_no_xattrs != NULL
      && !self->funcs->know_no_xattrs (self->data, node, found, &none, error))
    return FALSE;
  if (none)
    return TRUE;
  wanted = graft_node_list_xattrs (node, error);
  got = wanted != NULL ? graft_node_list_xattrs (found, error) : NULL;
  if (got == NULL)
    return FALSE;
  for (guint i = 0; i < MAX (wanted->len, got->len); i++)
    {
      const GraftXattr *left = i < wanted->len ? g_ptr_array_index (wanted, i) : NULL;
      const GraftXattr *right = i < got->len ? g_ptr_array_index (got, i) : NULL;

      if (left == NULL || right == NULL || strcmp (left->name, right->name) != 0
          || !g_bytes_equal (left->value, right->value))
        return graft_tree_check_fail (self, found, error,
                                      _ ("has other extended attributes (%u instead of %u)"),
                                      got->len, wanted->len);
    }
  return TRUE;
}

/* Whether names that were one file are one file, and others are not; counts the names. @ret_first:
 * this one was not met under another name. */
static gboolean
check_identity (GraftTreeCheck *self, GraftNode *node, GraftNode *found, gboolean *ret_first,
                GError **error)
{
  gpointer handle = GUINT_TO_POINTER ((guint)graft_node_get_handle (found));
  guint place = GPOINTER_TO_UINT (g_hash_table_lookup (self->places, handle));
  GraftTreeChecked *file;

  *ret_first = place == 0;
  if (*ret_first)
    {
      const GraftTreeChecked fresh = { node, found, 0 };

      g_array_append_val (self->files, fresh);
      place = self->files->len;
      g_hash_table_insert (self->places, handle, GUINT_TO_POINTER (place));
    }
  file = &g_array_index (self->files, GraftTreeChecked, place - 1);
  file->n_names += graft_node_is_directory (node) ? 2 : 1;
  if (!*ret_first)
    return graft_node_is_same_file (file->node, node)
           || graft_tree_check_fail (self, found, error,
                                     _ ("is linked with a file that it was not linked with"));
  if (graft_node_is_directory (node))
    return TRUE;
  return g_hash_table_insert (self->handles, node, handle)
         || graft_tree_check_fail (self, found, error,
                                   _ ("is no longer linked with its other names"));
}

static gboolean check_folder (GraftTreeCheck *self, GraftNode *node, GraftNode *found,
                              GError **error);

static gboolean
check_node (GraftTreeCheck *self, GraftNode *node, GraftNode *found, GError **error)
{
  gboolean first = FALSE;

  if (!check_attributes (self, node, found, error)
      || !check_identity (self, node, found, &first, error))
    return FALSE;
  if (!first)
    return TRUE;
  if (!check_xattrs (self, node, found, error))
    return FALSE;
  if (graft_node_is_directory (node))
    return check_folder (self, node, found, error);
  return graft_node_get_node_type (node) != GRAFT_NODE_REGULAR
         || self->funcs->check_content (self->data, node, found, error);
}

static gboolean
check_folder (GraftTreeCheck *self, GraftNode *node, GraftNode *found, GError **error)
{
  /* The folder itself was met last. */
  guint place = self->files->len - 1;
  g_autoptr (GraftDirectory) wanted = graft_node_list (node, error);
  g_autoptr (GraftDirectory) got = NULL;
  guint n;

  if (wanted == NULL || g_cancellable_set_error_if_cancelled (self->cancellable, error))
    return FALSE;
  got = graft_node_list (found, error);
  if (got == NULL)
    return FALSE;
  n = graft_directory_get_n_entries (wanted);
  if (graft_directory_get_n_entries (got) != n)
    return graft_tree_check_fail (self, found, error, _ ("has %u entries instead of %u"),
                                  graft_directory_get_n_entries (got), n);
  for (guint i = 0; i < n; i++)
    {
      const GraftEntry *left = graft_directory_get_entry (wanted, i);
      const GraftEntry *right = graft_directory_get_entry (got, i);

      if (strcmp (left->name, right->name) != 0)
        {
          g_autofree char *name = graft_name_escape (left->name);

          return graft_tree_check_fail (self, found, error, _ ("lacks %s"), name);
        }
      if (!check_node (self, left->node, right->node, error))
        return FALSE;
      if (graft_node_is_directory (left->node))
        g_array_index (self->files, GraftTreeChecked, place).n_names++;
    }
  return TRUE;
}

gboolean
graft_tree_check_run (GraftTreeCheck *self, GraftNode *root, GraftNode *found, GError **error)
{
  return check_node (self, root, found, error);
}
