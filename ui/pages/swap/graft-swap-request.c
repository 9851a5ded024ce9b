/* graft-swap-request.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "pages/swap/graft-swap-request.h"

#include <glib/gi18n.h>

#include "base/graft-error.h"
#include "session/graft-drop.h"

GraftSwapRequest *
graft_swap_request_new (void)
{
  GraftSwapRequest *self = g_new0 (GraftSwapRequest, 1);

  self->paths = g_ptr_array_new_with_free_func (g_free);
  return self;
}

void
graft_swap_request_free (GraftSwapRequest *self)
{
  g_clear_pointer (&self->plan, graft_swap_plan_free);
  g_clear_object (&self->source);
  g_strfreev (self->chosen);
  g_strfreev (self->planned_chosen);
  g_ptr_array_unref (self->paths);
  g_free (self->vmlinuz);
  g_free (self->modules);
  g_free (self);
}

static void
set_path (char **place, const char *path)
{
  g_free (*place);
  *place = g_strdup (path);
}

/* What @paths has so far can be one kernel together with other packages. */
static gboolean
has_packages (GraftSwapRequest *self)
{
  return self->paths->len > 0
         && !g_file_test (g_ptr_array_index (self->paths, 0), G_FILE_TEST_IS_DIR);
}

static void
add_path (GraftSwapRequest *self, const char *path)
{
  if (!g_ptr_array_find_with_equal_func (self->paths, path, g_str_equal, NULL))
    g_ptr_array_add (self->paths, g_strdup (path));
}

void
graft_swap_request_add (GraftSwapRequest *self, const char *path)
{
  gboolean is_kernel = graft_drop_classify (path) == GRAFT_DROP_VMLINUZ;
  gboolean is_folder = g_file_test (path, G_FILE_TEST_IS_DIR);

  g_clear_object (&self->source);
  if (is_kernel)
    set_path (&self->vmlinuz, path);
  else if (self->paths->len == 0 ? self->vmlinuz == NULL : !is_folder && has_packages (self))
    add_path (self, path);
  else
    set_path (&self->modules, path);
  /* A folder or package that came before its kernel. */
  if (self->vmlinuz != NULL && self->paths->len == 1)
    {
      set_path (&self->modules, g_ptr_array_index (self->paths, 0));
      g_ptr_array_set_size (self->paths, 0);
    }
}

/* NULL-terminated; NULL when there are none. */
static char **
dup_paths (GraftSwapRequest *self)
{
  char **paths;

  if (self->paths->len == 0)
    return NULL;
  paths = g_new0 (char *, self->paths->len + 1);
  for (guint i = 0; i < self->paths->len; i++)
    paths[i] = g_strdup (g_ptr_array_index (self->paths, i));
  return paths;
}

/* Of a package and a folder, or of two folders, nobody said which has the kernel: the other order
 * may be right. */
static GraftKernelSource *
open_source (GraftSwapRequest *self, GraftStore *store, GraftProgress *progress,
             GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_auto (GStrv) paths = dup_paths (self);
  GraftKernelSource *source
      = graft_kernel_source_open ((const char *const *)paths, self->vmlinuz, self->modules, store,
                                  progress, cancellable, &local);

  if (source == NULL && self->paths->len == 1 && self->modules != NULL
      && g_error_matches (local, GRAFT_IMAGE_ERROR, GRAFT_ERROR_NOT_FOUND))
    {
      const char *const other[] = { self->modules, NULL };

      source = graft_kernel_source_open (other, NULL, paths[0], store, NULL, cancellable, NULL);
      if (source != NULL)
        {
          g_ptr_array_set_size (self->paths, 0);
          add_path (self, self->modules);
          set_path (&self->modules, paths[0]);
          return source;
        }
    }
  if (source == NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return source;
}

gboolean
graft_swap_request_plan (GraftBootSet *set, gpointer data, GraftProgress *progress,
                         GCancellable *cancellable, GError **error)
{
  GraftSwapRequest *self = data;
  g_autoptr (GraftProgress) reading = graft_progress_new_child (progress, 0.4, NULL);
  g_autoptr (GraftProgress) planning = graft_progress_new_child (progress, 0.6, NULL);
  GraftStore *store = graft_boot_set_get_store (set, error);
  gboolean may_grow = graft_boot_set_get_may_grow (set);
  GraftSwapPlan *plan;

  if (store == NULL)
    return FALSE;
  if (self->plan != NULL && !graft_swap_plan_fits (self->plan, set))
    g_clear_pointer (&self->plan, graft_swap_plan_free);
  if (self->source == NULL)
    self->source = open_source (self, store, reading, cancellable, error);
  g_clear_object (&reading);
  if (self->source == NULL)
    return FALSE;
  /* What has too little room is shown with all else, and asked about. */
  graft_boot_set_set_may_grow (set, TRUE);
  plan = graft_swap_plan_new (set, self->source, self->select, (const char *const *)self->chosen,
                              planning, cancellable, error);
  graft_boot_set_set_may_grow (set, may_grow);
  if (plan == NULL)
    return FALSE;
  g_clear_pointer (&self->plan, graft_swap_plan_free);
  g_strfreev (self->planned_chosen);
  self->plan = plan;
  self->planned_select = self->select;
  self->planned_chosen = g_strdupv (self->chosen);
  return TRUE;
}

void
graft_swap_request_restore (GraftSwapRequest *self)
{
  g_strfreev (self->chosen);
  self->select = self->planned_select;
  self->chosen = g_strdupv (self->planned_chosen);
}

GraftStep *
graft_swap_request_make_step (GraftSwapRequest *self)
{
  g_auto (GStrv) paths = dup_paths (self);

  return graft_step_swap_kernel_new_planned (
      (const char *const *)paths, self->vmlinuz, self->modules, self->planned_select,
      (const char *const *)self->planned_chosen, g_steal_pointer (&self->plan));
}

char *
graft_swap_request_dup_name (GraftSwapRequest *self)
{
  const char *path = self->paths->len > 0 ? g_ptr_array_index (self->paths, 0) : NULL;
  const char *from = path != NULL ? path : (self->vmlinuz != NULL ? self->vmlinuz : self->modules);
  g_autofree char *name = from != NULL ? g_filename_display_basename (from) : NULL;
  guint n_more = self->paths->len > 1 ? self->paths->len - 1 : 0;

  if (n_more == 0)
    return g_steal_pointer (&name);
  return g_strdup_printf (
      /* TRANSLATORS: a file's name, how many files more */
      ngettext ("%s and %u more file", "%s and %u more files", n_more), name, n_more);
}
