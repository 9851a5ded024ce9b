/* graft-step-modprobe.c: --module-option, --blacklist, --load-module and what takes them back
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where a setting is written is decided when the step is applied: in the file that has it now and
 * counts, else in the module's own file of etc/modprobe.d, or in the list of modules that what
 * boots from this image reads.
 */

#include <glib/gi18n-lib.h>
#include <string.h>

#include "image/graft-directory.h"
#include "image/graft-path.h"
#include "modprobe/graft-drop-ins.h"
#include "modprobe/graft-modprobe-config.h"
#include "modprobe/graft-modprobe-edit.h"
#include "modprobe/graft-module-list.h"
#include "modules/graft-module-folder.h"
#include "modules/graft-module-named.h"
#include "steps/graft-step-file.h"
#include "steps/graft-step-json.h"

#define GRAFT_TYPE_STEP_MODPROBE (graft_step_modprobe_get_type ())
G_DECLARE_FINAL_TYPE (GraftStepModprobe, graft_step_modprobe, GRAFT, STEP_MODPROBE, GraftStep)

typedef enum
{
  OPTION,
  BLACKLIST,
  LOAD,
} Kind;

struct _GraftStepModprobe
{
  GraftStep parent_instance;

  Kind kind;
  char *image; /* (nullable): all initrds */
  char *module;
  char *key;   /* of an option */
  char *value; /* of one that is set */
  gboolean on; /* not taken away */
  gint64 time;
};

G_DEFINE_FINAL_TYPE (GraftStepModprobe, graft_step_modprobe, GRAFT_TYPE_STEP)

/* What of the step is done in one image. */
typedef struct
{
  GraftStepModprobe *step;
  GraftBootSet *set;
  const char *image;
  GraftNode *root;
  GCancellable *cancellable;
} Work;

static char *
graft_step_modprobe_dup_label (GraftStep *step)
{
  GraftStepModprobe *self = GRAFT_STEP_MODPROBE (step);

  if (self->kind == OPTION)
    return self->on
               ? g_strdup_printf (_ ("Set the option %s of the module %s"), self->key, self->module)
               : g_strdup_printf (_ ("Leave the option %s of the module %s unset"), self->key,
                                  self->module);
  if (self->kind == BLACKLIST)
    return self->on ? g_strdup_printf (_ ("Put %s on the blacklist"), self->module)
                    : g_strdup_printf (_ ("Take %s off the blacklist"), self->module);
  return self->on ? g_strdup_printf (_ ("Load the module %s at boot"), self->module)
                  : g_strdup_printf (_ ("Do not list the module %s any more"), self->module);
}

/* One more or less setting in @text. */
static GBytes *
edit (GraftStepModprobe *self, GBytes *text, GError **error)
{
  if (self->kind == OPTION)
    return graft_modprobe_edit_set_option (text, self->module, self->key,
                                           self->on ? self->value : NULL, error);
  if (self->kind == BLACKLIST)
    return graft_modprobe_edit_set_blacklisted (text, self->module, self->on, error);
  if (!self->on)
    return graft_module_list_remove (text, self->module);
  return graft_module_list_add (text, self->module, NULL, NULL, error);
}

static gboolean
has (Work *work, const char *path, gboolean *ret_has, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (GraftNode) node = graft_path_find (work->root, path, GRAFT_PATH_FOLLOW, NULL, &local);

  *ret_has = node != NULL;
  if (local == NULL)
    return TRUE;
  g_propagate_prefixed_error (error, g_steal_pointer (&local), _ ("%s: "), work->image);
  return FALSE;
}

/* The folder of a file that is about to be made, with those above it. */
static gboolean
make_folder (Work *work, const char *path, GError **error)
{
  g_autofree char *parent = g_path_get_dirname (path);
  g_autofree char *address = graft_address_format (work->image, 0, parent);
  g_autoptr (GraftStep) step = graft_step_mkdir_new (address, work->step->time);
  gboolean is_there = FALSE;

  if (!has (work, parent, &is_there, error))
    return FALSE;
  return is_there || graft_step_apply (step, work->set, NULL, NULL, work->cancellable, error);
}

static gboolean
edit_file (Work *work, const char *path, GError **error)
{
  g_autofree char *address = graft_address_format (work->image, 0, path);
  g_auto (GraftStepFile) file = { 0 };
  g_autoptr (GBytes) before = NULL, after = NULL;

  if (!graft_step_file_find (&file, work->set, address, work->cancellable, error))
    return FALSE;
  before = graft_step_file_read_text (&file, error);
  if (before == NULL)
    return FALSE;
  after = edit (work->step, before, error);
  if (after == NULL)
    {
      g_prefix_error (error, _ ("%s: "), address);
      return FALSE;
    }
  if (file.node != NULL && g_bytes_equal (before, after))
    return TRUE;
  return (file.node != NULL || make_folder (work, path, error))
         && graft_step_file_put (&file, work->set, after, work->step->time, work->cancellable,
                                 error);
}

/* Whether @path stands in @paths, each of which is edited once. */
static void
add_path (GPtrArray *paths, const char *path)
{
  if (path != NULL && !g_ptr_array_find_with_equal_func (paths, path, g_str_equal, NULL))
    g_ptr_array_add (paths, g_strdup (path));
}

/* The files that say it now, the one that counts first. */
static GPtrArray *
list_saying (Work *work, GError **error)
{
  GraftStepModprobe *self = work->step;
  g_autoptr (GraftModprobeConfig) config = graft_modprobe_config_read (work->root, NULL, error);
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) settings = NULL;

  if (config == NULL)
    return NULL;
  settings = graft_modprobe_config_list (config, self->module,
                                         self->kind == OPTION ? GRAFT_MODPROBE_OPTIONS
                                                              : GRAFT_MODPROBE_BLACKLIST);
  for (guint i = settings->len; i > 0; i--)
    {
      const GraftModprobeSetting *setting = g_ptr_array_index (settings, i - 1);

      if (self->kind == BLACKLIST || graft_modprobe_is_same_name (setting->key, self->key))
        add_path (paths, setting->path);
    }
  /* A line of options of the module, to which this one can be added. */
  if (self->kind == OPTION && self->on && paths->len == 0 && settings->len > 0)
    add_path (paths,
              ((GraftModprobeSetting *)g_ptr_array_index (settings, settings->len - 1))->path);
  return g_steal_pointer (&paths);
}

static gboolean
edit_files (Work *work, GPtrArray *paths, GError **error)
{
  for (guint i = 0; i < paths->len; i++)
    if (!edit_file (work, g_ptr_array_index (paths, i), error))
      return FALSE;
  return TRUE;
}

static gboolean
edit_modprobe_d (Work *work, GError **error)
{
  GraftStepModprobe *self = work->step;
  g_autoptr (GPtrArray) paths = list_saying (work, error);
  g_autofree char *path = NULL;

  if (paths == NULL)
    return FALSE;
  if (!self->on)
    return edit_files (work, paths, error);
  if (paths->len > 0)
    return edit_file (work, g_ptr_array_index (paths, 0), error);
  path = g_strdup_printf ("/etc/modprobe.d/%s%s.conf", self->kind == BLACKLIST ? "blacklist-" : "",
                          self->module);
  return edit_file (work, path, error);
}

/* The list that what starts from this image reads: initramfs-tools' (its scripts/functions reads
 * conf/modules), systemd's (modules-load.d(5)), else that of init scripts (modules(5)). */
static gboolean
find_list (Work *work, const char **ret_path, GError **error)
{
  static const struct
  {
    const char *sign, *list;
  } lists[] = {
    { "/scripts/functions", "/conf/modules" },
    { "/conf/modules", "/conf/modules" },
    { "/usr/lib/systemd/systemd-modules-load", "/etc/modules-load.d/bootgraft.conf" },
    { "/lib/systemd/systemd-modules-load", "/etc/modules-load.d/bootgraft.conf" },
    { "/etc/modules-load.d", "/etc/modules-load.d/bootgraft.conf" },
    { "/", "/etc/modules" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    {
      gboolean found = FALSE;

      *ret_path = lists[i].list;
      if (!has (work, lists[i].sign, &found, error))
        return FALSE;
      if (found)
        return TRUE;
    }
  return TRUE;
}

/* Whether it is one of the files that list modules; others name them in their own ways. */
static gboolean
is_list (const char *path)
{
  return strcmp (path, "/conf/modules") == 0 || strcmp (path, "/etc/modules") == 0
         || strstr (path, "/modules-load.d/") != NULL;
}

static gboolean
edit_lists (Work *work, GError **error)
{
  GraftStepModprobe *self = work->step;
  g_autoptr (GPtrArray) named = graft_module_named_list (work->root, error);
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  const char *list;

  if (named == NULL)
    return FALSE;
  for (guint i = 0; i < named->len; i++)
    {
      const GraftNamedModule *one = g_ptr_array_index (named, i);

      if (!graft_modprobe_is_same_name (one->name, self->module))
        continue;
      add_path (paths, one->path);
      if (!self->on && !is_list (one->path))
        {
          g_autofree char *address = graft_address_format (work->image, 0, one->path);

          g_set_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_REFUSED,
                       _ ("%s loads the module %s, and is no list that a line can be taken out of: "
                          "edit it, or put the module on the blacklist"),
                       address, self->module);
          return FALSE;
        }
    }
  if (!self->on)
    return edit_files (work, paths, error);
  return paths->len > 0 || (find_list (work, &list, error) && edit_file (work, list, error));
}

static void
add_builtin_note (Work *work, GraftStepReport *report)
{
  GraftStepModprobe *self = work->step;
  char *note;

  if (self->kind == OPTION)
    note = g_strdup_printf (_ ("%s: %s is built into the kernel, which takes its options from the "
                               "command line only (%s.%s=%s)"),
                            work->image, self->module, self->module, self->key, self->value);
  else
    note = g_strdup_printf (_ ("%s: %s is built into the kernel, and so is there in any case"),
                            work->image, self->module);
  g_ptr_array_add (report->notes, note);
}

/* Says where the module is not there to be loaded. */
static gboolean
note_missing (Work *work, GraftStepReport *report, GError **error)
{
  GraftStepModprobe *self = work->step;
  g_autoptr (GPtrArray) folders = NULL;

  if (report == NULL || !self->on)
    return TRUE;
  folders = graft_module_folders_find (work->root, error);
  if (folders == NULL)
    return FALSE;
  for (guint i = 0; i < folders->len; i++)
    {
      GraftModuleFolder *folder = g_ptr_array_index (folders, i);

      if (graft_module_folder_lookup (folder, self->module) != NULL)
        return TRUE;
      if (!graft_module_folder_is_builtin (folder, self->module))
        continue;
      add_builtin_note (work, report);
      return TRUE;
    }
  g_ptr_array_add (report->notes,
                   g_strdup_printf (_ ("%s has no module %s"), work->image, self->module));
  return TRUE;
}

static gboolean
apply_to (GraftStepModprobe *self, GraftBootSet *set, GraftMember *member, GraftStepReport *report,
          GCancellable *cancellable, GError **error)
{
  g_autofree char *address = graft_address_format (graft_member_get_path (member), 0, "/");
  g_auto (GraftStepTarget) target = { 0 };
  g_autoptr (GraftNode) root = NULL;
  Work work = { self, set, graft_member_get_path (member), NULL, cancellable };

  if (!graft_step_target_init (&target, set, address, cancellable, error))
    return FALSE;
  root = graft_overlay_dup_part (target.overlay, target.part, error);
  if (root == NULL)
    return FALSE;
  work.root = root;
  return note_missing (&work, report, error)
         && (self->kind == LOAD ? edit_lists (&work, error) : edit_modprobe_d (&work, error));
}

static gboolean
graft_step_modprobe_apply (GraftStep *step, GraftBootSet *set, GraftStepReport *report,
                           GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  GraftStepModprobe *self = GRAFT_STEP_MODPROBE (step);
  g_autoptr (GPtrArray) members = NULL;

  if (!graft_modprobe_check_name (self->module, error))
    return FALSE;
  members = graft_step_target_list_members (set, self->image, error);
  for (guint i = 0; members != NULL && i < members->len; i++)
    if (!apply_to (self, set, g_ptr_array_index (members, i), report, cancellable, error))
      return FALSE;
  return members != NULL;
}

static const char *const names[][2] = {
  [OPTION] = { "unset-module-option", "module-option" },
  [BLACKLIST] = { "unblacklist", "blacklist" },
  [LOAD] = { "no-load-module", "load-module" },
};

static void
graft_step_modprobe_write (GraftStep *step, GraftStepWriter *writer)
{
  GraftStepModprobe *self = GRAFT_STEP_MODPROBE (step);

  graft_step_writer_add_text (writer, "step", names[self->kind][self->on]);
  if (self->image != NULL)
    graft_step_writer_add_text (writer, "image", self->image);
  graft_step_writer_add_text (writer, "module", self->module);
  if (self->kind == OPTION)
    graft_step_writer_add_text (writer, "key", self->key);
  if (self->kind == OPTION && self->on)
    graft_step_writer_add_text (writer, "value", self->value);
  graft_step_writer_add_optional_int (writer, "time", self->time);
}

static void
graft_step_modprobe_finalize (GObject *object)
{
  GraftStepModprobe *self = GRAFT_STEP_MODPROBE (object);

  g_free (self->image);
  g_free (self->module);
  g_free (self->key);
  g_free (self->value);
  G_OBJECT_CLASS (graft_step_modprobe_parent_class)->finalize (object);
}

static void
graft_step_modprobe_class_init (GraftStepModprobeClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = graft_step_modprobe_finalize;
  GRAFT_STEP_CLASS (klass)->dup_label = graft_step_modprobe_dup_label;
  GRAFT_STEP_CLASS (klass)->apply = graft_step_modprobe_apply;
  GRAFT_STEP_CLASS (klass)->write = graft_step_modprobe_write;
}

static void
graft_step_modprobe_init (GraftStepModprobe *self)
{
}

static GraftStepModprobe *
new_step (Kind kind, const char *image, const char *module, gboolean on, gint64 time)
{
  GraftStepModprobe *self = g_object_new (GRAFT_TYPE_STEP_MODPROBE, NULL);

  self->kind = kind;
  self->image = g_strdup (image);
  self->module = g_strdup (module);
  self->on = on;
  self->time = time;
  return self;
}

GraftStep *
graft_step_module_option_new (const char *image, const char *module, const char *key,
                              const char *value, gint64 time)
{
  GraftStepModprobe *self = new_step (OPTION, image, module, value != NULL, time);

  self->key = g_strdup (key);
  self->value = g_strdup (value);
  return GRAFT_STEP (self);
}

GraftStep *
graft_step_blacklist_new (const char *image, const char *module, gboolean blacklisted, gint64 time)
{
  return GRAFT_STEP (new_step (BLACKLIST, image, module, blacklisted, time));
}

GraftStep *
graft_step_load_module_new (const char *image, const char *module, gboolean load, gint64 time)
{
  return GRAFT_STEP (new_step (LOAD, image, module, load, time));
}

GraftStep *
graft_step_modprobe_read (GraftStepReader *reader)
{
  const char *const kinds[] = { names[OPTION][0],
                                names[OPTION][1],
                                names[BLACKLIST][0],
                                names[BLACKLIST][1],
                                names[LOAD][0],
                                names[LOAD][1],
                                NULL };
  guint choice = graft_step_reader_get_choice (reader, "step", kinds);
  GraftStepModprobe *self
      = new_step (choice / 2, graft_step_reader_get_optional_text (reader, "image"),
                  graft_step_reader_get_text (reader, "module"), choice % 2,
                  graft_step_reader_get_optional_int (reader, "time", G_MAXUINT32));

  if (self->kind == OPTION)
    self->key = g_strdup (graft_step_reader_get_text (reader, "key"));
  if (self->kind == OPTION && self->on)
    self->value = g_strdup (graft_step_reader_get_text (reader, "value"));
  return GRAFT_STEP (self);
}
