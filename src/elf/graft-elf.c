/* graft-elf.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "elf/graft-elf.h"

#include <gelf.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-error.h"
#include "elf/graft-elf-private.h"

struct _GraftElf
{
  GBytes *bytes;
  char *name;
  Elf *elf;
  GElf_Ehdr header;
  GArray *sections; /* of GraftElfSection; names and data lie in @bytes */
};

/* Elf machine numbers as in the gABI and in binutils' registry; names as under the kernel's arch/,
 * but for x86, where the two are told apart. */
static const struct
{
  guint16 machine;
  const char *name;
} machines[] = {
  { EM_X86_64, "x86_64" },   { EM_386, "i386" },    { EM_AARCH64, "arm64" },
  { EM_ARM, "arm" },         { EM_PPC64, "ppc64" }, { EM_PPC, "powerpc" },
  { EM_S390, "s390" },       { EM_RISCV, "riscv" }, { EM_MIPS, "mips" },
  { EM_SPARCV9, "sparc64" }, { 258, "loongarch" },  { EM_IA_64, "ia64" },
};

const char *
graft_elf_machine_get_name (guint16 machine)
{
  for (guint i = 0; i < G_N_ELEMENTS (machines); i++)
    if (machines[i].machine == machine)
      return machines[i].name;
  return NULL;
}

void
graft_elf_free (GraftElf *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->elf, elf_end);
  g_clear_pointer (&self->sections, g_array_unref);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_free (self->name);
  g_free (self);
}

static gboolean
set_libelf_error (GraftElf *self, const char *what, GError **error)
{
  g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
               _ ("%s is a damaged ELF file: %s (%s)"), self->name, what, elf_errmsg (-1));
  return FALSE;
}

/* libelf has checked that the name lies in its string table and ends there. */
static gboolean
add_section (GraftElf *self, Elf_Scn *scn, size_t names, GError **error)
{
  const guint8 *data = g_bytes_get_data (self->bytes, NULL);
  gsize size = g_bytes_get_size (self->bytes);
  GraftElfSection section = { 0 };
  GElf_Shdr header;

  if (gelf_getshdr (scn, &header) == NULL)
    return set_libelf_error (self, _ ("a section header cannot be read"), error);
  section.name = elf_strptr (self->elf, names, header.sh_name);
  if (section.name == NULL)
    return set_libelf_error (self, _ ("a section has no readable name"), error);
  section.type = header.sh_type;
  section.flags = header.sh_flags;
  section.offset = header.sh_offset;
  if (header.sh_type != SHT_NOBITS && header.sh_size > 0)
    {
      if (header.sh_offset > size || header.sh_size > size - header.sh_offset)
        {
          g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
                       _ ("%s is a damaged ELF file: section %zu lies past its end (%zu bytes); it "
                          "may be cut short"),
                       self->name, elf_ndxscn (scn), size);
          return FALSE;
        }
      section.data = data + header.sh_offset;
      section.length = header.sh_size;
    }
  g_array_append_val (self->sections, section);
  return TRUE;
}

static gboolean
read_sections (GraftElf *self, GError **error)
{
  size_t count = 0, names = 0;

  if (elf_getshdrnum (self->elf, &count) != 0)
    return set_libelf_error (self, _ ("its section headers cannot be read"), error);
  /* libelf takes a table past the end for no table. */
  if (self->header.e_shoff > g_bytes_get_size (self->bytes)
      || (count == 0 && self->header.e_shoff > 0))
    {
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
                   _ ("%s is a damaged ELF file: its section headers lie past its end (%zu bytes); "
                      "it may be cut short"),
                   self->name, g_bytes_get_size (self->bytes));
      return FALSE;
    }
  if (count == 0)
    return TRUE;
  if (elf_getshdrstrndx (self->elf, &names) != 0)
    return set_libelf_error (self, _ ("its section names cannot be read"), error);
  for (Elf_Scn *scn = NULL; (scn = elf_nextscn (self->elf, scn)) != NULL;)
    if (!add_section (self, scn, names, error))
      return FALSE;
  return TRUE;
}

GraftElf *
graft_elf_new (GBytes *bytes, const char *name, GError **error)
{
  g_autoptr (GraftElf) self = g_new0 (GraftElf, 1);
  gsize size;
  gconstpointer data = g_bytes_get_data (bytes, &size);

  elf_version (EV_CURRENT);
  self->bytes = g_bytes_ref (bytes);
  self->name = g_strdup (name);
  self->sections = g_array_new (FALSE, FALSE, sizeof (GraftElfSection));
  if (size < EI_NIDENT || memcmp (data, ELFMAG, SELFMAG) != 0)
    {
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_UNSUPPORTED, _ ("%s is not an ELF file"),
                   name);
      return NULL;
    }
  /* libelf takes a pointer to what may be changed, and changes nothing: it was not asked to. */
  self->elf = elf_memory ((char *)data, size);
  if (self->elf == NULL || elf_kind (self->elf) != ELF_K_ELF
      || gelf_getehdr (self->elf, &self->header) == NULL)
    {
      set_libelf_error (self, _ ("its header cannot be read"), error);
      return NULL;
    }
  if (!read_sections (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

const guint8 *
graft_elf_get_data (GraftElf *self, gsize *ret_size)
{
  return g_bytes_get_data (self->bytes, ret_size);
}

const guint8 *
graft_elf_get_section_table (GraftElf *self, gsize entry, gsize length)
{
  gsize size;
  const guint8 *data = graft_elf_get_data (self, &size);

  if (self->header.e_phnum != 0 || self->header.e_shentsize != entry || self->header.e_shoff > size
      || length > size - self->header.e_shoff)
    return NULL;
  return data + self->header.e_shoff;
}

GraftElfType
graft_elf_get_elf_type (GraftElf *self)
{
  switch (self->header.e_type)
    {
    case ET_REL:
      return GRAFT_ELF_RELOCATABLE;
    case ET_EXEC:
      return GRAFT_ELF_EXECUTABLE;
    case ET_DYN:
      return GRAFT_ELF_SHARED;
    default:
      return GRAFT_ELF_OTHER;
    }
}

guint
graft_elf_get_bits (GraftElf *self)
{
  return self->header.e_ident[EI_CLASS] == ELFCLASS32 ? 32 : 64;
}

gboolean
graft_elf_is_big_endian (GraftElf *self)
{
  return self->header.e_ident[EI_DATA] == ELFDATA2MSB;
}

guint16
graft_elf_get_machine (GraftElf *self)
{
  return self->header.e_machine;
}

guint
graft_elf_get_n_sections (GraftElf *self)
{
  return self->sections->len;
}

const GraftElfSection *
graft_elf_get_section (GraftElf *self, guint i)
{
  return &g_array_index (self->sections, GraftElfSection, i);
}

const GraftElfSection *
graft_elf_find_section (GraftElf *self, const char *name)
{
  for (guint i = 0; i < self->sections->len; i++)
    {
      const GraftElfSection *section = graft_elf_get_section (self, i);

      if (strcmp (section->name, name) == 0)
        return section;
    }
  return NULL;
}

gboolean
graft_elf_section_is_code (const GraftElfSection *section)
{
  static const char *const prefixes[]
      = { ".rodata", ".data", ".debug", ".BTF", ".orc_", ".eh_frame" };

  if (section->type == SHT_REL || section->type == SHT_RELA || (section->flags & SHF_EXECINSTR))
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (prefixes); i++)
    if (g_str_has_prefix (section->name, prefixes[i]))
      return TRUE;
  return FALSE;
}

const char *
graft_elf_section_next_string (const GraftElfSection *section, gsize *offset)
{
  const char *start, *end;

  if (section->data == NULL || *offset >= section->length)
    return NULL;
  start = (const char *)section->data + *offset;
  end = memchr (start, '\0', section->length - *offset);
  if (end == NULL)
    return NULL;
  *offset += end - start + 1;
  return start;
}

static void
add_notes (GraftElf *self, Elf_Data *data, const char *owner, guint32 type, GPtrArray *notes)
{
  GElf_Nhdr note;
  size_t offset = 0, next, name, content;

  while (offset < data->d_size && (next = gelf_getnote (data, offset, &note, &name, &content)) > 0)
    {
      const char *bytes = data->d_buf;

      /* The length of an owner's name counts its NUL. */
      if (note.n_type == type && note.n_namesz == strlen (owner) + 1
          && memcmp (bytes + name, owner, note.n_namesz) == 0)
        g_ptr_array_add (notes, g_bytes_new (bytes + content, note.n_descsz));
      offset = next;
    }
}

GPtrArray *
graft_elf_list_notes (GraftElf *self, const char *owner, guint32 type)
{
  GPtrArray *notes = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);

  for (Elf_Scn *scn = NULL; (scn = elf_nextscn (self->elf, scn)) != NULL;)
    {
      GElf_Shdr header;
      Elf_Data *data;

      if (gelf_getshdr (scn, &header) == NULL || header.sh_type != SHT_NOTE)
        continue;
      data = elf_getdata (scn, NULL);
      if (data != NULL && data->d_buf != NULL)
        add_notes (self, data, owner, type, notes);
    }
  return notes;
}

/* The part of the file that stands at @address when the program is loaded: what is left of it from
 * there on. */
static gboolean
find_loaded (GraftElf *self, size_t n_headers, guint64 address, guint64 *ret_offset,
             guint64 *ret_length)
{
  for (size_t i = 0; i < n_headers; i++)
    {
      GElf_Phdr header;

      if (gelf_getphdr (self->elf, i, &header) == NULL || header.p_type != PT_LOAD
          || address < header.p_vaddr || address - header.p_vaddr >= header.p_filesz)
        continue;
      *ret_offset = header.p_offset + (address - header.p_vaddr);
      *ret_length = header.p_filesz - (address - header.p_vaddr);
      return *ret_offset >= header.p_offset;
    }
  return FALSE;
}

static Elf_Data *
get_dynamic (GraftElf *self, size_t n_headers)
{
  gsize size = g_bytes_get_size (self->bytes);

  for (size_t i = 0; i < n_headers; i++)
    {
      GElf_Phdr header;

      if (gelf_getphdr (self->elf, i, &header) == NULL || header.p_type != PT_DYNAMIC)
        continue;
      if (header.p_offset > size || header.p_filesz > size - header.p_offset)
        return NULL;
      return elf_getdata_rawchunk (self->elf, header.p_offset, header.p_filesz, ELF_T_DYN);
    }
  return NULL;
}

/* The value of the first entry of @tag. */
static gboolean
find_dynamic (Elf_Data *dynamic, gint64 tag, guint64 *ret_value)
{
  GElf_Dyn entry;

  for (int i = 0; gelf_getdyn (dynamic, i, &entry) != NULL && entry.d_tag != DT_NULL; i++)
    if (entry.d_tag == tag)
      {
        *ret_value = entry.d_un.d_val;
        return TRUE;
      }
  return FALSE;
}

GPtrArray *
graft_elf_list_needed (GraftElf *self, GError **error)
{
  g_autoptr (GPtrArray) needed = g_ptr_array_new_with_free_func (g_free);
  gsize size;
  const char *data = g_bytes_get_data (self->bytes, &size);
  guint64 address = 0, offset = 0, length = 0;
  size_t n_headers = 0;
  Elf_Data *dynamic;
  GElf_Dyn entry;

  if (elf_getphdrnum (self->elf, &n_headers) != 0)
    {
      set_libelf_error (self, _ ("its program headers cannot be read"), error);
      return NULL;
    }
  dynamic = get_dynamic (self, n_headers);
  if (dynamic == NULL)
    return g_steal_pointer (&needed);
  if (!find_dynamic (dynamic, DT_STRTAB, &address)
      || !find_loaded (self, n_headers, address, &offset, &length) || offset > size)
    return g_steal_pointer (&needed);
  length = MIN (length, size - offset);
  for (int i = 0; gelf_getdyn (dynamic, i, &entry) != NULL && entry.d_tag != DT_NULL; i++)
    {
      guint64 start = entry.d_un.d_val;

      if (entry.d_tag != DT_NEEDED)
        continue;
      if (start >= length || memchr (data + offset + start, '\0', length - start) == NULL)
        {
          g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
                       _ ("%s is a damaged ELF file: the name of a needed library lies outside its "
                          "string table"),
                       self->name);
          return NULL;
        }
      g_ptr_array_add (needed, g_strdup (data + offset + start));
    }
  return g_steal_pointer (&needed);
}
