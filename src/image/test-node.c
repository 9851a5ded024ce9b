/* test-node.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "image/graft-node.h"

#include <string.h>
#include <sys/stat.h>

#include "base/graft-error.h"
#include "image/graft-directory.h"
#include "image/graft-fake-image.h"
#include "image/graft-path.h"

static const char *const text = "d 0755 /etc\n"
                                "f 0644 /etc/hosts localhost\n"
                                "f 0755 /bin/busybox program\n"
                                "h /bin/ash /bin/busybox\n"
                                "l /sbin bin\n"
                                "c 0600 /dev/console 5 1\n";

typedef struct
{
  GraftImage *image;
  GraftNode *root;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->image = graft_fake_image_new ("squashfs", "root", text);
  fixture->root = graft_image_dup_root (fixture->image, NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  graft_node_unref (fixture->root);
  g_object_unref (fixture->image);
}

static GraftNode *
lookup (Fixture *fixture, const char *path)
{
  g_autoptr (GError) error = NULL;
  GraftNode *node = graft_path_lookup (fixture->root, path, 0, NULL, &error);

  g_assert_no_error (error);
  return node;
}

static GraftInput *
input_of (const char *content)
{
  g_autoptr (GBytes) bytes = g_bytes_new (content, strlen (content));

  return graft_memory_input_new (bytes, "content");
}

static void
assert_content (GraftNode *node, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftInput) input = graft_node_open (node, &error);
  g_autoptr (GBytes) bytes = NULL;

  g_assert_no_error (error);
  bytes = graft_input_read_all (input, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), expected,
                   strlen (expected));
}

static void
test_types (void)
{
  static const guint32 modes[] = { S_IFREG, S_IFDIR, S_IFLNK, S_IFCHR, S_IFBLK, S_IFIFO, S_IFSOCK };
  GraftNodeType type = GRAFT_NODE_REGULAR;

  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    {
      g_assert_true (graft_node_type_from_mode (modes[i] | 04755, &type));
      g_assert_cmphex (graft_node_type_to_mode (type), ==, modes[i]);
    }
  g_assert_cmpstr (graft_node_type_get_name (GRAFT_NODE_REGULAR), ==, "file");
  g_assert_cmpstr (graft_node_type_get_name (GRAFT_NODE_SOCKET), ==, "socket");
  g_assert_false (graft_node_type_from_mode (0755, &type));
  g_assert_cmpint (type, ==, GRAFT_NODE_SOCKET);
}

static void
test_source (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GraftNode) hosts = lookup (fixture, "/etc/hosts");
  g_autoptr (GraftNode) again = lookup (fixture, "/etc/hosts");
  g_autoptr (GraftNode) busybox = lookup (fixture, "/bin/busybox");
  g_autoptr (GraftNode) ash = lookup (fixture, "/bin/ash");
  g_autoptr (GraftNode) console = lookup (fixture, "/dev/console");

  g_assert_true (hosts == again);
  assert_content (hosts, "localhost");
  g_assert_cmpuint (graft_node_get_size (hosts), ==, 9);
  g_assert_nonnull (graft_node_get_source (hosts));
  g_assert_true (graft_node_get_origin (hosts) == hosts);
  g_assert_true (graft_node_get_content_origin (hosts) == hosts);
  g_assert_true (graft_node_get_xattr_origin (hosts) == hosts);
  g_assert_cmpuint (graft_node_get_nlink (hosts), ==, 1);
  g_assert_true (graft_node_is_same_file (busybox, ash));
  g_assert_false (graft_node_is_same_file (busybox, hosts));
  g_assert_cmpuint (graft_node_get_nlink (ash), ==, 2);
  g_assert_cmpuint (graft_node_get_rdev_major (console), ==, 5);
  g_assert_cmpuint (graft_node_get_rdev_minor (console), ==, 1);
}

/* New attributes: the stored content may still be carried over. */
static void
test_attributes_edited (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GraftNode) hosts = lookup (fixture, "/etc/hosts");
  GraftNodeInit init = graft_node_to_init (hosts);
  g_autoptr (GraftNode) edited = NULL, twice = NULL;

  init.attributes.mode = 0600;
  edited = graft_node_new (&init);
  init = graft_node_to_init (edited);
  init.attributes.uid = 7;
  twice = graft_node_new (&init);
  g_assert_null (graft_node_get_source (twice));
  g_assert_true (graft_node_get_origin (twice) == hosts);
  g_assert_true (graft_node_get_content_origin (twice) == hosts);
  g_assert_true (graft_node_get_xattr_origin (twice) == hosts);
  g_assert_cmpuint (graft_node_get_attributes (twice)->mode, ==, 0600);
  g_assert_cmpuint (graft_node_get_attributes (twice)->uid, ==, 7);
  g_assert_cmpint (graft_node_get_attributes (twice)->mtime, ==, 1002);
  assert_content (twice, "localhost");
  g_assert_false (graft_node_is_same_file (hosts, twice));
}

static void
test_content_edited (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GraftNode) hosts = lookup (fixture, "/etc/hosts");
  g_autoptr (GraftInput) content = input_of ("new");
  GraftNodeInit init = graft_node_to_init (hosts);
  g_autoptr (GraftNode) edited = NULL, twice = NULL;

  init.content = content;
  edited = graft_node_new (&init);
  g_assert_cmpuint (graft_node_get_size (edited), ==, 3);
  g_assert_null (graft_node_get_content_origin (edited));
  g_assert_true (graft_node_get_xattr_origin (edited) == hosts);
  /* Another edit on top keeps the new content. */
  init = graft_node_to_init (edited);
  init.attributes.mode = 0600;
  twice = graft_node_new (&init);
  assert_content (twice, "new");
  g_assert_null (graft_node_get_content_origin (twice));
  g_assert_true (graft_node_get_origin (twice) == hosts);
}

/* An edited node named as the origin is replaced by its own origin, and what it had new stays. */
static void
test_edited_origin (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GraftNode) hosts = lookup (fixture, "/etc/hosts");
  g_autoptr (GraftInput) content = input_of ("new");
  GraftNodeInit init = graft_node_to_init (hosts);
  g_autoptr (GraftNode) edited = NULL, twice = NULL;

  init.content = content;
  edited = graft_node_new (&init);
  init = (GraftNodeInit){ .type = GRAFT_NODE_REGULAR, .origin = edited };
  twice = graft_node_new (&init);
  g_assert_true (graft_node_get_origin (twice) == hosts);
  assert_content (twice, "new");
  g_assert_cmpuint (graft_node_get_size (twice), ==, 3);
}

/* A link's target is its content: with another target nothing stored may be carried over. */
static void
test_target_edited (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GraftNode) sbin = lookup (fixture, "/sbin");
  GraftNodeInit init = graft_node_to_init (sbin);
  g_autoptr (GraftNode) same = NULL, other = NULL;

  init.attributes.uid = 1;
  same = graft_node_new (&init);
  g_assert_true (graft_node_get_content_origin (same) == sbin);
  init.target = "usr/bin";
  other = graft_node_new (&init);
  g_assert_cmpstr (graft_node_get_target (other), ==, "usr/bin");
  g_assert_null (graft_node_get_content_origin (other));
  g_assert_true (graft_node_get_xattr_origin (other) == sbin);
}

static void
test_xattrs_edited (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GraftNode) hosts = lookup (fixture, "/etc/hosts");
  g_autoptr (GPtrArray) none = graft_node_list_xattrs (hosts, NULL);
  g_autoptr (GPtrArray) xattrs = g_ptr_array_new_with_free_func ((GDestroyNotify)graft_xattr_free);
  g_autoptr (GBytes) value = g_bytes_new_static ("v", 1);
  g_autoptr (GPtrArray) read = NULL;
  GraftNodeInit init = graft_node_to_init (hosts);
  g_autoptr (GraftNode) edited = NULL;

  g_assert_cmpuint (none->len, ==, 0);
  g_ptr_array_add (xattrs, graft_xattr_new ("user.x", value));
  init.xattrs = xattrs;
  edited = graft_node_new (&init);
  g_assert_null (graft_node_get_xattr_origin (edited));
  g_assert_true (graft_node_get_content_origin (edited) == hosts);
  read = graft_node_list_xattrs (edited, NULL);
  g_assert_cmpuint (read->len, ==, 1);
  g_assert_cmpstr (((GraftXattr *)read->pdata[0])->name, ==, "user.x");
}

static void
test_new (void)
{
  GraftNodeInit init = { .type = GRAFT_NODE_REGULAR, .size = 12 };
  g_autoptr (GraftNode) file = graft_node_new (&init);
  g_autoptr (GraftNode) folder = NULL;
  g_autoptr (GraftDirectory) directory = NULL;

  /* Without content it is empty, whatever size was claimed. */
  assert_content (file, "");
  g_assert_cmpuint (graft_node_get_size (file), ==, 0);
  g_assert_cmpuint (graft_node_get_nlink (file), ==, 1);
  g_assert_null (graft_node_get_origin (file));
  init.type = GRAFT_NODE_DIRECTORY;
  folder = graft_node_new (&init);
  directory = graft_node_list (folder, NULL);
  g_assert_cmpuint (graft_directory_get_n_entries (directory), ==, 0);
}

static void
test_wrong_type (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftNode) hosts = lookup (fixture, "/etc/hosts");
  g_autoptr (GraftNode) etc = lookup (fixture, "/etc");

  g_assert_null (graft_node_list (hosts, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_null (graft_node_open (etc, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_INVALID);
}

static GraftNode *
new_file (guint32 mode)
{
  const GraftNodeInit init = { .type = GRAFT_NODE_REGULAR, .attributes.mode = mode };

  return graft_node_new (&init);
}

static char *
list_names (GraftDirectory *directory)
{
  GString *names = g_string_new (NULL);

  for (guint i = 0; i < graft_directory_get_n_entries (directory); i++)
    {
      const GraftEntry *entry = graft_directory_get_entry (directory, i);

      g_string_append_printf (names, "%s=%o ", entry->name,
                              graft_node_get_attributes (entry->node)->mode);
    }
  return g_string_free (names, FALSE);
}

/* Sorted by bytes, and of equal names the last one added stays. */
static void
test_builder (void)
{
  static const char *const names[] = { "b", "a", "\xff", "b", "B", "a", "b" };
  GraftDirectoryBuilder *builder = graft_directory_builder_new ();
  g_autoptr (GraftDirectory) directory = NULL;
  g_autofree char *listed = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GraftNode) node = new_file (i);

      graft_directory_builder_add (builder, names[i], node);
    }
  directory = graft_directory_builder_finish (builder);
  listed = list_names (directory);
  g_assert_cmpstr (listed, ==, "B=4 a=5 b=6 \xff=2 ");
}

/* An archive may hold one name a million times: that must not take the square of it. */
static void
test_builder_many_equal (void)
{
  GraftDirectoryBuilder *builder = graft_directory_builder_new ();
  g_autoptr (GraftDirectory) directory = NULL;
  g_autoptr (GraftNode) node = new_file (0);
  gint64 start = g_get_monotonic_time ();

  for (guint i = 0; i < 300000; i++)
    graft_directory_builder_add (builder, i % 2 == 0 ? "even" : "odd", node);
  directory = graft_directory_builder_finish (builder);
  g_assert_cmpuint (graft_directory_get_n_entries (directory), ==, 2);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 5 * G_USEC_PER_SEC);
}

static void
test_builder_dropped (void)
{
  g_autoptr (GraftDirectoryBuilder) builder = graft_directory_builder_new ();
  g_autoptr (GraftNode) node = new_file (0);

  graft_directory_builder_add (builder, "a", node);
}

static void
test_directory_with (void)
{
  g_autoptr (GraftNode) one = new_file (1), two = new_file (2), three = new_file (3);
  g_autoptr (GraftDirectory) empty = graft_directory_new_empty ();
  g_autoptr (GraftDirectory) m = graft_directory_with (empty, "m", one);
  g_autoptr (GraftDirectory) am = graft_directory_with (m, "a", two);
  g_autoptr (GraftDirectory) amz = graft_directory_with (am, "z", three);
  g_autoptr (GraftDirectory) replaced = graft_directory_with (amz, "m", two);
  g_autoptr (GraftDirectory) removed = graft_directory_with (amz, "m", NULL);
  g_autoptr (GraftDirectory) nothing = graft_directory_with (amz, "missing", NULL);
  g_autofree char *names = list_names (amz);
  g_autofree char *replaced_names = list_names (replaced);
  g_autofree char *removed_names = list_names (removed);
  g_autofree char *same_names = list_names (nothing);

  g_assert_cmpuint (graft_directory_get_n_entries (empty), ==, 0);
  g_assert_cmpstr (names, ==, "a=2 m=1 z=3 ");
  g_assert_cmpstr (replaced_names, ==, "a=2 m=2 z=3 ");
  g_assert_cmpstr (removed_names, ==, "a=2 z=3 ");
  g_assert_cmpstr (same_names, ==, names);
  g_assert_true (graft_directory_lookup (amz, "z")->node == three);
  g_assert_null (graft_directory_lookup (amz, "b"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/node/types", test_types);
#define ADD(name, func) g_test_add ("/node/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("source", test_source);
  ADD ("attributes-edited", test_attributes_edited);
  ADD ("content-edited", test_content_edited);
  ADD ("edited-origin", test_edited_origin);
  ADD ("target-edited", test_target_edited);
  ADD ("xattrs-edited", test_xattrs_edited);
  ADD ("wrong-type", test_wrong_type);
  g_test_add_func ("/node/new", test_new);
  g_test_add_func ("/directory/builder", test_builder);
  g_test_add_func ("/directory/builder-many-equal", test_builder_many_equal);
  g_test_add_func ("/directory/builder-dropped", test_builder_dropped);
  g_test_add_func ("/directory/with", test_directory_with);
  return g_test_run ();
}
