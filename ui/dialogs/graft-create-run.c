/* graft-create-run.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "dialogs/graft-create-run.h"

#include <glib/gi18n.h>

#include "base/graft-name.h"
#include "base/graft-sentence.h"
#include "dialogs/graft-error-dialog.h"
#include "sources/graft-host-folder.h"
#include "widgets/graft-size-text.h"
#include "widgets/graft-toasts.h"

GraftCreateRequest *
graft_create_request_copy (const GraftCreateRequest *from)
{
  GraftCreateRequest *self = g_new0 (GraftCreateRequest, 1);

  self->layer = from->layer != NULL ? g_object_ref (from->layer) : NULL;
  self->node = from->node != NULL ? graft_node_ref (from->node) : NULL;
  self->folder = g_strdup (from->folder);
  self->options = from->options;
  if (self->options.like != NULL)
    g_object_ref (self->options.like);
  self->options.label = g_strdup (from->options.label);
  self->options.compression = g_strdup (from->options.compression);
  return self;
}

void
graft_create_request_free (GraftCreateRequest *self)
{
  g_clear_pointer (&self->node, graft_node_unref);
  g_clear_object (&self->layer);
  g_clear_object (&self->options.like);
  g_free (self->folder);
  g_free ((char *)self->options.label);
  g_free ((char *)self->options.compression);
  g_free (self);
}

/* The tree that is meant; @ret_store keeps what is read of a folder of this machine, and is to be
 * freed after the tree. */
static GraftNode *
open_tree (const GraftCreateRequest *self, GraftStore **ret_store, GError **error)
{
  if (self->node != NULL)
    return graft_node_ref (self->node);
  *ret_store = graft_store_new (NULL, error);
  return *ret_store != NULL ? graft_host_folder_open (self->folder, *ret_store, error) : NULL;
}

gboolean
graft_create_request_measure (const GraftCreateRequest *self, GraftCreateSize *ret_size,
                              GCancellable *cancellable, GError **error)
{
  g_autoptr (GraftStore) store = NULL;
  g_autoptr (GraftNode) tree = open_tree (self, &store, error);

  return tree != NULL && graft_create_measure (tree, &self->options, ret_size, cancellable, error);
}

/**
 * Run:
 * @window: (nullable): weak
 * @created: (nullable): of the worker
 */
typedef struct
{
  GtkWindow *window;
  GraftCreateRequest *request;
  char *out;
  GraftCreated *created;
} Run;

static void
run_free (gpointer data)
{
  Run *self = data;

  g_clear_weak_pointer (&self->window);
  g_clear_pointer (&self->created, graft_created_free);
  graft_create_request_free (self->request);
  g_free (self->out);
  g_free (self);
}

static gboolean
create (GraftBootSet *set, gpointer data, GraftProgress *progress, GCancellable *cancellable,
        GError **error)
{
  Run *self = data;
  g_autoptr (GraftStore) store = NULL;
  g_autoptr (GraftNode) tree = open_tree (self->request, &store, error);

  if (tree != NULL)
    self->created
        = graft_create (tree, self->out, &self->request->options, progress, cancellable, error);
  if (self->created != NULL)
    self->created->n_unread = graft_host_folder_count_xattrs (tree);
  return self->created != NULL;
}

static void
show_result (Run *self)
{
  g_autofree char *base = g_path_get_basename (self->out);
  g_autofree char *name = graft_name_escape (base);
  g_autofree char *size = graft_size_text (self->created->size);
  g_autofree char *note = graft_created_dup_note (self->created);
  guint64 n = self->created->n_entries;
  g_autofree char *text
      = g_strdup_printf (ngettext ("“%s” is written and verified (%s, %s entry)",
                                   "“%s” is written and verified (%s, %s entries)", n),
                         name, size, GRAFT_NUMBER (n));

  graft_toasts_add_news (GTK_WIDGET (self->window), text);
  if (note != NULL)
    graft_toasts_add_news (GTK_WIDGET (self->window), note);
}

static void
on_created (GraftJob *job, const GError *error, gpointer data)
{
  Run *self = data;

  if (self->window == NULL)
    return;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    graft_toasts_add_news (GTK_WIDGET (self->window),
                           _ ("The new image was cancelled; nothing of it remains"));
  else if (error != NULL)
    graft_error_dialog_show (GTK_WIDGET (self->window), _ ("The image was not made"), error);
  else
    show_result (self);
}

void
graft_create_run (GtkWindow *window, GraftSession *session, const GraftCreateRequest *request,
                  const char *out)
{
  Run *self = g_new0 (Run, 1);
  g_autofree char *name = g_filename_display_basename (out);
  g_autofree char *label = g_strdup_printf (_ ("Making %s"), name);

  g_set_weak_pointer (&self->window, window);
  self->request = graft_create_request_copy (request);
  self->out = g_strdup (out);
  /* It touches no set, but the window shows it, can cancel it, and asks before it closes. */
  graft_session_run (session, label, create, on_created, self, run_free);
}
