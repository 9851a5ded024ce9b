/* graft-modinfo.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "modules/graft-modinfo.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-error.h"
#include "base/graft-limits.h"
#include "coders/graft-decoder.h"
#include "elf/graft-elf.h"
#include "formats/kernel/graft-kernel-release.h"
#include "image/graft-image-loader.h"

/* The kernel's include/linux/module_signature.h: MODULE_SIG_STRING. */
#define SIGNATURE_MARK "~Module signature appended~\n"

struct _GraftModinfo
{
  char *text;         /* the strings of .modinfo, copied */
  GPtrArray *strings; /* of const char *, in @text: "key=value" in the file's order */
  GHashTable *lists;  /* of char *, GPtrArray of const char *: what get_all() handed out */
  char *release;
  gboolean is_signed;
};

void
graft_modinfo_free (GraftModinfo *self)
{
  if (self == NULL)
    return;
  g_free (self->text);
  g_clear_pointer (&self->strings, g_ptr_array_unref);
  g_clear_pointer (&self->lists, g_hash_table_unref);
  g_free (self->release);
  g_free (self);
}

static gboolean
has_signature (GBytes *module)
{
  gsize size, mark = strlen (SIGNATURE_MARK);
  const char *data = g_bytes_get_data (module, &size);

  return size >= mark && memcmp (data + size - mark, SIGNATURE_MARK, mark) == 0;
}

static void
collect_strings (GraftModinfo *self, const GraftElfSection *section)
{
  const char *data = (const char *)section->data;
  const char *string;
  gsize offset = 0;

  self->text = g_memdup2 (data, section->length);
  while ((string = graft_elf_section_next_string (section, &offset)) != NULL)
    if (strchr (string, '=') != NULL)
      g_ptr_array_add (self->strings, self->text + (string - data));
}

/* Not an ELF file: says what it is. */
static void
explain_other (GBytes *module, const char *name, GError **error)
{
  g_autoptr (GraftInput) input = graft_memory_input_new (module, name);
  g_autofree char *kind = graft_file_kind_describe (input);

  g_clear_error (error);
  g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_UNSUPPORTED,
               _ ("%s is %s, not a kernel module"), name, kind);
}

GraftModinfo *
graft_modinfo_new (GBytes *module, const char *name, GError **error)
{
  g_autoptr (GraftModinfo) self = NULL;
  g_autoptr (GraftElf) elf = NULL;
  g_autoptr (GError) local = NULL;
  const GraftElfSection *section;
  const char *vermagic;

  elf = graft_elf_new (module, name, &local);
  if (elf == NULL)
    {
      if (g_error_matches (local, GRAFT_IMAGE_ERROR, GRAFT_ERROR_UNSUPPORTED))
        explain_other (module, name, &local);
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  section = graft_elf_find_section (elf, ".modinfo");
  if (section == NULL || graft_elf_get_elf_type (elf) != GRAFT_ELF_RELOCATABLE)
    {
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_UNSUPPORTED,
                   _ ("%s is an ELF file, but not a kernel module (it has no .modinfo)"), name);
      return NULL;
    }
  self = g_new0 (GraftModinfo, 1);
  self->strings = g_ptr_array_new ();
  collect_strings (self, section);
  self->is_signed = has_signature (module);
  vermagic = graft_modinfo_get (self, "vermagic");
  if (vermagic != NULL)
    self->release = graft_kernel_release_parse (vermagic);
  return g_steal_pointer (&self);
}

GBytes *
graft_modinfo_read_module (GraftNode *module, const char *name, GCancellable *cancellable,
                           GError **error)
{
  g_autoptr (GraftInput) file = graft_node_open (module, error);
  g_autoptr (GraftInput) input = NULL;
  guint8 magic[16];
  gssize length;
  GraftCompression compression;

  if (file == NULL)
    {
      g_prefix_error (error, _ ("%s: "), name);
      return NULL;
    }
  /* Under the name that messages are to have. */
  input = graft_slice_input_new (file, 0, graft_input_get_size (file), name, error);
  if (input == NULL)
    return NULL;
  length = graft_input_read_some (input, 0, magic, sizeof magic, error);
  if (length < 0)
    return NULL;
  compression = graft_compression_sniff (magic, length);
  if (compression != GRAFT_COMPRESSION_NONE)
    return graft_decode_all (input, compression, GRAFT_LIMIT_MODULE, NULL, cancellable, error);
  if (graft_input_get_size (input) > GRAFT_LIMIT_MODULE)
    {
      g_autofree char *size = g_strdup_printf ("%" G_GUINT64_FORMAT, graft_input_get_size (input));

      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_TOO_LARGE,
                   _ ("%s has %s bytes, too many for a kernel module"), name, size);
      return NULL;
    }
  return graft_input_read_all (input, error);
}

GraftModinfo *
graft_modinfo_read (GraftNode *module, const char *name, GCancellable *cancellable, GError **error)
{
  g_autoptr (GBytes) bytes = graft_modinfo_read_module (module, name, cancellable, error);

  return bytes != NULL ? graft_modinfo_new (bytes, name, error) : NULL;
}

static const char *
match_key (const char *string, const char *key)
{
  gsize length = strlen (key);

  return strncmp (string, key, length) == 0 && string[length] == '=' ? string + length + 1 : NULL;
}

const char *
graft_modinfo_get (GraftModinfo *self, const char *key)
{
  for (guint i = 0; i < self->strings->len; i++)
    {
      const char *value = match_key (g_ptr_array_index (self->strings, i), key);

      if (value != NULL)
        return value;
    }
  return NULL;
}

const char *const *
graft_modinfo_get_all (GraftModinfo *self, const char *key)
{
  GPtrArray *list;

  if (self->lists == NULL)
    self->lists = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                         (GDestroyNotify)g_ptr_array_unref);
  list = g_hash_table_lookup (self->lists, key);
  if (list == NULL)
    {
      list = g_ptr_array_new ();
      for (guint i = 0; i < self->strings->len; i++)
        {
          const char *value = match_key (g_ptr_array_index (self->strings, i), key);

          if (value != NULL)
            g_ptr_array_add (list, (gpointer)value);
        }
      g_ptr_array_add (list, NULL);
      g_hash_table_insert (self->lists, g_strdup (key), list);
    }
  return (const char *const *)list->pdata;
}

const char *
graft_modinfo_get_release (GraftModinfo *self)
{
  return self->release;
}

gboolean
graft_modinfo_is_signed (GraftModinfo *self)
{
  return self->is_signed;
}
