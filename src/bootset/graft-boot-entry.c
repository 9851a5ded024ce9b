/* graft-boot-entry.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "bootset/graft-boot-entry.h"

#include <string.h>

#include "base/graft-error.h"
#include "base/graft-limits.h"

gboolean
graft_boot_entry_is_name (const char *folder, const char *name)
{
  static const char *const names[]
      = { "isolinux.cfg", "syslinux.cfg", "extlinux.conf", "pxelinux.cfg" };

  if (g_strcmp0 (folder, "pxelinux.cfg") == 0)
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (names[i], name) == 0)
      return TRUE;
  return FALSE;
}

/* "/images/vmlinuz" and "::vmlinuz" (from the TFTP root) are looked for by what follows. */
static void
add_file (GHashTable *files, const char *text)
{
  const char *colons = strstr (text, "::");

  if (colons != NULL)
    text = colons + 2;
  while (*text == '/' || g_str_has_prefix (text, "./"))
    text += *text == '/' ? 1 : 2;
  if (*text != '\0')
    g_hash_table_add (files, g_strdup (text));
}

static void
add_list (GHashTable *files, const char *text)
{
  g_auto (GStrv) names = g_strsplit (text, ",", -1);

  for (guint i = 0; names[i] != NULL; i++)
    add_file (files, names[i]);
}

static void
read_words (GHashTable *initrds, const char *text)
{
  g_auto (GStrv) words = g_strsplit_set (text, " \t", -1);

  for (guint i = 0; words[i] != NULL; i++)
    if (g_str_has_prefix (words[i], "initrd="))
      add_list (initrds, words[i] + strlen ("initrd="));
}

static void
read_line (char *line, GHashTable *kernels, GHashTable *initrds)
{
  char *value;

  g_strstrip (line);
  value = line + strcspn (line, " \t");
  if (*value != '\0')
    *value++ = '\0';
  g_strstrip (value);
  if (g_ascii_strcasecmp (line, "kernel") == 0 || g_ascii_strcasecmp (line, "linux") == 0)
    add_file (kernels, value);
  else if (g_ascii_strcasecmp (line, "initrd") == 0)
    add_list (initrds, value);
  else if (g_ascii_strcasecmp (line, "append") == 0)
    read_words (initrds, value);
}

gboolean
graft_boot_entry_read (GraftInput *input, GHashTable *kernels, GHashTable *initrds, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (graft_input_get_size (input) > GRAFT_LIMIT_TEXT)
    {
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_TOO_LARGE,
                   "%s is too large for a boot configuration", graft_input_get_name (input));
      return FALSE;
    }
  bytes = graft_input_read_all (input, error);
  if (bytes == NULL)
    return FALSE;
  text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    read_line (lines[i], kernels, initrds);
  return TRUE;
}
