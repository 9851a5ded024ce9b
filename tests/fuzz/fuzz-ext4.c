/* fuzz-ext4.c: any bytes as an ext4: open, list, read, edit, verify
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <stdint.h>

#include "formats/ext4/graft-ext4-image.h"
#include "image/graft-path.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* Enough to meet every kind of block; a file that is a hole may say that it is larger than any
 * disk. */
#define READ_MOST (4 * 1024 * 1024)

static gboolean
visit (const char *path, GraftNode *node, gpointer data, GError **error)
{
  g_autoptr (GPtrArray) xattrs = graft_node_list_xattrs (node, NULL);
  g_autoptr (GraftInput) input = NULL;
  guint64 *left = data, offset = 0;
  guint8 buffer[5000];

  if (graft_node_get_node_type (node) == GRAFT_NODE_REGULAR)
    input = graft_node_open (node, NULL);
  while (input != NULL && *left > 0 && offset < graft_input_get_size (input))
    {
      gssize count = graft_input_read_some (input, offset, buffer, sizeof buffer, NULL);

      if (count <= 0)
        break;
      offset += count;
      *left -= MIN (*left, (guint64)count);
    }
  return TRUE;
}

/* The first entry of the root goes, and a file of some blocks comes. */
static GraftNode *
edit (GraftNode *root)
{
  g_autoptr (GraftDirectory) listed = graft_node_list (root, NULL);
  g_autoptr (GraftNode) without = NULL, added = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new_take (g_strnfill (5000, 'n'), 5000);
  g_autoptr (GraftInput) content = graft_memory_input_new (bytes, "new");
  const GraftNodeInit init = { .type = GRAFT_NODE_REGULAR, .content = content };
  g_autofree char *path = NULL;

  if (listed == NULL || graft_directory_get_n_entries (listed) == 0)
    return NULL;
  path = g_strconcat ("/", graft_directory_get_entry (listed, 0)->name, NULL);
  without = graft_path_with (root, path, NULL, FALSE, NULL);
  added = graft_node_new (&init);
  return without != NULL ? graft_path_with (without, "/new/file", added, TRUE, NULL) : NULL;
}

/* A hostile file system may say that what is in use is free: then the proof fails, not the program.
 */
static void
write_edited (GraftImage *image, GraftNode *root)
{
  g_autoptr (GraftNode) edited = edit (root);
  g_autoptr (GraftOutput) output = graft_output_new_memory ("output", NULL);
  g_autoptr (GraftWritten) written = graft_written_new ();
  g_autoptr (GraftInput) input = NULL;
  g_autoptr (GraftImage) result = NULL;
  g_auto (GStrv) facts = graft_ext4_image_list_facts (GRAFT_EXT4_IMAGE (image));
  const GraftImageOptions options = { .n_threads = 1 };

  if (edited == NULL || output == NULL || facts == NULL
      || !graft_image_write (image, &edited, &options, output, written, NULL, NULL, NULL))
    return;
  input = graft_output_open (output, NULL);
  result = input != NULL ? graft_ext4_image_get_format ()->open (input, NULL, NULL) : NULL;
  if (result == NULL
      || !graft_image_verify (image, &edited, result, written, FALSE, NULL, NULL, NULL))
    return;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GraftInput) input = graft_memory_input_new (bytes, "fuzz");
  g_autoptr (GraftImage) image = graft_ext4_image_get_format ()->open (input, NULL, NULL);
  g_autoptr (GraftNode) root = NULL;
  guint64 left = READ_MOST;

  if (image == NULL)
    return 0;
  root = graft_image_dup_part (image, 0);
  if (graft_path_walk (root, "/", visit, &left, NULL, NULL))
    write_edited (image, root);
  return 0;
}
