/* graft-swap-plan.h: what a swap of the kernel will do, before it is done
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A plan is a value: it can be shown, and applied once to the set it was made for, as long as that
 * set was not edited in between. Making it reads; nothing is changed until it is applied.
 */

#pragma once

#include "bootset/graft-boot-set.h"
#include "modules/graft-module-diff.h"
#include "steps/swap-kernel/graft-swap-kernel.h"

G_BEGIN_DECLS

/* Something has to be given as well; the message says what, and for which release. */
#define GRAFT_SWAP_ERROR (graft_swap_error_quark ())

typedef enum
{
  GRAFT_SWAP_ERROR_NEEDS_KERNEL,  /* modules alone, for another kernel than the set's */
  GRAFT_SWAP_ERROR_NEEDS_MODULES, /* a kernel alone, whose modules the set does not have */
} GraftSwapError;

GQuark graft_swap_error_quark (void);

/**
 * GraftFirmwareFile:
 * @name: as the module asks for it, below lib/firmware: "rtl_nic/rtl8168g-2.fw"
 * @stored: as it is stored, with a suffix of compression where it has one
 * @node: where it was found, in the source of the kernel or in a root of the set
 */
typedef struct
{
  char *name;
  char *stored;
  GraftNode *node;
} GraftFirmwareFile;

/**
 * GraftSwapLayer:
 * @member: the image
 * @old_folder: the release folder that goes
 * @others: (element-type utf8): paths of further release folders, which stay
 * @new_path: the release folder that comes: "/usr/lib/modules/6.1.0-56-amd64"
 * @new_node: that folder, whole: modules, their indexes, what belongs to them
 * @select: which modules: %GRAFT_SELECT_SAME, _ALL or _CHOSEN
 * @differences: (element-type GraftModuleDifference): old against new, by name
 * @n_modules: modules in @new_node
 * @n_dependencies: those of them that only others need
 * @n_decompressed: those that are stored uncompressed since this layer's modprobe could not read
 *   them otherwise
 * @bytes_before: size of all modules before
 * @bytes_after: and after
 * @room: what an image of a fixed size lacks for all that, and by how much it becomes larger for it
 * @growth_note: (nullable): that of the plan's notes which says so
 * @lost: (element-type utf8): drivers that were there and cannot be again
 * @firmware: (element-type GraftFirmwareFile): firmware that is added
 * @firmware_missing: (element-type utf8): firmware that the modules may ask for and nobody has
 */
typedef struct
{
  GraftMember *member;
  GraftModuleFolder *old_folder;
  GPtrArray *others;
  char *new_path;
  GraftNode *new_node;
  GraftSelect select;
  GPtrArray *differences;
  guint n_modules;
  guint n_dependencies;
  guint n_decompressed;
  guint64 bytes_before;
  guint64 bytes_after;
  GraftRoom room;
  const char *growth_note;
  GPtrArray *lost;
  GPtrArray *firmware;
  GPtrArray *firmware_missing;
} GraftSwapLayer;

void graft_swap_layer_free (GraftSwapLayer *self);

/**
 * GraftSwapPlan:
 * @set: that it was made for
 * @kernel: the member whose file is replaced
 * @new_kernel: (nullable): by what; NULL when the set's kernel stays
 * @old_release: (nullable): of the set's kernel now
 * @new_release: of the set's kernel and modules afterwards
 * @layers: (element-type GraftSwapLayer)
 * @new_folder: (nullable): the new modules, which the layers' differences borrow from
 * @planned_state: of the set
 * @digests: of what the kernel was given by; graft_kernel_source_get_digests()
 * @notes: (element-type utf8): sentences to read before saying yes
 */
struct _GraftSwapPlan
{
  GraftBootSet *set;
  GraftMember *kernel;
  GraftImage *new_kernel;
  char *old_release;
  char *new_release;
  GPtrArray *layers;
  GraftModuleFolder *new_folder;
  GraftBootSetState *planned_state;
  GHashTable *digests;
  GPtrArray *notes;
};

void graft_swap_plan_free (GraftSwapPlan *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftSwapPlan, graft_swap_plan_free)

/* @select and @chosen are for the initrds; a root gets all. An image that has no room for it is
 * %GRAFT_ERROR_NO_ROOM, unless the set's may grow (then a note says by how much).
 * %GRAFT_ERROR_INVALID when releases contradict each other: the message names both;
 * %GRAFT_SWAP_ERROR when something else has to be given as well. */
GraftSwapPlan *graft_swap_plan_new (GraftBootSet *set, GraftKernelSource *source,
                                    GraftSelect select, const char *const *chosen,
                                    GraftProgress *progress, GCancellable *cancellable,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether @set is what this was planned for, and still in the state that it was in then. */
gboolean graft_swap_plan_fits (GraftSwapPlan *self, GraftBootSet *set);

gboolean graft_swap_plan_apply (GraftSwapPlan *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
