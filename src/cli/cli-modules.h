/* cli-modules.h: modules of a set, layer by layer
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

#include "bootset/graft-boot-set.h"
#include "modules/graft-layer-modules.h"

G_BEGIN_DECLS

/**
 * CliLayerModules:
 * @member: the layer; borrowed
 * @modules: of one of its release folders
 * @kernel_release: (nullable): of the set's kernel
 */
typedef struct
{
  GraftMember *member;
  GraftLayerModules *modules;
  char *kernel_release;
} CliLayerModules;

/* (element-type CliLayerModules). Where a sample of a folder's modules agrees on one release, the
 * rest is taken to be of it, too, unless @all are to be read. */
GPtrArray *cli_modules_gather (GraftBootSet *set, gboolean all, GCancellable *cancellable,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
void cli_modules_print (GPtrArray *layers);
void cli_modules_print_json (GPtrArray *layers);

/**
 * CliLayerDiff:
 * @layer: the layer's path
 * @comparison: of one of its module folders
 */
typedef struct
{
  char *layer;
  GraftFolderComparison *comparison;
} CliLayerDiff;

/* Takes @comparison. */
CliLayerDiff *cli_layer_diff_new (const char *layer, GraftFolderComparison *comparison);
void cli_layer_diff_free (CliLayerDiff *self);

/* (element-type CliLayerDiff): each layer's modules against @new_folder. An initrd has a selection
 * only, so what is new to it is left out. */
GPtrArray *cli_modules_compare (GraftBootSet *set, GraftModuleFolder *new_folder,
                                GCancellable *cancellable,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* @differences (element-type CliLayerDiff). */
void cli_modules_print_diff (GPtrArray *differences);
void cli_modules_print_diff_json (GPtrArray *differences);
/* Into the array that is being built. */
void cli_modules_build_diff_json (JsonBuilder *builder, GPtrArray *differences);

G_END_DECLS
