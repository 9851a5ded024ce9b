/* graft-step-import.c: --upload FILE:IMAGE:/path, --copy-in FOLDER:IMAGE:/path
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What comes in is owned by 0:0, with mode 0755 where it can be run or entered and 0644 elsewhere;
 * files keep their own time.
 */

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <sys/stat.h>

#include "base/graft-error.h"
#include "base/graft-limits.h"
#include "base/graft-name.h"
#include "image/graft-directory.h"
#include "image/graft-path.h"
#include "sources/graft-host-folder.h"
#include "steps/graft-step-target.h"
#include "steps/graft-step.h"

#define GRAFT_TYPE_STEP_IMPORT (graft_step_import_get_type ())
G_DECLARE_FINAL_TYPE (GraftStepImport, graft_step_import, GRAFT, STEP_IMPORT, GraftStep)

struct _GraftStepImport
{
  GraftStep parent_instance;

  char *host_path;
  char *address;
  gboolean is_folder;
};

G_DEFINE_TYPE (GraftStepImport, graft_step_import, GRAFT_TYPE_STEP)

static char *
graft_step_import_dup_label (GraftStep *step)
{
  GraftStepImport *self = GRAFT_STEP_IMPORT (step);
  g_autofree char *name = g_path_get_basename (self->host_path);
  g_autofree char *shown_name = graft_name_escape (name);
  g_autofree char *shown = graft_name_escape (self->address);

  return g_strdup_printf (_ ("Copy %s to %s"), shown_name, shown);
}

static guint32
sane_mode (guint32 mode)
{
  return (mode & 0111) != 0 ? 0755 : 0644;
}

/* Opened once; what it was at that moment is what is taken in. */
static GraftNode *
import_file (const char *host_path, GraftStore *store, GCancellable *cancellable, GError **error)
{
  g_autoptr (GraftInput) input = graft_file_input_new (host_path, error);
  g_autoptr (GraftInput) content = NULL;
  GraftNodeInit init = { .type = GRAFT_NODE_REGULAR, .nlink = 1 };
  struct stat info;
  guint64 offset;
  int fd;

  if (input == NULL)
    return NULL;
  if (!graft_input_get_file (input, &fd, &offset) || fstat (fd, &info) < 0)
    {
      graft_error_set_errno (error, GRAFT_STEP_ERROR, errno, host_path, _ ("cannot be looked at"));
      return NULL;
    }
  content = graft_store_add (store, input, NULL, cancellable, error);
  if (content == NULL)
    return NULL;
  init.attributes.mode = sane_mode (info.st_mode);
  init.attributes.mtime = info.st_mtim.tv_sec;
  init.content = content;
  return graft_node_new (&init);
}

static GraftNode *import_folder (GraftNode *node, guint depth, GCancellable *cancellable,
                                 GError **error);

/* One entry of a host folder as it comes in; its content is taken in now, so that what changes
 * later changes nothing. */
static GraftNode *
import_entry (GraftNode *node, guint depth, GCancellable *cancellable, GError **error)
{
  GraftNodeInit init = {
    .type = graft_node_get_node_type (node),
    .target = graft_node_get_target (node),
    .size = graft_node_get_size (node),
    .nlink = 1,
  };
  g_autoptr (GraftInput) content = NULL;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  init.attributes.mtime = graft_node_get_attributes (node)->mtime;
  switch (init.type)
    {
    case GRAFT_NODE_DIRECTORY:
      return import_folder (node, depth + 1, cancellable, error);
    case GRAFT_NODE_SYMLINK:
      init.attributes.mode = 0777;
      return graft_node_new (&init);
    case GRAFT_NODE_REGULAR:
      content = graft_node_open (node, error);
      if (content == NULL)
        return NULL;
      init.attributes.mode = sane_mode (graft_node_get_attributes (node)->mode);
      init.content = content;
      return graft_node_new (&init);
    case GRAFT_NODE_CHAR_DEVICE:
    case GRAFT_NODE_BLOCK_DEVICE:
    case GRAFT_NODE_FIFO:
    case GRAFT_NODE_SOCKET:
    default:
      g_set_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_REFUSED,
                   _ ("it is a %s; only files, folders and links are copied in"),
                   graft_node_type_get_name (init.type));
      return NULL;
    }
}

static GraftNode *
import_folder (GraftNode *node, guint depth, GCancellable *cancellable, GError **error)
{
  g_autoptr (GraftDirectory) directory = graft_node_list (node, error);
  g_autoptr (GraftDirectoryBuilder) builder = NULL;
  g_autoptr (GraftDirectory) children = NULL;
  GraftNodeInit init = { .type = GRAFT_NODE_DIRECTORY, .attributes.mode = 0755, .nlink = 1 };

  if (directory == NULL)
    return NULL;
  if (depth > GRAFT_LIMIT_DEPTH)
    {
      g_set_error_literal (error, GRAFT_STEP_ERROR, GRAFT_ERROR_TOO_LARGE,
                           _ ("it lies below too many folders"));
      return NULL;
    }
  builder = graft_directory_builder_new ();
  for (guint i = 0; i < graft_directory_get_n_entries (directory); i++)
    {
      const GraftEntry *entry = graft_directory_get_entry (directory, i);
      g_autoptr (GraftNode) child = import_entry (entry->node, depth, cancellable, error);

      if (child == NULL)
        {
          g_autofree char *shown = graft_name_escape (entry->name);

          g_prefix_error (error, "%s: ", shown);
          return NULL;
        }
      graft_directory_builder_add (builder, entry->name, child);
    }
  children = graft_directory_builder_finish (g_steal_pointer (&builder));
  init.attributes.mtime = graft_node_get_attributes (node)->mtime;
  init.children = children;
  return graft_node_new (&init);
}

static GraftNode *
import (GraftStepImport *self, GraftStore *store, GCancellable *cancellable, GError **error)
{
  g_autoptr (GraftNode) folder = NULL;

  if (!self->is_folder)
    return import_file (self->host_path, store, cancellable, error);
  folder = graft_host_folder_open (self->host_path, store, error);
  return folder != NULL ? import_folder (folder, 0, cancellable, error) : NULL;
}

static gboolean
put (GraftStepImport *self, GraftStepTarget *target, GraftNode *node, GError **error)
{
  g_autofree char *name = g_path_get_basename (self->host_path);
  g_autofree char *path = graft_step_target_dup_destination (target, name, error);

  return path != NULL && graft_overlay_put (target->overlay, target->part, path, node, error);
}

static gboolean
graft_step_import_apply (GraftStep *step, GraftBootSet *set, GraftStepReport *report,
                         GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  GraftStepImport *self = GRAFT_STEP_IMPORT (step);
  GraftStore *store = graft_boot_set_get_store (set, error);
  g_auto (GraftStepTarget) target = { 0 };
  g_autoptr (GraftNode) node = NULL;

  if (store == NULL)
    return FALSE;
  if (!graft_step_target_find (&target, set, self->address, error))
    return graft_step_target_prefix (self->address, error);
  node = import (self, store, cancellable, error);
  if (node == NULL)
    return FALSE;
  if (!put (self, &target, node, error))
    return graft_step_target_prefix (self->address, error);
  return TRUE;
}

static void
graft_step_import_finalize (GObject *object)
{
  GraftStepImport *self = GRAFT_STEP_IMPORT (object);

  g_free (self->host_path);
  g_free (self->address);
  G_OBJECT_CLASS (graft_step_import_parent_class)->finalize (object);
}

static void
graft_step_import_class_init (GraftStepImportClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = graft_step_import_finalize;
  GRAFT_STEP_CLASS (klass)->dup_label = graft_step_import_dup_label;
  GRAFT_STEP_CLASS (klass)->apply = graft_step_import_apply;
}

static void
graft_step_import_init (GraftStepImport *self)
{
}

static GraftStep *
new_import (const char *host_path, const char *address, gboolean is_folder)
{
  GraftStepImport *self = g_object_new (GRAFT_TYPE_STEP_IMPORT, NULL);

  self->host_path = g_strdup (host_path);
  self->address = g_strdup (address);
  self->is_folder = is_folder;
  return GRAFT_STEP (self);
}

GraftStep *
graft_step_upload_new (const char *host_path, const char *address, gint64 time)
{
  return new_import (host_path, address, FALSE);
}

GraftStep *
graft_step_copy_in_new (const char *host_folder, const char *address, gint64 time)
{
  return new_import (host_folder, address, TRUE);
}
