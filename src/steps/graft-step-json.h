/* graft-step-json.h: a step's arguments as JSON, and back
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Private to the steps; data/schema/recipe.json describes what is written. Texts are any bytes but
 * NUL: one that is not UTF-8 is escaped where it stands and given raw, as base64, in a member
 * beside it ("address_b64"), as in all that --json prints.
 */

#pragma once

#include <json-glib/json-glib.h>

#include "steps/graft-step-source.h"
#include "steps/graft-step.h"

G_BEGIN_DECLS

/**
 * GraftStepWriter:
 * @json: in the object of the step
 * @names_only: of what a step takes in, only the last component of its path is written
 */
struct _GraftStepWriter
{
  JsonBuilder *json;
  gboolean names_only;
};

void graft_step_writer_add_text (GraftStepWriter *self, const char *member, const char *value);
void graft_step_writer_add_texts (GraftStepWriter *self, const char *member,
                                  const char *const *values);
void graft_step_writer_add_int (GraftStepWriter *self, const char *member, gint64 value);
/* A number that is left out when it is -1: "as it is", "the image's newest". */
void graft_step_writer_add_optional_int (GraftStepWriter *self, const char *member, gint64 value);
void graft_step_writer_add_bytes (GraftStepWriter *self, const char *member, GBytes *bytes);
/* What a step takes in, as an object; left out when @source is NULL. */
void graft_step_writer_add_source (GraftStepWriter *self, const char *member,
                                   const GraftStepSource *source);
void graft_step_writer_add_sources (GraftStepWriter *self, const char *member, GPtrArray *sources);
void graft_step_writer_add_steps (GraftStepWriter *self, const char *member, GPtrArray *steps);

/**
 * GraftStepReader:
 *
 * Reads one step's object. The first thing that is wrong is remembered, and what is read after it
 * has no meaning: a step asks for all it needs and looks once, with graft_step_reader_finish().
 */
typedef struct _GraftStepReader GraftStepReader;

/* @place: for messages ("RECIPE: step 3"); @folder (nullable): what relative paths start from. Both
 * and @object are borrowed. */
GraftStepReader *graft_step_reader_new (JsonObject *object, const char *place, const char *folder);
void graft_step_reader_free (GraftStepReader *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftStepReader, graft_step_reader_free)

/* Never NULL: "" after an error. Owned by the reader. */
const char *graft_step_reader_get_text (GraftStepReader *self, const char *member);
const char *graft_step_reader_get_optional_text (GraftStepReader *self, const char *member);
/* NULL-terminated, owned by the reader. */
const char *const *graft_step_reader_get_texts (GraftStepReader *self, const char *member);
gint64 graft_step_reader_get_int (GraftStepReader *self, const char *member, gint64 max);
/* -1 when it is left out. */
gint64 graft_step_reader_get_optional_int (GraftStepReader *self, const char *member, gint64 max);
/* Owned by the reader; NULL after an error. */
GBytes *graft_step_reader_get_bytes (GraftStepReader *self, const char *member);
/* (transfer full): NULL when it is left out, or after an error. */
GraftStepSource *graft_step_reader_dup_source (GraftStepReader *self, const char *member);
GPtrArray *graft_step_reader_dup_sources (GraftStepReader *self, const char *member);
GPtrArray *graft_step_reader_dup_steps (GraftStepReader *self, const char *member);
/* Which of @names the text is; they are ended by NULL. */
guint graft_step_reader_get_choice (GraftStepReader *self, const char *member,
                                    const char *const *names);

/* "PLACE: “member” what", where nothing was wrong before. */
void graft_step_reader_fail (GraftStepReader *self, const char *member, const char *what);
/* Whether all could be read, and nothing else is there: what is not known would be left undone. */
gboolean graft_step_reader_finish (GraftStepReader *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* (element-type GraftStep): the steps of @array, each an object; @place and @folder as for a
 * reader. The one place that knows all kinds. */
GPtrArray *graft_step_list_read (JsonArray *array, const char *place, const char *folder,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Each kind's own; the reader is at its object. NULL after an error, which the reader has. */
GraftStep *graft_step_upload_read (GraftStepReader *reader);
GraftStep *graft_step_copy_in_read (GraftStepReader *reader);
GraftStep *graft_step_delete_read (GraftStepReader *reader);
GraftStep *graft_step_mkdir_read (GraftStepReader *reader);
GraftStep *graft_step_symlink_read (GraftStepReader *reader);
GraftStep *graft_step_make_node_read (GraftStepReader *reader);
GraftStep *graft_step_move_read (GraftStepReader *reader);
GraftStep *graft_step_set_attributes_read (GraftStepReader *reader);
GraftStep *graft_step_write_read (GraftStepReader *reader);
GraftStep *graft_step_append_line_read (GraftStepReader *reader);
/* All six kinds that are about modprobe. */
GraftStep *graft_step_modprobe_read (GraftStepReader *reader);
GraftStep *graft_step_add_program_read (GraftStepReader *reader);
GraftStep *graft_step_module_read (GraftStepReader *reader);
GraftStep *graft_step_boot_option_read (GraftStepReader *reader);
GraftStep *graft_step_swap_kernel_read (GraftStepReader *reader);
GraftStep *graft_step_group_read (GraftStepReader *reader);

G_END_DECLS
