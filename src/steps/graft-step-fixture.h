/* graft-step-fixture.h: a set to apply steps to, for tests only
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Nothing but tests links this.
 */

#pragma once

#include "base/graft-error.h"
#include "steps/graft-step.h"

G_BEGIN_DECLS

/**
 * GraftStepFixture:
 * @top: a folder of the test's own
 * @set: vmlinuz, initrd.img of two segments, root.squashfs, broken.squashfs, pxelinux.cfg/default
 */
typedef struct
{
  char *top;
  GraftBootSet *set;
} GraftStepFixture;

/* As g_test_add() takes them. */
void graft_step_fixture_set_up (GraftStepFixture *fixture, gconstpointer data);
void graft_step_fixture_tear_down (GraftStepFixture *fixture, gconstpointer data);

/* A path of the user's machine; @name NULL: the folder that they lie in. */
char *graft_step_fixture_dup_host_path (GraftStepFixture *fixture, const char *name);
/* Makes a file there, of the time 1500000000; returns its path. */
char *graft_step_fixture_add_host_file (GraftStepFixture *fixture, const char *name,
                                        const char *content, guint32 mode);

/* Applies @step, which must succeed; takes it. */
void graft_step_fixture_apply (GraftStepFixture *fixture, GraftStep *step);
/* Applies @step, which must fail so and change nothing; takes it. */
void graft_step_fixture_refuse (GraftStepFixture *fixture, GraftStep *step, GQuark domain,
                                GraftErrorCode code, const char *message);

/* What stands at @path now, links not followed; NULL for nothing. */
GraftNode *graft_step_fixture_lookup (GraftStepFixture *fixture, const char *image,
                                      const char *path);
/* It shows as "TYPE MODE UID:GID TIME CONTENT-OR-TARGET", or "nothing". */
void graft_step_fixture_assert_shown (GraftStepFixture *fixture, const char *image,
                                      const char *path, const char *expected);

G_END_DECLS
