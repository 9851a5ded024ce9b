/* graft-extract.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "export/graft-extract.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/graft-error.h"
#include "base/graft-limits.h"
#include "base/graft-name.h"
#include "base/graft-output.h"
#include "base/graft-sentence.h"
#include "image/graft-path.h"

#define CHUNK (4 * 1024 * 1024)

/* A file with several names that has its first. */
typedef struct
{
  char *path;
  dev_t device;
  ino_t inode;
} Made;

typedef struct
{
  GHashTable *links; /* GraftNode * → Made */
  GraftExtractReport *report;
  GraftProgress *progress;
  GCancellable *cancellable;
  guint64 done;
  guint64 total; /* bytes */
  guint64 n_xattrs;
  int top; /* the folder to extract to */
} Extraction;

GraftExtractReport *
graft_extract_report_new (void)
{
  GraftExtractReport *self = g_new0 (GraftExtractReport, 1);

  self->notes = g_ptr_array_new_with_free_func (g_free);
  return self;
}

void
graft_extract_report_free (GraftExtractReport *self)
{
  g_ptr_array_unref (self->notes);
  g_free (self);
}

static void
made_free (Made *self)
{
  g_free (self->path);
  g_free (self);
}

static gboolean extract_node (Extraction *self, int parent, const char *path, const char *name,
                              GraftNode *node, guint depth, GError **error);

static gboolean
is_plain_name (const char *name)
{
  return *name != '\0' && strcmp (name, ".") != 0 && strcmp (name, "..") != 0
         && strchr (name, '/') == NULL;
}

/* Without openat2(): one name after the other, none of which may be a link. @parent stays open. */
static int
walk_beneath (int parent, const char *path, int flags, guint32 mode)
{
  g_auto (GStrv) names = g_strsplit (path, "/", -1);
  int at = parent;

  for (guint i = 0; at >= 0 && names[i] != NULL; i++)
    {
      gboolean last = names[i + 1] == NULL;
      int next, errnum;

      if (!is_plain_name (names[i]) && strcmp (path, ".") != 0)
        {
          next = -1;
          errno = EXDEV;
        }
      else if (last)
        next = openat (at, names[i], flags | O_NOFOLLOW | O_CLOEXEC, mode);
      else
        next = openat (at, names[i], O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
      errnum = errno;
      if (at != parent)
        close (at);
      errno = errnum;
      at = next;
    }
  return at;
}

/* With RESOLVE_BENEATH and without links, @path cannot but lie in @parent. Kernels before 5.6 have
 * no openat2(), and a container's filter of system calls may refuse what it does not know. */
static int
open_beneath (int parent, const char *path, int flags, guint32 mode)
{
  struct open_how how = {
    .flags = flags | O_NOFOLLOW | O_CLOEXEC,
    .mode = (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE ? mode : 0,
    .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
  };
  long fd = syscall (SYS_openat2, parent, path, &how, sizeof how);

  if (fd >= 0 || (errno != ENOSYS && errno != EPERM))
    return fd;
  return walk_beneath (parent, path, flags, mode);
}

static gboolean
set_errno (const char *path, int errnum, const char *what, GError **error)
{
  g_autofree char *shown = graft_name_escape (path);

  return graft_error_set_errno (error, GRAFT_EXPORT_ERROR, errnum, shown, what);
}

static gboolean
refuse (Extraction *self, const char *path, const char *why)
{
  g_autofree char *shown = graft_name_escape (path);

  self->report->n_refused++;
  g_ptr_array_add (self->report->notes, g_strdup_printf (_ ("refused to make %s: %s"), shown, why));
  return TRUE;
}

static gboolean
leave_out (Extraction *self, const char *path, GraftNodeType type)
{
  g_autofree char *shown = graft_name_escape (path);

  g_ptr_array_add (self->report->notes, g_strdup_printf (_ ("not made: %s, a %s"), shown,
                                                         graft_node_type_get_name (type)));
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
  return set_errno (path, errnum, _ ("cannot be made"), error);
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

/* FAT and some network file systems have modes of their own. */
static gboolean
set_mode (int fd, const char *path, guint32 mode, GError **error)
{
  return fchmod (fd, mode) == 0 || errno == EPERM || errno == EOPNOTSUPP || errno == ENOSYS
         || set_errno (path, errno, _ ("its mode cannot be set"), error);
}

static gboolean
write_content (Extraction *self, int fd, const char *path, GraftNode *node, GError **error)
{
  guint32 mode = graft_node_get_attributes (node)->mode & 0777;
  int copy = fcntl (fd, F_DUPFD_CLOEXEC, 0);
  g_autofree char *shown = graft_name_escape (path);
  g_autoptr (GraftOutput) output = graft_output_new_take_fd (copy, shown);
  g_autoptr (GraftInput) input = graft_node_open (node, error);
  guint64 size = input != NULL ? graft_input_get_size (input) : 0;

  if (input == NULL)
    return FALSE;
  for (guint64 offset = 0; offset < size; offset += CHUNK)
    {
      guint64 count = MIN (size - offset, CHUNK);

      if (!graft_output_copy (output, input, offset, count, self->cancellable, error))
        return FALSE;
      self->done += count;
      graft_progress_set (self->progress, (double)self->done / MAX (self->total, 1));
    }
  /* Before its mode and time: closing may write what was held back so far. */
  if (!graft_output_close (output, error) || !set_mode (fd, path, mode, error))
    return FALSE;
  set_time (fd, node);
  return TRUE;
}

/* Gives the file at @fd its name, which never replaces anything; 0 or an errno. */
static int
link_fd (int fd, int parent, const char *name)
{
  g_autofree char *proc = g_strdup_printf ("/proc/self/fd/%d", fd);

  return linkat (AT_FDCWD, proc, parent, name, AT_SYMLINK_FOLLOW) < 0 ? errno : 0;
}

/* A second name of a file that was made before, unless another one is there by now. */
static gboolean
try_link (Extraction *self, int parent, const char *name, GraftNode *node)
{
  const Made *first = g_hash_table_lookup (self->links, node);
  gboolean linked;
  struct stat there;
  int fd;

  /* By descriptor: the path may have been turned elsewhere since. */
  fd = first != NULL ? open_beneath (self->top, first->path, O_PATH, 0) : -1;
  if (fd < 0)
    return FALSE;
  linked = fstat (fd, &there) == 0 && there.st_dev == first->device && there.st_ino == first->inode
           && link_fd (fd, parent, name) == 0;
  close (fd);
  return linked;
}

static void
remember (Extraction *self, GraftNode *node, const char *path, int fd)
{
  Made *made;
  struct stat there;

  if (graft_node_get_nlink (node) <= 1 || fstat (fd, &there) < 0)
    return;
  made = g_new0 (Made, 1);
  made->path = g_strdup (path);
  made->device = there.st_dev;
  made->inode = there.st_ino;
  g_hash_table_replace (self->links, graft_node_ref (node), made);
}

/* Under its name only when it is complete, where the file system can do that: *@named is in and
 * out, whether the file has its name from the start. */
static int
create_file (int parent, const char *name, gboolean *named)
{
  struct stat there;
  int fd = -1;

  if (fstatat (parent, name, &there, AT_SYMLINK_NOFOLLOW) == 0)
    {
      errno = EEXIST;
      return -1;
    }
  if (!*named)
    fd = open_beneath (parent, ".", O_RDWR | O_TMPFILE, 0600);
  *named = fd < 0;
  return fd < 0 ? open_beneath (parent, name, O_RDWR | O_CREAT | O_EXCL, 0600) : fd;
}

/* A file system without links, or a machine where /proc is not mounted. */
static gboolean
is_without_links (int errnum)
{
  return errnum == EPERM || errnum == EOPNOTSUPP || errnum == ENOSYS || errnum == ENOENT;
}

/* @named as for create_file(). *@ret_retry: what was written cannot be given its name. */
static gboolean
try_file (Extraction *self, int parent, const char *path, const char *name, GraftNode *node,
          gboolean named, gboolean *ret_retry, GError **error)
{
  guint64 done = self->done;
  gboolean good;
  int fd = create_file (parent, name, &named), errnum = 0;

  *ret_retry = FALSE;
  if (fd < 0)
    return refuse_errno (self, path, errno, error);
  good = write_content (self, fd, path, node, error);
  if (good && !named)
    errnum = link_fd (fd, parent, name);
  if (good && errnum == 0)
    remember (self, node, path, fd);
  close (fd);
  if (errnum != 0 && is_without_links (errnum))
    {
      self->done = done;
      *ret_retry = TRUE;
      return TRUE;
    }
  if (errnum != 0)
    return refuse_errno (self, path, errnum, error);
  if (!good && named)
    unlinkat (parent, name, 0);
  return good;
}

static gboolean
extract_file (Extraction *self, int parent, const char *path, const char *name, GraftNode *node,
              GError **error)
{
  gboolean retry;

  if (graft_node_get_nlink (node) > 1 && try_link (self, parent, name, node))
    return TRUE;
  return try_file (self, parent, path, name, node, FALSE, &retry, error)
         && (!retry || try_file (self, parent, path, name, node, TRUE, &retry, error));
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
  if (made
      && !set_mode (fd, path, graft_node_get_attributes (node)->mode & 0777, good ? error : NULL))
    good = FALSE;
  if (made)
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

/* Those that cannot be read are lost as well. SELinux's labels do not count: where there are any,
 * all entries have one, and it means nothing on this machine. */
static void
count_xattrs (Extraction *self, GraftNode *node)
{
  g_autoptr (GPtrArray) xattrs = graft_node_list_xattrs (node, NULL);
  gboolean lost = xattrs == NULL;

  for (guint i = 0; !lost && i < xattrs->len; i++)
    {
      const GraftXattr *xattr = g_ptr_array_index (xattrs, i);

      lost = strcmp (xattr->name, "security.selinux") != 0;
    }
  self->n_xattrs += lost;
}

static void
note_xattrs (Extraction *self)
{
  if (self->n_xattrs > 0)
    g_ptr_array_add (
        self->report->notes,
        g_strdup_printf (
            g_dngettext (GETTEXT_PACKAGE,
                         "%s entry has extended attributes (ACLs, capabilities), which "
                         "are not extracted",
                         "%s entries have extended attributes (ACLs, capabilities), "
                         "which are not extracted",
                         self->n_xattrs),
            GRAFT_NUMBER (self->n_xattrs)));
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
  if (type == GRAFT_NODE_REGULAR || type == GRAFT_NODE_DIRECTORY)
    count_xattrs (self, node);
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
      return leave_out (self, path, type);
    default:
      g_assert_not_reached ();
    }
}

static gboolean
add_size (const char *path, GraftNode *node, gpointer total, GError **error)
{
  if (graft_node_get_node_type (node) == GRAFT_NODE_REGULAR)
    *(guint64 *)total += graft_node_get_size (node);
  return TRUE;
}

static int
open_top (const char *folder, GError **error)
{
  g_autofree char *shown = graft_name_escape (folder);
  int fd;

  if (mkdir (folder, 0777) < 0 && errno != EEXIST)
    {
      graft_error_set_errno (error, GRAFT_EXPORT_ERROR, errno, shown, _ ("cannot be made"));
      return -1;
    }
  fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0)
    g_set_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_INVALID,
                 _ ("%s is no folder that can be written to: %s"), shown, g_strerror (errno));
  return fd;
}

gboolean
graft_extract (const GraftEntry *entries, guint n_entries, const char *folder,
               GraftExtractReport *report, GraftProgress *progress, GCancellable *cancellable,
               GError **error)
{
  g_autoptr (GHashTable) links = g_hash_table_new_full (
      g_direct_hash, g_direct_equal, (GDestroyNotify)graft_node_unref, (GDestroyNotify)made_free);
  Extraction self
      = { .links = links, .report = report, .progress = progress, .cancellable = cancellable };
  gboolean good = TRUE;

  for (guint i = 0; i < n_entries; i++)
    if (!graft_path_walk (entries[i].node, "/", add_size, &self.total, cancellable, error))
      return FALSE;
  self.top = open_top (folder, error);
  if (self.top < 0)
    return FALSE;
  for (guint i = 0; good && i < n_entries; i++)
    good = extract_node (&self, self.top, entries[i].name, entries[i].name, entries[i].node, 0,
                         error);
  close (self.top);
  note_xattrs (&self);
  return good;
}
