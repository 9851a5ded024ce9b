/* graft-member.h: one image of a boot set: a file, or inside of another member
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Its image is opened when it is first asked for: to open an initrd, all of it is decoded. Opening
 * and what only asks may be done from several threads; edits and replacements are for one.
 */

#pragma once

#include "image/graft-image.h"
#include "overlay/graft-overlay.h"

G_BEGIN_DECLS

typedef enum
{
  GRAFT_ROLE_KERNEL,
  GRAFT_ROLE_INITRD,
  GRAFT_ROLE_ROOT,
  GRAFT_ROLE_BOOT_ENTRY, /* a pxelinux configuration: text */
  GRAFT_ROLE_TREE_INFO,  /* a .treeinfo: text */
} GraftRole;

/* "kernel", "initrd", "root", "boot-entry", "tree-info". */
const char *graft_role_get_name (GraftRole self);
/* Whether it is text and no image. */
gboolean graft_role_is_text (GraftRole self);

#define GRAFT_TYPE_MEMBER (graft_member_get_type ())
G_DECLARE_FINAL_TYPE (GraftMember, graft_member, GRAFT, MEMBER, GObject)

/**
 * graft_member_new:
 * @path: relative to the set's folder
 * @input: (nullable): NULL when the file could not be opened; then there is @problem
 * @format: (nullable): of the image, by its first bytes; NULL for a text and with @problem
 * @problem: (nullable): why it cannot be read, where that is known already
 */
GraftMember *graft_member_new (GraftRole role, const char *path, GraftInput *input,
                               const char *format, const GError *problem);

/**
 * graft_member_new_inside:
 * @parent: an image of the set, open, with a tree
 * @segment: of @parent, in whose archive it lies; 0 for the merged view
 * @part: that segment's part; -1
 * @path: in it, without links on the way
 * @node: what stands there now: a regular file
 * @input: its bytes
 * @format: of the image, by its first bytes
 *
 * An image inside of another. It belongs to the list of @parent's children as long as it lives.
 */
GraftMember *graft_member_new_inside (GraftMember *parent, guint segment, int part,
                                      const char *path, GraftNode *node, GraftInput *input,
                                      GraftRole role, const char *format);

/* (nullable): the member that it lies in; NULL for a file. */
GraftMember *graft_member_get_parent (GraftMember *self);
/* In its parent: the part (-1: the merged view) and the path. */
int graft_member_get_inner_part (GraftMember *self);
const char *graft_member_get_inner_path (GraftMember *self);
/* (nullable): what was opened there: with graft_node_get_content_origin() and -_content() it can be
 * told whether that still stands there. */
GraftNode *graft_member_get_inner_node (GraftMember *self);
/* 1 for a file, 2 for an image in it, … */
guint graft_member_get_depth (GraftMember *self);
/* (element-type GraftMember): images inside of it that are members; borrowed. */
GPtrArray *graft_member_get_children (GraftMember *self);

GraftRole graft_member_get_role (GraftMember *self);
/* Relative to the set's folder; of one inside of another with the paths of both ("IMAGE:/path"). */
const char *graft_member_get_path (GraftMember *self);
/* NULL when the file could not be opened. */
GraftInput *graft_member_get_input (GraftMember *self);
/* "initrd", …: what its first bytes say; NULL when nothing, and for a boot entry. */
const char *graft_member_get_format (GraftMember *self);
/* Whether it is of a format that has a tree to look into; opens nothing. */
gboolean graft_member_has_tree (GraftMember *self);

/**
 * graft_member_open:
 *
 * Opens its image, unless that is done: costs what opening the image costs, so that a window does
 * it in a worker thread, one for each member if it likes. While another thread opens it, this waits
 * for that one. A boot entry has no image and is open always.
 *
 * Returns: %FALSE when it cannot be read, for the reason that graft_member_get_problem() has from
 *   then on; or when cancelled, after which it is as if it had not been tried.
 */
gboolean graft_member_open (GraftMember *self, GCancellable *cancellable,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Whether its image was opened, or is known to be unreadable: then none of the functions below
 * takes time. Never waits. */
gboolean graft_member_is_open (GraftMember *self);

/* These three open it first, and that cannot be cancelled: who can be, calls graft_member_open()
 * before. */
/* As opened; NULL for a boot entry and for one that cannot be read. */
GraftImage *graft_member_get_image (GraftMember *self);
/* Why it cannot be read; NULL when it can. */
const GError *graft_member_get_problem (GraftMember *self);
/* Its edits; NULL where there is no tree (kernel, boot entry, unreadable). */
GraftOverlay *graft_member_get_overlay (GraftMember *self);

/* Its edits; NULL too while it is not open: then it has none. */
GraftOverlay *graft_member_peek_overlay (GraftMember *self);

/* Another file in its place (a new kernel); NULL: none. The replacement's image must be of the
 * same format. */
GraftImage *graft_member_get_replacement (GraftMember *self);
void graft_member_set_replacement (GraftMember *self, GraftImage *replacement);
/* The replacement, else the image as opened (and opened, if it is not). */
GraftImage *graft_member_get_current_image (GraftMember *self);

/* (nullable): other text in the place of that of a boot entry; borrowed. */
GraftInput *graft_member_get_text (GraftMember *self);
/* NULL: its own. */
void graft_member_set_text (GraftMember *self, GraftInput *text);
/* (nullable): the text that it has now; its file's for anything else. */
GraftInput *graft_member_get_current_input (GraftMember *self);

/* Whether it, or an image inside of it, was edited or replaced. */
gboolean graft_member_is_changed (GraftMember *self);
/* The same without the images inside. */
gboolean graft_member_is_edited (GraftMember *self);

/* The unix mode of the file on disk (0644): what is served must stay readable. */
guint32 graft_member_get_file_mode (GraftMember *self);

/**
 * GraftMemberCopy:
 * @path: as a member's
 * @input: (nullable): as a member's
 * @file_mode: as a member's
 *
 * The same file in another folder of the set; it becomes whatever the member becomes.
 */
typedef struct
{
  char *path;
  GraftInput *input;
  guint32 file_mode;
} GraftMemberCopy;

/* (element-type GraftMemberCopy), borrowed; by path. */
GPtrArray *graft_member_get_copies (GraftMember *self);
void graft_member_add_copy (GraftMember *self, const char *path, GraftInput *input);

G_END_DECLS
