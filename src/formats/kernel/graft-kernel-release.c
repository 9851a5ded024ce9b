/* graft-kernel-release.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/kernel/graft-kernel-release.h"

#include <string.h>

#define UTS_LENGTH 64

char *
graft_kernel_release_parse (const char *text)
{
  gsize length = strcspn (text, " \t\n");

  if (length > UTS_LENGTH || !g_ascii_isdigit (text[0]))
    return NULL;
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isgraph (text[i]) || text[i] == '/')
      return NULL;
  return g_strndup (text, length);
}
