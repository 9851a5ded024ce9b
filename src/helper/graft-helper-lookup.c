/* graft-helper-lookup.c: the verb lookup, our side
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "helper/graft-helper-lookup.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/graft-error.h"
#include "base/graft-limits.h"
#include "base/graft-name.h"
#include "helper/graft-helper-process.h"
#include "helper/graft-lookup-reply.h"

static gboolean
set_too_much (const char *what, GError **error)
{
  g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_TOO_LARGE,
               _ ("%s was stopped: more than %d bytes were asked for or answered"), what,
               GRAFT_LIMIT_LOOKUP);
  return FALSE;
}

typedef struct
{
  const char *what;
  GByteArray *bytes;
} Ear;

static gboolean
keep_reply (const guint8 *bytes, gsize length, gpointer data, GError **error)
{
  Ear *ear = data;

  if (length > GRAFT_LIMIT_LOOKUP - ear->bytes->len)
    return set_too_much (ear->what, error);
  g_byte_array_append (ear->bytes, bytes, length);
  return TRUE;
}

/* The texts as the helper reads them: a file in memory; -1 with @error. */
static int
write_texts (const char *what, GPtrArray *texts, GError **error)
{
  int fd = memfd_create ("bootgraft-lookup", MFD_CLOEXEC);
  g_autoptr (GString) all = g_string_new (NULL);
  gsize done = 0;

  for (guint i = 0; i < texts->len && all->len <= GRAFT_LIMIT_LOOKUP; i++)
    {
      const char *text = g_ptr_array_index (texts, i);

      g_string_append_len (all, text, strlen (text) + 1);
    }
  while (fd >= 0 && all->len <= GRAFT_LIMIT_LOOKUP && done < all->len)
    {
      gssize count = pwrite (fd, all->str + done, all->len - done, done);

      if (count > 0)
        done += count;
      else if (count == 0 || errno != EINTR)
        break;
    }
  if (fd >= 0 && done == all->len)
    return fd;
  if (all->len > GRAFT_LIMIT_LOOKUP)
    set_too_much (what, error);
  else
    graft_error_set_errno (error, GRAFT_IMAGE_ERROR, errno, what, _ ("cannot be asked"));
  if (fd >= 0)
    close (fd);
  return -1;
}

static GPtrArray *
run (const char *const *args, const char *name, GraftLookupQuestion question, GPtrArray *texts,
     GCancellable *cancellable, GError **error)
{
  g_autofree char *what = g_strdup_printf (_ ("The helper that looks modules of %s up"), name);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GString) errors = g_string_new (NULL);
  g_autoptr (GPtrArray) answers = NULL;
  g_autoptr (GError) local = NULL;
  g_autofree char *last = NULL;
  Ear ear = { what, bytes };
  GraftHelperJob job = {
    .what = what,
    .args = args,
    .seconds = GRAFT_LIMIT_TOOL_SECONDS,
    .output = keep_reply,
    .data = &ear,
    .errors = errors,
  };
  int status;
  gboolean ended;

  job.stdin_fd = write_texts (what, texts, error);
  if (job.stdin_fd < 0)
    return NULL;
  ended = graft_helper_process_run (&job, &status, cancellable, error);
  close (job.stdin_fd);
  if (!ended)
    return NULL;
  answers = graft_lookup_reply_parse (name, question, texts->len, bytes->data, bytes->len, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  if (status == 0 && answers != NULL)
    return g_steal_pointer (&answers);
  last = graft_name_escape (g_strstrip (errors->str));
  g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_IO,
               _ ("%s ended before it was done (status %d)%s%s"), what, status,
               *last != '\0' ? _ (": ") : "", last);
  return NULL;
}

GPtrArray *
graft_helper_lookup (const char *stage, const char *folder, const char *name,
                     GraftLookupQuestion question, GPtrArray *texts, GCancellable *cancellable,
                     GError **error)
{
  const char *const args[] = {
    "lookup",
    stage,
    folder,
    question == GRAFT_LOOKUP_ALIASES ? GRAFT_HELPER_LOOKUP_ALIASES
                                     : GRAFT_HELPER_LOOKUP_DEPENDENCIES,
    NULL,
  };
  g_autofree char *shown = graft_name_escape (name);

  return run (args, shown, question, texts, cancellable, error);
}
