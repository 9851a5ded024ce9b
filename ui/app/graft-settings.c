/* graft-settings.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "app/graft-settings.h"

#define SCHEMA "io.github.bootgraft.Bootgraft"
/* A list to choose from at a glance. */
#define MAX_RECENT 8

void
graft_recent_set_free (GraftRecentSet *self)
{
  g_free (self->path);
  g_free (self->release);
  g_free (self);
}

GSettings *
graft_settings_get (void)
{
  static GSettings *settings = NULL;
  static gboolean looked_for = FALSE;

  if (!looked_for)
    {
      GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
      g_autoptr (GSettingsSchema) schema
          = source != NULL ? g_settings_schema_source_lookup (source, SCHEMA, TRUE) : NULL;

      /* Not g_settings_new(), which ends the program when there is none. */
      settings = schema != NULL ? g_settings_new_full (schema, NULL, NULL) : NULL;
      looked_for = TRUE;
    }
  return settings;
}

static GraftRecentSet *
recent_set_new (const char *path, const char *release)
{
  GraftRecentSet *self = g_new0 (GraftRecentSet, 1);

  self->path = g_strdup (path);
  self->release = g_strdup (release != NULL ? release : "");
  return self;
}

GPtrArray *
graft_settings_list_recent (void)
{
  GSettings *settings = graft_settings_get ();
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify)graft_recent_set_free);
  g_autoptr (GVariant) value
      = settings != NULL ? g_settings_get_value (settings, "recent-sets") : NULL;

  for (gsize i = 0; value != NULL && i < g_variant_n_children (value); i++)
    {
      const char *path;
      const char *release;

      g_variant_get_child (value, i, "(&s&s)", &path, &release);
      g_ptr_array_add (list, recent_set_new (path, release));
    }
  return list;
}

static void
save_recent (GPtrArray *list)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(ss)"));
  for (guint i = 0; i < MIN (list->len, MAX_RECENT); i++)
    {
      GraftRecentSet *set = g_ptr_array_index (list, i);

      g_variant_builder_add (&builder, "(ss)", set->path, set->release);
    }
  g_settings_set_value (graft_settings_get (), "recent-sets", g_variant_builder_end (&builder));
}

static void
remove_path (GPtrArray *list, const char *path)
{
  for (guint i = list->len; i > 0; i--)
    if (g_str_equal (((GraftRecentSet *)g_ptr_array_index (list, i - 1))->path, path))
      g_ptr_array_remove_index (list, i - 1);
}

void
graft_settings_add_recent (const char *path, const char *release)
{
  g_autoptr (GPtrArray) list = graft_settings_list_recent ();

  /* What the settings keep is text. */
  if (graft_settings_get () == NULL || !g_utf8_validate (path, -1, NULL)
      || (release != NULL && !g_utf8_validate (release, -1, NULL)))
    return;
  remove_path (list, path);
  g_ptr_array_insert (list, 0, recent_set_new (path, release));
  save_recent (list);
}

void
graft_settings_remove_recent (const char *path)
{
  g_autoptr (GPtrArray) list = graft_settings_list_recent ();

  if (graft_settings_get () == NULL)
    return;
  remove_path (list, path);
  save_recent (list);
}
