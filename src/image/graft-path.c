/* graft-path.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "image/graft-path.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-error.h"
#include "base/graft-limits.h"
#include "base/graft-name.h"
#include "base/graft-sentence.h"
#include "image/graft-directory.h"

/* A path being resolved: the folders entered so far, and the components still to go. */
typedef struct
{
  GPtrArray *nodes;   /* of GraftNode; the first is the root */
  GPtrArray *names;   /* of char*; names[i] leads from nodes[i] to nodes[i + 1] */
  GPtrArray *pending; /* of char*; the next one is the last */
  guint n_links;
} Resolver;

static void
push_components (Resolver *self, const char *path)
{
  g_auto (GStrv) parts = g_strsplit (path, "/", -1);

  for (guint i = g_strv_length (parts); i-- > 0;)
    if (*parts[i] != '\0' && strcmp (parts[i], ".") != 0)
      g_ptr_array_add (self->pending, g_strdup (parts[i]));
}

static void
resolver_clear (Resolver *self)
{
  g_clear_pointer (&self->nodes, g_ptr_array_unref);
  g_clear_pointer (&self->names, g_ptr_array_unref);
  g_clear_pointer (&self->pending, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Resolver, resolver_clear)

static char *
resolver_dup_path (Resolver *self)
{
  GString *path = g_string_new (NULL);

  for (guint i = 0; i < self->names->len; i++)
    g_string_append_printf (path, "/%s", (char *)g_ptr_array_index (self->names, i));
  return g_string_free (path, FALSE);
}

static gboolean
set_path_error (Resolver *self, GraftErrorCode code, const char *name, const char *sentence,
                GError **error)
{
  g_autofree char *path = resolver_dup_path (self);
  g_autofree char *shown_path = graft_name_escape (path);
  g_autofree char *shown_name = graft_name_escape (name);
  g_autofree char *shown = g_strconcat (shown_path, "/", shown_name, NULL);
  g_autofree char *message = graft_sentence_about (sentence, shown);

  g_set_error_literal (error, GRAFT_IMAGE_ERROR, code, message);
  return FALSE;
}

static void
resolver_leave (Resolver *self, guint depth)
{
  g_ptr_array_set_size (self->nodes, depth + 1);
  g_ptr_array_set_size (self->names, depth);
}

static gboolean
resolver_follow (Resolver *self, GraftNode *link, const char *name, GError **error)
{
  const char *target = graft_node_get_target (link);

  if (++self->n_links > GRAFT_LIMIT_SYMLINKS)
    return set_path_error (self, GRAFT_ERROR_INVALID, name,
                           _ ("%s is a link that leads round in circles"), error);
  if (target == NULL || *target == '\0' || strlen (target) > GRAFT_LIMIT_PATH)
    return set_path_error (self, GRAFT_ERROR_NOT_FOUND, name,
                           _ ("%s is a link without a usable target"), error);
  if (*target == '/')
    resolver_leave (self, 0);
  push_components (self, target);
  return TRUE;
}

/* One component further. */
static gboolean
resolver_step (Resolver *self, GraftPathFlags flags, GError **error)
{
  g_autofree char *name = g_ptr_array_steal_index (self->pending, self->pending->len - 1);
  GraftNode *here = g_ptr_array_index (self->nodes, self->nodes->len - 1);
  g_autoptr (GraftNode) child = NULL;
  g_autoptr (GError) local = NULL;
  gboolean last = self->pending->len == 0;

  if (strcmp (name, "..") == 0)
    {
      resolver_leave (self, self->names->len > 0 ? self->names->len - 1 : 0);
      return TRUE;
    }
  if (!graft_node_is_directory (here))
    return set_path_error (self, GRAFT_ERROR_INVALID, name,
                           _ ("%s cannot be: its parent is not a folder"), error);
  child = graft_node_get_child (here, name, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (child == NULL)
    return set_path_error (self, GRAFT_ERROR_NOT_FOUND, name, _ ("%s does not exist"), error);
  if (graft_node_get_node_type (child) == GRAFT_NODE_SYMLINK && (flags & GRAFT_PATH_NO_FOLLOW) == 0
      && (!last || (flags & GRAFT_PATH_FOLLOW) != 0))
    return resolver_follow (self, child, name, error);
  if (self->names->len >= GRAFT_LIMIT_DEPTH)
    return set_path_error (self, GRAFT_ERROR_TOO_LARGE, name, _ ("%s lies below too many folders"),
                           error);
  g_ptr_array_add (self->nodes, g_steal_pointer (&child));
  g_ptr_array_add (self->names, g_steal_pointer (&name));
  return TRUE;
}

GraftNode *
graft_path_lookup (GraftNode *root, const char *path, GraftPathFlags flags, char **ret_path,
                   GError **error)
{
  g_auto (Resolver) resolver = {
    .nodes = g_ptr_array_new_with_free_func ((GDestroyNotify)graft_node_unref),
    .names = g_ptr_array_new_with_free_func (g_free),
    .pending = g_ptr_array_new_with_free_func (g_free),
  };
  GraftNode *found;

  g_ptr_array_add (resolver.nodes, graft_node_ref (root));
  push_components (&resolver, path);
  while (resolver.pending->len > 0)
    if (!resolver_step (&resolver, flags, error))
      return NULL;
  found = g_ptr_array_index (resolver.nodes, resolver.nodes->len - 1);
  if (ret_path != NULL)
    {
      *ret_path = resolver_dup_path (&resolver);
      if (**ret_path == '\0')
        {
          g_free (*ret_path);
          *ret_path = g_strdup ("/");
        }
    }
  return graft_node_ref (found);
}

GraftNode *
graft_path_find (GraftNode *root, const char *path, GraftPathFlags flags, char **ret_path,
                 GError **error)
{
  g_autoptr (GError) local = NULL;
  GraftNode *node = graft_path_lookup (root, path, flags, ret_path, &local);

  if (node == NULL && !g_error_matches (local, GRAFT_IMAGE_ERROR, GRAFT_ERROR_NOT_FOUND)
      && !g_error_matches (local, GRAFT_IMAGE_ERROR, GRAFT_ERROR_INVALID))
    g_propagate_error (error, g_steal_pointer (&local));
  return node;
}

char *
graft_path_normalize (const char *path)
{
  g_auto (GStrv) parts = g_strsplit (path, "/", -1);
  g_autoptr (GString) result = g_string_new (NULL);

  for (guint i = 0; parts[i] != NULL; i++)
    {
      if (strcmp (parts[i], "..") == 0)
        return NULL;
      if (*parts[i] != '\0' && strcmp (parts[i], ".") != 0)
        g_string_append_printf (result, "/%s", parts[i]);
    }
  if (result->len == 0)
    g_string_append_c (result, '/');
  return g_string_free (g_steal_pointer (&result), FALSE);
}

char *
graft_path_join (const char *parent, const char *name)
{
  return g_str_has_suffix (parent, "/") ? g_strconcat (parent, name, NULL)
                                        : g_strconcat (parent, "/", name, NULL);
}

char *
graft_path_resolve_parent (GraftNode *root, const char *path, GError **error)
{
  g_autofree char *clean = g_strdup (path);
  g_autofree char *parent = NULL;
  g_autoptr (GraftNode) folder = NULL;
  const char *name;
  gsize length = strlen (clean);
  char *slash;

  while (length > 0 && clean[length - 1] == '/')
    clean[--length] = '\0';
  slash = strrchr (clean, '/');
  name = slash != NULL ? slash + 1 : clean;
  if (*name == '\0' || strcmp (name, ".") == 0 || strcmp (name, "..") == 0)
    {
      g_autofree char *shown = graft_name_escape (path);

      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_INVALID,
                   _ ("“%s” does not name an entry of a folder"), shown);
      return NULL;
    }
  if (slash != NULL)
    *slash = '\0';
  folder = graft_path_lookup (root, slash != NULL ? clean : "", GRAFT_PATH_FOLLOW, &parent, error);
  if (folder == NULL)
    return NULL;
  if (!graft_node_is_directory (folder))
    {
      g_autofree char *shown = graft_name_escape (parent);

      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_INVALID, _ ("%s is not a folder"), shown);
      return NULL;
    }
  return graft_path_join (parent, name);
}

typedef struct
{
  GraftWalkFunc func;
  gpointer data;
  GCancellable *cancellable;
  guint n_entries;
} Walk;

static gboolean
walk (Walk *self, const char *path, GraftNode *node, guint depth, GError **error)
{
  g_autoptr (GraftDirectory) directory = NULL;

  if (++self->n_entries > GRAFT_LIMIT_ENTRIES || depth > GRAFT_LIMIT_DEPTH)
    {
      g_autofree char *shown = graft_name_escape (path);

      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_TOO_LARGE,
                   depth > GRAFT_LIMIT_DEPTH ? _ ("%s lies below too many folders")
                                             : _ ("too many entries at %s"),
                   shown);
      return FALSE;
    }
  if (g_cancellable_set_error_if_cancelled (self->cancellable, error)
      || !self->func (path, node, self->data, error))
    return FALSE;
  if (!graft_node_is_directory (node))
    return TRUE;
  directory = graft_node_list (node, error);
  if (directory == NULL)
    return FALSE;
  for (guint i = 0; i < graft_directory_get_n_entries (directory); i++)
    {
      const GraftEntry *entry = graft_directory_get_entry (directory, i);
      g_autofree char *child = graft_path_join (path, entry->name);

      if (!walk (self, child, entry->node, depth + 1, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
graft_path_walk (GraftNode *root, const char *path, GraftWalkFunc func, gpointer data,
                 GCancellable *cancellable, GError **error)
{
  Walk self = { func, data, cancellable, 0 };

  return walk (&self, path, root, 0, error);
}

static GraftNode *
with_children (GraftNode *node, GraftDirectory *children)
{
  GraftNodeInit init = graft_node_to_init (node);

  init.children = children;
  return graft_node_new (&init);
}

static GraftNode *
new_implicit_folder (void)
{
  const GraftNodeInit init = {
    .type = GRAFT_NODE_DIRECTORY,
    .attributes = { .mode = 0755 },
    .implicit = TRUE,
  };

  return graft_node_new (&init);
}

static GraftNode *
set_with_error (const char *path, GraftErrorCode code, const char *sentence, GError **error)
{
  g_autofree char *shown = graft_name_escape (path);
  g_autofree char *message = graft_sentence_about (sentence, shown);

  g_set_error_literal (error, GRAFT_IMAGE_ERROR, code, message);
  return NULL;
}

/* @names: what is left of the path, from @folder on; @path: all of it, for messages. */
static GraftNode *
with_components (GraftNode *folder, char **names, GraftNode *node, gboolean make_parents,
                 const char *path, GError **error)
{
  g_autoptr (GraftDirectory) directory = NULL;
  g_autoptr (GraftDirectory) changed = NULL;
  g_autoptr (GraftNode) child = NULL, below = NULL;
  const GraftEntry *entry;

  if (!graft_node_is_directory (folder))
    return set_with_error (path, GRAFT_ERROR_INVALID,
                           _ ("%s leads through something that is no folder"), error);
  directory = graft_node_list (folder, error);
  if (directory == NULL)
    return NULL;
  entry = graft_directory_lookup (directory, names[0]);
  if (entry == NULL && node == NULL)
    return graft_node_ref (folder);
  if (names[1] == NULL)
    {
      if (entry != NULL && entry->node == node)
        return graft_node_ref (folder);
      changed = graft_directory_with (directory, names[0], node);
      return with_children (folder, changed);
    }
  if (entry == NULL && !make_parents)
    return set_with_error (path, GRAFT_ERROR_NOT_FOUND, _ ("%s has no folder to lie in"), error);
  child = entry != NULL ? graft_node_ref (entry->node) : new_implicit_folder ();
  below = with_components (child, names + 1, node, make_parents, path, error);
  if (below == NULL)
    return NULL;
  if (entry != NULL && below == entry->node)
    return graft_node_ref (folder);
  changed = graft_directory_with (directory, names[0], below);
  return with_children (folder, changed);
}

GraftNode *
graft_path_with (GraftNode *root, const char *path, GraftNode *node, gboolean make_parents,
                 GError **error)
{
  g_autofree char *clean = graft_path_normalize (path);
  g_auto (GStrv) names = NULL;

  if (clean == NULL)
    return set_with_error (path, GRAFT_ERROR_INVALID, _ ("%s has a component “..”"), error);
  if (strcmp (clean, "/") == 0)
    {
      if (node == NULL || !graft_node_is_directory (node))
        return set_with_error (
            clean, GRAFT_ERROR_INVALID,
            _ ("%s is the root folder: it cannot be removed or replaced by a file"), error);
      return graft_node_ref (node);
    }
  names = g_strsplit (clean + 1, "/", -1);
  return with_components (root, names, node, make_parents, clean, error);
}
