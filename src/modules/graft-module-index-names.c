/* graft-module-index-names.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "modules/graft-module-index-names.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-bytes.h"
#include "base/graft-error.h"

#define MAGIC 0xb007f457
#define VERSION_MAJOR 2
#define HEADER 12

/* In the four top bits of an offset: what the node there has. */
#define HAS_PREFIX 0x80000000u
#define HAS_VALUES 0x40000000u
#define HAS_CHILDREN 0x20000000u
#define OFFSET_MASK 0x0fffffffu

typedef struct
{
  guint8 *data;
  gsize length;
  GHashTable *paths;
  const char *from;
  const char *to;
  GHashTable *seen; /* a set of offsets: each node belongs to one other */
} Rename;

/* Each path of a line "path: path path". */
static void
rename_line (Rename *self, char *line, gsize length)
{
  gsize ending = strlen (self->from);

  for (gsize start = 0, end; start < length; start = end + 1)
    {
      g_autofree char *path = NULL;

      for (end = start; end < length && strchr (" :\n", line[end]) == NULL;)
        end++;
      path = g_strndup (line + start, end - start);
      if (g_hash_table_contains (self->paths, path))
        memcpy (line + end - ending, self->to, ending);
    }
}

/* The string at *@at; moves past it. */
static gboolean
take_string (Rename *self, gsize *at, char **ret_string, gsize *ret_length)
{
  char *start = (char *)self->data + *at;
  char *end = *at < self->length ? memchr (start, '\0', self->length - *at) : NULL;

  if (end == NULL)
    return FALSE;
  *ret_string = start;
  *ret_length = end - start;
  *at += end - start + 1;
  return TRUE;
}

static gboolean rename_node (Rename *self, guint32 offset, guint depth);

static gboolean
rename_children (Rename *self, gsize *at, guint depth)
{
  guint8 first, last;

  if (!graft_bytes_get_u8 (self->data, self->length, *at, &first)
      || !graft_bytes_get_u8 (self->data, self->length, *at + 1, &last) || first > last)
    return FALSE;
  *at += 2;
  for (guint i = first; i <= last; i++)
    {
      guint32 child;

      if (!graft_bytes_get_be32 (self->data, self->length, *at, &child)
          || (child != 0 && !rename_node (self, child, depth + 1)))
        return FALSE;
      *at += 4;
    }
  return TRUE;
}

static gboolean
rename_node (Rename *self, guint32 offset, guint depth)
{
  gsize at = offset & OFFSET_MASK, length;
  char *string;
  guint32 count;

  /* As deep as a name is long. */
  if (depth > 255 || !g_hash_table_add (self->seen, GSIZE_TO_POINTER (at)))
    return FALSE;
  if ((offset & HAS_PREFIX) && !take_string (self, &at, &string, &length))
    return FALSE;
  if ((offset & HAS_CHILDREN) && !rename_children (self, &at, depth))
    return FALSE;
  if (!(offset & HAS_VALUES))
    return TRUE;
  if (!graft_bytes_get_be32 (self->data, self->length, at, &count))
    return FALSE;
  at += 4;
  for (guint32 i = 0; i < count; i++)
    {
      at += 4; /* the priority */
      if (!take_string (self, &at, &string, &length))
        return FALSE;
      rename_line (self, string, length);
    }
  return TRUE;
}

static gboolean
rename_binary (Rename *self)
{
  guint32 magic, version, root;

  return graft_bytes_get_be32 (self->data, self->length, 0, &magic) && magic == MAGIC
         && graft_bytes_get_be32 (self->data, self->length, 4, &version)
         && version >> 16 == VERSION_MAJOR
         && graft_bytes_get_be32 (self->data, self->length, HEADER - 4, &root)
         && (root == 0 || rename_node (self, root, 0));
}

GBytes *
graft_module_index_rename (const char *name, GBytes *content, GHashTable *paths, const char *from,
                           const char *to, GError **error)
{
  gboolean binary = strcmp (name, "modules.dep.bin") == 0;
  gsize length;
  const guint8 *data = g_bytes_get_data (content, &length);
  g_autofree guint8 *copy = NULL;
  g_autoptr (GHashTable) seen = NULL;
  Rename self = { .length = length, .paths = paths, .from = from, .to = to };

  g_return_val_if_fail (strlen (from) == strlen (to), NULL);
  if (g_hash_table_size (paths) == 0 || (!binary && strcmp (name, "modules.dep") != 0))
    return g_bytes_ref (content);
  copy = g_memdup2 (data, length);
  seen = g_hash_table_new (NULL, NULL);
  self.data = copy;
  self.seen = seen;
  if (!binary)
    rename_line (&self, (char *)copy, length);
  else if (!rename_binary (&self))
    {
      g_set_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_UNSUPPORTED,
                   _ ("the %s that this machine's depmod writes is of an unknown form"), name);
      return NULL;
    }
  return g_bytes_new_take (g_steal_pointer (&copy), length);
}
