/* graft-lookup-reply.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "helper/graft-lookup-reply.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-bytes.h"
#include "base/graft-error.h"
#include "base/graft-limits.h"
#include "base/graft-name.h"

/* Code and text of an error; all other frames are shorter. */
#define PAYLOAD_MAX (4 + GRAFT_HELPER_ERROR_TEXT_MAX)

typedef struct
{
  const char *name;
  GraftLookupQuestion question;
  guint n_texts;
  GPtrArray *answers;
  GPtrArray *found; /* the answer that is not complete */
  gboolean greeted;
  gboolean complete;
} Reply;

static void
found_free (gpointer data)
{
  GraftFound *found = data;

  g_free (found->name);
  g_free (found);
}

static void
start_answer (Reply *self)
{
  self->found = g_ptr_array_new_with_free_func (found_free);
}

static gboolean
set_nonsense (Reply *self, const char *what, GError **error)
{
  g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
               _ ("The helper that looks modules of %s up answered with nonsense (%s); the modules "
                  "may be made to do harm"),
               self->name, what);
  return FALSE;
}

static gboolean
take_hello (Reply *self, const guint8 *payload, guint32 length, GError **error)
{
  guint32 version;

  if (length != 4 || !graft_bytes_get_le32 (payload, length, 0, &version))
    return set_nonsense (self, "a greeting of the wrong length", error);
  if (version != GRAFT_HELPER_VERSION)
    {
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_UNSUPPORTED,
                   _ ("Modules of %s cannot be looked up: the helper program is of another version "
                      "(%u, needed is %d); install Bootgraft again"),
                   self->name, version, GRAFT_HELPER_VERSION);
      return FALSE;
    }
  self->greeted = TRUE;
  return TRUE;
}

/* Whether a module of this kind may stand next in the answer. */
static gboolean
is_expected (Reply *self, guint8 kind)
{
  const GraftFound *last
      = self->found->len > 0 ? g_ptr_array_index (self->found, self->found->len - 1) : NULL;
  gboolean itself = kind == GRAFT_FOUND_IN_TREE || kind == GRAFT_FOUND_BUILT_IN;

  if (self->question == GRAFT_LOOKUP_ALIASES)
    return itself && (last == NULL || last->kind <= kind);
  if (last == NULL)
    return itself;
  return kind >= GRAFT_FOUND_NEEDED && kind <= GRAFT_FOUND_AFTER && last->kind <= kind;
}

static gboolean
take_module (Reply *self, const guint8 *payload, guint32 length, GError **error)
{
  const char *name = (const char *)payload + 1;
  GraftFound *found;

  if (length < 2 || length - 1 > GRAFT_LIMIT_NAME || memchr (name, '\0', length - 1) != NULL
      || memchr (name, '/', length - 1) != NULL)
    return set_nonsense (self, "a module without a fitting name", error);
  if (self->answers->len >= self->n_texts || !is_expected (self, payload[0]))
    return set_nonsense (self, "a module that was not asked for", error);
  found = g_new (GraftFound, 1);
  found->kind = payload[0];
  found->name = g_strndup (name, length - 1);
  g_ptr_array_add (self->found, found);
  return TRUE;
}

static gboolean
take_answer (Reply *self, const guint8 *payload, guint32 length, GError **error)
{
  guint32 n_modules;

  if (length != 4 || !graft_bytes_get_le32 (payload, length, 0, &n_modules)
      || n_modules != self->found->len)
    return set_nonsense (self, "an answer that does not fit its modules", error);
  if (self->answers->len >= self->n_texts)
    return set_nonsense (self, "more answers than questions", error);
  g_ptr_array_add (self->answers, self->found);
  start_answer (self);
  return TRUE;
}

static gboolean
take_end (Reply *self, const guint8 *payload, guint32 length, GError **error)
{
  guint64 n_answers;

  if (length != 8 || !graft_bytes_get_le64 (payload, length, 0, &n_answers)
      || n_answers != self->n_texts || self->answers->len != self->n_texts || self->found->len > 0)
    return set_nonsense (self, "an end that does not fit what came before", error);
  self->complete = TRUE;
  return TRUE;
}

static gboolean
take_error (Reply *self, const guint8 *payload, guint32 length, GError **error)
{
  g_autofree char *raw = NULL;
  g_autofree char *text = NULL;
  guint32 code;

  if (!graft_bytes_get_le32 (payload, length, 0, &code))
    return set_nonsense (self, "an error without a code", error);
  raw = g_strndup ((const char *)payload + 4, length - 4);
  text = graft_name_escape (raw);
  switch (code)
    {
    case GRAFT_HELPER_ERROR_CORRUPTED:
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
                   _ ("The module indexes that depmod made for %s cannot be read (%s): is there "
                      "room for temporary files?"),
                   self->name, text);
      return FALSE;
    case GRAFT_HELPER_ERROR_MEMORY:
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_TOO_LARGE,
                   _ ("The helper that looks modules of %s up was stopped: it needed too much "
                      "memory (%s)"),
                   self->name, text);
      return FALSE;
    case GRAFT_HELPER_ERROR_READ:
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_IO,
                   _ ("The helper that looks modules of %s up could not read what to look for: %s"),
                   self->name, text);
      return FALSE;
    case GRAFT_HELPER_ERROR_CONFINEMENT:
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_REFUSED,
                   _ ("Modules of %s are not looked up: %s"), self->name, text);
      return FALSE;
    default:
      return set_nonsense (self, "an error of an unknown kind", error);
    }
}

static gboolean
take_frame (Reply *self, guint8 type, const guint8 *payload, guint32 length, GError **error)
{
  if ((type == GRAFT_HELPER_FRAME_HELLO) == self->greeted)
    return set_nonsense (self, self->greeted ? "a second greeting" : "no greeting", error);
  switch (type)
    {
    case GRAFT_HELPER_FRAME_HELLO:
      return take_hello (self, payload, length, error);
    case GRAFT_HELPER_FRAME_MODULE:
      return take_module (self, payload, length, error);
    case GRAFT_HELPER_FRAME_ANSWER:
      return take_answer (self, payload, length, error);
    case GRAFT_HELPER_FRAME_END:
      return take_end (self, payload, length, error);
    case GRAFT_HELPER_FRAME_ERROR:
      return take_error (self, payload, length, error);
    default:
      return set_nonsense (self, "a frame of an unknown kind", error);
    }
}

static gboolean
parse (Reply *self, const guint8 *bytes, gsize length, GError **error)
{
  while (length >= GRAFT_HELPER_FRAME_HEADER)
    {
      guint32 size;

      if (self->complete)
        return set_nonsense (self, "something after the end", error);
      if (!graft_bytes_get_le32 (bytes, length, 1, &size) || size > PAYLOAD_MAX)
        return set_nonsense (self, "a frame that is too long", error);
      if (size > length - GRAFT_HELPER_FRAME_HEADER)
        break;
      if (!take_frame (self, bytes[0], bytes + GRAFT_HELPER_FRAME_HEADER, size, error))
        return FALSE;
      bytes += GRAFT_HELPER_FRAME_HEADER + size;
      length -= GRAFT_HELPER_FRAME_HEADER + size;
    }
  if (self->complete && length > 0)
    return set_nonsense (self, "something after the end", error);
  return TRUE;
}

GPtrArray *
graft_lookup_reply_parse (const char *name, GraftLookupQuestion question, guint n_texts,
                          const guint8 *bytes, gsize length, GError **error)
{
  g_autoptr (GPtrArray) answers
      = g_ptr_array_new_with_free_func ((GDestroyNotify)g_ptr_array_unref);
  Reply self = { name, question, n_texts, answers, NULL, FALSE, FALSE };
  gboolean parsed;

  start_answer (&self);
  parsed = parse (&self, bytes, length, error);
  g_ptr_array_unref (self.found);
  return parsed && self.complete ? g_steal_pointer (&answers) : NULL;
}
