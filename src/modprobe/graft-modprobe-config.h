/* graft-modprobe-config.h: what an image's modprobe will do with a module, and why
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sources: modprobe.d(5); modprobe(8), "modprobe.blacklist" and "MODULE.PARAMETER" on the kernel's
 * command line; kernel documentation, admin-guide/kernel-parameters.rst.
 */

#pragma once

#include "image/graft-node.h"
#include "modprobe/graft-modprobe-text.h"

G_BEGIN_DECLS

/**
 * GraftModprobeSetting:
 * @command: its kind; GRAFT_MODPROBE_OPTIONS for one parameter each
 * @subject: a module's name with underscores, or an alias
 * @key: (nullable): of options, the parameter
 * @value: of options, the value without its quotes, %NULL without a "="; else what the line says
 *         behind the subject, %NULL for nothing
 * @path: (nullable): the file in the image; %NULL for the kernel's command line
 * @line: in the file, from 1; 0 on the command line
 */
typedef struct
{
  GraftModprobeCommand command;
  char *subject;
  char *key;
  char *value;
  char *path;
  guint line;
} GraftModprobeSetting;

typedef struct _GraftModprobeConfig GraftModprobeConfig;

/* The folders of modprobe.d, the one that counts most first; ends with %NULL. */
extern const char *const graft_modprobe_folders[];

/**
 * graft_modprobe_config_read:
 * @root: the image
 * @command_line: (nullable): the kernel's, which comes last
 *
 * Returns: (transfer full): all settings
 */
GraftModprobeConfig *graft_modprobe_config_read (GraftNode *root, const char *command_line,
                                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
void graft_modprobe_config_free (GraftModprobeConfig *self);

/* (element-type GraftModprobeSetting): all, in the order in which they are read. */
GPtrArray *graft_modprobe_config_get_all (GraftModprobeConfig *self);

/**
 * graft_modprobe_config_list:
 * @module: its name
 *
 * Returns: (transfer container) (element-type GraftModprobeSetting): what is said of the module, in
 *   the order in which it is read
 */
GPtrArray *graft_modprobe_config_list (GraftModprobeConfig *self, const char *module,
                                       GraftModprobeCommand command);

/* (nullable): the one that counts: the last setting of the parameter. */
const GraftModprobeSetting *graft_modprobe_config_get_option (GraftModprobeConfig *self,
                                                              const char *module, const char *key);

/* (nullable): why the module is not loaded for a device; it still is by its name. */
const GraftModprobeSetting *graft_modprobe_config_get_blacklisting (GraftModprobeConfig *self,
                                                                    const char *module);

/**
 * graft_modprobe_config_list_softdeps:
 * @post: those that are loaded after it instead of before it
 *
 * Returns: (transfer full): their names with underscores, in order
 */
GStrv graft_modprobe_config_list_softdeps (GraftModprobeConfig *self, const char *module,
                                           gboolean post);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftModprobeConfig, graft_modprobe_config_free)

G_END_DECLS
