/* graft-module-reader.h: which compressed modules a layer's own modprobe can read
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "coders/graft-compression.h"
#include "image/graft-node.h"

G_BEGIN_DECLS

/**
 * GraftModuleReader:
 * @gzip: libz is needed by modprobe or libkmod (DT_NEEDED, .note.dlopen) and is in the image
 * @xz: the same for liblzma
 * @zstd: the same for libzstd
 * @program: (nullable): the modprobe that was looked at, path in the image
 * @is_busybox: it is busybox's: none of the compressions is counted on but gzip and xz as far as
 *   its strings say
 *
 * Uncompressed modules are always read.
 */
typedef struct
{
  gboolean gzip;
  gboolean xz;
  gboolean zstd;
  gboolean is_busybox;
  char *program;
} GraftModuleReader;

GraftModuleReader *graft_module_reader_find (GraftNode *root, GError **error);
void graft_module_reader_free (GraftModuleReader *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftModuleReader, graft_module_reader_free)

gboolean graft_module_reader_can_read (GraftModuleReader *self, GraftCompression compression);

G_END_DECLS
