/* graft-module-successor.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "modules/graft-module-successor.h"

#include <string.h>

#define MAX_SHARED 2
#define MAX_SUCCESSORS 1

/* Commits are of the Linux kernel. Only what was renamed or merged and has no alias that says so:
 * a module that went without a successor (aufs was never part of the kernel) is not here. */
static const struct
{
  const char *name;
  const char *successors[MAX_SUCCESSORS + 1];
} known[] = {
  /* 3.18, ef94b1864d1e "ovl: rename filesystem type to "overlay"" */
  { "overlayfs", { "overlay" } },
  /* 4.19, a0ae2562c6c4 "netfilter: conntrack: remove l3proto abstraction" */
  { "nf_conntrack_ipv4", { "nf_conntrack" } },
  { "nf_conntrack_ipv6", { "nf_conntrack" } },
  /* 5.1, 3bf195ae6037 "netfilter: nat: merge nf_nat_ipv4,6 into nat core" */
  { "nf_nat_ipv4", { "nf_nat" } },
  { "nf_nat_ipv6", { "nf_nat" } },
};

const char *const *
graft_module_successor_get_known (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (strcmp (known[i].name, name) == 0)
      return known[i].successors;
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
  return !g_str_has_prefix (alias, "cpu:") && !g_str_has_prefix (alias, "dmi:")
         && !g_str_has_prefix (alias, "dmi*:");
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

static char *
find_by_aliases (GraftModinfo *info, GraftModuleAliases *aliases)
{
  const char *const *own = graft_modinfo_get_all (info, "alias");
  g_autoptr (GHashTable) votes = g_hash_table_new (g_str_hash, g_str_equal);
  guint telling = 0, count;
  const char *best;

  for (gsize i = 0; own[i] != NULL; i++)
    {
      g_autoptr (GPtrArray) found = NULL;

      if (!is_telling (own[i]))
        continue;
      found = graft_module_aliases_lookup (aliases, own[i]);
      if (found->len > MAX_SHARED && !is_algorithm (own[i]))
        continue;
      telling++;
      for (guint j = 0; j < found->len; j++)
        {
          gpointer name = g_ptr_array_index (found, j);

          count = GPOINTER_TO_UINT (g_hash_table_lookup (votes, name));
          g_hash_table_insert (votes, name, GUINT_TO_POINTER (count + 1));
        }
    }
  best = choose (votes, &count);
  return best != NULL && count * 2 >= telling ? g_strdup (best) : NULL;
}

char *
graft_module_successor_find (const char *name, GraftModinfo *info, GraftModuleAliases *aliases)
{
  g_autoptr (GPtrArray) found = graft_module_aliases_lookup (aliases, name);

  if (found->len > 0)
    return g_strdup (g_ptr_array_index (found, 0));
  return info != NULL ? find_by_aliases (info, aliases) : NULL;
}
