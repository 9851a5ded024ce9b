/* graft-file-identity.h: whether a file that was looked at twice is the same one
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>
#include <sys/stat.h>

G_BEGIN_DECLS

/**
 * graft_file_is_same:
 * @fd: the file, as it is open now; O_PATH will do
 * @was: what was found before
 * @now: what is found now
 *
 * By device and number. In FUSE a file system may number files anew as often as they are looked up,
 * unless it says otherwise (FUSE_EXPORT_SUPPORT, "noforget" of libfuse's fuse.h): there two of
 * another number are one when kind, size and time of the last change are equal, as in the folder
 * that the documents portal shows to a Flatpak.
 */
gboolean graft_file_is_same (int fd, const struct stat *was, const struct stat *now);

G_END_DECLS
