/* graft-step-writer.c: a step's arguments as JSON
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>

#include "base/graft-name.h"
#include "steps/graft-step-json.h"

static void
add_raw (GraftStepWriter *self, const char *member, const void *data, gsize length)
{
  g_autofree char *raw_member = g_strconcat (member, "_b64", NULL);
  g_autofree char *raw = g_base64_encode (data, length);

  json_builder_set_member_name (self->json, raw_member);
  json_builder_add_string_value (self->json, raw);
}

void
graft_step_writer_add_text (GraftStepWriter *self, const char *member, const char *value)
{
  g_autofree char *shown = NULL;

  if (g_utf8_validate (value, -1, NULL))
    {
      json_builder_set_member_name (self->json, member);
      json_builder_add_string_value (self->json, value);
      return;
    }
  shown = graft_name_escape (value);
  json_builder_set_member_name (self->json, member);
  json_builder_add_string_value (self->json, shown);
  add_raw (self, member, value, strlen (value));
}

/* In an array there is no member beside: each is a string, or an object of one. */
void
graft_step_writer_add_texts (GraftStepWriter *self, const char *member, const char *const *values)
{
  json_builder_set_member_name (self->json, member);
  json_builder_begin_array (self->json);
  for (; values != NULL && *values != NULL; values++)
    if (g_utf8_validate (*values, -1, NULL))
      json_builder_add_string_value (self->json, *values);
    else
      {
        json_builder_begin_object (self->json);
        graft_step_writer_add_text (self, "text", *values);
        json_builder_end_object (self->json);
      }
  json_builder_end_array (self->json);
}

void
graft_step_writer_add_int (GraftStepWriter *self, const char *member, gint64 value)
{
  json_builder_set_member_name (self->json, member);
  json_builder_add_int_value (self->json, value);
}

void
graft_step_writer_add_optional_int (GraftStepWriter *self, const char *member, gint64 value)
{
  if (value >= 0)
    graft_step_writer_add_int (self, member, value);
}

void
graft_step_writer_add_bytes (GraftStepWriter *self, const char *member, GBytes *bytes)
{
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);
  g_autofree char *text = NULL;

  /* Without a NUL, which a JSON string could not hold here. */
  if (size > 0 && !g_utf8_validate_len (data, size, NULL))
    {
      add_raw (self, member, data, size);
      return;
    }
  text = size > 0 ? g_strndup (data, size) : g_strdup ("");
  json_builder_set_member_name (self->json, member);
  json_builder_add_string_value (self->json, text);
}

static void
add_source_object (GraftStepWriter *self, const GraftStepSource *source)
{
  g_autofree char *whole = g_canonicalize_filename (source->path, NULL);
  g_autofree char *name = g_path_get_basename (whole);

  json_builder_begin_object (self->json);
  graft_step_writer_add_text (self, "path", self->names_only ? name : whole);
  if (source->digest != NULL)
    graft_step_writer_add_text (self, "sha256", source->digest);
  json_builder_end_object (self->json);
}

void
graft_step_writer_add_source (GraftStepWriter *self, const char *member,
                              const GraftStepSource *source)
{
  if (source == NULL)
    return;
  json_builder_set_member_name (self->json, member);
  add_source_object (self, source);
}

void
graft_step_writer_add_sources (GraftStepWriter *self, const char *member, GPtrArray *sources)
{
  json_builder_set_member_name (self->json, member);
  json_builder_begin_array (self->json);
  for (guint i = 0; i < sources->len; i++)
    add_source_object (self, g_ptr_array_index (sources, i));
  json_builder_end_array (self->json);
}

void
graft_step_writer_add_steps (GraftStepWriter *self, const char *member, GPtrArray *steps)
{
  json_builder_set_member_name (self->json, member);
  json_builder_begin_array (self->json);
  for (guint i = 0; i < steps->len; i++)
    {
      GraftStep *step = g_ptr_array_index (steps, i);

      json_builder_begin_object (self->json);
      GRAFT_STEP_GET_CLASS (step)->write (step, self);
      json_builder_end_object (self->json);
    }
  json_builder_end_array (self->json);
}
