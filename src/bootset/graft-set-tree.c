/* graft-set-tree.c: the tree of an installer that a file lies in
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "bootset/graft-set-tree.h"

#include <string.h>

static gboolean
has (const char *folder, const char *name, GFileTest test)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  return g_file_test (path, test);
}

static gboolean
is_top (const char *folder)
{
  return has (folder, ".treeinfo", G_FILE_TEST_IS_REGULAR)
         || has (folder, "treeinfo", G_FILE_TEST_IS_REGULAR)
         || has (folder, "images/pxeboot", G_FILE_TEST_IS_DIR);
}

/* How many folders above the file a tree's top would be; 0 when its folder tells nothing. */
static guint
count_levels (const char *folder)
{
  static const char *const names[] = { "images", "isolinux", "LiveOS", NULL };
  g_autofree char *name = g_path_get_basename (folder);
  g_autofree char *above = g_path_get_dirname (folder);
  g_autofree char *parent = g_path_get_basename (above);

  if (strcmp (name, "pxeboot") == 0 && strcmp (parent, "images") == 0)
    return 2;
  return g_strv_contains (names, name) ? 1 : 0;
}

char *
graft_set_tree_find (const char *path, char **ret_inside)
{
  /* "vmlinuz" alone does not say what its folder is called. */
  g_autofree char *absolute = g_canonicalize_filename (path, NULL);
  g_autofree char *folder = g_path_get_dirname (absolute);
  guint levels = count_levels (folder);
  char *top;

  for (guint i = 0; i < levels; i++)
    {
      g_autofree char *below = g_steal_pointer (&folder);

      folder = g_path_get_dirname (below);
    }
  if (levels == 0 || !is_top (folder))
    return NULL;
  *ret_inside = g_strdup (absolute + strlen (folder) + (g_str_has_suffix (folder, "/") ? 0 : 1));
  top = g_steal_pointer (&folder);
  return top;
}
