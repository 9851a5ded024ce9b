/* cli-open.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "cli/cli-open.h"

#include <glib/gi18n.h>
#include <string.h>

#include "cli/cli-report.h"
#include "export/graft-export.h"
#include "image/graft-image-loader.h"

gboolean
cli_recover (const char *path, GError **error)
{
  g_autofree char *folder = graft_boot_set_find_folder (path), *done = NULL;

  if (!graft_export_recover (folder, &done, error))
    return FALSE;
  if (done != NULL)
    cli_report_note (done);
  return TRUE;
}

GraftBootSet *
cli_open_set (CliInvocation *self, const char *path, GError **error)
{
  return cli_recover (path, error) ? graft_boot_set_open (path, self->cancellable, error) : NULL;
}

gboolean
cli_open_members (CliInvocation *self, GraftBootSet *set, GError **error)
{
  GPtrArray *members = graft_boot_set_get_members (set);

  for (guint i = 0; i < members->len; i++)
    {
      GraftMember *member = g_ptr_array_index (members, i);

      if (!graft_member_open (member, self->cancellable, error))
        return FALSE;
    }
  return TRUE;
}

void
cli_place_free (CliPlace *self)
{
  g_clear_pointer (&self->address, graft_address_free);
  g_clear_pointer (&self->root, graft_node_unref);
  g_clear_object (&self->image);
  g_free (self);
}

/* "initrd.img:conf": the file "initrd.img" is there, and a path inside begins with "/". */
static CliPlace *
set_unopened (const char *text, GError *cause, GError **error)
{
  const char *colon = strchr (text, ':');
  g_autofree char *image = colon != NULL ? g_strndup (text, colon - text) : NULL;

  if (image == NULL || colon[1] == '/' || !g_file_test (image, G_FILE_TEST_IS_REGULAR))
    {
      g_propagate_error (error, cause);
      return NULL;
    }
  g_error_free (cause);
  g_set_error (
      error, CLI_ERROR, 0,
      _ ("%s: there is no such file; what is inside an image has an address with :/ in it, "
         "as %s:/%s"),
      text, image, colon + 1);
  return NULL;
}

/* From the outermost image, which is open, to the one that the address ends in. */
static gboolean
open_images (CliInvocation *self, CliPlace *place, GError **error)
{
  GPtrArray *images = place->address->images;

  for (guint i = 0; place->image != NULL; i++)
    {
      const GraftAddressImage *level = g_ptr_array_index (images, i);
      g_autoptr (GraftImage) outer = NULL;

      if (!graft_address_get_part (place->image, level->segment, &place->part, error))
        return FALSE;
      g_clear_pointer (&place->root, graft_node_unref);
      place->root = place->part >= 0 ? graft_image_dup_part (place->image, place->part)
                                     : graft_image_dup_root (place->image, error);
      if (place->root == NULL || i + 1 == images->len)
        break;
      level = g_ptr_array_index (images, i + 1);
      outer = g_steal_pointer (&place->image);
      place->image
          = graft_image_load_inside (outer, place->root, level->name, self->cancellable, error);
      /* Its nodes do not hold it. */
      g_clear_pointer (&place->root, graft_node_unref);
    }
  return place->root != NULL;
}

CliPlace *
cli_place_open (CliInvocation *self, const char *text, GError **error)
{
  g_autoptr (CliPlace) place = g_new0 (CliPlace, 1);
  g_autoptr (GraftInput) input = NULL;
  g_autoptr (GError) local = NULL;
  const GraftAddressImage *outermost;

  place->address = graft_address_parse (text, error);
  if (place->address == NULL)
    return NULL;
  outermost = g_ptr_array_index (place->address->images, 0);
  if (g_file_test (outermost->name, G_FILE_TEST_IS_DIR))
    {
      g_set_error (error, CLI_ERROR, 0,
                   _ ("%s is a folder: name one of the images in it (“bootgraft-cli info” lists "
                      "them)"),
                   text);
      return NULL;
    }
  input = graft_file_input_new (outermost->name, &local);
  if (input == NULL)
    return set_unopened (text, g_steal_pointer (&local), error);
  place->image = graft_image_load (input, self->cancellable, error);
  return open_images (self, place, error) ? g_steal_pointer (&place) : NULL;
}

gboolean
cli_get_source_date (gint64 *ret_time, GError **error)
{
  const char *text = g_getenv ("SOURCE_DATE_EPOCH");
  gint64 value = -1;

  if (text != NULL && !g_ascii_string_to_signed (text, 10, 0, G_MAXUINT32, &value, NULL))
    {
      g_set_error (error, CLI_ERROR, 0,
                   _ ("SOURCE_DATE_EPOCH is “%s”, but must be seconds since 1970"), text);
      return FALSE;
    }
  *ret_time = value;
  return TRUE;
}
