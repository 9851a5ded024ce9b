/* graft-source-fixture.h: a folder to make sources in and a store to take them into, for tests only
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "helper/graft-test-package.h"
#include "image/graft-store.h"

G_BEGIN_DECLS

/**
 * GraftSourceFixture:
 * @folder: a folder of the test's own; "in" is there for what the test makes
 * @store: in the same folder
 */
typedef struct
{
  GraftTestFolder *folder;
  GraftStore *store;
} GraftSourceFixture;

/* For g_test_add(). */
void graft_source_fixture_set_up (GraftSourceFixture *fixture, gconstpointer data);
void graft_source_fixture_tear_down (GraftSourceFixture *fixture, gconstpointer data);

/* A store in "store" of @folder. */
GraftStore *graft_source_fixture_open_store (GraftTestFolder *folder);

G_END_DECLS
