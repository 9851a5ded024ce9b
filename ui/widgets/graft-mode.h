/* graft-mode.h: permission bits as people write them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Two ways: four octal digits ("4755"), and nine letters as ls(1) has them ("rwsr-xr-x").
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* All bits that a mode has beside the type. */
#define GRAFT_MODE_ALL 07777

/* Of the permission bits of @mode: "rwxr-xr-x", with s, S, t, T for the three above them. */
char *graft_mode_dup_text (guint32 mode);
/* "0755". */
char *graft_mode_dup_octal (guint32 mode);
/* Either way, blanks around it passed over; %FALSE when it is neither. */
gboolean graft_mode_parse (const char *text, guint32 *ret_mode);

G_END_DECLS
