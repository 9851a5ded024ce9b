/* graft-kernel-parts.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "sources/graft-kernel-parts.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-error.h"
#include "base/graft-name.h"
#include "image/graft-directory.h"
#include "image/graft-path.h"
#include "sources/graft-kernel-search.h"

GraftKernelPart *
graft_kernel_part_new (const char *name, GraftNode *root)
{
  GraftKernelPart *self = g_new (GraftKernelPart, 1);

  self->name = g_strdup (name);
  self->root = graft_node_ref (root);
  return self;
}

void
graft_kernel_part_free (GraftKernelPart *self)
{
  graft_node_unref (self->root);
  g_free (self->name);
  g_free (self);
}

static GPtrArray *
new_parts (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify)graft_kernel_part_free);
}

/* The folder at @path; NULL without an error when there is none. */
static GraftNode *
find_folder (GraftNode *root, const char *path, GError **error)
{
  g_autoptr (GraftNode) node = graft_path_find (root, path, GRAFT_PATH_NO_FOLLOW, NULL, error);

  return node != NULL && graft_node_is_directory (node) ? g_steal_pointer (&node) : NULL;
}

/* A release folder, and whose it is. */
typedef struct
{
  const GraftKernelPart *part;
  char *release; /* NULL: none was met yet */
} Release;

static gboolean
meet_release (Release *first, const GraftKernelPart *part, const char *release, GError **error)
{
  g_autofree char *one = NULL;
  g_autofree char *other = NULL;

  if (first->release == NULL)
    {
      first->part = part;
      first->release = g_strdup (release);
      return TRUE;
    }
  /* That one package has two releases is said when one of them is looked for. */
  if (first->part == part || strcmp (first->release, release) == 0)
    return TRUE;
  one = graft_name_escape (first->release);
  other = graft_name_escape (release);
  g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_INVALID,
               /* TRANSLATORS: a package, a kernel's release; another package, its release */
               _ ("%s is of the kernel %s, but %s of %s; give the packages of one kernel"),
               first->part->name, one, part->name, other);
  return FALSE;
}

static gboolean
check_releases (GPtrArray *parts, GError **error)
{
  static const char *const places[] = { "/lib/modules", "/usr/lib/modules" };
  Release first = { NULL, NULL };
  gboolean result = TRUE;

  for (guint i = 0; result && i < parts->len * G_N_ELEMENTS (places); i++)
    {
      const GraftKernelPart *part = g_ptr_array_index (parts, i / G_N_ELEMENTS (places));
      g_autoptr (GError) local = NULL;
      g_autoptr (GraftNode) folder
          = find_folder (part->root, places[i % G_N_ELEMENTS (places)], &local);
      g_autoptr (GraftDirectory) listing = NULL;

      if (folder != NULL)
        listing = graft_node_list (folder, &local);
      for (guint j = 0; result && listing != NULL && j < graft_directory_get_n_entries (listing);
           j++)
        {
          const GraftEntry *entry = graft_directory_get_entry (listing, j);

          if (graft_node_is_directory (entry->node))
            result = meet_release (&first, part, entry->name, error);
        }
      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          result = FALSE;
        }
    }
  g_free (first.release);
  return result;
}

static gboolean
check_kernels (GPtrArray *parts, GCancellable *cancellable, GError **error)
{
  g_autoptr (GraftKernelFile) first = NULL;
  const GraftKernelPart *owner = NULL;

  for (guint i = 0; i < parts->len; i++)
    {
      const GraftKernelPart *part = g_ptr_array_index (parts, i);
      g_autoptr (GraftKernelFile) file = NULL;
      gboolean same = FALSE;

      if (!graft_kernel_search (part->root, part->name, NULL, FALSE, &file, cancellable, error))
        return FALSE;
      if (file == NULL)
        continue;
      if (first == NULL)
        {
          first = g_steal_pointer (&file);
          owner = part;
          continue;
        }
      if (!graft_input_equal (first->input, file->input, &same, cancellable, error))
        return FALSE;
      if (!same)
        {
          g_autofree char *one = graft_name_escape (first->path + 1);
          g_autofree char *other = graft_name_escape (file->path + 1);

          g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_INVALID,
                       /* TRANSLATORS: a package, a path in it; another package, a path in it */
                       _ ("%s (%s) and %s (%s) are two kernels; give the packages of one kernel"),
                       owner->name, one, part->name, other);
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
has_same_content (GraftNode *a, GraftNode *b, gboolean *ret_same, GCancellable *cancellable,
                  GError **error)
{
  g_autoptr (GraftInput) one = NULL;
  g_autoptr (GraftInput) other = NULL;

  *ret_same = FALSE;
  if (graft_node_get_node_type (a) != graft_node_get_node_type (b))
    return TRUE;
  if (graft_node_get_node_type (a) != GRAFT_NODE_REGULAR)
    {
      *ret_same = g_strcmp0 (graft_node_get_target (a), graft_node_get_target (b)) == 0
                  && graft_node_get_rdev_major (a) == graft_node_get_rdev_major (b)
                  && graft_node_get_rdev_minor (a) == graft_node_get_rdev_minor (b);
      return TRUE;
    }
  if (graft_node_get_size (a) != graft_node_get_size (b))
    return TRUE;
  one = graft_node_open (a, error);
  other = one != NULL ? graft_node_open (b, error) : NULL;
  return other != NULL && graft_input_equal (one, other, ret_same, cancellable, error);
}

static GraftNode *join_folders (GPtrArray *parts, const char *path, GCancellable *cancellable,
                                GError **error);

/* What stands at @path in each of @parts. */
static GraftNode *
join_entry (GPtrArray *parts, const char *path, GCancellable *cancellable, GError **error)
{
  const GraftKernelPart *first = g_ptr_array_index (parts, 0);
  guint n_folders = 0;

  if (parts->len == 1)
    return graft_node_ref (first->root);
  for (guint i = 0; i < parts->len; i++)
    n_folders += graft_node_is_directory (((GraftKernelPart *)parts->pdata[i])->root) ? 1 : 0;
  if (n_folders == parts->len)
    return join_folders (parts, path, cancellable, error);
  for (guint i = 1; i < parts->len; i++)
    {
      const GraftKernelPart *part = g_ptr_array_index (parts, i);
      gboolean same = FALSE;

      if (!has_same_content (first->root, part->root, &same, cancellable, error))
        return NULL;
      if (!same)
        {
          g_autofree char *shown = graft_name_escape (path + 1);

          g_set_error (
              error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_INVALID,
              /* TRANSLATORS: a package, another, a path */
              _ ("%s and %s both have %s, with different content; give the packages of one "
                 "kernel"),
              first->name, part->name, shown);
          return NULL;
        }
    }
  return graft_node_ref (first->root);
}

/* Name → what each part has of that name. */
static GHashTable *
gather (GPtrArray *parts, GError **error)
{
  g_autoptr (GHashTable) names
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);

  for (guint i = 0; i < parts->len; i++)
    {
      const GraftKernelPart *part = g_ptr_array_index (parts, i);
      g_autoptr (GraftDirectory) listing = graft_node_list (part->root, error);

      if (listing == NULL)
        return NULL;
      for (guint j = 0; j < graft_directory_get_n_entries (listing); j++)
        {
          const GraftEntry *entry = graft_directory_get_entry (listing, j);
          GPtrArray *same = g_hash_table_lookup (names, entry->name);

          if (same == NULL)
            {
              same = new_parts ();
              g_hash_table_insert (names, g_strdup (entry->name), same);
            }
          g_ptr_array_add (same, graft_kernel_part_new (part->name, entry->node));
        }
    }
  return g_steal_pointer (&names);
}

/* In the order of names, so that of two problems always the same one is told. */
static GraftNode *
join_folders (GPtrArray *parts, const char *path, GCancellable *cancellable, GError **error)
{
  const GraftKernelPart *first = g_ptr_array_index (parts, 0);
  g_autoptr (GHashTable) names = NULL;
  g_autoptr (GList) sorted = NULL;
  g_autoptr (GraftDirectoryBuilder) builder = graft_directory_builder_new ();
  g_autoptr (GraftDirectory) children = NULL;
  GraftNodeInit init = {
    .type = GRAFT_NODE_DIRECTORY,
    .attributes = *graft_node_get_attributes (first->root),
    .implicit = graft_node_is_implicit (first->root),
  };

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  names = gather (parts, error);
  if (names == NULL)
    return NULL;
  sorted = g_list_sort (g_hash_table_get_keys (names), (GCompareFunc)strcmp);
  for (GList *item = sorted; item != NULL; item = item->next)
    {
      g_autofree char *below = graft_path_join (path, item->data);
      g_autoptr (GraftNode) node
          = join_entry (g_hash_table_lookup (names, item->data), below, cancellable, error);

      if (node == NULL)
        return NULL;
      graft_directory_builder_add (builder, item->data, node);
    }
  children = graft_directory_builder_finish (g_steal_pointer (&builder));
  init.children = children;
  return graft_node_new (&init);
}

static GraftNode *
new_folder (const char *name, GraftNode *node)
{
  g_autoptr (GraftDirectory) empty = graft_directory_new_empty ();
  g_autoptr (GraftDirectory) children = graft_directory_with (empty, name, node);
  const GraftNodeInit init = {
    .type = GRAFT_NODE_DIRECTORY,
    .attributes = { .mode = 0755 },
    .implicit = TRUE,
    .children = children,
  };

  return graft_node_new (&init);
}

/* The same parts with what each has in lib as a part of its own that has it in usr/lib. */
static GPtrArray *
move_lib (GPtrArray *parts, GError **error)
{
  g_autoptr (GPtrArray) moved = new_parts ();

  for (guint i = 0; i < parts->len; i++)
    {
      const GraftKernelPart *part = g_ptr_array_index (parts, i);
      g_autoptr (GError) local = NULL;
      g_autoptr (GraftNode) lib = find_folder (part->root, "/lib", &local);
      g_autoptr (GraftNode) rest = NULL;

      if (local == NULL && lib != NULL)
        rest = graft_path_with (part->root, "/lib", NULL, FALSE, &local);
      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return NULL;
        }
      g_ptr_array_add (moved, graft_kernel_part_new (part->name, rest != NULL ? rest : part->root));
      if (lib != NULL)
        {
          g_autoptr (GraftNode) usr = new_folder ("lib", lib);
          g_autoptr (GraftNode) root = new_folder ("usr", usr);

          g_ptr_array_add (moved, graft_kernel_part_new (part->name, root));
        }
    }
  return g_steal_pointer (&moved);
}

/* How many have a folder @path. */
static gboolean
count_folders (GPtrArray *parts, const char *path, guint *ret_count, GError **error)
{
  *ret_count = 0;
  for (guint i = 0; i < parts->len; i++)
    {
      const GraftKernelPart *part = g_ptr_array_index (parts, i);
      g_autoptr (GError) local = NULL;
      g_autoptr (GraftNode) folder = find_folder (part->root, path, &local);

      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      *ret_count += folder != NULL ? 1 : 0;
    }
  return TRUE;
}

GraftNode *
graft_kernel_parts_join (GPtrArray *parts, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) moved = NULL;
  guint n_lib, n_usr_lib;

  if (!check_releases (parts, error) || !check_kernels (parts, cancellable, error)
      || !count_folders (parts, "/lib", &n_lib, error)
      || !count_folders (parts, "/usr/lib", &n_usr_lib, error))
    return NULL;
  moved = n_lib > 0 && n_usr_lib > 0 ? move_lib (parts, error) : g_ptr_array_ref (parts);
  return moved != NULL ? join_folders (moved, "/", cancellable, error) : NULL;
}
