/* test-initrd-write.c: initrds written anew, with and without edits, and verified
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>

#include "base/graft-error.h"
#include "coders/graft-tool-fixture.h"
#include "coders/graft-xz-blocks.h"
#include "formats/initrd/graft-initrd-fixture.h"
#include "image/graft-path.h"

#define XZ "xz -c --check=crc32"

static const char *const commands[] = { NULL,
                                        "gzip -c",
                                        XZ,
                                        "zstd -q -c",
                                        "lz4 -q -l -c; printf '\\0\\0\\0\\0'",
                                        "bzip2 -c",
                                        "xz -c --format=lzma",
                                        "lzop -c" };
static const char *const names[] = { "none", "gzip", "xz", "zstd", "lz4", "bzip2", "lzma", "lzo" };

/* Microcode, an archive in each compression with odd padding between, unreadable at the end. */
static GByteArray *
make_all (void)
{
  GByteArray *initrd = g_byte_array_new ();

  graft_initrd_fixture_add (initrd, "d:kernel f:kernel/x=microcode t", NULL);
  graft_cpio_fixture_add_zeros (initrd, 512 - initrd->len);
  for (guint i = 1; i < G_N_ELEMENTS (commands); i++)
    {
      g_autofree char *records = g_strdup_printf ("d:%s f:%s/a=aaa f:%s/b=bbb t z:%u", names[i],
                                                  names[i], names[i], i * 4);

      graft_initrd_fixture_add (initrd, records, commands[i]);
      graft_cpio_fixture_add_zeros (initrd, i);
    }
  graft_cpio_fixture_add_zeros (initrd, -initrd->len & 3);
  graft_initrd_fixture_add (initrd, "f:last=1 t z:388", NULL);
  g_byte_array_append (initrd, (const guint8 *)"what is this", 12);
  return initrd;
}

static void
test_unchanged (void)
{
  g_autoptr (GByteArray) initrd = make_all ();
  g_autoptr (GraftImage) image = graft_initrd_fixture_load (initrd), result = NULL;
  g_autoptr (GPtrArray) roots = graft_initrd_fixture_roots (image);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;

  result = graft_initrd_fixture_write (image, roots, NULL, &bytes, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), initrd->data,
                   initrd->len);
}

/* An edit in each part in turn: the others stay as they are stored, and all can be read. */
static void
test_edit_each (void)
{
  g_autoptr (GByteArray) initrd = make_all ();
  g_autoptr (GraftImage) image = graft_initrd_fixture_load (initrd);
  GPtrArray *segments = graft_image_get_segments (image);
  g_autoptr (GraftNode) file = graft_cpio_fixture_new_file ("new");

  for (guint part = 0; part < graft_image_get_n_parts (image); part++)
    {
      g_autoptr (GPtrArray) roots = graft_initrd_fixture_roots (image);
      g_autoptr (GraftImage) result = NULL;
      g_autoptr (GBytes) bytes = NULL, again = NULL;
      g_autoptr (GraftImage) result_again = NULL;
      g_autoptr (GError) error = NULL;
      g_autofree char *merged = NULL;

      graft_initrd_fixture_edit (roots, part, "/added", file);
      result = graft_initrd_fixture_write (image, roots, NULL, &bytes, &error);
      g_assert_no_error (error);
      result_again = graft_initrd_fixture_write (image, roots, NULL, &again, &error);
      g_assert_true (g_bytes_equal (bytes, again));
      merged = graft_initrd_fixture_merged (result);
      g_assert_nonnull (strstr (merged, "/added file 0644 0:0 3 \"new\"\n"));
      g_assert_nonnull (strstr (merged, "/last file"));
      for (guint i = 0; i < segments->len; i++)
        {
          const GraftSegment *segment = g_ptr_array_index (segments, i);

          if (segment->part != (int)part)
            g_assert_nonnull (memmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                                      initrd->data + segment->offset, segment->size));
        }
    }
}

static void
test_compression (gconstpointer data)
{
  const char *name = data;
  g_autoptr (GByteArray) initrd = g_byte_array_new ();
  g_autoptr (GraftImage) image = NULL, result = NULL;
  g_autoptr (GPtrArray) roots = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *wanted = NULL, *segments = NULL, *before = NULL, *after = NULL;

  graft_initrd_fixture_add (initrd, "d:kernel f:kernel/x=microcode t", NULL);
  graft_initrd_fixture_add (initrd, "d:a f:a/b=1 t", "gzip -c");
  graft_initrd_fixture_add (initrd, "d:c f:c/d=2 t", XZ);
  image = graft_initrd_fixture_load (initrd);
  roots = graft_initrd_fixture_roots (image);
  result = graft_initrd_fixture_write (image, roots, name, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (graft_image_get_compression (result), ==, name);
  before = graft_initrd_fixture_merged (image);
  after = graft_initrd_fixture_merged (result);
  g_assert_cmpstr (before, ==, after);
  segments = graft_initrd_fixture_segments (result);
  g_assert_true (g_str_has_prefix (segments, "newc none 2 0 early\n"));
  g_assert_null (strstr (segments, "kernel"));
}

/* Uncompressed, it would not end where it should. */
static void
test_not_storable (void)
{
  static const char *const records[] = { "f:a=1", "f:a=1 t f:b=2 t", "f:a=1 t f:b=2" };

  for (guint i = 0; i < G_N_ELEMENTS (records); i++)
    {
      g_autoptr (GByteArray) initrd = g_byte_array_new ();
      g_autoptr (GraftImage) image = NULL;
      g_autoptr (GPtrArray) roots = NULL;
      g_autoptr (GError) error = NULL;

      graft_initrd_fixture_add (initrd, records[i], "gzip -c");
      image = graft_initrd_fixture_load (initrd);
      roots = graft_initrd_fixture_roots (image);
      g_assert_null (graft_initrd_fixture_write (image, roots, "none", NULL, &error));
      g_assert_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_UNSUPPORTED);
      g_assert_nonnull (strstr (error->message, "segment 1 is not one archive with a trailer"));
    }
}

static void
test_compression_unknown (void)
{
  g_autoptr (GByteArray) initrd = g_byte_array_new ();
  g_autoptr (GraftImage) image = NULL;
  g_autoptr (GPtrArray) roots = NULL;
  static const char *const wrong[] = { "bz2", "rar", "lz4-frame" };

  graft_initrd_fixture_add (initrd, "f:a=1 t", "gzip -c");
  image = graft_initrd_fixture_load (initrd);
  roots = graft_initrd_fixture_roots (image);
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (graft_initrd_fixture_write (image, roots, wrong[i], NULL, &error));
      g_assert_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_INVALID);
    }
}

/* What the kernel would refuse is written so that it takes it, once it is written anew. */
static void
test_mended (void)
{
  static const char *const refused[]
      = { "xz -c", "lz4 -q -c", "lzop -F -c", "lzop -CC --crc32 -c" };

  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (GByteArray) initrd = g_byte_array_new ();
      g_autoptr (GraftImage) image = NULL, same = NULL, result = NULL;
      g_autoptr (GPtrArray) roots = NULL;
      g_autoptr (GraftNode) file = graft_cpio_fixture_new_file ("new");
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (GError) error = NULL;
      const GraftSegment *segment;

      graft_initrd_fixture_add (initrd, "f:a=1 t", refused[i]);
      image = graft_initrd_fixture_load (initrd);
      roots = graft_initrd_fixture_roots (image);
      same = graft_initrd_fixture_write (image, roots, NULL, &bytes, &error);
      g_assert_no_error (error);
      g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), initrd->data,
                       initrd->len);
      graft_initrd_fixture_edit (roots, 0, "/new", file);
      result = graft_initrd_fixture_write (image, roots, NULL, NULL, &error);
      g_assert_no_error (error);
      segment = g_ptr_array_index (graft_image_get_segments (result), 0);
      g_assert_null (segment->problem);
    }
}

/* A folder that another part provides gets no record, which would replace its link (C29). */
static void
test_folders_of_other_parts (void)
{
  g_autoptr (GByteArray) initrd = g_byte_array_new ();
  g_autoptr (GraftImage) image = NULL, result = NULL;
  g_autoptr (GPtrArray) roots = NULL;
  g_autoptr (GraftNode) file = graft_cpio_fixture_new_file ("new"), root = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *merged = NULL, *part = NULL;

  graft_initrd_fixture_add (initrd, "d:usr d:usr/lib l:lib=usr/lib t", "gzip -c");
  graft_initrd_fixture_add (initrd, "f:init=sh t", "gzip -c");
  image = graft_initrd_fixture_load (initrd);
  roots = graft_initrd_fixture_roots (image);
  graft_initrd_fixture_edit (roots, 1, "/lib/modules/1/x.ko", file);
  result = graft_initrd_fixture_write (image, roots, NULL, NULL, &error);
  g_assert_no_error (error);
  root = graft_image_dup_part (result, 1);
  part = graft_cpio_fixture_dump (root);
  g_assert_cmpstr (part, ==,
                   "/ implicit\n"
                   "/init file 0644 0:0 2 \"sh\"\n"
                   "/lib implicit\n"
                   "/lib/modules directory 0755 0:0\n"
                   "/lib/modules/1 directory 0755 0:0\n"
                   "/lib/modules/1/x.ko file 0644 0:0 3 \"new\"\n");
  merged = graft_initrd_fixture_merged (result);
  g_assert_cmpstr (merged, ==,
                   "/ implicit\n"
                   "/init file 0644 0:0 2 \"sh\"\n"
                   "/lib symlink 0777 0:0 -> usr/lib\n"
                   "/usr directory 0755 0:0\n"
                   "/usr/lib directory 0755 0:0\n"
                   "/usr/lib/modules directory 0755 0:0\n"
                   "/usr/lib/modules/1 directory 0755 0:0\n"
                   "/usr/lib/modules/1/x.ko file 0644 0:0 3 \"new\"\n");
}

/* Of an xz stream of several blocks only those with a change are encoded anew. */
static void
test_xz_blocks (void)
{
  g_autoptr (GByteArray) initrd = g_byte_array_new ();
  g_autoptr (GraftImage) image = NULL, result = NULL;
  g_autoptr (GPtrArray) roots = NULL;
  g_autoptr (GString) records = g_string_new (NULL);
  g_autoptr (GraftNode) file = graft_cpio_fixture_new_file ("new");
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GArray) before = NULL, after = NULL;
  g_autoptr (GraftInput) stored = NULL;
  g_autoptr (GError) error = NULL;
  guint n_same = 0;

  for (guint i = 0; i < 300; i++)
    g_string_append_printf (records, "f:%03u=%u ", i, i * 7919);
  g_string_append (records, "t");
  graft_initrd_fixture_add (initrd, records->str, XZ " --block-size=5000");
  image = graft_initrd_fixture_load (initrd);
  roots = graft_initrd_fixture_roots (image);
  /* One changed, one gone, one new before the trailer. */
  graft_initrd_fixture_edit (roots, 0, "/100", file);
  graft_initrd_fixture_edit (roots, 0, "/200", NULL);
  graft_initrd_fixture_edit (roots, 0, "/new", file);
  result = graft_initrd_fixture_write (image, roots, NULL, &bytes, &error);
  g_assert_no_error (error);
  before = graft_xz_blocks_list (graft_image_get_input (image), &error);
  stored = graft_memory_input_new (bytes, "new");
  after = graft_xz_blocks_list (stored, &error);
  g_assert_cmpuint (before->len, >=, 8);
  g_assert_cmpuint (after->len, >=, before->len);
  for (guint i = 0; i < before->len; i++)
    {
      const GraftXzBlock *block = &g_array_index (before, GraftXzBlock, i);

      n_same += memmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                        initrd->data + block->offset, graft_xz_block_get_stored_size (block))
                != NULL;
    }
  g_assert_cmpuint (n_same, ==, before->len - 3);
}

/* The output differs from what was meant: each kind of difference is found. */
static void
test_mismatch (gconstpointer data)
{
  const char *command = data;
  const GraftImageOptions options = { 0 };
  g_autoptr (GByteArray) initrd = g_byte_array_new ();
  g_autoptr (GraftImage) image = NULL, result = NULL;
  g_autoptr (GPtrArray) roots = NULL, other = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftOutput) output = graft_output_new_memory ("new initrd.img", &error);
  g_autoptr (GraftWritten) written = graft_written_new ();
  g_autoptr (GraftNode) file = graft_cpio_fixture_new_file ("new");
  g_autoptr (GraftInput) input = NULL;
  g_autoptr (GBytes) bytes = NULL;
  gsize length;
  const guint8 *stored;

  graft_initrd_fixture_add (initrd, "f:a=some-content f:b=x t", command);
  image = graft_initrd_fixture_load (initrd);
  roots = graft_initrd_fixture_roots (image);
  other = graft_initrd_fixture_roots (image);
  graft_initrd_fixture_edit (roots, 0, "/new", file);
  g_assert_true (graft_image_write (image, (GraftNode *const *)roots->pdata, &options, output,
                                    written, NULL, NULL, &error));
  g_assert_no_error (error);

  /* Entries: against a tree that was not the one written. */
  input = graft_output_open (output, &error);
  result = graft_initrd_get_format ()->open (input, NULL, &error);
  g_assert_false (graft_image_verify (image, (GraftNode *const *)other->pdata, result, written,
                                      FALSE, NULL, NULL, &error));
  g_assert_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_MISMATCH);
  g_clear_error (&error);

  /* Content: the same entries with another byte, well encoded. */
  g_clear_object (&input);
  g_clear_object (&result);
  input = graft_output_open (output, &error);
  bytes = graft_input_read_all (input, &error);
  stored = g_bytes_get_data (bytes, &length);
  if (command == NULL)
    {
      const guint8 *at = memmem (stored, length, "some", 4);

      g_assert_true (graft_output_write_at (output, at - stored, "s0me", 4, &error));
      g_clear_object (&input);
      input = graft_output_open (output, &error);
      result = graft_initrd_get_format ()->open (input, NULL, &error);
      g_assert_no_error (error);
      g_assert_false (graft_image_verify (image, (GraftNode *const *)roots->pdata, result, written,
                                          FALSE, NULL, NULL, &error));
      g_assert_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_MISMATCH);
      g_assert_nonnull (strstr (error->message, "content"));
    }
}

/* The new image is decoded all right, but is not what went into the encoder. */
static void
test_mismatch_encoded (void)
{
  const GraftImageOptions options = { 0 };
  g_autoptr (GByteArray) initrd = g_byte_array_new (), swapped = g_byte_array_new ();
  g_autoptr (GraftImage) image = NULL, result = NULL;
  g_autoptr (GPtrArray) roots = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftOutput) output = graft_output_new_memory ("new initrd.img", &error);
  g_autoptr (GraftOutput) other = graft_output_new_memory ("other initrd.img", &error);
  g_autoptr (GraftWritten) written = graft_written_new ();
  g_autoptr (GraftInput) input = NULL;

  graft_initrd_fixture_add (initrd, "f:a=some-content f:b=x t", "gzip -c");
  graft_initrd_fixture_add (swapped, "f:a=s0me-content t", "gzip -c");
  image = graft_initrd_fixture_load (initrd);
  roots = graft_initrd_fixture_roots (image);
  graft_initrd_fixture_edit (roots, 0, "/b", NULL);
  g_assert_true (graft_image_write (image, (GraftNode *const *)roots->pdata, &options, output,
                                    written, NULL, NULL, &error));
  g_assert_true (graft_output_write (other, swapped->data, swapped->len, &error));
  input = graft_output_open (other, &error);
  result = graft_initrd_get_format ()->open (input, NULL, &error);
  g_assert_no_error (error);
  g_assert_false (graft_image_verify (image, (GraftNode *const *)roots->pdata, result, written,
                                      FALSE, NULL, NULL, &error));
  g_assert_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_MISMATCH);
  g_assert_nonnull (strstr (error->message, "content"));
}

static void
test_cancelled (void)
{
  const GraftImageOptions options = { .compression = "xz" };
  g_autoptr (GByteArray) initrd = make_all ();
  g_autoptr (GraftImage) image = graft_initrd_fixture_load (initrd);
  g_autoptr (GPtrArray) roots = graft_initrd_fixture_roots (image);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftOutput) output = graft_output_new_memory ("new initrd.img", &error);
  g_autoptr (GraftWritten) written = graft_written_new ();

  g_cancellable_cancel (cancellable);
  g_assert_false (graft_image_write (image, (GraftNode *const *)roots->pdata, &options, output,
                                     written, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* What the tools of the world make of our output: the same names, and all of the content. */
static void
test_read_by_others (gconstpointer data)
{
  static const char *const decoders[] = { "cat",
                                          "gzip -dc",
                                          "xz -dc",
                                          "zstd -q -dc",
                                          "lz4 -q -dc",
                                          "bzip2 -dc",
                                          "xz -dc --format=lzma",
                                          "lzop -dc" };
  guint kind = GPOINTER_TO_UINT (data);
  g_autoptr (GBytes) packed = graft_tool_run (
      "set -e; d=$(mktemp -d); cd $d; mkdir -p a/b; seq 1 5000 > a/b/c; ln a/b/c a/link; "
      "ln -s b/c a/soft; mkfifo a/pipe; echo x > a/remove; ln a/b/c a/remove-too; find . | "
      "LC_ALL=C sort | cpio -o "
      "--quiet -H newc -R 0:0; rm -r $d",
      NULL);
  g_autofree char *command = g_strdup_printf (
      "set -e; d=$(mktemp -d); %s > $d/cpio; cd $d; cpio -it --quiet < cpio | LC_ALL=C sort; "
      "cpio -i --quiet < cpio; cksum < a/link; stat -c %%h a/link; rm -r $d",
      decoders[kind]);
  g_autoptr (GBytes) stored
      = kind == 0 ? g_bytes_ref (packed)
                  /* lz4(1) does not stand the zeros that the kernel wants. */
                  : graft_tool_run (kind == 4 ? "lz4 -q -l -c" : commands[kind], packed);
  g_autoptr (GByteArray) initrd = g_byte_array_new ();
  g_autoptr (GraftImage) image = NULL, result = NULL;
  g_autoptr (GPtrArray) roots = NULL;
  g_autoptr (GraftNode) file = graft_cpio_fixture_new_file ("new");
  g_autoptr (GBytes) bytes = NULL, listing = NULL, sum = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *wanted = NULL;

  g_byte_array_append (initrd, g_bytes_get_data (stored, NULL), g_bytes_get_size (stored));
  image = graft_initrd_fixture_load (initrd);
  roots = graft_initrd_fixture_roots (image);
  graft_initrd_fixture_edit (roots, 0, "/a/new", file);
  graft_initrd_fixture_edit (roots, 0, "/a/remove", NULL);
  graft_initrd_fixture_edit (roots, 0, "/a/remove-too", NULL);
  result = graft_initrd_fixture_write (image, roots, NULL, &bytes, &error);
  g_assert_no_error (error);
  listing = graft_tool_run (command, bytes);
  sum = graft_tool_run ("seq 1 5000 | cksum; echo 2", NULL);
  wanted
      = g_strdup_printf (".\na\na/b\na/b/c\na/link\na/new\na/pipe\na/soft\n%.*s",
                         (int)g_bytes_get_size (sum), (const char *)g_bytes_get_data (sum, NULL));
  g_assert_cmpmem (g_bytes_get_data (listing, NULL), g_bytes_get_size (listing), wanted,
                   strlen (wanted));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/unchanged", test_unchanged);
  g_test_add_func ("/edit-each", test_edit_each);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *compression = g_strdup_printf ("/compression/%s", names[i]);
      g_autofree char *others = g_strdup_printf ("/read-by-others/%s", names[i]);
      g_autofree char *mismatch = g_strdup_printf ("/mismatch/%s", names[i]);

      g_test_add_data_func (compression, names[i], test_compression);
      g_test_add_data_func (others, GUINT_TO_POINTER (i), test_read_by_others);
      g_test_add_data_func (mismatch, commands[i], test_mismatch);
    }
  g_test_add_func ("/compression-unknown", test_compression_unknown);
  g_test_add_func ("/compression-not-storable", test_not_storable);
  g_test_add_func ("/mended", test_mended);
  g_test_add_func ("/folders-of-other-parts", test_folders_of_other_parts);
  g_test_add_func ("/xz-blocks", test_xz_blocks);
  g_test_add_func ("/mismatch-encoded", test_mismatch_encoded);
  g_test_add_func ("/cancelled", test_cancelled);
  return g_test_run ();
}
