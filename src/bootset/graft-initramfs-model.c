/* graft-initramfs-model.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "bootset/graft-initramfs-model.h"

#include <string.h>
#include <sys/stat.h>

#include "image/graft-path.h"

#define HEADER 110
#define MAX_LINKS 40

typedef struct _Inode Inode;

struct _Inode
{
  guint32 mode;
  GHashTable *children; /* of name to Inode; folders only */
  Inode *parent;        /* no-ref; folders only */
  char *text;           /* a link's target, a file's content */
};

typedef struct
{
  Inode *root;
  GPtrArray *inodes; /* of Inode: all that there ever were */
  GHashTable *links; /* of device and inode number to path: the kernel's head[] */
} Model;

static void
inode_free (gpointer data)
{
  Inode *self = data;

  g_clear_pointer (&self->children, g_hash_table_unref);
  g_free (self->text);
  g_free (self);
}

static Inode *
new_inode (Model *self, guint32 mode, const char *text)
{
  Inode *inode = g_new0 (Inode, 1);

  inode->mode = mode;
  inode->text = g_strdup (text);
  if (S_ISDIR (mode))
    inode->children = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_ptr_array_add (self->inodes, inode);
  return inode;
}

/* The folder that @path lies in, links followed, and the last component. */
static Inode *find_folder (Model *self, Inode *start, const char *path, guint *n_links,
                           char **ret_name);

static Inode *
walk (Model *self, Inode *folder, const char *name, guint *n_links)
{
  g_autofree char *last = NULL;
  Inode *found;

  if (!S_ISDIR (folder->mode))
    return NULL;
  if (*name == '\0' || strcmp (name, ".") == 0)
    return folder;
  if (strcmp (name, "..") == 0)
    return folder->parent;
  found = g_hash_table_lookup (folder->children, name);
  if (found == NULL || !S_ISLNK (found->mode))
    return found;
  if (++*n_links > MAX_LINKS)
    return NULL;
  folder = find_folder (self, folder, found->text, n_links, &last);
  return folder != NULL ? walk (self, folder, last, n_links) : NULL;
}

static Inode *
find_folder (Model *self, Inode *start, const char *path, guint *n_links, char **ret_name)
{
  g_auto (GStrv) components = g_strsplit (path, "/", -1);
  guint count = g_strv_length (components);
  Inode *folder = *path == '/' ? self->root : start;

  for (guint i = 0; i + 1 < count && folder != NULL; i++)
    folder = walk (self, folder, components[i], n_links);
  *ret_name = g_strdup (count > 0 ? components[count - 1] : "");
  return folder != NULL && S_ISDIR (folder->mode) ? folder : NULL;
}

/* Where a record's path leads: the folder, and what is there under @ret_name, not followed. */
static Inode *
look_up (Model *self, const char *path, char **ret_name, Inode **ret_there)
{
  guint n_links = 0;
  Inode *folder = find_folder (self, self->root, path, &n_links, ret_name);

  if (folder != NULL && strcmp (*ret_name, ".") == 0)
    *ret_there = folder;
  else
    *ret_there = folder != NULL ? g_hash_table_lookup (folder->children, *ret_name) : NULL;
  return folder;
}

/* clean_path (): what is there of another type goes, but for a folder that is not empty. */
static void
clean_path (Model *self, const char *path, guint32 mode)
{
  g_autofree char *name = NULL;
  Inode *there, *folder = look_up (self, path, &name, &there);

  if (there == NULL || ((there->mode ^ mode) & S_IFMT) == 0
      || (S_ISDIR (there->mode) && g_hash_table_size (there->children) > 0))
    return;
  g_hash_table_remove (folder->children, name);
}

/* Whether there is a folder for it and nothing in its place, so that it is there now. */
static gboolean
make (Model *self, const char *path, Inode *inode)
{
  g_autofree char *name = NULL;
  Inode *there, *folder = look_up (self, path, &name, &there);

  if (folder == NULL || there != NULL)
    return FALSE;
  inode->parent = folder;
  g_hash_table_insert (folder->children, g_steal_pointer (&name), inode);
  return TRUE;
}

/* maybe_link (): 1: a name more of a file; 0: no such; -1: could not be. */
static int
maybe_link (Model *self, const char *path, const guint32 *fields)
{
  g_autofree char *key = NULL, *name = NULL;
  const char *old;
  Inode *inode;

  if (fields[4] < 2)
    return 0;
  key = g_strdup_printf ("%u %u %u", fields[7], fields[8], fields[0]);
  old = g_hash_table_lookup (self->links, key);
  if (old == NULL)
    {
      g_hash_table_insert (self->links, g_steal_pointer (&key), g_strdup (path));
      return 0;
    }
  clean_path (self, path, 0);
  if (look_up (self, old, &name, &inode) == NULL || inode == NULL || S_ISDIR (inode->mode))
    return -1;
  return make (self, path, inode) ? 1 : -1;
}

static void
do_file (Model *self, const char *path, const guint32 *fields, const char *content)
{
  g_autofree char *name = NULL;
  int linked = maybe_link (self, path, fields);
  Inode *there;

  if (linked < 0)
    return;
  /* open (): what is there is written into, unless it is a folder. */
  look_up (self, path, &name, &there);
  if (there == NULL)
    {
      there = new_inode (self, fields[1], "");
      if (!make (self, path, there))
        return;
    }
  else if (S_ISDIR (there->mode))
    return;
  there->mode = fields[1];
  /* A name more without data does not cut the file to nothing. */
  if (linked == 1 && *content == '\0')
    return;
  g_free (there->text);
  there->text = g_strdup (content);
}

static void
do_name (Model *self, const char *path, const guint32 *fields, const char *content)
{
  guint32 mode = fields[1];
  g_autofree char *name = NULL;
  Inode *there;

  if (S_ISLNK (mode))
    {
      clean_path (self, path, 0);
      make (self, path, new_inode (self, mode, content));
      return;
    }
  clean_path (self, path, mode);
  if (S_ISREG (mode))
    do_file (self, path, fields, content);
  else if (S_ISDIR (mode) && !make (self, path, new_inode (self, mode, NULL)))
    {
      /* chmod (): follows links; what was none of a folder is gone by now. */
      look_up (self, path, &name, &there);
      if (there != NULL)
        there->mode = mode;
    }
}

static const guint8 *
unpack_record (Model *self, const guint8 *data, const guint8 *start)
{
  guint32 fields[13];
  g_autofree char *path = NULL, *content = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      char digits[9] = "";

      memcpy (digits, data + 6 + 8 * i, 8);
      fields[i] = g_ascii_strtoull (digits, NULL, 16);
    }
  path = g_strndup ((const char *)data + HEADER, fields[11]);
  data = start + (((data - start) + HEADER + fields[11] + 3) & ~(gsize)3);
  content = g_strndup ((const char *)data, fields[6]);
  if (strcmp (path, "TRAILER!!!") == 0)
    g_hash_table_remove_all (self->links);
  else
    do_name (self, path, fields, content);
  return start + (((data - start) + fields[6] + 3) & ~(gsize)3);
}

static void
print_inode (GString *text, guint32 mode, const char *path, const char *content)
{
  if (S_ISLNK (mode))
    g_string_append_printf (text, "l %s %s\n", path, content);
  else if (S_ISDIR (mode))
    g_string_append_printf (text, "d %04o %s\n", mode & 07777, path);
  else
    g_string_append_printf (text, "f %04o %s %s\n", mode & 07777, path, content);
}

static void
print_folder (GString *text, Inode *folder, const char *path)
{
  g_autoptr (GList) names
      = g_list_sort (g_hash_table_get_keys (folder->children), (GCompareFunc)strcmp);

  for (GList *name = names; name != NULL; name = name->next)
    {
      g_autofree char *below = g_strconcat (path, "/", name->data, NULL);
      Inode *inode = g_hash_table_lookup (folder->children, name->data);

      print_inode (text, inode->mode, below, inode->text);
      if (S_ISDIR (inode->mode))
        print_folder (text, inode, below);
    }
}

char *
graft_initramfs_model_unpack (GBytes *bytes)
{
  gsize length;
  const guint8 *start = g_bytes_get_data (bytes, &length), *data = start;
  g_autoptr (GPtrArray) inodes = g_ptr_array_new_with_free_func (inode_free);
  g_autoptr (GHashTable) links = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  Model self = { NULL, inodes, links };
  GString *text = g_string_new (NULL);

  self.root = new_inode (&self, S_IFDIR | 0755, NULL);
  self.root->parent = self.root;
  while (data < start + length)
    data = *data == '\0' ? data + 1 : unpack_record (&self, data, start);
  print_folder (text, self.root, "");
  return g_string_free (text, FALSE);
}

static gboolean
print_node (const char *path, GraftNode *node, gpointer data, GError **error)
{
  guint32 mode = graft_node_get_attributes (node)->mode;
  g_autoptr (GraftInput) content = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *text = NULL;

  if (strcmp (path, "/") == 0)
    return TRUE;
  if (graft_node_is_directory (node))
    mode |= S_IFDIR;
  else if (graft_node_get_node_type (node) == GRAFT_NODE_SYMLINK)
    {
      mode |= S_IFLNK;
      text = g_strdup (graft_node_get_target (node));
    }
  else
    {
      content = graft_node_open (node, error);
      bytes = content != NULL ? graft_input_read_all (content, error) : NULL;
      if (bytes == NULL)
        return FALSE;
      text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
    }
  print_inode (data, mode, path, text);
  return TRUE;
}

char *
graft_initramfs_model_dump (GraftNode *root)
{
  g_autoptr (GError) error = NULL;
  GString *text = g_string_new (NULL);

  g_assert_true (graft_path_walk (root, "/", print_node, text, NULL, &error));
  g_assert_no_error (error);
  return g_string_free (text, FALSE);
}
