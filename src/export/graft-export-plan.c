/* graft-export-plan.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "export/graft-export-plan.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-error.h"
#include "base/graft-name.h"
#include "coders/graft-compression.h"
#include "image/graft-path.h"

/* How much longer than copying a byte encoding one takes, about. */
#define COST_XZ 60
#define COST_GZIP 20
#define COST_OTHER 4
/* An estimate that is too high must not stop an export that would fit. */
#define SPACE_MARGIN 0.75

static void
graft_export_job_free (gpointer data)
{
  GraftExportJob *self = data;

  g_clear_object (&self->input);
  g_free (self->path);
  g_free (self);
}

/* File bytes below a root: those stored in the source, and those that are new. */
typedef struct
{
  guint64 kept;
  guint64 fresh;
} Bytes;

static gboolean
add_bytes (const char *path, GraftNode *node, gpointer data, GError **error)
{
  Bytes *bytes = data;

  if (graft_node_get_node_type (node) != GRAFT_NODE_REGULAR)
    return TRUE;
  if (graft_node_get_content_origin (node) != NULL)
    bytes->kept += graft_node_get_size (node);
  else
    bytes->fresh += graft_node_get_size (node);
  return TRUE;
}

static double
get_encoding_cost (const char *compression)
{
  static const char *const slow[] = { "xz", "lzma", "bzip2", NULL };

  if (compression != NULL && g_strv_contains (slow, compression))
    return COST_XZ;
  return g_strcmp0 (compression, "gzip") == 0 ? COST_GZIP : COST_OTHER;
}

/* What was edited inside of images inside counts as new in the image around. */
static gboolean
add_inside (GraftMember *member, Bytes *bytes, GCancellable *cancellable, GError **error)
{
  GPtrArray *children = graft_member_get_children (member);

  for (guint i = 0; i < children->len; i++)
    {
      GraftMember *child = g_ptr_array_index (children, i);
      GraftOverlay *overlay = graft_member_peek_overlay (child);
      Bytes inside = { 0, 0 };

      for (guint k = 0; graft_member_is_edited (child)
                        && k < graft_image_get_n_parts (graft_overlay_get_image (overlay));
           k++)
        if (!graft_path_walk (graft_overlay_get_roots (overlay)[k], "/", add_bytes, &inside,
                              cancellable, error))
          return FALSE;
      bytes->fresh += inside.fresh;
      if (!add_inside (child, bytes, cancellable, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
estimate (GraftExportJob *job, GCancellable *cancellable, GError **error)
{
  GraftOverlay *overlay = graft_member_get_overlay (job->member);
  GraftImage *image = graft_member_get_image (job->member);
  guint64 stored = graft_input_get_size (graft_image_get_input (image));
  GraftNode *const *roots = graft_overlay_get_roots (overlay);
  Bytes now = { 0, 0 }, before = { 0, 0 };
  GraftRoom room = { 0 };
  double factor;

  if (job->grow && !graft_image_check_room (image, roots, &room, cancellable, error))
    return FALSE;
  for (guint i = 0; i < graft_image_get_n_parts (image); i++)
    {
      g_autoptr (GraftNode) source = graft_image_dup_part (image, i);

      if (!graft_path_walk (roots[i], "/", add_bytes, &now, cancellable, error)
          || !graft_path_walk (source, "/", add_bytes, &before, cancellable, error))
        return FALSE;
    }
  if (!add_inside (job->member, &now, cancellable, error))
    return FALSE;
  /* As if the new bytes were packed as well as the old ones. */
  factor = (double)stored / MAX (before.kept, 1);
  if (g_strcmp0 (job->compression, "none") == 0)
    factor = 1;
  job->size
      = graft_image_keeps_size (image) ? stored + room.growth : factor * (now.kept + now.fresh);
  factor = get_encoding_cost (job->compression != NULL ? job->compression
                                                       : graft_image_get_compression (image));
  /* An initrd's segment is one stream: a change in it makes all of it anew. */
  if (job->compression != NULL || graft_member_get_role (job->member) == GRAFT_ROLE_INITRD)
    job->cost = factor * (now.kept + now.fresh);
  else
    job->cost = stored + factor * now.fresh;
  return TRUE;
}

/* Said before anything is written: no kernel reads a squashfs of these. */
static gboolean
check_kind (GraftMember *member, const char *name, GError **error)
{
  static const char *const for_initrds[] = { "bzip2", "lzma", NULL };
  g_autofree char *shown = NULL;

  if (graft_member_get_role (member) == GRAFT_ROLE_INITRD || !g_strv_contains (for_initrds, name))
    return TRUE;
  shown = graft_name_escape (graft_member_get_path (member));
  g_set_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_INVALID,
               _ ("A squashfs cannot be compressed with %s; take gzip, xz, zstd, lz4, lzo or none"),
               name);
  g_prefix_error (error, _ ("%s: "), shown);
  return FALSE;
}

/* @ret_compression: what is asked for, where it is not what the image has; NULL for none. */
static gboolean
find_compression (GraftMember *member, GHashTable *compressions, const char **ret_compression,
                  GCancellable *cancellable, GError **error)
{
  const char *wanted, *found;
  gboolean by_name;

  *ret_compression = NULL;
  if (compressions == NULL || !graft_member_has_tree (member))
    return TRUE;
  wanted = g_hash_table_lookup (compressions, graft_member_get_path (member));
  by_name = wanted != NULL;
  if (wanted == NULL)
    wanted = g_hash_table_lookup (compressions, "");
  if (wanted == NULL || !check_kind (member, wanted, error)
      || !graft_member_open (member, cancellable, error))
    return wanted == NULL;
  found = graft_image_get_compression (graft_member_get_image (member));
  if (strcmp (wanted, found) == 0)
    return TRUE;
  if (!graft_image_keeps_size (graft_member_get_image (member)))
    *ret_compression = wanted;
  /* What is asked of all images is not asked of one that cannot have it. */
  else if (by_name)
    {
      g_autofree char *shown = graft_name_escape (graft_member_get_path (member));

      g_set_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_INVALID,
                   _ ("%s: a file system of this kind is not compressed"), shown);
      return FALSE;
    }
  return TRUE;
}

static GraftExportJob *
plan_member (GraftMember *member, const GraftExportOptions *options, gboolean grow,
             GCancellable *cancellable, GError **error)
{
  GraftImage *replacement = graft_member_get_replacement (member);
  const char *compression;
  GraftExportJob *job;

  /* One that nobody opened is not opened for this either. */
  if ((graft_member_is_open (member) && !graft_member_open (member, cancellable, error))
      || !find_compression (member, options->compressions, &compression, cancellable, error))
    return NULL;
  job = g_new0 (GraftExportJob, 1);
  job->member = member;
  job->path = g_strdup (graft_member_get_path (member));
  job->file_mode = graft_member_get_file_mode (member);
  job->compression = compression;
  job->grow = grow;
  if (replacement != NULL)
    {
      job->origin = GRAFT_ORIGIN_REPLACED;
      job->input = g_object_ref (graft_image_get_input (replacement));
    }
  else if (graft_member_get_text (member) != NULL)
    {
      job->origin = GRAFT_ORIGIN_REPLACED;
      job->input = g_object_ref (graft_member_get_text (member));
    }
  else if (job->compression != NULL || graft_member_is_changed (member))
    {
      job->origin = GRAFT_ORIGIN_EDITED;
      if (!estimate (job, cancellable, error))
        {
          graft_export_job_free (job);
          return NULL;
        }
      return job;
    }
  else
    job->input = g_object_ref (graft_member_get_input (member));
  job->size = graft_input_get_size (job->input);
  job->cost = job->size;
  return job;
}

static gboolean
check_compression (GraftBootSet *set, const char *path, const char *name, GError **error)
{
  GraftCompression compression;
  GraftMember *member;

  if (!graft_compression_from_name (name, &compression))
    {
      g_set_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_INVALID,
                   _ ("Images cannot be compressed with “%s”; choose xz, zstd, gzip, lz4, "
                      "bzip2, lzma, lzo or none"),
                   name);
      return FALSE;
    }
  if (*path == '\0')
    return TRUE;
  member = graft_boot_set_find_member (set, path, error);
  if (member == NULL)
    return FALSE;
  if (graft_member_get_parent (member) != NULL)
    {
      g_autofree char *shown = graft_name_escape (path);

      g_set_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_INVALID,
                   _ ("%s lies in another image and is stored there as it was; name that one"),
                   shown);
      return FALSE;
    }
  if (!graft_member_has_tree (member))
    {
      g_autofree char *shown = graft_name_escape (path);

      g_set_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_INVALID,
                   _ ("%s has no compression that could be changed: it is a %s"), shown,
                   graft_role_get_name (graft_member_get_role (member)));
      return FALSE;
    }
  return TRUE;
}

static gboolean
check_compressions (GraftBootSet *set, GHashTable *compressions, GError **error)
{
  GHashTableIter iter;
  gpointer path, name;

  if (compressions == NULL)
    return TRUE;
  g_hash_table_iter_init (&iter, compressions);
  while (g_hash_table_iter_next (&iter, &path, &name))
    if (!check_compression (set, path, name, error))
      return FALSE;
  return TRUE;
}

/* Of what is copied into the member's place, and of the member as it is, the copies are made as
 * well; of what is written, from the result. */
static GraftExportJob *
plan_copy (const GraftExportJob *original, const GraftMemberCopy *copy)
{
  GraftExportJob *job = g_new0 (GraftExportJob, 1);

  job->member = original->member;
  job->path = g_strdup (copy->path);
  job->file_mode = copy->file_mode;
  job->origin = original->origin;
  job->size = job->cost = original->size;
  if (original->origin == GRAFT_ORIGIN_EDITED)
    job->repeats = original;
  else if (original->origin == GRAFT_ORIGIN_REPLACED)
    g_set_object (&job->input, original->input);
  else
    g_set_object (&job->input, copy->input);
  return job;
}

GPtrArray *
graft_export_plan_new (GraftBootSet *set, GPtrArray *members, const GraftExportOptions *options,
                       GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func (graft_export_job_free);
  g_autoptr (GPtrArray) planned
      = members != NULL ? g_ptr_array_ref (members) : graft_boot_set_list_files (set);

  if (!check_compressions (set, options->compressions, error))
    return NULL;
  for (guint i = 0; i < planned->len; i++)
    {
      GraftMember *member = g_ptr_array_index (planned, i);
      GPtrArray *copies = graft_member_get_copies (member);
      GraftExportJob *job
          = plan_member (member, options, graft_boot_set_get_may_grow (set), cancellable, error);

      if (job == NULL)
        return NULL;
      g_ptr_array_add (jobs, job);
      for (guint k = 0; members == NULL && k < copies->len; k++)
        g_ptr_array_add (jobs, plan_copy (job, g_ptr_array_index (copies, k)));
    }
  return g_steal_pointer (&jobs);
}

double
graft_export_plan_get_cost (GPtrArray *jobs)
{
  double cost = 0;

  for (guint i = 0; i < jobs->len; i++)
    cost += ((const GraftExportJob *)g_ptr_array_index (jobs, i))->cost;
  return MAX (cost, 1);
}

gboolean
graft_export_plan_check_space (GPtrArray *jobs, guint64 free_bytes, const char *folder,
                               GError **error)
{
  guint64 expected = 0, least = 0;
  g_autofree char *needed = NULL, *there = NULL, *shown = NULL;

  for (guint i = 0; i < jobs->len; i++)
    {
      const GraftExportJob *job = g_ptr_array_index (jobs, i);

      expected += job->size;
      least += job->origin == GRAFT_ORIGIN_EDITED ? job->size * SPACE_MARGIN : job->size;
    }
  if (least <= free_bytes)
    return TRUE;
  needed = g_format_size (expected);
  there = g_format_size (free_bytes);
  shown = graft_name_escape (folder);
  g_set_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_IO,
               _ ("The export needs about %s, but the file system of %s has only %s free"), needed,
               shown, there);
  return FALSE;
}
