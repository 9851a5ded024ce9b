/* graft-member.h: one file of a boot set
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "image/graft-image.h"
#include "overlay/graft-overlay.h"

G_BEGIN_DECLS

typedef enum
{
  GRAFT_ROLE_KERNEL,
  GRAFT_ROLE_INITRD,
  GRAFT_ROLE_ROOT,
  GRAFT_ROLE_BOOT_ENTRY, /* a pxelinux configuration: text */
} GraftRole;

/* "kernel", "initrd", "root", "boot-entry". */
const char *graft_role_get_name (GraftRole self);

#define GRAFT_TYPE_MEMBER (graft_member_get_type ())
G_DECLARE_FINAL_TYPE (GraftMember, graft_member, GRAFT, MEMBER, GObject)

/* @path is relative to the set's folder. @image NULL with @problem: it cannot be read; @input NULL
 * too: not even opened. */
GraftMember *graft_member_new (GraftRole role, const char *path, GraftInput *input,
                               GraftImage *image, const GError *problem);

GraftRole graft_member_get_role (GraftMember *self);
const char *graft_member_get_path (GraftMember *self);
/* NULL when it could not be opened. */
GraftInput *graft_member_get_input (GraftMember *self);
/* As opened; NULL for a boot entry and for one that cannot be read. */
GraftImage *graft_member_get_image (GraftMember *self);
/* Why it cannot be read; NULL when it can. */
const GError *graft_member_get_problem (GraftMember *self);
/* Its edits; NULL where there is no tree (kernel, boot entry, unreadable). */
GraftOverlay *graft_member_get_overlay (GraftMember *self);

/* Another file in its place (a new kernel); NULL: none. The replacement's image must be of the
 * same format. */
GraftImage *graft_member_get_replacement (GraftMember *self);
void graft_member_set_replacement (GraftMember *self, GraftImage *replacement);
/* The replacement, else the image as opened. */
GraftImage *graft_member_get_current_image (GraftMember *self);

gboolean graft_member_is_changed (GraftMember *self);

/* The unix mode of the file on disk (0644): what is served must stay readable. */
guint32 graft_member_get_file_mode (GraftMember *self);

G_END_DECLS
