/* graft-step-write.c: --write IMAGE:/path:TEXT, --append-line IMAGE:/path:LINE
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A file that is there keeps its owner and mode; a new one gets 0:0 and 0644.
 */

#include <glib/gi18n-lib.h>
#include <string.h>

#include "steps/graft-step-file.h"
#include "steps/graft-step-json.h"
#include "steps/graft-step.h"

#define GRAFT_TYPE_STEP_WRITE (graft_step_write_get_type ())
G_DECLARE_FINAL_TYPE (GraftStepWrite, graft_step_write, GRAFT, STEP_WRITE, GraftStep)

struct _GraftStepWrite
{
  GraftStep parent_instance;

  char *address;
  GBytes *content; /* the whole new content; NULL: append @line */
  char *line;
  gint64 time;
};

G_DEFINE_FINAL_TYPE (GraftStepWrite, graft_step_write, GRAFT_TYPE_STEP)

static char *
graft_step_write_dup_label (GraftStep *step)
{
  GraftStepWrite *self = GRAFT_STEP_WRITE (step);
  g_autofree char *shown = graft_step_target_dup_shown (self->address);

  return g_strdup_printf (self->content != NULL ? _ ("Write %s") : _ ("Add a line to %s"), shown);
}

/* How the last whole line of the text ends. */
static const char *
get_line_end (const char *text, gsize size)
{
  const char *end = text != NULL ? memrchr (text, '\n', size) : NULL;

  return end != NULL && end > text && end[-1] == '\r' ? "\r\n" : "\n";
}

/* A last line without its end gets one first; the new line always has one: the shell's read, which
 * reads conf/modules, passes over a last line that has none. */
static GBytes *
append_line (GBytes *old, const char *line)
{
  gsize size;
  const char *data = g_bytes_get_data (old, &size);
  const char *end = get_line_end (data, size);
  GString *text = g_string_new_len (size > 0 ? data : "", size);

  if (size > 0 && data[size - 1] != '\n')
    g_string_append (text, end);
  g_string_append (text, line);
  g_string_append (text, end);
  return g_string_free_to_bytes (text);
}

/* What the file will hold. */
static GBytes *
new_content (GraftStepWrite *self, GraftStepFile *file, GError **error)
{
  g_autoptr (GBytes) old = NULL;

  if (self->content != NULL)
    return g_bytes_ref (self->content);
  if (strpbrk (self->line, "\r\n") != NULL)
    {
      graft_step_target_set_error (&file->target, GRAFT_ERROR_INVALID, file->path,
                                   _ ("gets one line at a time: this one has a line end in it"),
                                   error);
      return NULL;
    }
  old = graft_step_file_read_text (file, error);
  return old != NULL ? append_line (old, self->line) : NULL;
}

static gboolean
graft_step_write_apply (GraftStep *step, GraftBootSet *set, GraftStepReport *report,
                        GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  GraftStepWrite *self = GRAFT_STEP_WRITE (step);
  g_auto (GraftStepFile) file = { 0 };
  g_autoptr (GBytes) bytes = NULL;

  if (!graft_step_file_find (&file, set, self->address, cancellable, error)
      || (bytes = new_content (self, &file, error)) == NULL)
    return FALSE;
  return graft_step_file_put (&file, set, bytes, self->time, cancellable, error);
}

static void
graft_step_write_write (GraftStep *step, GraftStepWriter *writer)
{
  GraftStepWrite *self = GRAFT_STEP_WRITE (step);

  graft_step_writer_add_text (writer, "step", self->content != NULL ? "write" : "append-line");
  graft_step_writer_add_text (writer, "address", self->address);
  if (self->content != NULL)
    graft_step_writer_add_bytes (writer, "text", self->content);
  else
    graft_step_writer_add_text (writer, "line", self->line);
  graft_step_writer_add_optional_int (writer, "time", self->time);
}

static void
graft_step_write_finalize (GObject *object)
{
  GraftStepWrite *self = GRAFT_STEP_WRITE (object);

  g_free (self->address);
  g_free (self->line);
  g_clear_pointer (&self->content, g_bytes_unref);
  G_OBJECT_CLASS (graft_step_write_parent_class)->finalize (object);
}

static void
graft_step_write_class_init (GraftStepWriteClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = graft_step_write_finalize;
  GRAFT_STEP_CLASS (klass)->dup_label = graft_step_write_dup_label;
  GRAFT_STEP_CLASS (klass)->apply = graft_step_write_apply;
  GRAFT_STEP_CLASS (klass)->write = graft_step_write_write;
}

static void
graft_step_write_init (GraftStepWrite *self)
{
}

static GraftStep *
new_write (const char *address, GBytes *content, const char *line, gint64 time)
{
  GraftStepWrite *self = g_object_new (GRAFT_TYPE_STEP_WRITE, NULL);

  self->address = g_strdup (address);
  self->content = content != NULL ? g_bytes_ref (content) : NULL;
  self->line = g_strdup (line);
  self->time = time;
  return GRAFT_STEP (self);
}

GraftStep *
graft_step_write_new (const char *address, GBytes *content, gint64 time)
{
  return new_write (address, content, NULL, time);
}

GraftStep *
graft_step_append_line_new (const char *address, const char *line, gint64 time)
{
  return new_write (address, NULL, line, time);
}

GraftStep *
graft_step_write_read (GraftStepReader *reader)
{
  const char *address = graft_step_reader_get_text (reader, "address");
  GBytes *content = graft_step_reader_get_bytes (reader, "text");
  gint64 time = graft_step_reader_get_optional_int (reader, "time", G_MAXUINT32);

  return content != NULL ? graft_step_write_new (address, content, time) : NULL;
}

GraftStep *
graft_step_append_line_read (GraftStepReader *reader)
{
  return graft_step_append_line_new (
      graft_step_reader_get_text (reader, "address"), graft_step_reader_get_text (reader, "line"),
      graft_step_reader_get_optional_int (reader, "time", G_MAXUINT32));
}
