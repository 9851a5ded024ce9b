/* graft-step-source.c: a file or folder of this computer that a step takes in
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "steps/graft-step-source.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-error.h"
#include "base/graft-name.h"
#include "image/graft-path.h"

GraftStepSource *
graft_step_source_new (const char *path, const char *digest)
{
  GraftStepSource *self = g_new0 (GraftStepSource, 1);

  self->path = g_strdup (path);
  self->digest = g_strdup (digest);
  return self;
}

void
graft_step_source_free (GraftStepSource *self)
{
  g_free (self->path);
  g_free (self->digest);
  g_free (self);
}

gboolean
graft_step_source_accept (GraftStepSource *self, const char *digest, GError **error)
{
  g_autofree char *shown = NULL;

  if (self->digest == NULL)
    self->digest = g_strdup (digest);
  if (strcmp (self->digest, digest) == 0)
    return TRUE;
  shown = graft_name_escape (self->path);
  g_set_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_CHANGED,
               _ ("%s is not what the step took in when it was made: its SHA-256 is %.12s…, not "
                  "%.12s…; get the old one back, or leave “sha256” out of the recipe where the new "
                  "one is meant"),
               shown, digest, self->digest);
  return FALSE;
}

typedef struct
{
  GChecksum *checksum;
  GHashTable *files; /* of GraftNode to the number of its first name, plus 1 */
  guint n_files;
  GCancellable *cancellable;
} Digest;

/* Ended by a NUL, which no path and no target has. */
static void
add_text (Digest *self, const char *text)
{
  g_checksum_update (self->checksum, (const guchar *)text, strlen (text) + 1);
}

static gboolean
add_entry (const char *path, GraftNode *node, gpointer data, GError **error)
{
  Digest *self = data;
  const GraftAttributes *attributes = graft_node_get_attributes (node);
  GraftNodeType type = graft_node_get_node_type (node);
  guint number = GPOINTER_TO_UINT (g_hash_table_lookup (self->files, node));
  g_autofree char *facts
      = g_strdup_printf ("%s %o %" G_GINT64_FORMAT " %u", graft_node_type_get_name (type),
                         attributes->mode, attributes->mtime, number);
  g_autoptr (GraftInput) content = NULL;
  g_autofree char *digest = NULL;

  add_text (self, path);
  add_text (self, facts);
  if (type == GRAFT_NODE_SYMLINK)
    add_text (self, graft_node_get_target (node));
  if (type != GRAFT_NODE_REGULAR || number > 0)
    return TRUE;
  g_hash_table_insert (self->files, node, GUINT_TO_POINTER (++self->n_files));
  content = graft_node_open (node, error);
  digest = content != NULL ? graft_input_digest (content, self->cancellable, error) : NULL;
  if (digest == NULL)
    return FALSE;
  add_text (self, digest);
  return TRUE;
}

char *
graft_step_source_digest_tree (GraftNode *folder, GCancellable *cancellable, GError **error)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autoptr (GHashTable) files = g_hash_table_new (NULL, NULL);
  Digest self = { checksum, files, 0, cancellable };

  if (!graft_path_walk (folder, "/", add_entry, &self, cancellable, error))
    return NULL;
  return g_strdup (g_checksum_get_string (checksum));
}
