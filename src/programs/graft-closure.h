/* graft-closure.h: a program with all that has to be there for it to start
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Found by reading; nothing is run. Either in one root, or, for a program that goes from its root
 * into an image, in both: what the image has is taken there, by its own loader's rules, and the
 * rest comes along.
 */

#pragma once

#include "programs/graft-program-root.h"

G_BEGIN_DECLS

typedef enum
{
  GRAFT_LIBRARY_PROGRAM,     /* what was asked for */
  GRAFT_LIBRARY_INTERPRETER, /* a program that runs a script */
  GRAFT_LIBRARY_LOADER,      /* that a program asks for (PT_INTERP) */
  GRAFT_LIBRARY_NEEDED,
  GRAFT_LIBRARY_VARIANT,  /* the same library for better processors (glibc-hwcaps) */
  GRAFT_LIBRARY_OPTIONAL, /* may be opened later (".note.dlopen") */
} GraftLibraryKind;

/* "program", "interpreter", "loader", "needed", "variant", "optional": as in --json. */
const char *graft_library_kind_get_name (GraftLibraryKind self);

typedef enum
{
  GRAFT_LIBRARY_FOUND,    /* in the image; where there is none, in the root */
  GRAFT_LIBRARY_COPIED,   /* comes from the root into the image */
  GRAFT_LIBRARY_LEFT_OUT, /* an optional one that the root has, and does not come along */
  GRAFT_LIBRARY_CONFLICT, /* is there and will not do, or must not be put where it belongs */
  GRAFT_LIBRARY_MISSING,
} GraftLibraryStatus;

/* "found", "copy", "left-out", "conflict", "missing": as in --json. */
const char *graft_library_status_get_name (GraftLibraryStatus self);

/**
 * GraftLibrary:
 * @kind: what it is
 * @status: what becomes of it
 * @name: as it is asked for: "libc.so.6"
 * @file: (nullable): the file, in the image or in the root where it comes from
 * @in_image: which of these; %FALSE always without an image
 * @target: (nullable): where in the image it is put, without links
 * @needed_by: (element-type utf8): paths of those that ask for it
 * @feature: (nullable): what an optional one is for, as the program that may open it says
 * @reason: (nullable): a sentence: why it is a conflict, or missing
 */
typedef struct
{
  GraftLibraryKind kind;
  GraftLibraryStatus status;
  char *name;
  GraftProgramFile *file;
  gboolean in_image;
  char *target;
  GPtrArray *needed_by;
  char *feature;
  char *reason;
} GraftLibrary;

/**
 * GraftClosureOptions:
 * @variants: also the libraries' variants for better processors
 * @optional: what may be opened later is taken like what is needed
 * @target: (nullable): path of the program in the image; NULL: the same as in its root
 * @platform: (nullable): instead of the plainest of the processor's kind, for "$PLATFORM"
 * @kernel: (nullable): the release that will run: what needs a newer one is a conflict
 */
typedef struct
{
  gboolean variants;
  gboolean optional;
  const char *target;
  const char *platform;
  const char *kernel;
} GraftClosureOptions;

/**
 * GraftClosure:
 * @root: where the program comes from
 * @image: (nullable): where it goes
 * @libraries: (element-type GraftLibrary): the program first, then in the order in which the loader
 *   comes upon them
 * @interpreter: (nullable): path of the program's loader, or of the script's interpreter
 */
typedef struct
{
  GraftProgramRoot *root;
  GraftProgramRoot *image;
  GPtrArray *libraries;
  char *interpreter;
} GraftClosure;

/**
 * graft_closure_new:
 * @root: where the program is
 * @root_name: for messages
 * @image: (nullable): where it goes
 * @image_name: (nullable): for messages
 * @path: of the program in @root: an ELF file or a script
 * @options: (nullable)
 *
 * Returns: (transfer full): %NULL with %GRAFT_ERROR_NOT_FOUND when there is no such file,
 * %GRAFT_ERROR_UNSUPPORTED when it is neither; what is missing or does not fit is no error, but in
 * the result
 */
GraftClosure *graft_closure_new (GraftNode *root, const char *root_name, GraftNode *image,
                                 const char *image_name, const char *path,
                                 const GraftClosureOptions *options, GCancellable *cancellable,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
void graft_closure_free (GraftClosure *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftClosure, graft_closure_free)

/* Whether something that must be there is missing or a conflict. */
gboolean graft_closure_is_broken (const GraftClosure *self);

G_END_DECLS
