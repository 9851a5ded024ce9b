/* graft-layer.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "session/graft-layer.h"

#include "bootset/graft-member-place.h"
#include "formats/kernel/graft-kernel.h"
#include "session/graft-layer-room.h"

struct _GraftLayer
{
  GObject parent_instance;

  GraftRole role;
  char *path;
  GraftInput *input;
  gboolean open;
  gboolean changed;
  char *around;
  int inner_part;
  char *inner_path;
  GraftNode *inner_node;
  GraftImage *around_image; /* that the node comes from */
  gboolean in_place;
  char **copies;
  char *read_only_reason;
  gboolean may_grow;
  GraftLayerRoom *room;
  GError *problem;
  GraftImage *image;

  GraftNode *root;
  GraftNode *source_root;
  GPtrArray *parts;        /* of GraftNode */
  GPtrArray *source_parts; /* of GraftNode */

  char *kernel_release;
  GraftLayerState state;
  char **releases;
};

G_DEFINE_FINAL_TYPE (GraftLayer, graft_layer, G_TYPE_OBJECT)

static void
graft_layer_finalize (GObject *object)
{
  GraftLayer *self = GRAFT_LAYER (object);

  g_clear_pointer (&self->root, graft_node_unref);
  g_clear_pointer (&self->source_root, graft_node_unref);
  g_clear_pointer (&self->parts, g_ptr_array_unref);
  g_clear_pointer (&self->source_parts, g_ptr_array_unref);
  g_clear_pointer (&self->inner_node, graft_node_unref);
  /* After the nodes: they do not hold the image that they come from. */
  g_clear_object (&self->around_image);
  g_clear_object (&self->image);
  g_clear_object (&self->input);
  g_clear_error (&self->problem);
  g_clear_pointer (&self->room, graft_layer_room_free);
  g_strfreev (self->releases);
  g_strfreev (self->copies);
  g_free (self->read_only_reason);
  g_free (self->inner_path);
  g_free (self->around);
  g_free (self->kernel_release);
  g_free (self->path);
  G_OBJECT_CLASS (graft_layer_parent_class)->finalize (object);
}

static void
graft_layer_class_init (GraftLayerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = graft_layer_finalize;
}

static void
graft_layer_init (GraftLayer *self)
{
  self->parts = g_ptr_array_new_with_free_func ((GDestroyNotify)graft_node_unref);
  self->source_parts = g_ptr_array_new_with_free_func ((GDestroyNotify)graft_node_unref);
}

static char **
list_copies (GraftMember *member)
{
  GPtrArray *copies = graft_member_get_copies (member);
  g_autoptr (GStrvBuilder) paths = g_strv_builder_new ();

  for (guint i = 0; i < copies->len; i++)
    g_strv_builder_add (paths, ((const GraftMemberCopy *)g_ptr_array_index (copies, i))->path);
  return copies->len > 0 ? g_strv_builder_end (paths) : NULL;
}

GraftLayer *
graft_layer_new (GraftMember *member)
{
  GraftLayer *self = g_object_new (GRAFT_TYPE_LAYER, NULL);
  GraftMember *parent = graft_member_get_parent (member);

  self->role = graft_member_get_role (member);
  self->path = g_strdup (graft_member_get_path (member));
  self->copies = list_copies (member);
  self->in_place = TRUE;
  self->inner_part = -1;
  if (parent != NULL)
    {
      self->around = g_strdup (graft_member_get_path (parent));
      self->inner_part = graft_member_get_inner_part (member);
      self->inner_path = g_strdup (graft_member_get_inner_path (member));
      self->inner_node = graft_node_ref (graft_member_get_inner_node (member));
      g_set_object (&self->around_image, graft_member_get_image (parent));
    }
  g_set_object (&self->input, graft_member_get_current_input (member));
  return self;
}

static gboolean
read_trees (GraftLayer *self, GraftOverlay *overlay, GError **error)
{
  GraftImage *source = graft_overlay_get_image (overlay);

  for (guint i = 0; i < graft_image_get_n_parts (source); i++)
    {
      g_ptr_array_add (self->parts, graft_node_ref (graft_overlay_get_roots (overlay)[i]));
      g_ptr_array_add (self->source_parts, graft_image_dup_part (source, i));
    }
  self->root = graft_overlay_dup_root (overlay, error);
  return self->root != NULL;
}

/* What the image was before all edits: shared with the layer before, where nothing has changed with
 * the new root, since to merge the archives of an initrd takes time. */
static gboolean
read_source_root (GraftLayer *self, GraftOverlay *overlay, GraftLayer *before, GError **error)
{
  if (!graft_overlay_is_changed (overlay))
    self->source_root = graft_node_ref (self->root);
  else if (before != NULL && before->source_root != NULL)
    self->source_root = graft_node_ref (before->source_root);
  else
    self->source_root = graft_image_dup_root (graft_overlay_get_image (overlay), error);
  return self->source_root != NULL;
}

/* The modules are looked for anew only where the tree or the kernel is another. */
static gboolean
read_state (GraftLayer *self, GraftLayer *before, GError **error)
{
  if (before != NULL && before->root == self->root && before->problem == NULL
      && g_strcmp0 (before->kernel_release, self->kernel_release) == 0)
    {
      self->state = before->state;
      self->releases = g_strdupv (before->releases);
      return TRUE;
    }
  return graft_layer_state_find (self->root, self->kernel_release, &self->state, &self->releases,
                                 error);
}

static void
set_problem (GraftLayer *self, GError *problem)
{
  g_clear_pointer (&self->root, graft_node_unref);
  g_clear_pointer (&self->source_root, graft_node_unref);
  g_ptr_array_set_size (self->parts, 0);
  g_ptr_array_set_size (self->source_parts, 0);
  self->problem = problem;
}

GraftLayer *
graft_layer_read (GraftMember *member, const char *kernel_release, gboolean may_grow,
                  GraftLayer *before, GCancellable *cancellable, GError **error)
{
  g_autoptr (GraftLayer) self = graft_layer_new (member);
  g_autoptr (GError) local = NULL;
  GraftOverlay *overlay;

  self->kernel_release = g_strdup (kernel_release);
  self->may_grow = may_grow;
  if (graft_member_open (member, cancellable, &local))
    {
      overlay = graft_member_peek_overlay (member);
      g_set_object (&self->image, graft_member_get_current_image (member));
      if (overlay != NULL)
        (void)(read_trees (self, overlay, &local)
               && read_source_root (self, overlay, before, &local)
               && read_state (self, before, &local));
    }
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  if (local != NULL)
    set_problem (self, g_steal_pointer (&local));
  if (self->problem == NULL)
    {
      self->read_only_reason = graft_layer_room_dup_read_only_reason (member);
      self->room = before != NULL && before->root == self->root && before->may_grow == may_grow
                       ? graft_layer_room_copy (before->room)
                       : graft_layer_room_find (member, may_grow, cancellable);
    }
  self->in_place = graft_member_is_in_place (member);
  self->changed = graft_member_is_changed (member);
  self->open = TRUE;
  return g_steal_pointer (&self);
}

/* Not by their merged roots: one that was made anew of the same parts is equal. */
static gboolean
is_same_parts (GPtrArray *a, GPtrArray *b)
{
  if (a->len != b->len)
    return FALSE;
  for (guint i = 0; i < a->len; i++)
    if (a->pdata[i] != b->pdata[i])
      return FALSE;
  return TRUE;
}

/* Of the same edits: only what is made of them can differ. */
static gboolean
is_same_room (const GraftLayerRoom *a, const GraftLayerRoom *b)
{
  return (a == NULL || a->problem == NULL) == (b == NULL || b->problem == NULL);
}

gboolean
graft_layer_is_same (GraftLayer *a, GraftLayer *b)
{
  return a->open == b->open && a->image == b->image && a->changed == b->changed
         && a->in_place == b->in_place && (a->problem == NULL) == (b->problem == NULL)
         && is_same_parts (a->parts, b->parts) && is_same_room (a->room, b->room)
         && g_strcmp0 (a->kernel_release, b->kernel_release) == 0;
}

GraftRole
graft_layer_get_role (GraftLayer *self)
{
  return self->role;
}

gboolean
graft_layer_is_inside (GraftLayer *self)
{
  return self->around != NULL;
}

const char *
graft_layer_get_around (GraftLayer *self)
{
  return self->around;
}

int
graft_layer_get_inner_part (GraftLayer *self)
{
  return self->inner_part;
}

const char *
graft_layer_get_inner_path (GraftLayer *self)
{
  return self->inner_path;
}

GraftNode *
graft_layer_get_inner_node (GraftLayer *self)
{
  return self->inner_node;
}

gboolean
graft_layer_is_in_place (GraftLayer *self)
{
  return self->in_place;
}

const char *const *
graft_layer_get_copies (GraftLayer *self)
{
  return (const char *const *)self->copies;
}

const char *
graft_layer_get_read_only_reason (GraftLayer *self)
{
  return self->read_only_reason;
}

const GraftLayerRoom *
graft_layer_get_room (GraftLayer *self)
{
  return self->room;
}

const char *
graft_layer_get_path (GraftLayer *self)
{
  return self->path;
}

guint64
graft_layer_get_file_size (GraftLayer *self)
{
  return self->input != NULL ? graft_input_get_size (self->input) : 0;
}

guint64
graft_layer_get_current_size (GraftLayer *self)
{
  return self->image != NULL ? graft_input_get_size (graft_image_get_input (self->image))
                             : graft_layer_get_file_size (self);
}

gboolean
graft_layer_is_open (GraftLayer *self)
{
  return self->open;
}

const GError *
graft_layer_get_problem (GraftLayer *self)
{
  return self->problem;
}

GraftInput *
graft_layer_get_input (GraftLayer *self)
{
  return self->input;
}

GraftImage *
graft_layer_get_image (GraftLayer *self)
{
  return self->image;
}

GraftNode *
graft_layer_get_root (GraftLayer *self)
{
  return self->root;
}

guint
graft_layer_get_n_parts (GraftLayer *self)
{
  return self->parts->len;
}

GraftNode *
graft_layer_get_part (GraftLayer *self, guint part)
{
  g_return_val_if_fail (part < self->parts->len, NULL);
  return g_ptr_array_index (self->parts, part);
}

GraftNode *
graft_layer_get_source_root (GraftLayer *self)
{
  return self->source_root;
}

GraftNode *
graft_layer_get_source_part (GraftLayer *self, guint part)
{
  g_return_val_if_fail (part < self->source_parts->len, NULL);
  return g_ptr_array_index (self->source_parts, part);
}

gboolean
graft_layer_is_changed (GraftLayer *self)
{
  return self->changed;
}

const char *
graft_layer_get_kernel_release (GraftLayer *self)
{
  return self->kernel_release;
}

const char *
graft_layer_get_release (GraftLayer *self)
{
  return GRAFT_IS_KERNEL (self->image) ? graft_kernel_get_release (GRAFT_KERNEL (self->image))
                                       : NULL;
}

GraftLayerState
graft_layer_get_state (GraftLayer *self)
{
  return self->state;
}

const char *const *
graft_layer_get_releases (GraftLayer *self)
{
  return (const char *const *)self->releases;
}
