/* graft-sandbox.h: the helper takes from itself what it does not need
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * In the order of the functions here. After that a process that was taken over by the bytes it
 * read can burn some processor time and lie to its parent, and no more. What a kernel does not
 * have (Landlock) is left out; what should work and does not is a failure: rather no result than
 * one from an unconfined process.
 */

#pragma once

#include <stdbool.h>
#include <stdint.h>

typedef struct
{
  uint64_t memory; /* address space, bytes */
  uint64_t file_size;
  unsigned cpu_seconds;
  unsigned files;
  bool threads; /* it may start some; processes never (graft_sandbox_set_calls_for_tool()) */
} GraftSandboxLimits;

/* Resource limits; no core dumps, no ptrace, no new privileges, no capabilities (root has some),
 * death with the parent. Each function returns NULL, or what failed. */
const char *graft_sandbox_set_limits (const GraftSandboxLimits *limits);

/* No path can be opened, made or removed; with a @stage (a folder's descriptor, else -1), the
 * system's programs and libraries can be read and run, and within the stage all be done but run.
 * With
 * @mounts the list of what is mounted can be read, too; one descriptor stays open for that. */
const char *graft_sandbox_set_files (int stage, bool mounts);

/* System calls: an allow-list of what libarchive needs on open descriptors. */
const char *graft_sandbox_set_calls_for_stream (void);

/* System calls: no network, no other processes, nothing of the system's administration. */
const char *graft_sandbox_set_calls_for_tool (void);
