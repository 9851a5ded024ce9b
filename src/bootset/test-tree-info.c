/* test-tree-info.c: what a .treeinfo names, and its checksums made anew
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "bootset/graft-tree-info.h"

#include <string.h>

#include "base/graft-error.h"

/* As of CentOS 7, with what hands and other tools may make of it. */
#define TEXT                                                                                       \
  "[checksums]\n"                                                                                  \
  "LiveOS/squashfs.img = sha256:aaaa\n"                                                            \
  "images/boot.iso = sha256:bbbb\r\n"                                                              \
  "./images/pxeboot/vmlinuz=SHA256:cccc  \n"                                                       \
  "; images/pxeboot/vmlinuz = sha256:cccc\n"                                                       \
  "images/pxeboot/initrd.img = md5:dddd\n"                                                         \
  "images/pxeboot/upgrade.img = crc7:eeee\n"                                                       \
  "\n"                                                                                             \
  "[general]\n"                                                                                    \
  "images/pxeboot/vmlinuz = sha256:not a checksum\n"                                               \
  "[images-x86_64]\n"                                                                              \
  "kernel = images/pxeboot/vmlinuz\n"                                                              \
  "initrd = images/pxeboot/initrd.img\n"                                                           \
  "boot.iso = images/boot.iso\n"                                                                   \
  "[images-xen]\n"                                                                                 \
  "kernel = ../../../etc/shadow\n"                                                                 \
  "kernel\n"                                                                                       \
  "[stage2]\n"                                                                                     \
  "mainimage = LiveOS/squashfs.img"

static void
test_images (void)
{
  g_autoptr (GPtrArray) images = graft_tree_info_list_images (TEXT);
  g_autoptr (GString) found = g_string_new (NULL);

  for (guint i = 0; i < images->len; i++)
    {
      const GraftSetName *image = g_ptr_array_index (images, i);

      g_string_append_printf (found, "%s %s\n", graft_role_get_name (image->role), image->path);
    }
  g_assert_cmpstr (found->str, ==,
                   "kernel images/pxeboot/vmlinuz\ninitrd images/pxeboot/initrd.img\n"
                   "root LiveOS/squashfs.img\n");
}

static gboolean
give_digest (const char *path, GChecksumType type, char **ret_digest, gpointer data, GError **error)
{
  g_string_append_printf (data, "%s %d\n", path, type);
  *ret_digest = g_str_has_prefix (path, "images/pxeboot/") ? g_strdup ("1234567") : NULL;
  return TRUE;
}

/* All but the digits is kept byte for byte. */
static void
test_renew (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) asked = g_string_new (NULL), expected = g_string_new (TEXT);
  g_autofree char *asked_expected
      = g_strdup_printf ("LiveOS/squashfs.img %d\nimages/boot.iso %d\nimages/pxeboot/vmlinuz %d\n"
                         "images/pxeboot/initrd.img %d\n",
                         G_CHECKSUM_SHA256, G_CHECKSUM_SHA256, G_CHECKSUM_SHA256, G_CHECKSUM_MD5);
  g_autofree char *text = graft_tree_info_renew (TEXT, give_digest, asked, &error);

  g_assert_no_error (error);
  g_string_replace (expected, "SHA256:cccc", "SHA256:1234567", 1);
  g_string_replace (expected, "md5:dddd", "md5:1234567", 1);
  g_assert_cmpstr (text, ==, expected->str);
  g_assert_cmpstr (asked->str, ==, asked_expected);
}

static gboolean
fail (const char *path, GChecksumType type, char **ret_digest, gpointer data, GError **error)
{
  g_set_error_literal (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_IO, "the disk is gone");
  return FALSE;
}

static void
test_failure (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (graft_tree_info_renew (TEXT, fail, NULL, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_IO);
}

static void
test_binary (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new_static ("[general]\n\0more", 15);
  g_autoptr (GraftInput) input = graft_memory_input_new (bytes, ".treeinfo");

  g_assert_null (graft_tree_info_read (input, &error));
  g_assert_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_CORRUPTED);
  g_assert_nonnull (strstr (error->message, "NUL at byte 10"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tree-info/images", test_images);
  g_test_add_func ("/tree-info/renew", test_renew);
  g_test_add_func ("/tree-info/failure", test_failure);
  g_test_add_func ("/tree-info/binary", test_binary);
  return g_test_run ();
}
