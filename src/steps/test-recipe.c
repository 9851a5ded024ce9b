/* test-recipe.c: steps as JSON and back, and recipes that anybody may have written
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "steps/graft-recipe.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/graft-error.h"
#include "image/graft-fake-image.h"
#include "steps/add-program/graft-add-program.h"
#include "steps/graft-history.h"
#include "steps/graft-step-fixture.h"
#include "steps/swap-kernel/graft-swap-kernel.h"

#define ROOT "root.squashfs"
#define DIGEST "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static GPtrArray *
list_of (GraftStep *step)
{
  GPtrArray *steps = g_ptr_array_new_with_free_func (g_object_unref);

  g_ptr_array_add (steps, step);
  return steps;
}

static char *
format (GPtrArray *steps)
{
  g_autoptr (GError) error = NULL;
  char *text = graft_recipe_format (steps, 0, &error);

  g_assert_no_error (error);
  return text;
}

static GPtrArray *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *steps = graft_recipe_parse (text, "recipe", NULL, &error);

  g_assert_no_error (error);
  return steps;
}

/* What is read is written as the same, and is called the same. */
static void
assert_comes_back (GraftStep *step, const char *expected)
{
  g_autoptr (GPtrArray) steps = list_of (step);
  g_autofree char *text = format (steps);
  g_autoptr (GPtrArray) again = parse (text);
  g_autofree char *label = graft_step_dup_label (step);
  g_autofree char *label_again = graft_step_dup_label (g_ptr_array_index (again, 0));
  g_autofree char *text_again = format (again);

  g_assert_cmpuint (again->len, ==, 1);
  g_assert_cmpstr (text_again, ==, text);
  g_assert_cmpstr (label_again, ==, label);
  if (strstr (text, expected) == NULL)
    g_error ("%s is not in %s", expected, text);
}

static void
test_kinds (void)
{
  static const char *const addresses[] = { "a:/1", "b:/\xff", NULL };
  static const char *const kernels[] = { "/k/a.deb", "/k/\xfe.deb", NULL };
  static const char *const chosen[] = { "loop", "squashfs", NULL };
  g_autoptr (GBytes) empty = g_bytes_new (NULL, 0), text = g_bytes_new_static ("one\ntwo\n", 8);
  g_autoptr (GBytes) binary = g_bytes_new_static ("a\0b\xff", 4);
  g_autoptr (GPtrArray) inner = list_of (graft_step_delete_new ("a:/b"));

  assert_comes_back (graft_step_upload_new ("/h/file", "a:/b", 5), "\"path\" : \"/h/file\"");
  assert_comes_back (graft_step_upload_new ("/h/\xff", "a:/b", 5), "\"path_b64\"");
  assert_comes_back (graft_step_copy_in_new ("/h/folder", "a:/b", 5), "\"copy-in\"");
  assert_comes_back (graft_step_delete_new ("a:/\xe9"), "\"address_b64\"");
  assert_comes_back (graft_step_delete_new ("a\\:b@2:/it:/in side\n"), "in side\\n");
  assert_comes_back (graft_step_mkdir_new ("a:/b", 7), "\"time\" : 7");
  assert_comes_back (graft_step_mkdir_new ("a:/b", -1), "\"mkdir\"");
  assert_comes_back (graft_step_symlink_new ("../t", "a:/b", 0), "\"target\" : \"../t\"");
  assert_comes_back (graft_step_make_node_new (GRAFT_NODE_CHAR_DEVICE, 5, 1, 0600, "a:/b", 3),
                     "\"char-device\"");
  assert_comes_back (graft_step_make_node_new (GRAFT_NODE_FIFO, 0, 0, 0644, "a:/b", -1),
                     "\"fifo\"");
  assert_comes_back (graft_step_move_new ("a:/b", "a:/c"), "\"to\" : \"a:/c\"");
  assert_comes_back (graft_step_chmod_new (04755, "a:/b"), "\"mode\" : 2541");
  assert_comes_back (graft_step_chown_new (0, G_MAXUINT32 - 1, "a:/b"), "\"gid\" : 4294967294");
  assert_comes_back (graft_step_set_attributes_new (addresses, 0, -1, 7), "\"text_b64\"");
  assert_comes_back (graft_step_write_new ("a:/b", empty, -1), "\"text\" : \"\"");
  assert_comes_back (graft_step_write_new ("a:/b", text, 9), "\"one\\ntwo\\n\"");
  assert_comes_back (graft_step_write_new ("a:/b", binary, 9), "\"text_b64\" : \"YQBi/w==\"");
  assert_comes_back (graft_step_append_line_new ("a:/b", "caf\xc3\xa9", 9), "café");
  assert_comes_back (graft_step_append_line_new ("a:/b", "caf\xe9", 9), "\"line_b64\"");
  assert_comes_back (graft_step_module_option_new (NULL, "loop", "max_loop", "5", 9),
                     "\"module-option\"");
  assert_comes_back (graft_step_module_option_new ("initrd.img", "loop", "max_loop", NULL, -1),
                     "\"unset-module-option\"");
  assert_comes_back (graft_step_blacklist_new (NULL, "loop", TRUE, 9), "\"blacklist\"");
  assert_comes_back (graft_step_blacklist_new ("initrd.img", "loop", FALSE, 9), "\"unblacklist\"");
  assert_comes_back (graft_step_load_module_new ("initrd.img", "loop", TRUE, 9), "\"image\"");
  assert_comes_back (graft_step_load_module_new (NULL, "loop", FALSE, 9), "\"no-load-module\"");
  assert_comes_back (graft_step_add_program_new (NULL, "/usr/bin/strace", NULL, FALSE),
                     "\"libraries\" : \"image\"");
  assert_comes_back (graft_step_add_program_new ("/srv/root", "/usr/bin/strace", "i:/opt", TRUE),
                     "\"root\" : \"/srv/root\"");
  assert_comes_back (graft_step_module_new (NULL, "loop", TRUE), "\"add-module\"");
  assert_comes_back (graft_step_module_new ("initrd.img", "loop", FALSE), "\"remove-module\"");
  assert_comes_back (graft_step_boot_option_new (NULL, "debug", GRAFT_BOOT_OPTION_SET), "\"set\"");
  assert_comes_back (graft_step_boot_option_new ("live", "fetch", GRAFT_BOOT_OPTION_DROP),
                     "\"label\" : \"live\"");
  assert_comes_back (graft_step_swap_kernel_new (kernels, NULL, NULL, GRAFT_SELECT_AUTO, NULL),
                     "\"auto\"");
  assert_comes_back (
      graft_step_swap_kernel_new (NULL, "/k/vmlinuz", "/k/m", GRAFT_SELECT_CHOSEN, chosen),
      "\"squashfs\"");
  assert_comes_back (graft_step_swap_kernel_new (NULL, "/k/vmlinuz", NULL, GRAFT_SELECT_ALL, NULL),
                     "\"all\"");
  assert_comes_back (graft_step_group_new ("Both \\n", inner), "\"label\" : \"Both \\\\n\"");
}

/* A recipe of what was done to one set does the same to another. */
static void
test_applied_again (GraftStepFixture *fixture, gconstpointer data)
{
  g_autoptr (GraftHistory) history = graft_history_new (fixture->set);
  g_autoptr (GraftBootSetState) done = NULL, start = graft_boot_set_dup_state (fixture->set);
  g_autofree char *file = graft_step_fixture_add_host_file (fixture, "tool", "bytes", 0700);
  g_autofree char *in_folder = graft_step_fixture_add_host_file (fixture, "f/inner", "x", 0600);
  g_autofree char *folder = graft_step_fixture_dup_host_path (fixture, "f");
  g_autoptr (GPtrArray) steps = g_ptr_array_new_with_free_func (g_object_unref), again = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (steps, graft_step_upload_new (file, ROOT ":/usr/bin", -1));
  g_ptr_array_add (steps, graft_step_copy_in_new (folder, ROOT ":/usr", -1));
  g_ptr_array_add (steps, graft_step_append_line_new (ROOT ":/unix", "three", 5));
  for (guint i = 0; i < steps->len; i++)
    {
      g_assert_true (
          graft_history_apply (history, g_ptr_array_index (steps, i), NULL, NULL, NULL, &error));
      g_assert_no_error (error);
    }
  text = format (steps);
  g_assert_nonnull (strstr (text, "\"sha256\" : "
                                  "\"277089d91c0bdf4f2e6862ba7e4a07605119431f5d13f726dd352b06f1b2"
                                  "06a9\""));
  graft_boot_set_set_state (fixture->set, start);
  /* Touched since: what comes in is what came in before. */
  g_assert_cmpint (g_chmod (file, 0600), ==, 0);
  g_assert_cmpint (utimensat (AT_FDCWD, file, NULL, 0), ==, 0);
  again = parse (text);
  for (guint i = 0; i < again->len; i++)
    graft_step_fixture_apply (fixture, g_object_ref (g_ptr_array_index (again, i)));
  graft_step_fixture_assert_shown (fixture, ROOT, "/usr/bin/tool",
                                   "file 0755 0:0 1500000000 bytes");
  graft_step_fixture_assert_shown (fixture, ROOT, "/usr/f/inner", "file 0644 0:0 1500000000 x");
}

/* A file that is gone, and one that is another, each by its name. */
static void
test_other_files (GraftStepFixture *fixture, gconstpointer data)
{
  g_autofree char *file = graft_step_fixture_add_host_file (fixture, "tool", "bytes", 0700);
  g_autofree char *in_folder = graft_step_fixture_add_host_file (fixture, "f/inner", "x", 0600);
  g_autofree char *folder = graft_step_fixture_dup_host_path (fixture, "f");
  g_autoptr (GPtrArray) steps = g_ptr_array_new_with_free_func (g_object_unref), again = NULL;
  g_autofree char *text = NULL;

  g_ptr_array_add (steps, graft_step_upload_new (file, ROOT ":/usr/bin", -1));
  g_ptr_array_add (steps, graft_step_copy_in_new (folder, ROOT ":/usr", -1));
  for (guint i = 0; i < steps->len; i++)
    graft_step_fixture_apply (fixture, g_object_ref (g_ptr_array_index (steps, i)));
  text = format (steps);
  again = parse (text);
  g_assert_true (g_file_set_contents (file, "other", -1, NULL));
  g_assert_true (g_file_set_contents (in_folder, "other", -1, NULL));
  for (guint i = 0; i < again->len; i++)
    {
      g_autoptr (GError) error = NULL;
      GraftStep *step = g_ptr_array_index (again, i);

      g_assert_false (graft_step_apply (step, fixture->set, NULL, NULL, NULL, &error));
      g_assert_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_CHANGED);
      g_assert_nonnull (strstr (error->message, i == 0 ? file : folder));
    }
  g_assert_cmpint (g_unlink (file), ==, 0);
  {
    g_autoptr (GError) error = NULL;
    GraftStep *step = g_ptr_array_index (again, 0);

    g_assert_false (graft_step_apply (step, fixture->set, NULL, NULL, NULL, &error));
    g_assert_nonnull (error);
    g_assert_nonnull (strstr (error->message, file));
  }
}

/* What is written for others has no path of this computer, and finds its files beside itself. */
static void
test_names_only (GraftStepFixture *fixture, gconstpointer data)
{
  g_autofree char *file = graft_step_fixture_add_host_file (fixture, "tool", "bytes", 0700);
  g_autofree char *recipe = graft_step_fixture_dup_host_path (fixture, "recipe.json");
  g_autoptr (GPtrArray) steps = list_of (graft_step_upload_new (file, ROOT ":/new", -1));
  g_autoptr (GPtrArray) again = NULL;
  g_autofree char *text = NULL, *manifest = NULL;
  g_autoptr (GError) error = NULL;

  text = graft_recipe_format (steps, GRAFT_RECIPE_NAMES_ONLY, &error);
  g_assert_null (strstr (text, fixture->top));
  manifest = g_strdup_printf ("{ \"bootgraft\" : 1, \"members\" : [], \"recipe\" : %s }", text);
  g_assert_true (g_file_set_contents (recipe, manifest, -1, NULL));
  again = graft_recipe_load (recipe, &error);
  g_assert_no_error (error);
  graft_step_fixture_apply (fixture, g_object_ref (g_ptr_array_index (again, 0)));
  graft_step_fixture_assert_shown (fixture, ROOT, "/new", "file 0755 0:0 1500000000 bytes");
}

static void
test_saved (GraftStepFixture *fixture, gconstpointer data)
{
  g_autofree char *path = graft_step_fixture_dup_host_path (fixture, "r.json");
  g_autofree char *nowhere = graft_step_fixture_dup_host_path (fixture, "no/r.json");
  g_autoptr (GPtrArray) steps = list_of (graft_step_delete_new ("a:/b")), again = NULL;
  g_autofree char *text = format (steps), *found = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (graft_recipe_save (steps, path, &error));
  again = graft_recipe_load (path, &error);
  g_assert_no_error (error);
  found = format (again);
  g_assert_cmpstr (found, ==, text);
  g_assert_false (graft_recipe_save (steps, nowhere, &error));
  g_assert_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_IO);
}

typedef struct
{
  const char *steps; /* the value of "steps" */
  GraftErrorCode code;
  const char *naming;
} Damage;

static const Damage damages[] = {
  { "{}", GRAFT_ERROR_CORRUPTED, "“steps” is not a list" },
  { "[ 5 ]", GRAFT_ERROR_CORRUPTED, "step 1 is not a JSON object" },
  { "[ {} ]", GRAFT_ERROR_CORRUPTED, "step 1: “step” is missing" },
  { "[ { \"step\": \"\" } ]", GRAFT_ERROR_CORRUPTED, "step 1: “step” is empty" },
  { "[ { \"step\": 7 } ]", GRAFT_ERROR_CORRUPTED, "step 1: “step” is not a text" },
  { "[ { \"step\": \"run\" } ]", GRAFT_ERROR_UNSUPPORTED, "knows no step “run”" },
  { "[ { \"step\": \"delete\", \"address\": \"a:/b\" }, { \"step\": \"delete\" } ]",
    GRAFT_ERROR_CORRUPTED, "step 2: “address” is missing" },
  { "[ { \"step\": \"delete\", \"address\": [] } ]", GRAFT_ERROR_CORRUPTED, "“address” is not" },
  { "[ { \"step\": \"delete\", \"address\": \"a\", \"force\": true } ]", GRAFT_ERROR_CORRUPTED,
    "“force” is not known" },
  { "[ { \"step\": \"delete\", \"address\": \"a\", \"address_b64\": \"%%%\" } ]",
    GRAFT_ERROR_CORRUPTED, "“address_b64” is not" },
  { "[ { \"step\": \"delete\", \"address\": \"a\", \"address_b64\": \"YQBi\" } ]",
    GRAFT_ERROR_CORRUPTED, "“address_b64” is not" },
  { "[ { \"step\": \"delete\", \"address\": \"a:/\\u0000b\" } ]", GRAFT_ERROR_CORRUPTED, "NUL" },
  { "[ { \"step\": \"mkdir\", \"address\": \"a\", \"time\": -2 } ]", GRAFT_ERROR_CORRUPTED,
    "“time” is not" },
  { "[ { \"step\": \"mkdir\", \"address\": \"a\", \"time\": 99999999999 } ]", GRAFT_ERROR_CORRUPTED,
    "“time” is not" },
  { "[ { \"step\": \"mkdir\", \"address\": \"a\", \"time\": 1.5 } ]", GRAFT_ERROR_CORRUPTED,
    "“time” is not" },
  { "[ { \"step\": \"mknod\", \"type\": \"socket\", \"major\": 1, \"minor\": 1, \"mode\": 0, "
    "\"address\": \"a\" } ]",
    GRAFT_ERROR_CORRUPTED, "“type” is none of" },
  { "[ { \"step\": \"mknod\", \"type\": \"fifo\", \"major\": 4096, \"minor\": 1, \"mode\": 0, "
    "\"address\": \"a\" } ]",
    GRAFT_ERROR_CORRUPTED, "“major” is not" },
  { "[ { \"step\": \"set-attributes\", \"addresses\": [ 1 ] } ]", GRAFT_ERROR_CORRUPTED,
    "“addresses” is not a list of texts" },
  { "[ { \"step\": \"set-attributes\", \"addresses\": \"a\" } ]", GRAFT_ERROR_CORRUPTED,
    "“addresses” is not a list" },
  { "[ { \"step\": \"write\", \"address\": \"a\", \"text\": null } ]", GRAFT_ERROR_CORRUPTED,
    "“text” is not a text" },
  { "[ { \"step\": \"upload\", \"to\": \"a\" } ]", GRAFT_ERROR_CORRUPTED, "“from” is missing" },
  { "[ { \"step\": \"upload\", \"from\": \"/x\", \"to\": \"a\" } ]", GRAFT_ERROR_CORRUPTED,
    "“from” is not an object" },
  { "[ { \"step\": \"upload\", \"from\": { \"path\": \"\" }, \"to\": \"a\" } ]",
    GRAFT_ERROR_CORRUPTED, "“path” is empty" },
  { "[ { \"step\": \"upload\", \"from\": { \"path\": \"x\", \"sha256\": \"00\" }, \"to\": \"a\" } "
    "]",
    GRAFT_ERROR_CORRUPTED, "“sha256” is not" },
  { "[ { \"step\": \"upload\", \"from\": { \"path\": \"x\", \"sha256\": \"" DIGEST
    "\", \"more\": 1 }, \"to\": \"a\" } ]",
    GRAFT_ERROR_CORRUPTED, "“more” is not known" },
  { "[ { \"step\": \"swap-kernel\", \"select\": \"auto\" } ]", GRAFT_ERROR_CORRUPTED,
    "“kernels” names no kernel" },
  { "[ { \"step\": \"swap-kernel\", \"kernels\": [ 1 ], \"select\": \"auto\" } ]",
    GRAFT_ERROR_CORRUPTED, "“kernels” is not a list of objects" },
  { "[ { \"step\": \"swap-kernel\", \"vmlinuz\": { \"path\": \"v\" }, \"select\": \"some\" } ]",
    GRAFT_ERROR_CORRUPTED, "“select” is none of" },
  { "[ { \"step\": \"group\", \"label\": \"g\", \"steps\": [ { \"step\": \"delete\" } ] } ]",
    GRAFT_ERROR_CORRUPTED, "step 1: step 1: “address” is missing" },
  { "[ { \"step\": \"group\", \"label\": \"\\u001b[2J\", \"steps\": [] } ]", GRAFT_ERROR_CORRUPTED,
    "“label” is not fit" },
};

static void
refuse (const char *text, GQuark domain, GraftErrorCode code, const char *naming)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (graft_recipe_parse (text, "R", NULL, &error));
  g_assert_error (error, domain, (gint)code);
  if (strstr (error->message, naming) == NULL || !g_str_has_prefix (error->message, "R"))
    g_error ("“%s” is not in “%s”", naming, error->message);
}

static void
test_damaged (void)
{
  static const char *const good = "{ \"bootgraft-recipe\": 1, \"steps\": [ { \"step\": \"delete\", "
                                  "\"address\": \"a:/b\" } ] }";
  g_autoptr (GPtrArray) steps = parse (good);
  GString *deep = g_string_new ("{ \"bootgraft-recipe\": 1, \"steps\": ");

  g_assert_cmpuint (steps->len, ==, 1);
  for (guint i = 0; i < G_N_ELEMENTS (damages); i++)
    {
      g_autofree char *text
          = g_strdup_printf ("{ \"bootgraft-recipe\": 1, \"steps\": %s }", damages[i].steps);

      refuse (text, GRAFT_STEP_ERROR, damages[i].code, damages[i].naming);
    }
  refuse ("{ \"bootgraft-recipe\": 1 }", GRAFT_STEP_ERROR, GRAFT_ERROR_CORRUPTED, "is missing");
  refuse ("{ \"bootgraft-recipe\": 2, \"steps\": [] }", GRAFT_STEP_ERROR, GRAFT_ERROR_UNSUPPORTED,
          "version 2");
  refuse ("{ \"bootgraft-recipe\": \"1\", \"steps\": [] }", GRAFT_STEP_ERROR, GRAFT_ERROR_CORRUPTED,
          "no recipe");
  refuse ("{ \"bootgraft-recipe\": 1, \"steps\": [], \"later\": 1 }", GRAFT_STEP_ERROR,
          GRAFT_ERROR_CORRUPTED, "“later” is not known");
  refuse ("{ \"bootgraft\": 1, \"members\": [] }", GRAFT_STEP_ERROR, GRAFT_ERROR_CORRUPTED,
          "no recipe");
  for (gsize length = 0; length < strlen (good); length++)
    {
      g_autofree char *cut = g_strndup (good, length);
      g_autoptr (GError) error = NULL;

      g_assert_null (graft_recipe_parse (cut, "R", NULL, &error));
      g_assert_true (g_str_has_prefix (error->message, "R"));
    }
  for (guint i = 0; i < 100000; i++)
    g_string_append (deep, "[ { \"step\": \"group\", \"label\": \"\", \"steps\": ");
  refuse (deep->str, GRAFT_IMAGE_ERROR, GRAFT_ERROR_TOO_LARGE, "nested");
  g_string_free (deep, TRUE);
}

/* Files that are no recipes, however large they say they are. */
static void
test_damaged_files (GraftStepFixture *fixture, gconstpointer data)
{
  g_autofree char *binary = graft_step_fixture_dup_host_path (fixture, "binary");
  g_autofree char *huge = graft_step_fixture_add_host_file (fixture, "huge", "{", 0600);
  g_autofree char *none = graft_step_fixture_dup_host_path (fixture, "none");
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (binary, "{}\0{}", 5, NULL));
  g_assert_null (graft_recipe_load (binary, &error));
  g_assert_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_CORRUPTED);
  g_clear_error (&error);
  g_assert_cmpint (truncate (huge, G_GINT64_CONSTANT (1) << 40), ==, 0);
  g_assert_null (graft_recipe_load (huge, &error));
  g_assert_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_TOO_LARGE);
  g_clear_error (&error);
  g_assert_null (graft_recipe_load (none, &error));
  g_assert_nonnull (strstr (error->message, none));
}

#define ADD(path, func)                                                                            \
  g_test_add (path, GraftStepFixture, NULL, graft_step_fixture_set_up, func,                       \
              graft_step_fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  graft_fake_formats_register ();
  g_test_add_func ("/recipe/kinds", test_kinds);
  ADD ("/recipe/applied-again", test_applied_again);
  ADD ("/recipe/other-files", test_other_files);
  ADD ("/recipe/names-only", test_names_only);
  ADD ("/recipe/saved", test_saved);
  g_test_add_func ("/recipe/damaged", test_damaged);
  ADD ("/recipe/damaged-files", test_damaged_files);
  return g_test_run ();
}
