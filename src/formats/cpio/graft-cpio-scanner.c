/* graft-cpio-scanner.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/cpio/graft-cpio-scanner.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/graft-error.h"
#include "base/graft-limits.h"
#include "base/graft-name.h"
#include "base/graft-sentence.h"
#include "formats/cpio/graft-cpio-archive-private.h"
#include "formats/cpio/graft-cpio-record.h"

/* cpio(1) fills its output to a multiple of this. */
#define OUTPUT_BLOCK 512
/* Names and link targets of one archive. */
#define TEXTS_LIMIT GRAFT_LIMIT_IN_MEMORY

typedef enum
{
  STATE_GAP,    /* zeros before a header */
  STATE_HEADER, /* collects one */
  STATE_NAME,   /* collects a name with its padding, or the start of an overlong one */
  STATE_TARGET, /* collects a link's target */
  STATE_DATA,   /* goes by: summed or skipped */
  STATE_FILL,   /* zeros behind the trailer of a stored archive */
  STATE_UNREADABLE,
  STATE_ENDED,
} State;

struct _GraftCpioScanner
{
  GraftCpioScanMode mode;
  GraftCpioArchive *archive;
  State state;
  guint64 position;
  GByteArray *collected; /* what STATE_HEADER, _NAME, _TARGET have so far */
  guint64 to_sum;        /* bytes of data that a checksum counts */
  guint64 to_skip;       /* after them, bytes up to the next header */
  guint32 sum;
  guint32 epoch;
  gboolean stopped; /* the kernel does not come this far */
  gboolean know_case;
};

GraftCpioScanner *
graft_cpio_scanner_new (GraftCpioScanMode mode)
{
  GraftCpioScanner *self = g_new0 (GraftCpioScanner, 1);

  self->mode = mode;
  self->archive = g_object_new (GRAFT_TYPE_CPIO_ARCHIVE, NULL);
  self->archive->upper = TRUE;
  self->collected = g_byte_array_new ();
  /* Text 0 is the empty one. */
  g_byte_array_append (self->archive->texts, (const guint8 *)"", 1);
  return self;
}

void
graft_cpio_scanner_free (GraftCpioScanner *self)
{
  g_clear_object (&self->archive);
  g_byte_array_unref (self->collected);
  g_free (self);
}

static GraftCpioRecord *
get_last (GraftCpioScanner *self)
{
  GArray *records = self->archive->records;

  return &g_array_index (records, GraftCpioRecord, records->len - 1);
}

/* Nothing from @offset on can be read. */
static void
give_up (GraftCpioScanner *self, guint64 offset, const char *why)
{
  if (self->mode == GRAFT_CPIO_SCAN_STORED)
    {
      /* What comes is no part of this archive. */
      self->position = offset;
      self->state = STATE_ENDED;
      return;
    }
  self->archive->readable_size = offset;
  self->state = STATE_UNREADABLE;
  if (self->archive->stop == NULL)
    self->archive->stop
        /* TRANSLATORS: what was found there ("something that is no archive"), an offset */
        = g_strdup_printf (
            _ ("%s at byte %s of the archive: the kernel stops there, and so does the list"), why,
            GRAFT_NUMBER (offset));
}

static void
note_stop (GraftCpioScanner *self, const GraftCpioRecord *record)
{
  g_autofree char *name
      = graft_name_escape (graft_cpio_archive_get_text (self->archive, record->name));
  g_autofree char *problem = graft_cpio_problem_describe (record->problems & GRAFT_CPIO_STOPS);

  if (self->archive->stop == NULL)
    self->archive->stop = g_strdup_printf (_ ("%s: %s"), name, problem);
  self->stopped = TRUE;
}

/* The record is complete but for what is still to go by. */
static void
begin_data (GraftCpioScanner *self)
{
  GraftCpioRecord *record = get_last (self);

  if ((record->problems & (GRAFT_CPIO_STOPS & ~GRAFT_CPIO_CHECK_WRONG)) != 0)
    note_stop (self, record);
  if (record->trailer)
    {
      self->epoch++;
      self->archive->n_trailers++;
    }
  self->sum = 0;
  self->to_sum = 0;
  if (graft_cpio_record_has_check (record))
    self->to_sum = record->header.size;
  self->to_skip = record->offset + graft_cpio_header_get_record_size (&record->header)
                  - self->position - self->to_sum;
  self->state = STATE_DATA;
}

static void
end_record (GraftCpioScanner *self)
{
  GraftCpioRecord *record = get_last (self);

  if (record->trailer && self->mode == GRAFT_CPIO_SCAN_STORED)
    self->state = STATE_FILL;
  else
    self->state = STATE_GAP;
}

static void
end_sum (GraftCpioScanner *self)
{
  GraftCpioRecord *record = get_last (self);

  if (graft_cpio_record_has_check (record) && self->sum != record->header.check)
    {
      record->problems |= GRAFT_CPIO_CHECK_WRONG;
      note_stop (self, record);
    }
}

static gboolean
take_header (GraftCpioScanner *self, const guint8 *data, GError **error)
{
  GraftCpioArchive *archive = self->archive;
  GraftCpioRecord record = { .place = GRAFT_CPIO_NONE, .group = GRAFT_CPIO_NONE };
  GraftCpioHeaderKind kind = graft_cpio_header_parse (data, &record.header);

  record.offset = self->position - GRAFT_CPIO_HEADER_SIZE;
  if (kind != GRAFT_CPIO_HEADER_VALID && kind != GRAFT_CPIO_HEADER_PREFIXED)
    {
      give_up (self, record.offset,
               kind == GRAFT_CPIO_HEADER_NO_NUMBER ? _ ("a header that is no number")
               : kind == GRAFT_CPIO_HEADER_ODC     ? _ ("an archive of the old kind (odc)")
                                                   : _ ("something that is no archive"));
      return TRUE;
    }
  if (archive->records->len >= GRAFT_LIMIT_ENTRIES || archive->texts->len > TEXTS_LIMIT)
    {
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_TOO_LARGE,
                   _ ("the archive has more than %u entries"), archive->records->len);
      return FALSE;
    }
  record.epoch = self->epoch;
  if (self->stopped)
    record.problems |= GRAFT_CPIO_NOT_REACHED;
  if (kind == GRAFT_CPIO_HEADER_PREFIXED)
    record.problems |= GRAFT_CPIO_NUMBER_PREFIXED;
  if (!self->know_case)
    archive->upper = graft_cpio_header_is_upper (data, &self->know_case) || !self->know_case;
  g_array_append_val (archive->records, record);
  self->state = STATE_NAME;
  return TRUE;
}

/* How many bytes the present state wants to see in one piece. */
static guint64
get_wanted (GraftCpioScanner *self)
{
  const GraftCpioHeader *header;

  if (self->state == STATE_HEADER)
    return GRAFT_CPIO_HEADER_SIZE;
  header = &get_last (self)->header;
  if (self->state == STATE_TARGET)
    return header->size;
  return header->name_size <= GRAFT_LIMIT_PATH ? graft_cpio_header_get_name_area (header)
                                               : GRAFT_LIMIT_PATH;
}

static gboolean
take (GraftCpioScanner *self, const guint8 *data, GError **error)
{
  GraftCpioRecord *record;

  if (self->state == STATE_HEADER)
    return take_header (self, data, error);
  record = get_last (self);
  if (self->state == STATE_NAME)
    {
      graft_cpio_record_set_name (record, self->archive->texts, data);
      if (graft_cpio_record_has_target (record))
        {
          self->state = STATE_TARGET;
          return TRUE;
        }
    }
  else
    {
      record->target = graft_cpio_add_text (self->archive->texts, data, record->header.size);
      if (*graft_cpio_archive_get_text (self->archive, record->target) == '\0')
        record->problems |= GRAFT_CPIO_LINK_EMPTY;
    }
  begin_data (self);
  return TRUE;
}

/* Gathers what the state wants, without a copy when it lies in one piece. */
static gboolean
collect (GraftCpioScanner *self, const guint8 **data, gsize *length, GError **error)
{
  gsize wanted = get_wanted (self) - self->collected->len;
  gsize count = MIN (wanted, *length);
  const guint8 *start = *data;
  gboolean done;

  *data += count;
  *length -= count;
  self->position += count;
  if (count == wanted && self->collected->len == 0)
    return take (self, start, error);
  g_byte_array_append (self->collected, start, count);
  if (count < wanted)
    return TRUE;
  done = take (self, self->collected->data, error);
  g_byte_array_set_size (self->collected, 0);
  return done;
}

static void
pass_data (GraftCpioScanner *self, const guint8 **data, gsize *length)
{
  gsize summed = MIN (self->to_sum, *length);
  gsize skipped = MIN (self->to_skip, *length - summed);

  self->sum = graft_cpio_sum (self->sum, *data, summed);
  self->to_sum -= summed;
  self->to_skip -= skipped;
  self->position += summed + skipped;
  *data += summed + skipped;
  *length -= summed + skipped;
  if (self->to_sum > 0 || self->to_skip > 0)
    return;
  end_sum (self);
  end_record (self);
}

/* Zeros go by; at the first other byte it is decided what comes. */
static void
pass_zeros (GraftCpioScanner *self, const guint8 **data, gsize *length)
{
  while (*length > 0 && **data == 0)
    {
      if (self->state == STATE_FILL && self->position % OUTPUT_BLOCK == 0)
        break;
      ++*data;
      --*length;
      self->position++;
    }
  if (*length == 0)
    return;
  if (self->state == STATE_FILL)
    self->state = STATE_ENDED;
  else if (**data == '0' && self->position % 4 == 0)
    self->state = STATE_HEADER;
  else
    give_up (self, self->position,
             self->position % 4 != 0 ? _ ("an entry that does not start at a multiple of 4")
                                     : _ ("something that is no archive"));
}

gboolean
graft_cpio_scanner_feed (GraftCpioScanner *self, const guint8 *data, gsize length, GError **error)
{
  while (length > 0 && self->state != STATE_ENDED)
    switch (self->state)
      {
      case STATE_GAP:
      case STATE_FILL:
        pass_zeros (self, &data, &length);
        break;
      case STATE_HEADER:
      case STATE_NAME:
      case STATE_TARGET:
        if (!collect (self, &data, &length, error))
          return FALSE;
        break;
      case STATE_DATA:
        pass_data (self, &data, &length);
        break;
      case STATE_UNREADABLE:
        self->position += length;
        length = 0;
        break;
      case STATE_ENDED:
      default:
        break;
      }
  /* A record without data ends with its name. */
  if (self->state == STATE_DATA && self->to_sum == 0 && self->to_skip == 0)
    {
      end_sum (self);
      end_record (self);
    }
  return TRUE;
}

guint64
graft_cpio_scanner_get_skippable (GraftCpioScanner *self)
{
  return self->state == STATE_DATA && self->to_sum == 0 ? self->to_skip : 0;
}

void
graft_cpio_scanner_skip (GraftCpioScanner *self, guint64 length)
{
  self->to_skip -= length;
  self->position += length;
  if (self->to_skip > 0)
    return;
  end_sum (self);
  end_record (self);
}

guint64
graft_cpio_scanner_get_position (GraftCpioScanner *self)
{
  return self->position;
}

gboolean
graft_cpio_scanner_has_ended (GraftCpioScanner *self)
{
  return self->state == STATE_ENDED;
}

/* Some writers leave out the zeros that would fill the last record, which harms nobody. */
static gboolean
forgive_missing_fill (GraftCpioScanner *self, GError **error)
{
  static const guint8 zeros[4];
  const GraftCpioHeader *header;
  guint64 missing;

  if (self->state == STATE_NAME)
    {
      header = &get_last (self)->header;
      missing = graft_cpio_header_get_name_area (header) - self->collected->len;
      return header->size > 0 || self->collected->len < header->name_size || missing >= sizeof zeros
             || graft_cpio_scanner_feed (self, zeros, missing, error);
    }
  if (self->state != STATE_DATA || self->to_sum > 0)
    return TRUE;
  header = &get_last (self)->header;
  missing = graft_cpio_header_get_record_size (header) - GRAFT_CPIO_HEADER_SIZE
            - graft_cpio_header_get_name_area (header) - header->size;
  return self->to_skip > missing || graft_cpio_scanner_feed (self, zeros, self->to_skip, error);
}

GraftCpioArchive *
graft_cpio_scanner_finish (GraftCpioScanner *self, GError **error)
{
  GraftCpioArchive *archive = self->archive;
  guint64 size = self->position;

  if (!forgive_missing_fill (self, error))
    return NULL;
  if (self->state == STATE_HEADER || self->state == STATE_NAME || self->state == STATE_TARGET
      || self->state == STATE_DATA)
    {
      g_autofree char *name = NULL;

      if (archive->records->len > 0)
        name = graft_name_escape (graft_cpio_archive_get_text (archive, get_last (self)->name));
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
                   _ ("the archive ends in the middle of an entry, at byte %s of its content (the "
                      "last name in it is \"%s\")"),
                   GRAFT_NUMBER (self->position), name != NULL ? name : "");
      return NULL;
    }
  archive->size
      = self->mode == GRAFT_CPIO_SCAN_STORED && self->state == STATE_ENDED ? self->position : size;
  if (self->state != STATE_UNREADABLE)
    archive->readable_size = archive->size;
  graft_cpio_places_build (archive->records, archive->texts, archive->places, archive->groups);
  return g_steal_pointer (&self->archive);
}
