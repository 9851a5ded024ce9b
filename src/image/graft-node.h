/* graft-node.h: one entry of an image, immutable; the persistent tree of an image and its edits
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A root node is a whole tree and a snapshot of it. The nodes of a source image are made by its
 * backend (a GraftTree) when a folder is first listed; an edit makes new nodes on the way from the
 * root to the place of the edit and shares all others. So whatever nobody touched is found again
 * as the source's own node ("unchanged" is a pointer test), a snapshot is a reference, and undo is
 * putting the old root back.
 *
 * All names of a hard-linked file have the same node: the same pointer within one listing of the
 * source, the same (tree, handle) always; see graft_node_is_same_file().
 */

#pragma once

#include "base/graft-input.h"

G_BEGIN_DECLS

typedef struct _GraftNode GraftNode;
typedef struct _GraftDirectory GraftDirectory;
typedef struct _GraftTree GraftTree;

typedef enum
{
  GRAFT_NODE_REGULAR,
  GRAFT_NODE_DIRECTORY,
  GRAFT_NODE_SYMLINK,
  GRAFT_NODE_CHAR_DEVICE,
  GRAFT_NODE_BLOCK_DEVICE,
  GRAFT_NODE_FIFO,
  GRAFT_NODE_SOCKET,
} GraftNodeType;

/* "file", "directory", "symlink", "char-device", "block-device", "fifo", "socket": as in --json. */
const char *graft_node_type_get_name (GraftNodeType type);
/* S_IFREG and so on, and back; the latter is %FALSE for an unknown type. */
guint32 graft_node_type_to_mode (GraftNodeType type);
gboolean graft_node_type_from_mode (guint32 mode, GraftNodeType *ret_type);

/**
 * GraftAttributes:
 * @mode: permission bits, 07777; never the type
 * @uid: owner
 * @gid: group
 * @mtime: modification time, seconds since 1970 (a format may only know 32 bits of it)
 * @mtime_nsec: nanoseconds, 0 where the format has none
 */
typedef struct
{
  guint32 mode;
  guint32 uid;
  guint32 gid;
  guint32 mtime_nsec;
  gint64 mtime;
} GraftAttributes;

/* An extended attribute: full name with its prefix ("security.capability"). */
typedef struct
{
  char *name;
  GBytes *value;
} GraftXattr;

GraftXattr *graft_xattr_new (const char *name, GBytes *value);
void graft_xattr_free (GraftXattr *self);

/**
 * GraftNodeInit:
 * @type: the type
 * @attributes: mode, owner, time
 * @size: a regular file's bytes (ignored when @content is given); elsewhere what the source says
 * @target: (nullable): a symlink's target; copied
 * @rdev_major: a device's number
 * @rdev_minor: a device's number
 * @nlink: names of this file as the source says; 0 is taken as 1
 * @implicit: (directories) not recorded in the image, only implied by the path of another entry
 * @source: (nullable): the backend, for a source node; not referenced: it outlives its nodes
 * @handle: by which the backend finds it; unique for each file of the backend
 * @origin: (nullable): for an edited node: the source node from which comes all that is not given
 *   here (content, children, xattrs); an edited one is replaced by its own origin, if it gives
 *   nothing of its own
 * @content: (nullable): new content of a regular file
 * @children: (nullable): new content of a directory
 * @xattrs: (nullable) (element-type GraftXattr): new extended attributes, sorted by name
 *
 * What graft_node_new() takes. References are added, not taken.
 */
typedef struct
{
  GraftNodeType type;
  GraftAttributes attributes;
  guint64 size;
  const char *target;
  guint32 rdev_major;
  guint32 rdev_minor;
  guint32 nlink;
  gboolean implicit;

  GraftTree *source;
  guint64 handle;

  GraftNode *origin;
  GraftInput *content;
  GraftDirectory *children;
  GPtrArray *xattrs;
} GraftNodeInit;

GraftNode *graft_node_new (const GraftNodeInit *init);
/* An init filled from @node, with @node's origin (for a source node: itself) as origin and its
 * own content, children, xattrs where it is an edited one: change what is to be changed, then
 * graft_node_new(). Borrowed from @node. */
GraftNodeInit graft_node_to_init (GraftNode *node);

GraftNode *graft_node_ref (GraftNode *self);
void graft_node_unref (GraftNode *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftNode, graft_node_unref)

GraftNodeType graft_node_get_node_type (GraftNode *self);
const GraftAttributes *graft_node_get_attributes (GraftNode *self);
guint64 graft_node_get_size (GraftNode *self);
const char *graft_node_get_target (GraftNode *self); /* NULL unless a symlink */
guint32 graft_node_get_rdev_major (GraftNode *self);
guint32 graft_node_get_rdev_minor (GraftNode *self);
guint32 graft_node_get_nlink (GraftNode *self);
gboolean graft_node_is_implicit (GraftNode *self);
gboolean graft_node_is_directory (GraftNode *self);

/* The backend of a source node, NULL for an edited one. */
GraftTree *graft_node_get_source (GraftNode *self);
guint64 graft_node_get_handle (GraftNode *self);

/* The source node whose stored *content* (a file's bytes, a directory's list, a link's target) this
 * node still has, so that it may be carried over as it is stored: itself for a source node, the
 * origin of an edited one that has no new content. NULL when the content is new. */
GraftNode *graft_node_get_content_origin (GraftNode *self);
/* The same for the extended attributes. */
GraftNode *graft_node_get_xattr_origin (GraftNode *self);
/* The source node it was made from, whatever was changed since; itself for a source node. */
GraftNode *graft_node_get_origin (GraftNode *self);

/* (nullable): the new content that was given to an edited file; NULL when it has none of its own.
 */
GraftInput *graft_node_get_content (GraftNode *self);

/* Whether both are the same file: same pointer, or same backend and handle. */
gboolean graft_node_is_same_file (GraftNode *a, GraftNode *b);
/* The same for the keys of a GHashTable. */
guint graft_node_hash_file (gconstpointer node);
gboolean graft_node_equal_files (gconstpointer a, gconstpointer b);

/* The entries of a directory, sorted by name. Lists lazily; may read the image. */
GraftDirectory *graft_node_list (GraftNode *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The bytes of a regular file. */
GraftInput *graft_node_open (GraftNode *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* (transfer container-like full): the extended attributes, sorted by name; may be empty. */
GPtrArray *graft_node_list_xattrs (GraftNode *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* One entry by name, NULL with @error unset when there is none. */
GraftNode *graft_node_get_child (GraftNode *self, const char *name, GError **error);

G_END_DECLS
