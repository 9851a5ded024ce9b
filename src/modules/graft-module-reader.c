/* graft-module-reader.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "modules/graft-module-reader.h"

#include <string.h>

#include "base/graft-error.h"
#include "base/graft-limits.h"
#include "elf/graft-elf.h"
#include "image/graft-directory.h"
#include "image/graft-path.h"

/* https://systemd.io/ELF_DLOPEN_METADATA: owner and type of notes about libraries that are loaded
 * when they are needed; kmod 34 has them. */
#define DLOPEN_OWNER "FDO"
#define DLOPEN_TYPE 0x407c0c0a

typedef struct
{
  const char *library; /* the name up to the version of its interface */
  const char *feature; /* as in "kmod --version" */
  gsize offset;        /* of the flag in GraftModuleReader */
} Ability;

static const Ability abilities[] = {
  { "libz.so.", "+ZLIB", G_STRUCT_OFFSET (GraftModuleReader, gzip) },
  { "liblzma.so.", "+XZ", G_STRUCT_OFFSET (GraftModuleReader, xz) },
  { "libzstd.so.", "+ZSTD", G_STRUCT_OFFSET (GraftModuleReader, zstd) },
};

void
graft_module_reader_free (GraftModuleReader *self)
{
  if (self == NULL)
    return;
  g_free (self->program);
  g_free (self);
}

gboolean
graft_module_reader_can_read (GraftModuleReader *self, GraftCompression compression)
{
  switch (compression)
    {
    case GRAFT_COMPRESSION_NONE:
      return TRUE;
    case GRAFT_COMPRESSION_GZIP:
      return self->gzip;
    case GRAFT_COMPRESSION_XZ:
      return self->xz;
    case GRAFT_COMPRESSION_ZSTD:
      return self->zstd;
    case GRAFT_COMPRESSION_LZ4_LEGACY:
    case GRAFT_COMPRESSION_LZ4_FRAME:
    case GRAFT_COMPRESSION_BZIP2:
    case GRAFT_COMPRESSION_LZMA:
    case GRAFT_COMPRESSION_LZO:
    default:
      return FALSE;
    }
}

static void
set_ability (GraftModuleReader *self, const Ability *ability)
{
  G_STRUCT_MEMBER (gboolean, self, ability->offset) = TRUE;
}

/* Where the loader looks in an image of any distribution: lib, lib64 and usr's, and the folders of
 * Debian's architectures in them; paths without links. */
static GPtrArray *
list_library_folders (GraftNode *root, GError **error)
{
  static const char *const bases[]
      = { "/lib", "/usr/lib", "/lib64", "/usr/lib64", "/usr/local/lib" };
  g_autoptr (GPtrArray) folders = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < G_N_ELEMENTS (bases); i++)
    {
      g_autoptr (GError) local = NULL;
      g_autofree char *real = NULL;
      g_autoptr (GraftNode) node
          = graft_path_find (root, bases[i], GRAFT_PATH_FOLLOW, &real, &local);
      g_autoptr (GraftDirectory) directory = NULL;

      if (local == NULL && node != NULL && graft_node_is_directory (node))
        directory = graft_node_list (node, &local);
      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return NULL;
        }
      if (directory == NULL || g_ptr_array_find_with_equal_func (folders, real, g_str_equal, NULL))
        continue;
      g_ptr_array_add (folders, g_strdup (real));
      for (guint j = 0; j < graft_directory_get_n_entries (directory); j++)
        {
          const GraftEntry *entry = graft_directory_get_entry (directory, j);

          if (strstr (entry->name, "-linux-gnu") != NULL && graft_node_is_directory (entry->node))
            g_ptr_array_add (folders, graft_path_join (real, entry->name));
        }
    }
  return g_steal_pointer (&folders);
}

/* The library of this name in the first of these folders that has it, through links; NULL without
 * @error when none has. */
static GraftNode *
find_library (GraftNode *root, GPtrArray *folders, const char *name, GError **error)
{
  for (guint i = 0; i < folders->len; i++)
    {
      g_autoptr (GError) local = NULL;
      g_autofree char *path = graft_path_join (g_ptr_array_index (folders, i), name);
      g_autoptr (GraftNode) node = graft_path_find (root, path, GRAFT_PATH_FOLLOW, NULL, &local);

      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return NULL;
        }
      if (node != NULL && graft_node_get_node_type (node) == GRAFT_NODE_REGULAR)
        return g_steal_pointer (&node);
    }
  return NULL;
}

/* A program or library of the image, in memory; NULL without @error when it is no ELF file that can
 * be read. */
static GraftElf *
open_elf (GraftNode *node, const char *path, GBytes **ret_bytes, GError **error)
{
  g_autoptr (GraftInput) input = graft_node_open (node, error);
  g_autoptr (GBytes) bytes = NULL;
  GraftElf *elf;

  if (input == NULL || graft_input_get_size (input) > GRAFT_LIMIT_MODULE)
    return NULL;
  bytes = graft_input_read_all (input, error);
  elf = bytes != NULL ? graft_elf_new (bytes, path, NULL) : NULL;
  if (elf != NULL && ret_bytes != NULL)
    *ret_bytes = g_steal_pointer (&bytes);
  return elf;
}

/* The names of libraries in a note's JSON ([{"soname":["libz.so.1"],…}]). */
static void
add_noted (GBytes *note, GPtrArray *libraries)
{
  g_autofree char *text = g_strndup (g_bytes_get_data (note, NULL), g_bytes_get_size (note));
  g_auto (GStrv) pieces = g_strsplit (text, "\"", -1);

  for (gsize i = 0; pieces[i] != NULL; i++)
    if (g_str_has_prefix (pieces[i], "lib") && strstr (pieces[i], ".so") != NULL)
      g_ptr_array_add (libraries, g_strdup (pieces[i]));
}

/* All that it is linked to, or loads when needed. */
static GPtrArray *
list_libraries (GraftElf *elf)
{
  g_autoptr (GPtrArray) notes = graft_elf_list_notes (elf, DLOPEN_OWNER, DLOPEN_TYPE);
  GPtrArray *libraries = graft_elf_list_needed (elf, NULL);

  if (libraries == NULL)
    libraries = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < notes->len; i++)
    add_noted (g_ptr_array_index (notes, i), libraries);
  return libraries;
}

/* Sets what @libraries, as far as the image has them, are good for. */
static gboolean
judge_libraries (GraftModuleReader *self, GPtrArray *libraries, GraftNode *root, GPtrArray *folders,
                 GError **error)
{
  for (guint i = 0; i < libraries->len; i++)
    for (guint j = 0; j < G_N_ELEMENTS (abilities); j++)
      {
        const char *name = g_ptr_array_index (libraries, i);
        g_autoptr (GError) local = NULL;
        g_autoptr (GraftNode) node = NULL;

        if (!g_str_has_prefix (name, abilities[j].library))
          continue;
        node = find_library (root, folders, name, &local);
        if (local != NULL)
          {
            g_propagate_error (error, g_steal_pointer (&local));
            return FALSE;
          }
        if (node != NULL)
          set_ability (self, &abilities[j]);
      }
  return TRUE;
}

static gboolean
contains (GBytes *bytes, const char *text)
{
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);

  return memmem (data, size, text, strlen (text)) != NULL;
}

/* busybox's archival/libarchive/open_transformer.c has one message that names what it unpacks
 * while reading: "no gzip/bzip2/xz magic". */
static void
judge_busybox (GraftModuleReader *self, GBytes *bytes)
{
  self->is_busybox = TRUE;
  self->gzip = contains (bytes, "no gzip");
  self->xz = contains (bytes, "no gzip/bzip2/xz magic") || contains (bytes, "no gzip/xz magic");
}

/* A static kmod has no list of libraries, but the text of "kmod --version": "+ZSTD +XZ -ZLIB". */
static void
judge_static (GraftModuleReader *self, GBytes *bytes)
{
  for (guint i = 0; i < G_N_ELEMENTS (abilities); i++)
    if (contains (bytes, abilities[i].feature))
      set_ability (self, &abilities[i]);
}

/* The library that most of kmod is in, when modprobe is linked to it. */
static gboolean
judge_libkmod (GraftModuleReader *self, GPtrArray *libraries, GraftNode *root, GPtrArray *folders,
               GError **error)
{
  for (guint i = 0; i < libraries->len; i++)
    {
      const char *name = g_ptr_array_index (libraries, i);
      g_autoptr (GError) local = NULL;
      g_autoptr (GraftNode) node = NULL;
      g_autoptr (GraftElf) elf = NULL;
      g_autoptr (GPtrArray) its = NULL;

      if (!g_str_has_prefix (name, "libkmod.so"))
        continue;
      node = find_library (root, folders, name, &local);
      if (node != NULL)
        elf = open_elf (node, name, NULL, &local);
      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      its = elf != NULL ? list_libraries (elf) : NULL;
      if (its != NULL && !judge_libraries (self, its, root, folders, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
judge_program (GraftModuleReader *self, GraftNode *root, GraftNode *node, GError **error)
{
  g_autoptr (GPtrArray) folders = NULL, libraries = NULL;
  g_autoptr (GraftElf) elf = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) local = NULL;

  elf = open_elf (node, self->program, &bytes, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  /* A script, or damaged: nothing is counted on. */
  if (elf == NULL)
    return TRUE;
  if (contains (bytes, "BusyBox v"))
    {
      judge_busybox (self, bytes);
      return TRUE;
    }
  folders = list_library_folders (root, error);
  if (folders == NULL)
    return FALSE;
  libraries = list_libraries (elf);
  if (libraries->len == 0)
    judge_static (self, bytes);
  return judge_libraries (self, libraries, root, folders, error)
         && judge_libkmod (self, libraries, root, folders, error);
}

GraftModuleReader *
graft_module_reader_find (GraftNode *root, GError **error)
{
  /* In the order of the kernel's own path to modprobe, then that of a shell in an initrd. */
  static const char *const places[]
      = { "/sbin/modprobe", "/usr/sbin/modprobe", "/bin/modprobe", "/usr/bin/modprobe",
          "/bin/kmod",      "/usr/bin/kmod",      "/bin/busybox",  "/usr/bin/busybox" };
  g_autoptr (GraftModuleReader) self = g_new0 (GraftModuleReader, 1);

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      g_autoptr (GError) local = NULL;
      g_autofree char *real = NULL;
      g_autoptr (GraftNode) node
          = graft_path_find (root, places[i], GRAFT_PATH_FOLLOW, &real, &local);

      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return NULL;
        }
      if (node == NULL || graft_node_get_node_type (node) != GRAFT_NODE_REGULAR)
        continue;
      self->program = g_steal_pointer (&real);
      if (!judge_program (self, root, node, error))
        return NULL;
      break;
    }
  return g_steal_pointer (&self);
}
