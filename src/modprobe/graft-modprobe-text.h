/* graft-modprobe-text.h: a file of modprobe.d as lines, each with its place in the text
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Source: modprobe.d(5). A backslash at the end of a line joins it with the next one; a line whose
 * first character is "#" is a comment. In a comment the backslash joins as well: so libkmod reads
 * it; and it reads anything else behind a backslash as itself. A carriage return is a character as
 * any other: it becomes part of the last word, and so makes the line mean nothing.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  GRAFT_MODPROBE_NOTHING, /* an empty line, a comment */
  GRAFT_MODPROBE_ALIAS,
  GRAFT_MODPROBE_BLACKLIST,
  GRAFT_MODPROBE_INSTALL,
  GRAFT_MODPROBE_OPTIONS,
  GRAFT_MODPROBE_REMOVE,
  GRAFT_MODPROBE_SOFTDEP,
  GRAFT_MODPROBE_IGNORED, /* no command, or one that lacks its arguments: modprobe passes it over */
} GraftModprobeCommand;

/**
 * GraftModprobeLine:
 * @number: of its first line in the text, from 1
 * @offset: of its first byte in the text
 * @length: in bytes, with the line end, if it has one, and all lines that it is continued on
 * @subject: (nullable): what it is about: a module's name, or an alias, as it is written
 * @rest: (nullable): what is behind the subject, without blanks at its beginning, continued lines
 *        joined
 * @rest_offsets: (array): of each byte of @rest, its place in the text
 */
typedef struct
{
  GraftModprobeCommand command;
  guint number;
  gsize offset;
  gsize length;
  char *subject;
  char *rest;
  gsize *rest_offsets;
} GraftModprobeLine;

/**
 * graft_modprobe_text_parse:
 * @text: (array length=length): any bytes
 *
 * Returns: (transfer full) (element-type GraftModprobeLine): one after the other they are the whole
 *   text
 */
GPtrArray *graft_modprobe_text_parse (const char *text, gsize length);

/* Where the command, such as "options", stands in what a user sees. */
const char *graft_modprobe_command_get_name (GraftModprobeCommand command);

/* Whether both are the same module: modprobe makes no difference between "-" and "_". */
gboolean graft_modprobe_is_same_name (const char *a, const char *b);

/* (transfer full): the @length bytes at @name as modprobe compares them: "_" for "-", but for what
 * stands in the brackets of an alias's pattern. */
char *graft_modprobe_normalize (const char *name, gsize length);

/**
 * graft_modprobe_next_parameter:
 * @text: (inout): where to begin; is put behind what was found
 * @ret_key: (out): its first byte
 * @ret_key_length: (out): up to its "=", or its whole length
 * @ret_length: (out): with the value
 *
 * Finds the next "key=value" as the kernel cuts them apart (lib/cmdline.c, next_arg()): at blanks
 * that are not between double quotes.
 *
 * Returns: %FALSE at the end
 */
gboolean graft_modprobe_next_parameter (const char **text, const char **ret_key,
                                        gsize *ret_key_length, gsize *ret_length);

/* Whether both are the same parameter: the kernel makes no difference between "-" and "_"
 * (kernel/params.c, parameqn()). */
gboolean graft_modprobe_is_same_key (const char *a, gsize a_length, const char *b, gsize b_length);

G_END_DECLS
