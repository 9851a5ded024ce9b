/* graft-squashfs-write.c: a new image, made of what the old one stores and what is new
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 *     superblock (written last) · options · carried blocks · new blocks and fragments ·
 *     inodes · directories · fragment table · export table · id table · xattr table
 */

#include <glib/gi18n-lib.h>
#include <string.h>

#include "formats/squashfs/graft-squashfs-carry.h"
#include "formats/squashfs/graft-squashfs-compressor.h"
#include "formats/squashfs/graft-squashfs-content.h"
#include "formats/squashfs/graft-squashfs-error.h"
#include "formats/squashfs/graft-squashfs-private.h"
#include "formats/squashfs/graft-squashfs-tables.h"

/* How many bytes are copied in the time that one is encoded; only progress depends on it. */
#define COPY_GAIN 30.0

#define RAW_FLAGS                                                                                  \
  (SQFS_FLAG_UNCOMPRESSED_INODES | SQFS_FLAG_UNCOMPRESSED_DATA | SQFS_FLAG_UNCOMPRESSED_FRAGMENTS  \
   | SQFS_FLAG_UNCOMPRESSED_XATTRS | SQFS_FLAG_UNCOMPRESSED_IDS)

typedef struct
{
  GraftSquashfs *source;
  GraftSquashfsStyle style;
  GBytes *stored_options;
  GraftSquashfsPlan *plan;
  sqfs_frag_table_t *fragments;
  GraftOutput *output;
} Writing;

/* Whether @options ask for another compression than the source's. */
static gboolean
is_recoded (GraftSquashfs *source, const GraftImageOptions *options)
{
  return options->compression != NULL
         && strcmp (options->compression, graft_image_get_compression (GRAFT_IMAGE (source))) != 0;
}

/* Another compressor, with its own defaults; "none" keeps the compressor's name and uses it for
 * nothing. */
static gboolean
set_compression (Writing *self, const char *compression, GError **error)
{
  GraftSquashfsStyle *style = &self->style;
  int compressor;

  if (strcmp (compression, "none") == 0)
    {
      style->flags |= RAW_FLAGS;
      return TRUE;
    }
  compressor = sqfs_compressor_id_from_name (compression);
  /* lzma could be named, but no kernel reads it. */
  if (compressor < 0 || compressor == SQFS_COMP_LZMA)
    {
      g_set_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_INVALID,
                   _ ("A squashfs cannot be compressed with %s; take gzip, xz, zstd, lz4, lzo or "
                      "none"),
                   compression);
      return FALSE;
    }
  style->flags &= ~RAW_FLAGS;
  if (compressor == style->config.id)
    return TRUE;
  sqfs_compressor_config_init (&style->config, compressor, style->block_size, 0);
  g_clear_pointer (&self->stored_options, g_bytes_unref);
  self->stored_options = graft_squashfs_options_make (compressor, style->effort);
  style->flags &= ~SQFS_FLAG_COMPRESSOR_OPTIONS;
  if (g_bytes_get_size (self->stored_options) > 0)
    style->flags |= SQFS_FLAG_COMPRESSOR_OPTIONS;
  return TRUE;
}

static gboolean
init_style (Writing *self, const GraftImageOptions *options, GError **error)
{
  GraftSquashfs *source = self->source;

  self->style = (GraftSquashfsStyle){
    .config = source->config,
    .block_size = source->super.block_size,
    .flags = source->super.flags,
    .effort = options->effort,
    .n_threads = options->n_threads,
  };
  self->stored_options = g_bytes_ref (source->stored_options);
  return !is_recoded (source, options) || set_compression (self, options->compression, error);
}

static gboolean
write_edited (Writing *self, GraftNode *root, const GraftImageOptions *options,
              GraftWritten *written, GraftProgress *progress, GCancellable *cancellable,
              GError **error)
{
  g_autoptr (GraftProgress) copying = NULL;
  g_autoptr (GraftProgress) encoding = NULL;
  double share;

  self->plan = graft_squashfs_plan_new (self->source, root, is_recoded (self->source, options),
                                        cancellable, error);
  if (self->plan == NULL || !graft_output_write_zeros (self->output, sizeof (sqfs_super_t), error)
      || !graft_output_write (self->output, g_bytes_get_data (self->stored_options, NULL),
                              g_bytes_get_size (self->stored_options), error))
    return FALSE;

  share = self->plan->new_bytes * COPY_GAIN
          / (self->plan->new_bytes * COPY_GAIN + self->source->super.bytes_used);
  copying = graft_progress_new_child (progress, 1 - share, _ ("copying unchanged blocks"));
  if (!graft_squashfs_carry (self->source, self->plan, self->fragments, self->output, written,
                             copying, cancellable, error))
    return FALSE;
  g_clear_object (&copying);
  encoding = graft_progress_new_child (progress, share, _ ("compressing new files"));
  if (!graft_squashfs_content_encode (&self->style, self->plan, self->fragments, self->source,
                                      self->output, written, encoding, cancellable, error))
    return FALSE;

  self->plan->options = g_bytes_ref (self->stored_options);
  return graft_squashfs_tables_write (self->source, &self->style, self->plan, self->fragments,
                                      self->output, cancellable, error);
}

/* Nothing was touched: the file as it is, with what may stand behind the image. */
static gboolean
copy_whole (GraftSquashfs *source, GraftOutput *output, GraftWritten *written,
            GCancellable *cancellable, GError **error)
{
  GraftInput *input = graft_image_get_input (GRAFT_IMAGE (source));
  guint64 size = graft_input_get_size (input);

  graft_written_add_carried (written, 0, graft_output_get_position (output), size);
  return graft_output_copy (output, input, 0, size, cancellable, error);
}

gboolean
graft_squashfs_write (GraftImage *image, GraftNode *const *roots, const GraftImageOptions *options,
                      GraftOutput *output, GraftWritten *written, GraftProgress *progress,
                      GCancellable *cancellable, GError **error)
{
  GraftSquashfs *source = GRAFT_SQUASHFS (image);
  g_autoptr (sqfs_frag_table_t) fragments = sqfs_frag_table_create (0);
  Writing self = { .source = source, .output = output, .fragments = fragments };
  gboolean ok;

  if (roots[0] == source->root && !is_recoded (source, options))
    return copy_whole (source, output, written, cancellable, error);
  if (fragments == NULL)
    return graft_squashfs_fail_writing (NULL, SQFS_ERROR_ALLOC, _ ("the fragment table"), error);
  ok = init_style (&self, options, error)
       && write_edited (&self, roots[0], options, written, progress, cancellable, error);
  g_clear_pointer (&self.stored_options, g_bytes_unref);
  if (!ok)
    {
      g_clear_pointer (&self.plan, graft_squashfs_plan_free);
      return FALSE;
    }
  written->encoded = graft_output_get_position (output) - written->copied;
  written->evidence = self.plan;
  written->evidence_free = (GDestroyNotify)graft_squashfs_plan_free;
  return TRUE;
}
