/* graft-initrd-verify.c: whether a written initrd is what was meant
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The new file was decoded once when it was opened, which gave the fingerprint of each stream:
 * equal to that of what went into the encoder, it is the same content. Its entries are then held
 * against the tree that was to be written, so that the writer's own mistakes show as well.
 */

#include "formats/initrd/graft-initrd-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-error.h"
#include "base/graft-limits.h"
#include "base/graft-name.h"
#include "base/graft-sentence.h"
#include "coders/graft-fingerprint.h"
#include "image/graft-path.h"

#define CHUNK (1024 * 1024)

typedef struct
{
  GraftInitrd *result;
  guint part;
  GHashTable *files; /* of wanted node to written node: names of one file stay names of one */
  GCancellable *cancellable;
} Verifier;

static gboolean
fail (Verifier *self, const char *path, const char *what, GError **error)
{
  g_autofree char *name = graft_name_escape (path);

  g_set_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_MISMATCH,
               /* TRANSLATORS: an image, a segment's number, a path; "type", "size" or the like */
               _ ("%s@%u:/%s reads back with another %s than was written"),
               graft_image_get_name (GRAFT_IMAGE (self->result)),
               graft_initrd_get_segment_number (self->result, self->part), name, what);
  return FALSE;
}

static gboolean
compare_attributes (Verifier *self, const char *path, GraftNode *wanted, GraftNode *found,
                    GError **error)
{
  const GraftAttributes *a = graft_node_get_attributes (wanted);
  const GraftAttributes *b = graft_node_get_attributes (found);
  GraftNodeType type = graft_node_get_node_type (wanted);

  if (type != graft_node_get_node_type (found))
    return fail (self, path, _ ("type"), error);
  if (a->mode != b->mode)
    return fail (self, path, _ ("mode"), error);
  if (a->uid != b->uid || a->gid != b->gid)
    return fail (self, path, _ ("owner"), error);
  if (CLAMP (a->mtime, 0, (gint64)G_MAXUINT32) != b->mtime)
    return fail (self, path, _ ("time"), error);
  if (g_strcmp0 (graft_node_get_target (wanted), graft_node_get_target (found)) != 0)
    return fail (self, path, _ ("target"), error);
  if (type == GRAFT_NODE_REGULAR && graft_node_get_size (wanted) != graft_node_get_size (found))
    return fail (self, path, _ ("size"), error);
  if ((type == GRAFT_NODE_CHAR_DEVICE || type == GRAFT_NODE_BLOCK_DEVICE)
      && (graft_node_get_rdev_major (wanted) != graft_node_get_rdev_major (found)
          || graft_node_get_rdev_minor (wanted) != graft_node_get_rdev_minor (found)))
    return fail (self, path, _ ("device number"), error);
  return TRUE;
}

/* Two names of one file must be that again, and no others. */
static gboolean
compare_links (Verifier *self, const char *path, GraftNode *wanted, GraftNode *found,
               GError **error)
{
  GraftNode *known;

  if (graft_node_is_directory (wanted) || graft_node_get_node_type (wanted) == GRAFT_NODE_SYMLINK)
    return TRUE;
  known = g_hash_table_lookup (self->files, wanted);
  if (known == NULL)
    g_hash_table_insert (self->files, wanted, found);
  else if (!graft_node_is_same_file (known, found))
    return fail (self, path, _ ("set of names"), error);
  return TRUE;
}

static gboolean compare_folders (Verifier *self, const char *path, GraftNode *wanted,
                                 GraftNode *found, guint depth, GError **error);

static gboolean
compare_nodes (Verifier *self, const char *path, GraftNode *wanted, GraftNode *found, guint depth,
               GError **error)
{
  /* A folder that was only implied may have got a record. */
  if (!(graft_node_is_directory (wanted) && graft_node_is_implicit (wanted)
        && graft_node_is_directory (found))
      && !compare_attributes (self, path, wanted, found, error))
    return FALSE;
  if (!compare_links (self, path, wanted, found, error))
    return FALSE;
  return !graft_node_is_directory (wanted)
         || compare_folders (self, path, wanted, found, depth, error);
}

/* An implied folder leaves no trace unless something is below it. */
static gboolean
leaves_no_trace (GraftNode *node, guint depth)
{
  g_autoptr (GraftDirectory) listing = NULL;

  if (!graft_node_is_directory (node) || !graft_node_is_implicit (node)
      || depth >= GRAFT_LIMIT_DEPTH)
    return FALSE;
  listing = graft_node_list (node, NULL);
  if (listing == NULL)
    return FALSE;
  for (guint i = 0; i < graft_directory_get_n_entries (listing); i++)
    if (!leaves_no_trace (graft_directory_get_entry (listing, i)->node, depth + 1))
      return FALSE;
  return TRUE;
}

static gboolean
compare_folders (Verifier *self, const char *path, GraftNode *wanted, GraftNode *found, guint depth,
                 GError **error)
{
  g_autoptr (GraftDirectory) a = graft_node_list (wanted, error);
  g_autoptr (GraftDirectory) b = a != NULL ? graft_node_list (found, error) : NULL;
  guint n_found = 0;

  if (b == NULL || g_cancellable_set_error_if_cancelled (self->cancellable, error))
    return FALSE;
  if (depth >= GRAFT_LIMIT_DEPTH)
    return fail (self, path, _ ("depth"), error);
  for (guint i = 0; i < graft_directory_get_n_entries (a); i++)
    {
      const GraftEntry *left = graft_directory_get_entry (a, i);
      const GraftEntry *right = graft_directory_lookup (b, left->name);
      g_autofree char *child
          = *path == '\0' ? g_strdup (left->name) : g_strconcat (path, "/", left->name, NULL);

      if (right == NULL && leaves_no_trace (left->node, depth))
        continue;
      if (right == NULL)
        return fail (self, path, _ ("list of entries"), error);
      n_found++;
      if (!compare_nodes (self, child, left->node, right->node, depth + 1, error))
        return FALSE;
    }
  return n_found == graft_directory_get_n_entries (b)
         || fail (self, path, _ ("list of entries"), error);
}

static guint
hash_node (gconstpointer data)
{
  GraftNode *node = (GraftNode *)data;

  return graft_node_get_source (node) != NULL ? (guint)graft_node_get_handle (node)
                                              : g_direct_hash (node);
}

static gboolean
equal_nodes (gconstpointer a, gconstpointer b)
{
  return graft_node_is_same_file ((GraftNode *)a, (GraftNode *)b);
}

static gboolean
verify_tree (GraftInitrd *result, guint part, GraftNode *wanted, GCancellable *cancellable,
             GError **error)
{
  g_autoptr (GHashTable) files = g_hash_table_new (hash_node, equal_nodes);
  g_autoptr (GraftNode) found = graft_image_dup_part (GRAFT_IMAGE (result), part);
  Verifier self = { result, part, files, cancellable };

  return compare_nodes (&self, "", wanted, found, 0, error);
}

/* A segment that is not compressed was not read as a whole when it was opened. */
static GArray *
fingerprint_stored (GraftInput *input, guint64 offset, guint64 size, GCancellable *cancellable,
                    GError **error)
{
  g_autoptr (GraftFingerprint) fingerprint = graft_fingerprint_new ();
  g_autofree guint8 *buffer = g_malloc (CHUNK);

  for (guint64 done = 0; done < size; done += CHUNK)
    {
      gsize count = MIN (size - done, CHUNK);

      if (g_cancellable_set_error_if_cancelled (cancellable, error)
          || !graft_input_read_at (input, offset + done, buffer, count, error))
        return NULL;
      graft_fingerprint_update (fingerprint, buffer, count);
    }
  return graft_fingerprint_finish (fingerprint);
}

static gboolean
equal_fingerprints (GArray *a, GArray *b)
{
  return a->len == b->len && memcmp (a->data, b->data, a->len * sizeof (guint64)) == 0;
}

static gboolean
verify_encoded (GraftInitrd *result, const GraftInitrdEncoded *encoded, GraftNode *wanted,
                GCancellable *cancellable, GError **error)
{
  GraftInput *input = graft_image_get_input (GRAFT_IMAGE (result));
  GraftInitrdSegment *segment = graft_initrd_get_part_segment (result, encoded->part);
  g_autoptr (GArray) fingerprint = NULL;

  if (segment->info.offset != encoded->offset || segment->compression != encoded->compression)
    {
      g_set_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_MISMATCH,
                   _ ("%s reads back with segment %u at byte %s instead of %s"),
                   graft_input_get_name (input), segment->info.number,
                   GRAFT_NUMBER (segment->info.offset), GRAFT_NUMBER (encoded->offset));
      return FALSE;
    }
  fingerprint
      = segment->fingerprint != NULL
            ? g_array_ref (segment->fingerprint)
            : fingerprint_stored (input, encoded->offset, encoded->size, cancellable, error);
  if (fingerprint == NULL)
    return FALSE;
  if (!equal_fingerprints (fingerprint, encoded->fingerprint))
    {
      g_set_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_MISMATCH,
                   _ ("segment %u of %s reads back with another content than was written: the disk "
                      "or the memory of this computer lost data"),
                   segment->info.number, graft_input_get_name (input));
      return FALSE;
    }
  return verify_tree (result, encoded->part, wanted, cancellable, error);
}

/* All files of a part, in the order in which they lie there. */
static gboolean
verify_contents (GraftInitrd *result, guint part, GraftNode *wanted, GCancellable *cancellable,
                 GError **error)
{
  GraftInitrdSegment *segment = graft_initrd_get_part_segment (result, part);
  guint n_records;
  const GraftCpioRecord *records = graft_cpio_archive_get_records (segment->archive, &n_records);
  g_autoptr (GraftNode) root = graft_image_dup_part (GRAFT_IMAGE (result), part);
  Verifier self = { result, part, NULL, cancellable };

  for (guint i = 0; i < n_records; i++)
    {
      g_autofree char *path = NULL;
      g_autoptr (GraftNode) a = NULL, b = NULL;
      g_autoptr (GraftInput) left = NULL, right = NULL;
      gboolean equal;

      if (records[i].place == GRAFT_CPIO_NONE || records[i].shadowed || records[i].header.size == 0)
        continue;
      path = g_strndup (graft_cpio_archive_get_text (segment->archive, records[i].path),
                        records[i].path_length);
      a = graft_path_lookup (wanted, path, GRAFT_PATH_NO_FOLLOW, NULL, error);
      b = a != NULL ? graft_path_lookup (root, path, GRAFT_PATH_NO_FOLLOW, NULL, error) : NULL;
      if (b == NULL)
        return FALSE;
      if (graft_node_get_node_type (a) != GRAFT_NODE_REGULAR)
        continue;
      left = graft_node_open (a, error);
      right = left != NULL ? graft_node_open (b, error) : NULL;
      if (right == NULL || !graft_input_equal (left, right, &equal, cancellable, error))
        return FALSE;
      if (!equal)
        return fail (&self, path, _ ("content"), error);
    }
  return TRUE;
}

gboolean
graft_initrd_verify (GraftImage *image, GraftNode *const *roots, GraftImage *result_image,
                     GraftWritten *written, gboolean full, GraftProgress *progress,
                     GCancellable *cancellable, GError **error)
{
  GraftInitrd *self = GRAFT_INITRD (image), *result = GRAFT_INITRD (result_image);
  GArray *evidence = written->evidence;
  g_autoptr (GraftProgress) carried = graft_progress_new_child (progress, 0.5, NULL);

  if (self->parts->len != result->parts->len)
    {
      g_set_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_MISMATCH,
                   g_dngettext (GETTEXT_PACKAGE, "%s reads back with %u archive instead of %u",
                                "%s reads back with %u archives instead of %u", result->parts->len),
                   graft_image_get_name (result_image), result->parts->len, self->parts->len);
      return FALSE;
    }
  if (!graft_image_verify_carried (image, result_image, written, carried, cancellable, error))
    return FALSE;
  for (guint i = 0; evidence != NULL && i < evidence->len; i++)
    {
      const GraftInitrdEncoded *encoded = &g_array_index (evidence, GraftInitrdEncoded, i);

      if (!verify_encoded (result, encoded, roots[encoded->part], cancellable, error))
        return FALSE;
    }
  for (guint part = 0; full && part < self->parts->len; part++)
    if (!verify_tree (result, part, roots[part], cancellable, error)
        || !verify_contents (result, part, roots[part], cancellable, error))
      return FALSE;
  return TRUE;
}
