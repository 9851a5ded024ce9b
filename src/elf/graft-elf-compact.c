/* graft-elf-compact.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "elf/graft-elf-compact.h"

#include <elf.h>
#include <string.h>

#include "base/graft-bytes.h"
#include "elf/graft-elf-private.h"

/* The most that a section asks for. */
#define ALIGNMENT 16

static void
align (GByteArray *copy)
{
  static const guint8 zeros[ALIGNMENT];

  g_byte_array_append (copy, zeros, -copy->len % ALIGNMENT);
}

/* Changes a section header: where its bytes are and how many; @keep FALSE: it has none. */
static void
patch_section (guint8 *header, gboolean wide, gboolean keep, guint64 offset, guint64 length)
{
  if (!keep)
    graft_bytes_put_le32 (header + 4, SHT_NOBITS);
  if (wide)
    {
      graft_bytes_put_le64 (header + G_STRUCT_OFFSET (Elf64_Shdr, sh_offset), offset);
      graft_bytes_put_le64 (header + G_STRUCT_OFFSET (Elf64_Shdr, sh_size), length);
    }
  else
    {
      graft_bytes_put_le32 (header + G_STRUCT_OFFSET (Elf32_Shdr, sh_offset), offset);
      graft_bytes_put_le32 (header + G_STRUCT_OFFSET (Elf32_Shdr, sh_size), length);
    }
}

GBytes *
graft_elf_compact (GraftElf *self)
{
  gboolean wide = graft_elf_get_bits (self) == 64;
  gsize head = wide ? sizeof (Elf64_Ehdr) : sizeof (Elf32_Ehdr);
  gsize entry = wide ? sizeof (Elf64_Shdr) : sizeof (Elf32_Shdr);
  guint count = graft_elf_get_n_sections (self) + 1;
  gsize size, table_length = count * entry;
  const guint8 *table;
  const guint8 *data = graft_elf_get_data (self, &size);
  g_autofree guint8 *headers = NULL;
  g_autoptr (GByteArray) copy = NULL;

  table = graft_elf_get_section_table (self, entry, table_length);
  if (table == NULL || graft_elf_is_big_endian (self) || size > G_MAXUINT32 / 2)
    return NULL;
  headers = g_memdup2 (table, table_length);
  copy = g_byte_array_new ();
  g_byte_array_append (copy, data, head);
  for (guint i = 1; i < count; i++)
    {
      const GraftElfSection *section = graft_elf_get_section (self, i - 1);
      gboolean keep = section->data != NULL && !graft_elf_section_is_code (section);

      align (copy);
      patch_section (headers + i * entry, wide, keep, copy->len, keep ? section->length : 0);
      if (keep)
        g_byte_array_append (copy, section->data, section->length);
      /* Sections that overlap could make more of it than there was. */
      if (copy->len > size)
        return NULL;
    }
  align (copy);
  if (wide)
    graft_bytes_put_le64 (copy->data + G_STRUCT_OFFSET (Elf64_Ehdr, e_shoff), copy->len);
  else
    graft_bytes_put_le32 (copy->data + G_STRUCT_OFFSET (Elf32_Ehdr, e_shoff), copy->len);
  g_byte_array_append (copy, headers, table_length);
  return g_byte_array_free_to_bytes (g_steal_pointer (&copy));
}
