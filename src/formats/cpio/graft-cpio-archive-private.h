/* graft-cpio-archive-private.h: what the scanner, the plan and the writer see of an archive
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "formats/cpio/graft-cpio-places.h"

G_BEGIN_DECLS

struct _GraftCpioArchive
{
  GObject parent_instance;

  GArray *records; /* of GraftCpioRecord */
  GByteArray *texts;
  GArray *places; /* of GraftCpioPlace */
  GArray *groups; /* of GraftCpioGroup */
  guint32 n_trailers;
  guint64 size;
  guint64 readable_size;
  gboolean upper;
  char *stop;

  GraftInput *content;
  GraftNode *root;

  GMutex lock;             /* guards both below */
  GHashTable *directories; /* of place to GraftDirectory: what was listed */
  GPtrArray *group_nodes;  /* of GraftNode or NULL, by group */
};

/* The handle of a node is its place; that of a file with several names is its group, marked. */
#define GRAFT_CPIO_HANDLE_GROUP (G_GUINT64_CONSTANT (1) << 32)

static inline const GraftCpioPlace *
graft_cpio_archive_get_place (GraftCpioArchive *self, guint32 place)
{
  return &g_array_index (self->places, GraftCpioPlace, place);
}

static inline const GraftCpioRecord *
graft_cpio_archive_get_record (GraftCpioArchive *self, guint32 record)
{
  return &g_array_index (self->records, GraftCpioRecord, record);
}

/* Whether the record stands elsewhere in the tree than its name says, behind a link. */
gboolean graft_cpio_archive_is_redirected (GraftCpioArchive *self, const GraftCpioRecord *record);
/* (transfer full): the entries of the folder at @place; none when it is no folder. */
GraftDirectory *graft_cpio_archive_list_place (GraftCpioArchive *self, guint32 place);
/* The path of @place, without "/" in front. */
char *graft_cpio_archive_dup_path (GraftCpioArchive *self, guint32 place);
/* The handle of the node at @place. */
guint64 graft_cpio_archive_get_handle (GraftCpioArchive *self, guint32 place);
/* The record that has the data of the node with @handle; NULL when none has any. */
const GraftCpioRecord *graft_cpio_archive_get_data_record (GraftCpioArchive *self, guint64 handle);

G_END_DECLS
