/* graft-module-lookup.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "modules/graft-module-lookup.h"

#include <glib/gi18n-lib.h>

#include "base/graft-error.h"
#include "modules/graft-module-stage.h"

struct _GraftModuleLookup
{
  GraftModuleFolder *indexed;
  char *release;
  GraftModuleStage *stage;   /* NULL until something is looked up */
  gboolean has_placeholders; /* whether a file stands for each module there */
};

/* What libkmod opens, and where; the helper's program/graft-module-answers.h says why some lie
 * alone. */
static const struct
{
  const char *name;
  const char *path;
} indexes[] = {
  { "modules.dep.bin", "modules.dep.bin" },
  { "modules.alias.bin", "modules.alias.bin" },
  { "modules.symbols.bin", "modules.symbols.bin" },
  { "modules.builtin.bin", "modules.builtin.bin" },
  { "modules.builtin.alias.bin", "modules.builtin.alias.bin" },
  { "modules.softdep", "modules.softdep" },
  { "modules.alias.bin", GRAFT_HELPER_FOLDER_IN_TREE "/modules.alias.bin" },
  { "modules.builtin.alias.bin", GRAFT_HELPER_FOLDER_BUILT_IN "/modules.builtin.alias.bin" },
};

GraftModuleLookup *
graft_module_lookup_new (GraftModuleFolder *indexed, const char *release)
{
  GraftModuleLookup *self = g_new0 (GraftModuleLookup, 1);

  self->indexed = graft_module_folder_ref (indexed);
  self->release = g_strdup (release);
  return self;
}

void
graft_module_lookup_free (GraftModuleLookup *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->stage, graft_module_stage_free);
  graft_module_folder_unref (self->indexed);
  g_free (self->release);
  g_free (self);
}

/* An index of nothing, as depmod writes it (kmod's libkmod/libkmod-index.h): magic, version, and
 * the offset of a root without flags. Of modules without a modules.builtin it writes no byte
 * instead, and that libkmod does not open. */
static const guint8 empty_index[] = { 0xb0, 0x07, 0xf4, 0x57, 0, 2, 0, 1, 0, 0, 0, 12 };

static gboolean
stage_index (GraftModuleLookup *self, GraftModuleStage *stage, const char *name, const char *path,
             GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (GraftNode) node
      = graft_node_get_child (graft_module_folder_get_node (self->indexed), name, &local);
  g_autoptr (GraftInput) input = node != NULL ? graft_node_open (node, &local) : NULL;

  if (input != NULL && graft_input_get_size (input) == 0 && g_str_has_suffix (name, ".bin"))
    {
      g_autoptr (GBytes) empty = g_bytes_new_static (empty_index, sizeof empty_index);

      return graft_module_stage_add_bytes (stage, path, empty, error);
    }
  if (input != NULL)
    return graft_module_stage_add_input (stage, path, input, cancellable, error);
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  else
    g_set_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_NOT_FOUND,
                 _ ("modules of %s cannot be looked up: %s is missing; run depmod"), self->release,
                 name);
  return FALSE;
}

static gboolean
ensure_stage (GraftModuleLookup *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GraftModuleStage) stage = NULL;

  if (self->stage != NULL)
    return TRUE;
  stage = graft_module_stage_new (self->release, error);
  for (guint i = 0; stage != NULL && i < G_N_ELEMENTS (indexes); i++)
    if (!stage_index (self, stage, indexes[i].name, indexes[i].path, cancellable, error))
      return FALSE;
  self->stage = g_steal_pointer (&stage);
  return self->stage != NULL;
}

/* libkmod takes a dependency for missing, and leaves it out without a word, when there is no file
 * for it. */
static gboolean
ensure_placeholders (GraftModuleLookup *self, GError **error)
{
  g_autoptr (GPtrArray) modules = NULL;
  g_autoptr (GBytes) nothing = g_bytes_new (NULL, 0);

  if (self->has_placeholders)
    return TRUE;
  modules = graft_module_folder_list (self->indexed, error);
  for (guint i = 0; modules != NULL && i < modules->len; i++)
    {
      const GraftModule *module = g_ptr_array_index (modules, i);

      if (!graft_module_stage_add_bytes (self->stage, module->path, nothing, error))
        {
          /* Half of them are of no use, nor can they be put there again. */
          g_clear_pointer (&self->stage, graft_module_stage_free);
          return FALSE;
        }
    }
  self->has_placeholders = modules != NULL;
  return self->has_placeholders;
}

static GPtrArray *
look_up (GraftModuleLookup *self, GraftLookupQuestion question, GPtrArray *texts,
         GCancellable *cancellable, GError **error)
{
  g_autofree char *folder = g_strconcat ("lib/modules/", self->release, NULL);

  return graft_helper_lookup (graft_module_stage_get_path (self->stage), folder, self->release,
                              question, texts, cancellable, error);
}

GPtrArray *
graft_module_lookup_aliases (GraftModuleLookup *self, GPtrArray *aliases, GCancellable *cancellable,
                             GError **error)
{
  if (!ensure_stage (self, cancellable, error))
    return NULL;
  return look_up (self, GRAFT_LOOKUP_ALIASES, aliases, cancellable, error);
}

GPtrArray *
graft_module_lookup_dependencies (GraftModuleLookup *self, GPtrArray *names,
                                  GCancellable *cancellable, GError **error)
{
  if (!ensure_stage (self, cancellable, error) || !ensure_placeholders (self, error))
    return NULL;
  return look_up (self, GRAFT_LOOKUP_DEPENDENCIES, names, cancellable, error);
}
