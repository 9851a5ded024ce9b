/* graft-step-boot-option.c: --boot-option [+-]WORD
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gi18n-lib.h>

#include "base/graft-error.h"
#include "base/graft-name.h"
#include "bootset/graft-boot-entry.h"
#include "steps/graft-step-json.h"
#include "steps/graft-step.h"

#define GRAFT_TYPE_STEP_BOOT_OPTION (graft_step_boot_option_get_type ())
G_DECLARE_FINAL_TYPE (GraftStepBootOption, graft_step_boot_option, GRAFT, STEP_BOOT_OPTION,
                      GraftStep)

struct _GraftStepBootOption
{
  GraftStep parent_instance;

  char *label; /* (nullable): all that start a kernel with an initrd */
  char *word;
  GraftBootOptionAction action;
};

G_DEFINE_FINAL_TYPE (GraftStepBootOption, graft_step_boot_option, GRAFT_TYPE_STEP)

static const char *const actions[] = {
  [GRAFT_BOOT_OPTION_SET] = "set",
  [GRAFT_BOOT_OPTION_ADD] = "add",
  [GRAFT_BOOT_OPTION_DROP] = "drop",
  NULL,
};

static char *
graft_step_boot_option_dup_label (GraftStep *step)
{
  GraftStepBootOption *self = GRAFT_STEP_BOOT_OPTION (step);
  g_autofree char *shown = graft_name_escape (self->word);

  return g_strdup_printf (
      self->action == GRAFT_BOOT_OPTION_DROP ? _ ("Boot without %s") : _ ("Boot with %s"), shown);
}

/* %TRUE with @ret_found unset when the configuration has no entry that is meant. */
static gboolean
edit_member (GraftStepBootOption *self, GraftMember *member, gboolean *ret_found, GError **error)
{
  GraftInput *input = graft_member_get_current_input (member);
  g_autofree char *shown = graft_name_escape (graft_member_get_path (member));
  g_autoptr (GPtrArray) entries = input != NULL ? graft_boot_entry_read (input, error) : NULL;
  g_autoptr (GBytes) before = NULL, after = NULL;
  g_autoptr (GraftInput) text = NULL;
  g_autoptr (GError) local = NULL;

  if (input == NULL)
    return graft_member_open (member, NULL, error);
  if (entries == NULL || (before = graft_input_read_all (input, error)) == NULL)
    return FALSE;
  after = graft_boot_entry_edit_option (before, self->label, self->word, self->action, &local);
  if (after == NULL && g_error_matches (local, GRAFT_STEP_ERROR, GRAFT_ERROR_NOT_FOUND))
    return TRUE;
  if (after == NULL)
    {
      g_propagate_prefixed_error (error, g_steal_pointer (&local), _ ("%s: "), shown);
      return FALSE;
    }
  *ret_found = TRUE;
  if (g_bytes_equal (before, after))
    return TRUE;
  text = graft_memory_input_new (after, graft_member_get_path (member));
  graft_member_set_text (member, text);
  return TRUE;
}

static gboolean
graft_step_boot_option_apply (GraftStep *step, GraftBootSet *set, GraftStepReport *report,
                              GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  GraftStepBootOption *self = GRAFT_STEP_BOOT_OPTION (step);
  GPtrArray *members = graft_boot_set_get_members (set);
  g_autofree char *shown = self->label != NULL ? graft_name_escape (self->label) : NULL;
  gboolean found = FALSE;

  for (guint i = 0; i < members->len; i++)
    {
      GraftMember *member = g_ptr_array_index (members, i);

      if (graft_member_get_role (member) == GRAFT_ROLE_BOOT_ENTRY
          && !edit_member (self, member, &found, error))
        return FALSE;
    }
  if (found)
    return TRUE;
  if (self->label != NULL)
    g_set_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_NOT_FOUND,
                 _ ("no boot entry of the set is called “%s” and starts a kernel"), shown);
  else
    g_set_error_literal (error, GRAFT_STEP_ERROR, GRAFT_ERROR_NOT_FOUND,
                         _ ("the set has no boot entry that starts a kernel with an initrd"));
  return FALSE;
}

static void
graft_step_boot_option_write (GraftStep *step, GraftStepWriter *writer)
{
  GraftStepBootOption *self = GRAFT_STEP_BOOT_OPTION (step);

  graft_step_writer_add_text (writer, "step", "boot-option");
  if (self->label != NULL)
    graft_step_writer_add_text (writer, "label", self->label);
  graft_step_writer_add_text (writer, "action", actions[self->action]);
  graft_step_writer_add_text (writer, "word", self->word);
}

static void
graft_step_boot_option_finalize (GObject *object)
{
  GraftStepBootOption *self = GRAFT_STEP_BOOT_OPTION (object);

  g_free (self->label);
  g_free (self->word);
  G_OBJECT_CLASS (graft_step_boot_option_parent_class)->finalize (object);
}

static void
graft_step_boot_option_class_init (GraftStepBootOptionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = graft_step_boot_option_finalize;
  GRAFT_STEP_CLASS (klass)->dup_label = graft_step_boot_option_dup_label;
  GRAFT_STEP_CLASS (klass)->apply = graft_step_boot_option_apply;
  GRAFT_STEP_CLASS (klass)->write = graft_step_boot_option_write;
}

static void
graft_step_boot_option_init (GraftStepBootOption *self)
{
}

GraftStep *
graft_step_boot_option_new (const char *label, const char *word, GraftBootOptionAction action)
{
  GraftStepBootOption *self = g_object_new (GRAFT_TYPE_STEP_BOOT_OPTION, NULL);

  self->label = g_strdup (label);
  self->word = g_strdup (word);
  self->action = action;
  return GRAFT_STEP (self);
}

GraftStep *
graft_step_boot_option_read (GraftStepReader *reader)
{
  return graft_step_boot_option_new (graft_step_reader_get_optional_text (reader, "label"),
                                     graft_step_reader_get_text (reader, "word"),
                                     graft_step_reader_get_choice (reader, "action", actions));
}
