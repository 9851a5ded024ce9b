/* graft-elf.h: an ELF file in memory
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Source of the facts: the System V ABI ("gABI"), chapters 4 and 5. Not for use from several
 * threads at once.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _GraftElf GraftElf;

typedef enum
{
  GRAFT_ELF_RELOCATABLE, /* an object file; a kernel module */
  GRAFT_ELF_EXECUTABLE,
  GRAFT_ELF_SHARED, /* a library, or a position-independent program */
  GRAFT_ELF_OTHER,
} GraftElfType;

/**
 * GraftElfSection:
 * @name: as in the section header string table; "" for a section without a name
 * @type: SHT_…
 * @flags: SHF_…
 * @offset: in the file, bytes
 * @data: its bytes; %NULL when it has none in the file (SHT_NOBITS) or is empty
 * @length: how many
 *
 * A view of the bytes the file was made from.
 */
typedef struct
{
  const char *name;
  guint32 type;
  guint64 flags;
  guint64 offset;
  const guint8 *data;
  gsize length;
} GraftElfSection;

/**
 * graft_elf_new:
 * @bytes: the whole file
 * @name: for messages
 *
 * Returns: (transfer full): the file; %NULL with %GRAFT_ERROR_UNSUPPORTED when it is no ELF file,
 * %GRAFT_ERROR_CORRUPTED when a table or section lies past its end.
 */
GraftElf *graft_elf_new (GBytes *bytes, const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void graft_elf_free (GraftElf *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftElf, graft_elf_free)

GraftElfType graft_elf_get_elf_type (GraftElf *self);
/* 32 or 64. */
guint graft_elf_get_bits (GraftElf *self);
gboolean graft_elf_is_big_endian (GraftElf *self);
/* EM_…, as in the header. */
guint16 graft_elf_get_machine (GraftElf *self);
/* As the kernel names its architectures ("x86_64", "i386", "arm64", …); %NULL for one that is not
 * in the table. */
const char *graft_elf_machine_get_name (guint16 machine);

/* All sections but the empty first one, in the file's order. */
guint graft_elf_get_n_sections (GraftElf *self);
const GraftElfSection *graft_elf_get_section (GraftElf *self, guint i);
/* The first of this name; %NULL when there is none. */
const GraftElfSection *graft_elf_find_section (GraftElf *self, const char *name);
/* Whether the section holds machine code or relocations or debugging data: what a reader of
 * symbols and descriptions has no use for. */
gboolean graft_elf_section_is_code (const GraftElfSection *section);

/* The NUL-terminated string at *@offset of a section of strings, and moves *@offset past it. %NULL
 * at the end, and for a last string that is not terminated. */
const char *graft_elf_section_next_string (const GraftElfSection *section, gsize *offset);

/* (element-type GBytes): the contents of all notes of @owner ("FDO") and @type, in order. A
 * damaged section of notes is read up to the damage. */
GPtrArray *graft_elf_list_notes (GraftElf *self, const char *owner, guint32 type);

/**
 * graft_elf_list_needed:
 *
 * The libraries the loader would look for (DT_NEEDED), found as the loader finds them: through the
 * program headers, not the sections.
 *
 * Returns: (transfer full) (element-type utf8): names in order; empty for a static program
 */
GPtrArray *graft_elf_list_needed (GraftElf *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
