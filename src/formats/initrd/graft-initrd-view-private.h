/* graft-initrd-view-private.h: the file system that is being filled
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "formats/initrd/graft-initrd-view.h"

G_BEGIN_DECLS

typedef struct _GraftInitrdSpot GraftInitrdSpot;
/* One name in the file system that is being filled. */
struct _GraftInitrdSpot
{
  GraftInitrdSpot *parent; /* no-ref; NULL in the root */
  GraftNode *node;
  guint part;
  char *path;           /* in the part */
  gboolean shadowed;    /* of a record that another of its archive is to replace */
  guint64 file;         /* the same for all names of one */
  gboolean linked;      /* there are or were other names */
  GHashTable *children; /* of name to GraftInitrdSpot; NULL unless a folder */
};

typedef struct
{
  guint part;
  char *path;
  const char *why;
} GraftInitrdLost;

struct _GraftInitrdView
{
  GraftInitrdSpot *root;
  GArray *lost; /* of GraftInitrdLost */
  guint64 n_files;
  guint64 n_looked_at; /* for the names of files */

  /* Of the part that is being added. */
  guint part;
  GHashTable *nodes; /* of path to GraftNode: its tree */
  GHashTable *links; /* of numbers to name: the first of files that have several */

  /* Where the last record's folder led, as records of one folder mostly follow each other. */
  char *last_folder_path;       /* nullable */
  GraftInitrdSpot *last_folder; /* no-ref */
};

G_END_DECLS
