/* graft-file-identity.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "base/graft-file-identity.h"

#include <linux/magic.h>
#include <sys/vfs.h>

static gboolean
is_fuse (int fd)
{
  struct statfs info;

  return fstatfs (fd, &info) == 0 && info.f_type == FUSE_SUPER_MAGIC;
}

gboolean
graft_file_is_same (int fd, const struct stat *was, const struct stat *now)
{
  if (was->st_dev != now->st_dev || (was->st_mode & S_IFMT) != (now->st_mode & S_IFMT))
    return FALSE;
  if (was->st_ino == now->st_ino)
    return TRUE;
  /* What is in a folder may have changed. */
  return is_fuse (fd)
         && (S_ISDIR (now->st_mode)
             || (was->st_size == now->st_size && was->st_mtim.tv_sec == now->st_mtim.tv_sec
                 && was->st_mtim.tv_nsec == now->st_mtim.tv_nsec));
}
