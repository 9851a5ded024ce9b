/* graft-address.h: IMAGE:/path, IMAGE@N:/path
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "bootset/graft-boot-set.h"

G_BEGIN_DECLS

/**
 * GraftAddress:
 * @image: the image, as written (a host path for ls, cat, extract; a member's path for steps)
 * @segment: N of "@N", from 1; 0 for the merged view
 * @path: inside the image, "/" when none was given
 *
 * The split is at the first ":/"; a literal colon or @ is written "\:", "\@".
 */
typedef struct
{
  char *image;
  guint segment;
  char *path;
} GraftAddress;

GraftAddress *graft_address_parse (const char *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void graft_address_free (GraftAddress *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftAddress, graft_address_free)

/* "IMAGE@2:/path", escaped as graft_address_parse() reads it; @segment 0: none. */
char *graft_address_format (const char *image, guint segment, const char *path);

/* The part of @image that segment @segment is; -1 for 0 (the merged view). %FALSE when the image
 * has no such segment or it has no tree. */
gboolean graft_address_get_part (GraftImage *image, guint segment, int *ret_part,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
