/* graft-start-page.h: what a window shows without a set
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define GRAFT_TYPE_START_PAGE (graft_start_page_get_type ())
G_DECLARE_FINAL_TYPE (GraftStartPage, graft_start_page, GRAFT, START_PAGE, AdwBin)

G_END_DECLS
