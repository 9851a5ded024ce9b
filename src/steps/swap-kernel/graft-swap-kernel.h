/* graft-swap-kernel.h: the main job: another kernel with its modules, in every layer
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "sources/graft-kernel-source.h"
#include "steps/graft-step.h"

G_BEGIN_DECLS

/* Which modules a layer gets. */
typedef enum
{
  GRAFT_SELECT_AUTO, /* an initrd the same drivers, a root all */
  GRAFT_SELECT_SAME, /* the drivers it had, with their dependencies */
  GRAFT_SELECT_ALL,
  GRAFT_SELECT_CHOSEN, /* a list of names, with their dependencies */
} GraftSelect;

/* @paths, @vmlinuz, @modules: as graft_kernel_source_open(). @select: for the initrds. @chosen
 * (nullable): names for GRAFT_SELECT_CHOSEN, NULL-terminated. */
GraftStep *graft_step_swap_kernel_new (const char *const *paths, const char *vmlinuz,
                                       const char *modules, GraftSelect select,
                                       const char *const *chosen);

typedef struct _GraftSwapPlan GraftSwapPlan;

/* The same, with a plan (taken) that was made of these very arguments: it is applied as it was
 * shown, as long as the set is as it was then; otherwise the step plans anew. */
GraftStep *graft_step_swap_kernel_new_planned (const char *const *paths, const char *vmlinuz,
                                               const char *modules, GraftSelect select,
                                               const char *const *chosen, GraftSwapPlan *plan);

G_END_DECLS
