/* graft-swap-page.h: what a swap of the kernel will do, before it is done
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "session/graft-session.h"

G_BEGIN_DECLS

#define GRAFT_TYPE_SWAP_PAGE (graft_swap_page_get_type ())
G_DECLARE_FINAL_TYPE (GraftSwapPage, graft_swap_page, GRAFT, SWAP_PAGE, AdwBin)

/**
 * GraftSwapPage::leave:
 *
 * The page wants to be left: the swap was done, or not wanted.
 */

/* Once, before it is shown. */
void graft_swap_page_set_session (GraftSwapPage *self, GraftSession *session);

/* Plans a swap to what lies at @paths (NULL-terminated): a package, a folder of any shape, a kernel
 * file, or a kernel file and a folder of its modules. */
void graft_swap_page_plan (GraftSwapPage *self, const char *const *paths);

/* A plan is being applied: no other can be made before it is through. */
gboolean graft_swap_page_is_swapping (GraftSwapPage *self);

G_END_DECLS
