/* graft-helper-process.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "helper/graft-helper-process.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gi18n-lib.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/graft-error.h"
#include "base/graft-limits.h"

#define CHUNK (256 * 1024)
/* The usual pipe of 64 KiB costs a change of process for each; more may be refused, and is then
 * not needed. */
#define PIPE_SIZE (1024 * 1024)
/* How long a helper that closed its output may take to end. */
#define LAST_WORDS_MS 2000

/* A helper that runs. */
typedef struct
{
  const GraftHelperJob *job;
  pid_t pid; /* 0 once it was waited for */
  int output_fd;
  int errors_fd;
  gint64 deadline; /* monotonic, microseconds */
  gint64 heard;    /* when something last came from it */
  guint8 *buffer;
} Process;

static void
close_fd (int *fd)
{
  if (*fd >= 0)
    close (*fd);
  *fd = -1;
}

static void
process_clear (Process *self)
{
  int status;

  if (self->pid > 0)
    {
      /* With all that it may have started. */
      kill (-self->pid, SIGKILL);
      kill (self->pid, SIGKILL);
      while (waitpid (self->pid, &status, 0) < 0 && errno == EINTR)
        continue;
    }
  close_fd (&self->output_fd);
  close_fd (&self->errors_fd);
  g_free (self->buffer);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Process, process_clear)

void
graft_helper_keep_tail (GString *text, const guint8 *bytes, gsize length)
{
  if (length > GRAFT_LIMIT_TOOL_OUTPUT)
    {
      bytes += length - GRAFT_LIMIT_TOOL_OUTPUT;
      length = GRAFT_LIMIT_TOOL_OUTPUT;
    }
  g_string_append_len (text, (const char *)bytes, length);
  if (text->len > GRAFT_LIMIT_TOOL_OUTPUT)
    g_string_erase (text, 0, text->len - GRAFT_LIMIT_TOOL_OUTPUT);
}

/* posix_spawn() instead of fork(): the program may have many threads and much memory. */
static int
spawn (const char *program, const GraftHelperJob *job, int output_fd, int errors_fd, pid_t *ret_pid)
{
  static const char *const environment[] = {
    "LC_ALL=C",
    "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
    NULL,
  };
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  sigset_t none, all;
  int result;

  g_ptr_array_add (argv, (gpointer)program);
  for (guint i = 0; job->args[i] != NULL; i++)
    g_ptr_array_add (argv, (gpointer)job->args[i]);
  g_ptr_array_add (argv, NULL);
  sigemptyset (&none);
  sigfillset (&all);
  posix_spawn_file_actions_init (&actions);
  posix_spawnattr_init (&attributes);
  if (job->stdin_fd >= 0)
    posix_spawn_file_actions_adddup2 (&actions, job->stdin_fd, STDIN_FILENO);
  else
    posix_spawn_file_actions_addopen (&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2 (&actions, output_fd, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2 (&actions, errors_fd, STDERR_FILENO);
  posix_spawn_file_actions_addclosefrom_np (&actions, STDERR_FILENO + 1);
  posix_spawnattr_setsigmask (&attributes, &none);
  posix_spawnattr_setsigdefault (&attributes, &all);
  /* A group of its own: the terminal's Ctrl+C is for us, who then end it. */
  posix_spawnattr_setpgroup (&attributes, 0);
  posix_spawnattr_setflags (&attributes,
                            POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  result = posix_spawn (ret_pid, program, &actions, &attributes, (char **)argv->pdata,
                        (char **)environment);
  posix_spawnattr_destroy (&attributes);
  posix_spawn_file_actions_destroy (&actions);
  return result;
}

/* A pipe whose both ends are not 0, 1 or 2, which the child's are put on one after the other. */
static gboolean
open_pipe (int *ret_ends, GError **error)
{
  int ends[2];

  if (!g_unix_open_pipe (ends, FD_CLOEXEC, error))
    return FALSE;
  for (guint i = 0; i < 2; i++)
    {
      ret_ends[i] = fcntl (ends[i], F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
      close (ends[i]);
    }
  if (ret_ends[0] < 0 || ret_ends[1] < 0)
    {
      int saved = errno;

      close_fd (&ret_ends[0]);
      close_fd (&ret_ends[1]);
      return graft_error_set_errno (error, GRAFT_IMAGE_ERROR, saved, _ ("The helper program"),
                                    _ ("cannot be started"));
    }
  fcntl (ret_ends[0], F_SETPIPE_SZ, PIPE_SIZE);
  fcntl (ret_ends[0], F_SETFL, O_NONBLOCK);
  return TRUE;
}

static gboolean
start (Process *self, GError **error)
{
  g_autofree char *program = graft_helper_find_program (error);
  int output[2] = { -1, -1 };
  int errors[2] = { -1, -1 };
  int result;

  if (program == NULL || !open_pipe (output, error))
    return FALSE;
  self->output_fd = output[0];
  if (self->job->errors != NULL && !open_pipe (errors, error))
    {
      close_fd (&output[1]);
      return FALSE;
    }
  self->errors_fd = errors[0];
  result
      = spawn (program, self->job, output[1], errors[1] >= 0 ? errors[1] : output[1], &self->pid);
  close_fd (&output[1]);
  close_fd (&errors[1]);
  if (result != 0)
    {
      self->pid = 0;
      return graft_error_set_errno (error, GRAFT_IMAGE_ERROR, result, program,
                                    _ ("cannot be started"));
    }
  return TRUE;
}

/* Whether there is time left, and how many milliseconds. */
static gboolean
check_time (Process *self, int *ret_left, GError **error)
{
  const GraftHelperJob *job = self->job;
  gint64 now = g_get_monotonic_time ();
  gint64 end = self->deadline;

  if (now > self->deadline)
    {
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_TOO_LARGE,
                   g_dngettext (GETTEXT_PACKAGE, "%s was stopped: it took more than %u second",
                                "%s was stopped: it took more than %u seconds", job->seconds),
                   job->what, job->seconds);
      return FALSE;
    }
  if (job->silence > 0)
    end = MIN (end, self->heard + job->silence * G_USEC_PER_SEC);
  if (now > end)
    {
      g_set_error (
          error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_TOO_LARGE,
          g_dngettext (GETTEXT_PACKAGE, "%s was stopped: it gave no sign of life for %u second",
                       "%s was stopped: it gave no sign of life for %u seconds", job->silence),
          job->what, job->silence);
      return FALSE;
    }
  *ret_left = MIN ((end - now) / 1000 + 1, 1000);
  return TRUE;
}

/* Reads once from *@fd; closes it at its end. */
static gboolean
drain (Process *self, int *fd, gboolean is_errors, GError **error)
{
  gssize count = read (*fd, self->buffer, CHUNK);

  if (count < 0 && (errno == EINTR || errno == EAGAIN))
    return TRUE;
  if (count < 0)
    return graft_error_set_errno (error, GRAFT_IMAGE_ERROR, errno, self->job->what,
                                  _ ("cannot be heard"));
  if (count == 0)
    {
      close_fd (fd);
      return TRUE;
    }
  if (is_errors)
    graft_helper_keep_tail (self->job->errors, self->buffer, count);
  else if (!self->job->output (self->buffer, count, self->job->data, error))
    return FALSE;
  self->heard = g_get_monotonic_time ();
  return TRUE;
}

static gboolean
listen_to (Process *self, GCancellable *cancellable, GError **error)
{
  struct pollfd fds[] = {
    { .fd = self->output_fd, .events = POLLIN },
    { .fd = self->errors_fd, .events = POLLIN },
    { .fd = -1, .events = POLLIN },
  };
  gboolean result = TRUE;

  fds[2].fd = g_cancellable_get_fd (cancellable);
  while (result && (self->output_fd >= 0 || self->errors_fd >= 0))
    {
      int left;

      fds[0].fd = self->output_fd;
      fds[1].fd = self->errors_fd;
      if (g_cancellable_set_error_if_cancelled (cancellable, error)
          || !check_time (self, &left, error))
        result = FALSE;
      else if (poll (fds, G_N_ELEMENTS (fds), left) > 0)
        {
          if (fds[1].revents != 0)
            result = drain (self, &self->errors_fd, TRUE, error);
          if (result && fds[0].revents != 0)
            result = drain (self, &self->output_fd, FALSE, error);
        }
    }
  if (fds[2].fd >= 0)
    g_cancellable_release_fd (cancellable);
  return result;
}

/* Its output is closed; it should end now. */
static gboolean
wait_for_end (Process *self, int *ret_wait_status, GCancellable *cancellable, GError **error)
{
  gint64 deadline = MIN (self->deadline, g_get_monotonic_time () + LAST_WORDS_MS * 1000);

  for (;;)
    {
      pid_t pid = waitpid (self->pid, ret_wait_status, WNOHANG);

      if (pid == self->pid)
        {
          self->pid = 0;
          return TRUE;
        }
      if (pid < 0 && errno != EINTR)
        {
          int saved = errno;

          self->pid = 0;
          return graft_error_set_errno (error, GRAFT_IMAGE_ERROR, saved, self->job->what,
                                        _ ("ended in an unknown way"));
        }
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      if (g_get_monotonic_time () > deadline)
        {
          g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_TOO_LARGE,
                       _ ("%s was stopped: it fell silent and did not end"), self->job->what);
          return FALSE;
        }
      g_usleep (1000);
    }
}

static gboolean
set_killed (const char *what, int number, GError **error)
{
  switch (number)
    {
    case SIGXCPU:
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_TOO_LARGE,
                   _ ("%s was stopped: it used too much processor time"), what);
      return FALSE;
    case SIGXFSZ:
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_TOO_LARGE,
                   _ ("%s was stopped: it wrote too large a file"), what);
      return FALSE;
    case SIGKILL:
    case SIGTERM:
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_IO,
                   _ ("%s was stopped from outside (%s); perhaps the machine is short of memory"),
                   what, g_strsignal (number));
      return FALSE;
    case SIGSYS:
      g_set_error (
          error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_REFUSED,
          _ ("%s was stopped: it tried what it may not do; the file may be made to do harm"), what);
      return FALSE;
    default:
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
                   _ ("%s crashed (%s); the file is damaged or made to do harm"), what,
                   g_strsignal (number));
      return FALSE;
    }
}

gboolean
graft_helper_process_run (const GraftHelperJob *job, int *ret_status, GCancellable *cancellable,
                          GError **error)
{
  g_auto (Process) process = {
    .job = job,
    .output_fd = -1,
    .errors_fd = -1,
    .deadline = g_get_monotonic_time () + job->seconds * G_USEC_PER_SEC,
    .heard = g_get_monotonic_time (),
    .buffer = g_malloc (CHUNK),
  };
  int status;

  if (g_cancellable_set_error_if_cancelled (cancellable, error) || !start (&process, error)
      || !listen_to (&process, cancellable, error)
      || !wait_for_end (&process, &status, cancellable, error))
    return FALSE;
  if (WIFSIGNALED (status))
    return set_killed (job->what, WTERMSIG (status), error);
  *ret_status = WEXITSTATUS (status);
  return TRUE;
}
