/* graft-journal-content.c: the bytes of a journal
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "journal/graft-journal-content.h"

#include <string.h>

#include "base/graft-bytes.h"
#include "base/graft-json-text.h"
#include "coders/graft-crc32.h"
#include "steps/graft-recipe.h"

#define MAGIC "bootgraft journal 1\n"
/* Length and checksum. */
#define FRAME 8

void
graft_journal_content_free (GraftJournalContent *self)
{
  g_free (self->set);
  g_ptr_array_unref (self->steps);
  g_free (self);
}

gboolean
graft_journal_content_is_unsaved (const GraftJournalContent *self)
{
  return self->saved != (gint)self->position;
}

static gboolean
read_step (GraftJournalContent *self, JsonObject *object)
{
  JsonNode *node = json_object_get_member (object, "step");
  GraftStep *step = NULL;

  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    step = graft_recipe_step_from_json (json_node_get_object (node), "journal", NULL);
  if (step == NULL)
    return FALSE;
  if (self->saved > (gint)self->position)
    self->saved = -1;
  g_ptr_array_set_size (self->steps, self->position);
  g_ptr_array_add (self->steps, step);
  self->position++;
  return TRUE;
}

static gboolean
read_mark (GraftJournalContent *self, const char *what)
{
  if (strcmp (what, "undo") == 0 && self->position > 0)
    self->position--;
  else if (strcmp (what, "redo") == 0 && self->position < self->steps->len)
    self->position++;
  else if (strcmp (what, "exported") == 0)
    self->saved = self->position;
  else
    return FALSE;
  return TRUE;
}

static gboolean
read_object (GraftJournalContent *self, JsonObject *object)
{
  const char *what = graft_json_text_get_string (object, "what");
  const char *set = graft_json_text_get_string (object, "set");
  gint64 time = graft_json_text_get_int (object, "time");

  if (what == NULL)
    return FALSE;
  if (self->set == NULL)
    {
      self->set = strcmp (what, "set") == 0 ? g_strdup (set) : NULL;
      return self->set != NULL;
    }
  if (time < 0
      || !(strcmp (what, "apply") == 0 ? read_step (self, object) : read_mark (self, what)))
    return FALSE;
  self->time = time;
  return TRUE;
}

static gboolean
read_record (GraftJournalContent *self, const guint8 *data, gsize length)
{
  g_autofree char *text = g_strndup ((const char *)data, length);
  g_autoptr (JsonNode) root = NULL;

  if (strlen (text) != length || !g_utf8_validate (text, length, NULL))
    return FALSE;
  root = graft_json_text_parse (text, "journal", NULL);
  return root != NULL && read_object (self, json_node_get_object (root));
}

/* Whether the record at @at is whole. */
static gboolean
find_record (const guint8 *data, gsize size, gsize at, gsize *ret_length)
{
  guint32 length, checksum;

  if (!graft_bytes_get_le32 (data, size, at, &length)
      || !graft_bytes_get_le32 (data, size, at + 4, &checksum) || length > size - at - FRAME
      || graft_crc32 (0, data + at + FRAME, length) != checksum)
    return FALSE;
  *ret_length = length;
  return TRUE;
}

GraftJournalContent *
graft_journal_content_parse (GBytes *bytes)
{
  GraftJournalContent *self = g_new0 (GraftJournalContent, 1);
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  self->steps = g_ptr_array_new_with_free_func (g_object_unref);
  if (size < strlen (MAGIC) || memcmp (data, MAGIC, strlen (MAGIC)) != 0)
    return self;
  for (gsize at = strlen (MAGIC), length; find_record (data, size, at, &length); at = self->length)
    {
      if (!read_record (self, data + at + FRAME, length))
        break;
      self->length = at + FRAME + length;
    }
  return self;
}

static void
add_record (GByteArray *bytes, JsonBuilder *builder)
{
  g_autoptr (JsonNode) root = json_builder_get_root (builder);
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autofree char *text = NULL;
  guint8 frame[FRAME];
  gsize length;

  json_generator_set_root (generator, root);
  text = json_generator_to_data (generator, &length);
  graft_bytes_put_le32 (frame, length);
  graft_bytes_put_le32 (frame + 4, graft_crc32 (0, text, length));
  g_byte_array_append (bytes, frame, sizeof frame);
  g_byte_array_append (bytes, (const guint8 *)text, length);
}

static JsonBuilder *
begin_record (const char *what)
{
  JsonBuilder *builder = json_builder_new ();

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "what");
  json_builder_add_string_value (builder, what);
  return builder;
}

void
graft_journal_content_begin (GByteArray *bytes, const char *set)
{
  g_autoptr (JsonBuilder) builder = begin_record ("set");

  json_builder_set_member_name (builder, "set");
  json_builder_add_string_value (builder, set);
  json_builder_end_object (builder);
  g_byte_array_append (bytes, (const guint8 *)MAGIC, strlen (MAGIC));
  add_record (bytes, builder);
}

void
graft_journal_content_add_step (GByteArray *bytes, GraftStep *step, gint64 time)
{
  g_autoptr (JsonBuilder) builder = begin_record ("apply");

  json_builder_set_member_name (builder, "time");
  json_builder_add_int_value (builder, time);
  json_builder_set_member_name (builder, "step");
  json_builder_add_value (builder, graft_recipe_step_to_json (step));
  json_builder_end_object (builder);
  add_record (bytes, builder);
}

void
graft_journal_content_add_mark (GByteArray *bytes, const char *what, gint64 time)
{
  g_autoptr (JsonBuilder) builder = begin_record (what);

  json_builder_set_member_name (builder, "time");
  json_builder_add_int_value (builder, time);
  json_builder_end_object (builder);
  add_record (bytes, builder);
}
