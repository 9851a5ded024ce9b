/* graft-step-reader.c: a step's arguments from JSON, which anybody may have written
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-error.h"
#include "base/graft-json-text.h"
#include "base/graft-name.h"
#include "steps/graft-step-json.h"

#define DIGEST_LENGTH 64

struct _GraftStepReader
{
  JsonObject *object;
  const char *place;
  const char *folder;
  GHashTable *known; /* of char*: members that were asked for */
  GPtrArray *owned;  /* of char*: what was handed out */
  GPtrArray *lists;  /* of GStrv: the same */
  GPtrArray *bytes;  /* of GBytes: the same */
  GError *error;     /* the first */
};

GraftStepReader *
graft_step_reader_new (JsonObject *object, const char *place, const char *folder)
{
  GraftStepReader *self = g_new0 (GraftStepReader, 1);

  self->object = object;
  self->place = place;
  self->folder = folder;
  self->known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->owned = g_ptr_array_new_with_free_func (g_free);
  self->lists = g_ptr_array_new_with_free_func ((GDestroyNotify)g_strfreev);
  self->bytes = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  return self;
}

void
graft_step_reader_free (GraftStepReader *self)
{
  g_hash_table_unref (self->known);
  g_ptr_array_unref (self->owned);
  g_ptr_array_unref (self->lists);
  g_ptr_array_unref (self->bytes);
  g_clear_error (&self->error);
  g_free (self);
}

void
graft_step_reader_fail (GraftStepReader *self, const char *member, const char *what)
{
  g_autofree char *shown = NULL;

  if (self->error != NULL)
    return;
  shown = graft_name_escape (member);
  self->error = g_error_new (GRAFT_STEP_ERROR, GRAFT_ERROR_CORRUPTED, _ ("%s: “%s” %s"),
                             self->place, shown, what);
}

static JsonNode *
get_member (GraftStepReader *self, const char *member)
{
  g_hash_table_add (self->known, g_strdup (member));
  return json_object_get_member (self->object, member);
}

/* The bytes of a base64 text that is as it would be written: the decoder passes over all else. */
static guchar *
decode (const char *text, gsize *ret_length)
{
  g_autofree guchar *raw = g_base64_decode (text, ret_length);
  g_autofree char *again = raw != NULL ? g_base64_encode (raw, *ret_length) : NULL;

  return g_strcmp0 (again, text) == 0 ? g_steal_pointer (&raw) : NULL;
}

/* The text of @member, or what @member_b64 says it is; NULL when neither is there, or after an
 * error. */
static char *
read_text (GraftStepReader *self, JsonObject *object, const char *member)
{
  g_autofree char *raw_member = g_strconcat (member, "_b64", NULL);
  const char *text = graft_json_text_get_string (object, member);
  const char *encoded = graft_json_text_get_string (object, raw_member);
  g_autofree guchar *raw = NULL;
  gsize length = 0;

  if ((text == NULL && json_object_has_member (object, member))
      || (encoded == NULL && json_object_has_member (object, raw_member)))
    graft_step_reader_fail (self, member, _ ("is not a text"));
  if (encoded == NULL)
    return g_strdup (text);
  raw = decode (encoded, &length);
  if (raw != NULL && memchr (raw, '\0', length) == NULL)
    return g_strndup ((const char *)raw, length);
  graft_step_reader_fail (self, raw_member, _ ("is not the base64 of a text"));
  return NULL;
}

const char *
graft_step_reader_get_optional_text (GraftStepReader *self, const char *member)
{
  g_autofree char *raw_member = g_strconcat (member, "_b64", NULL);
  char *text = read_text (self, self->object, member);

  g_hash_table_add (self->known, g_strdup (member));
  g_hash_table_add (self->known, g_steal_pointer (&raw_member));
  if (text != NULL)
    g_ptr_array_add (self->owned, text);
  return text;
}

const char *
graft_step_reader_get_text (GraftStepReader *self, const char *member)
{
  const char *text = graft_step_reader_get_optional_text (self, member);

  if (text == NULL)
    graft_step_reader_fail (self, member, _ ("is missing"));
  return text != NULL ? text : "";
}

static JsonArray *
get_array (GraftStepReader *self, const char *member)
{
  JsonNode *node = get_member (self, member);

  if (node != NULL && JSON_NODE_HOLDS_ARRAY (node))
    return json_node_get_array (node);
  graft_step_reader_fail (self, member, node == NULL ? _ ("is missing") : _ ("is not a list"));
  return NULL;
}

static char *
read_element (GraftStepReader *self, JsonNode *node, const char *member)
{
  char *text = NULL;

  if (JSON_NODE_HOLDS_OBJECT (node))
    text = read_text (self, json_node_get_object (node), "text");
  else if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
    text = json_node_dup_string (node);
  if (text == NULL)
    graft_step_reader_fail (self, member, _ ("is not a list of texts"));
  return text;
}

const char *const *
graft_step_reader_get_texts (GraftStepReader *self, const char *member)
{
  JsonArray *array = get_array (self, member);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  GStrv texts;

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      g_autofree char *text = read_element (self, json_array_get_element (array, i), member);

      if (text == NULL)
        break;
      g_strv_builder_add (builder, text);
    }
  texts = g_strv_builder_end (builder);
  g_ptr_array_add (self->lists, texts);
  return (const char *const *)texts;
}

gint64
graft_step_reader_get_optional_int (GraftStepReader *self, const char *member, gint64 max)
{
  JsonNode *node = get_member (self, member);
  gint64 value;

  if (node == NULL)
    return -1;
  value = graft_json_text_get_int (self->object, member);
  if (value >= 0 && value <= max)
    return value;
  graft_step_reader_fail (self, member, _ ("is not a whole number that fits here"));
  return -1;
}

gint64
graft_step_reader_get_int (GraftStepReader *self, const char *member, gint64 max)
{
  gint64 value = graft_step_reader_get_optional_int (self, member, max);

  if (value >= 0)
    return value;
  graft_step_reader_fail (self, member, _ ("is missing"));
  return 0;
}

static GBytes *
read_bytes (GraftStepReader *self, const char *member)
{
  g_autofree char *raw_member = g_strconcat (member, "_b64", NULL);
  JsonNode *raw_node = get_member (self, raw_member), *node = get_member (self, member);
  const char *encoded = graft_json_text_get_string (self->object, raw_member);
  const char *text = graft_json_text_get_string (self->object, member);
  guchar *raw;
  gsize length = 0;

  if (raw_node == NULL)
    {
      if (text != NULL)
        return g_bytes_new (text, strlen (text));
      graft_step_reader_fail (self, member, node == NULL ? _ ("is missing") : _ ("is not a text"));
      return NULL;
    }
  raw = encoded != NULL ? decode (encoded, &length) : NULL;
  if (raw != NULL)
    return g_bytes_new_take (raw, length);
  graft_step_reader_fail (self, raw_member, _ ("is not base64"));
  return NULL;
}

GBytes *
graft_step_reader_get_bytes (GraftStepReader *self, const char *member)
{
  GBytes *bytes = read_bytes (self, member);

  if (bytes != NULL)
    g_ptr_array_add (self->bytes, bytes);
  return bytes;
}

static gboolean
is_digest (const char *text)
{
  if (strlen (text) != DIGEST_LENGTH)
    return FALSE;
  for (; *text != '\0'; text++)
    if (!g_ascii_isdigit (*text) && (*text < 'a' || *text > 'f'))
      return FALSE;
  return TRUE;
}

/* @inner reads the object of a source, in @self's place. */
static GraftStepSource *
read_source (GraftStepReader *self, JsonObject *object, const char *member)
{
  g_autoptr (GraftStepReader) inner = graft_step_reader_new (object, self->place, self->folder);
  const char *path = graft_step_reader_get_text (inner, "path");
  const char *digest = graft_step_reader_get_optional_text (inner, "sha256");
  g_autofree char *whole = NULL;

  if (*path == '\0')
    graft_step_reader_fail (inner, "path", _ ("is empty"));
  if (digest != NULL && !is_digest (digest))
    graft_step_reader_fail (inner, "sha256", _ ("is not a SHA-256 in lower-case hex"));
  if (!graft_step_reader_finish (inner, self->error == NULL ? &self->error : NULL))
    return NULL;
  whole = self->folder != NULL && !g_path_is_absolute (path)
              ? g_build_filename (self->folder, path, NULL)
              : g_strdup (path);
  return graft_step_source_new (whole, digest);
}

GraftStepSource *
graft_step_reader_dup_source (GraftStepReader *self, const char *member)
{
  JsonNode *node = get_member (self, member);

  if (node == NULL)
    return NULL;
  if (JSON_NODE_HOLDS_OBJECT (node))
    return read_source (self, json_node_get_object (node), member);
  graft_step_reader_fail (self, member, _ ("is not an object with a path"));
  return NULL;
}

GPtrArray *
graft_step_reader_dup_sources (GraftStepReader *self, const char *member)
{
  g_autoptr (GPtrArray) sources
      = g_ptr_array_new_with_free_func ((GDestroyNotify)graft_step_source_free);
  JsonArray *array
      = json_object_has_member (self->object, member) ? get_array (self, member) : NULL;

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonObject *object = graft_json_text_get_object_at (array, i);
      GraftStepSource *source = object != NULL ? read_source (self, object, member) : NULL;

      if (source == NULL)
        {
          graft_step_reader_fail (self, member, _ ("is not a list of objects with a path"));
          return NULL;
        }
      g_ptr_array_add (sources, source);
    }
  return g_steal_pointer (&sources);
}

GPtrArray *
graft_step_reader_dup_steps (GraftStepReader *self, const char *member)
{
  JsonArray *array = get_array (self, member);

  if (array == NULL || self->error != NULL)
    return NULL;
  return graft_step_list_read (array, self->place, self->folder, &self->error);
}

guint
graft_step_reader_get_choice (GraftStepReader *self, const char *member, const char *const *names)
{
  const char *text = graft_step_reader_get_text (self, member);

  for (guint i = 0; names[i] != NULL; i++)
    if (strcmp (names[i], text) == 0)
      return i;
  graft_step_reader_fail (self, member, _ ("is none of the words that may stand here"));
  return 0;
}

gboolean
graft_step_reader_finish (GraftStepReader *self, GError **error)
{
  g_autoptr (GList) members = json_object_get_members (self->object);

  for (GList *l = members; l != NULL; l = l->next)
    if (!g_hash_table_contains (self->known, l->data))
      graft_step_reader_fail (self, l->data, _ ("is not known to this version of Bootgraft"));
  if (self->error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&self->error));
  return FALSE;
}
