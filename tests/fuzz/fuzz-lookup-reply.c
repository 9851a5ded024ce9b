/* fuzz-lookup-reply.c: any bytes as what the helper says of look-ups
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The first byte is how many texts were asked for, and (its highest bit) what of them.
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/graft-limits.h"
#include "helper/graft-lookup-reply.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* What the parser promises, whatever it is fed. */
#define PROMISE(condition)                                                                         \
  G_STMT_START                                                                                     \
  {                                                                                                \
    if (!(condition))                                                                              \
      abort ();                                                                                    \
  }                                                                                                \
  G_STMT_END

static void
check_answer (GPtrArray *answer, GraftLookupQuestion question)
{
  for (guint i = 0; i < answer->len; i++)
    {
      const GraftFound *found = g_ptr_array_index (answer, i);
      gboolean itself = found->kind == GRAFT_FOUND_IN_TREE || found->kind == GRAFT_FOUND_BUILT_IN;

      PROMISE (*found->name != '\0' && strlen (found->name) <= GRAFT_LIMIT_NAME);
      PROMISE (strchr (found->name, '/') == NULL);
      PROMISE (found->kind >= GRAFT_FOUND_IN_TREE && found->kind <= GRAFT_FOUND_AFTER);
      PROMISE (itself == (question == GRAFT_LOOKUP_ALIASES || i == 0));
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GPtrArray) answers = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *reply = NULL;
  GraftLookupQuestion question;
  guint n_texts;

  if (size == 0)
    return 0;
  question = (data[0] & 0x80) != 0 ? GRAFT_LOOKUP_DEPENDENCIES : GRAFT_LOOKUP_ALIASES;
  n_texts = data[0] & 0x7f;
  reply = g_memdup2 (data + 1, size - 1);
  answers = graft_lookup_reply_parse ("fuzz", question, n_texts, reply, size - 1, &error);
  PROMISE (answers == NULL || error == NULL);
  if (answers == NULL)
    return 0;
  PROMISE (answers->len == n_texts);
  for (guint i = 0; i < answers->len; i++)
    check_answer (g_ptr_array_index (answers, i), question);
  return 0;
}
