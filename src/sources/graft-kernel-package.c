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
  GraftPackageKind kind;
  char *package; /* escaped; NULL until it was opened, and of a tar */
  char *instead; /* escaped: the kernel package that it depends on; NULL: none */
  char *scripts; /* NULL: none */
};

GraftKernelPackage *
graft_kernel_package_new (const char *name, GraftPackageKind kind)
{
  GraftKernelPackage *self = g_new0 (GraftKernelPackage, 1);

  self->file_name = g_strdup (name);
  self->kind = kind;
  return self;
}

void
graft_kernel_package_free (GraftKernelPackage *self)
{
  g_free (self->file_name);
  g_free (self->package);
  g_free (self->instead);
  g_free (self->scripts);
  g_free (self);
}

/* The first package of @depends ("a (= 1), b | c") whose name is that of a kernel's package:
 * Debian's; Fedora's and openSUSE's, where the dependency may be on a name that the package only
 * provides. */
static char *
find_kernel_package (const char *depends)
{
  static const char *const prefixes[]
      = { "linux-image-", "kernel-core", "kernel-default", "kernel-modules" };
  g_auto (GStrv) words = g_strsplit_set (depends, " ,|\t", -1);

  for (guint i = 0; words[i] != NULL; i++)
    for (guint j = 0; j < G_N_ELEMENTS (prefixes); j++)
      if (g_str_has_prefix (words[i], prefixes[j]))
        {
          char *colon = strchr (words[i], ':');

          if (colon != NULL)
            *colon = '\0';
          if (g_str_has_suffix (words[i], "-uname-r"))
            words[i][strlen (words[i]) - strlen ("-uname-r")] = '\0';
          return graft_name_escape (words[i]);
        }
  return NULL;
}

/* How the name of a package of symbols for debuggers goes on behind that of the package that they
 * are of; NULL for any other package. */
static const char *
find_debug_suffix (const char *package)
{
  static const char *const suffixes[] = { "-dbg", "-dbgsym" };
  const char *info = strstr (package, "-debuginfo");

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    if (g_str_has_suffix (package, suffixes[i]))
      return package + strlen (package) - strlen (suffixes[i]);
  return info != NULL ? info : strstr (package, "-debugsource");
}

/* Only what both formats call the machines that the kernels that Bootgraft reads are for:
 * deb-control(5), RPM's rpmrc. */
static gboolean
is_for_x86 (const char *architecture)
{
  static const char *const names[]
      = { "all", "noarch", "amd64", "x86_64", "i386", "i486", "i586", "i686", "athlon" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (architecture, names[i]) == 0)
      return TRUE;
  return g_str_has_prefix (architecture, "x86_64_");
}

static gboolean
accept (const GraftPackageControl *control, gpointer data, GError **error)
{
  GraftKernelPackage *self = data;
  const char *debug;

  self->package = graft_name_escape (control->package != NULL ? control->package : "");
  self->scripts = g_strdup (control->scripts);
  if (control->depends != NULL)
    self->instead = find_kernel_package (control->depends);
  debug = find_debug_suffix (self->package);
  if (debug != NULL)
    {
      g_set_error (
          error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_INVALID,
          _ ("%s is a package of symbols for debuggers (%s): it has no kernel to boot; give the "
             "package %.*s"),
          self->file_name, self->package, (int)(debug - self->package), self->package);
      return FALSE;
    }
  if (control->architecture != NULL && !is_for_x86 (control->architecture))
    {
      g_autofree char *shown = graft_name_escape (control->architecture);

      g_set_error (
          error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_UNSUPPORTED,
          _ ("%s is a package for machines of the architecture %s; Bootgraft swaps kernels "
             "for x86 machines: give the package for x86_64 (amd64)"),
          self->file_name, shown);
      return FALSE;
    }
  return TRUE;
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
  if (self->kind == GRAFT_PACKAGE_TAR)
    g_set_error (
        error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_INVALID,
        _ ("%s has neither a kernel (vmlinuz) nor modules (*.ko); give the archive that has "
           "them"),
        self->file_name);
  else if (self->instead != NULL)
    g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_INVALID,
                 _ ("%s (%s) is a meta package: it has no kernel, but depends on %s; give that "
                    "package's file"),
                 self->file_name, self->package, self->instead);
  else
    g_set_error (
        error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_INVALID,
        self->kind == GRAFT_PACKAGE_RPM
            ? _ ("%s (%s) has neither a kernel (vmlinuz) nor modules (*.ko); give the files "
                 "of the packages kernel-core and kernel-modules")
            : _ ("%s (%s) has neither a kernel (vmlinuz) nor modules (*.ko); give the file "
                 "of a package linux-image-…"),
        self->file_name, self->package);
  return FALSE;
}

char *
graft_kernel_package_dup_note (GraftKernelPackage *self)
{
  if (self->scripts == NULL)
    return NULL;
  return g_strdup_printf (
      _ ("%s has scripts that a package manager would run (%s); they are not run"), self->file_name,
      self->scripts);
}
