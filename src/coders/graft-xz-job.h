/* graft-xz-job.h: one block that is being encoded
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

#include "coders/graft-encoder.h"

G_BEGIN_DECLS

/**
 * GraftXzJob:
 * @level: how
 * @content: what is encoded
 * @content_size: bytes of that
 * @encoded: (nullable): the block, once it is done
 * @encoded_size: bytes of that
 * @unpadded_size: as the index wants it
 * @failed: (nullable): why there is no block; static, to be translated
 */
typedef struct
{
  GraftLevel level;
  guint8 *content;
  gsize content_size;
  guint8 *encoded;
  gsize encoded_size;
  guint64 unpadded_size;
  const char *failed;
} GraftXzJob;

/* Content bytes of a block at @level. */
gsize graft_xz_job_get_block_size (GraftLevel level);

/* Room for the content of one block. */
GraftXzJob *graft_xz_job_new (GraftLevel level);
void graft_xz_job_free (GraftXzJob *self);

/* Encodes it; stops early, with @failed set, when @stop (atomic) becomes true. The result depends
 * on content and level only. */
void graft_xz_job_run (GraftXzJob *self, gint *stop);

G_END_DECLS
