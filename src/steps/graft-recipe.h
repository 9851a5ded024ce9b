/* graft-recipe.h: steps as a text that can be kept, read by people, and applied to another set
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * JSON, in the form that data/schema/recipe.json describes. What a step takes in from this computer
 * stands in it by path and SHA-256, never by content: a file that is gone or has another content is
 * an error of the step, which names it. Text that was typed is a part of its step.
 */

#pragma once

#include <json-glib/json-glib.h>

#include "steps/graft-step.h"

G_BEGIN_DECLS

/**
 * GraftRecipeFlags:
 * @GRAFT_RECIPE_NAMES_ONLY: of what is taken in, not where it lay: what is served to others (the
 *   list in an exported folder) tells nobody about the user's folders. Such a recipe finds its
 *   files beside itself
 */
typedef enum
{
  GRAFT_RECIPE_NAMES_ONLY = 1 << 0,
} GraftRecipeFlags;

/* @steps (element-type GraftStep). The digests are those of steps that were applied. */
JsonNode *graft_recipe_to_json (GPtrArray *steps, GraftRecipeFlags flags);
/* The same as text; %GRAFT_ERROR_TOO_LARGE above GRAFT_LIMIT_RECIPE. */
char *graft_recipe_format (GPtrArray *steps, GraftRecipeFlags flags, GError **error);

/**
 * graft_recipe_parse:
 * @text: a recipe, or the list of an exported folder (bootgraft.json), which has one in it
 * @name: for messages; escaped
 * @folder: (nullable): what relative paths start from
 *
 * Nothing is opened. Every error names the step by its number and the member that is wrong.
 * %GRAFT_ERROR_UNSUPPORTED: of another version, or a kind of step that is not known.
 *
 * Returns: (transfer full) (element-type GraftStep)
 */
GPtrArray *graft_recipe_parse (const char *text, const char *name, const char *folder,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same of the file @path; relative paths start from its folder. */
GPtrArray *graft_recipe_load (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* To the file @path, whole or not at all; one that is there is replaced. Errors are of
 * GRAFT_EXPORT_ERROR, or as graft_recipe_format(). */
gboolean graft_recipe_save (GPtrArray *steps, const char *path,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* One step by itself, with the paths as they are. */
JsonNode *graft_recipe_step_to_json (GraftStep *step);
GraftStep *graft_recipe_step_from_json (JsonObject *object, const char *place,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
