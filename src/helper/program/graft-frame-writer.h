/* graft-frame-writer.h: the helper's side of its protocol
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Frames as graft-helper-protocol.h has them. A failed write (the other side is gone) is
 * remembered and makes all further ones fail.
 */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GRAFT_FRAME_WRITER_ROOM (64 * 1024)

typedef struct
{
  int fd;
  bool failed;
  size_t used;
  uint64_t n_entries; /* or answers */
  uint8_t buffer[GRAFT_FRAME_WRITER_ROOM];
} GraftFrameWriter;

/* An entry's fields; strings may be NULL. */
typedef struct
{
  uint32_t mode;
  uint32_t uid;
  uint32_t gid;
  uint32_t rdev_major;
  uint32_t rdev_minor;
  uint32_t flags;
  int64_t mtime;
  uint64_t size;
  uint64_t position;
  const char *path;
  const char *target;
  const char *hard_link;
} GraftFrameEntry;

/* Says hello. */
bool graft_frame_writer_start (GraftFrameWriter *self, int fd);
bool graft_frame_writer_add_entry (GraftFrameWriter *self, const GraftFrameEntry *entry);
/* Any length. */
bool graft_frame_writer_add_content (GraftFrameWriter *self, const void *bytes, size_t length);
bool graft_frame_writer_add_zeros (GraftFrameWriter *self, uint64_t length);
/* One module of an answer, and the answer's end. */
bool graft_frame_writer_add_module (GraftFrameWriter *self, uint8_t kind, const char *name);
bool graft_frame_writer_end_answer (GraftFrameWriter *self, uint32_t n_modules);
/* The last frame. */
bool graft_frame_writer_end (GraftFrameWriter *self);
/* The last frame instead; @text is cut to what the protocol takes. */
bool graft_frame_writer_fail (GraftFrameWriter *self, uint32_t code, const char *text);
