/* graft-tool-list.h: the programs that the helper runs
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "helper/program/graft-sandbox.h"

/**
 * GraftTool:
 * @name: of the program
 * @limits: what it may use
 * @mounts: it wants to know what is mounted, and gives up where it cannot
 *
 * One of the system's programs.
 */
typedef struct
{
  const char *name;
  GraftSandboxLimits limits;
  bool mounts;
} GraftTool;

/* NULL for a program that is not on the list. */
const GraftTool *graft_tool_find (const char *name);

/* Sets the variable of a text "NAME=VALUE", by which a tool is told the time; false for any other
 * text. */
bool graft_tool_set_variable (char *text);

/* Runs @tool, by its name in the system's own folders, instead of this program; returns only when
 * it is in none of them. The system's configuration of such tools is left out. */
void graft_tool_exec (const GraftTool *tool, char **argv);
