/* fuzz-texts.c: any bytes as the text files that packages and images bring along
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The control file of a package, the configuration of depmod and of modprobe, lists of modules.
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "image/graft-directory.h"
#include "image/graft-path.h"
#include "modprobe/graft-modprobe-config.h"
#include "modprobe/graft-modprobe-edit.h"
#include "modprobe/graft-module-list.h"
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

/* A root with etc/FOLDER/x.conf. */
static GraftNode *
make_root (GBytes *bytes, const char *configuration)
{
  const char *const names[] = { "x.conf", configuration, "etc" };
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
  g_autoptr (GraftNode) root = make_root (bytes, "depmod.d");
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

static GraftModprobeConfig *
read_modprobe_config (GBytes *bytes)
{
  g_autoptr (GraftNode) root = make_root (bytes, "modprobe.d");
  g_autoptr (GError) error = NULL;
  GraftModprobeConfig *config = graft_modprobe_config_read (root, NULL, &error);

  if ((config == NULL) != (error != NULL))
    abort ();
  return config;
}

/* What was set is what then counts, and nothing is left of what was taken away. */
static void
edit_options (GBytes *bytes, const char *value)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) edited
      = graft_modprobe_edit_set_option (bytes, "loop", "max_loop", value, &error);
  g_autoptr (GraftModprobeConfig) config = NULL;
  const GraftModprobeSetting *setting;

  if ((edited == NULL) != (error != NULL))
    abort ();
  config = edited != NULL ? read_modprobe_config (edited) : NULL;
  if (config == NULL)
    return;
  setting = graft_modprobe_config_get_option (config, "loop", "max_loop");
  if ((setting != NULL) != (value != NULL)
      || (value != NULL && g_strcmp0 (setting->value, value) != 0))
    abort ();
}

static void
edit_blacklist (GBytes *bytes, gboolean on)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) edited = graft_modprobe_edit_set_blacklisted (bytes, "loop", on, &error);
  g_autoptr (GraftModprobeConfig) config = read_modprobe_config (edited);

  if (config != NULL && (graft_modprobe_config_get_blacklisting (config, "loop") != NULL) != on)
    abort ();
}

static void
edit_list (GBytes *bytes)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) added = graft_module_list_add (bytes, "loop", NULL, NULL, &error);
  g_autoptr (GBytes) removed = graft_module_list_remove (added, "loop");
  g_autoptr (GPtrArray) before = graft_module_list_parse (added);
  g_autoptr (GPtrArray) after = graft_module_list_parse (removed);

  if (after->len + 1 != before->len)
    abort ();
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autofree char *text = g_strndup ((const char *)data, size);

  read_control (text);
  read_depmod_config (bytes);
  edit_options (bytes, "5");
  edit_options (bytes, "two words");
  edit_options (bytes, NULL);
  edit_blacklist (bytes, TRUE);
  edit_blacklist (bytes, FALSE);
  edit_list (bytes);
  return 0;
}
