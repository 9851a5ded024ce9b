/* graft-cpio-scanner.h: reads an archive forward once, piece by piece, and keeps its headers
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A state machine as the kernel's: it is fed whatever pieces the decoder gives, and never looks
 * back. What it has no use for (the data of files) may be skipped without being read.
 */

#pragma once

#include "formats/cpio/graft-cpio-archive.h"

G_BEGIN_DECLS

/**
 * GraftCpioScanMode:
 * @GRAFT_CPIO_SCAN_STREAM: all of a decoded stream; archives behind the first belong to it, what
 *   cannot be read is kept as unreadable
 * @GRAFT_CPIO_SCAN_STORED: an archive that lies uncompressed among other things: ends after its
 *   trailer and the zeros that fill its last 512 bytes, or where something else starts
 */
typedef enum
{
  GRAFT_CPIO_SCAN_STREAM,
  GRAFT_CPIO_SCAN_STORED,
} GraftCpioScanMode;

typedef struct _GraftCpioScanner GraftCpioScanner;

GraftCpioScanner *graft_cpio_scanner_new (GraftCpioScanMode mode);
void graft_cpio_scanner_free (GraftCpioScanner *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftCpioScanner, graft_cpio_scanner_free)

/* Takes the next bytes; uses all of them unless the archive ended. */
gboolean graft_cpio_scanner_feed (GraftCpioScanner *self, const guint8 *data, gsize length,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Bytes that come next and that it need not see. */
guint64 graft_cpio_scanner_get_skippable (GraftCpioScanner *self);
void graft_cpio_scanner_skip (GraftCpioScanner *self, guint64 length);

/* Bytes used so far: the archive's size once it ended. */
guint64 graft_cpio_scanner_get_position (GraftCpioScanner *self);
gboolean graft_cpio_scanner_has_ended (GraftCpioScanner *self);

/* The archive, when there are no more bytes or it ended. In the middle of a record:
 * %GRAFT_ERROR_CORRUPTED, which names it. */
GraftCpioArchive *graft_cpio_scanner_finish (GraftCpioScanner *self,
                                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
