/* test-squashfs-edits.c: edits that the tests of writing make
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>

#include "formats/squashfs/test-squashfs-common.h"

GraftNode *
test_add_bytes (GraftNode *root, const char *path, GBytes *bytes)
{
  g_autoptr (GraftNode) node = test_new_file (bytes);

  return test_edit (root, path, node);
}

GraftNode *
test_add_made (GraftNode *root, const char *path, guint seed, gsize length)
{
  g_autoptr (GBytes) bytes = test_make_bytes (seed, length);

  return test_add_bytes (root, path, bytes);
}

GraftNode *
test_add_special (GraftNode *root, const char *path, GraftNodeType type, const char *target)
{
  const GraftNodeInit init = {
    .type = type,
    .attributes = { .mode = 0600, .uid = 5, .mtime = 1700000001 },
    .size = target != NULL ? strlen (target) : 0,
    .target = target,
    .rdev_major = type == GRAFT_NODE_CHAR_DEVICE ? 4 : 0,
    .rdev_minor = type == GRAFT_NODE_CHAR_DEVICE ? 70000 : 0,
  };
  g_autoptr (GraftNode) node = graft_node_new (&init);

  return test_edit (root, path, node);
}

GraftNode *
test_chmod_node (GraftNode *root, const char *path, guint mode)
{
  g_autoptr (GraftNode) node = test_find (root, path);
  GraftNodeInit init = graft_node_to_init (node);
  g_autoptr (GraftNode) changed = NULL;

  init.attributes.mode = mode;
  changed = graft_node_new (&init);
  return test_edit (root, path, changed);
}

/* Zeros, then bytes, then zeros. */
static GBytes *
make_sparse (void)
{
  guint8 *data = g_malloc0 (3 << 20);

  memset (data + (1 << 20), 'x', 1000);
  return g_bytes_new_take (data, 3 << 20);
}

/* Something of everything: gone, new, changed, linked. */
GraftNode *
test_edit_much (GraftNode *root)
{
  g_autoptr (GBytes) sparse = make_sparse ();
  g_autoptr (GBytes) zeros = g_bytes_new_take (g_malloc0 (200000), 200000);
  g_autoptr (GBytes) empty = g_bytes_new (NULL, 0);
  g_autoptr (GraftNode) linked = NULL;

  root = test_edit (root, "/usr/share/files/file07", NULL);
  root = test_edit (root, "/usr/lib/big", NULL);
  root = test_edit (root, "/usr/hard", NULL);
  root = test_add_made (root, "/usr/lib/new", 50, 400001);
  root = test_add_made (root, "/usr/lib/new-copy", 50, 400001);
  root = test_add_made (root, "/opt/deep/er/small", 51, 777);
  root = test_add_made (root, "/opt/block", 52, 131072);
  root = test_add_made (root, "/etc/nothing", 53, 4);
  root = test_add_bytes (root, "/opt/sparse", sparse);
  root = test_add_bytes (root, "/opt/zeros", zeros);
  root = test_add_bytes (root, "/opt/empty", empty);
  root = test_add_special (root, "/dev/tty", GRAFT_NODE_CHAR_DEVICE, NULL);
  root = test_add_special (root, "/dev/pipe", GRAFT_NODE_FIFO, NULL);
  root = test_add_special (root, "/opt/link", GRAFT_NODE_SYMLINK, "../usr/lib/new");
  root = test_chmod_node (root, "/usr/lib/sparse", 0400);
  root = test_chmod_node (root, "/usr/share", 0700);
  linked = test_find (root, "/usr/bin/tool");
  root = test_edit (root, "/usr/bin/tool-too", linked);
  return root;
}
