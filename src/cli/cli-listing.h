/* cli-listing.h: the entries that "ls" prints
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "cli/cli-open.h"

G_BEGIN_DECLS

/**
 * CliListed:
 * @name: relative to the folder that is listed
 * @path: in the image
 * @node: (nullable): the entry; NULL for a hidden one of no type that there is
 * @segment: of an initrd, from 1; 0 where there is none, or for a folder that several have
 * @shadowed: the kernel does not keep it, or has trouble with it
 * @problem: (nullable): why
 */
typedef struct
{
  char *name;
  char *path;
  GraftNode *node;
  guint segment;
  gboolean shadowed;
  char *problem;
} CliListed;

/* (element-type CliListed): the entries of the folder at the place's path, or the file there.
 * @shadowed: of an initrd also those that it records, but the kernel does not keep, at the end. */
GPtrArray *cli_listing_new (CliPlace *place, gboolean recursive, gboolean shadowed,
                            GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
