/* test-squashfs-common.c: what the tests of this folder share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/squashfs/test-squashfs-common.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

TestFolder *
test_folder_new (void)
{
  TestFolder *self = g_new0 (TestFolder, 1);
  g_autoptr (GError) error = NULL;

  self->path = g_dir_make_tmp ("test-squashfs-XXXXXX", &error);
  g_assert_no_error (error);
  self->tree = g_build_filename (self->path, "tree", NULL);
  g_assert_cmpint (g_mkdir (self->tree, 0755), ==, 0);
  return self;
}

void
test_folder_free (TestFolder *self)
{
  g_autofree char *ignored = test_run ("rm -rf %s", self->path);

  g_free (self->path);
  g_free (self->tree);
  g_free (self);
}

char *
test_folder_get (TestFolder *self, const char *name)
{
  return g_build_filename (self->path, name, NULL);
}

char *
test_run (const char *format, ...)
{
  g_autofree char *command = NULL;
  g_autofree char *messages = NULL;
  g_autoptr (GError) error = NULL;
  char *output = NULL;
  int status = 0;
  va_list args;

  va_start (args, format);
  command = g_strdup_vprintf (format, args);
  va_end (args);
  g_spawn_command_line_sync (command, &output, &messages, &status, &error);
  g_assert_no_error (error);
  g_spawn_check_wait_status (status, &error);
  if (error != NULL)
    g_test_message ("%s: %s", command, messages);
  g_assert_no_error (error);
  return output;
}

void
test_folder_add (TestFolder *self, const char *path, const void *data, gsize length, guint mode)
{
  g_autofree char *full = g_build_filename (self->tree, path, NULL);
  g_autofree char *parent = g_path_get_dirname (full);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (parent, 0755), ==, 0);
  g_file_set_contents (full, data, length, &error);
  g_assert_no_error (error);
  g_assert_cmpint (chmod (full, mode), ==, 0);
}

GBytes *
test_make_bytes (guint seed, gsize length)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  guint8 *data = g_malloc (length);

  for (gsize i = 0; i < length; i++)
    data[i] = i % 32 < 8 ? g_rand_int (random) : (i / 32) % 64;
  return g_bytes_new_take (data, length);
}

static void
add_made (TestFolder *self, const char *path, guint seed, gsize length)
{
  g_autoptr (GBytes) bytes = test_make_bytes (seed, length);

  test_folder_add (self, path, g_bytes_get_data (bytes, NULL), length, 0644);
}

/* Data at both ends and in the middle of 2 MiB. */
static void
add_sparse (TestFolder *self, const char *path)
{
  g_autofree char *full = g_build_filename (self->tree, path, NULL);
  int fd;

  add_made (self, path, 9, 5000);
  fd = open (full, O_WRONLY | O_CLOEXEC);
  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (pwrite (fd, "middle", 6, 1 << 20), ==, 6);
  g_assert_cmpint (ftruncate (fd, (2 << 20) + 77), ==, 0);
  g_assert_cmpint (close (fd), ==, 0);
}

void
test_folder_fill (TestFolder *self)
{
  static const char *const links[][2] = {
    { "etc/link", "motd" },
    { "lib", "usr/lib" },
    { "etc/dangling", "/nowhere/at all" },
  };
  g_autofree char *motd = g_build_filename (self->tree, "etc/motd", NULL);
  g_autofree char *hard = g_build_filename (self->tree, "usr/hard", NULL);
  g_autofree char *empty = g_build_filename (self->tree, "var/empty", NULL);
  g_autofree char *ignored = NULL;

  test_folder_add (self, "etc/motd", "hello\n", 6, 0640);
  test_folder_add (self, "etc/nothing", "", 0, 0600);
  test_folder_add (self, "usr/bin/tool", "#!/bin/sh\n", 10, 04755);
  add_made (self, "usr/lib/big", 1, 300000);
  add_made (self, "usr/lib/same-as-big", 1, 300000);
  add_made (self, "usr/lib/whole", 2, 131072);
  add_made (self, "usr/lib/a\nname", 3, 5000);
  add_sparse (self, "usr/lib/sparse");
  for (guint i = 0; i < 60; i++)
    {
      g_autofree char *name = g_strdup_printf ("usr/share/files/file%02u", i);

      add_made (self, name, 100 + i, 500 + i * 40);
    }
  for (guint i = 0; i < G_N_ELEMENTS (links); i++)
    {
      g_autofree char *path = g_build_filename (self->tree, links[i][0], NULL);

      g_assert_cmpint (symlink (links[i][1], path), ==, 0);
    }
  g_assert_cmpint (link (motd, hard), ==, 0);
  g_assert_cmpint (g_mkdir_with_parents (empty, 0755), ==, 0);
  g_assert_cmpint (chmod (empty, 01777), ==, 0);
  ignored = test_run ("find %s -exec touch -h -d @1600000000 {} +", self->tree);
}

char *
test_mksquashfs (TestFolder *self, const char *name, const char *arguments)
{
  char *path = test_folder_get (self, name);
  g_autofree char *ignored
      = test_run ("mksquashfs %s %s -noappend -no-progress -quiet -mkfs-time 1234567890 %s",
                  self->tree, path, arguments);

  return path;
}

GraftImage *
test_open (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftInput) input = graft_file_input_new (path, &error);
  GraftImage *image;

  g_assert_no_error (error);
  image = graft_squashfs_get_format ()->open (input, NULL, &error);
  g_assert_no_error (error);
  return image;
}

GraftImage *
test_open_bytes (GBytes *bytes, GError **error)
{
  g_autoptr (GraftInput) input = graft_memory_input_new (bytes, "test.squashfs");

  return graft_squashfs_get_format ()->open (input, NULL, error);
}

GraftNode *
test_find (GraftNode *root, const char *path)
{
  g_autoptr (GError) error = NULL;
  GraftNode *node = graft_path_lookup (root, path, GRAFT_PATH_NO_FOLLOW, NULL, &error);

  g_assert_no_error (error);
  return node;
}

GBytes *
test_read (GraftNode *node)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftInput) input = graft_node_open (node, &error);
  GBytes *bytes;

  g_assert_no_error (error);
  bytes = graft_input_read_all (input, &error);
  g_assert_no_error (error);
  return bytes;
}

static gboolean
dump_node (const char *path, GraftNode *node, gpointer data, GError **error)
{
  GString *text = data;
  const GraftAttributes *attributes = graft_node_get_attributes (node);
  g_autoptr (GPtrArray) xattrs = graft_node_list_xattrs (node, error);
  gboolean regular = graft_node_get_node_type (node) == GRAFT_NODE_REGULAR;
  g_autoptr (GraftInput) input = NULL;
  g_autofree char *digest = NULL;

  if (xattrs == NULL)
    return FALSE;
  if (regular)
    {
      input = graft_node_open (node, error);
      digest = input != NULL ? graft_input_digest (input, NULL, error) : NULL;
      if (digest == NULL)
        return FALSE;
    }
  g_string_append_printf (text,
                          "%s %s %04o %u:%u %" G_GINT64_FORMAT " %u,%u %s %" G_GUINT64_FORMAT " %s",
                          path, graft_node_type_get_name (graft_node_get_node_type (node)),
                          attributes->mode, attributes->uid, attributes->gid, attributes->mtime,
                          graft_node_get_rdev_major (node), graft_node_get_rdev_minor (node),
                          graft_node_get_target (node) != NULL ? graft_node_get_target (node) : "-",
                          graft_node_is_directory (node) ? 0 : graft_node_get_size (node), digest);
  for (guint i = 0; i < xattrs->len; i++)
    {
      const GraftXattr *xattr = g_ptr_array_index (xattrs, i);

      g_string_append_printf (text, " %s=%u", xattr->name, g_bytes_hash (xattr->value));
    }
  g_string_append_c (text, '\n');
  return TRUE;
}

char *
test_dump (GraftNode *root)
{
  g_autoptr (GError) error = NULL;
  GString *text = g_string_new (NULL);
  gboolean ok = graft_path_walk (root, "/", dump_node, text, NULL, &error);

  g_assert_no_error (error);
  g_assert_true (ok);
  return g_string_free (text, FALSE);
}

void
test_assert_same_tree (GraftNode *a, GraftNode *b)
{
  g_autofree char *left = test_dump (a);
  g_autofree char *right = test_dump (b);
  g_auto (GStrv) left_lines = g_strsplit (left, "\n", -1);
  g_auto (GStrv) right_lines = g_strsplit (right, "\n", -1);

  for (guint i = 0; left_lines[i] != NULL && right_lines[i] != NULL; i++)
    g_assert_cmpstr (left_lines[i], ==, right_lines[i]);
  g_assert_cmpuint (g_strv_length (left_lines), ==, g_strv_length (right_lines));
}

GError *
test_walk_all (GraftImage *image)
{
  g_autoptr (GraftNode) root = graft_image_dup_part (image, 0);
  g_autoptr (GString) text = g_string_new (NULL);
  GError *error = NULL;

  if (graft_path_walk (root, "/", dump_node, text, NULL, &error))
    g_assert_no_error (error);
  return error;
}

static void
assert_xattrs_agree (GraftNode *node, const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) xattrs = graft_node_list_xattrs (node, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < xattrs->len; i++)
    {
      const GraftXattr *xattr = g_ptr_array_index (xattrs, i);
      gsize size;
      gconstpointer value = g_bytes_get_data (xattr->value, &size);
      guint8 found[65536];

      if (geteuid () != 0 && !g_str_has_prefix (xattr->name, "user."))
        continue;
      g_assert_cmpint (lgetxattr (path, xattr->name, found, sizeof found), ==, size);
      g_assert_cmpmem (found, size, value, size);
    }
}

/* One entry as unsquashfs unpacked it. */
static gboolean
assert_entry_agrees (const char *path, GraftNode *node, gpointer data, GError **error)
{
  g_autofree char *full = g_strconcat (data, path, NULL);
  const GraftAttributes *attributes = graft_node_get_attributes (node);
  GraftNodeType type = graft_node_get_node_type (node);
  struct stat info;

  /* Nobody but root makes devices. */
  if (geteuid () != 0 && (type == GRAFT_NODE_CHAR_DEVICE || type == GRAFT_NODE_BLOCK_DEVICE))
    return TRUE;
  if (lstat (full, &info) != 0)
    g_error ("%s was not unpacked", full);
  g_assert_cmpuint (info.st_mode & S_IFMT, ==, graft_node_type_to_mode (type));
  if (type != GRAFT_NODE_SYMLINK)
    g_assert_cmpuint (info.st_mode & 07777, ==, attributes->mode);
  g_assert_cmpint (info.st_mtime, ==, attributes->mtime);
  if (!graft_node_is_directory (node))
    g_assert_cmpuint (info.st_nlink, ==, graft_node_get_nlink (node));
  if (geteuid () == 0)
    {
      g_assert_cmpuint (info.st_uid, ==, attributes->uid);
      g_assert_cmpuint (info.st_gid, ==, attributes->gid);
      g_assert_cmpuint (major (info.st_rdev), ==, graft_node_get_rdev_major (node));
      g_assert_cmpuint (minor (info.st_rdev), ==, graft_node_get_rdev_minor (node));
    }
  if (type == GRAFT_NODE_SYMLINK)
    {
      g_autofree char *target = g_file_read_link (full, NULL);

      g_assert_cmpstr (target, ==, graft_node_get_target (node));
    }
  if (type == GRAFT_NODE_REGULAR)
    {
      g_autoptr (GBytes) bytes = test_read (node);
      g_autofree char *content = NULL;
      gsize length;

      g_assert_true (g_file_get_contents (full, &content, &length, NULL));
      g_assert_cmpmem (content, length, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
    }
  assert_xattrs_agree (node, full);
  return TRUE;
}

static guint
count_lines (const char *text)
{
  guint n = 0;

  for (; *text != '\0'; text++)
    n += *text == '\n';
  return n;
}

void
test_assert_unsquashfs_agrees (TestFolder *self, const char *path, GraftNode *root)
{
  g_autofree char *unpacked = test_folder_get (self, "unpacked");
  g_autofree char *removed = test_run ("rm -rf %s", unpacked);
  g_autofree char *ignored
      = test_run ("unsquashfs -no-progress -quiet -no-exit-code -d %s %s", unpacked, path);
  g_autofree char *found = test_run ("find %s -printf '\\n'", unpacked);
  g_autofree char *dump = test_dump (root);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) lines = NULL;

  g_assert_true (graft_path_walk (root, "/", assert_entry_agrees, unpacked, NULL, &error));
  g_assert_no_error (error);
  /* Nothing besides; a name with a line's end in it is two lines of our own. */
  if (geteuid () == 0)
    g_assert_cmpuint (count_lines (found), ==,
                      count_lines (dump) - (strstr (dump, "a\nname") != NULL ? 1 : 0));
}

GraftNode *
test_new_file (GBytes *bytes)
{
  g_autoptr (GraftInput) input = graft_memory_input_new (bytes, "new file");
  const GraftNodeInit init = {
    .type = GRAFT_NODE_REGULAR,
    .attributes = { .mode = 0644, .uid = 3, .gid = 4, .mtime = 1700000000 },
    .content = input,
  };

  return graft_node_new (&init);
}

GraftNode *
test_edit (GraftNode *root, const char *path, GraftNode *node)
{
  g_autoptr (GError) error = NULL;
  GraftNode *edited = graft_path_with (root, path, node, TRUE, &error);

  g_assert_no_error (error);
  graft_node_unref (root);
  return edited;
}

GraftImage *
test_write (TestFolder *self, GraftImage *image, GraftNode *root, const GraftImageOptions *options,
            const char *name, GraftWritten **ret_written)
{
  g_autofree char *path = test_folder_get (self, name);
  g_autoptr (GError) error = NULL;
  int fd = open (path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  g_autoptr (GraftOutput) output = graft_output_new_take_fd (fd, name);
  g_autoptr (GraftWritten) written = graft_written_new ();
  g_autoptr (GraftImage) result = NULL;
  gboolean ok;

  g_assert_cmpint (fd, >=, 0);
  ok = graft_image_write (image, &root, options, output, written, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (ok);
  g_assert_cmpuint (written->copied + written->encoded, ==, graft_output_get_position (output));
  result = test_open (path);
  ok = graft_image_verify (image, &root, result, written, TRUE, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (ok);
  if (ret_written != NULL)
    *ret_written = g_steal_pointer (&written);
  return g_steal_pointer (&result);
}

/* The first error of opening, listing and reading everything. */
GError *
test_try_bytes (GBytes *bytes)
{
  GError *error = NULL;
  g_autoptr (GraftImage) image = test_open_bytes (bytes, &error);

  return image != NULL ? test_walk_all (image) : error;
}

void
test_assert_fails (GBytes *bytes, GraftErrorCode code, const char *message)
{
  g_autoptr (GError) error = test_try_bytes (bytes);

  g_assert_error (error, GRAFT_IMAGE_ERROR, (int)code);
  if (strstr (error->message, message) == NULL)
    g_error ("\"%s\" does not say \"%s\"", error->message, message);
}
