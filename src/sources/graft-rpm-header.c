/* graft-rpm-header.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "sources/graft-rpm-header.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-bytes.h"
#include "base/graft-error.h"
#include "base/graft-sentence.h"

#define MAGIC "\x8e\xad\xe8\x01"
#define INTRO 16
#define ENTRY 16
/* RPM's own caps are 65535 tags and 256 MiB; the largest kernel packages (of headers, with all
 * their names and digests) have some 4 MiB. */
#define MAX_ENTRIES 65535
#define MAX_STORE (64 * 1024 * 1024)

/* Types of values: "RPM V4 Package format", table of types. */
typedef enum
{
  TYPE_INT32 = 4,
  TYPE_INT64 = 5,
  TYPE_STRING = 6,
  TYPE_BIN = 7,
  TYPE_STRING_ARRAY = 8,
  TYPE_I18N_STRING = 9,
} Type;

struct _GraftRpmHeader
{
  GBytes *bytes;
  const guint8 *index;
  const guint8 *store;
  guint32 n_entries;
  guint32 store_size;
};

typedef struct
{
  guint32 type;
  guint32 count;
  const guint8 *value;
  gsize room; /* bytes from @value to the store's end */
} Value;

static gboolean
set_corrupted (const char *name, guint64 offset, const char *sentence, GError **error)
{
  g_autofree char *what = graft_sentence_about (sentence, GRAFT_NUMBER (offset));

  g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
               /* TRANSLATORS: a file, a clause about it */
               _ ("%s is damaged: %s; get the file again"), name, what);
  return FALSE;
}

GraftRpmHeader *
graft_rpm_header_read (GraftInput *input, guint64 offset, const char *name, GError **error)
{
  g_autoptr (GraftRpmHeader) self = g_new0 (GraftRpmHeader, 1);
  guint64 size = graft_input_get_size (input);
  guint64 length;
  guint8 intro[INTRO];

  if (offset > size || size - offset < INTRO)
    {
      set_corrupted (name, offset, _ ("it ends before the header at byte %s"), error);
      return NULL;
    }
  if (!graft_input_read_at (input, offset, intro, sizeof intro, error))
    return NULL;
  if (!graft_bytes_match (intro, sizeof intro, 0, MAGIC, sizeof MAGIC - 1)
      || !graft_bytes_get_be32 (intro, sizeof intro, 8, &self->n_entries)
      || !graft_bytes_get_be32 (intro, sizeof intro, 12, &self->store_size)
      || self->n_entries > MAX_ENTRIES || self->store_size > MAX_STORE)
    {
      set_corrupted (name, offset, _ ("it has no usable header at byte %s"), error);
      return NULL;
    }
  length = INTRO + (guint64)self->n_entries * ENTRY + self->store_size;
  if (size - offset < length)
    {
      set_corrupted (name, offset, _ ("it ends within the header at byte %s"), error);
      return NULL;
    }
  self->bytes = graft_input_read_bytes (input, offset, length, error);
  if (self->bytes == NULL)
    return NULL;
  self->index = (const guint8 *)g_bytes_get_data (self->bytes, NULL) + INTRO;
  self->store = self->index + (gsize)self->n_entries * ENTRY;
  return g_steal_pointer (&self);
}

void
graft_rpm_header_free (GraftRpmHeader *self)
{
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_free (self);
}

GBytes *
graft_rpm_header_get_bytes (GraftRpmHeader *self)
{
  return self->bytes;
}

/* Of a tag that is there twice the first. */
static gboolean
find (GraftRpmHeader *self, guint32 tag, Value *ret_value)
{
  const gsize length = (gsize)self->n_entries * ENTRY;

  for (guint32 i = 0; i < self->n_entries; i++)
    {
      const guint64 at = (guint64)i * ENTRY;
      guint32 found, offset;

      if (!graft_bytes_get_be32 (self->index, length, at, &found) || found != tag)
        continue;
      if (!graft_bytes_get_be32 (self->index, length, at + 4, &ret_value->type)
          || !graft_bytes_get_be32 (self->index, length, at + 8, &offset)
          || !graft_bytes_get_be32 (self->index, length, at + 12, &ret_value->count)
          || offset >= self->store_size)
        return FALSE;
      ret_value->value = self->store + offset;
      ret_value->room = self->store_size - offset;
      return TRUE;
    }
  return FALSE;
}

gboolean
graft_rpm_header_has (GraftRpmHeader *self, guint32 tag)
{
  Value value;

  return find (self, tag, &value) && value.count > 0;
}

static gboolean
is_string (const Value *value)
{
  return value->count > 0
         && (value->type == TYPE_STRING || value->type == TYPE_STRING_ARRAY
             || value->type == TYPE_I18N_STRING);
}

const char *
graft_rpm_header_get_string (GraftRpmHeader *self, guint32 tag)
{
  Value value;

  if (!find (self, tag, &value) || !is_string (&value)
      || memchr (value.value, '\0', value.room) == NULL)
    return NULL;
  return (const char *)value.value;
}

const char **
graft_rpm_header_list_strings (GraftRpmHeader *self, guint32 tag)
{
  g_autoptr (GPtrArray) strings = NULL;
  Value value;

  if (!find (self, tag, &value) || !is_string (&value))
    return NULL;
  strings = g_ptr_array_new ();
  for (guint32 i = 0; i < value.count; i++)
    {
      const guint8 *end = memchr (value.value, '\0', value.room);

      if (end == NULL)
        return NULL;
      g_ptr_array_add (strings, (gpointer)value.value);
      value.room -= (gsize)(end + 1 - value.value);
      value.value = end + 1;
    }
  g_ptr_array_add (strings, NULL);
  return (const char **)g_ptr_array_free (g_steal_pointer (&strings), FALSE);
}

gboolean
graft_rpm_header_get_number (GraftRpmHeader *self, guint32 tag, guint64 *ret_number)
{
  guint32 narrow;
  Value value;

  if (!find (self, tag, &value) || value.count == 0)
    return FALSE;
  if (value.type == TYPE_INT64)
    return graft_bytes_get_be64 (value.value, value.room, 0, ret_number);
  if (value.type != TYPE_INT32 || !graft_bytes_get_be32 (value.value, value.room, 0, &narrow))
    return FALSE;
  *ret_number = narrow;
  return TRUE;
}

char *
graft_rpm_header_dup_hex (GraftRpmHeader *self, guint32 tag, gsize length)
{
  GString *hex;
  Value value;

  if (!find (self, tag, &value) || value.type != TYPE_BIN || value.count != length
      || value.room < length)
    return NULL;
  hex = g_string_new (NULL);
  for (gsize i = 0; i < length; i++)
    g_string_append_printf (hex, "%02x", value.value[i]);
  return g_string_free (hex, FALSE);
}
