/* graft-boot-set.h: the files that boot together
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "bootset/graft-cobbler.h"
#include "bootset/graft-member.h"
#include "image/graft-store.h"

G_BEGIN_DECLS

#define GRAFT_TYPE_BOOT_SET (graft_boot_set_get_type ())
G_DECLARE_FINAL_TYPE (GraftBootSet, graft_boot_set, GRAFT, BOOT_SET, GObject)

/**
 * graft_boot_set_open:
 * @path: a folder, or any one image: its siblings are found, in its folder and those in that; not
 *   other images of its kind, nor, where names tell it (vmlinuz-6.1), of another release, unless
 *   boot entries start them. For a file of an installer's tree (graft_set_tree_find()) the folder
 *   is the tree's. Or a distro of Cobbler's, as graft_set_place_find() takes it
 *
 * Looks at the folder and those below (caps of graft-limits.h) for a kernel, initrds and roots, by
 * content and by the names that boot entries (pxelinux.cfg/…) give. What a member is is told by its
 * first bytes; its image is opened when it is first asked for, and where it cannot be read, the
 * member has the reason. When none can be read, the reason is the error: so that one, the cheapest,
 * is opened here. The reason is the error also for a file that was asked for, cannot be read and is
 * not even called like an image. %GRAFT_ERROR_NOT_FOUND when there is nothing of a boot set.
 */
GraftBootSet *graft_boot_set_open (const char *path, GCancellable *cancellable,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Where the members of the set that @path names would lie: the folder to recover before it is
 * opened. Never fails: of what is not there, the folder that it would lie in. */
char *graft_boot_set_find_folder (const char *path);

/* (nullable): what Cobbler says, when the set was opened as one of its distros. Borrowed. */
GraftCobblerDistro *graft_boot_set_get_distro (GraftBootSet *self);

/* The folder that the members' paths start from. */
const char *graft_boot_set_get_folder (GraftBootSet *self);

/* In boot order: kernels, initrds, roots, boot entries, .treeinfo; an image inside of another
 * follows it; (element-type GraftMember), borrowed. */
GPtrArray *graft_boot_set_get_members (GraftBootSet *self);
/* (transfer container) (element-type GraftMember): those that are files. */
GPtrArray *graft_boot_set_list_files (GraftBootSet *self);
/* Opens the image of each; %FALSE only when cancelled: one that cannot be read has its problem. */
gboolean graft_boot_set_open_members (GraftBootSet *self, GCancellable *cancellable,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* By its path ("initrd.img", "live/filesystem.squashfs"); by its file name alone where only one
 * member has it. NULL with %GRAFT_ERROR_NOT_FOUND, naming those there are. Borrowed. */
GraftMember *graft_boot_set_find_member (GraftBootSet *self, const char *path, GError **error);

/**
 * graft_boot_set_open_inside:
 * @parent: a member
 * @segment: of @parent, from 1; 0 for the merged view
 * @path: in @parent, as it is now with its edits: a file that is an image with a tree
 *
 * Images of roots at places where distributions put them are members as soon as the set is open;
 * any other becomes one by this.
 *
 * Returns: (transfer none): the member; NULL when there is no image, or it lies in more images than
 *   GRAFT_LIMIT_NESTING
 */
GraftMember *graft_boot_set_open_inside (GraftBootSet *self, GraftMember *parent, guint segment,
                                         const char *path, GCancellable *cancellable,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The kernel of the set; of several the one that the set was opened by, else that a .treeinfo
 * lists, else that a boot entry starts, else that alone is called like one. NULL with an error when
 * there is none or more than one (named). */
GraftMember *graft_boot_set_get_kernel (GraftBootSet *self, GError **error);

/* The set's store for what is imported; made when first asked for. */
GraftStore *graft_boot_set_get_store (GraftBootSet *self, GError **error);

/* Whether images of a fixed size (ext4) that lack room for what is edited become larger when they
 * are exported; not unless it is said. What there is no room for is refused else. */
gboolean graft_boot_set_get_may_grow (GraftBootSet *self);
void graft_boot_set_set_may_grow (GraftBootSet *self, gboolean may_grow);

gboolean graft_boot_set_is_changed (GraftBootSet *self);

/* The state of all members at one time, for undo; immutable. */
typedef struct _GraftBootSetState GraftBootSetState;

GraftBootSetState *graft_boot_set_dup_state (GraftBootSet *self);
void graft_boot_set_set_state (GraftBootSet *self, GraftBootSetState *state);
/* Whether nothing was edited or replaced since @state was taken: a pointer test. */
gboolean graft_boot_set_is_in_state (GraftBootSet *self, GraftBootSetState *state);
void graft_boot_set_state_free (GraftBootSetState *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftBootSetState, graft_boot_set_state_free)

/* None of the members' files was changed or replaced on disk since it was opened. */
gboolean graft_boot_set_check_unchanged (GraftBootSet *self,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
