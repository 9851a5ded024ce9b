/* test-address.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "bootset/graft-address.h"

#include <string.h>

#include "base/graft-error.h"
#include "image/graft-fake-image.h"

static const struct
{
  const char *text;
  const char *image; /* NULL: an error */
  guint segment;
  const char *path;
} cases[] = {
  { "initrd.img:/etc/hosts", "initrd.img", 0, "/etc/hosts" },
  { "initrd.img", "initrd.img", 0, "/" },
  { "initrd.img:/", "initrd.img", 0, "/" },
  { "initrd.img@2:/init", "initrd.img", 2, "/init" },
  { "initrd.img@2", "initrd.img", 2, "/" },
  { "live/initrd.img@10:/a\\:/b", "live/initrd.img", 10, "/a:/b" },
  { "live/initrd.img@10:/a:/b", "live/initrd.img@10:/a", 0, "/b" },
  { "a.img:/b.img:/", "a.img:/b.img", 0, "/" },
  { "a.img:/b.img@2:/c", "a.img:/b.img", 2, "/c" },
  { "a:/b:/c:/d:/e@1", "a:/b:/c:/d", 0, "/e@1" },
  { "a:/b:/c:/d:/e:/f", NULL, 0, NULL },
  { "a:/b@0:/c", NULL, 0, NULL },
  { "12:30.img:/a", "12:30.img", 0, "/a" },
  { "initrd\\:/x:/y", "initrd:/x", 0, "/y" },
  { "initrd\\@2:/y", "initrd@2", 0, "/y" },
  { "user@host/initrd.img:/y", "user@host/initrd.img", 0, "/y" },
  { "a@1@2:/y", "a@1", 2, "/y" },
  { "initrd.img:/getty@1.service", "initrd.img", 0, "/getty@1.service" },
  { "initrd.img:/a\\nb\\x01", "initrd.img", 0, "/a\nb\x01" },
  { "back\\\\:/x", "back\\", 0, "/x" },
  { "initrd.img:etc/hosts", "initrd.img:etc/hosts", 0, "/" },
  { "@:/x", "@", 0, "/x" },
  { "initrd.img@0:/x", NULL, 0, NULL },
  { "initrd.img@99999999999999999999:/x", NULL, 0, NULL },
  { ":/x", NULL, 0, NULL },
  { "", NULL, 0, NULL },
  { "@1:/x", NULL, 0, NULL },
  { "initrd.img:/\\q", NULL, 0, NULL },
  { "initrd.img:/\\", NULL, 0, NULL },
};

static void
test_parse (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GraftAddress) address = graft_address_parse (cases[i].text, &error);

      g_test_message ("%s", cases[i].text);
      if (cases[i].image == NULL)
        {
          g_assert_null (address);
          g_assert_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_INVALID);
          continue;
        }
      g_assert_no_error (error);
      g_assert_cmpstr (address->image, ==, cases[i].image);
      g_assert_cmpuint (address->segment, ==, cases[i].segment);
      g_assert_cmpstr (address->path, ==, cases[i].path);
    }
}

/* What is formatted is parsed as it was. */
static void
test_round_trip (void)
{
  static const char *const names[]
      = { "initrd.img", "a:/b", "a:", "a@2", "\xff", "a\nb", "@", ":", "a\\:/b", "\\" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    for (guint k = 0; k < G_N_ELEMENTS (names); k++)
      for (guint segment = 0; segment < 3; segment += 2)
        {
          g_autoptr (GError) error = NULL;
          g_autofree char *path = g_strconcat ("/", names[k], NULL);
          g_autofree char *text = graft_address_format (names[i], segment, path);
          g_autoptr (GraftAddress) address = graft_address_parse (text, &error);

          g_assert_no_error (error);
          g_assert_cmpstr (address->image, ==, names[i]);
          g_assert_cmpuint (address->segment, ==, segment);
          g_assert_cmpstr (address->path, ==, path);
        }
}

static void
test_format (void)
{
  g_autofree char *merged = graft_address_format ("initrd.img", 0, "/etc/hosts");
  g_autofree char *segment = graft_address_format ("a@b", 3, "etc");
  g_autofree char *nested = graft_address_format ("a.img@2:/b@.img:/c", 1, "/d");
  g_autofree char *no_segment = graft_address_format ("a@0:/b", 0, "/");
  g_autofree char *no_name = graft_address_format (":/b", 2, "/c");
  g_autofree char *colons = graft_address_format ("i", 0, "/dev/pci-0000:00:1f.2/a:/b");

  g_assert_cmpstr (merged, ==, "initrd.img:/etc/hosts");
  g_assert_cmpstr (segment, ==, "a\\@b@3:/etc");
  g_assert_cmpstr (nested, ==, "a.img@2:/b\\@.img:/c@1:/d");
  g_assert_cmpstr (no_segment, ==, "a\\@0\\:/b:/");
  g_assert_cmpstr (no_name, ==, "\\:/b@2:/c");
  g_assert_cmpstr (colons, ==, "i:/dev/pci-0000:00:1f.2/a\\:/b");
}

static void
test_part (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftImage) initrd
      = graft_fake_image_new ("initrd", "initrd.img", "early\nf 0644 /a x\n--\nf 0644 /b x\n");
  g_autoptr (GraftImage) squashfs = graft_fake_image_new ("squashfs", "root.img", "f 0644 /a x\n");
  GraftSegment *second = g_ptr_array_index (graft_image_get_segments (initrd), 1);
  int part = 77;

  g_assert_true (graft_address_get_part (initrd, 0, &part, &error));
  g_assert_cmpint (part, ==, -1);
  g_assert_true (graft_address_get_part (initrd, 2, &part, &error));
  g_assert_cmpint (part, ==, 1);
  g_assert_false (graft_address_get_part (initrd, 3, &part, &error));
  g_assert_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_NOT_FOUND);
  g_assert_cmpstr (error->message, ==, "initrd.img: segment 3 is not there");
  g_clear_error (&error);
  g_assert_true (graft_address_get_part (squashfs, 0, &part, &error));
  g_assert_false (graft_address_get_part (squashfs, 1, &part, &error));
  g_assert_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_NOT_FOUND);
  g_clear_error (&error);
  second->part = -1;
  second->problem = g_strdup ("it is of the old binary format");
  g_assert_false (graft_address_get_part (initrd, 2, &part, &error));
  g_assert_cmpstr (error->message, ==,
                   "initrd.img: segment 2 has no files: it is of the old binary format");
  g_assert_cmpint (part, ==, -1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/address/parse", test_parse);
  g_test_add_func ("/address/round-trip", test_round_trip);
  g_test_add_func ("/address/format", test_format);
  g_test_add_func ("/address/part", test_part);
  return g_test_run ();
}
