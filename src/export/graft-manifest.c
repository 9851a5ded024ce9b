/* graft-manifest.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "export/graft-manifest.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-error.h"
#include "base/graft-json-text.h"
#include "base/graft-limits.h"
#include "base/graft-name.h"
#include "image/graft-path.h"

#define VERSION 1
#define DIGEST_LENGTH 64

static const char *const origin_names[] = { "carried", "edited", "replaced" };

GraftManifestEntry *
graft_manifest_entry_new (const char *path, const char *role, guint64 size, const char *digest,
                          GraftOrigin origin)
{
  GraftManifestEntry *self = g_new0 (GraftManifestEntry, 1);

  self->path = g_strdup (path);
  self->role = g_strdup (role);
  self->size = size;
  self->digest = g_strdup (digest);
  self->origin = origin;
  return self;
}

void
graft_manifest_entry_free (GraftManifestEntry *self)
{
  g_free (self->path);
  g_free (self->role);
  g_free (self->digest);
  g_free (self);
}

static void
build_entry (JsonBuilder *builder, const GraftManifestEntry *entry)
{
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "path");
  if (g_utf8_validate (entry->path, -1, NULL))
    json_builder_add_string_value (builder, entry->path);
  else
    {
      g_autofree char *shown = graft_name_escape (entry->path);
      g_autofree char *raw = g_base64_encode ((const guchar *)entry->path, strlen (entry->path));

      json_builder_add_string_value (builder, shown);
      json_builder_set_member_name (builder, "name_b64");
      json_builder_add_string_value (builder, raw);
    }
  json_builder_set_member_name (builder, "role");
  json_builder_add_string_value (builder, entry->role);
  json_builder_set_member_name (builder, "size");
  json_builder_add_int_value (builder, entry->size);
  json_builder_set_member_name (builder, "sha256");
  json_builder_add_string_value (builder, entry->digest);
  json_builder_set_member_name (builder, "origin");
  json_builder_add_string_value (builder, origin_names[entry->origin]);
  json_builder_end_object (builder);
}

static char *
format (GPtrArray *entries, JsonNode *recipe)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "bootgraft");
  json_builder_add_int_value (builder, VERSION);
  json_builder_set_member_name (builder, "members");
  json_builder_begin_array (builder);
  for (guint i = 0; i < entries->len; i++)
    build_entry (builder, g_ptr_array_index (entries, i));
  json_builder_end_array (builder);
  if (recipe != NULL)
    {
      json_builder_set_member_name (builder, "recipe");
      json_builder_add_value (builder, json_node_ref (recipe));
    }
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  return graft_json_text_format (root);
}

char *
graft_manifest_format (GPtrArray *entries, JsonNode *recipe)
{
  g_autofree char *text = format (entries, recipe);

  return strlen (text) <= GRAFT_LIMIT_MANIFEST ? g_steal_pointer (&text) : format (entries, NULL);
}

static gboolean
bad (GError **error, const char *name, guint i, const char *why)
{
  g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED, _ ("%s: member %u %s"), name, i + 1,
               why);
  return FALSE;
}

static gboolean
is_digest (const char *text)
{
  if (text == NULL || strlen (text) != DIGEST_LENGTH)
    return FALSE;
  for (; *text != '\0'; text++)
    if (!g_ascii_isdigit (*text) && (*text < 'a' || *text > 'f'))
      return FALSE;
  return TRUE;
}

static char *
parse_path (JsonObject *object)
{
  const char *encoded = graft_json_text_get_string (object, "name_b64");
  const char *path = graft_json_text_get_string (object, "path");
  g_autofree char *raw = NULL;
  gsize length = 0;

  if (encoded == NULL)
    return g_strdup (path);
  raw = (char *)g_base64_decode (encoded, &length);
  return raw == NULL || memchr (raw, '\0', length) != NULL ? NULL : g_strndup (raw, length);
}

/* Relative, without ".." and as it would be written: nothing that could lead out of the folder. */
static gboolean
is_inside (const char *path)
{
  g_autofree char *absolute = g_strconcat ("/", path, NULL);
  g_autofree char *normal = graft_path_normalize (absolute);

  return *path != '\0' && normal != NULL && strcmp (absolute, normal) == 0;
}

static GraftManifestEntry *
parse_entry (JsonObject *object, const char *name, guint i, GError **error)
{
  g_autofree char *path = object != NULL ? parse_path (object) : NULL;
  const char *role, *digest, *origin_name;
  gint64 size;
  GraftOrigin origin = GRAFT_ORIGIN_CARRIED;

  if (path == NULL)
    {
      bad (error, name, i, _ ("has no path"));
      return NULL;
    }
  if (!is_inside (path))
    {
      g_autofree char *shown = graft_name_escape (path);

      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_REFUSED,
                   _ ("%s names %s, which does not lie in its folder"), name, shown);
      return NULL;
    }
  role = graft_json_text_get_string (object, "role");
  digest = graft_json_text_get_string (object, "sha256");
  origin_name = graft_json_text_get_string (object, "origin");
  size = graft_json_text_get_int (object, "size");
  if (role == NULL || size < 0 || !is_digest (digest))
    {
      bad (error, name, i, _ ("lacks its role, size or SHA-256"));
      return NULL;
    }
  for (guint j = 0; j < G_N_ELEMENTS (origin_names); j++)
    if (g_strcmp0 (origin_name, origin_names[j]) == 0)
      origin = j;
  return graft_manifest_entry_new (path, role, size, digest, origin);
}

GPtrArray *
graft_manifest_parse (const char *text, const char *name, GError **error)
{
  g_autoptr (GPtrArray) entries
      = g_ptr_array_new_with_free_func ((GDestroyNotify)graft_manifest_entry_free);
  g_autoptr (JsonNode) root = graft_json_text_parse (text, name, error);
  JsonObject *object;
  JsonArray *members;

  if (root == NULL)
    return NULL;
  object = json_node_get_object (root);
  members = graft_json_text_get_array (object, "members");
  if (graft_json_text_get_int (object, "bootgraft") != VERSION || members == NULL
      || json_array_get_length (members) > GRAFT_LIMIT_SET_FILES)
    {
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_UNSUPPORTED,
                   _ ("%s is not a list of members that this version of Bootgraft reads"), name);
      return NULL;
    }
  for (guint i = 0; i < json_array_get_length (members); i++)
    {
      GraftManifestEntry *entry
          = parse_entry (graft_json_text_get_object_at (members, i), name, i, error);

      if (entry == NULL)
        return NULL;
      g_ptr_array_add (entries, entry);
    }
  return g_steal_pointer (&entries);
}
