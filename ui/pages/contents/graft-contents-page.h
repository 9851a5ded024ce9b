/* graft-contents-page.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "session/graft-session.h"

G_BEGIN_DECLS

#define GRAFT_TYPE_CONTENTS_PAGE (graft_contents_page_get_type ())
G_DECLARE_FINAL_TYPE (GraftContentsPage, graft_contents_page, GRAFT, CONTENTS_PAGE, AdwBin)

/* Once, before it is shown. */
void graft_contents_page_set_session (GraftContentsPage *self, GraftSession *session);

G_END_DECLS
