/* edit-model.c: a plain model of a tree of files, and random edits of it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "edit-model.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "image/graft-path.h"

/* Of what edits make: no source has it. */
#define FIRST_TIME 1600000000

typedef struct
{
  GraftNodeType type;
  GraftAttributes attributes;
  guint32 major;
  guint32 minor;
  char *target;
  GBytes *content;
  char *digest; /* of the content, once it was asked for */
} Entry;

struct _EditModel
{
  GHashTable *entries; /* of char* path to Entry */
};

/* What an edit needs to know. */
typedef struct
{
  EditModel *model;
  GRand *random;
  const char *image;
  const char *file;
  guint number;
  gboolean *allowed;
} Edit;

static void
entry_clear (gpointer data)
{
  Entry *self = data;

  g_free (self->target);
  g_free (self->digest);
  g_clear_pointer (&self->content, g_bytes_unref);
}

static void
entry_unref (gpointer data)
{
  g_rc_box_release_full (data, entry_clear);
}

static Entry *
entry_new (GraftNodeType type, guint32 mode, gint64 mtime)
{
  Entry *self = g_rc_box_new0 (Entry);

  self->type = type;
  self->attributes.mode = mode;
  self->attributes.mtime = mtime;
  return self;
}

/* States share entries, so a change is of a new one, under all names of the file. */
static Entry *
change (EditModel *self, Entry *old)
{
  Entry *entry = entry_new (old->type, 0, 0);
  GHashTableIter iter;
  gpointer value;

  entry->attributes = old->attributes;
  entry->major = old->major;
  entry->minor = old->minor;
  entry->target = g_strdup (old->target);
  entry->content = old->content != NULL ? g_bytes_ref (old->content) : NULL;
  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (value == old)
      g_hash_table_iter_replace (&iter, g_rc_box_acquire (entry));
  entry_unref (entry);
  return entry;
}

static void
set_content (Entry *entry, GBytes *content)
{
  g_clear_pointer (&entry->content, g_bytes_unref);
  entry->content = g_bytes_ref (content);
}

static EditModel *
new_model (void)
{
  EditModel *self = g_new0 (EditModel, 1);

  self->entries = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, entry_unref);
  return self;
}

void
edit_model_free (EditModel *self)
{
  g_hash_table_unref (self->entries);
  g_free (self);
}

EditModel *
edit_model_copy (EditModel *self)
{
  EditModel *copy = new_model ();
  GHashTableIter iter;
  gpointer path, entry;

  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, &path, &entry))
    g_hash_table_insert (copy->entries, g_strdup (path), g_rc_box_acquire (entry));
  return copy;
}

typedef struct
{
  EditModel *model;
  GPtrArray *nodes;   /* of GraftNode: files with several names */
  GPtrArray *entries; /* of Entry, the same */
} Reading;

static Entry *
find_same (Reading *reading, GraftNode *node)
{
  for (guint i = 0; i < reading->nodes->len; i++)
    if (graft_node_is_same_file (g_ptr_array_index (reading->nodes, i), node))
      return g_rc_box_acquire (g_ptr_array_index (reading->entries, i));
  return NULL;
}

static gboolean
read_node (const char *path, GraftNode *node, gpointer data, GError **error)
{
  Reading *reading = data;
  Entry *entry = find_same (reading, node);
  g_autoptr (GraftInput) input = NULL;

  if (entry == NULL)
    {
      entry = entry_new (graft_node_get_node_type (node), 0, 0);
      entry->attributes = *graft_node_get_attributes (node);
      entry->attributes.mtime_nsec = 0;
      entry->major = graft_node_get_rdev_major (node);
      entry->minor = graft_node_get_rdev_minor (node);
      entry->target = g_strdup (graft_node_get_target (node));
      if (entry->type != GRAFT_NODE_DIRECTORY)
        {
          g_ptr_array_add (reading->nodes, node);
          g_ptr_array_add (reading->entries, entry);
        }
    }
  g_hash_table_insert (reading->model->entries, g_strdup (path), entry);
  if (entry->type != GRAFT_NODE_REGULAR || entry->content != NULL)
    return TRUE;
  input = graft_node_open (node, error);
  entry->content = input != NULL ? graft_input_read_all (input, error) : NULL;
  return entry->content != NULL;
}

EditModel *
edit_model_new (GraftOverlay *overlay, GError **error)
{
  g_autoptr (EditModel) self = new_model ();
  g_autoptr (GraftNode) root = graft_overlay_dup_root (overlay, error);
  g_autoptr (GPtrArray) nodes = g_ptr_array_new (), entries = g_ptr_array_new ();
  Reading reading = { self, nodes, entries };

  if (root == NULL || !graft_path_walk (root, "/", read_node, &reading, NULL, error))
    return NULL;
  return g_steal_pointer (&self);
}

static int
compare_strings (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

static GPtrArray *
list_paths (EditModel *self)
{
  GPtrArray *paths = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer path;

  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, &path, NULL))
    g_ptr_array_add (paths, path);
  g_ptr_array_sort (paths, compare_strings);
  return paths;
}

static Entry *
find (EditModel *self, const char *path)
{
  return g_hash_table_lookup (self->entries, path);
}

static const char *
get_text (Entry *entry)
{
  if (entry->type != GRAFT_NODE_REGULAR)
    return entry->target != NULL ? entry->target : "";
  if (entry->digest == NULL)
    entry->digest = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, entry->content);
  return entry->digest;
}

char *
edit_model_dump (EditModel *self)
{
  g_autoptr (GPtrArray) paths = list_paths (self);
  g_autoptr (GHashTable) firsts = g_hash_table_new (NULL, NULL);
  GString *lines = g_string_new (NULL);

  for (guint i = 0; i < paths->len; i++)
    {
      const char *path = g_ptr_array_index (paths, i);
      Entry *entry = find (self, path);

      if (!g_hash_table_contains (firsts, entry))
        g_hash_table_insert (firsts, entry, (gpointer)path);
      g_string_append_printf (lines, "%s: %s %o %u:%u %" G_GINT64_FORMAT " %u:%u %s %s\n", path,
                              graft_node_type_get_name (entry->type), entry->attributes.mode,
                              entry->attributes.uid, entry->attributes.gid, entry->attributes.mtime,
                              entry->major, entry->minor, get_text (entry),
                              (const char *)g_hash_table_lookup (firsts, entry));
    }
  return g_string_free (lines, FALSE);
}

/* ext4 has a folder for e2fsck; what is in an early archive (microcode) is changed by its segment
 * only. */
static gboolean
is_kept (const char *path)
{
  return strcmp (path, "/") == 0 || g_str_has_prefix (path, "/lost+found")
         || g_str_has_prefix (path, "/kernel");
}

static gboolean
has_type (Entry *entry, GraftNodeType type)
{
  return entry != NULL && entry->type == type;
}

/* A path that is there, of folders only or of all but folders; NULL: none was met. */
static const char *
pick (Edit *edit, gboolean folder)
{
  g_autoptr (GPtrArray) paths = list_paths (edit->model);

  for (guint i = 0; i < 64; i++)
    {
      const char *path = g_ptr_array_index (paths, g_rand_int_range (edit->random, 0, paths->len));

      if (has_type (find (edit->model, path), GRAFT_NODE_DIRECTORY) == folder && !is_kept (path))
        return path;
    }
  return folder ? "/" : NULL;
}

/* A path in a folder that is there: a new name, or now and then that of something. */
static char *
pick_place (Edit *edit)
{
  const char *old = g_rand_int_range (edit->random, 0, 3) == 0 ? pick (edit, FALSE) : NULL;
  g_autofree char *name = g_strdup_printf ("n%u \xc3\xa9", edit->number);

  return old != NULL ? g_strdup (old) : graft_path_join (pick (edit, TRUE), name);
}

static char *
dup_address (Edit *edit, const char *path)
{
  return g_strdup_printf ("%s:%s", edit->image, path);
}

static gint64
get_time (Edit *edit)
{
  return FIRST_TIME + edit->number;
}

/* Puts @entry, which it takes. */
static void
put (Edit *edit, const char *path, Entry *entry)
{
  g_hash_table_insert (edit->model->entries, g_strdup (path), entry);
}

static GBytes *
make_content (Edit *edit)
{
  gsize size = g_rand_int_range (edit->random, 0, 9) == 0
                   ? (gsize)g_rand_int_range (edit->random, 0, 20000)
                   : (gsize)g_rand_int_range (edit->random, 0, 60);
  guint8 *data = g_malloc (size + 1);

  for (gsize i = 0; i < size; i++)
    data[i] = "abc\n"[g_rand_int_range (edit->random, 0, 4)];
  return g_bytes_new_take (data, size);
}

static GraftStep *
edit_write (Edit *edit)
{
  g_autofree char *path = pick_place (edit), *address = dup_address (edit, path);
  g_autoptr (GBytes) content = make_content (edit);
  Entry *old = find (edit->model, path);

  *edit->allowed = old == NULL || old->type == GRAFT_NODE_REGULAR;
  /* A link would be followed. */
  if (has_type (old, GRAFT_NODE_SYMLINK))
    return NULL;
  if (old == NULL)
    put (edit, path, entry_new (GRAFT_NODE_REGULAR, 0644, 0));
  if (*edit->allowed)
    {
      Entry *entry = change (edit->model, find (edit->model, path));

      set_content (entry, content);
      entry->attributes.mtime = get_time (edit);
    }
  return graft_step_write_new (address, content, get_time (edit));
}

static GraftStep *
edit_append (Edit *edit)
{
  const char *path = pick (edit, FALSE);
  Entry *old = path != NULL ? find (edit->model, path) : NULL;
  g_autofree char *address = NULL, *line = g_strdup_printf ("line %u", edit->number);
  GString *text;
  g_autoptr (GBytes) content = NULL;
  gsize size;
  const char *data;

  if (!has_type (old, GRAFT_NODE_REGULAR))
    return NULL;
  data = g_bytes_get_data (old->content, &size);
  address = dup_address (edit, path);
  *edit->allowed = size == 0 || memchr (data, '\0', size) == NULL;
  if (*edit->allowed && size > 0 && memchr (data, '\r', size) != NULL)
    return NULL;
  if (*edit->allowed)
    {
      Entry *entry = change (edit->model, old);

      text = g_string_new_len (size > 0 ? data : "", size);
      if (size > 0 && data[size - 1] != '\n')
        g_string_append_c (text, '\n');
      g_string_append_printf (text, "%s\n", line);
      content = g_string_free_to_bytes (text);
      set_content (entry, content);
      entry->attributes.mtime = get_time (edit);
    }
  return graft_step_append_line_new (address, line, get_time (edit));
}

static GraftStep *
edit_mkdir (Edit *edit)
{
  g_autofree char *above = pick_place (edit), *path = graft_path_join (above, "below");
  g_autofree char *address = dup_address (edit, path);
  Entry *old = find (edit->model, above);

  if (has_type (old, GRAFT_NODE_SYMLINK))
    return NULL;
  *edit->allowed = old == NULL;
  if (*edit->allowed)
    {
      put (edit, above, entry_new (GRAFT_NODE_DIRECTORY, 0755, get_time (edit)));
      put (edit, path, entry_new (GRAFT_NODE_DIRECTORY, 0755, get_time (edit)));
    }
  return graft_step_mkdir_new (address, get_time (edit));
}

static GraftStep *
edit_symlink (Edit *edit)
{
  g_autofree char *path = pick_place (edit), *address = dup_address (edit, path);
  g_autofree char *target = g_strdup_printf ("no/where/%u", edit->number);
  Entry *old = find (edit->model, path), *entry;

  *edit->allowed = old == NULL || old->type == GRAFT_NODE_SYMLINK;
  if (*edit->allowed)
    {
      entry = entry_new (GRAFT_NODE_SYMLINK, 0777, get_time (edit));
      entry->target = g_strdup (target);
      put (edit, path, entry);
    }
  return graft_step_symlink_new (target, address, get_time (edit));
}

static GraftStep *
edit_node (Edit *edit)
{
  g_autofree char *path = pick_place (edit), *address = dup_address (edit, path);
  Entry *old = find (edit->model, path), *entry;
  gboolean pipe = g_rand_boolean (edit->random);

  if (has_type (old, GRAFT_NODE_SYMLINK))
    return NULL;
  *edit->allowed = old == NULL;
  if (*edit->allowed)
    {
      entry = entry_new (pipe ? GRAFT_NODE_FIFO : GRAFT_NODE_BLOCK_DEVICE, 0600, get_time (edit));
      entry->major = pipe ? 0 : 8;
      entry->minor = pipe ? 0 : edit->number % 256;
      put (edit, path, entry);
    }
  return graft_step_make_node_new (pipe ? GRAFT_NODE_FIFO : GRAFT_NODE_BLOCK_DEVICE, 8,
                                   edit->number % 256, 0600, address, get_time (edit));
}

/* Of @path and what is below it. */
static gboolean
is_below (const char *path, const char *top)
{
  gsize length = strlen (top);

  return strncmp (path, top, length) == 0 && (path[length] == '\0' || path[length] == '/');
}

static GraftStep *
edit_delete (Edit *edit)
{
  /* Folders seldom, or soon nothing would be left. */
  const char *picked = pick (edit, g_rand_int_range (edit->random, 0, 8) == 0);
  g_autofree char *path = g_strdup (picked), *address = NULL;
  GHashTableIter iter;
  gpointer key;

  if (path == NULL || is_kept (path))
    return NULL;
  address = dup_address (edit, path);
  *edit->allowed = TRUE;
  g_hash_table_iter_init (&iter, edit->model->entries);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    if (is_below (key, path))
      g_hash_table_iter_remove (&iter);
  return graft_step_delete_new (address);
}

static GraftStep *
edit_move (Edit *edit)
{
  const char *picked = pick (edit, g_rand_int_range (edit->random, 0, 3) == 0);
  g_autofree char *from = g_strdup (picked), *to = pick_place (edit);
  g_autofree char *from_address = NULL, *to_address = dup_address (edit, to);
  g_autoptr (GPtrArray) paths = list_paths (edit->model);

  if (from == NULL || is_kept (from) || strcmp (from, to) == 0)
    return NULL;
  from_address = dup_address (edit, from);
  *edit->allowed = find (edit->model, to) == NULL && !is_below (to, from);
  for (guint i = 0; *edit->allowed && i < paths->len; i++)
    {
      const char *path = g_ptr_array_index (paths, i);

      if (!is_below (path, from))
        continue;
      g_hash_table_insert (edit->model->entries, g_strconcat (to, path + strlen (from), NULL),
                           g_rc_box_acquire (find (edit->model, path)));
      g_hash_table_remove (edit->model->entries, path);
    }
  return graft_step_move_new (from_address, to_address);
}

static GraftStep *
edit_attributes (Edit *edit)
{
  const char *path = pick (edit, g_rand_boolean (edit->random));
  Entry *entry = path != NULL ? find (edit->model, path) : NULL;
  g_autofree char *address = NULL;
  guint32 value = edit->number % 01000;

  if (entry == NULL || entry->type == GRAFT_NODE_SYMLINK)
    return NULL;
  address = dup_address (edit, path);
  *edit->allowed = TRUE;
  entry = change (edit->model, entry);
  if (g_rand_boolean (edit->random))
    {
      entry->attributes.mode = value;
      return graft_step_chmod_new (value, address);
    }
  entry->attributes.uid = value;
  entry->attributes.gid = value + 1;
  return graft_step_chown_new (value, value + 1, address);
}

static GraftStep *
edit_upload (Edit *edit)
{
  g_autofree char *path = pick_place (edit), *address = dup_address (edit, path);
  g_autoptr (GBytes) content = make_content (edit);
  Entry *old = find (edit->model, path), *entry;
  const struct timespec times[2] = { { .tv_sec = get_time (edit) }, { .tv_sec = get_time (edit) } };
  gsize size;
  const char *data = g_bytes_get_data (content, &size);

  if (has_type (old, GRAFT_NODE_SYMLINK))
    return NULL;
  g_assert_true (g_file_set_contents (edit->file, size > 0 ? data : "", size, NULL));
  g_assert_cmpint (utimensat (AT_FDCWD, edit->file, times, 0), ==, 0);
  *edit->allowed = TRUE;
  entry = entry_new (GRAFT_NODE_REGULAR, 0644, get_time (edit));
  set_content (entry, content);
  if (has_type (old, GRAFT_NODE_REGULAR))
    {
      Entry *changed = change (edit->model, old);

      changed->attributes = entry->attributes;
      set_content (changed, content);
      entry_unref (entry);
    }
  else
    put (edit, path, entry);
  return graft_step_upload_new (edit->file, address, -1);
}

GraftStep *
edit_model_edit (EditModel *self, GRand *random, const char *image, const char *file, guint number,
                 gboolean *ret_allowed)
{
  static GraftStep *(*const edits[]) (Edit * edit) = {
    edit_write, edit_write,  edit_append, edit_append, edit_mkdir,      edit_symlink,
    edit_node,  edit_delete, edit_delete, edit_move,   edit_attributes, edit_upload,
  };
  Edit edit = { self, random, image, file, number, ret_allowed };

  for (;;)
    {
      GraftStep *step = edits[g_rand_int_range (random, 0, G_N_ELEMENTS (edits))](&edit);

      if (step != NULL)
        return step;
    }
}
