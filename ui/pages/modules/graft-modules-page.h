/* graft-modules-page.h: which drivers are where, and what another kernel would make of them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "session/graft-session.h"

G_BEGIN_DECLS

#define GRAFT_TYPE_MODULES_PAGE (graft_modules_page_get_type ())
G_DECLARE_FINAL_TYPE (GraftModulesPage, graft_modules_page, GRAFT, MODULES_PAGE, AdwBin)

/* Once, before it is shown. */
void graft_modules_page_set_session (GraftModulesPage *self, GraftSession *session);

G_END_DECLS
