/* graft-helper-text.h: what the helper program says, in the user's language
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * graft_helper_text_translate:
 * @text: what the helper program said, fit to be shown
 *
 * The confined program reads no catalogue of translations: it says one of a few English sentences,
 * or what a library or tool says.
 *
 * Returns: (transfer full): its translation; @text when it is none of the helper's own sentences
 */
char *graft_helper_text_translate (const char *text);

G_END_DECLS
