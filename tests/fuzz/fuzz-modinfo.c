/* fuzz-modinfo.c: any bytes as a module, and as the indexes beside it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "elf/graft-elf-compact.h"
#include "image/graft-directory.h"
#include "modules/graft-modinfo.h"
#include "modules/graft-module-aliases.h"
#include "modules/graft-module-index-names.h"
#include "modules/graft-module-index.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static GraftNode *
make_file (GBytes *bytes)
{
  g_autoptr (GraftInput) input = graft_memory_input_new (bytes, "x");
  const GraftNodeInit init = { .type = GRAFT_NODE_REGULAR, .content = input };

  return graft_node_new (&init);
}

static void
read_module (GraftNode *node)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftModinfo) info = graft_modinfo_read (node, "x.ko", NULL, &error);
  const char *release;

  if ((info == NULL) != (error != NULL))
    abort ();
  if (info == NULL)
    return;
  release = graft_modinfo_get_release (info);
  if (release != NULL && strchr (release, '/') != NULL)
    abort ();
  for (const char *const *alias = graft_modinfo_get_all (info, "alias"); *alias != NULL; alias++)
    if (!g_str_has_prefix (*alias - strlen ("alias="), "alias="))
      abort ();
}

/* What is made of an ELF file for depmod is one again. */
static void
read_elf (GBytes *bytes)
{
  g_autoptr (GraftElf) elf = graft_elf_new (bytes, "x.ko", NULL);
  g_autoptr (GraftElf) again = NULL;
  g_autoptr (GBytes) compact = NULL;
  g_autoptr (GPtrArray) notes = NULL, needed = NULL;

  if (elf == NULL)
    return;
  notes = graft_elf_list_notes (elf, "FDO", 0x407c0c0a);
  needed = graft_elf_list_needed (elf, NULL);
  compact = graft_elf_compact (elf);
  again = compact != NULL ? graft_elf_new (compact, "x.ko", NULL) : NULL;
  if (again != NULL && graft_elf_get_n_sections (again) != graft_elf_get_n_sections (elf))
    abort ();
}

/* A folder in which each of the kernel's lists is these bytes. */
static void
read_folder (GraftNode *file)
{
  static const char *const names[]
      = { "modules.alias", "modules.builtin", "modules.builtin.modinfo", "x.ko" };
  g_autoptr (GraftDirectoryBuilder) builder = graft_directory_builder_new ();
  g_autoptr (GraftDirectory) directory = NULL;
  GraftNodeInit init = { .type = GRAFT_NODE_DIRECTORY };
  g_autoptr (GraftNode) node = NULL;
  g_autoptr (GraftModuleFolder) folder = NULL;
  g_autoptr (GraftModuleAliases) aliases = NULL;
  g_autoptr (GPtrArray) found = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    graft_directory_builder_add (builder, names[i], file);
  directory = graft_directory_builder_finish (g_steal_pointer (&builder));
  init.children = directory;
  node = graft_node_new (&init);
  folder = graft_module_folder_new (node, "/modules", NULL);
  graft_module_folder_is_builtin (folder, "x");
  if (graft_module_folder_get_name (folder) == NULL)
    abort ();
  aliases = graft_module_aliases_read (folder, NULL, NULL);
  if (aliases != NULL)
    found = graft_module_aliases_lookup (aliases, "pci:v00008086d00001000sv*sd*bc*sc*i*");
}

static void
read_indexes (GBytes *bytes)
{
  static const char *const names[] = { "modules.dep", "modules.dep.bin" };
  g_autoptr (GHashTable) paths = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GraftModuleDeps) deps = graft_module_deps_new (bytes, NULL);

  g_hash_table_add (paths, (gpointer) "kernel/x.ko.xz");
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GBytes) renamed
          = graft_module_index_rename (names[i], bytes, paths, ".xz", ".gz", NULL);

      if (renamed != NULL && g_bytes_get_size (renamed) != g_bytes_get_size (bytes))
        abort ();
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GraftNode) node = make_file (bytes);

  read_module (node);
  read_elf (bytes);
  read_folder (node);
  read_indexes (bytes);
  return 0;
}
