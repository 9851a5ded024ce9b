/* graft-step-target.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "steps/graft-step-target.h"

#include <glib/gi18n-lib.h>

#include "base/graft-error.h"
#include "base/graft-name.h"
#include "image/graft-path.h"

void
graft_step_target_clear (GraftStepTarget *self)
{
  g_clear_pointer (&self->path, g_free);
}

gboolean
graft_step_target_find (GraftStepTarget *self, GraftBootSet *set, const char *address,
                        GError **error)
{
  g_autoptr (GraftAddress) parsed = graft_address_parse (address, error);
  GraftMember *member;
  const GError *problem;

  if (parsed == NULL)
    return FALSE;
  member = graft_boot_set_find_member (set, parsed->image, error);
  if (member == NULL)
    return FALSE;
  problem = graft_member_get_problem (member);
  if (problem != NULL)
    {
      g_set_error_literal (error, problem->domain, problem->code, problem->message);
      return FALSE;
    }
  if (graft_member_get_overlay (member) == NULL)
    {
      g_set_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_INVALID,
                   _ ("%s has no files inside that could be edited"),
                   graft_member_get_path (member));
      return FALSE;
    }
  if (!graft_address_get_part (graft_member_get_image (member), parsed->segment, &self->part,
                               error))
    return FALSE;
  self->member = member;
  self->overlay = graft_member_get_overlay (member);
  self->path = g_steal_pointer (&parsed->path);
  return TRUE;
}

GraftNode *
graft_step_target_dup_root (GraftStepTarget *self, GError **error)
{
  return graft_overlay_dup_part (self->overlay, self->part, error);
}

GraftNode *
graft_step_target_lookup (GraftStepTarget *self, gboolean follow, char **ret_path, GError **error)
{
  g_autoptr (GraftNode) root = graft_step_target_dup_root (self, error);

  return root != NULL
             ? graft_path_lookup (root, self->path, follow ? GRAFT_PATH_FOLLOW : 0, ret_path, error)
             : NULL;
}

gboolean
graft_step_target_get_time (GraftStepTarget *self, gint64 time, gint64 *ret_time, GError **error)
{
  g_autoptr (GError) local = NULL;

  if (time < 0)
    {
      time = graft_overlay_get_newest_time (self->overlay, &local);
      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
    }
  *ret_time = time;
  return TRUE;
}

gboolean
graft_step_target_prefix (const char *address, GError **error)
{
  g_autofree char *shown = graft_name_escape (address);

  g_prefix_error (error, "%s: ", shown);
  return FALSE;
}

char *
graft_step_target_dup_destination (GraftStepTarget *self, const char *name, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (GraftNode) root = graft_step_target_dup_root (self, error);
  g_autoptr (GraftNode) there = NULL;
  g_autofree char *path = NULL;

  if (root == NULL)
    return NULL;
  there = graft_path_find (root, self->path, GRAFT_PATH_FOLLOW, &path, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  if (there != NULL && graft_node_is_directory (there))
    return graft_path_join (path, name);
  return there != NULL ? g_steal_pointer (&path) : g_strdup (self->path);
}
