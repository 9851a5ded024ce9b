/* graft-name.h: names that come out of an image, made fit to be shown
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A name in an image is any bytes but NUL and "/". Shown raw it could move the cursor, turn the
 * writing direction or end the line, so control characters, bidirectional marks, backslashes and
 * bytes that are not UTF-8 are escaped (\n, \x1b, \u202e, \\, \xff).
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* For people and terminals. */
char *graft_name_escape (const char *name);

/* The reverse, for what a user types; NULL when an escape makes no sense or gives a NUL. */
char *graft_name_unescape (const char *text);

G_END_DECLS
