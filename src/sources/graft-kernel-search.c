/* graft-kernel-search.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "sources/graft-kernel-search.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-error.h"
#include "base/graft-limits.h"
#include "base/graft-name.h"
#include "image/graft-directory.h"
#include "image/graft-image-loader.h"
#include "image/graft-path.h"
#include "sources/graft-module-search.h"

/* Levels of folders below the root in which a kernel is looked for when it is in none of the usual
 * places. */
#define MAX_LEVELS 4
#define MAX_SHOWN 4

typedef struct
{
  GraftNode *root;
  const char *name;
  const char *modules_path; /* NULL: none */
  GPtrArray *found;         /* of GraftKernelFile */
  GPtrArray *seen;          /* of char*: paths that were looked at */
  GError *problem;          /* of the first file that only has the name; NULL: none */
  gboolean uncompressed;    /* look at files named vmlinux…, which are large and no kernels */
  GCancellable *cancellable;
} Search;

void
graft_kernel_file_free (GraftKernelFile *self)
{
  g_free (self->path);
  g_clear_object (&self->input);
  g_clear_object (&self->config);
  g_free (self);
}

/* What lies beside kernels and has their names: signatures, checksums, texts. */
static gboolean
is_companion (const char *name)
{
  static const char *const suffixes[] = {
    ".asc", ".sig", ".sign",   ".gpg", ".hmac", ".md5", ".sha1", ".sha256", ".sha512", ".txt",
    ".deb", ".rpm", ".config", ".map", ".c",    ".h",   ".o",    ".ko",     ".py",     ".sh",
  };

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    if (g_str_has_suffix (name, suffixes[i]))
      return TRUE;
  return FALSE;
}

/* FAT and ISO 9660 shout. */
static gboolean
has_prefix (const char *name, const char *prefix)
{
  return g_ascii_strncasecmp (name, prefix, strlen (prefix)) == 0;
}

/* @ret_certain: nothing but a kernel has this name. */
static gboolean
is_kernel_name (Search *self, const char *name, gboolean *ret_certain)
{
  static const char *const certain[] = { "vmlinuz", "bzImage", "zImage", "uImage" };
  /* "Image" is what other machines' kernels are called, and pictures are. */
  static const char *const likely[] = { "kernel", "Image" };

  *ret_certain = TRUE;
  if (is_companion (name))
    return FALSE;
  if (self->uncompressed)
    return has_prefix (name, "vmlinux");
  for (guint i = 0; i < G_N_ELEMENTS (certain); i++)
    if (has_prefix (name, certain[i]))
      return TRUE;
  *ret_certain = FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (likely); i++)
    if (has_prefix (name, likely[i]))
      return TRUE;
  return g_ascii_strcasecmp (name, "linux") == 0;
}

gboolean
graft_kernel_search_check (GraftInput *input, const char *name, GCancellable *cancellable,
                           GError **error)
{
  g_autofree char *kind = graft_file_kind_describe (input);
  g_autoptr (GraftImage) image = NULL;
  char magic[4];

  if (graft_input_read_some (input, 0, magic, sizeof magic, NULL) == sizeof magic
      && memcmp (magic,
                 "\x7f"
                 "ELF",
                 sizeof magic)
             == 0)
    {
      g_set_error (
          error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_INVALID,
          _ ("%s is %s, not a kernel that a boot loader starts (an uncompressed vmlinux is "
             "none); give the file named vmlinuz or bzImage of the same kernel"),
          name, kind);
      return FALSE;
    }
  if (g_strcmp0 (graft_image_probe (input), "kernel") != 0)
    {
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_INVALID,
                   _ ("%s is %s, not a kernel; give the file named vmlinuz or bzImage"), name,
                   kind);
      return FALSE;
    }
  image = graft_image_load (input, cancellable, error);
  return image != NULL;
}

/* Whether it has the same bytes as one that was found. */
static gboolean
is_known (Search *self, GraftInput *input, gboolean *ret_known, GError **error)
{
  *ret_known = FALSE;
  for (guint i = 0; i < self->found->len && !*ret_known; i++)
    {
      const GraftKernelFile *file = g_ptr_array_index (self->found, i);

      if (graft_input_get_size (file->input) == graft_input_get_size (input)
          && !graft_input_equal (file->input, input, ret_known, self->cancellable, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
try_file (Search *self, const char *path, GraftNode *node, gboolean certain, GError **error)
{
  g_autofree char *inside = graft_name_escape (path + 1);
  g_autofree char *shown = g_strdup_printf ("%s: %s", self->name, inside);
  g_autoptr (GraftInput) input = NULL;
  g_autoptr (GError) problem = NULL;
  GraftKernelFile *file;
  gboolean known;

  if (graft_node_get_size (node) > GRAFT_LIMIT_VMLINUX)
    return TRUE;
  input = graft_node_open (node, error);
  if (input == NULL)
    return FALSE;
  if (!graft_kernel_search_check (input, shown, self->cancellable, &problem))
    {
      if (g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        {
          g_propagate_error (error, g_steal_pointer (&problem));
          return FALSE;
        }
      if (certain && self->problem == NULL)
        self->problem = g_steal_pointer (&problem);
      return TRUE;
    }
  if (!is_known (self, input, &known, error))
    return FALSE;
  if (known)
    return TRUE;
  file = g_new0 (GraftKernelFile, 1);
  file->path = g_strdup (path);
  file->input = g_steal_pointer (&input);
  g_ptr_array_add (self->found, file);
  return TRUE;
}

/* @entry of the folder @path; a link is followed inside the tree. */
static gboolean
try_entry (Search *self, const char *path, const GraftEntry *entry, GError **error)
{
  g_autofree char *given = graft_path_join (path, entry->name);
  g_autofree char *real = NULL;
  g_autoptr (GError) local = NULL;
  g_autoptr (GraftNode) node = NULL;
  gboolean certain;

  if (!is_kernel_name (self, entry->name, &certain) || graft_node_is_directory (entry->node))
    return TRUE;
  node = graft_path_find (self->root, given, GRAFT_PATH_FOLLOW, &real, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (node == NULL || graft_node_get_node_type (node) != GRAFT_NODE_REGULAR
      || g_ptr_array_find_with_equal_func (self->seen, real, g_str_equal, NULL))
    return TRUE;
  g_ptr_array_add (self->seen, g_strdup (real));
  return try_file (self, real, node, certain, error);
}

static gboolean
try_folder (Search *self, const char *path, GraftNode *folder, GError **error)
{
  g_autoptr (GraftDirectory) listing = graft_node_list (folder, error);

  if (listing == NULL || g_cancellable_set_error_if_cancelled (self->cancellable, error))
    return FALSE;
  for (guint i = 0; i < graft_directory_get_n_entries (listing); i++)
    if (!try_entry (self, path, graft_directory_get_entry (listing, i), error))
      return FALSE;
  return TRUE;
}

/* Each a path in the tree, which may not be there. */
static gboolean
try_place (Search *self, const char *place, GError **error)
{
  g_autofree char *path = NULL;
  g_autoptr (GError) local = NULL;
  g_autoptr (GraftNode) folder
      = graft_path_find (self->root, place, GRAFT_PATH_FOLLOW, &path, &local);

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  return folder == NULL || !graft_node_is_directory (folder)
         || try_folder (self, path, folder, error);
}

/* All folders of up to @levels levels below @folder, links and modules apart. */
static gboolean
try_below (Search *self, const char *path, GraftNode *folder, guint levels, GError **error)
{
  g_autoptr (GraftDirectory) listing = NULL;

  if (self->modules_path != NULL && strcmp (self->modules_path, path) == 0)
    return TRUE;
  if (graft_module_search_is_skipped (path))
    return TRUE;
  if (!try_folder (self, path, folder, error))
    return FALSE;
  listing = graft_node_list (folder, error);
  if (listing == NULL)
    return FALSE;
  for (guint i = 0; levels > 0 && i < graft_directory_get_n_entries (listing); i++)
    {
      const GraftEntry *entry = graft_directory_get_entry (listing, i);
      g_autofree char *child = graft_path_join (path, entry->name);

      if (graft_node_is_directory (entry->node)
          && !try_below (self, child, entry->node, levels - 1, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
run (Search *self, gboolean beside, GError **error)
{
  if (!try_place (self, "/", error))
    return FALSE;
  if (beside)
    return TRUE;
  if (!try_place (self, "/boot", error)
      || (self->modules_path != NULL && !try_place (self, self->modules_path, error)))
    return FALSE;
  return self->found->len > 0 || try_below (self, "/", self->root, MAX_LEVELS, error);
}

static gboolean
set_ambiguous (Search *self, GError **error)
{
  g_autoptr (GString) list = g_string_new (NULL);

  for (guint i = 0; i < self->found->len && i < MAX_SHOWN; i++)
    {
      const GraftKernelFile *file = g_ptr_array_index (self->found, i);
      g_autofree char *shown = graft_name_escape (file->path + 1);

      g_string_append_printf (list, "%s%s", i > 0 ? ", " : "", shown);
    }
  g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_INVALID,
               _ ("%s has %u kernels (%s%s); give the one that is meant as vmlinuz"), self->name,
               self->found->len, list->str, self->found->len > MAX_SHOWN ? ", …" : "");
  return FALSE;
}

gboolean
graft_kernel_search (GraftNode *root, const char *name, const char *modules_path, gboolean beside,
                     GraftKernelFile **ret_file, GCancellable *cancellable, GError **error)
{
  Search search = {
    .root = root,
    .name = name,
    .modules_path = modules_path,
    .found = g_ptr_array_new_with_free_func ((GDestroyNotify)graft_kernel_file_free),
    .seen = g_ptr_array_new_with_free_func (g_free),
    .cancellable = cancellable,
  };
  gboolean result = run (&search, beside, error);

  if (result && search.found->len == 0 && search.problem == NULL && !beside)
    {
      search.uncompressed = TRUE;
      result = run (&search, FALSE, error);
    }
  if (result && search.found->len > 1)
    result = set_ambiguous (&search, error);
  /* What lies beside a folder of modules may be anything. */
  if (result && search.found->len == 0 && search.problem != NULL && !beside)
    {
      g_propagate_error (error, g_steal_pointer (&search.problem));
      result = FALSE;
    }
  if (result)
    *ret_file = search.found->len > 0 ? g_ptr_array_steal_index (search.found, 0) : NULL;
  if (result && *ret_file != NULL)
    (*ret_file)->config = graft_kernel_search_config (root, (*ret_file)->path);
  g_clear_error (&search.problem);
  g_ptr_array_unref (search.found);
  g_ptr_array_unref (search.seen);
  return result;
}

/* The only file "config-…" of a folder. */
static const GraftEntry *
find_only_config (GraftDirectory *listing)
{
  const GraftEntry *found = NULL;

  for (guint i = 0; i < graft_directory_get_n_entries (listing); i++)
    {
      const GraftEntry *entry = graft_directory_get_entry (listing, i);

      if (!g_str_has_prefix (entry->name, "config-"))
        continue;
      if (found != NULL)
        return NULL;
      found = entry;
    }
  return found;
}

GraftInput *
graft_kernel_search_config (GraftNode *root, const char *path)
{
  g_autofree char *folder_path = g_path_get_dirname (path);
  g_autofree char *name = g_path_get_basename (path);
  const char *dash = strchr (name, '-');
  g_autofree char *by_release = g_strconcat ("config", dash, NULL);
  g_autoptr (GraftNode) folder = NULL;
  g_autoptr (GraftDirectory) listing = NULL;
  const GraftEntry *entry;

  folder = graft_path_find (root, folder_path, GRAFT_PATH_FOLLOW, NULL, NULL);
  listing = folder != NULL ? graft_node_list (folder, NULL) : NULL;
  if (listing == NULL)
    return NULL;
  entry = graft_directory_lookup (listing, by_release);
  if (entry == NULL)
    entry = graft_directory_lookup (listing, "config");
  if (entry == NULL && dash == NULL)
    entry = find_only_config (listing);
  if (entry == NULL || graft_node_get_node_type (entry->node) != GRAFT_NODE_REGULAR)
    return NULL;
  return graft_node_open (entry->node, NULL);
}
