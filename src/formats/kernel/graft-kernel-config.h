/* graft-kernel-config.h: the configuration that a kernel was built with, where it is in the kernel
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Source: the kernel's kernel/configs.c (CONFIG_IKCONFIG): "IKCFG_ST", the file .config compressed
 * by gzip, "IKCFG_ED".
 */

#pragma once

#include "base/graft-input.h"

G_BEGIN_DECLS

/**
 * graft_kernel_config_find:
 * @vmlinux: the kernel proper, unpacked
 * @ret_text: (out) (nullable): the configuration; %NULL when there is none in it
 *
 * %GRAFT_ERROR_CORRUPTED when there is one that cannot be unpacked or does not end where it should.
 */
gboolean graft_kernel_config_find (GraftInput *vmlinux, GBytes **ret_text,
                                   GCancellable *cancellable,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
