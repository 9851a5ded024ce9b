/* graft-set-family.c: which of several sets in one folder a file belongs to
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "bootset/graft-set-family.h"

#include <string.h>

#include "bootset/graft-set-search.h"

static GraftCandidate *
find_asked (GPtrArray *candidates)
{
  for (guint i = 0; i < candidates->len; i++)
    if (((GraftCandidate *)g_ptr_array_index (candidates, i))->is_asked)
      return g_ptr_array_index (candidates, i);
  return NULL;
}

/* "6.1.0-56-amd64" of "vmlinuz-6.1.0-56-amd64" or "initramfs-6.1.0-56-amd64.img"; "" of a name that
 * tells none. */
static char *
dup_release (const char *path)
{
  g_autofree char *name = g_path_get_basename (path);
  const char *dash = strchr (name, '-');
  gsize length = dash != NULL ? strlen (dash + 1) : 0;

  if (dash == NULL || !g_ascii_isdigit (dash[1]))
    return g_strdup ("");
  if (g_str_has_suffix (dash, ".img"))
    length -= strlen (".img");
  return g_strndup (dash + 1, length);
}

static gboolean
has_release (const GraftCandidate *candidate, const char *release)
{
  g_autofree char *own = dup_release (candidate->path);

  return *release != '\0' && strcmp (own, release) == 0;
}

static gboolean
is_release_there (GPtrArray *candidates, GraftRole role, const char *release)
{
  for (guint i = 0; i < candidates->len; i++)
    {
      const GraftCandidate *candidate = g_ptr_array_index (candidates, i);

      if (candidate->role == role && has_release (candidate, release))
        return TRUE;
    }
  return FALSE;
}

/* Whether @candidate lies in another folder than @asked, and others of its role do as well, here or
 * somewhere else: then nobody can tell whose it is. */
static gboolean
is_of_another_set (GPtrArray *candidates, const GraftCandidate *candidate,
                   const GraftCandidate *asked)
{
  g_autofree char *here = g_path_get_dirname (asked->path);
  g_autofree char *folder = g_path_get_dirname (candidate->path);
  gboolean found = FALSE;

  if (strcmp (folder, here) == 0)
    return FALSE;
  for (guint i = 0; !found && i < candidates->len; i++)
    {
      const GraftCandidate *other = g_ptr_array_index (candidates, i);
      g_autofree char *its_folder = g_path_get_dirname (other->path);

      found = other->role == candidate->role && strcmp (its_folder, folder) != 0;
    }
  return found;
}

static gboolean
belongs (GPtrArray *candidates, const GraftCandidate *candidate, const GraftCandidate *asked,
         const char *release)
{
  if (candidate == asked || candidate->role == GRAFT_ROLE_BOOT_ENTRY
      || candidate->role == GRAFT_ROLE_TREE_INFO || (candidate->is_started && asked->is_started)
      || (candidate->is_listed && asked->is_listed))
    return TRUE;
  if (candidate->role == asked->role || is_of_another_set (candidates, candidate, asked))
    return FALSE;
  return !is_release_there (candidates, candidate->role, release)
         || has_release (candidate, release);
}

void
graft_set_family_reduce (GPtrArray *candidates)
{
  GraftCandidate *asked = find_asked (candidates);
  g_autoptr (GPtrArray) others = g_ptr_array_new ();
  g_autofree char *release = NULL;

  if (asked == NULL || graft_role_is_text (asked->role))
    return;
  release = dup_release (asked->path);
  for (guint i = 0; i < candidates->len; i++)
    if (!belongs (candidates, g_ptr_array_index (candidates, i), asked, release))
      g_ptr_array_add (others, g_ptr_array_index (candidates, i));
  for (guint i = 0; i < others->len; i++)
    g_ptr_array_remove (candidates, g_ptr_array_index (others, i));
}
