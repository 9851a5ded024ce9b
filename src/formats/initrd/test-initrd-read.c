/* test-initrd-read.c: segments as the kernel walks them, and what it has in the end
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>

#include "base/graft-error.h"
#include "base/graft-limits.h"
#include "coders/graft-stream-reader.h"
#include "coders/graft-tool-fixture.h"
#include "coders/graft-xz-blocks.h"
#include "formats/initrd/graft-initrd-fixture.h"
#include "formats/initrd/graft-initrd-segment.h"

#define XZ "xz -c --check=crc32"

static void
assert_segments (GByteArray *initrd, const char *wanted)
{
  g_autoptr (GraftImage) image = graft_initrd_fixture_load (initrd);
  g_autofree char *segments = graft_initrd_fixture_segments (image);

  g_assert_cmpstr (segments, ==, wanted);
}

static void
assert_merged (GByteArray *initrd, const char *wanted)
{
  g_autoptr (GraftImage) image = graft_initrd_fixture_load (initrd);
  g_autofree char *merged = graft_initrd_fixture_merged (image);

  g_assert_cmpstr (merged, ==, wanted);
}

/* Opening fails with @code, and the message has all of @words. */
static void
assert_refused (GByteArray *initrd, int code, const char *first, const char *second)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftImage) image = graft_initrd_fixture_open (initrd->data, initrd->len, &error);

  g_assert_null (image);
  g_assert_error (error, GRAFT_IMAGE_ERROR, code);
  g_assert_nonnull (strstr (error->message, "initrd.img"));
  g_assert_nonnull (strstr (error->message, first));
  g_assert_nonnull (strstr (error->message, second));
}

static int
probe (GByteArray *initrd)
{
  g_autoptr (GBytes) bytes = g_bytes_new (initrd->data, initrd->len);
  g_autoptr (GraftInput) input = graft_memory_input_new (bytes, "initrd.img");

  return graft_initrd_get_format ()->probe (input);
}

/* Rule 3: each archive compressed by its own, in any order. */
static void
test_rule_3_compressions (void)
{
  static const struct
  {
    const char *command, *name;
  } kinds[] = {
    { NULL, "none" },
    { "gzip -c", "gzip" },
    { XZ, "xz" },
    { "zstd -q -c", "zstd" },
    { "lz4 -q -l -c; printf '\\0\\0\\0\\0'", "lz4" },
    { "bzip2 -c", "bzip2" },
    { "xz --format=lzma -c", "lzma" },
    { "lzop -c", "lzo" },
  };
  g_autoptr (GByteArray) all = g_byte_array_new ();
  g_autoptr (GString) wanted = g_string_new (NULL), entries = g_string_new ("/ implicit\n");

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autoptr (GByteArray) one = g_byte_array_new ();
      g_autofree char *records = g_strdup_printf ("f:%s=%u t", kinds[i].name, i);
      g_autoptr (GraftImage) image = NULL;

      graft_initrd_fixture_add (one, records, kinds[i].command);
      g_assert_cmpint (probe (one), >=, 60);
      image = graft_initrd_fixture_load (one);
      g_assert_cmpstr (graft_image_get_compression (image), ==, kinds[i].name);
      g_byte_array_append (all, one->data, one->len);
    }
  assert_segments (all, "newc none 1 0\n"
                        "newc gzip 1 1\n"
                        "newc xz 1 2\n"
                        "newc zstd 1 3\n"
                        "newc lz4 1 4\n"
                        "padding none 0 -1\n"
                        "newc bzip2 1 5\n"
                        "newc lzma 1 6\n"
                        "newc lzo 1 7\n");
  assert_merged (all, "/ implicit\n"
                      "/bzip2 file 0644 0:0 1 \"5\"\n"
                      "/gzip file 0644 0:0 1 \"1\"\n"
                      "/lz4 file 0644 0:0 1 \"4\"\n"
                      "/lzma file 0644 0:0 1 \"6\"\n"
                      "/lzo file 0644 0:0 1 \"7\"\n"
                      "/none file 0644 0:0 1 \"0\"\n"
                      "/xz file 0644 0:0 1 \"2\"\n"
                      "/zstd file 0644 0:0 1 \"3\"\n");
}

/* Nothing of a block comes out before all of it is in, and what is packed already stays as large.
 */
static void
test_probe_large_blocks (void)
{
  static const char *const commands[] = { "bzip2 -c", "lzop -c", "xz -c --format=lzma" };

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_autofree char *command
          = g_strdup_printf ("set -e; d=$(mktemp -d); cd $d; seq 1 600000 | gzip -1 >noise; "
                             "echo noise | cpio -o --quiet -H newc | %s; rm -r $d",
                             commands[i]);
      g_autoptr (GBytes) bytes = graft_tool_run (command, NULL);
      g_autoptr (GByteArray) initrd = g_byte_array_new ();

      g_byte_array_append (initrd, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
      g_assert_cmpuint (initrd->len, >, 300000);
      g_assert_cmpint (probe (initrd), ==, 80);
    }
}

static void
test_microcode (void)
{
  g_autoptr (GByteArray) initrd = g_byte_array_new ();
  g_autoptr (GraftImage) image = NULL;

  graft_initrd_fixture_add (
      initrd, "d:kernel d:kernel/x86 d:kernel/x86/microcode f:kernel/x86/microcode/AMD.bin=x t",
      NULL);
  graft_cpio_fixture_add_zeros (initrd, 1024 - initrd->len);
  graft_initrd_fixture_add (initrd, "d:bin f:bin/sh=sh t", "zstd -q -c");
  assert_segments (initrd, "newc none 4 0 early\n"
                           "newc zstd 2 1\n");
  image = graft_initrd_fixture_load (initrd);
  g_assert_cmpstr (graft_image_get_compression (image), ==, "zstd");
  g_assert_cmpuint (graft_initrd_get_main_part (GRAFT_INITRD (image)), ==, 1);
  g_assert_cmpuint (graft_initrd_get_segment_number (GRAFT_INITRD (image), 1), ==, 2);
  g_assert_cmpint (graft_initrd_get_part (GRAFT_INITRD (image), 2), ==, 1);
  g_assert_cmpint (graft_initrd_get_part (GRAFT_INITRD (image), 3), ==, -1);
}

static void
test_padding (void)
{
  g_autoptr (GByteArray) initrd = g_byte_array_new ();

  graft_cpio_fixture_add_zeros (initrd, 12);
  graft_initrd_fixture_add (initrd, "f:a=1 t", NULL);
  graft_cpio_fixture_add_zeros (initrd, 70000);
  graft_initrd_fixture_add (initrd, "f:b=2 t", "gzip -c");
  /* After a compressed archive zeros may be any number. */
  graft_cpio_fixture_add_zeros (initrd, 2);
  graft_initrd_fixture_add (initrd, "f:c=3 t", "gzip -c");
  graft_cpio_fixture_add_zeros (initrd, 9);
  assert_segments (initrd, "padding none 0 -1\n"
                           "newc none 1 0\n"
                           "padding none 0 -1\n"
                           "newc gzip 1 1\n"
                           "newc gzip 1 2\n"
                           "padding none 0 -1\n");
}

static void
test_broken_padding (void)
{
  g_autoptr (GByteArray) initrd = g_byte_array_new ();

  graft_initrd_fixture_add (initrd, "f:a=1 t", NULL);
  graft_cpio_fixture_add_zeros (initrd, 1);
  graft_initrd_fixture_add (initrd, "f:b=2 t", "gzip -c");
  assert_segments (initrd,
                   "newc none 1 0\n"
                   "newc gzip 1 1 the kernel does not come this far: what follows an uncompressed "
                   "archive does not start on a multiple of 4 (\"broken padding\")\n");
  /* Nor does the merged view. */
  assert_merged (initrd, "/ implicit\n"
                         "/a file 0644 0:0 1 \"1\"\n");
}

static void
test_what_the_kernel_refuses (void)
{
  static const struct
  {
    const char *command, *words;
  } kinds[] = {
    { "xz -c", "--check=crc32" },
    { "lz4 -q -c", "legacy" },
    { "lzop -F -c", "one checksum" },
    { "lzop -CC -c", "one checksum" },
    { "lz4 -q -l -c; printf '\\375\\067'", "four zero bytes" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autoptr (GByteArray) initrd = g_byte_array_new ();
      g_autoptr (GraftImage) image = NULL;
      const GraftSegment *segment;

      graft_initrd_fixture_add (initrd, "f:a=1 t", kinds[i].command);
      if (strstr (kinds[i].command, "printf") != NULL)
        g_byte_array_append (initrd, (const guint8 *)"7zXZ", 4);
      image = graft_initrd_fixture_load (initrd);
      segment = g_ptr_array_index (graft_image_get_segments (image), 0);
      g_assert_nonnull (strstr (segment->problem, kinds[i].words));
      g_assert_cmpint (segment->part, ==, 0);
    }
}

/* An entry at which the kernel stops hides all that follows, in later segments as well. */
static void
test_stop (void)
{
  g_autoptr (GByteArray) initrd = g_byte_array_new ();
  const GraftCpioFixture wrong
      = { .name = "wrong", .data = "x", .header = { .crc = TRUE, .check = 1 } };

  graft_initrd_fixture_add (initrd, "f:a=1", NULL);
  graft_cpio_fixture_add (initrd, &wrong);
  graft_initrd_fixture_add (initrd, "f:b=2 t", NULL);
  graft_cpio_fixture_add_zeros (initrd, -initrd->len & 511);
  graft_initrd_fixture_add (initrd, "f:c=3 t", "gzip -c");
  assert_merged (initrd, "/ implicit\n"
                         "/a file 0644 0:0 1 \"1\"\n"
                         "/wrong file 0644 0:0 1 \"x\"\n");
}

static void
test_unknown_rest (void)
{
  g_autoptr (GByteArray) initrd = g_byte_array_new ();
  g_autoptr (GByteArray) odc = g_byte_array_new ();

  graft_initrd_fixture_add (initrd, "f:a=1 t", "gzip -c");
  graft_cpio_fixture_add_zeros (initrd, -initrd->len & 3);
  graft_initrd_fixture_add (odc, "f:a=1 t", "gzip -c");
  graft_cpio_fixture_add_zeros (odc, -odc->len & 3);
  g_byte_array_append (odc, (const guint8 *)"070707000000", 12);
  g_byte_array_append (initrd, (const guint8 *)"no archive at all", 17);
  assert_segments (initrd, "newc gzip 1 0\n"
                           "unknown none 0 -1 neither an archive nor a compression that the kernel "
                           "knows; it will stop here\n");
  assert_segments (odc, "newc gzip 1 0\n"
                        "odc none 0 -1 a cpio archive of the old portable kind (odc), which the "
                        "kernel does not take; pack it again with \"cpio -H newc\"\n");
}

static void
test_merge (void)
{
  g_autoptr (GByteArray) initrd = g_byte_array_new ();

  graft_initrd_fixture_add (initrd,
                            "d:. d:usr d:usr/lib d:usr/lib/modules l:lib=usr/lib d:etc "
                            "f:etc/a=old f:usr/lib/modules/old=o l:gone=etc d:empty d:full "
                            "f:full/x=1 f:full2=f t",
                            "gzip -c");
  graft_initrd_fixture_add (initrd,
                            "f:lib/modules/new=n f:etc/a=new d:gone f:gone/b=b f:empty=now-a-file "
                            "f:full=not f:no/folder=lost f:dev/made=by-the-kernel l:full2=x t",
                            "gzip -c");
  assert_merged (initrd, "/ directory 0755 0:0\n"
                         "/dev implicit\n"
                         "/dev/made file 0644 0:0 13 \"by-the-kernel\"\n"
                         "/empty file 0644 0:0 10 \"now-a-file\"\n"
                         "/etc directory 0755 0:0\n"
                         "/etc/a file 0644 0:0 3 \"new\"\n"
                         "/full directory 0755 0:0\n"
                         "/full/x file 0644 0:0 1 \"1\"\n"
                         "/full2 symlink 0777 0:0 -> x\n"
                         "/gone directory 0755 0:0\n"
                         "/gone/b file 0644 0:0 1 \"b\"\n"
                         "/lib symlink 0777 0:0 -> usr/lib\n"
                         "/usr directory 0755 0:0\n"
                         "/usr/lib directory 0755 0:0\n"
                         "/usr/lib/modules directory 0755 0:0\n"
                         "/usr/lib/modules/new file 0644 0:0 1 \"n\"\n"
                         "/usr/lib/modules/old file 0644 0:0 1 \"o\"\n");
}

/* A folder that only one part has is that part's own node; so is the root of an only part. */
static void
test_merge_shares (void)
{
  g_autoptr (GByteArray) one = g_byte_array_new (), two = g_byte_array_new ();
  g_autoptr (GraftImage) single = NULL, pair = NULL;
  g_autoptr (GraftNode) root = NULL, part = NULL, merged = NULL, a = NULL, own = NULL;
  g_autoptr (GError) error = NULL;

  graft_initrd_fixture_add (one, "d:a f:a/b=1 t", NULL);
  single = graft_initrd_fixture_load (one);
  root = graft_image_dup_root (single, &error);
  part = graft_image_dup_part (single, 0);
  g_assert_true (root == part);

  graft_initrd_fixture_add (two, "d:a f:a/b=1 t", "gzip -c");
  graft_initrd_fixture_add (two, "d:c t", "gzip -c");
  pair = graft_initrd_fixture_load (two);
  merged = graft_image_dup_root (pair, &error);
  g_clear_pointer (&part, graft_node_unref);
  part = graft_image_dup_part (pair, 0);
  a = graft_node_get_child (merged, "a", &error);
  own = graft_node_get_child (part, "a", &error);
  g_assert_true (a == own);
  g_assert_null (graft_node_get_source (merged));
}

/* A file written over one name of another is written into all its names. */
static void
test_merge_writes_through (void)
{
  g_autoptr (GByteArray) initrd = g_byte_array_new ();
  const GraftCpioFixture a = { .name = "a", .data = "old", .header = { .ino = 1, .nlink = 2 } };
  const GraftCpioFixture b = { .name = "b", .header = { .ino = 1, .nlink = 2 } };

  graft_cpio_fixture_add (initrd, &a);
  graft_cpio_fixture_add (initrd, &b);
  graft_cpio_fixture_add_trailer (initrd);
  graft_initrd_fixture_add (initrd, "f:b=new t", NULL);
  assert_merged (initrd, "/ implicit\n"
                         "/a file 0644 0:0 3 \"new\"\n"
                         "/b file 0644 0:0 3 \"new\" = /a\n");
}

/* A record before that of its folder: the kernel has no place for it, unless it has the folder. */
static void
test_merge_late_folder (void)
{
  g_autoptr (GByteArray) alone = g_byte_array_new (), with = g_byte_array_new ();

  graft_initrd_fixture_add (alone, "f:d/a=1 d:d f:d/b=2 t", NULL);
  assert_merged (alone, "/ implicit\n"
                        "/d directory 0755 0:0\n"
                        "/d/b file 0644 0:0 1 \"2\"\n");
  graft_initrd_fixture_add (with, "d:d t", NULL);
  graft_initrd_fixture_add (with, "f:d/a=1 d:d f:d/b=2 t", NULL);
  assert_merged (with, "/ implicit\n"
                       "/d directory 0755 0:0\n"
                       "/d/a file 0644 0:0 1 \"1\"\n"
                       "/d/b file 0644 0:0 1 \"2\"\n");
}

static void
test_hidden (void)
{
  static const struct
  {
    guint segment;
    const char *path;
    gboolean shadowed;
    const char *words;
  } wanted[] = {
    { 1, "etc/a", TRUE, "later segment" },
    { 2, "etc/../x", FALSE, ".." },
    { 2, "no/folder", TRUE, "folder is not there" },
    { 2, "twice", TRUE, "same archive" },
  };
  g_autoptr (GByteArray) initrd = g_byte_array_new ();
  g_autoptr (GraftImage) image = NULL;
  g_autoptr (GPtrArray) hidden = NULL;
  g_autoptr (GError) error = NULL;

  graft_initrd_fixture_add (initrd, "d:etc f:etc/a=old t", "gzip -c");
  graft_initrd_fixture_add (
      initrd, "f:etc/../x=odd f:no/folder=lost f:twice=1 f:twice=2 f:etc/a=new t", "gzip -c");
  image = graft_initrd_fixture_load (initrd);
  hidden = graft_initrd_list_hidden (GRAFT_INITRD (image), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (hidden->len, ==, G_N_ELEMENTS (wanted));
  for (guint i = 0; i < hidden->len; i++)
    {
      const GraftInitrdHidden *entry = g_ptr_array_index (hidden, i);

      g_assert_cmpuint (entry->segment, ==, wanted[i].segment);
      g_assert_cmpstr (entry->path, ==, wanted[i].path);
      g_assert_cmpint (entry->shadowed, ==, wanted[i].shadowed);
      g_assert_nonnull (strstr (entry->problem, wanted[i].words));
      g_assert_cmpint (graft_node_get_node_type (entry->node), ==, GRAFT_NODE_REGULAR);
    }
}

static void
test_locate (void)
{
  g_autoptr (GByteArray) initrd = g_byte_array_new ();
  g_autoptr (GraftImage) image = NULL;
  g_autoptr (GPtrArray) roots = NULL;
  g_autoptr (GError) error = NULL;
  static const struct
  {
    const char *path;
    guint part;
    const char *in_part;
  } wanted[] = {
    { "/usr/lib/modules/x", 1, "lib/modules/x" },
    { "/lib/modules/x", 1, "lib/modules/x" },
    { "/lib/y", 0, "usr/lib/y" },
    { "/lib", 0, "lib" },
    { "/etc/a", 1, "etc/a" },
  };
  guint part;

  graft_initrd_fixture_add (initrd,
                            "d:usr d:usr/lib d:usr/lib/modules f:usr/lib/y=1 l:lib=usr/lib d:etc "
                            "f:etc/a=1 t",
                            "gzip -c");
  graft_initrd_fixture_add (initrd, "f:lib/modules/x=2 f:etc/a=2 t", "gzip -c");
  image = graft_initrd_fixture_load (initrd);
  roots = graft_initrd_fixture_roots (image);
  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    {
      g_autofree char *path = NULL;

      g_assert_true (graft_initrd_locate (GRAFT_INITRD (image), (GraftNode *const *)roots->pdata,
                                          wanted[i].path, &part, &path, &error));
      g_assert_cmpuint (part, ==, wanted[i].part);
      g_assert_cmpstr (path, ==, wanted[i].in_part);
    }
  g_assert_false (graft_initrd_locate (GRAFT_INITRD (image), (GraftNode *const *)roots->pdata,
                                       "/nowhere", &part, NULL, &error));
  g_assert_no_error (error);
}

static void
test_truncated (void)
{
  static const char *const commands[]
      = { NULL,     "gzip -c", XZ, "zstd -q -c", "lz4 -q -l -c", "bzip2 -c", "xz -c --format=lzma",
          "lzop -c" };

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_autoptr (GByteArray) initrd = g_byte_array_new ();
      gsize start;

      graft_initrd_fixture_add (initrd, "f:first=1 t", "gzip -c");
      graft_cpio_fixture_add_zeros (initrd, -initrd->len & 3);
      start = initrd->len;
      graft_initrd_fixture_add (initrd, "f:second=some-content-of-the-file t", commands[i]);
      for (gsize cut = start + 24; cut < initrd->len - 12; cut++)
        {
          g_autoptr (GByteArray) part = g_byte_array_new ();

          g_byte_array_append (part, initrd->data, cut);
          /* The first record is whole: without its trailer it is an archive. */
          if (commands[i] == NULL && cut >= start + 120 + 24 && cut <= start + 120 + 28)
            continue;
          assert_refused (part, GRAFT_ERROR_CORRUPTED, "ends in the middle", "segment 2");
        }
    }
}

static void
test_damaged (void)
{
  static const struct
  {
    const char *command;
    guint from_end; /* of the stream, to a byte of what it packs or of its checksum */
    const char *words;
  } kinds[] = {
    { "gzip -c", 8, "checksum" },
    { "bzip2 -c", 4, "checksum" },
    { "lzop -c", 20, "checksum" },
    { "xz -c --format=lzma", 30, "lzma" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autoptr (GByteArray) initrd = g_byte_array_new ();

      graft_initrd_fixture_add (initrd, "f:first=1 t", "gzip -c");
      graft_initrd_fixture_add (initrd, "f:second=2 t", kinds[i].command);
      initrd->data[initrd->len - kinds[i].from_end] ^= 1;
      assert_refused (initrd, GRAFT_ERROR_CORRUPTED, "segment 2 (from byte ", kinds[i].words);
    }
}

/* One more than are looked at. */
static void
test_too_many_segments (void)
{
  g_autoptr (GByteArray) initrd = g_byte_array_new ();
  g_autoptr (GByteArray) one = g_byte_array_new ();

  graft_initrd_fixture_add (one, "t", "gzip -c");
  for (guint i = 0; i <= GRAFT_LIMIT_SEGMENTS; i++)
    g_byte_array_append (initrd, one->data, one->len);
  assert_refused (initrd, GRAFT_ERROR_TOO_LARGE, "has more than", "segments");
}

static char *
dup_refusal (GByteArray *initrd, gboolean ahead)
{
  g_autoptr (GBytes) bytes = g_bytes_new (initrd->data, initrd->len);
  g_autoptr (GraftInput) input = graft_memory_input_new (bytes, "initrd.img");
  g_autoptr (GraftStreamReader) reader
      = graft_stream_reader_new_ahead (input, 0, GRAFT_COMPRESSION_XZ, 0);
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftImage) image = graft_initrd_fixture_open (initrd->data, initrd->len, &error);

  g_assert_cmpint (graft_stream_reader_is_ahead (reader), ==, ahead && g_get_num_processors () > 1);
  g_assert_null (image);
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED);
  return g_strdup (error->message);
}

/* Of a damaged block the same is said whether threads decoded it or not, which they do not where
 * another segment follows a stream that has no sizes in the headers of its blocks. */
static void
test_damaged_block (void)
{
  g_autoptr (GByteArray) initrd = g_byte_array_new ();
  g_autoptr (GString) records = g_string_new ("f:first=");
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GraftInput) input = NULL;
  g_autoptr (GArray) blocks = NULL;
  g_autoptr (GHashTable) told = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  guint32 state = 1;

  for (guint i = 0; i < 1200000; i++)
    {
      state = state * 1664525 + 1013904223;
      g_string_append_c (records, "module/alias=xyz"[state >> 28]);
    }
  g_string_append (records, " t");
  graft_initrd_fixture_add (initrd, records->str, XZ " -0 -T1 --block-size=150000");
  bytes = g_bytes_new (initrd->data, initrd->len);
  input = graft_memory_input_new (bytes, "initrd.img");
  blocks = graft_xz_blocks_list (input, NULL);
  g_assert_cmpuint (blocks->len, ==, 9);
  for (guint i = 0; i < blocks->len; i++)
    {
      const GraftXzBlock *block = &g_array_index (blocks, GraftXzBlock, i);
      g_autoptr (GByteArray) damaged = g_byte_array_new ();
      g_autofree char *ahead = NULL, *serial = NULL;

      g_byte_array_append (damaged, initrd->data, initrd->len);
      damaged->data[block->offset + block->unpadded_size / 2] ^= 0x10;
      ahead = dup_refusal (damaged, TRUE);
      graft_initrd_fixture_add (damaged, "f:second=2 t", "gzip -c");
      serial = dup_refusal (damaged, FALSE);
      g_assert_cmpstr (ahead, ==, serial);
      g_assert_nonnull (strstr (ahead, "segment 1 (from byte 0 on)"));
      g_hash_table_add (told, g_steal_pointer (&ahead));
    }
  /* Which names the place. */
  g_assert_cmpuint (g_hash_table_size (told), >, 1);
}

static void
test_not_ours (void)
{
  static const struct
  {
    const char *command;
    int code;
    const char *words;
  } kinds[] = {
    { "echo no archive | bzip2 -c", GRAFT_ERROR_UNSUPPORTED, "no archive" },
    { "echo cpio | lzop -c --filter=1", GRAFT_ERROR_UNSUPPORTED, "lzo" },
    { "echo no archive | gzip -c", GRAFT_ERROR_UNSUPPORTED, "no archive" },
    { "printf 070707; head -c 100 /dev/zero", GRAFT_ERROR_UNSUPPORTED, "newc" },
    { "head -c 1000 /dev/zero", GRAFT_ERROR_CORRUPTED, "zeros" },
    { "true", GRAFT_ERROR_CORRUPTED, "empty" },
    { "echo '<html>'", GRAFT_ERROR_UNSUPPORTED, "neither" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autoptr (GBytes) bytes = graft_tool_run (kinds[i].command, NULL);
      g_autoptr (GByteArray) initrd = g_byte_array_new ();

      g_byte_array_append (initrd, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
      assert_refused (initrd, kinds[i].code, kinds[i].words, "initrd.img");
      g_assert_cmpint (probe (initrd), <=, 5);
    }
}

int
main (int argc, char **argv)
{
  graft_initrd_segment_ahead_least = 0;
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rule/3-compressions", test_rule_3_compressions);
  g_test_add_func ("/probe/large-blocks", test_probe_large_blocks);
  g_test_add_func ("/split/microcode", test_microcode);
  g_test_add_func ("/split/padding", test_padding);
  g_test_add_func ("/split/broken-padding", test_broken_padding);
  g_test_add_func ("/split/what-the-kernel-refuses", test_what_the_kernel_refuses);
  g_test_add_func ("/split/stop", test_stop);
  g_test_add_func ("/split/unknown-rest", test_unknown_rest);
  g_test_add_func ("/merge/all", test_merge);
  g_test_add_func ("/merge/shares", test_merge_shares);
  g_test_add_func ("/merge/writes-through", test_merge_writes_through);
  g_test_add_func ("/merge/late-folder", test_merge_late_folder);
  g_test_add_func ("/hidden", test_hidden);
  g_test_add_func ("/locate", test_locate);
  g_test_add_func ("/bad/truncated", test_truncated);
  g_test_add_func ("/bad/damaged", test_damaged);
  g_test_add_func ("/bad/too-many-segments", test_too_many_segments);
  g_test_add_func ("/bad/damaged-block", test_damaged_block);
  g_test_add_func ("/bad/not-ours", test_not_ours);
  return g_test_run ();
}
