/* graft-elf-reader.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "elf/graft-elf-reader.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-bytes.h"
#include "base/graft-limits.h"
#include "base/graft-sentence.h"

/* Also the longest name: search paths of Nix have some thousand bytes. */
#define WINDOW_SIZE (64 * 1024)

void
graft_elf_reader_clear (GraftElfReader *self)
{
  g_clear_pointer (&self->segments, g_array_unref);
  g_clear_pointer (&self->window, g_free);
}

gboolean
graft_elf_reader_set_damaged (GraftElfReader *self, const char *what, GError **error)
{
  g_autofree char *message = graft_sentence_about (what, graft_input_get_name (self->input));

  g_set_error_literal (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED, message);
  return FALSE;
}

/* Makes the window begin at @offset. */
static gboolean
fill (GraftElfReader *self, guint64 offset, GError **error)
{
  gssize got;

  if (self->window == NULL)
    self->window = g_malloc (WINDOW_SIZE);
  self->window_length = 0;
  got = graft_input_read_some (self->input, offset, self->window, WINDOW_SIZE, error);
  if (got < 0)
    return FALSE;
  self->window_offset = offset;
  self->window_length = got;
  return TRUE;
}

const guint8 *
graft_elf_reader_peek (GraftElfReader *self, guint64 offset, gsize length, const char *what,
                       GError **error)
{
  guint64 size = graft_input_get_size (self->input);

  if (length > WINDOW_SIZE || offset > size || length > size - offset)
    {
      graft_elf_reader_set_damaged (self, what, error);
      return NULL;
    }
  if (offset < self->window_offset || offset - self->window_offset > self->window_length
      || length > self->window_length - (offset - self->window_offset))
    if (!fill (self, offset, error))
      return NULL;
  if (length > self->window_length - (offset - self->window_offset))
    {
      graft_elf_reader_set_damaged (self, what, error);
      return NULL;
    }
  return self->window + (offset - self->window_offset);
}

guint16
graft_elf_reader_get_u16 (const GraftElfReader *self, const guint8 *record, gsize offset)
{
  guint16 value = 0;

  (void)(self->big_endian ? graft_bytes_get_be16 (record, offset + sizeof value, offset, &value)
                          : graft_bytes_get_le16 (record, offset + sizeof value, offset, &value));
  return value;
}

guint32
graft_elf_reader_get_u32 (const GraftElfReader *self, const guint8 *record, gsize offset)
{
  guint32 value = 0;

  (void)(self->big_endian ? graft_bytes_get_be32 (record, offset + sizeof value, offset, &value)
                          : graft_bytes_get_le32 (record, offset + sizeof value, offset, &value));
  return value;
}

guint64
graft_elf_reader_get_word (const GraftElfReader *self, const guint8 *record, gsize offset)
{
  guint64 value = 0;

  if (!self->wide)
    return graft_elf_reader_get_u32 (self, record, offset);
  (void)(self->big_endian ? graft_bytes_get_be64 (record, offset + sizeof value, offset, &value)
                          : graft_bytes_get_le64 (record, offset + sizeof value, offset, &value));
  return value;
}

gboolean
graft_elf_reader_find_loaded (const GraftElfReader *self, guint64 address,
                              GraftElfSegment *ret_segment)
{
  for (guint i = 0; i < self->segments->len; i++)
    {
      const GraftElfSegment *segment = &g_array_index (self->segments, GraftElfSegment, i);
      guint64 skipped = address - segment->address;

      if (address < segment->address || skipped >= segment->length
          || segment->offset > G_MAXUINT64 - segment->length)
        continue;
      ret_segment->address = address;
      ret_segment->offset = segment->offset + skipped;
      ret_segment->length = segment->length - skipped;
      return TRUE;
    }
  return FALSE;
}

char *
graft_elf_reader_dup_name (GraftElfReader *self, guint64 start, GError **error)
{
  static const char outside[]
      = N_ ("%s is a damaged ELF file: a name that its loader would read lies outside its table");
  guint64 size = graft_input_get_size (self->input), offset, length;
  const guint8 *bytes;

  if (++self->n_names > GRAFT_LIMIT_ELF_NAMES)
    {
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_TOO_LARGE,
                   _ ("%s names more than %d libraries and versions; no program does that"),
                   graft_input_get_name (self->input), GRAFT_LIMIT_ELF_NAMES);
      return NULL;
    }
  if (start >= self->strings.length || self->strings.offset > size
      || start >= size - self->strings.offset)
    {
      graft_elf_reader_set_damaged (self, _ (outside), error);
      return NULL;
    }
  offset = self->strings.offset + start;
  length = MIN (self->strings.length - start, size - offset);
  /* Most names are short: what the window has is tried first. */
  for (gsize some = MIN (length, 256);; some = MIN (length, WINDOW_SIZE))
    {
      bytes = graft_elf_reader_peek (self, offset, some, _ (outside), error);
      if (bytes == NULL)
        return NULL;
      if (memchr (bytes, '\0', some) != NULL)
        return g_strdup ((const char *)bytes);
      if (some == MIN (length, WINDOW_SIZE))
        break;
    }
  graft_elf_reader_set_damaged (self, _ (outside), error);
  return NULL;
}
