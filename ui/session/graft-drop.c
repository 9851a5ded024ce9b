/* graft-drop.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "session/graft-drop.h"

#include <string.h>

#include "base/graft-input.h"
#include "image/graft-image-loader.h"
#include "modules/graft-module-folder.h"
#include "sources/graft-package.h"

/* Names of a folder that are looked at, over all levels. */
#define MAX_NAMES 4096
#define MAX_DEPTH 8

static GraftDropKind
classify_file (const char *path)
{
  g_autoptr (GraftInput) input = graft_file_input_new (path, NULL);
  const char *format = input != NULL ? graft_image_probe (input) : NULL;
  GraftPackageKind package = input != NULL ? graft_package_probe (input) : GRAFT_PACKAGE_NONE;

  /* A tar may hold anything. */
  if (package == GRAFT_PACKAGE_DEB || package == GRAFT_PACKAGE_RPM
      || (package == GRAFT_PACKAGE_TAR && graft_package_holds_kernel (input)))
    return GRAFT_DROP_KERNEL;
  if (format == NULL)
    return GRAFT_DROP_FILES;
  return strcmp (format, "kernel") == 0 ? GRAFT_DROP_VMLINUZ : GRAFT_DROP_SET;
}

/**
 * Seen:
 * @modules: module files, or files that lie beside modules
 * @kernels: files that are kernels
 * @images: initrds and squashfs images
 * @packages: packages of distributions
 * @left: names that may still be looked at
 */
typedef struct
{
  gboolean modules;
  gboolean kernels;
  gboolean images;
  gboolean packages;
  guint left;
} Seen;

static void
look_at_file (const char *path, const char *name, Seen *seen)
{
  g_autofree char *module = graft_module_name_from_file (name);
  g_autoptr (GraftInput) input = NULL;
  const char *format;

  if (module != NULL || g_str_has_prefix (name, "modules."))
    {
      seen->modules = TRUE;
      return;
    }
  input = graft_file_input_new (path, NULL);
  format = input != NULL ? graft_image_probe (input) : NULL;
  if (format == NULL)
    {
      GraftPackageKind package = input != NULL ? graft_package_probe (input) : GRAFT_PACKAGE_NONE;

      if (package == GRAFT_PACKAGE_DEB || package == GRAFT_PACKAGE_RPM)
        seen->packages = TRUE;
      return;
    }
  if (strcmp (format, "kernel") == 0)
    seen->kernels = TRUE;
  else
    seen->images = TRUE;
}

/* Links are not followed: a folder may hold one to anywhere. Ends as soon as modules are found. */
static void
look_at_folder (const char *path, guint depth, Seen *seen)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && !seen->modules && seen->left > 0 && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      seen->left--;
      if (g_file_test (child, G_FILE_TEST_IS_SYMLINK))
        continue;
      if (!g_file_test (child, G_FILE_TEST_IS_DIR))
        look_at_file (child, name, seen);
      else if (depth < MAX_DEPTH)
        look_at_folder (child, depth + 1, seen);
    }
}

GraftDropKind
graft_drop_classify (const char *path)
{
  Seen seen = { .left = MAX_NAMES };

  if (!g_file_test (path, G_FILE_TEST_IS_DIR))
    return classify_file (path);
  look_at_folder (path, 0, &seen);
  if (seen.modules)
    return GRAFT_DROP_KERNEL;
  if (seen.images)
    return GRAFT_DROP_SET;
  return seen.kernels || seen.packages ? GRAFT_DROP_KERNEL : GRAFT_DROP_FILES;
}
