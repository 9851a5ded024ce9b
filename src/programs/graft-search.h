/* graft-search.h: where a loader finds a library that a program or library needs
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "programs/graft-loader.h"

G_BEGIN_DECLS

typedef struct _GraftSearchUser GraftSearchUser;

/**
 * GraftSearchUser:
 * @elf: who needs it
 * @origin: (nullable): the folder it lies in ("$ORIGIN"), in the root that is searched; %NULL where
 * it lies in none of this root's
 * @loaded_by: (nullable): who needed this one first; its older search paths count as well
 */
struct _GraftSearchUser
{
  const GraftElfProgram *elf;
  const char *origin;
  const GraftSearchUser *loaded_by;
};

/**
 * GraftSearch:
 * @root: the tree
 * @loader: by whose rules
 * @folders: (element-type GraftSearchFolder): of graft_loader_list_folders()
 * @wanted: the program: a library must be for the same processor
 * @platform: (nullable): instead of the loader's
 */
typedef struct
{
  GraftProgramRoot *root;
  const GraftLoader *loader;
  GPtrArray *folders;
  const GraftElfProgram *wanted;
  const char *platform;
} GraftSearch;

/**
 * GraftFound:
 * @file: (nullable): the library
 * @passed: (nullable): a file of that name which the loader passes over, or stumbles over
 * @reason: (nullable): a sentence about @passed
 * @fatal: it stumbles: does not search further
 * @by_cache: found in a folder that only /etc/ld.so.conf names
 */
typedef struct
{
  GraftProgramFile *file;
  GraftProgramFile *passed;
  char *reason;
  gboolean fatal;
  gboolean by_cache;
} GraftFound;

void graft_found_clear (GraftFound *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GraftFound, graft_found_clear)

/**
 * graft_search_find:
 * @name: as it is needed: a name, or a path with a "/" in it
 * @user: who needs it
 *
 * glibc: _dl_map_object() of elf/dl-load.c and ld.so(8): the older paths (DT_RPATH) of who needs
 * it, of who needed that and so on to the program, unless who needs it has a newer one
 * (DT_RUNPATH), which counts for itself only; then the folders of the configuration and the
 * loader's own. A file for another processor is passed over. musl: load_library() of
 * ldso/dynlink.c: the paths, older and newer alike, of who needs it and so on to the program; then
 * the loader's folders; the first file is taken. What the environment says (LD_LIBRARY_PATH) is not
 * known here.
 */
gboolean graft_search_find (const GraftSearch *self, const char *name, const GraftSearchUser *user,
                            GraftFound *ret_found, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether @file is for the same processor as what is @wanted. */
gboolean graft_search_is_same_machine (const GraftElfProgram *wanted, const GraftElfProgram *elf);

/* @text with "$ORIGIN", "$LIB" and "$PLATFORM" replaced; NULL when one of them is not known. */
char *graft_search_expand (const GraftSearch *self, const char *text, const char *origin);

G_END_DECLS
