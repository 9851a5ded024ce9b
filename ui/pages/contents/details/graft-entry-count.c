/* graft-entry-count.c: how much is below entries
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gi18n.h>
#include <string.h>

#include "base/graft-sentence.h"
#include "image/graft-path.h"
#include "pages/contents/details/graft-entry-facts.h"

/**
 * Count:
 * @by_type: entries of each GraftNodeType
 * @size: of all files, bytes
 * @linked: (element-type GraftNode): files of several names that were counted already
 */
typedef struct
{
  guint64 by_type[GRAFT_NODE_SOCKET + 1];
  guint64 size;
  GHashTable *linked;
} Count;

static guint
hash_file (gconstpointer data)
{
  GraftNode *node = (GraftNode *)data;
  GraftTree *source = graft_node_get_source (node);

  if (source == NULL)
    return g_direct_hash (node);
  return g_direct_hash (source) ^ (guint)graft_node_get_handle (node);
}

static gboolean
equal_file (gconstpointer a, gconstpointer b)
{
  return graft_node_is_same_file ((GraftNode *)a, (GraftNode *)b);
}

static gboolean
count_entry (const char *path, GraftNode *node, gpointer data, GError **error)
{
  Count *count = data;
  GraftNodeType type = graft_node_get_node_type (node);

  count->by_type[type]++;
  if (type == GRAFT_NODE_REGULAR
      && (graft_node_get_nlink (node) < 2
          || g_hash_table_add (count->linked, graft_node_ref (node))))
    count->size += graft_node_get_size (node);
  return TRUE;
}

/* Whether @entry lies below another of @entries, or is the same. */
static gboolean
is_covered (GPtrArray *entries, guint i)
{
  GraftEntryItem *entry = g_ptr_array_index (entries, i);
  const char *path = graft_entry_item_get_path (entry);

  for (guint j = 0; j < entries->len; j++)
    {
      GraftEntryItem *other = g_ptr_array_index (entries, j);
      const char *above = graft_entry_item_get_path (other);
      gsize length = strlen (above);

      if (j == i || !graft_entry_item_is_folder (other)
          || graft_entry_item_get_layer (other) != graft_entry_item_get_layer (entry)
          || graft_entry_item_get_part (other) != graft_entry_item_get_part (entry))
        continue;
      if (g_str_has_prefix (path, above) && (path[length] == '/' || length == 1))
        return TRUE;
    }
  return FALSE;
}

static char *
describe_count (const Count *count)
{
  const guint64 files = count->by_type[GRAFT_NODE_REGULAR];
  const guint64 folders = count->by_type[GRAFT_NODE_DIRECTORY];
  const guint64 links = count->by_type[GRAFT_NODE_SYMLINK];
  const guint64 special = count->by_type[GRAFT_NODE_CHAR_DEVICE]
                          + count->by_type[GRAFT_NODE_BLOCK_DEVICE]
                          + count->by_type[GRAFT_NODE_FIFO] + count->by_type[GRAFT_NODE_SOCKET];
  const struct
  {
    guint64 number;
    const char *text;
  } kinds[] = {
    { files, ngettext ("%s file", "%s files", (gulong)files) },
    { folders, ngettext ("%s folder", "%s folders", (gulong)folders) },
    { links, ngettext ("%s link", "%s links", (gulong)links) },
    { special, ngettext ("%s device or pipe", "%s devices and pipes", (gulong)special) },
  };
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (kinds[i].number > 0)
      {
        g_autofree char *number = graft_facts_dup_number (kinds[i].number);
        g_autofree char *words = graft_sentence_about (kinds[i].text, number);

        g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "", words);
      }
  if (text->len == 0)
    return g_strdup (_ ("nothing"));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

GPtrArray *
graft_entry_facts_count (GPtrArray *entries, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) facts = g_ptr_array_new_with_free_func ((GDestroyNotify)graft_fact_free);
  g_autoptr (GHashTable) linked
      = g_hash_table_new_full (hash_file, equal_file, (GDestroyNotify)graft_node_unref, NULL);
  Count count = { .linked = linked };

  for (guint i = 0; i < entries->len; i++)
    {
      GraftEntryItem *entry = g_ptr_array_index (entries, i);
      /* Among others a file is a file; alone it is what is in it. */
      g_autoptr (GraftEntryItem) inner
          = entries->len == 1 ? graft_entry_item_dup_inner (entry) : g_object_ref (entry);
      GraftNode *node = graft_entry_item_get_node (inner);

      if (node == NULL || (entries->len > 1 && is_covered (entries, i)))
        continue;
      if (!graft_path_walk (node, "/", count_entry, &count, cancellable, error))
        return NULL;
      /* The folder itself is not in it. */
      if (entries->len == 1 && graft_node_is_directory (node))
        count.by_type[GRAFT_NODE_DIRECTORY]--;
    }
  g_ptr_array_add (
      facts, graft_fact_new (GRAFT_FACT_ENTRIES, "", describe_count (&count), GRAFT_FACT_PLAIN));
  g_ptr_array_add (facts, graft_fact_new (GRAFT_FACT_SIZE, "", graft_facts_dup_size (count.size),
                                          GRAFT_FACT_PLAIN));
  return g_steal_pointer (&facts);
}
