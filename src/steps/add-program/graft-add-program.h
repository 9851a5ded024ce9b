/* graft-add-program.h: a program with its libraries into an image
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "steps/add-program/graft-program-plan.h"
#include "steps/graft-step.h"

G_BEGIN_DECLS

/**
 * graft_step_add_program_new:
 * @root: (nullable): folder of this machine that is the root of the program's system; NULL: this
 * one
 * @program: in @root; without one a path of this machine
 * @address: (nullable): as in GraftProgramWish
 * @is_private: as in GraftProgramWish
 *
 * All that the image lacks comes along, into its own folder of libraries; its libc is never
 * replaced. What does not fit is refused.
 */
GraftStep *graft_step_add_program_new (const char *root, const char *program, const char *address,
                                       gboolean is_private);

/* The same, with a plan (taken) that was made of these very arguments: it is applied as it was
 * shown, as long as the set is as it was then; otherwise the step plans anew. */
GraftStep *graft_step_add_program_new_planned (const char *root, const char *program,
                                               const char *address, gboolean is_private,
                                               GraftProgramPlan *plan);

G_END_DECLS
