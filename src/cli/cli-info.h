/* cli-info.h: the facts of a set, and how they are told
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "bootset/graft-boot-set.h"
#include "modules/graft-layer-state.h"

G_BEGIN_DECLS

/**
 * CliMemberFacts:
 * @member: borrowed
 * @problem: (nullable): why it cannot be read
 * @config: (kernels) (nullable): path of its configuration beside it
 * @kernel_release: (nullable): of the set's kernel, the same in all
 * @state: (layers) do its modules match that kernel
 * @releases: (layers) releases of its module folders
 * @n_entries: (layers) what is in it, as the kernel would see it
 */
typedef struct
{
  GraftMember *member;
  GError *problem;
  char *config;
  char *kernel_release;
  GraftLayerState state;
  char **releases;
  guint64 n_entries;
} CliMemberFacts;

/* (element-type CliMemberFacts): one for each member. A layer that turns out to be damaged while it
 * is read has a problem like one that cannot be opened; only a cancel is an error. */
GPtrArray *cli_info_gather (GraftBootSet *set, GCancellable *cancellable,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

void cli_info_print (GPtrArray *facts);
void cli_info_print_json (GPtrArray *facts);

G_END_DECLS
