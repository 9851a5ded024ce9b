/* cli-listing.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "cli/cli-listing.h"

#include <glib/gi18n.h>
#include <string.h>

#include "formats/initrd/graft-initrd.h"
#include "image/graft-directory.h"
#include "image/graft-path.h"

static void
cli_listed_free (gpointer data)
{
  CliListed *self = data;

  g_free (self->name);
  g_free (self->path);
  g_clear_pointer (&self->node, graft_node_unref);
  g_free (self->problem);
  g_free (self);
}

typedef struct
{
  GPtrArray *listing;
  CliPlace *place;
  char *folder; /* without links; names are relative to it */
} Listing;

/* The segment whose archive made @node; 0 for a folder that several made, and where there are no
 * segments. */
static guint
find_segment (CliPlace *place, GraftNode *node)
{
  GraftTree *source = graft_node_get_source (node);

  if (!GRAFT_IS_INITRD (place->image) || source == NULL)
    return 0;
  for (guint i = 0; i < graft_image_get_n_parts (place->image); i++)
    {
      g_autoptr (GraftNode) root = graft_image_dup_part (place->image, i);

      if (graft_node_get_source (root) == source)
        return graft_initrd_get_segment_number (GRAFT_INITRD (place->image), i);
    }
  return 0;
}

static gboolean
add_entry (const char *path, GraftNode *node, gpointer data, GError **error)
{
  Listing *self = data;
  gsize length = strcmp (self->folder, "/") == 0 ? 0 : strlen (self->folder);
  CliListed *listed;

  /* The folder itself is not in it; a file that was named is. */
  if (strcmp (path, self->folder) == 0 && graft_node_is_directory (node))
    return TRUE;
  listed = g_new0 (CliListed, 1);
  listed->path = g_strdup (path);
  listed->name = strcmp (path, self->folder) == 0 ? g_path_get_basename (path)
                                                  : g_strdup (path + length + 1);
  listed->node = graft_node_ref (node);
  listed->segment = find_segment (self->place, node);
  g_ptr_array_add (self->listing, listed);
  return TRUE;
}

static gboolean
add_folder (Listing *self, GraftNode *node, GError **error)
{
  g_autoptr (GraftDirectory) directory = graft_node_list (node, error);

  if (directory == NULL)
    return FALSE;
  for (guint i = 0; i < graft_directory_get_n_entries (directory); i++)
    {
      const GraftEntry *entry = graft_directory_get_entry (directory, i);
      g_autofree char *path = graft_path_join (self->folder, entry->name);

      if (!add_entry (path, entry->node, self, error))
        return FALSE;
    }
  return TRUE;
}

/* Whether a path, as it is recorded, would be listed; *@ret_name is its name in the listing. */
static gboolean
is_listed (Listing *self, const char *recorded, gboolean recursive, const char **ret_name)
{
  const char *folder = self->folder + 1; /* without its "/" */
  gsize length = strlen (folder);

  while (g_str_has_prefix (recorded, "./"))
    recorded += 2;
  while (*recorded == '/')
    recorded++;
  if (length > 0 && (strncmp (recorded, folder, length) != 0 || recorded[length] != '/'))
    return FALSE;
  *ret_name = recorded + (length > 0 ? length + 1 : 0);
  return **ret_name != '\0' && (recursive || strchr (*ret_name, '/') == NULL);
}

static void
add_hidden_entry (Listing *self, const GraftInitrdHidden *hidden, gboolean recursive)
{
  const char *name;
  CliListed *listed;

  if ((self->place->part >= 0 && self->place->address->segment != hidden->segment)
      || !is_listed (self, hidden->path, recursive, &name))
    return;
  listed = g_new0 (CliListed, 1);
  listed->name = g_strdup (name);
  listed->path = graft_path_join (self->folder, name);
  listed->node = hidden->node != NULL ? graft_node_ref (hidden->node) : NULL;
  listed->segment = hidden->segment;
  listed->shadowed = TRUE;
  listed->problem = g_strdup (hidden->problem);
  g_ptr_array_add (self->listing, listed);
}

static gboolean
add_hidden (Listing *self, gboolean recursive, GError **error)
{
  g_autoptr (GPtrArray) list = NULL;

  if (!GRAFT_IS_INITRD (self->place->image))
    return TRUE;
  list = graft_initrd_list_hidden (GRAFT_INITRD (self->place->image), error);
  if (list == NULL)
    return FALSE;
  for (guint i = 0; i < list->len; i++)
    add_hidden_entry (self, g_ptr_array_index (list, i), recursive);
  return TRUE;
}

GPtrArray *
cli_listing_new (CliPlace *place, gboolean recursive, gboolean shadowed, GCancellable *cancellable,
                 GError **error)
{
  g_autoptr (GPtrArray) listing = g_ptr_array_new_with_free_func (cli_listed_free);
  g_autofree char *folder = NULL;
  g_autoptr (GraftNode) node
      = graft_path_lookup (place->root, place->address->path, GRAFT_PATH_FOLLOW, &folder, error);
  Listing self = { listing, place, folder };
  gboolean good;

  if (node == NULL)
    {
      g_prefix_error (error, _ ("%s: "), graft_image_get_name (place->image));
      return NULL;
    }
  if (recursive || !graft_node_is_directory (node))
    good = graft_path_walk (node, folder, add_entry, &self, cancellable, error);
  else
    good = add_folder (&self, node, error);
  if (good && shadowed && graft_node_is_directory (node))
    good = add_hidden (&self, recursive, error);
  return good ? g_steal_pointer (&listing) : NULL;
}
