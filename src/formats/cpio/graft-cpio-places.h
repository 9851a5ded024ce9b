/* graft-cpio-places.h: where the records of an archive stand in its tree
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "formats/cpio/graft-cpio-archive.h"

G_BEGIN_DECLS

/**
 * GraftCpioPlace:
 * @record: the one that stands here; GRAFT_CPIO_NONE for a folder that is only implied
 * @parent: its folder's place
 * @end: the first place after it and all below it
 * @name: of the last component, in the texts; not terminated
 * @name_length: bytes of that
 *
 * A tree without pointers: places in the order of a walk (a folder, then what is below it, by
 * name), so that place + 1 is its first child and @end its next sibling. Place 0 is the root.
 */
typedef struct
{
  guint32 record;
  guint32 parent;
  guint32 end;
  guint32 name;
  guint32 name_length;
} GraftCpioPlace;

/**
 * GraftCpioGroup:
 * @data: the record whose data counts: the last that has any; GRAFT_CPIO_NONE when none has
 * @attributes: the record whose attributes count: the last
 * @n_places: names in the tree
 */
typedef struct
{
  guint32 data;
  guint32 attributes;
  guint32 n_places;
} GraftCpioGroup;

/* Places all @records, fills their place, group, shadowed and problems. @texts may get longer. */
void graft_cpio_places_build (GArray *records, GByteArray *texts, GArray *places, GArray *groups);

G_END_DECLS
