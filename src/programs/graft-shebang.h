/* graft-shebang.h: the first line of a script
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Source: load_script() of the kernel's fs/binfmt_script.c (5.1 and later; before, a line that was
 * cut short was run as it was), execve(2), "Interpreter scripts"; env(1).
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * GraftShebang:
 * @interpreter: the program that the kernel starts
 * @argument: (nullable): all that follows it in the line, one argument whatever blanks are in it
 * @program: (nullable): where @interpreter is env, the program that it looks for in $PATH
 *
 * "#!/usr/bin/env python3" has the interpreter /usr/bin/env and the program python3.
 */
typedef struct
{
  char *interpreter;
  char *argument;
  char *program;
} GraftShebang;

/* How many bytes of a file the kernel looks at. */
#define GRAFT_SHEBANG_SIZE 256

/* Of the first bytes of a file, at most GRAFT_SHEBANG_SIZE: NULL when they are no line with an
 * interpreter. */
GraftShebang *graft_shebang_parse (const char *text, gsize length);
void graft_shebang_free (GraftShebang *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftShebang, graft_shebang_free)

G_END_DECLS
