/* fuzz-helper-protocol.c: any bytes as what the helper says, cut into pieces anywhere
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/graft-limits.h"
#include "helper/graft-frame-parser.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* What the parser promises, whatever it is fed. */
typedef struct
{
  guint64 missing; /* bytes of the last entry that must still come */
  guint64 n_entries;
} Promises;

#define PROMISE(condition)                                                                         \
  G_STMT_START                                                                                     \
  {                                                                                                \
    if (!(condition))                                                                              \
      abort ();                                                                                    \
  }                                                                                                \
  G_STMT_END

static gboolean
check_entry (const GraftHelperEntry *entry, gpointer data, GError **error)
{
  Promises *self = data;

  PROMISE (self->missing == 0);
  PROMISE (entry->path != NULL && *entry->path != '\0' && strlen (entry->path) <= GRAFT_LIMIT_PATH);
  PROMISE (S_ISLNK (entry->mode) == (entry->target != NULL));
  PROMISE (entry->size == 0 || (S_ISREG (entry->mode) && entry->hard_link == NULL));
  PROMISE (entry->size <= GRAFT_LIMIT_IMPORT);
  self->missing = entry->size;
  self->n_entries++;
  return TRUE;
}

static gboolean
check_content (const guint8 *bytes, gsize length, gpointer data, GError **error)
{
  Promises *self = data;

  PROMISE (length > 0 && length <= self->missing);
  self->missing -= length;
  return TRUE;
}

/* In pieces of @step, each in memory of its own. Returns whether all was well and complete. */
static gboolean
parse (const uint8_t *data, size_t size, size_t step, Promises *promises)
{
  static const GraftHelperStreamFuncs funcs = { check_entry, check_content };
  g_autoptr (GraftFrameParser) parser = graft_frame_parser_new ("fuzz", size, &funcs, promises);

  for (size_t done = 0; done < size; done += step)
    {
      size_t count = MIN (step, size - done);
      g_autofree guint8 *piece = g_memdup2 (data + done, count);
      g_autoptr (GError) error = NULL;

      if (!graft_frame_parser_feed (parser, piece, count, &error))
        {
          PROMISE (error != NULL);
          return FALSE;
        }
    }
  PROMISE (!graft_frame_parser_is_complete (parser) || promises->missing == 0);
  return graft_frame_parser_is_complete (parser);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const size_t steps[] = { 1, 7, 4096 };
  Promises first = { 0 };
  gboolean complete;

  if (size == 0)
    return 0;
  complete = parse (data, size, size, &first);
  /* How the bytes are cut makes no difference. */
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      Promises promises = { 0 };

      PROMISE (parse (data, size, steps[i], &promises) == complete);
      PROMISE (promises.n_entries == first.n_entries);
    }
  return 0;
}
