/* graft-elf-versions.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "elf/graft-elf-versions.h"

#include <glib/gi18n-lib.h>

#include "base/graft-limits.h"

/* Elfxx_Verneed: version, number of auxiliary records, name of the file, offset of the first of
 * these, offset of the next record. */
#define NEED_SIZE 16
#define NEED_COUNT 2
#define NEED_FILE 4
#define NEED_FIRST 8
#define NEED_NEXT 12
/* Elfxx_Vernaux: hash, flags, number, name, offset of the next. */
#define NEED_AUX_SIZE 16
#define NEED_AUX_FLAGS 4
#define NEED_AUX_NAME 8
#define NEED_AUX_NEXT 12
#define NEED_AUX_WEAK 0x2
/* Elfxx_Verdef: version, flags, index, number of auxiliary records, hash, offset of the first of
 * these, offset of the next record. The first auxiliary record has the name, others its parents'.
 */
#define DEFINITION_SIZE 20
#define DEFINITION_COUNT 6
#define DEFINITION_FIRST 12
#define DEFINITION_NEXT 16
#define DEFINITION_AUX_SIZE 8

void
graft_elf_version_need_free (gpointer data)
{
  GraftElfVersionNeed *self = data;

  g_free (self->library);
  g_free (self->version);
  g_free (self);
}

/* A record of the table that begins at @table, @at bytes into it. */
static const guint8 *
peek_record (GraftElfReader *reader, const GraftElfSegment *table, guint64 at, gsize size,
             GError **error)
{
  const char *damaged
      = _ ("%s is a damaged ELF file: its table of symbol versions lies past its end");

  if (at > table->length || size > table->length - at)
    {
      graft_elf_reader_set_damaged (reader, damaged, error);
      return NULL;
    }
  return graft_elf_reader_peek (reader, table->offset + at, size, damaged, error);
}

static gboolean
find_table (GraftElfReader *reader, guint64 address, GraftElfSegment *ret_table, GError **error)
{
  return graft_elf_reader_find_loaded (reader, address, ret_table)
         || graft_elf_reader_set_damaged (
             reader, _ ("%s is a damaged ELF file: its table of symbol versions is not loaded"),
             error);
}

/* The versions of one file. Each name counts against the reader's cap, so that neither @count nor a
 * chain that is long makes this long; and a chain only leads forward. */
static gboolean
read_need (GraftElfReader *reader, const GraftElfSegment *table, guint64 at, guint count,
           guint64 file, GPtrArray *needs, GError **error)
{
  g_autofree char *library = graft_elf_reader_dup_name (reader, file, error);

  if (library == NULL)
    return FALSE;
  for (guint i = 0; i < count; i++)
    {
      const guint8 *record = peek_record (reader, table, at, NEED_AUX_SIZE, error);
      g_autofree char *version = NULL;
      GraftElfVersionNeed *need;
      guint flags;
      guint32 next;

      if (record == NULL)
        return FALSE;
      flags = graft_elf_reader_get_u16 (reader, record, NEED_AUX_FLAGS);
      next = graft_elf_reader_get_u32 (reader, record, NEED_AUX_NEXT);
      version = graft_elf_reader_dup_name (
          reader, graft_elf_reader_get_u32 (reader, record, NEED_AUX_NAME), error);
      if (version == NULL)
        return FALSE;
      need = g_new0 (GraftElfVersionNeed, 1);
      need->library = g_strdup (library);
      need->version = g_steal_pointer (&version);
      need->weak = (flags & NEED_AUX_WEAK) != 0;
      g_ptr_array_add (needs, need);
      if (next == 0)
        break;
      at += next;
    }
  return TRUE;
}

gboolean
graft_elf_versions_read_needs (GraftElfReader *reader, guint64 address, guint64 count,
                               GPtrArray *needs, GError **error)
{
  GraftElfSegment table;
  guint64 at = 0;

  if (!find_table (reader, address, &table, error))
    return FALSE;
  for (guint64 i = 0; i < count; i++)
    {
      const guint8 *record = peek_record (reader, &table, at, NEED_SIZE, error);
      guint n_versions;
      guint32 file, first, next;

      if (record == NULL)
        return FALSE;
      n_versions = graft_elf_reader_get_u16 (reader, record, NEED_COUNT);
      file = graft_elf_reader_get_u32 (reader, record, NEED_FILE);
      first = graft_elf_reader_get_u32 (reader, record, NEED_FIRST);
      next = graft_elf_reader_get_u32 (reader, record, NEED_NEXT);
      if (!read_need (reader, &table, at + first, n_versions, file, needs, error))
        return FALSE;
      if (next == 0)
        break;
      at += next;
    }
  return TRUE;
}

gboolean
graft_elf_versions_read_definitions (GraftElfReader *reader, guint64 address, guint64 count,
                                     GPtrArray *versions, GError **error)
{
  GraftElfSegment table;
  guint64 at = 0;

  if (!find_table (reader, address, &table, error))
    return FALSE;
  /* One without a name does not count against the reader's cap. */
  for (guint64 i = 0; i < MIN (count, GRAFT_LIMIT_ELF_NAMES); i++)
    {
      const guint8 *record = peek_record (reader, &table, at, DEFINITION_SIZE, error);
      guint n_names;
      guint32 first, next;
      char *name;

      if (record == NULL)
        return FALSE;
      n_names = graft_elf_reader_get_u16 (reader, record, DEFINITION_COUNT);
      first = graft_elf_reader_get_u32 (reader, record, DEFINITION_FIRST);
      next = graft_elf_reader_get_u32 (reader, record, DEFINITION_NEXT);
      if (n_names > 0)
        {
          record = peek_record (reader, &table, at + first, DEFINITION_AUX_SIZE, error);
          name = record != NULL ? graft_elf_reader_dup_name (
                     reader, graft_elf_reader_get_u32 (reader, record, 0), error)
                                : NULL;
          if (name == NULL)
            return FALSE;
          g_ptr_array_add (versions, name);
        }
      if (next == 0)
        break;
      at += next;
    }
  return TRUE;
}
