/* graft-frame-writer.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "helper/program/graft-frame-writer.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "helper/graft-helper-protocol.h"

static void
put_le32 (uint8_t *at, uint32_t value)
{
  for (int i = 0; i < 4; i++)
    at[i] = (uint8_t)(value >> (8 * i));
}

static void
put_le64 (uint8_t *at, uint64_t value)
{
  put_le32 (at, (uint32_t)value);
  put_le32 (at + 4, (uint32_t)(value >> 32));
}

static bool
write_out (GraftFrameWriter *self, const void *bytes, size_t length)
{
  const uint8_t *at = bytes;

  while (length > 0 && !self->failed)
    {
      ssize_t count = write (self->fd, at, length);

      if (count < 0 && errno == EINTR)
        continue;
      if (count <= 0)
        self->failed = true;
      else
        {
          at += count;
          length -= (size_t)count;
        }
    }
  return !self->failed;
}

static bool
flush (GraftFrameWriter *self)
{
  size_t length = self->used;

  self->used = 0;
  return write_out (self, self->buffer, length);
}

static bool
add (GraftFrameWriter *self, const void *bytes, size_t length)
{
  if (length > sizeof self->buffer - self->used && !flush (self))
    return false;
  if (length > sizeof self->buffer)
    return write_out (self, bytes, length);
  memcpy (self->buffer + self->used, bytes, length);
  self->used += length;
  return !self->failed;
}

static bool
add_header (GraftFrameWriter *self, char type, size_t length)
{
  uint8_t header[GRAFT_HELPER_FRAME_HEADER] = { (uint8_t)type };

  put_le32 (header + 1, (uint32_t)length);
  return add (self, header, sizeof header);
}

bool
graft_frame_writer_start (GraftFrameWriter *self, int fd)
{
  uint8_t payload[4];

  self->fd = fd;
  self->failed = false;
  self->used = 0;
  self->n_entries = 0;
  put_le32 (payload, GRAFT_HELPER_VERSION);
  return add_header (self, GRAFT_HELPER_FRAME_HELLO, sizeof payload)
         && add (self, payload, sizeof payload);
}

static size_t
get_length (const char *text)
{
  return text != NULL ? strlen (text) : 0;
}

bool
graft_frame_writer_add_entry (GraftFrameWriter *self, const GraftFrameEntry *entry)
{
  uint8_t fixed[GRAFT_HELPER_ENTRY_FIXED];
  const char *strings[] = { entry->path, entry->target, entry->hard_link };
  size_t total = sizeof fixed;

  put_le32 (fixed, entry->mode);
  put_le32 (fixed + 4, entry->uid);
  put_le32 (fixed + 8, entry->gid);
  put_le32 (fixed + 12, entry->rdev_major);
  put_le32 (fixed + 16, entry->rdev_minor);
  put_le32 (fixed + 20, entry->flags);
  put_le64 (fixed + 24, (uint64_t)entry->mtime);
  put_le64 (fixed + 32, entry->size);
  put_le64 (fixed + 40, entry->position);
  for (size_t i = 0; i < 3; i++)
    {
      put_le32 (fixed + 48 + 4 * i, (uint32_t)get_length (strings[i]));
      total += get_length (strings[i]);
    }
  add_header (self, GRAFT_HELPER_FRAME_ENTRY, total);
  add (self, fixed, sizeof fixed);
  for (size_t i = 0; i < 3; i++)
    add (self, strings[i] != NULL ? strings[i] : "", get_length (strings[i]));
  self->n_entries++;
  return !self->failed;
}

bool
graft_frame_writer_add_content (GraftFrameWriter *self, const void *bytes, size_t length)
{
  const uint8_t *at = bytes;

  while (length > 0 && !self->failed)
    {
      size_t count = length < GRAFT_HELPER_CONTENT_MAX ? length : GRAFT_HELPER_CONTENT_MAX;

      add_header (self, GRAFT_HELPER_FRAME_CONTENT, count);
      add (self, at, count);
      at += count;
      length -= count;
    }
  return !self->failed;
}

bool
graft_frame_writer_add_zeros (GraftFrameWriter *self, uint64_t length)
{
  static const uint8_t zeros[64 * 1024];

  while (length > 0 && !self->failed)
    {
      size_t count = length < sizeof zeros ? (size_t)length : sizeof zeros;

      graft_frame_writer_add_content (self, zeros, count);
      length -= count;
    }
  return !self->failed;
}

bool
graft_frame_writer_add_module (GraftFrameWriter *self, uint8_t kind, const char *name)
{
  return add_header (self, GRAFT_HELPER_FRAME_MODULE, sizeof kind + strlen (name))
         && add (self, &kind, sizeof kind) && add (self, name, strlen (name));
}

bool
graft_frame_writer_end_answer (GraftFrameWriter *self, uint32_t n_modules)
{
  uint8_t payload[4];

  put_le32 (payload, n_modules);
  self->n_entries++;
  return add_header (self, GRAFT_HELPER_FRAME_ANSWER, sizeof payload)
         && add (self, payload, sizeof payload);
}

bool
graft_frame_writer_end (GraftFrameWriter *self)
{
  uint8_t payload[8];

  put_le64 (payload, self->n_entries);
  return add_header (self, GRAFT_HELPER_FRAME_END, sizeof payload)
         && add (self, payload, sizeof payload) && flush (self);
}

bool
graft_frame_writer_fail (GraftFrameWriter *self, uint32_t code, const char *text)
{
  uint8_t payload[4];
  size_t length = strlen (text);

  if (length > GRAFT_HELPER_ERROR_TEXT_MAX)
    length = GRAFT_HELPER_ERROR_TEXT_MAX;
  put_le32 (payload, code);
  return add_header (self, GRAFT_HELPER_FRAME_ERROR, sizeof payload + length)
         && add (self, payload, sizeof payload) && add (self, text, length) && flush (self);
}
