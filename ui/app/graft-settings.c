/* graft-settings.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "app/graft-settings.h"

#include <string.h>

#include "base/graft-name.h"

#define SCHEMA "io.github.bootgraft.Bootgraft"
#define MAX_RECENT 8

GSettings *
graft_settings_new (void)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema
      = source != NULL ? g_settings_schema_source_lookup (source, SCHEMA, TRUE) : NULL;

  return schema != NULL ? g_settings_new (SCHEMA) : NULL;
}

void
graft_recent_set_free (GraftRecentSet *self)
{
  g_free (self->path);
  g_free (self->release);
  g_free (self);
}

static GPtrArray *
read_recent (GSettings *settings)
{
  GPtrArray *sets = g_ptr_array_new_with_free_func ((GDestroyNotify)graft_recent_set_free);
  g_autoptr (GVariant) value = g_settings_get_value (settings, "recent-sets");
  const char *path, *release;
  GVariantIter iter;

  g_variant_iter_init (&iter, value);
  while (g_variant_iter_next (&iter, "(&s&s)", &path, &release))
    {
      GraftRecentSet *set = g_new0 (GraftRecentSet, 1);

      set->path = g_strdup (path);
      set->release = release[0] != '\0' ? g_strdup (release) : NULL;
      g_ptr_array_add (sets, set);
    }
  return sets;
}

/* A file or folder; or a distro of Cobbler's (graft-set-place.h), which may be gone by now. */
static gboolean
may_be_there (const char *path)
{
  const char *hash = strrchr (path, '#');
  g_autofree char *report = hash != NULL ? g_strndup (path, hash - path) : NULL;

  return g_str_has_prefix (path, "cobbler:") || g_file_test (path, G_FILE_TEST_EXISTS)
         || (report != NULL && g_file_test (report, G_FILE_TEST_EXISTS));
}

char *
graft_recent_set_dup_name (const GraftRecentSet *self)
{
  const char *hash = strrchr (self->path, '#');

  if (hash != NULL && !g_file_test (self->path, G_FILE_TEST_EXISTS))
    return graft_name_escape (hash + 1);
  return g_filename_display_basename (self->path);
}

GPtrArray *
graft_settings_list_recent (void)
{
  g_autoptr (GSettings) settings = graft_settings_new ();
  GPtrArray *sets = settings != NULL
                        ? read_recent (settings)
                        : g_ptr_array_new_with_free_func ((GDestroyNotify)graft_recent_set_free);

  for (guint i = sets->len; i-- > 0;)
    if (!may_be_there (((GraftRecentSet *)g_ptr_array_index (sets, i))->path))
      g_ptr_array_remove_index (sets, i);
  return sets;
}

void
graft_settings_add_recent (const char *path, const char *release)
{
  g_autoptr (GSettings) settings = graft_settings_new ();
  g_autoptr (GPtrArray) before = NULL;
  GVariantBuilder builder;
  guint count = 1;

  /* GVariant's strings are UTF-8; a path that is not cannot be remembered. */
  if (settings == NULL || !g_utf8_validate (path, -1, NULL))
    return;
  before = read_recent (settings);
  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(ss)"));
  g_variant_builder_add (&builder, "(ss)", path, release != NULL ? release : "");
  for (guint i = 0; i < before->len && count < MAX_RECENT; i++)
    {
      const GraftRecentSet *set = g_ptr_array_index (before, i);

      if (strcmp (set->path, path) == 0)
        continue;
      g_variant_builder_add (&builder, "(ss)", set->path, set->release != NULL ? set->release : "");
      count++;
    }
  g_settings_set_value (settings, "recent-sets", g_variant_builder_end (&builder));
}
