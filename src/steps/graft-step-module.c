/* graft-step-module.c: --add-module, --remove-module
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A module comes with all it depends on and with the firmware that these ask for, from the module
 * tree of the same release that a root of the set has; it goes with all that depend on it. Then the
 * indexes are made anew, as depmod makes them.
 */

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-limits.h"
#include "coders/graft-decoder.h"
#include "image/graft-path.h"
#include "modprobe/graft-modprobe-edit.h"
#include "modules/graft-module-index.h"
#include "modules/graft-module-reader.h"
#include "steps/graft-step-json.h"
#include "steps/graft-step-target.h"
#include "steps/swap-kernel/graft-swap-firmware.h"

#define GRAFT_TYPE_STEP_MODULE (graft_step_module_get_type ())
G_DECLARE_FINAL_TYPE (GraftStepModule, graft_step_module, GRAFT, STEP_MODULE, GraftStep)

struct _GraftStepModule
{
  GraftStep parent_instance;

  char *image; /* (nullable): all initrds */
  char *module;
  gboolean add; /* not remove */
};

G_DEFINE_FINAL_TYPE (GraftStepModule, graft_step_module, GRAFT_TYPE_STEP)

/* What of the step is done in one image. */
typedef struct
{
  GraftStepModule *step;
  GraftBootSet *set;
  GraftStepTarget target;
  const char *image;
  GraftModuleFolder *folder; /* the image's, of the release */
  gint64 newest;             /* time of the newest module that was added */
  GPtrArray *notes;          /* (nullable) */
  GCancellable *cancellable;
} Work;

static void
work_clear (Work *self)
{
  graft_step_target_clear (&self->target);
  g_clear_pointer (&self->folder, graft_module_folder_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Work, work_clear)

/* A module tree of a root of the set, and what it has beside. */
typedef struct
{
  GraftNode *root;
  GraftModuleFolder *folder;
  GraftModuleDeps *deps;
} Source;

static void
source_clear (Source *self)
{
  g_clear_pointer (&self->deps, graft_module_deps_free);
  g_clear_pointer (&self->folder, graft_module_folder_unref);
  g_clear_pointer (&self->root, graft_node_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Source, source_clear)

static char *
graft_step_module_dup_label (GraftStep *step)
{
  GraftStepModule *self = GRAFT_STEP_MODULE (step);

  return g_strdup_printf (self->add ? _ ("Add the module %s") : _ ("Remove the module %s"),
                          self->module);
}

static void
add_note (Work *work, char *note)
{
  if (work->notes != NULL)
    g_ptr_array_add (work->notes, note);
  else
    g_free (note);
}

static GraftModuleDeps *
read_deps (GraftModuleFolder *folder, GError **error)
{
  g_autoptr (GraftNode) node = graft_path_lookup (graft_module_folder_get_node (folder),
                                                  "modules.dep", GRAFT_PATH_NO_FOLLOW, NULL, error);
  g_autoptr (GraftInput) input = node != NULL ? graft_node_open (node, error) : NULL;
  g_autoptr (GBytes) bytes = input != NULL ? graft_input_read_all (input, error) : NULL;

  return bytes != NULL ? graft_module_deps_new (bytes, error) : NULL;
}

/* The release folder of @root that is called @name; %NULL without an error when it has none. */
static GraftModuleFolder *
find_folder (GraftNode *root, const char *name, GError **error)
{
  g_autoptr (GPtrArray) folders = graft_module_folders_find (root, error);

  for (guint i = 0; folders != NULL && i < folders->len; i++)
    if (name == NULL
        || strcmp (graft_module_folder_get_name (g_ptr_array_index (folders, i)), name) == 0)
      return graft_module_folder_ref (g_ptr_array_index (folders, i));
  return NULL;
}

/* The image's own release folder: that of the set's kernel, or the only one. */
static gboolean
find_own_folder (Work *work, GraftNode *root, GError **error)
{
  g_autoptr (GPtrArray) folders = graft_module_folders_find (root, error);

  if (folders == NULL)
    return FALSE;
  if (folders->len == 1)
    {
      work->folder = graft_module_folder_ref (g_ptr_array_index (folders, 0));
      return TRUE;
    }
  g_set_error (
      error, GRAFT_STEP_ERROR, GRAFT_ERROR_INVALID,
      folders->len == 0
          ? _ ("%s has no module tree (lib/modules/RELEASE) to which a module could be added")
          : _ ("%s has modules of several kernels: delete those that are not wanted first"),
      work->image);
  return FALSE;
}

/* The first root of the set with a tree of the same release that has the module. */
static gboolean
find_source (Work *work, Source *ret_source, GError **error)
{
  GPtrArray *members = graft_boot_set_get_members (work->set);
  const char *release = graft_module_folder_get_name (work->folder);

  for (guint i = 0; i < members->len; i++)
    {
      GraftMember *member = g_ptr_array_index (members, i);
      GraftOverlay *overlay = graft_member_get_overlay (member);
      g_auto (Source) source = { 0 };
      g_autoptr (GError) local = NULL;

      if (overlay == NULL || overlay == work->target.overlay)
        continue;
      source.root = graft_overlay_dup_root (overlay, error);
      if (source.root == NULL)
        return FALSE;
      source.folder = find_folder (source.root, release, &local);
      if (local == NULL && source.folder != NULL
          && graft_module_folder_lookup (source.folder, work->step->module) != NULL)
        source.deps = read_deps (source.folder, &local);
      if (local != NULL)
        {
          g_propagate_prefixed_error (error, g_steal_pointer (&local), _ ("%s: "),
                                      graft_member_get_path (member));
          return FALSE;
        }
      if (source.deps == NULL)
        continue;
      *ret_source = source;
      source = (Source){ 0 };
      return TRUE;
    }
  g_set_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_NOT_FOUND,
               graft_module_folder_is_builtin (work->folder, work->step->module)
                   ? _ ("%s is built into the kernel %s, so that there is nothing to add")
                   : _ ("no root of the set has a module %s of the kernel %s"),
               work->step->module, release);
  return FALSE;
}

/* (element-type GraftModule): the module and all it needs, of the source, as far as the image lacks
 * them. */
static GPtrArray *
list_wanted (Work *work, const Source *source)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) queue = g_ptr_array_new ();
  GPtrArray *wanted = g_ptr_array_new ();
  const GraftModule *first = graft_module_folder_lookup (source->folder, work->step->module);

  g_hash_table_add (seen, first->name);
  g_ptr_array_add (queue, (gpointer)first);
  /* The list grows while it is read: dependencies of dependencies come along. */
  for (guint i = 0; i < queue->len; i++)
    {
      const GraftModule *module = g_ptr_array_index (queue, i);
      const char *const *needed = graft_module_deps_get (source->deps, module->path);

      if (graft_module_folder_lookup (work->folder, module->name) == NULL)
        g_ptr_array_add (wanted, (gpointer)module);
      for (guint k = 0; needed != NULL && needed[k] != NULL; k++)
        {
          g_autofree char *file = g_path_get_basename (needed[k]);
          g_autofree char *name = graft_module_name_from_file (file);
          const GraftModule *other
              = name != NULL ? graft_module_folder_lookup (source->folder, name) : NULL;

          if (other != NULL && g_hash_table_add (seen, other->name))
            g_ptr_array_add (queue, (gpointer)other);
        }
    }
  return wanted;
}

static gboolean
put (Work *work, const char *path, GraftInput *content, gint64 mtime, GError **error)
{
  g_autofree char *parent = g_path_get_dirname (path);
  g_autofree char *address = graft_address_format (work->image, 0, parent);
  g_autoptr (GraftNode) there = NULL, node = NULL;
  const GraftNodeInit init = {
    .type = GRAFT_NODE_REGULAR,
    .attributes = { .mode = 0644, .mtime = mtime },
    .content = content,
  };

  if (!graft_step_target_find (&work->target, parent, NULL, &there, error))
    return FALSE;
  if (there == NULL)
    {
      g_autoptr (GraftStep) step = graft_step_mkdir_new (address, mtime);

      if (!graft_step_apply (step, work->set, NULL, NULL, work->cancellable, error))
        return FALSE;
    }
  node = graft_node_new (&init);
  return graft_overlay_put (work->target.overlay, -1, path, node, error);
}

/* The module as the image's modprobe can read it. */
static gboolean
put_module (Work *work, const GraftModule *module, GraftModuleReader *reader, GError **error)
{
  g_autofree char *path
      = graft_path_join (graft_module_folder_get_path (work->folder), module->path);
  gint64 mtime = graft_node_get_attributes (module->node)->mtime;
  g_autoptr (GraftInput) content = graft_node_open (module->node, error);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GraftInput) decoded = NULL;
  gsize stem;

  if (content == NULL)
    return FALSE;
  work->newest = MAX (work->newest, mtime);
  if (module->compression == GRAFT_COMPRESSION_NONE
      || graft_module_reader_can_read (reader, module->compression))
    return put (work, path, content, mtime, error);
  bytes = graft_decode_all (content, module->compression, GRAFT_LIMIT_MODULE, NULL,
                            work->cancellable, error);
  if (bytes == NULL)
    return FALSE;
  stem = strlen (path);
  graft_compression_from_suffix (path, &stem);
  path[stem] = '\0';
  decoded = graft_memory_input_new (bytes, path);
  return put (work, path, decoded, mtime, error);
}

/* The indexes of the folder as it is now. */
static gboolean
put_indexes (Work *work, GraftProgress *progress, GError **error)
{
  const char *release = graft_module_folder_get_name (work->folder);
  g_autoptr (GraftNode) root = graft_overlay_dup_root (work->target.overlay, error);
  g_autoptr (GraftModuleFolder) folder = root != NULL ? find_folder (root, release, error) : NULL;
  g_autoptr (GPtrArray) indexes = NULL;

  if (folder == NULL)
    return FALSE;
  indexes = graft_module_index_build (folder, release, root, progress, work->cancellable, error);
  for (guint i = 0; indexes != NULL && i < indexes->len; i++)
    {
      const GraftIndexFile *file = g_ptr_array_index (indexes, i);
      g_autofree char *path = graft_path_join (graft_module_folder_get_path (folder), file->name);
      g_autoptr (GraftInput) content = graft_memory_input_new (file->content, file->name);

      if (!put (work, path, content, work->newest, error))
        return FALSE;
    }
  return indexes != NULL;
}

static gboolean
put_firmware (Work *work, GPtrArray *modules, const Source *source, GraftNode *root, GError **error)
{
  g_autoptr (GPtrArray) sources = g_ptr_array_new_with_free_func ((GDestroyNotify)graft_node_unref);
  g_autoptr (GPtrArray) firmware
      = g_ptr_array_new_with_free_func ((GDestroyNotify)graft_firmware_file_free);
  g_autoptr (GPtrArray) missing = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) local = NULL;
  g_autoptr (GraftNode) folder
      = graft_path_find (source->root, "/lib/firmware", GRAFT_PATH_FOLLOW, NULL, &local);

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (folder != NULL)
    g_ptr_array_add (sources, g_steal_pointer (&folder));
  if (!graft_swap_firmware_find (modules, root, sources, firmware, missing, work->cancellable,
                                 error))
    return FALSE;
  for (guint i = 0; i < firmware->len; i++)
    if (!graft_swap_firmware_put (g_ptr_array_index (firmware, i), work->target.overlay,
                                  work->newest, error))
      return FALSE;
  for (guint i = 0; i < missing->len; i++)
    add_note (work, g_strdup_printf (_ ("firmware %s is asked for and neither in %s nor in a root"),
                                     (const char *)g_ptr_array_index (missing, i), work->image));
  return TRUE;
}

static gboolean
add_module (Work *work, GraftNode *root, GraftProgress *progress, GError **error)
{
  g_auto (Source) source = { 0 };
  g_autoptr (GraftModuleReader) reader = NULL;
  g_autoptr (GPtrArray) wanted = NULL;

  if (!find_source (work, &source, error))
    return FALSE;
  wanted = list_wanted (work, &source);
  if (wanted->len == 0)
    return TRUE;
  reader = graft_module_reader_find (root, error);
  if (reader == NULL)
    return FALSE;
  for (guint i = 0; i < wanted->len; i++)
    if (!put_module (work, g_ptr_array_index (wanted, i), reader, error))
      return FALSE;
  return put_firmware (work, wanted, &source, root, error) && put_indexes (work, progress, error);
}

static gboolean
needs (GraftModuleDeps *deps, const char *path, const char *name)
{
  const char *const *needed = graft_module_deps_get (deps, path);

  for (guint i = 0; needed != NULL && needed[i] != NULL; i++)
    {
      g_autofree char *file = g_path_get_basename (needed[i]);
      g_autofree char *other = graft_module_name_from_file (file);

      if (g_strcmp0 (other, name) == 0)
        return TRUE;
    }
  return FALSE;
}

/* modules.dep names for each module all it needs, whatever needs that in turn. */
static gboolean
remove_module (Work *work, GraftProgress *progress, GError **error)
{
  const GraftModule *module = graft_module_folder_lookup (work->folder, work->step->module);
  g_autoptr (GPtrArray) modules = graft_module_folder_list (work->folder, error);
  g_autoptr (GraftModuleDeps) deps = NULL;

  if (modules == NULL)
    return FALSE;
  if (module == NULL)
    {
      g_set_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_NOT_FOUND, _ ("%s has no module %s"),
                   work->image, work->step->module);
      return FALSE;
    }
  deps = read_deps (work->folder, error);
  if (deps == NULL)
    return FALSE;
  for (guint i = 0; i < modules->len; i++)
    {
      const GraftModule *other = g_ptr_array_index (modules, i);
      g_autofree char *path
          = graft_path_join (graft_module_folder_get_path (work->folder), other->path);

      work->newest = MAX (work->newest, graft_node_get_attributes (other->node)->mtime);
      if (other != module && !needs (deps, other->path, module->name))
        continue;
      if (!graft_overlay_remove (work->target.overlay, -1, path, error))
        return FALSE;
      if (other != module)
        add_note (work, g_strdup_printf (_ ("%s: %s goes too, since it needs %s"), work->image,
                                         other->name, module->name));
    }
  return put_indexes (work, progress, error);
}

static gboolean
apply_to (GraftStepModule *self, GraftBootSet *set, GraftMember *member, GraftStepReport *report,
          GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  g_autofree char *address = graft_address_format (graft_member_get_path (member), 0, "/");
  g_autoptr (GraftNode) root = NULL;
  g_auto (Work) work = {
    .step = self,
    .set = set,
    .image = graft_member_get_path (member),
    .notes = report != NULL ? report->notes : NULL,
    .cancellable = cancellable,
  };

  if (!graft_step_target_init (&work.target, set, address, cancellable, error))
    return FALSE;
  root = graft_overlay_dup_root (work.target.overlay, error);
  if (root == NULL || !find_own_folder (&work, root, error))
    return FALSE;
  return self->add ? add_module (&work, root, progress, error)
                   : remove_module (&work, progress, error);
}

static gboolean
graft_step_module_apply (GraftStep *step, GraftBootSet *set, GraftStepReport *report,
                         GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  GraftStepModule *self = GRAFT_STEP_MODULE (step);
  g_autoptr (GPtrArray) members = NULL;

  if (!graft_modprobe_check_name (self->module, error))
    return FALSE;
  members = graft_step_target_list_members (set, self->image, error);
  for (guint i = 0; members != NULL && i < members->len; i++)
    if (!apply_to (self, set, g_ptr_array_index (members, i), report, progress, cancellable, error))
      return FALSE;
  return members != NULL;
}

static void
graft_step_module_write (GraftStep *step, GraftStepWriter *writer)
{
  GraftStepModule *self = GRAFT_STEP_MODULE (step);

  graft_step_writer_add_text (writer, "step", self->add ? "add-module" : "remove-module");
  if (self->image != NULL)
    graft_step_writer_add_text (writer, "image", self->image);
  graft_step_writer_add_text (writer, "module", self->module);
}

static void
graft_step_module_finalize (GObject *object)
{
  GraftStepModule *self = GRAFT_STEP_MODULE (object);

  g_free (self->image);
  g_free (self->module);
  G_OBJECT_CLASS (graft_step_module_parent_class)->finalize (object);
}

static void
graft_step_module_class_init (GraftStepModuleClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = graft_step_module_finalize;
  GRAFT_STEP_CLASS (klass)->dup_label = graft_step_module_dup_label;
  GRAFT_STEP_CLASS (klass)->apply = graft_step_module_apply;
  GRAFT_STEP_CLASS (klass)->write = graft_step_module_write;
}

static void
graft_step_module_init (GraftStepModule *self)
{
}

GraftStep *
graft_step_module_new (const char *image, const char *module, gboolean add)
{
  GraftStepModule *self = g_object_new (GRAFT_TYPE_STEP_MODULE, NULL);

  self->image = g_strdup (image);
  self->module = g_strdup (module);
  self->add = add;
  return GRAFT_STEP (self);
}

GraftStep *
graft_step_module_read (GraftStepReader *reader)
{
  static const char *const kinds[] = { "remove-module", "add-module", NULL };
  guint choice = graft_step_reader_get_choice (reader, "step", kinds);

  return graft_step_module_new (graft_step_reader_get_optional_text (reader, "image"),
                                graft_step_reader_get_text (reader, "module"), choice == 1);
}
