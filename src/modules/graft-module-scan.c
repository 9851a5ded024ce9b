/* graft-module-scan.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "modules/graft-module-scan.h"

#include <string.h>

#include "base/graft-cancel-scope.h"
#include "base/graft-error.h"
#include "base/graft-limits.h"
#include "base/graft-name.h"
#include "modprobe/graft-drop-ins.h"

/* More would only tear apart the order of reading, which keeps a squashfs from decoding a block
 * twice. */
#define MAX_THREADS 2

typedef struct
{
  GPtrArray *modules; /* of GraftModule */
  GraftModuleFunc func;
  gpointer data;
  GCancellable *cancellable;
  GError **errors; /* each written by the thread that took the module */
  int next;        /* atomic */
  int failed;      /* atomic */
} Work;

static gpointer
run_work (gpointer data)
{
  Work *self = data;
  g_autoptr (GraftCancelScope) scope G_GNUC_UNUSED = graft_cancel_scope_new (self->cancellable);

  while (!g_atomic_int_get (&self->failed))
    {
      guint i = g_atomic_int_add (&self->next, 1);

      if (i >= self->modules->len)
        break;
      if (g_cancellable_set_error_if_cancelled (self->cancellable, &self->errors[i])
          || !self->func (i, g_ptr_array_index (self->modules, i), self->data, self->cancellable,
                          &self->errors[i]))
        g_atomic_int_set (&self->failed, TRUE);
    }
  return NULL;
}

gboolean
graft_module_for_each (GPtrArray *modules, GraftModuleFunc func, gpointer data,
                       GCancellable *cancellable, GError **error)
{
  g_autofree GError **errors = g_new0 (GError *, modules->len + 1);
  Work self = { modules, func, data, cancellable, errors, 0, FALSE };
  guint n_threads = MIN (MIN (MAX_THREADS, g_get_num_processors ()), modules->len);
  GThread *threads[MAX_THREADS] = { NULL };
  gboolean done = TRUE;

  for (guint i = 1; i < n_threads; i++)
    threads[i] = g_thread_new ("modules", run_work, &self);
  run_work (&self);
  for (guint i = 1; i < n_threads; i++)
    g_thread_join (threads[i]);
  for (guint i = 0; i < modules->len; i++)
    {
      if (errors[i] != NULL && done)
        {
          g_propagate_error (error, g_steal_pointer (&errors[i]));
          done = FALSE;
        }
      g_clear_error (&errors[i]);
    }
  return done;
}

gboolean
graft_module_is_damage (const GError *error)
{
  return g_error_matches (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED)
         || g_error_matches (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_UNSUPPORTED)
         || g_error_matches (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_TOO_LARGE);
}

static gboolean
read_info (guint i, const GraftModule *module, gpointer data, GCancellable *cancellable,
           GError **error)
{
  GPtrArray *results = data;
  g_autofree char *shown = graft_name_escape (module->path);
  g_autoptr (GError) local = NULL;

  results->pdata[i] = graft_modinfo_read (module->node, shown, cancellable, &local);
  if (local == NULL || graft_module_is_damage (local))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static void
clear_modinfo (gpointer data)
{
  graft_modinfo_free (data);
}

GPtrArray *
graft_module_scan (GPtrArray *modules, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) results = g_ptr_array_new_with_free_func (clear_modinfo);

  g_ptr_array_set_size (results, modules->len);
  if (!graft_module_for_each (modules, read_info, results, cancellable, error))
    return NULL;
  return g_steal_pointer (&results);
}

char **
graft_module_read_lines (GraftNode *node, const char *name, GError **error)
{
  g_autoptr (GBytes) text = graft_drop_in_read (node, name, error);

  return text != NULL ? g_strsplit (g_bytes_get_data (text, NULL), "\n", -1) : NULL;
}
