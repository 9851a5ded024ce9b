/* graft-program-plan.h: what adding a program to an image will do, before it is done
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A plan is a value: it can be shown, changed, and applied once to the set it was made for, as long
 * as that set was not edited in between. Making it reads; nothing is changed until it is applied.
 */

#pragma once

#include "bootset/graft-boot-set.h"
#include "programs/graft-closure.h"

G_BEGIN_DECLS

/**
 * GraftProgramWish:
 * @root: the tree that has the program; must outlive the plan and what is done with it, as the
 * nodes of the set's own store do
 * @root_name: for messages: "/", "debian.tar"
 * @path: of the program in @root
 * @address: the image, and the program's place in it where it is not to be the same as in @root: a
 *   folder that is there, or the path itself ("initrd.img:/opt/strace"); NULL: the set's only
 * initrd
 * @is_private: the program gets a folder of its own with a loader and all libraries, and a script
 * in its place that starts it: so that nothing of the image needs to fit
 * @optional: libraries that it only may open later come along
 * @variants: so do libraries' variants for better processors
 */
typedef struct
{
  GraftNode *root;
  const char *root_name;
  const char *path;
  const char *address;
  gboolean is_private;
  gboolean optional;
  gboolean variants;
} GraftProgramWish;

/**
 * GraftPlannedFile:
 * @path: in the image, without links
 * @node: what is put there
 * @replaces: something stands there now
 */
typedef struct
{
  char *path;
  GraftNode *node;
  gboolean replaces;
} GraftPlannedFile;

/**
 * GraftProgramPlan:
 * @set: that it was made for
 * @image: the image's name, for messages
 * @overlay: the image's edits, borrowed from the set
 * @part: of them; -1 for the merged view
 * @closure: the program with its libraries; of a private one in its root alone
 * @is_private: as it was wished
 * @files: (element-type GraftPlannedFile): what is put into the image, in order; of a private one
 * the folder, and the script
 * @notes: (element-type utf8): sentences to read before saying yes
 * @planned_state: of the set
 */
typedef struct
{
  GraftBootSet *set;
  char *image;
  GraftOverlay *overlay;
  int part;
  GraftClosure *closure;
  gboolean is_private;
  GPtrArray *files;
  GPtrArray *notes;
  GraftBootSetState *planned_state;
} GraftProgramPlan;

void graft_program_plan_free (GraftProgramPlan *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftProgramPlan, graft_program_plan_free)

/**
 * graft_program_plan_new:
 *
 * What does not fit is no error yet: it stands in the plan's closure, and
 * graft_program_plan_apply() refuses such a plan. %GRAFT_ERROR_INVALID when the address names no
 * image, or what is wished cannot be private.
 */
GraftProgramPlan *graft_program_plan_new (GraftBootSet *set, const GraftProgramWish *wish,
                                          GCancellable *cancellable,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether @set is what this was planned for, and still in the state that it was in then. */
gboolean graft_program_plan_fits (GraftProgramPlan *self, GraftBootSet *set);

/* %GRAFT_ERROR_REFUSED when something of it is missing or a conflict: the message says what, who
 * wants it, and what can be done. */
gboolean graft_program_plan_apply (GraftProgramPlan *self,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
