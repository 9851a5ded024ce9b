/* graft-error.h: what can go wrong, and in which layer
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * GraftErrorCode:
 * @GRAFT_ERROR_CORRUPTED: the bytes contradict their own format; nothing can be done but to get a
 *   good copy
 * @GRAFT_ERROR_UNSUPPORTED: valid as far as can be told, but of a kind Bootgraft does not handle
 * @GRAFT_ERROR_TOO_LARGE: a cap of graft-limits.h was met
 * @GRAFT_ERROR_NOT_FOUND: a path, member or module that was asked for is not there
 * @GRAFT_ERROR_CHANGED: a file changed on disk while it was open
 * @GRAFT_ERROR_REFUSED: possible, but would do harm (leave a folder, run or overwrite something)
 * @GRAFT_ERROR_INVALID: what the user asked for makes no sense as written
 * @GRAFT_ERROR_IO: the operating system refused to read or write
 * @GRAFT_ERROR_MISMATCH: what was written does not read back as it should
 * @GRAFT_ERROR_NO_ROOM: an image of a fixed size is too small for what is to go into it
 *
 * The codes are the same in every layer's domain; cancelled is %G_IO_ERROR_CANCELLED, as
 * everywhere in GIO.
 */
typedef enum
{
  GRAFT_ERROR_CORRUPTED,
  GRAFT_ERROR_UNSUPPORTED,
  GRAFT_ERROR_TOO_LARGE,
  GRAFT_ERROR_NOT_FOUND,
  GRAFT_ERROR_CHANGED,
  GRAFT_ERROR_REFUSED,
  GRAFT_ERROR_INVALID,
  GRAFT_ERROR_IO,
  GRAFT_ERROR_MISMATCH,
  GRAFT_ERROR_NO_ROOM,
} GraftErrorCode;

/* Reading bytes, streams, images (base, coders, elf, image, formats, helper, sources). */
#define GRAFT_IMAGE_ERROR (graft_image_error_quark ())
/* Editing (overlay). */
#define GRAFT_OVERLAY_ERROR (graft_overlay_error_quark ())
/* Planning (modules, bootset, steps). */
#define GRAFT_STEP_ERROR (graft_step_error_quark ())
/* Writing (graft-output, export): the command line ends with 3 for these. */
#define GRAFT_EXPORT_ERROR (graft_export_error_quark ())

GQuark graft_image_error_quark (void);
GQuark graft_overlay_error_quark (void);
GQuark graft_step_error_quark (void);
GQuark graft_export_error_quark (void);

/* Sets @error from @errnum ("NAME: what: No space left on device"). Always returns %FALSE. */
gboolean graft_error_set_errno (GError **error, GQuark domain, int errnum, const char *name,
                                const char *what);

G_END_DECLS
