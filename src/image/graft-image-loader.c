/* graft-image-loader.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "image/graft-image-loader.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-cancel-scope.h"
#include "base/graft-error.h"
#include "base/graft-name.h"
#include "image/graft-path.h"

static GPtrArray *formats; /* of const GraftImageFormat; filled in main, before any thread */

void
graft_image_loader_register (const GraftImageFormat *format)
{
  if (formats == NULL)
    formats = g_ptr_array_new ();
  if (!g_ptr_array_find (formats, format, NULL))
    g_ptr_array_add (formats, (gpointer)format);
}

static const GraftImageFormat *
find_format (GraftInput *input)
{
  const GraftImageFormat *best = NULL;
  int best_score = 0;

  for (guint i = 0; formats != NULL && i < formats->len; i++)
    {
      const GraftImageFormat *format = g_ptr_array_index (formats, i);
      int score = format->probe (input);

      if (score > best_score)
        {
          best = format;
          best_score = score;
        }
    }
  return best;
}

const char *
graft_image_probe (GraftInput *input)
{
  const GraftImageFormat *format = find_format (input);

  return format != NULL ? format->name : NULL;
}

GraftImage *
graft_image_load (GraftInput *input, GCancellable *cancellable, GError **error)
{
  g_autoptr (GraftCancelScope) scope G_GNUC_UNUSED = graft_cancel_scope_new (cancellable);
  const GraftImageFormat *format = find_format (input);
  g_autofree char *kind = NULL;

  if (format != NULL)
    return format->open (input, cancellable, error);
  if (strcmp (graft_file_kind_get_name (input), GRAFT_FILE_KIND_EROFS) == 0)
    {
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_UNSUPPORTED,
                   _ ("%s is an EROFS image, which this version of Bootgraft does not support: "
                      "neither its content nor its modules can be seen or changed"),
                   graft_input_get_name (input));
      return NULL;
    }
  kind = graft_file_kind_describe (input);
  g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_UNSUPPORTED,
               _ ("%s is %s: not a kernel, initrd or squashfs image"), graft_input_get_name (input),
               kind);
  return NULL;
}

GraftImage *
graft_image_load_inside (GraftImage *outer, GraftNode *root, const char *path,
                         GCancellable *cancellable, GError **error)
{
  g_autoptr (GraftNode) node = graft_path_lookup (root, path, GRAFT_PATH_FOLLOW, NULL, error);
  g_autoptr (GraftInput) input = NULL;
  g_autofree char *shown = graft_name_escape (path);

  if (node != NULL && graft_node_get_node_type (node) != GRAFT_NODE_REGULAR)
    {
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_UNSUPPORTED,
                   _ ("%s: %s is a %s, not an image"), graft_image_get_name (outer), shown,
                   graft_node_type_get_name (graft_node_get_node_type (node)));
      return NULL;
    }
  input = node != NULL ? graft_node_open (node, error) : NULL;
  if (input == NULL)
    {
      g_prefix_error (error, _ ("%s: "), graft_image_get_name (outer));
      return NULL;
    }
  return graft_image_load (input, cancellable, error);
}
