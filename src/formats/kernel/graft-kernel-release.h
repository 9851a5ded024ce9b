/* graft-kernel-release.h: the release at the start of a version text
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A release ("6.1.0-56-amd64") names a folder below lib/modules, so a text of an image is not
 * believed to be one before it looks like one.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * graft_kernel_release_parse:
 * @text: a kernel's version text, or a module's vermagic
 *
 * Returns: (transfer full) (nullable): the release that @text begins with, up to the first blank.
 * It begins with a digit, has only visible ASCII characters and no "/", and at most the 64
 * characters of uname (the kernel's __NEW_UTS_LEN); else %NULL
 */
char *graft_kernel_release_parse (const char *text);

G_END_DECLS
