/* graft-export-nested.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "export/graft-export-nested.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <unistd.h>

#include "base/graft-error.h"
#include "base/graft-name.h"
#include "bootset/graft-member-place.h"
#include "image/graft-image-loader.h"

/* Unlinked as soon as it is open. */
#define TEMPORARY ".nested"

/* A member with the images inside of it as they will be. */
struct _GraftExportNested
{
  GraftMember *member;
  GraftOverlay *overlay; /* the member's edits, and the new contents of @inside */
  GPtrArray *inside;     /* of GraftExportNested: its edited children */
  GraftWritten *written; /* of a child: the evidence */
};

void
graft_export_nested_free (GraftExportNested *self)
{
  g_clear_pointer (&self->inside, g_ptr_array_unref);
  g_clear_pointer (&self->written, graft_written_free);
  g_clear_object (&self->overlay);
  g_clear_object (&self->member);
  g_free (self);
}

GraftNode *const *
graft_export_nested_get_roots (GraftExportNested *self)
{
  return graft_overlay_get_roots (self->overlay);
}

/* What stands now where the image of @child was opened. */
static GraftNode *
find_place (GraftExportNested *self, GraftMember *child, GError **error)
{
  g_autoptr (GError) local = NULL;
  GraftNode *node = graft_member_find_place (child, self->overlay, &local);
  g_autofree char *shown = NULL;

  if (node != NULL)
    return node;
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  shown = graft_name_escape (graft_member_get_path (child));
  g_set_error (
      error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_REFUSED,
      _ ("%s was edited inside, and then replaced, moved or deleted as a file: undo one of "
         "the two"),
      shown);
  return NULL;
}

static int
open_temporary (int folder_fd)
{
  int fd = openat (folder_fd, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

  /* Not every file system has files without a name. */
  if (fd < 0)
    {
      fd = openat (folder_fd, TEMPORARY, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
      if (fd >= 0)
        unlinkat (folder_fd, TEMPORARY, 0);
    }
  return fd;
}

/* The whole image anew, where its format cannot tell what changed. */
static GraftInput *
write_whole (GraftExportNested *self, const GraftImageOptions *options, int folder_fd,
             GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  g_autofree char *path = graft_name_escape (graft_member_get_path (self->member));
  g_autoptr (GraftOutput) output = NULL;
  int fd = open_temporary (folder_fd);

  if (fd < 0)
    {
      graft_error_set_errno (error, GRAFT_EXPORT_ERROR, errno, path,
                             _ ("no temporary file can be made for it"));
      return NULL;
    }
  output = graft_output_new_take_fd (fd, path);
  if (!graft_image_write (graft_member_get_image (self->member),
                          graft_export_nested_get_roots (self), options, output, self->written,
                          progress, cancellable, error))
    return NULL;
  return graft_output_open (output, error);
}

/* The bytes that the image of @self will have, cut for the image around it. */
static GraftInput *
make_content (GraftExportNested *self, gsize unit, const GraftImageOptions *options, int folder_fd,
              GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  GraftImage *image = graft_member_get_image (self->member);

  self->written = graft_written_new ();
  if (graft_image_can_patch (image))
    return graft_image_patch (image, graft_export_nested_get_roots (self), unit, options,
                              self->written, progress, cancellable, error);
  return write_whole (self, options, folder_fd, progress, cancellable, error);
}

/* Puts the new bytes of @child in its place in the image around it. Its time stays: who mounts it
 * does not look at it, and the same edits give the same bytes. */
static gboolean
add_child (GraftExportNested *self, GraftMember *child, const GraftImageOptions *options,
           int folder_fd, GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  gsize unit = graft_image_get_content_unit (graft_member_get_image (self->member));
  g_autoptr (GraftNode) node = find_place (self, child, error);
  GraftExportNested *nested = NULL;
  g_autoptr (GraftInput) content = NULL;
  g_autoptr (GraftNode) changed = NULL;
  /* What lies inside of an image is not to be packed otherwise than it was. */
  const GraftImageOptions inner = { .effort = options->effort,
                                    .n_threads = options->n_threads,
                                    .grow = options->grow,
                                    .scratch = options->scratch };
  GraftNodeInit init;

  if (node == NULL)
    return FALSE;
  nested = graft_export_nested_new (child, &inner, folder_fd, NULL, cancellable, error);
  if (nested == NULL)
    return FALSE;
  g_ptr_array_add (self->inside, nested);
  content = make_content (nested, unit, &inner, folder_fd, progress, cancellable, error);
  if (content == NULL)
    return FALSE;
  init = graft_node_to_init (node);
  init.content = content;
  changed = graft_node_new (&init);
  return graft_overlay_change (self->overlay, graft_member_get_inner_part (child),
                               graft_member_get_inner_path (child), changed, error);
}

GraftExportNested *
graft_export_nested_new (GraftMember *member, const GraftImageOptions *options, int folder_fd,
                         GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  g_autoptr (GraftExportNested) self = g_new0 (GraftExportNested, 1);
  GraftOverlay *overlay = graft_member_get_overlay (member);
  GPtrArray *children = graft_member_get_children (member);
  g_autoptr (GraftOverlayState) state = graft_overlay_dup_state (overlay);

  self->member = g_object_ref (member);
  self->inside = g_ptr_array_new_with_free_func ((GDestroyNotify)graft_export_nested_free);
  self->overlay = graft_overlay_new (graft_overlay_get_image (overlay));
  graft_overlay_set_state (self->overlay, state);
  for (guint i = 0; i < children->len; i++)
    {
      GraftMember *child = g_ptr_array_index (children, i);
      g_autofree char *shown = graft_name_escape (graft_member_get_path (child));
      g_autofree char *what = g_strdup_printf (_ ("Changing %s"), shown);
      g_autoptr (GraftProgress) step
          = graft_progress_new_child (progress, 1.0 / children->len, what);

      if (graft_member_is_changed (child)
          && !add_child (self, child, options, folder_fd, step, cancellable, error))
        return NULL;
    }
  return g_steal_pointer (&self);
}

guint64
graft_export_nested_get_growth (GraftExportNested *self)
{
  guint64 growth = self->written != NULL ? self->written->grown : 0;

  for (guint i = 0; i < self->inside->len; i++)
    growth += graft_export_nested_get_growth (g_ptr_array_index (self->inside, i));
  return growth;
}

/* The image that @self became, inside of @result. */
static GraftImage *
open_result (GraftExportNested *self, GraftImage *result, GCancellable *cancellable, GError **error)
{
  int part = graft_member_get_inner_part (self->member);
  g_autoptr (GraftNode) root = part >= 0 && (guint)part < graft_image_get_n_parts (result)
                                   ? graft_image_dup_part (result, part)
                                   : graft_image_dup_root (result, error);

  return root != NULL ? graft_image_load_inside (
             result, root, graft_member_get_inner_path (self->member), cancellable, error)
                      : NULL;
}

gboolean
graft_export_nested_verify (GraftExportNested *self, GraftImage *result, gboolean full,
                            GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  for (guint i = 0; i < self->inside->len; i++)
    {
      GraftExportNested *nested = g_ptr_array_index (self->inside, i);
      g_autoptr (GraftProgress) step
          = graft_progress_new_child (progress, 1.0 / self->inside->len, NULL);
      g_autoptr (GraftImage) image = open_result (nested, result, cancellable, error);

      if (image == NULL
          || !graft_image_verify (graft_member_get_image (nested->member),
                                  graft_export_nested_get_roots (nested), image, nested->written,
                                  full, step, cancellable, error)
          || !graft_export_nested_verify (nested, image, full, NULL, cancellable, error))
        return FALSE;
    }
  return TRUE;
}
