/* test-set-config.c: where a kernel's configuration is found, and in which order
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "bootset/graft-set-config.h"

#include <string.h>

#include "base/graft-error.h"
#include "bootset/graft-set-fixture.h"
#include "formats/cpio/graft-cpio-fixture.h"
#include "formats/initrd/graft-initrd.h"
#include "formats/kernel/graft-kernel.h"
#include "formats/kernel/graft-test-kernel.h"
#include "image/graft-image-loader.h"

/* Of GRAFT_TEST_VERSION. */
#define RELEASE "6.1.0-9-test"

static void
add_kernel (GraftSetFixture *fixture, const char *config)
{
  g_autoptr (GBytes) image = graft_test_image_new ("ARM\x64", 0xaa64, config);

  graft_set_fixture_add_bytes (fixture, "boot/Image", g_bytes_get_data (image, NULL),
                               g_bytes_get_size (image));
}

/* With a file of this text at @path (nullable), whose folders are made. */
static void
add_initrd (GraftSetFixture *fixture, const char *path, const char *text)
{
  g_autoptr (GByteArray) initrd = g_byte_array_new ();
  g_auto (GStrv) parts = g_strsplit (path != NULL ? path : "init", "/", -1);
  g_autoptr (GString) folder = g_string_new (NULL);

  for (guint i = 0; parts[i + 1] != NULL; i++)
    {
      g_string_append_printf (folder, "%s%s", i > 0 ? "/" : "", parts[i]);
      graft_cpio_fixture_add_folder (initrd, folder->str);
    }
  graft_cpio_fixture_add_file (initrd, path != NULL ? path : "init", text);
  graft_cpio_fixture_add_trailer (initrd);
  graft_set_fixture_add_bytes (fixture, "initrd.img", initrd->data, initrd->len);
}

static GraftSetConfig *
find (GraftSetFixture *fixture, gboolean unpack, GError **error)
{
  g_autoptr (GraftBootSet) set = graft_set_fixture_open (fixture, "");
  GraftMember *kernel = graft_boot_set_get_kernel (set, NULL);
  g_autoptr (GraftSetConfig) found = NULL;

  g_assert_nonnull (kernel);
  if (!graft_set_config_find (set, kernel, unpack, &found, NULL, error))
    return NULL;
  return g_steal_pointer (&found);
}

static void
assert_found (GraftSetFixture *fixture, const char *source, const char *path, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftSetConfig) found = find (fixture, TRUE, &error);
  g_autoptr (GBytes) bytes = NULL;

  g_assert_no_error (error);
  g_assert_nonnull (found);
  g_assert_cmpstr (graft_config_source_get_name (found->source), ==, source);
  g_assert_cmpstr (found->path, ==, path);
  bytes = graft_input_read_all (found->text, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), text, strlen (text));
}

/* Each place is asked before those that were filled before it. */
static void
test_order (GraftSetFixture *fixture, gconstpointer data)
{
  add_kernel (fixture, "CONFIG_A=y\n");
  assert_found (fixture, "kernel", "boot/Image", "CONFIG_A=y\n");
  add_initrd (fixture, "lib/modules/" RELEASE "/config", "CONFIG_B=y\n");
  assert_found (fixture, "modules", "initrd.img:/lib/modules/" RELEASE "/config", "CONFIG_B=y\n");
  add_initrd (fixture, "boot/config-" RELEASE, "CONFIG_C=y\n");
  assert_found (fixture, "boot", "initrd.img:/boot/config-" RELEASE, "CONFIG_C=y\n");
  graft_set_fixture_add (fixture, "boot/config", "CONFIG_D=y\n");
  assert_found (fixture, "beside", "boot/config", "CONFIG_D=y\n");
  graft_set_fixture_add (fixture, "boot/config-" RELEASE, "CONFIG_E=y\n");
  assert_found (fixture, "beside", "boot/config-" RELEASE, "CONFIG_E=y\n");
}

/* Those of another release are not taken for the kernel's; who does not ask for it to be unpacked
 * has none. */
static void
test_none (GraftSetFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftSetConfig) packed = NULL, none = NULL;

  add_kernel (fixture, "CONFIG_A=y\n");
  add_initrd (fixture, "boot/config-6.1.0-8-other", "CONFIG_B=y\n");
  graft_set_fixture_add (fixture, "boot/config-6.1.0-8-other", "CONFIG_C=y\n");
  packed = find (fixture, FALSE, &error);
  g_assert_no_error (error);
  g_assert_null (packed);
  add_kernel (fixture, NULL);
  none = find (fixture, TRUE, &error);
  g_assert_no_error (error);
  g_assert_null (none);
}

static void
test_damaged (GraftSetFixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) bytes = graft_test_image_new ("ARM\x64", 0xaa64, "CONFIG_A=y\n");
  g_autoptr (GByteArray) image = g_bytes_unref_to_array (g_steal_pointer (&bytes));
  g_autoptr (GError) error = NULL;

  /* In the sum of the stream. */
  ((guint8 *)memmem (image->data, image->len, "IKCFG_ED", 8))[-8] ^= 1;
  graft_set_fixture_add_bytes (fixture, "boot/Image", image->data, image->len);
  g_assert_null (find (fixture, TRUE, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  graft_image_loader_register (graft_kernel_get_format ());
  graft_image_loader_register (graft_initrd_get_format ());
#define ADD(name, func)                                                                            \
  g_test_add ("/set-config/" name, GraftSetFixture, NULL, graft_set_fixture_set_up, func,          \
              graft_set_fixture_tear_down)
  ADD ("order", test_order);
  ADD ("none", test_none);
  ADD ("damaged", test_damaged);
  return g_test_run ();
}
