/* graft-file-names.h: the names of files that have several, in an archive that tells them one by
 * one
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * In cpio's newc format each name of a file is an entry of its own with the file's inode number,
 * and one of them, usually the last, has the content. In frames the content comes first and the
 * others are hard links to it. So a name without content waits until the content comes.
 */

#pragma once

#include "helper/program/graft-frame-writer.h"

typedef struct GraftFileNames GraftFileNames;

/* All functions that take memory say so by NULL or false. @file: device and inode number. */
GraftFileNames *graft_file_names_new (void);
void graft_file_names_free (GraftFileNames *self);

/* A name without content: written as a link when the content came before, else it waits. */
bool graft_file_names_add (GraftFileNames *self, const uint64_t file[2],
                           const GraftFrameEntry *name, GraftFrameWriter *writer);

/* The content was written as that of @path: so are the names that waited for it. */
bool graft_file_names_tell (GraftFileNames *self, const uint64_t file[2], const char *path,
                            GraftFrameWriter *writer);

/* At the archive's end: files that have no content are empty. Whether all could be written. */
bool graft_file_names_tell_rest (GraftFileNames *self, GraftFrameWriter *writer);
