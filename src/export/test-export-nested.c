/* test-export-nested.c: an edited ext4 inside of a squashfs
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>

#include "base/graft-error.h"
#include "bootset/graft-set-fixture.h"
#include "coders/graft-tool-fixture.h"
#include "export/graft-export.h"
#include "export/graft-verify.h"
#include "formats/ext4/graft-ext4-image.h"
#include "formats/squashfs/graft-squashfs.h"
#include "image/graft-fake-image.h"

#define SQUASHFS "LiveOS/squashfs.img"
#define NESTED SQUASHFS ":/LiveOS/rootfs.img"
#define BLOCK 16384
#define N_POINTS 20

/* In the ext4: a text, and more than any edit here touches. */
#define MAKE                                                                                       \
  "dir=$(mktemp -d); trap 'rm -rf \"$dir\"' EXIT; cd \"$dir\"; set -e; mkdir -p t/etc t/usr "      \
  "s/LiveOS; "                                                                                     \
  "echo text >t/etc/text; cat >t/usr/noise; "                                                      \
  "mke2fs -q -F -t ext4 -b 1024 -m 0 -L Anaconda -d t s/LiveOS/rootfs.img 12M >/dev/null; "        \
  "mksquashfs s image -noappend -no-progress -quiet -b 16384 -comp xz >/dev/null; cat image"

/* What no compressor shrinks, the same each time. */
static GBytes *
make_noise (gsize length)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (1);
  guint8 *data = g_malloc (length);

  for (gsize i = 0; i < length; i++)
    data[i] = g_rand_int (random);
  return g_bytes_new_take (data, length);
}

static char *
run_in_folder (const char *command, const char *argument)
{
  g_autofree char *whole = g_strdup_printf (
      "dir=$(mktemp -d); trap 'rm -rf \"$dir\"' EXIT; cd \"$dir\"; set -- '%s'; %s", argument,
      command);
  g_autoptr (GBytes) bytes = graft_tool_run (whole, NULL);

  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static void
set_up (GraftSetFixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) noise = make_noise (3000000);
  g_autoptr (GBytes) bytes = graft_tool_run (MAKE, noise);

  graft_set_fixture_set_up (fixture, data);
  graft_set_fixture_add (fixture, "vmlinuz", GRAFT_SET_FIXTURE_KERNEL);
  graft_set_fixture_add_bytes (fixture, SQUASHFS, g_bytes_get_data (bytes, NULL),
                               g_bytes_get_size (bytes));
}

static void
put (GraftMember *member, const char *path, GBytes *bytes)
{
  g_autoptr (GraftInput) content = graft_memory_input_new (bytes, "new");
  const GraftNodeInit init = {
    .type = GRAFT_NODE_REGULAR,
    .attributes = { .mode = 0644, .mtime = 1577934245 },
    .content = content,
  };
  g_autoptr (GraftNode) node = graft_node_new (&init);
  g_autoptr (GError) error = NULL;

  g_assert_true (graft_overlay_put (graft_member_get_overlay (member), -1, path, node, &error));
  g_assert_no_error (error);
}

static GraftExportReport *export(GraftBootSet *set, GraftSetFixture *fixture, const char *name,
                                 gboolean full, GError **error)
{
  const GraftExportOptions options = { .effort = GRAFT_EFFORT_FAST, .full = full };
  g_autofree char *out = g_build_filename (fixture->top, name, NULL);

  return graft_export_to_folder (set, out, &options, NULL, NULL, error);
}

static void
test_edited (GraftSetFixture *fixture, gconstpointer data)
{
  g_autoptr (GraftBootSet) set = graft_set_fixture_open (fixture, NULL);
  g_autoptr (GBytes) bytes = graft_tool_make_bytes (40000, 5);
  g_autofree char *out = g_build_filename (fixture->top, "out", NULL);
  g_autofree char *image = g_build_filename (out, SQUASHFS, NULL);
  g_autofree char *source = g_build_filename (fixture->folder, SQUASHFS, NULL);
  g_autofree char *before = NULL, *after = NULL, *said = NULL;
  g_autoptr (GraftExportReport) report = NULL;
  g_autoptr (GPtrArray) verified = NULL;
  g_autoptr (GError) error = NULL;
  GraftMember *inner = graft_boot_set_find_member (set, NESTED, &error);
  const GraftExported *exported;

  g_assert_no_error (error);
  g_assert_cmpstr (graft_image_get_label (graft_member_get_image (inner)), ==, "Anaconda");
  before = run_in_folder ("sha256sum <\"$1\"", source);
  put (inner, "/etc/new", bytes);
  report = export(set, fixture, "out", TRUE, &error);
  g_assert_no_error (error);
  after = run_in_folder ("sha256sum <\"$1\"", source);
  g_assert_cmpstr (before, ==, after);

  g_assert_cmpuint (report->images->len, ==, 2);
  exported = g_ptr_array_index (report->images, 1);
  g_assert_cmpstr (exported->path, ==, SQUASHFS);
  g_assert_cmpuint (exported->copied + exported->encoded, ==, exported->size);
  g_assert_cmpuint (exported->copied, >, 2700000);
  /* The file, and blocks of bitmaps, inodes, descriptors and the folder. */
  g_assert_cmpuint (exported->encoded, <, 40000 + 12 * BLOCK);
  /* What the system's tools say of it. */
  said = run_in_folder ("unsquashfs -n -d x \"$1\" >/dev/null && e2fsck -fn x/LiveOS/rootfs.img "
                        ">log 2>&1 && debugfs -R 'cat /etc/new' x/LiveOS/rootfs.img 2>/dev/null",
                        image);
  g_assert_cmpmem (said, strlen (said), g_bytes_get_data (bytes, NULL), strlen (said));
  verified = graft_verify (out, TRUE, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (verified->len, ==, 3);
  for (guint i = 0; i < verified->len; i++)
    g_assert_cmpint (((GraftVerified *)g_ptr_array_index (verified, i))->status, ==,
                     GRAFT_VERIFIED_OK);
  g_assert_cmpstr (((GraftVerified *)g_ptr_array_index (verified, 2))->path, ==, NESTED);
}

/* Also when it is emptied first: what goes is trimmed, and costs less than nothing. */
static void
test_removed (GraftSetFixture *fixture, gconstpointer data)
{
  g_autoptr (GraftBootSet) set = graft_set_fixture_open (fixture, NULL);
  GraftMember *inner = graft_boot_set_find_member (set, NESTED, NULL);
  g_autoptr (GraftExportReport) report = NULL;
  g_autoptr (GError) error = NULL;
  const GraftExported *exported;

  g_assert_true (graft_overlay_remove (graft_member_get_overlay (inner), -1, "/usr/noise", &error));
  report = export(set, fixture, "out", FALSE, &error);
  g_assert_no_error (error);
  exported = g_ptr_array_index (report->images, 1);
  g_assert_cmpuint (exported->size, <, 200000);
}

/* No room: known before anything is written. */
static void
test_no_room (GraftSetFixture *fixture, gconstpointer data)
{
  g_autoptr (GraftBootSet) set = graft_set_fixture_open (fixture, NULL);
  g_autoptr (GBytes) bytes = graft_tool_make_bytes (12 << 20, 6);
  GraftMember *inner = graft_boot_set_find_member (set, NESTED, NULL);
  g_autofree char *out = g_build_filename (fixture->top, "out", NULL);
  g_autoptr (GError) error = NULL;

  put (inner, "/etc/new", bytes);
  g_assert_null (export(set, fixture, "out", FALSE, &error));
  g_assert_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_NO_ROOM);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, "rootfs.img needs "));
  g_assert_false (g_file_test (out, G_FILE_TEST_EXISTS));
}

/* The file that the image is was deleted around it. */
static void
test_conflict (GraftSetFixture *fixture, gconstpointer data)
{
  g_autoptr (GraftBootSet) set = graft_set_fixture_open (fixture, NULL);
  g_autoptr (GBytes) bytes = graft_tool_make_bytes (10, 7);
  GraftMember *inner = graft_boot_set_find_member (set, NESTED, NULL);
  g_autoptr (GError) error = NULL;

  put (inner, "/etc/new", bytes);
  g_assert_true (graft_overlay_remove (graft_member_get_overlay (graft_member_get_parent (inner)),
                                       -1, "/LiveOS/rootfs.img", &error));
  g_assert_null (export(set, fixture, "out", FALSE, &error));
  g_assert_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_REFUSED);
  g_assert_nonnull (strstr (error->message, NESTED));
}

/* The progress' calls, one of which cancels. */
typedef struct
{
  GCancellable *cancellable;
  guint n_calls;
  guint last; /* 0: none */
} Watch;

static void
see_progress (double fraction, const char *what, gpointer data)
{
  Watch *watch = data;

  if (++watch->n_calls == watch->last)
    g_cancellable_cancel (watch->cancellable);
}

static GraftExportReport *
export_until (GraftBootSet *set, GraftSetFixture *fixture, const char *name, Watch *watch,
              GError **error)
{
  const GraftExportOptions options = { .effort = GRAFT_EFFORT_FAST, .full = TRUE, .n_threads = 1 };
  g_autofree char *out = g_build_filename (fixture->top, name, NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GraftProgress) progress = graft_progress_new (see_progress, watch);

  watch->cancellable = cancellable;
  watch->n_calls = 0;
  return graft_export_to_folder (set, out, &options, progress, cancellable, error);
}

/* At twenty points of it, from the first change in the ext4 to the last block read back. */
static void
test_cancelled (GraftSetFixture *fixture, gconstpointer data)
{
  g_autoptr (GraftBootSet) set = graft_set_fixture_open (fixture, NULL);
  g_autoptr (GBytes) bytes = graft_tool_make_bytes (2 << 20, 8);
  GraftMember *inner = graft_boot_set_find_member (set, NESTED, NULL);
  g_autofree char *source = g_build_filename (fixture->folder, SQUASHFS, NULL);
  g_autofree char *before = run_in_folder ("sha256sum <\"$1\"", source);
  g_autofree char *after = NULL;
  g_autoptr (GraftExportReport) report = NULL;
  g_autoptr (GError) error = NULL;
  Watch watch = { 0 };
  guint n_calls;

  put (inner, "/etc/new", bytes);
  report = export_until (set, fixture, "whole", &watch, &error);
  g_assert_no_error (error);
  n_calls = watch.n_calls;
  g_test_message ("%u calls", n_calls);
  g_assert_cmpuint (n_calls, >=, N_POINTS);
  for (guint i = 0; i < N_POINTS; i++)
    {
      g_autoptr (GError) local = NULL;
      g_autoptr (GDir) folder = NULL;
      const char *name;

      watch.last = 1 + i * n_calls / N_POINTS;
      g_assert_null (export_until (set, fixture, "out", &watch, &local));
      g_assert_error (local, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      folder = g_dir_open (fixture->top, 0, NULL);
      while ((name = g_dir_read_name (folder)) != NULL)
        g_assert_true (g_str_equal (name, "tftp") || g_str_equal (name, "whole"));
    }
  after = run_in_folder ("sha256sum <\"$1\"", source);
  g_assert_cmpstr (before, ==, after);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    void (*test) (GraftSetFixture *fixture, gconstpointer data);
  } tests[] = {
    { "/export/nested/edited", test_edited },       { "/export/nested/removed", test_removed },
    { "/export/nested/no-room", test_no_room },     { "/export/nested/conflict", test_conflict },
    { "/export/nested/cancelled", test_cancelled },
  };

  g_test_init (&argc, &argv, NULL);
  graft_fake_formats_register ();
  graft_image_loader_register (graft_squashfs_get_format ());
  graft_image_loader_register (graft_ext4_image_get_format ());
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].name, GraftSetFixture, NULL, set_up, tests[i].test,
                graft_set_fixture_tear_down);
  return g_test_run ();
}
