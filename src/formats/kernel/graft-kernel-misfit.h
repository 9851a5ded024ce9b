/* graft-kernel-misfit.h: what a file is that should be a kernel and is not
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "base/graft-input.h"

G_BEGIN_DECLS

/* Sets @error to a sentence that says what @input is instead of a kernel and what to do:
 * %GRAFT_ERROR_CORRUPTED for a kernel that is not whole, %GRAFT_ERROR_UNSUPPORTED for anything
 * else. Looks into compressed data as well. */
void graft_kernel_misfit_set_error (GraftInput *input, GError **error);

G_END_DECLS
