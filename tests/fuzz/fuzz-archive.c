/* fuzz-archive.c: any bytes as a package or an archive, through all that meets them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The helper's code, here in a thread and without its confinement, and what hears it.
 */

#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/graft-bytes.h"
#include "helper/graft-frame-parser.h"
#include "helper/program/graft-archive-frames.h"
#include "image/graft-directory.h"
#include "sources/graft-package-control.h"
#include "sources/graft-package-tree.h"
#include "sources/graft-rpm.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* Bytes of content after which an archive is given up: a bomb would only take time. */
#define ENOUGH (4 * 1024 * 1024)
/* The helper's limit of memory, which is not set here, refuses larger dictionaries. */
#define MAX_DICTIONARY (64 * 1024 * 1024)

typedef struct
{
  int fd;
  guint64 offset;
  guint64 length;
  gboolean payload;
  int out;
} Job;

typedef struct
{
  GraftPackageTree *tree;
  guint64 heard;
} Ear;

static gpointer
write_frames (gpointer data)
{
  g_autofree GraftFrameWriter *writer = g_new0 (GraftFrameWriter, 1);
  Job *job = data;

  if (graft_frame_writer_start (writer, job->out))
    graft_archive_frames_write (job->fd, job->offset, job->length, job->payload, writer);
  close (job->out);
  return NULL;
}

static gboolean
hear_entry (const GraftHelperEntry *entry, gpointer data, GError **error)
{
  Ear *ear = data;

  return entry->control || graft_package_tree_add (ear->tree, entry, error);
}

static gboolean
hear_content (const guint8 *bytes, gsize length, gpointer data, GError **error)
{
  Ear *ear = data;

  ear->heard += length;
  if (ear->heard <= ENOUGH)
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE, "enough");
  return FALSE;
}

/* The engine's clock interrupts. */
static gssize
read_some (int in, guint8 *block, gsize length)
{
  gssize count;

  do
    count = read (in, block, length);
  while (count < 0 && errno == EINTR);
  return count;
}

/* An error has a message; a tree that was told to its end can be built. */
static void
hear (int in, guint64 size)
{
  static const GraftHelperStreamFuncs funcs = { hear_entry, hear_content };
  g_autoptr (GraftPackageTree) tree = graft_package_tree_new ("fuzz");
  Ear ear = { tree, 0 };
  g_autoptr (GraftFrameParser) parser = graft_frame_parser_new ("fuzz", size, &funcs, &ear);
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftNode) root = NULL;
  guint8 block[4096];
  gssize count;

  while (error == NULL && (count = read_some (in, block, sizeof block)) > 0)
    if (!graft_frame_parser_feed (parser, block, count, &error)
        && (error == NULL || *error->message == '\0'))
      abort ();
  if (error == NULL && !graft_frame_parser_is_complete (parser))
    abort ();
  root = graft_package_tree_build (tree);
  if (!graft_node_is_directory (root))
    abort ();
}

static void
run (int fd, guint64 offset, guint64 length, gboolean payload)
{
  int ends[2];
  Job job = { fd, offset, length, payload, -1 };
  GThread *thread;

  if (pipe (ends) != 0)
    abort ();
  job.out = ends[1];
  thread = g_thread_new ("helper", write_frames, &job);
  hear (ends[0], length);
  /* Who still writes is told by that that nobody hears. */
  close (ends[0]);
  g_thread_join (thread);
}

static gboolean
has_large_dictionary (const uint8_t *data, size_t size)
{
  guint32 dictionary;

  return size > 5 && data[0] == 0x5d && graft_bytes_get_le32 (data, size, 1, &dictionary)
         && dictionary > MAX_DICTIONARY;
}

static void
run_rpm (GraftInput *input, int fd, const uint8_t *data, size_t size)
{
  g_autoptr (GraftPackageControl) control = NULL;
  g_autoptr (GError) error = NULL;
  guint64 payload;

  if (!graft_rpm_read (input, "fuzz", &control, &payload, NULL, &error))
    {
      if (error == NULL || *error->message == '\0')
        abort ();
      return;
    }
  if (control->package == NULL || payload > size)
    abort ();
  if (!has_large_dictionary (data + payload, size - payload))
    run (fd, payload, size - payload, TRUE);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GraftInput) input = graft_memory_input_new (bytes, "fuzz.tar.bz2");
  int fd = memfd_create ("fuzz", MFD_CLOEXEC);

  signal (SIGPIPE, SIG_IGN);
  setlocale (LC_CTYPE, "C.UTF-8");
  if (fd < 0 || write (fd, data, size) != (ssize_t)size)
    abort ();
  if (graft_package_probe (input) == GRAFT_PACKAGE_RPM)
    run_rpm (input, fd, data, size);
  else
    {
      run (fd, 0, size, FALSE);
      if (!has_large_dictionary (data, size))
        run (fd, 0, size, TRUE);
    }
  close (fd);
  return 0;
}
