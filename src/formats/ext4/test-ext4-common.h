/* test-ext4-common.h: what the tests of this folder share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Images are made by mke2fs and debugfs, and looked at with e2fsck and debugfs.
 */

#pragma once

#include "base/graft-error.h"
#include "formats/ext4/graft-ext4-image.h"
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

/* Writes a file below the tree, making folders. */
void test_folder_add (TestFolder *self, const char *path, const void *data, gsize length,
                      guint mode);
/* Something of each kind that needs no root, and big/ with @n_big empty files. */
void test_folder_fill (TestFolder *self, guint n_big);

/* Runs a command line, and asserts that it ends with one of 0 and @may. Its standard output. */
char *test_run (int may, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* mke2fs with the words of @arguments, the tree in it, and large folders indexed. Its path. */
char *test_make_image (TestFolder *self, const char *name, const char *arguments, const char *size);
/* debugfs writing to the image at @path, a command a line. */
void test_debugfs (TestFolder *self, const char *path, const char *commands);

GraftImage *test_open (const char *path);
GraftNode *test_find (GraftImage *image, const char *path);
GBytes *test_read (GraftNode *node);
GBytes *test_make_bytes (guint seed, gsize length);
/* A line for each entry with all that a node tells. */
char *test_dump (GraftNode *root, GError **error);

GraftNode *test_new_file (GBytes *bytes);
/* @root with @path made, replaced or (@node NULL) gone. Frees @root. */
GraftNode *test_edit (GraftNode *root, const char *path, GraftNode *node);
/* @root with a new file of test_make_bytes(). Frees @root. */
GraftNode *test_add_bytes (GraftNode *root, const char *path, guint seed, gsize length);

/* Writes @root to NAME, verifies it (fully), asserts that e2fsck finds nothing, and opens it. */
GraftImage *test_write (TestFolder *self, GraftImage *image, GraftNode *root, const char *name);
/* The same where it may grow. */
GraftImage *test_write_larger (TestFolder *self, GraftImage *image, GraftNode *root,
                               const char *name);
