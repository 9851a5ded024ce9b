/* graft-json-text.h: JSON texts that may be hostile, and JSON texts that are always the same
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Parses an object. One nested deeper than 64 levels is refused before it is parsed: the parser
 * calls itself for each level. @name is for messages. */
JsonNode *graft_json_text_parse (const char *text, const char *name,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Two columns, members in the order in which they were set, a newline at the end. */
char *graft_json_text_format (JsonNode *node);

/* Members by type; NULL, -1, when absent or of another type. */
const char *graft_json_text_get_string (JsonObject *object, const char *member);
gint64 graft_json_text_get_int (JsonObject *object, const char *member);
JsonArray *graft_json_text_get_array (JsonObject *object, const char *member);
/* The object at @i; NULL when it is something else. */
JsonObject *graft_json_text_get_object_at (JsonArray *array, guint i);

G_END_DECLS
