/* graft-test-package.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "helper/graft-test-package.h"

#include <glib/gstdio.h>

struct _GraftTestFolder
{
  char *path;
};

GraftTestFolder *
graft_test_folder_new (void)
{
  GraftTestFolder *self = g_new (GraftTestFolder, 1);

  self->path = g_dir_make_tmp ("test-bootgraft-XXXXXX", NULL);
  g_assert_nonnull (self->path);
  return self;
}

void
graft_test_folder_free (GraftTestFolder *self)
{
  graft_test_folder_run (self, "chmod -R u+rwx . && find . -mindepth 1 -delete");
  g_assert_cmpint (g_rmdir (self->path), ==, 0);
  g_free (self->path);
  g_free (self);
}

const char *
graft_test_folder_get_path (GraftTestFolder *self)
{
  return self->path;
}

char *
graft_test_folder_build (GraftTestFolder *self, const char *name)
{
  return g_build_filename (self->path, name, NULL);
}

void
graft_test_folder_run (GraftTestFolder *self, const char *script)
{
  const char *argv[] = { "/bin/sh", "-euc", script, NULL };
  g_autoptr (GError) error = NULL;
  int status = -1;

  g_spawn_sync (self->path, (char **)argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, NULL, &status,
                &error);
  g_assert_no_error (error);
  if (status != 0)
    g_error ("failed in %s: %s", self->path, script);
}

char *
graft_test_package_new (GraftTestFolder *self, const char *script, const char *fields,
                        const char *compression)
{
  g_autofree char *all = g_strdup_printf ("umask 022; rm -rf package test.deb\n"
                                          "mkdir -p package/DEBIAN; cd package\n%s\n"
                                          "cat >DEBIAN/control <<'END'\n"
                                          "Package: linux-image-6.1.0-9-test\n"
                                          "Version: 6.1.9-1\n"
                                          "Architecture: amd64\n"
                                          "Maintainer: Nobody <nobody@example.org>\n"
                                          "%sDescription: for a test\n"
                                          "END\n"
                                          "cd ..\n"
                                          "dpkg-deb --root-owner-group -Z%s --build package "
                                          "test.deb >build.log 2>&1 || { cat build.log; exit 1; }",
                                          script, fields != NULL ? fields : "", compression);

  graft_test_folder_run (self, all);
  return graft_test_folder_build (self, "test.deb");
}

/* What RPM does to files on the way (strip, compress, links by build id) is for distributions. */
#define SPEC                                                                                       \
  "%%define __os_install_post %%{nil}\n"                                                           \
  "%%define debug_package %%{nil}\n"                                                               \
  "%%define _build_id_links none\n"                                                                \
  "Name: kernel-core\n"                                                                            \
  "Version: 6.1.9\n"                                                                               \
  "Release: 1.test\n"                                                                              \
  "Summary: for a test\n"                                                                          \
  "License: GPL\n"                                                                                 \
  "AutoReqProv: no\n"                                                                              \
  "%s%%description\nFor a test.\n"                                                                 \
  "%%install\nmkdir -p %%{buildroot}; cp -a \"%s/package/.\" %%{buildroot}/\n"                     \
  "%s%%files -f %s/files\n"

char *
graft_test_rpm_new (GraftTestFolder *self, const GraftTestRpm *rpm)
{
  g_autofree char *spec = g_strdup_printf (SPEC, rpm->fields != NULL ? rpm->fields : "", self->path,
                                           rpm->sections != NULL ? rpm->sections : "", self->path);
  g_autofree char *all = g_strdup_printf (
      "umask 022; rm -rf package test.rpm; mkdir package; (cd package\n%s\n)\n"
      "(cd package; for name in *; do [ ! -e \"$name\" ] || echo \"/$name\"; done) >files\n"
      "cat >test.spec <<'END'\n%sEND\n"
      "rpmbuild -bb --quiet --target %s --define \"_topdir $PWD/top\""
      " --define \"_tmppath $PWD/top/tmp\" --define \"_rpmdir $PWD\""
      " --define '_rpmfilename test.rpm' --define '_binary_payload %s' test.spec >build.log 2>&1"
      " || { cat build.log; exit 1; }",
      rpm->script, spec, rpm->target != NULL ? rpm->target : "x86_64", rpm->payload);

  graft_test_folder_run (self, all);
  return graft_test_folder_build (self, "test.rpm");
}
