/* graft-fake-image.c: images made of text, for tests only
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "image/graft-fake-image.h"

#include <string.h>

#include "base/graft-error.h"
#include "base/graft-name.h"
#include "image/graft-fake-tree.h"
#include "image/graft-path.h"

#define MAGIC "#fake "

typedef struct
{
  GraftImage parent_instance;

  GPtrArray *parts;    /* of GraftFakeTree */
  GPtrArray *segments; /* of GraftSegment; NULL but for an initrd */
} GraftFakeImage;

typedef GraftImageClass GraftFakeImageClass;

#define GRAFT_TYPE_FAKE_IMAGE (graft_fake_image_get_type ())
static GType graft_fake_image_get_type (void);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftFakeImage, g_object_unref)
G_DEFINE_ABSTRACT_TYPE (GraftFakeImage, graft_fake_image, GRAFT_TYPE_IMAGE)

static guint
graft_fake_image_get_n_parts (GraftImage *image)
{
  return ((GraftFakeImage *)image)->parts->len;
}

static GraftNode *
graft_fake_image_dup_part (GraftImage *image, guint part)
{
  GraftFakeImage *self = (GraftFakeImage *)image;

  return graft_node_ref (graft_fake_tree_get_root (g_ptr_array_index (self->parts, part)));
}

static GPtrArray *
graft_fake_image_get_segments (GraftImage *image)
{
  return ((GraftFakeImage *)image)->segments;
}

static const char *
graft_fake_image_get_compression (GraftImage *image)
{
  return "none";
}

static void
graft_fake_image_finalize (GObject *object)
{
  GraftFakeImage *self = (GraftFakeImage *)object;

  g_clear_pointer (&self->parts, g_ptr_array_unref);
  g_clear_pointer (&self->segments, g_ptr_array_unref);
  G_OBJECT_CLASS (graft_fake_image_parent_class)->finalize (object);
}

static void
graft_fake_image_class_init (GraftFakeImageClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = graft_fake_image_finalize;
  klass->get_n_parts = graft_fake_image_get_n_parts;
  klass->dup_part = graft_fake_image_dup_part;
  klass->get_segments = graft_fake_image_get_segments;
  klass->get_compression = graft_fake_image_get_compression;
}

static void
segment_free (gpointer data)
{
  GraftSegment *segment = data;

  g_free (segment->problem);
  g_free (segment);
}

static void
graft_fake_image_init (GraftFakeImage *self)
{
  self->parts = g_ptr_array_new_with_free_func (g_object_unref);
}

static void merge_folder (GraftNode **root, const char *into, GraftNode *folder);

static void
replace (GraftNode **root, const char *path, GraftNode *node)
{
  GraftNode *changed = graft_path_with (*root, path, node, FALSE, NULL);

  g_assert_nonnull (changed);
  graft_node_unref (*root);
  *root = changed;
}

/* A folder that has a record joins the folder that is there, and replaces anything else; one that
 * has none is whatever its path leads to. */
static void
merge_subfolder (GraftNode **root, const char *path, GraftNode *folder)
{
  gboolean implicit = graft_node_is_implicit (folder);
  g_autofree char *real = NULL;
  g_autoptr (GraftNode) there = NULL, merged = NULL;
  g_autoptr (GraftDirectory) children = NULL;
  GraftNodeInit init = graft_node_to_init (folder);

  there = graft_path_find (*root, path, implicit ? GRAFT_PATH_FOLLOW : GRAFT_PATH_NO_FOLLOW, &real,
                           NULL);
  if (there != NULL && !graft_node_is_directory (there))
    g_clear_pointer (&there, graft_node_unref);
  if (implicit && there != NULL)
    {
      merge_folder (root, real, folder);
      return;
    }
  children = there != NULL ? graft_node_list (there, NULL) : graft_directory_new_empty ();
  init.children = children;
  merged = graft_node_new (&init);
  replace (root, path, merged);
  merge_folder (root, path, folder);
}

/* What the kernel does with the records of one more archive (init/initramfs.c: do_name). */
static void
merge_folder (GraftNode **root, const char *into, GraftNode *folder)
{
  g_autoptr (GraftDirectory) directory = graft_node_list (folder, NULL);

  for (guint i = 0; i < graft_directory_get_n_entries (directory); i++)
    {
      const GraftEntry *entry = graft_directory_get_entry (directory, i);
      g_autofree char *path = graft_path_join (into, entry->name);
      g_autoptr (GraftNode) there = graft_path_find (*root, path, GRAFT_PATH_NO_FOLLOW, NULL, NULL);

      if (graft_node_is_directory (entry->node))
        merge_subfolder (root, path, entry->node);
      else if (there == NULL || !graft_node_is_directory (there))
        replace (root, path, entry->node);
    }
}

static GraftNode *
graft_fake_image_merge (GraftImage *image, GraftNode *const *roots, GError **error)
{
  guint n_parts = ((GraftFakeImage *)image)->parts->len;
  GraftNodeInit init = { .type = GRAFT_NODE_DIRECTORY, .attributes.mode = 0755, .implicit = TRUE };
  GraftNode *root;

  if (n_parts == 1)
    return graft_node_ref (roots[0]);
  for (guint i = 0; i < n_parts; i++)
    if (!graft_node_is_implicit (roots[i]))
      {
        init.attributes = *graft_node_get_attributes (roots[i]);
        init.implicit = FALSE;
      }
  root = graft_node_new (&init);
  for (guint i = 0; i < n_parts; i++)
    merge_folder (&root, "/", roots[i]);
  return root;
}

#define DEFINE_FAKE(Name, name, text)                                                              \
  typedef GraftFakeImage Name;                                                                     \
  typedef GraftFakeImageClass Name##Class;                                                         \
  static GType name##_get_type (void);                                                             \
  G_DEFINE_TYPE (Name, name, GRAFT_TYPE_FAKE_IMAGE)                                                \
  static void name##_class_init (Name##Class *klass)                                               \
  {                                                                                                \
    klass->format = text;                                                                          \
    klass->merge = graft_fake_image_merge;                                                         \
  }                                                                                                \
  static void name##_init (Name *self)                                                             \
  {                                                                                                \
  }

DEFINE_FAKE (GraftFakeInitrd, graft_fake_initrd, "initrd")
DEFINE_FAKE (GraftFakeSquashfs, graft_fake_squashfs, "squashfs")
DEFINE_FAKE (GraftFakeKernel, graft_fake_kernel, "kernel")

static void
add_part (GraftFakeImage *self, char **lines, guint first_number)
{
  gboolean early = lines[0] != NULL && strcmp (lines[0], "early") == 0;
  GraftSegment *segment = g_new0 (GraftSegment, 1);

  *segment = (GraftSegment){
    .number = self->parts->len + 1,
    .format = "newc",
    .compression = "none",
    .part = self->parts->len,
    .early = early,
  };
  g_ptr_array_add (self->segments, segment);
  g_ptr_array_add (self->parts, graft_fake_tree_new (lines + early, first_number + early));
}

/* The lines of each part go to a tree of its own; entries keep the number of their line. */
static void
add_parts (GraftFakeImage *self, const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, "--\n", -1);
  guint number = 1;

  for (guint i = 0; parts[i] != NULL; i++)
    {
      g_auto (GStrv) lines = g_strsplit (parts[i], "\n", -1);

      add_part (self, lines, number);
      number += g_strv_length (lines);
    }
}

static GraftImage *
new_image (const char *format, GraftInput *input, const char *text)
{
  GraftFakeImage *self;

  if (strcmp (format, "kernel") == 0)
    self = g_object_new (graft_fake_kernel_get_type (), NULL);
  else if (strcmp (format, "initrd") == 0)
    self = g_object_new (graft_fake_initrd_get_type (), NULL);
  else
    self = g_object_new (graft_fake_squashfs_get_type (), NULL);
  graft_image_set_input (GRAFT_IMAGE (self), input);
  if (strcmp (format, "kernel") == 0)
    return GRAFT_IMAGE (self);
  self->segments = g_ptr_array_new_with_free_func (segment_free);
  add_parts (self, text);
  if (strcmp (format, "initrd") != 0)
    g_clear_pointer (&self->segments, g_ptr_array_unref);
  return GRAFT_IMAGE (self);
}

GraftImage *
graft_fake_image_new (const char *format, const char *name, const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (GraftInput) input = graft_memory_input_new (bytes, name);

  return new_image (format, input, text);
}

static int
probe (GraftInput *input, const char *format)
{
  g_autofree char *first = g_strconcat (MAGIC, format, "\n", NULL);
  g_autofree char *head = g_malloc0 (strlen (first) + 1);

  return graft_input_read_some (input, 0, head, strlen (first), NULL) > 0
                 && strcmp (head, first) == 0
             ? 100
             : 0;
}

static GraftImage *
open_image (GraftInput *input, const char *format, GError **error)
{
  g_autoptr (GBytes) bytes = graft_input_read_all (input, error);
  g_autofree char *all = NULL;
  const char *text;

  if (bytes == NULL)
    return NULL;
  all = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  text = strchr (all, '\n') + 1;
  if (!g_str_has_prefix (text, "broken"))
    return new_image (format, input, text);
  g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED, "%s is broken at byte 12",
               graft_input_get_name (input));
  return NULL;
}

#define DEFINE_FORMAT(format)                                                                      \
  static int probe_##format (GraftInput *input)                                                    \
  {                                                                                                \
    return probe (input, #format);                                                                 \
  }                                                                                                \
  static GraftImage *open_##format (GraftInput *input, GCancellable *cancellable, GError **error)  \
  {                                                                                                \
    return open_image (input, #format, error);                                                     \
  }                                                                                                \
  static const GraftImageFormat format_##format = { #format, probe_##format, open_##format };

DEFINE_FORMAT (initrd)
DEFINE_FORMAT (squashfs)
DEFINE_FORMAT (kernel)

void
graft_fake_formats_register (void)
{
  graft_image_loader_register (&format_initrd);
  graft_image_loader_register (&format_squashfs);
  graft_image_loader_register (&format_kernel);
}

static gboolean
dump_entry (const char *path, GraftNode *node, gpointer data, GError **error)
{
  const GraftAttributes *attributes = graft_node_get_attributes (node);
  g_autofree char *shown = graft_name_escape (path);
  GString *text = data;

  g_string_append_printf (text, "%s %04o %u:%u %s",
                          graft_node_type_get_name (graft_node_get_node_type (node)),
                          attributes->mode, attributes->uid, attributes->gid, shown);
  if (graft_node_get_target (node) != NULL)
    g_string_append_printf (text, " %s", graft_node_get_target (node));
  if (graft_node_get_node_type (node) == GRAFT_NODE_REGULAR)
    {
      g_autoptr (GraftInput) input = graft_node_open (node, error);
      g_autoptr (GBytes) bytes = input != NULL ? graft_input_read_all (input, error) : NULL;
      g_autofree char *content = NULL, *escaped = NULL;

      if (bytes == NULL)
        return FALSE;
      content = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
      escaped = g_strescape (content, NULL);
      g_string_append_printf (text, " %s", escaped);
    }
  g_string_append_c (text, '\n');
  return TRUE;
}

char *
graft_fake_image_dump (GraftNode *root)
{
  g_autoptr (GError) error = NULL;
  GString *text = g_string_new (NULL);

  gboolean done = graft_path_walk (root, "/", dump_entry, text, NULL, &error);

  g_assert_no_error (error);
  g_assert_true (done);
  return g_string_free (text, FALSE);
}
