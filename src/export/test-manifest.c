/* test-manifest.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "export/graft-manifest.h"

#include <string.h>

#include "base/graft-error.h"
#include "base/graft-json-text.h"

#define DIGEST "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

static GPtrArray *
make_entries (const char *path)
{
  GPtrArray *entries = g_ptr_array_new_with_free_func ((GDestroyNotify)graft_manifest_entry_free);

  g_ptr_array_add (entries,
                   graft_manifest_entry_new (path, "initrd", 12, DIGEST, GRAFT_ORIGIN_REPLACED));
  g_ptr_array_add (entries,
                   graft_manifest_entry_new ("vmlinuz", "kernel", 0, DIGEST, GRAFT_ORIGIN_CARRIED));
  return entries;
}

static void
test_round_trip (void)
{
  static const char *const paths[] = { "initrd.img", "live/root", "odd\xff\n\"name", "内核" };

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) entries = make_entries (paths[i]);
      g_autofree char *text = graft_manifest_format (entries, NULL);
      g_autoptr (GPtrArray) again = graft_manifest_parse (text, "list", &error);
      const GraftManifestEntry *entry;

      g_assert_no_error (error);
      g_assert_true (g_utf8_validate (text, -1, NULL));
      g_assert_cmpuint (again->len, ==, 2);
      entry = g_ptr_array_index (again, 0);
      g_assert_cmpstr (entry->path, ==, paths[i]);
      g_assert_cmpstr (entry->role, ==, "initrd");
      g_assert_cmpuint (entry->size, ==, 12);
      g_assert_cmpstr (entry->digest, ==, DIGEST);
      g_assert_cmpint (entry->origin, ==, GRAFT_ORIGIN_REPLACED);
    }
}

/* A list that somebody else wrote must not lead out of its folder. */
static void
test_hostile_paths (void)
{
  static const char *const paths[] = { "../x", "/etc/passwd", "a/../../b", "a//b", "./a", "a/" };

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) entries = make_entries (paths[i]);
      g_autofree char *text = graft_manifest_format (entries, NULL);

      g_assert_null (graft_manifest_parse (text, "list", &error));
      g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_REFUSED);
    }
}

static void
assert_refused (const char *text)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (graft_manifest_parse (text, "list", &error));
  g_assert_nonnull (error);
  g_assert_true (error->domain == GRAFT_IMAGE_ERROR);
}

static void
test_damaged (void)
{
  g_autoptr (GPtrArray) entries = make_entries ("initrd.img");
  g_autofree char *text = graft_manifest_format (entries, NULL);

  /* Cut at every byte but the last, which is the newline. */
  for (gsize length = 0; length + 2 < strlen (text); length++)
    {
      g_autofree char *cut = g_strndup (text, length);

      assert_refused (cut);
    }
  assert_refused ("{\"bootgraft\": 2, \"members\": []}");
  assert_refused ("{\"bootgraft\": 1, \"members\": [7]}");
  assert_refused ("{\"bootgraft\": 1, \"members\": [{\"path\": 7}]}");
  assert_refused ("{\"bootgraft\": 1, \"members\": [{\"path\": \"a\", \"role\": \"kernel\", "
                  "\"size\": -1, \"sha256\": \"" DIGEST "\"}]}");
  assert_refused ("{\"bootgraft\": 1, \"members\": [{\"path\": \"a\", \"role\": \"kernel\", "
                  "\"size\": 1, \"sha256\": \"short\"}]}");
}

/* A parser that calls itself for each of 76000 levels runs out of stack. */
static void
test_deep (void)
{
  GString *text = g_string_new ("{\"bootgraft\": 1, \"members\": ");
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) shallow = NULL;
  g_autofree char *deep = NULL;

  for (guint i = 0; i < 76000; i++)
    g_string_append_c (text, '[');
  deep = g_string_free (text, FALSE);
  g_assert_null (graft_json_text_parse (deep, "list", &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_TOO_LARGE);
  g_clear_error (&error);
  /* Brackets in a string are text. */
  shallow = graft_json_text_parse ("{\"a\": \"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
                                   "[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\\"[[[\"}",
                                   "list", &error);
  g_assert_no_error (error);
  g_assert_nonnull (shallow);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/manifest/round-trip", test_round_trip);
  g_test_add_func ("/manifest/hostile-paths", test_hostile_paths);
  g_test_add_func ("/manifest/damaged", test_damaged);
  g_test_add_func ("/manifest/deep", test_deep);
  return g_test_run ();
}
