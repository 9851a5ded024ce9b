/* graft-sandbox.c: limits, privileges and files
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Landlock has no wrappers in the C library; its calls are those of landlock(7), its structures and
 * rights those of <linux/landlock.h>.
 */

#include "helper/program/graft-sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Newer than the oldest headers this is built with; the kernel is asked which it knows. */
#ifndef LANDLOCK_ACCESS_FS_REFER
#define LANDLOCK_ACCESS_FS_REFER (1ULL << 13)
#endif
#ifndef LANDLOCK_ACCESS_FS_TRUNCATE
#define LANDLOCK_ACCESS_FS_TRUNCATE (1ULL << 14)
#endif
#ifndef LANDLOCK_ACCESS_FS_IOCTL_DEV
#define LANDLOCK_ACCESS_FS_IOCTL_DEV (1ULL << 15)
#endif

/* All rights of Landlock's first version: EXECUTE to MAKE_SYM. */
#define RIGHTS_1 ((1ULL << 13) - 1)
#define RIGHTS_READ (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
/* Rights that a file, as opposed to a folder, can have. */
#define RIGHTS_OF_FILE                                                                             \
  (LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_READ_FILE       \
   | LANDLOCK_ACCESS_FS_TRUNCATE | LANDLOCK_ACCESS_FS_IOCTL_DEV)

static const struct
{
  const char *path;
  uint64_t rights;
} system_places[] = {
  { "/usr", RIGHTS_READ | LANDLOCK_ACCESS_FS_EXECUTE },
  { "/bin", RIGHTS_READ | LANDLOCK_ACCESS_FS_EXECUTE },
  { "/sbin", RIGHTS_READ | LANDLOCK_ACCESS_FS_EXECUTE },
  { "/lib", RIGHTS_READ | LANDLOCK_ACCESS_FS_EXECUTE },
  { "/lib32", RIGHTS_READ | LANDLOCK_ACCESS_FS_EXECUTE },
  { "/lib64", RIGHTS_READ | LANDLOCK_ACCESS_FS_EXECUTE },
  { "/app", RIGHTS_READ | LANDLOCK_ACCESS_FS_EXECUTE }, /* of a Flatpak */
  { "/etc/ld.so.cache", LANDLOCK_ACCESS_FS_READ_FILE },
  { "/dev/null", LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE },
};

static bool
set_limit (int resource, uint64_t soft, uint64_t hard)
{
  const struct rlimit limit = { (rlim_t)soft, (rlim_t)hard };

  return setrlimit ((__rlimit_resource_t)resource, &limit) == 0;
}

static bool
drop_capabilities (void)
{
  struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
  struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = { { 0 } };

  return syscall (SYS_capset, &header, none) == 0;
}

const char *
graft_sandbox_set_limits (const GraftSandboxLimits *limits)
{
  /* The soft limit of processor time kills with a signal of its own, by which the parent knows. */
  if (!set_limit (RLIMIT_CPU, limits->cpu_seconds, limits->cpu_seconds + 2)
      || !set_limit (RLIMIT_AS, limits->memory, limits->memory)
      || !set_limit (RLIMIT_FSIZE, limits->file_size, limits->file_size)
      || !set_limit (RLIMIT_NOFILE, limits->files, limits->files) || !set_limit (RLIMIT_CORE, 0, 0)
      || (!limits->threads && !set_limit (RLIMIT_NPROC, 0, 0)))
    return "resource limits";
  if (prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || !drop_capabilities ())
    return "privileges";
  if (prctl (PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0 || prctl (PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
    return "process attributes";
  return NULL;
}

static bool
allow (int ruleset, int fd, uint64_t rights)
{
  const struct landlock_path_beneath_attr rule = { .allowed_access = rights, .parent_fd = fd };

  return syscall (SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
}

static bool
allow_system_places (int ruleset, uint64_t handled)
{
  for (size_t i = 0; i < sizeof system_places / sizeof *system_places; i++)
    {
      int fd = open (system_places[i].path, O_PATH | O_CLOEXEC);
      bool allowed;

      if (fd < 0)
        continue;
      allowed = allow (ruleset, fd, system_places[i].rights & handled);
      close (fd);
      if (!allowed)
        return false;
    }
  return true;
}

/* A file of a process's own in /proc is another file whenever it is looked up anew: it stays known,
 * and so the one that was allowed, as long as it is open. */
static bool
allow_mounts (int ruleset)
{
  int fd = open ("/proc/self/mounts", O_PATH);

  return fd < 0 || allow (ruleset, fd, LANDLOCK_ACCESS_FS_READ_FILE);
}

/* The rights that this kernel can take away; 0 when it has no Landlock. */
static uint64_t
get_handled_rights (void)
{
  long version
      = syscall (SYS_landlock_create_ruleset, NULL, (size_t)0, LANDLOCK_CREATE_RULESET_VERSION);

  if (version < 1)
    return 0;
  return RIGHTS_1 | (version >= 2 ? LANDLOCK_ACCESS_FS_REFER : 0)
         | (version >= 3 ? LANDLOCK_ACCESS_FS_TRUNCATE : 0)
         | (version >= 5 ? LANDLOCK_ACCESS_FS_IOCTL_DEV : 0);
}

const char *
graft_sandbox_set_files (int stage, bool mounts)
{
  const uint64_t handled = get_handled_rights ();
  const struct landlock_ruleset_attr attributes = { .handled_access_fs = handled };
  bool done;
  int ruleset;

  if (handled == 0)
    return NULL;
  ruleset = (int)syscall (SYS_landlock_create_ruleset, &attributes, sizeof attributes, 0);
  if (ruleset < 0)
    return "access to files";
  done = stage < 0
         || (allow_system_places (ruleset, handled)
             && allow (ruleset, stage, handled & ~(uint64_t)LANDLOCK_ACCESS_FS_EXECUTE)
             && (!mounts || allow_mounts (ruleset)));
  done = done && syscall (SYS_landlock_restrict_self, ruleset, 0) == 0;
  close (ruleset);
  return done ? NULL : "access to files";
}
