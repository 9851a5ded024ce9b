/* graft-content-view.h: the bytes of a file, as text or in hex
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "pages/contents/details/graft-content.h"

G_BEGIN_DECLS

#define GRAFT_TYPE_CONTENT_VIEW (graft_content_view_get_type ())
G_DECLARE_FINAL_TYPE (GraftContentView, graft_content_view, GRAFT, CONTENT_VIEW, AdwBin)

/* In place of what was shown: a text as such, anything else in hex. */
void graft_content_view_show (GraftContentView *self, const GraftContent *content);

G_END_DECLS
