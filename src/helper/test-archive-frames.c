/* test-archive-frames.c: what the helper tells of archives, here without its process and limits
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <fcntl.h>
#include <glib/gstdio.h>
#include <locale.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/graft-error.h"
#include "helper/graft-frame-parser.h"
#include "helper/graft-test-package.h"
#include "helper/program/graft-archive-frames.h"

typedef struct
{
  GString *heard;
  GString *control; /* content of ./control */
  gboolean in_control;
} Ear;

static gboolean
hear_entry (const GraftHelperEntry *entry, gpointer data, GError **error)
{
  Ear *ear = data;

  ear->in_control = entry->control && strcmp (entry->path, "./control") == 0;
  if (entry->control)
    return TRUE;
  g_string_append_printf (ear->heard, "\n%s %o %u:%u %" G_GUINT64_FORMAT, entry->path, entry->mode,
                          entry->uid, entry->gid, entry->size);
  if (entry->target != NULL)
    g_string_append_printf (ear->heard, " -> %s", entry->target);
  if (entry->hard_link != NULL)
    g_string_append_printf (ear->heard, " = %s", entry->hard_link);
  if (entry->rdev_major != 0)
    g_string_append_printf (ear->heard, " %u,%u", entry->rdev_major, entry->rdev_minor);
  if (entry->mtime == 1000000000)
    g_string_append (ear->heard, " on time");
  g_string_append_c (ear->heard, ' ');
  return TRUE;
}

static gboolean
hear_content (const guint8 *bytes, gsize length, gpointer data, GError **error)
{
  Ear *ear = data;

  if (ear->in_control)
    g_string_append_len (ear->control, (const char *)bytes, length);
  else if (length < 100)
    g_string_append_len (ear->heard, (const char *)bytes, length);
  else
    g_string_append_printf (ear->heard, "(%" G_GSIZE_FORMAT ")", length);
  return TRUE;
}

static const GraftHelperStreamFuncs funcs = { hear_entry, hear_content };

/* All frames for @length bytes of @path from @offset. */
static GBytes *
write_frames (const char *path, gboolean payload, guint64 offset, guint64 length)
{
  g_autofree GraftFrameWriter *writer = g_new0 (GraftFrameWriter, 1);
  g_autofree char *name = g_strdup ("/tmp/test-frames-XXXXXX");
  int out = g_mkstemp (name);
  int in = g_open (path, O_RDONLY | O_CLOEXEC, 0);
  g_autofree char *frames = NULL;
  gsize frames_length;

  g_assert_cmpint (in, >=, 0);
  graft_frame_writer_start (writer, out);
  graft_archive_frames_write (in, offset, length, payload, writer);
  close (in);
  close (out);
  g_assert_true (g_file_get_contents (name, &frames, &frames_length, NULL));
  g_unlink (name);
  return g_bytes_new (frames, frames_length);
}

/* What is heard of @path, with the control file's text in *@ret_control (optional). */
static char *
hear_archive (const char *path, gboolean payload, char **ret_control, GError **error)
{
  GStatBuf status;
  g_autoptr (GBytes) frames = NULL;
  g_autoptr (GString) heard = g_string_new (NULL);
  g_autoptr (GString) control = g_string_new (NULL);
  Ear ear = { heard, control, FALSE };
  g_autoptr (GraftFrameParser) parser = NULL;
  gsize length;
  const guint8 *data;

  g_assert_cmpint (g_stat (path, &status), ==, 0);
  frames = write_frames (path, payload, 0, status.st_size);
  parser = graft_frame_parser_new ("archive", status.st_size, &funcs, &ear);
  data = g_bytes_get_data (frames, &length);
  if (!graft_frame_parser_feed (parser, data, length, error))
    return NULL;
  g_assert_true (graft_frame_parser_is_complete (parser));
  if (ret_control != NULL)
    *ret_control = g_strdup (control->str);
  return g_strdup (heard->str);
}

static char *
hear (const char *path, char **ret_control, GError **error)
{
  return hear_archive (path, FALSE, ret_control, error);
}

static void
test_packages (void)
{
  static const char *const compressions[] = { "none", "gzip", "xz", "zstd" };

  for (guint i = 0; i < G_N_ELEMENTS (compressions); i++)
    {
      g_autoptr (GraftTestFolder) folder = graft_test_folder_new ();
      g_autofree char *path = graft_test_package_new (
          folder,
          "mkdir -p boot lib/modules; printf kernel >boot/vmlinuz; ln -s vmlinuz boot/link;"
          "ln boot/vmlinuz boot/same; chmod 4755 boot/vmlinuz;"
          "find . -exec touch -h -d @1000000000 {} +",
          NULL, compressions[i]);
      g_autoptr (GError) error = NULL;
      g_autofree char *control = NULL;
      g_autofree char *heard = hear (path, &control, &error);

      g_assert_no_error (error);
      g_assert_nonnull (strstr (control, "Package: linux-image-6.1.0-9-test\n"));
      g_assert_nonnull (strstr (heard, "\n./boot/ 40755 0:0 0 on time "));
      g_assert_nonnull (strstr (heard, "\n./boot/link 120777 0:0 0 -> vmlinuz on time "));
      g_assert_nonnull (strstr (heard, " 104755 0:0 6 on time kernel"));
      /* Which of both names is the first is the tool's choice. */
      g_assert_true (strstr (heard, "\n./boot/same 104755 0:0 0 = ./boot/vmlinuz") != NULL
                     || strstr (heard, "\n./boot/vmlinuz 104755 0:0 0 = ./boot/same") != NULL);
    }
}

static void
test_tars (void)
{
  static const char *const filters[] = { "cat", "gzip", "xz", "zstd", "bzip2" };

  for (guint i = 0; i < G_N_ELEMENTS (filters); i++)
    {
      g_autoptr (GraftTestFolder) folder = graft_test_folder_new ();
      g_autofree char *path = graft_test_folder_build (folder, "archive");
      g_autofree char *script
          = g_strdup_printf ("mkdir in; printf hi >in/file; umask 0; "
                             "tar --owner=7 --group=9 --numeric-owner -cf - in | %s >archive",
                             filters[i]);
      g_autoptr (GError) error = NULL;
      g_autofree char *heard = NULL;

      graft_test_folder_run (folder, script);
      heard = hear (path, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (heard, ==, "\nin/ 40755 7:9 0 \nin/file 100644 7:9 2 hi");
    }
}

/* Names that are long, not ASCII, not UTF-8, in the two forms that tar has for them. */
static void
test_names (void)
{
  static const char *const formats[] = { "gnu", "pax" };

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      g_autoptr (GraftTestFolder) folder = graft_test_folder_new ();
      g_autofree char *path = graft_test_folder_build (folder, "archive");
      g_autofree char *script
          = g_strdup_printf ("mkdir in; cd in; long=$(printf %%0200d 7)\n"
                             "mkdir -p $long/$long; : >$long/$long/file; : >内核; : >\"a\nb\"\n"
                             "cd ..; tar --format=%s -cf archive in",
                             formats[i]);
      g_autoptr (GError) error = NULL;
      g_autofree char *heard = NULL;
      g_autofree char *zeros = g_strnfill (199, '0');
      g_autofree char *deep = g_strdup_printf ("\nin/%s7/%s7/file ", zeros, zeros);

      graft_test_folder_run (folder, script);
      heard = hear (path, NULL, &error);
      g_assert_no_error (error);
      g_assert_nonnull (strstr (heard, deep));
      g_assert_nonnull (strstr (heard, "\nin/内核 100644"));
      g_assert_nonnull (strstr (heard, "\nin/a\nb 100644"));
    }
}

static void
test_raw_names (void)
{
  g_autoptr (GraftTestFolder) folder = graft_test_folder_new ();
  g_autofree char *path = graft_test_folder_build (folder, "archive");
  g_autoptr (GError) error = NULL;
  g_autofree char *heard = NULL;

  graft_test_folder_run (folder, ": >\"$(printf 'x\\377y')\"; tar --format=gnu -cf archive x*");
  heard = hear (path, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (heard, "\nx\xffy 100644"));
}

/* A hole is told as zeros. */
static void
test_sparse (void)
{
  g_autoptr (GraftTestFolder) folder = graft_test_folder_new ();
  g_autofree char *path = graft_test_folder_build (folder, "archive");
  g_autoptr (GError) error = NULL;
  g_autofree char *heard = NULL;

  graft_test_folder_run (folder, "truncate -s 300000 hole; printf tail >>hole;"
                                 "tar --sparse --format=gnu -cf archive hole");
  heard = hear (path, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (heard, "\nhole 100644 "));
  g_assert_nonnull (strstr (heard, " 300004 (65536)"));
}

/* In a payload the last of a file's names has its content, here told first. The order is cpio(1)'s.
 */
static void
test_payload (void)
{
  static const char *const filters[] = { "cat", "gzip", "xz", "zstd", "bzip2", "lzma" };

  for (guint i = 0; i < G_N_ELEMENTS (filters); i++)
    {
      g_autoptr (GraftTestFolder) folder = graft_test_folder_new ();
      g_autofree char *path = graft_test_folder_build (folder, "archive");
      g_autofree char *script
          = g_strdup_printf ("umask 022; mkdir in; cd in; printf hi >one; ln one two; ln one "
                             "three; ln -s one link; : >e;"
                             "ln e empty; printf '%%s\\n' one link e two empty three |"
                             "cpio -o -H newc -R 7:9 --quiet | %s >../archive",
                             filters[i]);
      g_autoptr (GError) error = NULL;
      g_autofree char *heard = NULL;

      graft_test_folder_run (folder, script);
      heard = hear_archive (path, TRUE, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (heard, ==,
                       "\nlink 120777 7:9 0 -> one "
                       "\nthree 100644 7:9 2 hi"
                       "\ntwo 100644 7:9 0 = three "
                       "\none 100644 7:9 0 = three "
                       "\ne 100644 7:9 0 "
                       "\nempty 100644 7:9 0 = e ");
    }
}

static void
test_bad_payload (void)
{
  static const struct
  {
    const char *script;
    const char *text;
  } cases[] = {
    { "echo no archive >archive", "there is no cpio archive in it" },
    { "echo no archive | xz >archive", "there is no cpio archive in it" },
    { "tar -cf archive in", "there is no cpio archive in it" },
    { "ls -d in in/* | cpio -o -H newc --quiet >archive; truncate -s 3000 archive",
      "is damaged: " },
    /* Bytes between two entries. */
    { "ls -d in in/* | cpio -o -H newc --quiet >all; { head -c 112 all; printf XXXX; tail -c +113 "
      "all; }"
      " >archive",
      "is damaged: " },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GraftTestFolder) folder = graft_test_folder_new ();
      g_autofree char *path = graft_test_folder_build (folder, "archive");
      g_autofree char *heard = NULL;
      g_autoptr (GError) error = NULL;

      graft_test_folder_run (folder, "mkdir in; head -c 9000 /dev/urandom >in/a; echo b >in/b");
      graft_test_folder_run (folder, cases[i].script);
      heard = hear_archive (path, TRUE, NULL, &error);
      g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED);
      if (strstr (error->message, cases[i].text) == NULL)
        g_error ("“%s” does not say “%s”", error->message, cases[i].text);
    }
}

static void
test_stretch_of_file (void)
{
  g_autoptr (GraftTestFolder) folder = graft_test_folder_new ();
  g_autofree char *path = graft_test_folder_build (folder, "whole");
  g_autoptr (GBytes) alone = NULL;
  g_autoptr (GBytes) inside = NULL;
  g_autofree char *package
      = graft_test_package_new (folder, "mkdir boot; printf kernel >boot/vmlinuz", NULL, "xz");
  GStatBuf status;

  graft_test_folder_run (folder, "{ head -c 1234 /dev/zero; cat test.deb; echo more; } >whole");
  g_assert_cmpint (g_stat (package, &status), ==, 0);
  alone = write_frames (package, FALSE, 0, status.st_size);
  inside = write_frames (path, FALSE, 1234, status.st_size);
  g_assert_cmpint (g_bytes_compare (alone, inside), ==, 0);
}

static void
assert_refused (const char *script, int code, const char *text)
{
  g_autoptr (GraftTestFolder) folder = graft_test_folder_new ();
  g_autofree char *path = graft_test_package_new (
      folder, "mkdir boot; head -c 200000 /dev/urandom >boot/vmlinuz", NULL, "xz");
  g_autoptr (GError) error = NULL;
  g_autofree char *heard = NULL;

  graft_test_folder_run (folder, script);
  heard = hear (path, NULL, &error);
  g_assert_error (error, GRAFT_IMAGE_ERROR, code);
  if (strstr (error->message, text) == NULL)
    g_error ("“%s” does not say “%s”", error->message, text);
}

static void
test_bad (void)
{
  assert_refused ("truncate -s 100000 test.deb", GRAFT_ERROR_CORRUPTED, "is damaged: ");
  assert_refused ("truncate -s 8 test.deb", GRAFT_ERROR_CORRUPTED, "no data archive");
  assert_refused (": >test.deb", GRAFT_ERROR_CORRUPTED, "is damaged: ");
  assert_refused ("echo no package >test.deb", GRAFT_ERROR_CORRUPTED, "is damaged: ");
  assert_refused ("ar d test.deb data.tar.xz", GRAFT_ERROR_CORRUPTED, "no data archive");
  assert_refused ("ar d test.deb data.tar.xz; echo >data.tar.lzma; ar q test.deb data.tar.lzma",
                  GRAFT_ERROR_UNSUPPORTED, "a tar.lzma inside; gz, xz, zst and bz2 are read");
  assert_refused ("ar d test.deb data.tar.xz; gzip -c /dev/null | gzip >data.tar.gz;"
                  "ar q test.deb data.tar.gz",
                  GRAFT_ERROR_CORRUPTED, "is damaged: ");
}

/* The end of the compressed stream may lie far behind the last file; its checksum is looked at all
 * the same. An xz stream ends with the block's check (8 bytes), the index (12) and the footer (12).
 */
static void
test_checksum (void)
{
  static const char *const script
      = "tar --record-size=1M -cJf data.tar.xz package/boot; size=$(stat -c %s data.tar.xz);"
        "printf '\\125\\252' | dd of=data.tar.xz bs=1 seek=$((size - 28)) conv=notrunc 2>log;"
        "ar d test.deb data.tar.xz; ar q test.deb data.tar.xz";

  assert_refused (script, GRAFT_ERROR_CORRUPTED, "is damaged: ");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  setlocale (LC_CTYPE, "C.UTF-8");
  g_test_add_func ("/archive-frames/packages", test_packages);
  g_test_add_func ("/archive-frames/tars", test_tars);
  g_test_add_func ("/archive-frames/names", test_names);
  g_test_add_func ("/archive-frames/raw-names", test_raw_names);
  g_test_add_func ("/archive-frames/sparse", test_sparse);
  g_test_add_func ("/archive-frames/payload", test_payload);
  g_test_add_func ("/archive-frames/bad-payload", test_bad_payload);
  g_test_add_func ("/archive-frames/stretch-of-file", test_stretch_of_file);
  g_test_add_func ("/archive-frames/bad", test_bad);
  g_test_add_func ("/archive-frames/checksum", test_checksum);
  return g_test_run ();
}
