/* graft-closure-private.h: what the files of the closure share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "programs/graft-closure.h"
#include "programs/graft-search.h"

G_BEGIN_DECLS

/* In which tree: what is in the image goes before what the root has. */
typedef enum
{
  IN_IMAGE,
  IN_ROOT,
  N_PLACES,
} Place;

/**
 * Closing:
 * @closure: that is made
 * @options: what is asked for
 * @by_file: "PLACE:PATH" → GraftLibrary (borrowed): so that a file is listed once, whoever needs it
 */
typedef struct
{
  GraftClosure *closure;
  GraftClosureOptions options;
  GHashTable *by_file;
  GCancellable *cancellable;
} Closing;

/**
 * LoadedObject:
 * @library: its entry of the list
 * @names: (element-type utf8): by which it was asked for
 * @users: as one who needs libraries, in each place
 * @origins: the folders it lies in there; NULL where it does not
 * @is_loader: its needs are its own affair
 * @is_variant: answers to no name
 */
typedef struct
{
  GraftLibrary *library;
  GPtrArray *names;
  GraftSearchUser users[N_PLACES];
  char *origins[N_PLACES];
  gboolean is_loader;
  gboolean is_variant;
} LoadedObject;

/**
 * Process:
 * @main: the program
 * @objects: (element-type LoadedObject): as its loader would load them, the program first
 * @loaders: the loader's rules, in each place
 * @searches: what is searched there; a root of NULL: not at all
 * @library_folder: (nullable): where in the image libraries are put
 */
typedef struct
{
  Closing *closing;
  LoadedObject *main;
  GPtrArray *objects;
  GraftLoader *loaders[N_PLACES];
  GraftSearch searches[N_PLACES];
  char *library_folder;
} Process;

GraftProgramRoot *closing_get_root (Closing *self, Place place);

/* The entry of @file, made when it is not there yet; NULL with %GRAFT_ERROR_TOO_LARGE. */
GraftLibrary *closing_add_file (Closing *self, GraftLibraryKind kind, const char *name, Place place,
                                GraftProgramFile *file, GError **error);
/* The entry for @name that nobody has. */
GraftLibrary *closing_add_missing (Closing *self, GraftLibraryKind kind, const char *name,
                                   GError **error);
void closing_add_user (GraftLibrary *library, const char *path);
/* Says where in the image a file of the root goes, and that it is a conflict if something is there.
 */
gboolean closing_set_target (Closing *self, GraftLibrary *library, const char *path,
                             GError **error);
/* @reason is taken. The first reason stays. */
void closing_set_conflict (GraftLibrary *library, char *reason);

/* Adds all that the ELF program @library needs. */
gboolean closing_add_process (Closing *self, GraftLibrary *library, GError **error);

/* Holds the versions of symbols, and the kernel, that all of @process need against what there is.
 */
gboolean process_judge (Process *process, GError **error);
/* Who answers to @name; NULL. */
LoadedObject *process_find_loaded (Process *process, const char *name);

/**
 * OptionalLibrary:
 * @names: any of these will do, the best first
 * @feature: (nullable): what it is for
 */
typedef struct
{
  char **names;
  char *feature;
} OptionalLibrary;

/* (element-type OptionalLibrary): what @elf says that it may open; notes that are no JSON of the
 * specification's form are passed over. */
GPtrArray *closing_list_optional (const GraftElfProgram *elf);

G_END_DECLS
