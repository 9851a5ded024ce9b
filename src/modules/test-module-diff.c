/* test-module-diff.c: the modules of one tree found again in another
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>

#include "base/graft-error.h"
#include "modules/graft-module-aliases.h"
#include "modules/graft-module-diff.h"
#include "modules/graft-module-successor.h"
#include "modules/graft-test-modules.h"

static void
add_module (GraftNode **root, const char *path, const char *infos)
{
  g_autoptr (GBytes) module = graft_test_module_new (infos, NULL, NULL);

  graft_test_tree_add (root, path, module);
}

static char *
diff_as_text (GraftNode *old_root, GraftNode *new_root, gboolean with_new)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftModuleFolder) old_folder = graft_module_folder_new (old_root, "/old", "1.0");
  g_autoptr (GraftModuleFolder) new_folder = graft_module_folder_new (new_root, "/new", "2.0");
  g_autoptr (GPtrArray) list = graft_module_diff (old_folder, new_folder, with_new, NULL, &error);
  g_autoptr (GString) text = g_string_new (NULL);

  g_assert_no_error (error);
  for (guint i = 0; i < list->len; i++)
    {
      const GraftModuleDifference *difference = g_ptr_array_index (list, i);

      g_string_append_printf (text, "%s %s %s %s\n", difference->name,
                              graft_module_change_get_name (difference->change),
                              difference->old_module != NULL ? difference->old_module->path : "-",
                              difference->new_module != NULL ? difference->new_module->path : "-");
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
test_names (void)
{
  g_autoptr (GraftNode) old_root = graft_test_tree_new ();
  g_autoptr (GraftNode) new_root = graft_test_tree_new ();
  g_autofree char *all = NULL, *without_new = NULL;

  graft_test_tree_add_text (&old_root, "/kernel/a/moved.ko", "");
  graft_test_tree_add_text (&old_root, "/kernel/virtio-net.ko", "");
  graft_test_tree_add_text (&old_root, "/kernel/ext4.ko.xz", "");
  graft_test_tree_add_text (&old_root, "/kernel/twice.ko", "");
  graft_test_tree_add_text (&old_root, "/updates/twice.ko", "");
  graft_test_tree_add_text (&new_root, "/kernel/b/moved.ko.zst", "");
  graft_test_tree_add_text (&new_root, "/kernel/virtio_net.ko", "");
  graft_test_tree_add_text (&new_root, "/kernel/twice.ko", "");
  graft_test_tree_add_text (&new_root, "/kernel/fresh.ko", "");
  graft_test_tree_add_text (&new_root, "/modules.builtin", "kernel/fs/ext4/ext4.ko\n");
  all = diff_as_text (old_root, new_root, TRUE);
  g_assert_cmpstr (all, ==,
                   "ext4 builtin kernel/ext4.ko.xz -\n"
                   "fresh new - kernel/fresh.ko\n"
                   "moved same kernel/a/moved.ko kernel/b/moved.ko.zst\n"
                   "twice same updates/twice.ko kernel/twice.ko\n"
                   "virtio_net same kernel/virtio-net.ko kernel/virtio_net.ko\n");
  without_new = diff_as_text (old_root, new_root, FALSE);
  g_assert_null (strstr (without_new, "fresh"));
}

static void
test_known_successors (void)
{
  g_autoptr (GraftNode) old_root = graft_test_tree_new ();
  g_autoptr (GraftNode) new_root = graft_test_tree_new ();
  g_autofree char *text = NULL;

  /* These are no ELF files: the table answers before anything is read. */
  graft_test_tree_add_text (&old_root, "/kernel/overlayfs.ko", "");
  graft_test_tree_add_text (&old_root, "/kernel/nf_nat_ipv4.ko", "");
  graft_test_tree_add_text (&old_root, "/kernel/nf_conntrack_ipv4.ko", "");
  /* No kernel has what aufs was. */
  graft_test_tree_add_text (&old_root, "/kernel/aufs.ko", "");
  graft_test_tree_add_text (&new_root, "/kernel/overlay.ko", "");
  graft_test_tree_add_text (&new_root, "/modules.builtin", "kernel/net/nf_nat.ko\n");
  text = diff_as_text (old_root, new_root, TRUE);
  g_assert_cmpstr (text, ==,
                   "aufs gone kernel/aufs.ko -\n"
                   "nf_conntrack_ipv4 gone kernel/nf_conntrack_ipv4.ko -\n"
                   "nf_nat_ipv4 builtin kernel/nf_nat_ipv4.ko -\n"
                   "overlayfs renamed kernel/overlayfs.ko kernel/overlay.ko\n");
}

static const char old_cciss[] = "alias=pci:v0000103Cd00003230sv0000103Csd00003233bc*sc*i*\n"
                                "alias=pci:v0000103Cd00003238sv0000103Csd00003211bc*sc*i*\n"
                                "alias=pci:v00000E11d0000B060sv*sd*bc*sc*i*";

/* The old module's aliases are covered by another one's, word for word or by a pattern. */
static void
test_aliases (gconstpointer with_index)
{
  g_autoptr (GraftNode) old_root = graft_test_tree_new ();
  g_autoptr (GraftNode) new_root = graft_test_tree_new ();
  g_autofree char *text = NULL;

  add_module (&old_root, "/kernel/cc-iss.ko", old_cciss);
  /* One of three is not enough. */
  add_module (&old_root, "/kernel/lost.ko",
              "alias=pci:v0000103Cd00003230sv1\nalias=pci:v2\nalias=pci:v3");
  add_module (&old_root, "/kernel/bare.ko", "license=GPL");
  if (GPOINTER_TO_INT (with_index))
    {
      graft_test_tree_add_text (&new_root, "/kernel/hpsa.ko", "");
      graft_test_tree_add_text (&new_root, "/kernel/other.ko", "");
      graft_test_tree_add_text (&new_root, "/modules.alias",
                                "# Aliases extracted from modules themselves.\n"
                                "alias pci:v0000103Cd00003230sv*sd*bc*sc*i* hpsa\n"
                                "alias pci:v0000103Cd00003238sv0000103Csd*bc*sc*i* hpsa\n"
                                "alias pci:v00000E11d0000B060sv*sd*bc*sc*i* other\n");
    }
  else
    {
      add_module (&new_root, "/kernel/hpsa.ko",
                  "alias=pci:v0000103Cd00003230sv*sd*bc*sc*i*\n"
                  "alias=pci:v0000103Cd00003238sv0000103Csd*bc*sc*i*");
      add_module (&new_root, "/kernel/other.ko", "alias=pci:v00000E11d0000B060sv*sd*bc*sc*i*");
    }
  text = diff_as_text (old_root, new_root, TRUE);
  g_assert_cmpstr (text, ==,
                   "bare gone kernel/bare.ko -\n"
                   "cc_iss renamed kernel/cc-iss.ko kernel/hpsa.ko\n"
                   "lost gone kernel/lost.ko -\n"
                   "other new - kernel/other.ko\n");
}

/* "modprobe mpt2sas" loads what has it as an alias. */
static void
test_name_as_alias (void)
{
  g_autoptr (GraftNode) old_root = graft_test_tree_new ();
  g_autoptr (GraftNode) new_root = graft_test_tree_new ();
  g_autofree char *text = NULL;

  graft_test_tree_add_text (&old_root, "/kernel/mpt2sas.ko", "");
  graft_test_tree_add_text (&old_root, "/kernel/ext-3.ko", "");
  graft_test_tree_add_text (&new_root, "/kernel/mpt3sas.ko", "");
  graft_test_tree_add_text (&new_root, "/modules.alias", "alias mpt2sas mpt3sas\n");
  graft_test_tree_add_text (&new_root, "/modules.builtin", "kernel/fs/ext4/ext4.ko\n");
  graft_test_tree_add_text (&new_root, "/modules.builtin.modinfo", "ext4.alias=ext_3");
  text = diff_as_text (old_root, new_root, TRUE);
  g_assert_cmpstr (text, ==,
                   "ext_3 builtin kernel/ext-3.ko -\n"
                   "mpt2sas renamed kernel/mpt2sas.ko kernel/mpt3sas.ko\n");
}

/* That a module is for the same CPU, or is one of many watchdogs, makes it no successor; that it
 * has the same algorithm does. */
static void
test_aliases_that_say_nothing (void)
{
  g_autoptr (GraftNode) old_root = graft_test_tree_new ();
  g_autoptr (GraftNode) new_root = graft_test_tree_new ();
  g_autofree char *text = NULL;

  add_module (&old_root, "/kernel/kvm_intel.ko",
              "alias=cpu:type:x86,ven0000fam*mod*:feature:*0085*");
  add_module (&old_root, "/kernel/my_wdt.ko", "alias=char-major-10-130");
  add_module (&old_root, "/kernel/twofish-x86_64.ko", "alias=twofish\nalias=crypto-twofish");
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *watchdog = g_strdup_printf ("/kernel/wdt%u.ko", i);

      graft_test_tree_add_text (&new_root, watchdog, "");
    }
  graft_test_tree_add_text (&new_root, "/kernel/rapl.ko", "");
  graft_test_tree_add_text (&new_root, "/kernel/twofish_avx.ko", "");
  graft_test_tree_add_text (&new_root, "/kernel/twofish_generic.ko", "");
  graft_test_tree_add_text (&new_root, "/kernel/twofish_3way.ko", "");
  graft_test_tree_add_text (&new_root, "/modules.alias",
                            "alias cpu:type:x86,ven0000fam*mod*:feature:* rapl\n"
                            "alias char_major_10_130 wdt0\n"
                            "alias char_major_10_130 wdt1\n"
                            "alias char_major_10_130 wdt2\n"
                            "alias crypto_twofish twofish_avx\n"
                            "alias crypto_twofish twofish_generic\n"
                            "alias crypto_twofish twofish_3way\n"
                            "alias twofish twofish_avx\n"
                            "alias twofish twofish_generic\n"
                            "alias twofish twofish_3way\n");
  text = diff_as_text (old_root, new_root, FALSE);
  g_assert_cmpstr (text, ==,
                   "kvm_intel gone kernel/kvm_intel.ko -\n"
                   "my_wdt gone kernel/my_wdt.ko -\n"
                   "twofish_x86_64 renamed kernel/twofish-x86_64.ko kernel/twofish_generic.ko\n");
}

/* What stood beside it in the old tree with the same aliases does something else. */
static void
test_neighbours (void)
{
  static const char alias[] = "alias=pci:v00008086d000025F0sv*sd*bc*sc*i*";
  g_autoptr (GraftNode) old_root = graft_test_tree_new ();
  g_autoptr (GraftNode) new_root = graft_test_tree_new ();
  g_autofree char *alone = NULL, *beside = NULL;

  add_module (&old_root, "/kernel/i5000_edac.ko", alias);
  add_module (&new_root, "/kernel/i5k_amb.ko", alias);
  alone = diff_as_text (old_root, new_root, TRUE);
  g_assert_cmpstr (alone, ==, "i5000_edac renamed kernel/i5000_edac.ko kernel/i5k_amb.ko\n");
  add_module (&old_root, "/kernel/i5k_amb.ko", alias);
  beside = diff_as_text (old_root, new_root, TRUE);
  g_assert_cmpstr (beside, ==,
                   "i5000_edac gone kernel/i5000_edac.ko -\n"
                   "i5k_amb same kernel/i5k_amb.ko kernel/i5k_amb.ko\n");
}

static void
test_alias_lookup (void)
{
  static const char *const cases[][2] = {
    { "fs-ext4", "ext4" },
    { "fs_ext4", "ext4" },
    { "fs-ext", "" },
    { "usb:v0BDAp8153d*dc*dsc*dp*ic*isc*ip*in*", "r8152" },
    { "usb:v0BDAp8153d30[0_9]*dc*dsc*dp*ic*isc*ip*in*", "r8152" },
    { "usb:v0BDAp8154d*dc*dsc*dp*ic*isc*ip*in*", "" },
    { "usb:v*p*d*dc*dsc*dp*icE0isc01ip03in*", "any rndis_host" },
    { "hid:b0003g*v00000C70p0000F001", "" },
    { "of:N*T*Cabc-[x-y]", "brackets" },
    { "", "" },
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftNode) root = graft_test_tree_new ();
  g_autoptr (GraftModuleFolder) folder = NULL;
  g_autoptr (GraftModuleAliases) aliases = NULL;

  graft_test_tree_add_text (&root, "/modules.alias",
                            "alias fs-ext4 ext4\n"
                            "alias usb:v0BDAp8153d*dc*dsc*dp*ic*isc*ip*in* r8152\n"
                            "alias usb:v*p*d*dc*dsc*dp*ic*isc*ip*in* any\n"
                            "alias usb:v*p*d*dc*dsc*dp*icE0isc01ip03in* rndis_host\n"
                            "alias hid:b*g*v*p* hid_generic\n"
                            "alias of:N*T*Cabc_[x-y] brackets\n"
                            "alias incomplete\n"
                            "alias one two three\n");
  folder = graft_module_folder_new (root, "/new", "1.0");
  aliases = graft_module_aliases_read (folder, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GPtrArray) found = graft_module_aliases_lookup (aliases, cases[i][0]);
      g_autofree char *joined = NULL;

      g_ptr_array_add (found, NULL);
      joined = g_strjoinv (" ", (char **)found->pdata);
      g_assert_cmpstr (joined, ==, cases[i][1]);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/module-diff/names", test_names);
  g_test_add_func ("/module-diff/known-successors", test_known_successors);
  g_test_add_data_func ("/module-diff/aliases-by-index", GINT_TO_POINTER (TRUE), test_aliases);
  g_test_add_data_func ("/module-diff/aliases-by-modules", GINT_TO_POINTER (FALSE), test_aliases);
  g_test_add_func ("/module-diff/name-as-alias", test_name_as_alias);
  g_test_add_func ("/module-diff/aliases-that-say-nothing", test_aliases_that_say_nothing);
  g_test_add_func ("/module-diff/neighbours", test_neighbours);
  g_test_add_func ("/module-diff/alias-lookup", test_alias_lookup);
  return g_test_run ();
}
