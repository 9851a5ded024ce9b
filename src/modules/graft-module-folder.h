/* graft-module-folder.h: lib/modules/RELEASE of a tree, and the modules in it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "coders/graft-compression.h"
#include "image/graft-node.h"

G_BEGIN_DECLS

/**
 * GraftModule:
 * @name: as modprobe names it: no path, no suffix, "-" as "_"
 * @path: relative to the release folder: "kernel/drivers/block/loop.ko.xz"
 * @node: the file
 * @compression: by the suffix
 */
typedef struct
{
  char *name;
  char *path;
  GraftNode *node;
  GraftCompression compression;
} GraftModule;

typedef struct _GraftModuleFolder GraftModuleFolder;

/* The release folders of a root (a layer's merged view): lib/modules or usr/lib/modules, whichever
 * the image uses, through links; (element-type GraftModuleFolder), by name; may be empty. Folders
 * without a module and without modules.* files are left out. */
GPtrArray *graft_module_folders_find (GraftNode *root, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A folder that is a release folder itself (a kernel source's). @release may be NULL: then it is
 * read from the modules' vermagic. */
GraftModuleFolder *graft_module_folder_new (GraftNode *node, const char *path, const char *release);
GraftModuleFolder *graft_module_folder_ref (GraftModuleFolder *self);
void graft_module_folder_unref (GraftModuleFolder *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftModuleFolder, graft_module_folder_unref)

/* Where it stands, without links: "/usr/lib/modules/6.1.0-47-amd64". */
const char *graft_module_folder_get_path (GraftModuleFolder *self);
/* The folder's own name. */
const char *graft_module_folder_get_name (GraftModuleFolder *self);
GraftNode *graft_module_folder_get_node (GraftModuleFolder *self);

/* (transfer full) (element-type GraftModule): all modules, by path; links to modules are left out,
 * "build" and "source" not entered. Listed once; what it returns is a reference to that list. */
GPtrArray *graft_module_folder_list (GraftModuleFolder *self,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* By modprobe's name ("virtio-net" finds virtio_net); of several, the one in updates/ or extra/
 * before kernel/ (depmod.d's usual search order). NULL when there is none, or when the folder
 * cannot be listed (then graft_module_folder_list() says why). */
const GraftModule *graft_module_folder_lookup (GraftModuleFolder *self, const char *name);
/* Built into the kernel, by modules.builtin; FALSE also when the folder cannot be listed. */
gboolean graft_module_folder_is_builtin (GraftModuleFolder *self, const char *name);

/**
 * graft_module_folder_read_releases:
 * @all: read every module; else a sample of 16 spread over the list
 * @ret_releases: (out): the releases found in vermagic, sorted, NULL-terminated
 *
 * The release is read from the modules, never from the folder's name.
 */
gboolean graft_module_folder_read_releases (GraftModuleFolder *self, gboolean all,
                                            char ***ret_releases, GCancellable *cancellable,
                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* "virtio-net.ko.xz" → "virtio_net"; NULL when it is no module's file name. */
char *graft_module_name_from_file (const char *file_name);

G_END_DECLS
