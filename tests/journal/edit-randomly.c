/* edit-randomly.c: random edits of a set's image, held against a plain model
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * edit-randomly SET IMAGE SEED COUNT OUT: edits with undo and redo in between, compares, exports to
 * OUT, compares that, and undoes all.
 * edit-randomly --journal FOLDER SET IMAGE SEED: edits without end; after each edit that is in the
 * journal, its number stands on standard output.
 * edit-randomly --restore FOLDER SET IMAGE SEED NUMBER: whether the journal has all edits up to
 * NUMBER; one that was not said any more may be there, too.
 *
 * Uploads take a file in the current folder, "upload-N", which stays: the journal says where it is.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "edit-model.h"
#include "export/graft-export.h"
#include "formats/ext4/graft-ext4-image.h"
#include "formats/initrd/graft-initrd.h"
#include "formats/kernel/graft-kernel.h"
#include "formats/squashfs/graft-squashfs.h"
#include "journal/graft-journal.h"

#define COMPARE_EVERY 25
/* States of the model that are kept for undo. */
#define MAX_UNDO 40

typedef struct
{
  GraftBootSet *set;
  GraftOverlay *overlay;
  GraftHistory *history;
  GraftJournal *journal; /* NULL: none */
  const char *image;
  GRand *random;
  GPtrArray *models; /* of EditModel: what it should be after so many steps */
  guint position;
  guint number;
} Run;

static void
die (const char *what, const GError *error)
{
  fprintf (stderr, "edit-randomly: %s: %s\n", what, error != NULL ? error->message : "?");
  exit (1);
}

static GraftOverlay *
find_overlay (GraftBootSet *set, const char *image)
{
  g_autoptr (GError) error = NULL;
  GraftMember *member = graft_boot_set_find_member (set, image, &error);

  if (member == NULL || !graft_member_open (member, NULL, &error))
    die (image, error);
  return graft_member_get_overlay (member);
}

static GraftBootSet *
open_set (const char *path)
{
  g_autoptr (GError) error = NULL;
  GraftBootSet *set = graft_boot_set_open (path, NULL, &error);

  if (set == NULL || !graft_boot_set_open_members (set, NULL, &error))
    die (path, error);
  graft_boot_set_set_may_grow (set, TRUE);
  return set;
}

static EditModel *
read_model (GraftOverlay *overlay)
{
  g_autoptr (GError) error = NULL;
  EditModel *model = edit_model_new (overlay, &error);

  if (model == NULL)
    die ("reading", error);
  return model;
}

static void
compare (const char *expected, const char *found, const char *when, guint number)
{
  g_auto (GStrv) wanted = NULL, lines = NULL;

  if (strcmp (expected, found) == 0)
    return;
  wanted = g_strsplit (expected, "\n", -1);
  lines = g_strsplit (found, "\n", -1);
  for (guint i = 0; wanted[i] != NULL || lines[i] != NULL; i++)
    if (g_strcmp0 (wanted[i], lines[i]) != 0)
      {
        fprintf (stderr, "edit-randomly: %s, edit %u: “%s”, not “%s”\n", when, number,
                 lines[i] != NULL ? lines[i] : "nothing",
                 wanted[i] != NULL ? wanted[i] : "nothing");
        exit (1);
      }
}

static char *
dump_now (Run *run)
{
  g_autoptr (EditModel) found = read_model (run->overlay);

  return edit_model_dump (found);
}

static EditModel *
get_model (Run *run)
{
  return g_ptr_array_index (run->models, run->position);
}

static void
compare_now (Run *run, const char *when)
{
  g_autofree char *expected = edit_model_dump (get_model (run)), *found = dump_now (run);

  compare (expected, found, when, run->number);
}

static void
free_model (gpointer model)
{
  if (model != NULL)
    edit_model_free (model);
}

static void
start (Run *run, const char *set, const char *image, const char *seed)
{
  run->set = open_set (set);
  run->overlay = find_overlay (run->set, image);
  run->history = graft_history_new (run->set);
  run->image = image;
  run->random = g_rand_new_with_seed (atoi (seed));
  run->models = g_ptr_array_new_with_free_func (free_model);
  g_ptr_array_add (run->models, read_model (run->overlay));
}

static void
finish (Run *run)
{
  g_clear_pointer (&run->journal, graft_journal_close);
  g_ptr_array_unref (run->models);
  g_rand_free (run->random);
  g_object_unref (run->history);
  g_object_unref (run->set);
}

/* States far back are only reached at the end, when all is undone. */
static void
forget (Run *run)
{
  if (run->position >= MAX_UNDO)
    g_clear_pointer (&g_ptr_array_index (run->models, run->position - MAX_UNDO), free_model);
}

static void
keep (Run *run, GraftStep *step)
{
  g_autoptr (GError) error = NULL;

  if (run->journal != NULL && !graft_journal_add_step (run->journal, step, run->number, &error))
    die ("journal", error);
}

static void
edit (Run *run)
{
  g_autoptr (EditModel) next = edit_model_copy (get_model (run));
  g_autofree char *file = g_strdup_printf ("upload-%u", run->number);
  gboolean allowed = FALSE;
  g_autoptr (GraftStep) step
      = edit_model_edit (next, run->random, run->image, file, run->number, &allowed);
  g_autofree char *label = graft_step_dup_label (step);
  g_autoptr (GError) error = NULL;
  gboolean done = graft_history_apply (run->history, step, NULL, NULL, NULL, &error);

  if (done != allowed)
    die (label, error);
  if (!done || graft_history_get_last (run->history) != step)
    return;
  g_ptr_array_set_size (run->models, run->position + 1);
  g_ptr_array_add (run->models, g_steal_pointer (&next));
  run->position++;
  keep (run, step);
  forget (run);
}

static void
undo (Run *run)
{
  if (run->position == 0 || g_ptr_array_index (run->models, run->position - 1) == NULL)
    return;
  if (!graft_history_undo (run->history))
    die ("undo", NULL);
  run->position--;
  if (run->journal != NULL && !graft_journal_add_undo (run->journal, run->number, NULL))
    die ("journal", NULL);
}

static void
redo (Run *run)
{
  if (run->position + 1 == run->models->len)
    return;
  if (!graft_history_redo (run->history))
    die ("redo", NULL);
  run->position++;
  if (run->journal != NULL && !graft_journal_add_redo (run->journal, run->number, NULL))
    die ("journal", NULL);
}

/* One edit, undo or redo. */
static void
act (Run *run)
{
  guint what = g_rand_int_range (run->random, 0, 10);

  run->number++;
  if (what < 2)
    undo (run);
  else if (what < 3)
    redo (run);
  else
    edit (run);
}

static void export(Run *run, const char *out)
{
  const GraftExportOptions options = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftExportReport) report
      = graft_export_to_folder (run->set, out, &options, NULL, NULL, &error);
  g_autoptr (GraftBootSet) set = NULL;
  g_autoptr (EditModel) found = NULL;
  g_autofree char *expected = edit_model_dump (get_model (run)), *text = NULL;

  if (report == NULL)
    die ("export", error);
  set = open_set (out);
  found = read_model (find_overlay (set, run->image));
  text = edit_model_dump (found);
  compare (expected, text, "exported", run->number);
}

static int
run_against_model (char **arguments)
{
  Run run = { 0 };
  guint count = atoi (arguments[3]);
  g_autoptr (GraftBootSetState) first = NULL;

  start (&run, arguments[0], arguments[1], arguments[2]);
  first = graft_boot_set_dup_state (run.set);
  while (run.number < count)
    {
      act (&run);
      if (run.number % COMPARE_EVERY == 0)
        compare_now (&run, "edited");
    }
  compare_now (&run, "edited");
  export(&run, arguments[4]);
  fprintf (stdout, "%u edits, %u steps in force\n", run.number, run.position);
  while (graft_history_undo (run.history))
    continue;
  /* By pointer: what was never touched is the source's own. */
  if (!graft_boot_set_is_in_state (run.set, first) || graft_boot_set_is_changed (run.set))
    die ("undone", NULL);
  finish (&run);
  return 0;
}

/* Until it is killed. */
static G_NORETURN void
run_with_journal (char **arguments)
{
  Run run = { 0 };
  g_autoptr (GError) error = NULL;

  start (&run, arguments[1], arguments[2], arguments[3]);
  run.journal = graft_journal_open (arguments[0], run.set, &error);
  if (run.journal == NULL)
    die ("journal", error);
  for (;;)
    {
      act (&run);
      fprintf (stdout, "%u\n", run.number);
      fflush (stdout);
    }
}

/* What the journal gives back, in a set of its own. */
static char *
dump_restored (char **arguments)
{
  Run run = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  char *text;

  start (&run, arguments[1], arguments[2], arguments[3]);
  run.journal = graft_journal_open (arguments[0], run.set, &error);
  if (run.journal == NULL)
    die ("journal", error);
  if (graft_journal_has_left (run.journal)
      && !graft_journal_restore (run.journal, run.history, problems, NULL, NULL, &error))
    die ("restoring", error);
  if (problems->len > 0)
    die (g_ptr_array_index (problems, 0), NULL);
  text = dump_now (&run);
  finish (&run);
  return text;
}

static int
run_restore (char **arguments)
{
  Run run = { 0 };
  guint number = atoi (arguments[4]);
  g_autofree char *found = dump_restored (arguments), *said = NULL, *more = NULL;

  start (&run, arguments[1], arguments[2], arguments[3]);
  while (run.number < number)
    act (&run);
  said = edit_model_dump (get_model (&run));
  act (&run);
  more = edit_model_dump (get_model (&run));
  if (strcmp (found, more) != 0)
    compare (said, found, "restored", number);
  finish (&run);
  return 0;
}

int
main (int argc, char **argv)
{
  graft_image_loader_register (graft_kernel_get_format ());
  graft_image_loader_register (graft_initrd_get_format ());
  graft_image_loader_register (graft_squashfs_get_format ());
  graft_image_loader_register (graft_ext4_image_get_format ());
  if (argc == 6 && *argv[1] != '-')
    return run_against_model (argv + 1);
  if (argc == 6 && strcmp (argv[1], "--journal") == 0)
    run_with_journal (argv + 2);
  if (argc == 7 && strcmp (argv[1], "--restore") == 0)
    return run_restore (argv + 2);
  fputs ("edit-randomly: see its first lines\n", stderr);
  return 2;
}
