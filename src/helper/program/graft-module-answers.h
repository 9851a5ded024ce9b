/* graft-module-answers.h: what libkmod finds in module indexes
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The only place that knows libkmod, which aborts on damaged files and reads the host's
 * /proc/cmdline whatever it is told: so it meets nothing but indexes that our own depmod run wrote,
 * here in the sandbox.
 */

#pragma once

#include "helper/program/graft-frame-writer.h"

/* What is asked for of a text. */
typedef enum
{
  /* A request's alias: the modules that serve it, of the tree and built in. modprobe would stop at
   * a module of that very name, and not look at built-in ones once it has others. */
  GRAFT_ANSWER_ALIASES,
  /* A module's name: the module itself, those it needs in the order of their loading, those wanted
   * before and after it. */
  GRAFT_ANSWER_DEPENDENCIES,
} GraftAnswerKind;

/**
 * graft_module_answers_write:
 * @folder: with modules.dep.bin and its companions; for aliases also with modules.alias.bin and
 *   modules.builtin.alias.bin, each alone in a folder of its own, as graft-helper-protocol.h names
 *   them: libkmod looks no further once one index has an answer. For dependencies a file must be
 *   where modules.dep says that a module is: libkmod leaves out a module without one, and says
 *   nothing
 * @texts: a descriptor to read the texts from
 *
 * Writes all frames but the greeting. Returns whether there was no failure.
 */
bool graft_module_answers_write (const char *folder, GraftAnswerKind kind, int texts,
                                 GraftFrameWriter *writer);
