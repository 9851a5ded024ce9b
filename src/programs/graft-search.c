/* graft-search.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "programs/graft-search.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-limits.h"
#include "base/graft-name.h"
#include "base/graft-sentence.h"
#include "image/graft-path.h"

void
graft_found_clear (GraftFound *self)
{
  g_clear_pointer (&self->reason, g_free);
}

gboolean
graft_search_is_same_machine (const GraftElfProgram *wanted, const GraftElfProgram *elf)
{
  return wanted->machine == elf->machine && wanted->bits == elf->bits
         && wanted->big_endian == elf->big_endian;
}

/* The length of "ORIGIN" or "{ORIGIN}" at @text; 0 when another word stands there. What follows
 * need not end the word (is_dst() of elf/dl-load.c, 2.28 and later). */
static gsize
match_word (const char *text, const char *word)
{
  gsize length = strlen (word);

  if (*text != '{')
    return strncmp (text, word, length) == 0 ? length : 0;
  return strncmp (text + 1, word, length) == 0 && text[1 + length] == '}' ? length + 2 : 0;
}

/* *@ret_length is that of the word at @text, 0 when it is none. */
static const char *
find_value (const GraftSearch *self, const char *text, const char *origin, gsize *ret_length)
{
  const char *platform = self->platform != NULL ? self->platform : self->loader->platform;

  *ret_length = match_word (text, "ORIGIN");
  if (*ret_length > 0)
    return origin;
  *ret_length = match_word (text, "PLATFORM");
  if (*ret_length > 0)
    return platform;
  *ret_length = match_word (text, "LIB");
  return self->loader->lib;
}

char *
graft_search_expand (const GraftSearch *self, const char *text, const char *origin)
{
  g_autoptr (GString) result = g_string_new (NULL);

  while (*text != '\0')
    {
      const char *value;
      gsize length = 0;

      if (*text != '$')
        {
          g_string_append_c (result, *text++);
          continue;
        }
      value = find_value (self, text + 1, origin, &length);
      if (length == 0)
        {
          g_string_append_c (result, *text++);
          continue;
        }
      /* A word that cannot be replaced makes glibc drop the folder. */
      if (value == NULL || result->len > GRAFT_LIMIT_PATH)
        return NULL;
      /* "$ORIGIN/lib" of what lies in "/". */
      if (strcmp (value, "/") == 0 && text[1 + length] == '/')
        value = "";
      g_string_append (result, value);
      text += 1 + length;
    }
  return g_string_free (g_steal_pointer (&result), FALSE);
}

/* musl knows no word but the first, and ignores the whole of a path that has another. */
static gboolean
is_path_for_musl (const char *path)
{
  for (const char *word = strchr (path, '$'); word != NULL; word = strchr (word + 1, '$'))
    if (match_word (word + 1, "ORIGIN") == 0)
      return FALSE;
  return TRUE;
}

/* What the loader thinks of a file of the right name. */
static gboolean
judge (const GraftSearch *self, GraftProgramFile *file, GraftFound *found)
{
  const char *sentence = NULL;
  g_autofree char *shown = NULL;

  if (file->elf == NULL)
    sentence = file->problem == NULL ? _ ("%s is not an ELF file") : NULL;
  else if (!graft_search_is_same_machine (self->wanted, file->elf))
    sentence = _ ("%s is for another processor");
  else if (file->elf->elf_type != GRAFT_ELF_SHARED)
    sentence = _ ("%s is no library");
  else
    {
      found->file = file;
      return TRUE;
    }
  g_free (found->reason);
  shown = graft_name_escape (file->path);
  found->reason
      = sentence != NULL ? graft_sentence_about (sentence, shown) : g_strdup (file->problem);
  found->passed = file;
  /* glibc passes over those for other processors, and stops at what is no library at all. */
  found->fatal = self->loader->kind == GRAFT_LOADER_MUSL || file->elf == NULL
                 || graft_search_is_same_machine (self->wanted, file->elf);
  return found->fatal;
}

/* *@ret_done: nothing more is to be searched. */
static gboolean
try_path (const GraftSearch *self, const char *path, GraftFound *found, gboolean *ret_done,
          GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *absolute = *path == '/' ? NULL : g_strconcat ("/", path, NULL);
  GraftProgramFile *file
      = graft_program_root_find_file (self->root, absolute != NULL ? absolute : path, &local);

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  *ret_done = file != NULL && judge (self, file, found);
  return TRUE;
}

static gboolean
try_folder (const GraftSearch *self, const char *folder, const char *name, GraftFound *found,
            gboolean *ret_done, GError **error)
{
  g_autofree char *path = graft_path_join (folder, name);

  return try_path (self, path, found, ret_done, error);
}

/* The folders of DT_RPATH or DT_RUNPATH. A relative one, and an empty one, is meant from the
 * working folder: taken for "/", where what an initrd or init starts has it. */
static gboolean
try_search_path (const GraftSearch *self, const char *search_path, const char *origin,
                 const char *name, GraftFound *found, gboolean *ret_done, GError **error)
{
  gboolean musl = self->loader->kind == GRAFT_LOADER_MUSL;
  g_auto (GStrv) parts = NULL;

  if (musl && !is_path_for_musl (search_path))
    return TRUE;
  parts = g_strsplit_set (search_path, musl ? ":\n" : ":", GRAFT_LIMIT_SEARCH_PATH);
  for (guint i = 0; parts[i] != NULL && !*ret_done; i++)
    {
      g_autofree char *folder = graft_search_expand (self, parts[i], origin);
      gsize length = folder != NULL ? strlen (folder) : 0;

      if (folder == NULL || (length == 0 && musl))
        continue;
      while (length > 1 && folder[length - 1] == '/')
        folder[--length] = '\0';
      if (!try_folder (self, folder, name, found, ret_done, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
try_users (const GraftSearch *self, const GraftSearchUser *user, const char *name,
           GraftFound *found, gboolean *ret_done, GError **error)
{
  gboolean musl = self->loader->kind == GRAFT_LOADER_MUSL;

  if (!musl && user->elf->runpath != NULL)
    return try_search_path (self, user->elf->runpath, user->origin, name, found, ret_done, error);
  for (; user != NULL && !*ret_done; user = user->loaded_by)
    {
      const char *path = user->elf->runpath != NULL && musl ? user->elf->runpath : user->elf->rpath;

      /* Of glibc's two, the older is ignored where there is a newer. */
      if (path == NULL || (!musl && user->elf->runpath != NULL))
        continue;
      if (!try_search_path (self, path, user->origin, name, found, ret_done, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
graft_search_find (const GraftSearch *self, const char *name, const GraftSearchUser *user,
                   GraftFound *ret_found, GError **error)
{
  GraftFound found = { 0 };
  gboolean done = FALSE;

  if (strchr (name, '/') != NULL)
    {
      g_autofree char *path = self->loader->kind == GRAFT_LOADER_MUSL
                                  ? g_strdup (name)
                                  : graft_search_expand (self, name, user->origin);

      if (path != NULL && !try_path (self, path, &found, &done, error))
        return FALSE;
      *ret_found = found;
      return TRUE;
    }
  if (strlen (name) > GRAFT_LIMIT_NAME || *name == '\0')
    return TRUE;
  if (!try_users (self, user, name, &found, &done, error))
    {
      graft_found_clear (&found);
      return FALSE;
    }
  for (guint i = 0; !done && i < self->folders->len; i++)
    {
      const GraftSearchFolder *folder = g_ptr_array_index (self->folders, i);

      if (user->elf->no_default_folders && !folder->by_cache)
        continue;
      if (!try_folder (self, folder->path, name, &found, &done, error))
        {
          graft_found_clear (&found);
          return FALSE;
        }
      found.by_cache = found.file != NULL && folder->by_cache;
    }
  if (found.file != NULL)
    g_clear_pointer (&found.reason, g_free);
  *ret_found = found;
  return TRUE;
}
