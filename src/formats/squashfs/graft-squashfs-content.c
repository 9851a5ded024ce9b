/* graft-squashfs-content.c: new contents cut into blocks and fragments
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/squashfs/graft-squashfs-content.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-bytes.h"
#include "formats/squashfs/graft-squashfs-compressor.h"
#include "formats/squashfs/graft-squashfs-digest.h"
#include "formats/squashfs/graft-squashfs-encoder.h"
#include "formats/squashfs/graft-squashfs-error.h"
#include "formats/squashfs/graft-squashfs-packed.h"

/* Stored bytes that are worth waiting for the encoder, so that the kernel copies them. */
#define LONG_RUN (4 * 1024 * 1024)
/* An encoder's tag for a fragment block; any other is the number of the content. */
#define TAG_FRAGMENT G_MAXUINT

/* Fragment blocks are filled in two lines: ends of files that are compressed already are kept
 * apart, so that they are not tried to compress, and spoil nobody else's block. */
enum
{
  LINE_PLAIN,
  LINE_PACKED,
  N_LINES,
};

typedef struct
{
  guint32 number; /* of the fragment being filled */
  guint32 length; /* 0: none begun */
  guint8 *data;
} Line;

typedef struct
{
  const GraftSquashfsStyle *style;
  GraftSquashfsPlan *plan;
  sqfs_frag_table_t *fragments;
  GraftInput *source; /* no-ref: the source image's */
  GraftOutput *output;
  GraftWritten *written;
  GraftSquashfsEncoder *encoder;
  GraftProgress *progress;
  GCancellable *cancellable;
  GHashTable *by_size; /* guint64 → GArray of guint: contents of that size, by number */
  Line lines[N_LINES];
  guint64 done;
} Encoding;

/* How one content is cut. */
typedef struct
{
  guint number;
  GraftInput *input; /* no-ref */
  guint n_blocks;
  guint n_pieces; /* the blocks, and the end in a fragment */
  gboolean packed;
} Cut;

static GraftSquashfsContent *
get_content (GraftSquashfsPlan *plan, guint number)
{
  return &g_array_index (plan->contents, GraftSquashfsContent, number);
}

/* Stored bytes of a patched content's source went to @target. */
static void
note_carried (Encoding *self, GraftSquashfsPatch *patch, guint64 offset, guint64 target,
              guint64 length)
{
  GArray *carried = self->written->carried;
  GraftCarriedRange *last
      = carried->len > 0 ? &g_array_index (carried, GraftCarriedRange, carried->len - 1) : NULL;

  graft_squashfs_patch_add_run (patch, offset, target, length);
  /* What was carried for whole contents stays as it is: it is looked up. */
  if (last == NULL || carried->len <= self->plan->n_carried
      || last->source_offset + last->length != offset
      || last->target_offset + last->length != target)
    {
      graft_written_add_carried (self->written, offset, target, length);
      return;
    }
  last->length += length;
  self->written->copied += length;
}

static void
encoded_cb (guint64 offset, guint32 stored, guint tag, guint index, gpointer data)
{
  Encoding *self = data;
  GraftSquashfsContent *content;

  if (tag == TAG_FRAGMENT)
    {
      /* Its place was made when it was begun. */
      sqfs_frag_table_set (self->fragments, index, offset, stored);
      return;
    }
  content = get_content (self->plan, tag);
  g_array_index (self->plan->blocks, guint32, index) = stored;
  if (content->start == 0)
    content->start = offset;
  if (content->patch != NULL
      && !graft_squashfs_patch_is_touched (content->patch, index - content->first_block))
    note_carried (self, content->patch, content->patch->offsets[index - content->first_block],
                  offset, SQFS_ON_DISK_BLOCK_SIZE (stored));
}

static gboolean
flush_line (Encoding *self, guint which, GError **error)
{
  Line *line = &self->lines[which];
  gboolean raw
      = which == LINE_PACKED || (self->style->flags & SQFS_FLAG_UNCOMPRESSED_FRAGMENTS) != 0;
  guint8 *room;

  if (line->length == 0)
    return TRUE;
  room = graft_squashfs_encoder_get_room (self->encoder, error);
  if (room == NULL)
    return FALSE;
  memcpy (room, line->data, line->length);
  graft_squashfs_encoder_submit (self->encoder, line->length, raw, TAG_FRAGMENT, line->number);
  line->length = 0;
  return TRUE;
}

/* The end of a file, which lies in the room that the encoder gave. */
static gboolean
add_to_fragment (Encoding *self, const Cut *cut, const guint8 *data, gsize length, GError **error)
{
  GraftSquashfsContent *content = get_content (self->plan, cut->number);
  guint which
      = cut->packed && graft_squashfs_packed_looks_random (data, length) ? LINE_PACKED : LINE_PLAIN;
  Line *line = &self->lines[which];
  g_autofree guint8 *end = NULL;

  if (line->length + length > self->style->block_size)
    {
      /* The full fragment block needs that room. */
      end = g_memdup2 (data, length);
      data = end;
      if (!flush_line (self, which, error))
        return FALSE;
    }
  if (line->length == 0)
    {
      int code = sqfs_frag_table_append (self->fragments, 0, 0, &line->number);

      if (code != 0)
        return graft_squashfs_fail_writing (NULL, code, _ ("the fragment table"), error);
    }
  if (line->data == NULL)
    line->data = g_malloc (self->style->block_size);
  memcpy (line->data + line->length, data, length);
  content->fragment = line->number;
  content->fragment_offset = line->length;
  line->length += length;
  return TRUE;
}

/* Looks for an earlier content of the same bytes, and gives it to the file instead. @digest is of
 * the first piece, which had to be read anyway. */
static gboolean
share_content (Encoding *self, const Cut *cut, guint64 digest, gboolean *ret_shared, GError **error)
{
  GraftSquashfsPlan *plan = self->plan;
  GraftSquashfsContent *content = get_content (plan, cut->number);
  GArray *same = g_hash_table_lookup (self->by_size, &content->size);

  *ret_shared = FALSE;
  if (same == NULL)
    {
      same = g_array_new (FALSE, FALSE, sizeof (guint));
      g_hash_table_insert (self->by_size, g_memdup2 (&content->size, sizeof content->size), same);
    }
  for (guint i = 0; i < same->len; i++)
    {
      guint number = g_array_index (same, guint, i);
      const GraftSquashfsContent *other = get_content (plan, number);
      g_autoptr (GraftInput) input = NULL;
      gboolean equal = FALSE;

      if (g_array_index (plan->digests, guint64, other->first_digest) != digest)
        continue;
      input = graft_node_open (graft_squashfs_plan_get (plan, other->owner)->node, error);
      if (input == NULL || !graft_input_equal (cut->input, input, &equal, self->cancellable, error))
        return FALSE;
      if (!equal)
        continue;
      graft_squashfs_plan_get (plan, content->owner)->content = number;
      *ret_shared = TRUE;
      return TRUE;
    }
  g_array_append_val (same, cut->number);
  return TRUE;
}

static void
cut_content (Encoding *self, Cut *cut)
{
  GraftSquashfsContent *content = get_content (self->plan, cut->number);
  guint16 flags = self->style->flags;
  guint64 full = content->size / self->style->block_size;
  gboolean end = content->size % self->style->block_size != 0;
  gboolean fragment = end && (flags & SQFS_FLAG_NO_FRAGMENTS) == 0
                      && (full == 0 || (flags & SQFS_FLAG_ALWAYS_FRAGMENTS) != 0);

  cut->n_pieces = full + (end ? 1 : 0);
  cut->n_blocks = fragment ? full : cut->n_pieces;
}

/* Hands over the piece that lies in the room that the encoder gave. */
static gboolean
put_piece (Encoding *self, const Cut *cut, guint piece, const guint8 *room, gsize length,
           GError **error)
{
  GraftSquashfsContent *content = get_content (self->plan, cut->number);
  gboolean raw = (self->style->flags & SQFS_FLAG_UNCOMPRESSED_DATA) != 0;

  if (piece >= cut->n_blocks)
    return add_to_fragment (self, cut, room, length, error);
  if (graft_bytes_are_zero (room, length))
    {
      g_array_index (self->plan->blocks, guint32, content->first_block + piece) = 0;
      content->sparse += length;
      return TRUE;
    }
  raw = raw || (cut->packed && graft_squashfs_packed_looks_random (room, length));
  graft_squashfs_encoder_submit (self->encoder, length, raw, cut->number,
                                 content->first_block + piece);
  return TRUE;
}

static gboolean
encode_piece (Encoding *self, Cut *cut, guint piece, gboolean *ret_shared, GError **error)
{
  GraftSquashfsPlan *plan = self->plan;
  GraftSquashfsContent *content = get_content (plan, cut->number);
  guint64 offset = (guint64)piece * self->style->block_size;
  gsize length = MIN (content->size - offset, self->style->block_size);
  guint8 *room = graft_squashfs_encoder_get_room (self->encoder, error);
  guint64 digest;

  if (room == NULL || g_cancellable_set_error_if_cancelled (self->cancellable, error)
      || !graft_input_read_at (cut->input, offset, room, length, error))
    return FALSE;
  digest = graft_squashfs_digest (0, room, length);
  if (piece == 0)
    {
      cut->packed = graft_squashfs_packed_has_magic (room, length);
      /* The library's name for it says the opposite of what it means. */
      if ((self->style->flags & SQFS_FLAG_NO_DUPLICATES) != 0
          && !share_content (self, cut, digest, ret_shared, error))
        return FALSE;
      if (*ret_shared)
        return TRUE;
      content->n_blocks = cut->n_blocks;
      content->first_block = plan->blocks->len;
      content->first_digest = plan->digests->len;
      g_array_set_size (plan->blocks, plan->blocks->len + cut->n_blocks);
    }
  g_array_append_val (plan->digests, digest);
  return put_piece (self, cut, piece, room, length, error);
}

static gboolean
encode_touched (Encoding *self, const Cut *cut, guint piece, GError **error)
{
  GraftSquashfsPlan *plan = self->plan;
  GraftSquashfsContent *content = get_content (plan, cut->number);
  gsize length = graft_squashfs_patch_get_length (content->patch, piece);
  guint8 *room = graft_squashfs_encoder_get_room (self->encoder, error);

  if (room == NULL
      || !graft_input_read_at (cut->input, (guint64)piece * self->style->block_size, room, length,
                               error))
    return FALSE;
  g_array_index (plan->digests, guint64, content->first_digest + piece)
      = graft_squashfs_digest (0, room, length);
  self->done += length;
  graft_progress_set (self->progress, (double)self->done / MAX (plan->new_bytes, self->done));
  return put_piece (self, cut, piece, room, length, error);
}

/* Many stored blocks at once, behind all that was submitted. */
static gboolean
copy_run (Encoding *self, guint number, guint first, guint end, GError **error)
{
  GraftSquashfsContent *content = get_content (self->plan, number);
  GraftSquashfsPatch *patch = content->patch;
  guint64 from = patch->offsets[first], length = patch->offsets[end] - from, target;

  if (!graft_squashfs_encoder_finish (self->encoder, error))
    return FALSE;
  target = graft_output_get_position (self->output);
  if (!graft_output_copy (self->output, self->source, from, length, self->cancellable, error))
    return FALSE;
  if (content->start == 0)
    content->start = target;
  for (guint i = first; i < end; i++)
    g_array_index (self->plan->blocks, guint32, content->first_block + i)
        = g_array_index (patch->sizes, guint32, i);
  note_carried (self, patch, from, target, length);
  return TRUE;
}

/* The blocks from @first to before @end, which nothing touched. Where they are few they go through
 * the encoder as they are, which need not stop for them. */
static gboolean
carry_blocks (Encoding *self, guint number, guint first, guint end, GError **error)
{
  GraftSquashfsContent *content = get_content (self->plan, number);
  const GraftSquashfsPatch *patch = content->patch;

  for (guint i = first; i < end; i++)
    if (SQFS_ON_DISK_BLOCK_SIZE (g_array_index (patch->sizes, guint32, i)) == 0)
      content->sparse += graft_squashfs_patch_get_length (patch, i);
  if (patch->offsets[end] - patch->offsets[first] >= LONG_RUN)
    return copy_run (self, number, first, end, error);
  for (guint i = first; i < end; i++)
    {
      guint32 stored = g_array_index (patch->sizes, guint32, i);
      guint8 *room;

      if (SQFS_ON_DISK_BLOCK_SIZE (stored) == 0)
        {
          g_array_index (self->plan->blocks, guint32, content->first_block + i) = stored;
          continue;
        }
      room = graft_squashfs_encoder_get_room (self->encoder, error);
      if (room == NULL
          || !graft_input_read_at (self->source, patch->offsets[i], room,
                                   SQFS_ON_DISK_BLOCK_SIZE (stored), error))
        return FALSE;
      graft_squashfs_encoder_submit_stored (self->encoder, stored, number,
                                            content->first_block + i);
    }
  return TRUE;
}

static gboolean
encode_patched (Encoding *self, guint number, GError **error)
{
  GraftSquashfsPlan *plan = self->plan;
  GraftSquashfsContent *content = get_content (plan, number);
  const GraftSquashfsPatch *patch = content->patch;
  Cut cut = {
    .number = number,
    .input = GRAFT_INPUT (patch->input),
    .n_blocks = patch->sizes->len,
    .n_pieces = patch->n_pieces,
  };

  content->n_blocks = cut.n_blocks;
  content->first_block = plan->blocks->len;
  content->first_digest = plan->digests->len;
  g_array_set_size (plan->blocks, plan->blocks->len + cut.n_blocks);
  g_array_set_size (plan->digests, plan->digests->len + cut.n_pieces);
  for (guint piece = 0; piece < cut.n_pieces;)
    {
      guint end = piece;

      if (g_cancellable_set_error_if_cancelled (self->cancellable, error))
        return FALSE;
      while (end < cut.n_blocks && !graft_squashfs_patch_is_touched (patch, end))
        end++;
      if (end > piece && !carry_blocks (self, number, piece, end, error))
        return FALSE;
      if (end < cut.n_pieces && graft_squashfs_patch_is_touched (patch, end)
          && !encode_touched (self, &cut, end, error))
        return FALSE;
      piece = end + 1;
    }
  return TRUE;
}

static gboolean
encode_new (Encoding *self, guint number, GError **error)
{
  GraftSquashfsContent *content = get_content (self->plan, number);
  GraftNode *node = graft_squashfs_plan_get (self->plan, content->owner)->node;
  g_autoptr (GraftInput) input = graft_node_open (node, error);
  Cut cut = { .number = number, .input = input };
  gboolean shared = FALSE;

  if (input == NULL)
    return FALSE;
  content->size = graft_input_get_size (input);
  cut_content (self, &cut);
  for (guint piece = 0; piece < cut.n_pieces && !shared; piece++)
    {
      if (!encode_piece (self, &cut, piece, &shared, error))
        return FALSE;
      self->done += MIN (content->size, self->style->block_size);
      graft_progress_set (self->progress,
                          (double)self->done / MAX (self->plan->new_bytes, self->done));
    }
  return TRUE;
}

static gboolean
encode_content (Encoding *self, guint number, GError **error)
{
  return get_content (self->plan, number)->patch != NULL ? encode_patched (self, number, error)
                                                         : encode_new (self, number, error);
}

gboolean
graft_squashfs_content_encode (const GraftSquashfsStyle *style, GraftSquashfsPlan *plan,
                               sqfs_frag_table_t *fragments, GraftSquashfs *source,
                               GraftOutput *output, GraftWritten *written, GraftProgress *progress,
                               GCancellable *cancellable, GError **error)
{
  Encoding self = {
    .style = style,
    .plan = plan,
    .fragments = fragments,
    .source = graft_image_get_input (GRAFT_IMAGE (source)),
    .output = output,
    .written = written,
    .progress = progress,
    .cancellable = cancellable,
  };
  g_autoptr (sqfs_compressor_t) compressor = NULL;
  g_autoptr (GraftSquashfsEncoder) encoder = NULL;
  g_autoptr (GHashTable) by_size = NULL;
  gboolean ok = TRUE;

  if (plan->n_new == 0)
    return TRUE;
  compressor
      = graft_squashfs_block_compressor_new (&style->config, style->block_size, style->effort);
  if (compressor == NULL)
    return graft_squashfs_fail_writing (NULL, SQFS_ERROR_ALLOC, _ ("a block"), error);
  encoder = graft_squashfs_encoder_new (compressor, style->block_size, style->n_threads, output,
                                        encoded_cb, &self, error);
  if (encoder == NULL)
    return FALSE;
  by_size
      = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, (GDestroyNotify)g_array_unref);
  self.by_size = by_size;
  self.encoder = encoder;
  for (guint i = 0; i < plan->contents->len && ok; i++)
    if (!get_content (plan, i)->carried)
      ok = encode_content (&self, i, error);
  for (guint i = 0; i < N_LINES && ok; i++)
    ok = flush_line (&self, i, error);
  ok = ok && graft_squashfs_encoder_finish (encoder, error);
  for (guint i = 0; i < N_LINES; i++)
    g_free (self.lines[i].data);
  return ok;
}
