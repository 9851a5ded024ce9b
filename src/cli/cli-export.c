/* cli-export.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "cli/cli-export.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/graft-error.h"
#include "base/graft-name.h"
#include "cli/cli-export-print.h"
#include "cli/cli-open.h"
#include "cli/cli-progress.h"
#include "cli/cli-recipe.h"

/* Of the whole job, what planning and applying the steps take, about. */
#define STEPS_SHARE 0.2

void
cli_export_clear (CliExport *self)
{
  g_clear_pointer (&self->steps, g_ptr_array_unref);
  g_clear_pointer (&self->from, g_free);
  g_clear_pointer (&self->out, g_free);
  g_clear_pointer (&self->image, g_free);
  g_clear_pointer (&self->effort, g_free);
  g_clear_pointer (&self->compressions, g_strfreev);
  g_clear_pointer (&self->from_recipe, g_hash_table_unref);
  g_clear_pointer (&self->left_out, g_hash_table_unref);
  g_clear_pointer (&self->notes_until, g_array_unref);
  g_clear_pointer (&self->leave_out, g_free);
  g_clear_pointer (&self->save_recipe, g_free);
}

static gboolean
check_options (CliInvocation *invocation, CliExport *self, GError **error)
{
  if (self->dry_run)
    return TRUE;
  if (self->in_place && (self->out != NULL || self->image != NULL))
    return cli_usage_error (invocation, error, _ ("--in-place goes with neither -o nor --image"));
  if (!self->in_place && self->out == NULL)
    return cli_usage_error (invocation, error,
                            _ ("Say where to write: -o OUT (a new folder) or --in-place"));
  return TRUE;
}

gboolean
cli_export_parse (CliInvocation *invocation, CliExport *self, const GOptionEntry *entries,
                  guint min, guint max, GError **error)
{
  /* clang-format off */
  const GOptionEntry shared[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &self->out,
      N_ ("Write to OUT, a new folder (with --image: a new file)"), N_ ("OUT") },
    { "image", 0, 0, G_OPTION_ARG_FILENAME, &self->image,
      N_ ("Write only this image of the set"), N_ ("IMAGE") },
    { "in-place", 0, 0, G_OPTION_ARG_NONE, &self->in_place,
      N_ ("Replace the set's own files; the old ones stay as NAME.bootgraft-old"), NULL },
    { "effort", 0, 0, G_OPTION_ARG_STRING, &self->effort,
      N_ ("How well to pack what is new: fast (default), same as usual for the format, smallest"),
      "fast|same|smallest" },
    { "compression", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &self->compressions,
      N_ ("Pack IMAGE (all without) anew with xz, zstd, gzip, lz4, lzo, none; an initrd also with bzip2, "
          "lzma"), "[IMAGE=]NAME" },
    { "grow", 0, 0, G_OPTION_ARG_NONE, &self->grow,
      N_ ("Make an ext4 larger, with its file system, when it has no room for what is new"), NULL },
    { "full", 0, 0, G_OPTION_ARG_NONE, &self->full,
      N_ ("Verify by decoding everything, also what was carried over"), NULL },
    { "dry-run", 'n', 0, G_OPTION_ARG_NONE, &self->dry_run,
      N_ ("Say what would become of the set; write nothing"), NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &self->json,
      N_ ("Print the result as JSON"), NULL },
    { NULL },
  };
  /* clang-format on */

  self->steps = g_ptr_array_new_with_free_func (g_object_unref);
  self->from_recipe = g_hash_table_new (NULL, NULL);
  self->left_out = g_hash_table_new (NULL, NULL);
  self->notes_until = g_array_new (FALSE, FALSE, sizeof (guint));
  return cli_get_source_date (&self->time, error)
         && cli_parse (invocation, entries, shared, self, min, max, error)
         && check_options (invocation, self, error) && cli_recipe_check (invocation, self, error);
}

gboolean
cli_export_parse_effort (CliInvocation *invocation, const char *text, GraftEffort *ret_effort,
                         GError **error)
{
  static const char *const names[] = { "fast", "same", "smallest" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (text == NULL || strcmp (text, names[i]) == 0)
      {
        *ret_effort = i;
        return TRUE;
      }
  return cli_usage_error (invocation, error,
                          _ ("There is no effort “%s”, only fast, same and smallest"), text);
}

/* The member that "[PATH=]NAME" is for; %NULL: all. With --image it is that image, or a mistake. */
static gboolean
find_packed (CliExport *self, GraftBootSet *set, const char *path, GraftMember **ret_member,
             GError **error)
{
  GraftMember *written = NULL;

  *ret_member = NULL;
  if (self->image != NULL
      && (written = graft_boot_set_find_member (set, self->image, error)) == NULL)
    return FALSE;
  if (path == NULL)
    *ret_member = written;
  else if ((*ret_member = graft_boot_set_find_member (set, path, error)) == NULL)
    return FALSE;
  if (written != NULL && *ret_member != written)
    {
      g_autofree char *shown = graft_name_escape (path);

      g_set_error (error, CLI_ERROR, 0, _ ("--compression names %s, which --image would not write"),
                   shown);
      return FALSE;
    }
  return TRUE;
}

static gboolean
fill_options (CliInvocation *invocation, CliExport *self, GraftBootSet *set,
              GraftExportOptions *options, GError **error)
{
  options->full = self->full;
  options->compressions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (char **text = self->compressions; text != NULL && *text != NULL; text++)
    {
      const char *equals = strrchr (*text, '=');
      g_autofree char *path = equals != NULL ? g_strndup (*text, equals - *text) : NULL;
      GraftMember *member;

      if (!find_packed (self, set, path, &member, error))
        return FALSE;
      g_hash_table_replace (options->compressions,
                            g_strdup (member != NULL ? graft_member_get_path (member) : ""),
                            g_strdup (equals != NULL ? equals + 1 : *text));
    }
  return cli_export_parse_effort (invocation, self->effort, &options->effort, error);
}

/* Whether it is @outer, or an image inside of that. */
static gboolean
is_inside (GraftMember *member, GraftMember *outer)
{
  while (member != NULL && member != outer)
    member = graft_member_get_parent (member);
  return member != NULL;
}

/* With --image, no edit may be lost because its image is not written. */
static gboolean
check_single (GraftBootSet *set, GraftMember *wanted, GError **error)
{
  GPtrArray *members = graft_boot_set_get_members (set);

  for (guint i = 0; i < members->len; i++)
    {
      GraftMember *member = g_ptr_array_index (members, i);

      if (!is_inside (member, wanted) && graft_member_is_edited (member))
        {
          g_autofree char *shown = graft_name_escape (graft_member_get_path (member));

          g_set_error (error, CLI_ERROR, 0,
                       _ ("The steps also change %s, which --image would not write; leave --image "
                          "out"),
                       shown);
          return FALSE;
        }
    }
  return TRUE;
}

static GraftExportReport *
write_set (CliInvocation *invocation, CliExport *self, GraftBootSet *set,
           const GraftExportOptions *options, GraftProgress *progress, GError **error)
{
  GCancellable *cancellable = invocation->cancellable;
  GraftMember *member;

  if (self->in_place)
    return graft_export_in_place (set, options, progress, cancellable, error);
  if (self->image == NULL)
    return graft_export_to_folder (set, self->out, options, progress, cancellable, error);
  member = graft_boot_set_find_member (set, self->image, error);
  if (member == NULL || !check_single (set, member, error))
    return NULL;
  return graft_export_to_file (set, member, self->out, options, progress, cancellable, error);
}

static GraftExportReport *
apply_and_write (CliInvocation *invocation, CliExport *self, GraftBootSet *set,
                 const GraftExportOptions *options, GraftStepReport *step_report, GError **error)
{
  g_autoptr (CliProgress) watched = cli_progress_new ();
  GraftProgress *progress = cli_progress_get (watched);
  double share = self->steps->len > 0 ? STEPS_SHARE : 0;
  g_autoptr (GraftProgress) planning = graft_progress_new_child (progress, share, NULL);
  g_autoptr (GraftProgress) writing = NULL;

  if (!cli_recipe_apply (invocation, self, set, step_report, planning, error))
    return NULL;
  g_clear_object (&planning);
  writing = graft_progress_new_child (progress, 1 - share, NULL);
  return write_set (invocation, self, set, options, writing, error);
}

/* Also what is only copied: a copy of what is cut off is no set to boot. */
static gboolean
open_what_is_written (CliInvocation *invocation, CliExport *self, GraftBootSet *set, GError **error)
{
  GraftMember *member;

  if (self->image == NULL)
    return cli_open_members (invocation, set, error);
  member = graft_boot_set_find_member (set, self->image, error);
  return member != NULL && graft_member_open (member, invocation->cancellable, error);
}

/* What export would say, before anything is written. */
static gboolean
check_rooms (CliInvocation *invocation, CliExport *self, GraftBootSet *set, GError **error)
{
  GPtrArray *members = graft_boot_set_get_members (set);

  for (guint i = 0; i < members->len; i++)
    {
      GraftMember *member = g_ptr_array_index (members, i);
      GraftOverlay *overlay = graft_member_peek_overlay (member);
      GraftRoom room;

      if (overlay != NULL && graft_member_is_edited (member)
          && !graft_image_check_room (graft_overlay_get_image (overlay),
                                      graft_overlay_get_roots (overlay), self->grow ? &room : NULL,
                                      invocation->cancellable, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
run (CliInvocation *invocation, CliExport *self, GraftBootSet *set, GError **error)
{
  GraftExportOptions options = { 0 };
  g_autoptr (GHashTable) compressions = NULL;
  g_autoptr (GraftStepReport) step_report = graft_step_report_new ();
  g_autoptr (GraftExportReport) report = NULL;
  g_autoptr (GPtrArray) applied = cli_recipe_list_applied (self);
  gboolean good = fill_options (invocation, self, set, &options, error);

  compressions = options.compressions;
  if (!good || !open_what_is_written (invocation, self, set, error))
    return FALSE;
  if (self->dry_run)
    {
      if (!cli_recipe_apply (invocation, self, set, step_report, NULL, error)
          || !check_rooms (invocation, self, set, error))
        return FALSE;
      cli_export_print_plan (self, set, step_report);
      return TRUE;
    }
  options.steps = applied;
  report = apply_and_write (invocation, self, set, &options, step_report, error);
  if (report == NULL || !cli_recipe_save (self, error))
    return FALSE;
  cli_export_print (self, set, step_report, report);
  return TRUE;
}

gboolean
cli_export_run (CliInvocation *invocation, CliExport *self, GraftBootSet *set, GError **error)
{
  GError *local = NULL;

  graft_boot_set_set_may_grow (set, self->grow);
  if (run (invocation, self, set, &local))
    return TRUE;
  if (!self->grow
      && (g_error_matches (local, GRAFT_STEP_ERROR, GRAFT_ERROR_NO_ROOM)
          || g_error_matches (local, GRAFT_EXPORT_ERROR, GRAFT_ERROR_NO_ROOM)))
    {
      g_autofree char *message
          = g_strdup_printf (_ ("%s; with --grow its file system becomes larger"), local->message);

      g_free (local->message);
      local->message = g_steal_pointer (&message);
    }
  g_propagate_error (error, local);
  return FALSE;
}
