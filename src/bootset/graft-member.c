/* graft-member.c: one file of a boot set
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "bootset/graft-member.h"

#include <string.h>
#include <sys/stat.h>

struct _GraftMember
{
  GObject parent_instance;

  GraftRole role;
  char *path;
  GraftInput *input;
  GraftImage *image;
  GError *problem;
  GraftOverlay *overlay;
  GraftImage *replacement;
  guint32 file_mode;
};

G_DEFINE_FINAL_TYPE (GraftMember, graft_member, G_TYPE_OBJECT)

const char *
graft_role_get_name (GraftRole self)
{
  static const char *const names[] = { "kernel", "initrd", "root", "boot-entry" };

  return names[self];
}

static void
graft_member_finalize (GObject *object)
{
  GraftMember *self = GRAFT_MEMBER (object);

  g_clear_object (&self->replacement);
  g_clear_object (&self->overlay);
  g_clear_object (&self->image);
  g_clear_object (&self->input);
  g_clear_error (&self->problem);
  g_free (self->path);
  G_OBJECT_CLASS (graft_member_parent_class)->finalize (object);
}

static void
graft_member_class_init (GraftMemberClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = graft_member_finalize;
}

static void
graft_member_init (GraftMember *self)
{
  self->file_mode = 0644;
}

static guint32
read_file_mode (GraftInput *input)
{
  struct stat info;
  guint64 offset;
  int fd;

  if (input == NULL || !graft_input_get_file (input, &fd, &offset) || fstat (fd, &info) < 0)
    return 0644;
  return info.st_mode & 07777;
}

GraftMember *
graft_member_new (GraftRole role, const char *path, GraftInput *input, GraftImage *image,
                  const GError *problem)
{
  GraftMember *self = g_object_new (GRAFT_TYPE_MEMBER, NULL);

  self->role = role;
  self->path = g_strdup (path);
  g_set_object (&self->input, input);
  g_set_object (&self->image, image);
  self->problem = problem != NULL ? g_error_copy (problem) : NULL;
  self->file_mode = read_file_mode (input);
  if (image != NULL && graft_image_get_n_parts (image) > 0)
    self->overlay = graft_overlay_new (image);
  return self;
}

GraftRole
graft_member_get_role (GraftMember *self)
{
  return self->role;
}

const char *
graft_member_get_path (GraftMember *self)
{
  return self->path;
}

GraftInput *
graft_member_get_input (GraftMember *self)
{
  return self->input;
}

GraftImage *
graft_member_get_image (GraftMember *self)
{
  return self->image;
}

const GError *
graft_member_get_problem (GraftMember *self)
{
  return self->problem;
}

GraftOverlay *
graft_member_get_overlay (GraftMember *self)
{
  return self->overlay;
}

GraftImage *
graft_member_get_replacement (GraftMember *self)
{
  return self->replacement;
}

void
graft_member_set_replacement (GraftMember *self, GraftImage *replacement)
{
  g_return_if_fail (
      replacement == NULL || self->image == NULL
      || strcmp (graft_image_get_format (replacement), graft_image_get_format (self->image)) == 0);
  g_set_object (&self->replacement, replacement);
}

GraftImage *
graft_member_get_current_image (GraftMember *self)
{
  return self->replacement != NULL ? self->replacement : self->image;
}

gboolean
graft_member_is_changed (GraftMember *self)
{
  return self->replacement != NULL
         || (self->overlay != NULL && graft_overlay_is_changed (self->overlay));
}

guint32
graft_member_get_file_mode (GraftMember *self)
{
  return self->file_mode;
}
