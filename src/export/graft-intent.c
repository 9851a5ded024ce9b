/* graft-intent.c: the file
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "export/graft-intent.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/graft-error.h"
#include "base/graft-input.h"
#include "base/graft-json-text.h"
#include "base/graft-limits.h"
#include "export/graft-file-at.h"
#include "export/graft-intent-private.h"
#include "image/graft-path.h"

#define VERSION 1
#define UNFINISHED "intent.tmp"

GraftIntentItem *
graft_intent_item_new (const char *temporary, const char *name, const char *kept, guint64 size,
                       const char *digest)
{
  GraftIntentItem *self = g_new0 (GraftIntentItem, 1);

  self->temporary = g_strdup (temporary);
  self->name = g_strdup (name);
  self->kept = g_strdup (kept);
  self->size = size;
  self->digest = g_strdup (digest);
  return self;
}

void
graft_intent_item_free (GraftIntentItem *self)
{
  g_free (self->temporary);
  g_free (self->name);
  g_free (self->kept);
  g_free (self->digest);
  g_free (self);
}

gboolean
graft_intent_exists (int workspace_fd)
{
  struct stat status;

  return fstatat (workspace_fd, GRAFT_INTENT_FORWARD, &status, AT_SYMLINK_NOFOLLOW) == 0
         || fstatat (workspace_fd, GRAFT_INTENT_BACK, &status, AT_SYMLINK_NOFOLLOW) == 0;
}

void
graft_intent_remove (int workspace_fd)
{
  unlinkat (workspace_fd, GRAFT_INTENT_FORWARD, 0);
  unlinkat (workspace_fd, GRAFT_INTENT_BACK, 0);
}

/* Names may be any bytes: base64, so that they come back as they were. */
static void
add_name (JsonBuilder *builder, const char *member, const char *name)
{
  g_autofree char *encoded = g_base64_encode ((const guchar *)name, strlen (name));

  json_builder_set_member_name (builder, member);
  json_builder_add_string_value (builder, encoded);
}

static char *
format (GPtrArray *items)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "intent");
  json_builder_add_int_value (builder, VERSION);
  json_builder_set_member_name (builder, "items");
  json_builder_begin_array (builder);
  for (guint i = 0; i < items->len; i++)
    {
      const GraftIntentItem *item = g_ptr_array_index (items, i);

      json_builder_begin_object (builder);
      json_builder_set_member_name (builder, "temporary");
      json_builder_add_string_value (builder, item->temporary);
      add_name (builder, "name_b64", item->name);
      if (item->kept != NULL)
        add_name (builder, "kept_b64", item->kept);
      json_builder_set_member_name (builder, "size");
      json_builder_add_int_value (builder, item->size);
      json_builder_set_member_name (builder, "sha256");
      json_builder_add_string_value (builder, item->digest);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  return graft_json_text_format (root);
}

gboolean
graft_intent_write (int workspace_fd, GPtrArray *items, GError **error)
{
  g_autofree char *text = format (items);

  if (!graft_file_at_write (workspace_fd, UNFINISHED, text, 0600, error))
    return FALSE;
  if (renameat (workspace_fd, UNFINISHED, workspace_fd, GRAFT_INTENT_FORWARD) < 0
      || !graft_file_at_sync_folder (workspace_fd))
    {
      graft_error_set_errno (error, GRAFT_EXPORT_ERROR, errno, _ ("The list of files to replace"),
                             _ ("cannot be brought to disk"));
      /* Nothing was touched yet, and nothing must be by the next start. */
      unlinkat (workspace_fd, GRAFT_INTENT_FORWARD, 0);
      return FALSE;
    }
  return TRUE;
}

/* A relative path that leads nowhere else; NULL otherwise. */
static char *
parse_name (JsonObject *object, const char *member)
{
  const char *encoded = graft_json_text_get_string (object, member);
  g_autofree char *raw = NULL, *name = NULL, *absolute = NULL, *normal = NULL;
  gsize length = 0;

  if (encoded == NULL)
    return NULL;
  raw = (char *)g_base64_decode (encoded, &length);
  name = g_strndup (raw, length);
  absolute = g_strconcat ("/", name, NULL);
  normal = graft_path_normalize (absolute);
  if (length == 0 || g_strcmp0 (absolute, normal) != 0)
    return NULL;
  return g_steal_pointer (&name);
}

static GraftIntentItem *
parse_item (JsonObject *object)
{
  g_autofree char *name = NULL, *kept = NULL;
  const char *temporary, *digest;
  gint64 size;

  if (object == NULL)
    return NULL;
  name = parse_name (object, "name_b64");
  kept = parse_name (object, "kept_b64");
  temporary = graft_json_text_get_string (object, "temporary");
  digest = graft_json_text_get_string (object, "sha256");
  size = graft_json_text_get_int (object, "size");
  if (name == NULL || temporary == NULL || strchr (temporary, '/') != NULL || digest == NULL
      || size < 0 || (kept == NULL && json_object_has_member (object, "kept_b64")))
    return NULL;
  return graft_intent_item_new (temporary, name, kept, size, digest);
}

GPtrArray *
graft_intent_read (int workspace_fd, gboolean *ret_back, GError **error)
{
  g_autoptr (GPtrArray) items
      = g_ptr_array_new_with_free_func ((GDestroyNotify)graft_intent_item_free);
  struct stat status;
  gboolean back = fstatat (workspace_fd, GRAFT_INTENT_BACK, &status, AT_SYMLINK_NOFOLLOW) == 0;
  const char *file = back ? GRAFT_INTENT_BACK : GRAFT_INTENT_FORWARD;
  g_autofree char *text = graft_file_at_read (workspace_fd, file, GRAFT_LIMIT_TEXT, error);
  g_autoptr (JsonNode) root = text != NULL ? graft_json_text_parse (text, file, error) : NULL;
  JsonArray *array;

  if (root == NULL)
    return NULL;
  array = graft_json_text_get_array (json_node_get_object (root), "items");
  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      GraftIntentItem *item = parse_item (graft_json_text_get_object_at (array, i));

      if (item == NULL)
        array = NULL;
      else
        g_ptr_array_add (items, item);
    }
  if (array == NULL || graft_json_text_get_int (json_node_get_object (root), "intent") != VERSION)
    {
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
                   _ ("%s is not a list of files that this version of Bootgraft reads"), file);
      return NULL;
    }
  *ret_back = back;
  return g_steal_pointer (&items);
}

static gboolean
check_item (int workspace_fd, const GraftIntentItem *item, GError **error)
{
  int fd = openat (workspace_fd, item->temporary, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  g_autoptr (GraftInput) input = NULL;
  g_autofree char *digest = NULL;

  /* One that is gone has its place already. */
  if (fd < 0)
    return errno == ENOENT
           || graft_error_set_errno (error, GRAFT_EXPORT_ERROR, errno, item->temporary,
                                     _ ("cannot be read back"));
  input = graft_file_input_new_take_fd (fd, item->temporary, error);
  if (input == NULL)
    return FALSE;
  digest = graft_input_digest (input, NULL, error);
  if (digest == NULL)
    return FALSE;
  if (graft_input_get_size (input) == item->size && strcmp (digest, item->digest) == 0)
    return TRUE;
  g_set_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_MISMATCH,
               _ ("%s does not have the bytes that were written to it"), item->temporary);
  return FALSE;
}

gboolean
graft_intent_check (int workspace_fd, GPtrArray *items, GError **error)
{
  for (guint i = 0; i < items->len; i++)
    if (!check_item (workspace_fd, g_ptr_array_index (items, i), error))
      return FALSE;
  return TRUE;
}
