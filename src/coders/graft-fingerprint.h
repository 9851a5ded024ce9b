/* graft-fingerprint.h: whether two streams are the same, MiB by MiB, at next to no cost
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Made of what goes into an encoder and of what comes out of a decoder, to be compared in memory;
 * never stored. It is taken of every stream that is read, so it must cost next to nothing: four
 * 64-bit lanes, each step of which can be undone, so that no single changed word goes unnoticed. It
 * is no defence against somebody who wants two streams to look the same.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define GRAFT_FINGERPRINT_PIECE (1024 * 1024)

typedef struct _GraftFingerprint GraftFingerprint;

GraftFingerprint *graft_fingerprint_new (void);
void graft_fingerprint_free (GraftFingerprint *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftFingerprint, graft_fingerprint_free)

void graft_fingerprint_update (GraftFingerprint *self, const void *data, gsize length);

/* (element-type guint64): one number for each GRAFT_FINGERPRINT_PIECE bytes, and one for the rest.
 * Nothing may be added after it. */
GArray *graft_fingerprint_finish (GraftFingerprint *self);

G_END_DECLS
