/* fuzz-recipe.c: any bytes as a recipe, and as a journal
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "journal/graft-journal-content.h"
#include "steps/graft-recipe.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* Labels are shown as they are, on terminals, too. */
static void
label_all (GPtrArray *steps)
{
  for (guint i = 0; i < steps->len; i++)
    {
      g_autofree char *label = graft_step_dup_label (g_ptr_array_index (steps, i));

      if (!g_utf8_validate (label, -1, NULL))
        abort ();
      for (const char *c = label; *c != '\0'; c++)
        if (g_ascii_iscntrl (*c))
          abort ();
    }
}

/* What is read is written so that it is read as the same again. */
static void
read_recipe (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) steps = graft_recipe_parse (text, "recipe", NULL, &error), again = NULL;
  g_autofree char *written = NULL, *written_again = NULL;

  if ((steps == NULL) != (error != NULL))
    abort ();
  if (steps == NULL)
    return;
  label_all (steps);
  written = graft_recipe_format (steps, 0, NULL);
  again = graft_recipe_parse (written, "recipe", NULL, NULL);
  written_again = again != NULL ? graft_recipe_format (again, 0, NULL) : NULL;
  if (g_strcmp0 (written, written_again) != 0)
    abort ();
}

/* What is behind the last good record does not count. */
static void
read_journal (GBytes *bytes)
{
  g_autoptr (GraftJournalContent) content = graft_journal_content_parse (bytes);
  g_autoptr (GBytes) whole = NULL;
  g_autoptr (GraftJournalContent) again = NULL;

  if (content->length > g_bytes_get_size (bytes) || content->position > content->steps->len)
    abort ();
  label_all (content->steps);
  whole = g_bytes_new_from_bytes (bytes, 0, content->length);
  again = graft_journal_content_parse (whole);
  if (again->length != content->length || again->position != content->position
      || again->saved != content->saved || again->steps->len != content->steps->len)
    abort ();
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autofree char *text = g_strndup ((const char *)data, size);

  if (g_utf8_validate (text, -1, NULL))
    read_recipe (text);
  read_journal (bytes);
  return 0;
}
