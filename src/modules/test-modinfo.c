/* test-modinfo.c: what a module says of itself
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "base/graft-error.h"
#include "base/graft-limits.h"
#include "modules/graft-modinfo.h"
#include "modules/graft-module-scan.h"
#include "modules/graft-test-modules.h"

#define INFOS                                                                                      \
  "license=GPL\nalias=pci:v00001AF4d00001000sv*sd*bc*sc*i*\nalias=virtio:d00000001v*\n"            \
  "depends=\nname=virtio_net\nvermagic=6.1.0-9-test SMP preempt mod_unload modversions "

static GraftNode *
make_node (GBytes *content)
{
  g_autoptr (GraftInput) input = graft_memory_input_new (content, "m.ko");
  const GraftNodeInit init = { .type = GRAFT_NODE_REGULAR, .content = input };

  return graft_node_new (&init);
}

static void
test_keys (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) module = graft_test_module_new (INFOS, NULL, NULL);
  g_autoptr (GraftModinfo) info = graft_modinfo_new (module, "m.ko", &error);
  const char *const *aliases;

  g_assert_no_error (error);
  g_assert_cmpstr (graft_modinfo_get (info, "license"), ==, "GPL");
  g_assert_cmpstr (graft_modinfo_get (info, "depends"), ==, "");
  g_assert_null (graft_modinfo_get (info, "licen"));
  g_assert_null (graft_modinfo_get (info, "softdep"));
  aliases = graft_modinfo_get_all (info, "alias");
  g_assert_cmpuint (g_strv_length ((char **)aliases), ==, 2);
  g_assert_cmpstr (aliases[0], ==, "pci:v00001AF4d00001000sv*sd*bc*sc*i*");
  g_assert_cmpstr (aliases[1], ==, "virtio:d00000001v*");
  /* Borrowed: asking again does not take the first answer away. */
  g_assert_true (graft_modinfo_get_all (info, "alias") == aliases);
  g_assert_null (graft_modinfo_get_all (info, "softdep")[0]);
  g_assert_cmpstr (graft_modinfo_get_release (info), ==, "6.1.0-9-test");
  g_assert_false (graft_modinfo_is_signed (info));
}

static void
test_release (void)
{
  static const struct
  {
    const char *infos;
    const char *release;
  } cases[] = {
    { "vermagic=5.4.0 SMP", "5.4.0" },
    { "vermagic=5.4.0", "5.4.0" },
    { "license=GPL", NULL },
    { "vermagic=", NULL },
    { "vermagic=../../../etc SMP", NULL },
    { "name=x\nvermagic=6.12.1+deb13-amd64 SMP preempt\nvermagic=1.0 SMP", "6.12.1+deb13-amd64" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) module = graft_test_module_new (cases[i].infos, NULL, NULL);
      g_autoptr (GraftModinfo) info = graft_modinfo_new (module, "m.ko", &error);

      g_assert_no_error (error);
      g_assert_cmpstr (graft_modinfo_get_release (info), ==, cases[i].release);
    }
}

static void
test_signed (void)
{
  static const char mark[] = "~Module signature appended~\n";
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) module = graft_test_module_new (INFOS, NULL, NULL);
  g_autoptr (GByteArray) array = g_byte_array_new ();
  g_autoptr (GBytes) whole = NULL;
  g_autoptr (GraftModinfo) info = NULL;

  g_byte_array_append (array, g_bytes_get_data (module, NULL), g_bytes_get_size (module));
  g_byte_array_append (array, (const guint8 *)mark, strlen (mark));
  whole = g_bytes_new (array->data, array->len);
  info = graft_modinfo_new (whole, "m.ko", &error);
  g_assert_no_error (error);
  g_assert_true (graft_modinfo_is_signed (info));
  g_assert_cmpstr (graft_modinfo_get_release (info), ==, "6.1.0-9-test");
}

/* By content, whatever the name says. */
static void
test_compressed (void)
{
  static const char *const commands[] = { "cat", "gzip -c", "xz --check=crc32 -c", "zstd -q -c" };
  g_autoptr (GBytes) module = graft_test_module_new (INFOS, NULL, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) content = graft_test_filter_module (commands[i], module);
      g_autoptr (GraftNode) node = make_node (content);
      g_autoptr (GraftModinfo) info = graft_modinfo_read (node, "kernel/m.ko", NULL, &error);
      g_autoptr (GBytes) back = NULL;

      g_assert_no_error (error);
      g_assert_cmpstr (graft_modinfo_get_release (info), ==, "6.1.0-9-test");
      back = graft_modinfo_read_module (node, "kernel/m.ko", NULL, &error);
      g_assert_true (g_bytes_equal (back, module));
    }
}

static void
assert_error (GBytes *content, int code, const char *words)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftNode) node = make_node (content);

  g_assert_null (graft_modinfo_read (node, "kernel/m.ko", NULL, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, code);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, "kernel/m.ko"));
  g_assert_nonnull (strstr (error->message, words));
}

static void
test_not_a_module (void)
{
  g_autoptr (GBytes) page = g_bytes_new_static ("<html><body>gone</body></html>", 30);
  g_autoptr (GBytes) empty = g_bytes_new_static ("", 0);
  g_autoptr (GBytes) object = graft_test_module_new (NULL, NULL, NULL);

  assert_error (page, GRAFT_ERROR_UNSUPPORTED, "is an HTML page, not a kernel module");
  assert_error (empty, GRAFT_ERROR_UNSUPPORTED, "is empty, not a kernel module");
  assert_error (object, GRAFT_ERROR_UNSUPPORTED, "it has no .modinfo");
}

static void
test_truncated (void)
{
  g_autoptr (GBytes) module = graft_test_module_new (INFOS, NULL, NULL);
  g_autoptr (GBytes) cut = g_bytes_new_from_bytes (module, 0, g_bytes_get_size (module) - 10);
  g_autoptr (GBytes) packed = graft_test_filter_module ("xz -c", module);
  g_autoptr (GBytes) packed_cut = g_bytes_new_from_bytes (packed, 0, g_bytes_get_size (packed) / 2);

  assert_error (cut, GRAFT_ERROR_CORRUPTED, "damaged");
  assert_error (packed_cut, GRAFT_ERROR_CORRUPTED, "ends in the middle");
}

/* Refused by its size, before a byte of it is read: it is nearly all a hole. */
static void
test_too_large (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  int file = g_file_open_tmp ("graft-modinfo-XXXXXX", &path, &error);
  g_autoptr (GraftInput) input = NULL;
  g_autoptr (GraftNode) node = NULL;

  g_assert_no_error (error);
  g_assert_cmpint (write (file, "\177ELF", 4), ==, 4);
  g_assert_cmpint (ftruncate (file, GRAFT_LIMIT_MODULE + 1), ==, 0);
  close (file);
  input = graft_file_input_new (path, &error);
  g_assert_no_error (error);
  node = graft_node_new (&(const GraftNodeInit){ .type = GRAFT_NODE_REGULAR, .content = input });
  g_assert_null (graft_modinfo_read (node, "m.ko", NULL, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_TOO_LARGE);
  g_assert_cmpstr (error->message, ==, "m.ko has 268435457 bytes, too many for a kernel module");
  g_clear_error (&error);
  g_assert_null (graft_module_read_lines (node, "modules.order", &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_TOO_LARGE);
  g_assert_cmpstr (error->message, ==,
                   "modules.order has 268435457 bytes, too many for what it is");
  g_unlink (path);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/modinfo/keys", test_keys);
  g_test_add_func ("/modinfo/release", test_release);
  g_test_add_func ("/modinfo/signed", test_signed);
  g_test_add_func ("/modinfo/compressed", test_compressed);
  g_test_add_func ("/modinfo/not-a-module", test_not_a_module);
  g_test_add_func ("/modinfo/truncated", test_truncated);
  g_test_add_func ("/modinfo/too-large", test_too_large);
  return g_test_run ();
}
