/* graft-cpio-links.h: links in an archive: names of one file, and paths through symbolic ones
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "formats/cpio/graft-cpio-places.h"

G_BEGIN_DECLS

/* Finds the names of one file, as init/initramfs.c does: records that are no folders or symbolic
 * links, with nlink above 1 and the same device, number and type, up to the next trailer. Fills
 * @groups (of GraftCpioGroup) and the records' group. */
void graft_cpio_links_group (GArray *records, GArray *groups);

/* @record stands below @link: gives it the path that it has behind the link. FALSE when @link is no
 * link, or leads nowhere. */
gboolean graft_cpio_links_redirect (GByteArray *texts, const GraftCpioRecord *link,
                                    GraftCpioRecord *record);

G_END_DECLS
