/* graft-cpio-record.h: what one record says, and what the kernel makes of it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "formats/cpio/graft-cpio-archive.h"

G_BEGIN_DECLS

/* Adds @length bytes, up to the first NUL, and a NUL to @texts; returns where they stand. */
guint32 graft_cpio_add_text (GByteArray *texts, const guint8 *data, gsize length);

/* Takes the name at @data (name_size bytes, at most GRAFT_LIMIT_PATH), and finds from it and the
 * header the path in the tree, the problems, and whether it is a trailer. */
void graft_cpio_record_set_name (GraftCpioRecord *record, GByteArray *texts, const guint8 *data);

/* Whether a link's target follows that is to be kept. */
gboolean graft_cpio_record_has_target (const GraftCpioRecord *record);

/* Whether the kernel holds the data against the header's checksum. */
gboolean graft_cpio_record_has_check (const GraftCpioRecord *record);

G_END_DECLS
