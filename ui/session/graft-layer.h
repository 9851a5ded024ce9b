/* graft-layer.h: one member of the set, as it is at one time
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Made by a worker, then immutable: the window reads it without waiting and without locks, while
 * the set itself is being edited. After an edit another layer stands in its place.
 */

#pragma once

#include "bootset/graft-boot-set.h"
#include "modules/graft-layer-state.h"

G_BEGIN_DECLS

/**
 * GraftLayerRoom:
 * @size: of the file system, bytes
 * @free_bytes: what will be free at least, when the edits so far are written
 * @free_inodes: the same of files, folders and links that can still be made
 * @growth: by how many bytes it has to become larger for the edits so far; 0: not at all, or it
 *   cannot
 * @problem: (nullable): how much is lacking for them, in a sentence; NULL also where it may become
 *   larger
 */
typedef struct
{
  guint64 size;
  guint64 free_bytes;
  guint64 free_inodes;
  guint64 growth;
  char *problem;
} GraftLayerRoom;

#define GRAFT_TYPE_LAYER (graft_layer_get_type ())
G_DECLARE_FINAL_TYPE (GraftLayer, graft_layer, GRAFT, LAYER, GObject)

/* What is known before the image is opened: role, path, size. */
GraftLayer *graft_layer_new (GraftMember *member);
/* All of it; the image is opened, if that was not done. Takes time, for a worker that has the set
 * for itself. NULL only when cancelled. @kernel_release: of the set's kernel, NULL if there is
 * none. @may_grow: of the set. @before (nullable): what is unchanged since then is shared. */
GraftLayer *graft_layer_read (GraftMember *member, const char *kernel_release, gboolean may_grow,
                              GraftLayer *before, GCancellable *cancellable,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether nothing differs between two layers of one member: a pointer test. */
gboolean graft_layer_is_same (GraftLayer *a, GraftLayer *b);

GraftRole graft_layer_get_role (GraftLayer *self);
/* Whether it lies in the image of another layer, and is no file of its own. */
gboolean graft_layer_is_inside (GraftLayer *self);
/* (inside) The layer that it lies in, by its path; NULL for a file of its own. */
const char *graft_layer_get_around (GraftLayer *self);
/* (inside) In that layer: the part (-1: what the kernel sees) and the path. */
int graft_layer_get_inner_part (GraftLayer *self);
const char *graft_layer_get_inner_path (GraftLayer *self);
/* (inside) The file that was opened as this image. */
GraftNode *graft_layer_get_inner_node (GraftLayer *self);
/* (inside) Whether that file still lies there; what was moved, replaced or deleted does not, and
 * no kernel sees what is in it. */
gboolean graft_layer_is_in_place (GraftLayer *self);
/* Relative to the set's folder, as steps name it in their addresses. */
const char *graft_layer_get_path (GraftLayer *self);
/* Of the file on disk, bytes; 0 when it could not be opened. */
guint64 graft_layer_get_file_size (GraftLayer *self);
/* The same, or that of the file that replaces it (a new kernel), bytes. */
guint64 graft_layer_get_current_size (GraftLayer *self);

/* %FALSE: it is still being read, and nothing below is known. */
gboolean graft_layer_is_open (GraftLayer *self);
/* Why it cannot be read; NULL when it can. */
const GError *graft_layer_get_problem (GraftLayer *self);
/* The file as it lies on disk; NULL when it could not be opened. */
GraftInput *graft_layer_get_input (GraftLayer *self);
/* As it is now: a replaced kernel is the new one. NULL for a boot entry and with a problem. */
GraftImage *graft_layer_get_image (GraftLayer *self);

/* What the kernel sees of it; NULL where there is no tree (kernel, boot entry, problem). */
GraftNode *graft_layer_get_root (GraftLayer *self);
/* The root of one part (GraftSegment.part). */
guint graft_layer_get_n_parts (GraftLayer *self);
GraftNode *graft_layer_get_part (GraftLayer *self, guint part);
/* The same of the image as it was opened, to compare with. */
GraftNode *graft_layer_get_source_root (GraftLayer *self);
GraftNode *graft_layer_get_source_part (GraftLayer *self, guint part);

/* (element-type utf8) (nullable): paths of the set that have the same file, and will have what
 * becomes of it; NULL for none. */
const char *const *graft_layer_get_copies (GraftLayer *self);

/* Why nothing in it can be edited, in a sentence: its own state, or that of an image around it.
 * NULL when it can. */
const char *graft_layer_get_read_only_reason (GraftLayer *self);
/* What is free in a file system of a fixed size, as it is edited now; NULL where there are no such
 * bounds. */
const GraftLayerRoom *graft_layer_get_room (GraftLayer *self);

/* Differs from the file on disk. */
gboolean graft_layer_is_changed (GraftLayer *self);

/* Of the set's kernel now; NULL when there is none. */
const char *graft_layer_get_kernel_release (GraftLayer *self);
/* (kernels) its own release; NULL when it is no kernel. */
const char *graft_layer_get_release (GraftLayer *self);
/* (trees) do its modules match the set's kernel; names of the release folders. */
GraftLayerState graft_layer_get_state (GraftLayer *self);
const char *const *graft_layer_get_releases (GraftLayer *self);

G_END_DECLS
