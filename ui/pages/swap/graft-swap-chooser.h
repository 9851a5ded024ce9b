/* graft-swap-chooser.h: which modules of the new kernel an initrd gets
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define GRAFT_TYPE_SWAP_CHOOSER (graft_swap_chooser_get_type ())
G_DECLARE_FINAL_TYPE (GraftSwapChooser, graft_swap_chooser, GRAFT, SWAP_CHOOSER, AdwBin)

/**
 * GraftSwapChooser::chosen:
 *
 * graft_swap_chooser_dup_chosen() is what is wanted.
 */
/**
 * GraftSwapChooser::cancelled:
 */

/* @names (element-type utf8): all there are, by name; @chosen (NULL-terminated): those that are
 * checked. */
void graft_swap_chooser_fill (GraftSwapChooser *self, GPtrArray *names, const char *const *chosen);

/* NULL-terminated, by name. */
char **graft_swap_chooser_dup_chosen (GraftSwapChooser *self);

G_END_DECLS
