/* graft-sandbox-calls.c: which system calls remain
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is not allowed fails with EPERM instead of killing: the C library tries things that it can
 * do without (locale files, say), and which ones differs from release to release.
 */

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "helper/program/graft-sandbox.h"

/* Memory, the descriptors that are open, time, and ending. */
static const int stream_calls[]
    = { SCMP_SYS (read),         SCMP_SYS (pread64),      SCMP_SYS (write),
        SCMP_SYS (close),        SCMP_SYS (fstat),        SCMP_SYS (munmap),
        SCMP_SYS (mremap),       SCMP_SYS (brk),          SCMP_SYS (madvise),
        SCMP_SYS (futex),        SCMP_SYS (rt_sigreturn), SCMP_SYS (rt_sigprocmask),
        SCMP_SYS (getpid),       SCMP_SYS (gettid),       SCMP_SYS (clock_gettime),
        SCMP_SYS (gettimeofday), SCMP_SYS (time),         SCMP_SYS (getrandom),
        SCMP_SYS (exit),         SCMP_SYS (exit_group),   SCMP_SYS (restart_syscall) };

/* Newer than the libseccomp that must do; the same number on every machine. */
#define FCHMODAT2 452
#define SETXATTRAT 463
#define REMOVEXATTRAT 466

static const int tool_refused[] = {
  /* The network, and sockets of the machine's own services. */
  SCMP_SYS (socket), SCMP_SYS (socketpair), SCMP_SYS (connect), SCMP_SYS (bind), SCMP_SYS (listen),
  SCMP_SYS (accept), SCMP_SYS (accept4), SCMP_SYS (sendto), SCMP_SYS (sendmsg), SCMP_SYS (sendmmsg),
  /* Other processes. */
  SCMP_SYS (fork), SCMP_SYS (vfork), SCMP_SYS (ptrace), SCMP_SYS (process_vm_readv),
  SCMP_SYS (process_vm_writev), SCMP_SYS (pidfd_open), SCMP_SYS (pidfd_getfd),
  SCMP_SYS (pidfd_send_signal), SCMP_SYS (tkill), SCMP_SYS (kcmp), SCMP_SYS (setpriority),
  SCMP_SYS (prlimit64),
  /* Name spaces and mounts. */
  SCMP_SYS (unshare), SCMP_SYS (setns), SCMP_SYS (mount), SCMP_SYS (umount2), SCMP_SYS (chroot),
  SCMP_SYS (pivot_root), SCMP_SYS (open_tree), SCMP_SYS (move_mount), SCMP_SYS (fsopen),
  SCMP_SYS (fsconfig), SCMP_SYS (fsmount), SCMP_SYS (fspick), SCMP_SYS (mount_setattr),
  SCMP_SYS (open_by_handle_at), SCMP_SYS (name_to_handle_at), SCMP_SYS (quotactl),
  /* The kernel. */
  SCMP_SYS (init_module), SCMP_SYS (finit_module), SCMP_SYS (delete_module), SCMP_SYS (kexec_load),
  SCMP_SYS (kexec_file_load), SCMP_SYS (bpf), SCMP_SYS (perf_event_open), SCMP_SYS (userfaultfd),
  SCMP_SYS (io_uring_setup), SCMP_SYS (io_uring_enter), SCMP_SYS (io_uring_register),
  SCMP_SYS (keyctl), SCMP_SYS (add_key), SCMP_SYS (request_key), SCMP_SYS (syslog),
  SCMP_SYS (fanotify_init), SCMP_SYS (lookup_dcookie),
  /* What Landlock does not see, or not in all its versions (landlock(7), NOTES; the warning in
   * <linux/landlock.h>): files outside of the stage, by their path. */
  SCMP_SYS (truncate), SCMP_SYS (chmod), SCMP_SYS (fchmodat), FCHMODAT2, SCMP_SYS (chown),
  SCMP_SYS (lchown), SCMP_SYS (fchownat), SCMP_SYS (setxattr), SCMP_SYS (lsetxattr), SETXATTRAT,
  SCMP_SYS (removexattr), SCMP_SYS (lremovexattr), REMOVEXATTRAT, SCMP_SYS (utime),
  SCMP_SYS (utimes), SCMP_SYS (futimesat),
  /* The machine. */
  SCMP_SYS (reboot), SCMP_SYS (swapon), SCMP_SYS (swapoff), SCMP_SYS (acct),
  SCMP_SYS (settimeofday), SCMP_SYS (clock_settime), SCMP_SYS (clock_adjtime), SCMP_SYS (adjtimex),
  SCMP_SYS (sethostname), SCMP_SYS (setdomainname), SCMP_SYS (mknod), SCMP_SYS (mknodat),
  SCMP_SYS (ioperm), SCMP_SYS (iopl), SCMP_SYS (vhangup)
};

/* Loads and frees @filter. */
static const char *
load (scmp_filter_ctx filter, bool complete)
{
  bool loaded = complete && seccomp_load (filter) == 0;

  seccomp_release (filter);
  return loaded ? NULL : "system calls";
}

const char *
graft_sandbox_set_calls_for_stream (void)
{
  const scmp_datum_t self = (scmp_datum_t)getpid ();
  scmp_filter_ctx filter = seccomp_init (SCMP_ACT_ERRNO (EPERM));
  bool complete = filter != NULL;

  if (filter == NULL)
    return "system calls";
  for (size_t i = 0; complete && i < sizeof stream_calls / sizeof *stream_calls; i++)
    complete = seccomp_rule_add (filter, SCMP_ACT_ALLOW, stream_calls[i], 0) == 0;
  /* fstat() of some C libraries; a path cannot get past Landlock, and stat() of one is harmless
   * where there is none. */
  complete = complete && seccomp_rule_add (filter, SCMP_ACT_ALLOW, SCMP_SYS (newfstatat), 0) == 0;
  /* No memory that could be run. */
  complete = complete
             && seccomp_rule_add (filter, SCMP_ACT_ALLOW, SCMP_SYS (mmap), 1,
                                  SCMP_A2 (SCMP_CMP_MASKED_EQ, PROT_EXEC, 0))
                    == 0
             && seccomp_rule_add (filter, SCMP_ACT_ALLOW, SCMP_SYS (mprotect), 1,
                                  SCMP_A2 (SCMP_CMP_MASKED_EQ, PROT_EXEC, 0))
                    == 0;
  /* abort() signals itself. */
  complete = complete
             && seccomp_rule_add (filter, SCMP_ACT_ALLOW, SCMP_SYS (tgkill), 1,
                                  SCMP_A0 (SCMP_CMP_EQ, self))
                    == 0;
  return load (filter, complete);
}

const char *
graft_sandbox_set_calls_for_tool (void)
{
  const scmp_datum_t self = (scmp_datum_t)getpid ();
  scmp_filter_ctx filter = seccomp_init (SCMP_ACT_ALLOW);
  bool complete = filter != NULL;

  if (filter == NULL)
    return "system calls";
  for (size_t i = 0; complete && i < sizeof tool_refused / sizeof *tool_refused; i++)
    complete = seccomp_rule_add (filter, SCMP_ACT_ERRNO (EPERM), tool_refused[i], 0) == 0;
  /* Times by a path; those of a descriptor have none. */
  complete = complete
             && seccomp_rule_add (filter, SCMP_ACT_ERRNO (EPERM), SCMP_SYS (utimensat), 1,
                                  SCMP_A1 (SCMP_CMP_NE, 0))
                    == 0;
  /* Threads are made with clone3() when it is there, whose flags cannot be looked at, else with
   * clone(), where they can. */
  complete = complete
             && seccomp_rule_add (filter, SCMP_ACT_ERRNO (ENOSYS), SCMP_SYS (clone3), 0) == 0
             && seccomp_rule_add (filter, SCMP_ACT_ERRNO (EPERM), SCMP_SYS (clone), 1,
                                  SCMP_A0 (SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0))
                    == 0;
  /* No signals but to itself. */
  complete = complete
             && seccomp_rule_add (filter, SCMP_ACT_ERRNO (EPERM), SCMP_SYS (kill), 1,
                                  SCMP_A0 (SCMP_CMP_NE, self))
                    == 0
             && seccomp_rule_add (filter, SCMP_ACT_ERRNO (EPERM), SCMP_SYS (tgkill), 1,
                                  SCMP_A0 (SCMP_CMP_NE, self))
                    == 0;
  return load (filter, complete);
}
