/* graft-ext4-state.c: what a superblock says, and whether the file system can be edited
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Features and states are those of the kernel's Documentation/filesystems/ext4/super.rst, by the
 * names that mke2fs has for them.
 */

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-sentence.h"
#include "formats/ext4/graft-ext4-private.h"

typedef enum
{
  COMPATIBLE,
  INCOMPATIBLE,
  READ_ONLY,
} Kind;

/* @kept: an edit keeps what the feature asks for. */
static const struct
{
  Kind kind;
  guint32 bit;
  gboolean kept;
  const char *name;
} features[] = {
  { COMPATIBLE, 0x0001, TRUE, "dir_prealloc" },
  { COMPATIBLE, 0x0002, FALSE, "imagic_inodes" },
  { COMPATIBLE, 0x0004, TRUE, "has_journal" },
  { COMPATIBLE, 0x0008, TRUE, "ext_attr" },
  { COMPATIBLE, 0x0010, TRUE, "resize_inode" },
  { COMPATIBLE, 0x0020, TRUE, "dir_index" },
  { COMPATIBLE, 0x0040, FALSE, "lazy_bg" },
  { COMPATIBLE, 0x0100, FALSE, "snapshot_bitmap" },
  { COMPATIBLE, 0x0200, TRUE, "sparse_super2" },
  { COMPATIBLE, 0x0400, TRUE, "fast_commit" },
  { COMPATIBLE, 0x0800, FALSE, "stable_inodes" },
  { COMPATIBLE, 0x1000, TRUE, "orphan_file" },
  { INCOMPATIBLE, 0x0001, FALSE, "compression" },
  { INCOMPATIBLE, 0x0002, TRUE, "filetype" },
  { INCOMPATIBLE, 0x0004, FALSE, "needs_recovery" },
  { INCOMPATIBLE, 0x0008, FALSE, "journal_dev" },
  { INCOMPATIBLE, 0x0010, TRUE, "meta_bg" },
  { INCOMPATIBLE, 0x0040, TRUE, "extent" },
  { INCOMPATIBLE, 0x0080, TRUE, "64bit" },
  { INCOMPATIBLE, 0x0100, FALSE, "mmp" },
  { INCOMPATIBLE, 0x0200, TRUE, "flex_bg" },
  { INCOMPATIBLE, 0x0400, TRUE, "ea_inode" },
  { INCOMPATIBLE, 0x1000, FALSE, "dirdata" },
  { INCOMPATIBLE, 0x2000, TRUE, "metadata_csum_seed" },
  { INCOMPATIBLE, 0x4000, TRUE, "large_dir" },
  { INCOMPATIBLE, 0x8000, FALSE, "inline_data" },
  { INCOMPATIBLE, 0x10000, FALSE, "encrypt" },
  { INCOMPATIBLE, 0x20000, TRUE, "casefold" },
  { READ_ONLY, 0x0001, TRUE, "sparse_super" },
  { READ_ONLY, 0x0002, TRUE, "large_file" },
  { READ_ONLY, 0x0008, TRUE, "huge_file" },
  { READ_ONLY, 0x0010, TRUE, "uninit_bg" },
  { READ_ONLY, 0x0020, TRUE, "dir_nlink" },
  { READ_ONLY, 0x0040, TRUE, "extra_isize" },
  { READ_ONLY, 0x0080, FALSE, "snapshot" },
  { READ_ONLY, 0x0100, FALSE, "quota" },
  { READ_ONLY, 0x0200, TRUE, "bigalloc" },
  { READ_ONLY, 0x0400, TRUE, "metadata_csum" },
  { READ_ONLY, 0x0800, FALSE, "replica" },
  { READ_ONLY, 0x1000, FALSE, "read-only" },
  { READ_ONLY, 0x2000, FALSE, "project" },
  { READ_ONLY, 0x4000, FALSE, "shared_blocks" },
  { READ_ONLY, 0x8000, FALSE, "verity" },
  { READ_ONLY, 0x10000, FALSE, "orphan_present" },
};

static guint32
get_bits (const struct ext2_super_block *super, Kind kind)
{
  switch (kind)
    {
    case COMPATIBLE:
      return super->s_feature_compat;
    case INCOMPATIBLE:
      return super->s_feature_incompat;
    case READ_ONLY:
      return super->s_feature_ro_compat;
    default:
      g_assert_not_reached ();
    }
}

/* The names of those that are set, in the order of the table; what it lacks by its bits.
 * @only_lost: those that an edit would not keep. */
static char *
dup_names (const struct ext2_super_block *super, gboolean only_lost)
{
  GString *names = g_string_new (NULL);
  guint32 left[]
      = { super->s_feature_compat, super->s_feature_incompat, super->s_feature_ro_compat };

  for (guint i = 0; i < G_N_ELEMENTS (features); i++)
    {
      if ((get_bits (super, features[i].kind) & features[i].bit) == 0)
        continue;
      left[features[i].kind] &= ~features[i].bit;
      if (!only_lost || !features[i].kept)
        g_string_append_printf (names, "%s%s", names->len > 0 ? " " : "", features[i].name);
    }
  for (guint i = 0; i < G_N_ELEMENTS (left); i++)
    if (left[i] != 0)
      g_string_append_printf (names, "%sFEATURE_%c%08x", names->len > 0 ? " " : "", "CIR"[i],
                              left[i]);
  return g_string_free (names, FALSE);
}

char *
graft_ext4_state_dup_features (ext2_filsys fs)
{
  return dup_names (fs->super, FALSE);
}

char *
graft_ext4_state_dup_creatable (ext2_filsys fs)
{
  GString *names = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (features); i++)
    if ((get_bits (fs->super, features[i].kind) & features[i].bit) != 0
        && features[i].kept
        /* Which mke2fs does not know: no kernel ever did anything by it. */
        && strcmp (features[i].name, "dir_prealloc") != 0)
      g_string_append_printf (names, "%s%s", names->len > 0 ? "," : "", features[i].name);
  return g_string_free (names, FALSE);
}

/* Why it has to be mended before anything else is done with it; NULL: it is in order. */
static char *
dup_disorder (GraftExt4Image *self)
{
  const struct ext2_super_block *super = self->volume.fs->super;
  const char *name = graft_image_get_name (GRAFT_IMAGE (self));
  guint64 size = graft_input_get_size (graft_image_get_input (GRAFT_IMAGE (self)));

  if (self->volume.n_blocks > size / self->volume.block_size)
    return g_strdup_printf (
        _ ("%s cannot be edited: it was cut off, its file system goes on behind "
           "its end; get a whole copy"),
        name);
  if ((super->s_feature_incompat & EXT3_FEATURE_INCOMPAT_RECOVER) != 0)
    return g_strdup_printf (_ ("%s cannot be edited: its journal holds changes that were not "
                               "carried out (needs_recovery); run “e2fsck -fy” on a copy of it"),
                            name);
  if ((super->s_state & EXT2_ERROR_FS) != 0)
    return g_strdup_printf (_ ("%s cannot be edited: its file system is marked as having errors; "
                               "run “e2fsck -fy” on a copy of it"),
                            name);
  if ((super->s_state & EXT2_VALID_FS) == 0 || super->s_last_orphan != 0)
    return g_strdup_printf (
        _ ("%s cannot be edited: its file system was not unmounted; run “e2fsck "
           "-fy” on a copy of it"),
        name);
  return NULL;
}

gboolean
graft_ext4_image_needs_new_image (GraftExt4Image *self)
{
  g_autofree char *disorder = dup_disorder (self);
  g_autofree char *lost = dup_names (self->volume.fs->super, TRUE);

  return disorder == NULL && *lost != '\0';
}

char *
graft_ext4_image_dup_read_only_reason (GraftExt4Image *self)
{
  const char *name = graft_image_get_name (GRAFT_IMAGE (self));
  g_autofree char *disorder = dup_disorder (self);
  g_autofree char *lost = dup_names (self->volume.fs->super, TRUE);

  if (disorder == NULL && *lost != '\0')
    return g_strdup_printf (
        _ ("%s cannot be edited: Bootgraft does not write file systems with %s; a new image of "
           "what is in it can be made (“New image…” in the window, or “bootgraft-cli create”)"),
        name, lost);
  return g_steal_pointer (&disorder);
}

static const char *
describe_state (const struct ext2_super_block *super)
{
  if ((super->s_state & EXT2_ERROR_FS) != 0)
    return "with errors";
  return (super->s_state & EXT2_VALID_FS) != 0 ? "clean" : "not clean";
}

char **
graft_ext4_image_list_facts (GraftExt4Image *self)
{
  const struct ext2_super_block *super = self->volume.fs->super;
  g_autofree char *names = dup_names (super, FALSE);
  g_autofree char *reason = graft_ext4_image_dup_read_only_reason (self);
  g_autoptr (GPtrArray) facts = g_ptr_array_new ();

  g_ptr_array_add (facts, g_strdup_printf ("block size %u", self->volume.block_size));
  g_ptr_array_add (facts, g_strdup_printf ("%s of %s blocks free",
                                           GRAFT_NUMBER (graft_ext4_image_get_free_blocks (self)),
                                           GRAFT_NUMBER (self->volume.n_blocks)));
  g_ptr_array_add (facts, g_strdup_printf ("%u of %u inodes free", super->s_free_inodes_count,
                                           super->s_inodes_count));
  g_ptr_array_add (facts, g_strdup_printf ("state %s", describe_state (super)));
  g_ptr_array_add (facts, g_strdup_printf ("features %s", names));
  if (reason != NULL)
    g_ptr_array_add (facts, g_steal_pointer (&reason));
  g_ptr_array_add (facts, NULL);
  return (char **)g_ptr_array_free (g_steal_pointer (&facts), FALSE);
}
