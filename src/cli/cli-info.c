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
  graft_set_config_free (self->config);
  g_free (self->config_problem);
  g_free (self->kernel_release);
  g_strfreev (self->releases);
  g_free (self);
}

gboolean
cli_member_facts_is_other_cpu (const CliMemberFacts *self)
{
  return self->arch != NULL && self->kernel_arch != NULL
         && g_strcmp0 (self->arch, self->kernel_arch) != 0;
}

static GraftKernel *
find_kernel (GraftBootSet *set)
{
  GraftMember *kernel = graft_boot_set_get_kernel (set, NULL);
  GraftImage *image = kernel != NULL ? graft_member_get_image (kernel) : NULL;

  return GRAFT_IS_KERNEL (image) ? GRAFT_KERNEL (image) : NULL;
}

/* One that is there and cannot be read is something to tell, not an end. */
static gboolean
gather_config (GraftBootSet *set, CliMemberFacts *facts, gboolean unpack, GCancellable *cancellable,
               GError **error)
{
  g_autoptr (GError) local = NULL;

  if (graft_set_config_find (set, facts->member, unpack, &facts->config, cancellable, &local))
    return TRUE;
  if (g_error_matches (local, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  facts->config_problem = g_strdup (local->message);
  return TRUE;
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
         && graft_layer_state_find_arch (root, facts->kernel_release, &facts->arch, cancellable,
                                         error)
         && graft_path_walk (root, "/", count_entry, &facts->n_entries, cancellable, error);
}

static gboolean
gather_member (GraftBootSet *set, CliMemberFacts *facts, gboolean unpack, GCancellable *cancellable,
               GError **error)
{
  const GError *problem = graft_member_get_problem (facts->member);
  g_autoptr (GError) local = NULL;

  if (problem != NULL)
    facts->problem = g_error_copy (problem);
  else if (graft_member_get_role (facts->member) == GRAFT_ROLE_KERNEL)
    return gather_config (set, facts, unpack, cancellable, error);
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
cli_info_gather (GraftBootSet *set, gboolean unpack, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (cli_member_facts_free);
  GPtrArray *members = graft_boot_set_get_members (set);
  GraftKernel *kernel;

  if (!graft_boot_set_open_members (set, cancellable, error))
    return NULL;
  kernel = find_kernel (set);
  for (guint i = 0; i < members->len; i++)
    {
      CliMemberFacts *facts = g_new0 (CliMemberFacts, 1);

      g_ptr_array_add (all, facts);
      facts->member = g_ptr_array_index (members, i);
      facts->kernel_release = kernel != NULL ? g_strdup (graft_kernel_get_release (kernel)) : NULL;
      facts->kernel_arch = kernel != NULL ? graft_kernel_get_arch (kernel) : NULL;
      if (!gather_member (set, facts, unpack, cancellable, error))
        return NULL;
    }
  return g_steal_pointer (&all);
}
