/* test-overlay-random.c: 2,000 random edits against a plain model, with undo and redo
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The model is a table of path → entry; hard links are paths with the same entry. It knows nothing
 * of parts: whatever an image is made of, the merged view must behave like one plain tree. The seed
 * is printed; --seed runs it again.
 */

#include "overlay/graft-overlay.h"

#include <string.h>

#include "base/graft-error.h"
#include "image/graft-directory.h"
#include "image/graft-fake-image.h"
#include "image/graft-path.h"

#define N_EDITS 2000
#define COMPARE_EVERY 10

typedef struct
{
  GraftNodeType type;
  guint32 mode;
  char *text; /* a file's content, a link's target */
} Entry;

static void
entry_clear (gpointer data)
{
  g_free (((Entry *)data)->text);
}

static void
entry_unref (gpointer data)
{
  g_rc_box_release_full (data, entry_clear);
}

static Entry *
entry_new (GraftNodeType type, guint32 mode, const char *text)
{
  Entry *self = g_rc_box_new0 (Entry);

  self->type = type;
  self->mode = mode;
  self->text = g_strdup (text);
  return self;
}

/* One state: what the overlay is in, and what it should be in. */
typedef struct
{
  GraftOverlayState *state;
  GHashTable *model; /* of char* path to Entry */
} Moment;

typedef struct
{
  GraftOverlay *overlay;
  GHashTable *model;
  GPtrArray *history;          /* of Moment */
  guint now;                   /* the one we are in */
  guint n_edits;               /* gives each file other content */
  guint n_done;                /* edits that were not refused */
  const char *const *fixed;    /* paths that stay */
  const char *const *prefixes; /* pairs: a path, and a link by which it may be reached */
} Run;

static GHashTable *
model_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, entry_unref);
}

static void
model_set (GHashTable *model, const char *path, Entry *entry)
{
  g_hash_table_insert (model, g_strdup (path), g_rc_box_acquire (entry));
}

static GHashTable *
model_copy (GHashTable *model)
{
  GHashTable *copy = model_new ();
  GHashTableIter iter;
  gpointer path, entry;

  g_hash_table_iter_init (&iter, model);
  while (g_hash_table_iter_next (&iter, &path, &entry))
    model_set (copy, path, entry);
  return copy;
}

static void
moment_free (gpointer data)
{
  Moment *self = data;

  graft_overlay_state_unref (self->state);
  g_hash_table_unref (self->model);
  g_free (self);
}

static int
compare_strings (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

static GPtrArray *
list_paths (GHashTable *model)
{
  GPtrArray *paths = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer path;

  g_hash_table_iter_init (&iter, model);
  while (g_hash_table_iter_next (&iter, &path, NULL))
    g_ptr_array_add (paths, path);
  g_ptr_array_sort (paths, compare_strings);
  return paths;
}

/* One line an entry; a hard link is shown by the first of its file's names. */
static char *
dump (GHashTable *model)
{
  g_autoptr (GPtrArray) paths = list_paths (model);
  g_autoptr (GHashTable) firsts = g_hash_table_new (NULL, NULL);
  GString *lines = g_string_new (NULL);

  for (guint i = 0; i < paths->len; i++)
    {
      const char *path = g_ptr_array_index (paths, i);
      Entry *entry = g_hash_table_lookup (model, path);

      if (!g_hash_table_contains (firsts, entry))
        g_hash_table_insert (firsts, entry, (gpointer)path);
      g_string_append_printf (lines, "%s: %s %o \"%s\" %s\n", path,
                              graft_node_type_get_name (entry->type), entry->mode,
                              entry->text != NULL ? entry->text : "",
                              (const char *)g_hash_table_lookup (firsts, entry));
    }
  return g_string_free (lines, FALSE);
}

typedef struct
{
  GHashTable *model;
  GHashTable *seen; /* of GraftNode to Entry */
} Reading;

static gboolean
read_entry (const char *path, GraftNode *node, gpointer data, GError **error)
{
  Reading *self = data;
  Entry *entry = g_hash_table_lookup (self->seen, node);
  g_autofree char *text = g_strdup (graft_node_get_target (node));

  if (entry != NULL)
    {
      model_set (self->model, path, entry);
      return TRUE;
    }
  if (graft_node_get_node_type (node) == GRAFT_NODE_REGULAR)
    {
      g_autoptr (GraftInput) input = graft_node_open (node, NULL);
      g_autoptr (GBytes) bytes = graft_input_read_all (input, NULL);

      text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
    }
  entry = entry_new (graft_node_get_node_type (node), graft_node_get_attributes (node)->mode, text);
  g_hash_table_insert (self->model, g_strdup (path), entry);
  if (!graft_node_is_directory (node))
    g_hash_table_insert (self->seen, node, entry);
  return TRUE;
}

/* The merged view as a model. */
static GHashTable *
read_model (GraftOverlay *overlay)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  g_autoptr (GraftNode) root = graft_overlay_dup_root (overlay, &error);
  Reading reading = { model_new (), seen };
  gboolean done;

  g_assert_no_error (error);
  done = graft_path_walk (root, "/", read_entry, &reading, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (done);
  return reading.model;
}

static void
assert_equal (Run *run)
{
  g_autoptr (GHashTable) read = read_model (run->overlay);
  g_autofree char *expected = dump (run->model);
  g_autofree char *actual = dump (read);

  if (strcmp (actual, expected) != 0)
    g_test_message ("is:\n%sshould be:\n%s", actual, expected);
  g_assert_true (strcmp (actual, expected) == 0);
}

static gboolean
is_below (const char *path, const char *folder)
{
  gsize length = strlen (folder);

  return strncmp (path, folder, length) == 0 && (length == 1 || path[length] == '/')
         && path[length] != '\0';
}

static gboolean
is_fixed (Run *run, const char *path)
{
  return strcmp (path, "/") == 0 || (run->fixed != NULL && g_strv_contains (run->fixed, path));
}

static void
model_remove (GHashTable *model, const char *folder)
{
  g_autoptr (GPtrArray) paths = list_paths (model);
  g_autofree char *kept = g_strdup (folder);

  for (guint i = 0; i < paths->len; i++)
    if (strcmp (paths->pdata[i], kept) == 0 || is_below (paths->pdata[i], kept))
      g_hash_table_remove (model, paths->pdata[i]);
}

static char *
random_path (Run *run, gboolean only_folders)
{
  g_autoptr (GPtrArray) paths = list_paths (run->model);
  const char *path;
  Entry *entry;

  do
    {
      path = g_ptr_array_index (paths, g_test_rand_int_range (0, paths->len));
      entry = g_hash_table_lookup (run->model, path);
    }
  while (only_folders && entry->type != GRAFT_NODE_DIRECTORY);
  return g_strdup (path);
}

/* Few names, so that many meet what is there. */
static char *
random_place (Run *run)
{
  g_autofree char *folder = random_path (run, TRUE);
  char name[2] = { 'a' + g_test_rand_int_range (0, 10), '\0' };

  return graft_path_join (folder, name);
}

/* @path as a user may write it: now and then through a link. */
static char *
as_typed (Run *run, const char *path)
{
  for (guint i = 0; run->prefixes != NULL && run->prefixes[i] != NULL; i += 2)
    if (is_below (path, run->prefixes[i]) && g_test_rand_int_range (0, 2) == 0)
      return g_strconcat (run->prefixes[i + 1], path + strlen (run->prefixes[i]), NULL);
  return g_strdup (path);
}

static GraftNode *
new_node (Entry *entry)
{
  GraftNodeInit init = { .type = entry->type, .attributes.mode = entry->mode };
  g_autoptr (GraftInput) input = NULL;

  if (entry->type == GRAFT_NODE_SYMLINK)
    init.target = entry->text;
  if (entry->type == GRAFT_NODE_REGULAR)
    {
      g_autoptr (GBytes) bytes = g_bytes_new (entry->text, strlen (entry->text));

      init.content = input = graft_memory_input_new (bytes, "new");
    }
  return graft_node_new (&init);
}

static Entry *
random_entry (Run *run, GraftNodeType type)
{
  g_autofree char *text = g_strdup_printf ("content %u", run->n_edits++);

  return entry_new (type, type == GRAFT_NODE_SYMLINK ? 0777 : g_test_rand_int_range (0, 01000),
                    type == GRAFT_NODE_DIRECTORY ? NULL : text);
}

static gboolean
edit_put (Run *run)
{
  static const GraftNodeType types[]
      = { GRAFT_NODE_REGULAR, GRAFT_NODE_REGULAR, GRAFT_NODE_DIRECTORY, GRAFT_NODE_SYMLINK };
  g_autofree char *path = random_place (run);
  g_autofree char *typed = as_typed (run, path);
  Entry *entry = random_entry (run, types[g_test_rand_int_range (0, G_N_ELEMENTS (types))]);
  Entry *old = g_hash_table_lookup (run->model, path);
  g_autoptr (GraftNode) node = new_node (entry);
  gboolean allowed
      = !is_fixed (run, path)
        && (old == NULL
            || (old->type == GRAFT_NODE_DIRECTORY) == (entry->type == GRAFT_NODE_DIRECTORY));
  gboolean done = !is_fixed (run, path) && graft_overlay_put (run->overlay, -1, typed, node, NULL);

  g_assert_cmpint (done, ==, allowed);
  if (allowed)
    {
      model_remove (run->model, path);
      model_set (run->model, path, entry);
    }
  entry_unref (entry);
  return allowed;
}

/* A whole tree at once. */
static gboolean
edit_put_tree (Run *run)
{
  g_autofree char *path = random_place (run);
  Entry *old = g_hash_table_lookup (run->model, path);
  Entry *folder = random_entry (run, GRAFT_NODE_DIRECTORY);
  Entry *subfolder = random_entry (run, GRAFT_NODE_DIRECTORY);
  Entry *file = random_entry (run, GRAFT_NODE_REGULAR);
  g_autoptr (GraftNode) top = new_node (folder), empty = new_node (subfolder);
  g_autoptr (GraftNode) leaf = new_node (file), tree = NULL;
  g_autofree char *below = graft_path_join (path, "x"), *other = graft_path_join (path, "a");
  g_autoptr (GraftDirectory) none = graft_directory_new_empty ();
  g_autoptr (GraftDirectory) one = graft_directory_with (none, "x", leaf);
  g_autoptr (GraftDirectory) two = graft_directory_with (one, "a", empty);
  GraftNodeInit init = graft_node_to_init (top);
  gboolean allowed = !is_fixed (run, path) && (old == NULL || old->type == GRAFT_NODE_DIRECTORY);

  init.children = two;
  tree = graft_node_new (&init);
  if (allowed)
    {
      g_assert_true (graft_overlay_put (run->overlay, -1, path, tree, NULL));
      model_remove (run->model, path);
      model_set (run->model, path, folder);
      model_set (run->model, below, file);
      model_set (run->model, other, subfolder);
    }
  entry_unref (folder);
  entry_unref (subfolder);
  entry_unref (file);
  return allowed;
}

static gboolean
edit_remove (Run *run)
{
  g_autofree char *path = random_path (run, FALSE);
  g_autofree char *typed = as_typed (run, path);
  g_autoptr (GError) error = NULL;

  if (is_fixed (run, path))
    return FALSE;
  g_assert_true (graft_overlay_remove (run->overlay, -1, typed, &error));
  model_remove (run->model, path);
  return TRUE;
}

/* Under all names of the file. */
static gboolean
edit_change (Run *run)
{
  g_autofree char *path = random_path (run, FALSE);
  g_autofree char *typed = as_typed (run, path);
  g_autoptr (GPtrArray) paths = list_paths (run->model);
  Entry *old = g_rc_box_acquire ((Entry *)g_hash_table_lookup (run->model, path));
  Entry *entry = random_entry (run, old->type);
  g_autoptr (GraftNode) node = new_node (entry);
  g_autoptr (GError) error = NULL;
  gboolean done;

  /* Another target would make it another link. */
  if (is_fixed (run, path) && old->type == GRAFT_NODE_SYMLINK)
    {
      entry_unref (old);
      entry_unref (entry);
      return FALSE;
    }
  done = graft_overlay_change (run->overlay, -1, typed, node, &error);
  g_assert_no_error (error);
  g_assert_true (done);
  for (guint i = 0; i < paths->len; i++)
    if (old->type == GRAFT_NODE_DIRECTORY
            ? strcmp (paths->pdata[i], path) == 0
            : g_hash_table_lookup (run->model, paths->pdata[i]) == old)
      model_set (run->model, paths->pdata[i], entry);
  entry_unref (old);
  entry_unref (entry);
  return TRUE;
}

static gboolean
edit_move (Run *run)
{
  g_autofree char *from = random_path (run, FALSE), *to = random_place (run);
  g_autofree char *typed_from = as_typed (run, from), *typed_to = as_typed (run, to);
  g_autoptr (GHashTable) before = model_copy (run->model);
  g_autoptr (GPtrArray) paths = list_paths (before);
  gboolean allowed = !g_hash_table_contains (before, to) && !is_below (to, from);

  if (is_fixed (run, from))
    return FALSE;
  g_assert_cmpint (graft_overlay_move (run->overlay, -1, typed_from, typed_to, NULL), ==, allowed);
  if (!allowed)
    return FALSE;
  model_remove (run->model, from);
  for (guint i = 0; i < paths->len; i++)
    {
      const char *path = g_ptr_array_index (paths, i);
      g_autofree char *moved = NULL;

      if (strcmp (path, from) != 0 && !is_below (path, from))
        continue;
      moved = g_strconcat (to, path + strlen (from), NULL);
      model_set (run->model, moved, g_hash_table_lookup (before, path));
    }
  return TRUE;
}

static void
remember (Run *run)
{
  Moment *moment = g_new (Moment, 1);

  moment->state = graft_overlay_dup_state (run->overlay);
  moment->model = model_copy (run->model);
  g_ptr_array_set_size (run->history, run->now + 1);
  g_ptr_array_add (run->history, moment);
  run->now++;
}

static void
go_to (Run *run, guint i)
{
  Moment *moment = g_ptr_array_index (run->history, i);

  graft_overlay_set_state (run->overlay, moment->state);
  g_hash_table_unref (run->model);
  run->model = model_copy (moment->model);
  run->now = i;
  assert_equal (run);
}

static void
edit (Run *run)
{
  gboolean (*const edits[]) (Run *) = {
    edit_put, edit_put, edit_put, edit_put_tree, edit_remove, edit_change, edit_move, edit_move,
  };
  guint kind = g_test_rand_int_range (0, G_N_ELEMENTS (edits));

  /* Grown large, a tree is only slow. */
  if (g_hash_table_size (run->model) > 60)
    kind = 4;
  if (edits[kind](run))
    {
      run->n_done++;
      remember (run);
    }
}

static void
run_edits (const char *text, const char *const *fixed, const char *const *prefixes)
{
  g_autoptr (GraftImage) image = graft_fake_image_new ("initrd", "initrd.img", text);
  g_autoptr (GraftOverlay) overlay = graft_overlay_new (image);
  g_autoptr (GPtrArray) history = g_ptr_array_new_with_free_func (moment_free);
  Run run = { .overlay = overlay, .history = history, .fixed = fixed, .prefixes = prefixes };

  run.model = read_model (overlay);
  run.now = (guint)-1;
  remember (&run);
  for (guint i = 0; run.n_done < N_EDITS; i++)
    {
      edit (&run);
      if (i % COMPARE_EVERY == 0)
        assert_equal (&run);
      if (g_test_rand_int_range (0, 50) == 0)
        go_to (&run, g_test_rand_int_range (MAX ((int)run.now - 20, 0), history->len));
    }
  assert_equal (&run);
  go_to (&run, 0);
  g_assert_false (graft_overlay_is_changed (overlay));
  for (guint i = 0; i < graft_image_get_n_parts (image); i++)
    {
      g_autoptr (GraftNode) root = graft_image_dup_part (image, i);

      g_assert_true (graft_overlay_get_roots (overlay)[i] == root);
    }
  g_hash_table_unref (run.model);
}

static void
test_one_part (void)
{
  run_edits ("d 0755 /a\nf 0644 /a/b one\nh /a/c /a/b\nh /d/e /a/b\nl /l a\nd 0700 /d/f\n"
             "f 0600 /d/f/g two\n",
             NULL, NULL);
}

/* Folders in several parts, files that hide one another, links within one part. */
static void
test_parts (void)
{
  run_edits ("d 0755 /a\nf 0644 /a/b one\nh /a/c /a/b\nd 0711 /d\nh /d/e /a/b\nd 0700 /d/f\n"
             "f 0644 /g under\n"
             "--\n"
             "f 0600 /a/b hides\nf 0600 /d/f/g two\nh /d/f/h /d/f/g\nd 0755 /i\nf 0644 /i/a x\n"
             "l /g a\n"
             "--\n"
             "d 0750 /a\nf 0600 /a/d three\nf 0600 /i/b four\nd 0705 /d/j\n",
             NULL, NULL);
}

/* What the second part has in lib shows where the first part's link leads. */
static void
test_link_between_parts (void)
{
  static const char *const fixed[] = { "/lib", "/usr", "/usr/lib", NULL };
  static const char *const prefixes[] = { "/usr/lib", "/lib", NULL };

  run_edits ("d 0755 /usr\nd 0755 /usr/lib\nd 0755 /usr/lib/a\nf 0644 /usr/lib/a/b one\nl /lib "
             "usr/lib\n"
             "--\n"
             "f 0600 /lib/a/b hides\nf 0600 /lib/a/c two\nd 0700 /lib/d\nf 0644 /lib/d/e x\n",
             fixed, prefixes);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/overlay-random/one-part", test_one_part);
  g_test_add_func ("/overlay-random/parts", test_parts);
  g_test_add_func ("/overlay-random/link-between-parts", test_link_between_parts);
  return g_test_run ();
}
