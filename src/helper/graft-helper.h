/* graft-helper.h: the short-lived process that does what could go wrong
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * libarchive, libkmod, depmod and the tools of e2fsprogs meet bytes that may be hostile. They run
 * in a process of their own (bootgraft-helper) with limits on memory, time and files, no new
 * privileges, no network, and no file system but what it is handed. Its death is an error message.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * GraftHelperEntry:
 * @path: raw, as in the archive: may be absolute or have ".."; never empty, no longer than
 *   GRAFT_LIMIT_PATH
 * @mode: with the type
 * @mtime: seconds since 1970
 * @size: of a regular file that is no hard link; 0 otherwise
 * @target: (nullable): a symlink's
 * @hard_link: (nullable): the path of an earlier entry that this is another name of
 * @control: it comes from a package's control archive (what dpkg is told, no file to install)
 * @position: bytes of the archive read so far, for a progress
 */
typedef struct
{
  const char *path;
  guint32 mode;
  guint32 uid;
  guint32 gid;
  gint64 mtime;
  guint64 size;
  const char *target;
  const char *hard_link;
  guint32 rdev_major;
  guint32 rdev_minor;
  gboolean control;
  guint64 position;
} GraftHelperEntry;

/**
 * GraftHelperStreamFuncs:
 * @entry: called for each entry, in the archive's order
 * @content: called for each piece of a regular file's content, after its @entry; the pieces add up
 *   to its size
 *
 * What they return %FALSE with stops the helper and is graft_helper_stream()'s error.
 */
typedef struct
{
  gboolean (*entry) (const GraftHelperEntry *entry, gpointer data, GError **error);
  gboolean (*content) (const guint8 *bytes, gsize length, gpointer data, GError **error);
} GraftHelperStreamFuncs;

typedef enum
{
  GRAFT_HELPER_PACKAGE, /* a .deb (its control archive, then its data archive) or a tar */
  GRAFT_HELPER_PAYLOAD, /* what follows the headers of an .rpm: a cpio archive */
} GraftHelperArchive;

/**
 * graft_helper_stream:
 * @archive: what it is
 * @archive_fd: a file to read, by pread() alone; borrowed
 * @offset: where in it the archive starts
 * @length: its bytes
 * @name: for messages
 *
 * Profile *stream*: descriptors only. Reads the archive, uncompressed or in gzip, xz, zstd, bzip2
 * (a payload in lzma, too), with the contents of all entries. No more than GRAFT_LIMIT_ENTRIES of
 * them and GRAFT_LIMIT_IMPORT bytes. What comes out of the helper is checked as if it were hostile:
 * a helper that was taken over can lie about the archive, no more.
 */
gboolean graft_helper_stream (GraftHelperArchive archive, int archive_fd, guint64 offset,
                              guint64 length, const char *name, const GraftHelperStreamFuncs *funcs,
                              gpointer data, GCancellable *cancellable,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * graft_helper_run_tool:
 * @stage: a private folder: all that the tool may see of the file system beside the system's own
 *   programs and libraries, and its working folder. A symlink in it that leads out of it leads
 *   nowhere: stage copies or hard links
 * @argv: the tool by name ("depmod", "e2fsck", "mke2fs", "resize2fs") and its arguments; only tools
 *   of a fixed list are run, from the system's own folders. Before the name, for those of
 * e2fsprogs: what time it is ("E2FSPROGS_FAKE_TIME=…", "SOURCE_DATE_EPOCH=…")
 * @ret_output: (out) (optional): standard output and error, for messages
 *
 * Profile *tool*. A tool that ends with another status than 0, is killed or runs too long is an
 * error with its last lines (@ret_output is left alone then).
 */
gboolean graft_helper_run_tool (const char *stage, const char *const *argv, char **ret_output,
                                GCancellable *cancellable,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same for a tool whose status is an answer (e2fsck): *@ret_status is any that it ends with. */
gboolean graft_helper_ask_tool (const char *stage, const char *const *argv, int *ret_status,
                                GCancellable *cancellable,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
