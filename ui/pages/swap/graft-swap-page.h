/* graft-swap-page.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "session/graft-session.h"

G_BEGIN_DECLS

#define GRAFT_TYPE_SWAP_PAGE (graft_swap_page_get_type ())
G_DECLARE_FINAL_TYPE (GraftSwapPage, graft_swap_page, GRAFT, SWAP_PAGE, AdwBin)

/* Once, before it is shown. */
void graft_swap_page_set_session (GraftSwapPage *self, GraftSession *session);
/* @paths: of the user's machine, NULL-terminated. "leave" is emitted when the page is done. */
void graft_swap_page_plan (GraftSwapPage *self, const char *const *paths);

G_END_DECLS
