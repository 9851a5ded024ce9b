/* test-steps-entries.c: the steps that move entries, make devices, and set attributes of several
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "steps/graft-step-fixture.h"

#include "bootset/graft-set-fixture.h"
#include "image/graft-fake-image.h"

static void
assert_label (GraftStep *step, const char *expected)
{
  g_autoptr (GraftStep) owned = step;
  g_autofree char *label = graft_step_dup_label (owned);

  g_assert_cmpstr (label, ==, expected);
}

static void
test_move (GraftStepFixture *fixture, gconstpointer data)
{
  graft_step_fixture_apply (fixture,
                            graft_step_move_new ("root.squashfs:/unix", "root.squashfs:/bin/new"));
  graft_step_fixture_assert_shown (fixture, "root.squashfs", "/unix", "nothing");
  graft_step_fixture_assert_shown (fixture, "root.squashfs", "/usr/bin/new",
                                   "file 0644 0:0 1010 one\\ntwo");
  /* A folder with all in it; a link itself. */
  graft_step_fixture_apply (fixture,
                            graft_step_move_new ("root.squashfs:/usr/bin", "root.squashfs:/tools"));
  graft_step_fixture_assert_shown (fixture, "root.squashfs", "/tools/busybox",
                                   "file 0755 0:0 1003 old");
  graft_step_fixture_apply (fixture,
                            graft_step_move_new ("root.squashfs:/sh", "root.squashfs:/shell"));
  graft_step_fixture_assert_shown (fixture, "root.squashfs", "/shell",
                                   "symlink 0777 0:0 1007 bin/ash");
}

static void
test_move_refused (GraftStepFixture *fixture, gconstpointer data)
{
  graft_step_fixture_refuse (
      fixture, graft_step_move_new ("root.squashfs:/unix", "root.squashfs:/dos"),
      GRAFT_OVERLAY_ERROR, GRAFT_ERROR_REFUSED, "root.squashfs: /dos exists already");
  graft_step_fixture_refuse (
      fixture, graft_step_move_new ("root.squashfs:/none", "root.squashfs:/new"),
      GRAFT_OVERLAY_ERROR, GRAFT_ERROR_NOT_FOUND, "root.squashfs: /none does not exist");
  graft_step_fixture_refuse (
      fixture, graft_step_move_new ("root.squashfs:/usr", "root.squashfs:/usr/bin/x"),
      GRAFT_OVERLAY_ERROR, GRAFT_ERROR_INVALID,
      "root.squashfs: /usr/bin/x lies in the very folder that is to be moved "
      "there");
  graft_step_fixture_refuse (
      fixture, graft_step_move_new ("root.squashfs:/unix", "initrd.img:/unix"), GRAFT_STEP_ERROR,
      GRAFT_ERROR_INVALID,
      "root.squashfs: /unix can be moved only within its image, and within one segment where one "
      "is named");
}

static void
test_make_node (GraftStepFixture *fixture, gconstpointer data)
{
  g_autoptr (GraftNode) device = NULL;

  graft_step_fixture_apply (fixture, graft_step_make_node_new (GRAFT_NODE_BLOCK_DEVICE, 8, 1, 0660,
                                                               "root.squashfs:/usr/sda1", 99));
  device = graft_step_fixture_lookup (fixture, "root.squashfs", "/usr/sda1");
  g_assert_cmpint (graft_node_get_node_type (device), ==, GRAFT_NODE_BLOCK_DEVICE);
  g_assert_cmpuint (graft_node_get_rdev_major (device), ==, 8);
  g_assert_cmpuint (graft_node_get_rdev_minor (device), ==, 1);
  g_assert_cmpuint (graft_node_get_attributes (device)->mode, ==, 0660);
  g_assert_cmpint (graft_node_get_attributes (device)->mtime, ==, 99);
  graft_step_fixture_apply (
      fixture, graft_step_make_node_new (GRAFT_NODE_FIFO, 0, 0, 0600, "initrd.img:/etc/pipe", -1));
  g_clear_pointer (&device, graft_node_unref);
  device = graft_step_fixture_lookup (fixture, "initrd.img", "/etc/pipe");
  g_assert_cmpint (graft_node_get_node_type (device), ==, GRAFT_NODE_FIFO);
  g_assert_cmpint (graft_node_get_attributes (device)->mtime, ==, 1006);
  graft_step_fixture_refuse (
      fixture, graft_step_make_node_new (GRAFT_NODE_FIFO, 0, 0, 0600, "root.squashfs:/console", -1),
      GRAFT_STEP_ERROR, GRAFT_ERROR_REFUSED,
      "root.squashfs: /console is a device: delete it first, if that is meant");
}

/* All or none: also where the first could have been done. */
static void
test_attributes (GraftStepFixture *fixture, gconstpointer data)
{
  const char *const both[] = { "root.squashfs:/unix", "initrd.img:/etc/hosts", NULL };
  const char *const wrong[] = { "root.squashfs:/dos", "root.squashfs:/none", NULL };
  const char *const one[] = { "root.squashfs:/usr", NULL };

  graft_step_fixture_apply (fixture, graft_step_set_attributes_new (both, 0600, 5, -1));
  graft_step_fixture_assert_shown (fixture, "root.squashfs", "/unix",
                                   "file 0600 5:0 1010 one\\ntwo");
  graft_step_fixture_assert_shown (fixture, "initrd.img", "/etc/hosts",
                                   "file 0600 5:0 1005 localhost");
  graft_step_fixture_apply (fixture, graft_step_set_attributes_new (one, -1, -1, 7));
  graft_step_fixture_assert_shown (fixture, "root.squashfs", "/usr", "directory 0755 0:7 1001 ");
  graft_step_fixture_refuse (fixture, graft_step_set_attributes_new (wrong, 0600, -1, -1),
                             GRAFT_STEP_ERROR, GRAFT_ERROR_NOT_FOUND,
                             "root.squashfs: /none does not exist");
  graft_step_fixture_assert_shown (fixture, "root.squashfs", "/dos",
                                   "file 0644 0:0 1009 one\\r\\ntwo\\r\\n");
}

static void
test_labels (void)
{
  const char *const one[] = { "a:/x", NULL }, *const two[] = { "a:/x", "a:/y", NULL };

  assert_label (graft_step_move_new ("initrd.img:/conf/modules", "initrd.img:/conf/old\n"),
                "Rename initrd.img:/conf/modules to old\\n");
  assert_label (graft_step_move_new ("initrd.img:/conf/modules", "initrd.img:/etc/modules"),
                "Move initrd.img:/conf/modules to /etc/modules");
  assert_label (graft_step_make_node_new (GRAFT_NODE_CHAR_DEVICE, 5, 1, 0600, "a:/console", -1),
                "Make the device a:/console (5:1)");
  assert_label (graft_step_make_node_new (GRAFT_NODE_FIFO, 0, 0, 0600, "a:/p", -1),
                "Make the pipe a:/p");
  assert_label (graft_step_set_attributes_new (one, 0644, -1, -1), "Set the mode of a:/x to 0644");
  assert_label (graft_step_set_attributes_new (one, -1, 1, 2), "Set the owner of a:/x to 1:2");
  assert_label (graft_step_set_attributes_new (one, 0644, 1, 2), "Set mode and owner of a:/x");
  assert_label (graft_step_set_attributes_new (two, 0644, 1, 2), "Set mode and owner of 2 entries");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  graft_fake_formats_register ();
#define ADD(name, func)                                                                            \
  g_test_add ("/steps-entries/" name, GraftStepFixture, NULL, graft_step_fixture_set_up, func,     \
              graft_step_fixture_tear_down)
  ADD ("move", test_move);
  ADD ("move-refused", test_move_refused);
  ADD ("make-node", test_make_node);
  ADD ("attributes", test_attributes);
  g_test_add_func ("/steps-entries/labels", test_labels);
  return g_test_run ();
}
