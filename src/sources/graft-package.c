/* graft-package.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "sources/graft-package.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/graft-error.h"
#include "base/graft-limits.h"
#include "base/graft-name.h"
#include "base/graft-output.h"
#include "helper/graft-helper.h"
#include "sources/graft-package-control.h"
#include "sources/graft-package-tree.h"

/* deb(5): an ar archive whose first member is debian-binary. */
#define MAGIC "!<arch>\ndebian-binary"

/* A package being read. */
typedef struct
{
  const char *name;
  guint64 size;
  GraftStore *store;
  GraftPackageAcceptFunc accept;
  gpointer accept_data;
  GraftProgress *progress;

  GraftPackageTree *tree;
  GraftPackageControl *control; /* NULL until it was accepted */
  GString *control_text;        /* NULL until it is met */
  GraftStoreWriter *writer;     /* of the file whose content comes */
  gboolean in_control;          /* what comes is the control file's content */
  guint64 missing;              /* bytes of the content that have not come yet */
} Reading;

static void
reading_clear (Reading *self)
{
  g_clear_pointer (&self->tree, graft_package_tree_free);
  g_clear_pointer (&self->control, graft_package_control_free);
  if (self->control_text != NULL)
    g_string_free (self->control_text, TRUE);
  g_clear_pointer (&self->writer, graft_store_writer_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Reading, reading_clear)

gboolean
graft_package_probe (GraftInput *input)
{
  char head[sizeof MAGIC - 1];

  return graft_input_read_some (input, 0, head, sizeof head, NULL) == (gssize)sizeof head
         && memcmp (head, MAGIC, sizeof head) == 0;
}

/* The control archive is at its end. */
static gboolean
accept_control (Reading *self, GError **error)
{
  if (self->control != NULL)
    return TRUE;
  if (self->control_text == NULL)
    {
      g_set_error (
          error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
          _ ("%s has no control file before its data, as a package must; get the file again"),
          self->name);
      return FALSE;
    }
  self->control = graft_package_control_new (self->control_text->str);
  return self->accept == NULL || self->accept (self->control, self->accept_data, error);
}

/* All bytes of the file that was added last are there. */
static gboolean
finish_content (Reading *self, GError **error)
{
  g_autoptr (GraftInput) content
      = graft_store_writer_finish (g_steal_pointer (&self->writer), NULL, error);

  if (content == NULL)
    return FALSE;
  graft_package_tree_set_content (self->tree, content);
  return TRUE;
}

static gboolean
add_control_entry (Reading *self, const GraftHelperEntry *entry, GError **error)
{
  const char *path = g_str_has_prefix (entry->path, "./") ? entry->path + 2 : entry->path;

  self->in_control = strcmp (path, "control") == 0 && S_ISREG (entry->mode);
  self->missing = entry->size;
  if (!self->in_control)
    return TRUE;
  if (entry->size > GRAFT_LIMIT_TEXT)
    {
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_TOO_LARGE,
                   _ ("%s: its control file is too large"), self->name);
      return FALSE;
    }
  if (self->control_text == NULL)
    self->control_text = g_string_new (NULL);
  g_string_truncate (self->control_text, 0);
  return TRUE;
}

static gboolean
add_entry (const GraftHelperEntry *entry, gpointer data, GError **error)
{
  Reading *self = data;

  graft_progress_set (self->progress, (double)entry->position / MAX (self->size, 1));
  if (entry->control)
    return add_control_entry (self, entry, error);
  self->in_control = FALSE;
  self->missing = entry->size;
  if (!accept_control (self, error) || !graft_package_tree_add (self->tree, entry, error))
    return FALSE;
  if (!S_ISREG (entry->mode) || entry->hard_link != NULL)
    return TRUE;
  if (entry->size > GRAFT_LIMIT_STORE_MEMORY
      && !graft_store_check_room (self->store, entry->size, error))
    return FALSE;
  self->writer = graft_store_writer_new (self->store, entry->path, error);
  return self->writer != NULL && (entry->size > 0 || finish_content (self, error));
}

static gboolean
add_content (const guint8 *bytes, gsize length, gpointer data, GError **error)
{
  Reading *self = data;

  self->missing -= length;
  if (self->in_control)
    g_string_append_len (self->control_text, (const char *)bytes, length);
  if (self->writer == NULL)
    return TRUE;
  return graft_store_writer_write (self->writer, bytes, length, error)
         && (self->missing > 0 || finish_content (self, error));
}

/* The helper reads a descriptor. Nearly always the input is a file; one that is not (a package
 * inside an image) is copied to memory outside of the address space. */
static int
dup_descriptor (GraftInput *input, guint64 *ret_offset, GCancellable *cancellable, GError **error)
{
  g_autoptr (GraftOutput) copy = NULL;
  g_autoptr (GraftInput) copied = NULL;
  int fd;

  if (!graft_input_get_file (input, &fd, ret_offset))
    {
      copy = graft_output_new_memory (graft_input_get_name (input), error);
      if (copy == NULL
          || !graft_output_copy (copy, input, 0, graft_input_get_size (input), cancellable, error))
        return -1;
      copied = graft_output_open (copy, error);
      if (copied == NULL || !graft_input_get_file (copied, &fd, ret_offset))
        return -1;
    }
  fd = fcntl (fd, F_DUPFD_CLOEXEC, 0);
  if (fd < 0)
    graft_error_set_errno (error, GRAFT_IMAGE_ERROR, errno, graft_input_get_name (input),
                           _ ("cannot be handed to the helper"));
  return fd;
}

GraftNode *
graft_package_open (GraftInput *input, GraftStore *store, GraftPackageAcceptFunc accept,
                    gpointer data, GraftProgress *progress, GCancellable *cancellable,
                    GError **error)
{
  static const GraftHelperStreamFuncs funcs = { .entry = add_entry, .content = add_content };
  g_autofree char *name = graft_name_escape (graft_input_get_name (input));
  g_auto (Reading) reading = {
    .name = name,
    .size = graft_input_get_size (input),
    .store = store,
    .accept = accept,
    .accept_data = data,
    .progress = progress,
    .tree = graft_package_tree_new (name),
  };
  guint64 offset = 0;
  gboolean result;
  int fd = dup_descriptor (input, &offset, cancellable, error);

  if (fd < 0)
    return NULL;
  result
      = graft_helper_stream (fd, offset, reading.size, name, &funcs, &reading, cancellable, error);
  close (fd);
  /* The helper read the file past the input, which would have noticed a change. */
  if (!result || !graft_input_check_unchanged (input, error) || !accept_control (&reading, error))
    return NULL;
  return graft_package_tree_build (reading.tree);
}
