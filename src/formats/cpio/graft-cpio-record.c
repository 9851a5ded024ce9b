/* graft-cpio-record.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/cpio/graft-cpio-record.h"

#include <string.h>
#include <sys/stat.h>

#include "base/graft-limits.h"

guint32
graft_cpio_add_text (GByteArray *texts, const guint8 *data, gsize length)
{
  guint32 text = texts->len;

  g_byte_array_append (texts, data, strnlen ((const char *)data, length));
  g_byte_array_append (texts, (const guint8 *)"", 1);
  return text;
}

/* Finds the path within the name: without leading "/" and "./", without the "/" that ends a
 * folder's name. */
static gboolean
find_path (GraftCpioRecord *record, const char *name)
{
  const char *start = name, *component;
  gsize length;
  guint depth = 0;

  while (*start == '/' || (start[0] == '.' && (start[1] == '/' || start[1] == '\0')))
    start++;
  length = strlen (start);
  if (length > 1 && start[length - 1] == '/' && S_ISDIR (record->header.mode))
    length--;
  record->path = record->name + (start - name);
  record->path_length = length;
  if (length == 0)
    return S_ISDIR (record->header.mode);
  for (component = start; component <= start + length;)
    {
      const char *slash = memchr (component, '/', start + length - component);
      gsize size = (slash != NULL ? slash : start + length) - component;

      if (size == 0 || size > GRAFT_LIMIT_NAME || ++depth > GRAFT_LIMIT_DEPTH
          || (size == 1 && component[0] == '.')
          || (size == 2 && component[0] == '.' && component[1] == '.'))
        return FALSE;
      component += size + 1;
    }
  return TRUE;
}

static guint
find_type_problems (const GraftCpioHeader *header)
{
  GraftNodeType type;

  if (!graft_node_type_from_mode (header->mode, &type))
    return GRAFT_CPIO_TYPE_UNKNOWN | (header->size > 0 ? GRAFT_CPIO_DATA_MISPLACED : 0);
  if (type == GRAFT_NODE_REGULAR)
    return 0;
  if (type != GRAFT_NODE_SYMLINK)
    return header->size > 0 ? GRAFT_CPIO_DATA_MISPLACED : 0;
  if (header->size > GRAFT_LIMIT_PATH)
    return GRAFT_CPIO_LINK_TOO_LONG;
  return header->size == 0 ? GRAFT_CPIO_LINK_EMPTY : 0;
}

void
graft_cpio_record_set_name (GraftCpioRecord *record, GByteArray *texts, const guint8 *data)
{
  const GraftCpioHeader *header = &record->header;
  const char *name;

  record->name = graft_cpio_add_text (texts, data, MIN (header->name_size, GRAFT_LIMIT_PATH));
  name = (const char *)texts->data + record->name;
  if (header->name_size > GRAFT_LIMIT_PATH)
    record->problems |= GRAFT_CPIO_NAME_TOO_LONG;
  else if (header->name_size == 0)
    record->problems |= GRAFT_CPIO_NAME_EMPTY;
  else if (data[header->name_size - 1] != '\0')
    record->problems |= GRAFT_CPIO_NAME_OPEN;
  else if (*name == '\0')
    record->problems |= GRAFT_CPIO_NAME_EMPTY;
  /* The kernel looks for the trailer once it has a name that is no link's, and has skipped what
   * has data without being a file. */
  record->trailer = (record->problems & GRAFT_CPIO_UNPLACED) == 0
                    && strcmp (name, GRAFT_CPIO_TRAILER) == 0 && !S_ISLNK (header->mode)
                    && (S_ISREG (header->mode) || header->size == 0);
  if (record->trailer)
    return;
  record->problems |= find_type_problems (header);
  if (!find_path (record, name))
    record->problems |= GRAFT_CPIO_PATH_ODD;
}

gboolean
graft_cpio_record_has_target (const GraftCpioRecord *record)
{
  return S_ISLNK (record->header.mode) && record->header.size > 0
         && record->header.size <= GRAFT_LIMIT_PATH && record->header.name_size > 0
         && record->header.name_size <= GRAFT_LIMIT_PATH;
}

gboolean
graft_cpio_record_has_check (const GraftCpioRecord *record)
{
  return record->header.crc && S_ISREG (record->header.mode) && !record->trailer
         && (record->problems & (GRAFT_CPIO_NAME_TOO_LONG | GRAFT_CPIO_NAME_EMPTY)) == 0;
}
