/* graft-cpio-links.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/cpio/graft-cpio-links.h"

#include <string.h>
#include <sys/stat.h>

#include "base/graft-limits.h"

static guint
hash_file (gconstpointer data)
{
  const GraftCpioRecord *record = data;

  return record->header.ino * 31 + record->header.dev_major * 7 + record->header.dev_minor
         + record->epoch * 101;
}

static gboolean
equal_file (gconstpointer left, gconstpointer right)
{
  const GraftCpioRecord *a = left, *b = right;

  return a->epoch == b->epoch && a->header.ino == b->header.ino
         && a->header.dev_major == b->header.dev_major && a->header.dev_minor == b->header.dev_minor
         && ((a->header.mode ^ b->header.mode) & S_IFMT) == 0;
}

/* Texts may grow so much by paths behind links. */
#define TEXTS_LIMIT (64 * 1024 * 1024)

void
graft_cpio_links_group (GArray *records, GArray *groups)
{
  g_autoptr (GHashTable) files = g_hash_table_new (hash_file, equal_file);

  for (guint32 i = 0; i < records->len; i++)
    {
      GraftCpioRecord *record = &g_array_index (records, GraftCpioRecord, i);
      GraftCpioGroup *group;
      gpointer known;

      record->group = GRAFT_CPIO_NONE;
      if (record->place == GRAFT_CPIO_NONE || record->header.nlink < 2
          || S_ISDIR (record->header.mode) || S_ISLNK (record->header.mode))
        continue;
      if (!g_hash_table_lookup_extended (files, record, NULL, &known))
        {
          const GraftCpioGroup fresh = { GRAFT_CPIO_NONE, i, 0 };

          known = GUINT_TO_POINTER (groups->len);
          g_array_append_val (groups, fresh);
          g_hash_table_insert (files, record, known);
        }
      record->group = GPOINTER_TO_UINT (known);
      group = &g_array_index (groups, GraftCpioGroup, record->group);
      group->attributes = i;
      group->n_places += !record->shadowed;
      if (record->header.size > 0)
        group->data = i;
    }
}

/* Appends the components of @path to @parts; ".." takes one away, as at the root of a file system.
 */
static void
append_components (GPtrArray *parts, const char *path)
{
  g_auto (GStrv) components = g_strsplit (path, "/", -1);

  for (guint i = 0; components[i] != NULL; i++)
    {
      if (strcmp (components[i], "..") == 0 && parts->len > 0)
        g_ptr_array_set_size (parts, parts->len - 1);
      else if (*components[i] != '\0' && strcmp (components[i], ".") != 0
               && strcmp (components[i], "..") != 0)
        g_ptr_array_add (parts, g_strdup (components[i]));
    }
}

gboolean
graft_cpio_links_redirect (GByteArray *texts, const GraftCpioRecord *link, GraftCpioRecord *record)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);
  const char *all = (const char *)texts->data;
  g_autofree char *own = NULL, *rest = NULL, *path = NULL;
  const char *target = all + link->target;

  if (!S_ISLNK (link->header.mode) || texts->len > TEXTS_LIMIT)
    return FALSE;
  own = g_strndup (all + link->path, link->path_length);
  rest
      = g_strndup (all + record->path + link->path_length, record->path_length - link->path_length);
  if (*target != '/')
    {
      append_components (parts, own);
      g_ptr_array_set_size (parts, parts->len - 1);
    }
  append_components (parts, target);
  append_components (parts, rest);
  if (parts->len == 0 || parts->len > GRAFT_LIMIT_DEPTH)
    return FALSE;
  g_ptr_array_add (parts, NULL);
  path = g_strjoinv ("/", (char **)parts->pdata);
  if (strlen (path) >= GRAFT_LIMIT_PATH)
    return FALSE;
  record->path = texts->len;
  record->path_length = strlen (path);
  g_byte_array_append (texts, (const guint8 *)path, record->path_length + 1);
  return TRUE;
}
