/* graft-module-answers.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "helper/program/graft-module-answers.h"

#include <errno.h>
#include <libkmod.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/graft-limits.h"
#include "helper/graft-helper-protocol.h"

#define CHUNK (64 * 1024)

typedef struct
{
  GraftFrameWriter *writer;
  struct kmod_ctx *all;      /* all indexes */
  struct kmod_ctx *in_tree;  /* modules.alias alone */
  struct kmod_ctx *built_in; /* modules.builtin.alias alone */
  uint32_t n_modules;        /* of the answer so far */
} Answers;

/* With no configuration but what lies in @folder itself (modules.softdep). */
static struct kmod_ctx *
open_folder (const char *folder, const char *below)
{
  static const char *const nothing[] = { NULL };
  char path[PATH_MAX];

  if (snprintf (path, sizeof path, "%s%s%s", folder, *below != '\0' ? "/" : "", below)
      >= (int)sizeof path)
    return NULL;
  return kmod_new (path, nothing);
}

/* Adds and frees @list. */
static void
add_list (Answers *self, uint8_t kind, struct kmod_list *list)
{
  struct kmod_list *item;

  kmod_list_foreach (item, list)
  {
    struct kmod_module *module = kmod_module_get_module (item);

    graft_frame_writer_add_module (self->writer, kind, kmod_module_get_name (module));
    self->n_modules++;
    kmod_module_unref (module);
  }
  kmod_module_unref_list (list);
}

/* False when there is no memory. Any other failure is the alias's own: unbalanced brackets, too
 * long with its module's name. */
static bool
look_up (struct kmod_ctx *context, const char *alias, struct kmod_list **ret_list)
{
  *ret_list = NULL;
  return kmod_module_new_from_lookup (context, alias, ret_list) != -ENOMEM;
}

static bool
answer_alias (Answers *self, const char *alias)
{
  struct kmod_list *any, *in_tree, *built_in;
  bool found;

  /* What is longer libkmod would cut and look up. */
  if (strlen (alias) >= PATH_MAX)
    return true;
  /* This context has its indexes in memory, the others open a file each time. */
  if (!look_up (self->all, alias, &any))
    return false;
  found = any != NULL;
  kmod_module_unref_list (any);
  if (!found)
    return true;
  if (!look_up (self->in_tree, alias, &in_tree))
    return false;
  add_list (self, GRAFT_HELPER_MODULE_IN_TREE, in_tree);
  if (!look_up (self->built_in, alias, &built_in))
    return false;
  add_list (self, GRAFT_HELPER_MODULE_BUILT_IN, built_in);
  return true;
}

static bool
answer_dependencies (Answers *self, const char *name)
{
  struct kmod_module *module = NULL;
  struct kmod_list *before = NULL, *after = NULL;
  int result = kmod_module_new_from_name_lookup (self->all, name, &module);
  bool in_tree;

  if (result < 0 || module == NULL)
    return result != -ENOMEM;
  in_tree = kmod_module_get_path (module) != NULL;
  graft_frame_writer_add_module (
      self->writer, in_tree ? GRAFT_HELPER_MODULE_IN_TREE : GRAFT_HELPER_MODULE_BUILT_IN,
      kmod_module_get_name (module));
  self->n_modules++;
  add_list (self, GRAFT_HELPER_MODULE_NEEDED, kmod_module_get_dependencies (module));
  kmod_module_get_softdeps (module, &before, &after);
  add_list (self, GRAFT_HELPER_MODULE_BEFORE, before);
  add_list (self, GRAFT_HELPER_MODULE_AFTER, after);
  kmod_module_unref (module);
  return true;
}

/* All that can be read, with *@ret_length bytes; NULL with the failure written. */
static char *
read_texts (int fd, size_t *ret_length, GraftFrameWriter *writer)
{
  char *texts = NULL;
  size_t length = 0;
  ssize_t count;

  do
    {
      char *more = length <= GRAFT_LIMIT_LOOKUP ? realloc (texts, length + CHUNK) : NULL;

      if (more == NULL)
        {
          free (texts);
          graft_frame_writer_fail (writer, GRAFT_HELPER_ERROR_MEMORY, "too much is asked for");
          return NULL;
        }
      texts = more;
      do
        count = read (fd, texts + length, CHUNK);
      while (count < 0 && errno == EINTR);
      length += count > 0 ? (size_t)count : 0;
    }
  while (count > 0);
  if (count == 0 && (length == 0 || texts[length - 1] == '\0'))
    {
      *ret_length = length;
      return texts;
    }
  graft_frame_writer_fail (writer, GRAFT_HELPER_ERROR_READ,
                           count < 0 ? strerror (errno) : "what is asked for is cut short");
  free (texts);
  return NULL;
}

/* Why the indexes cannot be used; NULL: they can. */
static const char *
open_indexes (Answers *self, const char *folder, GraftAnswerKind kind)
{
  int result;

  self->all = open_folder (folder, "");
  if (self->all == NULL)
    return "libkmod does not start";
  result = kmod_load_resources (self->all);
  if (result < 0)
    return strerror (-result);
  if (kind == GRAFT_ANSWER_DEPENDENCIES)
    return NULL;
  self->in_tree = open_folder (folder, GRAFT_HELPER_FOLDER_IN_TREE);
  self->built_in = open_folder (folder, GRAFT_HELPER_FOLDER_BUILT_IN);
  return self->in_tree != NULL && self->built_in != NULL ? NULL : "libkmod does not start";
}

static bool
answer_all (Answers *self, GraftAnswerKind kind, const char *texts, size_t length)
{
  for (size_t at = 0; at < length; at += strlen (texts + at) + 1)
    {
      self->n_modules = 0;
      if (!(kind == GRAFT_ANSWER_ALIASES ? answer_alias (self, texts + at)
                                         : answer_dependencies (self, texts + at)))
        return graft_frame_writer_fail (self->writer, GRAFT_HELPER_ERROR_MEMORY, "no memory")
               && false;
      if (!graft_frame_writer_end_answer (self->writer, self->n_modules))
        return false;
    }
  return graft_frame_writer_end (self->writer);
}

bool
graft_module_answers_write (const char *folder, GraftAnswerKind kind, int fd,
                            GraftFrameWriter *writer)
{
  Answers self = { .writer = writer };
  size_t length;
  char *texts = read_texts (fd, &length, writer);
  const char *failed = texts != NULL ? open_indexes (&self, folder, kind) : NULL;
  bool done = texts != NULL && failed == NULL && answer_all (&self, kind, texts, length);

  if (failed != NULL)
    graft_frame_writer_fail (writer, GRAFT_HELPER_ERROR_CORRUPTED, failed);
  kmod_unref (self.built_in);
  kmod_unref (self.in_tree);
  kmod_unref (self.all);
  free (texts);
  return done;
}
