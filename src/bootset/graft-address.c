/* graft-address.c: IMAGE:/path, IMAGE@N:/path, IMAGE:/path:/path
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

static void
free_image (gpointer data)
{
  GraftAddressImage *self = data;

  g_free (self->name);
  g_free (self);
}

void
graft_address_free (GraftAddress *self)
{
  g_clear_pointer (&self->images, g_ptr_array_unref);
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

static gboolean
unescape (const char *escaped, const char *text, char **ret_name, GError **error)
{
  *ret_name = graft_name_unescape (escaped);
  return *ret_name != NULL
         || set_error (
             text, _ ("“%s” has a backslash that escapes nothing; a literal one is written “\\\\”"),
             error);
}

/* One image of the address, as it stands there: "NAME@N". */
static gboolean
add_image (GraftAddress *self, const char *written, const char *text, GError **error)
{
  g_autofree char *escaped = g_strdup (written);
  GraftAddressImage *image = g_new0 (GraftAddressImage, 1);

  g_ptr_array_add (self->images, image);
  if (!take_segment (escaped, text, &image->segment, error)
      || !unescape (escaped, text, &image->name, error))
    return FALSE;
  if (*image->name == '\0')
    return set_error (text, _ ("“%s” names no image: an address is IMAGE:/path"), error);
  if (self->images->len > GRAFT_LIMIT_NESTING)
    return set_error (
        text, _ ("“%s” leads into more images inside of each other than can be opened"), error);
  self->segment = image->segment;
  return TRUE;
}

static char *
join_images (GPtrArray *images)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < images->len; i++)
    {
      const GraftAddressImage *image = g_ptr_array_index (images, i);

      g_string_append (text, image->name);
      if (i + 1 == images->len)
        break;
      if (image->segment > 0)
        g_string_append_printf (text, "@%u", image->segment);
      g_string_append_c (text, ':');
    }
  return g_string_free (text, FALSE);
}

GraftAddress *
graft_address_parse (const char *text, GError **error)
{
  g_autoptr (GraftAddress) self = g_new0 (GraftAddress, 1);
  const char *at = text, *split = find_split (text);

  self->images = g_ptr_array_new_with_free_func (free_image);
  do
    {
      g_autofree char *written = split != NULL ? g_strndup (at, split - at) : g_strdup (at);

      if (!add_image (self, written, text, error))
        return NULL;
      at = split != NULL ? split + 1 : "/";
      split = find_split (at);
    }
  while (split != NULL);
  if (!unescape (at, text, &self->path, error))
    return NULL;
  self->image = join_images (self->images);
  return g_steal_pointer (&self);
}

GraftMember *
graft_address_find_member (const GraftAddress *self, GraftBootSet *set, GCancellable *cancellable,
                           GError **error)
{
  const GraftAddressImage *image = g_ptr_array_index (self->images, 0);
  GraftMember *member = graft_boot_set_find_member (set, self->image, NULL);

  if (member != NULL)
    return member;
  member = graft_boot_set_find_member (set, image->name, error);
  for (guint i = 1; i < self->images->len && member != NULL; i++)
    {
      guint segment = image->segment;

      image = g_ptr_array_index (self->images, i);
      member = graft_boot_set_open_inside (set, member, segment, image->name, cancellable, error);
    }
  return member;
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

/* An image in another is called by the names of all: a colon before a slash, and a number of a
 * segment before that, are as in addresses. */
static gboolean
is_special_in_image (const char *at)
{
  gsize digits = *at == '@' ? strspn (at + 1, "0123456789") : 0;

  if (*at == ':')
    return at[1] != '/';
  return *at == '@' && (digits == 0 || !g_str_has_prefix (at + 1 + digits, ":/"));
}

static gboolean
is_special_in_name (const char *at)
{
  return *at == ':' || *at == '@';
}

static char *
escape_image (const char *image, gboolean (*is_special) (const char *at))
{
  GString *text = g_string_new (NULL);

  append_escaped (text, image, is_special);
  return g_string_free (text, FALSE);
}

static gboolean
reads_as (const char *escaped, const char *image)
{
  g_autofree char *whole = g_strconcat (escaped, ":/", NULL);
  g_autoptr (GraftAddress) parsed = graft_address_parse (whole, NULL);

  return parsed != NULL && parsed->segment == 0 && strcmp (parsed->image, image) == 0;
}

/* What cannot be the names of several images (no segment has the number 0) is that of one file. */
static char *
format_image (const char *image)
{
  g_autofree char *escaped = NULL;

  if (strstr (image, ":/") == NULL)
    return escape_image (image, is_special_in_name);
  escaped = escape_image (image, is_special_in_image);
  return reads_as (escaped, image) ? g_steal_pointer (&escaped)
                                   : escape_image (image, is_special_in_name);
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
  g_autofree char *escaped = format_image (image);
  GString *text = g_string_new (escaped);

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
