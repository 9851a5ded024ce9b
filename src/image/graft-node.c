/* graft-node.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "image/graft-node.h"

#include <glib/gi18n-lib.h>
#include <sys/stat.h>

#include "base/graft-error.h"
#include "image/graft-tree.h"

/* What only an edited node has. */
typedef struct
{
  GraftNode *origin;        /* a source node or NULL */
  GraftInput *content;      /* NULL: the origin's */
  GraftDirectory *children; /* NULL: the origin's */
  GPtrArray *xattrs;        /* NULL: the origin's */
} GraftEdited;

/* Names of one file; more than there can be entries. */
#define MAX_NLINK ((1u << 28) - 1)

/* An image may have hundreds of thousands: with what malloc adds, it fits into 80 bytes. */
struct _GraftNode
{
  gatomicrefcount refs;
  guint32 type : 3; /* GraftNodeType */
  guint32 implicit : 1;
  guint32 nlink : 28;
  guint32 rdev_major;
  guint32 rdev_minor;
  GraftAttributes attributes;
  guint64 size;
  GraftTree *source; /* no-ref: a backend outlives its nodes; NULL in an edited node */
  union
  {
    guint64 handle;      /* of a source node */
    GraftEdited *edited; /* of an edited node */
  } of;
  char *target;
};

static const struct
{
  const char *name;
  guint32 mode;
} node_types[] = {
  [GRAFT_NODE_REGULAR] = { "file", S_IFREG },
  [GRAFT_NODE_DIRECTORY] = { "directory", S_IFDIR },
  [GRAFT_NODE_SYMLINK] = { "symlink", S_IFLNK },
  [GRAFT_NODE_CHAR_DEVICE] = { "char-device", S_IFCHR },
  [GRAFT_NODE_BLOCK_DEVICE] = { "block-device", S_IFBLK },
  [GRAFT_NODE_FIFO] = { "fifo", S_IFIFO },
  [GRAFT_NODE_SOCKET] = { "socket", S_IFSOCK },
};

const char *
graft_node_type_get_name (GraftNodeType type)
{
  return node_types[type].name;
}

guint32
graft_node_type_to_mode (GraftNodeType type)
{
  return node_types[type].mode;
}

gboolean
graft_node_type_from_mode (guint32 mode, GraftNodeType *ret_type)
{
  for (guint i = 0; i < G_N_ELEMENTS (node_types); i++)
    if ((mode & S_IFMT) == node_types[i].mode)
      {
        *ret_type = i;
        return TRUE;
      }
  return FALSE;
}

/* NULL for a source node. */
static GraftEdited *
get_edited (GraftNode *self)
{
  return self->source == NULL ? self->of.edited : NULL;
}

GraftXattr *
graft_xattr_new (const char *name, GBytes *value)
{
  GraftXattr *self = g_new (GraftXattr, 1);

  self->name = g_strdup (name);
  self->value = g_bytes_ref (value);
  return self;
}

void
graft_xattr_free (GraftXattr *self)
{
  g_free (self->name);
  g_bytes_unref (self->value);
  g_free (self);
}

static GraftEdited *
edited_new (const GraftNodeInit *init)
{
  GraftEdited *edited = g_new0 (GraftEdited, 1);
  GraftNode *origin = init->origin;

  edited->content = init->content != NULL ? g_object_ref (init->content) : NULL;
  edited->children = init->children != NULL ? graft_directory_ref (init->children) : NULL;
  edited->xattrs = init->xattrs != NULL ? g_ptr_array_ref (init->xattrs) : NULL;
  if (origin != NULL && get_edited (origin) != NULL)
    {
      const GraftEdited *below = get_edited (origin);

      if (edited->content == NULL && below->content != NULL)
        edited->content = g_object_ref (below->content);
      if (edited->children == NULL && below->children != NULL)
        edited->children = graft_directory_ref (below->children);
      if (edited->xattrs == NULL && below->xattrs != NULL)
        edited->xattrs = g_ptr_array_ref (below->xattrs);
      origin = below->origin;
    }
  edited->origin = origin != NULL ? graft_node_ref (origin) : NULL;
  return edited;
}

GraftNode *
graft_node_new (const GraftNodeInit *init)
{
  GraftNode *self = g_new0 (GraftNode, 1);

  g_atomic_ref_count_init (&self->refs);
  self->type = init->type;
  self->implicit = init->implicit;
  self->nlink = CLAMP (init->nlink, 1, MAX_NLINK);
  self->attributes = init->attributes;
  self->size = init->size;
  self->rdev_major = init->rdev_major;
  self->rdev_minor = init->rdev_minor;
  self->target = g_strdup (init->target);
  if (init->source != NULL)
    {
      self->source = init->source;
      self->of.handle = init->handle;
      return self;
    }
  self->of.edited = edited_new (init);
  if (self->of.edited->content != NULL)
    self->size = graft_input_get_size (self->of.edited->content);
  else if (self->of.edited->origin == NULL && init->type == GRAFT_NODE_REGULAR)
    self->size = 0;
  return self;
}

GraftNodeInit
graft_node_to_init (GraftNode *node)
{
  const GraftEdited *edited = get_edited (node);
  GraftNodeInit init = {
    .type = node->type,
    .attributes = node->attributes,
    .size = node->size,
    .target = node->target,
    .rdev_major = node->rdev_major,
    .rdev_minor = node->rdev_minor,
    .nlink = node->nlink,
    .implicit = node->implicit,
    .origin = node,
  };

  if (edited != NULL)
    {
      init.origin = edited->origin;
      init.content = edited->content;
      init.children = edited->children;
      init.xattrs = edited->xattrs;
    }
  return init;
}

GraftNode *
graft_node_ref (GraftNode *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
graft_node_unref (GraftNode *self)
{
  GraftEdited *edited;

  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  edited = get_edited (self);
  if (edited != NULL)
    {
      g_clear_pointer (&edited->origin, graft_node_unref);
      g_clear_object (&edited->content);
      g_clear_pointer (&edited->children, graft_directory_unref);
      g_clear_pointer (&edited->xattrs, g_ptr_array_unref);
      g_free (edited);
    }
  g_free (self->target);
  g_free (self);
}

GraftNodeType
graft_node_get_node_type (GraftNode *self)
{
  return self->type;
}

const GraftAttributes *
graft_node_get_attributes (GraftNode *self)
{
  return &self->attributes;
}

guint64
graft_node_get_size (GraftNode *self)
{
  return self->size;
}

const char *
graft_node_get_target (GraftNode *self)
{
  return self->target;
}

guint32
graft_node_get_rdev_major (GraftNode *self)
{
  return self->rdev_major;
}

guint32
graft_node_get_rdev_minor (GraftNode *self)
{
  return self->rdev_minor;
}

guint32
graft_node_get_nlink (GraftNode *self)
{
  return self->nlink;
}

gboolean
graft_node_is_implicit (GraftNode *self)
{
  return self->implicit;
}

gboolean
graft_node_is_directory (GraftNode *self)
{
  return self->type == GRAFT_NODE_DIRECTORY;
}

GraftTree *
graft_node_get_source (GraftNode *self)
{
  return self->source;
}

guint64
graft_node_get_handle (GraftNode *self)
{
  return self->source != NULL ? self->of.handle : 0;
}

/* What is stored of an entry besides its attributes: of a link its target, of a device its number;
 * of files and folders only whether they are the same type, for their content is kept apart. */
static gboolean
is_stored_alike (GraftNode *a, GraftNode *b)
{
  return a->type == b->type && g_strcmp0 (a->target, b->target) == 0
         && a->rdev_major == b->rdev_major && a->rdev_minor == b->rdev_minor;
}

GraftNode *
graft_node_get_content_origin (GraftNode *self)
{
  const GraftEdited *edited = get_edited (self);

  if (edited == NULL)
    return self;
  if (edited->content != NULL || edited->children != NULL || edited->origin == NULL
      || !is_stored_alike (self, edited->origin))
    return NULL;
  return edited->origin;
}

GraftNode *
graft_node_get_xattr_origin (GraftNode *self)
{
  const GraftEdited *edited = get_edited (self);

  if (edited == NULL)
    return self;
  return edited->xattrs != NULL ? NULL : edited->origin;
}

GraftNode *
graft_node_get_origin (GraftNode *self)
{
  const GraftEdited *edited = get_edited (self);

  return edited == NULL ? self : edited->origin;
}

GraftInput *
graft_node_get_content (GraftNode *self)
{
  const GraftEdited *edited = get_edited (self);

  return edited != NULL ? edited->content : NULL;
}

gboolean
graft_node_is_same_file (GraftNode *a, GraftNode *b)
{
  return a == b || (a->source != NULL && a->source == b->source && a->of.handle == b->of.handle);
}

guint
graft_node_hash_file (gconstpointer node)
{
  const GraftNode *self = node;

  return self->source == NULL ? g_direct_hash (self) : g_int64_hash (&self->of.handle);
}

gboolean
graft_node_equal_files (gconstpointer a, gconstpointer b)
{
  return graft_node_is_same_file ((GraftNode *)a, (GraftNode *)b);
}

GraftDirectory *
graft_node_list (GraftNode *self, GError **error)
{
  GraftNode *origin = graft_node_get_content_origin (self);

  if (self->type != GRAFT_NODE_DIRECTORY)
    {
      g_set_error_literal (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_INVALID, _ ("not a folder"));
      return NULL;
    }
  if (get_edited (self) != NULL && get_edited (self)->children != NULL)
    return graft_directory_ref (get_edited (self)->children);
  if (origin == NULL)
    return graft_directory_new_empty ();
  return GRAFT_TREE_GET_IFACE (origin->source)->list (origin->source, origin, error);
}

GraftInput *
graft_node_open (GraftNode *self, GError **error)
{
  GraftNode *origin = graft_node_get_content_origin (self);

  if (self->type != GRAFT_NODE_REGULAR)
    {
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_INVALID, _ ("a %s has no content to read"),
                   graft_node_type_get_name (self->type));
      return NULL;
    }
  if (get_edited (self) != NULL && get_edited (self)->content != NULL)
    return g_object_ref (get_edited (self)->content);
  if (origin == NULL)
    {
      g_autoptr (GBytes) empty = g_bytes_new_static ("", 0);

      return graft_memory_input_new (empty, "empty file");
    }
  return GRAFT_TREE_GET_IFACE (origin->source)->open (origin->source, origin, error);
}

GPtrArray *
graft_node_list_xattrs (GraftNode *self, GError **error)
{
  GraftNode *origin = graft_node_get_xattr_origin (self);

  if (get_edited (self) != NULL && get_edited (self)->xattrs != NULL)
    return g_ptr_array_ref (get_edited (self)->xattrs);
  if (origin == NULL || GRAFT_TREE_GET_IFACE (origin->source)->list_xattrs == NULL)
    return g_ptr_array_new_with_free_func ((GDestroyNotify)graft_xattr_free);
  return GRAFT_TREE_GET_IFACE (origin->source)->list_xattrs (origin->source, origin, error);
}

GraftNode *
graft_node_get_child (GraftNode *self, const char *name, GError **error)
{
  g_autoptr (GraftDirectory) directory = graft_node_list (self, error);
  const GraftEntry *entry;

  if (directory == NULL)
    return NULL;
  entry = graft_directory_lookup (directory, name);
  return entry != NULL ? graft_node_ref (entry->node) : NULL;
}
