/* test-module-named.c: modules that an initrd loads by their names
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "modules/graft-module-named.h"

#include "modules/graft-test-modules.h"

static char *
list_named (GraftNode *root)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) named = graft_module_named_list (root, &error);
  GString *text = g_string_new (NULL);

  g_assert_no_error (error);
  for (guint i = 0; i < named->len; i++)
    {
      const GraftNamedModule *one = g_ptr_array_index (named, i);

      g_string_append_printf (text, "%s %s\n", one->name, one->path);
    }
  return g_string_free (text, FALSE);
}

static void
test_lists (void)
{
  g_autoptr (GraftNode) root = graft_test_tree_new ();
  g_autofree char *found = NULL;

  graft_test_tree_add_text (&root, "/conf/modules", "loop\noverlay \nvirtio-net max=1\n# none\n\n");
  graft_test_tree_add_text (&root, "/etc/modules-load.d/a.conf", "; none\ndm-mod\n");
  graft_test_tree_add_text (&root, "/etc/modules-load.d/a.conf.old", "old\n");
  graft_test_tree_add_text (&root, "/usr/lib/modules-load.d/b.conf", "xfs");
  graft_test_tree_add_text (&root, "/etc/cmdline", "quiet rd.modules-load=sg\n");
  graft_test_tree_add_text (&root, "/etc/cmdline.d/00-btrfs.conf",
                            "rd.driver.pre=btrfs,raid6-pq rd.driver.blacklist=nouveau\n"
                            "rd.driver.post=igb\n");
  found = list_named (root);
  g_assert_cmpstr (found, ==,
                   "loop /conf/modules\noverlay /conf/modules\nvirtio_net /conf/modules\n"
                   "dm_mod /etc/modules-load.d/a.conf\nxfs /usr/lib/modules-load.d/b.conf\n"
                   "sg /etc/cmdline\n"
                   "btrfs /etc/cmdline.d/00-btrfs.conf\nraid6_pq /etc/cmdline.d/00-btrfs.conf\n"
                   "igb /etc/cmdline.d/00-btrfs.conf\n");
  g_assert_false (graft_module_named_is_hostonly (root));
}

/* What dracut's own modules write, and what looks like it. */
static void
test_hooks (void)
{
  g_autoptr (GraftNode) root = graft_test_tree_new ();
  g_autofree char *found = NULL;

  graft_test_tree_add_link (&root, "/lib", "usr/lib");
  graft_test_tree_add_text (
      &root, "/usr/lib/dracut/hooks/cmdline/90-own.sh",
      "#!/bin/sh\n# modprobe commented\nmodprobe -b -q iscsi-tcp || die \"no iscsi\"\n"
      "modprobe \"$1\" nothing\nmodprobe $names quoted\n_modprobe_d=/etc/modprobe.d\n"
      "[ -e /sys/x ] && modprobe -r removed\nmodprobe loop max_loop=8; modprobe squashfs;\n");
  graft_test_tree_add_text (&root, "/usr/lib/dracut/hooks/initqueue/settled/a.sh",
                            "initqueue --onetime modprobe --all -b -q nvme_tcp nvme-fabrics\n"
                            "modprobe -a fcoe 2>/dev/null bnx\n(modprobe xfs)\n(/sbin/modprobe x; "
                            "/sbin/modprobe igb)\nmodprobe\n");
  graft_test_tree_add_text (&root, "/usr/lib/dracut/hooks/initqueue/a/b/deep.sh",
                            "modprobe deep\n");
  graft_test_tree_add_text (&root, "/usr/lib/dracut/hooks/cmdline/README", "modprobe readme\n");
  found = list_named (root);
  g_assert_cmpstr (found, ==,
                   "iscsi_tcp /usr/lib/dracut/hooks/cmdline/90-own.sh\n"
                   "loop /usr/lib/dracut/hooks/cmdline/90-own.sh\n"
                   "squashfs /usr/lib/dracut/hooks/cmdline/90-own.sh\n"
                   "nvme_tcp /usr/lib/dracut/hooks/initqueue/settled/a.sh\n"
                   "nvme_fabrics /usr/lib/dracut/hooks/initqueue/settled/a.sh\n"
                   "fcoe /usr/lib/dracut/hooks/initqueue/settled/a.sh\n"
                   "igb /usr/lib/dracut/hooks/initqueue/settled/a.sh\n");
}

static void
test_nothing (void)
{
  g_autoptr (GraftNode) root = graft_test_tree_new ();
  g_autofree char *found = NULL;

  /* A folder where a file is meant. */
  graft_test_tree_add_text (&root, "/conf/modules/file", "loop\n");
  graft_test_tree_add_text (&root, "/etc/modules-load.d/folder.conf/file", "loop\n");
  found = list_named (root);
  g_assert_cmpstr (found, ==, "");
}

static void
test_hostonly (void)
{
  g_autoptr (GraftNode) root = graft_test_tree_new ();

  graft_test_tree_add_text (&root, "/lib/dracut/hostonly-files", "etc/fstab\n");
  g_assert_true (graft_module_named_is_hostonly (root));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/module-named/lists", test_lists);
  g_test_add_func ("/module-named/hooks", test_hooks);
  g_test_add_func ("/module-named/nothing", test_nothing);
  g_test_add_func ("/module-named/hostonly", test_hostonly);
  return g_test_run ();
}
