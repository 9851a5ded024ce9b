/* cli-deps.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "cli/cli-deps.h"

#include <glib/gi18n.h>
#include <stdio.h>

#include "base/graft-name.h"
#include "cli/cli-json.h"
#include "cli/cli-table.h"

/* In the root that was searched: the image, where there is one; NULL for what that does not have.
 */
static const char *
get_path (const GraftClosure *closure, const GraftLibrary *library)
{
  if (library->file == NULL || library->in_image != (closure->image != NULL))
    return NULL;
  return library->file->path;
}

static const char *
get_status_text (GraftLibraryStatus status)
{
  switch (status)
    {
    case GRAFT_LIBRARY_FOUND:
      return _ ("found");
    case GRAFT_LIBRARY_COPIED:
      return _ ("to be copied");
    case GRAFT_LIBRARY_LEFT_OUT:
      return _ ("optional, not copied");
    case GRAFT_LIBRARY_CONFLICT:
      return _ ("conflict");
    case GRAFT_LIBRARY_MISSING:
    default:
      return _ ("missing");
    }
}

static char *
dup_place (const GraftLibrary *library)
{
  if (library->target != NULL && library->status != GRAFT_LIBRARY_LEFT_OUT)
    return graft_name_escape (library->target);
  return library->file != NULL ? graft_name_escape (library->file->path) : g_strdup ("");
}

void
cli_deps_print (const GraftClosure *closure)
{
  CliTable *table = cli_table_new ("lll");

  for (guint i = 0; i < closure->libraries->len; i++)
    {
      const GraftLibrary *library = g_ptr_array_index (closure->libraries, i);
      g_autofree char *name = graft_name_escape (library->name);
      g_autofree char *place = dup_place (library);
      g_autoptr (GString) users = g_string_new (NULL);

      cli_table_add (table, name, get_status_text (library->status), place);
      if (library->status != GRAFT_LIBRARY_MISSING && library->status != GRAFT_LIBRARY_CONFLICT)
        continue;
      for (guint j = 0; j < library->needed_by->len; j++)
        {
          g_autofree char *user = graft_name_escape (g_ptr_array_index (library->needed_by, j));

          g_string_append_printf (users, "%s%s", j > 0 ? ", " : "", user);
        }
      if (users->len > 0)
        {
          g_autofree char *line = g_strdup_printf (_ ("  needed by %s"), users->str);

          cli_table_add_line (table, line);
        }
      if (library->reason != NULL)
        {
          g_autofree char *line = g_strdup_printf ("  %s", library->reason);

          cli_table_add_line (table, line);
        }
    }
  cli_table_print (table);
}

static void
add_library (JsonBuilder *builder, const GraftClosure *closure, const GraftLibrary *library)
{
  const char *source = library->file != NULL && !library->in_image && closure->image != NULL
                           ? library->file->path
                           : NULL;

  json_builder_begin_object (builder);
  cli_json_name (builder, "name", library->name, "name_b64");
  cli_json_name (builder, "path", get_path (closure, library), "path_b64");
  cli_json_text_array (builder, "needed_by", library->needed_by);
  cli_json_text (builder, "status", graft_library_status_get_name (library->status));
  cli_json_text (builder, "kind", graft_library_kind_get_name (library->kind));
  cli_json_name (builder, "source", source, "source_b64");
  cli_json_name (builder, "target", library->target, "target_b64");
  cli_json_text (builder, "feature", library->feature);
  cli_json_text (builder, "reason", library->reason);
  json_builder_end_object (builder);
}

void
cli_deps_print_json (const GraftClosure *closure)
{
  const GraftLibrary *program = g_ptr_array_index (closure->libraries, 0);
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  cli_json_name (builder, "program", program->file->path, "program_b64");
  cli_json_name (builder, "interpreter", closure->interpreter, "interpreter_b64");
  cli_json_text (builder, "status", graft_library_status_get_name (program->status));
  cli_json_text (builder, "target", program->target);
  cli_json_text (builder, "reason", program->reason);
  cli_json_begin_array (builder, "libraries");
  for (guint i = 1; i < closure->libraries->len; i++)
    add_library (builder, closure, g_ptr_array_index (closure->libraries, i));
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  cli_json_print (builder);
}
