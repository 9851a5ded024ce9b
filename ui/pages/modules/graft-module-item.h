/* graft-module-item.h: one row of the modules
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Made by a worker, then immutable. It has all that is shown of it, and keeps no image.
 */

#pragma once

#include <gio/gio.h>

#include "coders/graft-compression.h"
#include "modules/graft-module-diff.h"

G_BEGIN_DECLS

/* Of a row that nothing is compared with. */
#define GRAFT_MODULE_NO_CHANGE (-1)

/**
 * GraftModuleFacts:
 * @layer: path of its layer
 * @layer_index: of the layer, in boot order
 * @name: as modprobe names it
 * @path: absolute in the layer; for one that is new: relative to its release folder
 * @release: (nullable): that it was built for
 * @kernel_release: (nullable): of the set's kernel
 * @size: as it is stored, bytes
 * @compression: of the file
 * @change: a GraftModuleChange, or %GRAFT_MODULE_NO_CHANGE
 * @new_name: (nullable): of the module that serves instead
 *
 * What graft_module_item_new() takes; it copies the strings.
 */
typedef struct
{
  const char *layer;
  guint layer_index;
  const char *name;
  const char *path;
  const char *release;
  const char *kernel_release;
  guint64 size;
  GraftCompression compression;
  int change;
  const char *new_name;
} GraftModuleFacts;

#define GRAFT_TYPE_MODULE_ITEM (graft_module_item_get_type ())
G_DECLARE_FINAL_TYPE (GraftModuleItem, graft_module_item, GRAFT, MODULE_ITEM, GObject)

GraftModuleItem *graft_module_item_new (const GraftModuleFacts *facts);

/* As they were given, valid as long as the item. */
const GraftModuleFacts *graft_module_item_get_facts (GraftModuleItem *self);

/* For graft_module_item_has(); (transfer full). */
char *graft_module_item_fold (const char *text);
/* Whether its name or path, or its successor's name, has @folded in it; "-" is "_". */
gboolean graft_module_item_has (GraftModuleItem *self, const char *folded);
/* Whether it was built for the set's kernel; %FALSE when one of both is not known. */
gboolean graft_module_item_is_match (GraftModuleItem *self);

/* What is shown in one line; (transfer full). */
char *graft_module_item_dup_name (GraftModuleItem *self);
char *graft_module_item_dup_layer (GraftModuleItem *self);
char *graft_module_item_dup_path (GraftModuleItem *self);
/* "✓ 6.1.0-47-amd64", "✗ 5.10.0, not the kernel's". */
char *graft_module_item_dup_release (GraftModuleItem *self);
/* The same in a sentence; NULL when nothing is to be added. */
char *graft_module_item_dup_reason (GraftModuleItem *self);
char *graft_module_item_dup_size (GraftModuleItem *self);
char *graft_module_item_dup_compression (GraftModuleItem *self);
/* "= same", "→ renamed: overlay"; "" for none. */
char *graft_module_item_dup_change (GraftModuleItem *self);
/* Which module serves instead, in a sentence; NULL when there is none. */
char *graft_module_item_dup_long_change (GraftModuleItem *self);

G_END_DECLS
