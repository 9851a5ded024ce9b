/* graft-set-search.c: the files of a folder that may belong to a boot set
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "bootset/graft-set-search.h"

#include <stdlib.h>
#include <string.h>

#include "base/graft-limits.h"
#include "base/graft-name.h"
#include "bootset/graft-boot-entry.h"
#include "bootset/graft-set-files.h"
#include "bootset/graft-set-role.h"
#include "bootset/graft-tree-info.h"
#include "image/graft-image-loader.h"
#include "image/graft-path.h"

/* Names of files that boot entries may ask for. */
#define MAX_ENTRY_NAMES 4096

typedef struct
{
  GraftSetFile *file; /* of the list */
  gboolean has_role;
  GraftCandidate candidate; /* without a path */
} Found;

static void
clear_found (gpointer data)
{
  g_clear_pointer (&((Found *)data)->candidate.copies, g_ptr_array_unref);
}

typedef struct
{
  const char *folder;
  char *real_folder; /* without links */
  GArray *found;     /* of Found */
  GPtrArray *missing;
  GHashTable *names; /* of "base:name" of the entries: each is looked for once */
} Search;

void
graft_candidate_free (GraftCandidate *self)
{
  g_clear_pointer (&self->copies, g_ptr_array_unref);
  g_free (self->path);
  g_free (self);
}

void
graft_candidate_add_copy (GraftCandidate *self, const char *path)
{
  if (self->copies == NULL)
    self->copies = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (self->copies, g_strdup (path));
}

void
graft_set_search_free (GraftSetSearch *self)
{
  g_ptr_array_unref (self->candidates);
  g_ptr_array_unref (self->missing);
  g_free (self);
}

static Found *
get_found (Search *self, guint i)
{
  return &g_array_index (self->found, Found, i);
}

static GraftInput *
open_file (Search *self, const GraftSetFile *file)
{
  g_autofree char *path = g_build_filename (self->folder, file->path, NULL);

  return graft_file_input_new (path, NULL);
}

static void
add_file (Search *self, GraftSetFile *file, const char *asked)
{
  Found found = { .file = file };
  GraftCandidate *candidate = &found.candidate;

  found.has_role = graft_set_role_from_name (file->parent, file->name, &candidate->role);
  candidate->is_expected = candidate->is_named_like = found.has_role;
  candidate->is_asked = g_strcmp0 (file->path, asked) == 0;
  candidate->size = file->size;
  g_array_append_val (self->found, found);
}

/* Whether the last components of @path are those of @end, of which @length bytes count. */
static gboolean
ends_with (const char *path, const char *end, gsize length)
{
  gsize whole = strlen (path);

  return length <= whole && strncmp (path + whole - length, end, length) == 0
         && (length == whole || path[whole - length - 1] == '/');
}

/* Whether @name is the path of @file from some folder at or above the one searched: from the root
 * of a TFTP server. */
static gboolean
is_path_from_above (Search *self, const GraftSetFile *file, const char *name)
{
  gsize name_length = strlen (name), path_length = strlen (file->path);

  if (name_length <= path_length)
    return ends_with (file->path, name, name_length);
  return ends_with (name, file->path, path_length)
         && ends_with (self->real_folder, name, name_length - path_length - 1);
}

/* The file that @name of a configuration in @base means: a path from its own folder or the top,
 * else one from a server's root above. NULL when it is not there. */
static Found *
find_file (Search *self, const char *base, const char *name)
{
  g_autofree char *from_base = g_build_filename (base, name, NULL);
  const char *own = g_str_has_prefix (from_base, "./") ? from_base + 2 : from_base;

  for (guint i = 0; i < self->found->len; i++)
    {
      const char *path = get_found (self, i)->file->path;

      if (strcmp (path, own) == 0 || strcmp (path, name) == 0)
        return get_found (self, i);
    }
  for (guint i = 0; i < self->found->len; i++)
    if (is_path_from_above (self, get_found (self, i)->file, name))
      return get_found (self, i);
  return NULL;
}

/* "/images/vmlinuz", "::images/vmlinuz" and "tftp://server/images/vmlinuz" as "images/vmlinuz";
 * NULL when nothing is left. */
static char *
dup_plain_name (const char *written)
{
  const char *scheme = strstr (written, "://");
  const char *colons = strstr (written, "::");
  g_autofree char *clean = NULL;

  if (scheme != NULL)
    written = scheme + 3 + strcspn (scheme + 3, "/");
  else if (colons != NULL)
    written = colons + 2;
  clean = graft_path_normalize (written);
  return clean != NULL && strcmp (clean, "/") != 0 ? g_strdup (clean + 1) : NULL;
}

static void
add_missing (Search *self, const char *config, const char *written)
{
  g_autofree char *shown = graft_name_escape (written);
  g_autofree char *text = g_strdup_printf ("%s (%s)", shown, config);

  if (!g_ptr_array_find_with_equal_func (self->missing, text, g_str_equal, NULL))
    g_ptr_array_add (self->missing, g_steal_pointer (&text));
}

/* Whether this is a new name to be looked for; a server has one configuration for each of its
 * machines, and they name the same few files. */
static gboolean
is_new_name (Search *self, const char *base, const char *name, GraftRole role, gboolean whole)
{
  return g_hash_table_size (self->names) < MAX_ENTRY_NAMES
         && g_hash_table_add (self->names, g_strdup_printf ("%d%d%s:%s", role, whole, base, name));
}

static void
mark (Search *self, const char *config, const char *base, const char *written, GraftRole role,
      gboolean whole)
{
  g_autofree char *name = dup_plain_name (written);
  Found *found;

  if (name == NULL || !is_new_name (self, base, name, role, whole))
    return;
  found = find_file (self, base, name);
  if (found == NULL)
    {
      /* A root image mostly lies on another server than the kernel. */
      if (role != GRAFT_ROLE_ROOT)
        add_missing (self, config, written);
      return;
    }
  found->has_role = TRUE;
  found->candidate.role = role;
  found->candidate.is_expected = TRUE;
  found->candidate.is_started = TRUE;
  found->candidate.is_started_whole |= whole;
}

/* What the boot loader runs that is no kernel: its own modules, other loaders; and memdisk, which
 * would be one, but whose initrd is the image of a disk. */
static gboolean
is_no_kernel (const char *name)
{
  static const char *const suffixes[] = { ".c32", ".0", ".bin", ".bss", ".bs", ".com", ".cbt" };
  g_autofree char *base = g_path_get_basename (name);

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    if (g_str_has_suffix (base, suffixes[i]))
      return TRUE;
  return strcmp (base, "memdisk") == 0;
}

static void
use_entry (Search *self, const char *config, const char *base, GraftBootEntry *entry)
{
  g_autoptr (GPtrArray) roots = graft_boot_entry_list_roots (entry);

  if (entry->kernel == NULL || is_no_kernel (entry->kernel))
    return;
  mark (self, config, base, entry->kernel, GRAFT_ROLE_KERNEL, entry->initrds->len > 0);
  for (guint i = 0; i < entry->initrds->len; i++)
    mark (self, config, base, g_ptr_array_index (entry->initrds, i), GRAFT_ROLE_INITRD, TRUE);
  for (guint i = 0; i < roots->len; i++)
    mark (self, config, base, g_ptr_array_index (roots, i), GRAFT_ROLE_ROOT, TRUE);
}

/* The folder that the paths in a configuration start from: pxelinux.cfg lies in it. */
static char *
dup_base (const GraftSetFile *config)
{
  g_autofree char *folder = g_path_get_dirname (config->path);
  g_autofree char *above = g_path_get_dirname (folder);

  if (strcmp (config->parent, "pxelinux.cfg") == 0)
    return g_steal_pointer (&above);
  return g_steal_pointer (&folder);
}

/* One that cannot be read names nothing; it is a member with its reason. */
static void
use_config (Search *self, const GraftSetFile *config)
{
  g_autoptr (GraftInput) input = open_file (self, config);
  g_autoptr (GPtrArray) entries = input != NULL ? graft_boot_entry_read (input, NULL) : NULL;
  g_autofree char *base = dup_base (config);
  g_autofree char *shown = graft_name_escape (config->path);

  for (guint i = 0; entries != NULL && i < entries->len; i++)
    use_entry (self, shown, base, g_ptr_array_index (entries, i));
}

static void
use_configs (Search *self)
{
  for (guint i = 0; i < self->found->len; i++)
    if (get_found (self, i)->has_role
        && get_found (self, i)->candidate.role == GRAFT_ROLE_BOOT_ENTRY)
      use_config (self, get_found (self, i)->file);
}

/* Of what @names says of the files in @base. */
static void
use_names (Search *self, const char *base, GPtrArray *names)
{
  for (guint i = 0; names != NULL && i < names->len; i++)
    {
      const GraftSetName *name = g_ptr_array_index (names, i);
      g_autofree char *from_base = g_build_filename (base, name->path, NULL);
      const char *path = g_str_has_prefix (from_base, "./") ? from_base + 2 : from_base;
      g_autofree char *listed = g_strconcat ("listed ", base, NULL);
      gboolean is_new = is_new_name (self, listed, name->path, name->role, FALSE);

      for (guint k = 0; is_new && k < self->found->len; k++)
        {
          Found *found = get_found (self, k);

          if (strcmp (found->file->path, path) != 0)
            continue;
          found->has_role = TRUE;
          found->candidate.role = name->role;
          found->candidate.is_expected = found->candidate.is_listed = TRUE;
        }
    }
}

/* One that cannot be read lists nothing; it is a member with its reason. */
static void
use_tree_infos (Search *self)
{
  for (guint i = 0; i < self->found->len; i++)
    {
      const GraftSetFile *file = get_found (self, i)->file;
      g_autoptr (GraftInput) input
          = graft_tree_info_is_name (file->name) ? open_file (self, file) : NULL;
      g_autofree char *text = input != NULL ? graft_tree_info_read (input, NULL) : NULL;
      g_autoptr (GPtrArray) names = text != NULL ? graft_tree_info_list_images (text) : NULL;
      g_autofree char *folder = g_path_get_dirname (file->path);

      use_names (self, folder, names);
    }
}

/* By the first bytes, where the name says nothing. */
static void
look_inside (Search *self, Found *found)
{
  g_autoptr (GraftInput) input = open_file (self, found->file);
  const char *format = input != NULL ? graft_image_probe (input) : NULL;

  found->has_role = graft_role_from_format (format, &found->candidate.role);
}

static guint
get_weight (const Found *found)
{
  return (found->candidate.is_asked ? 16 : 0) + (found->candidate.is_listed ? 8 : 0)
         + (found->candidate.is_started ? 4 : 0) + (found->has_role ? 2 : 0)
         + (found->file->is_link ? 0 : 1);
}

/* A name of its own in another folder, as Cobbler links what it serves by TFTP. Through a link that
 * leads to a path, whatever comes to lie there is seen. */
static void
keep_name (GraftCandidate *into, Found *kept, Found *dropped)
{
  if (!kept->file->is_link && !dropped->file->is_link
      && strcmp (kept->file->name, dropped->file->name) == 0)
    graft_candidate_add_copy (into, dropped->file->path);
}

/* Of two names of one file the one that is asked for stays, then the one that is booted by, then
 * the file's own; and it keeps what the other's name tells. */
static void
join (Found *a, Found *b)
{
  gboolean first = get_weight (a) >= get_weight (b);
  Found *kept = first ? a : b, *dropped = first ? b : a;
  GraftCandidate *into = &kept->candidate, *from = &dropped->candidate;

  if (!kept->has_role && dropped->has_role)
    into->role = from->role;
  kept->has_role |= dropped->has_role;
  into->is_expected |= from->is_expected;
  into->is_named_like |= from->is_named_like;
  into->is_started |= from->is_started;
  into->is_started_whole |= from->is_started_whole;
  into->is_listed |= from->is_listed;
  for (guint i = 0; from->copies != NULL && i < from->copies->len; i++)
    graft_candidate_add_copy (into, g_ptr_array_index (from->copies, i));
  g_clear_pointer (&from->copies, g_ptr_array_unref);
  keep_name (into, kept, dropped);
  if (!first)
    *a = *kept;
}

static guint
hash_file (gconstpointer data)
{
  const GraftSetFile *file = data;

  return (guint)(file->inode ^ (file->inode >> 32) ^ (file->device * 31));
}

static gboolean
equal_files (gconstpointer a, gconstpointer b)
{
  const GraftSetFile *left = a, *right = b;

  return left->inode == right->inode && left->device == right->device;
}

static void
join_names (Search *self)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (hash_file, equal_files);
  guint n_kept = 0;

  for (guint i = 0; i < self->found->len; i++)
    {
      GraftSetFile *file = get_found (self, i)->file;
      gpointer place;

      if (g_hash_table_lookup_extended (seen, file, NULL, &place))
        {
          join (get_found (self, GPOINTER_TO_UINT (place)), get_found (self, i));
          get_found (self, i)->candidate.copies = NULL;
          continue;
        }
      g_hash_table_insert (seen, file, GUINT_TO_POINTER (n_kept));
      *get_found (self, n_kept++) = *get_found (self, i);
    }
  /* The rest were moved, or are known by another name. */
  for (guint i = n_kept; i < self->found->len; i++)
    get_found (self, i)->candidate.copies = NULL;
  g_array_set_size (self->found, n_kept);
}

static int
compare_candidates (gconstpointer a, gconstpointer b)
{
  const GraftCandidate *left = *(const GraftCandidate *const *)a;
  const GraftCandidate *right = *(const GraftCandidate *const *)b;

  return left->role != right->role ? (int)left->role - (int)right->role
                                   : strcmp (left->path, right->path);
}

static GPtrArray *
list_candidates (Search *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) candidates
      = g_ptr_array_new_with_free_func ((GDestroyNotify)graft_candidate_free);
  guint n_looked_into = 0;

  for (guint i = 0; i < self->found->len; i++)
    {
      Found *found = get_found (self, i);

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return NULL;
      if (!found->has_role && !graft_set_role_is_excluded (found->file->name)
          && n_looked_into++ < GRAFT_LIMIT_SET_FILES)
        look_inside (self, found);
      if (!found->has_role && !found->candidate.is_asked)
        continue;
      found->candidate.path = g_strdup (found->file->path);
      g_ptr_array_add (candidates, g_memdup2 (&found->candidate, sizeof found->candidate));
      found->candidate.copies = NULL;
    }
  g_ptr_array_sort (candidates, compare_candidates);
  return g_steal_pointer (&candidates);
}

static gboolean
has_path (GPtrArray *files, const char *path)
{
  for (guint i = 0; i < files->len; i++)
    if (strcmp (((GraftSetFile *)g_ptr_array_index (files, i))->path, path) == 0)
      return TRUE;
  return FALSE;
}

static void
add_named (GPtrArray *files, const char *folder, const char *path)
{
  GraftSetFile *file;

  if (path != NULL && !has_path (files, path) && (file = graft_set_file_new (folder, path)) != NULL)
    g_ptr_array_add (files, file);
}

GraftSetSearch *
graft_set_search (const char *folder, guint depth, const char *asked, GPtrArray *names,
                  GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) files = graft_set_files_list (folder, depth, cancellable, error);
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (Found));
  g_autoptr (GHashTable) entry_names
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GraftSetSearch) result = NULL;
  char *real = realpath (folder, NULL);
  g_autofree char *real_folder = g_strdup (real != NULL ? real : folder);
  Search self
      = { .folder = folder, .real_folder = real_folder, .found = found, .names = entry_names };

  free (real);
  if (files == NULL)
    return NULL;
  g_array_set_clear_func (found, clear_found);
  /* A link that leads elsewhere, a hidden file, one deeper below: asked for or named, it counts. */
  add_named (files, folder, asked);
  for (guint i = 0; names != NULL && i < names->len; i++)
    add_named (files, folder, ((const GraftSetName *)g_ptr_array_index (names, i))->path);
  for (guint i = 0; i < files->len; i++)
    add_file (&self, g_ptr_array_index (files, i), asked);
  result = g_new0 (GraftSetSearch, 1);
  result->n_files = files->len;
  self.missing = result->missing = g_ptr_array_new_with_free_func (g_free);
  use_configs (&self);
  use_tree_infos (&self);
  use_names (&self, ".", names);
  join_names (&self);
  result->candidates = list_candidates (&self, cancellable, error);
  if (result->candidates != NULL)
    return g_steal_pointer (&result);
  result->candidates = g_ptr_array_new ();
  return NULL;
}
