/* test-sandbox.c: what a confined process can still do
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Built without a sanitizer: it would not survive the limits. Each case is a process of its own,
 * whose exit status says which of its attempts went otherwise than it should.
 */

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <linux/capability.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "helper/program/graft-sandbox.h"

static GraftSandboxLimits wide = {
  .memory = 256 << 20,
  .file_size = 1 << 20,
  .cpu_seconds = 10,
  .files = 16,
};

static char *outside; /* a file beside it */
static char *stage;   /* a folder with a file "inside", of the test that runs */

/* Ends the process with the line of the attempt that went wrong. */
#define EXPECT(condition)                                                                          \
  G_STMT_START                                                                                     \
  {                                                                                                \
    if (!(condition))                                                                              \
      _exit (__LINE__ % 200 + 20);                                                                 \
  }                                                                                                \
  G_STMT_END

/* A failure with this errno. */
#define EXPECT_ERROR(call, number) EXPECT ((call) < 0 && errno == (number))

/* Runs @func in a process of its own; returns its wait status. */
static int
run (void (*func) (void))
{
  pid_t child = fork ();
  int status;

  if (child == 0)
    {
      func ();
      _exit (0);
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  return status;
}

static void
assert_passes (void (*func) (void))
{
  int status = run (func);

  if (!WIFEXITED (status) || WEXITSTATUS (status) != 0)
    g_error ("ended by signal %d, status %d (a line of this file, modulo 200, plus 20)",
             WIFSIGNALED (status) ? WTERMSIG (status) : 0, WEXITSTATUS (status));
}

static gboolean
has_landlock (void)
{
  return syscall (444, NULL, (size_t)0, 1) >= 1;
}

static void
enter_stream (void)
{
  EXPECT (graft_sandbox_set_limits (&wide) == NULL);
  EXPECT (graft_sandbox_set_files (-1, false) == NULL);
  EXPECT (graft_sandbox_set_calls_for_stream () == NULL);
}

static void
enter_tool (void)
{
  int fd = open (stage, O_PATH | O_DIRECTORY | O_CLOEXEC);

  EXPECT (fd >= 0 && fchdir (fd) == 0);
  EXPECT (graft_sandbox_set_limits (&wide) == NULL);
  EXPECT (graft_sandbox_set_files (fd, false) == NULL);
  EXPECT (graft_sandbox_set_calls_for_tool () == NULL);
}

static void
stream_calls (void)
{
  char byte;
  int ends[2];
  int file = open ("/etc/passwd", O_RDONLY);

  EXPECT (pipe (ends) == 0);
  enter_stream ();
  /* What it needs. */
  EXPECT (pread (file, &byte, 1, 0) == 1);
  EXPECT (write (ends[1], "x", 1) == 1);
  EXPECT (read (ends[0], &byte, 1) == 1);
  /* What it does not. */
  EXPECT_ERROR (open ("/etc/passwd", O_RDONLY), EPERM);
  EXPECT_ERROR (open ("/tmp/test-sandbox-new", O_WRONLY | O_CREAT, 0600), EPERM);
  EXPECT_ERROR (unlink ("/tmp/test-sandbox-none"), EPERM);
  EXPECT_ERROR (socket (AF_INET, SOCK_STREAM, 0), EPERM);
  EXPECT_ERROR (socket (AF_UNIX, SOCK_STREAM, 0), EPERM);
  EXPECT_ERROR (fork (), EPERM);
  EXPECT_ERROR (execl ("/bin/true", "true", NULL), EPERM);
  EXPECT_ERROR (kill (getppid (), 0), EPERM);
  EXPECT_ERROR (ptrace (PTRACE_TRACEME, 0, 0, 0), EPERM);
  EXPECT_ERROR (lseek (file, 0, SEEK_SET), EPERM);
  EXPECT_ERROR (ftruncate (ends[1], 0), EPERM);
  EXPECT (mmap (NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
          != MAP_FAILED);
  EXPECT (mmap (NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED
          && errno == EPERM);
}

static void
test_stream_calls (void)
{
  assert_passes (stream_calls);
}

/* The files alone, so that it is Landlock that refuses. */
static void
stream_files (void)
{
  EXPECT (graft_sandbox_set_limits (&wide) == NULL);
  EXPECT (graft_sandbox_set_files (-1, false) == NULL);
  EXPECT_ERROR (open ("/etc/passwd", O_RDONLY), EACCES);
  EXPECT_ERROR (open ("/usr/bin/env", O_RDONLY), EACCES);
  EXPECT_ERROR (open ("/tmp/test-sandbox-new", O_WRONLY | O_CREAT, 0600), EACCES);
  EXPECT_ERROR (mkdir ("/tmp/test-sandbox-new", 0700), EACCES);
  EXPECT_ERROR (execl ("/bin/true", "true", NULL), EACCES);
}

static void
test_stream_files (void)
{
  if (!has_landlock ())
    {
      g_test_skip ("this kernel has no Landlock");
      return;
    }
  assert_passes (stream_files);
}

static void
privileges (void)
{
  struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
  struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];
  struct rlimit limit;
  int signal_number = 0;

  EXPECT (graft_sandbox_set_limits (&wide) == NULL);
  EXPECT (prctl (PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1);
  EXPECT (prctl (PR_GET_DUMPABLE, 0, 0, 0, 0) == 0);
  EXPECT (prctl (PR_GET_PDEATHSIG, &signal_number, 0, 0, 0) == 0 && signal_number == SIGKILL);
  EXPECT (syscall (SYS_capget, &header, data) == 0);
  for (guint i = 0; i < G_N_ELEMENTS (data); i++)
    EXPECT (data[i].effective == 0 && data[i].permitted == 0 && data[i].inheritable == 0);
  EXPECT (getrlimit (RLIMIT_CORE, &limit) == 0 && limit.rlim_max == 0);
  EXPECT (getrlimit (RLIMIT_NPROC, &limit) == 0 && limit.rlim_max == 0);
  EXPECT (getrlimit (RLIMIT_NOFILE, &limit) == 0 && limit.rlim_max == wide.files);
}

static void
test_privileges (void)
{
  assert_passes (privileges);
}

/* As large allocations are made; a compiler may leave out a malloc() that nobody uses. */
static gboolean
takes_memory (gsize length)
{
  return mmap (NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
         != MAP_FAILED;
}

static void
memory (void)
{
  enter_stream ();
  EXPECT (takes_memory (100 << 20));
  EXPECT (!takes_memory (200 << 20));
}

static void
test_memory (void)
{
  assert_passes (memory);
}

static void
processor_time (void)
{
  const GraftSandboxLimits limits
      = { .memory = 256 << 20, .file_size = 0, .cpu_seconds = 1, .files = 16 };

  EXPECT (graft_sandbox_set_limits (&limits) == NULL);
  for (volatile guint64 i = 0;; i++)
    continue;
}

static void
test_processor_time (void)
{
  int status = run (processor_time);

  g_assert_true (WIFSIGNALED (status));
  g_assert_cmpint (WTERMSIG (status), ==, SIGXCPU);
}

static void
file_size (void)
{
  char block[4096] = "";
  int fd;

  enter_tool ();
  fd = open ("large", O_WRONLY | O_CREAT, 0600);
  EXPECT (fd >= 0);
  for (guint i = 0; i < 1000; i++)
    EXPECT (write (fd, block, sizeof block) > 0);
}

static void
test_file_size (void)
{
  int status = run (file_size);

  g_assert_true (WIFSIGNALED (status));
  g_assert_cmpint (WTERMSIG (status), ==, SIGXFSZ);
}

static void *
run_thread (void *data)
{
  *(int *)data = 1;
  return NULL;
}

static void
tool_calls (void)
{
  pthread_t thread;
  int ran = 0;
  struct rlimit limit;

  enter_tool ();
  EXPECT_ERROR (socket (AF_INET, SOCK_STREAM, 0), EPERM);
  EXPECT_ERROR (socket (AF_UNIX, SOCK_STREAM, 0), EPERM);
  EXPECT_ERROR (fork (), EPERM);
  EXPECT_ERROR (ptrace (PTRACE_TRACEME, 0, 0, 0), EPERM);
  EXPECT_ERROR (mount ("none", ".", "tmpfs", 0, NULL), EPERM);
  EXPECT_ERROR (unshare (CLONE_NEWUSER), EPERM);
  EXPECT_ERROR (syscall (SYS_bpf, 0, NULL, 0), EPERM);
  EXPECT_ERROR (syscall (SYS_keyctl, 0, 0), EPERM);
  EXPECT_ERROR (syscall (SYS_kexec_load, 0, 0, NULL, 0), EPERM);
  EXPECT_ERROR (syscall (SYS_setns, 0, 0), EPERM);
  EXPECT_ERROR (kill (getppid (), 0), EPERM);
  EXPECT_ERROR (mkfifo ("pipe", 0600), EPERM);
  EXPECT_ERROR (syscall (SYS_prlimit64, 0, RLIMIT_CPU, NULL, &limit), EPERM);
  EXPECT (kill (getpid (), 0) == 0);
  /* A thread may be made; the limit on processes refuses it to all but root. */
  if (pthread_create (&thread, NULL, run_thread, &ran) == 0)
    EXPECT (pthread_join (thread, NULL) == 0 && ran == 1);
}

static void
test_tool_calls (void)
{
  assert_passes (tool_calls);
}

static void
tool_files (void)
{
  g_autofree char *inside = g_build_filename (stage, "inside", NULL);

  EXPECT (g_chmod (inside, 0700) == 0);
  enter_tool ();
  /* In the stage. */
  EXPECT (open ("inside", O_RDONLY) >= 0);
  EXPECT (open ("new", O_WRONLY | O_CREAT | O_EXCL, 0600) >= 0);
  EXPECT (mkdir ("folder", 0700) == 0);
  EXPECT (rename ("new", "folder/new") == 0);
  EXPECT (unlink ("folder/new") == 0 && rmdir ("folder") == 0);
  EXPECT (symlink ("/etc/passwd", "way-out") == 0);
  /* The system, to read. */
  EXPECT (open ("/usr/bin/env", O_RDONLY) >= 0);
  EXPECT (open ("/dev/null", O_RDWR) >= 0);
  /* Everything else. */
  EXPECT_ERROR (open ("way-out", O_RDONLY), EACCES);
  EXPECT_ERROR (open ("/etc/passwd", O_RDONLY), EACCES);
  EXPECT_ERROR (open ("/proc/self/maps", O_RDONLY), EACCES);
  EXPECT_ERROR (open ("/", O_RDONLY | O_DIRECTORY), EACCES);
  EXPECT_ERROR (open ("../test-sandbox-new", O_WRONLY | O_CREAT, 0600), EACCES);
  EXPECT_ERROR (open ("/usr/test-sandbox-new", O_WRONLY | O_CREAT, 0600), EACCES);
  /* Nothing in the stage is run, whatever its mode. */
  EXPECT_ERROR (execl ("inside", "inside", NULL), EACCES);
  execl ("/usr/bin/test", "test", "-e", "inside", NULL);
  EXPECT (FALSE);
}

static void
test_tool_files (void)
{
  if (!has_landlock ())
    {
      g_test_skip ("this kernel has no Landlock");
      return;
    }
  assert_passes (tool_files);
}

/* What is mounted, and nothing else of /proc. */
static void
tool_mounts (void)
{
  int fd = open (stage, O_PATH | O_DIRECTORY | O_CLOEXEC);

  EXPECT (fd >= 0 && fchdir (fd) == 0);
  EXPECT (graft_sandbox_set_limits (&wide) == NULL);
  EXPECT (graft_sandbox_set_files (fd, true) == NULL);
  EXPECT (graft_sandbox_set_calls_for_tool () == NULL);
  EXPECT (open ("/proc/mounts", O_RDONLY) >= 0);
  EXPECT_ERROR (open ("/proc/mounts", O_RDWR), EACCES);
  EXPECT_ERROR (open ("/proc/self/maps", O_RDONLY), EACCES);
  EXPECT_ERROR (open ("/proc/swaps", O_RDONLY), EACCES);
  EXPECT_ERROR (open ("/etc/passwd", O_RDONLY), EACCES);
  /* For a program that is run then, too. */
  EXPECT (dup2 (open ("/dev/null", O_WRONLY), STDOUT_FILENO) == STDOUT_FILENO);
  execl ("/bin/cat", "cat", "/proc/mounts", NULL);
  EXPECT (FALSE);
}

static void
test_tool_mounts (void)
{
  if (!has_landlock ())
    {
      g_test_skip ("this kernel has no Landlock");
      return;
    }
  assert_passes (tool_mounts);
}

/* What a program that was taken over would try; each in a process of its own, in both profiles. */

static void
try_open (void)
{
  EXPECT (open (outside, O_RDONLY) < 0);
  EXPECT (open ("/etc/passwd", O_RDONLY) < 0);
  EXPECT (open ("/proc/self/mem", O_RDWR) < 0);
  EXPECT (open ("../../../../etc/passwd", O_RDONLY) < 0);
  EXPECT (syscall (SYS_openat2, AT_FDCWD, outside, (guint64[3]){ O_RDONLY }, (gsize)24) < 0);
  EXPECT (syscall (SYS_open_by_handle_at, AT_FDCWD, NULL, O_RDONLY) < 0);
}

/* What could do harm if it were done is done to a file of the test. */
static void
try_write (void)
{
  const struct timespec times[2] = { { 0 } };

  EXPECT (open ("/tmp/test-sandbox-new", O_WRONLY | O_CREAT, 0600) < 0);
  EXPECT (mkdir ("/tmp/test-sandbox-new", 0700) < 0);
  EXPECT (symlink ("/etc", "/tmp/test-sandbox-new") < 0);
  EXPECT (link (outside, "/tmp/test-sandbox-new") < 0);
  EXPECT (rename (outside, "/tmp/test-sandbox-new") < 0);
  EXPECT (open (outside, O_WRONLY | O_APPEND) < 0);
  EXPECT (unlink (outside) < 0);
  EXPECT_ERROR (truncate (outside, 0), EPERM);
  EXPECT_ERROR (chmod (outside, 0777), EPERM);
  EXPECT_ERROR (fchmodat (AT_FDCWD, outside, 0777, 0), EPERM);
  EXPECT_ERROR (syscall (452, AT_FDCWD, outside, 0777, 0), EPERM); /* fchmodat2 */
  EXPECT_ERROR (chown (outside, 1, 1), EPERM);
  EXPECT_ERROR (setxattr (outside, "user.a", "b", 1, 0), EPERM);
  EXPECT_ERROR (utimensat (AT_FDCWD, outside, times, 0), EPERM);
}

static void
try_fork (void)
{
  EXPECT (fork () < 0);
  EXPECT (syscall (SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL) < 0);
  EXPECT (syscall (SYS_clone, CLONE_VM | CLONE_VFORK | SIGCHLD, NULL, NULL, NULL, NULL) < 0);
  EXPECT (syscall (SYS_clone3, (guint64[8]){ 0 }, (gsize)64) < 0);
}

static void
try_connect (void)
{
  EXPECT_ERROR (socket (AF_INET, SOCK_STREAM, 0), EPERM);
  EXPECT_ERROR (socket (AF_INET6, SOCK_DGRAM, 0), EPERM);
  EXPECT_ERROR (socket (AF_UNIX, SOCK_STREAM, 0), EPERM);
  EXPECT_ERROR (socket (AF_NETLINK, SOCK_RAW, 0), EPERM);
  EXPECT (syscall (SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, (int[2]){ 0 }) < 0);
  EXPECT (syscall (SYS_io_uring_setup, 1, NULL) < 0);
}

static void
try_to_allocate (void)
{
  gsize taken = 0;

  EXPECT (!takes_memory (G_GUINT64_CONSTANT (1) << 40));
  EXPECT (!takes_memory (wide.memory));
  while (takes_memory (1 << 20))
    taken += 1 << 20;
  EXPECT (taken > 0 && taken < wide.memory);
  EXPECT (sbrk (64 << 20) == (void *)-1);
  EXPECT (mremap (mmap (NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), 4096,
                  wide.memory, MREMAP_MAYMOVE)
          == MAP_FAILED);
}

static void
try_to_exec (void)
{
  EXPECT (execl ("./inside", "inside", NULL) < 0);
  EXPECT (syscall (SYS_execveat, AT_FDCWD, "inside", (char *[]){ (char *)"inside", NULL },
                   (char *[]){ NULL }, 0)
          < 0);
}

/* The limit of the processor's time cannot be raised from inside. */
static void
try_to_spin (void)
{
  const struct rlimit more = { 1000, 1000 };

  EXPECT (setrlimit (RLIMIT_CPU, &more) < 0);
  for (volatile guint64 i = 0;; i++)
    continue;
}

static const struct
{
  const char *name;
  void (*func) (void);
} attempts[] = {
  { "open", try_open },       { "write", try_write },          { "fork", try_fork },
  { "connect", try_connect }, { "allocate", try_to_allocate }, { "exec", try_to_exec },
};

typedef struct
{
  const char *name;
  void (*enter) (void);
} Profile;

static const Profile profiles[] = { { "stream", enter_stream }, { "tool", enter_tool } };

/* Runs @func in @profile. */
static int
run_confined (const Profile *profile, void (*func) (void))
{
  pid_t child = fork ();
  int status;

  if (child == 0)
    {
      EXPECT (chdir (stage) == 0 && chmod ("inside", 0700) == 0);
      profile->enter ();
      func ();
      _exit (0);
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  return status;
}

static void
test_attempts (gconstpointer data)
{
  const Profile *profile = data;
  g_autofree char *content = NULL;

  if (!has_landlock ())
    {
      g_test_skip ("this kernel has no Landlock");
      return;
    }
  for (guint i = 0; i < G_N_ELEMENTS (attempts); i++)
    {
      int status = run_confined (profile, attempts[i].func);

      if (status != 0)
        g_error ("%s in %s: wait status %d (a line of this file, modulo 200, plus 20)",
                 attempts[i].name, profile->name, status);
    }
  g_assert_false (g_file_test ("/tmp/test-sandbox-new", G_FILE_TEST_EXISTS));
  g_assert_true (g_file_get_contents (outside, &content, NULL, NULL));
  g_assert_cmpstr (content, ==, "mine");
}

static void
test_spin (gconstpointer data)
{
  GraftSandboxLimits was = wide;
  int status;

  wide.cpu_seconds = 1;
  status = run_confined (data, try_to_spin);
  wide = was;
  g_assert_true (WIFSIGNALED (status));
  g_assert_cmpint (WTERMSIG (status), ==, SIGXCPU);
}

static void
child_of_dying (void)
{
  pid_t child = fork ();

  if (child == 0)
    {
      EXPECT (graft_sandbox_set_limits (&wide) == NULL);
      for (;;)
        pause ();
    }
  EXPECT (write (STDOUT_FILENO, &child, sizeof child) == sizeof child);
  /* Once the child has set its limits it dies with us. */
  g_usleep (200000);
}

/* A helper whose parent is gone does not go on by itself. */
static void
test_dies_with_parent (void)
{
  int ends[2];
  pid_t parent, child;

  g_assert_cmpint (pipe (ends), ==, 0);
  parent = fork ();
  if (parent == 0)
    {
      dup2 (ends[1], STDOUT_FILENO);
      child_of_dying ();
      _exit (0);
    }
  g_assert_cmpint (read (ends[0], &child, sizeof child), ==, sizeof child);
  g_assert_cmpint (waitpid (parent, NULL, 0), ==, parent);
  close (ends[1]);
  /* The last writer is gone when the read ends. */
  g_assert_cmpint (read (ends[0], &child, 1), ==, 0);
  close (ends[0]);
}

int
main (int argc, char **argv)
{
  g_autofree char *inside = NULL;
  g_autofree char *clean = NULL;
  int result;

  g_test_init (&argc, &argv, NULL);
  stage = g_dir_make_tmp ("test-sandbox-XXXXXX", NULL);
  inside = g_build_filename (stage, "inside", NULL);
  g_assert_true (g_file_set_contents (inside, "#!/bin/sh\n", -1, NULL));
  outside = g_strconcat (stage, ".outside", NULL);
  g_assert_true (g_file_set_contents (outside, "mine", -1, NULL));
  g_test_add_func ("/sandbox/stream-calls", test_stream_calls);
  g_test_add_func ("/sandbox/stream-files", test_stream_files);
  g_test_add_func ("/sandbox/privileges", test_privileges);
  g_test_add_func ("/sandbox/memory", test_memory);
  g_test_add_func ("/sandbox/processor-time", test_processor_time);
  g_test_add_func ("/sandbox/file-size", test_file_size);
  g_test_add_func ("/sandbox/tool-calls", test_tool_calls);
  g_test_add_func ("/sandbox/tool-files", test_tool_files);
  g_test_add_func ("/sandbox/tool-mounts", test_tool_mounts);
  g_test_add_func ("/sandbox/dies-with-parent", test_dies_with_parent);
  for (guint i = 0; i < G_N_ELEMENTS (profiles); i++)
    {
      g_autofree char *tried = g_strdup_printf ("/sandbox/%s/attempts", profiles[i].name);
      g_autofree char *spun = g_strdup_printf ("/sandbox/%s/spin", profiles[i].name);

      g_test_add_data_func (tried, &profiles[i], test_attempts);
      g_test_add_data_func (spun, &profiles[i], test_spin);
    }
  result = g_test_run ();
  clean = g_strdup_printf ("rm -rf %s %s", stage, outside);
  g_assert_cmpint (system (clean), ==, 0);
  g_free (stage);
  g_free (outside);
  return result;
}
