/* graft-module-stage.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "modules/graft-module-stage.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/graft-error.h"
#include "base/graft-limits.h"
#include "base/graft-name.h"
#include "elf/graft-elf-compact.h"
#include "modules/graft-private-folder.h"

#define CHUNK (256 * 1024)
#define PREFIX "bootgraft-depmod"
/* A memory file system has half of the memory by default: this much free means a machine of a
 * gigabyte at least. */
#define PLENTY (G_GUINT64_CONSTANT (512) << 20)

struct _GraftModuleStage
{
  GraftPrivateFolder *folder;
  int config_fd;
  int release_fd;
  GMutex mutex;  /* guards what follows */
  char *parent;  /* the folder that a file was put in last, below RELEASE, */
  int parent_fd; /* and its descriptor: the files of a folder come one after another */
};

static gboolean
set_errno (GError **error, const char *path)
{
  int errnum = errno;
  g_autofree char *shown = graft_name_escape (path);

  return graft_error_set_errno (error, GRAFT_EXPORT_ERROR, errnum, shown,
                                _ ("cannot be put into the folder that the helper works in"));
}

/* Makes (or finds) a folder; -1 with @error. */
static int
open_folder (int parent, const char *name, GError **error)
{
  int fd = -1;

  if (mkdirat (parent, name, 0700) == 0 || errno == EEXIST)
    fd = openat (parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0)
    set_errno (error, name);
  return fd;
}

/* The same for "a/b/c", which comes out of an image. */
static int
open_folders (int parent, const char *path, GError **error)
{
  g_auto (GStrv) names = g_strsplit (path, "/", -1);
  int fd = fcntl (parent, F_DUPFD_CLOEXEC, 0);

  if (fd < 0)
    set_errno (error, path);
  for (guint i = 0; fd >= 0 && names[i] != NULL; i++)
    {
      int child;

      if (strcmp (names[i], "..") == 0 || strcmp (names[i], ".") == 0)
        {
          g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_REFUSED,
                       _ ("a folder of modules has an entry named “%s”"), names[i]);
          close (fd);
          return -1;
        }
      child
          = *names[i] != '\0' ? open_folder (fd, names[i], error) : fcntl (fd, F_DUPFD_CLOEXEC, 0);
      close (fd);
      fd = child;
    }
  return fd;
}

static gboolean
make_layout (GraftModuleStage *self, const char *release, GError **error)
{
  int fd = graft_private_folder_get_fd (self->folder);
  g_autofree char *path = g_strconcat ("usr/lib/modules/", release, NULL);

  if (symlinkat ("usr/lib", fd, "lib") != 0)
    return set_errno (error, "lib");
  self->config_fd = open_folder (fd, "depmod.d", error);
  if (self->config_fd < 0)
    return FALSE;
  self->release_fd = open_folders (fd, path, error);
  return self->release_fd >= 0;
}

static GraftPrivateFolder *
make_private_folder (GError **error)
{
  g_autofree char *cache = g_build_filename (g_get_user_cache_dir (), "bootgraft", NULL);
  const GraftPrivatePlace places[] = {
    { g_getenv ("XDG_RUNTIME_DIR"), PLENTY },
    { "/dev/shm", PLENTY },
    { cache, 0 },
    { g_get_tmp_dir (), 0 },
  };
  gsize first = places[0].parent != NULL && g_path_is_absolute (places[0].parent) ? 0 : 1;

  return graft_private_folder_new (places + first, G_N_ELEMENTS (places) - first, PREFIX, error);
}

GraftModuleStage *
graft_module_stage_new (const char *release, GError **error)
{
  g_autoptr (GraftModuleStage) self = g_new0 (GraftModuleStage, 1);

  g_mutex_init (&self->mutex);
  self->config_fd = self->release_fd = self->parent_fd = -1;
  self->folder = make_private_folder (error);
  if (self->folder == NULL || !make_layout (self, release, error))
    return NULL;
  return g_steal_pointer (&self);
}

static void
close_fd (int fd)
{
  if (fd >= 0)
    close (fd);
}

void
graft_module_stage_free (GraftModuleStage *self)
{
  if (self == NULL)
    return;
  close_fd (self->config_fd);
  close_fd (self->release_fd);
  close_fd (self->parent_fd);
  g_clear_pointer (&self->folder, graft_private_folder_free);
  g_mutex_clear (&self->mutex);
  g_free (self->parent);
  g_free (self);
}

const char *
graft_module_stage_get_path (GraftModuleStage *self)
{
  return graft_private_folder_get_path (self->folder);
}

/* A new file below RELEASE; -1 with @error. */
static int
create_file (GraftModuleStage *self, const char *path, GError **error)
{
  const char *slash = strrchr (path, '/');
  const char *name = slash != NULL ? slash + 1 : path;
  g_autofree char *parent = slash != NULL ? g_strndup (path, slash - path) : g_strdup ("");
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  int fd;

  if (self->parent == NULL || strcmp (parent, self->parent) != 0)
    {
      close_fd (self->parent_fd);
      self->parent_fd = open_folders (self->release_fd, parent, error);
      g_free (self->parent);
      self->parent = g_steal_pointer (&parent);
      if (self->parent_fd < 0)
        {
          g_clear_pointer (&self->parent, g_free);
          return -1;
        }
    }
  fd = openat (self->parent_fd, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0)
    set_errno (error, path);
  return fd;
}

static gboolean
write_at (int fd, const guint8 *data, gsize length, guint64 offset, const char *path,
          GError **error)
{
  while (length > 0)
    {
      ssize_t count = pwrite (fd, data, length, offset);

      if (count < 0 && errno == EINTR)
        continue;
      if (count == 0)
        errno = EIO;
      if (count <= 0)
        return set_errno (error, path);
      data += count;
      offset += count;
      length -= count;
    }
  return TRUE;
}

/* Takes @fd (which may be none) and writes all of @content. */
static gboolean
write_bytes (int fd, const char *path, GBytes *content, GError **error)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (content, &length);
  gboolean done = fd >= 0 && write_at (fd, data, length, 0, path, error);

  close_fd (fd);
  return done;
}

gboolean
graft_module_stage_add_config (GraftModuleStage *self, const char *name, GBytes *content,
                               GError **error)
{
  int fd
      = openat (self->config_fd, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

  if (fd < 0)
    return set_errno (error, name);
  return write_bytes (fd, name, content, error);
}

gboolean
graft_module_stage_add_bytes (GraftModuleStage *self, const char *path, GBytes *content,
                              GError **error)
{
  return write_bytes (create_file (self, path, error), path, content, error);
}

gboolean
graft_module_stage_add_input (GraftModuleStage *self, const char *path, GraftInput *content,
                              GCancellable *cancellable, GError **error)
{
  g_autofree guint8 *buffer = g_malloc (CHUNK);
  guint64 size = graft_input_get_size (content);
  int fd = create_file (self, path, error);
  gboolean done = fd >= 0;

  for (guint64 offset = 0; done && offset < size; offset += CHUNK)
    {
      gsize count = MIN (size - offset, CHUNK);

      done = !g_cancellable_set_error_if_cancelled (cancellable, error)
             && graft_input_read_at (content, offset, buffer, count, error)
             && write_at (fd, buffer, count, offset, path, error);
    }
  close_fd (fd);
  return done;
}

gboolean
graft_module_stage_add_module (GraftModuleStage *self, const char *path, GBytes *module,
                               GError **error)
{
  g_autoptr (GraftElf) elf = graft_elf_new (module, path, NULL);
  g_autoptr (GBytes) compact = elf != NULL ? graft_elf_compact (elf) : NULL;

  return graft_module_stage_add_bytes (self, path, compact != NULL ? compact : module, error);
}

static gint
compare_strings (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

GPtrArray *
graft_module_stage_list_indexes (GraftModuleStage *self, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  int fd = openat (self->release_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *directory = fd >= 0 ? fdopendir (fd) : NULL;
  struct dirent *entry;
  struct stat info;

  if (directory == NULL)
    {
      set_errno (error, "modules");
      close_fd (fd);
      return NULL;
    }
  while ((entry = readdir (directory)) != NULL)
    if (g_str_has_prefix (entry->d_name, "modules.")
        && fstatat (fd, entry->d_name, &info, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG (info.st_mode))
      g_ptr_array_add (names, g_strdup (entry->d_name));
  closedir (directory);
  g_ptr_array_sort (names, compare_strings);
  return g_steal_pointer (&names);
}

GBytes *
graft_module_stage_read_index (GraftModuleStage *self, const char *name, GError **error)
{
  int fd = openat (self->release_fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  g_autoptr (GraftInput) input = NULL;

  if (fd < 0)
    {
      graft_error_set_errno (error, GRAFT_IMAGE_ERROR, errno, name,
                             _ ("what depmod wrote cannot be read"));
      return NULL;
    }
  input = graft_file_input_new_take_fd (fd, name, error);
  return input != NULL ? graft_input_read_all (input, error) : NULL;
}
