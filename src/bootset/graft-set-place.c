/* graft-set-place.c: where the set lies that somebody names
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "bootset/graft-set-place.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/graft-error.h"
#include "base/graft-limits.h"
#include "base/graft-name.h"
#include "bootset/graft-set-name.h"
#include "bootset/graft-set-tree.h"
#include "bootset/graft-tree-info.h"

/* Beside one image: its own folder and those in it (pxelinux.cfg, live). */
#define SIBLING_DEPTH 1
#define COBBLER_PREFIX "cobbler:"

void
graft_set_place_free (GraftSetPlace *self)
{
  g_clear_pointer (&self->distro, graft_cobbler_distro_free);
  g_clear_pointer (&self->names, g_ptr_array_unref);
  g_free (self->asked);
  g_free (self->folder);
  g_free (self);
}

static GraftSetPlace *
place_new (void)
{
  GraftSetPlace *self = g_new0 (GraftSetPlace, 1);

  self->depth = GRAFT_LIMIT_SET_DEPTH;
  return self;
}

/* The set that the file at @path belongs to. */
static void
fill_from_file (GraftSetPlace *self, const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *parent = g_path_get_basename (folder);

  self->depth = graft_tree_info_is_name (name) ? GRAFT_SET_TREE_DEPTH : SIBLING_DEPTH;
  if (strcmp (parent, "pxelinux.cfg") == 0)
    {
      self->asked = g_build_filename (parent, name, NULL);
      self->folder = g_path_get_dirname (folder);
    }
  else if ((self->folder = graft_set_tree_find (path, &self->asked)) != NULL)
    self->depth = GRAFT_SET_TREE_DEPTH;
  else
    {
      self->asked = g_steal_pointer (&name);
      self->folder = g_steal_pointer (&folder);
    }
}

/* @path as it is called from @folder; NULL when it does not lie in it. */
static const char *
skip_folder (const char *path, const char *folder)
{
  gsize length = strlen (folder);

  if (strncmp (path, folder, length) != 0)
    return NULL;
  if (length > 0 && folder[length - 1] == '/')
    return path + length;
  return path[length] == '/' ? path + length + 1 : NULL;
}

static gboolean
check_there (const GraftCobblerDistro *distro, const char *path, GError **error)
{
  g_autofree char *name = graft_name_escape (distro->name), *shown = graft_name_escape (path);

  if (*path == '/' && g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return TRUE;
  g_set_error (
      error, GRAFT_STEP_ERROR, GRAFT_ERROR_NOT_FOUND,
      _ ("Cobbler's distro %s boots %s, which is not there: open it on the Cobbler server, "
         "or where the server's files are mounted"),
      name, shown);
  return FALSE;
}

/* The kernel's tree or folder; where the initrd does not lie in it, the nearest that has both. */
static GraftSetPlace *
place_new_for_distro (GraftCobblerDistro *distro, GError **error)
{
  g_autoptr (GraftSetPlace) self = place_new ();
  g_autofree char *kernel = NULL, *initrd = NULL;

  self->distro = distro;
  if (!check_there (distro, distro->kernel, error) || !check_there (distro, distro->initrd, error))
    return NULL;
  kernel = g_canonicalize_filename (distro->kernel, "/");
  initrd = g_canonicalize_filename (distro->initrd, "/");
  fill_from_file (self, kernel);
  while (skip_folder (initrd, self->folder) == NULL)
    {
      g_autofree char *below = g_steal_pointer (&self->folder);

      self->folder = g_path_get_dirname (below);
      /* What else lies there is not known to have to do with them. */
      self->depth = 0;
    }
  g_free (self->asked);
  self->asked = g_strdup (skip_folder (kernel, self->folder));
  self->names = g_ptr_array_new_with_free_func ((GDestroyNotify)graft_set_name_free);
  g_ptr_array_add (self->names, graft_set_name_new (self->asked, GRAFT_ROLE_KERNEL));
  g_ptr_array_add (self->names,
                   graft_set_name_new (skip_folder (initrd, self->folder), GRAFT_ROLE_INITRD));
  return g_steal_pointer (&self);
}

/* "cobbler:NAME", "cobbler:FOLDER#NAME" and "REPORT#NAME", where @text itself is no file; NULL for
 * anything else, without an error. */
static GraftCobblerDistro *
find_distro (const char *text, GError **error)
{
  gboolean is_cobbler = g_str_has_prefix (text, COBBLER_PREFIX);
  const char *rest = is_cobbler ? text + strlen (COBBLER_PREFIX) : text;
  const char *hash = strrchr (rest, '#');
  g_autofree char *before = hash != NULL ? g_strndup (rest, hash - rest) : NULL;

  if (is_cobbler && hash != NULL)
    return graft_cobbler_find (before, hash + 1, error);
  if (is_cobbler)
    return graft_cobbler_find (GRAFT_COBBLER_FOLDER, rest, error);
  if (hash != NULL && graft_cobbler_is_record (before))
    return graft_cobbler_read (before, hash + 1, error);
  return NULL;
}

static GraftSetPlace *
set_missing_error (const char *text, int code, GError **error)
{
  g_autofree char *shown = graft_name_escape (text);

  g_set_error (error, GRAFT_STEP_ERROR,
               code == ENOENT || code == ENOTDIR ? GRAFT_ERROR_NOT_FOUND : GRAFT_ERROR_IO,
               _ ("%s cannot be opened: %s"), shown, g_strerror (code));
  return NULL;
}

GraftSetPlace *
graft_set_place_find (const char *text, GError **error)
{
  g_autoptr (GError) local = NULL;
  GraftCobblerDistro *distro = NULL;
  GraftSetPlace *self;
  struct stat info;

  if (stat (text, &info) < 0)
    {
      int code = errno;

      distro = find_distro (text, &local);
      if (distro == NULL && local == NULL)
        return set_missing_error (text, code, error);
    }
  else if (!S_ISDIR (info.st_mode) && !S_ISREG (info.st_mode))
    {
      g_autofree char *shown = graft_name_escape (text);

      g_set_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_INVALID,
                   _ ("%s is a device or pipe: give a folder, or one image"), shown);
      return NULL;
    }
  else if (S_ISREG (info.st_mode) && graft_cobbler_is_record (text))
    distro = graft_cobbler_read (text, NULL, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  if (distro != NULL)
    return place_new_for_distro (distro, error);
  self = place_new ();
  if (S_ISDIR (info.st_mode))
    self->folder = g_strdup (text);
  else
    fill_from_file (self, text);
  return self;
}
