/* graft-step-import.c: --upload FILE:IMAGE:/path, --copy-in FOLDER:IMAGE:/path
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What comes in is owned by 0:0, with mode 0755 where it can be run or entered and 0644 elsewhere;
 * it keeps its own time, so that the same files give the same bytes whoever copies them.
 */

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-error.h"
#include "base/graft-name.h"
#include "base/graft-sentence.h"
#include "image/graft-directory.h"
#include "image/graft-path.h"
#include "sources/graft-host-folder.h"
#include "steps/graft-step-imported.h"
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

G_DEFINE_FINAL_TYPE (GraftStepImport, graft_step_import, GRAFT_TYPE_STEP)

/* The last component, of "." and ".." what they stand for. */
static char *
dup_name (GraftStepImport *self)
{
  g_autofree char *whole = g_canonicalize_filename (self->host_path, NULL);

  return g_path_get_basename (whole);
}

static char *
graft_step_import_dup_label (GraftStep *step)
{
  GraftStepImport *self = GRAFT_STEP_IMPORT (step);
  g_autofree char *name = dup_name (self);
  g_autofree char *shown_name = graft_name_escape (name);
  g_autofree char *shown = graft_step_target_dup_shown (self->address);

  return g_strdup_printf (_ ("Copy %s to %s"), shown_name, shown);
}

/* Puts one entry, which is no folder that is there; a file that is there gets the new content under
 * all its names. */
static gboolean
put (GraftStepTarget *target, const char *path, GraftNode *there, GraftNode *node, GError **error)
{
  if (there != NULL && graft_node_get_node_type (there) == GRAFT_NODE_REGULAR
      && graft_node_get_node_type (node) == GRAFT_NODE_REGULAR)
    return graft_overlay_change (target->overlay, target->part, path, node, error);
  return graft_overlay_put (target->overlay, target->part, path, node, error);
}

/* A folder is joined with one that is there, as cp -r does it; its entries replace those of the
 * same name. */
static gboolean
join (GraftStepTarget *target, const char *path, GraftNode *node, GCancellable *cancellable,
      GError **error)
{
  g_autofree char *real = NULL;
  g_autoptr (GraftNode) there = NULL;
  g_autoptr (GraftDirectory) directory = NULL;

  if (g_cancellable_set_error_if_cancelled (cancellable, error)
      || !graft_step_target_find (target, path, &real, &there, error))
    return FALSE;
  if (there == NULL || !graft_node_is_directory (there))
    return put (target, real, there, node, error);
  if (!graft_node_is_directory (node))
    return graft_step_target_set_kind_error (target, real, there, error);
  directory = graft_node_list (node, error);
  for (guint i = 0; directory != NULL && i < graft_directory_get_n_entries (directory); i++)
    {
      const GraftEntry *entry = graft_directory_get_entry (directory, i);
      g_autofree char *below = graft_path_join (real, entry->name);

      if (!join (target, below, entry->node, cancellable, error))
        return FALSE;
    }
  return directory != NULL;
}

/* Below the target when that is a folder, else in its place. */
static char *
dup_destination (GraftStepImport *self, GraftStepTarget *target, GError **error)
{
  g_autofree char *path = NULL, *name = dup_name (self);
  g_autoptr (GraftNode) there = NULL;

  if (!graft_step_target_find (target, target->path, &path, &there, error))
    return NULL;
  if (there == NULL || !graft_node_is_directory (there))
    return g_steal_pointer (&path);
  if (strcmp (name, "/") != 0)
    return graft_path_join (path, name);
  g_set_error_literal (error, GRAFT_STEP_ERROR, GRAFT_ERROR_INVALID,
                       _ ("/ has no name to be copied by: give a folder in it"));
  return NULL;
}

/* What came in is without them: said once, whatever their number. */
static void
note_xattrs (GraftStepImport *self, guint64 n_xattrs, GraftStepReport *report)
{
  g_autofree char *shown = graft_name_escape (self->host_path);

  if (n_xattrs == 0)
    return;
  g_ptr_array_add (
      report->notes,
      g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                    "%s: %s entry has extended attributes (ACLs, capabilities), "
                                    "which are not copied in",
                                    "%s: %s entries have extended attributes (ACLs, capabilities), "
                                    "which are not copied in",
                                    n_xattrs),
                       shown, GRAFT_NUMBER (n_xattrs)));
}

static GraftNode *
import (GraftStepImport *self, GraftStore *store, GraftStepReport *report,
        GCancellable *cancellable, GError **error)
{
  g_autoptr (GraftNode) folder = NULL;
  GraftNode *node;

  if (!self->is_folder)
    {
      node = graft_step_import_file (self->host_path, store, cancellable, error);
      if (node != NULL)
        note_xattrs (self, graft_host_file_has_xattrs (self->host_path), report);
      return node;
    }
  folder = graft_host_folder_open (self->host_path, store, error);
  node = folder != NULL ? graft_step_import_folder (folder, self->host_path, cancellable, error)
                        : NULL;
  if (node != NULL)
    note_xattrs (self, graft_host_folder_count_xattrs (folder), report);
  return node;
}

static gboolean
graft_step_import_apply (GraftStep *step, GraftBootSet *set, GraftStepReport *report,
                         GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  GraftStepImport *self = GRAFT_STEP_IMPORT (step);
  GraftStore *store = graft_boot_set_get_store (set, error);
  g_auto (GraftStepTarget) target = { 0 };
  g_autofree char *path = NULL;
  g_autoptr (GraftNode) node = NULL;

  if (store == NULL || !graft_step_target_init (&target, set, self->address, cancellable, error))
    return FALSE;
  path = dup_destination (self, &target, error);
  node = path != NULL ? import (self, store, report, cancellable, error) : NULL;
  return node != NULL && join (&target, path, node, cancellable, error);
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
