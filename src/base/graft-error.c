/* graft-error.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "base/graft-error.h"

#include <glib/gi18n-lib.h>

/* The names are glued together with hyphens: not for the formatter, which would take them for
 * subtractions. */
/* clang-format off */
G_DEFINE_QUARK (graft-image-error-quark, graft_image_error)
G_DEFINE_QUARK (graft-overlay-error-quark, graft_overlay_error)
G_DEFINE_QUARK (graft-step-error-quark, graft_step_error)
G_DEFINE_QUARK (graft-export-error-quark, graft_export_error)
/* clang-format on */

gboolean
graft_error_set_errno (GError **error, GQuark domain, int errnum, const char *name,
                       const char *what)
{
  g_set_error (error, domain, GRAFT_ERROR_IO, _ ("%s: %s: %s"), name, what, g_strerror (errnum));
  return FALSE;
}
