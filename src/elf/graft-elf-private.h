/* graft-elf-private.h: what the files of this folder share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "elf/graft-elf.h"

G_BEGIN_DECLS

/* The bytes of the whole file. */
const guint8 *graft_elf_get_data (GraftElf *self, gsize *ret_size);

/* The section headers as they are stored, when there are no program headers, each section header
 * has @entry bytes and all together @length; else NULL. */
const guint8 *graft_elf_get_section_table (GraftElf *self, gsize entry, gsize length);

G_END_DECLS
