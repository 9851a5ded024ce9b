/* graft-step-write.c: --write IMAGE:/path:TEXT, --append-line IMAGE:/path:LINE
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A file that is there keeps its owner and mode; a new one gets 0:0 and 0644.
 */

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-limits.h"
#include "base/graft-name.h"
#include "steps/graft-step-json.h"
#include "steps/graft-step-target.h"
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

/* What a step does with one file. */
typedef struct
{
  GraftStepTarget target;
  char *path;      /* where it really stands */
  GraftNode *node; /* what stands there; NULL for nothing */
} Place;

static void
place_clear (Place *self)
{
  graft_step_target_clear (&self->target);
  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->node, graft_node_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Place, place_clear)

static char *
graft_step_write_dup_label (GraftStep *step)
{
  GraftStepWrite *self = GRAFT_STEP_WRITE (step);
  g_autofree char *shown = graft_step_target_dup_shown (self->address);

  return g_strdup_printf (self->content != NULL ? _ ("Write %s") : _ ("Add a line to %s"), shown);
}

static gboolean
set_error (Place *place, GraftErrorCode code, const char *what, GError **error)
{
  return graft_step_target_set_error (&place->target, code, place->path, what, error);
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

static GBytes *
read_text (Place *place, GError **error)
{
  g_autoptr (GraftInput) input = NULL;
  g_autoptr (GBytes) bytes = NULL;

  if (place->node == NULL)
    return g_bytes_new_static ("", 0);
  if (graft_node_get_size (place->node) > GRAFT_LIMIT_TEXT)
    {
      set_error (place, GRAFT_ERROR_TOO_LARGE,
                 _ ("is larger than 16 MB: lines are added to text files only"), error);
      return NULL;
    }
  input = graft_node_open (place->node, error);
  bytes = input != NULL ? graft_input_read_all (input, error) : NULL;
  if (bytes == NULL || g_bytes_get_size (bytes) == 0
      || memchr (g_bytes_get_data (bytes, NULL), '\0', g_bytes_get_size (bytes)) == NULL)
    return g_steal_pointer (&bytes);
  set_error (place, GRAFT_ERROR_REFUSED,
             _ ("is no text: it has a NUL, and a line added to it would not be read as one"),
             error);
  return NULL;
}

/* What the file will hold. */
static GBytes *
new_content (GraftStepWrite *self, Place *place, GError **error)
{
  g_autoptr (GBytes) old = NULL;

  if (self->content != NULL)
    return g_bytes_ref (self->content);
  if (strpbrk (self->line, "\r\n") != NULL)
    {
      set_error (place, GRAFT_ERROR_INVALID,
                 _ ("gets one line at a time: this one has a line end in it"), error);
      return NULL;
    }
  old = read_text (place, error);
  return old != NULL ? append_line (old, self->line) : NULL;
}

static gboolean
find_place (Place *place, GraftBootSet *set, const char *address, GCancellable *cancellable,
            GError **error)
{
  if (!graft_step_target_init (&place->target, set, address, cancellable, error)
      || !graft_step_target_find (&place->target, place->target.path, &place->path, &place->node,
                                  error))
    return FALSE;
  return place->node == NULL || graft_node_get_node_type (place->node) == GRAFT_NODE_REGULAR
         || graft_step_target_set_kind_error (&place->target, place->path, place->node, error);
}

static gboolean
put (Place *place, GraftInput *content, gint64 time, GError **error)
{
  GraftNodeInit init = { .type = GRAFT_NODE_REGULAR, .attributes.mode = 0644 };
  g_autoptr (GraftNode) changed = NULL;

  if (place->node != NULL)
    init = graft_node_to_init (place->node);
  init.content = content;
  init.attributes.mtime_nsec = 0;
  if (!graft_step_target_get_time (&place->target, time, &init.attributes.mtime, error))
    return FALSE;
  changed = graft_node_new (&init);
  return place->node != NULL ? graft_overlay_change (place->target.overlay, place->target.part,
                                                     place->path, changed, error)
                             : graft_overlay_put (place->target.overlay, place->target.part,
                                                  place->path, changed, error);
}

static gboolean
graft_step_write_apply (GraftStep *step, GraftBootSet *set, GraftStepReport *report,
                        GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  GraftStepWrite *self = GRAFT_STEP_WRITE (step);
  GraftStore *store = graft_boot_set_get_store (set, error);
  g_auto (Place) place = { 0 };
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GraftInput) typed = NULL, content = NULL;

  if (store == NULL || !find_place (&place, set, self->address, cancellable, error)
      || (bytes = new_content (self, &place, error)) == NULL)
    return FALSE;
  typed = graft_memory_input_new (bytes, place.path);
  content = graft_store_add (store, typed, NULL, cancellable, error);
  return content != NULL && put (&place, content, self->time, error);
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
