/* cli-extract.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "cli/cli-extract.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/graft-error.h"
#include "base/graft-limits.h"
#include "base/graft-name.h"
#include "base/graft-output.h"
#include "cli/cli-report.h"
#include "image/graft-directory.h"

typedef struct
{
  GHashTable *links; /* GraftNode * → host path: files with several names */
  gboolean refused;
  GCancellable *cancellable;
  int top; /* the folder to extract to */
} Extraction;

static gboolean extract_node (Extraction *self, int parent, const char *path, const char *name,
                              GraftNode *node, guint depth, GError **error);

/* With RESOLVE_BENEATH and without links, @name cannot but lie in @parent. On kernels before 5.6,
 * which have no openat2(), a single name that was looked at and O_NOFOLLOW do the same. */
static int
open_beneath (int parent, const char *name, int flags, guint32 mode)
{
  struct open_how how = {
    .flags = flags | O_NOFOLLOW | O_CLOEXEC,
    .mode = (flags & O_CREAT) != 0 ? mode : 0,
    .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS,
  };
  long fd = syscall (SYS_openat2, parent, name, &how, sizeof how);

  if (fd >= 0 || errno != ENOSYS || strchr (name, '/') != NULL)
    return fd;
  return openat (parent, name, flags | O_NOFOLLOW | O_CLOEXEC, mode);
}

static gboolean
is_plain_name (const char *name)
{
  return *name != '\0' && strcmp (name, ".") != 0 && strcmp (name, "..") != 0
         && strchr (name, '/') == NULL;
}

static void
note (const char *format, const char *path, const char *why)
{
  g_autofree char *shown = graft_name_escape (path);
  g_autofree char *text = NULL;

  /* All formats are literals of this file. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  text = g_strdup_printf (format, shown, why);
#pragma GCC diagnostic pop
  cli_report_note (text);
}

static gboolean
refuse (Extraction *self, const char *path, const char *why)
{
  self->refused = TRUE;
  note (_ ("refused to make %s: %s"), path, why);
  return TRUE;
}

/* What stands in the way of one entry does not stop the others; a full disk does. */
static gboolean
refuse_errno (Extraction *self, const char *path, int errnum, GError **error)
{
  if (errnum == EEXIST || errnum == ELOOP || errnum == ENOTDIR || errnum == EXDEV
      || errnum == ENAMETOOLONG)
    return refuse (self, path,
                   errnum == EEXIST                       ? _ ("something is there already")
                   : errnum == ELOOP || errnum == ENOTDIR ? _ ("a link or a file is in the way")
                                                          : g_strerror (errnum));
  return graft_error_set_errno (error, GRAFT_EXPORT_ERROR, errnum, path, _ ("cannot be made"));
}

static void
set_time (int fd, GraftNode *node)
{
  const GraftAttributes *attributes = graft_node_get_attributes (node);
  const struct timespec times[2]
      = { { .tv_nsec = UTIME_OMIT },
          { .tv_sec = attributes->mtime, .tv_nsec = attributes->mtime_nsec } };

  /* A time that this file system cannot hold is no reason to fail. */
  if (futimens (fd, times) < 0)
    return;
}

static gboolean
write_content (Extraction *self, int fd, const char *path, GraftNode *node, GError **error)
{
  guint32 mode = graft_node_get_attributes (node)->mode & 0777;
  int copy = fcntl (fd, F_DUPFD_CLOEXEC, 0);
  g_autoptr (GraftOutput) output = graft_output_new_take_fd (copy, path);
  g_autoptr (GraftInput) input = graft_node_open (node, error);

  if (input == NULL
      || !graft_output_copy (output, input, 0, graft_input_get_size (input), self->cancellable,
                             error))
    return FALSE;
  if (fchmod (fd, mode) < 0 && errno != EPERM && errno != EOPNOTSUPP)
    return graft_error_set_errno (error, GRAFT_EXPORT_ERROR, errno, path,
                                  _ ("its mode cannot be set"));
  set_time (fd, node);
  return TRUE;
}

/* A second name of a file that was made before. */
static gboolean
try_link (Extraction *self, int parent, const char *name, GraftNode *node)
{
  const char *first = g_hash_table_lookup (self->links, node);
  g_autofree char *proc = NULL;
  gboolean linked;
  int fd;

  /* By descriptor: the path may have been turned elsewhere since. */
  fd = first != NULL ? open_beneath (self->top, first, O_PATH, 0) : -1;
  if (fd < 0)
    return FALSE;
  proc = g_strdup_printf ("/proc/self/fd/%d", fd);
  linked = linkat (AT_FDCWD, proc, parent, name, AT_SYMLINK_FOLLOW) == 0;
  close (fd);
  return linked;
}

static gboolean
extract_file (Extraction *self, int parent, const char *path, const char *name, GraftNode *node,
              GError **error)
{
  gboolean good;
  int fd;

  if (graft_node_get_nlink (node) > 1 && try_link (self, parent, name, node))
    return TRUE;
  fd = open_beneath (parent, name, O_RDWR | O_CREAT | O_EXCL, 0600);
  if (fd < 0)
    return refuse_errno (self, path, errno, error);
  good = write_content (self, fd, path, node, error);
  close (fd);
  if (!good)
    unlinkat (parent, name, 0);
  else if (graft_node_get_nlink (node) > 1)
    g_hash_table_insert (self->links, graft_node_ref (node), g_strdup (path));
  return good;
}

static gboolean
extract_entries (Extraction *self, int fd, const char *path, GraftNode *node, guint depth,
                 GError **error)
{
  g_autoptr (GraftDirectory) directory = graft_node_list (node, error);

  if (directory == NULL)
    return FALSE;
  for (guint i = 0; i < graft_directory_get_n_entries (directory); i++)
    {
      const GraftEntry *entry = graft_directory_get_entry (directory, i);
      g_autofree char *child
          = *path != '\0' ? g_strconcat (path, "/", entry->name, NULL) : g_strdup (entry->name);

      if (!extract_node (self, fd, child, entry->name, entry->node, depth + 1, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
extract_directory (Extraction *self, int parent, const char *path, const char *name,
                   GraftNode *node, guint depth, GError **error)
{
  gboolean made = mkdirat (parent, name, 0700) == 0, good;
  int fd;

  if (!made && errno != EEXIST)
    return refuse_errno (self, path, errno, error);
  fd = open_beneath (parent, name, O_RDONLY | O_DIRECTORY, 0);
  if (fd < 0)
    return refuse_errno (self, path, errno, error);
  good = extract_entries (self, fd, path, node, depth, error);
  /* Afterwards: a folder without the right to write could not be filled. One that was there keeps
   * what it had. */
  if (made && fchmod (fd, graft_node_get_attributes (node)->mode & 0777) == 0)
    set_time (fd, node);
  close (fd);
  return good;
}

static gboolean
extract_symlink (Extraction *self, int parent, const char *path, const char *name, GraftNode *node,
                 GError **error)
{
  const GraftAttributes *attributes = graft_node_get_attributes (node);
  const struct timespec times[2]
      = { { .tv_nsec = UTIME_OMIT },
          { .tv_sec = attributes->mtime, .tv_nsec = attributes->mtime_nsec } };

  /* Never followed here, wherever it points. */
  if (symlinkat (graft_node_get_target (node), parent, name) < 0)
    return refuse_errno (self, path, errno, error);
  if (utimensat (parent, name, times, AT_SYMLINK_NOFOLLOW) < 0)
    return TRUE;
  return TRUE;
}

static gboolean
extract_node (Extraction *self, int parent, const char *path, const char *name, GraftNode *node,
              guint depth, GError **error)
{
  GraftNodeType type = graft_node_get_node_type (node);

  if (g_cancellable_set_error_if_cancelled (self->cancellable, error))
    return FALSE;
  if (!is_plain_name (name))
    return refuse (self, path, _ ("its name would lead elsewhere"));
  if (depth > GRAFT_LIMIT_DEPTH)
    return refuse (self, path, _ ("folders lie too deep in each other"));
  switch (type)
    {
    case GRAFT_NODE_REGULAR:
      return extract_file (self, parent, path, name, node, error);
    case GRAFT_NODE_DIRECTORY:
      return extract_directory (self, parent, path, name, node, depth, error);
    case GRAFT_NODE_SYMLINK:
      return extract_symlink (self, parent, path, name, node, error);
    case GRAFT_NODE_CHAR_DEVICE:
    case GRAFT_NODE_BLOCK_DEVICE:
    case GRAFT_NODE_FIFO:
    case GRAFT_NODE_SOCKET:
      note (_ ("not made: %s, a %s"), path, graft_node_type_get_name (type));
      return TRUE;
    default:
      g_assert_not_reached ();
    }
}

gboolean
cli_extract (GraftNode *node, const char *name, const char *folder, gboolean *ret_refused,
             GCancellable *cancellable, GError **error)
{
  Extraction self = { .cancellable = cancellable };
  gboolean good;

  if (mkdir (folder, 0777) < 0 && errno != EEXIST)
    return graft_error_set_errno (error, GRAFT_EXPORT_ERROR, errno, folder, _ ("cannot be made"));
  self.top = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (self.top < 0)
    {
      g_set_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_INVALID,
                   _ ("%s is no folder that can be written to: %s"), folder, g_strerror (errno));
      return FALSE;
    }
  self.links = g_hash_table_new_full (g_direct_hash, g_direct_equal,
                                      (GDestroyNotify)graft_node_unref, g_free);
  if (name != NULL)
    good = extract_node (&self, self.top, name, name, node, 0, error);
  else
    good = extract_entries (&self, self.top, "", node, 0, error);
  g_hash_table_unref (self.links);
  close (self.top);
  *ret_refused = self.refused;
  return good;
}
