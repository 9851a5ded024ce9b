/* graft-module-item.h: a row of the modules page
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Made by a worker, then immutable. It holds texts only, no node: thousands of them are cheap, and
 * outlive what they were read from.
 */

#pragma once

#include <glib-object.h>

#include "modules/graft-module-diff.h"

G_BEGIN_DECLS

#define GRAFT_TYPE_MODULE_ITEM (graft_module_item_get_type ())
G_DECLARE_FINAL_TYPE (GraftModuleItem, graft_module_item, GRAFT, MODULE_ITEM, GObject)

/**
 * GraftModuleFacts:
 * @name: as modprobe names it
 * @layer: path of the image
 * @path: in the image; NULL for one that is only in the new kernel
 * @release: (nullable): that it was built for
 * @matches: whether that is the release of the set's kernel
 * @size: bytes, as stored
 * @compared: it is a row of a comparison: @change and @other count
 * @change: what became of it in the new kernel
 * @other: (nullable): under which name it is in the new kernel, if another
 */
typedef struct
{
  const char *name;
  const char *layer;
  const char *path;
  const char *release;
  gboolean matches;
  guint64 size;
  gboolean compared;
  GraftModuleChange change;
  const char *other;
} GraftModuleFacts;

GraftModuleItem *graft_module_item_new (const GraftModuleFacts *facts);

/* Valid as long as @self. */
const GraftModuleFacts *graft_module_item_get_facts (GraftModuleItem *self);
/* Whether the name or the path has @text, which is folded (g_utf8_casefold()). */
gboolean graft_module_item_has (GraftModuleItem *self, const char *text);

G_END_DECLS
