/* test-steps-modprobe.c: options of modules, the blacklist, what is loaded at boot
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>

#include "image/graft-fake-image.h"
#include "steps/graft-step-fixture.h"

#define INITRD "initrd.img"
#define ROOT "root.squashfs"

static void
write_text (GraftStepFixture *fixture, const char *address, const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autofree char *folder = g_path_get_dirname (address);

  graft_step_fixture_apply (fixture, graft_step_mkdir_new (folder, 5));
  graft_step_fixture_apply (fixture, graft_step_write_new (address, bytes, 5));
}

/* "file 0644 0:0 TIME TEXT", as a file has it that a step of the time 9 made or changed. */
static void
assert_text (GraftStepFixture *fixture, const char *image, const char *path, const char *text)
{
  g_autofree char *escaped = g_strescape (text, NULL);
  g_autofree char *shown = g_strdup_printf ("file 0644 0:0 9 %s", escaped);

  graft_step_fixture_assert_shown (fixture, image, path, shown);
}

static void
test_option (GraftStepFixture *fixture, gconstpointer data)
{
  graft_step_fixture_apply (fixture,
                            graft_step_module_option_new (NULL, "loop", "max_loop", "5", 9));
  assert_text (fixture, INITRD, "/etc/modprobe.d/loop.conf", "options loop max_loop=5\n");
  graft_step_fixture_assert_shown (fixture, ROOT, "/etc/modprobe.d/loop.conf", "nothing");
  /* The same once more changes nothing, another value the same line. */
  graft_step_fixture_apply (fixture,
                            graft_step_module_option_new (INITRD, "loop", "max-loop", "8", 9));
  assert_text (fixture, INITRD, "/etc/modprobe.d/loop.conf", "options loop max_loop=8\n");
  graft_step_fixture_apply (fixture, graft_step_module_option_new (ROOT, "loop", "a", "", 9));
  assert_text (fixture, ROOT, "/etc/modprobe.d/loop.conf", "options loop a=\n");
}

/* Of several files the one that counts is changed; to take it away, all are. */
static void
test_option_where_it_counts (GraftStepFixture *fixture, gconstpointer data)
{
  write_text (fixture, ROOT ":/etc/modprobe.d/a.conf", "options loop max_loop=1\n");
  write_text (fixture, ROOT ":/usr/lib/modprobe.d/b.conf", "# mine\noptions loop x=1 max_loop=2\n");
  write_text (fixture, ROOT ":/etc/modprobe.d/c.conf", "options brd rd_nr=1\n");
  graft_step_fixture_apply (fixture,
                            graft_step_module_option_new (ROOT, "loop", "max_loop", "5", 9));
  assert_text (fixture, ROOT, "/usr/lib/modprobe.d/b.conf",
               "# mine\noptions loop x=1 max_loop=5\n");
  graft_step_fixture_assert_shown (fixture, ROOT, "/etc/modprobe.d/a.conf",
                                   "file 0644 0:0 5 options loop max_loop=1\\n");
  graft_step_fixture_apply (fixture, graft_step_module_option_new (ROOT, "brd", "a", "2", 9));
  assert_text (fixture, ROOT, "/etc/modprobe.d/c.conf", "options brd rd_nr=1 a=2\n");
  graft_step_fixture_apply (fixture,
                            graft_step_module_option_new (ROOT, "loop", "max_loop", NULL, 9));
  assert_text (fixture, ROOT, "/etc/modprobe.d/a.conf", "");
  assert_text (fixture, ROOT, "/usr/lib/modprobe.d/b.conf", "# mine\noptions loop x=1\n");
}

static void
test_blacklist (GraftStepFixture *fixture, gconstpointer data)
{
  graft_step_fixture_apply (fixture, graft_step_blacklist_new (NULL, "virtio-net", TRUE, 9));
  assert_text (fixture, INITRD, "/etc/modprobe.d/blacklist-virtio-net.conf",
               "blacklist virtio-net\n");
  write_text (fixture, INITRD ":/etc/modprobe.d/a.conf", "blacklist a\n");
  graft_step_fixture_apply (fixture, graft_step_blacklist_new (NULL, "a", TRUE, 9));
  graft_step_fixture_assert_shown (fixture, INITRD, "/etc/modprobe.d/blacklist-a.conf", "nothing");
  graft_step_fixture_apply (fixture, graft_step_blacklist_new (NULL, "virtio_net", FALSE, 9));
  assert_text (fixture, INITRD, "/etc/modprobe.d/blacklist-virtio-net.conf", "");
}

/* In the list that what boots from the image reads. */
static void
test_load (GraftStepFixture *fixture, gconstpointer data)
{
  graft_step_fixture_apply (fixture, graft_step_load_module_new (ROOT, "loop", TRUE, 9));
  assert_text (fixture, ROOT, "/etc/modules", "loop\n");
  write_text (fixture, ROOT ":/usr/lib/systemd/systemd-modules-load", "program");
  graft_step_fixture_apply (fixture, graft_step_load_module_new (ROOT, "brd", TRUE, 9));
  assert_text (fixture, ROOT, "/etc/modules-load.d/bootgraft.conf", "brd\n");
  write_text (fixture, INITRD ":/conf/modules", "# List\nsquashfs");
  graft_step_fixture_apply (fixture, graft_step_load_module_new (NULL, "virtio-net", TRUE, 9));
  assert_text (fixture, INITRD, "/conf/modules", "# List\nsquashfs\nvirtio-net\n");
  /* What is loaded already stays where it is. */
  graft_step_fixture_apply (fixture, graft_step_load_module_new (NULL, "squashfs", TRUE, 9));
  assert_text (fixture, INITRD, "/conf/modules", "# List\nsquashfs\nvirtio-net\n");
  graft_step_fixture_apply (fixture, graft_step_load_module_new (NULL, "squashfs", FALSE, 9));
  assert_text (fixture, INITRD, "/conf/modules", "# List\nvirtio-net\n");
}

static void
test_refused (GraftStepFixture *fixture, gconstpointer data)
{
  graft_step_fixture_refuse (fixture, graft_step_blacklist_new (NULL, "../a", TRUE, 9),
                             GRAFT_STEP_ERROR, GRAFT_ERROR_INVALID,
                             "“../a” is no name of a module");
  graft_step_fixture_refuse (
      fixture, graft_step_module_option_new (NULL, "loop", "a", "say \"x\"", 9), GRAFT_STEP_ERROR,
      GRAFT_ERROR_INVALID,
      "initrd.img:/etc/modprobe.d/loop.conf: “say \"x\"” cannot be given to a module: no parameter "
      "can have quotes, backslashes or line ends in it");
  graft_step_fixture_refuse (
      fixture, graft_step_load_module_new ("other.img", "loop", TRUE, 9), GRAFT_STEP_ERROR,
      GRAFT_ERROR_NOT_FOUND,
      "the set has no image other.img; it has vmlinuz, initrd.img, broken.squashfs, root.squashfs, "
      "pxelinux.cfg/default");
  write_text (fixture, INITRD ":/lib/dracut/hooks/cmdline/01-load.sh", "modprobe loop\n");
  graft_step_fixture_refuse (
      fixture, graft_step_load_module_new (NULL, "loop", FALSE, 9), GRAFT_STEP_ERROR,
      GRAFT_ERROR_REFUSED,
      "initrd.img:/lib/dracut/hooks/cmdline/01-load.sh loads the module loop, and is no list "
      "that a line can be taken out of: edit it, or put the module on the blacklist");
  write_text (fixture, INITRD ":/etc/modprobe.d/x.conf", "options loop a=\"b\noptions loop c=1\n");
  graft_step_fixture_refuse (
      fixture, graft_step_module_option_new (NULL, "loop", "c", "2", 9), GRAFT_STEP_ERROR,
      GRAFT_ERROR_INVALID,
      "initrd.img:/etc/modprobe.d/x.conf: in line 1 the options of loop have a quote that is not "
      "closed, which makes what is behind it a part of its value: mend that line first");
}

/* That a module is not there is told, and the setting made all the same. */
static void
test_notes (GraftStepFixture *fixture, gconstpointer data)
{
  g_autoptr (GraftStepReport) report = graft_step_report_new ();
  g_autoptr (GraftStep) step = NULL;
  g_autoptr (GError) error = NULL;

  write_text (fixture, ROOT ":/usr/lib/modules/6.1/kernel/brd.ko", "no module");
  write_text (fixture, ROOT ":/usr/lib/modules/6.1/modules.builtin", "kernel/block/loop.ko\n");
  step = graft_step_module_option_new (ROOT, "loop", "max_loop", "5", 9);
  g_assert_true (graft_step_apply (step, fixture->set, report, NULL, NULL, &error));
  g_clear_object (&step);
  step = graft_step_load_module_new (ROOT, "brd", TRUE, 9);
  g_assert_true (graft_step_apply (step, fixture->set, report, NULL, NULL, &error));
  g_clear_object (&step);
  step = graft_step_load_module_new (ROOT, "no_such", TRUE, 9);
  g_assert_true (graft_step_apply (step, fixture->set, report, NULL, NULL, &error));
  g_assert_cmpuint (report->notes->len, ==, 2);
  g_assert_cmpstr (g_ptr_array_index (report->notes, 0), ==,
                   "root.squashfs: loop is built into the kernel, which takes its options from the "
                   "command line only (loop.max_loop=5)");
  g_assert_cmpstr (g_ptr_array_index (report->notes, 1), ==, "root.squashfs has no module no_such");
}

static void
test_labels (void)
{
  const struct
  {
    GraftStep *step;
    const char *label;
  } cases[] = {
    { graft_step_module_option_new (NULL, "loop", "a", "1", 0),
      "Set the option a of the module loop" },
    { graft_step_module_option_new (NULL, "loop", "a", NULL, 0),
      "Leave the option a of the module loop unset" },
    { graft_step_blacklist_new (NULL, "loop", TRUE, 0), "Put loop on the blacklist" },
    { graft_step_blacklist_new (NULL, "loop", FALSE, 0), "Take loop off the blacklist" },
    { graft_step_load_module_new (NULL, "loop", TRUE, 0), "Load the module loop at boot" },
    { graft_step_load_module_new (NULL, "loop", FALSE, 0), "Do not list the module loop any more" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GraftStep) step = cases[i].step;
      g_autofree char *label = graft_step_dup_label (step);

      g_assert_cmpstr (label, ==, cases[i].label);
    }
}

int
main (int argc, char **argv)
{
#define ADD(name, func)                                                                            \
  g_test_add ("/steps-modprobe/" name, GraftStepFixture, NULL, graft_step_fixture_set_up, func,    \
              graft_step_fixture_tear_down)

  g_test_init (&argc, &argv, NULL);
  graft_fake_formats_register ();
  ADD ("option", test_option);
  ADD ("option-where-it-counts", test_option_where_it_counts);
  ADD ("blacklist", test_blacklist);
  ADD ("load", test_load);
  ADD ("refused", test_refused);
  ADD ("notes", test_notes);
  g_test_add_func ("/steps-modprobe/labels", test_labels);
  return g_test_run ();
}
