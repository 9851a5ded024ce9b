/* graft-cpio-fixture.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/cpio/graft-cpio-fixture.h"

#include <string.h>

#include "formats/cpio/graft-cpio-writer.h"
#include "image/graft-path.h"

void
graft_cpio_fixture_add_zeros (GByteArray *bytes, gsize length)
{
  for (; length > 0; length--)
    g_byte_array_append (bytes, (const guint8 *)"", 1);
}

gsize
graft_cpio_fixture_add (GByteArray *bytes, const GraftCpioFixture *record)
{
  const char *name = record->name != NULL ? record->name : GRAFT_CPIO_TRAILER;
  GraftCpioHeader header = record->header;
  char digits[GRAFT_CPIO_HEADER_SIZE];
  gsize start = bytes->len;

  header.name_size = record->name_size > 0 ? record->name_size : strlen (name) + 1;
  if (header.size == 0 && record->data != NULL)
    header.size = record->size > 0 ? record->size : strlen (record->data);
  if (header.mode == 0 && record->name != NULL)
    header.mode = 0100644;
  header.nlink = header.nlink > 0 ? header.nlink : 1;
  graft_cpio_header_format (&header, !record->lower, digits);
  g_byte_array_append (bytes, (const guint8 *)digits, sizeof digits);
  g_byte_array_append (bytes, (const guint8 *)name, MIN (strlen (name), header.name_size));
  if (header.name_size > strlen (name))
    graft_cpio_fixture_add_zeros (bytes, header.name_size - strlen (name));
  graft_cpio_fixture_add_zeros (bytes, -bytes->len & 3);
  if (record->data != NULL)
    g_byte_array_append (bytes, (const guint8 *)record->data,
                         record->size > 0 ? record->size : strlen (record->data));
  graft_cpio_fixture_add_zeros (bytes, -bytes->len & 3);
  return start;
}

gsize
graft_cpio_fixture_add_file (GByteArray *bytes, const char *name, const char *data)
{
  const GraftCpioFixture record = { .name = name, .data = data };

  return graft_cpio_fixture_add (bytes, &record);
}

gsize
graft_cpio_fixture_add_folder (GByteArray *bytes, const char *name)
{
  const GraftCpioFixture record = { .name = name, .header = { .mode = 0040755, .nlink = 2 } };

  return graft_cpio_fixture_add (bytes, &record);
}

gsize
graft_cpio_fixture_add_link (GByteArray *bytes, const char *name, const char *target)
{
  const GraftCpioFixture record = { .name = name, .data = target, .header = { .mode = 0120777 } };

  return graft_cpio_fixture_add (bytes, &record);
}

gsize
graft_cpio_fixture_add_trailer (GByteArray *bytes)
{
  const GraftCpioFixture record = { 0 };

  return graft_cpio_fixture_add (bytes, &record);
}

GraftCpioArchive *
graft_cpio_fixture_scan (GByteArray *bytes, GraftCpioScanMode mode, gsize portion, GError **error)
{
  g_autoptr (GraftCpioScanner) scanner = graft_cpio_scanner_new (mode);
  g_autoptr (GraftCpioArchive) archive = NULL;
  g_autoptr (GBytes) copy = NULL;
  g_autoptr (GraftInput) content = NULL;

  for (gsize done = 0; done < bytes->len && !graft_cpio_scanner_has_ended (scanner);
       done += portion)
    if (!graft_cpio_scanner_feed (scanner, bytes->data + done, MIN (portion, bytes->len - done),
                                  error))
      return NULL;
  archive = graft_cpio_scanner_finish (scanner, error);
  if (archive == NULL)
    return NULL;
  copy = g_bytes_new (bytes->data, graft_cpio_archive_get_size (archive));
  content = graft_memory_input_new (copy, "archive");
  graft_cpio_archive_set_content (archive, content);
  return g_steal_pointer (&archive);
}

typedef struct
{
  GString *text;
  GPtrArray *nodes;
  GPtrArray *paths;
} Dump;

static void
append_content (GString *text, GraftNode *node)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftInput) input = graft_node_open (node, &error);
  g_autoptr (GBytes) bytes = NULL;

  g_assert_no_error (error);
  bytes = graft_input_read_all (input, &error);
  g_assert_no_error (error);
  if (g_bytes_get_size (bytes) < 40)
    g_string_append_printf (text, " \"%.*s\"", (int)g_bytes_get_size (bytes),
                            (const char *)g_bytes_get_data (bytes, NULL));
}

static gboolean
dump_node (const char *path, GraftNode *node, gpointer data, GError **error)
{
  Dump *self = data;
  const GraftAttributes *attributes = graft_node_get_attributes (node);
  GraftNodeType type = graft_node_get_node_type (node);

  if (graft_node_is_implicit (node))
    {
      g_string_append_printf (self->text, "%s implicit\n", path);
      return TRUE;
    }
  g_string_append_printf (self->text, "%s %s %04o %u:%u", path, graft_node_type_get_name (type),
                          attributes->mode, attributes->uid, attributes->gid);
  if (type == GRAFT_NODE_SYMLINK)
    g_string_append_printf (self->text, " -> %s", graft_node_get_target (node));
  if (type == GRAFT_NODE_CHAR_DEVICE || type == GRAFT_NODE_BLOCK_DEVICE)
    g_string_append_printf (self->text, " %u,%u", graft_node_get_rdev_major (node),
                            graft_node_get_rdev_minor (node));
  if (type == GRAFT_NODE_REGULAR)
    {
      g_string_append_printf (self->text, " %" G_GUINT64_FORMAT, graft_node_get_size (node));
      append_content (self->text, node);
    }
  for (guint i = 0; i < self->nodes->len; i++)
    if (graft_node_is_same_file (node, g_ptr_array_index (self->nodes, i)))
      {
        g_string_append_printf (self->text, " = %s",
                                (const char *)g_ptr_array_index (self->paths, i));
        break;
      }
  g_string_append_c (self->text, '\n');
  g_ptr_array_add (self->nodes, graft_node_ref (node));
  g_ptr_array_add (self->paths, g_strdup (path));
  return TRUE;
}

char *
graft_cpio_fixture_dump (GraftNode *root)
{
  g_autoptr (GPtrArray) nodes = g_ptr_array_new_with_free_func ((GDestroyNotify)graft_node_unref);
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  Dump self = { g_string_new (NULL), nodes, paths };

  g_assert_true (graft_path_walk (root, "/", dump_node, &self, NULL, &error));
  g_assert_no_error (error);
  return g_string_free (self.text, FALSE);
}

static gboolean
take_bytes (const void *bytes, gsize length, gpointer data, GError **error)
{
  g_byte_array_append (data, bytes, length);
  return TRUE;
}

GBytes *
graft_cpio_fixture_write (GraftCpioArchive *archive, GraftNode *root, GError **error)
{
  g_autoptr (GByteArray) written = g_byte_array_new ();
  g_autoptr (GraftCpioPlan) plan = graft_cpio_plan_new (archive, root, NULL, NULL, error);
  const GraftCpioSink sink = { take_bytes, NULL, written };

  if (plan == NULL
      || !graft_cpio_write (archive, plan, graft_cpio_archive_get_content (archive), &sink, NULL,
                            NULL, error))
    return NULL;
  return g_byte_array_free_to_bytes (g_steal_pointer (&written));
}

GraftNode *
graft_cpio_fixture_new_file (const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (GraftInput) content = graft_memory_input_new (bytes, "new file");
  const GraftNodeInit init = {
    .type = GRAFT_NODE_REGULAR,
    .attributes = { .mode = 0644, .mtime = 7 },
    .content = content,
  };

  return graft_node_new (&init);
}

GraftCpioArchive *
graft_cpio_fixture_read (GByteArray *bytes)
{
  static const gsize portions[] = { 1, 7, 109, 111, 4096 };
  g_autoptr (GError) error = NULL;
  GraftCpioArchive *archive
      = graft_cpio_fixture_scan (bytes, GRAFT_CPIO_SCAN_STREAM, bytes->len, &error);
  g_autoptr (GraftNode) root = NULL;
  g_autoptr (GBytes) written = NULL;
  g_autofree char *dump = NULL;

  g_assert_no_error (error);
  root = graft_cpio_archive_dup_root (archive);
  dump = graft_cpio_fixture_dump (root);
  written = graft_cpio_fixture_write (archive, root, &error);
  g_assert_no_error (error);
  if (graft_cpio_archive_get_n_entries (archive) > 0)
    g_assert_cmpmem (g_bytes_get_data (written, NULL), g_bytes_get_size (written), bytes->data,
                     bytes->len);
  for (guint i = 0; i < G_N_ELEMENTS (portions); i++)
    {
      g_autoptr (GraftCpioArchive) again
          = graft_cpio_fixture_scan (bytes, GRAFT_CPIO_SCAN_STREAM, portions[i], &error);
      g_autoptr (GraftNode) again_root = graft_cpio_archive_dup_root (again);
      g_autofree char *again_dump = graft_cpio_fixture_dump (again_root);

      g_assert_no_error (error);
      g_assert_cmpstr (again_dump, ==, dump);
      g_assert_cmpstr (graft_cpio_archive_get_stop (again), ==,
                       graft_cpio_archive_get_stop (archive));
    }
  return archive;
}

void
graft_cpio_fixture_assert_tree (GraftCpioArchive *archive, const char *wanted)
{
  g_autoptr (GraftNode) root = graft_cpio_archive_dup_root (archive);
  g_autofree char *dump = graft_cpio_fixture_dump (root);

  g_assert_cmpstr (dump, ==, wanted);
}

const GraftCpioRecord *
graft_cpio_fixture_get_record (GraftCpioArchive *archive, guint index)
{
  guint n_records;
  const GraftCpioRecord *records = graft_cpio_archive_get_records (archive, &n_records);

  g_assert_cmpuint (index, <, n_records);
  return &records[index];
}

void
graft_cpio_fixture_assert_problem (GraftCpioArchive *archive, guint index, guint problems)
{
  g_autofree char *text = graft_cpio_problem_describe (problems);

  g_assert_cmphex (graft_cpio_fixture_get_record (archive, index)->problems, ==, problems);
  g_assert_true ((text == NULL) == (problems == 0));
}

void
graft_cpio_fixture_add_name (GByteArray *bytes, const char *name, guint32 ino, guint32 nlink,
                             const char *data)
{
  const GraftCpioFixture record
      = { .name = name, .data = data, .header = { .ino = ino, .nlink = nlink, .dev_minor = 1 } };

  graft_cpio_fixture_add (bytes, &record);
}
