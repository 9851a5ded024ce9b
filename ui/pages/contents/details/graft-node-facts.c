/* graft-node-facts.c: a file, a folder, a link, a device
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gi18n.h>

#include "base/graft-name.h"
#include "image/graft-image-loader.h"
#include "image/graft-path.h"
#include "modules/graft-module-folder.h"
#include "pages/contents/details/graft-entry-facts.h"

const char *
graft_node_facts_get_type (GraftNodeType type)
{
  switch (type)
    {
    case GRAFT_NODE_REGULAR:
      return _ ("File");
    case GRAFT_NODE_DIRECTORY:
      return _ ("Folder");
    case GRAFT_NODE_SYMLINK:
      return _ ("Link");
    case GRAFT_NODE_CHAR_DEVICE:
      return _ ("Character device");
    case GRAFT_NODE_BLOCK_DEVICE:
      return _ ("Block device");
    case GRAFT_NODE_FIFO:
      return _ ("Pipe");
    case GRAFT_NODE_SOCKET:
      return _ ("Socket");
    default:
      g_assert_not_reached ();
    }
}

static const char *
get_type_icon (GraftNodeType type)
{
  switch (type)
    {
    case GRAFT_NODE_REGULAR:
      return "text-x-generic-symbolic";
    case GRAFT_NODE_DIRECTORY:
      return "folder-symbolic";
    case GRAFT_NODE_SYMLINK:
      return "insert-link-symbolic";
    case GRAFT_NODE_CHAR_DEVICE:
    case GRAFT_NODE_BLOCK_DEVICE:
      return "drive-harddisk-symbolic";
    case GRAFT_NODE_FIFO:
    case GRAFT_NODE_SOCKET:
    default:
      return "media-playlist-consecutive-symbolic";
    }
}

static void
add_state (GraftFacts *facts, GraftEntryItem *entry)
{
  guint by = graft_entry_item_get_replaced_by (entry);
  const char *text = NULL;

  switch (graft_entry_item_get_state (entry))
    {
    case GRAFT_ENTRY_STATE_NEW:
      text = _ ("new");
      break;
    case GRAFT_ENTRY_STATE_EDITED:
      text = _ ("edited");
      break;
    case GRAFT_ENTRY_STATE_ATTRIBUTES:
      text = _ ("other attributes");
      break;
    case GRAFT_ENTRY_STATE_MOVED:
      text = _ ("moved");
      break;
    case GRAFT_ENTRY_STATE_UNCHANGED:
    default:
      break;
    }
  graft_facts_add (facts, _ ("State"), g_strdup (text));
  if (by > 0)
    graft_facts_add_with_tone (
        facts, _ ("Replaced"),
        g_strdup_printf (_ ("the kernel sees what segment %u has here instead"), by),
        GRAFT_FACT_WARNING);
}

static void
add_folder (GraftFacts *facts, GraftNode *node)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftDirectory) list = graft_node_list (node, &error);

  if (list == NULL)
    {
      graft_problem_facts_set (facts, error);
      return;
    }
  graft_facts_add (facts, _ ("Entries"),
                   graft_facts_dup_number (graft_directory_get_n_entries (list)));
  graft_facts_add_count (facts, GRAFT_FACT_ENTRIES, _ ("All below"));
  graft_facts_add_count (facts, GRAFT_FACT_SIZE, _ ("Size of all files"));
  if (graft_node_is_implicit (node))
    graft_facts_add (facts, _ ("Recorded"),
                     g_strdup (_ ("no: it is there only because of what is in it")));
}

/* A link is followed as the kernel will: in what it sees of all segments. */
static void
add_link (GraftFacts *facts, GraftEntryItem *entry)
{
  const char *target = graft_node_get_target (graft_entry_item_get_node (entry));
  GraftNode *root = graft_layer_get_root (graft_entry_item_get_layer (entry));
  g_autofree char *parent = g_path_get_dirname (graft_entry_item_get_path (entry));
  g_autofree char *path = *target == '/' ? g_strdup (target) : graft_path_join (parent, target);
  g_autofree char *found_path = NULL;
  g_autoptr (GraftNode) found = NULL;
  g_autoptr (GError) error = NULL;
  char *shown;

  graft_facts_add (facts, _ ("Target"), graft_name_escape (target));
  if (root == NULL)
    return;
  found = graft_path_find (root, path, GRAFT_PATH_FOLLOW, &found_path, &error);
  if (found != NULL)
    {
      g_autofree char *where = graft_name_escape (found_path);

      shown = g_strdup_printf ("%s (%s)", where,
                               graft_node_facts_get_type (graft_node_get_node_type (found)));
      graft_facts_add (facts, _ ("Leads to"), shown);
    }
  else if (error != NULL)
    graft_facts_add_with_tone (facts, _ ("Leads to"), g_strdup (error->message), GRAFT_FACT_BAD);
  else
    graft_facts_add_with_tone (facts, _ ("Leads to"),
                               g_strdup (_ ("nothing: there is no such file in the image")),
                               GRAFT_FACT_BAD);
}

static void
add_size (GraftFacts *facts, GraftEntryItem *entry)
{
  GraftNode *source = graft_entry_item_get_source (entry);
  guint64 size = graft_node_get_size (graft_entry_item_get_node (entry));
  g_autofree char *now = graft_facts_dup_size (size);

  if (source != NULL && graft_node_get_node_type (source) == GRAFT_NODE_REGULAR
      && graft_node_get_size (source) != size)
    {
      g_autofree char *before = graft_facts_dup_size (graft_node_get_size (source));

      graft_facts_add (facts, _ ("Size"), g_strdup_printf (_ ("%s\nbefore: %s"), now, before));
    }
  else
    graft_facts_add (facts, _ ("Size"), g_steal_pointer (&now));
}

static void
add_file (GraftFacts *facts, GraftEntryItem *entry, GCancellable *cancellable)
{
  GraftNode *node = graft_entry_item_get_node (entry);
  g_autofree char *module = graft_module_name_from_file (graft_entry_item_get_name (entry));
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftInput) input = NULL;

  add_size (facts, entry);
  if (module != NULL && graft_module_facts_add (facts, entry, cancellable))
    {
      g_free (facts->kind);
      facts->kind = g_strdup (_ ("Kernel module"));
      g_free (facts->icon_name);
      facts->icon_name = g_strdup ("application-x-addon-symbolic");
      return;
    }
  input = graft_node_open (node, &error);
  if (input == NULL)
    {
      graft_problem_facts_set (facts, error);
      return;
    }
  graft_facts_add (facts, _ ("Looks like"), graft_file_kind_describe (input));
  graft_content_facts_add (facts, input);
}

void
graft_node_facts_add (GraftFacts *facts, GraftEntryItem *entry, GCancellable *cancellable)
{
  GraftNode *node = graft_entry_item_get_node (entry);
  GraftNodeType type = graft_node_get_node_type (node);
  const char *name = graft_entry_item_get_name (entry);

  facts->icon_name = g_strdup (get_type_icon (type));
  facts->title = graft_name_escape (*name != '\0' ? name : "/");
  facts->kind = g_strdup (graft_node_facts_get_type (type));
  graft_facts_add (facts, _ ("Path"), graft_name_escape (graft_entry_item_get_path (entry)));
  add_state (facts, entry);
  if (type == GRAFT_NODE_REGULAR)
    add_file (facts, entry, cancellable);
  else if (type == GRAFT_NODE_DIRECTORY)
    add_folder (facts, node);
  else if (type == GRAFT_NODE_SYMLINK)
    add_link (facts, entry);
  else if (type == GRAFT_NODE_CHAR_DEVICE || type == GRAFT_NODE_BLOCK_DEVICE)
    graft_facts_add (facts, _ ("Numbers"),
                     g_strdup_printf (_ ("major %u, minor %u"), graft_node_get_rdev_major (node),
                                      graft_node_get_rdev_minor (node)));
  graft_attribute_facts_add (facts, entry);
  /* chmod follows a link. */
  facts->can_change = type != GRAFT_NODE_SYMLINK;
}
