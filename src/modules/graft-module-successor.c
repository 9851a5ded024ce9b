/* graft-module-successor.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "modules/graft-module-successor.h"

#include <string.h>

#include "modules/graft-module-scan.h"

#define MAX_SHARED 2
#define MAX_SUCCESSORS 1

/* Commits are of the Linux kernel. Only what was renamed or merged and has no alias that says so:
 * a module that went without a successor (aufs was never part of the kernel) is not here. */
static const struct
{
  const char *name;
  const char *successors[MAX_SUCCESSORS + 1];
} renamed[] = {
  /* 3.18, ef94b1864d1e "ovl: rename filesystem type to "overlay"" */
  { "overlayfs", { "overlay" } },
  /* 4.19, a0ae2562c6c4 "netfilter: conntrack: remove l3proto abstraction" */
  { "nf_conntrack_ipv4", { "nf_conntrack" } },
  { "nf_conntrack_ipv6", { "nf_conntrack" } },
  /* 5.1, 3bf195ae6037 "netfilter: nat: merge nf_nat_ipv4,6 into nat core" */
  { "nf_nat_ipv4", { "nf_nat" } },
  { "nf_nat_ipv6", { "nf_nat" } },
  /* 6.8, 915cd30cdea8 "netfs, fscache: Combine fscache with netfs" */
  { "fscache", { "netfs" } },
};

const char *const *
graft_module_successor_get_known (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (renamed); i++)
    if (strcmp (renamed[i].name, name) == 0)
      return renamed[i].successors;
  return NULL;
}

static gboolean
is_algorithm (const char *alias)
{
  return g_str_has_prefix (alias, "crypto-");
}

/* Whether the alias tells what the driver is for. */
static gboolean
is_telling (const char *alias)
{
  static const char *const others[] = { "cpu:", "dmi:", "dmi*:", "input:", "serio:" };

  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    if (g_str_has_prefix (alias, others[i]))
      return FALSE;
  return TRUE;
}

/* The one with the most votes; of several, a portable implementation, then the first by name. */
static const char *
choose (GHashTable *votes, guint *ret_votes)
{
  GHashTableIter iter;
  gpointer key, value;
  const char *best = NULL;

  *ret_votes = 0;
  g_hash_table_iter_init (&iter, votes);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      guint count = GPOINTER_TO_UINT (value);
      gboolean generic = g_str_has_suffix (key, "_generic");
      gboolean best_generic = best != NULL && g_str_has_suffix (best, "_generic");

      if (count > *ret_votes
          || (count == *ret_votes && (generic != best_generic ? generic : strcmp (key, best) < 0)))
        {
          best = key;
          *ret_votes = count;
        }
    }
  return best;
}

/* What the old tree's module of this name says of itself; NULL without @error when there is none
 * or it is damaged. Kept in @known. */
static GraftModinfo *
get_old (GHashTable *known, GraftModuleFolder *old_folder, const char *name,
         GCancellable *cancellable, GError **error)
{
  const GraftModule *module;
  GraftModinfo *info;
  gpointer value;
  g_autoptr (GError) local = NULL;

  if (g_hash_table_lookup_extended (known, name, NULL, &value))
    return value;
  module = graft_module_folder_lookup (old_folder, name);
  info = module != NULL ? graft_modinfo_read (module->node, module->path, cancellable, &local)
                        : NULL;
  if (local != NULL && !graft_module_is_damage (local))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  g_hash_table_insert (known, (gpointer)name, info);
  return info;
}

static gboolean
had_alias (GraftModinfo *old, const char *alias)
{
  const char *const *aliases = old != NULL ? graft_modinfo_get_all (old, "alias") : NULL;

  for (gsize i = 0; aliases != NULL && aliases[i] != NULL; i++)
    if (graft_module_alias_covers (aliases[i], alias))
      return TRUE;
  return FALSE;
}

typedef struct
{
  GraftModuleFolder *old_folder;
  GraftModuleAliases *aliases;
  GHashTable *known; /* of const char *, GraftModinfo */
  GHashTable *votes; /* of const char *, guint */
  guint telling;
} Search;

static gboolean
count_alias (Search *self, const char *alias, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) found = graft_module_aliases_lookup (self->aliases, alias);

  if (found->len > MAX_SHARED && !is_algorithm (alias))
    return TRUE;
  self->telling++;
  for (guint i = 0; i < found->len; i++)
    {
      gpointer name = g_ptr_array_index (found, i);
      guint count = GPOINTER_TO_UINT (g_hash_table_lookup (self->votes, name));
      g_autoptr (GError) local = NULL;
      GraftModinfo *old = get_old (self->known, self->old_folder, name, cancellable, &local);

      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      if (!had_alias (old, alias))
        g_hash_table_insert (self->votes, name, GUINT_TO_POINTER (count + 1));
    }
  return TRUE;
}

static char *
find_by_aliases (GraftModinfo *info, GraftModuleFolder *old_folder, GraftModuleAliases *aliases,
                 GCancellable *cancellable, GError **error)
{
  const char *const *own = graft_modinfo_get_all (info, "alias");
  g_autoptr (GHashTable) votes = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) known
      = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify)graft_modinfo_free);
  Search self = { old_folder, aliases, known, votes, 0 };
  guint count;
  const char *best;

  for (gsize i = 0; own[i] != NULL; i++)
    if (is_telling (own[i]) && !count_alias (&self, own[i], cancellable, error))
      return NULL;
  best = choose (votes, &count);
  return best != NULL && count * 2 >= self.telling ? g_strdup (best) : NULL;
}

void
graft_module_successor_list_aliases (const char *name, GraftModinfo *info, GPtrArray *list)
{
  const char *const *own = info != NULL ? graft_modinfo_get_all (info, "alias") : NULL;

  g_ptr_array_add (list, (gpointer)name);
  for (gsize i = 0; own != NULL && own[i] != NULL; i++)
    if (is_telling (own[i]))
      g_ptr_array_add (list, (gpointer)own[i]);
}

char *
graft_module_successor_find (const char *name, GraftModinfo *info, GraftModuleFolder *old_folder,
                             GraftModuleAliases *aliases, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) found = graft_module_aliases_lookup (aliases, name);

  if (found->len > 0)
    return g_strdup (g_ptr_array_index (found, 0));
  if (info == NULL)
    return NULL;
  return find_by_aliases (info, old_folder, aliases, cancellable, error);
}
