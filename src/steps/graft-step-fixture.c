/* graft-step-fixture.c: a set to apply steps to, for tests only
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "steps/graft-step-fixture.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "bootset/graft-set-fixture.h"
#include "image/graft-path.h"

/* Modification time of what comes from the host. */
#define HOST_TIME 1500000000

/* The newest entry of the initrd is line 6's: 1006. */
static const char *const initrd_text = "#fake initrd\n"
                                       "early\n"
                                       "f 0644 /kernel/x86/microcode/GenuineIntel.bin code\n"
                                       "--\n"
                                       "d 0755 /etc\n"
                                       "f 0640 /etc/hosts localhost\n"
                                       "l /etc/link hosts\n";

static const char *const root_text = "#fake squashfs\n"
                                     "d 0755 /usr\n"
                                     "d 0755 /usr/bin\n"
                                     "f 0755 /usr/bin/busybox old\n"
                                     "h /usr/bin/ash /usr/bin/busybox\n"
                                     "l /bin usr/bin\n"
                                     "l /dangling no/where\n"
                                     "l /sh bin/ash\n"
                                     "c 0600 /console 5 1\n"
                                     "f 0644 /dos one\\r\\ntwo\\r\\n\n"
                                     "f 0644 /unix one\\ntwo\n"
                                     "f 0644 /empty\n";

char *
graft_step_fixture_dup_host_path (GraftStepFixture *fixture, const char *name)
{
  return g_build_filename (fixture->top, "host", name, NULL);
}

static void
write_file (const char *path, const char *content)
{
  g_autofree char *parent = g_path_get_dirname (path);
  const struct timespec times[2]
      = { { .tv_sec = HOST_TIME, .tv_nsec = 5 }, { .tv_sec = HOST_TIME } };

  g_assert_cmpint (g_mkdir_with_parents (parent, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, content, -1, NULL));
  g_assert_cmpint (utimensat (AT_FDCWD, path, times, 0), ==, 0);
}

char *
graft_step_fixture_add_host_file (GraftStepFixture *fixture, const char *name, const char *content,
                                  guint32 mode)
{
  char *path = graft_step_fixture_dup_host_path (fixture, name);

  write_file (path, content);
  g_assert_cmpint (g_chmod (path, mode), ==, 0);
  return path;
}

static void
add_member (GraftStepFixture *fixture, const char *name, const char *content)
{
  g_autofree char *path = g_build_filename (fixture->top, "set", name, NULL);

  write_file (path, content);
}

void
graft_step_fixture_set_up (GraftStepFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = NULL, *host = NULL;

  fixture->top = g_dir_make_tmp ("bootgraft-steps-XXXXXX", NULL);
  folder = g_build_filename (fixture->top, "set", NULL);
  host = graft_step_fixture_dup_host_path (fixture, NULL);
  g_assert_cmpint (g_mkdir (host, 0700), ==, 0);
  add_member (fixture, "vmlinuz", "#fake kernel\n");
  add_member (fixture, "initrd.img", initrd_text);
  add_member (fixture, "root.squashfs", root_text);
  add_member (fixture, "broken.squashfs", "#fake squashfs\nbroken\n");
  add_member (fixture, "pxelinux.cfg/default", "LABEL a\nKERNEL vmlinuz\n");
  fixture->set = graft_boot_set_open (folder, NULL, &error);
  g_assert_no_error (error);
}

void
graft_step_fixture_tear_down (GraftStepFixture *fixture, gconstpointer data)
{
  g_object_unref (fixture->set);
  graft_set_fixture_remove (fixture->top);
  g_free (fixture->top);
}

void
graft_step_fixture_apply (GraftStepFixture *fixture, GraftStep *step)
{
  g_autoptr (GError) error = NULL;
  gboolean done = graft_step_apply (step, fixture->set, NULL, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_true (done);
  g_object_unref (step);
}

void
graft_step_fixture_refuse (GraftStepFixture *fixture, GraftStep *step, GQuark domain,
                           GraftErrorCode code, const char *message)
{
  g_autoptr (GError) error = NULL;
  gboolean changed = graft_boot_set_is_changed (fixture->set);

  g_assert_false (graft_step_apply (step, fixture->set, NULL, NULL, NULL, &error));
  g_assert_cmpstr (error->message, ==, message);
  g_assert_error (error, domain, (gint)code);
  g_assert_cmpint (graft_boot_set_is_changed (fixture->set), ==, changed);
  g_object_unref (step);
}

GraftNode *
graft_step_fixture_lookup (GraftStepFixture *fixture, const char *image, const char *path)
{
  GraftMember *member = graft_boot_set_find_member (fixture->set, image, NULL);
  g_autoptr (GraftNode) root = graft_overlay_dup_root (graft_member_get_overlay (member), NULL);

  return graft_path_find (root, path, GRAFT_PATH_NO_FOLLOW, NULL, NULL);
}

/* "TYPE MODE UID:GID TIME CONTENT-OR-TARGET"; "nothing". */
static char *
show (GraftStepFixture *fixture, const char *image, const char *path)
{
  g_autoptr (GraftNode) node = graft_step_fixture_lookup (fixture, image, path);
  const GraftAttributes *attributes;
  g_autofree char *content = NULL, *escaped = NULL;

  if (node == NULL)
    return g_strdup ("nothing");
  attributes = graft_node_get_attributes (node);
  content = g_strdup (graft_node_get_target (node) != NULL ? graft_node_get_target (node) : "");
  if (graft_node_get_node_type (node) == GRAFT_NODE_REGULAR)
    {
      g_autoptr (GraftInput) input = graft_node_open (node, NULL);
      g_autoptr (GBytes) bytes = graft_input_read_all (input, NULL);

      g_free (content);
      content = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
    }
  g_assert_cmpuint (attributes->mtime_nsec, ==, 0);
  escaped = g_strescape (content, NULL);
  return g_strdup_printf ("%s %04o %u:%u %" G_GINT64_FORMAT " %s",
                          graft_node_type_get_name (graft_node_get_node_type (node)),
                          attributes->mode, attributes->uid, attributes->gid, attributes->mtime,
                          escaped);
}

void
graft_step_fixture_assert_shown (GraftStepFixture *fixture, const char *image, const char *path,
                                 const char *expected)
{
  g_autofree char *shown = show (fixture, image, path);

  g_assert_cmpstr (shown, ==, expected);
}
