/* test-cobbler.c: a set opened as a distro of Cobbler's
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "bootset/graft-set-fixture.h"

#include <string.h>

#include "base/graft-error.h"
#include "bootset/graft-cobbler-list.h"
#include "image/graft-fake-image.h"

#define TREE "var/www/cobbler/ks_mirror/CentOS-7-x86_64/"
#define KERNEL TREE "images/pxeboot/vmlinuz"
#define INITRD TREE "images/pxeboot/initrd.img"
#define NAME "CentOS-7-x86_64"
#define MEMBERS                                                                                    \
  "kernel images/pxeboot/vmlinuz\ninitrd images/pxeboot/initrd.img\nroot LiveOS/squashfs.img\n"

/* As Cobbler 2.8 writes it, but for a few keys. */
#define RECORD                                                                                     \
  "{\"comment\": \"\", \"kernel\": \"/%s\", \"initrd\": \"/%s\", \"name\": \"%s\", "               \
  "\"ks_meta\": {\"tree\": \"http://@@http_server@@/cblr/links/%s\"}, \"owners\": [\"admin\"]}"
/* As "cobbler distro report" prints it, but for a few lines. */
#define REPORT                                                                                     \
  "Name                           : %s\n"                                                          \
  "Architecture                   : x86_64\n"                                                      \
  "Initrd                         : %s/%s\n"                                                       \
  "Kernel                         : %s/%s\n"                                                       \
  "Kernel Options                 : {}\n"                                                          \
  "\n"

static void
add_tree (GraftSetFixture *fixture)
{
  graft_set_fixture_add (fixture, KERNEL, GRAFT_SET_FIXTURE_KERNEL);
  graft_set_fixture_add (fixture, INITRD, GRAFT_SET_FIXTURE_INITRD);
  graft_set_fixture_add (fixture, TREE "LiveOS/squashfs.img", GRAFT_SET_FIXTURE_ROOT);
}

static void
add_record (GraftSetFixture *fixture, const char *path, const char *name)
{
  g_autofree char *text = g_strdup_printf (RECORD, KERNEL, INITRD, name, name);

  graft_set_fixture_add (fixture, path, text);
}

/* @text: with FOLDER for the set fixture's. */
static GraftBootSet *
open_text (GraftSetFixture *fixture, const char *text, GError **error)
{
  g_autoptr (GString) path = g_string_new (text);

  g_string_replace (path, "FOLDER", fixture->folder, 0);
  return graft_boot_set_open (path->str, NULL, error);
}

static void
assert_distro (GraftSetFixture *fixture, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftBootSet) set = open_text (fixture, text, &error);
  g_autofree char *folder
      = g_build_filename (fixture->folder, "var/www/cobbler/ks_mirror", NAME, NULL);
  g_autoptr (GString) found = g_string_new (NULL);
  GPtrArray *members;

  g_assert_no_error (error);
  members = graft_boot_set_get_members (set);
  for (guint i = 0; i < members->len; i++)
    g_string_append_printf (
        found, "%s %s\n",
        graft_role_get_name (graft_member_get_role (g_ptr_array_index (members, i))),
        graft_member_get_path (g_ptr_array_index (members, i)));
  g_assert_cmpstr (found->str, ==, MEMBERS);
  g_assert_cmpstr (graft_boot_set_get_folder (set), ==, folder);
  g_assert_cmpstr (graft_boot_set_get_distro (set)->name, ==, NAME);
}

/* Both versions' folders; and their files themselves. The server's root is where theirs is. */
static void
test_records (GraftSetFixture *fixture, gconstpointer data)
{
  add_tree (fixture);
  add_record (fixture, "var/lib/cobbler/config/distros.d/" NAME ".json", NAME);
  assert_distro (fixture, "cobbler:FOLDER/var/lib/cobbler#" NAME);
  assert_distro (fixture, "FOLDER/var/lib/cobbler/config/distros.d/" NAME ".json");
  add_record (fixture, "var/lib/cobbler/config/distros.d/" NAME ".json", "another");
  add_record (fixture, "var/lib/cobbler/collections/distros/x.json", NAME);
  assert_distro (fixture, "cobbler:FOLDER/var/lib/cobbler#" NAME);
  assert_distro (fixture, "FOLDER/var/lib/cobbler/collections/distros/x.json");
}

static void
test_report (GraftSetFixture *fixture, gconstpointer data)
{
  g_autofree char *one
      = g_strdup_printf (REPORT, NAME, fixture->folder, INITRD, fixture->folder, KERNEL);
  g_autofree char *two
      = g_strdup_printf (REPORT "%s", "older", "/srv", "initrd.img", "/srv", "vmlinuz", one);

  add_tree (fixture);
  graft_set_fixture_add (fixture, "report.txt", one);
  assert_distro (fixture, "FOLDER/report.txt");
  assert_distro (fixture, "FOLDER/report.txt#" NAME);
  graft_set_fixture_add (fixture, "report.txt", two);
  assert_distro (fixture, "FOLDER/report.txt#" NAME);
}

static char *
join_names (GPtrArray *distros)
{
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < distros->len; i++)
    {
      const GraftCobblerDistro *distro = g_ptr_array_index (distros, i);

      g_string_append_printf (names, "%s%s ", distro->name,
                              graft_cobbler_distro_is_here (distro) ? " here" : "");
    }
  return g_string_free (g_steal_pointer (&names), FALSE);
}

/* By the server's root or Cobbler's own folder, both versions' records together; without what is
 * no record. */
static void
test_list (GraftSetFixture *fixture, gconstpointer data)
{
  g_autofree char *cobbler = g_build_filename (fixture->folder, "var/lib/cobbler", NULL);
  g_autofree char *none = graft_cobbler_find_folder (fixture->folder);
  g_autofree char *from_root = NULL, *from_folder = NULL, *names = NULL;
  g_autoptr (GPtrArray) distros = NULL;

  g_assert_null (none);
  add_tree (fixture);
  add_record (fixture, "var/lib/cobbler/config/distros.d/" NAME ".json", NAME);
  add_record (fixture, "var/lib/cobbler/collections/distros/a.json", "a");
  graft_set_fixture_add (fixture, "var/lib/cobbler/collections/distros/broken.json", "{");
  graft_set_fixture_add (fixture, "var/lib/cobbler/collections/distros/gone.json",
                         "{\"name\": \"gone\", \"kernel\": \"/no/k\", \"initrd\": \"/no/i\"}");
  from_root = graft_cobbler_find_folder (fixture->folder);
  from_folder = graft_cobbler_find_folder (cobbler);
  g_assert_cmpstr (from_root, ==, cobbler);
  g_assert_cmpstr (from_folder, ==, cobbler);
  distros = graft_cobbler_list (cobbler);
  names = join_names (distros);
  g_assert_cmpstr (names, ==, NAME " here a here gone ");
}

static void
test_list_reported (GraftSetFixture *fixture, gconstpointer data)
{
  g_autofree char *one
      = g_strdup_printf (REPORT, NAME, fixture->folder, INITRD, fixture->folder, KERNEL);
  g_autofree char *two = g_strdup_printf ("$ cobbler distro report\n" REPORT "%s", "older", "/no",
                                          "i", "/no", "k", one);
  g_autoptr (GPtrArray) distros = graft_cobbler_list_reported (two);
  g_autoptr (GPtrArray) nothing = graft_cobbler_list_reported ("Name : x\n");
  g_autofree char *before = join_names (distros), *after = NULL;

  g_assert_cmpstr (before, ==, "older " NAME " ");
  g_assert_cmpuint (nothing->len, ==, 0);
  add_tree (fixture);
  after = join_names (distros);
  g_assert_cmpstr (after, ==, "older " NAME " here ");
}

static void
assert_error (GraftSetFixture *fixture, const char *text, GraftErrorCode code, const char *message)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) expected = g_string_new (message);

  g_string_replace (expected, "FOLDER", fixture->folder, 0);
  g_assert_null (open_text (fixture, text, &error));
  g_assert_cmpstr (error->message, ==, expected->str);
  g_assert_cmpint (error->code, ==, (gint)code);
}

static void
test_errors (GraftSetFixture *fixture, gconstpointer data)
{
  g_autofree char *one = g_strdup_printf (REPORT, "b", "", "no/initrd", "", "no/vmlinuz");
  g_autofree char *two = g_strdup_printf (REPORT "%s", "a", "", "i", "", "k", one);

  assert_error (fixture, "cobbler:FOLDER#x", GRAFT_ERROR_NOT_FOUND,
                "FOLDER has no distro with a name, a kernel and an initrd");
  add_record (fixture, "config/distros.d/a.json", "a");
  graft_set_fixture_add (fixture, "config/distros.d/broken.json", "{");
  assert_error (fixture, "cobbler:FOLDER#x", GRAFT_ERROR_NOT_FOUND,
                "FOLDER has no distro “x”; it has a");
  assert_error (fixture, "cobbler:FOLDER#a", GRAFT_ERROR_NOT_FOUND,
                "Cobbler's distro a boots /" KERNEL ", which is not there: open it on the Cobbler "
                "server, or where the server's files are mounted");
  graft_set_fixture_add (fixture, "config/distros.d/half.json", "{\"name\": \"half\"}");
  assert_error (fixture, "FOLDER/config/distros.d/half.json", GRAFT_ERROR_UNSUPPORTED,
                "FOLDER/config/distros.d/half.json is not Cobbler's record of a distro: it lacks a "
                "name, a kernel or an initrd");
  graft_set_fixture_add (fixture, "report", two);
  assert_error (fixture, "FOLDER/report", GRAFT_ERROR_INVALID,
                "FOLDER/report has several distros (a, b): say which one, as FOLDER/report#NAME");
  assert_error (fixture, "FOLDER/report#c", GRAFT_ERROR_NOT_FOUND,
                "FOLDER/report has no distro “c”; it has a, b");
  assert_error (fixture, "FOLDER/nothing#c", GRAFT_ERROR_NOT_FOUND,
                "FOLDER/nothing#c cannot be opened: No such file or directory");
}

/* A broken record is the error when it is the one wanted, and only then. */
static void
test_broken_record (GraftSetFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  graft_set_fixture_add (fixture, "config/distros.d/broken.json", "{");
  g_assert_null (open_text (fixture, "cobbler:FOLDER#broken", &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED);
}

/* Kernel and initrd that somebody added by hand from two folders. */
static void
test_scattered (GraftSetFixture *fixture, gconstpointer data)
{
  g_autofree char *report
      = g_strdup_printf (REPORT, "odd", fixture->folder, "i/there", fixture->folder, "k/here");
  g_autoptr (GraftBootSet) set = NULL;

  graft_set_fixture_add (fixture, "k/here", GRAFT_SET_FIXTURE_KERNEL);
  graft_set_fixture_add (fixture, "k/vmlinuz", GRAFT_SET_FIXTURE_KERNEL);
  graft_set_fixture_add (fixture, "i/there", GRAFT_SET_FIXTURE_INITRD);
  graft_set_fixture_add (fixture, "report.txt", report);
  set = open_text (fixture, "FOLDER/report.txt", NULL);
  g_assert_cmpstr (graft_boot_set_get_folder (set), ==, fixture->folder);
  g_assert_cmpuint (graft_boot_set_get_members (set)->len, ==, 2);
  g_assert_nonnull (graft_boot_set_find_member (set, "k/here", NULL));
  g_assert_nonnull (graft_boot_set_find_member (set, "i/there", NULL));
}

static void
test_served (GraftSetFixture *fixture, gconstpointer data)
{
  g_autoptr (GraftBootSet) set = NULL;
  g_autoptr (GPtrArray) served = NULL;
  g_autofree char *path
      = g_build_filename (fixture->folder, "var/lib/tftpboot/images", NAME, "vmlinuz", NULL);
  g_autofree char *rest = NULL, *rest_in_place = NULL;
  const GraftCobblerServed *one;

  add_tree (fixture);
  add_record (fixture, "var/lib/cobbler/config/distros.d/" NAME ".json", NAME);
  graft_set_fixture_add (fixture, "var/lib/tftpboot/images/" NAME "/vmlinuz", "other");
  set = open_text (fixture, "cobbler:FOLDER/var/lib/cobbler#" NAME, NULL);
  served = graft_cobbler_distro_list_served (graft_boot_set_get_distro (set));
  g_assert_cmpuint (served->len, ==, 1);
  one = g_ptr_array_index (served, 0);
  g_assert_cmpstr (one->path, ==, path);
  g_assert_true (g_str_has_suffix (one->original, "/" KERNEL));
  rest = graft_cobbler_distro_dup_rest (graft_boot_set_get_distro (set), "/tree", FALSE);
  g_assert_nonnull (strstr (rest, "in /tree, then run “cobbler sync”"));
  rest_in_place = graft_cobbler_distro_dup_rest (graft_boot_set_get_distro (set), "/tree", TRUE);
  g_assert_nonnull (strstr (rest_in_place, "run “cobbler sync”"));
}

static void
assert_served (GraftSetFixture *fixture, const char *expected)
{
  g_autoptr (GraftBootSet) set = open_text (fixture, "cobbler:FOLDER/var/lib/cobbler#" NAME, NULL);
  g_autoptr (GPtrArray) served = graft_cobbler_distro_list_served (graft_boot_set_get_distro (set));
  g_autoptr (GString) found = g_string_new (NULL);

  for (guint i = 0; i < served->len; i++)
    {
      const GraftCobblerServed *one = g_ptr_array_index (served, i);

      g_string_append_printf (found, "%s\n", one->path);
    }
  g_string_replace (found, fixture->folder, "", 0);
  g_assert_cmpstr (found->str, ==, expected);
}

/* The folder that the settings name is looked at, too; one that is known anyhow only once. */
static void
test_settings (GraftSetFixture *fixture, gconstpointer data)
{
  add_tree (fixture);
  add_record (fixture, "var/lib/cobbler/config/distros.d/" NAME ".json", NAME);
  graft_set_fixture_add (fixture, "own/tftp/images/" NAME "/vmlinuz", "other");
  graft_set_fixture_add (fixture, "srv/tftp/images/" NAME "/initrd.img", "other");
  assert_served (fixture, "/srv/tftp/images/" NAME "/initrd.img\n");
  graft_set_fixture_add (fixture, "etc/cobbler/settings",
                         "# tftpboot_location: /none\nserver: 10.0.0.1\n"
                         "tftpboot_location: \"/own/tftp\"  # ours\r\nwebdir: relative\n");
  assert_served (fixture,
                 "/own/tftp/images/" NAME "/vmlinuz\n/srv/tftp/images/" NAME "/initrd.img\n");
  graft_set_fixture_add (fixture, "etc/cobbler/settings.yaml", "tftpboot_location: /srv/tftp\n");
  assert_served (fixture, "/srv/tftp/images/" NAME "/initrd.img\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  graft_fake_formats_register ();
#define ADD(name, func)                                                                            \
  g_test_add ("/cobbler/" name, GraftSetFixture, NULL, graft_set_fixture_set_up, func,             \
              graft_set_fixture_tear_down)
  ADD ("records", test_records);
  ADD ("report", test_report);
  ADD ("list", test_list);
  ADD ("list-reported", test_list_reported);
  ADD ("errors", test_errors);
  ADD ("broken-record", test_broken_record);
  ADD ("scattered", test_scattered);
  ADD ("served", test_served);
  ADD ("settings", test_settings);
  return g_test_run ();
}
