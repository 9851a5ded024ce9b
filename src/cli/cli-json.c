/* cli-json.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "cli/cli-json.h"

#include <stdio.h>
#include <string.h>

#include "base/graft-json-text.h"
#include "base/graft-name.h"

static void
add_text (JsonBuilder *builder, const char *value)
{
  if (value == NULL)
    json_builder_add_null_value (builder);
  else if (g_utf8_validate (value, -1, NULL))
    json_builder_add_string_value (builder, value);
  else
    {
      g_autofree char *shown = graft_name_escape (value);

      json_builder_add_string_value (builder, shown);
    }
}

void
cli_json_text (JsonBuilder *builder, const char *member, const char *value)
{
  json_builder_set_member_name (builder, member);
  add_text (builder, value);
}

void
cli_json_int (JsonBuilder *builder, const char *member, gint64 value)
{
  json_builder_set_member_name (builder, member);
  json_builder_add_int_value (builder, value);
}

void
cli_json_bool (JsonBuilder *builder, const char *member, gboolean value)
{
  json_builder_set_member_name (builder, member);
  json_builder_add_boolean_value (builder, value);
}

void
cli_json_null (JsonBuilder *builder, const char *member)
{
  json_builder_set_member_name (builder, member);
  json_builder_add_null_value (builder);
}

/* The bytes of what could not be given as they are. */
static void
add_raw (JsonBuilder *builder, const char *member, const char *value)
{
  g_autofree char *raw = NULL;

  if (value == NULL || g_utf8_validate (value, -1, NULL))
    return;
  raw = g_base64_encode ((const guchar *)value, strlen (value));
  cli_json_text (builder, member, raw);
}

void
cli_json_name (JsonBuilder *builder, const char *member, const char *value, const char *raw_member)
{
  cli_json_text (builder, member, value);
  add_raw (builder, raw_member, value);
}

void
cli_json_address (JsonBuilder *builder, const char *member, const char *address, const char *path)
{
  cli_json_text (builder, member, address);
  add_raw (builder, "name_b64", path);
}

void
cli_json_begin_array (JsonBuilder *builder, const char *member)
{
  json_builder_set_member_name (builder, member);
  json_builder_begin_array (builder);
}

void
cli_json_texts (JsonBuilder *builder, const char *member, const char *const *values)
{
  cli_json_begin_array (builder, member);
  for (; values != NULL && *values != NULL; values++)
    add_text (builder, *values);
  json_builder_end_array (builder);
}

void
cli_json_text_array (JsonBuilder *builder, const char *member, GPtrArray *values)
{
  cli_json_begin_array (builder, member);
  for (guint i = 0; values != NULL && i < values->len; i++)
    add_text (builder, g_ptr_array_index (values, i));
  json_builder_end_array (builder);
}

void
cli_json_print (JsonBuilder *builder)
{
  g_autoptr (JsonNode) root = json_builder_get_root (builder);
  g_autofree char *text = graft_json_text_format (root);

  fputs (text, stdout);
}

/* As json_generator_set_indent() of an object in an array in an object would. */
static void
print_element (JsonBuilder *builder)
{
  g_autoptr (JsonNode) root = json_builder_get_root (builder);
  g_autofree char *text = graft_json_text_format (root);
  g_auto (GStrv) lines = g_strsplit (g_strchomp (text), "\n", -1);

  /* In a string a newline is escaped: each that stands here ends a line. */
  for (guint i = 0; lines[i] != NULL; i++)
    printf ("\n    %s", lines[i]);
}

void
cli_json_print_array (const char *member, guint n, CliJsonElementFunc build, gpointer data)
{
  printf ("{\n  \"%s\" : [", member);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();

      build (builder, i, data);
      if (i > 0)
        putchar (',');
      print_element (builder);
    }
  puts (n > 0 ? "\n  ]\n}" : "]\n}");
}
