/* bootgraft-helper.c: the short-lived process that does what could go wrong
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 *     bootgraft-helper stream KIND OFFSET LENGTH
 *                                             the archive at standard input, as frames
 *     bootgraft-helper tool STAGE [VARIABLE=VALUE…] NAME ARG…
 *                                             a tool of the list, in a private folder
 *     bootgraft-helper lookup STAGE FOLDER aliases|dependencies
 *                                             what libkmod finds there of the texts at standard
 * input
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
#include "helper/program/graft-module-answers.h"
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
run_stream (bool payload, uint64_t offset, uint64_t length)
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
    failed = graft_sandbox_set_files (-1, false);
  if (failed == NULL)
    failed = graft_sandbox_set_calls_for_stream ();
  if (failed != NULL)
    {
      graft_frame_writer_fail (&writer, GRAFT_HELPER_ERROR_CONFINEMENT, failed);
      return EXIT_FAILURE;
    }
  return graft_archive_frames_write (STDIN_FILENO, offset, length, payload, &writer) ? EXIT_SUCCESS
                                                                                     : EXIT_FAILURE;
}

/* Goes into @stage and confines the process to it; what failed is a text with *@ret_status. */
static const char *
enter_stage (const char *stage, const GraftSandboxLimits *limits, bool mounts, int *ret_status)
{
  static char text[256];
  int fd = open (stage, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  const char *failed;

  *ret_status = GRAFT_HELPER_EXIT_REFUSED;
  if (fd < 0 || fchdir (fd) != 0)
    {
      snprintf (text, sizeof text, "its folder %.128s cannot be entered: %s", stage,
                strerror (errno));
      return text;
    }
  failed = graft_sandbox_set_limits (limits);
  if (failed == NULL)
    failed = graft_sandbox_set_files (fd, mounts);
  if (failed == NULL)
    failed = graft_sandbox_set_calls_for_tool ();
  if (failed == NULL)
    return NULL;
  snprintf (text, sizeof text, "it could not be confined (%s)", failed);
  *ret_status = GRAFT_HELPER_EXIT_UNCONFINED;
  return text;
}

static int
run_tool (const char *stage, char **argv)
{
  const GraftTool *tool;
  const char *failed;
  int status;

  while (argv[0] != NULL && graft_tool_set_variable (argv[0]))
    argv++;
  tool = argv[0] != NULL ? graft_tool_find (argv[0]) : NULL;
  if (tool == NULL)
    {
      fprintf (stderr, "it is not on the list of tools\n");
      return GRAFT_HELPER_EXIT_REFUSED;
    }
  failed = enter_stage (stage, &tool->limits, tool->mounts, &status);
  if (failed != NULL)
    {
      fprintf (stderr, "%s\n", failed);
      return status;
    }
  graft_tool_exec (tool, argv);
  return GRAFT_HELPER_EXIT_NOT_FOUND;
}

static int
run_lookup (const char *stage, const char *folder, GraftAnswerKind kind)
{
  static const GraftSandboxLimits limits = {
    .memory = GRAFT_LIMIT_TOOL_MEMORY,
    .file_size = 0,
    .cpu_seconds = GRAFT_LIMIT_TOOL_CPU,
    .files = 64,
  };
  static GraftFrameWriter writer;
  const char *failed;
  int status;

  graft_frame_writer_start (&writer, STDOUT_FILENO);
  failed = enter_stage (stage, &limits, false, &status);
  if (failed != NULL)
    {
      graft_frame_writer_fail (&writer, GRAFT_HELPER_ERROR_CONFINEMENT, failed);
      return status;
    }
  return graft_module_answers_write (folder, kind, STDIN_FILENO, &writer) ? EXIT_SUCCESS
                                                                          : EXIT_FAILURE;
}

int
main (int argc, char **argv)
{
  uint64_t offset, length;

  if (argc == 5 && strcmp (argv[1], "stream") == 0 && parse_number (argv[3], &offset)
      && parse_number (argv[4], &length))
    {
      if (strcmp (argv[2], GRAFT_HELPER_STREAM_PACKAGE) == 0)
        return run_stream (false, offset, length);
      if (strcmp (argv[2], GRAFT_HELPER_STREAM_PAYLOAD) == 0)
        return run_stream (true, offset, length);
    }
  if (argc >= 4 && strcmp (argv[1], "tool") == 0)
    return run_tool (argv[2], argv + 3);
  if (argc == 5 && strcmp (argv[1], "lookup") == 0)
    {
      if (strcmp (argv[4], GRAFT_HELPER_LOOKUP_ALIASES) == 0)
        return run_lookup (argv[2], argv[3], GRAFT_ANSWER_ALIASES);
      if (strcmp (argv[4], GRAFT_HELPER_LOOKUP_DEPENDENCIES) == 0)
        return run_lookup (argv[2], argv[3], GRAFT_ANSWER_DEPENDENCIES);
    }
  fprintf (stderr, "bootgraft-helper is an internal program of Bootgraft\n");
  return GRAFT_HELPER_EXIT_REFUSED;
}
