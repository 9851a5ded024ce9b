/* graft-squashfs-xattrs.c: reading the extended attributes of an image
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/squashfs/graft-squashfs-xattrs.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-limits.h"
#include "formats/squashfs/graft-squashfs-compressor.h"
#include "formats/squashfs/graft-squashfs-error.h"
#include "formats/squashfs/graft-squashfs-super.h"

/* The kernel lists at most 64 KiB of names, of which none is shorter than "user.a" and its end. */
#define MAX_PAIRS (65536 / 7)

struct _GraftSquashfsXattrs
{
  const sqfs_super_t *super; /* no-ref */
  guint64 table;             /* GRAFT_SQUASHFS_NO_TABLE: the image has none */
  guint64 values;            /* where keys and values begin, from the image's start */

  GMutex lock; /* of all below */
  GraftSquashfsStream *stream;
  sqfs_compressor_t *decoder;
  sqfs_xattr_reader_t *reader; /* NULL: to be loaded */
  sqfs_meta_reader_t *scout;   /* goes before the reader, see check_pair() */
};

static void
unload (GraftSquashfsXattrs *self)
{
  g_clear_pointer (&self->scout, sqfs_destroy);
  g_clear_pointer (&self->reader, sqfs_destroy);
}

static gboolean
fail (GraftSquashfsXattrs *self, int code, GError **error)
{
  return graft_squashfs_fail_reading (self->stream, code, _ ("the xattr table"), self->table,
                                      error);
}

static gboolean
corrupted (GError **error, const char *text)
{
  g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED, _ ("extended attributes: %s"),
               text);
  return FALSE;
}

/* The library makes room for as many sets as the head of the table counts. */
static gboolean
load (GraftSquashfsXattrs *self, GError **error)
{
  sqfs_file_t *file = graft_squashfs_stream_get_file (self->stream);
  const sqfs_super_t *super = self->super;
  sqfs_super_t loaded = *super;
  sqfs_xattr_id_table_t head;
  int code = file->read_at (file, self->table, &head, sizeof head);

  if (code != 0)
    return fail (self, code, error);
  self->values = GUINT64_FROM_LE (head.xattr_table_start);
  if (GUINT32_FROM_LE (head.xattr_ids) > GRAFT_LIMIT_ENTRIES || self->values >= super->bytes_used)
    return fail (self, SQFS_ERROR_OUT_OF_BOUNDS, error);
  if (!graft_squashfs_super_check_table (super, self->table + sizeof head,
                                         GUINT32_FROM_LE (head.xattr_ids), sizeof (sqfs_xattr_id_t),
                                         _ ("the xattr table"), error))
    return FALSE;
  /* Where there is a table the kernel reads it, whatever this flag says. */
  loaded.flags &= ~SQFS_FLAG_NO_XATTRS;
  self->reader = sqfs_xattr_reader_create (0);
  self->scout
      = sqfs_meta_reader_create (file, self->decoder, super->id_table_start, super->bytes_used);
  if (self->reader == NULL || self->scout == NULL)
    return fail (self, SQFS_ERROR_ALLOC, error);
  code = sqfs_xattr_reader_load (self->reader, &loaded, file, self->decoder);
  return code == 0 || fail (self, code, error);
}

GraftSquashfsXattrs *
graft_squashfs_xattrs_new (GraftInput *input, const sqfs_super_t *super,
                           const sqfs_compressor_config_t *config, GError **error)
{
  g_autoptr (GraftSquashfsXattrs) self = g_new0 (GraftSquashfsXattrs, 1);

  g_mutex_init (&self->lock);
  self->stream = graft_squashfs_stream_new_input (input);
  self->super = super;
  self->table = super->xattr_id_table_start;
  if (self->table == GRAFT_SQUASHFS_NO_TABLE)
    return g_steal_pointer (&self);
  self->decoder = graft_squashfs_decoder_new (config);
  if (self->decoder == NULL)
    {
      fail (self, SQFS_ERROR_ALLOC, error);
      return NULL;
    }
  return load (self, error) ? g_steal_pointer (&self) : NULL;
}

void
graft_squashfs_xattrs_free (GraftSquashfsXattrs *self)
{
  unload (self);
  sqfs_destroy (self->decoder);
  graft_squashfs_stream_free (self->stream);
  g_mutex_clear (&self->lock);
  g_free (self);
}

static int
seek_scout (GraftSquashfsXattrs *self, guint64 ref)
{
  return sqfs_meta_reader_seek (self->scout, self->values + GRAFT_SQUASHFS_REF_BLOCK (ref),
                                GRAFT_SQUASHFS_REF_OFFSET (ref));
}

/* Moves the scout over one pair. The library makes room for a value of any length, up to 4 GiB,
 * before it reads it; here the length is looked at first. Returns a SQFS_ERROR. */
static int
check_pair (GraftSquashfsXattrs *self)
{
  g_autofree guint8 *skipped = g_malloc (GRAFT_LIMIT_XATTR_VALUE);
  sqfs_xattr_entry_t name;
  sqfs_xattr_value_t value;
  sqfs_u64 ref = 0, block = 0;
  size_t offset = 0;
  int code = sqfs_meta_reader_read (self->scout, &name, sizeof name);
  gboolean elsewhere = code == 0 && (GUINT16_FROM_LE (name.type) & SQFS_XATTR_FLAG_OOL) != 0;

  if (code == 0)
    code = sqfs_meta_reader_read (self->scout, skipped, GUINT16_FROM_LE (name.size));
  if (code == 0)
    code = sqfs_meta_reader_read (self->scout, &value, sizeof value);
  if (code == 0 && elsewhere)
    {
      code = sqfs_meta_reader_read (self->scout, &ref, sizeof ref);
      sqfs_meta_reader_get_position (self->scout, &block, &offset);
      if (code == 0)
        code = seek_scout (self, GUINT64_FROM_LE (ref));
      if (code == 0)
        code = sqfs_meta_reader_read (self->scout, &value, sizeof value);
    }
  if (code != 0)
    return code;
  if (GUINT32_FROM_LE (value.size) > GRAFT_LIMIT_XATTR_VALUE)
    return SQFS_ERROR_OVERFLOW;
  return elsewhere ? sqfs_meta_reader_seek (self->scout, block, offset)
                   : sqfs_meta_reader_read (self->scout, skipped, GUINT32_FROM_LE (value.size));
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp ((*(GraftXattr *const *)a)->name, (*(GraftXattr *const *)b)->name);
}

static gboolean
fail_large (GError **error)
{
  g_set_error_literal (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_TOO_LARGE,
                       _ ("more extended attributes than can be handled"));
  return FALSE;
}

/* Adds the next pair, and its bytes to @total. */
static gboolean
read_pair (GraftSquashfsXattrs *self, GPtrArray *xattrs, guint64 *total, GError **error)
{
  g_autoptr (sqfs_xattr_entry_t) name = NULL;
  g_autoptr (sqfs_xattr_value_t) value = NULL;
  g_autoptr (GBytes) bytes = NULL;
  const char *prefix;
  int code = check_pair (self);

  if (code == 0)
    code = sqfs_xattr_reader_read_key (self->reader, &name);
  if (code == SQFS_ERROR_UNSUPPORTED)
    return corrupted (error, _ ("a name of an unknown kind"));
  if (code == 0)
    code = sqfs_xattr_reader_read_value (self->reader, name, &value);
  if (code == SQFS_ERROR_OVERFLOW)
    return corrupted (error, _ ("a value of more than 64 KiB"));
  if (code != 0)
    return fail (self, code, error);
  prefix = sqfs_get_xattr_prefix (name->type & SQFS_XATTR_PREFIX_MASK);
  if (name->size == 0 || name->size > GRAFT_LIMIT_NAME
      || strlen ((const char *)name->key) != strlen (prefix) + name->size)
    return corrupted (error, _ ("a name of an impossible length, or with a NUL in it"));
  *total += strlen ((const char *)name->key) + value->size;
  if (*total > GRAFT_LIMIT_XATTRS)
    return fail_large (error);
  bytes = g_bytes_new (value->value, value->size);
  g_ptr_array_add (xattrs, graft_xattr_new ((const char *)name->key, bytes));
  return TRUE;
}

static gboolean
read_set (GraftSquashfsXattrs *self, guint32 index, GPtrArray *xattrs, GError **error)
{
  sqfs_xattr_id_t set;
  guint64 total = 0;
  int code = sqfs_xattr_reader_get_desc (self->reader, index, &set);

  if (code == SQFS_ERROR_OUT_OF_BOUNDS)
    return corrupted (error, _ ("the set is not in the image's table"));
  if (code != 0)
    return fail (self, code, error);
  if (set.count == 0)
    return TRUE;
  if (set.count > MAX_PAIRS)
    return fail_large (error);
  code = sqfs_xattr_reader_seek_kv (self->reader, &set);
  if (code == 0)
    code = seek_scout (self, set.xattr);
  if (code != 0)
    return fail (self, code, error);
  for (guint32 i = 0; i < set.count; i++)
    if (!read_pair (self, xattrs, &total, error))
      return FALSE;
  g_ptr_array_sort (xattrs, compare_names);
  for (guint i = 1; i < xattrs->len; i++)
    if (compare_names (&xattrs->pdata[i - 1], &xattrs->pdata[i]) == 0)
      return corrupted (error, _ ("the same name twice"));
  return TRUE;
}

GPtrArray *
graft_squashfs_xattrs_read (GraftSquashfsXattrs *self, guint32 index, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autoptr (GPtrArray) xattrs = g_ptr_array_new_with_free_func ((GDestroyNotify)graft_xattr_free);

  /* Without a table an index means nothing; the kernel overlooks it too, and the library's
   * sqfs_xattr_reader_seek_kv() would follow it into nowhere. */
  if (index == GRAFT_SQUASHFS_NONE || self->table == GRAFT_SQUASHFS_NO_TABLE)
    return g_steal_pointer (&xattrs);
  if ((self->reader != NULL || load (self, error)) && read_set (self, index, xattrs, error))
    return g_steal_pointer (&xattrs);
  /* A reader that failed holds bytes of the new block and believes them to be of the old one. */
  unload (self);
  return NULL;
}
