/* graft-address.c: IMAGE:/path, IMAGE@N:/path
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "bootset/graft-address.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-error.h"
#include "base/graft-limits.h"
#include "base/graft-name.h"
#include "base/graft-sentence.h"

void
graft_address_free (GraftAddress *self)
{
  g_free (self->image);
  g_free (self->path);
  g_free (self);
}

/* The next character that no backslash stands before, from @at; NULL at the end. */
static const char *
find_plain (const char *at, char c)
{
  for (; *at != '\0'; at++)
    if (*at == c)
      return at;
    else if (*at == '\\' && at[1] != '\0')
      at++;
  return NULL;
}

static const char *
find_split (const char *text)
{
  const char *colon = find_plain (text, ':');

  while (colon != NULL && colon[1] != '/')
    colon = find_plain (colon + 1, ':');
  return colon;
}

/* The "@" of "@N" at the end of @image; NULL when it has none. */
static char *
find_segment (char *image)
{
  char *last = NULL;

  for (const char *at = find_plain (image, '@'); at != NULL; at = find_plain (at + 1, '@'))
    last = image + (at - image);
  if (last == NULL || last[1] == '\0' || strspn (last + 1, "0123456789") != strlen (last + 1))
    return NULL;
  return last;
}

static gboolean
set_error (const char *text, const char *sentence, GError **error)
{
  g_autofree char *shown = graft_name_escape (text);
  g_autofree char *message = graft_sentence_about (sentence, shown);

  g_set_error_literal (error, GRAFT_STEP_ERROR, GRAFT_ERROR_INVALID, message);
  return FALSE;
}

/* Cuts "@N" off @image. */
static gboolean
take_segment (char *image, const char *text, guint *ret_segment, GError **error)
{
  char *at = find_segment (image);
  guint64 number;

  *ret_segment = 0;
  if (at == NULL)
    return TRUE;
  if (!g_ascii_string_to_unsigned (at + 1, 10, 1, GRAFT_LIMIT_SEGMENTS, &number, NULL))
    return set_error (
        text, _ ("“%s” names no segment: they are counted from 1; a literal “@” is written “\\@”"),
        error);
  *at = '\0';
  *ret_segment = number;
  return TRUE;
}

GraftAddress *
graft_address_parse (const char *text, GError **error)
{
  const char *split = find_split (text);
  g_autofree char *image = split != NULL ? g_strndup (text, split - text) : g_strdup (text);
  g_autoptr (GraftAddress) self = g_new0 (GraftAddress, 1);

  if (!take_segment (image, text, &self->segment, error))
    return NULL;
  self->image = graft_name_unescape (image);
  self->path = graft_name_unescape (split != NULL ? split + 1 : "/");
  if (self->image == NULL || self->path == NULL)
    {
      set_error (text,
                 _ ("“%s” has a backslash that escapes nothing; a literal one is written “\\\\”"),
                 error);
      return NULL;
    }
  if (*self->image == '\0')
    {
      set_error (text, _ ("“%s” names no image: an address is IMAGE:/path"), error);
      return NULL;
    }
  return g_steal_pointer (&self);
}

/* Puts a backslash before each character of @name that @is_special finds to be one. */
static void
append_escaped (GString *text, const char *name, gboolean (*is_special) (const char *at))
{
  g_autofree char *shown = graft_name_escape (name);

  for (const char *at = shown; *at != '\0'; at++)
    {
      if (is_special (at))
        g_string_append_c (text, '\\');
      g_string_append_c (text, *at);
    }
}

static gboolean
is_special_in_image (const char *at)
{
  return *at == ':' || *at == '@';
}

/* A path may have colons (dev/disk/by-path/pci-0000:00:1f.2): only one that would look like the
 * split before the path of a nested image is special. */
static gboolean
is_special_in_path (const char *at)
{
  return at[0] == ':' && at[1] == '/';
}

char *
graft_address_format (const char *image, guint segment, const char *path)
{
  GString *text = g_string_new (NULL);

  append_escaped (text, image, is_special_in_image);
  if (segment > 0)
    g_string_append_printf (text, "@%u", segment);
  g_string_append_printf (text, *path == '/' ? ":" : ":/");
  append_escaped (text, path, is_special_in_path);
  return g_string_free (text, FALSE);
}

gboolean
graft_address_get_part (GraftImage *image, guint segment, int *ret_part, GError **error)
{
  GPtrArray *segments = graft_image_get_segments (image);

  if (segment == 0)
    {
      *ret_part = -1;
      return TRUE;
    }
  for (guint i = 0; segments != NULL && i < segments->len; i++)
    {
      const GraftSegment *found = g_ptr_array_index (segments, i);
      if (found->number != segment)
        continue;
      if (found->part >= 0)
        {
          *ret_part = found->part;
          return TRUE;
        }
      g_set_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_NOT_FOUND,
                   /* TRANSLATORS: an image, the number of a segment, its problem or its format */
                   _ ("%s: segment %u has no files: %s"), graft_image_get_name (image), segment,
                   found->problem != NULL ? found->problem : found->format);
      return FALSE;
    }
  g_set_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_NOT_FOUND,
               segments == NULL ? _ ("%s: segment %u is not there: only an initrd has segments")
                                : _ ("%s: segment %u is not there"),
               graft_image_get_name (image), segment);
  return FALSE;
}
