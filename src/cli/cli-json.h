/* cli-json.h: what --json prints
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * data/schema/ describes it. Text that is not UTF-8 is escaped where it stands and given raw, as
 * base64, in a member beside it.
 */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Members of the object that is being built. A NULL @value is null. */
void cli_json_text (JsonBuilder *builder, const char *member, const char *value);
void cli_json_int (JsonBuilder *builder, const char *member, gint64 value);
void cli_json_bool (JsonBuilder *builder, const char *member, gboolean value);
void cli_json_null (JsonBuilder *builder, const char *member);

/* A name, path or address from outside; where it is not UTF-8, its bytes follow as @raw_member
 * ("name_b64"). */
void cli_json_name (JsonBuilder *builder, const char *member, const char *value,
                    const char *raw_member);

/* An address, which is always UTF-8 (escaped as graft_address_parse() reads it); the bytes of the
 * @path in it follow as "name_b64" where they are not. */
void cli_json_address (JsonBuilder *builder, const char *member, const char *address,
                       const char *path);

/* Array of strings, each escaped where it is not UTF-8. */
void cli_json_texts (JsonBuilder *builder, const char *member, const char *const *values);
void cli_json_text_array (JsonBuilder *builder, const char *member, GPtrArray *values);

void cli_json_begin_array (JsonBuilder *builder, const char *member);

/* Prints the finished object on standard output. */
void cli_json_print (JsonBuilder *builder);

/* Builds the element @i of an array as one object. */
typedef void (*CliJsonElementFunc) (JsonBuilder *builder, guint i, gpointer data);

/* Prints an object whose only member @member is an array of @n objects, as cli_json_print() would;
 * but each is built when it is printed, so that hundreds of thousands take no room. */
void cli_json_print_array (const char *member, guint n, CliJsonElementFunc build, gpointer data);

G_END_DECLS
