/* graft-test-package.h: packages made by the system's own tools, for tests only
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "base/graft-input.h"

G_BEGIN_DECLS

/* A folder that is removed with all in it. */
typedef struct _GraftTestFolder GraftTestFolder;

GraftTestFolder *graft_test_folder_new (void);
void graft_test_folder_free (GraftTestFolder *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftTestFolder, graft_test_folder_free)

const char *graft_test_folder_get_path (GraftTestFolder *self);
/* A path in it. */
char *graft_test_folder_build (GraftTestFolder *self, const char *name);
/* Runs a shell script in it; one that fails is the test's end. */
void graft_test_folder_run (GraftTestFolder *self, const char *script);

/* A .deb with what @script makes in the folder that it runs in. @fields (nullable): further lines
 * of the control file, each with its newline. @compression: "gzip", "xz", "zstd", "none". Returns
 * its path. */
char *graft_test_package_new (GraftTestFolder *self, const char *script, const char *fields,
                              const char *compression);

/**
 * GraftTestRpm:
 * @script: makes the files in the folder that it runs in
 * @fields: (nullable): further lines of the preamble, each with its newline
 * @sections: (nullable): further sections ("%post\n…\n")
 * @payload: RPM's name of a compression and its level: "w6.gzdio", "w6.xzdio", "w3.zstdio",
 *   "w6.bzdio", "w6.lzdio", "w.ufdio" for none
 * @target: (nullable): an architecture instead of x86_64
 */
typedef struct
{
  const char *script;
  const char *fields;
  const char *sections;
  const char *payload;
  const char *target;
} GraftTestRpm;

/* An .rpm named kernel-core, by rpmbuild, which is kept from changing the files. Returns its path;
 * the folder then has test.spec, too. */
char *graft_test_rpm_new (GraftTestFolder *self, const GraftTestRpm *rpm);

G_END_DECLS
