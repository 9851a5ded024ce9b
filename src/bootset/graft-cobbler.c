/* graft-cobbler.c: what a Cobbler server says of a distro
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "bootset/graft-cobbler-list.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-error.h"
#include "base/graft-input.h"
#include "base/graft-json-text.h"
#include "base/graft-limits.h"
#include "base/graft-name.h"

/* Enough for a record's first strings, and for a report's first distro. */
#define HEAD 4096
/* Of one report or folder. */
#define MAX_DISTROS 10000

void
graft_cobbler_distro_free (GraftCobblerDistro *self)
{
  g_free (self->name);
  g_free (self->kernel);
  g_free (self->initrd);
  g_free (self->root);
  g_free (self);
}

static char *
read_text (const char *path, GError **error)
{
  g_autofree char *shown = graft_name_escape (path);
  g_autoptr (GraftInput) input = graft_file_input_new (path, error);
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *text = NULL;

  if (input == NULL)
    return NULL;
  graft_input_set_name (input, shown);
  if (graft_input_get_size (input) > GRAFT_LIMIT_TEXT)
    {
      g_set_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_TOO_LARGE,
                   _ ("%s is too large for what Cobbler says of a distro"), shown);
      return NULL;
    }
  bytes = graft_input_read_all (input, error);
  if (bytes == NULL)
    return NULL;
  text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  if (strlen (text) == g_bytes_get_size (bytes))
    return g_steal_pointer (&text);
  g_set_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_CORRUPTED,
               _ ("%s says nothing of a distro: it has a NUL at byte %zu, which no text has"),
               shown, strlen (text));
  return NULL;
}

/* "Kernel   : /path" of a report, whatever the case of the word; NULL for another line. */
static const char *
get_value (const char *line, const char *key)
{
  gsize length = strlen (key);
  const char *rest = line + length;

  if (g_ascii_strncasecmp (line, key, length) != 0)
    return NULL;
  rest += strspn (rest, " \t");
  if (*rest != ':')
    return NULL;
  rest++;
  return rest + strspn (rest, " \t");
}

static gboolean
is_report (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  gboolean has_name = FALSE, has_initrd = FALSE;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_strstrip (lines[i]);
      has_name = has_name || get_value (lines[i], "Name") != NULL;
      has_initrd = has_initrd || get_value (lines[i], "Initrd") != NULL;
    }
  return has_name && has_initrd;
}

gboolean
graft_cobbler_is_record (const char *path)
{
  g_autoptr (GraftInput) input = graft_file_input_new (path, NULL);
  g_autofree char *head = g_malloc0 (HEAD + 1);
  gssize length = input != NULL ? graft_input_read_some (input, 0, head, HEAD, NULL) : -1;
  const char *first = head + strspn (head, " \t\r\n");

  if (length <= 0 || memchr (head, '\0', length) != NULL)
    return FALSE;
  return (*first == '{' && g_str_has_suffix (path, ".json")) || is_report (head);
}

/* Of a server whose root lies elsewhere on this machine. */
static char *
dup_on_this_machine (const char *root, const char *path)
{
  g_autofree char *there = g_strconcat (root, path, NULL);

  return g_strdup (*path == '/' && g_file_test (there, G_FILE_TEST_EXISTS) ? there : path);
}

static GraftCobblerDistro *
distro_new (const char *root, const char *name, const char *kernel, const char *initrd)
{
  GraftCobblerDistro *self = g_new0 (GraftCobblerDistro, 1);

  self->name = g_strdup (name);
  self->kernel = dup_on_this_machine (root, kernel);
  self->initrd = dup_on_this_machine (root, initrd);
  self->root = g_strdup (root);
  return self;
}

/* "/mnt/server" of "/mnt/server/var/lib/cobbler/…": what the server calls "/". */
static char *
dup_root (const char *path)
{
  g_autofree char *absolute = g_canonicalize_filename (path, NULL);
  const char *place = g_strrstr (absolute, GRAFT_COBBLER_FOLDER);
  gsize length = strlen (GRAFT_COBBLER_FOLDER);

  if (place == NULL || (place[length] != '\0' && place[length] != '/'))
    return g_strdup ("");
  return g_strndup (absolute, place - absolute);
}

static GraftCobblerDistro *
read_json (const char *path, const char *text, GError **error)
{
  g_autofree char *shown = graft_name_escape (path);
  g_autofree char *root = dup_root (path);
  g_autoptr (JsonNode) node = graft_json_text_parse (text, shown, error);
  const char *name, *kernel, *initrd;
  JsonObject *object;

  if (node == NULL)
    return NULL;
  object = json_node_get_object (node);
  name = graft_json_text_get_string (object, "name");
  kernel = graft_json_text_get_string (object, "kernel");
  initrd = graft_json_text_get_string (object, "initrd");
  if (name != NULL && kernel != NULL && initrd != NULL)
    return distro_new (root, name, kernel, initrd);
  g_set_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_UNSUPPORTED,
               _ ("%s is not Cobbler's record of a distro: it lacks a name, a kernel or an initrd"),
               shown);
  return NULL;
}

/* A report while it is read. */
typedef struct
{
  const char *root;
  GPtrArray *distros; /* of GraftCobblerDistro */
  char *name, *kernel, *initrd;
} Report;

static void
end_distro (Report *self)
{
  if (self->name != NULL && self->kernel != NULL && self->initrd != NULL
      && self->distros->len < MAX_DISTROS)
    g_ptr_array_add (self->distros,
                     distro_new (self->root, self->name, self->kernel, self->initrd));
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->kernel, g_free);
  g_clear_pointer (&self->initrd, g_free);
}

static void
use_line (Report *self, const char *line)
{
  const struct
  {
    const char *key;
    char **place;
  } keys[] = {
    { "Name", &self->name },
    { "Kernel", &self->kernel },
    { "Initrd", &self->initrd },
  };
  const char *value;

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if ((value = get_value (line, keys[i].key)) != NULL && *value != '\0')
      {
        /* A distro's first line. */
        if (i == 0)
          end_distro (self);
        g_free (*keys[i].place);
        *keys[i].place = g_strdup (value);
      }
}

static GPtrArray *
list_reported (const char *root, const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  Report report = { .root = root };

  report.distros = g_ptr_array_new_with_free_func ((GDestroyNotify)graft_cobbler_distro_free);
  for (guint i = 0; lines[i] != NULL; i++)
    use_line (&report, g_strstrip (lines[i]));
  end_distro (&report);
  return report.distros;
}

static char *
list_names (GPtrArray *distros)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < distros->len; i++)
    {
      const GraftCobblerDistro *distro = g_ptr_array_index (distros, i);
      g_autofree char *shown = graft_name_escape (distro->name);

      g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", shown);
    }
  return g_string_free (text, FALSE);
}

/* The one of @distros that is called @name (nullable: the only one). */
static GraftCobblerDistro *
steal_named (GPtrArray *distros, const char *path, const char *name, GError **error)
{
  g_autofree char *shown = graft_name_escape (path);
  g_autofree char *list = list_names (distros);
  g_autofree char *wanted = graft_name_escape (name != NULL ? name : "");

  for (guint i = 0; i < distros->len; i++)
    {
      const GraftCobblerDistro *distro = g_ptr_array_index (distros, i);

      if (name != NULL ? strcmp (distro->name, name) == 0 : distros->len == 1)
        return g_ptr_array_steal_index (distros, i);
    }
  if (distros->len == 0)
    g_set_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_NOT_FOUND,
                 _ ("%s has no distro with a name, a kernel and an initrd"), shown);
  else if (name == NULL)
    g_set_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_INVALID,
                 _ ("%s has several distros (%s): say which one, as %s#NAME"), shown, list, shown);
  else
    g_set_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_NOT_FOUND,
                 _ ("%s has no distro “%s”; it has %s"), shown, wanted, list);
  return NULL;
}

GraftCobblerDistro *
graft_cobbler_read (const char *path, const char *name, GError **error)
{
  g_autofree char *text = read_text (path, error);
  g_autofree char *root = dup_root (path);
  g_autoptr (GPtrArray) distros = NULL;
  GraftCobblerDistro *distro;

  if (text == NULL)
    return NULL;
  if (text[strspn (text, " \t\r\n")] == '{')
    {
      distro = read_json (path, text, error);
      if (distro == NULL)
        return NULL;
      distros = g_ptr_array_new_with_free_func ((GDestroyNotify)graft_cobbler_distro_free);
      g_ptr_array_add (distros, distro);
    }
  else
    distros = list_reported (root, text);
  return steal_named (distros, path, name, error);
}

static int
compare_distros (gconstpointer a, gconstpointer b)
{
  const GraftCobblerDistro *left = *(const GraftCobblerDistro *const *)a;
  const GraftCobblerDistro *right = *(const GraftCobblerDistro *const *)b;

  return strcmp (left->name, right->name);
}

/* Where a Cobbler keeps its records: 3.x, 2.8. */
static const char *const record_folders[] = { "collections/distros", "config/distros.d" };

/* Adds the distros that the records in @folder tell of, if there is such a folder; one that cannot
 * be read is the error only when it is called like the one wanted, @name (nullable). */
static gboolean
add_records (GPtrArray *distros, const char *folder, const char *name, GError **error)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autofree char *wanted = name != NULL ? g_strconcat (name, ".json", NULL) : NULL;
  const char *file;

  while (dir != NULL && distros->len < MAX_DISTROS && (file = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, file, NULL);
      g_autoptr (GError) local = NULL;
      GraftCobblerDistro *distro;

      if (!g_str_has_suffix (file, ".json"))
        continue;
      distro = graft_cobbler_read (path, NULL, &local);
      if (distro != NULL)
        g_ptr_array_add (distros, distro);
      else if (g_strcmp0 (file, wanted) == 0)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
    }
  return TRUE;
}

static GPtrArray *
list_records (const char *folder, const char *name, GError **error)
{
  g_autoptr (GPtrArray) distros
      = g_ptr_array_new_with_free_func ((GDestroyNotify)graft_cobbler_distro_free);

  for (guint i = 0; i < G_N_ELEMENTS (record_folders); i++)
    {
      g_autofree char *records = g_build_filename (folder, record_folders[i], NULL);

      if (!add_records (distros, records, name, error))
        return NULL;
    }
  g_ptr_array_sort (distros, compare_distros);
  return g_steal_pointer (&distros);
}

GraftCobblerDistro *
graft_cobbler_find (const char *folder, const char *name, GError **error)
{
  g_autoptr (GPtrArray) distros = list_records (folder, name, error);

  return distros != NULL ? steal_named (distros, folder, name, error) : NULL;
}

static gboolean
has_records (const char *folder)
{
  for (guint i = 0; i < G_N_ELEMENTS (record_folders); i++)
    {
      g_autofree char *records = g_build_filename (folder, record_folders[i], NULL);

      if (g_file_test (records, G_FILE_TEST_IS_DIR))
        return TRUE;
    }
  return FALSE;
}

char *
graft_cobbler_find_folder (const char *folder)
{
  g_autofree char *below = g_build_filename (folder, GRAFT_COBBLER_FOLDER, NULL);

  if (has_records (folder))
    return g_strdup (folder);
  return has_records (below) ? g_steal_pointer (&below) : NULL;
}

GPtrArray *
graft_cobbler_list (const char *folder)
{
  /* Without a name nothing is an error. */
  return list_records (folder, NULL, NULL);
}

GPtrArray *
graft_cobbler_list_reported (const char *text)
{
  return list_reported ("", text);
}

gboolean
graft_cobbler_distro_is_here (const GraftCobblerDistro *self)
{
  return *self->kernel == '/' && g_file_test (self->kernel, G_FILE_TEST_IS_REGULAR)
         && *self->initrd == '/' && g_file_test (self->initrd, G_FILE_TEST_IS_REGULAR);
}

static void
served_free (gpointer data)
{
  GraftCobblerServed *self = data;

  g_free (self->path);
  g_free (self->original);
  g_free (self);
}

static void
add_served (GPtrArray *served, const char *folder, const char *original)
{
  g_autofree char *name = g_path_get_basename (original);
  g_autofree char *path = g_build_filename (folder, name, NULL);
  GraftCobblerServed *one;

  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return;
  one = g_new (GraftCobblerServed, 1);
  one->path = g_steal_pointer (&path);
  one->original = g_strdup (original);
  g_ptr_array_add (served, one);
}

/* What the server's settings have for @key: an absolute path; NULL. */
static char *
read_setting (GraftCobblerDistro *self, const char *key)
{
  /* Of 3.3, and of all before it; both are YAML, of which only plain strings are understood. */
  static const char *const files[] = { "/etc/cobbler/settings.yaml", "/etc/cobbler/settings" };

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = g_strconcat (self->root, files[i], NULL);
      g_autofree char *text = read_text (path, NULL);
      g_auto (GStrv) lines = g_strsplit (text != NULL ? text : "", "\n", -1);

      for (guint k = 0; lines[k] != NULL; k++)
        {
          const char *value = get_value (lines[k], key);

          if (value == NULL)
            continue;
          value += *value == '"' || *value == '\'';
          if (*value == '/')
            return g_strndup (value, strcspn (value, "\"' \t\r"));
        }
    }
  return NULL;
}

/* Adds what lies in images/NAME of @server; a folder that was looked at is passed over. */
static void
add_server (GraftCobblerDistro *self, GPtrArray *served, const char *server)
{
  g_autofree char *top = g_strconcat (self->root, server, NULL);
  g_autofree char *folder = g_build_filename (top, "images", self->name, NULL);

  for (guint i = 0; i < served->len; i++)
    {
      const GraftCobblerServed *one = g_ptr_array_index (served, i);
      g_autofree char *known = g_path_get_dirname (one->path);

      if (strcmp (known, folder) == 0)
        return;
    }
  add_served (served, folder, self->kernel);
  add_served (served, folder, self->initrd);
}

GPtrArray *
graft_cobbler_distro_list_served (GraftCobblerDistro *self)
{
  /* Of CentOS 7, of Debian and of today's Fedora and SUSE; the last is what 2.8 serves by HTTP. */
  static const char *const servers[]
      = { "/var/lib/tftpboot", "/srv/tftp", "/srv/tftpboot", "/tftpboot", "/var/www/cobbler" };
  static const char *const keys[] = { "tftpboot_location", "webdir" };
  GPtrArray *served = g_ptr_array_new_with_free_func (served_free);

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autofree char *server = read_setting (self, keys[i]);

      if (server != NULL)
        add_server (self, served, server);
    }
  for (guint i = 0; i < G_N_ELEMENTS (servers); i++)
    add_server (self, served, servers[i]);
  return served;
}

char *
graft_cobbler_distro_dup_rest (GraftCobblerDistro *self, const char *folder, gboolean in_place)
{
  g_autofree char *name = graft_name_escape (self->name);
  g_autofree char *shown = graft_name_escape (folder);

  if (in_place)
    return g_strdup_printf (_ ("Left to do: run “cobbler sync” on the server; until then it serves "
                               "the old kernel and initrd of %s by TFTP"),
                            name);
  return g_strdup_printf (_ ("Left to do: put these files in the place of those in %s, then run "
                             "“cobbler sync” on the server; until then it serves the old kernel "
                             "and initrd of %s"),
                          shown, name);
}
