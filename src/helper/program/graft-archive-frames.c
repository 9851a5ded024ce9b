/* graft-archive-frames.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A .deb (deb(5)) is an ar archive with the members debian-binary, control.tar, data.tar, the
 * latter two with a suffix by their compression. The payload of an .rpm is a compressed cpio
 * archive (RPM's manual, "RPM V4 Package format"), newc, in which a file of several names has its
 * content with one of them.
 */

#include "helper/program/graft-archive-frames.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <glib.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/graft-limits.h"
#include "helper/graft-helper-protocol.h"
#include "helper/program/graft-file-names.h"

#define BLOCK (256 * 1024)
#define MAGIC_LENGTH 8
/* libarchive's ARCHIVE_ERRNO_FILE_FORMAT, which is in none of its headers. */
#define UNRECOGNIZED EILSEQ

/* A stretch of the file. */
typedef struct
{
  int fd;
  uint64_t start;
  uint64_t length;
  uint64_t at;
  uint8_t block[BLOCK];
} FileSource;

/* What libarchive reads a tar from. */
typedef struct
{
  FileSource *file;
  struct archive *outer; /* an ar archive that stands at the member; NULL: @file itself */
} TarSource;

typedef struct
{
  GraftFrameWriter *writer;
  FileSource *file;
  GraftFileNames *names; /* NULL: what is read is no payload but a tar */
} Reader;

/* The suffix tells of a .deb's members, the magic of all else. That of lzma is two bytes of zeros
 * behind the usual parameters: only a payload, which is no text and no tar, is told by it. */
static const struct
{
  const char *suffix;
  const char *magic;
  size_t magic_length;
  int filter;
  bool payload_only;
} filters[] = {
  { ".gz", "\x1f\x8b", 2, ARCHIVE_FILTER_GZIP, false },
  { ".xz", "\xfd\x37zXZ", 6, ARCHIVE_FILTER_XZ, false },
  { ".zst", "\x28\xb5\x2f\xfd", 4, ARCHIVE_FILTER_ZSTD, false },
  { ".bz2", "BZh", 3, ARCHIVE_FILTER_BZIP2, false },
  { ".lzma", "\x5d\0\0", 3, ARCHIVE_FILTER_LZMA, true },
};

static la_ssize_t
file_read (struct archive *archive, void *data, const void **ret_block)
{
  FileSource *self = data;
  uint64_t left = self->length - self->at;
  ssize_t count;

  do
    count = pread (self->fd, self->block, left < BLOCK ? (size_t)left : BLOCK,
                   (off_t)(self->start + self->at));
  while (count < 0 && errno == EINTR);
  if (count < 0)
    {
      archive_set_error (archive, errno, "the file cannot be read: %s", strerror (errno));
      return ARCHIVE_FATAL;
    }
  if (count == 0 && left > 0)
    {
      archive_set_error (archive, EIO, "the file became shorter while it was read");
      return ARCHIVE_FATAL;
    }
  self->at += (uint64_t)count;
  *ret_block = self->block;
  return count;
}

static la_int64_t
file_skip (struct archive *archive, void *data, la_int64_t request)
{
  FileSource *self = data;
  uint64_t left = self->length - self->at;
  uint64_t count = (uint64_t)request < left ? (uint64_t)request : left;

  self->at += count;
  return (la_int64_t)count;
}

static la_ssize_t
tar_read (struct archive *archive, void *data, const void **ret_block)
{
  TarSource *self = data;
  size_t length;
  la_int64_t offset;
  int result;

  if (self->outer == NULL)
    return file_read (archive, self->file, ret_block);
  result = archive_read_data_block (self->outer, ret_block, &length, &offset);
  if (result == ARCHIVE_EOF)
    return 0;
  if (result < ARCHIVE_OK)
    {
      archive_set_error (archive, archive_errno (self->outer), "%s",
                         archive_error_string (self->outer));
      return ARCHIVE_FATAL;
    }
  return (la_ssize_t)length;
}

static bool G_GNUC_PRINTF (3, 4) fail (Reader *self, uint32_t code, const char *format, ...)
{
  char text[GRAFT_HELPER_ERROR_TEXT_MAX];
  va_list args;

  va_start (args, format);
  vsnprintf (text, sizeof text, format, args);
  va_end (args);
  graft_frame_writer_fail (self->writer, code, text);
  return false;
}

static bool
fail_archive (Reader *self, struct archive *archive)
{
  const char *text = archive_error_string (archive);

  if (text == NULL)
    text = "no reason was given";
  /* A filter that got no memory for the first bytes is called an unrecognized format. */
  if (errno == ENOMEM)
    return fail (self, GRAFT_HELPER_ERROR_MEMORY, "%s", text);
  switch (archive_errno (archive))
    {
    case ENOMEM:
      return fail (self, GRAFT_HELPER_ERROR_MEMORY, "%s", text);
    case EIO:
    case EISDIR:
    case ESTALE:
      return fail (self, GRAFT_HELPER_ERROR_READ, "%s", text);
    default:
      return fail (self, GRAFT_HELPER_ERROR_CORRUPTED, "%s", text);
    }
}

/* Cuts what does not fit: -1 and 2^32 - 1 mean "nobody" to no file system. */
static bool
to_id (la_int64_t value, uint32_t *ret_id)
{
  if (value < 0 || value >= UINT32_MAX)
    return false;
  *ret_id = (uint32_t)value;
  return true;
}

/* What the entry says, as far as it can be told in a frame. */
static bool
describe (Reader *self, struct archive_entry *entry, GraftFrameEntry *frame)
{
  uint32_t type = archive_entry_filetype (entry);

  frame->path = archive_entry_pathname (entry);
  frame->hard_link = self->names == NULL ? archive_entry_hardlink (entry) : NULL;
  if (frame->path == NULL || *frame->path == '\0')
    return fail (self, GRAFT_HELPER_ERROR_CORRUPTED, "an entry has no usable name");
  if (strlen (frame->path) > GRAFT_LIMIT_PATH)
    return fail (self, GRAFT_HELPER_ERROR_UNSUPPORTED, "the path %.80s… is too long", frame->path);
  if (!to_id (archive_entry_uid (entry), &frame->uid)
      || !to_id (archive_entry_gid (entry), &frame->gid))
    return fail (self, GRAFT_HELPER_ERROR_CORRUPTED, "the owner of %s is out of range",
                 frame->path);
  if (frame->hard_link != NULL)
    type = S_IFREG;
  if (type == 0 || type == S_IFSOCK)
    return fail (self, GRAFT_HELPER_ERROR_UNSUPPORTED, "%s is of an unknown type", frame->path);
  frame->mode = type | (archive_entry_perm (entry) & 07777);
  frame->mtime = archive_entry_mtime (entry);
  frame->position = self->file->at;
  if (type == S_IFLNK)
    frame->target = archive_entry_symlink (entry);
  if (type == S_IFLNK && (frame->target == NULL || *frame->target == '\0'))
    return fail (self, GRAFT_HELPER_ERROR_CORRUPTED, "the link %s has no target", frame->path);
  if (type == S_IFCHR || type == S_IFBLK)
    {
      frame->rdev_major = (uint32_t)archive_entry_rdevmajor (entry);
      frame->rdev_minor = (uint32_t)archive_entry_rdevminor (entry);
    }
  return true;
}

static bool
write_entry (Reader *self, struct archive_entry *entry, bool control, bool *ret_has_content)
{
  GraftFrameEntry frame = { .flags = control ? GRAFT_HELPER_ENTRY_CONTROL : 0 };

  if (!describe (self, entry, &frame))
    return false;
  *ret_has_content = (frame.mode & S_IFMT) == S_IFREG && frame.hard_link == NULL;
  if (*ret_has_content)
    {
      if (archive_entry_size (entry) < 0)
        return fail (self, GRAFT_HELPER_ERROR_CORRUPTED, "the size of %s is out of range",
                     frame.path);
      frame.size = (uint64_t)archive_entry_size (entry);
    }
  return graft_frame_writer_add_entry (self->writer, &frame);
}

/* A sparse file's holes are written out. */
static bool
write_content (Reader *self, struct archive *tar, uint64_t size)
{
  uint64_t done = 0;

  for (;;)
    {
      const void *block;
      size_t length;
      la_int64_t offset;
      int result = (errno = 0, archive_read_data_block (tar, &block, &length, &offset));

      if (result == ARCHIVE_EOF)
        break;
      if (result < ARCHIVE_OK)
        return fail_archive (self, tar);
      if (offset < 0 || (uint64_t)offset < done || (uint64_t)offset > size
          || length > size - (uint64_t)offset)
        return fail (self, GRAFT_HELPER_ERROR_CORRUPTED, "a file's pieces do not fit it");
      if (!graft_frame_writer_add_zeros (self->writer, (uint64_t)offset - done)
          || !graft_frame_writer_add_content (self->writer, block, length))
        return false;
      done = (uint64_t)offset + length;
    }
  return graft_frame_writer_add_zeros (self->writer, size - done);
}

/* A name of a payload's file that has several: told once it is known which of them has the
 * content. */
static bool
write_name (Reader *self, struct archive *cpio, struct archive_entry *entry)
{
  const uint64_t file[2]
      = { (uint64_t)archive_entry_dev (entry), (uint64_t)archive_entry_ino64 (entry) };
  GraftFrameEntry frame = { 0 };
  bool has_content;

  if (archive_entry_size (entry) == 0)
    return describe (self, entry, &frame)
           && (graft_file_names_add (self->names, file, &frame, self->writer)
               || fail (self, GRAFT_HELPER_ERROR_MEMORY, "no memory"));
  return write_entry (self, entry, false, &has_content)
         && write_content (self, cpio, (uint64_t)archive_entry_size (entry))
         && (graft_file_names_tell (self->names, file, archive_entry_pathname (entry), self->writer)
             || fail (self, GRAFT_HELPER_ERROR_MEMORY, "no memory"));
}

/* Before the first entry. libarchive calls bytes of no format that it may read an unrecognized one.
 */
static bool
fail_format (Reader *self, struct archive *archive)
{
  if (archive_errno (archive) != UNRECOGNIZED || archive_format (archive) != 0 || errno == ENOMEM)
    return fail_archive (self, archive);
  if (self->names != NULL)
    return fail (self, GRAFT_HELPER_ERROR_CORRUPTED, "there is no cpio archive in it");
  return fail (self, GRAFT_HELPER_ERROR_CORRUPTED, "there is no tar archive in it");
}

static bool
write_entries (Reader *self, struct archive *archive, bool control)
{
  /* A cpio archive's warnings are of bytes that were passed over. */
  const int worst = self->names != NULL ? ARCHIVE_OK : ARCHIVE_WARN;

  for (;;)
    {
      struct archive_entry *entry;
      int result = (errno = 0, archive_read_next_header (archive, &entry));
      bool has_content;

      if (result == ARCHIVE_EOF)
        return true;
      if (result < worst)
        return fail_archive (self, archive);
      if (self->names != NULL && archive_entry_filetype (entry) == AE_IFREG
          && archive_entry_nlink (entry) > 1)
        {
          if (!write_name (self, archive, entry))
            return false;
          continue;
        }
      if (!write_entry (self, entry, control, &has_content))
        return false;
      if (has_content && !write_content (self, archive, (uint64_t)archive_entry_size (entry)))
        return false;
    }
}

/* A tar, or a payload. @filter: one of libarchive's, ARCHIVE_FILTER_NONE. */
static bool
read_tar (Reader *self, struct archive *outer, int filter, bool control)
{
  const bool payload = self->names != NULL;
  TarSource source = { .file = self->file, .outer = outer };
  struct archive *tar = (errno = 0, archive_read_new ());
  bool result;

  if (tar == NULL)
    return fail (self, GRAFT_HELPER_ERROR_MEMORY, "no memory");
  /* Reading to the end of the stream, not of the first archive in it, also checks the stream's
   * own checksums. */
  if ((filter != ARCHIVE_FILTER_NONE && archive_read_append_filter (tar, filter) < ARCHIVE_WARN)
      || (payload ? archive_read_support_format_cpio (tar) : archive_read_support_format_tar (tar))
             < ARCHIVE_WARN
      || (!payload
          && archive_read_set_format_option (tar, "tar", "read_concatenated_archives", "1")
                 < ARCHIVE_WARN)
      || archive_read_open (tar, &source, NULL, tar_read, NULL) < ARCHIVE_WARN)
    result = fail_format (self, tar);
  else
    result = write_entries (self, tar, control);
  archive_read_free (tar);
  return result;
}

/* @suffix: what follows "control.tar" or "data.tar". */
static bool
read_member (Reader *self, struct archive *ar, const char *suffix, bool control)
{
  if (*suffix == '\0')
    return read_tar (self, ar, ARCHIVE_FILTER_NONE, control);
  for (size_t i = 0; i < sizeof filters / sizeof *filters; i++)
    if (strcmp (suffix, filters[i].suffix) == 0 && !filters[i].payload_only)
      return read_tar (self, ar, filters[i].filter, control);
  return fail (self, GRAFT_HELPER_ERROR_UNSUPPORTED,
               "it is a package with a tar%s inside; gz, xz, zst and bz2 are read", suffix);
}

static bool
read_members (Reader *self, struct archive *ar)
{
  for (;;)
    {
      struct archive_entry *entry;
      int result = (errno = 0, archive_read_next_header (ar, &entry));
      const char *name;

      if (result == ARCHIVE_EOF)
        return fail (self, GRAFT_HELPER_ERROR_CORRUPTED, "it has no data archive");
      if (result < ARCHIVE_WARN)
        return fail_archive (self, ar);
      name = archive_entry_pathname (entry);
      if (name == NULL)
        continue;
      if (strncmp (name, "control.tar", 11) == 0 && !read_member (self, ar, name + 11, true))
        return false;
      if (strncmp (name, "data.tar", 8) == 0)
        return read_member (self, ar, name + 8, false);
    }
}

static bool
read_package (Reader *self)
{
  struct archive *ar = (errno = 0, archive_read_new ());
  bool result;

  if (ar == NULL)
    return fail (self, GRAFT_HELPER_ERROR_MEMORY, "no memory");
  if (archive_read_support_format_ar (ar) < ARCHIVE_WARN
      || archive_read_set_read_callback (ar, file_read) < ARCHIVE_WARN
      || archive_read_set_skip_callback (ar, file_skip) < ARCHIVE_WARN
      || archive_read_set_callback_data (ar, self->file) < ARCHIVE_WARN
      || archive_read_open1 (ar) < ARCHIVE_WARN)
    result = fail_archive (self, ar);
  else
    result = read_members (self, ar);
  archive_read_free (ar);
  return result;
}

static int
find_filter (const char *magic, bool payload)
{
  for (size_t i = 0; i < sizeof filters / sizeof *filters; i++)
    if (memcmp (magic, filters[i].magic, filters[i].magic_length) == 0
        && (payload || !filters[i].payload_only))
      return filters[i].filter;
  return ARCHIVE_FILTER_NONE;
}

static bool
read_payload (Reader *self, int filter)
{
  bool result;

  self->names = graft_file_names_new ();
  if (self->names == NULL)
    return fail (self, GRAFT_HELPER_ERROR_MEMORY, "no memory");
  result = read_tar (self, NULL, filter, false)
           && graft_file_names_tell_rest (self->names, self->writer);
  graft_file_names_free (self->names);
  return result;
}

bool
graft_archive_frames_write (int fd, uint64_t offset, uint64_t length, bool payload,
                            GraftFrameWriter *writer)
{
  static FileSource file;
  Reader reader = { .writer = writer, .file = &file };
  char magic[MAGIC_LENGTH] = "";
  int filter;
  bool result;

  file.fd = fd;
  file.start = offset;
  file.length = length;
  file.at = 0;
  if (pread (fd, magic, length < sizeof magic ? (size_t)length : sizeof magic, (off_t)offset) < 0)
    return fail (&reader, GRAFT_HELPER_ERROR_READ, "%s", strerror (errno));
  filter = find_filter (magic, payload);
  if (payload)
    result = read_payload (&reader, filter);
  else if (memcmp (magic, "!<arch>\n", sizeof magic) == 0)
    result = read_package (&reader);
  else
    result = read_tar (&reader, NULL, filter, false);
  return result && graft_frame_writer_end (writer);
}
