/* graft-cpio-writer.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/cpio/graft-cpio-writer.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-error.h"
#include "base/graft-limits.h"
#include "base/graft-name.h"
#include "formats/cpio/graft-cpio-archive-private.h"

#define CHUNK (256 * 1024)
/* So far behind the copying the content may be read at no cost. */
#define NEAR (4 * 1024 * 1024)
#define FOLDER_NLINK 2
/* cpio(1) fills its output with zeros to a multiple of this. */
#define OUTPUT_BLOCK 512

typedef struct
{
  GraftCpioArchive *archive;
  GraftCpioPlan *plan;
  GraftInput *content;
  const GraftCpioSink *sink;
  GraftProgress *progress;
  GCancellable *cancellable;
  guint8 *buffer;
  guint64 position; /* bytes given to the sink */
  guint64 copied;   /* the content was read up to here */
  guint64 from, to; /* a range of the content that is to be copied as it is */
} Writer;

static gboolean
put (Writer *self, const void *bytes, gsize length, GError **error)
{
  if (length > 0 && !self->sink->write (bytes, length, self->sink->data, error))
    return FALSE;
  self->position += length;
  return TRUE;
}

static gboolean
put_fill (Writer *self, GError **error)
{
  static const guint8 zeros[4];

  return put (self, zeros, -self->position & 3, error);
}

/* @sum: (nullable): only adds up, writes nothing. */
static gboolean
put_range (Writer *self, GraftInput *input, guint64 offset, guint64 length, guint32 *sum,
           GError **error)
{
  while (length > 0)
    {
      gsize count = MIN (length, CHUNK);

      if (g_cancellable_set_error_if_cancelled (self->cancellable, error)
          || !graft_input_read_at (input, offset, self->buffer, count, error))
        return FALSE;
      if (sum != NULL)
        *sum = graft_cpio_sum (*sum, self->buffer, count);
      else if (!put (self, self->buffer, count, error))
        return FALSE;
      offset += count;
      length -= count;
    }
  return TRUE;
}

static gboolean
flush_range (Writer *self, GError **error)
{
  guint64 length = self->to - self->from;

  if (length > 0 && self->sink->copy != NULL)
    {
      if (!self->sink->copy (self->from, length, self->sink->data, error))
        return FALSE;
      self->position += length;
    }
  else if (!put_range (self, self->content, self->from, length, NULL, error))
    return FALSE;
  self->copied = MAX (self->copied, self->to);
  self->from = self->to;
  graft_progress_set (self->progress,
                      (double)self->copied / MAX (graft_cpio_archive_get_size (self->archive), 1));
  return TRUE;
}

/* Copies [@from, @to) of the content, together with what comes just before it. */
static gboolean
keep_range (Writer *self, guint64 from, guint64 to, GError **error)
{
  if (from != self->to)
    {
      if (!flush_range (self, error))
        return FALSE;
      self->from = from;
    }
  self->to = to;
  return TRUE;
}

/* The bytes of the file @node: from the content that is being read anyway, when they are near. */
static GraftInput *
open_data (Writer *self, GraftNode *node, GError **error)
{
  GraftNode *origin = graft_node_get_content_origin (node);
  const GraftCpioRecord *record = NULL;
  guint64 offset;

  if (origin != NULL && graft_node_get_source (origin) == GRAFT_TREE (self->archive))
    record = graft_cpio_archive_get_data_record (self->archive, graft_node_get_handle (origin));
  if (record == NULL)
    return graft_node_open (node, error);
  offset
      = record->offset + GRAFT_CPIO_HEADER_SIZE + graft_cpio_header_get_name_area (&record->header);
  if (offset + NEAR < self->copied)
    return graft_node_open (node, error);
  return graft_slice_input_new (self->content, offset, record->header.size,
                                graft_input_get_name (self->content), error);
}

static gboolean
fail_at (const GraftCpioItem *item, const char *why, GError **error)
{
  g_autofree char *name = graft_name_escape (item->path);

  g_set_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_TOO_LARGE,
               _ ("/%s: %s, which an initrd cannot hold"), name, why);
  return FALSE;
}

/* The numbers of @item's header; @data: (nullable): its content, which comes with this name. */
static gboolean
make_header (Writer *self, const GraftCpioItem *item, GraftInput *data, GraftCpioHeader *header,
             GError **error)
{
  const GraftCpioFile *file = graft_cpio_plan_get_file (self->plan, item->file);
  const GraftAttributes *attributes = graft_node_get_attributes (item->node);
  GraftNodeType type = graft_node_get_node_type (item->node);
  guint64 size = data != NULL ? graft_input_get_size (data) : 0;

  if (item->place != GRAFT_CPIO_NONE)
    *header = graft_cpio_archive_get_record (
                  self->archive, graft_cpio_archive_get_place (self->archive, item->place)->record)
                  ->header;
  else
    *header = (GraftCpioHeader){ .crc = graft_cpio_archive_is_crc (self->archive) };
  if (size > G_MAXUINT32)
    return fail_at (item, _ ("a file of 4 GiB or more"), error);
  if (type != GRAFT_NODE_DIRECTORY || item->place == GRAFT_CPIO_NONE)
    header->nlink = type == GRAFT_NODE_DIRECTORY ? FOLDER_NLINK : file->n_names;
  header->ino = file->ino;
  header->dev_major = file->dev_major;
  header->dev_minor = file->dev_minor;
  header->mode = graft_node_type_to_mode (type) | attributes->mode;
  header->uid = attributes->uid;
  header->gid = attributes->gid;
  header->mtime = CLAMP (attributes->mtime, 0, (gint64)G_MAXUINT32);
  header->rdev_major = graft_node_get_rdev_major (item->node);
  header->rdev_minor = graft_node_get_rdev_minor (item->node);
  header->size = type == GRAFT_NODE_SYMLINK ? strlen (graft_node_get_target (item->node)) : size;
  header->check = 0;
  return !header->crc || data == NULL || put_range (self, data, 0, size, &header->check, error);
}

static gboolean
put_header (Writer *self, const GraftCpioHeader *header, const char *name, GError **error)
{
  char bytes[GRAFT_CPIO_HEADER_SIZE];

  graft_cpio_header_format (header, graft_cpio_archive_is_upper (self->archive), bytes);
  return put_fill (self, error) && put (self, bytes, sizeof bytes, error)
         && put (self, name, header->name_size, error) && put_fill (self, error);
}

static gboolean
put_item (Writer *self, guint32 index, GError **error)
{
  const GraftCpioItem *item = graft_cpio_plan_get_item (self->plan, index);
  GraftNodeType type = graft_node_get_node_type (item->node);
  const char *name = graft_cpio_plan_get_item_name (self->plan, item);
  g_autoptr (GraftInput) data = NULL;
  GraftCpioHeader header;

  if (!flush_range (self, error))
    return FALSE;
  if (type == GRAFT_NODE_REGULAR
      && index == graft_cpio_plan_get_file (self->plan, item->file)->last)
    {
      data = open_data (self, item->node, error);
      if (data == NULL)
        return FALSE;
    }
  if (strlen (name) >= GRAFT_LIMIT_PATH)
    return fail_at (item, _ ("a path of more than 4095 bytes"), error);
  if (!make_header (self, item, data, &header, error))
    return FALSE;
  header.name_size = strlen (name) + 1;
  if (!put_header (self, &header, name, error))
    return FALSE;
  if (type == GRAFT_NODE_SYMLINK
      && !put (self, graft_node_get_target (item->node), header.size, error))
    return FALSE;
  if (data != NULL && !put_range (self, data, 0, header.size, NULL, error))
    return FALSE;
  return put_fill (self, error);
}

static gboolean
put_new_items (Writer *self, GError **error)
{
  for (guint32 i = graft_cpio_plan_get_first_new (self->plan);
       i < graft_cpio_plan_get_n_items (self->plan); i++)
    if (!put_item (self, i, error))
      return FALSE;
  return TRUE;
}

static gboolean
put_trailer (Writer *self, GError **error)
{
  const GraftCpioHeader header = {
    .crc = graft_cpio_archive_is_crc (self->archive),
    .nlink = 1,
    .name_size = sizeof GRAFT_CPIO_TRAILER,
  };

  return put_header (self, &header, GRAFT_CPIO_TRAILER, error);
}

static gboolean
put_record (Writer *self, const GraftCpioRecord *record, guint64 end, GError **error)
{
  switch (graft_cpio_plan_get_fate (self->plan, record))
    {
    case GRAFT_CPIO_KEEP:
      return keep_range (self, record->offset, end, error);
    case GRAFT_CPIO_REPLACE:
      return put_item (self, graft_cpio_plan_get_replacement (self->plan, record->place), error);
    case GRAFT_CPIO_DROP:
    default:
      return TRUE;
    }
}

/* What stands behind the last record: copied, but that a fill stays one when the size changes. */
static gboolean
put_rest (Writer *self, guint64 end, GError **error)
{
  static const guint8 zeros[OUTPUT_BLOCK];
  guint64 size = graft_cpio_archive_get_size (self->archive);

  if (!graft_cpio_plan_has_changes (self->plan) || size % OUTPUT_BLOCK != 0
      || size - end >= OUTPUT_BLOCK || graft_cpio_archive_get_readable_size (self->archive) != size)
    return keep_range (self, end, size, error) && flush_range (self, error);
  return flush_range (self, error)
         && put (self, zeros, -self->position & (OUTPUT_BLOCK - 1), error);
}

static gboolean
put_all (Writer *self, GError **error)
{
  guint64 size = graft_cpio_archive_get_size (self->archive), end = 0;
  guint n_records;
  const GraftCpioRecord *records = graft_cpio_archive_get_records (self->archive, &n_records);
  guint new_at = graft_cpio_archive_get_last_trailer (self->archive);

  if (n_records > 0 && !keep_range (self, 0, records[0].offset, error))
    return FALSE;
  for (guint i = 0; i < n_records; i++)
    {
      /* What lies between two records belongs to the first. */
      end = records[i].offset + graft_cpio_header_get_record_size (&records[i].header);
      end = i + 1 < n_records ? records[i + 1].offset : MIN (end, size);
      if ((i == new_at && !put_new_items (self, error))
          || !put_record (self, &records[i], end, error))
        return FALSE;
    }
  if (new_at == n_records && !put_new_items (self, error))
    return FALSE;
  if (n_records == 0 && !put_trailer (self, error))
    return FALSE;
  return put_rest (self, end, error);
}

gboolean
graft_cpio_write (GraftCpioArchive *archive, GraftCpioPlan *plan, GraftInput *content,
                  const GraftCpioSink *sink, GraftProgress *progress, GCancellable *cancellable,
                  GError **error)
{
  g_autofree guint8 *buffer = g_malloc (CHUNK);
  Writer self = {
    .archive = archive,
    .plan = plan,
    .content = content,
    .sink = sink,
    .progress = progress,
    .cancellable = cancellable,
    .buffer = buffer,
  };

  return put_all (&self, error);
}
