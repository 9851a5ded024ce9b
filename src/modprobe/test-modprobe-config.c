/* test-modprobe-config.c: the settings that take effect, with libkmod as oracle
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gstdio.h>
#include <libkmod.h>
#include <string.h>

#include "base/graft-error.h"
#include "base/graft-limits.h"
#include "image/graft-fake-image.h"
#include "modprobe/graft-modprobe-config.h"

static GraftModprobeConfig *
read_config (const char *text, const char *command_line)
{
  g_autoptr (GraftImage) image = graft_fake_image_new ("squashfs", "root", text);
  g_autoptr (GraftNode) root = graft_image_dup_part (image, 0);
  g_autoptr (GError) error = NULL;
  GraftModprobeConfig *config = graft_modprobe_config_read (root, command_line, &error);

  g_assert_no_error (error);
  return config;
}

static void
assert_option (GraftModprobeConfig *config, const char *module, const char *key, const char *value,
               const char *path, guint line)
{
  const GraftModprobeSetting *setting = graft_modprobe_config_get_option (config, module, key);

  g_assert_nonnull (setting);
  g_assert_cmpstr (setting->value, ==, value);
  g_assert_cmpstr (setting->path, ==, path);
  g_assert_cmpuint (setting->line, ==, line);
}

/* The last one counts; the command line is read last of all. */
static void
test_effect (void)
{
  g_autoptr (GraftModprobeConfig) config = read_config (
      "f 0644 /etc/modprobe.d/b.conf options loop max_loop=5 "
      "name=\"two words\"\\nsoftdep a-b pre: c-d e post: f\\n\n"
      "f 0644 /etc/modprobe.d/a.conf # first\\noptions loop max_loop=8 max_part=1\\n\n"
      "f 0644 /usr/lib/modprobe.d/b.conf options loop max_loop=9\\n\n"
      "f 0644 /usr/lib/modprobe.d/c.conf blacklist virtio-net\\n\n"
      "f 0644 /etc/modprobe.d/notes.txt options loop max_loop=1\\n\n"
      "f 0644 /etc/modprobe.d/.hidden.conf options loop max_loop=1\\n\n"
      "l /etc/modprobe.d/d.conf /dev/null\n"
      "f 0644 /lib/modprobe.d/d.conf options loop max_loop=2\\n\n",
      "quiet loop.max-part=3 modprobe.blacklist=a,virtio_blk \"x.y=1 2\" -- z.late=1");
  g_autoptr (GPtrArray) options
      = graft_modprobe_config_list (config, "loop", GRAFT_MODPROBE_OPTIONS);
  g_auto (GStrv) pre = graft_modprobe_config_list_softdeps (config, "a_b", FALSE);
  g_auto (GStrv) post = graft_modprobe_config_list_softdeps (config, "a_b", TRUE);
  const GraftModprobeSetting *why;

  g_assert_cmpuint (options->len, ==, 5);
  assert_option (config, "loop", "max_loop", "5", "/etc/modprobe.d/b.conf", 1);
  assert_option (config, "loop", "name", "two words", "/etc/modprobe.d/b.conf", 1);
  assert_option (config, "loop", "max_part", "3", NULL, 0);
  g_assert_null (graft_modprobe_config_get_option (config, "loop", "other"));
  g_assert_null (graft_modprobe_config_get_option (config, "z", "late"));
  why = graft_modprobe_config_get_blacklisting (config, "virtio_net");
  g_assert_cmpstr (why->path, ==, "/usr/lib/modprobe.d/c.conf");
  why = graft_modprobe_config_get_blacklisting (config, "virtio-blk");
  g_assert_nonnull (why);
  g_assert_null (why->path);
  g_assert_null (graft_modprobe_config_get_blacklisting (config, "loop"));
  g_assert_cmpuint (g_strv_length (pre), ==, 2);
  g_assert_cmpstr (pre[0], ==, "c_d");
  g_assert_cmpstr (pre[1], ==, "e");
  g_assert_cmpuint (g_strv_length (post), ==, 1);
  g_assert_cmpstr (post[0], ==, "f");
}

static void
test_none (void)
{
  g_autoptr (GraftModprobeConfig) config = read_config ("f 0644 /etc/motd x\n", NULL);

  g_assert_cmpuint (graft_modprobe_config_get_all (config)->len, ==, 0);
}

static void
test_too_large (void)
{
  g_autofree char *large = g_strnfill (GRAFT_LIMIT_TEXT + 1, '#');
  g_autofree char *text = g_strdup_printf ("f 0644 /etc/modprobe.d/large.conf %s\n", large);
  g_autoptr (GraftImage) image = graft_fake_image_new ("squashfs", "root", text);
  g_autoptr (GraftNode) root = graft_image_dup_part (image, 0);
  g_autoptr (GError) error = NULL;

  g_assert_null (graft_modprobe_config_read (root, NULL, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_TOO_LARGE);
  g_assert_true (g_str_has_prefix (error->message, "/etc/modprobe.d/large.conf has "));
}

/* A line of words that mean something to modprobe, or nearly. */
static void
append_random_line (GString *text, GRand *random)
{
  static const char *const words[]
      = { "options", "blacklist",    "alias", "install", "remove", "softdep",   "include", "loop",
          "e-1000",  "virtio_n",     "a=1",   "b-c=2",   "b_c=3",  "d=\"e f\"", "pre:",    "post:",
          "#",       "pci:v-[a-b]*", "\\\\",  "\\\n",    "\\x",    "/bin/true", "=",       "" };
  guint n = g_rand_int_range (random, 0, 7);

  if (g_rand_int_range (random, 0, 4) > 0)
    g_string_append (text, words[g_rand_int_range (random, 0, 6)]);
  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, "%s%s", g_rand_int_range (random, 0, 5) > 0 ? " " : "\t ",
                            words[g_rand_int_range (random, 0, G_N_ELEMENTS (words))]);
  g_string_append_c (text, '\n');
}

typedef struct kmod_config_iter *GetIter (const struct kmod_ctx *ctx);

static void
add_found (GHashTable *found, const char *what, const char *subject, const char *rest, int more)
{
  /* libkmod leaves all blanks but the first where they are, and makes spaces of them in options. */
  char *key = g_strdup_printf ("%s %s %s", what, subject,
                               rest != NULL ? rest + strspn (rest, " \t") : "");
  int count;

  g_strdelimit (key, "\t", ' ');
  count = GPOINTER_TO_INT (g_hash_table_lookup (found, key)) + more;

  g_hash_table_insert (found, key, GINT_TO_POINTER (count));
}

/* Adds @more to the count of each setting that libkmod reads in @folder, and on the command line of
 * the machine that the test runs on. */
static void
count_by_libkmod (GHashTable *found, const char *folder, int more)
{
  static const struct
  {
    GetIter *get;
    GraftModprobeCommand command;
  } kinds[] = {
    { kmod_config_get_blacklists, GRAFT_MODPROBE_BLACKLIST },
    { kmod_config_get_install_commands, GRAFT_MODPROBE_INSTALL },
    { kmod_config_get_remove_commands, GRAFT_MODPROBE_REMOVE },
    { kmod_config_get_aliases, GRAFT_MODPROBE_ALIAS },
    { kmod_config_get_options, GRAFT_MODPROBE_OPTIONS },
  };
  const char *folders[] = { folder, NULL };
  struct kmod_ctx *ctx = kmod_new ("/nonexistent", folders);

  g_assert_nonnull (ctx);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      struct kmod_config_iter *iter = kinds[i].get (ctx);

      while (kmod_config_iter_next (iter))
        {
          const char *value = kmod_config_iter_get_value (iter);

          /* Blanks are something to libkmod, and nothing in what it does with them. */
          if (value == NULL || value[strspn (value, " \t")] != '\0')
            add_found (found, graft_modprobe_command_get_name (kinds[i].command),
                       kmod_config_iter_get_key (iter), value, more);
        }
      kmod_config_iter_free_iter (iter);
    }
  kmod_unref (ctx);
}

/* The same settings, each of them as often. Lines of options are compared whole. */
static void
compare_with_libkmod (const char *text, const char *folder, const char *empty)
{
  g_autoptr (GHashTable) found = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) lines = graft_modprobe_text_parse (text, strlen (text));
  GHashTableIter iter;
  gpointer key, count;

  count_by_libkmod (found, folder, 1);
  count_by_libkmod (found, empty, -1);
  for (guint i = 0; i < lines->len; i++)
    {
      const GraftModprobeLine *line = g_ptr_array_index (lines, i);
      g_autofree char *subject = NULL;
      g_autofree char *rest = NULL;

      if (line->command == GRAFT_MODPROBE_NOTHING || line->command == GRAFT_MODPROBE_IGNORED
          || line->command == GRAFT_MODPROBE_SOFTDEP)
        continue;
      subject = graft_modprobe_normalize (line->subject, strlen (line->subject));
      if (line->command == GRAFT_MODPROBE_ALIAS)
        rest = graft_modprobe_normalize (line->rest, strcspn (line->rest, " \t"));
      else if (line->command != GRAFT_MODPROBE_BLACKLIST)
        rest = g_strdup (line->rest);
      add_found (found, graft_modprobe_command_get_name (line->command), subject, rest, -1);
    }
  g_hash_table_iter_init (&iter, found);
  while (g_hash_table_iter_next (&iter, &key, &count))
    if (GPOINTER_TO_INT (count) != 0)
      g_error ("libkmod has “%s” %d times more, in:\n%s", (char *)key, GPOINTER_TO_INT (count),
               text);
}

static void
test_like_libkmod (void)
{
  g_autofree char *folder = g_dir_make_tmp ("bootgraft-modprobe-XXXXXX", NULL);
  g_autofree char *empty = g_build_filename (folder, "empty", NULL);
  g_autofree char *file = g_build_filename (folder, "test.conf", NULL);
  g_autoptr (GRand) random = g_rand_new_with_seed (1);

  g_assert_cmpint (g_mkdir (empty, 0755), ==, 0);
  for (guint i = 0; i < 1000; i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);

      for (guint n = 0; n < 8; n++)
        append_random_line (text, random);
      g_assert_true (g_file_set_contents (file, text->str, -1, NULL));
      compare_with_libkmod (text->str, folder, empty);
    }
  g_assert_cmpint (g_unlink (file), ==, 0);
  g_assert_cmpint (g_rmdir (empty), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  /* It tells each bad line, and most are. */
  g_setenv ("KMOD_LOG", "0", TRUE);
  g_test_add_func ("/modprobe-config/effect", test_effect);
  g_test_add_func ("/modprobe-config/none", test_none);
  g_test_add_func ("/modprobe-config/too-large", test_too_large);
  g_test_add_func ("/modprobe-config/like-libkmod", test_like_libkmod);
  return g_test_run ();
}
