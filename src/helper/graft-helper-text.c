/* graft-helper-text.c: what the helper program says, in the user's language
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "helper/graft-helper-text.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-sentence.h"

/* As in program/; at most one "%s" each, for a name or a reason. tests/lint/bare_texts compares. */
static const char *const texts[] = {
  N_ ("the working folder"),
  N_ ("system calls"),
  N_ ("resource limits"),
  N_ ("process attributes"),
  N_ ("access to files"),
  N_ ("no reason was given"),
  N_ ("no memory"),
  N_ ("an entry has no usable name"),
  N_ ("a file's pieces do not fit it"),
  N_ ("it has no data archive"),
  N_ ("there is no tar archive in it"),
  N_ ("there is no cpio archive in it"),
  N_ ("the file became shorter while it was read"),
  N_ ("it is not on the list of tools"),
  /* TRANSLATORS: the reason */
  N_ ("the file cannot be read: %s"),
  /* TRANSLATORS: the beginning of a path in a package */
  N_ ("the path %s… is too long"),
  /* TRANSLATORS: a path in a package */
  N_ ("the owner of %s is out of range"),
  /* TRANSLATORS: a path in a package */
  N_ ("%s is of an unknown type"),
  /* TRANSLATORS: a path in a package */
  N_ ("the link %s has no target"),
  /* TRANSLATORS: a path in a package */
  N_ ("the size of %s is out of range"),
  /* TRANSLATORS: the end of a name, as ".lzma" */
  N_ ("it is a package with a tar%s inside; gz, xz, zst and bz2 are read"),
  /* TRANSLATORS: what of it could not be confined ("system calls") */
  N_ ("it could not be confined (%s)"),
};

/* The part of @text where @sentence has its "%s"; NULL when @text is another sentence. */
static char *
find_subject (const char *sentence, const char *text)
{
  const char *place = strstr (sentence, "%s");
  gsize before = place != NULL ? (gsize)(place - sentence) : strlen (sentence);
  const char *after = place != NULL ? place + strlen ("%s") : "";

  if (strncmp (text, sentence, before) != 0 || !g_str_has_suffix (text + before, after)
      || (place == NULL && text[before] != '\0'))
    return NULL;
  return g_strndup (text + before, strlen (text + before) - strlen (after));
}

char *
graft_helper_text_translate (const char *text)
{
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *subject = find_subject (texts[i], text);
      g_autofree char *inner = NULL;

      if (subject == NULL)
        continue;
      if (strstr (texts[i], "%s") == NULL)
        return g_strdup (_ (texts[i]));
      /* What is in parentheses is of the helper's own words, all else a name. */
      inner = g_str_has_suffix (texts[i], "(%s)") ? graft_helper_text_translate (subject)
                                                  : g_strdup (subject);
      return graft_sentence_about (_ (texts[i]), inner);
    }
  return g_strdup (text);
}
