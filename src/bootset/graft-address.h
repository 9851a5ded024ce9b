/* graft-address.h: IMAGE:/path, IMAGE@N:/path, and of an image in an image IMAGE:/path:/path
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "bootset/graft-boot-set.h"

G_BEGIN_DECLS

/**
 * GraftAddressImage:
 * @name: of the outermost a path of files; of one inside the path in the image before
 * @segment: N of "@N", from 1; 0 for the merged view
 */
typedef struct
{
  char *name;
  guint segment;
} GraftAddressImage;

/**
 * GraftAddress:
 * @image: the image, as written (a host path for ls, cat, extract; a member's path for steps); one
 *   that lies in another with the names of all, as a member of a set is called
 * @segment: of that image
 * @path: inside the image, "/" when none was given
 * @images: (element-type GraftAddressImage): the outermost image, then each one in the one before
 *
 * The splits are at ":/"; a literal colon or @ is written "\:", "\@".
 */
typedef struct
{
  char *image;
  guint segment;
  char *path;
  GPtrArray *images;
} GraftAddress;

GraftAddress *graft_address_parse (const char *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void graft_address_free (GraftAddress *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftAddress, graft_address_free)

/* The member of @set that it is in: an image inside of another becomes one when it is first asked
 * for. */
GraftMember *graft_address_find_member (const GraftAddress *self, GraftBootSet *set,
                                        GCancellable *cancellable,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* "IMAGE@2:/path", escaped as graft_address_parse() reads it; @segment 0: none. @image may be that
 * of an address, with the names of all images. */
char *graft_address_format (const char *image, guint segment, const char *path);

/* The part of @image that segment @segment is; -1 for 0 (the merged view). %FALSE when the image
 * has no such segment or it has no tree. */
gboolean graft_address_get_part (GraftImage *image, guint segment, int *ret_part,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
