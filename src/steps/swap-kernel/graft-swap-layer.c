/* graft-swap-layer.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "steps/swap-kernel/graft-swap-layer.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-error.h"
#include "base/graft-name.h"
#include "base/graft-sentence.h"
#include "image/graft-directory.h"
#include "image/graft-path.h"
#include "modules/graft-module-index.h"
#include "modules/graft-module-named.h"
#include "modules/graft-module-reader.h"
#include "steps/swap-kernel/graft-swap-firmware.h"
#include "steps/swap-kernel/graft-swap-tree.h"

void
graft_swap_layer_free (GraftSwapLayer *self)
{
  g_clear_object (&self->member);
  g_clear_pointer (&self->differences, g_ptr_array_unref);
  g_clear_pointer (&self->old_folder, graft_module_folder_unref);
  g_clear_pointer (&self->others, g_ptr_array_unref);
  g_free (self->new_path);
  g_clear_pointer (&self->new_node, graft_node_unref);
  g_clear_pointer (&self->lost, g_ptr_array_unref);
  g_clear_pointer (&self->firmware, g_ptr_array_unref);
  g_clear_pointer (&self->firmware_missing, g_ptr_array_unref);
  g_free (self);
}

void
graft_swap_context_clear (GraftSwapContext *self)
{
  g_clear_pointer (&self->indexed.folder, graft_module_folder_unref);
  g_clear_pointer (&self->indexed.deps, graft_module_deps_free);
  g_clear_pointer (&self->indexed.lookup, graft_module_lookup_free);
}

static GraftSwapLayer *
new_layer (GraftMember *member)
{
  GraftSwapLayer *self = g_new0 (GraftSwapLayer, 1);

  self->member = g_object_ref (member);
  self->others = g_ptr_array_new_with_free_func (g_free);
  self->lost = g_ptr_array_new_with_free_func (g_free);
  self->firmware = g_ptr_array_new_with_free_func ((GDestroyNotify)graft_firmware_file_free);
  self->firmware_missing = g_ptr_array_new_with_free_func (g_free);
  return self;
}

/* Which of several release folders goes: that of the set's kernel, or the only one. */
static gboolean
choose_old_folder (GraftSwapLayer *self, GPtrArray *folders, const char *old_release,
                   GError **error)
{
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < folders->len; i++)
    {
      GraftModuleFolder *folder = g_ptr_array_index (folders, i);
      const char *name = graft_module_folder_get_name (folder);

      if (folders->len == 1 || g_strcmp0 (name, old_release) == 0)
        self->old_folder = graft_module_folder_ref (folder);
      else
        g_ptr_array_add (self->others, g_strdup (graft_module_folder_get_path (folder)));
      g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", name);
    }
  if (self->old_folder != NULL)
    return TRUE;
  g_set_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_INVALID,
               _ ("%s has modules of several kernels (%s), none of them the set's own (%s): delete "
                  "those that are not wanted first"),
               graft_member_get_path (self->member), names->str,
               old_release != NULL ? old_release : _ ("unknown"));
  return FALSE;
}

static guint64
sum_sizes (GPtrArray *modules)
{
  guint64 sum = 0;

  for (guint i = 0; i < modules->len; i++)
    sum += graft_node_get_size (((const GraftModule *)g_ptr_array_index (modules, i))->node);
  return sum;
}

static GraftModuleDeps *
read_deps (GraftNode *folder, GError **error)
{
  g_autoptr (GraftNode) node
      = graft_path_lookup (folder, "modules.dep", GRAFT_PATH_NO_FOLLOW, NULL, error);
  g_autoptr (GraftInput) input = node != NULL ? graft_node_open (node, error) : NULL;
  g_autoptr (GBytes) bytes = input != NULL ? graft_input_read_all (input, error) : NULL;

  return bytes != NULL ? graft_module_deps_new (bytes, error) : NULL;
}

/* A tree with all modules and its indexes serves all layers for looking dependencies up. */
static gboolean
index_source (GraftSwapContext *context, GraftNode *full_tree, GraftProgress *progress,
              GCancellable *cancellable, GError **error)
{
  g_autoptr (GraftNode) tree = NULL;

  if (context->indexed.folder != NULL)
    return TRUE;
  if (full_tree != NULL)
    tree = graft_node_ref (full_tree);
  else
    {
      GraftModuleReader reads_all = { .gzip = TRUE, .xz = TRUE, .zstd = TRUE };
      g_autoptr (GPtrArray) left_out = g_ptr_array_new_with_free_func (g_free);
      guint n_decompressed;

      tree = graft_swap_tree_build (context->source, context->new_release, NULL, &reads_all, NULL,
                                    context->store, &n_decompressed, left_out, progress,
                                    cancellable, error);
      if (tree == NULL)
        return FALSE;
    }
  context->indexed.deps = read_deps (tree, error);
  if (context->indexed.deps == NULL)
    return FALSE;
  context->indexed.folder = graft_module_folder_new (tree, "/", context->new_release);
  context->indexed.lookup = graft_module_lookup_new (context->indexed.folder, context->new_release);
  return TRUE;
}

/* Names of the new kernel's modules for the drivers that the layer had. */
static GPtrArray *
names_of_same (GraftSwapLayer *self)
{
  GPtrArray *names = g_ptr_array_new ();

  for (guint i = 0; i < self->differences->len; i++)
    {
      const GraftModuleDifference *difference = g_ptr_array_index (self->differences, i);

      if (difference->old_module != NULL && difference->new_module != NULL)
        g_ptr_array_add (names, difference->new_module->name);
    }
  return names;
}

static GPtrArray *
names_of_chosen (GraftSwapLayer *self, GraftSwapContext *context, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (guint i = 0; context->chosen != NULL && context->chosen[i] != NULL; i++)
    {
      const char *name = context->chosen[i];
      const GraftModule *module = graft_module_folder_lookup (context->source, name);

      if (module != NULL)
        g_ptr_array_add (names, module->name);
      else if (!graft_module_folder_is_builtin (context->source, name))
        {
          g_set_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_NOT_FOUND,
                       _ ("the new kernel %s has no module “%s”, neither as a file nor built in"),
                       context->new_release, name);
          return NULL;
        }
    }
  return g_steal_pointer (&names);
}

/* The modules of the source for the names in @indexed's tree: that one may have other suffixes. */
static GPtrArray *
select_modules (GraftSwapLayer *self, GraftSwapContext *context, GPtrArray *names)
{
  g_autoptr (GPtrArray) found = graft_swap_select (&context->indexed, names, &self->n_dependencies);
  GPtrArray *modules = g_ptr_array_new ();

  for (guint i = 0; i < found->len; i++)
    {
      const GraftModule *module = g_ptr_array_index (found, i);

      g_ptr_array_add (modules,
                       (gpointer)graft_module_folder_lookup (context->source, module->name));
    }
  return modules;
}

/* Which drivers the layer loses: only those it had and that are not wanted less. */
static void
note_lost (GraftSwapLayer *self)
{
  for (guint i = 0; self->select != GRAFT_SELECT_CHOSEN && i < self->differences->len; i++)
    {
      const GraftModuleDifference *difference = g_ptr_array_index (self->differences, i);

      if (difference->change == GRAFT_MODULE_GONE)
        g_ptr_array_add (self->lost, g_strdup (difference->name));
    }
}

/* With the source indexed. */
static gboolean
compare (GraftSwapLayer *self, GraftSwapContext *context, GCancellable *cancellable, GError **error)
{
  self->differences = graft_module_diff_with_lookup (
      self->old_folder, context->source, context->indexed.lookup, TRUE, cancellable, error);
  if (self->differences == NULL)
    return FALSE;
  note_lost (self);
  return TRUE;
}

/* Also compares. */
static GPtrArray *
choose_modules (GraftSwapLayer *self, GraftSwapContext *context, GraftProgress *progress,
                GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) names = NULL;

  if (self->select == GRAFT_SELECT_CHOSEN)
    {
      names = names_of_chosen (self, context, error);
      if (names == NULL)
        return NULL;
    }
  if (!index_source (context, NULL, progress, cancellable, error)
      || !compare (self, context, cancellable, error))
    return NULL;
  if (names == NULL)
    names = names_of_same (self);
  return select_modules (self, context, names);
}

static void
add_note (GraftSwapContext *context, char *note)
{
  if (g_ptr_array_find_with_equal_func (context->notes, note, g_str_equal, NULL))
    g_free (note);
  else
    g_ptr_array_add (context->notes, note);
}

static void
note_left_out (GraftSwapContext *context, GPtrArray *left_out)
{
  for (guint i = 0; i < left_out->len; i++)
    {
      g_autofree char *shown = graft_name_escape (g_ptr_array_index (left_out, i));

      add_note (context, g_strdup_printf (_ ("%s was not taken: it is no module and nothing loads "
                                             "it"),
                                          shown));
    }
}

static gboolean
is_lost (GraftSwapLayer *self, const char *name)
{
  return g_ptr_array_find_with_equal_func (self->lost, name, g_str_equal, NULL);
}

/* What only shows when the machine boots: a driver that is loaded by its name and is gone, and an
 * initrd that has the drivers of one machine. */
static gboolean
note_loading (GraftSwapLayer *self, GraftSwapContext *context, GraftNode *root, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (GPtrArray) named = graft_module_named_list (root, &local);
  g_autofree char *member = graft_name_escape (graft_member_get_path (self->member));

  if (g_error_matches (local, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  /* A list that cannot be read is not of the modules: the swap does without the note. */
  for (guint i = 0; named != NULL && i < named->len; i++)
    {
      const GraftNamedModule *one = g_ptr_array_index (named, i);
      g_autofree char *name = graft_name_escape (one->name), *path = graft_name_escape (one->path);

      if (is_lost (self, one->name))
        add_note (context, g_strdup_printf (_ ("%s: %s loads %s, which the new kernel does not "
                                               "have; delete it there, or do without it"),
                                            member, path, name));
    }
  if (self->select == GRAFT_SELECT_SAME && graft_module_named_is_hostonly (root))
    add_note (context,
              g_strdup_printf (_ ("%s was made by dracut for one machine: it has only the drivers "
                                  "of that one, and will have the same of the new kernel"),
                               member));
  return TRUE;
}

static GraftSelect
select_for (GraftMember *member, GraftSelect select)
{
  if (graft_member_get_role (member) != GRAFT_ROLE_INITRD)
    return GRAFT_SELECT_ALL;
  return select == GRAFT_SELECT_AUTO ? GRAFT_SELECT_SAME : select;
}

static gboolean
build_tree (GraftSwapLayer *self, GraftSwapContext *context, GraftNode *root, GPtrArray *modules,
            GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  g_autoptr (GraftModuleReader) reader = graft_module_reader_find (root, error);
  g_autoptr (GPtrArray) left_out = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GraftModuleFolder) folder = NULL;
  g_autoptr (GPtrArray) stored = NULL;

  if (reader == NULL)
    return FALSE;
  self->new_node = graft_swap_tree_build (
      context->source, context->new_release, self->select == GRAFT_SELECT_ALL ? NULL : modules,
      reader, root, context->store, &self->n_decompressed, left_out, progress, cancellable, error);
  if (self->new_node == NULL)
    return FALSE;
  note_left_out (context, left_out);
  if (self->select == GRAFT_SELECT_ALL
      && !index_source (context, self->new_node, NULL, cancellable, error))
    return FALSE;
  folder = graft_module_folder_new (self->new_node, "/", context->new_release);
  stored = graft_module_folder_list (folder, error);
  if (stored == NULL)
    return FALSE;
  self->n_modules = stored->len;
  self->bytes_after = sum_sizes (stored);
  return TRUE;
}

static char *
new_path_for (GraftModuleFolder *old_folder, const char *release)
{
  g_autofree char *parent = g_path_get_dirname (graft_module_folder_get_path (old_folder));

  return graft_path_join (parent, release);
}

static gboolean
plan_into (GraftSwapLayer *self, GraftSwapContext *context, GraftNode *root, GPtrArray *folders,
           GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) modules = NULL, old_modules = NULL;

  if (!choose_old_folder (self, folders, context->old_release, error))
    return FALSE;
  self->new_path = new_path_for (self->old_folder, context->new_release);
  old_modules = graft_module_folder_list (self->old_folder, error);
  if (old_modules == NULL)
    return FALSE;
  self->bytes_before = sum_sizes (old_modules);
  modules = self->select == GRAFT_SELECT_ALL
                ? graft_module_folder_list (context->source, error)
                : choose_modules (self, context, progress, cancellable, error);
  if (modules == NULL || !build_tree (self, context, root, modules, progress, cancellable, error))
    return FALSE;
  if ((self->differences == NULL && !compare (self, context, cancellable, error))
      || !note_loading (self, context, root, error))
    return FALSE;
  /* A root has the firmware it has, unless the vendor ships more; an initrd has only what its own
   * modules wanted, so that of new ones must come along. */
  if (self->select == GRAFT_SELECT_ALL && !context->source_has_firmware)
    return TRUE;
  return graft_swap_firmware_find (modules, root, context->firmware_sources, self->firmware,
                                   self->firmware_missing, cancellable, error);
}

/* The part of the image where the old folder stands, so that the new one comes to the same
 * segment; -1: wherever new things go. */
static int
find_part (GraftOverlay *overlay, const char *path)
{
  GraftNode *const *roots = graft_overlay_get_roots (overlay);

  for (guint i = graft_image_get_n_parts (graft_overlay_get_image (overlay)); i-- > 0;)
    {
      g_autoptr (GraftNode) node
          = graft_path_find (roots[i], path, GRAFT_PATH_NO_FOLLOW, NULL, NULL);

      if (node != NULL)
        return i;
    }
  return -1;
}

static gboolean
apply_to (GraftSwapLayer *self, GraftOverlay *overlay, GError **error)
{
  const char *old_path = graft_module_folder_get_path (self->old_folder);
  int part = find_part (overlay, old_path);
  gint64 mtime = graft_node_get_attributes (self->new_node)->mtime;

  if (!graft_overlay_remove (overlay, -1, old_path, error)
      || !graft_overlay_put (overlay, part, self->new_path, self->new_node, error))
    return FALSE;
  for (guint i = 0; i < self->firmware->len; i++)
    if (!graft_swap_firmware_put (g_ptr_array_index (self->firmware, i), overlay, mtime, error))
      return FALSE;
  return TRUE;
}

static void
note_growth (GraftSwapLayer *self, GPtrArray *notes)
{
  g_autofree char *path = graft_name_escape (graft_member_get_path (self->member));
  g_autofree char *missing = g_format_size (self->room.missing);
  g_autofree char *growth = g_format_size (self->room.growth);
  const char *inodes = GRAFT_NUMBER (self->room.missing_inodes);
  char *note;

  if (self->room.missing_inodes == 0)
    note = g_strdup_printf (_ ("%s lacks %s for the new modules; its file system becomes larger by "
                               "%s"),
                            path, missing, growth);
  else if (self->room.missing == 0)
    note = g_strdup_printf (_ ("%s lacks %s inodes for the new modules; its file system becomes "
                               "larger by %s"),
                            path, inodes, growth);
  else
    note = g_strdup_printf (_ ("%s lacks %s and %s inodes for the new modules; its file system "
                               "becomes larger by %s"),
                            path, missing, inodes, growth);
  g_ptr_array_add (notes, note);
  self->growth_note = note;
}

/* Before anything is changed: an image of a fixed size may have no room for the new modules. */
static gboolean
check_room (GraftSwapLayer *self, GraftSwapContext *context, GCancellable *cancellable,
            GError **error)
{
  GraftOverlay *overlay = graft_member_get_overlay (self->member);
  g_autoptr (GraftOverlay) trial = graft_overlay_new (graft_overlay_get_image (overlay));
  g_autoptr (GraftOverlayState) state = graft_overlay_dup_state (overlay);
  g_autoptr (GError) local = NULL;

  graft_overlay_set_state (trial, state);
  if (!apply_to (self, trial, error))
    {
      g_prefix_error (error, _ ("%s: "), graft_member_get_path (self->member));
      return FALSE;
    }
  if (graft_image_check_room (graft_overlay_get_image (trial), graft_overlay_get_roots (trial),
                              context->may_grow ? &self->room : NULL, cancellable, &local))
    {
      if (self->room.growth > 0)
        note_growth (self, context->notes);
      return TRUE;
    }
  /* Nothing was written that could have failed. The sentence names the image. */
  if (local->domain == GRAFT_EXPORT_ERROR)
    local->domain = GRAFT_STEP_ERROR;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

gboolean
graft_swap_layer_plan (GraftSwapContext *context, GraftMember *member, GraftSwapLayer **ret_layer,
                       GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  GraftOverlay *overlay = graft_member_get_overlay (member);
  GraftSwapLayer *layer;
  g_autoptr (GraftNode) root = graft_overlay_dup_root (overlay, error);
  g_autoptr (GPtrArray) folders = root != NULL ? graft_module_folders_find (root, error) : NULL;

  if (folders == NULL)
    {
      g_prefix_error (error, _ ("%s: "), graft_member_get_path (member));
      return FALSE;
    }
  if (folders->len == 0)
    return TRUE;
  layer = new_layer (member);
  layer->select = select_for (member, context->select);
  if (!plan_into (layer, context, root, folders, progress, cancellable, error))
    {
      g_prefix_error (error, _ ("%s: "), graft_member_get_path (member));
      graft_swap_layer_free (layer);
      return FALSE;
    }
  if (!check_room (layer, context, cancellable, error))
    {
      graft_swap_layer_free (layer);
      return FALSE;
    }
  *ret_layer = layer;
  return TRUE;
}

gboolean
graft_swap_layer_apply (GraftSwapLayer *self, GError **error)
{
  return apply_to (self, graft_member_get_overlay (self->member), error);
}
