/* graft-kernel-source.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "sources/graft-kernel-source.h"

#include <glib/gi18n-lib.h>
#include <stdlib.h>
#include <string.h>

#include "base/graft-error.h"
#include "base/graft-name.h"
#include "image/graft-path.h"
#include "sources/graft-host-folder.h"
#include "sources/graft-kernel-given.h"
#include "sources/graft-kernel-package.h"
#include "sources/graft-kernel-search.h"
#include "sources/graft-module-search.h"
#include "sources/graft-source-digests.h"

struct _GraftKernelSource
{
  GObject parent_instance;

  GraftInput *vmlinuz;
  char *vmlinuz_name;
  GraftInput *config;
  GraftNode *modules;
  char *modules_name;
  GraftNode *firmware;
  GPtrArray *notes; /* of char* */
  GHashTable *digests;
};

G_DEFINE_TYPE (GraftKernelSource, graft_kernel_source, G_TYPE_OBJECT)

static void
graft_kernel_source_finalize (GObject *object)
{
  GraftKernelSource *self = GRAFT_KERNEL_SOURCE (object);

  g_clear_object (&self->vmlinuz);
  g_clear_object (&self->config);
  g_clear_pointer (&self->modules, graft_node_unref);
  g_clear_pointer (&self->firmware, graft_node_unref);
  g_free (self->vmlinuz_name);
  g_free (self->modules_name);
  g_ptr_array_unref (self->notes);
  g_clear_pointer (&self->digests, g_hash_table_unref);
  G_OBJECT_CLASS (graft_kernel_source_parent_class)->finalize (object);
}

static void
graft_kernel_source_class_init (GraftKernelSourceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = graft_kernel_source_finalize;
}

static void
graft_kernel_source_init (GraftKernelSource *self)
{
  self->notes = g_ptr_array_new_with_free_func (g_free);
}

static void
set_vmlinuz (GraftKernelSource *self, GraftInput *input, const char *path, GraftInput *config)
{
  g_autofree char *name = g_path_get_basename (path);

  g_set_object (&self->vmlinuz, input);
  g_set_object (&self->config, config);
  g_free (self->vmlinuz_name);
  self->vmlinuz_name = graft_name_escape (name);
}

/* The folder that @given lies in. */
static GraftNode *
open_parent (const GraftKernelGiven *given, const GraftKernelContext *context, char **ret_shown,
             GError **error)
{
  g_autofree char *canonical = g_canonicalize_filename (given->path, NULL);
  g_autofree char *parent = g_path_get_dirname (canonical);

  *ret_shown = graft_name_escape (parent);
  return graft_host_folder_open (parent, context->store, error);
}

static gboolean
find_firmware (GraftKernelSource *self, GraftNode *root, GError **error)
{
  static const char *const places[] = { "/lib/firmware", "/usr/lib/firmware", "/firmware" };

  for (guint i = 0; i < G_N_ELEMENTS (places) && self->firmware == NULL; i++)
    {
      g_autoptr (GError) local = NULL;
      g_autoptr (GraftNode) node
          = graft_path_find (root, places[i], GRAFT_PATH_FOLLOW, NULL, &local);

      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      if (node != NULL && graft_node_is_directory (node))
        self->firmware = g_steal_pointer (&node);
    }
  return TRUE;
}

/* Takes the modules of @root, when there are some; @shown and @base_name are its names. */
static gboolean
find_modules (GraftKernelSource *self, GraftNode *root, const char *shown, const char *base_name,
              GraftModuleSearchScope scope, char **ret_path, const GraftKernelContext *context,
              GError **error)
{
  g_autoptr (GraftNode) folder = NULL;
  g_autofree char *path = NULL;
  g_autofree char *name = NULL;

  if (!graft_module_search (root, shown, scope, &folder, &path, context->cancellable, error))
    return FALSE;
  if (folder == NULL)
    return TRUE;
  name = g_path_get_basename (path);
  self->modules_name = strcmp (path, "/") == 0 ? g_strdup (base_name) : graft_name_escape (name);
  self->modules = g_steal_pointer (&folder);
  if (ret_path != NULL)
    *ret_path = g_steal_pointer (&path);
  return find_firmware (self, root, error);
}

/* A folder "boot" has its modules beside it. */
static gboolean
find_modules_beside (GraftKernelSource *self, const GraftKernelGiven *given,
                     const GraftKernelContext *context, GError **error)
{
  g_autofree char *shown = NULL;
  g_autoptr (GraftNode) parent = NULL;

  if (!given->is_folder || strcmp (given->base_name, "boot") != 0)
    return TRUE;
  parent = open_parent (given, context, &shown, error);
  return parent != NULL
         && find_modules (self, parent, shown, shown, GRAFT_MODULE_SEARCH_NEAR, NULL, context,
                          error);
}

static gboolean
find_kernel (GraftKernelSource *self, GraftNode *root, const char *shown, const char *modules_path,
             gboolean beside, const GraftKernelContext *context, GError **error)
{
  g_autoptr (GraftKernelFile) file = NULL;

  if (!graft_kernel_search (root, shown, modules_path, beside, &file, context->cancellable, error))
    return FALSE;
  if (file != NULL)
    set_vmlinuz (self, file->input, file->path, file->config);
  return TRUE;
}

/* The modules' folder alone was given; the kernel often lies beside it. */
static gboolean
find_kernel_beside (GraftKernelSource *self, const GraftKernelGiven *given,
                    const GraftKernelContext *context, GError **error)
{
  g_autofree char *shown = NULL;
  g_autoptr (GraftNode) parent = open_parent (given, context, &shown, error);

  return parent != NULL && find_kernel (self, parent, shown, NULL, TRUE, context, error);
}

static gboolean
set_nothing (const GraftKernelGiven *given, gboolean want_kernel, gboolean want_modules,
             GError **error)
{
  const char *what = want_kernel && want_modules
                         ? _ ("neither a kernel (vmlinuz) nor modules (*.ko)")
                     : want_kernel ? _ ("no kernel (vmlinuz)")
                                   : _ ("no modules (*.ko)");

  if (given->packages->len == 1)
    return graft_kernel_package_set_empty (g_ptr_array_index (given->packages, 0), error);
  g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_NOT_FOUND,
               _ ("%s has %s; give the folder or package that has them"), given->shown, what);
  return FALSE;
}

/* What the folder or package has. */
static gboolean
read_tree (GraftKernelSource *self, const GraftKernelGiven *given, gboolean want_kernel,
           gboolean want_modules, const GraftKernelContext *context, GError **error)
{
  g_autofree char *modules_path = NULL;

  if (want_modules
      && !find_modules (self, given->root, given->shown, given->base_name, GRAFT_MODULE_SEARCH_ALL,
                        &modules_path, context, error))
    return FALSE;
  if (want_kernel
      && !find_kernel (self, given->root, given->shown, modules_path, FALSE, context, error))
    return FALSE;
  if (want_modules && self->modules == NULL && !find_modules_beside (self, given, context, error))
    return FALSE;
  if (want_kernel && self->vmlinuz == NULL && given->is_folder && self->modules != NULL
      && !find_kernel_beside (self, given, context, error))
    return FALSE;
  return self->firmware != NULL || find_firmware (self, given->root, error);
}

/* Opens what was named, and keeps what is to be said of it. */
static gboolean
open_given (GraftKernelSource *self, GraftKernelGiven *given, const char *const *paths,
            const GraftKernelContext *context, GError **error)
{
  if (!graft_kernel_given_open (given, paths, context, error))
    return FALSE;
  for (guint i = 0; i < given->packages->len; i++)
    {
      char *note = graft_kernel_package_dup_note (g_ptr_array_index (given->packages, i));

      if (note != NULL)
        g_ptr_array_add (self->notes, note);
    }
  return TRUE;
}

/* What @paths have of that which was not given otherwise. */
static gboolean
read_paths (GraftKernelSource *self, const char *const *paths, gboolean want_kernel,
            gboolean want_modules, const GraftKernelContext *context, GError **error)
{
  g_auto (GraftKernelGiven) opened = { 0 };
  GraftKernelGiven *given = &opened;

  if (!open_given (self, given, paths, context, error))
    return FALSE;
  if (given->root != NULL && !read_tree (self, given, want_kernel, want_modules, context, error))
    return FALSE;
  if (given->kernel != NULL && want_kernel)
    set_vmlinuz (self, given->kernel, given->path, NULL);
  if ((want_kernel && self->vmlinuz == NULL && (!want_modules || self->modules == NULL))
      || (!want_kernel && want_modules && self->modules == NULL))
    return set_nothing (given, want_kernel, want_modules, error);
  return TRUE;
}

static gboolean
read_vmlinuz (GraftKernelSource *self, const char *path, const GraftKernelContext *context,
              GError **error)
{
  g_autofree char *shown = graft_name_escape (path);
  /* /boot/vmlinuz is a link; the release and the configuration are where it leads. */
  g_autofree char *real = realpath (path, NULL);
  g_autofree char *folder = g_path_get_dirname (real != NULL ? real : path);
  g_autofree char *name = g_path_get_basename (real != NULL ? real : path);
  g_autofree char *inside = g_strconcat ("/", name, NULL);
  g_autoptr (GraftInput) file = graft_file_input_new (path, error);
  g_autoptr (GraftInput) stored = NULL;
  g_autoptr (GraftInput) config = NULL;
  g_autoptr (GraftNode) root = NULL;

  if (file == NULL || !graft_kernel_search_check (file, shown, context->cancellable, error))
    return FALSE;
  stored = graft_store_add (context->store, file, NULL, context->cancellable, error);
  if (stored == NULL)
    return FALSE;
  root = graft_host_folder_open (folder, context->store, NULL);
  if (root != NULL)
    config = graft_kernel_search_config (root, inside);
  set_vmlinuz (self, stored, name, config);
  return TRUE;
}

static gboolean
read_modules (GraftKernelSource *self, const char *path, const GraftKernelContext *context,
              GError **error)
{
  const char *const paths[] = { path, NULL };
  g_auto (GraftKernelGiven) given = { 0 };

  if (!open_given (self, &given, paths, context, error))
    return FALSE;
  if (given.root != NULL
      && !find_modules (self, given.root, given.shown, given.base_name, GRAFT_MODULE_SEARCH_ALL,
                        NULL, context, error))
    return FALSE;
  return self->modules != NULL || set_nothing (&given, FALSE, TRUE, error);
}

GraftKernelSource *
graft_kernel_source_open (const char *const *paths, const char *vmlinuz, const char *modules,
                          GraftStore *store, GraftProgress *progress, GCancellable *cancellable,
                          GError **error)
{
  g_autoptr (GraftKernelSource) self = g_object_new (GRAFT_TYPE_KERNEL_SOURCE, NULL);
  const GraftKernelContext context = { store, progress, cancellable };
  gboolean given = paths != NULL && paths[0] != NULL;
  g_autoptr (GraftSourceDigests) digests = NULL;

  if (!given && vmlinuz == NULL && modules == NULL)
    {
      g_set_error_literal (
          error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_INVALID,
          _ ("No kernel was given: neither a package or folder, nor a vmlinuz, nor "
             "modules"));
      return NULL;
    }
  digests = graft_source_digests_start (paths, vmlinuz, modules);
  if (vmlinuz != NULL && !read_vmlinuz (self, vmlinuz, &context, error))
    return NULL;
  if (modules != NULL && !read_modules (self, modules, &context, error))
    return NULL;
  if (given && !read_paths (self, paths, vmlinuz == NULL, modules == NULL, &context, error))
    return NULL;
  self->digests = graft_source_digests_finish (g_steal_pointer (&digests), self->vmlinuz,
                                               self->modules, cancellable, error);
  return self->digests != NULL ? g_steal_pointer (&self) : NULL;
}

GraftInput *
graft_kernel_source_get_vmlinuz (GraftKernelSource *self)
{
  return self->vmlinuz;
}

const char *
graft_kernel_source_get_vmlinuz_name (GraftKernelSource *self)
{
  return self->vmlinuz_name;
}

GraftNode *
graft_kernel_source_get_modules (GraftKernelSource *self)
{
  return self->modules;
}

const char *
graft_kernel_source_get_modules_name (GraftKernelSource *self)
{
  return self->modules_name;
}

GraftNode *
graft_kernel_source_get_firmware (GraftKernelSource *self)
{
  return self->firmware;
}

GraftInput *
graft_kernel_source_get_config (GraftKernelSource *self)
{
  return self->config;
}

GHashTable *
graft_kernel_source_get_digests (GraftKernelSource *self)
{
  return self->digests;
}

GPtrArray *
graft_kernel_source_get_notes (GraftKernelSource *self)
{
  return self->notes;
}
