/* graft-test-modules.h: modules and trees of them, made of parts, for tests only
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "image/graft-node.h"

G_BEGIN_DECLS

/**
 * graft_test_module_new:
 * @infos: (nullable): strings of .modinfo, separated by "\n"; %NULL: no .modinfo at all
 * @exports: (nullable): symbols it has for others, separated by blanks
 * @imports: (nullable): symbols it needs
 *
 * Returns: (transfer full): an ELF module, made by the assembler
 */
GBytes *graft_test_module_new (const char *infos, const char *exports, const char *imports);

/* What @command (split at blanks) makes of @bytes: "xz -c". */
GBytes *graft_test_filter_module (const char *command, GBytes *bytes);

/* A tree without entries, to which others are added; folders on the way are made. */
GraftNode *graft_test_tree_new (void);
void graft_test_tree_add (GraftNode **root, const char *path, GBytes *content);
void graft_test_tree_add_text (GraftNode **root, const char *path, const char *text);
void graft_test_tree_add_link (GraftNode **root, const char *path, const char *target);
void graft_test_tree_add_folder (GraftNode **root, const char *path);

/* Writes all files below @root to @folder on disk. */
void graft_test_tree_write (GraftNode *root, const char *folder);

/* Removes @folder with all in it. */
void graft_test_remove_folder (const char *folder);

G_END_DECLS
