/* graft-loader.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "programs/graft-loader.h"

#include <string.h>

#include "base/graft-limits.h"
#include "programs/graft-ld-conf.h"

#define MUSL_PREFIX "ld-musl-"
/* Of a loader that is read for its folders; glibc's has 0.2 MB. */
#define LOADER_SIZE (8 * 1024 * 1024)

/* The names of the GNU triplets that Debian's folders have (its multiarch tuples), and what the
 * kernel says is the platform (AT_PLATFORM, ELF_PLATFORM of arch/…/include/asm/elf.h). Machines as
 * in the gABI. */
static const struct
{
  guint16 machine;
  guint bits;
  const char *tuple;
  const char *platform;
} machines[] = {
  { 62, 64, "x86_64-linux-gnu", "x86_64" },   { 62, 32, "x86_64-linux-gnux32", "x86_64" },
  { 3, 32, "i386-linux-gnu", "i686" },        { 183, 64, "aarch64-linux-gnu", "aarch64" },
  { 40, 32, "arm-linux-gnueabihf", "v7l" },   { 21, 64, "powerpc64le-linux-gnu", "power8" },
  { 22, 64, "s390x-linux-gnu", "z900" },      { 243, 64, "riscv64-linux-gnu", NULL },
  { 258, 64, "loongarch64-linux-gnu", NULL }, { 8, 64, "mips64el-linux-gnuabi64", NULL },
  { 8, 32, "mipsel-linux-gnu", NULL },
};

void
graft_loader_free (GraftLoader *self)
{
  if (self == NULL)
    return;
  g_free (self->path);
  g_free (self->lib);
  g_free (self->platform);
  g_clear_pointer (&self->folders, g_ptr_array_unref);
  g_free (self);
}

static void
search_folder_free (gpointer data)
{
  GraftSearchFolder *self = data;

  g_free (self->path);
  g_free (self);
}

static gboolean
is_folder_of_libraries (const char *text)
{
  return *text == '/' && g_str_has_suffix (text, "/") && strstr (text, "lib") != NULL
         && strlen (text) < GRAFT_LIMIT_PATH;
}

static char *
dup_without_slashes (const char *folder)
{
  gsize length = strlen (folder);

  while (length > 1 && folder[length - 1] == '/')
    length--;
  return g_strndup (folder, length);
}

/* glibc keeps its folders as one constant, "/lib64/\0/usr/lib64/\0" (system_dirs of elf/dl-load.c,
 * gen-trusted-dirs.awk). The same file has that of its sub-folders and a few other paths, none of
 * which has two folders of libraries behind each other. */
static gboolean
read_glibc_folders (GraftLoader *self, GraftProgramFile *file, GError **error)
{
  g_autoptr (GraftInput) input = graft_node_open (file->node, error);
  g_autoptr (GBytes) bytes = NULL;
  const char *data;
  gsize size;

  if (input == NULL)
    return FALSE;
  bytes = graft_input_read_bytes (input, 0, MIN (graft_input_get_size (input), LOADER_SIZE), error);
  if (bytes == NULL)
    return FALSE;
  data = g_bytes_get_data (bytes, &size);
  for (gsize at = 1; at < size; at++)
    {
      g_autoptr (GPtrArray) folders = NULL;
      gsize next = at;

      if (data[at - 1] != '\0' || data[at] != '/')
        continue;
      folders = g_ptr_array_new_with_free_func (g_free);
      while (next < size && memchr (data + next, '\0', size - next) != NULL
             && is_folder_of_libraries (data + next) && folders->len < 8)
        {
          g_ptr_array_add (folders, dup_without_slashes (data + next));
          next += strlen (data + next) + 1;
        }
      if (folders->len < 2)
        continue;
      g_ptr_array_unref (self->folders);
      self->folders = g_steal_pointer (&folders);
      return TRUE;
    }
  return TRUE;
}

static void
add_folder (GraftLoader *self, const char *format, const char *part)
{
  GString *path = g_string_new (format);

  g_string_replace (path, "@", part, 0);
  g_ptr_array_add (self->folders, g_string_free (path, FALSE));
}

/* What is usual where the loader does not tell: Debian's folders, then those of all others. */
static void
add_usual_folders (GraftLoader *self, const char *tuple, guint bits)
{
  if (tuple != NULL)
    {
      add_folder (self, "/lib/@", tuple);
      add_folder (self, "/usr/lib/@", tuple);
    }
  if (bits == 64)
    {
      add_folder (self, "/lib64", "");
      add_folder (self, "/usr/lib64", "");
    }
  add_folder (self, "/lib", "");
  add_folder (self, "/usr/lib", "");
}

/* DL_DST_LIB of glibc's elf/Makefile is the last part of its first folder; Debian's has all of it
 * but the "/". */
static char *
dup_lib (const char *folder, const char *tuple)
{
  g_autofree char *last = g_path_get_basename (folder);

  if (tuple != NULL && strcmp (last, tuple) == 0)
    return g_strconcat ("lib/", tuple, NULL);
  return g_steal_pointer (&last);
}

GraftLoader *
graft_loader_new (const char *path, GraftProgramFile *file, const GraftElfProgram *program,
                  GError **error)
{
  g_autoptr (GraftLoader) self = g_new0 (GraftLoader, 1);
  g_autofree char *name = path != NULL ? g_path_get_basename (path) : NULL;
  const char *tuple = NULL, *platform = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (machines); i++)
    if (machines[i].machine == program->machine && machines[i].bits == program->bits)
      {
        tuple = machines[i].tuple;
        platform = machines[i].platform;
      }
  self->path = g_strdup (path);
  self->folders = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; path == NULL && i < program->needed->len; i++)
    if (g_str_has_prefix (g_ptr_array_index (program->needed, i), "libc.musl-"))
      self->kind = GRAFT_LOADER_MUSL;
  if (name != NULL && g_str_has_prefix (name, MUSL_PREFIX))
    self->kind = GRAFT_LOADER_MUSL;
  if (self->kind == GRAFT_LOADER_MUSL)
    {
      add_folder (self, "/lib", "");
      add_folder (self, "/usr/local/lib", "");
      add_folder (self, "/usr/lib", "");
    }
  else if (file != NULL && !read_glibc_folders (self, file, error))
    return NULL;
  if (self->folders->len == 0)
    add_usual_folders (self, tuple, program->bits);
  self->lib = dup_lib (g_ptr_array_index (self->folders, 0), tuple);
  self->platform = g_strdup (platform);
  return g_steal_pointer (&self);
}

static void
add_search_folder (GPtrArray *folders, const char *path, gboolean by_cache)
{
  GraftSearchFolder *folder = g_new0 (GraftSearchFolder, 1);

  folder->path = g_strdup (path);
  folder->by_cache = by_cache;
  g_ptr_array_add (folders, folder);
}

/* musl: ldso/dynlink.c, load_library(): /etc/ld-musl-ARCH.path, below the folder above the loader's
 * own, in the place of what is built in; folders are told apart by colons and line ends. */
static gboolean
add_musl_folders (const GraftLoader *self, GraftProgramRoot *root, GPtrArray *folders,
                  gboolean *ret_found, GError **error)
{
  g_autofree char *name = g_path_get_basename (self->path),
                  *folder = g_path_get_dirname (self->path);
  g_autofree char *prefix = g_path_get_dirname (folder), *path = NULL, *text = NULL;
  g_autoptr (GError) local = NULL;
  g_auto (GStrv) words = NULL;
  char *end = strstr (name, ".so");

  *ret_found = FALSE;
  if (end != NULL)
    *end = '\0';
  path = g_strdup_printf ("%s/etc/%s.path", strcmp (prefix, "/") == 0 ? "" : prefix, name);
  text = graft_program_root_read_text (root, path, GRAFT_LIMIT_TEXT, NULL, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (text == NULL)
    return TRUE;
  *ret_found = TRUE;
  words = g_strsplit_set (text, ":\n", GRAFT_LIMIT_SEARCH_PATH);
  for (guint i = 0; words[i] != NULL; i++)
    if (*words[i] == '/')
      add_search_folder (folders, words[i], FALSE);
  return TRUE;
}

/* Not by /etc/ld.so.cache, which says what there was when ldconfig last ran: an image is edited
 * since then, perhaps by us, and its cache is a table of unknown age in a format of each glibc's
 * own. The folders that it was made of say the same and are true; a caller who must know that a
 * cache is needed has @by_cache. */
GPtrArray *
graft_loader_list_folders (const GraftLoader *self, GraftProgramRoot *root, GError **error)
{
  g_autoptr (GPtrArray) folders = g_ptr_array_new_with_free_func (search_folder_free);
  g_autoptr (GPtrArray) configured = NULL;
  gboolean found = FALSE;

  if (self->kind == GRAFT_LOADER_MUSL)
    {
      if (self->path != NULL && !add_musl_folders (self, root, folders, &found, error))
        return NULL;
    }
  else
    {
      configured = graft_ld_conf_list_folders (root, error);
      if (configured == NULL)
        return NULL;
    }
  for (guint i = 0; configured != NULL && i < configured->len; i++)
    {
      const char *path = g_ptr_array_index (configured, i);

      add_search_folder (
          folders, path,
          !g_ptr_array_find_with_equal_func (self->folders, path, g_str_equal, NULL));
    }
  for (guint i = 0; !found && i < self->folders->len; i++)
    add_search_folder (folders, g_ptr_array_index (self->folders, i), FALSE);
  return g_steal_pointer (&folders);
}

gboolean
graft_loader_is_itself (const GraftLoader *self, const char *name)
{
  static const char *const parts[] = { "c.", "pthread.", "rt.", "m.", "dl.", "util.", "xnet." };

  if (self->kind != GRAFT_LOADER_MUSL || !g_str_has_prefix (name, "lib"))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    if (g_str_has_prefix (name + strlen ("lib"), parts[i]))
      return TRUE;
  return FALSE;
}
