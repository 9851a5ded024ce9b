/* graft-cpio-archive.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/cpio/graft-cpio-archive-private.h"

#include <string.h>

#include "base/graft-error.h"

/* Of a folder that no record describes: what mkdir -p would make. */
#define IMPLICIT_MODE 0755

static void graft_cpio_archive_tree_init (GraftTreeInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (GraftCpioArchive, graft_cpio_archive, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (GRAFT_TYPE_TREE,
                                                      graft_cpio_archive_tree_init))

static void
graft_cpio_archive_finalize (GObject *object)
{
  GraftCpioArchive *self = GRAFT_CPIO_ARCHIVE (object);

  g_clear_pointer (&self->directories, g_hash_table_unref);
  g_clear_pointer (&self->group_nodes, g_ptr_array_unref);
  g_clear_pointer (&self->root, graft_node_unref);
  g_array_unref (self->records);
  g_byte_array_unref (self->texts);
  g_array_unref (self->places);
  g_array_unref (self->groups);
  g_free (self->stop);
  g_clear_object (&self->content);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (graft_cpio_archive_parent_class)->finalize (object);
}

static void
graft_cpio_archive_class_init (GraftCpioArchiveClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = graft_cpio_archive_finalize;
}

static void
clear_node (gpointer node)
{
  if (node != NULL)
    graft_node_unref (node);
}

static void
graft_cpio_archive_init (GraftCpioArchive *self)
{
  g_mutex_init (&self->lock);
  self->records = g_array_new (FALSE, FALSE, sizeof (GraftCpioRecord));
  self->texts = g_byte_array_new ();
  self->places = g_array_new (FALSE, FALSE, sizeof (GraftCpioPlace));
  self->groups = g_array_new (FALSE, FALSE, sizeof (GraftCpioGroup));
  self->directories
      = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)graft_directory_unref);
  self->group_nodes = g_ptr_array_new_with_free_func (clear_node);
}

guint64
graft_cpio_archive_get_handle (GraftCpioArchive *self, guint32 place)
{
  guint32 record = graft_cpio_archive_get_place (self, place)->record;
  guint32 group = record == GRAFT_CPIO_NONE ? GRAFT_CPIO_NONE
                                            : graft_cpio_archive_get_record (self, record)->group;

  return group == GRAFT_CPIO_NONE ? place : (GRAFT_CPIO_HANDLE_GROUP | group);
}

const GraftCpioRecord *
graft_cpio_archive_get_data_record (GraftCpioArchive *self, guint64 handle)
{
  guint32 index;

  if ((handle & GRAFT_CPIO_HANDLE_GROUP) != 0)
    index = g_array_index (self->groups, GraftCpioGroup, (guint32)handle).data;
  else
    index = graft_cpio_archive_get_place (self, handle)->record;
  return index == GRAFT_CPIO_NONE ? NULL : graft_cpio_archive_get_record (self, index);
}

static GraftNode *
new_node (GraftCpioArchive *self, guint32 place)
{
  GraftNodeInit init = {
    .type = GRAFT_NODE_DIRECTORY,
    .source = GRAFT_TREE (self),
    .handle = graft_cpio_archive_get_handle (self, place),
    .implicit = TRUE,
    .attributes = { .mode = IMPLICIT_MODE },
  };
  guint32 index = graft_cpio_archive_get_place (self, place)->record;
  const GraftCpioRecord *record, *data;

  if (index == GRAFT_CPIO_NONE)
    return graft_node_new (&init);
  record = graft_cpio_archive_get_record (self, index);
  if (record->group != GRAFT_CPIO_NONE)
    record = graft_cpio_archive_get_record (
        self, g_array_index (self->groups, GraftCpioGroup, record->group).attributes);
  data = graft_cpio_archive_get_data_record (self, init.handle);
  graft_node_type_from_mode (record->header.mode, &init.type);
  init.implicit = FALSE;
  init.attributes = (GraftAttributes){
    .mode = record->header.mode & 07777,
    .uid = record->header.uid,
    .gid = record->header.gid,
    .mtime = record->header.mtime,
  };
  init.nlink = record->header.nlink;
  init.size = data != NULL ? data->header.size : 0;
  if (init.type == GRAFT_NODE_SYMLINK)
    init.target = graft_cpio_archive_get_text (self, record->target);
  if (init.type == GRAFT_NODE_CHAR_DEVICE || init.type == GRAFT_NODE_BLOCK_DEVICE)
    {
      init.rdev_major = record->header.rdev_major;
      init.rdev_minor = record->header.rdev_minor;
    }
  return graft_node_new (&init);
}

/* The node at @place, one for all names of a file. */
static GraftNode *
dup_node (GraftCpioArchive *self, guint32 place)
{
  guint64 handle = graft_cpio_archive_get_handle (self, place);
  guint32 group = (guint32)handle;

  if ((handle & GRAFT_CPIO_HANDLE_GROUP) == 0)
    return new_node (self, place);
  if (self->group_nodes->len == 0)
    g_ptr_array_set_size (self->group_nodes, self->groups->len);
  if (g_ptr_array_index (self->group_nodes, group) == NULL)
    g_ptr_array_index (self->group_nodes, group) = new_node (self, place);
  return graft_node_ref (g_ptr_array_index (self->group_nodes, group));
}

static GraftDirectory *
new_listing (GraftCpioArchive *self, guint32 place)
{
  g_autoptr (GraftDirectoryBuilder) builder = graft_directory_builder_new ();
  guint32 end = graft_cpio_archive_get_place (self, place)->end;

  for (guint32 child = place + 1; child < end;
       child = graft_cpio_archive_get_place (self, child)->end)
    {
      const GraftCpioPlace *here = graft_cpio_archive_get_place (self, child);
      g_autoptr (GraftNode) node = dup_node (self, child);
      g_autofree char *name
          = g_strndup (graft_cpio_archive_get_text (self, here->name), here->name_length);

      graft_directory_builder_add (builder, name, node);
    }
  return graft_directory_builder_finish (g_steal_pointer (&builder));
}

GraftDirectory *
graft_cpio_archive_list_place (GraftCpioArchive *self, guint32 place)
{
  gpointer key = GSIZE_TO_POINTER (place);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  GraftDirectory *directory = g_hash_table_lookup (self->directories, key);

  if (directory == NULL)
    {
      directory = new_listing (self, place);
      g_hash_table_insert (self->directories, key, directory);
    }
  return graft_directory_ref (directory);
}

static GraftDirectory *
graft_cpio_archive_list (GraftTree *tree, GraftNode *node, GError **error)
{
  return graft_cpio_archive_list_place (GRAFT_CPIO_ARCHIVE (tree), graft_node_get_handle (node));
}

GraftNode *
graft_cpio_archive_new_record_node (GraftCpioArchive *self, const GraftCpioRecord *record)
{
  const GraftCpioHeader *header = &record->header;
  g_autoptr (GraftInput) content = NULL;
  GraftNodeInit init = {
    .attributes = { .mode = header->mode & 07777,
                    .uid = header->uid,
                    .gid = header->gid,
                    .mtime = header->mtime },
    .nlink = header->nlink,
    .rdev_major = header->rdev_major,
    .rdev_minor = header->rdev_minor,
  };

  if (!graft_node_type_from_mode (header->mode, &init.type))
    return NULL;
  if (init.type == GRAFT_NODE_SYMLINK)
    init.target = graft_cpio_archive_get_text (self, record->target);
  if (init.type == GRAFT_NODE_REGULAR)
    {
      content = graft_slice_input_new (
          self->content,
          record->offset + GRAFT_CPIO_HEADER_SIZE + graft_cpio_header_get_name_area (header),
          header->size, graft_cpio_archive_get_text (self, record->name), NULL);
      init.content = content;
    }
  return graft_node_new (&init);
}

gboolean
graft_cpio_archive_is_redirected (GraftCpioArchive *self, const GraftCpioRecord *record)
{
  const char *name = graft_cpio_archive_get_text (self, record->name);

  return record->path < record->name || record->path > record->name + strlen (name);
}

char *
graft_cpio_archive_dup_path (GraftCpioArchive *self, guint32 place)
{
  g_autoptr (GString) path = g_string_new (NULL);

  for (; place != 0; place = graft_cpio_archive_get_place (self, place)->parent)
    {
      const GraftCpioPlace *here = graft_cpio_archive_get_place (self, place);

      if (path->len > 0)
        g_string_prepend_c (path, '/');
      g_string_prepend_len (path, graft_cpio_archive_get_text (self, here->name),
                            here->name_length);
    }
  return g_string_free (g_steal_pointer (&path), FALSE);
}

static GraftInput *
graft_cpio_archive_open (GraftTree *tree, GraftNode *node, GError **error)
{
  GraftCpioArchive *self = GRAFT_CPIO_ARCHIVE (tree);
  const GraftCpioRecord *record
      = graft_cpio_archive_get_data_record (self, graft_node_get_handle (node));
  g_autofree char *name = NULL;
  g_autoptr (GBytes) empty = NULL;

  if (record == NULL || record->header.size == 0)
    {
      empty = g_bytes_new_static ("", 0);
      return graft_memory_input_new (empty, "empty file");
    }
  name
      = g_strdup_printf ("%s:/%.*s", graft_input_get_name (self->content), (int)record->path_length,
                         graft_cpio_archive_get_text (self, record->path));
  return graft_slice_input_new (self->content,
                                record->offset + GRAFT_CPIO_HEADER_SIZE
                                    + graft_cpio_header_get_name_area (&record->header),
                                record->header.size, name, error);
}

static void
graft_cpio_archive_tree_init (GraftTreeInterface *iface)
{
  iface->list = graft_cpio_archive_list;
  iface->open = graft_cpio_archive_open;
}

void
graft_cpio_archive_set_content (GraftCpioArchive *self, GraftInput *content)
{
  g_set_object (&self->content, content);
}

GraftInput *
graft_cpio_archive_get_content (GraftCpioArchive *self)
{
  return self->content;
}

guint64
graft_cpio_archive_get_size (GraftCpioArchive *self)
{
  return self->size;
}

guint64
graft_cpio_archive_get_readable_size (GraftCpioArchive *self)
{
  return self->readable_size;
}

const GraftCpioRecord *
graft_cpio_archive_get_records (GraftCpioArchive *self, guint *ret_n)
{
  *ret_n = self->records->len;
  return (const void *)self->records->data;
}

guint
graft_cpio_archive_get_last_trailer (GraftCpioArchive *self)
{
  guint n_records = self->records->len;

  for (guint i = n_records; i > 0; i--)
    if (graft_cpio_archive_get_record (self, i - 1)->trailer)
      return i - 1;
  return n_records;
}

guint
graft_cpio_archive_get_n_entries (GraftCpioArchive *self)
{
  return self->records->len - self->n_trailers;
}

const char *
graft_cpio_archive_get_text (GraftCpioArchive *self, guint32 text)
{
  return (const char *)self->texts->data + text;
}

gboolean
graft_cpio_archive_is_crc (GraftCpioArchive *self)
{
  for (guint i = 0; i < self->records->len; i++)
    if (!graft_cpio_archive_get_record (self, i)->header.crc)
      return FALSE;
  return self->records->len > 0;
}

gboolean
graft_cpio_archive_is_upper (GraftCpioArchive *self)
{
  return self->upper;
}

const char *
graft_cpio_archive_get_stop (GraftCpioArchive *self)
{
  return self->stop;
}

GraftNode *
graft_cpio_archive_dup_root (GraftCpioArchive *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (self->root == NULL)
    self->root = new_node (self, 0);
  return graft_node_ref (self->root);
}
