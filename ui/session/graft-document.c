/* graft-document.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "session/graft-document.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/graft-file-identity.h"

/* Newer portals (1.20) tell the path by this attribute of the document. */
#define HOST_PATH "user.document-portal.host-path"
/* PATH_MAX of Linux, bytes. */
#define MAX_PATH 4096

/* How many names of @path lie below the portal's folder (ID, NAME, …), and where NAME starts; -1:
 * it is not below. @ret_shown is not touched when there is no NAME. */
static int
parse (const char *path, const char **ret_shown)
{
  g_autofree char *root = g_build_filename (g_get_user_runtime_dir (), "doc", NULL);
  const size_t length = strlen (root);
  const char *rest = path + length;
  int names = 0;

  if (strncmp (path, root, length) != 0 || (*rest != '/' && *rest != '\0'))
    return -1;
  for (;;)
    {
      rest += strspn (rest, "/");
      if (*rest == '\0')
        return names;
      names++;
      if (names == 2)
        *ret_shown = rest;
      rest += strcspn (rest, "/");
    }
}

gboolean
graft_document_is_alone (const char *path)
{
  const char *shown;

  return parse (path, &shown) == 2 && g_file_test (path, G_FILE_TEST_IS_REGULAR);
}

gboolean
graft_document_can_hold (const char *path)
{
  const char *shown;
  const int names = parse (path, &shown);

  return names < 0 || names >= 2;
}

char *
graft_document_dup_host_path (const char *path)
{
  const char *shown;
  char value[MAX_PATH + 1];
  ssize_t length;

  if (parse (path, &shown) < 2)
    return NULL;
  length = getxattr (path, HOST_PATH, value, sizeof value);
  /* With its end, or without. */
  while (length > 0 && value[length - 1] == '\0')
    length--;
  if (length <= 0 || value[0] != '/' || memchr (value, '\0', length) != NULL)
    return NULL;
  return g_strndup (value, length);
}

char *
graft_document_dup_display_name (const char *path)
{
  g_autofree char *host = graft_document_dup_host_path (path);
  const char *shown = "";

  if (host != NULL)
    return g_filename_display_name (host);
  if (parse (path, &shown) < 0)
    return g_filename_display_name (path);
  return g_filename_display_name (shown);
}

/* Document, or folder with it. */
static gboolean
is_same_file (const char *one, const char *other)
{
  struct stat a, b;
  int fd = open (one, O_PATH | O_CLOEXEC);
  gboolean is_same = fd >= 0 && fstat (fd, &a) == 0 && stat (other, &b) == 0 && S_ISREG (a.st_mode)
                     && graft_file_is_same (fd, &a, &b);

  if (fd >= 0)
    close (fd);
  return is_same;
}

char *
graft_document_find_given (const char *path, const char *const *known)
{
  g_autofree char *name = g_path_get_basename (path);

  if (!graft_document_is_alone (path))
    return NULL;
  for (guint i = 0; known[i] != NULL; i++)
    {
      const gboolean is_folder = g_file_test (known[i], G_FILE_TEST_IS_DIR);
      g_autofree char *folder = is_folder ? g_strdup (known[i]) : g_path_get_dirname (known[i]);
      g_autofree char *found = g_build_filename (folder, name, NULL);

      if (graft_document_can_hold (folder) && is_same_file (found, path))
        return g_steal_pointer (&found);
    }
  return NULL;
}
