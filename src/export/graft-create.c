/* graft-create.c: a new image of a tree, complete or not at all
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "export/graft-create.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/graft-error.h"
#include "base/graft-name.h"
#include "base/graft-sentence.h"
#include "export/graft-export-target.h"
#include "export/graft-workspace.h"
#include "formats/ext4/graft-ext4-create.h"
#include "formats/initrd/graft-initrd.h"
#include "formats/squashfs/graft-squashfs.h"
#include "image/graft-image-loader.h"
#include "image/graft-path.h"
#include "image/graft-tree-copy.h"

#define BUILT "image"
#define SQUASHFS_BLOCK 131072
#define WRITING_SHARE 0.7

static const char *const names[] = { "ext4", "squashfs", "newc" };

/* An image that is being made. */
typedef struct
{
  const GraftCreateOptions *options;
  char *label; /* for messages: what the file will be called */
  GraftNode *tree;
  gint64 newest;
  GraftCreated *created;
  GraftImage *empty;
  GraftNode *root; /* of it, as it is written */
  GraftOutput *output;
  GraftWritten *written;
} Making;

static void
making_clear (Making *self)
{
  g_clear_object (&self->output);
  g_clear_pointer (&self->written, graft_written_free);
  g_clear_pointer (&self->root, graft_node_unref);
  g_clear_pointer (&self->tree, graft_node_unref);
  g_clear_object (&self->empty);
  g_clear_pointer (&self->created, graft_created_free);
  g_clear_pointer (&self->label, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Making, making_clear)

const char *
graft_create_kind_get_name (GraftCreateKind self)
{
  return names[self];
}

gboolean
graft_create_kind_from_name (const char *name, GraftCreateKind *ret_kind)
{
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (name, names[i]) == 0)
      {
        *ret_kind = i;
        return TRUE;
      }
  return FALSE;
}

void
graft_created_free (GraftCreated *self)
{
  g_free (self->digest);
  g_free (self);
}

char *
graft_created_dup_note (const GraftCreated *self)
{
  if (self->n_unread > 0)
    return g_strdup_printf (
        g_dngettext (GETTEXT_PACKAGE,
                     "%s entry has extended attributes (ACLs, capabilities), which are not copied "
                     "in",
                     "%s entries have extended attributes (ACLs, capabilities), which are not "
                     "copied in",
                     self->n_unread),
        GRAFT_NUMBER (self->n_unread));
  if (self->n_xattrs == 0)
    return NULL;
  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                       "%s entry has extended attributes, which an archive has no "
                                       "room for: they were left out",
                                       "%s entries have extended attributes, which an archive has "
                                       "no room for: they were left out",
                                       self->n_xattrs),
                          GRAFT_NUMBER (self->n_xattrs));
}

static gboolean
look_at (const char *path, GraftNode *node, gpointer data, GError **error)
{
  Making *self = data;
  g_autoptr (GPtrArray) xattrs = graft_node_list_xattrs (node, error);

  if (xattrs == NULL)
    return FALSE;
  if (xattrs->len > 0 && self->options->kind == GRAFT_CREATE_NEWC)
    self->created->n_xattrs++;
  if (strcmp (path, "/") != 0)
    self->created->n_entries++;
  self->newest = MAX (self->newest, graft_node_get_attributes (node)->mtime);
  return TRUE;
}

static gint64
get_time (Making *self)
{
  return self->options->time >= 0 ? self->options->time : self->newest;
}

static GraftImage *
make_empty (Making *self, const char *scratch, GCancellable *cancellable, GError **error)
{
  const GraftCreateOptions *options = self->options;
  const char *compression = options->compression != NULL ? options->compression : "xz";
  const GraftExt4Create ext4 = {
    .like = GRAFT_IS_EXT4_IMAGE (options->like) ? GRAFT_EXT4_IMAGE (options->like) : NULL,
    .label = options->label,
    .block_size = options->block_size,
    .size = options->size,
    .time = get_time (self),
  };

  switch (options->kind)
    {
    case GRAFT_CREATE_EXT4:
      return graft_ext4_new_empty (self->label, self->tree, &ext4, scratch, cancellable, error);
    case GRAFT_CREATE_SQUASHFS:
      return graft_squashfs_new_empty (
          self->label, options->block_size != 0 ? options->block_size : SQUASHFS_BLOCK, compression,
          get_time (self), error);
    case GRAFT_CREATE_NEWC:
      return graft_initrd_new_empty (self->label, error);
    default:
      g_assert_not_reached ();
    }
}

/* An archive's own folder is the root of what unpacks it: it is not recorded. */
static GraftNode *
make_root (Making *self, GError **error)
{
  g_autoptr (GraftNode) filled = graft_tree_fill (self->empty, self->tree, error);
  g_autoptr (GraftDirectory) children = filled != NULL ? graft_node_list (filled, error) : NULL;
  g_autoptr (GraftNode) root = NULL;
  GraftNodeInit init;

  if (self->options->kind != GRAFT_CREATE_NEWC || children == NULL)
    return g_steal_pointer (&filled);
  root = graft_image_dup_part (self->empty, 0);
  init = graft_node_to_init (root);
  init.children = children;
  return graft_node_new (&init);
}

static gboolean
write_image (Making *self, const char *scratch, GraftProgress *progress, GCancellable *cancellable,
             GError **error)
{
  const GraftCreateOptions *options = self->options;
  const GraftImageOptions image_options = {
    .effort = options->effort,
    .compression = options->kind == GRAFT_CREATE_EXT4       ? NULL
                   : options->compression != NULL           ? options->compression
                   : options->kind == GRAFT_CREATE_SQUASHFS ? "xz"
                                                            : NULL,
    .n_threads = options->n_threads,
    .scratch = scratch,
  };

  self->empty = make_empty (self, scratch, cancellable, error);
  if (self->empty == NULL)
    return FALSE;
  self->root = make_root (self, error);
  self->written = graft_written_new ();
  return self->root != NULL
         && graft_image_write (self->empty, &self->root, &image_options, self->output,
                               self->written, progress, cancellable, error);
}

static gboolean
read_back (Making *self, GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  g_autoptr (GraftInput) result = graft_output_open (self->output, error);
  g_autoptr (GraftImage) image = NULL;
  g_autoptr (GError) local = NULL;

  if (result == NULL)
    return FALSE;
  image = graft_image_load (result, cancellable, &local);
  if (image != NULL
      && graft_image_verify (self->empty, &self->root, image, self->written, TRUE, progress,
                             cancellable, &local))
    self->created->digest = graft_input_digest (result, cancellable, &local);
  self->created->size = graft_input_get_size (result);
  if (local == NULL)
    return TRUE;
  if (local->domain == GRAFT_IMAGE_ERROR && local->code != GRAFT_ERROR_CHANGED)
    g_set_error (error, GRAFT_EXPORT_ERROR, local->code,
                 _ ("%s was written, but cannot be verified: %s"), self->label, local->message);
  else
    g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
make (Making *self, int folder_fd, GraftProgress *progress, GCancellable *cancellable,
      GError **error)
{
  g_autofree char *link = g_strdup_printf ("/proc/self/fd/%d", folder_fd);
  /* The helper, which gets to see nothing else, goes there by its name. */
  g_autofree char *scratch = g_file_read_link (link, error);
  g_autoptr (GraftProgress) step = NULL;
  int fd;

  if (scratch == NULL)
    return FALSE;
  /* Of the mode that a new file has for this user; the workspace is nobody else's. */
  fd = openat (folder_fd, BUILT, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
  if (fd < 0)
    return graft_error_set_errno (error, GRAFT_EXPORT_ERROR, errno, self->label,
                                  _ ("cannot be created"));
  self->output = graft_output_new_take_fd (fd, self->label);
  step = graft_progress_new_child (progress, WRITING_SHARE, NULL);
  if (!write_image (self, scratch, step, cancellable, error))
    return FALSE;
  g_clear_object (&step);
  step = graft_progress_new_child (progress, 1 - WRITING_SHARE, NULL);
  return graft_output_sync (self->output, error) && read_back (self, step, cancellable, error);
}

GraftCreated *
graft_create (GraftNode *tree, const char *out, const GraftCreateOptions *options,
              GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  g_autoptr (GraftExportTarget) target = graft_export_target_new (out, NULL, error);
  g_autoptr (GraftWorkspace) workspace = NULL;
  g_auto (Making) making = { .options = options, .created = g_new0 (GraftCreated, 1) };

  if (target == NULL)
    return NULL;
  making.label = graft_name_escape (out);
  making.tree = graft_tree_copy (tree, options->own, cancellable, error);
  if (making.tree == NULL
      || !graft_path_walk (making.tree, "/", look_at, &making, cancellable, error))
    return NULL;
  workspace = graft_workspace_new (target->folder, error);
  if (workspace == NULL
      || !make (&making, graft_workspace_get_fd (workspace), progress, cancellable, error)
      || g_cancellable_set_error_if_cancelled (cancellable, error)
      || !graft_workspace_publish (workspace, BUILT, target->name, error))
    return NULL;
  return g_steal_pointer (&making.created);
}

/* What graft_create_measure() adds up. */
typedef struct
{
  GraftCreateSize size;
  GHashTable *seen; /* of files with several names: those whose content was counted */
  gint64 newest;
} Sum;

static gboolean
add_up (const char *path, GraftNode *node, gpointer data, GError **error)
{
  Sum *sum = data;
  gboolean counts = graft_node_get_node_type (node) == GRAFT_NODE_REGULAR;

  if (strcmp (path, "/") != 0)
    sum->size.n_entries++;
  if (counts && graft_node_get_nlink (node) > 1)
    counts = g_hash_table_add (sum->seen, node);
  if (counts)
    sum->size.content += graft_node_get_size (node);
  sum->newest = MAX (sum->newest, graft_node_get_attributes (node)->mtime);
  return TRUE;
}

gboolean
graft_create_measure (GraftNode *tree, const GraftCreateOptions *options, GraftCreateSize *ret_size,
                      GCancellable *cancellable, GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  g_auto (Making) making = { .options = options };
  Sum sum = { .seen = seen };

  making.tree = graft_tree_copy (tree, options->own, cancellable, error);
  if (making.tree == NULL || !graft_path_walk (making.tree, "/", add_up, &sum, cancellable, error))
    return FALSE;
  if (options->kind == GRAFT_CREATE_EXT4)
    {
      making.label = g_strdup (graft_create_kind_get_name (options->kind));
      making.newest = sum.newest;
      making.empty = make_empty (&making, g_get_tmp_dir (), cancellable, error);
      if (making.empty == NULL)
        return FALSE;
      sum.size.size = graft_input_get_size (graft_image_get_input (making.empty));
    }
  *ret_size = sum.size;
  return TRUE;
}
