/* graft-source-fixture.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "sources/graft-source-fixture.h"

GraftStore *
graft_source_fixture_open_store (GraftTestFolder *folder)
{
  g_autofree char *path = graft_test_folder_build (folder, "store");
  g_autoptr (GError) error = NULL;
  GraftStore *store = graft_store_new (path, &error);

  g_assert_no_error (error);
  return store;
}

void
graft_source_fixture_set_up (GraftSourceFixture *fixture, gconstpointer data)
{
  fixture->folder = graft_test_folder_new ();
  graft_test_folder_run (fixture->folder, "mkdir in");
  fixture->store = graft_source_fixture_open_store (fixture->folder);
}

void
graft_source_fixture_tear_down (GraftSourceFixture *fixture, gconstpointer data)
{
  g_object_unref (fixture->store);
  graft_test_folder_free (fixture->folder);
}
