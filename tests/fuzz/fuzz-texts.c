/* fuzz-texts.c: any bytes as the text files that packages and images bring along
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The control file of a package, and depmod's configuration.
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "image/graft-directory.h"
#include "image/graft-path.h"
#include "modules/graft-depmod-config.h"
#include "sources/graft-package-control.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* Whoever shows a field relies on its being one line. */
static void
read_control (const char *text)
{
  g_autoptr (GraftPackageControl) control = graft_package_control_new (text);
  const char *const fields[]
      = { control->package, control->version, control->architecture, control->depends };

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    if (fields[i] != NULL
        && (strchr (fields[i], '\n') != NULL || strlen (fields[i]) > strlen (text)))
      abort ();
}

/* A root with etc/depmod.d/x.conf. */
static GraftNode *
make_root (GBytes *bytes)
{
  static const char *const names[] = { "x.conf", "depmod.d", "etc" };
  g_autoptr (GraftInput) input = graft_memory_input_new (bytes, "x.conf");
  GraftNodeInit init = { .type = GRAFT_NODE_REGULAR, .content = input };
  g_autoptr (GraftNode) node = graft_node_new (&init);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GraftDirectoryBuilder) builder = graft_directory_builder_new ();
      g_autoptr (GraftDirectory) directory = NULL;
      GraftNodeInit folder = { .type = GRAFT_NODE_DIRECTORY };

      graft_directory_builder_add (builder, names[i], node);
      directory = graft_directory_builder_finish (g_steal_pointer (&builder));
      folder.children = directory;
      graft_node_unref (node);
      node = graft_node_new (&folder);
    }
  return g_steal_pointer (&node);
}

static GBytes *
read_config (GBytes *bytes)
{
  g_autoptr (GraftNode) root = make_root (bytes);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) contents = graft_depmod_config_read (root, &error);

  if ((contents == NULL) != (error != NULL))
    abort ();
  if (contents == NULL)
    return NULL;
  if (contents->len != 1)
    abort ();
  return g_bytes_ref (g_ptr_array_index (contents, 0));
}

/* What is given to depmod says "search" and "override" only, whatever way the lines are told. */
static void
read_depmod_config (GBytes *bytes)
{
  g_autoptr (GBytes) kept = read_config (bytes);
  g_autoptr (GBytes) again = kept != NULL ? read_config (kept) : NULL;
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (kept == NULL)
    return;
  if (again == NULL || !g_bytes_equal (kept, again))
    abort ();
  text = g_strndup (g_bytes_get_data (kept, NULL), g_bytes_get_size (kept));
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *line = lines[i] + strspn (lines[i], " \t");

      if (*line != '\0' && !g_str_has_prefix (line, "search")
          && !g_str_has_prefix (line, "override"))
        abort ();
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autofree char *text = g_strndup ((const char *)data, size);

  read_control (text);
  read_depmod_config (bytes);
  return 0;
}
