/* graft-set-search.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "bootset/graft-set-search.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/graft-error.h"
#include "base/graft-limits.h"
#include "bootset/graft-boot-entry.h"
#include "image/graft-image-loader.h"

/* A file of an unknown name is looked into when it is at least as large as the smallest image. */
#define MIN_IMAGE 4096

typedef struct
{
  const char *folder;
  GPtrArray *found;
  GHashTable *seen; /* of "device:inode" */
  GHashTable *kernels;
  GHashTable *initrds;
  guint n_files;
  GCancellable *cancellable;
} Search;

void
graft_candidate_free (GraftCandidate *self)
{
  g_free (self->path);
  g_free (self);
}

gboolean
graft_role_from_format (const char *format, GraftRole *ret_role)
{
  static const struct
  {
    const char *format;
    GraftRole role;
  } roles[] = {
    { "kernel", GRAFT_ROLE_KERNEL },
    { "initrd", GRAFT_ROLE_INITRD },
    { "squashfs", GRAFT_ROLE_ROOT },
  };

  for (guint i = 0; i < G_N_ELEMENTS (roles); i++)
    if (g_strcmp0 (format, roles[i].format) == 0)
      {
        *ret_role = roles[i].role;
        return TRUE;
      }
  return FALSE;
}

static gboolean
role_from_name (const char *folder, const char *name, GraftRole *ret_role)
{
  static const struct
  {
    const char *pattern;
    GraftRole role;
  } patterns[] = {
    { "vmlinuz*", GRAFT_ROLE_KERNEL },   { "bzImage*", GRAFT_ROLE_KERNEL },
    { "vmlinux*", GRAFT_ROLE_KERNEL },   { "initrd*", GRAFT_ROLE_INITRD },
    { "initramfs*", GRAFT_ROLE_INITRD }, { "*.squashfs", GRAFT_ROLE_ROOT },
    { "*.sqfs", GRAFT_ROLE_ROOT },       { "squashfs.img", GRAFT_ROLE_ROOT },
  };

  if (graft_boot_entry_is_name (folder, name))
    {
      *ret_role = GRAFT_ROLE_BOOT_ENTRY;
      return TRUE;
    }
  for (guint i = 0; i < G_N_ELEMENTS (patterns); i++)
    if (g_pattern_match_simple (patterns[i].pattern, name))
      {
        *ret_role = patterns[i].role;
        return TRUE;
      }
  return FALSE;
}

/* By content, for names that say nothing. An initrd is not guessed so: any compressed file would
 * be tried. */
static gboolean
role_from_content (const char *path, GraftRole *ret_role)
{
  g_autoptr (GraftInput) input = graft_file_input_new (path, NULL);
  const char *format;

  if (input == NULL || graft_input_get_size (input) < MIN_IMAGE)
    return FALSE;
  format = graft_image_probe (input);
  return g_strcmp0 (format, "initrd") != 0 && graft_role_from_format (format, ret_role);
}

static void
add_candidate (Search *self, const char *relative, GraftRole role)
{
  GraftCandidate *candidate = g_new0 (GraftCandidate, 1);

  candidate->path = g_strdup (relative);
  candidate->role = role;
  g_ptr_array_add (self->found, candidate);
}

static gboolean
is_ours (const char *name)
{
  return *name == '.' || g_str_has_suffix (name, ".bootgraft-old")
         || strcmp (name, "bootgraft.json") == 0;
}

/* A second name of a file already seen; links that lead out of the folder are no members. */
static gboolean
is_first_name (Search *self, const char *path, const struct stat *info)
{
  struct stat target;
  const struct stat *file = info;
  g_autofree char *key = NULL;

  if (S_ISLNK (info->st_mode))
    {
      g_autofree char *real = realpath (path, NULL);
      g_autofree char *inside = realpath (self->folder, NULL);
      g_autofree char *prefix = inside != NULL ? g_strconcat (inside, "/", NULL) : NULL;

      if (real == NULL || prefix == NULL || !g_str_has_prefix (real, prefix)
          || stat (path, &target) < 0)
        return FALSE;
      file = &target;
    }
  if (!S_ISREG (file->st_mode))
    return FALSE;
  key = g_strdup_printf ("%" G_GUINT64_FORMAT ":%" G_GUINT64_FORMAT, (guint64)file->st_dev,
                         (guint64)file->st_ino);
  return g_hash_table_add (self->seen, g_steal_pointer (&key));
}

static void
look_at_file (Search *self, const char *relative, const char *path, const struct stat *info)
{
  g_autofree char *name = g_path_get_basename (relative);
  g_autofree char *parent = g_path_get_dirname (relative);
  g_autofree char *folder = g_path_get_basename (parent);
  GraftRole role;

  if (!is_first_name (self, path, info))
    return;
  if (role_from_name (folder, name, &role) || role_from_content (path, &role))
    add_candidate (self, relative, role);
  else if (g_str_has_suffix (name, ".img"))
    add_candidate (self, relative, GRAFT_ROLE_INITRD);
}

static gboolean search_folder (Search *self, const char *relative, guint depth, GError **error);

static gboolean
look_at (Search *self, const char *relative, guint depth, gboolean links, GError **error)
{
  g_autofree char *path = g_build_filename (self->folder, relative, NULL);
  struct stat info;

  if (g_cancellable_set_error_if_cancelled (self->cancellable, error))
    return FALSE;
  if (lstat (path, &info) < 0)
    return TRUE;
  if (S_ISDIR (info.st_mode))
    return links || depth == 0 || search_folder (self, relative, depth - 1, error);
  if (S_ISLNK (info.st_mode) == links)
    look_at_file (self, relative, path, &info);
  return TRUE;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

static gboolean
search_folder (Search *self, const char *relative, guint depth, GError **error)
{
  g_autofree char *path = g_build_filename (self->folder, relative, NULL);
  g_autoptr (GError) local = NULL;
  g_autoptr (GDir) dir = g_dir_open (path, 0, &local);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  if (dir == NULL)
    {
      /* A folder below that may not be read has nothing to say; the one asked for must. */
      if (*relative != '\0')
        return TRUE;
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_IO, "%s", local->message);
      return FALSE;
    }
  while ((name = g_dir_read_name (dir)) != NULL)
    if (!is_ours (name))
      {
        if (++self->n_files > GRAFT_LIMIT_SET_FILES)
          {
            g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_TOO_LARGE,
                         "%s holds more than %u files: name the folder of one boot set, or one of "
                         "its images",
                         self->folder, GRAFT_LIMIT_SET_FILES);
            return FALSE;
          }
        g_ptr_array_add (names, g_build_filename (relative, name, NULL));
      }
  g_ptr_array_sort (names, compare_names);
  /* Files before links, so that a file counts under its own name. */
  for (guint links = 0; links < 2; links++)
    for (guint i = 0; i < names->len; i++)
      if (!look_at (self, g_ptr_array_index (names, i), depth, links, error))
        return FALSE;
  return TRUE;
}

static void
read_entries (Search *self)
{
  for (guint i = 0; i < self->found->len; i++)
    {
      const GraftCandidate *candidate = g_ptr_array_index (self->found, i);
      g_autofree char *path = NULL;
      g_autoptr (GraftInput) input = NULL;

      if (candidate->role != GRAFT_ROLE_BOOT_ENTRY)
        continue;
      path = g_build_filename (self->folder, candidate->path, NULL);
      input = graft_file_input_new (path, NULL);
      /* One that cannot be read names nothing; it is shown as a member with its reason. */
      if (input != NULL && !graft_boot_entry_read (input, self->kernels, self->initrds, NULL))
        continue;
    }
}

/* Whether one of @files, as a boot entry writes them, is @path: a TFTP root above the folder may
 * stand before it. */
static gboolean
is_named (GHashTable *files, const char *path)
{
  GHashTableIter iter;
  gpointer file;
  g_autofree char *below = g_strconcat ("/", path, NULL);

  g_hash_table_iter_init (&iter, files);
  while (g_hash_table_iter_next (&iter, &file, NULL))
    {
      g_autofree char *text = g_strconcat ("/", (const char *)file, NULL);

      if (g_str_has_suffix (text, below) || g_str_has_suffix (below, text))
        return TRUE;
    }
  return FALSE;
}

static int
compare_candidates (gconstpointer a, gconstpointer b)
{
  const GraftCandidate *left = *(const GraftCandidate *const *)a;
  const GraftCandidate *right = *(const GraftCandidate *const *)b;

  return left->role != right->role ? (int)left->role - (int)right->role
                                   : strcmp (left->path, right->path);
}

GPtrArray *
graft_set_search (const char *folder, guint depth, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) found
      = g_ptr_array_new_with_free_func ((GDestroyNotify)graft_candidate_free);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) kernels = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) initrds = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Search self = {
    .folder = folder,
    .found = found,
    .seen = seen,
    .kernels = kernels,
    .initrds = initrds,
    .cancellable = cancellable,
  };

  if (!search_folder (&self, "", depth, error))
    return NULL;
  read_entries (&self);
  for (guint i = 0; i < found->len; i++)
    {
      GraftCandidate *candidate = g_ptr_array_index (found, i);

      candidate->named = is_named (kernels, candidate->path) || is_named (initrds, candidate->path);
    }
  g_ptr_array_sort (found, compare_candidates);
  return g_steal_pointer (&found);
}
