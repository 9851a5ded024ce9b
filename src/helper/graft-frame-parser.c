/* graft-frame-parser.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "helper/graft-frame-parser.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/graft-bytes.h"
#include "base/graft-error.h"
#include "base/graft-limits.h"
#include "base/graft-name.h"
#include "base/graft-sentence.h"
#include "helper/graft-helper-protocol.h"
#include "helper/graft-helper-text.h"

/* The longest frame but content: an entry with its three strings. */
#define PAYLOAD_MAX (GRAFT_HELPER_ENTRY_FIXED + 3 * GRAFT_LIMIT_PATH)

struct _GraftFrameParser
{
  char *name;
  guint64 size; /* of the archive */
  const GraftHelperStreamFuncs *funcs;
  gpointer data;

  gboolean greeted;
  gboolean complete;
  guint64 n_entries;
  guint64 total;   /* bytes of all entries so far, as announced */
  guint64 names;   /* bytes of their names and targets */
  guint64 missing; /* bytes of the last entry that have not come yet */

  /* The frame being read. */
  guint8 header[GRAFT_HELPER_FRAME_HEADER];
  gsize header_length; /* bytes of the header that are there */
  guint32 length;
  guint32 taken; /* bytes of the payload that are there */
  guint8 *payload;
};

GraftFrameParser *
graft_frame_parser_new (const char *name, guint64 size, const GraftHelperStreamFuncs *funcs,
                        gpointer data)
{
  GraftFrameParser *self = g_new0 (GraftFrameParser, 1);

  self->name = g_strdup (name);
  self->size = size;
  self->funcs = funcs;
  self->data = data;
  self->payload = g_malloc (PAYLOAD_MAX);
  return self;
}

void
graft_frame_parser_free (GraftFrameParser *self)
{
  g_free (self->payload);
  g_free (self->name);
  g_free (self);
}

gboolean
graft_frame_parser_is_complete (GraftFrameParser *self)
{
  return self->complete && self->header_length == 0;
}

static gboolean
set_nonsense (GraftFrameParser *self, const char *what, GError **error)
{
  g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
               _ ("%s: the helper that reads it answered with nonsense (%s); the file may be made "
                  "to do harm"),
               self->name, what);
  return FALSE;
}

static gboolean
take_hello (GraftFrameParser *self, GError **error)
{
  guint32 version;

  if (self->length != 4 || !graft_bytes_get_le32 (self->payload, self->length, 0, &version))
    return set_nonsense (self, _ ("a greeting of the wrong length"), error);
  if (version != GRAFT_HELPER_VERSION)
    {
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_UNSUPPORTED,
                   _ ("%s cannot be read: the helper program is of another version (%u, needed is "
                      "%d); install Bootgraft again"),
                   self->name, version, GRAFT_HELPER_VERSION);
      return FALSE;
    }
  self->greeted = TRUE;
  return TRUE;
}

/* The string of @length bytes at *@offset of the payload, NULL for none; moves *@offset on. */
static gboolean
take_string (GraftFrameParser *self, guint64 *offset, guint32 length, char **ret_string)
{
  const guint8 *start = self->payload + *offset;

  if (length > GRAFT_LIMIT_PATH || *offset > self->length || self->length - *offset < length
      || memchr (start, '\0', length) != NULL)
    return FALSE;
  *ret_string = length > 0 ? g_strndup ((const char *)start, length) : NULL;
  *offset += length;
  return TRUE;
}

static gboolean
is_plausible (const GraftHelperEntry *entry)
{
  gboolean regular = S_ISREG (entry->mode);

  if (entry->path == NULL || (entry->mode & ~(guint32)(S_IFMT | 07777)) != 0)
    return FALSE;
  if (S_ISLNK (entry->mode) != (entry->target != NULL))
    return FALSE;
  if (entry->hard_link != NULL && (!regular || entry->size != 0))
    return FALSE;
  if (!regular && entry->size != 0)
    return FALSE;
  return regular || S_ISDIR (entry->mode) || S_ISLNK (entry->mode) || S_ISCHR (entry->mode)
         || S_ISBLK (entry->mode) || S_ISFIFO (entry->mode);
}

static gboolean
set_too_large (GraftFrameParser *self, const GraftHelperEntry *entry, const char *sentence,
               GError **error)
{
  g_autofree char *path = graft_name_escape (entry->path);
  g_autofree char *message = graft_sentence_about (sentence, self->name);

  g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_TOO_LARGE,
               /* TRANSLATORS: a sentence about a package, a path in it */
               _ ("%s; the limit was met at %s"), message, path);
  return FALSE;
}

/* Before anything is kept of the entry. */
static gboolean
check_caps (GraftFrameParser *self, const GraftHelperEntry *entry, GError **error)
{
  guint64 total;

  if (self->n_entries >= GRAFT_LIMIT_ENTRIES)
    return set_too_large (self, entry, _ ("%s holds more entries than Bootgraft takes in"), error);
  if (self->names + self->length > GRAFT_LIMIT_IMPORT_NAMES)
    return set_too_large (self, entry, _ ("%s holds more and longer names than Bootgraft takes in"),
                          error);
  if (entry->size > GRAFT_LIMIT_IMPORT - self->total)
    return set_too_large (self, entry, _ ("%s holds more bytes than Bootgraft takes in"), error);
  total = self->total + entry->size;
  if (total > GRAFT_LIMIT_RATIO_FLOOR && total / GRAFT_LIMIT_RATIO > self->size)
    return set_too_large (self, entry,
                          _ ("%s holds more bytes for its size than Bootgraft takes in"), error);
  return TRUE;
}

static gboolean
take_entry (GraftFrameParser *self, GError **error)
{
  guint32 fields[6];
  guint32 lengths[3];
  g_autofree char *path = NULL;
  g_autofree char *target = NULL;
  g_autofree char *hard_link = NULL;
  guint64 mtime;
  GraftHelperEntry entry = { 0 };
  guint64 offset = GRAFT_HELPER_ENTRY_FIXED;

  if (self->length < GRAFT_HELPER_ENTRY_FIXED)
    return set_nonsense (self, _ ("an entry that is too short"), error);
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    if (!graft_bytes_get_le32 (self->payload, self->length, i * 4, &fields[i]))
      return set_nonsense (self, _ ("an entry that is too short"), error);
  if (!graft_bytes_get_le64 (self->payload, self->length, 24, &mtime)
      || !graft_bytes_get_le64 (self->payload, self->length, 32, &entry.size)
      || !graft_bytes_get_le64 (self->payload, self->length, 40, &entry.position))
    return set_nonsense (self, _ ("an entry that is too short"), error);
  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    if (!graft_bytes_get_le32 (self->payload, self->length, 48 + i * 4, &lengths[i]))
      return set_nonsense (self, _ ("an entry that is too short"), error);
  if (!take_string (self, &offset, lengths[0], &path)
      || !take_string (self, &offset, lengths[1], &target)
      || !take_string (self, &offset, lengths[2], &hard_link) || offset != self->length)
    return set_nonsense (self, _ ("an entry whose names do not fit"), error);
  entry.path = path;
  entry.mode = fields[0];
  entry.uid = fields[1];
  entry.gid = fields[2];
  entry.rdev_major = fields[3];
  entry.rdev_minor = fields[4];
  entry.control = (fields[5] & GRAFT_HELPER_ENTRY_CONTROL) != 0;
  entry.mtime = (gint64)mtime;
  entry.target = target;
  entry.hard_link = hard_link;
  if (!is_plausible (&entry) || (fields[5] & ~(guint32)GRAFT_HELPER_ENTRY_CONTROL) != 0)
    return set_nonsense (self, _ ("an entry that contradicts itself"), error);
  if (!check_caps (self, &entry, error))
    return FALSE;
  self->n_entries++;
  self->total += entry.size;
  self->names += self->length;
  self->missing = entry.size;
  return self->funcs->entry (&entry, self->data, error);
}

static gboolean
take_end (GraftFrameParser *self, GError **error)
{
  guint64 n_entries;

  if (self->length != 8 || !graft_bytes_get_le64 (self->payload, self->length, 0, &n_entries)
      || n_entries != self->n_entries)
    return set_nonsense (self, _ ("an end that does not fit what came before"), error);
  self->complete = TRUE;
  return TRUE;
}

static gboolean
take_error (GraftFrameParser *self, GError **error)
{
  g_autofree char *raw = NULL;
  g_autofree char *shown = NULL;
  g_autofree char *text = NULL;
  g_autofree char *limit = g_format_size_full (GRAFT_LIMIT_HELPER_MEMORY, G_FORMAT_SIZE_IEC_UNITS);
  guint32 code;

  if (!graft_bytes_get_le32 (self->payload, self->length, 0, &code))
    return set_nonsense (self, _ ("an error without a code"), error);
  raw = g_strndup ((const char *)self->payload + 4, self->length - 4);
  shown = graft_name_escape (raw);
  text = graft_helper_text_translate (shown);
  switch (code)
    {
    case GRAFT_HELPER_ERROR_CORRUPTED:
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
                   _ ("%s is damaged: %s; get the file again"), self->name, text);
      return FALSE;
    case GRAFT_HELPER_ERROR_UNSUPPORTED:
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_UNSUPPORTED, _ ("%s cannot be read: %s"),
                   self->name, text);
      return FALSE;
    case GRAFT_HELPER_ERROR_MEMORY:
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_TOO_LARGE,
                   _ ("The helper that reads %s was stopped: it needed more than %s of memory"),
                   self->name, limit);
      return FALSE;
    case GRAFT_HELPER_ERROR_READ:
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_IO, _ ("%s cannot be read: %s"),
                   self->name, text);
      return FALSE;
    case GRAFT_HELPER_ERROR_CONFINEMENT:
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_UNSUPPORTED,
                   _ ("%s is not read: the helper could not be confined (%s)"), self->name, text);
      return FALSE;
    default:
      return set_nonsense (self, _ ("an error of an unknown kind"), error);
    }
}

static gboolean
take_frame (GraftFrameParser *self, GError **error)
{
  switch (self->header[0])
    {
    case GRAFT_HELPER_FRAME_HELLO:
      return take_hello (self, error);
    case GRAFT_HELPER_FRAME_ENTRY:
      return take_entry (self, error);
    case GRAFT_HELPER_FRAME_END:
      return take_end (self, error);
    case GRAFT_HELPER_FRAME_ERROR:
      return take_error (self, error);
    default:
      return TRUE; /* content was handed on as it came */
    }
}

/* Whether a frame of this type and length may come now; before any of its payload is looked at. */
static gboolean
check_header (GraftFrameParser *self, GError **error)
{
  guint8 type = self->header[0];

  if (!graft_bytes_get_le32 (self->header, sizeof self->header, 1, &self->length))
    return set_nonsense (self, _ ("a frame without a length"), error);
  if (self->complete)
    return set_nonsense (self, _ ("something after the end"), error);
  if ((type == GRAFT_HELPER_FRAME_HELLO) == self->greeted)
    return set_nonsense (self, self->greeted ? _ ("a second greeting") : _ ("no greeting"), error);
  if (type == GRAFT_HELPER_FRAME_CONTENT)
    {
      if (self->length == 0 || self->length > GRAFT_HELPER_CONTENT_MAX
          || self->length > self->missing)
        return set_nonsense (self, _ ("content that does not fit its entry"), error);
      return TRUE;
    }
  if (type == GRAFT_HELPER_FRAME_ERROR)
    return self->length <= 4 + GRAFT_HELPER_ERROR_TEXT_MAX
           || set_nonsense (self, _ ("an error that is too long"), error);
  if (self->missing > 0)
    return set_nonsense (self, _ ("an entry that is not complete"), error);
  if ((type != GRAFT_HELPER_FRAME_HELLO && type != GRAFT_HELPER_FRAME_ENTRY
       && type != GRAFT_HELPER_FRAME_END)
      || self->length > PAYLOAD_MAX)
    return set_nonsense (self, _ ("a frame of an unknown kind"), error);
  return TRUE;
}

/* Takes up to @length bytes of the frame's payload; returns how many, -1 on error. */
static gssize
take_payload (GraftFrameParser *self, const guint8 *bytes, gsize length, GError **error)
{
  gsize count = MIN (length, self->length - self->taken);

  if (self->header[0] == GRAFT_HELPER_FRAME_CONTENT)
    {
      self->missing -= count;
      if (count > 0 && !self->funcs->content (bytes, count, self->data, error))
        return -1;
    }
  else if (count > 0)
    memcpy (self->payload + self->taken, bytes, count);
  self->taken += count;
  return count;
}

gboolean
graft_frame_parser_feed (GraftFrameParser *self, const guint8 *bytes, gsize length, GError **error)
{
  while (length > 0)
    {
      gssize count;

      if (self->header_length < sizeof self->header)
        {
          self->header[self->header_length++] = *bytes++;
          length--;
          if (self->header_length < sizeof self->header)
            continue;
          self->taken = 0;
          if (!check_header (self, error))
            return FALSE;
        }
      count = take_payload (self, bytes, length, error);
      if (count < 0)
        return FALSE;
      bytes += count;
      length -= count;
      if (self->taken < self->length)
        continue;
      self->header_length = 0;
      if (!take_frame (self, error))
        return FALSE;
    }
  return TRUE;
}
