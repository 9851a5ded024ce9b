/* test-extract.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/graft-error.h"
#include "export/graft-extract.h"
#include "export/graft-file-at.h"
#include "image/graft-fake-image.h"

typedef struct
{
  char *top;
  char *folder; /* "target" in it */
  GraftExtractReport *report;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->top = g_dir_make_tmp ("bootgraft-extract-XXXXXX", NULL);
  fixture->folder = g_build_filename (fixture->top, "target", NULL);
  fixture->report = graft_extract_report_new ();
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  graft_file_at_remove (AT_FDCWD, fixture->top);
  graft_extract_report_free (fixture->report);
  g_free (fixture->folder);
  g_free (fixture->top);
}

/* One extraction, in a thread of its own: what takes openat2() away from a thread never gives it
 * back. */
typedef struct
{
  Fixture *fixture;
  int errnum; /* what openat2() says; 0: it works */
  const GraftEntry *entries;
  guint n_entries;
  GCancellable *cancellable;
  GError **error;
} Run;

static void
take_openat2_away (int errnum)
{
  struct sock_filter code[] = {
    BPF_STMT (BPF_LD | BPF_W | BPF_ABS, offsetof (struct seccomp_data, nr)),
    BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, SYS_openat2, 0, 1),
    BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (guint32)errnum),
    BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const struct sock_fprog filter = { G_N_ELEMENTS (code), code };

  g_assert_cmpint (prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), ==, 0);
  g_assert_cmpint (prctl (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter), ==, 0);
  g_assert_cmpint (syscall (SYS_openat2, AT_FDCWD, "/", NULL, 0), ==, -1);
  g_assert_cmpint (errno, ==, errnum);
}

static gpointer
run (gpointer data)
{
  Run *self = data;

  if (self->errnum != 0)
    take_openat2_away (self->errnum);
  return GINT_TO_POINTER (graft_extract (self->entries, self->n_entries, self->fixture->folder,
                                         self->fixture->report, NULL, self->cancellable,
                                         self->error));
}

static gboolean
extract_entries (Fixture *fixture, gconstpointer data, const GraftEntry *entries, guint n_entries,
                 GCancellable *cancellable, GError **error)
{
  Run self = { fixture, GPOINTER_TO_INT (data), entries, n_entries, cancellable, error };

  return GPOINTER_TO_INT (g_thread_join (g_thread_new ("extract", run, &self)));
}

/* All of the image that @text describes. */
static gboolean
extract (Fixture *fixture, gconstpointer data, const char *text, GCancellable *cancellable,
         GError **error)
{
  g_autoptr (GraftImage) image = graft_fake_image_new ("squashfs", "root.squashfs", text);
  g_autoptr (GraftNode) root = graft_image_dup_root (image, NULL);
  g_autoptr (GraftDirectory) listing = graft_node_list (root, NULL);

  return extract_entries (fixture, data, graft_directory_get_entry (listing, 0),
                          graft_directory_get_n_entries (listing), cancellable, error);
}

/* What is at @path below the fixture's own folder: "d0755", "f0644 CONTENT", "l TARGET", "-". */
static void
assert_is (Fixture *fixture, const char *path, const char *expected)
{
  g_autofree char *full = g_build_filename (fixture->top, path, NULL);
  g_autofree char *content = NULL, *found = NULL;
  struct stat info;

  if (lstat (full, &info) < 0)
    found = g_strdup ("-");
  else if (S_ISLNK (info.st_mode))
    {
      content = g_file_read_link (full, NULL);
      found = g_strdup_printf ("l %s", content);
    }
  else if (S_ISDIR (info.st_mode))
    found = g_strdup_printf ("d%04o", info.st_mode & 07777);
  else
    {
      g_assert_true (g_file_get_contents (full, &content, NULL, NULL));
      found = g_strdup_printf ("f%04o %s", info.st_mode & 07777, content);
    }
  g_assert_cmpstr (found, ==, expected);
}

static const char *
get_note (Fixture *fixture, guint i)
{
  g_assert_cmpuint (i, <, fixture->report->notes->len);
  return g_ptr_array_index (fixture->report->notes, i);
}

static void
test_all_types (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *one = g_build_filename (fixture->folder, "bin", "one", NULL);
  struct stat info;

  g_assert_true (extract (fixture, data,
                          "d 1755 /bin\nf 6755 /bin/one 1\nh /bin/two /bin/one\n"
                          "l /up ../../etc\nc 0600 /console 5 1\np 0600 /pipe\n",
                          NULL, &error));
  g_assert_no_error (error);
  /* Nothing on this machine gets rights by an image. */
  assert_is (fixture, "target/bin", "d0755");
  assert_is (fixture, "target/bin/one", "f0755 1");
  assert_is (fixture, "target/bin/two", "f0755 1");
  g_assert_cmpint (lstat (one, &info), ==, 0);
  g_assert_cmpuint (info.st_nlink, ==, 2);
  g_assert_cmpint (info.st_mtime, ==, 1002);
  assert_is (fixture, "target/up", "l ../../etc");
  assert_is (fixture, "target/console", "-");
  assert_is (fixture, "target/pipe", "-");
  g_assert_cmpuint (fixture->report->n_refused, ==, 0);
  g_assert_cmpuint (fixture->report->notes->len, ==, 2);
  g_assert_nonnull (strstr (get_note (fixture, 0), "console"));
}

/* A link that lies in the target already, or that the image itself makes, leads nowhere. */
static void
test_planted_links (Fixture *fixture, gconstpointer data)
{
  g_autofree char *outside = g_build_filename (fixture->top, "outside", NULL);
  g_autofree char *etc = g_build_filename (fixture->folder, "etc", NULL);
  g_autofree char *file = g_build_filename (fixture->folder, "file", NULL);

  g_assert_cmpint (g_mkdir (outside, 0700), ==, 0);
  g_assert_cmpint (g_mkdir (fixture->folder, 0700), ==, 0);
  g_assert_cmpint (symlink ("../outside", etc), ==, 0);
  g_assert_cmpint (symlink ("../outside/new", file), ==, 0);
  g_assert_true (extract (
      fixture, data, "f 0644 /etc/passwd evil\nf 0644 /file evil\nf 0644 /ok 1\n", NULL, NULL));
  assert_is (fixture, "outside/passwd", "-");
  assert_is (fixture, "outside/new", "-");
  assert_is (fixture, "target/file", "l ../outside/new");
  assert_is (fixture, "target/ok", "f0644 1");
  g_assert_cmpuint (fixture->report->n_refused, ==, 2);
  g_assert_cmpuint (fixture->report->notes->len, ==, 2);
}

static void
test_names (Fixture *fixture, gconstpointer data)
{
  static const char *const bad[] = { "..", ".", "", "../up", "/abs", "a/b" };
  g_autoptr (GraftImage) image = graft_fake_image_new ("squashfs", "root", "f 0644 /a evil\n");
  g_autoptr (GraftNode) root = graft_image_dup_root (image, NULL);
  g_autoptr (GraftDirectory) listing = graft_node_list (root, NULL);
  g_autoptr (GError) error = NULL;
  GraftNode *node = graft_directory_get_entry (listing, 0)->node;
  char newline[] = "one\ntwo";
  GraftEntry entries[G_N_ELEMENTS (bad) + 2];

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    entries[i] = (GraftEntry){ (char *)bad[i], node };
  entries[G_N_ELEMENTS (bad)] = (GraftEntry){ newline, node };
  entries[G_N_ELEMENTS (bad) + 1] = (GraftEntry){ newline, node };
  g_assert_true (extract_entries (fixture, data, entries, G_N_ELEMENTS (entries), NULL, &error));
  g_assert_no_error (error);
  assert_is (fixture, "up", "-");
  assert_is (fixture, "target/a", "-");
  assert_is (fixture, "target/one\ntwo", "f0644 evil");
  g_assert_cmpuint (fixture->report->n_refused, ==, G_N_ELEMENTS (bad) + 1);
  /* It is there by now, and is said in one line. */
  g_assert_cmpstr (get_note (fixture, G_N_ELEMENTS (bad)), ==,
                   "refused to make one\\ntwo: something is there already");
}

/* Of a file that could not be completed nothing is left. */
static void
test_nothing_half (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GraftImage) image
      = graft_fake_image_new ("squashfs", "root", "f 0644 /a 0123456789\n");
  g_autoptr (GraftNode) root = graft_image_dup_root (image, NULL), longer = NULL;
  g_autoptr (GraftDirectory) listing = graft_node_list (root, NULL);
  g_autoptr (GraftInput) content
      = graft_node_open (graft_directory_get_entry (listing, 0)->node, NULL);
  char name[] = "a";
  GraftEntry entry = { name, NULL };
  GraftNodeInit init = { .type = GRAFT_NODE_REGULAR, .attributes.mode = 0644 };
  struct rlimit before, limit;

  init.content = content;
  longer = graft_node_new (&init);
  entry.node = longer;
  g_assert_cmpint (g_mkdir (fixture->folder, 0700), ==, 0);
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  limit = before;
  limit.rlim_cur = 4;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  g_assert_false (extract_entries (fixture, data, &entry, 1, NULL, &error));
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
  g_assert_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_IO);
  assert_is (fixture, "target/a", "-");
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_clear_error (&error);
  g_cancellable_cancel (cancellable);
  g_assert_false (extract_entries (fixture, data, &entry, 1, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  assert_is (fixture, "target/a", "-");
}

/* Exchanges two names of the target, whenever there are two, as fast as it can. */
typedef struct
{
  const char *folder;
  const char *one;
  const char *other;
  int stop;
} Attacker;

static gpointer
attack (gpointer data)
{
  Attacker *self = data;
  int fd = open (self->folder, O_PATH | O_DIRECTORY | O_CLOEXEC);

  g_assert_cmpint (fd, >=, 0);
  while (!g_atomic_int_get (&self->stop))
    if (renameat2 (fd, self->one, fd, self->other, RENAME_EXCHANGE) < 0)
      g_assert_cmpint (errno, ==, ENOENT);
  close (fd);
  return NULL;
}

/* Somebody else in the same folder turns it into a link between one step and the next. */
static void
test_attacked (Fixture *fixture, gconstpointer data)
{
  g_autofree char *outside = g_build_filename (fixture->top, "outside", NULL);
  g_autofree char *etc = g_build_filename (fixture->folder, "etc", NULL);
  g_autofree char *turn = g_build_filename (fixture->folder, "turn", NULL);
  gint64 end = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;
  Attacker attacker = { fixture->folder, "etc", "turn", 0 };
  guint n_refused = 0, n_made = 0;
  GThread *thread;

  g_assert_cmpint (g_mkdir (fixture->folder, 0700), ==, 0);
  g_assert_cmpint (g_mkdir (outside, 0700), ==, 0);
  g_assert_cmpint (g_mkdir (etc, 0700), ==, 0);
  g_assert_cmpint (symlink ("../outside", turn), ==, 0);
  thread = g_thread_new ("attacker", attack, &attacker);
  for (guint round = 0; round < 50 || n_refused == 0 || n_made == 0; round++)
    {
      g_autofree char *text
          = g_strdup_printf ("d 0755 /etc\nd 0755 /etc/sub\nf 0644 /etc/sub/%u evil\n"
                             "f 0644 /etc/%u evil\nh /first%u /etc/%u\nh /etc/last%u /etc/%u\n",
                             round, round, round, round, round, round);
      g_autoptr (GError) error = NULL;
      guint before = fixture->report->n_refused;

      g_assert_true (extract (fixture, data, text, NULL, &error));
      g_assert_no_error (error);
      if (fixture->report->n_refused > before)
        n_refused++;
      else
        n_made++;
      /* Both of the attacker's moments were met, or this test says nothing. */
      g_assert_cmpint (g_get_monotonic_time (), <, end);
    }
  g_atomic_int_set (&attacker.stop, 1);
  g_thread_join (thread);
  g_assert_cmpint (g_rmdir (outside), ==, 0);
}

/* A file with several names: when the first is not what was made any more, the others still are. */
static void
test_attacked_name (Fixture *fixture, gconstpointer data)
{
  g_autofree char *bait = g_build_filename (fixture->folder, "bait", NULL);
  g_autofree char *one = g_build_filename (fixture->folder, "one", NULL);
  g_autofree char *two = g_build_filename (fixture->folder, "two", NULL);
  Attacker attacker = { fixture->folder, "one", "bait", 0 };
  GThread *thread;

  g_assert_cmpint (g_mkdir (fixture->folder, 0700), ==, 0);
  thread = g_thread_new ("attacker", attack, &attacker);
  for (guint round = 0; round < 100; round++)
    {
      g_autoptr (GError) error = NULL;

      g_unlink (one);
      g_assert_true (g_file_set_contents (bait, "evil", -1, NULL));
      g_assert_true (extract (fixture, data, "f 0644 /one 1\nh /two /one\n", NULL, &error));
      g_assert_no_error (error);
      assert_is (fixture, "target/two", "f0644 1");
      g_assert_cmpint (g_unlink (two), ==, 0);
    }
  g_atomic_int_set (&attacker.stop, 1);
  g_thread_join (thread);
}

/* Below other folders, too, all names are one file. */
static void
test_hard_links (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *two = g_build_filename (fixture->folder, "deep", "er", "two", NULL);
  struct stat info;

  g_assert_true (extract (fixture, data,
                          "d 0755 /deep\nd 0755 /deep/er\nf 0644 /deep/er/one 1\n"
                          "h /deep/er/two /deep/er/one\nh /deep/three /deep/er/one\n",
                          NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (lstat (two, &info), ==, 0);
  g_assert_cmpuint (info.st_nlink, ==, 3);
  assert_is (fixture, "target/deep/three", "f0644 1");
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    void (*func) (Fixture *fixture, gconstpointer data);
  } tests[] = {
    { "all-types", test_all_types },   { "planted-links", test_planted_links },
    { "names", test_names },           { "nothing-half", test_nothing_half },
    { "attacked", test_attacked },     { "attacked-name", test_attacked_name },
    { "hard-links", test_hard_links },
  };
  static const struct
  {
    const char *name;
    int errnum;
  } ways[] = {
    { "openat2", 0 },
    { "old-kernel", ENOSYS },
    { "filtered", EPERM },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    for (guint j = 0; j < G_N_ELEMENTS (tests); j++)
      {
        g_autofree char *path = g_strdup_printf ("/extract/%s/%s", ways[i].name, tests[j].name);

        g_test_add (path, Fixture, GINT_TO_POINTER (ways[i].errnum), set_up, tests[j].func,
                    tear_down);
      }
  return g_test_run ();
}
