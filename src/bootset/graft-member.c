/* graft-member.c: one image of a boot set
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "bootset/graft-member.h"

#include <string.h>
#include <sys/stat.h>

#include "image/graft-image-loader.h"

struct _GraftMember
{
  GObject parent_instance;

  GraftRole role;
  char *path;
  GraftInput *input;
  const char *format;
  GraftImage *replacement;
  GraftInput *text; /* in the place of a text's own */

  GraftMember *parent; /* NULL for a file */
  GPtrArray *children; /* of GraftMember, no-ref: each takes itself out */
  char *inner_path;
  GraftNode *inner_node;
  int inner_part;

  /* Held while the image is opened. Once @is_open is set, what follows stays as it is. */
  GMutex mutex;
  gint is_open; /* atomic */
  GraftImage *image;
  GError *problem;
  GraftOverlay *overlay;

  guint32 file_mode;
  GPtrArray *copies; /* of GraftMemberCopy */
};

G_DEFINE_FINAL_TYPE (GraftMember, graft_member, G_TYPE_OBJECT)

const char *
graft_role_get_name (GraftRole self)
{
  static const char *const names[] = { "kernel", "initrd", "root", "boot-entry", "tree-info" };

  return names[self];
}

gboolean
graft_role_is_text (GraftRole self)
{
  return self == GRAFT_ROLE_BOOT_ENTRY || self == GRAFT_ROLE_TREE_INFO;
}

static void
copy_free (gpointer data)
{
  GraftMemberCopy *self = data;

  g_clear_object (&self->input);
  g_free (self->path);
  g_free (self);
}

static void
graft_member_finalize (GObject *object)
{
  GraftMember *self = GRAFT_MEMBER (object);

  g_clear_pointer (&self->copies, g_ptr_array_unref);
  g_clear_object (&self->replacement);
  g_clear_object (&self->text);
  g_clear_object (&self->overlay);
  g_clear_object (&self->image);
  g_clear_object (&self->input);
  /* A node does not hold the image that it is of: the parent does. */
  g_clear_pointer (&self->inner_node, graft_node_unref);
  if (self->parent != NULL)
    g_ptr_array_remove (self->parent->children, self);
  g_clear_object (&self->parent);
  g_clear_pointer (&self->children, g_ptr_array_unref);
  g_free (self->inner_path);
  g_clear_error (&self->problem);
  g_mutex_clear (&self->mutex);
  g_free (self->path);
  G_OBJECT_CLASS (graft_member_parent_class)->finalize (object);
}

static void
graft_member_class_init (GraftMemberClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = graft_member_finalize;
}

static void
graft_member_init (GraftMember *self)
{
  self->file_mode = 0644;
  self->children = g_ptr_array_new ();
  self->copies = g_ptr_array_new_with_free_func (copy_free);
  g_mutex_init (&self->mutex);
}

static guint32
read_file_mode (GraftInput *input)
{
  struct stat info;
  guint64 offset;
  int fd;

  if (input == NULL || !graft_input_get_file (input, &fd, &offset) || fstat (fd, &info) < 0)
    return 0644;
  return info.st_mode & 07777;
}

GraftMember *
graft_member_new (GraftRole role, const char *path, GraftInput *input, const char *format,
                  const GError *problem)
{
  GraftMember *self = g_object_new (GRAFT_TYPE_MEMBER, NULL);

  self->role = role;
  self->path = g_strdup (path);
  g_set_object (&self->input, input);
  self->format = g_intern_string (format);
  self->problem = problem != NULL ? g_error_copy (problem) : NULL;
  self->is_open = format == NULL;
  self->file_mode = read_file_mode (input);
  return self;
}

GraftMember *
graft_member_new_inside (GraftMember *parent, guint segment, int part, const char *path,
                         GraftNode *node, GraftInput *input, GraftRole role, const char *format)
{
  g_autofree char *number = segment > 0 ? g_strdup_printf ("@%u", segment) : g_strdup ("");
  g_autofree char *whole = g_strconcat (parent->path, number, ":", path, NULL);
  GraftMember *self = graft_member_new (role, whole, input, format, NULL);

  self->parent = g_object_ref (parent);
  self->inner_part = part;
  self->inner_path = g_strdup (path);
  self->inner_node = graft_node_ref (node);
  g_ptr_array_add (parent->children, self);
  return self;
}

GraftMember *
graft_member_get_parent (GraftMember *self)
{
  return self->parent;
}

int
graft_member_get_inner_part (GraftMember *self)
{
  return self->inner_part;
}

const char *
graft_member_get_inner_path (GraftMember *self)
{
  return self->inner_path;
}

GraftNode *
graft_member_get_inner_node (GraftMember *self)
{
  return self->inner_node;
}

guint
graft_member_get_depth (GraftMember *self)
{
  return self->parent != NULL ? graft_member_get_depth (self->parent) + 1 : 1;
}

GPtrArray *
graft_member_get_children (GraftMember *self)
{
  return self->children;
}

GraftRole
graft_member_get_role (GraftMember *self)
{
  return self->role;
}

const char *
graft_member_get_path (GraftMember *self)
{
  return self->path;
}

GraftInput *
graft_member_get_input (GraftMember *self)
{
  return self->input;
}

const char *
graft_member_get_format (GraftMember *self)
{
  return self->format;
}

gboolean
graft_member_has_tree (GraftMember *self)
{
  return self->format != NULL && strcmp (self->format, "kernel") != 0;
}

/* With the mutex held. %FALSE only when cancelled, with nothing settled. */
static gboolean
settle (GraftMember *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (GraftImage) image = NULL;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  image = graft_image_load (self->input, cancellable, &problem);
  if (image == NULL && g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  if (image != NULL && graft_image_get_n_parts (image) > 0)
    self->overlay = graft_overlay_new (image);
  self->image = g_steal_pointer (&image);
  self->problem = g_steal_pointer (&problem);
  g_atomic_int_set (&self->is_open, TRUE);
  return TRUE;
}

gboolean
graft_member_open (GraftMember *self, GCancellable *cancellable, GError **error)
{
  if (!graft_member_is_open (self))
    {
      g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

      if (!graft_member_is_open (self) && !settle (self, cancellable, error))
        return FALSE;
    }
  if (self->problem != NULL)
    g_propagate_error (error, g_error_copy (self->problem));
  return self->problem == NULL;
}

gboolean
graft_member_is_open (GraftMember *self)
{
  return g_atomic_int_get (&self->is_open);
}

/* Its failure is kept as the member's problem. */
static void
ensure_open (GraftMember *self)
{
  if (!graft_member_open (self, NULL, NULL))
    g_assert (self->problem != NULL);
}

GraftImage *
graft_member_get_image (GraftMember *self)
{
  ensure_open (self);
  return self->image;
}

const GError *
graft_member_get_problem (GraftMember *self)
{
  ensure_open (self);
  return self->problem;
}

GraftOverlay *
graft_member_get_overlay (GraftMember *self)
{
  ensure_open (self);
  return self->overlay;
}

GraftOverlay *
graft_member_peek_overlay (GraftMember *self)
{
  return graft_member_is_open (self) ? self->overlay : NULL;
}

GraftImage *
graft_member_get_replacement (GraftMember *self)
{
  return self->replacement;
}

void
graft_member_set_replacement (GraftMember *self, GraftImage *replacement)
{
  g_return_if_fail (replacement == NULL || self->format == NULL
                    || strcmp (graft_image_get_format (replacement), self->format) == 0);
  g_set_object (&self->replacement, replacement);
}

GraftImage *
graft_member_get_current_image (GraftMember *self)
{
  return self->replacement != NULL ? self->replacement : graft_member_get_image (self);
}

GraftInput *
graft_member_get_text (GraftMember *self)
{
  return self->text;
}

void
graft_member_set_text (GraftMember *self, GraftInput *text)
{
  g_return_if_fail (text == NULL || graft_role_is_text (self->role));
  g_set_object (&self->text, text);
}

GraftInput *
graft_member_get_current_input (GraftMember *self)
{
  return self->text != NULL ? self->text : self->input;
}

gboolean
graft_member_is_edited (GraftMember *self)
{
  GraftOverlay *overlay = graft_member_peek_overlay (self);

  return self->replacement != NULL || self->text != NULL
         || (overlay != NULL && graft_overlay_is_changed (overlay));
}

gboolean
graft_member_is_changed (GraftMember *self)
{
  if (graft_member_is_edited (self))
    return TRUE;
  for (guint i = 0; i < self->children->len; i++)
    if (graft_member_is_changed (g_ptr_array_index (self->children, i)))
      return TRUE;
  return FALSE;
}

guint32
graft_member_get_file_mode (GraftMember *self)
{
  return self->file_mode;
}

GPtrArray *
graft_member_get_copies (GraftMember *self)
{
  return self->copies;
}

void
graft_member_add_copy (GraftMember *self, const char *path, GraftInput *input)
{
  GraftMemberCopy *copy = g_new0 (GraftMemberCopy, 1);

  copy->path = g_strdup (path);
  g_set_object (&copy->input, input);
  copy->file_mode = read_file_mode (input);
  g_ptr_array_add (self->copies, copy);
}
