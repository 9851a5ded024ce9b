/* graft-loader.h: the loader that a program asks for, and where it searches by itself
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "programs/graft-program-root.h"

G_BEGIN_DECLS

typedef enum
{
  GRAFT_LOADER_GLIBC, /* and whatever is not known: most others search as it does */
  GRAFT_LOADER_MUSL,
} GraftLoaderKind;

/**
 * GraftLoader:
 * @kind: whose rules it follows
 * @path: (nullable): as the program asks for it; %NULL for a library by itself
 * @folders: (element-type utf8): its own folders, in order, without a "/" at the end
 * @lib: what "$LIB" stands for
 * @platform: what "$PLATFORM" stands for on a processor without any extensions
 */
typedef struct
{
  GraftLoaderKind kind;
  char *path;
  GPtrArray *folders;
  char *lib;
  char *platform;
} GraftLoader;

/**
 * graft_loader_new:
 * @path: (nullable): PT_INTERP
 * @file: (nullable): the loader itself, where there is one: glibc's has its folders in it, which
 * each distribution chooses
 * @program: for what it is asked for
 */
GraftLoader *graft_loader_new (const char *path, GraftProgramFile *file,
                               const GraftElfProgram *program,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
void graft_loader_free (GraftLoader *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftLoader, graft_loader_free)

/**
 * GraftSearchFolder:
 * @path: the folder
 * @by_cache: /etc/ld.so.conf names it: glibc's loader finds what is in it by /etc/ld.so.cache only
 */
typedef struct
{
  char *path;
  gboolean by_cache;
} GraftSearchFolder;

/**
 * graft_loader_list_folders:
 *
 * Where the loader searches in @root for what no program says where to search: the folders of the
 * configuration there, then its own.
 *
 * Returns: (transfer full) (element-type GraftSearchFolder)
 */
GPtrArray *graft_loader_list_folders (const GraftLoader *self, GraftProgramRoot *root,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether musl's loader takes a library of this name for itself: libc.…, libm.…, libpthread.…. */
gboolean graft_loader_is_itself (const GraftLoader *self, const char *name);

G_END_DECLS
