/* graft-json-text.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "base/graft-json-text.h"

#include <glib/gi18n-lib.h>

#include "base/graft-error.h"

#define MAX_DEPTH 64

static gboolean
is_shallow (const char *text)
{
  guint depth = 0;
  gboolean in_string = FALSE;

  for (; *text != '\0'; text++)
    {
      if (in_string)
        {
          if (*text == '\\' && text[1] != '\0')
            text++;
          else if (*text == '"')
            in_string = FALSE;
        }
      else if (*text == '"')
        in_string = TRUE;
      else if ((*text == '[' || *text == '{') && ++depth > MAX_DEPTH)
        return FALSE;
      else if ((*text == ']' || *text == '}') && depth > 0)
        depth--;
    }
  return TRUE;
}

/* Afterwards the parser no longer knows. */
static void
on_error (JsonParser *parser, const GError *error, guint *ret_line)
{
  *ret_line = json_parser_get_current_line (parser);
}

JsonNode *
graft_json_text_parse (const char *text, const char *name, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  JsonNode *root;
  guint line = 0;

  if (!is_shallow (text))
    {
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_TOO_LARGE,
                   _ ("%s is nested deeper than %d levels"), name, MAX_DEPTH);
      return NULL;
    }
  g_signal_connect (parser, "error", G_CALLBACK (on_error), &line);
  if (!json_parser_load_from_data (parser, text, -1, NULL))
    {
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
                   _ ("%s cannot be read: from line %u on it is no JSON; get the file again"), name,
                   line);
      return NULL;
    }
  root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    {
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
                   _ ("%s does not hold a JSON object"), name);
      return NULL;
    }
  return json_node_ref (root);
}

char *
graft_json_text_format (JsonNode *node)
{
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autofree char *text = NULL;

  json_generator_set_pretty (generator, TRUE);
  json_generator_set_indent (generator, 2);
  json_generator_set_root (generator, node);
  text = json_generator_to_data (generator, NULL);
  return g_strconcat (text, "\n", NULL);
}

static JsonNode *
get_value (JsonObject *object, const char *member, GType type)
{
  JsonNode *node = json_object_get_member (object, member);

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != type)
    return NULL;
  return node;
}

const char *
graft_json_text_get_string (JsonObject *object, const char *member)
{
  JsonNode *node = get_value (object, member, G_TYPE_STRING);

  return node != NULL ? json_node_get_string (node) : NULL;
}

gint64
graft_json_text_get_int (JsonObject *object, const char *member)
{
  JsonNode *node = get_value (object, member, G_TYPE_INT64);

  return node != NULL ? json_node_get_int (node) : -1;
}

JsonArray *
graft_json_text_get_array (JsonObject *object, const char *member)
{
  JsonNode *node = json_object_get_member (object, member);

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

JsonObject *
graft_json_text_get_object_at (JsonArray *array, guint i)
{
  JsonNode *node = json_array_get_element (array, i);

  return JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}
