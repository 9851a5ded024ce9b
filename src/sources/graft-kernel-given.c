/* graft-kernel-given.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "sources/graft-kernel-given.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-error.h"
#include "base/graft-name.h"
#include "image/graft-directory.h"
#include "image/graft-image-loader.h"
#include "sources/graft-host-folder.h"
#include "sources/graft-kernel-package.h"
#include "sources/graft-kernel-parts.h"
#include "sources/graft-kernel-search.h"
#include "sources/graft-package.h"

void
graft_kernel_given_clear (GraftKernelGiven *self)
{
  g_free (self->shown);
  g_free (self->base_name);
  g_clear_pointer (&self->root, graft_node_unref);
  g_clear_object (&self->kernel);
  g_clear_pointer (&self->packages, g_ptr_array_unref);
}

static char *
dup_base_name (const char *path)
{
  g_autofree char *canonical = g_canonicalize_filename (path, NULL);
  g_autofree char *base = g_path_get_basename (canonical);

  return graft_name_escape (base);
}

/* The tree of one package, which is kept in @self->packages. */
static GraftNode *
open_package (GraftKernelGiven *self, GraftInput *input, const char *base_name,
              GraftPackageKind kind, GraftProgress *progress, const GraftKernelContext *context,
              GError **error)
{
  GraftKernelPackage *package = graft_kernel_package_new (base_name, kind);

  g_ptr_array_add (self->packages, package);
  return graft_kernel_package_open (package, input, context->store, progress, context->cancellable,
                                    error);
}

/* A file: a package, or a kernel. */
static gboolean
open_file (GraftKernelGiven *self, const char *path, const GraftKernelContext *context,
           GError **error)
{
  g_autoptr (GraftInput) input = graft_file_input_new (path, error);
  g_autofree char *kind = NULL;
  GraftPackageKind package;

  if (input == NULL)
    return FALSE;
  package = graft_package_probe (input);
  if (package != GRAFT_PACKAGE_NONE)
    {
      g_autofree char *base_name = dup_base_name (path);

      self->root
          = open_package (self, input, base_name, package, context->progress, context, error);
      return self->root != NULL;
    }
  if (g_strcmp0 (graft_image_probe (input), "kernel") != 0)
    {
      kind = graft_file_kind_describe (input);
      g_set_error (
          error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_UNSUPPORTED,
          _ ("%s is %s: a kernel comes as a package (.deb, .rpm), as an archive (.tar, .tar.xz), "
             "as a folder with vmlinuz and modules, or as a vmlinuz"),
          self->shown, kind);
      return FALSE;
    }
  if (!graft_kernel_search_check (input, self->shown, context->cancellable, error))
    return FALSE;
  self->kernel = graft_store_add (context->store, input, NULL, context->cancellable, error);
  return self->kernel != NULL;
}

/* One of several; NULL with an error when it is no package. */
static GraftKernelPart *
open_part (GraftKernelGiven *self, const char *path, GraftProgress *progress,
           const GraftKernelContext *context, GError **error)
{
  g_autofree char *base_name = dup_base_name (path);
  g_autofree char *kind = NULL;
  g_autoptr (GraftInput) input = NULL;
  g_autoptr (GraftNode) root = NULL;
  GraftPackageKind package = GRAFT_PACKAGE_NONE;

  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    kind = g_strdup (_ ("a folder"));
  else
    {
      input = graft_file_input_new (path, error);
      if (input == NULL)
        return NULL;
      package = graft_package_probe (input);
      if (package == GRAFT_PACKAGE_NONE)
        kind = graft_file_kind_describe (input);
    }
  if (kind != NULL)
    {
      g_autofree char *shown = graft_name_escape (path);

      g_set_error (
          error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_INVALID,
          _ ("%s is %s: where several files are given as one kernel, each must be a package "
             "(.deb, .rpm) or an archive (.tar, .tar.xz)"),
          shown, kind);
      return NULL;
    }
  root = open_package (self, input, base_name, package, progress, context, error);
  return root != NULL ? graft_kernel_part_new (base_name, root) : NULL;
}

static gint
compare_paths (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

/* @paths: (element-type utf8): sorted here, so that nothing depends on the order in which they were
 * given. */
static gboolean
open_parts (GraftKernelGiven *self, GPtrArray *paths, const GraftKernelContext *context,
            GError **error)
{
  g_autoptr (GPtrArray) parts
      = g_ptr_array_new_with_free_func ((GDestroyNotify)graft_kernel_part_free);

  g_ptr_array_sort (paths, compare_paths);
  for (guint i = 0; i < paths->len; i++)
    {
      const char *path = g_ptr_array_index (paths, i);
      g_autoptr (GraftProgress) progress = NULL;
      GraftKernelPart *part;

      if (i > 0 && strcmp (path, g_ptr_array_index (paths, i - 1)) == 0)
        continue;
      progress = graft_progress_new_child (context->progress, 1.0 / paths->len, NULL);
      part = open_part (self, path, progress, context, error);
      if (part == NULL)
        return FALSE;
      g_ptr_array_add (parts, part);
    }
  self->root = graft_kernel_parts_join (parts, context->cancellable, error);
  return self->root != NULL;
}

/* What comes with packages and is none. */
static gboolean
is_companion (const char *name)
{
  static const char *const suffixes[]
      = { ".asc",  ".sig",    ".sign",   ".gpg", ".dsc",     ".md5",
          ".sha1", ".sha256", ".sha512", ".txt", ".changes", ".buildinfo" };

  if (g_str_has_prefix (name, ".") || g_str_has_suffix (name, "SUMS"))
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    if (g_str_has_suffix (name, suffixes[i]))
      return TRUE;
  return FALSE;
}

static gboolean
is_package (const char *path)
{
  g_autoptr (GraftInput) input = graft_file_input_new (path, NULL);
  GraftPackageKind kind = input != NULL ? graft_package_probe (input) : GRAFT_PACKAGE_NONE;

  return kind == GRAFT_PACKAGE_DEB || kind == GRAFT_PACKAGE_RPM;
}

/* The packages that a folder of the host consists of; NULL without an error when it has anything
 * else. */
static GPtrArray *
list_packages (GraftNode *folder, const char *path, GError **error)
{
  g_autoptr (GraftDirectory) listing = graft_node_list (folder, error);
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);

  if (listing == NULL)
    return NULL;
  for (guint i = 0; i < graft_directory_get_n_entries (listing); i++)
    {
      const GraftEntry *entry = graft_directory_get_entry (listing, i);
      g_autofree char *whole = g_build_filename (path, entry->name, NULL);

      if (is_companion (entry->name))
        continue;
      if (graft_node_get_node_type (entry->node) != GRAFT_NODE_REGULAR || !is_package (whole))
        return NULL;
      g_ptr_array_add (paths, g_steal_pointer (&whole));
    }
  return paths->len > 0 ? g_steal_pointer (&paths) : NULL;
}

static gboolean
open_folder (GraftKernelGiven *self, const GraftKernelContext *context, GError **error)
{
  g_autoptr (GraftNode) root = graft_host_folder_open (self->path, context->store, error);
  g_autoptr (GPtrArray) packages = NULL;
  g_autoptr (GError) local = NULL;

  if (root == NULL)
    return FALSE;
  packages = list_packages (root, self->path, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (packages == NULL)
    {
      self->is_folder = TRUE;
      self->root = g_steal_pointer (&root);
      return TRUE;
    }
  if (packages->len == 1)
    return open_file (self, g_ptr_array_index (packages, 0), context, error);
  return open_parts (self, packages, context, error);
}

gboolean
graft_kernel_given_open (GraftKernelGiven *self, const char *const *paths,
                         const GraftKernelContext *context, GError **error)
{
  g_autoptr (GPtrArray) several = NULL;
  g_autofree char *joined = g_strjoinv (", ", (char **)paths);

  self->path = paths[0];
  self->shown = graft_name_escape (joined);
  self->base_name = dup_base_name (self->path);
  self->packages = g_ptr_array_new_with_free_func ((GDestroyNotify)graft_kernel_package_free);
  if (paths[1] != NULL)
    {
      several = g_ptr_array_new ();
      for (guint i = 0; paths[i] != NULL; i++)
        g_ptr_array_add (several, (gpointer)paths[i]);
      return open_parts (self, several, context, error);
    }
  if (g_file_test (self->path, G_FILE_TEST_IS_DIR))
    return open_folder (self, context, error);
  return open_file (self, self->path, context, error);
}
