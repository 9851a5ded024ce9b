/* graft-module-deps.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-error.h"
#include "modules/graft-module-index.h"

struct _GraftModuleDeps
{
  char *text;        /* the whole file; blanks, colons and line ends are NUL now */
  GHashTable *lists; /* of char *, GPtrArray of char *; all in @text */
};

void
graft_module_deps_free (GraftModuleDeps *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->lists, g_hash_table_unref);
  g_free (self->text);
  g_free (self);
}

/* "kernel/fs/ext4/ext4.ko: kernel/lib/crc16.ko kernel/fs/jbd2/jbd2.ko" */
static gboolean
add_line (GraftModuleDeps *self, char *line)
{
  char *colon = strchr (line, ':');
  GPtrArray *list;

  if (*line == '\0' || *line == '#')
    return TRUE;
  if (colon == NULL)
    return FALSE;
  *colon = '\0';
  list = g_ptr_array_new ();
  for (char *at = colon + 1; *(at += strspn (at, " ")) != '\0';)
    {
      gsize length = strcspn (at, " ");
      gboolean last = at[length] == '\0';

      at[length] = '\0';
      g_ptr_array_add (list, at);
      at += length + (last ? 0 : 1);
    }
  g_ptr_array_add (list, NULL);
  g_hash_table_replace (self->lists, line, list);
  return TRUE;
}

GraftModuleDeps *
graft_module_deps_new (GBytes *modules_dep, GError **error)
{
  g_autoptr (GraftModuleDeps) self = g_new0 (GraftModuleDeps, 1);
  gsize length;
  const char *data = g_bytes_get_data (modules_dep, &length);
  guint number = 1;
  char *line;

  self->lists
      = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_ptr_array_unref);
  self->text = g_malloc (length + 1);
  if (length > 0)
    memcpy (self->text, data, length);
  self->text[length] = '\0';
  for (line = self->text; line != NULL; number++)
    {
      char *end = strchr (line, '\n');

      if (end != NULL)
        *end++ = '\0';
      if (!add_line (self, line))
        {
          g_set_error (
              error, GRAFT_STEP_ERROR, GRAFT_ERROR_CORRUPTED,
              _ ("line %u of modules.dep has no colon: the file is damaged; run depmod on it "
                 "again"),
              number);
          return NULL;
        }
      line = end;
    }
  return g_steal_pointer (&self);
}

const char *const *
graft_module_deps_get (GraftModuleDeps *self, const char *path)
{
  GPtrArray *list = g_hash_table_lookup (self->lists, path);

  return list != NULL ? (const char *const *)list->pdata : NULL;
}
