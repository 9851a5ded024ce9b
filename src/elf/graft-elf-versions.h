/* graft-elf-versions.h: the version tables of the dynamic section
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Private to the folder. Source: Linux Standard Base, Core, "Symbol Versioning"; the records have
 * the same form for 32 and 64 bits.
 */

#pragma once

#include "elf/graft-elf-program.h"
#include "elf/graft-elf-reader.h"

G_BEGIN_DECLS

void graft_elf_version_need_free (gpointer data);

/* @count records of DT_VERNEED at @address: added to @needs (of GraftElfVersionNeed). */
gboolean graft_elf_versions_read_needs (GraftElfReader *reader, guint64 address, guint64 count,
                                        GPtrArray *needs, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* @count records of DT_VERDEF at @address: their names are added to @versions. */
gboolean graft_elf_versions_read_definitions (GraftElfReader *reader, guint64 address,
                                              guint64 count, GPtrArray *versions,
                                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
