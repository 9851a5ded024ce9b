/* graft-tool-list.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "helper/program/graft-tool-list.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/graft-limits.h"

#define LIMITS .cpu_seconds = GRAFT_LIMIT_TOOL_CPU, .files = 64, .memory = GRAFT_LIMIT_TOOL_MEMORY

/* Of those that read the bitmaps of many groups in as many threads as there are processors, each
 * with a stack of 8 MiB, and give up where they get none. */
#define LIMITS_OF_THREADS                                                                          \
  .memory = 4 * GRAFT_LIMIT_TOOL_MEMORY, .file_size = GRAFT_LIMIT_TOOL_IMAGE,                      \
  .cpu_seconds = GRAFT_LIMIT_TOOL_CPU, .files = 64, .threads = true

static const GraftTool tools[] = {
  { .name = "depmod", .limits = { LIMITS, .file_size = GRAFT_LIMIT_TOOL_FILE } },
  { .name = "e2fsck", .limits = { LIMITS_OF_THREADS }, .mounts = true },
  { .name = "mke2fs", .limits = { LIMITS, .file_size = GRAFT_LIMIT_TOOL_IMAGE }, .mounts = true },
  { .name = "resize2fs", .limits = { LIMITS_OF_THREADS }, .mounts = true },
};

/* What the clock of e2fsprogs says: 1.47.0 knows the first, later ones both. */
static const char *const variables[] = { "E2FSPROGS_FAKE_TIME=", "SOURCE_DATE_EPOCH=" };

/* What else e2fsprogs is told: mke2fs takes its configuration from the stage, e2fsck none; no
 * magic numbers are looked up, no progress is shown. */
static const char *const environment[][2] = {
  { "MKE2FS_CONFIG", "mke2fs.conf" },       { "E2FSCK_CONFIG", "/dev/null" },
  { "E2FSPROGS_LIBMAGIC_SUPPRESS", "yes" }, { "E2FSPROGS_SKIP_PROGRESS", "yes" },
  { "EXT2FS_NO_MTAB_OK", "yes" },
};

/* The last two are a Flatpak's: what its runtime lacks lies there. */
static const char *const folders[]
    = { "/usr/sbin", "/usr/bin", "/sbin", "/bin", "/app/sbin", "/app/bin" };

const GraftTool *
graft_tool_find (const char *name)
{
  for (size_t i = 0; i < sizeof tools / sizeof *tools; i++)
    if (strcmp (tools[i].name, name) == 0)
      return &tools[i];
  return NULL;
}

bool
graft_tool_set_variable (char *text)
{
  for (size_t i = 0; i < sizeof variables / sizeof *variables; i++)
    if (strncmp (text, variables[i], strlen (variables[i])) == 0)
      return putenv (text) == 0;
  return false;
}

void
graft_tool_exec (const GraftTool *tool, char **argv)
{
  char path[64];

  for (size_t i = 0; i < sizeof environment / sizeof *environment; i++)
    setenv (environment[i][0], environment[i][1], 1);
  for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
    {
      snprintf (path, sizeof path, "%s/%s", folders[i], tool->name);
      execv (path, argv);
    }
}
