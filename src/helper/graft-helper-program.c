/* graft-helper-program.c: where the helper program is
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "base/graft-error.h"

#include <glib/gi18n-lib.h>

#include "helper/graft-helper-process.h"

#define PROGRAM "bootgraft-helper"

/* From the folder of the running program: a test or program of the build folder, an installed
 * program whose prefix was moved. */
static const char *const places[] = {
  PROGRAM,
  "../helper/" PROGRAM,
  "../src/helper/" PROGRAM,
  "../../src/helper/" PROGRAM,
  "../libexec/" PROGRAM,
};

static char *
find_beside (void)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = self != NULL ? g_path_get_dirname (self) : NULL;

  for (guint i = 0; folder != NULL && i < G_N_ELEMENTS (places); i++)
    {
      g_autofree char *path = g_build_filename (folder, places[i], NULL);

      if (g_file_test (path, G_FILE_TEST_IS_EXECUTABLE | G_FILE_TEST_IS_REGULAR))
        return g_canonicalize_filename (path, "/");
    }
  return NULL;
}

char *
graft_helper_find_program (GError **error)
{
  const char *chosen = g_getenv ("BOOTGRAFT_HELPER");
  g_autofree char *path = chosen != NULL ? g_strdup (chosen) : find_beside ();

  if (path == NULL)
    path = g_build_filename (GRAFT_LIBEXECDIR, PROGRAM, NULL);
  if (g_file_test (path, G_FILE_TEST_IS_EXECUTABLE))
    return g_steal_pointer (&path);
  g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_NOT_FOUND,
               _ ("The helper program %s is not there; install Bootgraft again"), path);
  return NULL;
}
