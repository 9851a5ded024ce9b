/* graft-program-root.h: a tree in which programs look for their libraries
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A folder of this machine, the merged view of a layer, the tree of a package: whatever is a root
 * for its programs. It is only read. What was looked at once is kept, so a root is made for one
 * question and dropped.
 */

#pragma once

#include "elf/graft-elf-program.h"
#include "image/graft-node.h"

G_BEGIN_DECLS

/**
 * GraftProgramFile:
 * @path: where it was found, as the loader would say it: with links
 * @real_path: where it stands, without links
 * @node: the regular file
 * @elf: (nullable): what its loader reads of it; %NULL for a script, and with @problem
 * @problem: (nullable): a sentence: why it cannot be read as the ELF file that it seems to be
 */
typedef struct
{
  char *path;
  char *real_path;
  GraftNode *node;
  GraftElfProgram *elf;
  char *problem;
} GraftProgramFile;

typedef struct _GraftProgramRoot GraftProgramRoot;

/* @name: the root's, for messages. */
GraftProgramRoot *graft_program_root_new (GraftNode *root, const char *name);
void graft_program_root_free (GraftProgramRoot *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftProgramRoot, graft_program_root_free)

GraftNode *graft_program_root_get_node (GraftProgramRoot *self);
const char *graft_program_root_get_name (GraftProgramRoot *self);

/**
 * graft_program_root_find_file:
 * @path: absolute; links are followed in the root
 *
 * Returns: (transfer none) (nullable): the file; %NULL when no regular file is there, with @error
 *   only when the root cannot be read
 */
GraftProgramFile *graft_program_root_find_file (GraftProgramRoot *self, const char *path,
                                                GError **error);

/* Up to @limit bytes of the text at @path, with a NUL behind them; NULL when no regular file is
 * there, with @error only when the root cannot be read. */
char *graft_program_root_read_text (GraftProgramRoot *self, const char *path, gsize limit,
                                    gsize *ret_length, GError **error);

/* Where @path would stand in the root if it were made: the folders of it that are there without
 * links, and the rest of it. */
char *graft_program_root_resolve (GraftProgramRoot *self, const char *path,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
