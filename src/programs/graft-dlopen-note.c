/* graft-dlopen-note.c: what a program says of libraries that it may open later
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Source: the UAPI group's "ELF dlopen() metadata": an array of objects whose "soname" is an array
 * of names, best first, with "feature", "description" and "priority".
 */

#include "base/graft-json-text.h"
#include "base/graft-limits.h"
#include "programs/graft-closure-private.h"

static void
optional_free (gpointer data)
{
  OptionalLibrary *self = data;

  g_strfreev (self->names);
  g_free (self->feature);
  g_free (self);
}

static void
add_optional (JsonObject *object, GPtrArray *list)
{
  JsonArray *names = graft_json_text_get_array (object, "soname");
  const char *feature = graft_json_text_get_string (object, "feature");
  const char *description = graft_json_text_get_string (object, "description");
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  OptionalLibrary *optional;
  gboolean any = FALSE;

  for (guint i = 0; names != NULL && i < json_array_get_length (names); i++)
    {
      JsonNode *name = json_array_get_element (names, i);

      if (!JSON_NODE_HOLDS_VALUE (name) || json_node_get_value_type (name) != G_TYPE_STRING)
        continue;
      g_strv_builder_add (builder, json_node_get_string (name));
      any = TRUE;
    }
  if (!any || list->len >= GRAFT_LIMIT_CLOSURE)
    return;
  optional = g_new0 (OptionalLibrary, 1);
  optional->names = g_strv_builder_end (builder);
  optional->feature = g_strdup (description != NULL ? description : feature);
  g_ptr_array_add (list, optional);
}

GPtrArray *
closing_list_optional (const GraftElfProgram *elf)
{
  GPtrArray *list = g_ptr_array_new_with_free_func (optional_free);

  for (guint i = 0; i < elf->dlopen_notes->len; i++)
    {
      gsize length;
      const char *content = g_bytes_get_data (g_ptr_array_index (elf->dlopen_notes, i), &length);
      g_autofree char *array = g_strndup (content, length);
      /* The parser takes an object. */
      g_autofree char *text = g_strconcat ("{\"note\":", array, "}", NULL);
      g_autoptr (JsonNode) node = graft_json_text_parse (text, "note", NULL);
      JsonArray *entries
          = node != NULL ? graft_json_text_get_array (json_node_get_object (node), "note") : NULL;

      for (guint j = 0; entries != NULL && j < json_array_get_length (entries); j++)
        {
          JsonObject *object = graft_json_text_get_object_at (entries, j);

          if (object != NULL)
            add_optional (object, list);
        }
    }
  return list;
}
