/* graft-host-folder.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The folder is the user's, and may be changed by anybody while it is looked at. So each folder on
 * the way is entered by its name below the one before, never through a link; and a file that is
 * opened must be the one that was listed (device, inode, size, time).
 */

#include "sources/graft-host-folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/graft-error.h"
#include "base/graft-file-identity.h"
#include "base/graft-limits.h"
#include "base/graft-name.h"
#include "image/graft-tree.h"

#define GRAFT_TYPE_HOST_FOLDER (graft_host_folder_get_type ())
G_DECLARE_FINAL_TYPE (GraftHostFolder, graft_host_folder, GRAFT, HOST_FOLDER, GObject)

/* An entry; its place in the list is the handle. */
typedef struct
{
  guint parent; /* handle; the root's is 0 */
  char *name;
  struct stat identity;
  GraftDirectory *listing; /* of a folder, once it was listed */
  GraftInput *content;     /* of a file, once it was taken in */
  gboolean has_xattrs;
} HostItem;

struct _GraftHostFolder
{
  GObject parent_instance;

  char *path;
  int fd;
  GraftStore *store; /* no-ref: it holds this */

  GMutex mutex;      /* guards what follows */
  GPtrArray *items;  /* of HostItem */
  GHashTable *links; /* "device:inode" → GraftNode, of files with several names */
};

static void graft_host_folder_tree_init (GraftTreeInterface *iface);

G_DEFINE_TYPE_WITH_CODE (GraftHostFolder, graft_host_folder, G_TYPE_OBJECT,
                         G_IMPLEMENT_INTERFACE (GRAFT_TYPE_TREE, graft_host_folder_tree_init))

static void
item_free (gpointer data)
{
  HostItem *self = data;

  g_clear_pointer (&self->listing, graft_directory_unref);
  g_clear_object (&self->content);
  g_free (self->name);
  g_free (self);
}

static guint
add_item (GraftHostFolder *self, guint parent, const char *name, const struct stat *identity)
{
  HostItem *item = g_new0 (HostItem, 1);

  item->parent = parent;
  item->name = g_strdup (name);
  item->identity = *identity;
  g_ptr_array_add (self->items, item);
  return self->items->len - 1;
}

static HostItem *
get_item (GraftHostFolder *self, guint handle)
{
  return g_ptr_array_index (self->items, handle);
}

/* The names from the root to the entry. */
static GPtrArray *
list_names (GraftHostFolder *self, guint handle)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);

  for (; handle != 0; handle = get_item (self, handle)->parent)
    g_ptr_array_insert (names, 0, g_strdup (get_item (self, handle)->name));
  return names;
}

/* For messages: "vendor/modules-new/kernel". */
static char *
dup_shown_path (GraftHostFolder *self, GPtrArray *names)
{
  g_autoptr (GString) path = g_string_new (self->path);

  for (guint i = 0; i < names->len; i++)
    {
      if (path->len == 0 || path->str[path->len - 1] != '/')
        g_string_append_c (path, '/');
      g_string_append (path, g_ptr_array_index (names, i));
    }
  return graft_name_escape (path->str);
}

static gboolean
set_changed (const char *path, GError **error)
{
  g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CHANGED,
               _ ("%s was changed on disk after its folder was listed; start again"), path);
  return FALSE;
}

static gboolean
is_same (int fd, const struct stat *was, const struct stat *now)
{
  if (!graft_file_is_same (fd, was, now))
    return FALSE;
  /* What is in a folder may change; a file may not. */
  return S_ISDIR (now->st_mode)
         || (was->st_size == now->st_size && was->st_mtim.tv_sec == now->st_mtim.tv_sec
             && was->st_mtim.tv_nsec == now->st_mtim.tv_nsec);
}

/* Opens the entry, folder by folder, and makes sure that it is the one with @identity; -1 on
 * error. */
static int
open_entry (GraftHostFolder *self, GPtrArray *names, const struct stat *identity, const char *path,
            GError **error)
{
  const int flags = O_RDONLY | O_NOFOLLOW | O_CLOEXEC;
  int fd = openat (self->fd, ".", flags | O_DIRECTORY);
  struct stat now;

  for (guint i = 0; fd >= 0 && i < names->len; i++)
    {
      gboolean last = i + 1 == names->len;
      gboolean folder = !last || S_ISDIR (identity->st_mode);
      /* O_NONBLOCK: a pipe that took the file's place must not make us wait. */
      int next = openat (fd, g_ptr_array_index (names, i),
                         flags | (folder ? O_DIRECTORY : O_NONBLOCK | O_NOCTTY));
      int saved = errno;

      close (fd);
      errno = saved;
      fd = next;
    }
  if (fd < 0 && (errno == ENOENT || errno == ENOTDIR || errno == ELOOP))
    {
      set_changed (path, error);
      return -1;
    }
  if (fd < 0)
    {
      graft_error_set_errno (error, GRAFT_IMAGE_ERROR, errno, path, _ ("cannot be opened"));
      return -1;
    }
  if (fstat (fd, &now) < 0 || !is_same (fd, identity, &now))
    {
      close (fd);
      set_changed (path, error);
      return -1;
    }
  return fd;
}

static char *
read_target (int folder, const char *name)
{
  char target[GRAFT_LIMIT_PATH + 1];
  gssize length = readlinkat (folder, name, target, sizeof target);

  if (length <= 0 || length > GRAFT_LIMIT_PATH)
    return NULL;
  return g_strndup (target, length);
}

static GraftNode *
make_node (GraftHostFolder *self, guint handle, const char *target)
{
  const struct stat *status = &get_item (self, handle)->identity;
  GraftNodeInit init = {
    .attributes = {
      .mode = status->st_mode & 07777,
      .uid = status->st_uid,
      .gid = status->st_gid,
      .mtime = status->st_mtim.tv_sec,
      .mtime_nsec = status->st_mtim.tv_nsec,
    },
    .size = status->st_size,
    .target = target,
    .rdev_major = major (status->st_rdev),
    .rdev_minor = minor (status->st_rdev),
    .nlink = status->st_nlink,
    .source = GRAFT_TREE (self),
    .handle = handle,
  };

  if (!graft_node_type_from_mode (status->st_mode, &init.type))
    return NULL;
  return graft_node_new (&init);
}

/* Of names as listxattr(2) gives them. */
static gboolean
has_other_than_selinux (const char *names, gssize length)
{
  for (gssize at = 0; at < length; at += strlen (names + at) + 1)
    if (strcmp (names + at, "security.selinux") != 0)
      return TRUE;
  return FALSE;
}

gboolean
graft_host_file_has_xattrs (const char *path)
{
  gssize length = listxattr (path, NULL, 0);
  g_autofree char *names = NULL;

  /* Most have none; where it cannot be told nobody is to be alarmed. */
  if (length <= 0)
    return FALSE;
  names = g_malloc0 (length + 1);
  return has_other_than_selinux (names, listxattr (path, names, length));
}

guint64
graft_host_folder_count_xattrs (GraftNode *root)
{
  GraftTree *source = graft_node_get_source (root);
  GraftHostFolder *self = GRAFT_IS_HOST_FOLDER (source) ? GRAFT_HOST_FOLDER (source) : NULL;
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = NULL;
  guint64 count = 0;

  if (self == NULL)
    return 0;
  locker = g_mutex_locker_new (&self->mutex);
  for (guint i = 0; i < self->items->len; i++)
    count += get_item (self, i)->has_xattrs;
  return count;
}

/* The entry @name of the folder, which is no link. */
static gboolean
entry_has_xattrs (int folder, const char *name)
{
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d/%s", folder, name);

  return graft_host_file_has_xattrs (path);
}

/* Adds the entry @name of the folder to @builder. One that vanished meanwhile is left out. */
static gboolean
list_entry (GraftHostFolder *self, guint parent, int folder, const char *name, const char *path,
            GraftDirectoryBuilder *builder, GError **error)
{
  g_autofree char *target = NULL;
  g_autofree char *key = NULL;
  g_autoptr (GraftNode) node = NULL;
  GraftNode *linked = NULL;
  struct stat status;

  if (fstatat (folder, name, &status, AT_SYMLINK_NOFOLLOW) < 0)
    return errno == ENOENT
           || graft_error_set_errno (error, GRAFT_IMAGE_ERROR, errno, path, _ ("cannot be listed"));
  if (self->items->len >= GRAFT_LIMIT_ENTRIES)
    {
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_TOO_LARGE,
                   _ ("%s has more than %d entries; give the folder that is meant"), self->path,
                   GRAFT_LIMIT_ENTRIES);
      return FALSE;
    }
  if (S_ISLNK (status.st_mode) && (target = read_target (folder, name)) == NULL)
    return TRUE;
  if (!S_ISDIR (status.st_mode) && status.st_nlink > 1)
    {
      key = g_strdup_printf ("%ju:%ju", (uintmax_t)status.st_dev, (uintmax_t)status.st_ino);
      linked = g_hash_table_lookup (self->links, key);
    }
  if (linked != NULL)
    node = graft_node_ref (linked);
  else
    {
      guint handle = add_item (self, parent, name, &status);

      get_item (self, handle)->has_xattrs = (S_ISREG (status.st_mode) || S_ISDIR (status.st_mode))
                                            && entry_has_xattrs (folder, name);
      node = make_node (self, handle, target);
    }
  if (node == NULL)
    return TRUE;
  if (key != NULL && linked == NULL)
    g_hash_table_insert (self->links, g_steal_pointer (&key), graft_node_ref (node));
  graft_directory_builder_add (builder, name, node);
  return TRUE;
}

static GraftDirectory *
list_folder (GraftHostFolder *self, guint handle, GError **error)
{
  g_autoptr (GPtrArray) names = list_names (self, handle);
  g_autofree char *path = dup_shown_path (self, names);
  g_autoptr (GraftDirectoryBuilder) builder = graft_directory_builder_new ();
  int fd = open_entry (self, names, &get_item (self, handle)->identity, path, error);
  DIR *listing;
  const struct dirent *entry;
  gboolean result = TRUE;

  if (fd < 0)
    return NULL;
  listing = fdopendir (fd);
  if (listing == NULL)
    {
      graft_error_set_errno (error, GRAFT_IMAGE_ERROR, errno, path, _ ("cannot be listed"));
      close (fd);
      return NULL;
    }
  while (result && (errno = 0, entry = readdir (listing)) != NULL)
    if (strcmp (entry->d_name, ".") != 0 && strcmp (entry->d_name, "..") != 0)
      result = list_entry (self, handle, fd, entry->d_name, path, builder, error);
  if (result && errno != 0)
    result = graft_error_set_errno (error, GRAFT_IMAGE_ERROR, errno, path, _ ("cannot be listed"));
  closedir (listing);
  return result ? graft_directory_builder_finish (g_steal_pointer (&builder)) : NULL;
}

static GraftDirectory *
graft_host_folder_list (GraftTree *tree, GraftNode *node, GError **error)
{
  GraftHostFolder *self = GRAFT_HOST_FOLDER (tree);
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->mutex);
  guint handle = graft_node_get_handle (node);
  GraftDirectory *listing = get_item (self, handle)->listing;

  if (listing == NULL)
    {
      listing = list_folder (self, handle, error);
      get_item (self, handle)->listing = listing;
    }
  return listing != NULL ? graft_directory_ref (listing) : NULL;
}

/* Without the lock: this may take a while. */
static GraftInput *
take_in (GraftHostFolder *self, GPtrArray *names, const struct stat *identity, GError **error)
{
  g_autofree char *path = dup_shown_path (self, names);
  g_autoptr (GraftInput) file = NULL;
  int fd = open_entry (self, names, identity, path, error);

  if (fd < 0)
    return NULL;
  file = graft_file_input_new_take_fd (fd, path, error);
  return file != NULL ? graft_store_add (self->store, file, NULL, NULL, error) : NULL;
}

static GraftInput *
graft_host_folder_open_file (GraftTree *tree, GraftNode *node, GError **error)
{
  GraftHostFolder *self = GRAFT_HOST_FOLDER (tree);
  guint handle = graft_node_get_handle (node);
  g_autoptr (GPtrArray) names = NULL;
  g_autoptr (GraftInput) content = NULL;
  struct stat identity;
  HostItem *item;

  g_mutex_lock (&self->mutex);
  item = get_item (self, handle);
  content = item->content != NULL ? g_object_ref (item->content) : NULL;
  names = list_names (self, handle);
  identity = item->identity;
  g_mutex_unlock (&self->mutex);
  if (content == NULL)
    {
      content = take_in (self, names, &identity, error);
      if (content == NULL)
        return NULL;
      g_mutex_lock (&self->mutex);
      g_set_object (&item->content, content);
      g_mutex_unlock (&self->mutex);
    }
  return g_steal_pointer (&content);
}

static void
graft_host_folder_tree_init (GraftTreeInterface *iface)
{
  iface->list = graft_host_folder_list;
  iface->open = graft_host_folder_open_file;
}

static void
graft_host_folder_finalize (GObject *object)
{
  GraftHostFolder *self = GRAFT_HOST_FOLDER (object);

  if (self->fd >= 0)
    close (self->fd);
  g_hash_table_unref (self->links);
  g_ptr_array_unref (self->items);
  g_mutex_clear (&self->mutex);
  g_free (self->path);
  G_OBJECT_CLASS (graft_host_folder_parent_class)->finalize (object);
}

static void
graft_host_folder_class_init (GraftHostFolderClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = graft_host_folder_finalize;
}

static void
graft_host_folder_init (GraftHostFolder *self)
{
  self->fd = -1;
  g_mutex_init (&self->mutex);
  self->items = g_ptr_array_new_with_free_func (item_free);
  self->links
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)graft_node_unref);
}

GraftNode *
graft_host_folder_open (const char *path, GraftStore *store, GError **error)
{
  g_autoptr (GraftHostFolder) self = g_object_new (GRAFT_TYPE_HOST_FOLDER, NULL);
  g_autofree char *shown = graft_name_escape (path);
  struct stat status;

  self->path = g_strdup (path);
  self->store = store;
  self->fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (self->fd < 0 || fstat (self->fd, &status) < 0)
    {
      g_set_error (error, GRAFT_IMAGE_ERROR,
                   errno == ENOENT || errno == ENOTDIR ? GRAFT_ERROR_NOT_FOUND : GRAFT_ERROR_IO,
                   _ ("The folder %s cannot be opened: %s"), shown, g_strerror (errno));
      return NULL;
    }
  graft_store_keep (store, G_OBJECT (self));
  add_item (self, 0, "", &status);
  get_item (self, 0)->has_xattrs = graft_host_file_has_xattrs (path);
  return make_node (self, 0, NULL);
}
