/* test-helper.c: the helper program itself, and helpers that lie, hang and die
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "helper/graft-helper.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/graft-bytes.h"
#include "base/graft-error.h"
#include "helper/graft-helper-process.h"
#include "helper/graft-test-package.h"

typedef struct
{
  GString *heard;
  gboolean refuse;
} Ear;

static gboolean
hear_entry (const GraftHelperEntry *entry, gpointer data, GError **error)
{
  Ear *ear = data;

  if (ear->refuse)
    {
      g_set_error_literal (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_REFUSED, "not wanted");
      return FALSE;
    }
  if (!entry->control && S_ISREG (entry->mode))
    g_string_append_printf (ear->heard, "\n%s ", entry->path);
  return TRUE;
}

static gboolean
hear_content (const guint8 *bytes, gsize length, gpointer data, GError **error)
{
  Ear *ear = data;

  g_string_append_len (ear->heard, (const char *)bytes, length);
  return TRUE;
}

/* What is heard of the archive @path, which is called "test.deb". */
static char *
stream (const char *path, gboolean refuse, GCancellable *cancellable, GError **error)
{
  static const GraftHelperStreamFuncs funcs = { hear_entry, hear_content };
  g_autoptr (GString) heard = g_string_new (NULL);
  Ear ear = { heard, refuse };
  int fd = g_open (path, O_RDONLY | O_CLOEXEC, 0);
  GStatBuf status;
  gboolean result;

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (fstat (fd, &status), ==, 0);
  result = graft_helper_stream (GRAFT_HELPER_PACKAGE, fd, 0, status.st_size, "test.deb", &funcs,
                                &ear, cancellable, error);
  close (fd);
  return result ? g_strdup (heard->str) : NULL;
}

static void
assert_message (GError *error, int code, const char *text)
{
  g_assert_error (error, GRAFT_IMAGE_ERROR, code);
  if (strstr (error->message, text) == NULL)
    g_error ("“%s” does not say “%s”", error->message, text);
}

static void
test_package (void)
{
  g_autoptr (GraftTestFolder) folder = graft_test_folder_new ();
  g_autofree char *path = graft_test_package_new (
      folder, "mkdir boot; printf kernel >boot/vmlinuz; printf 内 >boot/核", NULL, "zstd");
  g_autoptr (GError) error = NULL;
  g_autofree char *heard = stream (path, FALSE, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (strstr (heard, "\n./boot/vmlinuz kernel"));
  g_assert_nonnull (strstr (heard, "\n./boot/核 内"));
}

static void
test_refused_by_caller (void)
{
  g_autoptr (GraftTestFolder) folder = graft_test_folder_new ();
  g_autofree char *path
      = graft_test_package_new (folder, "head -c 5000000 /dev/urandom >large", NULL, "none");
  g_autoptr (GError) error = NULL;

  g_assert_null (stream (path, TRUE, NULL, &error));
  assert_message (error, GRAFT_ERROR_REFUSED, "not wanted");
}

/* CRC32 as xz has it (its file format specification, 6). */
static guint32
crc32 (const guint8 *bytes, gsize length)
{
  guint32 crc = 0xffffffff;

  for (gsize i = 0; i < length; i++)
    {
      crc ^= bytes[i];
      for (int bit = 0; bit < 8; bit++)
        crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xedb88320 : 0);
    }
  return ~crc;
}

/* An xz stream that asks for a dictionary of 1.5 GiB: the decoder takes it at once. The dictionary
 * is in the block header (xz file format, 3.1 and 5.3.1): at byte 12, of size (first byte + 1) * 4,
 * ended by its CRC32; the filter's only property is the size's code. */
static void
enlarge_dictionary (const char *path)
{
  g_autofree char *content = NULL;
  guint8 *header;
  gsize length, header_length;
  gboolean found = FALSE;

  g_assert_true (g_file_get_contents (path, &content, &length, NULL));
  header = (guint8 *)content + 12;
  header_length = (header[0] + 1) * 4;
  for (gsize i = 2; i + 3 < header_length - 4 && !found; i++)
    if (header[i] == 0x21 && header[i + 1] == 1)
      {
        header[i + 2] = 37; /* (2 | 1) << (37 / 2 + 11) = 1.5 GiB */
        found = TRUE;
      }
  g_assert_true (found);
  graft_bytes_put_le32 (header + header_length - 4, crc32 (header, header_length - 4));
  g_assert_true (g_file_set_contents (path, content, length, NULL));
}

static void
test_memory (void)
{
  g_autoptr (GraftTestFolder) folder = graft_test_folder_new ();
  g_autofree char *path = graft_test_folder_build (folder, "archive.tar.xz");
  g_autoptr (GError) error = NULL;

  graft_test_folder_run (folder, "echo hi >file; tar -cf - file | xz -c >archive.tar.xz");
  enlarge_dictionary (path);
  g_assert_null (stream (path, FALSE, NULL, &error));
  assert_message (error, GRAFT_ERROR_TOO_LARGE,
                  "The helper that reads test.deb was stopped: it needed more than 512.0\302\240MiB"
                  " of memory");
}

static void
test_bomb (void)
{
  g_autoptr (GraftTestFolder) folder = graft_test_folder_new ();
  g_autofree char *path = graft_test_folder_build (folder, "bomb.tar.zst");
  g_autoptr (GError) error = NULL;

  graft_test_folder_run (folder,
                         "truncate -s 400M zeros; tar -cf - zeros | zstd -q -c >bomb.tar.zst");
  g_assert_null (stream (path, FALSE, NULL, &error));
  assert_message (error, GRAFT_ERROR_TOO_LARGE,
                  "test.deb holds more bytes for its size than Bootgraft takes in; the limit was "
                  "met at zeros");
}

/* The helper's filter is the outermost alone. */
static void
test_nested (void)
{
  g_autoptr (GraftTestFolder) folder = graft_test_folder_new ();
  g_autofree char *path = graft_test_folder_build (folder, "nested");
  g_autoptr (GError) error = NULL;

  graft_test_folder_run (folder, "echo hi >file; tar -cf - file | gzip | gzip >nested");
  g_assert_null (stream (path, FALSE, NULL, &error));
  assert_message (error, GRAFT_ERROR_CORRUPTED, "test.deb is damaged: ");
}

/* A stand-in for the program, by its script. Its frames: hello; an entry would be more. */
#define HELLO "printf 'H\\004\\000\\000\\000\\001\\000\\000\\000';"
#define END "printf 'Z\\010\\000\\000\\000\\000\\000\\000\\000\\000\\000\\000\\000';"

static GraftTestFolder *
pretend (const char *script)
{
  GraftTestFolder *folder = graft_test_folder_new ();
  g_autofree char *path = graft_test_folder_build (folder, "helper");
  g_autofree char *text = g_strdup_printf ("#!/bin/sh\n%s\n", script);

  g_assert_true (g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_NONE, 0755, NULL));
  g_setenv ("BOOTGRAFT_HELPER", path, TRUE);
  return folder;
}

static void
stop_pretending (GraftTestFolder *folder)
{
  g_unsetenv ("BOOTGRAFT_HELPER");
  graft_test_folder_free (folder);
}

static void
test_liars (void)
{
  static const struct
  {
    const char *script;
    int code;
    const char *text;
  } cases[] = {
    { "exit 0", GRAFT_ERROR_IO, "The helper that reads test.deb ended before it was done" },
    { HELLO "exit 0", GRAFT_ERROR_IO, "ended before it was done (status 0)" },
    { HELLO END "exit 3", GRAFT_ERROR_IO, "ended before it was done (status 3)" },
    { HELLO "echo lost its way >&2; exit 1", GRAFT_ERROR_IO, "(status 1): lost its way" },
    { "yes", GRAFT_ERROR_CORRUPTED, "answered with nonsense (no greeting)" },
    { HELLO "yes", GRAFT_ERROR_CORRUPTED, "answered with nonsense" },
    { HELLO END "yes", GRAFT_ERROR_CORRUPTED, "answered with nonsense (something after the end)" },
    { HELLO "kill -SEGV $$", GRAFT_ERROR_CORRUPTED,
      "The helper that reads test.deb crashed (Segmentation fault)" },
    { HELLO "kill -ABRT $$", GRAFT_ERROR_CORRUPTED, "crashed (Aborted)" },
    { HELLO END "kill -KILL $$", GRAFT_ERROR_IO, "was stopped from outside (Killed)" },
    { HELLO "kill -XCPU $$", GRAFT_ERROR_TOO_LARGE, "it used too much processor time" },
    { HELLO "kill -SYS $$", GRAFT_ERROR_REFUSED, "it tried what it may not do" },
    { HELLO END "exec >&- 2>&-; sleep 100", GRAFT_ERROR_TOO_LARGE,
      "it fell silent and did not end" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      GraftTestFolder *folder = pretend (cases[i].script);
      g_autofree char *path = graft_test_folder_build (folder, "helper");
      g_autoptr (GError) error = NULL;

      g_assert_null (stream (path, FALSE, NULL, &error));
      assert_message (error, cases[i].code, cases[i].text);
      stop_pretending (folder);
    }
}

/* The liars' frames are right as far as they go. */
static void
test_honest_script (void)
{
  GraftTestFolder *folder = pretend (HELLO END);
  g_autofree char *path = graft_test_folder_build (folder, "helper");
  g_autoptr (GError) error = NULL;
  g_autofree char *heard = stream (path, FALSE, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (heard, ==, "");
  stop_pretending (folder);
}

static void
test_missing_program (void)
{
  g_autoptr (GError) error = NULL;

  g_setenv ("BOOTGRAFT_HELPER", "/nowhere/helper", TRUE);
  g_assert_null (stream ("/etc/passwd", FALSE, NULL, &error));
  assert_message (error, GRAFT_ERROR_NOT_FOUND, "/nowhere/helper is not there");
  g_unsetenv ("BOOTGRAFT_HELPER");
}

static gpointer
cancel_soon (gpointer data)
{
  g_usleep (300000);
  g_cancellable_cancel (data);
  return NULL;
}

/* A helper that hangs, with a child of its own that has the pipe: both are gone within a second of
 * the wish. */
static void
test_cancel (void)
{
  GraftTestFolder *folder
      = pretend (HELLO "cd \"${0%/*}\"; echo $$ >parent; sleep 100 & echo $! >child; wait");
  g_autofree char *path = graft_test_folder_build (folder, "helper");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  GThread *thread = g_thread_new ("cancel", cancel_soon, cancellable);
  gint64 start = g_get_monotonic_time ();
  static const char *const names[] = { "parent", "child" };

  g_assert_null (stream (path, FALSE, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 1300000);
  g_thread_join (thread);
  g_usleep (100000);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *file = graft_test_folder_build (folder, names[i]);
      g_autofree char *text = NULL;
      g_autofree char *status_path = NULL;
      g_autofree char *status = NULL;

      g_assert_true (g_file_get_contents (file, &text, NULL, NULL));
      g_strstrip (text);
      status_path = g_strdup_printf ("/proc/%s/status", text);
      /* Gone, or waiting for whoever adopted it to notice. */
      if (g_file_get_contents (status_path, &status, NULL, NULL))
        g_assert_nonnull (strstr (status, "Z (zombie)"));
    }
  stop_pretending (folder);
}

/* What a test does to the real helper while it is in the middle of its answer. */
typedef struct
{
  void (*meet) (pid_t pid);
  GCancellable *cancellable; /* cancelled after that */
  gboolean met;
} Meeting;

/* The only child of this process. */
static pid_t
find_child (void)
{
  g_autoptr (GDir) processes = g_dir_open ("/proc", 0, NULL);
  g_autofree char *parent = g_strdup_printf ("\nPPid:\t%d\n", getpid ());
  const char *name;

  while ((name = g_dir_read_name (processes)) != NULL)
    {
      g_autofree char *path = g_build_filename ("/proc", name, "status", NULL);
      g_autofree char *status = NULL;

      if (g_ascii_isdigit (*name) && g_file_get_contents (path, &status, NULL, NULL)
          && strstr (status, parent) != NULL)
        return g_ascii_strtoll (name, NULL, 10);
    }
  g_error ("there is no helper");
}

static gboolean
meet_entry (const GraftHelperEntry *entry, gpointer data, GError **error)
{
  return TRUE;
}

static gboolean
meet_content (const guint8 *bytes, gsize length, gpointer data, GError **error)
{
  Meeting *self = data;

  if (!self->met)
    self->meet (find_child ());
  self->met = TRUE;
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  return TRUE;
}

/* Of a package larger than what a pipe holds: the helper is there until all of it was heard. */
static gboolean
meet_helper (void (*meet) (pid_t pid), GCancellable *cancellable, GError **error)
{
  static const GraftHelperStreamFuncs funcs = { meet_entry, meet_content };
  g_autoptr (GraftTestFolder) folder = graft_test_folder_new ();
  g_autofree char *path
      = graft_test_package_new (folder, "head -c 8000000 /dev/urandom >large", NULL, "none");
  Meeting meeting = { meet, cancellable, FALSE };
  int fd = g_open (path, O_RDONLY | O_CLOEXEC, 0);
  GStatBuf status;
  gboolean result;

  g_assert_cmpint (fstat (fd, &status), ==, 0);
  result = graft_helper_stream (GRAFT_HELPER_PACKAGE, fd, 0, status.st_size, "test.deb", &funcs,
                                &meeting, cancellable, error);
  close (fd);
  g_assert_true (meeting.met);
  return result;
}

static void
assert_says (pid_t pid, const char *file, const char *line)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/%s", pid, file);
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  if (!g_regex_match_simple (line, text, G_REGEX_MULTILINE, 0))
    g_error ("%s does not say %s: %s", path, line, text);
}

static void
look_at_limits (pid_t pid)
{
  static const char *const limits[] = { "^Max address space +536870912 +536870912 ",
                                        "^Max cpu time +900 ",
                                        "^Max file size +0 +0 ",
                                        "^Max processes +0 +0 ",
                                        "^Max core file size +0 +0 ",
                                        "^Max open files +8 +8 " };
  static const char *const status[]
      = { "^Seccomp:\t2$", "^NoNewPrivs:\t1$", "^CapEff:\t0+$", "^CapPrm:\t0+$", "^Threads:\t1$" };

  for (guint i = 0; i < G_N_ELEMENTS (limits); i++)
    assert_says (pid, "limits", limits[i]);
  for (guint i = 0; i < G_N_ELEMENTS (status); i++)
    assert_says (pid, "status", status[i]);
}

/* The program that is shipped has its limits while it reads. */
static void
test_confined (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (meet_helper (look_at_limits, NULL, &error));
  g_assert_no_error (error);
}

static void
kill_helper (pid_t pid)
{
  g_assert_cmpint (kill (pid, SIGKILL), ==, 0);
}

static void
test_killed (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (meet_helper (kill_helper, NULL, &error));
  assert_message (error, GRAFT_ERROR_IO,
                  "The helper that reads test.deb was stopped from outside (Killed)");
}

static void
stop_helper (pid_t pid)
{
  g_assert_cmpint (kill (pid, SIGSTOP), ==, 0);
}

/* One that is stopped is waited for no longer than the user wants; and it is gone, not left. */
static void
test_stopped (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_assert_false (meet_helper (stop_helper, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (waitpid (-1, NULL, WNOHANG), ==, -1);
}

static gboolean
keep (const guint8 *bytes, gsize length, gpointer data, GError **error)
{
  graft_helper_keep_tail (data, bytes, length);
  return TRUE;
}

static void
test_time (void)
{
  static const char *const args[] = { NULL };
  static const struct
  {
    const char *script;
    guint seconds;
    guint silence;
    const char *text;
  } cases[] = {
    { "sleep 100", 1, 0, "X was stopped: it took more than 1 second" },
    { "while sleep 0.2; do echo more; done", 1, 5, "it took more than 1 second" },
    { "sleep 100", 50, 1, "it gave no sign of life for 1 second" },
    { "kill -STOP $$", 50, 1, "it gave no sign of life for 1 second" },
    { "kill -STOP $$", 1, 0, "it took more than 1 second" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      GraftTestFolder *folder = pretend (cases[i].script);
      g_autoptr (GString) output = g_string_new (NULL);
      const GraftHelperJob job = {
        .what = "X",
        .args = args,
        .stdin_fd = -1,
        .seconds = cases[i].seconds,
        .silence = cases[i].silence,
        .output = keep,
        .data = output,
      };
      g_autoptr (GError) error = NULL;
      gint64 start = g_get_monotonic_time ();
      int status;

      g_assert_false (graft_helper_process_run (&job, &status, NULL, &error));
      assert_message (error, GRAFT_ERROR_TOO_LARGE, cases[i].text);
      g_assert_cmpint (g_get_monotonic_time () - start, <, 3000000);
      stop_pretending (folder);
    }
}

/* Three descriptors, two variables, no signals blocked or ignored. */
static void
test_surroundings (void)
{
  static const char *const args[] = { "one", "two words", NULL };
  /* The C library's spawn ignores its own two signals, 32 and 33. */
  GraftTestFolder *folder = pretend ("echo \"<$1> <$2> <$#>\"; env | grep -v ^PWD= | sort\n"
                                     "test ! -e /proc/$$/fd/77 || echo leaked\n"
                                     "sed -n 's/^Sig\\(Blk\\|Ign\\):\t//p' /proc/self/status |"
                                     "while read mask; do echo $((0x$mask & 0x7fffffff)); done");
  g_autoptr (GString) output = g_string_new (NULL);
  const GraftHelperJob job = {
    .what = "X",
    .args = args,
    .stdin_fd = -1,
    .seconds = 10,
    .output = keep,
    .data = output,
  };
  g_autoptr (GError) error = NULL;
  int status = -1;
  int leak = dup2 (STDERR_FILENO, 77);
  void (*was) (int) = signal (SIGPIPE, SIG_IGN);

  g_setenv ("SECRET", "value", TRUE);
  g_assert_true (graft_helper_process_run (&job, &status, NULL, &error));
  signal (SIGPIPE, was);
  g_unsetenv ("SECRET");
  close (leak);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
  g_assert_cmpstr (output->str, ==,
                   "<one> <two words> <2>\n"
                   "LC_ALL=C\nPATH=/usr/sbin:/usr/bin:/sbin:/bin\n"
                   "0\n0\n");
  stop_pretending (folder);
}

static void
test_keep_tail (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *large = g_strnfill (70000, 'a');

  graft_helper_keep_tail (text, (const guint8 *)large, 70000);
  g_assert_cmpuint (text->len, ==, 65536);
  graft_helper_keep_tail (text, (const guint8 *)"end", 3);
  g_assert_cmpuint (text->len, ==, 65536);
  g_assert_true (g_str_has_suffix (text->str, "aend"));
}

static void
test_depmod (void)
{
  g_autoptr (GraftTestFolder) folder = graft_test_folder_new ();
  static const char *const argv[] = { "depmod", "-b", ".", "-C", "conf", "1.2.3", NULL };
  static const char *const wrong[] = { "depmod", "-b", ".", "-C", "conf", "7.7.7", NULL };
  g_autofree char *index = graft_test_folder_build (folder, "lib/modules/1.2.3/modules.dep.bin");
  g_autoptr (GError) error = NULL;
  g_autofree char *output = NULL;

  graft_test_folder_run (folder, "mkdir -p lib/modules/1.2.3 conf; cd lib/modules/1.2.3;"
                                 "echo kernel/a.ko >modules.builtin; : >modules.order");
  g_assert_true (
      graft_helper_run_tool (graft_test_folder_get_path (folder), argv, &output, NULL, &error));
  g_assert_no_error (error);
  g_assert_nonnull (output);
  g_assert_true (g_file_test (index, G_FILE_TEST_EXISTS));

  g_clear_pointer (&output, g_free);
  g_assert_false (
      graft_helper_run_tool (graft_test_folder_get_path (folder), wrong, &output, NULL, &error));
  assert_message (error, GRAFT_ERROR_IO, "depmod failed (status 1): ");
  g_assert_nonnull (strstr (error->message, "7.7.7"));
  g_assert_null (output);
}

/* As for growing: each in the folder, by the time that it is told, without the machine's
 * configuration; e2fsck of so many groups that it wants threads, which a user may have only few of.
 */
static void
test_e2fsprogs (void)
{
  g_autoptr (GraftTestFolder) folder = graft_test_folder_new ();
  const char *path = graft_test_folder_get_path (folder);
  static const char *const make[] = { "SOURCE_DATE_EPOCH=86400",
                                      "E2FSPROGS_FAKE_TIME=86400",
                                      "mke2fs",
                                      "-qF",
                                      "-b1024",
                                      "-Onone,filetype,sparse_super",
                                      "image",
                                      "600000",
                                      NULL };
  static const char *const grow[]
      = { "E2FSPROGS_FAKE_TIME=86400", "resize2fs", "-f", "image", "700000", NULL };
  static const char *const check[] = { "e2fsck", "-fn", "image", NULL };
  static const char *const wrong[] = { "LD_PRELOAD=x", "e2fsck", NULL };
  g_autoptr (GError) error = NULL;
  int status = -1;

  graft_test_folder_run (folder, "printf '[defaults]\\n\\tbase_features = none\\n' >mke2fs.conf");
  g_assert_true (graft_helper_run_tool (path, make, NULL, NULL, &error));
  g_assert_no_error (error);
  graft_test_folder_run (folder,
                         "dumpe2fs -h image 2>&1 | grep -q 'features: *filetype sparse_super$' && "
                         "dumpe2fs -h image 2>&1 | grep -q 'created:.* 1970$'");
  g_assert_true (graft_helper_run_tool (path, grow, NULL, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (graft_helper_ask_tool (path, check, &status, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
  graft_test_folder_run (folder,
                         "debugfs -w -R 'set_inode_field / links_count 9' image 2>/dev/null");
  g_assert_true (graft_helper_ask_tool (path, check, &status, NULL, &error));
  g_assert_cmpint (status, ==, 4);
  g_assert_false (graft_helper_ask_tool (path, wrong, &status, NULL, &error));
  assert_message (error, GRAFT_ERROR_REFUSED, "was not run: it is not on the list of tools");
}

static void
test_other_tools (void)
{
  g_autoptr (GraftTestFolder) folder = graft_test_folder_new ();
  static const char *const names[] = { "sh", "/usr/sbin/depmod", "../../bin/sh", "" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      const char *const argv[] = { names[i], "-c", "echo ran", NULL };
      g_autoptr (GError) error = NULL;

      g_assert_false (
          graft_helper_run_tool (graft_test_folder_get_path (folder), argv, NULL, NULL, &error));
      assert_message (error, GRAFT_ERROR_REFUSED, "was not run: it is not on the list of tools");
    }
}

static void
test_stage_missing (void)
{
  static const char *const argv[] = { "depmod", NULL };
  g_autoptr (GError) error = NULL;

  g_assert_false (graft_helper_run_tool ("/nowhere", argv, NULL, NULL, &error));
  assert_message (error, GRAFT_ERROR_REFUSED, "its folder /nowhere cannot be entered");
}

static void
test_tool_not_installed (void)
{
  GraftTestFolder *folder = pretend ("exit 127");
  static const char *const argv[] = { "depmod", NULL };
  g_autoptr (GError) error = NULL;

  g_assert_false (graft_helper_run_tool ("/", argv, NULL, NULL, &error));
  assert_message (error, GRAFT_ERROR_NOT_FOUND, "depmod is needed, but is not installed");
  stop_pretending (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/helper/package", test_package);
  g_test_add_func ("/helper/refused-by-caller", test_refused_by_caller);
  g_test_add_func ("/helper/memory", test_memory);
  g_test_add_func ("/helper/bomb", test_bomb);
  g_test_add_func ("/helper/nested", test_nested);
  g_test_add_func ("/helper/liars", test_liars);
  g_test_add_func ("/helper/confined", test_confined);
  g_test_add_func ("/helper/killed", test_killed);
  g_test_add_func ("/helper/stopped", test_stopped);
  g_test_add_func ("/helper/honest-script", test_honest_script);
  g_test_add_func ("/helper/missing-program", test_missing_program);
  g_test_add_func ("/helper/time", test_time);
  g_test_add_func ("/helper/surroundings", test_surroundings);
  g_test_add_func ("/helper/keep-tail", test_keep_tail);
  g_test_add_func ("/helper/depmod", test_depmod);
  g_test_add_func ("/helper/e2fsprogs", test_e2fsprogs);
  g_test_add_func ("/helper/other-tools", test_other_tools);
  g_test_add_func ("/helper/stage-missing", test_stage_missing);
  g_test_add_func ("/helper/tool-not-installed", test_tool_not_installed);
  /* Last, for its thread: others change the environment. */
  g_test_add_func ("/helper/cancel", test_cancel);
  return g_test_run ();
}
