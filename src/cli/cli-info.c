/* cli-info.c: gathering
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "cli/cli-info.h"

#include "formats/kernel/graft-kernel.h"
#include "image/graft-path.h"

static void
cli_member_facts_free (gpointer data)
{
  CliMemberFacts *self = data;

  g_clear_error (&self->problem);
  g_free (self->config);
  g_free (self->kernel_release);
  g_strfreev (self->releases);
  g_free (self);
}

static const char *
find_kernel_release (GraftBootSet *set)
{
  GraftMember *kernel = graft_boot_set_get_kernel (set, NULL);
  GraftImage *image = kernel != NULL ? graft_member_get_image (kernel) : NULL;

  return GRAFT_IS_KERNEL (image) ? graft_kernel_get_release (GRAFT_KERNEL (image)) : NULL;
}

/* config-RELEASE or config in the kernel's own folder, as a path from the set's folder. */
static char *
find_config (GraftBootSet *set, GraftMember *member)
{
  GraftImage *image = graft_member_get_image (member);
  g_autofree char *parent = g_path_get_dirname (graft_member_get_path (member));
  const char *release
      = GRAFT_IS_KERNEL (image) ? graft_kernel_get_release (GRAFT_KERNEL (image)) : NULL;
  g_autofree char *full = g_strconcat ("config-", release, NULL);
  const char *const names[] = { release != NULL ? full : "config", "config" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_str_equal (parent, ".") ? g_strdup (names[i])
                                                        : g_build_filename (parent, names[i], NULL);
      g_autofree char *host = g_build_filename (graft_boot_set_get_folder (set), path, NULL);

      if (g_file_test (host, G_FILE_TEST_IS_REGULAR))
        return g_steal_pointer (&path);
    }
  return NULL;
}

static gboolean
count_entry (const char *path, GraftNode *node, gpointer data, GError **error)
{
  if (!g_str_equal (path, "/"))
    *(guint64 *)data += 1;
  return TRUE;
}

static gboolean
gather_layer (CliMemberFacts *facts, GCancellable *cancellable, GError **error)
{
  g_autoptr (GraftNode) root
      = graft_overlay_dup_root (graft_member_get_overlay (facts->member), error);

  return root != NULL
         && graft_layer_state_find (root, facts->kernel_release, &facts->state, &facts->releases,
                                    error)
         && graft_path_walk (root, "/", count_entry, &facts->n_entries, cancellable, error);
}

static gboolean
gather_member (GraftBootSet *set, CliMemberFacts *facts, GCancellable *cancellable, GError **error)
{
  const GError *problem = graft_member_get_problem (facts->member);
  g_autoptr (GError) local = NULL;

  if (problem != NULL)
    facts->problem = g_error_copy (problem);
  else if (graft_member_get_role (facts->member) == GRAFT_ROLE_KERNEL)
    facts->config = find_config (set, facts->member);
  else if (graft_member_get_overlay (facts->member) != NULL
           && !gather_layer (facts, cancellable, &local))
    {
      if (g_error_matches (local, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      facts->problem = g_steal_pointer (&local);
    }
  return TRUE;
}

GPtrArray *
cli_info_gather (GraftBootSet *set, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (cli_member_facts_free);
  GPtrArray *members = graft_boot_set_get_members (set);
  const char *release;

  if (!graft_boot_set_open_members (set, cancellable, error))
    return NULL;
  release = find_kernel_release (set);
  for (guint i = 0; i < members->len; i++)
    {
      CliMemberFacts *facts = g_new0 (CliMemberFacts, 1);

      g_ptr_array_add (all, facts);
      facts->member = g_ptr_array_index (members, i);
      facts->kernel_release = g_strdup (release);
      if (!gather_member (set, facts, cancellable, error))
        return NULL;
    }
  return g_steal_pointer (&all);
}
