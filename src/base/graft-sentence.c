/* graft-sentence.c: what goes into a translated sentence
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "base/graft-sentence.h"

#include <string.h>

const char *
graft_number_print (guint64 value, char *buffer)
{
  g_snprintf (buffer, GRAFT_NUMBER_SIZE, "%" G_GUINT64_FORMAT, value);
  return buffer;
}

char *
graft_sentence_about (const char *sentence, const char *subject)
{
  const char *place = strstr (sentence, "%s");
  g_autofree char *before = NULL;

  g_return_val_if_fail (place != NULL, g_strdup (sentence));
  before = g_strndup (sentence, place - sentence);
  return g_strconcat (before, subject, place + strlen ("%s"), NULL);
}
