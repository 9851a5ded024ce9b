/* graft-ext4-create.c: a file system with nothing in it, of which a full one is written
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/ext4/graft-ext4-create.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "base/graft-error.h"
#include "formats/ext4/graft-ext4-private.h"
#include "helper/graft-helper.h"
#include "image/graft-path.h"
#include "image/graft-tree-copy.h"

#define IMAGE_NAME "image"
#define CONFIG_NAME "mke2fs.conf"
/* All that is not said by options; the last two are what distributions have there. */
#define CONFIG                                                                                     \
  "[defaults]\n\tbase_features = none\n\tenable_periodic_fsck = 0\n"                               \
  "\tdefault_mntopts = acl,user_xattr\n"
/* By mke2fs.conf of e2fsprogs 1.42.9, CentOS 7's. */
#define CENTOS_FEATURES                                                                            \
  "has_journal,ext_attr,resize_inode,dir_index,filetype,extent,64bit,flex_bg,sparse_super,"        \
  "large_file,huge_file,uninit_bg,dir_nlink,extra_isize"
#define CENTOS_INODE_SIZE 256
#define BLOCK_SIZE 4096
/* mke2fs makes no journal below 2048 blocks. */
#define LEAST_BLOCKS 2560
#define STEP (1024 * 1024)
/* The size is a guess, put right by what is measured: nearly always with the first try. */
#define TRIES 8

/* What a tree comes to. */
typedef struct
{
  guint32 block_size;
  guint64 n_entries;
  guint64 n_blocks;
  GChecksum *digest; /* of names, sizes and times: by which the file system is told from others */
} Sum;

/* The folder that mke2fs works in, and how it is called. */
typedef struct
{
  char *folder;
  char *image;
  char *config;
  GraftExt4Image *like;
  const GraftExt4Create *options;
  guint32 block_size;
  guint32 inode_size;
  guint64 n_inodes;
  char *features;
  char *uuid;
  char *seed;
} Make;

static void
make_clear (Make *self)
{
  if (self->image != NULL)
    g_unlink (self->image);
  if (self->config != NULL)
    g_unlink (self->config);
  if (self->folder != NULL)
    g_rmdir (self->folder);
  g_free (self->folder);
  g_free (self->image);
  g_free (self->config);
  g_free (self->features);
  g_free (self->uuid);
  g_free (self->seed);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Make, make_clear)

static gboolean
add_entry (const char *path, GraftNode *node, gpointer data, GError **error)
{
  Sum *sum = data;
  const GraftAttributes *attributes = graft_node_get_attributes (node);
  guint64 size = graft_node_get_size (node);
  guint64 numbers[] = { GUINT64_TO_LE (size), GUINT64_TO_LE (attributes->mtime),
                        GUINT64_TO_LE (attributes->mode) };

  g_checksum_update (sum->digest, (const guint8 *)path, strlen (path) + 1);
  g_checksum_update (sum->digest, (const guint8 *)numbers, sizeof numbers);
  sum->n_entries++;
  if (graft_node_get_node_type (node) == GRAFT_NODE_REGULAR)
    sum->n_blocks += size / sum->block_size + (size % sum->block_size != 0);
  else if (graft_node_is_directory (node))
    sum->n_blocks++;
  return TRUE;
}

/* The digest's bytes from @start as a UUID that is made of a name (RFC 4122, version 5). */
static char *
make_uuid (const guint8 *digest)
{
  return g_strdup_printf ("%02x%02x%02x%02x-%02x%02x-5%x%02x-%x%x%02x-%02x%02x%02x%02x%02x%02x",
                          digest[0], digest[1], digest[2], digest[3], digest[4], digest[5],
                          digest[6] & 15u, digest[7], 8u | (digest[8] & 3u), digest[8] >> 4,
                          digest[9], digest[10], digest[11], digest[12], digest[13], digest[14],
                          digest[15]);
}

static void
set_identity (Make *self, GChecksum *checksum)
{
  guint8 digest[32];
  gsize length = sizeof digest;

  g_checksum_get_digest (checksum, digest, &length);
  self->uuid = make_uuid (digest);
  self->seed = make_uuid (digest + 16);
  if (self->like != NULL)
    {
      const guint8 *uuid = self->like->volume.fs->super->s_uuid;
      g_autoptr (GString) text = g_string_new (NULL);

      for (guint i = 0; i < 16; i++)
        g_string_append_printf (text, "%s%02x", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "",
                                uuid[i]);
      g_free (self->uuid);
      self->uuid = g_string_free (g_steal_pointer (&text), FALSE);
    }
}

static gboolean
make_init (Make *self, const GraftExt4Create *options, const char *scratch, GError **error)
{
  self->options = options;
  self->like = options->like;
  self->block_size = options->block_size != 0 ? options->block_size
                     : self->like != NULL     ? self->like->volume.block_size
                                              : BLOCK_SIZE;
  self->inode_size
      = self->like != NULL ? EXT2_INODE_SIZE (self->like->volume.fs->super) : CENTOS_INODE_SIZE;
  self->features = self->like != NULL ? graft_ext4_state_dup_creatable (self->like->volume.fs)
                                      : g_strdup (CENTOS_FEATURES);
  if (self->block_size < 1024 || self->block_size > 65536
      || (self->block_size & (self->block_size - 1)) != 0)
    {
      g_set_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_INVALID,
                   _ ("An ext4 has blocks of 1024 to 65536 bytes, a power of two, not of %u"),
                   self->block_size);
      return FALSE;
    }
  if (options->label != NULL && strlen (options->label) > EXT2_LABEL_LEN)
    {
      g_set_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_INVALID,
                   _ ("An ext4 has room for a label of %d bytes, but “%s” has %u"), EXT2_LABEL_LEN,
                   options->label, (guint)strlen (options->label));
      return FALSE;
    }
  self->folder = g_build_filename (scratch, "bootgraft-create-XXXXXX", NULL);
  if (g_mkdtemp_full (self->folder, 0700) == NULL)
    {
      graft_error_set_errno (error, GRAFT_EXPORT_ERROR, errno, self->folder,
                             _ ("no temporary folder could be made here"));
      g_clear_pointer (&self->folder, g_free);
      return FALSE;
    }
  self->image = g_build_filename (self->folder, IMAGE_NAME, NULL);
  self->config = g_build_filename (self->folder, CONFIG_NAME, NULL);
  if (g_file_set_contents (self->config, CONFIG, -1, NULL))
    return TRUE;
  return graft_error_set_errno (error, GRAFT_EXPORT_ERROR, errno, self->config,
                                _ ("cannot be created"));
}

static void add_word (GPtrArray *argv, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
add_word (GPtrArray *argv, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_ptr_array_add (argv, g_strdup_vprintf (format, args));
  va_end (args);
}

static gboolean
run_mke2fs (Make *self, guint64 size, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new_with_free_func (g_free);
  const char *label = self->options->label;
  gboolean cased = g_strrstr (self->features, "casefold") != NULL;

  if (label == NULL && self->like != NULL)
    label = graft_image_get_label (GRAFT_IMAGE (self->like));
  add_word (argv, "E2FSPROGS_FAKE_TIME=%" G_GINT64_FORMAT, MAX (self->options->time, 1));
  add_word (argv, "SOURCE_DATE_EPOCH=%" G_GINT64_FORMAT, MAX (self->options->time, 1));
  add_word (argv, "mke2fs");
  add_word (argv, "-qF");
  add_word (argv, "-b%u", self->block_size);
  add_word (argv, "-I%u", self->inode_size);
  add_word (argv, "-N%" G_GUINT64_FORMAT, self->n_inodes);
  add_word (argv, "-m0");
  add_word (argv, "-Onone%s%s", *self->features != '\0' ? "," : "", self->features);
  if (self->like != NULL && ext2fs_has_feature_bigalloc (self->like->volume.fs->super))
    add_word (argv, "-C%u", self->block_size * EXT2FS_CLUSTER_RATIO (self->like->volume.fs));
  if (label != NULL)
    add_word (argv, "-L%s", label);
  add_word (argv, "-U%s", self->uuid);
  /* What is a hole in the file is zero. */
  add_word (argv,
            "-Ehash_seed=%s,root_owner=0:0,nodiscard,lazy_itable_init=0,lazy_journal_init=1%s",
            self->seed, cased ? ",encoding=utf8" : "");
  add_word (argv, IMAGE_NAME);
  add_word (argv, "%" G_GUINT64_FORMAT, size / self->block_size);
  g_ptr_array_add (argv, NULL);
  return graft_helper_run_tool (self->folder, (const char *const *)argv->pdata, NULL, cancellable,
                                error);
}

static GraftImage *
open_made (Make *self, const char *name, GError **error)
{
  int fd = open (self->image, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  g_autoptr (GraftInput) input = NULL;

  if (fd < 0)
    {
      graft_error_set_errno (error, GRAFT_EXPORT_ERROR, errno, self->image, _ ("cannot be opened"));
      return NULL;
    }
  g_unlink (self->image);
  input = graft_file_input_new_take_fd (fd, name, error);
  return input != NULL ? graft_ext4_image_get_format ()->open (input, NULL, error) : NULL;
}

/* By how many bytes it is too small for @root. */
static gboolean
measure (GraftImage *image, GraftNode *root, guint64 *ret_missing, GCancellable *cancellable,
         GError **error)
{
  g_autoptr (GraftNode) filled = graft_tree_fill (image, root, error);
  GraftRoom room;

  if (filled == NULL || !graft_ext4_check_room (image, &filled, &room, cancellable, error))
    return FALSE;
  *ret_missing = MAX (room.missing, room.missing_inodes);
  return TRUE;
}

static gboolean
fail_size (const char *name, guint64 size, guint64 missing, GError **error)
{
  g_autofree char *given = g_format_size (size), *more = g_format_size (missing);

  g_set_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_NO_ROOM,
               _ ("%s cannot be made with a size of %s: it needs %s more"), name, given, more);
  return FALSE;
}

static guint64
guess_size (Make *self, const Sum *sum)
{
  guint64 blocks = sum->n_blocks + sum->n_blocks / 20
                   + self->n_inodes * self->inode_size / self->block_size + LEAST_BLOCKS;

  return (blocks * self->block_size + STEP - 1) / STEP * STEP;
}

static GraftImage *
try_sizes (Make *self, const char *name, GraftNode *root, const Sum *sum, GCancellable *cancellable,
           GError **error)
{
  guint64 given = self->options->size, missing = 0;
  guint64 size = given != 0 ? given : guess_size (self, sum);

  for (guint i = 0; i < TRIES; i++)
    {
      g_autoptr (GraftImage) image = NULL;

      if (!run_mke2fs (self, size, cancellable, error)
          || (image = open_made (self, name, error)) == NULL
          || !measure (image, root, &missing, cancellable, error))
        return NULL;
      if (missing == 0)
        return g_steal_pointer (&image);
      if (given != 0)
        break;
      size = (size + missing + missing / 16 + STEP) / STEP * STEP;
    }
  fail_size (name, size, missing, error);
  return NULL;
}

GraftImage *
graft_ext4_new_empty (const char *name, GraftNode *root, const GraftExt4Create *options,
                      const char *scratch, GCancellable *cancellable, GError **error)
{
  g_autoptr (GChecksum) digest = g_checksum_new (G_CHECKSUM_SHA256);
  g_auto (Make) make = { 0 };
  Sum sum = { .digest = digest };

  if (!make_init (&make, options, scratch, error))
    return NULL;
  sum.block_size = make.block_size;
  if (!graft_path_walk (root, "/", add_entry, &sum, cancellable, error))
    return NULL;
  set_identity (&make, digest);
  /* With those of the file system's own. */
  make.n_inodes = sum.n_entries + sum.n_entries / 20 + 32;
  return try_sizes (&make, name, root, &sum, cancellable, error);
}
