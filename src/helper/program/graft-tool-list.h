/* graft-tool-list.h: the programs that the helper runs
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "helper/program/graft-sandbox.h"

typedef struct
{
  const char *name;
  GraftSandboxLimits limits;
} GraftTool;

/* NULL for a program that is not on the list. */
const GraftTool *graft_tool_find (const char *name);

/* Runs @tool, by its name in the system's own folders, instead of this program; returns only when
 * it is in none of them. */
void graft_tool_exec (const GraftTool *tool, char **argv);
