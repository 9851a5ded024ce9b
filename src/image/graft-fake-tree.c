/* graft-fake-tree.c: a source tree made of text, for tests only
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "image/graft-fake-tree.h"

#include <stdio.h>
#include <string.h>

/* A folder while the text is read, and what it lists afterwards. */
typedef struct
{
  GHashTable *entries; /* of char* name to GraftNode */
  GraftDirectory *directory;
} Folder;

struct _GraftFakeTree
{
  GObject parent_instance;

  GraftNode *root;
  GHashTable *folders;  /* of handle to Folder */
  GHashTable *contents; /* of handle to GBytes */
  gsize last_handle;
};

static void
folder_free (gpointer data)
{
  Folder *folder = data;

  g_clear_pointer (&folder->entries, g_hash_table_unref);
  g_clear_pointer (&folder->directory, graft_directory_unref);
  g_free (folder);
}

static GraftDirectory *
graft_fake_tree_list (GraftTree *tree, GraftNode *node, GError **error)
{
  GraftFakeTree *self = GRAFT_FAKE_TREE (tree);
  Folder *folder
      = g_hash_table_lookup (self->folders, GSIZE_TO_POINTER (graft_node_get_handle (node)));

  if (folder->directory == NULL)
    {
      GraftDirectoryBuilder *builder = graft_directory_builder_new ();
      GHashTableIter iter;
      gpointer name, child;

      g_hash_table_iter_init (&iter, folder->entries);
      while (g_hash_table_iter_next (&iter, &name, &child))
        graft_directory_builder_add (builder, name, child);
      folder->directory = graft_directory_builder_finish (builder);
    }
  return graft_directory_ref (folder->directory);
}

static GraftInput *
graft_fake_tree_open (GraftTree *tree, GraftNode *node, GError **error)
{
  GraftFakeTree *self = GRAFT_FAKE_TREE (tree);
  GBytes *bytes
      = g_hash_table_lookup (self->contents, GSIZE_TO_POINTER (graft_node_get_handle (node)));

  return graft_memory_input_new (bytes, "fake file");
}

static void
graft_fake_tree_iface_init (GraftTreeInterface *iface)
{
  iface->list = graft_fake_tree_list;
  iface->open = graft_fake_tree_open;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (GraftFakeTree, graft_fake_tree, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (GRAFT_TYPE_TREE, graft_fake_tree_iface_init))

static void
graft_fake_tree_finalize (GObject *object)
{
  GraftFakeTree *self = GRAFT_FAKE_TREE (object);

  g_clear_pointer (&self->root, graft_node_unref);
  g_clear_pointer (&self->folders, g_hash_table_unref);
  g_clear_pointer (&self->contents, g_hash_table_unref);
  G_OBJECT_CLASS (graft_fake_tree_parent_class)->finalize (object);
}

static void
graft_fake_tree_class_init (GraftFakeTreeClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = graft_fake_tree_finalize;
}

static void
graft_fake_tree_init (GraftFakeTree *self)
{
  self->folders = g_hash_table_new_full (NULL, NULL, NULL, folder_free);
  self->contents = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)g_bytes_unref);
}

static GraftNode *
new_node (GraftFakeTree *self, GraftNodeInit *init)
{
  init->source = GRAFT_TREE (self);
  init->handle = ++self->last_handle;
  if (init->type == GRAFT_NODE_DIRECTORY)
    {
      Folder *folder = g_new0 (Folder, 1);

      folder->entries = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                               (GDestroyNotify)graft_node_unref);
      g_hash_table_insert (self->folders, GSIZE_TO_POINTER (self->last_handle), folder);
    }
  return graft_node_new (init);
}

static GHashTable *
get_entries (GraftFakeTree *self, GraftNode *node)
{
  Folder *folder
      = g_hash_table_lookup (self->folders, GSIZE_TO_POINTER (graft_node_get_handle (node)));

  return folder->entries;
}

/* The folder that @path lies in, made with all above it where it is missing; sets its name. */
static GHashTable *
enter_parent (GraftFakeTree *self, const char *path, char **ret_name)
{
  g_auto (GStrv) names = g_strsplit (path + 1, "/", -1);
  GHashTable *entries = get_entries (self, self->root);
  guint i = 0;

  for (; names[i + 1] != NULL; i++)
    {
      GraftNode *child = g_hash_table_lookup (entries, names[i]);

      if (child == NULL)
        {
          GraftNodeInit init
              = { .type = GRAFT_NODE_DIRECTORY, .attributes.mode = 0755, .implicit = TRUE };

          child = new_node (self, &init);
          g_hash_table_insert (entries, g_strdup (names[i]), child);
        }
      entries = get_entries (self, child);
    }
  *ret_name = g_strdup (names[i]);
  return entries;
}

static void
add_hard_link (GraftFakeTree *self, GHashTable *entries, const char *name, const char *old_path)
{
  g_autofree char *old_name = NULL;
  GHashTable *old_entries = enter_parent (self, old_path, &old_name);
  GraftNode *node = g_hash_table_lookup (old_entries, old_name);

  g_assert_nonnull (node);
  g_hash_table_insert (entries, g_strdup (name), graft_node_ref (node));
}

/* How many lines name the file that @path is the first name of, itself included. */
static guint
count_names (char *const *lines, const char *path)
{
  guint count = 1;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) words = g_strsplit (lines[i], " ", 3);

      count += *lines[i] == 'h' && strcmp (words[2], path) == 0;
    }
  return count;
}

static void
add_line (GraftFakeTree *self, char *const *lines, const char *line, guint number)
{
  g_auto (GStrv) words = g_strsplit (line, " ", *line == 'l' || *line == 'h' ? 3 : 4);
  gboolean has_mode = *line != 'l' && *line != 'h';
  const char *path = has_mode ? words[2] : words[1];
  g_autofree char *name = NULL;
  g_autofree char *content = NULL;
  GHashTable *entries;
  GraftNodeInit init = { 0 };

  g_assert_cmpuint (g_strv_length (words), >=, has_mode || *line == 'l' ? 3 : 2);
  g_assert_true (path[0] == '/' && path[1] != '\0');
  init.attributes.mode = has_mode ? strtoul (words[1], NULL, 8) : 0777;
  init.attributes.mtime = 1000 + number;
  entries = enter_parent (self, path, &name);
  switch (*line)
    {
    case 'h':
      add_hard_link (self, entries, name, words[2]);
      return;
    case 'd':
      init.type = GRAFT_NODE_DIRECTORY;
      break;
    case 'l':
      init.type = GRAFT_NODE_SYMLINK;
      init.target = words[2];
      break;
    case 'c':
      init.type = GRAFT_NODE_CHAR_DEVICE;
      g_assert_cmpint (sscanf (words[3], "%u %u", &init.rdev_major, &init.rdev_minor), ==, 2);
      break;
    case 'p':
      init.type = GRAFT_NODE_FIFO;
      break;
    case 'f':
      content = g_strcompress (words[3] != NULL ? words[3] : "");
      init.size = strlen (content);
      init.nlink = count_names (lines, path);
      break;
    default:
      g_assert_not_reached ();
    }
  g_assert_false (g_hash_table_contains (entries, name));
  g_hash_table_insert (entries, g_strdup (name), new_node (self, &init));
  if (content != NULL)
    g_hash_table_insert (self->contents, GSIZE_TO_POINTER (self->last_handle),
                         g_bytes_new (content, init.size));
}

GraftFakeTree *
graft_fake_tree_new (char *const *lines, guint first_number)
{
  GraftFakeTree *self = g_object_new (GRAFT_TYPE_FAKE_TREE, NULL);
  GraftNodeInit init = { .type = GRAFT_NODE_DIRECTORY, .attributes.mode = 0755, .implicit = TRUE };

  self->root = new_node (self, &init);
  for (guint i = 0; lines[i] != NULL; i++)
    if (*lines[i] != '\0')
      add_line (self, lines, lines[i], first_number + i);
  return self;
}

GraftNode *
graft_fake_tree_get_root (GraftFakeTree *self)
{
  return self->root;
}
