/* cli-info.h: the facts of a set, and how they are told
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "bootset/graft-boot-set.h"
#include "bootset/graft-set-config.h"
#include "modules/graft-layer-state.h"

G_BEGIN_DECLS

/**
 * CliMemberFacts:
 * @member: borrowed
 * @problem: (nullable): why it cannot be read
 * @config: (kernels) (nullable): the configuration it was built with
 * @config_problem: (kernels) (nullable): why that is not known
 * @kernel_release: (nullable): of the set's kernel, the same in all
 * @kernel_arch: (nullable): the same of its CPU
 * @arch: (layers) (nullable): the CPU of its modules; static
 * @state: (layers) do its modules match that kernel
 * @releases: (layers) releases of its module folders
 * @n_entries: (layers) what is in it, as the kernel would see it
 */
typedef struct
{
  GraftMember *member;
  GError *problem;
  GraftSetConfig *config;
  char *config_problem;
  char *kernel_release;
  const char *kernel_arch;
  const char *arch;
  GraftLayerState state;
  char **releases;
  guint64 n_entries;
} CliMemberFacts;

/* (element-type CliMemberFacts): one for each member. @unpack: look for a configuration in the
 * kernel itself, too, which costs unpacking it. A layer that turns out to be damaged while it is
 * read has a problem like one that cannot be opened; only a cancel is an error. */
GPtrArray *cli_info_gather (GraftBootSet *set, gboolean unpack, GCancellable *cancellable,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether its modules are for another CPU than the kernel, so that they cannot be loaded whatever
 * their release. */
gboolean cli_member_facts_is_other_cpu (const CliMemberFacts *self);

void cli_info_print (GraftBootSet *set, GPtrArray *facts);
void cli_info_print_json (GraftBootSet *set, GPtrArray *facts);

G_END_DECLS
