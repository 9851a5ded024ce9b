/* test-module-item.c: what is said of a module in the list, and how it is found there
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "pages/modules/graft-module-item.h"

static GraftModuleItem *
make_item (const char *release, int change, const char *new_name)
{
  const GraftModuleFacts facts = {
    .layer = "initrd.img",
    .name = "virtio_net",
    .path = "/lib/modules/6.1.0/kernel/drivers/net/virtio-net.ko.xz",
    .release = release,
    .kernel_release = "6.1.0",
    .size = 1000,
    .compression = GRAFT_COMPRESSION_XZ,
    .change = change,
    .new_name = new_name,
  };

  return graft_module_item_new (&facts);
}

static void
assert_has (GraftModuleItem *item, const char *text, gboolean expected)
{
  g_autofree char *folded = graft_module_item_fold (text);

  g_assert_cmpint (graft_module_item_has (item, folded), ==, expected);
}

static void
test_has (void)
{
  g_autoptr (GraftModuleItem) item = make_item ("6.1.0", GRAFT_MODULE_RENAMED, "successor");

  assert_has (item, "virtio-net", TRUE);
  assert_has (item, "VIRTIO_N", TRUE);
  assert_has (item, "drivers/net/", TRUE);
  assert_has (item, "success", TRUE);
  assert_has (item, "initrd.img", FALSE);
  assert_has (item, "virtio_net\nx", FALSE);
  assert_has (item, "\xff", FALSE);
}

static void
assert_release (const char *release, int change, const char *expected, const char *reason)
{
  g_autoptr (GraftModuleItem) item = make_item (release, change, NULL);
  g_autofree char *shown = graft_module_item_dup_release (item);
  g_autofree char *said = graft_module_item_dup_reason (item);

  g_assert_cmpstr (shown, ==, expected);
  g_assert_cmpstr (said, ==, reason);
}

static void
test_release (void)
{
  assert_release ("6.1.0", GRAFT_MODULE_NO_CHANGE, "✓ 6.1.0", NULL);
  assert_release ("5.10.0", GRAFT_MODULE_NO_CHANGE, "✗ 5.10.0, not the kernel's",
                  "It was built for 5.10.0, the kernel is 6.1.0");
  assert_release (NULL, GRAFT_MODULE_NO_CHANGE, "not said", NULL);
  /* One of the other kernel's need not be of this one's release. */
  assert_release ("6.12.0", GRAFT_MODULE_NEW, "6.12.0", NULL);
}

static void
assert_change (int change, const char *new_name, const char *expected)
{
  g_autoptr (GraftModuleItem) item = make_item ("6.1.0", change, new_name);
  g_autofree char *shown = graft_module_item_dup_change (item);

  g_assert_cmpstr (shown, ==, expected);
}

static void
test_change (void)
{
  assert_change (GRAFT_MODULE_NO_CHANGE, NULL, "");
  assert_change (GRAFT_MODULE_SAME, NULL, "= same");
  assert_change (GRAFT_MODULE_GONE, NULL, "− gone");
  assert_change (GRAFT_MODULE_BUILTIN, NULL, "● built in");
  assert_change (GRAFT_MODULE_NEW, NULL, "+ new");
  assert_change (GRAFT_MODULE_RENAMED, "a\nb", "→ renamed: a\\nb");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/module-item/has", test_has);
  g_test_add_func ("/module-item/release", test_release);
  g_test_add_func ("/module-item/change", test_change);
  return g_test_run ();
}
