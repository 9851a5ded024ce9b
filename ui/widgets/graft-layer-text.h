/* graft-layer-text.h: what is said of a layer, in words
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "session/graft-layer.h"

G_BEGIN_DECLS

/**
 * GraftLayerWord:
 * @icon_name: (nullable): of the state
 * @style_class: (nullable): its colour
 */
typedef struct
{
  const char *icon_name;
  const char *style_class;
} GraftLayerWord;

GraftLayerWord graft_layer_text_get_word (GraftLayer *layer);

/* "modules match the kernel"; the reason of one that cannot be read; NULL: nothing to say. */
char *graft_layer_text_dup_state (GraftLayer *layer);
/* The kernel's own release, or those of the module folders: "6.1.0-47-amd64"; NULL: none. */
char *graft_layer_text_dup_releases (GraftLayer *layer);
/* The path; of one that lies in another image its file's name: "rootfs.img". */
char *graft_layer_text_dup_name (GraftLayer *layer);
/* "in LiveOS/squashfs.img"; NULL: in none. */
char *graft_layer_text_dup_place (GraftLayer *layer);
/* "grows by 5.2 MB"; NULL where it does not. */
char *graft_layer_text_dup_growth (GraftLayer *layer);
/* "xz", "ext4 · 5.2 MB free"; NULL where there is nothing to say. */
char *graft_layer_text_dup_format (GraftLayer *layer);
/* "initrd · xz · 2 segments · 147 MB"; "ext4 · 5.2 MB free". */
char *graft_layer_text_dup_facts (GraftLayer *layer);
/* "initrd". */
const char *graft_layer_text_get_role (GraftLayer *layer);
/* Whether its modules are not those of the set's kernel. */
gboolean graft_layer_text_is_mismatch (GraftLayer *layer);

G_END_DECLS
