/* test-folder-model.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "base/graft-error.h"
#include "image/graft-fake-image.h"
#include "image/graft-path.h"
#include "pages/contents/graft-folder-model.h"

typedef struct
{
  GraftMember *member;
  GraftLayer *layer;
} Fixture;

static const char image_text[] = "#fake initrd\n"
                                 "d 0755 /etc\n"
                                 "f 0644 /etc/hosts first\n"
                                 "f 0644 /etc/zone UTC\n"
                                 "l /etc/gone nowhere\n"
                                 "l /etc/mtab ../proc/mounts\n"
                                 "d 0755 /etc/late\n"
                                 "f 0644 /etc/late/one 1\n"
                                 "--\n"
                                 "d 0755 /etc\n"
                                 "f 0600 /etc/hosts second\n";

static GraftLayer *
read_layer (Fixture *fixture, GraftLayer *before)
{
  g_autoptr (GError) error = NULL;
  GraftLayer *layer = graft_layer_read (fixture->member, NULL, FALSE, before, NULL, &error);

  g_assert_no_error (error);
  g_assert_null (graft_layer_get_problem (layer));
  return layer;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (image_text, strlen (image_text));
  g_autoptr (GraftInput) input = graft_memory_input_new (bytes, "initrd.img");

  fixture->member = graft_member_new (GRAFT_ROLE_INITRD, "initrd.img", input, "initrd", NULL);
  fixture->layer = read_layer (fixture, NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_object (&fixture->layer);
  g_clear_object (&fixture->member);
}

static GraftFolderModel *
make_model (Fixture *fixture, int part, const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftFolderListing) listing
      = graft_folder_listing_read (fixture->layer, part, path, &error);
  GraftFolderModel *model = graft_folder_model_new (NULL, fixture->layer, part, path);

  g_assert_no_error (error);
  graft_folder_model_take (model, listing);
  return model;
}

/* "name/ name state,…" */
static char *
dump (GraftFolderModel *model)
{
  static const char *const states[] = { "", "+new", "+edited", "+attributes", "+moved" };
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (model)); i++)
    {
      g_autoptr (GraftEntryItem) item = g_list_model_get_item (G_LIST_MODEL (model), i);

      g_string_append_printf (
          text, "%s%s%s%s%s%s", i > 0 ? " " : "", graft_entry_item_get_name (item),
          graft_entry_item_is_folder (item) ? "/" : "", states[graft_entry_item_get_state (item)],
          graft_entry_item_is_dangling (item) ? "+dangling" : "",
          graft_entry_item_is_changed_inside (item) ? "+inside" : "");
      if (graft_entry_item_is_shadowed (item))
        g_string_append_printf (text, "+by%u", graft_entry_item_get_replaced_by (item));
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
assert_shown (GraftFolderModel *model, const char *expected)
{
  g_autofree char *text = dump (model);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_order (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GraftFolderModel) model = make_model (fixture, -1, "/etc");

  /* A link to what is made at boot leads somewhere. */
  assert_shown (model, "late/ gone+dangling hosts mtab zone");
}

static void
test_shadowed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GraftFolderModel) first = make_model (fixture, 0, "/etc");
  g_autoptr (GraftFolderModel) second = make_model (fixture, 1, "/etc");
  g_autoptr (GraftEntryItem) item = g_list_model_get_item (G_LIST_MODEL (first), 2);
  g_autofree char *address = graft_entry_item_dup_address (item);

  assert_shown (first, "late/ gone+dangling hosts+by2 mtab zone");
  assert_shown (second, "hosts");
  g_assert_cmpstr (address, ==, "initrd.img@1:/etc/hosts");
}

static void
on_items_changed (GListModel *model, guint position, guint removed, guint added, GString *log)
{
  g_string_append_printf (log, "%u-%u+%u ", position, removed, added);
}

/* What an edit leaves is not told anew, so that it stays selected and expanded. */
static void
test_edited (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GraftFolderModel) model = make_model (fixture, -1, "/etc");
  GraftOverlay *overlay = graft_member_get_overlay (fixture->member);
  GraftNodeInit init = { .type = GRAFT_NODE_REGULAR, .attributes = { .mode = 0644 } };
  g_autoptr (GraftNode) made = graft_node_new (&init);
  g_autoptr (GraftLayer) later = NULL;
  g_autoptr (GraftFolderListing) listing = NULL;
  g_autoptr (GString) log = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (graft_overlay_put (overlay, -1, "/etc/late/two", made, &error));
  g_assert_true (graft_overlay_put (overlay, -1, "/etc/aaa", made, &error));
  g_assert_true (graft_overlay_put (overlay, -1, "/etc/hosts", made, &error));
  g_assert_true (graft_overlay_remove (overlay, -1, "/etc/mtab", &error));
  g_assert_true (graft_overlay_move (overlay, -1, "/etc/zone", "/etc/zone2", &error));
  g_assert_no_error (error);
  later = read_layer (fixture, fixture->layer);
  listing = graft_folder_listing_read (later, -1, "/etc", &error);
  g_assert_no_error (error);
  g_signal_connect (model, "items-changed", G_CALLBACK (on_items_changed), log);
  graft_folder_model_take (model, listing);

  assert_shown (model, "late/+inside aaa+new gone+dangling hosts+edited zone2+moved");
  g_assert_cmpstr (log->str, ==, "3-2+1 1-0+1 ");
  g_assert_true (graft_folder_model_get_layer (model) == later);
}

/* More than a view has rows: the rest is told later, and all of it when one is looked for. */
static void
test_many (Fixture *fixture, gconstpointer data)
{
  GraftOverlay *overlay = graft_member_get_overlay (fixture->member);
  g_autoptr (GraftDirectoryBuilder) builder = graft_directory_builder_new ();
  g_autoptr (GraftDirectory) children = NULL;
  GraftNodeInit init = { .type = GRAFT_NODE_REGULAR, .attributes = { .mode = 0644 } };
  g_autoptr (GraftNode) file = graft_node_new (&init);
  g_autoptr (GraftNode) folder = NULL;
  g_autoptr (GraftFolderModel) model = NULL;
  g_autoptr (GraftLayer) later = NULL;
  g_autoptr (GError) error = NULL;
  guint position;

  for (guint i = 0; i < 1000; i++)
    {
      g_autofree char *name = g_strdup_printf ("file-%03u", i);

      graft_directory_builder_add (builder, name, file);
    }
  children = graft_directory_builder_finish (g_steal_pointer (&builder));
  init.type = GRAFT_NODE_DIRECTORY;
  init.children = children;
  folder = graft_node_new (&init);
  g_assert_true (graft_overlay_put (overlay, -1, "/many", folder, &error));
  later = read_layer (fixture, fixture->layer);
  g_set_object (&fixture->layer, later);

  model = make_model (fixture, -1, "/many");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (model)), <, 1000);
  g_assert_true (graft_folder_model_find (model, "file-999", &position));
  g_assert_cmpuint (position, ==, 999);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (model)), ==, 1000);
  g_assert_false (graft_folder_model_find (model, "file-1000", &position));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  graft_fake_formats_register ();
  g_test_add ("/folder-model/order", Fixture, NULL, set_up, test_order, tear_down);
  g_test_add ("/folder-model/shadowed", Fixture, NULL, set_up, test_shadowed, tear_down);
  g_test_add ("/folder-model/edited", Fixture, NULL, set_up, test_edited, tear_down);
  g_test_add ("/folder-model/many", Fixture, NULL, set_up, test_many, tear_down);
  return g_test_run ();
}
