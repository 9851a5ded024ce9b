/* graft-tree-info.c: .treeinfo, what an installer's tree says of itself
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "bootset/graft-tree-info.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-error.h"
#include "base/graft-limits.h"
#include "image/graft-path.h"

/* Named in one text; real ones name fewer than ten. */
#define MAX_IMAGES 1000

/* One "key = value" and the section that it stands in; @value points into the text. */
typedef struct
{
  char *section;
  char *key;
  const char *value;
  gsize length;
} Line;

typedef gboolean (*UseLine) (const Line *line, gpointer data, GError **error);

gboolean
graft_tree_info_is_name (const char *name)
{
  return strcmp (name, ".treeinfo") == 0 || strcmp (name, "treeinfo") == 0;
}

char *
graft_tree_info_read (GraftInput *input, GError **error)
{
  guint64 size = graft_input_get_size (input);
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *text = NULL;

  if (size > GRAFT_LIMIT_TEXT)
    {
      g_set_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_TOO_LARGE,
                   _ ("%s is too large for a list of what is in an installer's tree"),
                   graft_input_get_name (input));
      return NULL;
    }
  bytes = graft_input_read_all (input, error);
  if (bytes == NULL)
    return NULL;
  text = g_strndup (g_bytes_get_data (bytes, NULL), size);
  if (strlen (text) == size)
    return g_steal_pointer (&text);
  g_set_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_CORRUPTED,
               _ ("%s does not list what is in an installer's tree: it has a NUL at byte %zu, "
                  "which no text has"),
               graft_input_get_name (input), strlen (text));
  return NULL;
}

static char *
dup_stripped (const char *text, gsize length)
{
  return g_strstrip (g_strndup (text, length));
}

static gboolean
read_line (Line *line, const char *text, gsize length, UseLine use, gpointer data, GError **error)
{
  const char *first = text + strspn (text, " \t"), *end = text + length;
  const char *equals = memchr (text, '=', length), *bracket = memchr (text, ']', length);
  gboolean done;

  if (*first == '[' && first < end && bracket != NULL)
    {
      g_free (line->section);
      line->section = g_strndup (first + 1, bracket - first - 1);
      return TRUE;
    }
  if (equals == NULL || *first == '#' || *first == ';')
    return TRUE;
  line->key = dup_stripped (text, equals - text);
  line->value = equals + 1;
  while (line->value < end && g_ascii_isspace (*line->value))
    line->value++;
  while (end > line->value && g_ascii_isspace (end[-1]))
    end--;
  line->length = end - line->value;
  done = use (line, data, error);
  g_clear_pointer (&line->key, g_free);
  return done;
}

static gboolean
for_each_line (const char *text, UseLine use, gpointer data, GError **error)
{
  Line line = { .section = g_strdup ("") };
  gboolean good = TRUE;

  while (good && *text != '\0')
    {
      gsize length = strcspn (text, "\n");

      good = read_line (&line, text, length, use, data, error);
      text += length + (text[length] == '\n');
    }
  g_free (line.section);
  return good;
}

/* As members' paths are; NULL for one that leads nowhere in the tree. */
static char *
dup_path (const char *written)
{
  g_autofree char *absolute = g_strconcat ("/", written, NULL);
  g_autofree char *normal = graft_path_normalize (absolute);

  return normal != NULL && strcmp (normal, "/") != 0 ? g_strdup (normal + 1) : NULL;
}

static gboolean
add_image (const Line *line, gpointer data, GError **error)
{
  static const struct
  {
    const char *section; /* its beginning */
    const char *key;
    GraftRole role;
  } keys[] = {
    { "images-", "kernel", GRAFT_ROLE_KERNEL },
    { "images-", "initrd", GRAFT_ROLE_INITRD },
    { "stage2", "mainimage", GRAFT_ROLE_ROOT },
    { "stage2", "instimage", GRAFT_ROLE_ROOT },
  };
  GPtrArray *images = data;

  for (guint i = 0; i < G_N_ELEMENTS (keys) && images->len < MAX_IMAGES; i++)
    {
      g_autofree char *value = g_strndup (line->value, line->length);
      g_autofree char *path = NULL;

      if (!g_str_has_prefix (line->section, keys[i].section)
          || g_ascii_strcasecmp (line->key, keys[i].key) != 0 || (path = dup_path (value)) == NULL)
        continue;
      g_ptr_array_add (images, graft_set_name_new (path, keys[i].role));
    }
  return TRUE;
}

GPtrArray *
graft_tree_info_list_images (const char *text)
{
  GPtrArray *images = g_ptr_array_new_with_free_func ((GDestroyNotify)graft_set_name_free);

  /* It never fails. */
  (void)!for_each_line (text, add_image, images, NULL);
  return images;
}

/* The text while it is written anew: what stands before @rest is in @text already. */
typedef struct
{
  GString *text;
  const char *rest;
  GraftTreeInfoDigest digest;
  gpointer data;
} Renewal;

static gboolean
find_type (const char *name, gsize length, GChecksumType *ret_type)
{
  static const struct
  {
    const char *name;
    GChecksumType type;
  } types[] = {
    { "md5", G_CHECKSUM_MD5 },       { "sha", G_CHECKSUM_SHA1 },
    { "sha1", G_CHECKSUM_SHA1 },     { "sha256", G_CHECKSUM_SHA256 },
    { "sha384", G_CHECKSUM_SHA384 }, { "sha512", G_CHECKSUM_SHA512 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    if (strlen (types[i].name) == length && g_ascii_strncasecmp (types[i].name, name, length) == 0)
      {
        *ret_type = types[i].type;
        return TRUE;
      }
  return FALSE;
}

static gboolean
renew_line (const Line *line, gpointer data, GError **error)
{
  Renewal *self = data;
  const char *colon = memchr (line->value, ':', line->length);
  g_autofree char *path = NULL, *digest = NULL;
  GChecksumType type;

  if (strcmp (line->section, "checksums") != 0 || colon == NULL
      || !find_type (line->value, colon - line->value, &type)
      || (path = dup_path (line->key)) == NULL)
    return TRUE;
  if (!self->digest (path, type, &digest, self->data, error))
    return FALSE;
  if (digest == NULL)
    return TRUE;
  g_string_append_len (self->text, self->rest, colon + 1 - self->rest);
  g_string_append (self->text, digest);
  self->rest = line->value + line->length;
  return TRUE;
}

char *
graft_tree_info_renew (const char *text, GraftTreeInfoDigest digest, gpointer data, GError **error)
{
  Renewal self = { g_string_new (NULL), text, digest, data };
  gboolean good = for_each_line (text, renew_line, &self, error);

  g_string_append (self.text, self.rest);
  return g_string_free (self.text, !good);
}
