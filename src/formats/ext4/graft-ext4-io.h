/* graft-ext4-io.h: what libext2fs reads and writes: an input, and a copy of what was changed
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The base is never written. What the library changes is kept by units of equal size: in memory,
 * and above a limit in a temporary file without a name. A unit is best the block in which the base
 * itself is stored (a squashfs's 128 KiB): then each changed unit is one block to encode again.
 *
 * Not for several threads at once.
 */

#pragma once

#include "base/graft-input.h"
#include "base/graft-patched-input.h"
#include "formats/ext4/graft-ext4-library.h"

G_BEGIN_DECLS

typedef struct _GraftExt4Io GraftExt4Io;

/* Bytes of a unit where nothing says otherwise. */
#define GRAFT_EXT4_UNIT (128 * 1024)

/* @unit: a power of two from 1024 on. A read-only one refuses each write. */
GraftExt4Io *graft_ext4_io_new (GraftInput *base, gsize unit, gboolean writable);
void graft_ext4_io_free (GraftExt4Io *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftExt4Io, graft_ext4_io_free)

/* How many bytes of changed units stay in memory; GRAFT_EXT4_MEMORY unless it was called. */
void graft_ext4_io_set_memory (GraftExt4Io *self, gsize bytes);
#define GRAFT_EXT4_MEMORY (256 * 1024 * 1024)

/* (nullable): where the temporary file is made; NULL: the system's folder for such. */
void graft_ext4_io_set_folder (GraftExt4Io *self, const char *folder);

/* Makes it longer than its base, by zeros; before anything is read. */
void graft_ext4_io_set_size (GraftExt4Io *self, guint64 size);

/* ext2fs_open2() on it, with EXT2_FLAG_64BITS besides @flags; the library's error number. The file
 * system must be freed before @self. */
errcode_t graft_ext4_io_open_filesystem (GraftExt4Io *self, int flags, ext2_filsys *ret_fs);

/* The first error of the base or the temporary file since it was asked for the last time: what the
 * library's number stands for. %FALSE when there was none. */
gboolean graft_ext4_io_take_error (GraftExt4Io *self, GError **error);

/* Reads through the changes; a range past the end is %GRAFT_ERROR_CORRUPTED. */
gboolean graft_ext4_io_read (GraftExt4Io *self, guint64 offset, void *buffer, gsize length,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What the library does, for who knows better what a range holds. @data NULL: zeros. */
gboolean graft_ext4_io_write (GraftExt4Io *self, guint64 offset, const void *data, guint64 length,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean graft_ext4_io_is_writable (GraftExt4Io *self);
/* Takes @error, for graft_ext4_io_take_error(). */
void graft_ext4_io_remember (GraftExt4Io *self, GError *error);

guint64 graft_ext4_io_get_size (GraftExt4Io *self);
gsize graft_ext4_io_get_unit (GraftExt4Io *self);
guint64 graft_ext4_io_get_n_units (GraftExt4Io *self);
/* Units that were read from the base so far: what reading costs. */
guint64 graft_ext4_io_get_n_read (GraftExt4Io *self);

/* Makes a unit zero without reading what it was. */
void graft_ext4_io_zero_unit (GraftExt4Io *self, guint64 unit);

/* What a unit holds is of no use to anybody: it is left as it is until something is written to it,
 * and then is zero besides, without being read. %FALSE when that was known. */
gboolean graft_ext4_io_mark_free (GraftExt4Io *self, guint64 unit);

/* All changes so far; @self is of no use afterwards. */
GraftPatchedInput *graft_ext4_io_finish (GraftExt4Io *self);

G_END_DECLS
