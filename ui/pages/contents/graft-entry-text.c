/* graft-entry-text.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "pages/contents/graft-entry-text.h"

#include "base/graft-name.h"
#include "widgets/graft-layer-text.h"
#include "widgets/graft-mode.h"

#include <glib/gi18n.h>

static const char *
get_layer_icon (GraftLayer *layer)
{
  if (graft_layer_get_problem (layer) != NULL)
    return "dialog-warning-symbolic";
  switch (graft_layer_get_role (layer))
    {
    case GRAFT_ROLE_KERNEL:
      return "application-x-executable-symbolic";
    case GRAFT_ROLE_INITRD:
      return "package-x-generic-symbolic";
    case GRAFT_ROLE_ROOT:
      return "drive-harddisk-symbolic";
    case GRAFT_ROLE_BOOT_ENTRY:
    case GRAFT_ROLE_TREE_INFO:
    default:
      return "text-x-generic-symbolic";
    }
}

static gboolean
is_module (const char *name)
{
  return g_str_has_suffix (name, ".ko") || strstr (name, ".ko.") != NULL;
}

static const char *
get_node_icon (GraftEntryItem *item)
{
  GraftNode *node = graft_entry_item_get_node (item);

  if (graft_entry_item_get_image (item) != NULL)
    return get_layer_icon (graft_entry_item_get_image (item));
  switch (graft_node_get_node_type (node))
    {
    case GRAFT_NODE_DIRECTORY:
      return "folder-symbolic";
    case GRAFT_NODE_SYMLINK:
      return graft_entry_item_is_dangling (item) ? "dialog-warning-symbolic"
                                                 : "insert-link-symbolic";
    case GRAFT_NODE_CHAR_DEVICE:
      return "input-keyboard-symbolic";
    case GRAFT_NODE_BLOCK_DEVICE:
      return "drive-harddisk-symbolic";
    case GRAFT_NODE_FIFO:
    case GRAFT_NODE_SOCKET:
      return "network-wired-symbolic";
    case GRAFT_NODE_REGULAR:
    default:
      if (is_module (graft_entry_item_get_name (item)))
        return "application-x-addon-symbolic";
      if ((graft_node_get_attributes (node)->mode & 0111) != 0)
        return "application-x-executable-symbolic";
      return "text-x-generic-symbolic";
    }
}

const char *
graft_entry_text_get_icon_name (GraftEntryItem *item)
{
  switch (graft_entry_item_get_kind (item))
    {
    case GRAFT_ENTRY_KIND_LAYER:
      return get_layer_icon (graft_entry_item_get_layer (item));
    case GRAFT_ENTRY_KIND_SEGMENT:
      return graft_entry_item_get_node (item) == NULL ? "dialog-warning-symbolic"
                                                      : "package-x-generic-symbolic";
    case GRAFT_ENTRY_KIND_NODE:
    default:
      return get_node_icon (item);
    }
}

char *
graft_entry_text_dup_name (GraftEntryItem *item)
{
  if (graft_entry_item_get_kind (item) != GRAFT_ENTRY_KIND_SEGMENT)
    return graft_name_escape (graft_entry_item_get_name (item));
  if (graft_entry_item_get_segment (item) == 0)
    return g_strdup (_ ("All segments together"));
  return g_strdup_printf (_ ("Segment %u"), graft_entry_item_get_segment (item));
}

static char *
dup_layer_note (GraftLayer *layer)
{
  const GError *problem = graft_layer_get_problem (layer);
  GraftImage *image = graft_layer_get_image (layer);

  if (problem != NULL)
    return g_strdup (problem->message);
  if (!graft_layer_is_open (layer))
    return g_strdup (_ ("being opened…"));
  if (graft_layer_get_release (layer) != NULL)
    return graft_name_escape (graft_layer_get_release (layer));
  if (image != NULL && graft_layer_get_root (layer) != NULL)
    return graft_layer_text_dup_format (layer);
  return NULL;
}

static char *
dup_segment_note (GraftEntryItem *item)
{
  const GraftSegment *segment = graft_entry_item_get_segment_info (item);

  if (segment == NULL)
    return g_strdup (_ ("what the kernel sees"));
  if (segment->part < 0 && segment->problem != NULL)
    return g_strdup (segment->problem);
  if (segment->early)
    return g_strdup_printf (_ ("early microcode · %s"), segment->compression);
  return g_strdup (segment->compression);
}

static char *
dup_node_note (GraftNode *node)
{
  g_autofree char *target = NULL;

  switch (graft_node_get_node_type (node))
    {
    case GRAFT_NODE_SYMLINK:
      target = graft_name_escape (graft_node_get_target (node));
      return g_strconcat ("→ ", target, NULL);
    case GRAFT_NODE_CHAR_DEVICE:
    case GRAFT_NODE_BLOCK_DEVICE:
      return g_strdup_printf ("%u:%u", graft_node_get_rdev_major (node),
                              graft_node_get_rdev_minor (node));
    case GRAFT_NODE_FIFO:
      return g_strdup (_ ("pipe"));
    case GRAFT_NODE_SOCKET:
      return g_strdup (_ ("socket"));
    case GRAFT_NODE_REGULAR:
    case GRAFT_NODE_DIRECTORY:
    default:
      return NULL;
    }
}

char *
graft_entry_text_dup_note (GraftEntryItem *item)
{
  switch (graft_entry_item_get_kind (item))
    {
    case GRAFT_ENTRY_KIND_LAYER:
      return dup_layer_note (graft_entry_item_get_layer (item));
    case GRAFT_ENTRY_KIND_SEGMENT:
      return dup_segment_note (item);
    case GRAFT_ENTRY_KIND_NODE:
    default:
      return graft_entry_item_get_image (item) != NULL
                 ? dup_layer_note (graft_entry_item_get_image (item))
                 : dup_node_note (graft_entry_item_get_node (item));
    }
}

char *
graft_entry_text_dup_size (GraftEntryItem *item)
{
  GraftNode *node = graft_entry_item_get_node (item);
  const GraftSegment *segment = graft_entry_item_get_segment_info (item);

  if (graft_entry_item_get_kind (item) == GRAFT_ENTRY_KIND_LAYER)
    return g_format_size (graft_layer_get_current_size (graft_entry_item_get_layer (item)));
  if (segment != NULL)
    return g_format_size (segment->size);
  if (graft_entry_item_is_node (item) && graft_node_get_node_type (node) == GRAFT_NODE_REGULAR)
    return g_format_size (graft_node_get_size (node));
  return g_strdup ("");
}

char *
graft_entry_text_dup_mode (GraftEntryItem *item)
{
  static const char types[] = "-dlcbps";
  GraftNode *node = graft_entry_item_get_node (item);
  g_autofree char *mode = NULL;

  if (!graft_entry_item_is_node (item))
    return g_strdup ("");
  mode = graft_mode_dup_text (graft_node_get_attributes (node)->mode);
  return g_strdup_printf ("%c%s", types[graft_node_get_node_type (node)], mode);
}

char *
graft_entry_text_dup_octal (GraftEntryItem *item)
{
  if (!graft_entry_item_is_node (item))
    return g_strdup ("");
  return graft_mode_dup_octal (graft_node_get_attributes (graft_entry_item_get_node (item))->mode);
}

char *
graft_entry_text_dup_owner (GraftEntryItem *item)
{
  const GraftAttributes *attributes;

  if (!graft_entry_item_is_node (item))
    return g_strdup ("");
  attributes = graft_node_get_attributes (graft_entry_item_get_node (item));
  return g_strdup_printf ("%u:%u", attributes->uid, attributes->gid);
}

char *
graft_entry_text_dup_time (GraftEntryItem *item)
{
  g_autoptr (GDateTime) time = NULL;

  if (graft_entry_item_is_node (item))
    time = g_date_time_new_from_unix_local (
        graft_node_get_attributes (graft_entry_item_get_node (item))->mtime);
  return time != NULL ? g_date_time_format (time, "%x") : g_strdup ("");
}

static const char *
get_state_word (GraftEntryItem *item)
{
  switch (graft_entry_item_get_state (item))
    {
    case GRAFT_ENTRY_STATE_NEW:
      return _ ("new");
    case GRAFT_ENTRY_STATE_EDITED:
      return _ ("edited");
    case GRAFT_ENTRY_STATE_ATTRIBUTES:
      return _ ("attributes");
    case GRAFT_ENTRY_STATE_MOVED:
      return _ ("moved");
    case GRAFT_ENTRY_STATE_UNCHANGED:
    default:
      return graft_entry_item_is_dangling (item)         ? _ ("leads nowhere")
             : graft_entry_item_is_changed_inside (item) ? _ ("changed inside")
                                                         : "";
    }
}

char *
graft_entry_text_dup_state (GraftEntryItem *item)
{
  if (graft_entry_item_is_shadowed (item))
    return g_strdup_printf (_ ("replaced by segment %u"), graft_entry_item_get_replaced_by (item));
  if (graft_entry_text_is_bad (item)
      && (!graft_entry_item_is_node (item) || graft_entry_item_get_image (item) != NULL))
    return g_strdup (_ ("cannot be read"));
  if (graft_entry_item_get_kind (item) == GRAFT_ENTRY_KIND_LAYER
      && graft_entry_item_is_changed_inside (item))
    return g_strdup (_ ("changed"));
  return g_strdup (get_state_word (item));
}

gboolean
graft_entry_text_is_bad (GraftEntryItem *item)
{
  if (graft_entry_item_get_kind (item) == GRAFT_ENTRY_KIND_LAYER)
    return graft_layer_get_problem (graft_entry_item_get_layer (item)) != NULL;
  if (graft_entry_item_get_kind (item) == GRAFT_ENTRY_KIND_SEGMENT)
    return graft_entry_item_get_node (item) == NULL;
  if (graft_entry_item_get_image (item) != NULL)
    return graft_layer_get_problem (graft_entry_item_get_image (item)) != NULL;
  return graft_entry_item_is_dangling (item);
}
