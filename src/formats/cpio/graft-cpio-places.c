/* graft-cpio-places.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/cpio/graft-cpio-places.h"

#include <string.h>
#include <sys/stat.h>

#include "base/graft-limits.h"
#include "formats/cpio/graft-cpio-links.h"

typedef struct
{
  GArray *records;
  GByteArray *texts;
  GArray *places;
} Builder;

static GraftCpioRecord *
get_record (const Builder *self, guint32 record)
{
  return &g_array_index (self->records, GraftCpioRecord, record);
}

static GraftCpioPlace *
get_place (const Builder *self, guint32 place)
{
  return &g_array_index (self->places, GraftCpioPlace, place);
}

/* By components: "a/b" comes before "a-b", and "a" before both. */
static int
compare_paths (const guint8 *a, guint32 a_length, const guint8 *b, guint32 b_length)
{
  guint32 length = MIN (a_length, b_length);

  for (guint32 i = 0; i < length; i++)
    if (a[i] != b[i])
      return (a[i] == '/' ? 0 : a[i]) - (b[i] == '/' ? 0 : b[i]);
  return a_length < b_length ? -1 : a_length > b_length;
}

static int
compare_records (gconstpointer left, gconstpointer right, gpointer data)
{
  const Builder *self = data;
  guint32 l = *(const guint32 *)left, r = *(const guint32 *)right;
  const GraftCpioRecord *a = get_record (self, l), *b = get_record (self, r);
  int order = compare_paths (self->texts->data + a->path, a->path_length,
                             self->texts->data + b->path, b->path_length);

  return order != 0 ? order : (l < r ? -1 : l > r);
}

/* What has a place in the tree, sorted by path; of one path, in the archive's order. */
static GArray *
sort_records (Builder *self)
{
  GArray *order = g_array_sized_new (FALSE, FALSE, sizeof (guint32), self->records->len);
  gboolean sorted = TRUE;

  for (guint32 i = 0; i < self->records->len; i++)
    {
      const GraftCpioRecord *record = get_record (self, i);

      if (record->trailer || (record->problems & GRAFT_CPIO_UNPLACED) != 0)
        continue;
      g_array_append_val (order, i);
      /* An archive made by "find | sort" is in order, or nearly. */
      sorted
          = sorted
            && (order->len < 2
                || compare_records (&g_array_index (order, guint32, order->len - 2), &i, self) < 0);
    }
  if (!sorted)
    g_array_sort_with_data (order, compare_records, self);
  return order;
}

static guint32
push_place (Builder *self, guint32 parent, guint32 name, guint32 name_length)
{
  const GraftCpioPlace place = { GRAFT_CPIO_NONE, parent, GRAFT_CPIO_NONE, name, name_length };

  g_array_append_val (self->places, place);
  return self->places->len - 1;
}

/* Ends @place and those above it, up to but not @ancestor. */
static void
close_places (Builder *self, guint32 place, guint32 ancestor)
{
  for (; place != ancestor; place = get_place (self, place)->parent)
    get_place (self, place)->end = self->places->len;
}

/* Whether @place is the one of the component at @name below @parent. */
static gboolean
is_child (Builder *self, guint32 place, const guint8 *name, guint32 length)
{
  const GraftCpioPlace *child = get_place (self, place);

  return child->name_length == length
         && memcmp (self->texts->data + child->name, name, length) == 0;
}

static void
settle (Builder *self, guint32 index, guint32 place)
{
  GraftCpioRecord *record = get_record (self, index);
  GraftCpioPlace *here = get_place (self, place);

  record->place = place;
  if (here->record != GRAFT_CPIO_NONE)
    {
      GraftCpioRecord *before = get_record (self, here->record);

      /* What the kernel does not reach hides nothing. */
      record->shadowed = (record->problems & GRAFT_CPIO_NOT_REACHED) != 0
                         && (before->problems & GRAFT_CPIO_NOT_REACHED) == 0;
      before->shadowed = !record->shadowed;
    }
  if (!record->shadowed)
    here->record = index;
}

/* The stack is the chain of parents of @current; paths come in order, so that a component either is
 * on it or is new. */
static guint32
place_path (Builder *self, guint32 current, const GraftCpioRecord *record)
{
  guint32 chain[GRAFT_LIMIT_DEPTH + 2];
  guint32 depth = 0, known = 0, start = 0, parent = 0;
  const guint32 path = record->path, length = record->path_length;

  for (guint32 place = current; place != 0; place = get_place (self, place)->parent)
    depth++;
  for (guint32 place = current, i = depth; place != 0; place = get_place (self, place)->parent)
    chain[--i] = place;
  while (start < length)
    {
      const guint8 *text = self->texts->data + path;
      const guint8 *slash = memchr (text + start, '/', length - start);
      guint32 size = slash != NULL ? (guint32)(slash - text) - start : length - start;

      if (known < depth && is_child (self, chain[known], text + start, size))
        parent = chain[known++];
      else
        {
          close_places (self, current, parent);
          depth = 0;
          parent = push_place (self, parent, path + start, size);
          current = parent;
        }
      start += size + 1;
    }
  return parent;
}

static void
place_all (Builder *self)
{
  g_autoptr (GArray) order = sort_records (self);
  guint32 current;

  g_array_set_size (self->places, 0);
  current = push_place (self, 0, 0, 0);
  for (guint32 i = 0; i < self->records->len; i++)
    {
      get_record (self, i)->place = GRAFT_CPIO_NONE;
      get_record (self, i)->shadowed = FALSE;
    }
  for (guint32 i = 0; i < order->len; i++)
    {
      guint32 index = g_array_index (order, guint32, i);

      current = place_path (self, current, get_record (self, index));
      settle (self, index, current);
    }
  close_places (self, current, 0);
  get_place (self, 0)->end = self->places->len;
}

static gboolean
is_folder (const Builder *self, guint32 place)
{
  guint32 record = get_place (self, place)->record;

  return record == GRAFT_CPIO_NONE || S_ISDIR (get_record (self, record)->header.mode);
}

/* For each place the topmost one above it that is no folder, or GRAFT_CPIO_NONE. */
static GArray *
find_blockers (const Builder *self, gboolean *ret_any)
{
  GArray *blockers = g_array_sized_new (FALSE, FALSE, sizeof (guint32), self->places->len);

  *ret_any = FALSE;
  for (guint32 place = 0; place < self->places->len; place++)
    {
      guint32 parent = get_place (self, place)->parent;
      guint32 blocker = place == 0 ? GRAFT_CPIO_NONE : g_array_index (blockers, guint32, parent);

      if (place != 0 && blocker == GRAFT_CPIO_NONE && !is_folder (self, parent))
        blocker = parent;
      *ret_any = *ret_any || blocker != GRAFT_CPIO_NONE;
      g_array_append_val (blockers, blocker);
    }
  return blockers;
}

/* Records below what is no folder: through a link they go where it points to, else nowhere. Returns
 * whether there were any. */
static gboolean
move_through_links (Builder *self, gboolean may_follow)
{
  gboolean any;
  g_autoptr (GArray) blockers = find_blockers (self, &any);

  for (guint32 i = 0; any && i < self->records->len; i++)
    {
      GraftCpioRecord *record = get_record (self, i);
      guint32 blocker = record->place == GRAFT_CPIO_NONE
                            ? GRAFT_CPIO_NONE
                            : g_array_index (blockers, guint32, record->place);

      if (blocker == GRAFT_CPIO_NONE)
        continue;
      blocker = get_place (self, blocker)->record;
      if (!may_follow
          || !graft_cpio_links_redirect (self->texts, get_record (self, blocker), record))
        {
          record->problems |= GRAFT_CPIO_PARENT_NO_FOLDER;
          record->obstacle = blocker;
        }
    }
  return any;
}

/* A folder whose own record comes after what is in it. */
static void
find_late_parents (Builder *self)
{
  for (guint32 i = 0; i < self->records->len; i++)
    {
      GraftCpioRecord *record = get_record (self, i);
      guint32 parent;

      if (record->place == GRAFT_CPIO_NONE || record->place == 0)
        continue;
      parent = get_place (self, get_place (self, record->place)->parent)->record;
      if (parent != GRAFT_CPIO_NONE && parent > i && get_place (self, record->place)->parent != 0)
        record->problems |= GRAFT_CPIO_PARENT_LATE;
    }
}

void
graft_cpio_places_build (GArray *records, GByteArray *texts, GArray *places, GArray *groups)
{
  Builder self = { records, texts, places };

  place_all (&self);
  /* Each round follows one link of each path; as many as the kernel follows in one. */
  for (guint round = 0; move_through_links (&self, round < GRAFT_LIMIT_SYMLINKS); round++)
    place_all (&self);
  find_late_parents (&self);
  graft_cpio_links_group (records, groups);
}
