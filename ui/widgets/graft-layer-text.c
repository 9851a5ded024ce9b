/* graft-layer-text.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "widgets/graft-layer-text.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/graft-name.h"
#include "formats/kernel/graft-kernel.h"
#include "widgets/graft-size-text.h"

static gboolean
has_tree (GraftLayer *layer)
{
  return graft_layer_get_root (layer) != NULL;
}

/* Why a kernel file cannot be started, though it can be read. */
static const char *
get_kernel_problem (GraftLayer *layer)
{
  GraftImage *image = graft_layer_get_image (layer);

  return GRAFT_IS_KERNEL (image) ? graft_kernel_get_problem (GRAFT_KERNEL (image)) : NULL;
}

/* Why what was done to it cannot be written. */
static const char *
get_edit_problem (GraftLayer *layer)
{
  if (!graft_layer_is_in_place (layer))
    return _ ("its file was moved, replaced or deleted");
  return graft_layer_get_room (layer) != NULL ? graft_layer_get_room (layer)->problem : NULL;
}

GraftLayerWord
graft_layer_text_get_word (GraftLayer *layer)
{
  static const GraftLayerWord good = { "emblem-ok-symbolic", "success" };
  static const GraftLayerWord warning = { "dialog-warning-symbolic", "warning" };
  static const GraftLayerWord bad = { "dialog-error-symbolic", "error" };
  static const GraftLayerWord quiet = { "text-x-generic-symbolic", "dim-label" };
  static const GraftLayerWord none = { NULL, NULL };

  if (!graft_layer_is_open (layer))
    return none;
  /* Only what was done inside of it is lost with it. */
  if (!graft_layer_is_in_place (layer) && !graft_layer_is_changed (layer))
    return quiet;
  if (graft_layer_get_problem (layer) != NULL || get_kernel_problem (layer) != NULL
      || get_edit_problem (layer) != NULL)
    return bad;
  if (!has_tree (layer))
    return graft_layer_get_role (layer) == GRAFT_ROLE_KERNEL ? good : quiet;
  switch (graft_layer_get_state (layer))
    {
    case GRAFT_LAYER_MATCH:
      return good;
    case GRAFT_LAYER_DIFFERS:
      return graft_layer_get_kernel_release (layer) != NULL ? bad : warning;
    case GRAFT_LAYER_SEVERAL:
      return warning;
    case GRAFT_LAYER_NONE:
    default:
      return quiet;
    }
}

gboolean
graft_layer_text_is_mismatch (GraftLayer *layer)
{
  return has_tree (layer) && graft_layer_is_in_place (layer)
         && graft_layer_get_state (layer) == GRAFT_LAYER_DIFFERS
         && graft_layer_get_kernel_release (layer) != NULL;
}

static char *
describe_missing (GraftLayer *layer)
{
  g_autofree char *release = NULL;

  if (graft_layer_get_kernel_release (layer) == NULL)
    return g_strdup (_ ("no kernel to compare with"));
  release = graft_name_escape (graft_layer_get_kernel_release (layer));
  return g_strdup_printf (_ ("no modules for %s"), release);
}

char *
graft_layer_text_dup_state (GraftLayer *layer)
{
  if (!graft_layer_is_open (layer))
    return g_strdup (_ ("being read…"));
  if (graft_layer_get_problem (layer) != NULL)
    return g_strdup (graft_layer_get_problem (layer)->message);
  if (get_kernel_problem (layer) != NULL)
    return g_strdup (get_kernel_problem (layer));
  if (get_edit_problem (layer) != NULL)
    return g_strdup (get_edit_problem (layer));
  if (!has_tree (layer))
    return graft_layer_get_role (layer) == GRAFT_ROLE_KERNEL && graft_layer_is_changed (layer)
               ? g_strdup (_ ("replaced"))
               : NULL;
  switch (graft_layer_get_state (layer))
    {
    case GRAFT_LAYER_MATCH:
      return g_strdup (_ ("modules match the kernel"));
    case GRAFT_LAYER_DIFFERS:
      return describe_missing (layer);
    case GRAFT_LAYER_SEVERAL:
      return g_strdup (_ ("modules of several kernels"));
    case GRAFT_LAYER_NONE:
    default:
      return g_strdup (_ ("no modules"));
    }
}

char *
graft_layer_text_dup_releases (GraftLayer *layer)
{
  const char *const *releases = graft_layer_get_releases (layer);
  g_autofree char *joined = NULL;

  if (graft_layer_get_release (layer) != NULL)
    return graft_name_escape (graft_layer_get_release (layer));
  if (releases == NULL || releases[0] == NULL)
    return NULL;
  /* What joins them is left as it is. */
  joined = g_strjoinv (", ", (char **)releases);
  return graft_name_escape (joined);
}

const char *
graft_layer_text_get_role (GraftLayer *layer)
{
  switch (graft_layer_get_role (layer))
    {
    case GRAFT_ROLE_KERNEL:
      return _ ("kernel");
    case GRAFT_ROLE_INITRD:
      return _ ("initrd");
    case GRAFT_ROLE_ROOT:
      return _ ("root file system");
    case GRAFT_ROLE_TREE_INFO:
      return _ ("installer's list");
    case GRAFT_ROLE_BOOT_ENTRY:
    default:
      return _ ("boot entry");
    }
}

char *
graft_layer_text_dup_growth (GraftLayer *layer)
{
  const GraftLayerRoom *room = graft_layer_get_room (layer);
  g_autofree char *size = NULL;

  if (room == NULL || room->growth == 0 || room->problem != NULL)
    return NULL;
  size = graft_size_text (room->growth);
  return g_strdup_printf (_ ("grows by %s"), size);
}

char *
graft_layer_text_dup_format (GraftLayer *layer)
{
  GraftImage *image = graft_layer_get_image (layer);
  const GraftLayerRoom *room = graft_layer_get_room (layer);
  const char *compression = image != NULL ? graft_image_get_compression (image) : NULL;
  g_autofree char *left = NULL;
  g_autofree char *growth = graft_layer_text_dup_growth (layer);

  if (growth != NULL)
    return g_strdup_printf ("%s · %s", graft_image_get_format (image), growth);
  if (room != NULL)
    {
      left = graft_size_text (room->free_bytes);
      return g_strdup_printf (_ ("%s · %s free"), graft_image_get_format (image), left);
    }
  if (compression == NULL || strcmp (compression, "none") == 0)
    return NULL;
  return g_strdup (strcmp (compression, "mixed") == 0 ? _ ("mixed compression") : compression);
}

char *
graft_layer_text_dup_place (GraftLayer *layer)
{
  const char *around = graft_layer_get_around (layer);
  g_autofree char *shown = around != NULL ? graft_name_escape (around) : NULL;

  if (around == NULL)
    return NULL;
  return g_strdup_printf (_ ("in %s"), shown);
}

char *
graft_layer_text_dup_name (GraftLayer *layer)
{
  const char *path = graft_layer_is_inside (layer)
                         ? strrchr (graft_layer_get_inner_path (layer), '/') + 1
                         : graft_layer_get_path (layer);

  return graft_name_escape (path);
}

/* Of a file system what is free is what one has to know, where it can be used; of others how they
 * are packed. */
static char *
describe_image (GraftLayer *layer)
{
  GraftImage *image = graft_layer_get_image (layer);
  GPtrArray *segments = image != NULL ? graft_image_get_segments (image) : NULL;
  const GraftLayerRoom *room = graft_layer_get_room (layer);
  g_autofree char *format = has_tree (layer) ? graft_layer_text_dup_format (layer) : NULL;
  g_autofree char *size = graft_size_text (graft_layer_get_current_size (layer));
  GString *text;

  if (graft_layer_get_read_only_reason (layer) != NULL)
    return g_strdup_printf (_ ("read-only · %s · %s"), graft_image_get_format (image), size);
  if (room != NULL && format != NULL)
    return g_steal_pointer (&format);
  text = g_string_new (graft_layer_text_get_role (layer));
  if (format != NULL)
    g_string_append_printf (text, " · %s", format);
  if (segments != NULL && segments->len > 1)
    {
      g_string_append (text, " · ");
      g_string_append_printf (text, ngettext ("%u segment", "%u segments", segments->len),
                              segments->len);
    }
  if (graft_layer_get_input (layer) != NULL)
    g_string_append_printf (text, " · %s", size);
  return g_string_free (text, FALSE);
}

char *
graft_layer_text_dup_facts (GraftLayer *layer)
{
  g_autofree char *image = describe_image (layer);
  GString *text = g_string_new (image);

  if (has_tree (layer) && graft_layer_is_changed (layer))
    g_string_append_printf (text, " · %s", _ ("edited"));
  return g_string_free (text, FALSE);
}
