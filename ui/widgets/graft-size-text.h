/* graft-size-text.h: amounts in words
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* "147 MB": no more than three digits, powers of 1000, as file managers say it. */
char *graft_size_text (guint64 bytes);
/* "12 s left", "about 3 min left"; NULL when @seconds is negative: too early to say. */
char *graft_time_left_text (double seconds);

G_END_DECLS
