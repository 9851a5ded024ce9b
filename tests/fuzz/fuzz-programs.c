/* fuzz-programs.c: any bytes as a program, its loader, a library of it, and the configuration
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "image/graft-directory.h"
#include "image/graft-path.h"
#include "programs/graft-closure.h"
#include "programs/graft-shebang.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static GraftNode *
make_file (GBytes *bytes)
{
  g_autoptr (GraftInput) input = graft_memory_input_new (bytes, "x");
  const GraftNodeInit init = { .type = GRAFT_NODE_REGULAR, .content = input };

  return graft_node_new (&init);
}

/* A root in which each place that matters has these bytes. */
static GraftNode *
make_root (GraftNode *file)
{
  static const char *const paths[] = { "/bin/prog",
                                       "/lib64/ld-linux-x86-64.so.2",
                                       "/lib/ld.so.1",
                                       "/lib/libx.so.1",
                                       "/x/libx.so.1",
                                       "/usr/bin/env",
                                       "/usr/bin/x",
                                       "/etc/ld.so.conf",
                                       "/etc/ld.so.cache",
                                       "/etc/a.conf",
                                       "/etc/ld-musl-x86_64.path",
                                       "/lib/glibc-hwcaps/v2/libx.so.1" };
  g_autoptr (GraftDirectory) empty = graft_directory_new_empty ();
  const GraftNodeInit init = { .type = GRAFT_NODE_DIRECTORY, .children = empty };
  GraftNode *root = graft_node_new (&init);

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      GraftNode *next = graft_path_with (root, paths[i], file, TRUE, NULL);

      if (next == NULL)
        abort ();
      graft_node_unref (root);
      root = next;
    }
  return root;
}

static void
check_names (const GraftElfProgram *program)
{
  for (guint i = 0; i < program->needed->len; i++)
    if (g_ptr_array_index (program->needed, i) == NULL)
      abort ();
  for (guint i = 0; i < program->version_needs->len; i++)
    {
      const GraftElfVersionNeed *need = g_ptr_array_index (program->version_needs, i);

      if (need->library == NULL || need->version == NULL)
        abort ();
    }
}

static void
read_elf (GBytes *bytes)
{
  g_autoptr (GraftInput) input = graft_memory_input_new (bytes, "x");
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftElfProgram) program = graft_elf_program_read (input, &error);

  if ((program == NULL) != (error != NULL))
    abort ();
  if (program != NULL)
    check_names (program);
}

static void
close_over (GraftNode *root, GraftNode *image)
{
  const GraftClosureOptions options = { .variants = TRUE, .optional = TRUE, .kernel = "2.6.18" };
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftClosure) closure
      = graft_closure_new (root, "x", image, "y", "/bin/prog", &options, NULL, &error);

  if ((closure == NULL) != (error != NULL))
    abort ();
  for (guint i = 0; closure != NULL && i < closure->libraries->len; i++)
    {
      const GraftLibrary *library = g_ptr_array_index (closure->libraries, i);

      /* What is copied goes somewhere; nothing else does. */
      if (library->status == GRAFT_LIBRARY_COPIED && (image == NULL || library->target == NULL))
        abort ();
      if (library->status == GRAFT_LIBRARY_CONFLICT && library->reason == NULL)
        abort ();
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GraftNode) file = make_file (bytes);
  g_autoptr (GraftNode) root = make_root (file);
  g_autoptr (GraftShebang) shebang = graft_shebang_parse ((const char *)data, size);
  g_autoptr (GraftNode) image = graft_path_with (root, "/bin/prog", NULL, FALSE, NULL);

  if (shebang != NULL && *shebang->interpreter == '\0')
    abort ();
  read_elf (bytes);
  close_over (root, NULL);
  close_over (root, image);
  return 0;
}
