/* graft-decoded-input.h: the decoded bytes of a compressed range, as an input
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Nothing is unpacked to memory or disk: one decoder runs forward behind a window of a few
 * megabytes, and starts again when an earlier place is asked for. So reading in rising order costs
 * one decoding, whatever the size; reading at random costs one each. A range of up to @keep bytes
 * decoded is kept whole instead once it was decoded.
 */

#pragma once

#include "base/graft-input.h"
#include "coders/graft-compression.h"

G_BEGIN_DECLS

/* @size: decoded bytes, known from an earlier pass; reading past a stream's end before @size is
 * %GRAFT_ERROR_CORRUPTED. */
GraftInput *graft_decoded_input_new (GraftInput *encoded, GraftCompression compression,
                                     guint64 size, guint64 keep, const char *name);

/* Frees the decoder and its window, some 16 MiB; who reads again waits for them to be made anew.
 * Any other input, and one that is kept whole, stays as it is. */
void graft_decoded_input_rest (GraftInput *input);

G_END_DECLS
