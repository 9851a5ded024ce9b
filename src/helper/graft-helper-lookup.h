/* graft-helper-lookup.h: asking libkmod, in the helper
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "helper/graft-helper-protocol.h"

G_BEGIN_DECLS

/**
 * GraftLookupQuestion:
 * @GRAFT_LOOKUP_ALIASES: which modules serve an alias
 * @GRAFT_LOOKUP_DEPENDENCIES: what the module of a name needs
 */
typedef enum
{
  GRAFT_LOOKUP_ALIASES,
  GRAFT_LOOKUP_DEPENDENCIES,
} GraftLookupQuestion;

/**
 * GraftFoundKind:
 * @GRAFT_FOUND_IN_TREE: a module of the tree
 * @GRAFT_FOUND_BUILT_IN: part of the kernel
 * @GRAFT_FOUND_NEEDED: needed by the module asked for
 * @GRAFT_FOUND_BEFORE: wanted before it, but not needed (softdep)
 * @GRAFT_FOUND_AFTER: wanted after it
 */
typedef enum
{
  GRAFT_FOUND_IN_TREE = GRAFT_HELPER_MODULE_IN_TREE,
  GRAFT_FOUND_BUILT_IN = GRAFT_HELPER_MODULE_BUILT_IN,
  GRAFT_FOUND_NEEDED = GRAFT_HELPER_MODULE_NEEDED,
  GRAFT_FOUND_BEFORE = GRAFT_HELPER_MODULE_BEFORE,
  GRAFT_FOUND_AFTER = GRAFT_HELPER_MODULE_AFTER,
} GraftFoundKind;

typedef struct
{
  GraftFoundKind kind;
  char *name; /* no path, no suffix, "-" as "_" */
} GraftFound;

/**
 * graft_helper_lookup:
 * @stage: a private folder, all that the helper sees, beside the system's own libraries
 * @folder: where in it the indexes are, laid out as program/graft-module-answers.h wants them; made
 *   by depmod on this machine: libkmod 30 is broken by others
 * @name: what they are of, for messages: "6.1.0-47-amd64"
 * @texts: (element-type utf8): aliases, or modules' names
 *
 * Profile *tool*. For an alias: the modules whose aliases match it, of the tree and built in, as
 * often as they match, in no order. For a module's name: nothing when there is none, else the
 * module itself, then those it needs in the order of their loading, those wanted before it, those
 * wanted after it. No more than GRAFT_LIMIT_LOOKUP bytes are asked for, nor answered. The answer is
 * checked as if it were hostile: a helper that was taken over can lie about which modules there
 * are, no more.
 *
 * Returns: (transfer full) (element-type GPtrArray): for each of @texts an array of GraftFound
 */
GPtrArray *graft_helper_lookup (const char *stage, const char *folder, const char *name,
                                GraftLookupQuestion question, GPtrArray *texts,
                                GCancellable *cancellable,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
