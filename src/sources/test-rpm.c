/* test-rpm.c: packages as rpmbuild makes them, and damaged ones
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>

#include "base/graft-error.h"
#include "helper/graft-test-package.h"
#include "image/graft-fake-image.h"
#include "image/graft-path.h"
#include "sources/graft-package.h"
#include "sources/graft-rpm.h"

#define FILES                                                                                      \
  "mkdir -p boot lib/modules/6.1/kernel; printf kernel >boot/vmlinuz-6.1;"                         \
  "printf ko >lib/modules/6.1/kernel/a.ko; ln lib/modules/6.1/kernel/a.ko boot/same;"              \
  "ln boot/same boot/again; ln -s /usr/src lib/modules/6.1/build;"                                 \
  "head -c 100000 /dev/zero | tr '\\0' x >large; : >empty; : >none; ln none nothing;"              \
  "chmod 4750 lib/modules/6.1/kernel/a.ko"

static const char *const payloads[]
    = { "w.ufdio", "w6.gzdio", "w6.xzdio", "w3.zstdio", "w6.bzdio", "w6.lzdio" };

static GraftStore *
open_store (GraftTestFolder *folder)
{
  g_autofree char *path = graft_test_folder_build (folder, "store");
  g_autoptr (GError) error = NULL;
  GraftStore *store = graft_store_new (path, &error);

  g_assert_no_error (error);
  return store;
}

static GraftNode *
open_package (const char *path, GraftStore *store, GError **error)
{
  g_autoptr (GraftInput) input = graft_file_input_new (path, error);

  g_assert_nonnull (input);
  return graft_package_open (input, store, NULL, NULL, NULL, NULL, error);
}

static void
check_tree (const char *path, GraftStore *store, const char *payload)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftInput) input = graft_file_input_new (path, &error);
  g_autoptr (GraftNode) root = open_package (path, store, &error);
  g_autoptr (GraftNode) module = NULL;
  g_autoptr (GraftNode) same = NULL;
  g_autoptr (GraftNode) large = NULL;
  g_autofree char *dump = NULL;

  if (error != NULL)
    g_error ("%s: %s", payload, error->message);
  g_assert_cmpint (graft_package_probe (input), ==, GRAFT_PACKAGE_RPM);
  dump = graft_fake_image_dump (root);
  g_assert_nonnull (strstr (dump, "directory 0755 0:0 /boot\n"));
  g_assert_nonnull (strstr (dump, "file 0644 0:0 /boot/vmlinuz-6.1 kernel\n"));
  g_assert_nonnull (strstr (dump, "file 4750 0:0 /boot/same ko\n"));
  g_assert_nonnull (strstr (dump, "file 4750 0:0 /boot/again ko\n"));
  g_assert_nonnull (strstr (dump, "file 4750 0:0 /lib/modules/6.1/kernel/a.ko ko\n"));
  g_assert_nonnull (strstr (dump, "symlink 0777 0:0 /lib/modules/6.1/build /usr/src\n"));
  g_assert_nonnull (strstr (dump, "file 0644 0:0 /empty \n"));
  g_assert_nonnull (strstr (dump, "file 0644 0:0 /none \n"));
  g_assert_nonnull (strstr (dump, "file 0644 0:0 /nothing \n"));
  module = graft_path_lookup (root, "lib/modules/6.1/kernel/a.ko", 0, NULL, &error);
  same = graft_path_lookup (root, "boot/same", 0, NULL, &error);
  large = graft_path_lookup (root, "large", 0, NULL, &error);
  g_assert_true (module == same);
  g_assert_cmpuint (graft_node_get_nlink (module), ==, 3);
  g_assert_cmpuint (graft_node_get_size (large), ==, 100000);
}

static void
test_tree (void)
{
  g_autoptr (GraftTestFolder) folder = graft_test_folder_new ();
  g_autoptr (GraftStore) store = open_store (folder);

  for (guint i = 0; i < G_N_ELEMENTS (payloads); i++)
    {
      const GraftTestRpm rpm = { .script = FILES, .payload = payloads[i] };
      g_autofree char *path = graft_test_rpm_new (folder, &rpm);

      check_tree (path, store, payloads[i]);
    }
}

static void
test_control (void)
{
  const GraftTestRpm rpm = {
    .script = FILES,
    .fields = "Requires: kernel-modules = 6.1.9, /bin/sh\n",
    .sections = "%post\necho no\n%preun -p /bin/true\n%posttrans\necho no\n",
    .payload = "w6.gzdio",
  };
  g_autoptr (GraftTestFolder) folder = graft_test_folder_new ();
  g_autofree char *path = graft_test_rpm_new (folder, &rpm);
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftInput) input = graft_file_input_new (path, &error);
  g_autoptr (GraftPackageControl) control = NULL;
  guint64 payload = 0;
  guint8 magic[2];

  g_assert_true (graft_rpm_read (input, "test.rpm", &control, &payload, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (control->package, ==, "kernel-core");
  g_assert_cmpstr (control->version, ==, "6.1.9-1.test");
  g_assert_cmpstr (control->architecture, ==, "x86_64");
  g_assert_nonnull (strstr (control->depends, "kernel-modules"));
  g_assert_cmpstr (control->scripts, ==, "%post, %preun, %posttrans");
  g_assert_true (graft_input_read_at (input, payload, magic, sizeof magic, &error));
  g_assert_cmpmem (magic, sizeof magic, "\x1f\x8b", 2);
}

static void
assert_refused (GraftTestFolder *folder, GraftStore *store, const char *script, int code,
                const char *text)
{
  g_autofree char *path = graft_test_folder_build (folder, "bad.rpm");
  g_autoptr (GError) error = NULL;

  graft_test_folder_run (folder, "cp test.rpm bad.rpm");
  graft_test_folder_run (folder, script);
  g_assert_null (open_package (path, store, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, code);
  if (strstr (error->message, text) == NULL)
    g_error ("“%s” does not say “%s”", error->message, text);
}

static void
test_damaged (void)
{
  const GraftTestRpm rpm = { .script = FILES, .payload = "w3.zstdio" };
  g_autoptr (GraftTestFolder) folder = graft_test_folder_new ();
  g_autoptr (GraftStore) store = open_store (folder);
  g_autofree char *path = graft_test_rpm_new (folder, &rpm);

  assert_refused (folder, store, "truncate -s 50 bad.rpm", GRAFT_ERROR_CORRUPTED,
                  "bad.rpm is damaged: it ends within its first 96 bytes; get the file again");
  assert_refused (folder, store, "truncate -s 100 bad.rpm", GRAFT_ERROR_CORRUPTED,
                  "bad.rpm is damaged: it ends before the header at byte 96; get the file again");
  assert_refused (folder, store, "truncate -s 200 bad.rpm", GRAFT_ERROR_CORRUPTED,
                  "bad.rpm is damaged: it ends within the header at byte 96");
  assert_refused (folder, store, "truncate -s -20 bad.rpm", GRAFT_ERROR_CORRUPTED,
                  "bad.rpm is cut off: ");
  assert_refused (folder, store, "echo more >>bad.rpm", GRAFT_ERROR_CORRUPTED,
                  "bad.rpm is damaged: ");
  assert_refused (folder, store, "printf X | dd of=bad.rpm bs=1 seek=96 conv=notrunc 2>log",
                  GRAFT_ERROR_CORRUPTED, "it has no usable header at byte 96");
  /* A zstd stream of rpm's has no checksum of its own. */
  assert_refused (folder, store,
                  "size=$(stat -c %s bad.rpm); printf '\\252\\125' |"
                  "dd of=bad.rpm bs=1 seek=$((size - 30)) conv=notrunc 2>log",
                  GRAFT_ERROR_CORRUPTED, "its payload is not the one that its checksum is of");
  /* In the store of its header. */
  assert_refused (folder, store,
                  "at=$(grep -abo 'For a test' bad.rpm | head -n 1 | cut -d: -f1); printf X |"
                  "dd of=bad.rpm bs=1 seek=$at conv=notrunc 2>log",
                  GRAFT_ERROR_CORRUPTED, "its header is not the one that its checksum is of");
}

/* A header with nothing in it, and one whose files are in no cpio archive; made by hand, as no tool
 * makes them. */
#define LEAD "head -c 96 test.rpm >bad.rpm; exec >>bad.rpm;"
#define HEADER "printf '\\216\\255\\350\\001\\0\\0\\0\\0\\0\\0\\0\\%o\\0\\0\\0\\%o'"
#define ENTRY "printf '\\0\\0\\%o\\%o\\0\\0\\0\\6\\0\\0\\0\\%o\\0\\0\\0\\1'"

static void
test_misfits (void)
{
  const GraftTestRpm rpm = { .script = FILES, .payload = "w6.gzdio" };
  g_autoptr (GraftTestFolder) folder = graft_test_folder_new ();
  g_autoptr (GraftStore) store = open_store (folder);
  g_autofree char *path = graft_test_rpm_new (folder, &rpm);
  g_autofree char *nameless = g_strdup_printf (LEAD HEADER ";" HEADER, 0, 0, 0, 0);
  /* RPM's manual, "Tags": NAME and SOURCERPM, a; PAYLOADFORMAT, drpm. */
  g_autofree char *delta = g_strdup_printf (
      LEAD HEADER ";" HEADER ";" ENTRY ";" ENTRY ";" ENTRY "; printf 'a\\0drpm\\0'", 0, 0, 3, 7,
      1000 >> 8, 1000 & 0xff, 0, 1044 >> 8, 1044 & 0xff, 0, 1124 >> 8, 1124 & 0xff, 2);

  assert_refused (folder, store, nameless, GRAFT_ERROR_CORRUPTED,
                  "bad.rpm is damaged: its header names no package");
  assert_refused (folder, store, delta, GRAFT_ERROR_UNSUPPORTED,
                  "bad.rpm has its files in a form named drpm, not in a cpio archive");
}

/* Whatever byte is wrong: the same tree, or a sentence. */
static void
test_flipped (void)
{
  const GraftTestRpm rpm = { .script = FILES, .payload = "w.ufdio" };
  g_autoptr (GraftTestFolder) folder = graft_test_folder_new ();
  g_autoptr (GraftStore) store = open_store (folder);
  g_autofree char *path = graft_test_rpm_new (folder, &rpm);
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftNode) root = open_package (path, store, &error);
  g_autofree char *dump = graft_fake_image_dump (root);
  g_autofree char *bytes = NULL;
  gsize length;
  guint n_refused = 0;

  g_assert_true (g_file_get_contents (path, &bytes, &length, &error));
  for (gsize at = 0; at < length; at += at < 8192 ? 211 : 19973)
    {
      g_autofree guint8 *changed = g_memdup2 (bytes, length);
      g_autoptr (GBytes) all = NULL;
      g_autoptr (GraftInput) input = NULL;
      g_autoptr (GraftNode) found = NULL;
      g_autoptr (GError) problem = NULL;

      changed[at] ^= 0x41;
      all = g_bytes_new_take (g_steal_pointer (&changed), length);
      input = graft_memory_input_new (all, "flipped.rpm");
      found = graft_package_open (input, store, NULL, NULL, NULL, NULL, &problem);
      if (found != NULL)
        {
          g_autofree char *same = graft_fake_image_dump (found);

          g_assert_cmpstr (same, ==, dump);
          continue;
        }
      n_refused++;
      g_assert_cmpstr (g_quark_to_string (problem->domain), ==,
                       g_quark_to_string (GRAFT_IMAGE_ERROR));
      g_assert_nonnull (strstr (problem->message, "flipped.rpm"));
    }
  g_assert_cmpuint (n_refused, >, 10);
}

static void
test_source_package (void)
{
  const GraftTestRpm rpm = { .script = FILES, .payload = "w6.gzdio" };
  g_autoptr (GraftTestFolder) folder = graft_test_folder_new ();
  g_autoptr (GraftStore) store = open_store (folder);
  g_autofree char *path = graft_test_rpm_new (folder, &rpm);

  assert_refused (folder, store,
                  "rpmbuild -bs --quiet --define \"_topdir $PWD/top\" --define \"_srcrpmdir $PWD\""
                  " test.spec >log 2>&1; mv *.src.rpm bad.rpm",
                  GRAFT_ERROR_INVALID, "bad.rpm is a source package");
}

static void
test_cancel (void)
{
  const GraftTestRpm rpm = { .script = FILES, .payload = "w6.gzdio" };
  g_autoptr (GraftTestFolder) folder = graft_test_folder_new ();
  g_autofree char *path = graft_test_rpm_new (folder, &rpm);
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftInput) input = graft_file_input_new (path, &error);
  g_autoptr (GraftPackageControl) control = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  guint64 payload;

  g_cancellable_cancel (cancellable);
  g_assert_false (graft_rpm_read (input, "test.rpm", &control, &payload, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rpm/tree", test_tree);
  g_test_add_func ("/rpm/control", test_control);
  g_test_add_func ("/rpm/damaged", test_damaged);
  g_test_add_func ("/rpm/misfits", test_misfits);
  g_test_add_func ("/rpm/flipped", test_flipped);
  g_test_add_func ("/rpm/source-package", test_source_package);
  g_test_add_func ("/rpm/cancel", test_cancel);
  return g_test_run ();
}
