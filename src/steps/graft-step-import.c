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
#include "steps/graft-step-json.h"
#include "steps/graft-step-target.h"
#include "steps/graft-step.h"

#define GRAFT_TYPE_STEP_IMPORT (graft_step_import_get_type ())
G_DECLARE_FINAL_TYPE (GraftStepImport, graft_step_import, GRAFT, STEP_IMPORT, GraftStep)

struct _GraftStepImport
{
  GraftStep parent_instance;

  GraftStepSource *source;
  char *address;
  gboolean is_folder;
  /* Of a file, as it was when it was taken in, so that a recipe gives the same bytes after it was
   * copied or touched; -1 until then. */
  gint64 mode;
  gint64 mtime;
};

G_DEFINE_FINAL_TYPE (GraftStepImport, graft_step_import, GRAFT_TYPE_STEP)

/* The last component, of "." and ".." what they stand for. */
static char *
dup_name (GraftStepImport *self)
{
  g_autofree char *whole = g_canonicalize_filename (self->source->path, NULL);

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
  g_autofree char *shown = graft_name_escape (self->source->path);

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

/* What was taken in before, as it was then. */
static GraftNode *
import_file (GraftStepImport *self, GraftStore *store, GraftStepReport *report,
             GCancellable *cancellable, GError **error)
{
  g_autofree char *digest = NULL;
  g_autoptr (GraftNode) node
      = graft_step_import_file (self->source->path, store, &digest, cancellable, error);
  GraftNodeInit init;

  if (node == NULL || !graft_step_source_accept (self->source, digest, error))
    return NULL;
  note_xattrs (self, graft_host_file_has_xattrs (self->source->path), report);
  init = graft_node_to_init (node);
  if (self->mode < 0)
    self->mode = init.attributes.mode;
  if (self->mtime < 0)
    self->mtime = init.attributes.mtime;
  init.attributes.mode = self->mode;
  init.attributes.mtime = self->mtime;
  return graft_node_new (&init);
}

static GraftNode *
import_folder (GraftStepImport *self, GraftStore *store, GraftStepReport *report,
               GCancellable *cancellable, GError **error)
{
  const char *path = self->source->path;
  g_autoptr (GraftNode) folder = graft_host_folder_open (path, store, error), node = NULL;
  g_autofree char *digest = NULL;

  if (folder == NULL)
    return NULL;
  node = graft_step_import_folder (folder, path, cancellable, error);
  digest = node != NULL ? graft_step_source_digest_tree (node, cancellable, error) : NULL;
  if (digest == NULL || !graft_step_source_accept (self->source, digest, error))
    return NULL;
  note_xattrs (self, graft_host_folder_count_xattrs (folder), report);
  return g_steal_pointer (&node);
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
  if (path == NULL)
    return FALSE;
  node = self->is_folder ? import_folder (self, store, report, cancellable, error)
                         : import_file (self, store, report, cancellable, error);
  return node != NULL && join (&target, path, node, cancellable, error);
}

static void
graft_step_import_write (GraftStep *step, GraftStepWriter *writer)
{
  GraftStepImport *self = GRAFT_STEP_IMPORT (step);

  graft_step_writer_add_text (writer, "step", self->is_folder ? "copy-in" : "upload");
  graft_step_writer_add_source (writer, "from", self->source);
  graft_step_writer_add_text (writer, "to", self->address);
  graft_step_writer_add_optional_int (writer, "mode", self->mode);
  graft_step_writer_add_optional_int (writer, "mtime", self->mtime);
}

static void
graft_step_import_finalize (GObject *object)
{
  GraftStepImport *self = GRAFT_STEP_IMPORT (object);

  g_clear_pointer (&self->source, graft_step_source_free);
  g_free (self->address);
  G_OBJECT_CLASS (graft_step_import_parent_class)->finalize (object);
}

static void
graft_step_import_class_init (GraftStepImportClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = graft_step_import_finalize;
  GRAFT_STEP_CLASS (klass)->dup_label = graft_step_import_dup_label;
  GRAFT_STEP_CLASS (klass)->apply = graft_step_import_apply;
  GRAFT_STEP_CLASS (klass)->write = graft_step_import_write;
}

static void
graft_step_import_init (GraftStepImport *self)
{
}

/* Takes @source. */
static GraftStepImport *
new_import (GraftStepSource *source, const char *address, gboolean is_folder)
{
  GraftStepImport *self = g_object_new (GRAFT_TYPE_STEP_IMPORT, NULL);

  self->source = source;
  self->address = g_strdup (address);
  self->is_folder = is_folder;
  self->mode = -1;
  self->mtime = -1;
  return self;
}

GraftStep *
graft_step_upload_new (const char *host_path, const char *address, gint64 time)
{
  return GRAFT_STEP (new_import (graft_step_source_new (host_path, NULL), address, FALSE));
}

GraftStep *
graft_step_copy_in_new (const char *host_folder, const char *address, gint64 time)
{
  return GRAFT_STEP (new_import (graft_step_source_new (host_folder, NULL), address, TRUE));
}

static GraftStepSource *
read_source (GraftStepReader *reader)
{
  GraftStepSource *source = graft_step_reader_dup_source (reader, "from");

  if (source == NULL)
    graft_step_reader_fail (reader, "from", _ ("is missing"));
  return source;
}

GraftStep *
graft_step_upload_read (GraftStepReader *reader)
{
  GraftStepSource *source = read_source (reader);
  const char *address = graft_step_reader_get_text (reader, "to");
  GraftStepImport *self;

  if (source == NULL)
    return NULL;
  self = new_import (source, address, FALSE);
  self->mode = graft_step_reader_get_optional_int (reader, "mode", 0777);
  self->mtime = graft_step_reader_get_optional_int (reader, "mtime", G_MAXUINT32);
  return GRAFT_STEP (self);
}

GraftStep *
graft_step_copy_in_read (GraftStepReader *reader)
{
  GraftStepSource *source = read_source (reader);
  const char *address = graft_step_reader_get_text (reader, "to");

  return source != NULL ? GRAFT_STEP (new_import (source, address, TRUE)) : NULL;
}
