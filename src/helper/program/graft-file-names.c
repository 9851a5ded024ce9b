/* graft-file-names.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "helper/program/graft-file-names.h"

#include <stdlib.h>
#include <string.h>

/* Chains of files by their numbers, so that an archive of a million of them is no matter. */
#define N_CHAINS 4096

typedef struct Name
{
  struct Name *next;
  GraftFrameEntry frame;
  char path[];
} Name;

typedef struct File
{
  struct File *next;
  uint64_t number[2];
  char *told; /* the path that has the content; NULL until it came */
  Name *waiting;
  Name **end; /* of @waiting */
} File;

struct GraftFileNames
{
  File *chains[N_CHAINS];
};

GraftFileNames *
graft_file_names_new (void)
{
  return calloc (1, sizeof (GraftFileNames));
}

static void
free_names (File *file)
{
  while (file->waiting != NULL)
    {
      Name *name = file->waiting;

      file->waiting = name->next;
      free (name);
    }
  file->end = &file->waiting;
}

void
graft_file_names_free (GraftFileNames *self)
{
  for (size_t i = 0; i < N_CHAINS; i++)
    while (self->chains[i] != NULL)
      {
        File *file = self->chains[i];

        self->chains[i] = file->next;
        free_names (file);
        free (file->told);
        free (file);
      }
  free (self);
}

/* Made when it is new. */
static File *
find_file (GraftFileNames *self, const uint64_t number[2])
{
  File **chain = &self->chains[(number[0] * 31 + number[1]) % N_CHAINS];
  File *file = *chain;

  while (file != NULL && (file->number[0] != number[0] || file->number[1] != number[1]))
    file = file->next;
  if (file != NULL)
    return file;
  file = calloc (1, sizeof *file);
  if (file == NULL)
    return NULL;
  file->number[0] = number[0];
  file->number[1] = number[1];
  file->end = &file->waiting;
  file->next = *chain;
  *chain = file;
  return file;
}

static bool
write_link (const File *file, const GraftFrameEntry *name, GraftFrameWriter *writer)
{
  GraftFrameEntry frame = *name;

  frame.hard_link = file->told;
  return graft_frame_writer_add_entry (writer, &frame);
}

/* The writer remembers its failures; what is said here is only of memory. */
static void
write_waiting (File *file, GraftFrameWriter *writer)
{
  for (const Name *name = file->waiting; name != NULL; name = name->next)
    if (!write_link (file, &name->frame, writer))
      break;
  free_names (file);
}

bool
graft_file_names_add (GraftFileNames *self, const uint64_t number[2], const GraftFrameEntry *name,
                      GraftFrameWriter *writer)
{
  const size_t length = strlen (name->path) + 1;
  File *file = find_file (self, number);
  Name *kept;

  if (file == NULL)
    return false;
  if (file->told != NULL)
    {
      write_link (file, name, writer);
      return true;
    }
  kept = malloc (sizeof *kept + length);
  if (kept == NULL)
    return false;
  kept->next = NULL;
  kept->frame = *name;
  memcpy (kept->path, name->path, length);
  kept->frame.path = kept->path;
  *file->end = kept;
  file->end = &kept->next;
  return true;
}

bool
graft_file_names_tell (GraftFileNames *self, const uint64_t number[2], const char *path,
                       GraftFrameWriter *writer)
{
  File *file = find_file (self, number);
  char *told = strdup (path);

  if (file == NULL || told == NULL)
    {
      free (told);
      return false;
    }
  free (file->told);
  file->told = told;
  write_waiting (file, writer);
  return true;
}

/* The first of its names becomes the file. */
static bool
write_empty (File *file, GraftFrameWriter *writer)
{
  Name *first = file->waiting;
  bool written = graft_frame_writer_add_entry (writer, &first->frame);

  file->told = strdup (first->path);
  file->waiting = first->next;
  if (file->waiting == NULL)
    file->end = &file->waiting;
  free (first);
  if (file->told != NULL)
    write_waiting (file, writer);
  return written && file->told != NULL && !writer->failed;
}

bool
graft_file_names_tell_rest (GraftFileNames *self, GraftFrameWriter *writer)
{
  for (size_t i = 0; i < N_CHAINS; i++)
    for (File *file = self->chains[i]; file != NULL; file = file->next)
      if (file->waiting != NULL && !write_empty (file, writer))
        return false;
  return !writer->failed;
}
