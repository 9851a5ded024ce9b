/* graft-initrd-fixture.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/initrd/graft-initrd-fixture.h"

#include <string.h>

#include "coders/graft-tool-fixture.h"
#include "image/graft-path.h"

GByteArray *
graft_initrd_fixture_archive (const char *records)
{
  g_auto (GStrv) words = g_strsplit (records, " ", -1);
  GByteArray *bytes = g_byte_array_new ();

  for (guint i = 0; words[i] != NULL; i++)
    {
      char *path = words[i] + (words[i][1] == ':' ? 2 : 0);
      char *value = strchr (path, '=');

      if (value != NULL)
        *value++ = '\0';
      if (words[i][0] == 'd')
        graft_cpio_fixture_add_folder (bytes, path);
      else if (words[i][0] == 'f')
        graft_cpio_fixture_add_file (bytes, path, value);
      else if (words[i][0] == 'l')
        graft_cpio_fixture_add_link (bytes, path, value);
      else if (words[i][0] == 't')
        graft_cpio_fixture_add_trailer (bytes);
      else if (words[i][0] == 'z')
        graft_cpio_fixture_add_zeros (bytes, g_ascii_strtoull (path, NULL, 10));
    }
  return bytes;
}

void
graft_initrd_fixture_add (GByteArray *initrd, const char *records, const char *command)
{
  GByteArray *archive = graft_initrd_fixture_archive (records);
  g_autoptr (GBytes) plain = g_byte_array_free_to_bytes (archive);
  g_autoptr (GBytes) stored
      = command != NULL ? graft_tool_run (command, plain) : g_bytes_ref (plain);

  g_byte_array_append (initrd, g_bytes_get_data (stored, NULL), g_bytes_get_size (stored));
}

GraftImage *
graft_initrd_fixture_open (const guint8 *data, gsize length, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, length);
  g_autoptr (GraftInput) input = graft_memory_input_new (bytes, "initrd.img");

  return graft_initrd_get_format ()->open (input, NULL, error);
}

GraftImage *
graft_initrd_fixture_load (GByteArray *initrd)
{
  g_autoptr (GError) error = NULL;
  GraftImage *image = graft_initrd_fixture_open (initrd->data, initrd->len, &error);

  g_assert_no_error (error);
  return image;
}

char *
graft_initrd_fixture_segments (GraftImage *image)
{
  GPtrArray *segments = graft_image_get_segments (image);
  g_autoptr (GString) text = g_string_new (NULL);
  guint64 end = 0;

  for (guint i = 0; i < segments->len; i++)
    {
      const GraftSegment *segment = g_ptr_array_index (segments, i);

      g_assert_cmpuint (segment->number, ==, i + 1);
      g_assert_cmpuint (segment->offset, ==, end);
      end += segment->size;
      g_string_append_printf (text, "%s %s %" G_GUINT64_FORMAT " %d%s%s%s\n", segment->format,
                              segment->compression, segment->n_entries, segment->part,
                              segment->early ? " early" : "", segment->problem != NULL ? " " : "",
                              segment->problem != NULL ? segment->problem : "");
    }
  g_assert_cmpuint (end, ==, graft_input_get_size (graft_image_get_input (image)));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

char *
graft_initrd_fixture_merged (GraftImage *image)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftNode) root = graft_image_dup_root (image, &error);

  g_assert_no_error (error);
  return graft_cpio_fixture_dump (root);
}

GPtrArray *
graft_initrd_fixture_roots (GraftImage *image)
{
  GPtrArray *roots = g_ptr_array_new_with_free_func ((GDestroyNotify)graft_node_unref);

  for (guint i = 0; i < graft_image_get_n_parts (image); i++)
    g_ptr_array_add (roots, graft_image_dup_part (image, i));
  return roots;
}

void
graft_initrd_fixture_edit (GPtrArray *roots, guint part, const char *path, GraftNode *node)
{
  g_autoptr (GError) error = NULL;
  GraftNode *edited = graft_path_with (g_ptr_array_index (roots, part), path, node, TRUE, &error);

  g_assert_no_error (error);
  graft_node_unref (g_ptr_array_index (roots, part));
  g_ptr_array_index (roots, part) = edited;
}

GraftImage *
graft_initrd_fixture_write (GraftImage *image, GPtrArray *roots, const char *compression,
                            GBytes **ret_bytes, GError **error)
{
  const GraftImageOptions options = { .compression = compression };
  g_autoptr (GraftOutput) output = graft_output_new_memory ("new initrd.img", error);
  g_autoptr (GraftWritten) written = graft_written_new ();
  g_autoptr (GraftInput) input = NULL;
  g_autoptr (GraftImage) result = NULL;

  if (!graft_image_write (image, (GraftNode *const *)roots->pdata, &options, output, written, NULL,
                          NULL, error))
    return NULL;
  g_assert_cmpuint (written->copied + written->encoded, ==, graft_output_get_position (output));
  input = graft_output_open (output, error);
  g_assert_nonnull (input);
  result = graft_initrd_get_format ()->open (input, NULL, error);
  if (result == NULL
      || !graft_image_verify (image, (GraftNode *const *)roots->pdata, result, written, TRUE, NULL,
                              NULL, error))
    return NULL;
  if (ret_bytes != NULL)
    *ret_bytes = graft_input_read_all (input, error);
  return g_steal_pointer (&result);
}
