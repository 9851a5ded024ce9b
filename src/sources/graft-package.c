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
#include "sources/graft-module-search.h"
#include "sources/graft-package-control.h"
#include "sources/graft-package-tree.h"
#include "sources/graft-rpm.h"

/* Of an archive that is only looked at: entries, and bytes of their contents. */
#define LOOK_ENTRIES 4096
#define LOOK_BYTES (256 * 1024 * 1024)

/* A package being read. */
typedef struct
{
  const char *name;
  GraftPackageKind kind;
  guint64 size;
  GraftStore *store;
  GraftPackageAcceptFunc accept;
  gpointer accept_data;
  GraftProgress *progress;

  GraftPackageTree *tree;
  GraftPackageControl *control; /* NULL until it was accepted */
  GString *control_text;        /* NULL until it is met */
  GPtrArray *scripts;           /* of char*: of a .deb */
  GraftStoreWriter *writer;     /* of the file whose content comes */
  gboolean in_control;          /* what comes is the control file's content */
  guint64 missing;              /* bytes of the content that have not come yet */
  char *path;                   /* of the entry whose content comes, escaped; NULL before it */
} Reading;

static void
reading_clear (Reading *self)
{
  g_clear_pointer (&self->tree, graft_package_tree_free);
  g_clear_pointer (&self->control, graft_package_control_free);
  if (self->control_text != NULL)
    g_string_free (self->control_text, TRUE);
  g_clear_pointer (&self->scripts, g_ptr_array_unref);
  g_free (self->path);
  g_clear_pointer (&self->writer, graft_store_writer_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Reading, reading_clear)

/* As dpkg runs them, deb(5) and the man pages of each. */
static gboolean
is_script (const char *name)
{
  static const char *const names[] = { "config", "postinst", "postrm", "preinst", "prerm" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (name, names[i]) == 0)
      return TRUE;
  return FALSE;
}

static char *
list_scripts (Reading *self)
{
  g_autoptr (GString) list = g_string_new (NULL);

  for (guint i = 0; i < self->scripts->len; i++)
    g_string_append_printf (list, "%s%s", i > 0 ? ", " : "",
                            (const char *)g_ptr_array_index (self->scripts, i));
  return list->len > 0 ? g_strdup (list->str) : NULL;
}

/* The control archive is at its end. A tar has none. */
static gboolean
accept_control (Reading *self, GError **error)
{
  if (self->control != NULL || self->kind == GRAFT_PACKAGE_TAR)
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
  self->control->scripts = list_scripts (self);
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
  if (is_script (path) && S_ISREG (entry->mode)
      && !g_ptr_array_find_with_equal_func (self->scripts, path, g_str_equal, NULL))
    g_ptr_array_add (self->scripts, g_strdup (path));
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
  g_free (self->path);
  self->path = graft_name_escape (entry->path);
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

/* Says of @error, which is of the archive, where in it that was. */
static void
name_entry (Reading *self, GError **error)
{
  char *message;

  if (self->path == NULL || error == NULL
      || !g_error_matches (*error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED))
    return;
  message = g_strdup_printf (self->missing > 0
                                 /* TRANSLATORS: a sentence about a package, a path in it */
                                 ? _ ("%s (in its entry %s)")
                                 /* TRANSLATORS: a sentence about a package, a path in it */
                                 : _ ("%s (after its entry %s)"),
                             (*error)->message, self->path);
  g_free ((*error)->message);
  (*error)->message = message;
}

/* Hands the archive to the helper: all of @input, or what is behind an .rpm's headers. */
static gboolean
stream (Reading *self, GraftInput *input, guint64 payload, GCancellable *cancellable,
        GError **error)
{
  static const GraftHelperStreamFuncs funcs = { .entry = add_entry, .content = add_content };
  guint64 offset = 0;
  int fd = dup_descriptor (input, &offset, cancellable, error);
  gboolean result;

  if (fd < 0)
    return FALSE;
  result = graft_helper_stream (
      self->kind == GRAFT_PACKAGE_RPM ? GRAFT_HELPER_PAYLOAD : GRAFT_HELPER_PACKAGE, fd,
      offset + payload, self->size - payload, self->name, &funcs, self, cancellable, error);
  close (fd);
  if (!result)
    name_entry (self, error);
  /* The helper read the file past the input, which would have noticed a change. */
  return result && graft_input_check_unchanged (input, error);
}

GraftNode *
graft_package_open (GraftInput *input, GraftStore *store, GraftPackageAcceptFunc accept,
                    gpointer data, GraftProgress *progress, GCancellable *cancellable,
                    GError **error)
{
  g_autofree char *name = graft_name_escape (graft_input_get_name (input));
  g_auto (Reading) reading = {
    .name = name,
    .kind = graft_package_probe (input),
    .size = graft_input_get_size (input),
    .store = store,
    .accept = accept,
    .accept_data = data,
    .progress = progress,
    .tree = graft_package_tree_new (name),
    .scripts = g_ptr_array_new_with_free_func (g_free),
  };
  guint64 payload = 0;

  if (reading.kind == GRAFT_PACKAGE_RPM
      && (!graft_rpm_read (input, name, &reading.control, &payload, cancellable, error)
          || (accept != NULL && !accept (reading.control, data, error))))
    return NULL;
  if (!stream (&reading, input, payload, cancellable, error) || !accept_control (&reading, error))
    return NULL;
  return graft_package_tree_build (reading.tree);
}

/* A look at an archive, which ends as soon as it is known. */
typedef struct
{
  guint n_entries;
  guint64 n_bytes;
  gboolean found;
} Look;

static gboolean
look_at_entry (const GraftHelperEntry *entry, gpointer data, GError **error)
{
  Look *self = data;
  g_autofree char *name = g_path_get_basename (entry->path);

  self->found = S_ISREG (entry->mode)
                && (graft_module_search_is_module (name) || g_str_has_prefix (name, "modules.")
                    || g_str_has_prefix (name, "vmlinuz") || g_str_has_prefix (name, "bzImage"));
  self->n_bytes += entry->size;
  if (!self->found && ++self->n_entries < LOOK_ENTRIES && self->n_bytes < LOOK_BYTES)
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, _ ("enough was seen"));
  return FALSE;
}

static gboolean
look_past_content (const guint8 *bytes, gsize length, gpointer data, GError **error)
{
  return TRUE;
}

gboolean
graft_package_holds_kernel (GraftInput *input)
{
  static const GraftHelperStreamFuncs funcs
      = { .entry = look_at_entry, .content = look_past_content };
  g_autoptr (GError) error = NULL;
  guint64 offset = 0;
  Look look = { 0 };
  int fd = dup_descriptor (input, &offset, NULL, &error);

  if (fd < 0)
    return FALSE;
  if (!graft_helper_stream (GRAFT_HELPER_PACKAGE, fd, offset, graft_input_get_size (input),
                            graft_input_get_name (input), &funcs, &look, NULL, &error))
    g_clear_error (&error);
  close (fd);
  return look.found;
}
