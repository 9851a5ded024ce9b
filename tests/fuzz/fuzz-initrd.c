/* fuzz-initrd.c: any bytes as an initrd: split, list, merge, write again with and without edits
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "formats/initrd/graft-initrd.h"
#include "image/graft-path.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* Reads every file a little, so that offsets and sizes are believed by somebody. */
static gboolean
visit (const char *path, GraftNode *node, gpointer data, GError **error)
{
  g_autoptr (GraftInput) input = NULL;
  guint8 buffer[64];

  if (graft_node_get_node_type (node) == GRAFT_NODE_SYMLINK && graft_node_get_target (node) == NULL)
    abort ();
  if (graft_node_get_node_type (node) != GRAFT_NODE_REGULAR)
    return TRUE;
  input = graft_node_open (node, error);
  if (input == NULL || graft_input_get_size (input) != graft_node_get_size (node))
    abort ();
  return graft_input_read_some (input, 0, buffer, sizeof buffer, error) >= 0;
}

/* Writes and verifies; with @same, the bytes must be the image's own. */
static void
write_image (GraftImage *image, GPtrArray *roots, GBytes *same)
{
  const GraftImageOptions options = { .n_threads = 1 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftOutput) output = graft_output_new_memory ("written", &error);
  g_autoptr (GraftWritten) written = graft_written_new ();
  g_autoptr (GraftInput) input = NULL;
  g_autoptr (GraftImage) result = NULL;
  g_autoptr (GBytes) bytes = NULL;

  if (!graft_image_write (image, (GraftNode *const *)roots->pdata, &options, output, written, NULL,
                          NULL, &error))
    {
      /* What is only copied can always be written. */
      if (same != NULL)
        abort ();
      return;
    }
  input = graft_output_open (output, &error);
  if (same != NULL)
    {
      bytes = graft_input_read_all (input, &error);
      if (bytes == NULL || !g_bytes_equal (bytes, same))
        abort ();
    }
  result = graft_initrd_get_format ()->open (input, NULL, &error);
  if (result == NULL
      || !graft_image_verify (image, (GraftNode *const *)roots->pdata, result, written, FALSE, NULL,
                              NULL, &error))
    {
      g_printerr ("%s\n", error->message);
      abort ();
    }
}

static void
edit (GPtrArray *roots, const char *path, GraftNode *node)
{
  gpointer *last = &roots->pdata[roots->len - 1];
  GraftNode *edited = graft_path_with (*last, path, node, TRUE, NULL);

  if (edited == NULL)
    return;
  graft_node_unref (*last);
  *last = edited;
}

/* A new file in a new folder, and the first entry gone. */
static void
edit_image (GraftImage *image, GPtrArray *roots)
{
  g_autoptr (GBytes) text = g_bytes_new_static ("new", 3);
  g_autoptr (GraftInput) content = graft_memory_input_new (text, "new");
  const GraftNodeInit init
      = { .type = GRAFT_NODE_REGULAR, .attributes = { .mode = 0644 }, .content = content };
  g_autoptr (GraftNode) node = graft_node_new (&init);
  g_autoptr (GraftDirectory) listing
      = graft_node_list (g_ptr_array_index (roots, roots->len - 1), NULL);

  if (listing != NULL && graft_directory_get_n_entries (listing) > 0)
    {
      const GraftEntry *first = graft_directory_get_entry (listing, 0);
      g_autofree char *path = graft_path_join ("/", first->name);

      edit (roots, path, NULL);
    }
  edit (roots, "/new-folder/new", node);
  write_image (image, roots, NULL);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GraftInput) input = graft_memory_input_new (bytes, "initrd.img");
  g_autoptr (GError) error = NULL, read_error = NULL;
  g_autoptr (GraftImage) image = NULL;
  g_autoptr (GPtrArray) roots = g_ptr_array_new_with_free_func ((GDestroyNotify)graft_node_unref);
  g_autoptr (GPtrArray) hidden = NULL;
  g_autoptr (GraftNode) merged = NULL;
  int score = graft_initrd_get_format ()->probe (input);

  if (score < 0 || score > 100)
    abort ();
  image = graft_initrd_get_format ()->open (input, NULL, &error);
  if ((image == NULL) != (error != NULL))
    abort ();
  if (image == NULL)
    return 0;
  for (guint i = 0; i < graft_image_get_n_parts (image); i++)
    g_ptr_array_add (roots, graft_image_dup_part (image, i));
  merged = graft_image_dup_root (image, &error);
  if (merged == NULL || !graft_path_walk (merged, "/", visit, NULL, NULL, &read_error))
    abort ();
  hidden = graft_initrd_list_hidden (GRAFT_INITRD (image), &error);
  if (hidden == NULL)
    abort ();
  write_image (image, roots, bytes);
  edit_image (image, roots);
  return 0;
}
