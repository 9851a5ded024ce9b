/* graft-kernel-package.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "sources/graft-kernel-package.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-error.h"
#include "base/graft-name.h"

struct _GraftKernelPackage
{
  char *file_name;
  char *package; /* escaped; NULL until it was opened */
  char *instead; /* escaped: the kernel package that it depends on; NULL: none */
};

GraftKernelPackage *
graft_kernel_package_new (const char *name)
{
  GraftKernelPackage *self = g_new0 (GraftKernelPackage, 1);

  self->file_name = g_strdup (name);
  return self;
}

void
graft_kernel_package_free (GraftKernelPackage *self)
{
  g_free (self->file_name);
  g_free (self->package);
  g_free (self->instead);
  g_free (self);
}

/* The first package of @depends ("a (= 1), b | c") whose name is that of a kernel's package. */
static char *
find_kernel_package (const char *depends)
{
  g_auto (GStrv) words = g_strsplit_set (depends, " ,|\t", -1);

  for (guint i = 0; words[i] != NULL; i++)
    if (g_str_has_prefix (words[i], "linux-image-"))
      {
        char *colon = strchr (words[i], ':');

        if (colon != NULL)
          *colon = '\0';
        return graft_name_escape (words[i]);
      }
  return NULL;
}

static gboolean
accept (const GraftPackageControl *control, gpointer data, GError **error)
{
  GraftKernelPackage *self = data;
  int length;

  self->package = graft_name_escape (control->package != NULL ? control->package : "");
  if (control->depends != NULL)
    self->instead = find_kernel_package (control->depends);
  if (!g_str_has_suffix (self->package, "-dbg") && !g_str_has_suffix (self->package, "-dbgsym"))
    return TRUE;
  length = (int)(strrchr (self->package, '-') - self->package);
  g_set_error (
      error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_INVALID,
      _ ("%s is a package of symbols for debuggers (%s): it has no kernel to boot; give the "
         "package %.*s"),
      self->file_name, self->package, length, self->package);
  return FALSE;
}

GraftNode *
graft_kernel_package_open (GraftKernelPackage *self, GraftInput *input, GraftStore *store,
                           GraftProgress *progress, GCancellable *cancellable, GError **error)
{
  return graft_package_open (input, store, accept, self, progress, cancellable, error);
}

gboolean
graft_kernel_package_set_empty (GraftKernelPackage *self, GError **error)
{
  if (self->instead != NULL)
    g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_INVALID,
                 _ ("%s (%s) is a meta package: it has no kernel, but depends on %s; give that "
                    "package's file"),
                 self->file_name, self->package, self->instead);
  else
    g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_INVALID,
                 _ ("%s (%s) has neither a kernel (vmlinuz) nor modules (*.ko); give the file of a "
                    "package linux-image-…"),
                 self->file_name, self->package);
  return FALSE;
}
