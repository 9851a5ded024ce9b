/* graft-set-role.c: what a file of a boot set is by its name
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "bootset/graft-set-role.h"

#include "bootset/graft-boot-entry.h"
#include "bootset/graft-tree-info.h"

gboolean
graft_role_from_format (const char *format, GraftRole *ret_role)
{
  static const struct
  {
    const char *format;
    GraftRole role;
  } roles[] = {
    { "kernel", GRAFT_ROLE_KERNEL },
    { "initrd", GRAFT_ROLE_INITRD },
    { "squashfs", GRAFT_ROLE_ROOT },
    { "ext4", GRAFT_ROLE_ROOT },
  };

  for (guint i = 0; i < G_N_ELEMENTS (roles); i++)
    if (g_strcmp0 (format, roles[i].format) == 0)
      {
        *ret_role = roles[i].role;
        return TRUE;
      }
  return FALSE;
}

gboolean
graft_set_role_is_excluded (const char *name)
{
  static const char *const suffixes[] = {
    ".asc",  ".bmp",  ".c",     ".c32",   ".cfg",    ".conf", ".css",  ".deb",    ".gif",
    ".gpg",  ".h",    ".hmac",  ".htm",   ".html",   ".ini",  ".iso",  ".jpg",    ".js",
    ".json", ".ko",   ".ko.gz", ".ko.xz", ".ko.zst", ".log",  ".md",   ".md5",    ".pdf",
    ".pl",   ".png",  ".py",    ".repo",  ".rpm",    ".sh",   ".sha1", ".sha256", ".sha512",
    ".sig",  ".sign", ".so",    ".svg",   ".txt",    ".udeb", ".xml",  ".yaml",
  };
  g_autofree char *low = g_ascii_strdown (name, -1);

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    if (g_str_has_suffix (low, suffixes[i]))
      return TRUE;
  return FALSE;
}

gboolean
graft_set_role_from_name (const char *folder, const char *name, GraftRole *ret_role)
{
  /* As Debian, Fedora, SUSE, Arch and Clonezilla call them. */
  static const struct
  {
    const char *pattern;
    GraftRole role;
  } patterns[] = {
    { "vmlinuz*", GRAFT_ROLE_KERNEL },
    { "*.vmlinuz", GRAFT_ROLE_KERNEL },
    { "vmlinux*", GRAFT_ROLE_KERNEL },
    { "bzimage*", GRAFT_ROLE_KERNEL },
    { "linux", GRAFT_ROLE_KERNEL },
    { "kernel", GRAFT_ROLE_KERNEL },
    { "*initrd*", GRAFT_ROLE_INITRD },
    { "*initramfs*", GRAFT_ROLE_INITRD },
    { "*.squashfs", GRAFT_ROLE_ROOT },
    { "*.sqfs", GRAFT_ROLE_ROOT },
    { "*.sfs", GRAFT_ROLE_ROOT },
    { "*.ext4", GRAFT_ROLE_ROOT },
    { "squashfs.img", GRAFT_ROLE_ROOT },
    { "rootfs.img", GRAFT_ROLE_ROOT },
    { "install.img", GRAFT_ROLE_ROOT },
    /* File systems as they are; erofs only to be told by its name. */
    { "*.ext2", GRAFT_ROLE_ROOT },
    { "*.ext3", GRAFT_ROLE_ROOT },
    { "*.ext4", GRAFT_ROLE_ROOT },
    { "*.erofs", GRAFT_ROLE_ROOT },
    /* As the kernel's own build calls them on arm64, riscv and arm. */
    { "image", GRAFT_ROLE_KERNEL },
    { "image.gz", GRAFT_ROLE_KERNEL },
    { "uimage*", GRAFT_ROLE_KERNEL },
    { "zimage*", GRAFT_ROLE_KERNEL },
  };
  g_autofree char *low = g_ascii_strdown (name, -1);

  if (graft_boot_entry_is_name (folder, name))
    {
      *ret_role = GRAFT_ROLE_BOOT_ENTRY;
      return TRUE;
    }
  if (graft_tree_info_is_name (name))
    {
      *ret_role = GRAFT_ROLE_TREE_INFO;
      return TRUE;
    }
  if (graft_set_role_is_excluded (name))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (patterns); i++)
    if (g_pattern_match_simple (patterns[i].pattern, low))
      {
        *ret_role = patterns[i].role;
        return TRUE;
      }
  return FALSE;
}
