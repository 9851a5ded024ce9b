/* bootgraft-helper.c: the short-lived process that does what could go wrong
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 *     bootgraft-helper stream OFFSET LENGTH   the archive at standard input, as frames
 *     bootgraft-helper tool STAGE NAME ARG…   a tool of the list, in a private folder
 *
 * An internal program: started by the library (helper/graft-helper.h), not by people.
 */

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/graft-limits.h"
#include "helper/graft-helper-protocol.h"
#include "helper/program/graft-archive-frames.h"
#include "helper/program/graft-tool-list.h"

static bool
parse_number (const char *text, uint64_t *ret_number)
{
  char *end;

  errno = 0;
  *ret_number = strtoull (text, &end, 10);
  return errno == 0 && *end == '\0' && *text >= '0' && *text <= '9';
}

static int
run_stream (uint64_t offset, uint64_t length)
{
  static const GraftSandboxLimits limits = {
    .memory = GRAFT_LIMIT_HELPER_MEMORY,
    .file_size = 0,
    .cpu_seconds = GRAFT_LIMIT_HELPER_CPU,
    .files = 8,
  };
  static GraftFrameWriter writer;
  const char *failed;

  /* Names in pax headers are UTF-8, which libarchive turns into the locale's encoding. */
  setlocale (LC_CTYPE, "C.UTF-8");
  graft_frame_writer_start (&writer, STDOUT_FILENO);
  failed = chdir ("/") == 0 ? NULL : "the working folder";
  if (failed == NULL)
    failed = graft_sandbox_set_limits (&limits);
  if (failed == NULL)
    failed = graft_sandbox_set_files (-1);
  if (failed == NULL)
    failed = graft_sandbox_set_calls_for_stream ();
  if (failed != NULL)
    {
      graft_frame_writer_fail (&writer, GRAFT_HELPER_ERROR_CONFINEMENT, failed);
      return EXIT_FAILURE;
    }
  return graft_archive_frames_write (STDIN_FILENO, offset, length, &writer) ? EXIT_SUCCESS
                                                                            : EXIT_FAILURE;
}

static int
run_tool (const char *stage, char **argv)
{
  const GraftTool *tool = graft_tool_find (argv[0]);
  int fd = open (stage, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  const char *failed;

  if (tool == NULL)
    {
      fprintf (stderr, "it is not on the list of tools\n");
      return GRAFT_HELPER_EXIT_REFUSED;
    }
  if (fd < 0 || fchdir (fd) != 0)
    {
      fprintf (stderr, "its folder %s cannot be entered: %s\n", stage, strerror (errno));
      return GRAFT_HELPER_EXIT_REFUSED;
    }
  failed = graft_sandbox_set_limits (&tool->limits);
  if (failed == NULL)
    failed = graft_sandbox_set_files (fd);
  if (failed == NULL)
    failed = graft_sandbox_set_calls_for_tool ();
  if (failed != NULL)
    {
      fprintf (stderr, "it could not be confined (%s)\n", failed);
      return GRAFT_HELPER_EXIT_UNCONFINED;
    }
  graft_tool_exec (tool, argv);
  return GRAFT_HELPER_EXIT_NOT_FOUND;
}

int
main (int argc, char **argv)
{
  uint64_t offset, length;

  if (argc == 4 && strcmp (argv[1], "stream") == 0 && parse_number (argv[2], &offset)
      && parse_number (argv[3], &length))
    return run_stream (offset, length);
  if (argc >= 4 && strcmp (argv[1], "tool") == 0)
    return run_tool (argv[2], argv + 3);
  fprintf (stderr, "bootgraft-helper is an internal program of Bootgraft\n");
  return GRAFT_HELPER_EXIT_REFUSED;
}
