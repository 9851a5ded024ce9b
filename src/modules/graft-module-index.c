/* graft-module-index.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "modules/graft-module-index.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-error.h"
#include "base/graft-limits.h"
#include "base/graft-name.h"
#include "formats/kernel/graft-kernel-release.h"
#include "helper/graft-helper.h"
#include "modules/graft-depmod-config.h"
#include "modules/graft-modinfo.h"
#include "modules/graft-module-index-names.h"
#include "modules/graft-module-scan.h"
#include "modules/graft-module-stage.h"

/* What a file is depmod tells by its first bytes. So all modules are staged unpacked, under the
 * names that they have: here both processors unpack, depmod would use one. But one that is built
 * without zlib, as Debian's is, passes over .ko.gz by the ending: such a module gets this ending,
 * which is as long as its own. */
#define GZIP_SUFFIX ".gz"
#define STAGED_SUFFIX ".xz"

typedef struct
{
  GraftModuleFolder *folder;
  GPtrArray *modules; /* of GraftModule: what is indexed, by path */
  GraftModuleStage *stage;
  GHashTable *renamed; /* a set of char *: staged paths with STAGED_SUFFIX for GZIP_SUFFIX */
  GHashTable *inputs;  /* a set of char *: "modules.*" that are staged, not made */
  GCancellable *cancellable;

  GraftProgress *staging;
  GMutex mutex; /* guards what follows */
  guint64 n_bytes;
  guint n_staged;
} Build;

static void
index_file_free (gpointer data)
{
  GraftIndexFile *file = data;

  g_free (file->name);
  g_bytes_unref (file->content);
  g_free (file);
}

/* depmod(8) passes over folders named so at any depth. */
static gboolean
is_passed_over (const char *path)
{
  g_autofree char *wrapped = g_strconcat ("/", path, NULL);

  return strstr (wrapped, "/build/") != NULL || strstr (wrapped, "/source/") != NULL;
}

/* Of modules of the same name in the same top folder (kernel/a/x.ko, kernel/b/x.ko) depmod takes
 * the one that the file system lists last, which is chance; here it is the first by path. */
static GPtrArray *
choose_modules (GPtrArray *all)
{
  GPtrArray *chosen = g_ptr_array_new ();
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < all->len; i++)
    {
      GraftModule *module = g_ptr_array_index (all, i);
      g_autofree char *key = g_strdup_printf ("%.*s/%s", (int)strcspn (module->path, "/"),
                                              module->path, module->name);

      if (!is_passed_over (module->path) && g_hash_table_add (seen, g_steal_pointer (&key)))
        g_ptr_array_add (chosen, module);
    }
  return chosen;
}

/* "kernel/x.ko.gz" → "kernel/x.ko.xz"; other paths as they are. */
static char *
get_staged_path (const GraftModule *module)
{
  if (module->compression != GRAFT_COMPRESSION_GZIP)
    return g_strdup (module->path);
  return g_strdup_printf ("%.*s" STAGED_SUFFIX, (int)(strlen (module->path) - strlen (GZIP_SUFFIX)),
                          module->path);
}

static gboolean
count_bytes (Build *self, guint64 n_bytes, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  g_autofree char *limit = NULL;

  self->n_bytes += n_bytes;
  self->n_staged++;
  graft_progress_set (self->staging, (double)self->n_staged / self->modules->len);
  if (self->n_bytes <= GRAFT_LIMIT_IMPORT)
    return TRUE;
  limit = g_strdup_printf ("%" G_GUINT64_FORMAT, GRAFT_LIMIT_IMPORT);
  g_set_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_TOO_LARGE,
               _ ("%s: the modules have more than %s bytes"),
               graft_module_folder_get_path (self->folder), limit);
  return FALSE;
}

/* A module that cannot be unpacked is staged as it is: depmod says so and lists it, as it does on a
 * real tree. */
static gboolean
stage_damaged (Build *self, const GraftModule *module, const char *path, GError **error)
{
  g_autoptr (GraftInput) input = graft_node_open (module->node, error);

  return input != NULL && count_bytes (self, graft_input_get_size (input), error)
         && graft_module_stage_add_input (self->stage, path, input, self->cancellable, error);
}

static gboolean
stage_module (guint i, const GraftModule *module, gpointer data, GCancellable *cancellable,
              GError **error)
{
  Build *self = data;
  g_autofree char *path = get_staged_path (module);
  g_autofree char *shown = graft_name_escape (module->path);
  g_autoptr (GError) local = NULL;
  g_autoptr (GBytes) bytes = graft_modinfo_read_module (module->node, shown, cancellable, &local);

  if (bytes != NULL)
    return count_bytes (self, g_bytes_get_size (bytes), error)
           && graft_module_stage_add_module (self->stage, path, bytes, error);
  if (graft_module_is_damage (local))
    return stage_damaged (self, module, path, error);
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* Staged as it is; nothing when the folder has none. */
static gboolean
stage_input (Build *self, const char *name, GraftNode *node, GError **error)
{
  g_autoptr (GraftInput) input = graft_node_open (node, error);

  if (input == NULL)
    return FALSE;
  if (graft_input_get_size (input) > GRAFT_LIMIT_TEXT)
    {
      g_autofree char *size = g_strdup_printf ("%" G_GUINT64_FORMAT, graft_input_get_size (input));

      g_set_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_TOO_LARGE,
                   _ ("%s has %s bytes, too many for what it is"), name, size);
      return FALSE;
    }
  return graft_module_stage_add_input (self->stage, name, input, self->cancellable, error);
}

/* modules.order gives modules their place among those with the same alias. Modules that it does
 * not name get theirs from the order in which the file system lists them, which is chance: so the
 * stage's has them all, those in the order of their paths. */
static GBytes *
complete_order (Build *self, GraftNode *node, GError **error)
{
  g_auto (GStrv) lines = NULL;
  g_autoptr (GHashTable) named = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GString) text = g_string_new (NULL);
  gsize length;

  if (node != NULL)
    {
      lines = graft_module_read_lines (node, "modules.order", error);
      if (lines == NULL)
        return NULL;
    }
  for (gsize i = 0; lines != NULL && lines[i] != NULL; i++)
    if (*lines[i] != '\0')
      {
        g_hash_table_add (named, lines[i]);
        g_string_append_printf (text, "%s\n", lines[i]);
      }
  for (guint i = 0; i < self->modules->len; i++)
    {
      const GraftModule *module = g_ptr_array_index (self->modules, i);
      gsize stem;
      g_autofree char *path = NULL;

      graft_compression_from_suffix (module->path, &stem);
      path = g_strndup (module->path, stem);
      if (!g_hash_table_contains (named, path))
        g_string_append_printf (text, "%s\n", path);
    }
  length = text->len;
  return g_bytes_new_take (g_string_free (g_steal_pointer (&text), FALSE), length);
}

static gboolean
stage_inputs (Build *self, GError **error)
{
  static const char *const names[] = { "modules.builtin", "modules.builtin.modinfo" };
  g_autoptr (GError) local = NULL;
  g_autoptr (GraftNode) order = NULL;
  g_autoptr (GBytes) text = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GraftNode) node
          = graft_node_get_child (graft_module_folder_get_node (self->folder), names[i], &local);

      if (local == NULL && node != NULL && graft_node_get_node_type (node) == GRAFT_NODE_REGULAR
          && stage_input (self, names[i], node, &local))
        g_hash_table_add (self->inputs, g_strdup (names[i]));
      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
    }
  order
      = graft_node_get_child (graft_module_folder_get_node (self->folder), "modules.order", &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (order != NULL && graft_node_get_node_type (order) != GRAFT_NODE_REGULAR)
    g_clear_pointer (&order, graft_node_unref);
  text = complete_order (self, order, error);
  g_hash_table_add (self->inputs, g_strdup ("modules.order"));
  return text != NULL && graft_module_stage_add_bytes (self->stage, "modules.order", text, error);
}

static gboolean
stage_config (Build *self, GraftNode *image_root, GError **error)
{
  g_autoptr (GPtrArray) files = NULL;

  if (image_root == NULL)
    return TRUE;
  files = graft_depmod_config_read (image_root, error);
  for (guint i = 0; files != NULL && i < files->len; i++)
    {
      /* Names out of an image are not needed, only their order. */
      g_autofree char *name = g_strdup_printf ("%06u.conf", i);

      if (!graft_module_stage_add_config (self->stage, name, g_ptr_array_index (files, i), error))
        return FALSE;
    }
  return files != NULL;
}

/* What depmod made. */
static GPtrArray *
collect_indexes (Build *self, GError **error)
{
  g_autoptr (GPtrArray) names = graft_module_stage_list_indexes (self->stage, error);
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (index_file_free);

  for (guint i = 0; names != NULL && i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);
      g_autoptr (GBytes) staged = NULL;
      GBytes *content;
      GraftIndexFile *file;

      if (g_hash_table_contains (self->inputs, name))
        continue;
      staged = graft_module_stage_read_index (self->stage, name, error);
      if (staged == NULL)
        return NULL;
      content = graft_module_index_rename (name, staged, self->renamed, STAGED_SUFFIX, GZIP_SUFFIX,
                                           error);
      if (content == NULL)
        return NULL;
      file = g_new (GraftIndexFile, 1);
      file->name = g_strdup (name);
      file->content = content;
      g_ptr_array_add (files, file);
    }
  return names != NULL ? g_steal_pointer (&files) : NULL;
}

static GBytes *
find_index (GPtrArray *files, const char *name)
{
  for (guint i = 0; i < files->len; i++)
    {
      const GraftIndexFile *file = g_ptr_array_index (files, i);

      if (strcmp (file->name, name) == 0)
        return file->content;
    }
  return NULL;
}

/* A depmod that cannot create one of its files (a full disk) goes on without it, and ends with 0.
 */
static gboolean
check_all_written (GPtrArray *files, GError **error)
{
  static const char *const names[] = {
    "modules.alias",   "modules.alias.bin",   "modules.builtin.alias.bin", "modules.builtin.bin",
    "modules.dep",     "modules.dep.bin",     "modules.devname",           "modules.softdep",
    "modules.symbols", "modules.symbols.bin",
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (find_index (files, names[i]) == NULL)
      {
        g_set_error (
            error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_IO,
            _ ("this machine's depmod did not write %s: is there room for temporary files?"),
            names[i]);
        return FALSE;
      }
  return TRUE;
}

/* A depmod that cannot read a compression passes over its modules without a word. */
static gboolean
check_complete (Build *self, GPtrArray *files, GError **error)
{
  GBytes *text = find_index (files, "modules.dep");
  g_autoptr (GraftModuleDeps) deps = NULL;
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);

  deps = graft_module_deps_new (text, error);
  if (deps == NULL)
    return FALSE;
  for (guint i = 0; i < self->modules->len; i++)
    {
      const GraftModule *module = g_ptr_array_index (self->modules, i);

      if (graft_module_deps_get (deps, module->path) != NULL)
        g_hash_table_add (names, module->name);
    }
  for (guint i = 0; i < self->modules->len; i++)
    {
      const GraftModule *module = g_ptr_array_index (self->modules, i);

      if (!g_hash_table_contains (names, module->name))
        {
          g_autofree char *shown = graft_name_escape (module->path);

          g_set_error (
              error, GRAFT_STEP_ERROR, GRAFT_ERROR_UNSUPPORTED,
              _ ("this machine's depmod left out %s: it was built without %s; install a kmod "
                 "that has it"),
              shown, graft_compression_get_name (module->compression));
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
stage_modules (Build *self, GError **error)
{
  for (guint i = 0; i < self->modules->len; i++)
    {
      const GraftModule *module = g_ptr_array_index (self->modules, i);

      if (module->compression == GRAFT_COMPRESSION_GZIP)
        g_hash_table_add (self->renamed, get_staged_path (module));
    }
  return graft_module_for_each (self->modules, stage_module, self, self->cancellable, error);
}

static GPtrArray *
build (Build *self, const char *release, GraftNode *image_root, GraftProgress *progress,
       GError **error)
{
  const char *const argv[] = { "depmod", "-b", ".", "-C", "depmod.d", release, NULL };
  g_autoptr (GraftProgress) running = NULL;
  g_autoptr (GPtrArray) files = NULL;
  gboolean staged;

  self->staging = graft_progress_new_child (progress, 0.6, _ ("Preparing the module indexes"));
  staged = stage_config (self, image_root, error) && stage_inputs (self, error)
           && stage_modules (self, error);
  g_clear_object (&self->staging);
  if (!staged)
    return NULL;
  running = graft_progress_new_child (progress, 0.4, _ ("Making the module indexes"));
  if (!graft_helper_run_tool (graft_module_stage_get_path (self->stage), argv, NULL,
                              self->cancellable, error))
    return NULL;
  files = collect_indexes (self, error);
  if (files == NULL || !check_all_written (files, error) || !check_complete (self, files, error))
    return NULL;
  return g_steal_pointer (&files);
}

GPtrArray *
graft_module_index_build (GraftModuleFolder *folder, const char *release, GraftNode *image_root,
                          GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  g_autofree char *parsed = graft_kernel_release_parse (release);
  g_autoptr (GPtrArray) all = NULL, modules = NULL;
  g_autoptr (GraftModuleStage) stage = NULL;
  g_autoptr (GHashTable) renamed = NULL, inputs = NULL;
  Build self = { .folder = folder, .cancellable = cancellable };
  GPtrArray *files;

  if (g_strcmp0 (parsed, release) != 0)
    {
      g_autofree char *shown = graft_name_escape (release);

      g_set_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_INVALID,
                   _ ("“%s” is not the release of a kernel"), shown);
      return NULL;
    }
  all = graft_module_folder_list (folder, error);
  if (all == NULL)
    return NULL;
  self.modules = modules = choose_modules (all);
  self.stage = stage = graft_module_stage_new (release, error);
  if (stage == NULL)
    return NULL;
  self.renamed = renamed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self.inputs = inputs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_mutex_init (&self.mutex);
  files = build (&self, release, image_root, progress, error);
  g_mutex_clear (&self.mutex);
  return files;
}
