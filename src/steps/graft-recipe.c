/* graft-recipe.c: steps as a text that can be kept
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "steps/graft-recipe.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-error.h"
#include "base/graft-json-text.h"
#include "base/graft-limits.h"
#include "base/graft-name.h"
#include "steps/graft-step-json.h"

/* The member that says what it is, and of which version. */
#define KIND "bootgraft-recipe"
#define VERSION 1

static const struct
{
  const char *name;
  GraftStep *(*read) (GraftStepReader *reader);
} kinds[] = {
  { "upload", graft_step_upload_read },
  { "copy-in", graft_step_copy_in_read },
  { "delete", graft_step_delete_read },
  { "mkdir", graft_step_mkdir_read },
  { "symlink", graft_step_symlink_read },
  { "mknod", graft_step_make_node_read },
  { "move", graft_step_move_read },
  { "set-attributes", graft_step_set_attributes_read },
  { "write", graft_step_write_read },
  { "append-line", graft_step_append_line_read },
  { "module-option", graft_step_modprobe_read },
  { "unset-module-option", graft_step_modprobe_read },
  { "blacklist", graft_step_modprobe_read },
  { "unblacklist", graft_step_modprobe_read },
  { "load-module", graft_step_modprobe_read },
  { "no-load-module", graft_step_modprobe_read },
  { "add-program", graft_step_add_program_read },
  { "add-module", graft_step_module_read },
  { "remove-module", graft_step_module_read },
  { "boot-option", graft_step_boot_option_read },
  { "swap-kernel", graft_step_swap_kernel_read },
  { "group", graft_step_group_read },
};

JsonNode *
graft_recipe_to_json (GPtrArray *steps, GraftRecipeFlags flags)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  GraftStepWriter writer = { builder, (flags & GRAFT_RECIPE_NAMES_ONLY) != 0 };

  json_builder_begin_object (builder);
  graft_step_writer_add_int (&writer, KIND, VERSION);
  graft_step_writer_add_steps (&writer, "steps", steps);
  json_builder_end_object (builder);
  return json_builder_get_root (builder);
}

char *
graft_recipe_format (GPtrArray *steps, GraftRecipeFlags flags, GError **error)
{
  g_autoptr (JsonNode) root = graft_recipe_to_json (steps, flags);
  g_autofree char *text = graft_json_text_format (root);
  g_autofree char *limit = NULL;

  if (strlen (text) <= GRAFT_LIMIT_RECIPE)
    return g_steal_pointer (&text);
  limit = g_format_size (GRAFT_LIMIT_RECIPE);
  g_set_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_TOO_LARGE,
               _ ("The recipe would be larger than %s: large files are put into an image from a "
                  "file (--upload), not as text"),
               limit);
  return NULL;
}

JsonNode *
graft_recipe_step_to_json (GraftStep *step)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  GraftStepWriter writer = { builder, FALSE };

  json_builder_begin_object (builder);
  GRAFT_STEP_GET_CLASS (step)->write (step, &writer);
  json_builder_end_object (builder);
  return json_builder_get_root (builder);
}

static GraftStep *
set_unknown_kind (const char *kind, const char *place, GError **error)
{
  g_autofree char *shown = graft_name_escape (kind);

  g_set_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_UNSUPPORTED,
               _ ("%s: this version of Bootgraft knows no step “%s”"), place, shown);
  return NULL;
}

typedef GraftStep *(*ReadFunc) (GraftStepReader *reader);

static ReadFunc
find_kind (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (strcmp (kinds[i].name, name) == 0)
      return kinds[i].read;
  return NULL;
}

/* @folder (nullable): what relative paths start from. */
static GraftStep *
read_step (JsonObject *object, const char *place, const char *folder, GError **error)
{
  g_autoptr (GraftStepReader) reader = graft_step_reader_new (object, place, folder);
  const char *kind = graft_step_reader_get_text (reader, "step");
  ReadFunc read = find_kind (kind);
  g_autoptr (GraftStep) step = NULL;

  if (read == NULL && *kind != '\0')
    return set_unknown_kind (kind, place, error);
  if (read != NULL)
    step = read (reader);
  else
    graft_step_reader_fail (reader, "step", _ ("is empty"));
  return graft_step_reader_finish (reader, error) ? g_steal_pointer (&step) : NULL;
}

GraftStep *
graft_recipe_step_from_json (JsonObject *object, const char *place, GError **error)
{
  return read_step (object, place, NULL, error);
}

GPtrArray *
graft_step_list_read (JsonArray *array, const char *place, const char *folder, GError **error)
{
  g_autoptr (GPtrArray) steps = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      g_autofree char *below = g_strdup_printf (_ ("%s: step %u"), place, i + 1);
      JsonObject *object = graft_json_text_get_object_at (array, i);
      GraftStep *step = NULL;

      if (object == NULL)
        g_set_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_CORRUPTED,
                     _ ("%s is not a JSON object: each step is one"), below);
      else
        step = read_step (object, below, folder, error);
      if (step == NULL)
        return NULL;
      g_ptr_array_add (steps, step);
    }
  return g_steal_pointer (&steps);
}

/* The recipe itself, or that in the list of an exported folder. */
static JsonObject *
find_recipe (JsonObject *object)
{
  JsonNode *inner;

  if (json_object_has_member (object, KIND))
    return object;
  inner = json_object_get_member (object, "recipe");
  return inner != NULL && JSON_NODE_HOLDS_OBJECT (inner) ? json_node_get_object (inner) : NULL;
}

static gboolean
check_kind (JsonObject *object, const char *name, GError **error)
{
  gint64 version = object != NULL ? graft_json_text_get_int (object, KIND) : -1;
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, version);

  if (version < 0)
    g_set_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_CORRUPTED,
                 _ ("%s is no recipe: it has no number “%s”"), name, KIND);
  else if (version != VERSION)
    g_set_error (
        error, GRAFT_STEP_ERROR, GRAFT_ERROR_UNSUPPORTED,
        _ ("%s is a recipe of version %s, and this Bootgraft reads version %d: use the one "
           "that wrote it, or a newer"),
        name, text, VERSION);
  return version == VERSION;
}

/* The parser ends a string at it, so that what is applied would not be what stands there. */
static gboolean
check_no_nul (const char *text, const char *name, GError **error)
{
  for (const char *c = strchr (text, '\\'); c != NULL && c[1] != '\0'; c = strchr (c + 2, '\\'))
    if (strncmp (c, "\\u0000", 6) == 0)
      {
        g_set_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_CORRUPTED,
                     _ ("%s has a text with a NUL (\\u0000) in it: such a text is given as base64, "
                        "in a member that ends in “_b64”"),
                     name);
        return FALSE;
      }
  return TRUE;
}

GPtrArray *
graft_recipe_parse (const char *text, const char *name, const char *folder, GError **error)
{
  g_autoptr (JsonNode) root = NULL;
  JsonObject *object;
  g_autoptr (GraftStepReader) reader = NULL;
  g_autoptr (GPtrArray) steps = NULL;

  if (!check_no_nul (text, name, error))
    return NULL;
  root = graft_json_text_parse (text, name, error);
  object = root != NULL ? find_recipe (json_node_get_object (root)) : NULL;
  if (root == NULL || !check_kind (object, name, error))
    return NULL;
  reader = graft_step_reader_new (object, name, folder);
  graft_step_reader_get_int (reader, KIND, VERSION);
  steps = graft_step_reader_dup_steps (reader, "steps");
  return graft_step_reader_finish (reader, error) ? g_steal_pointer (&steps) : NULL;
}

GPtrArray *
graft_recipe_load (const char *path, GError **error)
{
  g_autofree char *whole = g_canonicalize_filename (path, NULL);
  g_autofree char *folder = g_path_get_dirname (whole), *shown = graft_name_escape (path);
  g_autoptr (GraftInput) input = graft_file_input_new (path, error);
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *text = NULL;
  gsize size;

  if (input == NULL)
    return NULL;
  if (graft_input_get_size (input) > GRAFT_LIMIT_MANIFEST)
    {
      g_set_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_TOO_LARGE,
                   _ ("%s is too large for a recipe"), shown);
      return NULL;
    }
  bytes = graft_input_read_all (input, error);
  if (bytes == NULL)
    return NULL;
  size = g_bytes_get_size (bytes);
  text = size > 0 ? g_strndup (g_bytes_get_data (bytes, NULL), size) : g_strdup ("");
  if (strlen (text) == size && g_utf8_validate (text, size, NULL))
    return graft_recipe_parse (text, shown, folder, error);
  g_set_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_CORRUPTED,
               _ ("%s is no recipe: it is not UTF-8 text"), shown);
  return NULL;
}

gboolean
graft_recipe_save (GPtrArray *steps, const char *path, GError **error)
{
  g_autofree char *text = graft_recipe_format (steps, 0, error);
  g_autofree char *shown = NULL;
  g_autoptr (GError) local = NULL;

  if (text == NULL)
    return FALSE;
  if (g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0666, &local))
    return TRUE;
  shown = graft_name_escape (path);
  g_set_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_IO, _ ("The recipe %s cannot be written: %s"),
               shown, local->message);
  return FALSE;
}
