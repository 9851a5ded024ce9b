/* test-ext4-common.c: what the tests of this folder share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/ext4/test-ext4-common.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/wait.h>
#include <unistd.h>

TestFolder *
test_folder_new (void)
{
  TestFolder *self = g_new0 (TestFolder, 1);
  g_autoptr (GError) error = NULL;

  self->path = g_dir_make_tmp ("test-ext4-XXXXXX", &error);
  g_assert_no_error (error);
  self->tree = g_build_filename (self->path, "tree", NULL);
  g_assert_cmpint (g_mkdir (self->tree, 0755), ==, 0);
  return self;
}

void
test_folder_free (TestFolder *self)
{
  g_autofree char *ignored = test_run (0, "rm -rf %s", self->path);

  g_free (self->path);
  g_free (self->tree);
  g_free (self);
}

char *
test_run (int may, const char *format, ...)
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
  if (!WIFEXITED (status) || (WEXITSTATUS (status) != 0 && WEXITSTATUS (status) != may))
    g_error ("%s: %s%s", command, output, messages);
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
    data[i] = g_rand_int (random);
  return g_bytes_new_take (data, length);
}

/* A hole at the end would be lost: mke2fs of 1.47.0 forgets it where there are no extents. */
static void
add_sparse (TestFolder *self, const char *path)
{
  g_autofree char *full = g_build_filename (self->tree, path, NULL);
  int fd;

  test_folder_add (self, path, "begin", 5, 0644);
  fd = open (full, O_WRONLY | O_CLOEXEC);
  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (pwrite (fd, "middle", 6, 1 << 20), ==, 6);
  g_assert_cmpint (pwrite (fd, "end", 3, (2 << 20) + 77), ==, 3);
  g_assert_cmpint (close (fd), ==, 0);
}

void
test_folder_fill (TestFolder *self, guint n_big)
{
  g_autofree char *long_target = g_strnfill (300, 'x');
  const char *const links[][2] = {
    { "link", "motd" },
    { "long", long_target },
  };
  g_autofree char *motd = g_build_filename (self->tree, "etc/motd", NULL);
  g_autofree char *hard = g_build_filename (self->tree, "usr/hard", NULL);
  g_autofree char *empty = g_build_filename (self->tree, "var/empty", NULL);
  g_autofree char *big = g_build_filename (self->tree, "big", NULL);
  g_autoptr (GBytes) large = test_make_bytes (1, 700001);
  g_autofree char *ignored = NULL;

  test_folder_add (self, "etc/motd", "hello\n", 6, 0640);
  test_folder_add (self, "usr/bin/tool", "#!/bin/sh\n", 10, 04755);
  test_folder_add (self, "usr/large", g_bytes_get_data (large, NULL), g_bytes_get_size (large),
                   0644);
  add_sparse (self, "usr/sparse");
  g_assert_cmpint (g_mkdir (big, 0755), ==, 0);
  for (guint i = 0; i < n_big; i++)
    {
      g_autofree char *path = g_strdup_printf ("%s/big/file-%04u", self->tree, i);
      int fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);

      g_assert_cmpint (fd, >=, 0);
      g_assert_cmpint (close (fd), ==, 0);
    }
  for (guint i = 0; i < G_N_ELEMENTS (links); i++)
    {
      g_autofree char *path = g_build_filename (self->tree, "etc", links[i][0], NULL);

      g_assert_cmpint (symlink (links[i][1], path), ==, 0);
    }
  g_assert_cmpint (link (motd, hard), ==, 0);
  g_assert_cmpint (g_mkdir_with_parents (empty, 0755), ==, 0);
  ignored = test_run (0, "find %s -exec touch -h -d @1600000000 {} +", self->tree);
}

char *
test_make_image (TestFolder *self, const char *name, const char *arguments, const char *size)
{
  char *path = g_build_filename (self->path, name, NULL);
  g_autofree char *made
      = test_run (0, "mke2fs -q -F -L Anaconda %s -d %s %s %s", arguments, self->tree, path, size);
  /* It makes no indexes by itself; 1: something was changed. */
  g_autofree char *indexed = test_run (1, "e2fsck -fyD %s", path);

  return path;
}

void
test_debugfs (TestFolder *self, const char *path, const char *commands)
{
  g_autofree char *script = g_build_filename (self->path, "commands", NULL);
  g_autofree char *ignored = NULL;
  g_autoptr (GError) error = NULL;

  g_file_set_contents (script, commands, -1, &error);
  g_assert_no_error (error);
  ignored = test_run (0, "debugfs -w -f %s %s", script, path);
}

GraftImage *
test_open (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftInput) input = graft_file_input_new (path, &error);
  GraftImage *image;

  g_assert_no_error (error);
  image = graft_ext4_image_get_format ()->open (input, NULL, &error);
  g_assert_no_error (error);
  return image;
}

GraftNode *
test_find (GraftImage *image, const char *path)
{
  g_autoptr (GraftNode) root = graft_image_dup_part (image, 0);
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
  g_autoptr (GraftInput) input = NULL;
  g_autofree char *digest = NULL;

  if (xattrs == NULL)
    return FALSE;
  if (graft_node_get_node_type (node) == GRAFT_NODE_REGULAR)
    {
      input = graft_node_open (node, error);
      digest = input != NULL ? graft_input_digest (input, NULL, error) : NULL;
      if (digest == NULL)
        return FALSE;
    }
  g_string_append_printf (text, "%s %s %04o %u:%u %" G_GINT64_FORMAT " %u,%u %s %s", path,
                          graft_node_type_get_name (graft_node_get_node_type (node)),
                          attributes->mode, attributes->uid, attributes->gid, attributes->mtime,
                          graft_node_get_rdev_major (node), graft_node_get_rdev_minor (node),
                          graft_node_get_target (node), digest);
  for (guint i = 0; i < xattrs->len; i++)
    {
      const GraftXattr *xattr = g_ptr_array_index (xattrs, i);

      g_string_append_printf (text, " %s=%u", xattr->name, g_bytes_hash (xattr->value));
    }
  g_string_append_c (text, '\n');
  return TRUE;
}

char *
test_dump (GraftNode *root, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (!graft_path_walk (root, "/", dump_node, text, NULL, error))
    return NULL;
  return g_string_free (g_steal_pointer (&text), FALSE);
}

GraftNode *
test_new_file (GBytes *bytes)
{
  g_autoptr (GraftInput) input = graft_memory_input_new (bytes, "new file");
  const GraftNodeInit init = {
    .type = GRAFT_NODE_REGULAR,
    .attributes = { .mode = 0644, .uid = 3, .gid = 70000, .mtime = 1700000000 },
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

GraftNode *
test_add_bytes (GraftNode *root, const char *path, guint seed, gsize length)
{
  g_autoptr (GBytes) bytes = test_make_bytes (seed, length);
  g_autoptr (GraftNode) node = test_new_file (bytes);

  return test_edit (root, path, node);
}

static GraftImage *
write_with (TestFolder *self, GraftImage *image, GraftNode *root, const GraftImageOptions *options,
            const char *name)
{
  g_autofree char *path = g_build_filename (self->path, name, NULL);
  g_autoptr (GError) error = NULL;
  int fd = open (path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  g_autoptr (GraftOutput) output = graft_output_new_take_fd (fd, name);
  g_autoptr (GraftWritten) written = graft_written_new ();
  g_autoptr (GraftImage) result = NULL;
  g_autofree char *checked = NULL;
  gboolean ok;

  g_assert_cmpint (fd, >=, 0);
  ok = graft_image_write (image, &root, options, output, written, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (ok);
  g_assert_cmpuint (written->copied + written->encoded, ==, graft_output_get_position (output));
  checked = test_run (0, "e2fsck -fn %s", path);
  result = test_open (path);
  for (int full = 0; full <= 1; full++)
    {
      ok = graft_image_verify (image, &root, result, written, full, NULL, NULL, &error);
      g_assert_no_error (error);
      g_assert_true (ok);
    }
  return g_steal_pointer (&result);
}

GraftImage *
test_write (TestFolder *self, GraftImage *image, GraftNode *root, const char *name)
{
  const GraftImageOptions options = { 0 };

  return write_with (self, image, root, &options, name);
}

GraftImage *
test_write_larger (TestFolder *self, GraftImage *image, GraftNode *root, const char *name)
{
  const GraftImageOptions options = { .grow = TRUE, .scratch = self->path };

  return write_with (self, image, root, &options, name);
}
