/* graft-elf-compact.h: an ELF file without what only the processor needs
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "elf/graft-elf.h"

G_BEGIN_DECLS

/**
 * graft_elf_compact:
 *
 * For a reader of symbols and descriptions (depmod), who does not run the file: a copy in which the
 * sections of code, data, relocations and debugging information (graft_elf_section_is_code()) are
 * empty. All sections keep their number, name and links, so that nothing that points to a section
 * has to change. A kernel module has a seventh of its size then.
 *
 * Returns: (transfer full) (nullable): the copy; %NULL for a kind of file for which it is not made
 * (big-endian, with program headers, of an unusual header size)
 */
GBytes *graft_elf_compact (GraftElf *self);

G_END_DECLS
