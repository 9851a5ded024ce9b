/* graft-ext4-io.c: what libext2fs reads and writes: an input, and a copy of what was changed
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/ext4/graft-ext4-io.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

#include "base/graft-bytes.h"
#include "base/graft-error.h"
#include "base/graft-sentence.h"

/* Unchanged units that are kept, bytes. */
#define CLEAN_MEMORY (8 * 1024 * 1024)

/* One that is known: read, or changed. */
typedef struct
{
  guint64 index;
  guint8 *data;  /* NULL: zeros, or only in the temporary file */
  gint64 stored; /* its place there; -1: none */
  gboolean dirty;
  GList link; /* in the list of those that have data */
} Unit;

struct _GraftExt4Io
{
  GraftInput *base;
  guint64 size;
  gsize unit;
  gboolean writable;
  gsize memory;
  char *folder; /* of the temporary file */

  GHashTable *units; /* index → Unit */
  GQueue clean;      /* with data, the last used first */
  GQueue dirty;
  GHashTable *free; /* set of guint64 */
  guint64 n_read;
  int fd;
  gint64 stored_end;
  GError *error;
};

static void
unit_free (gpointer data)
{
  Unit *unit = data;

  g_free (unit->data);
  g_free (unit);
}

GraftExt4Io *
graft_ext4_io_new (GraftInput *base, gsize unit, gboolean writable)
{
  GraftExt4Io *self = g_new0 (GraftExt4Io, 1);

  self->base = g_object_ref (base);
  self->size = graft_input_get_size (base);
  self->unit = unit;
  self->writable = writable;
  self->memory = GRAFT_EXT4_MEMORY;
  self->folder = g_strdup (g_get_tmp_dir ());
  self->units = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, unit_free);
  self->free = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  g_queue_init (&self->clean);
  g_queue_init (&self->dirty);
  self->fd = -1;
  return self;
}

void
graft_ext4_io_free (GraftExt4Io *self)
{
  g_hash_table_unref (self->units);
  g_hash_table_unref (self->free);
  g_clear_object (&self->base);
  g_clear_error (&self->error);
  if (self->fd >= 0)
    close (self->fd);
  g_free (self->folder);
  g_free (self);
}

void
graft_ext4_io_set_memory (GraftExt4Io *self, gsize bytes)
{
  self->memory = bytes;
}

void
graft_ext4_io_set_folder (GraftExt4Io *self, const char *folder)
{
  g_free (self->folder);
  self->folder = g_strdup (folder != NULL ? folder : g_get_tmp_dir ());
}

void
graft_ext4_io_set_size (GraftExt4Io *self, guint64 size)
{
  self->size = size;
}

guint64
graft_ext4_io_get_size (GraftExt4Io *self)
{
  return self->size;
}

gsize
graft_ext4_io_get_unit (GraftExt4Io *self)
{
  return self->unit;
}

guint64
graft_ext4_io_get_n_units (GraftExt4Io *self)
{
  return self->size / self->unit + (self->size % self->unit != 0);
}

guint64
graft_ext4_io_get_n_read (GraftExt4Io *self)
{
  return self->n_read;
}

static gsize
get_length (GraftExt4Io *self, guint64 index)
{
  return MIN (self->unit, self->size - index * self->unit);
}

static gboolean
open_temporary (GraftExt4Io *self, GError **error)
{
  const char *folder = self->folder;

  self->fd = open (folder, O_TMPFILE | O_RDWR | O_CLOEXEC | O_EXCL, 0600);
  if (self->fd < 0)
    {
      g_autofree char *path = g_build_filename (folder, "bootgraft-XXXXXX", NULL);

      /* Where a file cannot be made without a name, it loses it at once. */
      self->fd = g_mkstemp_full (path, O_RDWR | O_CLOEXEC, 0600);
      if (self->fd >= 0)
        unlink (path);
    }
  return self->fd >= 0
         || graft_error_set_errno (error, GRAFT_EXPORT_ERROR, errno, folder,
                                   _ ("a temporary file cannot be made"));
}

static gboolean
spill (GraftExt4Io *self, Unit *unit, GError **error)
{
  const guint8 *from = unit->data;
  gsize left = self->unit;
  gint64 offset;

  if (self->fd < 0 && !open_temporary (self, error))
    return FALSE;
  if (unit->stored < 0)
    {
      unit->stored = self->stored_end;
      self->stored_end += self->unit;
    }
  offset = unit->stored;
  while (left > 0)
    {
      gssize count = pwrite (self->fd, from, left, offset);

      if (count < 0 && errno == EINTR)
        continue;
      if (count <= 0)
        return graft_error_set_errno (error, GRAFT_EXPORT_ERROR, errno, self->folder,
                                      _ ("a temporary file cannot be written"));
      from += count;
      offset += count;
      left -= count;
    }
  g_queue_unlink (&self->dirty, &unit->link);
  g_clear_pointer (&unit->data, g_free);
  return TRUE;
}

/* Makes room; @keep stays. */
static gboolean
shrink (GraftExt4Io *self, Unit *keep, GError **error)
{
  while (self->clean.length * self->unit > MAX (CLEAN_MEMORY, 2 * self->unit))
    {
      Unit *unit = self->clean.tail->data;

      if (unit == keep)
        break;
      g_queue_unlink (&self->clean, &unit->link);
      g_hash_table_remove (self->units, &unit->index);
    }
  while (self->dirty.length * self->unit > MAX (self->memory, 2 * self->unit))
    {
      Unit *unit = self->dirty.tail->data;

      if (unit == keep)
        break;
      if (!spill (self, unit, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
load (GraftExt4Io *self, Unit *unit, GError **error)
{
  guint64 start = unit->index * self->unit, end = graft_input_get_size (self->base);
  gsize length = get_length (self, unit->index), done = 0;
  g_autofree guint8 *data = g_malloc0 (self->unit);

  if (!unit->dirty)
    {
      length = start < end ? MIN (length, end - start) : 0;
      if (!graft_input_read_at (self->base, MIN (start, end), data, length, error))
        return FALSE;
      self->n_read++;
    }
  while (unit->dirty && unit->stored >= 0 && done < self->unit)
    {
      gssize count = pread (self->fd, data + done, self->unit - done, unit->stored + done);

      if (count < 0 && errno == EINTR)
        continue;
      if (count <= 0)
        return graft_error_set_errno (error, GRAFT_EXPORT_ERROR, count == 0 ? EIO : errno,
                                      self->folder, _ ("a temporary file cannot be read"));
      done += count;
    }
  unit->data = g_steal_pointer (&data);
  return TRUE;
}

static Unit *
add_unit (GraftExt4Io *self, guint64 index)
{
  Unit *unit = g_new0 (Unit, 1);

  unit->index = index;
  unit->stored = -1;
  unit->link.data = unit;
  g_hash_table_insert (self->units, &unit->index, unit);
  return unit;
}

static void
forget (GraftExt4Io *self, Unit *unit)
{
  if (unit->data != NULL)
    g_queue_unlink (unit->dirty ? &self->dirty : &self->clean, &unit->link);
}

/* The unit with its data; @whole: all of it is about to be replaced. */
static Unit *
get_unit (GraftExt4Io *self, guint64 index, gboolean write, gboolean whole, GError **error)
{
  Unit *unit = g_hash_table_lookup (self->units, &index);
  gboolean fresh;

  if (unit == NULL)
    unit = add_unit (self, index);
  /* Nobody misses what was there. */
  fresh = whole || (write && !unit->dirty && g_hash_table_contains (self->free, &index));
  if (unit->data != NULL)
    forget (self, unit);
  if (fresh)
    {
      g_free (unit->data);
      unit->data = g_malloc0 (self->unit);
    }
  else if (unit->data == NULL && !load (self, unit, error))
    {
      if (!unit->dirty)
        g_hash_table_remove (self->units, &index);
      return NULL;
    }
  unit->dirty = unit->dirty || write;
  g_queue_push_head_link (unit->dirty ? &self->dirty : &self->clean, &unit->link);
  return shrink (self, unit, error) ? unit : NULL;
}

/* Whether a read of @index needs no data: it is zero, and stays so. */
static gboolean
is_zero (GraftExt4Io *self, guint64 index)
{
  Unit *unit = g_hash_table_lookup (self->units, &index);

  return unit != NULL && unit->dirty && unit->data == NULL && unit->stored < 0;
}

static gboolean
check_range (GraftExt4Io *self, guint64 offset, guint64 length, GError **error)
{
  if (offset <= self->size && self->size - offset >= length)
    return TRUE;
  g_set_error (
      error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
      _ ("%s ends at byte %s, but its file system asks for byte %s: it was cut off, or is damaged"),
      graft_input_get_name (self->base), GRAFT_NUMBER (self->size), GRAFT_NUMBER (offset + length));
  return FALSE;
}

gboolean
graft_ext4_io_read (GraftExt4Io *self, guint64 offset, void *buffer, gsize length, GError **error)
{
  guint8 *to = buffer;

  if (!check_range (self, offset, length, error))
    return FALSE;
  while (length > 0)
    {
      guint64 index = offset / self->unit;
      gsize skip = offset % self->unit, count = MIN (length, self->unit - skip);

      if (is_zero (self, index))
        memset (to, 0, count);
      else
        {
          Unit *unit = get_unit (self, index, FALSE, FALSE, error);

          if (unit == NULL)
            return FALSE;
          memcpy (to, unit->data + skip, count);
        }
      offset += count;
      to += count;
      length -= count;
    }
  return TRUE;
}

gboolean
graft_ext4_io_write (GraftExt4Io *self, guint64 offset, const void *from, guint64 length,
                     GError **error)
{
  const guint8 *data = from;

  if (!check_range (self, offset, length, error))
    return FALSE;
  while (length > 0)
    {
      guint64 index = offset / self->unit;
      gsize skip = offset % self->unit, count = MIN (length, self->unit - skip);

      if (data == NULL && count == get_length (self, index))
        graft_ext4_io_zero_unit (self, index);
      else if (data != NULL || !is_zero (self, index))
        {
          Unit *unit = get_unit (self, index, TRUE, count == get_length (self, index), error);

          if (unit == NULL)
            return FALSE;
          if (data != NULL)
            memcpy (unit->data + skip, data, count);
          else
            memset (unit->data + skip, 0, count);
        }
      offset += count;
      data = data != NULL ? data + count : NULL;
      length -= count;
    }
  return TRUE;
}

void
graft_ext4_io_zero_unit (GraftExt4Io *self, guint64 index)
{
  Unit *unit = g_hash_table_lookup (self->units, &index);

  if (unit == NULL)
    unit = add_unit (self, index);
  forget (self, unit);
  g_clear_pointer (&unit->data, g_free);
  /* Its place in the temporary file is lost; it is one unit. */
  unit->stored = -1;
  unit->dirty = TRUE;
}

gboolean
graft_ext4_io_mark_free (GraftExt4Io *self, guint64 unit)
{
  return g_hash_table_add (self->free, g_memdup2 (&unit, sizeof unit));
}

void
graft_ext4_io_remember (GraftExt4Io *self, GError *error)
{
  if (self->error == NULL)
    self->error = error;
  else
    g_error_free (error);
}

gboolean
graft_ext4_io_is_writable (GraftExt4Io *self)
{
  return self->writable;
}

gboolean
graft_ext4_io_take_error (GraftExt4Io *self, GError **error)
{
  if (self->error == NULL)
    return FALSE;
  g_propagate_error (error, g_steal_pointer (&self->error));
  return TRUE;
}

static gint
compare_ranges (gconstpointer a, gconstpointer b)
{
  guint64 left = ((const GraftPatchedRange *)a)->offset,
          right = ((const GraftPatchedRange *)b)->offset;

  return left < right ? -1 : left > right;
}

GraftPatchedInput *
graft_ext4_io_finish (GraftExt4Io *self)
{
  GArray *ranges = g_array_new (FALSE, FALSE, sizeof (GraftPatchedRange));
  GraftPatchedInput *patch;
  GHashTableIter iter;
  Unit *unit;

  g_hash_table_iter_init (&iter, self->units);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *)&unit))
    {
      GraftPatchedRange range
          = { unit->index * self->unit, get_length (self, unit->index), unit->data, unit->stored };

      if (!unit->dirty)
        continue;
      unit->data = NULL;
      /* Where the library wrote zeros nothing need be stored. */
      if (range.data != NULL && graft_bytes_are_zero (range.data, range.length))
        {
          g_clear_pointer (&range.data, g_free);
          range.stored = -1;
        }
      else if (range.data != NULL)
        range.stored = -1;
      g_array_append_val (ranges, range);
    }
  g_array_sort (ranges, compare_ranges);
  /* The lists of units go with their data. */
  g_queue_init (&self->clean);
  g_queue_init (&self->dirty);
  g_hash_table_remove_all (self->units);
  patch = GRAFT_PATCHED_INPUT (graft_patched_input_new_take (
      self->base, self->size, self->unit, ranges, self->fd, graft_input_get_name (self->base)));
  self->fd = -1;
  return patch;
}
