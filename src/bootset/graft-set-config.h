/* graft-set-config.h: the configuration that a set's kernel was built with
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "bootset/graft-boot-set.h"

G_BEGIN_DECLS

typedef enum
{
  GRAFT_CONFIG_BESIDE,  /* config-RELEASE or config in the kernel's own folder */
  GRAFT_CONFIG_BOOT,    /* /boot/config-RELEASE of an image of the set */
  GRAFT_CONFIG_MODULES, /* /lib/modules/RELEASE/config of one, which "make modules_install" of some
                           distributions puts there */
  GRAFT_CONFIG_KERNEL,  /* in the kernel itself (CONFIG_IKCONFIG) */
} GraftConfigSource;

/* "beside", "boot", "modules", "kernel": as in --json. */
const char *graft_config_source_get_name (GraftConfigSource self);

/**
 * GraftSetConfig:
 * @source: where it was found
 * @path: the file, relative to the set's folder; the address in an image; the kernel's own path
 * @text: its bytes
 */
typedef struct
{
  GraftConfigSource source;
  char *path;
  GraftInput *text;
} GraftSetConfig;

void graft_set_config_free (GraftSetConfig *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftSetConfig, graft_set_config_free)

/**
 * graft_set_config_find:
 * @kernel: a kernel of @set, open
 * @unpack: look into the kernel itself, too, which costs unpacking it (about a second)
 * @ret_config: (out) (nullable): %NULL when there is none
 *
 * The first of the places in the order of #GraftConfigSource. Images that cannot be read are passed
 * over; a kernel that has one which cannot be read is an error.
 */
gboolean graft_set_config_find (GraftBootSet *set, GraftMember *kernel, gboolean unpack,
                                GraftSetConfig **ret_config, GCancellable *cancellable,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
