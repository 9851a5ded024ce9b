/* graft-module-diff.h: the drivers of one tree found again in another
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "modules/graft-module-folder.h"
#include "modules/graft-module-lookup.h"

G_BEGIN_DECLS

typedef enum
{
  GRAFT_MODULE_SAME,    /* the same name in the new tree */
  GRAFT_MODULE_GONE,    /* neither there nor built in, and no successor is known */
  GRAFT_MODULE_BUILTIN, /* in the new kernel itself */
  GRAFT_MODULE_NEW,     /* only in the new tree */
  GRAFT_MODULE_RENAMED, /* another module of the new tree serves: by alias or known successor */
} GraftModuleChange;

/* "same", "gone", "builtin", "new", "renamed": as in --json. */
const char *graft_module_change_get_name (GraftModuleChange self);

typedef struct
{
  GraftModuleChange change;
  char *name;                    /* the old one's; for NEW the new one's */
  const GraftModule *old_module; /* NULL for NEW; belongs to the old folder */
  const GraftModule *new_module; /* NULL for GONE and BUILTIN; belongs to the new folder */
} GraftModuleDifference;

/* (element-type GraftModuleDifference): by name. With @with_new FALSE, new modules are left out.
 * A module of the old tree that is not in the new one under its name is looked for by its aliases
 * (its modinfo is read) among those of the new tree and by a table of known successors. The new
 * tree's aliases come from its modules.alias; without one all its modules are read, which takes
 * seconds when they are compressed. Both happens once for each folder, and not again after
 * graft_module_folder_read_releases() of all. */
GPtrArray *graft_module_diff (GraftModuleFolder *old_folder, GraftModuleFolder *new_folder,
                              gboolean with_new, GCancellable *cancellable,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same, with the new tree's aliases looked up in indexes: its modules are not all read. @lookup
 * (nullable): of the indexes that depmod made for the modules of @new_folder. */
GPtrArray *graft_module_diff_with_lookup (GraftModuleFolder *old_folder,
                                          GraftModuleFolder *new_folder, GraftModuleLookup *lookup,
                                          gboolean with_new, GCancellable *cancellable,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
