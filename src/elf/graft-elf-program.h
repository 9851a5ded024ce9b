/* graft-elf-program.h: what the loader reads of a program or library
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * By the program headers alone, as the kernel and the loader do it: sections may be missing or lie.
 * Nothing but tables and names is read, whatever the file's size, so it may be a file in an image.
 * No libelf here: that wants the whole file in memory.
 *
 * Source of the facts: the System V ABI ("gABI"), chapter 5, "Program Loading and Dynamic Linking";
 * for symbol versions and the ABI note the Linux Standard Base, Core, "Symbol Versioning" and
 * "Special Sections".
 */

#pragma once

#include "base/graft-input.h"
#include "elf/graft-elf.h"

G_BEGIN_DECLS

/**
 * GraftElfVersionNeed:
 * @library: the needed library that must have it: "libc.so.6"
 * @version: "GLIBC_2.34"
 * @weak: the loader only warns when it is missing (VER_FLG_WEAK)
 */
typedef struct
{
  char *library;
  char *version;
  gboolean weak;
} GraftElfVersionNeed;

/**
 * GraftElfProgram:
 * @elf_type: executable, or shared for a library and a position-independent program
 * @bits: 32 or 64
 * @big_endian: byte order
 * @machine: EM_…
 * @is_dynamic: has a dynamic section: all but a program that is linked statically at a fixed place
 * @is_pie: says of itself that it is a program (DF_1_PIE), not a library
 * @interpreter: (nullable): the loader it asks for (PT_INTERP)
 * @soname: (nullable): a library's own name (DT_SONAME)
 * @needed: (element-type utf8): libraries it needs, in order (DT_NEEDED)
 * @filters: (element-type utf8): libraries it hands its symbols on to, which are loaded with it
 *   (DT_FILTER)
 * @rpath: (nullable): where these are looked for, by the older rule (DT_RPATH)
 * @runpath: (nullable): and by the newer (DT_RUNPATH)
 * @no_default_folders: the system's own folders are not searched (DF_1_NODEFLIB)
 * @version_needs: (element-type GraftElfVersionNeed): versions of symbols it needs
 * @versions: (nullable) (element-type utf8): those that it has; %NULL when its symbols have none
 * @has_kernel: whether there is an ABI note for Linux
 * @kernel: the oldest kernel it runs on, by that note: 3, 2, 0
 * @dlopen_notes: (element-type GBytes): what it says of libraries that it may open later
 *   (".note.dlopen"), as JSON texts of the UAPI group's specification, not looked into here
 *
 * All texts are as in the file: any bytes but NUL.
 */
typedef struct
{
  GraftElfType elf_type;
  guint bits;
  gboolean big_endian;
  guint16 machine;
  gboolean is_dynamic;
  gboolean is_pie;
  char *interpreter;
  char *soname;
  GPtrArray *needed;
  GPtrArray *filters;
  char *rpath;
  char *runpath;
  gboolean no_default_folders;
  GPtrArray *version_needs;
  GPtrArray *versions;
  gboolean has_kernel;
  guint32 kernel[3];
  GPtrArray *dlopen_notes;
} GraftElfProgram;

/* Whether the first bytes are those of an ELF file; %FALSE too when they cannot be read. */
gboolean graft_elf_program_probe (GraftInput *input);

/**
 * graft_elf_program_read:
 *
 * Returns: (transfer full): %NULL with %GRAFT_ERROR_UNSUPPORTED when it is no ELF file,
 * %GRAFT_ERROR_CORRUPTED when a table lies past its end or a name outside its table,
 * %GRAFT_ERROR_TOO_LARGE for more names than GRAFT_LIMIT_ELF_NAMES.
 */
GraftElfProgram *graft_elf_program_read (GraftInput *input,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
void graft_elf_program_free (GraftElfProgram *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftElfProgram, graft_elf_program_free)

/* Whether @version is among those it has. */
gboolean graft_elf_program_has_version (const GraftElfProgram *self, const char *version);

G_END_DECLS
