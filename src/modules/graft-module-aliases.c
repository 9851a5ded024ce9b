/* graft-module-aliases.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "modules/graft-module-aliases.h"

#include <fnmatch.h>
#include <string.h>

#include "base/graft-limits.h"
#include "modules/graft-module-scan.h"

typedef struct
{
  char *pattern;
  const char *module; /* a key of @names */
} Alias;

struct _GraftModuleAliases
{
  GHashTable *names;    /* a set of char * */
  GHashTable *patterns; /* of char *, GArray of Alias: by what stands before the first wildcard */
};

static void
clear_alias (gpointer data)
{
  g_free (((Alias *)data)->pattern);
}

/* As libkmod's alias_normalize(): "-" is "_", but not within brackets. */
static char *
normalize (const char *alias)
{
  char *result = g_strdup (alias);
  gboolean in_brackets = FALSE;

  for (char *at = result; *at != '\0'; at++)
    {
      if (*at == '[' || *at == ']')
        in_brackets = *at == '[';
      else if (*at == '-' && !in_brackets)
        *at = '_';
    }
  return result;
}

/* The length of what stands before the first wildcard. */
static gsize
get_literal (const char *pattern)
{
  return strcspn (pattern, "*?[\\");
}

/* How much of @alias, from its start, a pattern must name as well. Of a PCI or USB device it is
 * maker and product (the kernel's scripts/mod/file2alias.c has the forms); the version and the
 * maker of the board may be left open. Else it is all up to the first wildcard. */
static gsize
get_identity (const char *alias)
{
  static const char *const forms[] = { "pci:v00000000d00000000", "usb:v0000p0000" };
  gsize literal = get_literal (alias);

  for (guint i = 0; i < G_N_ELEMENTS (forms); i++)
    if (strncmp (alias, forms[i], strlen ("pci:v")) == 0)
      return MIN (literal, strlen (forms[i]));
  return literal;
}

/* Both normalized. */
static gboolean
covers (const char *pattern, const char *alias)
{
  return strcmp (pattern, alias) == 0
         || (get_literal (pattern) >= get_identity (alias) && fnmatch (pattern, alias, 0) == 0);
}

gboolean
graft_module_alias_covers (const char *pattern, const char *alias)
{
  g_autofree char *normal_pattern = normalize (pattern);
  g_autofree char *normal_alias = normalize (alias);

  return covers (normal_pattern, normal_alias);
}

static const char *
intern (GraftModuleAliases *self, const char *name)
{
  gpointer key;

  if (!g_hash_table_lookup_extended (self->names, name, &key, NULL))
    {
      key = g_strdup (name);
      g_hash_table_add (self->names, key);
    }
  return key;
}

static void
add (GraftModuleAliases *self, const char *pattern, const char *module)
{
  Alias alias = { normalize (pattern), NULL };
  gsize length = get_literal (alias.pattern);
  g_autofree char *prefix = g_strndup (alias.pattern, length);
  GArray *list = g_hash_table_lookup (self->patterns, prefix);

  alias.module = intern (self, module);
  if (list == NULL)
    {
      list = g_array_new (FALSE, FALSE, sizeof (Alias));
      g_array_set_clear_func (list, clear_alias);
      g_hash_table_insert (self->patterns, g_steal_pointer (&prefix), list);
    }
  g_array_append_val (list, alias);
}

static GraftNode *
find_file (GraftModuleFolder *folder, const char *name, GError **error)
{
  GraftNode *node = graft_node_get_child (graft_module_folder_get_node (folder), name, error);

  if (node != NULL && graft_node_get_node_type (node) != GRAFT_NODE_REGULAR)
    g_clear_pointer (&node, graft_node_unref);
  return node;
}

/* modules.alias: "alias PATTERN MODULE". */
static gboolean
read_index (GraftModuleAliases *self, GraftNode *node, GError **error)
{
  g_auto (GStrv) lines = graft_module_read_lines (node, "modules.alias", error);

  for (gsize i = 0; lines != NULL && lines[i] != NULL; i++)
    {
      g_auto (GStrv) words = NULL;

      if (!g_str_has_prefix (lines[i], "alias "))
        continue;
      words = g_strsplit (lines[i], " ", 4);
      if (g_strv_length (words) == 3)
        add (self, words[1], words[2]);
    }
  return lines != NULL;
}

/* @modules (of GraftModule) and what they say of themselves, NULL for those that are damaged. */
static void
add_infos (GraftModuleAliases *self, GPtrArray *modules, GPtrArray *infos)
{
  for (guint i = 0; i < infos->len; i++)
    {
      const GraftModule *module = g_ptr_array_index (modules, i);
      GraftModinfo *info = g_ptr_array_index (infos, i);
      const char *const *aliases = info != NULL ? graft_modinfo_get_all (info, "alias") : NULL;

      for (gsize j = 0; aliases != NULL && aliases[j] != NULL; j++)
        add (self, aliases[j], module->name);
    }
}

static gboolean
read_modules (GraftModuleAliases *self, GraftModuleFolder *folder, GCancellable *cancellable,
              GError **error)
{
  g_autoptr (GPtrArray) modules = graft_module_folder_list (folder, error);
  g_autoptr (GPtrArray) infos = NULL;

  if (modules == NULL)
    return FALSE;
  infos = graft_module_folder_scan (folder, cancellable, error);
  if (infos != NULL)
    add_infos (self, modules, infos);
  return infos != NULL;
}

/* modules.builtin.modinfo: "ext4.alias=fs-ext4" and the like, each ended by NUL. With @only (a set
 * of names), those of these modules. */
static gboolean
read_built_in (GraftModuleAliases *self, GraftNode *node, GHashTable *only, GError **error)
{
  g_autoptr (GraftInput) input = graft_node_open (node, error);
  g_autoptr (GBytes) bytes = NULL;
  const char *data;
  gsize length;

  if (input == NULL)
    return FALSE;
  bytes = graft_input_read_bytes (input, 0, MIN (graft_input_get_size (input), GRAFT_LIMIT_TEXT),
                                  error);
  if (bytes == NULL)
    return FALSE;
  data = g_bytes_get_data (bytes, &length);
  for (gsize at = 0; at < length;)
    {
      gsize size = strnlen (data + at, length - at);
      g_autofree char *string = g_strndup (data + at, size);
      char *key = strstr (string, ".alias=");

      if (key != NULL && strchr (string, '.') == key)
        {
          *key = '\0';
          if (only == NULL || g_hash_table_contains (only, string))
            add (self, key + strlen (".alias="), string);
        }
      at += size + 1;
    }
  return TRUE;
}

void
graft_module_aliases_free (GraftModuleAliases *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->patterns);
  g_hash_table_unref (self->names);
  g_free (self);
}

static GraftModuleAliases *
new_aliases (void)
{
  GraftModuleAliases *self = g_new0 (GraftModuleAliases, 1);

  self->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->patterns
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_array_unref);
  return self;
}

GraftModuleAliases *
graft_module_aliases_read (GraftModuleFolder *folder, GCancellable *cancellable, GError **error)
{
  g_autoptr (GraftModuleAliases) self = new_aliases ();
  g_autoptr (GError) local = NULL;
  g_autoptr (GraftNode) index = NULL, built_in = NULL;
  gboolean done;

  index = find_file (folder, "modules.alias", &local);
  if (local == NULL)
    built_in = find_file (folder, "modules.builtin.modinfo", &local);
  done = local == NULL
         && (index != NULL ? read_index (self, index, &local)
                           : read_modules (self, folder, cancellable, &local))
         && (built_in == NULL || read_built_in (self, built_in, NULL, &local));
  if (done)
    return g_steal_pointer (&self);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

/* @alias as libkmod is asked for it. A set in brackets becomes its first member: libkmod finds the
 * very pattern by "*" and "?" in a request, but not by brackets. */
static char *
fill_brackets (const char *alias)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (const char *at = alias; *at != '\0'; at++)
    {
      const char *end = *at == '[' && at[1] != '\0' ? strchr (at + 2, ']') : NULL;

      if (end != NULL)
        {
          g_string_append_c (text, at[1]);
          at = end;
        }
      else
        g_string_append_c (text, *at);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* Sorts what was found: modules of @folder, each once, into @modules, names into @built_in. */
static void
sort_found (GPtrArray *answers, GraftModuleFolder *folder, GPtrArray *modules, GHashTable *built_in)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < answers->len; i++)
    {
      GPtrArray *answer = g_ptr_array_index (answers, i);

      for (guint j = 0; j < answer->len; j++)
        {
          const GraftFound *found = g_ptr_array_index (answer, j);
          const GraftModule *module = NULL;

          if (found->kind == GRAFT_FOUND_BUILT_IN)
            g_hash_table_add (built_in, g_strdup (found->name));
          else
            module = graft_module_folder_lookup (folder, found->name);
          if (module != NULL && g_hash_table_add (seen, (gpointer)module))
            g_ptr_array_add (modules, (gpointer)module);
        }
    }
}

GraftModuleAliases *
graft_module_aliases_look_up (GraftModuleFolder *folder, GraftModuleLookup *lookup,
                              GPtrArray *wanted, GCancellable *cancellable, GError **error)
{
  g_autoptr (GraftModuleAliases) self = new_aliases ();
  g_autoptr (GPtrArray) asked = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) modules = g_ptr_array_new ();
  g_autoptr (GHashTable) built_in = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) answers = NULL, infos = NULL;
  g_autoptr (GraftNode) node = NULL;
  g_autoptr (GError) local = NULL;

  for (guint i = 0; i < wanted->len; i++)
    g_ptr_array_add (asked, fill_brackets (g_ptr_array_index (wanted, i)));
  answers = graft_module_lookup_aliases (lookup, asked, cancellable, error);
  if (answers == NULL)
    return NULL;
  sort_found (answers, folder, modules, built_in);
  infos = graft_module_scan (modules, cancellable, error);
  if (infos == NULL)
    return NULL;
  add_infos (self, modules, infos);
  node = find_file (folder, "modules.builtin.modinfo", &local);
  if (local == NULL && (node == NULL || read_built_in (self, node, built_in, &local)))
    return g_steal_pointer (&self);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

GPtrArray *
graft_module_aliases_lookup (GraftModuleAliases *self, const char *alias)
{
  g_autofree char *wanted = normalize (alias);
  GPtrArray *found = g_ptr_array_new ();
  gsize literal = get_literal (wanted);

  /* What a pattern that covers @wanted has before its first wildcard is a start of @wanted. */
  for (gsize count = get_identity (wanted); count <= literal; count++)
    {
      g_autofree char *prefix = g_strndup (wanted, count);
      GArray *list = g_hash_table_lookup (self->patterns, prefix);

      for (guint i = 0; list != NULL && i < list->len; i++)
        {
          const Alias *other = &g_array_index (list, Alias, i);

          if (covers (other->pattern, wanted) && !g_ptr_array_find (found, other->module, NULL))
            g_ptr_array_add (found, (gpointer)other->module);
        }
    }
  g_ptr_array_sort (found, compare_names);
  return found;
}
