/* graft-drop.c: what a file or folder of the user's is, told by little
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "session/graft-drop.h"

#include "base/graft-input.h"
#include "bootset/graft-set-role.h"
#include "image/graft-image-loader.h"
#include "sources/graft-module-search.h"
#include "sources/graft-package.h"

/* Names of one folder that are looked at: what is one of these has few. */
#define MAX_NAMES 2000

static GraftDropKind
classify_file (const char *path)
{
  g_autofree char *name = g_path_get_basename (path);
  g_autoptr (GraftInput) input = graft_file_input_new (path, NULL);
  const char *format = NULL;
  GraftRole role;

  if (input == NULL || graft_module_search_is_module (name))
    return GRAFT_DROP_FILES;
  if (graft_package_probe (input))
    return GRAFT_DROP_KERNEL;
  format = graft_image_probe (input);
  if (format == NULL || !graft_role_from_format (format, &role))
    return GRAFT_DROP_FILES;
  return role == GRAFT_ROLE_KERNEL ? GRAFT_DROP_VMLINUZ : GRAFT_DROP_SET;
}

/* What a kernel's installation leaves in lib/modules/RELEASE. */
static gboolean
is_of_release (const char *name)
{
  return g_str_equal (name, "modules.dep") || g_str_equal (name, "modules.order")
         || g_str_equal (name, "modules.builtin") || graft_module_search_is_module (name);
}

typedef struct
{
  gboolean modules;
  gboolean images; /* initrds and roots */
  gboolean kernel;
} Seen;

/* The names in @path, and @depth levels below. */
static void
look_into (const char *path, guint depth, Seen *seen)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  g_autofree char *folder = g_path_get_basename (path);
  const char *name = NULL;
  guint n = 0;

  while (dir != NULL && n++ < MAX_NAMES && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);
      GraftRole role;

      if (g_file_test (child, G_FILE_TEST_IS_DIR))
        {
          if (depth > 0 && name[0] != '.')
            look_into (child, depth - 1, seen);
        }
      else if (is_of_release (name))
        seen->modules = TRUE;
      else if (graft_set_role_from_name (folder, name, &role))
        {
          seen->kernel |= role == GRAFT_ROLE_KERNEL;
          seen->images |= role == GRAFT_ROLE_INITRD || role == GRAFT_ROLE_ROOT;
        }
    }
}

static gboolean
has_folder (const char *path, const char *below)
{
  g_autofree char *child = g_build_filename (path, below, NULL);

  return g_file_test (child, G_FILE_TEST_IS_DIR);
}

/* A whole root has all three kinds of file: modules say first what it is. A folder that only has a
 * kernel is one to swap to. */
static GraftDropKind
classify_folder (const char *path)
{
  Seen seen = { FALSE };

  if (has_folder (path, "lib/modules") || has_folder (path, "usr/lib/modules"))
    return GRAFT_DROP_KERNEL;
  look_into (path, 1, &seen);
  if (seen.modules)
    return GRAFT_DROP_KERNEL;
  if (seen.images)
    return GRAFT_DROP_SET;
  return seen.kernel ? GRAFT_DROP_KERNEL : GRAFT_DROP_FILES;
}

GraftDropKind
graft_drop_classify (const char *path)
{
  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    return classify_folder (path);
  /* What is no regular file may never end. */
  return g_file_test (path, G_FILE_TEST_IS_REGULAR) ? classify_file (path) : GRAFT_DROP_FILES;
}
