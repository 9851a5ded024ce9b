/* test-steps.c: the steps that edit single entries of a set
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "steps/graft-step-fixture.h"

#include <string.h>

#include "base/graft-error.h"
#include "base/graft-limits.h"
#include "bootset/graft-set-fixture.h"
#include "image/graft-fake-image.h"
#include "image/graft-path.h"

static GraftStep *
write_step (const char *address, const char *content, gint64 time)
{
  g_autoptr (GBytes) bytes = g_bytes_new (content, strlen (content));

  return graft_step_write_new (address, bytes, time);
}

static void
test_delete (GraftStepFixture *fixture, gconstpointer data)
{
  graft_step_fixture_apply (fixture, graft_step_delete_new ("root.squashfs:/bin/ash"));
  graft_step_fixture_assert_shown (fixture, "root.squashfs", "/usr/bin/ash", "nothing");
  /* A link goes itself. */
  graft_step_fixture_apply (fixture, graft_step_delete_new ("root.squashfs:/bin"));
  graft_step_fixture_assert_shown (fixture, "root.squashfs", "/usr/bin/busybox",
                                   "file 0755 0:0 1003 old");
  graft_step_fixture_refuse (fixture, graft_step_delete_new ("root.squashfs:/bin"),
                             GRAFT_OVERLAY_ERROR, GRAFT_ERROR_NOT_FOUND,
                             "root.squashfs: /bin does not exist");
  graft_step_fixture_refuse (fixture, graft_step_delete_new ("root.squashfs"), GRAFT_OVERLAY_ERROR,
                             GRAFT_ERROR_REFUSED,
                             "root.squashfs: / is the root folder: it stays where it is");
}

/* What an address may name that cannot be edited. */
static void
test_addresses (GraftStepFixture *fixture, gconstpointer data)
{
  const char *members = "vmlinuz, initrd.img, broken.squashfs, root.squashfs, pxelinux.cfg/default";
  g_autofree char *no_image
      = g_strdup_printf ("the set has no image other.img; it has %s", members);
  g_autofree char *no_slash = g_strdup_printf (
      "a path in an image starts with “/” (IMAGE:/path): the set has no image initrd.img:etc; it "
      "has %s",
      members);

  graft_step_fixture_refuse (fixture, graft_step_delete_new ("vmlinuz:/x"), GRAFT_STEP_ERROR,
                             GRAFT_ERROR_INVALID,
                             "vmlinuz is a kernel: it has no files inside that could be edited");
  graft_step_fixture_refuse (
      fixture, graft_step_delete_new ("default:/x"), GRAFT_STEP_ERROR, GRAFT_ERROR_INVALID,
      "pxelinux.cfg/default is a boot entry, not an image: it has no files inside that could be "
      "edited");
  graft_step_fixture_refuse (fixture, graft_step_delete_new ("broken.squashfs:/x"),
                             GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
                             "broken.squashfs is broken at byte 12");
  graft_step_fixture_refuse (fixture, graft_step_delete_new ("other.img:/x"), GRAFT_STEP_ERROR,
                             GRAFT_ERROR_NOT_FOUND, no_image);
  graft_step_fixture_refuse (fixture, graft_step_delete_new ("initrd.img:etc"), GRAFT_STEP_ERROR,
                             GRAFT_ERROR_NOT_FOUND, no_slash);
  graft_step_fixture_refuse (fixture, graft_step_delete_new ("initrd.img@3:/x"), GRAFT_STEP_ERROR,
                             GRAFT_ERROR_NOT_FOUND, "initrd.img: segment 3 is not there");
  graft_step_fixture_refuse (fixture, graft_step_delete_new (":/x"), GRAFT_STEP_ERROR,
                             GRAFT_ERROR_INVALID,
                             "“:/x” names no image: an address is IMAGE:/path");
}

static void
test_segment (GraftStepFixture *fixture, gconstpointer data)
{
  GraftMember *initrd = graft_boot_set_find_member (fixture->set, "initrd.img", NULL);
  g_autoptr (GraftNode) early = NULL, microcode = NULL;

  graft_step_fixture_apply (
      fixture, write_step ("initrd.img@1:/kernel/x86/microcode/AuthenticAMD.bin", "amd", 7));
  early = graft_overlay_dup_part (graft_member_get_overlay (initrd), 0, NULL);
  microcode = graft_path_find (early, "/kernel/x86/microcode/AuthenticAMD.bin", 0, NULL, NULL);
  g_assert_nonnull (microcode);
}

static void
test_mkdir (GraftStepFixture *fixture, gconstpointer data)
{
  graft_step_fixture_apply (fixture, graft_step_mkdir_new ("initrd.img:/a//b/./c/", -1));
  graft_step_fixture_assert_shown (fixture, "initrd.img", "/a", "directory 0755 0:0 1006 ");
  graft_step_fixture_assert_shown (fixture, "initrd.img", "/a/b/c", "directory 0755 0:0 1006 ");
  graft_step_fixture_apply (fixture, graft_step_mkdir_new ("root.squashfs:/bin/new", 55));
  graft_step_fixture_assert_shown (fixture, "root.squashfs", "/usr/bin/new",
                                   "directory 0755 0:0 55 ");
  graft_step_fixture_refuse (
      fixture, graft_step_mkdir_new ("root.squashfs:/unix/new", 55), GRAFT_STEP_ERROR,
      GRAFT_ERROR_REFUSED,
      "root.squashfs: /unix is a file already: delete it first, if that is meant");
  graft_step_fixture_refuse (
      fixture, graft_step_mkdir_new ("root.squashfs:/dangling/new", 55), GRAFT_STEP_ERROR,
      GRAFT_ERROR_REFUSED,
      "root.squashfs: /dangling is a link that leads nowhere: name the place it should lead to, "
      "or delete it first");
  graft_step_fixture_refuse (fixture, graft_step_mkdir_new ("root.squashfs:/usr/../x", 55),
                             GRAFT_STEP_ERROR, GRAFT_ERROR_INVALID,
                             "root.squashfs: /usr/../x has a component “..”");
}

/* Takes @step, which must succeed and say so much; NULL: nothing. */
static void
assert_noted (GraftStepFixture *fixture, GraftStep *step, const char *note)
{
  g_autoptr (GraftStep) taken = step;
  g_autoptr (GraftStepReport) report = graft_step_report_new ();
  g_autoptr (GError) error = NULL;

  g_assert_true (graft_step_apply (step, fixture->set, report, NULL, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (report->notes->len, ==, note != NULL);
  if (note != NULL)
    g_assert_cmpstr (g_ptr_array_index (report->notes, 0), ==, note);
}

/* A folder that is there is left as it is: nothing is new, and that is said. */
static void
test_mkdir_again (GraftStepFixture *fixture, gconstpointer data)
{
  assert_noted (fixture, graft_step_mkdir_new ("root.squashfs:/usr/bin", 55),
                "root.squashfs:/usr/bin is a folder already, and stays as it is");
  assert_noted (fixture, graft_step_mkdir_new ("root.squashfs:/", 55),
                "root.squashfs:/ is a folder already, and stays as it is");
  g_assert_false (graft_boot_set_is_changed (fixture->set));
  assert_noted (fixture, graft_step_mkdir_new ("root.squashfs:/usr/bin/new", 55), NULL);
}

static void
test_symlink (GraftStepFixture *fixture, gconstpointer data)
{
  g_autofree char *longest = g_strnfill (4095, 't'), *too_long = g_strnfill (4096, 't');

  graft_step_fixture_apply (fixture, graft_step_symlink_new ("../x", "initrd.img:/etc/new", -1));
  graft_step_fixture_assert_shown (fixture, "initrd.img", "/etc/new", "symlink 0777 0:0 1006 ../x");
  /* Another link is made anew, not followed. */
  graft_step_fixture_apply (fixture, graft_step_symlink_new ("elsewhere", "root.squashfs:/bin", 9));
  graft_step_fixture_assert_shown (fixture, "root.squashfs", "/bin",
                                   "symlink 0777 0:0 9 elsewhere");
  graft_step_fixture_apply (fixture, graft_step_symlink_new (longest, "root.squashfs:/long", 9));
  graft_step_fixture_refuse (
      fixture, graft_step_symlink_new (too_long, "root.squashfs:/longer", 9), GRAFT_STEP_ERROR,
      GRAFT_ERROR_INVALID,
      "root.squashfs: /longer cannot be made: a link's target has 1 to 4095 bytes");
  graft_step_fixture_refuse (
      fixture, graft_step_symlink_new ("", "root.squashfs:/longer", 9), GRAFT_STEP_ERROR,
      GRAFT_ERROR_INVALID,
      "root.squashfs: /longer cannot be made: a link's target has 1 to 4095 bytes");
  graft_step_fixture_refuse (fixture, graft_step_symlink_new ("x", "root.squashfs:/usr", 9),
                             GRAFT_STEP_ERROR, GRAFT_ERROR_REFUSED,
                             "root.squashfs: /usr is a folder: delete it first, if that is meant");
  graft_step_fixture_refuse (
      fixture, graft_step_symlink_new ("x", "root.squashfs:/unix", 9), GRAFT_STEP_ERROR,
      GRAFT_ERROR_REFUSED,
      "root.squashfs: /unix is a file already: delete it first, if that is meant");
  graft_step_fixture_refuse (fixture, graft_step_symlink_new ("x", "root.squashfs:/none/x", 9),
                             GRAFT_IMAGE_ERROR, GRAFT_ERROR_NOT_FOUND,
                             "root.squashfs: /none does not exist");
}

/* A link stands for what it leads to, and all names of a file change. */
static void
test_attributes (GraftStepFixture *fixture, gconstpointer data)
{
  graft_step_fixture_apply (fixture, graft_step_chmod_new (04711, "root.squashfs:/sh"));
  graft_step_fixture_assert_shown (fixture, "root.squashfs", "/usr/bin/busybox",
                                   "file 4711 0:0 1003 old");
  graft_step_fixture_assert_shown (fixture, "root.squashfs", "/usr/bin/ash",
                                   "file 4711 0:0 1003 old");
  graft_step_fixture_assert_shown (fixture, "root.squashfs", "/sh",
                                   "symlink 0777 0:0 1007 bin/ash");
  graft_step_fixture_apply (fixture, graft_step_chown_new (12, 345678, "initrd.img:/etc/link"));
  graft_step_fixture_assert_shown (fixture, "initrd.img", "/etc/hosts",
                                   "file 0640 12:345678 1005 localhost");
  graft_step_fixture_apply (fixture, graft_step_chmod_new (0700, "initrd.img:/etc"));
  graft_step_fixture_assert_shown (fixture, "initrd.img", "/etc", "directory 0700 0:0 1004 ");
  graft_step_fixture_assert_shown (fixture, "initrd.img", "/etc/hosts",
                                   "file 0640 12:345678 1005 localhost");
  graft_step_fixture_apply (fixture, graft_step_chmod_new (0700, "root.squashfs"));
  graft_step_fixture_assert_shown (fixture, "root.squashfs", "/", "directory 0700 0:0 0 ");
  graft_step_fixture_refuse (fixture, graft_step_chmod_new (0700, "root.squashfs:/none"),
                             GRAFT_STEP_ERROR, GRAFT_ERROR_NOT_FOUND,
                             "root.squashfs: /none does not exist");
  graft_step_fixture_refuse (
      fixture, graft_step_chown_new (1, 1, "root.squashfs:/dangling"), GRAFT_STEP_ERROR,
      GRAFT_ERROR_REFUSED,
      "root.squashfs: /dangling is a link that leads nowhere: name the place it should lead to, "
      "or delete it first");
}

static void
test_write (GraftStepFixture *fixture, gconstpointer data)
{
  graft_step_fixture_apply (fixture, write_step ("initrd.img:/etc/new", "text\n", -1));
  graft_step_fixture_assert_shown (fixture, "initrd.img", "/etc/new", "file 0644 0:0 1006 text\\n");
  /* Owner and mode stay, through a link too. */
  graft_step_fixture_apply (fixture, write_step ("initrd.img:/etc/link", "127.0.0.1", 99));
  graft_step_fixture_assert_shown (fixture, "initrd.img", "/etc/hosts",
                                   "file 0640 0:0 99 127.0.0.1");
  graft_step_fixture_apply (fixture, write_step ("root.squashfs:/sh", "", 99));
  graft_step_fixture_assert_shown (fixture, "root.squashfs", "/usr/bin/busybox",
                                   "file 0755 0:0 99 ");
  graft_step_fixture_refuse (fixture, write_step ("root.squashfs:/usr", "x", 99), GRAFT_STEP_ERROR,
                             GRAFT_ERROR_REFUSED,
                             "root.squashfs: /usr is a folder: delete it first, if that is meant");
  graft_step_fixture_refuse (
      fixture, write_step ("root.squashfs:/console", "x", 99), GRAFT_STEP_ERROR,
      GRAFT_ERROR_REFUSED,
      "root.squashfs: /console is a device: delete it first, if that is meant");
  graft_step_fixture_refuse (fixture, write_step ("root.squashfs:/none/x", "x", 99),
                             GRAFT_IMAGE_ERROR, GRAFT_ERROR_NOT_FOUND,
                             "root.squashfs: /none does not exist");
}

static void
test_append_line (GraftStepFixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *address;
    const char *path;
    const char *shown;
  } cases[] = {
    { "root.squashfs:/dos", "/dos", "file 0644 0:0 9 one\\r\\ntwo\\r\\nthree\\r\\n" },
    { "root.squashfs:/unix", "/unix", "file 0644 0:0 9 one\\ntwo\\nthree\\n" },
    { "root.squashfs:/empty", "/empty", "file 0644 0:0 9 three\\n" },
    { "root.squashfs:/usr/new", "/usr/new", "file 0644 0:0 9 three\\n" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      graft_step_fixture_apply (fixture, graft_step_append_line_new (cases[i].address, "three", 9));
      graft_step_fixture_assert_shown (fixture, "root.squashfs", cases[i].path, cases[i].shown);
    }
  /* The last line tells how lines end. */
  graft_step_fixture_apply (fixture, write_step ("root.squashfs:/dos", "one\ntwo\r\nthree", 9));
  graft_step_fixture_apply (fixture, graft_step_append_line_new ("root.squashfs:/dos", "four", 9));
  graft_step_fixture_assert_shown (fixture, "root.squashfs", "/dos",
                                   "file 0644 0:0 9 one\\ntwo\\r\\nthree\\r\\nfour\\r\\n");
}

static void
test_append_line_refused (GraftStepFixture *fixture, gconstpointer data)
{
  g_autofree char *large = g_strnfill (GRAFT_LIMIT_TEXT, 'x');
  g_autoptr (GBytes) binary = g_bytes_new_static ("a\0b", 3);

  graft_step_fixture_apply (fixture, write_step ("root.squashfs:/large", large, 9));
  graft_step_fixture_apply (fixture, graft_step_append_line_new ("root.squashfs:/large", "y", 9));
  graft_step_fixture_refuse (
      fixture, graft_step_append_line_new ("root.squashfs:/large", "y", 9), GRAFT_STEP_ERROR,
      GRAFT_ERROR_TOO_LARGE,
      "root.squashfs: /large is larger than 16 MB: lines are added to text files only");
  graft_step_fixture_refuse (
      fixture, graft_step_append_line_new ("root.squashfs:/unix", "a\nb", 9), GRAFT_STEP_ERROR,
      GRAFT_ERROR_INVALID,
      "root.squashfs: /unix gets one line at a time: this one has a line end in it");
  graft_step_fixture_apply (fixture, graft_step_write_new ("root.squashfs:/binary", binary, 9));
  graft_step_fixture_refuse (
      fixture, graft_step_append_line_new ("root.squashfs:/binary", "y", 9), GRAFT_STEP_ERROR,
      GRAFT_ERROR_REFUSED,
      "root.squashfs: /binary is no text: it has a NUL, and a line added to it would not be "
      "read as one");
}

static void
test_labels (void)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("x", 1);
  struct
  {
    GraftStep *step;
    const char *label;
  } cases[] = {
    { graft_step_upload_new ("/tmp/a\nb", "i:/x", 0), "Copy a\\nb to i:/x" },
    { graft_step_copy_in_new ("/tmp/folder/", "i:/x", 0), "Copy folder to i:/x" },
    { graft_step_delete_new ("i:/x"), "Delete i:/x" },
    { graft_step_mkdir_new ("i:/x", 0), "Make the folder i:/x" },
    { graft_step_symlink_new ("t", "i:/x", 0), "Make the link i:/x to t" },
    { graft_step_chmod_new (0755, "i:/x"), "Set the mode of i:/x to 0755" },
    { graft_step_chown_new (1, 2, "i:/x"), "Set the owner of i:/x to 1:2" },
    { graft_step_write_new ("i:/x", bytes, 0), "Write i:/x" },
    { graft_step_append_line_new ("i:/x", "l", 0), "Add a line to i:/x" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *label = graft_step_dup_label (cases[i].step);

      g_assert_cmpstr (label, ==, cases[i].label);
      g_object_unref (cases[i].step);
    }
}

/* A step that says something, changes something, and succeeds or not. */
typedef struct
{
  GraftStep parent_instance;
  gboolean succeeds;
} TalkingStep;

typedef GraftStepClass TalkingStepClass;
static GType talking_step_get_type (void);
G_DEFINE_TYPE (TalkingStep, talking_step, graft_step_get_type ())

static gboolean
talking_step_apply (GraftStep *step, GraftBootSet *set, GraftStepReport *report,
                    GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  GraftMember *root = graft_boot_set_find_member (set, "root.squashfs", NULL);

  g_ptr_array_add (report->lost, g_strdup ("aufs"));
  g_ptr_array_add (report->notes, g_strdup ("a note"));
  g_assert_true (graft_overlay_remove (graft_member_get_overlay (root), -1, "/unix", NULL));
  if (!((TalkingStep *)step)->succeeds)
    g_set_error_literal (error, GRAFT_STEP_ERROR, GRAFT_ERROR_REFUSED, "no");
  return ((TalkingStep *)step)->succeeds;
}

static void
talking_step_class_init (TalkingStepClass *klass)
{
  klass->apply = talking_step_apply;
}

static void
talking_step_init (TalkingStep *self)
{
}

/* What a step that failed did and said is forgotten. */
static void
test_all_or_nothing (GraftStepFixture *fixture, gconstpointer data)
{
  g_autoptr (GraftStepReport) report = graft_step_report_new ();
  TalkingStep *step = g_object_new (talking_step_get_type (), NULL);

  g_assert_false (graft_step_apply ((GraftStep *)step, fixture->set, report, NULL, NULL, NULL));
  g_assert_false (graft_boot_set_is_changed (fixture->set));
  g_assert_cmpuint (report->lost->len + report->notes->len, ==, 0);
  step->succeeds = TRUE;
  g_assert_true (graft_step_apply ((GraftStep *)step, fixture->set, report, NULL, NULL, NULL));
  g_assert_true (graft_boot_set_is_changed (fixture->set));
  g_assert_cmpstr (g_ptr_array_index (report->lost, 0), ==, "aufs");
  g_assert_cmpstr (g_ptr_array_index (report->notes, 0), ==, "a note");
  g_object_unref (step);
}

int
main (int argc, char **argv)
{
  g_autofree char *state = g_dir_make_tmp ("bootgraft-state-XXXXXX", NULL);
  int result;

  /* The store of what is imported lies there. */
  g_setenv ("XDG_STATE_HOME", state, TRUE);
  g_test_init (&argc, &argv, NULL);
  graft_fake_formats_register ();
#define ADD(name, func)                                                                            \
  g_test_add ("/steps/" name, GraftStepFixture, NULL, graft_step_fixture_set_up, func,             \
              graft_step_fixture_tear_down)
  ADD ("delete", test_delete);
  ADD ("addresses", test_addresses);
  ADD ("segment", test_segment);
  ADD ("mkdir", test_mkdir);
  ADD ("mkdir-again", test_mkdir_again);
  ADD ("symlink", test_symlink);
  ADD ("attributes", test_attributes);
  ADD ("write", test_write);
  ADD ("append-line", test_append_line);
  ADD ("append-line-refused", test_append_line_refused);
  ADD ("all-or-nothing", test_all_or_nothing);
  g_test_add_func ("/steps/labels", test_labels);
  result = g_test_run ();
  graft_set_fixture_remove (state);
  return result;
}
