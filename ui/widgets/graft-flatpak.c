/* graft-flatpak.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "widgets/graft-flatpak.h"

/* flatpak-metadata(5): there in each sandbox. */
gboolean
graft_in_flatpak (void)
{
  return g_file_test ("/.flatpak-info", G_FILE_TEST_EXISTS);
}
