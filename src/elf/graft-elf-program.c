/* graft-elf-program.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "elf/graft-elf-program.h"

#include <elf.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-limits.h"
#include "elf/graft-elf-reader.h"
#include "elf/graft-elf-versions.h"

#define DLOPEN_OWNER "FDO"
#define DLOPEN_TYPE 0x407c0c0a
#define GNU_OWNER "GNU"
#define NOTE_HEADER 12
/* Two words: the tag and its value. */
#define DYNAMIC_SIZE(reader) ((reader)->wide ? 16 : 8)

/* What the dynamic section says, before any name is read: names are offsets in a table that a later
 * entry may tell. */
typedef struct
{
  GArray *needed; /* of guint64, as the rest */
  GArray *filters;
  guint64 soname;
  guint64 rpath;
  guint64 runpath;
  gboolean has_soname;
  gboolean has_rpath;
  gboolean has_runpath;
  gboolean has_strings;
  guint64 strings;
  guint64 strings_size;
  guint64 needs;
  guint64 n_needs;
  guint64 definitions;
  guint64 n_definitions;
} Dynamic;

static void
dynamic_clear (Dynamic *self)
{
  g_clear_pointer (&self->needed, g_array_unref);
  g_clear_pointer (&self->filters, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Dynamic, dynamic_clear)

void
graft_elf_program_free (GraftElfProgram *self)
{
  if (self == NULL)
    return;
  g_free (self->interpreter);
  g_free (self->soname);
  g_free (self->rpath);
  g_free (self->runpath);
  g_clear_pointer (&self->needed, g_ptr_array_unref);
  g_clear_pointer (&self->filters, g_ptr_array_unref);
  g_clear_pointer (&self->version_needs, g_ptr_array_unref);
  g_clear_pointer (&self->versions, g_ptr_array_unref);
  g_clear_pointer (&self->dlopen_notes, g_ptr_array_unref);
  g_free (self);
}

gboolean
graft_elf_program_probe (GraftInput *input)
{
  char magic[SELFMAG];

  return graft_input_read_some (input, 0, magic, sizeof magic, NULL) == sizeof magic
         && memcmp (magic, ELFMAG, SELFMAG) == 0;
}

gboolean
graft_elf_program_has_version (const GraftElfProgram *self, const char *version)
{
  return self->versions != NULL
         && g_ptr_array_find_with_equal_func (self->versions, version, g_str_equal, NULL);
}

/* Where the fields of the two classes stand: gABI, chapter 4, "ELF Header". */
typedef struct
{
  gsize header_size;
  gsize table;   /* e_phoff */
  gsize entry;   /* e_phentsize */
  gsize count;   /* e_phnum */
  gsize segment; /* size of a program header */
  gsize offset;  /* in that: p_offset, p_vaddr, p_filesz, p_align */
  gsize address;
  gsize length;
  gsize align;
} Layout;

static const Layout layouts[] = {
  { 52, 28, 42, 44, 32, 4, 8, 16, 28 },
  { 64, 32, 54, 56, 56, 8, 16, 32, 48 },
};

typedef struct
{
  guint32 type;
  guint64 offset;
  guint64 address;
  guint64 length;
  guint64 align;
} Segment;

static gboolean
read_identity (GraftElfReader *reader, GraftElfProgram *program, GError **error)
{
  const guint8 *header = NULL;

  if (graft_elf_program_probe (reader->input))
    header
        = graft_elf_reader_peek (reader, 0, layouts[0].header_size,
                                 _ ("%s is a damaged ELF file: it ends within its header"), error);
  else
    g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_UNSUPPORTED, _ ("%s is not an ELF file"),
                 graft_input_get_name (reader->input));
  if (header == NULL)
    return FALSE;
  if ((header[EI_CLASS] != ELFCLASS32 && header[EI_CLASS] != ELFCLASS64)
      || (header[EI_DATA] != ELFDATA2LSB && header[EI_DATA] != ELFDATA2MSB))
    return graft_elf_reader_set_damaged (
        reader,
        _ ("%s is a damaged ELF file: it is neither of 32 nor of 64 bits, or of no byte "
           "order"),
        error);
  reader->wide = header[EI_CLASS] == ELFCLASS64;
  reader->big_endian = header[EI_DATA] == ELFDATA2MSB;
  program->bits = reader->wide ? 64 : 32;
  program->big_endian = reader->big_endian;
  program->machine = graft_elf_reader_get_u16 (reader, header, 18);
  switch (graft_elf_reader_get_u16 (reader, header, 16))
    {
    case ET_REL:
      program->elf_type = GRAFT_ELF_RELOCATABLE;
      break;
    case ET_EXEC:
      program->elf_type = GRAFT_ELF_EXECUTABLE;
      break;
    case ET_DYN:
      program->elf_type = GRAFT_ELF_SHARED;
      break;
    default:
      program->elf_type = GRAFT_ELF_OTHER;
    }
  return TRUE;
}

/* All program headers, of Segment. */
static GArray *
read_segments (GraftElfReader *reader, GError **error)
{
  const Layout *layout = &layouts[reader->wide ? 1 : 0];
  const char *damaged
      = _ ("%s is a damaged ELF file: its program headers lie past its end; it may be cut short");
  g_autoptr (GArray) segments = g_array_new (FALSE, FALSE, sizeof (Segment));
  const guint8 *header = graft_elf_reader_peek (reader, 0, layout->header_size, damaged, error);
  guint64 table;
  guint count, entry;

  if (header == NULL)
    return NULL;
  table = graft_elf_reader_get_word (reader, header, layout->table);
  entry = graft_elf_reader_get_u16 (reader, header, layout->entry);
  count = graft_elf_reader_get_u16 (reader, header, layout->count);
  if (count > 0 && entry < layout->segment)
    {
      graft_elf_reader_set_damaged (
          reader, _ ("%s is a damaged ELF file: its program headers are too small"), error);
      return NULL;
    }
  for (guint i = 0; i < count; i++)
    {
      const guint8 *record = NULL;
      Segment segment;

      /* The sum must not go round. */
      if (table > G_MAXINT64)
        graft_elf_reader_set_damaged (reader, damaged, error);
      else
        record = graft_elf_reader_peek (reader, table + (guint64)i * entry, layout->segment,
                                        damaged, error);
      if (record == NULL)
        return NULL;
      segment.type = graft_elf_reader_get_u32 (reader, record, 0);
      segment.offset = graft_elf_reader_get_word (reader, record, layout->offset);
      segment.address = graft_elf_reader_get_word (reader, record, layout->address);
      segment.length = graft_elf_reader_get_word (reader, record, layout->length);
      segment.align = graft_elf_reader_get_word (reader, record, layout->align);
      g_array_append_val (segments, segment);
    }
  return g_steal_pointer (&segments);
}

static void
add_loaded (GraftElfReader *reader, GArray *segments)
{
  for (guint i = 0; i < segments->len; i++)
    {
      const Segment *segment = &g_array_index (segments, Segment, i);
      const GraftElfSegment loaded = { segment->address, segment->offset, segment->length };

      if (segment->type == PT_LOAD)
        g_array_append_val (reader->segments, loaded);
    }
}

/* The kernel takes a path of up to PATH_MAX with its NUL (load_elf_binary() of fs/binfmt_elf.c). */
static gboolean
read_interpreter (GraftElfReader *reader, const Segment *segment, GraftElfProgram *program,
                  GError **error)
{
  const char *damaged
      = _ ("%s is a damaged ELF file: the name of the loader that it asks for is none");
  const guint8 *bytes;

  if (program->interpreter != NULL)
    return TRUE;
  if (segment->length < 2 || segment->length > GRAFT_LIMIT_PATH)
    return graft_elf_reader_set_damaged (reader, damaged, error);
  bytes = graft_elf_reader_peek (reader, segment->offset, segment->length, damaged, error);
  if (bytes == NULL)
    return FALSE;
  if (bytes[segment->length - 1] != '\0' || bytes[0] == '\0')
    return graft_elf_reader_set_damaged (reader, damaged, error);
  program->interpreter = g_strdup ((const char *)bytes);
  return TRUE;
}

static void
take_note (GraftElfReader *reader, const guint8 *bytes, gsize owner, gsize owner_size,
           gsize content, gsize content_size, guint32 type, GraftElfProgram *program)
{
  /* The length of an owner's name counts its NUL. */
  if (type == DLOPEN_TYPE && owner_size == sizeof DLOPEN_OWNER
      && memcmp (bytes + owner, DLOPEN_OWNER, owner_size) == 0)
    g_ptr_array_add (program->dlopen_notes, g_bytes_new (bytes + content, content_size));
  if (type == NT_GNU_ABI_TAG && owner_size == sizeof GNU_OWNER && content_size >= 16
      && memcmp (bytes + owner, GNU_OWNER, owner_size) == 0
      && graft_elf_reader_get_u32 (reader, bytes, content) == ELF_NOTE_OS_LINUX)
    {
      program->has_kernel = TRUE;
      for (guint i = 0; i < G_N_ELEMENTS (program->kernel); i++)
        program->kernel[i] = graft_elf_reader_get_u32 (reader, bytes, content + 4 + 4 * i);
    }
}

/* Notes are remarks: a damaged one is no reason to refuse the file, and ends the list. */
static gboolean
read_notes (GraftElfReader *reader, const Segment *segment, GraftElfProgram *program,
            GError **error)
{
  guint64 size = graft_input_get_size (reader->input);
  gsize length = MIN (segment->length, GRAFT_LIMIT_ELF_NOTES - reader->n_note_bytes);
  gsize align = segment->align == 8 ? 8 : 4;
  g_autoptr (GBytes) content = NULL;
  const guint8 *bytes;

  if (segment->offset > size || length > size - segment->offset)
    return TRUE;
  content = graft_input_read_bytes (reader->input, segment->offset, length, error);
  if (content == NULL)
    return FALSE;
  bytes = g_bytes_get_data (content, NULL);
  reader->n_note_bytes += length;
  for (gsize at = 0; length - at >= NOTE_HEADER;)
    {
      gsize owner_size = graft_elf_reader_get_u32 (reader, bytes, at);
      gsize content_size = graft_elf_reader_get_u32 (reader, bytes, at + 4);
      guint32 type = graft_elf_reader_get_u32 (reader, bytes, at + 8);
      gsize left = length - at - NOTE_HEADER;
      gsize owner = at + NOTE_HEADER, described;

      if (owner_size > left)
        break;
      described = (owner_size + NOTE_HEADER + align - 1) / align * align - NOTE_HEADER;
      if (described > left || content_size > left - described)
        break;
      take_note (reader, bytes, owner, owner_size, owner + described, content_size, type, program);
      at = owner + described + (content_size + align - 1) / align * align;
      if (at > length)
        break;
    }
  return TRUE;
}

static void
take_entry (Dynamic *self, guint64 tag, guint64 value, GraftElfProgram *program)
{
  switch (tag)
    {
    case DT_NEEDED:
      g_array_append_val (self->needed, value);
      break;
    case DT_FILTER:
      g_array_append_val (self->filters, value);
      break;
    case DT_SONAME:
      self->soname = value;
      self->has_soname = TRUE;
      break;
    case DT_RPATH:
      self->rpath = value;
      self->has_rpath = TRUE;
      break;
    case DT_RUNPATH:
      self->runpath = value;
      self->has_runpath = TRUE;
      break;
    case DT_STRTAB:
      self->strings = value;
      self->has_strings = TRUE;
      break;
    case DT_STRSZ:
      self->strings_size = value;
      break;
    case DT_FLAGS_1:
      program->no_default_folders = (value & DF_1_NODEFLIB) != 0;
      program->is_pie = (value & DF_1_PIE) != 0;
      break;
    case DT_VERNEED:
      self->needs = value;
      break;
    case DT_VERNEEDNUM:
      self->n_needs = value;
      break;
    case DT_VERDEF:
      self->definitions = value;
      break;
    case DT_VERDEFNUM:
      self->n_definitions = value;
      break;
    default:
      break;
    }
}

static gboolean
read_entries (GraftElfReader *reader, const Segment *segment, Dynamic *dynamic,
              GraftElfProgram *program, GError **error)
{
  const gsize size = DYNAMIC_SIZE (reader);
  guint64 count = segment->length / size;

  if (count > GRAFT_LIMIT_ELF_NAMES || segment->offset > G_MAXINT64)
    return graft_elf_reader_set_damaged (
        reader, _ ("%s is a damaged ELF file: its dynamic section is too long"), error);
  for (guint64 i = 0; i < count; i++)
    {
      const guint8 *record = graft_elf_reader_peek (
          reader, segment->offset + i * size, size,
          _ ("%s is a damaged ELF file: its dynamic section lies past its end; it may be cut "
             "short"),
          error);
      guint64 tag;

      if (record == NULL)
        return FALSE;
      tag = graft_elf_reader_get_word (reader, record, 0);
      if (tag == DT_NULL)
        break;
      take_entry (dynamic, tag, graft_elf_reader_get_word (reader, record, size / 2), program);
    }
  return TRUE;
}

static gboolean
add_names (GraftElfReader *reader, GArray *starts, GPtrArray *names, GError **error)
{
  for (guint i = 0; i < starts->len; i++)
    {
      char *name = graft_elf_reader_dup_name (reader, g_array_index (starts, guint64, i), error);

      if (name == NULL)
        return FALSE;
      g_ptr_array_add (names, name);
    }
  return TRUE;
}

static gboolean
read_name (GraftElfReader *reader, gboolean wanted, guint64 start, char **name, GError **error)
{
  if (!wanted)
    return TRUE;
  *name = graft_elf_reader_dup_name (reader, start, error);
  return *name != NULL;
}

static gboolean
read_names (GraftElfReader *reader, const Dynamic *dynamic, GraftElfProgram *program,
            GError **error)
{
  if (!dynamic->has_strings)
    return TRUE;
  if (!graft_elf_reader_find_loaded (reader, dynamic->strings, &reader->strings))
    return graft_elf_reader_set_damaged (
        reader, _ ("%s is a damaged ELF file: the names of its libraries are not loaded"), error);
  reader->strings.length = MIN (reader->strings.length, dynamic->strings_size);
  if (!add_names (reader, dynamic->needed, program->needed, error)
      || !add_names (reader, dynamic->filters, program->filters, error)
      || !read_name (reader, dynamic->has_soname, dynamic->soname, &program->soname, error)
      || !read_name (reader, dynamic->has_rpath, dynamic->rpath, &program->rpath, error)
      || !read_name (reader, dynamic->has_runpath, dynamic->runpath, &program->runpath, error))
    return FALSE;
  if (dynamic->needs != 0
      && !graft_elf_versions_read_needs (reader, dynamic->needs, dynamic->n_needs,
                                         program->version_needs, error))
    return FALSE;
  if (dynamic->definitions == 0)
    return TRUE;
  program->versions = g_ptr_array_new_with_free_func (g_free);
  return graft_elf_versions_read_definitions (reader, dynamic->definitions, dynamic->n_definitions,
                                              program->versions, error);
}

static gboolean
read_dynamic (GraftElfReader *reader, const Segment *segment, GraftElfProgram *program,
              GError **error)
{
  g_auto (Dynamic) dynamic = {
    .needed = g_array_new (FALSE, FALSE, sizeof (guint64)),
    .filters = g_array_new (FALSE, FALSE, sizeof (guint64)),
  };

  program->is_dynamic = TRUE;
  return read_entries (reader, segment, &dynamic, program, error)
         && read_names (reader, &dynamic, program, error);
}

static gboolean
read_segment (GraftElfReader *reader, const Segment *segment, GraftElfProgram *program,
              GError **error)
{
  switch (segment->type)
    {
    case PT_INTERP:
      return read_interpreter (reader, segment, program, error);
    case PT_NOTE:
      return read_notes (reader, segment, program, error);
    case PT_DYNAMIC:
      return program->is_dynamic || read_dynamic (reader, segment, program, error);
    default:
      return TRUE;
    }
}

GraftElfProgram *
graft_elf_program_read (GraftInput *input, GError **error)
{
  g_autoptr (GraftElfProgram) program = g_new0 (GraftElfProgram, 1);
  g_auto (GraftElfReader) reader = {
    .input = input,
    .segments = g_array_new (FALSE, FALSE, sizeof (GraftElfSegment)),
  };
  g_autoptr (GArray) segments = NULL;

  program->needed = g_ptr_array_new_with_free_func (g_free);
  program->filters = g_ptr_array_new_with_free_func (g_free);
  program->version_needs = g_ptr_array_new_with_free_func (graft_elf_version_need_free);
  program->dlopen_notes = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  if (!read_identity (&reader, program, error))
    return NULL;
  segments = read_segments (&reader, error);
  if (segments == NULL)
    return NULL;
  add_loaded (&reader, segments);
  for (guint i = 0; i < segments->len; i++)
    if (!read_segment (&reader, &g_array_index (segments, Segment, i), program, error))
      return NULL;
  return g_steal_pointer (&program);
}
