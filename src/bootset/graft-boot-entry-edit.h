/* graft-boot-entry-edit.h: a syslinux configuration whose kernels are started with other options
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Source of what lines mean: graft-boot-entry.h. All lines that are not about the options stay as
 * they are, to the byte.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * GraftBootOptionAction:
 * @GRAFT_BOOT_OPTION_SET: the word is there once; of a KEY=VALUE, with no other value
 * @GRAFT_BOOT_OPTION_ADD: the word is there, beside others of its key (console=)
 * @GRAFT_BOOT_OPTION_DROP: neither the word nor, when it has no "=", any WORD=VALUE is there
 */
typedef enum
{
  GRAFT_BOOT_OPTION_SET,
  GRAFT_BOOT_OPTION_ADD,
  GRAFT_BOOT_OPTION_DROP,
} GraftBootOptionAction;

/**
 * graft_boot_entry_edit_option:
 * @text: the configuration
 * @label: (nullable): the entry; %NULL: each that starts a kernel with an initrd
 * @word: "debug", "fetch=tftp://…"
 *
 * An entry that has no APPEND of its own takes the one before the first LABEL; where there is none
 * either, it gets a line.
 *
 * Returns: (transfer full): the new text; %NULL with %GRAFT_ERROR_INVALID for what is no word, with
 *   %GRAFT_ERROR_NOT_FOUND when there is no such entry
 */
GBytes *graft_boot_entry_edit_option (GBytes *text, const char *label, const char *word,
                                      GraftBootOptionAction action,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
