/* graft-set-search.h: the files of a folder that may belong to a boot set
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * By their names (vmlinuz*, initrd*, *.squashfs), by what boot entries call them, and, for names
 * that say nothing, by their first bytes. Nothing is read whole but the boot entries' text.
 */

#pragma once

#include "bootset/graft-member.h"
#include "bootset/graft-set-name.h"

G_BEGIN_DECLS

/**
 * GraftCandidate:
 * @path: relative to the folder searched
 * @role: by a boot entry, else by its name, else by its content
 * @is_expected: a boot entry or its name says that it is one; else only its content does
 * @is_named_like: by its name
 * @is_started: a boot entry starts it
 * @is_started_whole: a boot entry starts it, a kernel, with an initrd
 * @is_listed: a .treeinfo, or who opens the set, says that it is one
 * @is_asked: it is the file that was asked for; then @role may be a guess
 * @size: bytes
 * @copies: (nullable) (element-type utf8): paths of the same file in other folders
 */
typedef struct
{
  char *path;
  GraftRole role;
  gboolean is_expected;
  gboolean is_named_like;
  gboolean is_started;
  gboolean is_started_whole;
  gboolean is_listed;
  gboolean is_asked;
  guint64 size;
  GPtrArray *copies;
} GraftCandidate;

void graft_candidate_free (GraftCandidate *self);
void graft_candidate_add_copy (GraftCandidate *self, const char *path);

/**
 * GraftSetSearch:
 * @candidates: (element-type GraftCandidate): by role and path
 * @missing: (element-type utf8): what boot entries name and is not there: "vmlinuz
 *   (pxelinux.cfg/default)"
 * @n_files: how many files were seen
 */
typedef struct
{
  GPtrArray *candidates;
  GPtrArray *missing;
  guint n_files;
} GraftSetSearch;

void graft_set_search_free (GraftSetSearch *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftSetSearch, graft_set_search_free)

/* @depth: how many folders below @folder to look into. @asked: (nullable): a file in @folder that
 * is a candidate whatever it is. @names: (nullable) (element-type
 * GraftSetName): files in @folder of which the role is known. Hidden files and what Bootgraft
 * itself left (NAME.bootgraft-old) are passed over, links to folders and out of @folder too; a file
 * that has two names counts once, and the other is a copy where it is called the same. */
GraftSetSearch *graft_set_search (const char *folder, guint depth, const char *asked,
                                  GPtrArray *names, GCancellable *cancellable,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
