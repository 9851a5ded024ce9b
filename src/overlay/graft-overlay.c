/* graft-overlay.c: the edits of one image, as a root node for each of its parts
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "overlay/graft-overlay.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-error.h"
#include "base/graft-limits.h"
#include "base/graft-name.h"
#include "base/graft-sentence.h"
#include "image/graft-path.h"
#include "overlay/graft-overlay-private.h"

/* Of an archive's entry of this name the kernel thinks that the archive ends there. */
#define CPIO_TRAILER "/TRAILER!!!"

struct _GraftOverlay
{
  GObject parent_instance;

  GraftImage *image;
  GraftOverlayState *source; /* the image's own roots */
  GraftOverlayState *state;
  GraftNode *merged; /* of @state; NULL until asked for */
  gboolean *early;   /* one per part */
  gint64 newest_time;
  gboolean has_newest_time;
};

G_DEFINE_FINAL_TYPE (GraftOverlay, graft_overlay, G_TYPE_OBJECT)

static GraftOverlayState *
state_new (guint n_parts)
{
  GraftOverlayState *self = g_malloc0 (sizeof (GraftOverlayState) + n_parts * sizeof (GraftNode *));

  g_atomic_ref_count_init (&self->refs);
  self->n_parts = n_parts;
  return self;
}

GraftOverlayState *
graft_overlay_state_copy (GraftOverlayState *self)
{
  GraftOverlayState *copy = state_new (self->n_parts);

  for (guint i = 0; i < self->n_parts; i++)
    copy->roots[i] = graft_node_ref (self->roots[i]);
  return copy;
}

GraftOverlayState *
graft_overlay_state_ref (GraftOverlayState *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
graft_overlay_state_unref (GraftOverlayState *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  for (guint i = 0; i < self->n_parts; i++)
    g_clear_pointer (&self->roots[i], graft_node_unref);
  g_free (self);
}

gboolean
graft_overlay_state_with (GraftOverlayState *self, guint part, const char *path, GraftNode *node,
                          GError **error)
{
  GraftNode *root = graft_path_with (self->roots[part], path, node, FALSE, error);

  if (root == NULL)
    return FALSE;
  graft_node_unref (self->roots[part]);
  self->roots[part] = root;
  return TRUE;
}

static void
graft_overlay_finalize (GObject *object)
{
  GraftOverlay *self = GRAFT_OVERLAY (object);

  g_clear_pointer (&self->merged, graft_node_unref);
  g_clear_pointer (&self->state, graft_overlay_state_unref);
  g_clear_pointer (&self->source, graft_overlay_state_unref);
  g_clear_pointer (&self->early, g_free);
  g_clear_object (&self->image);
  G_OBJECT_CLASS (graft_overlay_parent_class)->finalize (object);
}

static void
graft_overlay_class_init (GraftOverlayClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = graft_overlay_finalize;
}

static void
graft_overlay_init (GraftOverlay *self)
{
}

static gboolean *
list_early (GraftImage *image)
{
  GPtrArray *segments = graft_image_get_segments (image);
  guint n_parts = graft_image_get_n_parts (image);
  gboolean *early = g_new0 (gboolean, n_parts);

  for (guint i = 0; segments != NULL && i < segments->len; i++)
    {
      const GraftSegment *segment = g_ptr_array_index (segments, i);

      if (segment->part >= 0 && (guint)segment->part < n_parts)
        early[segment->part] = segment->early;
    }
  return early;
}

GraftOverlay *
graft_overlay_new (GraftImage *image)
{
  guint n_parts = graft_image_get_n_parts (image);
  GraftOverlay *self;

  g_return_val_if_fail (n_parts > 0, NULL);
  self = g_object_new (GRAFT_TYPE_OVERLAY, NULL);
  self->image = g_object_ref (image);
  self->source = state_new (n_parts);
  for (guint i = 0; i < n_parts; i++)
    self->source->roots[i] = graft_image_dup_part (image, i);
  self->state = graft_overlay_state_ref (self->source);
  self->early = list_early (image);
  return self;
}

GraftImage *
graft_overlay_get_image (GraftOverlay *self)
{
  return self->image;
}

gboolean
graft_overlay_is_in_state (GraftOverlay *self, GraftOverlayState *state)
{
  if (state == NULL)
    state = self->source;
  for (guint i = 0; i < self->state->n_parts; i++)
    if (self->state->roots[i] != state->roots[i])
      return FALSE;
  return TRUE;
}

gboolean
graft_overlay_is_changed (GraftOverlay *self)
{
  return !graft_overlay_is_in_state (self, NULL);
}

GraftNode *const *
graft_overlay_get_roots (GraftOverlay *self)
{
  return self->state->roots;
}

GraftNode *
graft_overlay_dup_root (GraftOverlay *self, GError **error)
{
  if (self->merged == NULL)
    self->merged = graft_image_merge (self->image, self->state->roots, error);
  return self->merged != NULL ? graft_node_ref (self->merged) : NULL;
}

GraftNode *
graft_overlay_dup_part (GraftOverlay *self, int part, GError **error)
{
  if (part < 0)
    return graft_overlay_dup_root (self, error);
  if ((guint)part < self->state->n_parts)
    return graft_node_ref (self->state->roots[part]);
  g_set_error (error, GRAFT_OVERLAY_ERROR, GRAFT_ERROR_NOT_FOUND, _ ("%s has no part %d"),
               graft_image_get_name (self->image), part);
  return NULL;
}

GraftOverlayState *
graft_overlay_get_state (GraftOverlay *self)
{
  return self->state;
}

GraftOverlayState *
graft_overlay_dup_state (GraftOverlay *self)
{
  return graft_overlay_state_ref (self->state);
}

void
graft_overlay_set_state (GraftOverlay *self, GraftOverlayState *state)
{
  g_return_if_fail (state->n_parts == self->source->n_parts);
  graft_overlay_state_ref (state);
  graft_overlay_state_unref (self->state);
  self->state = state;
  g_clear_pointer (&self->merged, graft_node_unref);
}

void
graft_overlay_reset (GraftOverlay *self)
{
  graft_overlay_set_state (self, self->source);
}

gboolean
graft_overlay_is_early (GraftOverlay *self, guint part)
{
  return self->early[part];
}

guint
graft_overlay_get_first_late (GraftOverlay *self)
{
  for (guint i = 0; i < self->state->n_parts; i++)
    if (!self->early[i])
      return i + 1;
  return self->state->n_parts;
}

guint
graft_overlay_get_last_part (GraftOverlay *self)
{
  for (guint i = self->state->n_parts; i-- > 0;)
    if (!self->early[i])
      return i;
  return self->state->n_parts - 1;
}

static gboolean
look_at_time (const char *path, GraftNode *node, gpointer data, GError **error)
{
  gint64 *newest = data;

  if (!graft_node_is_implicit (node))
    *newest = MAX (*newest, graft_node_get_attributes (node)->mtime);
  return TRUE;
}

gint64
graft_overlay_get_newest_time (GraftOverlay *self, GError **error)
{
  gint64 newest = 0;

  for (guint i = 0; !self->has_newest_time && i < self->source->n_parts; i++)
    if (!graft_path_walk (self->source->roots[i], "/", look_at_time, &newest, NULL, error))
      return -1;
  if (!self->has_newest_time)
    self->newest_time = newest;
  self->has_newest_time = TRUE;
  return self->newest_time;
}

gboolean
graft_overlay_prefix_error (GraftOverlay *self, GError **error)
{
  const char *name = graft_image_get_name (self->image);

  if (error != NULL && *error != NULL && !g_str_has_prefix ((*error)->message, name))
    g_prefix_error (error, _ ("%s: "), name);
  return FALSE;
}

gboolean
graft_overlay_set_error (GraftOverlay *self, GraftErrorCode code, const char *path,
                         const char *sentence, GError **error)
{
  g_autofree char *shown = graft_name_escape (path);
  g_autofree char *message = graft_sentence_about (sentence, shown);

  g_set_error (error, GRAFT_OVERLAY_ERROR, code, _ ("%s: %s"), graft_image_get_name (self->image),
               message);
  return FALSE;
}

gboolean
graft_overlay_check_path (GraftOverlay *self, const char *path, GError **error)
{
  const char *name = strrchr (path, '/') + 1;

  if (strlen (name) > GRAFT_LIMIT_NAME)
    return graft_overlay_set_error (
        self, GRAFT_ERROR_TOO_LARGE, path,
        _ ("%s has a name of more than 255 bytes: Linux could not open it"), error);
  if (strlen (path) > GRAFT_LIMIT_PATH)
    return graft_overlay_set_error (self, GRAFT_ERROR_TOO_LARGE, path,
                                    _ ("%s is longer than 4096 bytes: Linux could not open it"),
                                    error);
  if (strcmp (graft_image_get_format (self->image), "initrd") == 0
      && strcmp (path, CPIO_TRAILER) == 0)
    return graft_overlay_set_error (
        self, GRAFT_ERROR_REFUSED, path,
        _ ("%s would be taken for the end of the archive by the kernel"), error);
  return TRUE;
}

gboolean
graft_overlay_check_attributes (GraftOverlay *self, const char *path, GraftNode *node,
                                GError **error)
{
  gint64 mtime = graft_node_get_attributes (node)->mtime;

  /* Both newc (8 hexadecimal digits) and squashfs (32 bits) count seconds without a sign. */
  return (mtime >= 0 && mtime <= G_MAXUINT32)
         || graft_overlay_set_error (
             self, GRAFT_ERROR_REFUSED, path,
             _ ("%s has a time before 1970 or after 2106, which the image cannot hold"), error);
}
