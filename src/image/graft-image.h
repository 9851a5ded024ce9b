/* graft-image.h: an image of the set: a kernel, an initrd, a squashfs
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An image never changes once it is open, and may be used from several threads. It has one or
 * more *parts*, each a tree: a squashfs has one, an initrd one for each archive in it, a kernel
 * none. Edits keep a root node per part; what the kernel would see of several is merged().
 */

#pragma once

#include "base/graft-input.h"
#include "base/graft-output.h"
#include "base/graft-progress.h"
#include "image/graft-directory.h"
#include "image/graft-node.h"

G_BEGIN_DECLS

/* How much time an encoder may take for what is new: fast; same: the format's usual preset;
 * smallest. */
typedef enum
{
  GRAFT_EFFORT_FAST,
  GRAFT_EFFORT_SAME,
  GRAFT_EFFORT_SMALLEST,
} GraftEffort;

/**
 * GraftSegment:
 * @number: from 1, as in "initrd.img@2"
 * @offset: in the image, bytes
 * @size: stored, bytes
 * @format: "newc", "crc", "padding"; what it is when it cannot be read ("odc", "unknown")
 * @compression: "none", "gzip", "xz", …
 * @content_size: decoded, bytes
 * @n_entries: records of the archive, duplicates counted, the trailer not
 * @part: its number among the image's parts; -1 when it has no tree (padding, unreadable)
 * @early: early microcode or ACPI tables: an uncompressed archive of kernel/ before all others
 * @problem: (nullable): why it cannot be read, or what the kernel will stumble over
 */
typedef struct
{
  guint number;
  guint64 offset;
  guint64 size;
  const char *format;
  const char *compression;
  guint64 content_size;
  guint64 n_entries;
  int part;
  gboolean early;
  char *problem;
} GraftSegment;

/**
 * GraftImageOptions:
 * @effort: for what is encoded anew
 * @compression: (nullable): "xz", "zstd", "gzip", "lz4", "lzo", "none" and, of an initrd, "bzip2",
 *   "lzma": other than the original's; then everything is encoded anew
 * @n_threads: 0: as many as there are processors
 * @grow: an image of a fixed size that has no room for what is to go into it becomes larger
 * @scratch: (nullable): a folder for temporary copies, best on the disk that is written to; NULL:
 *   the system's
 */
typedef struct
{
  GraftEffort effort;
  const char *compression;
  guint n_threads;
  gboolean grow;
  const char *scratch;
} GraftImageOptions;

/**
 * GraftRoom:
 * @missing: bytes that an image of a fixed size lacks; 0: there is room for them
 * @missing_inodes: the same of inodes
 * @growth: by how many bytes it would become larger
 */
typedef struct
{
  guint64 missing;
  guint64 missing_inodes;
  guint64 growth;
} GraftRoom;

/**
 * GraftCarriedRange:
 *
 * A range of the source's stored bytes that the new image has as it was.
 */
typedef struct
{
  guint64 source_offset;
  guint64 target_offset;
  guint64 length;
} GraftCarriedRange;

/**
 * GraftWritten:
 * @copied: stored bytes carried over from the source
 * @encoded: stored bytes that are new (headers and tables among them)
 * @grown: bytes by which the image is larger than its source since there was no room in that
 * @carried: (element-type GraftCarriedRange): what was carried over, sorted by target offset
 * @evidence: (nullable): what the format itself needs to prove the rest (digests of what went
 *   into the encoder); freed with @evidence_free
 */
typedef struct
{
  guint64 copied;
  guint64 encoded;
  guint64 grown;
  GArray *carried;
  gpointer evidence;
  GDestroyNotify evidence_free;
} GraftWritten;

GraftWritten *graft_written_new (void);
void graft_written_free (GraftWritten *self);
void graft_written_add_carried (GraftWritten *self, guint64 source_offset, guint64 target_offset,
                                guint64 length);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftWritten, graft_written_free)

#define GRAFT_TYPE_IMAGE (graft_image_get_type ())
G_DECLARE_DERIVABLE_TYPE (GraftImage, graft_image, GRAFT, IMAGE, GObject)

/**
 * GraftImageClass:
 * @format: "kernel", "initrd", "squashfs", "ext4"
 * @keeps_size: whether an edited one is as long as its source: what is new goes where room is
 * @get_n_parts: (optional): 1 unless implemented
 * @dup_part: the source's own root of a part
 * @merge: (optional): what the kernel sees of these roots, one per part (source's own or edited);
 *   NULL: the only root itself. A file of the result is the node of the part that wins; a folder
 *   that stands in several parts is a new node.
 * @get_compression: "xz", …; "mixed" when segments differ; "none"
 * @get_label: (optional): volume label
 * @get_segments: (optional): (element-type GraftSegment)
 * @write: a new image of @roots (one per part) to the empty @output; what is untouched is carried
 *   over as stored. The same source, roots and options give the same bytes.
 * @verify: reads @written (opened by this same class from what @write wrote) and compares it with
 *   @roots: all metadata entry by entry, carried ranges as stored bytes, what was encoded by its
 *   evidence; with @full everything is decoded and compared. %GRAFT_ERROR_MISMATCH names the first
 *   difference.
 * @get_content_unit: (optional): in pieces of how many bytes files' contents are stored, each by
 *   itself; 0 where there is nothing of the kind
 * @check_room: (optional): whether an image of a fixed size has room for @roots
 * @patch: (optional): a new image of @roots as the source's input with some ranges replaced
 */
struct _GraftImageClass
{
  GObjectClass parent_class;

  const char *format;
  gboolean keeps_size;

  guint (*get_n_parts) (GraftImage *self);
  GraftNode *(*dup_part) (GraftImage *self, guint part);
  GraftNode *(*merge) (GraftImage *self, GraftNode *const *roots, GError **error);
  const char *(*get_compression) (GraftImage *self);
  const char *(*get_label) (GraftImage *self);
  GPtrArray *(*get_segments) (GraftImage *self);

  gboolean (*write) (GraftImage *self, GraftNode *const *roots, const GraftImageOptions *options,
                     GraftOutput *output, GraftWritten *written, GraftProgress *progress,
                     GCancellable *cancellable, GError **error);
  gboolean (*verify) (GraftImage *self, GraftNode *const *roots, GraftImage *result,
                      GraftWritten *written, gboolean full, GraftProgress *progress,
                      GCancellable *cancellable, GError **error);

  gsize (*get_content_unit) (GraftImage *self);
  gboolean (*check_room) (GraftImage *self, GraftNode *const *roots, GraftRoom *ret_room,
                          GCancellable *cancellable, GError **error);
  GraftInput *(*patch) (GraftImage *self, GraftNode *const *roots, gsize unit,
                        const GraftImageOptions *options, GraftWritten *written,
                        GraftProgress *progress, GCancellable *cancellable, GError **error);
};

/* For subclasses: the input is given once, at construction. */
void graft_image_set_input (GraftImage *self, GraftInput *input);

GraftInput *graft_image_get_input (GraftImage *self);
const char *graft_image_get_name (GraftImage *self); /* its input's */
const char *graft_image_get_format (GraftImage *self);
gboolean graft_image_keeps_size (GraftImage *self);
const char *graft_image_get_compression (GraftImage *self);
const char *graft_image_get_label (GraftImage *self);   /* NULL when it has none */
GPtrArray *graft_image_get_segments (GraftImage *self); /* NULL when it has none */
guint graft_image_get_n_parts (GraftImage *self);
GraftNode *graft_image_dup_part (GraftImage *self, guint part);
/* The merged view of the source as it is; NULL for a kernel (with %GRAFT_ERROR_UNSUPPORTED). */
GraftNode *graft_image_dup_root (GraftImage *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
GraftNode *graft_image_merge (GraftImage *self, GraftNode *const *roots,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

gboolean graft_image_write (GraftImage *self, GraftNode *const *roots,
                            const GraftImageOptions *options, GraftOutput *output,
                            GraftWritten *written, GraftProgress *progress,
                            GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean graft_image_verify (GraftImage *self, GraftNode *const *roots, GraftImage *result,
                             GraftWritten *written, gboolean full, GraftProgress *progress,
                             GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The size of the pieces that files' contents are stored in, each by itself: best for the ranges of
 * a patched content of one of them. 0 where there is nothing of the kind. */
gsize graft_image_get_content_unit (GraftImage *self);

/**
 * graft_image_check_room:
 * @ret_room: (out) (optional): what is lacking
 *
 * Whether an image of @roots can be made at all: one of a fixed size may have no room, or be in a
 * state in which it must not be edited. Changes nothing. Without @ret_room a lack of room is
 * %GRAFT_ERROR_NO_ROOM, which says how much it is.
 */
gboolean graft_image_check_room (GraftImage *self, GraftNode *const *roots, GraftRoom *ret_room,
                                 GCancellable *cancellable,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether edits of it can be told as changed ranges of what it is now. */
gboolean graft_image_can_patch (GraftImage *self);

/**
 * graft_image_patch:
 * @unit: bytes by which changes are kept; 0: whatever suits
 * @options: (nullable): of them only @grow and @scratch count
 * @written: gets the evidence for graft_image_verify()
 *
 * The same as graft_image_write(), without writing: the image that has @roots, as a
 * GraftPatchedInput whose base is the source's own input, and longer where that had to grow. For an
 * image that lies in another one, which stores no more than the changed ranges anew.
 */
GraftInput *graft_image_patch (GraftImage *self, GraftNode *const *roots, gsize unit,
                               const GraftImageOptions *options, GraftWritten *written,
                               GraftProgress *progress, GCancellable *cancellable,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* For @verify of all formats: each carried range of @result is, stored byte by stored byte, what
 * the source has there. */
gboolean graft_image_verify_carried (GraftImage *self, GraftImage *result, GraftWritten *written,
                                     GraftProgress *progress, GCancellable *cancellable,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
