/* graft-size-text.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "widgets/graft-size-text.h"

#include <glib/gi18n.h>

char *
graft_size_text (guint64 bytes)
{
  return g_format_size (bytes);
}

char *
graft_time_left_text (double seconds)
{
  int whole = (int)CLAMP (seconds + 0.5, 0, G_MAXINT / 2);

  if (seconds < 0)
    return NULL;
  if (whole < 60)
    return g_strdup_printf (_ ("%d s left"), MAX (whole, 1));
  return g_strdup_printf (_ ("about %d min left"), (whole + 30) / 60);
}
