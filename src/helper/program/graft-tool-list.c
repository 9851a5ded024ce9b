/* graft-tool-list.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "helper/program/graft-tool-list.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/graft-limits.h"

static const GraftTool tools[] = {
  { "depmod",
    { .memory = GRAFT_LIMIT_TOOL_MEMORY,
      .file_size = GRAFT_LIMIT_TOOL_FILE,
      .cpu_seconds = GRAFT_LIMIT_TOOL_CPU,
      .files = 64 } },
};

static const char *const folders[] = { "/usr/sbin", "/usr/bin", "/sbin", "/bin" };

const GraftTool *
graft_tool_find (const char *name)
{
  for (size_t i = 0; i < sizeof tools / sizeof *tools; i++)
    if (strcmp (tools[i].name, name) == 0)
      return &tools[i];
  return NULL;
}

void
graft_tool_exec (const GraftTool *tool, char **argv)
{
  char path[64];

  for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
    {
      snprintf (path, sizeof path, "%s/%s", folders[i], tool->name);
      execv (path, argv);
    }
}
