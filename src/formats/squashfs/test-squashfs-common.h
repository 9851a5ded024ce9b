/* test-squashfs-common.h: what the tests of this folder share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Images are made by mksquashfs and looked at with unsquashfs: what the two say is what holds.
 */

#pragma once

#include "base/graft-error.h"
#include "formats/squashfs/graft-squashfs.h"
#include "image/graft-path.h"

/* A folder of its own, which goes with the test. */
typedef struct
{
  char *path; /* the folder */
  char *tree; /* PATH/tree: what goes into images */
} TestFolder;

TestFolder *test_folder_new (void);
void test_folder_free (TestFolder *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestFolder, test_folder_free)

char *test_folder_get (TestFolder *self, const char *name);

/* Writes a file below the tree, making folders. */
void test_folder_add (TestFolder *self, const char *path, const void *data, gsize length,
                      guint mode);
/* Files, links, folders, holes and equal files: something of each kind that needs no root. */
void test_folder_fill (TestFolder *self);

/* Bytes that compress about three to one, different for each @seed. */
GBytes *test_make_bytes (guint seed, gsize length);

/* Runs mksquashfs on the tree with the words of @arguments besides, into NAME; the path. */
char *test_mksquashfs (TestFolder *self, const char *name, const char *arguments);

/* Runs a command line, and asserts that it ends well. Its standard output. */
char *test_run (const char *format, ...) G_GNUC_PRINTF (1, 2);

GraftImage *test_open (const char *path);
GraftImage *test_open_bytes (GBytes *bytes, GError **error);
/* Asserts that it is there. */
GraftNode *test_find (GraftNode *root, const char *path);
GBytes *test_read (GraftNode *node);

/* A line for each entry with all that a node tells: for comparing trees. */
char *test_dump (GraftNode *root);
/* Asserts that both dumps are equal, and names the first line that is not. */
void test_assert_same_tree (GraftNode *a, GraftNode *b);
/* Lists and reads everything; the first error, NULL when there is none. */
GError *test_walk_all (GraftImage *image);

/* The first error of opening, listing and reading everything. */
GError *test_try_bytes (GBytes *bytes);
/* Asserts that this fails, and says @message. */
void test_assert_fails (GBytes *bytes, GraftErrorCode code, const char *message);

/* Asserts that unsquashfs finds in @path what is in @root: owners, modes, sizes, times, links,
 * devices, content, xattrs. */
void test_assert_unsquashfs_agrees (TestFolder *self, const char *path, GraftNode *root);

/* A regular file that was not in the image. */
GraftNode *test_new_file (GBytes *bytes);
/* @root with @path made, replaced or (@node NULL) gone. Frees @root. */
GraftNode *test_edit (GraftNode *root, const char *path, GraftNode *node);

/* The like, with content; each frees @root. */
GraftNode *test_add_bytes (GraftNode *root, const char *path, GBytes *bytes);
GraftNode *test_add_made (GraftNode *root, const char *path, guint seed, gsize length);
GraftNode *test_add_special (GraftNode *root, const char *path, GraftNodeType type,
                             const char *target);
GraftNode *test_chmod_node (GraftNode *root, const char *path, guint mode);
/* Something of everything in the tree of test_folder_fill(): gone, new, changed, linked. */
GraftNode *test_edit_much (GraftNode *root);

/* Writes @root to NAME, verifies it (fully), and opens it. */
GraftImage *test_write (TestFolder *self, GraftImage *image, GraftNode *root,
                        const GraftImageOptions *options, const char *name,
                        GraftWritten **ret_written);
