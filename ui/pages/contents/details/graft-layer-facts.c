/* graft-layer-facts.c: a kernel, an initrd, a root file system, a boot entry, a segment
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gi18n.h>
#include <string.h>

#include "base/graft-error.h"
#include "base/graft-sentence.h"
#include "bootset/graft-boot-entry.h"
#include "formats/ext4/graft-ext4-image.h"
#include "formats/kernel/graft-kernel.h"
#include "formats/squashfs/graft-squashfs.h"
#include "image/graft-image-loader.h"
#include "pages/contents/details/graft-entry-facts.h"
#include "widgets/graft-layer-text.h"

/* Of more segments than these there is only a sum. */
#define MAX_SEGMENTS 64

static const char *
get_role_text (GraftRole role)
{
  switch (role)
    {
    case GRAFT_ROLE_KERNEL:
      return _ ("Kernel");
    case GRAFT_ROLE_INITRD:
      return _ ("Initrd");
    case GRAFT_ROLE_ROOT:
      return _ ("Root file system");
    case GRAFT_ROLE_BOOT_ENTRY:
      return _ ("Boot entry");
    case GRAFT_ROLE_TREE_INFO:
      return _ ("Installer's list");
    default:
      g_assert_not_reached ();
    }
}

static const char *
get_role_icon (GraftRole role)
{
  switch (role)
    {
    case GRAFT_ROLE_KERNEL:
      return "application-x-executable-symbolic";
    case GRAFT_ROLE_INITRD:
      return "package-x-generic-symbolic";
    case GRAFT_ROLE_ROOT:
      return "drive-harddisk-symbolic";
    case GRAFT_ROLE_BOOT_ENTRY:
    case GRAFT_ROLE_TREE_INFO:
      return "text-x-generic-symbolic";
    default:
      g_assert_not_reached ();
    }
}

/* What the user can do about it. */
static const char *
get_advice (const GError *error)
{
  if (error->domain != GRAFT_IMAGE_ERROR)
    return NULL;
  switch ((GraftErrorCode)error->code)
    {
    case GRAFT_ERROR_CORRUPTED:
      return _ ("Get a good copy of the file, put it in its place and open the set again. What "
                "else is in the set can be looked at meanwhile.");
    case GRAFT_ERROR_UNSUPPORTED:
      return _ ("Bootgraft cannot look into files of this kind. If another file should be here, "
                "put it in its place and open the set again.");
    case GRAFT_ERROR_IO:
      return _ ("Look at the permissions of the file and at the disk that it is on, then open the "
                "set again.");
    case GRAFT_ERROR_NOT_FOUND:
    case GRAFT_ERROR_CHANGED:
      return _ ("Open the set again to see it as it is now.");
    case GRAFT_ERROR_TOO_LARGE:
    case GRAFT_ERROR_REFUSED:
    case GRAFT_ERROR_INVALID:
    case GRAFT_ERROR_MISMATCH:
    case GRAFT_ERROR_NO_ROOM:
    default:
      return NULL;
    }
}

/* config-RELEASE or config beside the kernel: its path from the set's folder. */
static char *
find_config (GraftLayer *layer, const char *folder)
{
  const char *release = graft_layer_get_release (layer);
  g_autofree char *parent = g_path_get_dirname (graft_layer_get_path (layer));
  g_autofree char *full = release != NULL ? g_strconcat ("config-", release, NULL) : NULL;
  const char *const names[] = { full, "config" };

  for (guint i = 0; folder != NULL && i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = NULL;
      g_autofree char *host = NULL;

      if (names[i] == NULL || strchr (names[i], '/') != NULL)
        continue;
      path = g_str_equal (parent, ".") ? g_strdup (names[i])
                                       : g_build_filename (parent, names[i], NULL);
      host = g_build_filename (folder, path, NULL);
      if (g_file_test (host, G_FILE_TEST_IS_REGULAR))
        return graft_facts_dup_escaped (path);
    }
  return NULL;
}

static void
add_kernel (GraftFacts *facts, GraftLayer *layer, const char *folder)
{
  GraftKernel *kernel = GRAFT_KERNEL (graft_layer_get_image (layer));
  const char *problem = graft_kernel_get_problem (kernel);
  const char *note = graft_kernel_get_note (kernel);
  const char *compression = graft_kernel_get_payload_compression (kernel);
  const char *arch = graft_kernel_get_arch (kernel);
  char *release = graft_facts_dup_escaped (graft_kernel_get_release (kernel));
  char *config = find_config (layer, folder);

  graft_facts_add (facts, _ ("Release"),
                   release != NULL ? release : g_strdup (_ ("the file does not say")));
  graft_facts_add (facts, _ ("Processor"),
                   arch != NULL ? graft_facts_dup_escaped (arch)
                                : g_strdup (_ ("the file does not say")));
  graft_facts_add (facts, _ ("Version"),
                   graft_facts_dup_escaped (graft_kernel_get_version (kernel)));
  graft_facts_add (facts, _ ("Format"), g_strdup (graft_kernel_get_kind (kernel)));
  graft_facts_add (facts, _ ("Compression"),
                   compression != NULL ? graft_facts_dup_compression (compression)
                                       : g_strdup (_ ("the file does not say")));
  graft_facts_add (facts, _ ("Started by"),
                   graft_kernel_loaders_describe (graft_kernel_get_loaders (kernel)));
  graft_facts_add (facts, _ ("Signature"),
                   g_strdup (graft_kernel_is_signed (kernel)
                                 ? _ ("signed for secure boot; by whom is not checked")
                                 : _ ("not signed")));
  graft_facts_add (facts, _ ("Configuration"),
                   config != NULL ? config : g_strdup (_ ("no file beside the kernel")));
  if (problem != NULL)
    graft_facts_add_with_tone (facts, _ ("Problem"), g_strdup (problem), GRAFT_FACT_WARNING);
  if (note != NULL)
    graft_facts_add (facts, _ ("Note"), g_strdup (note));
}

static void
add_modules (GraftFacts *facts, GraftLayer *layer)
{
  const char *const *releases = graft_layer_get_releases (layer);
  const char *kernel = graft_layer_get_kernel_release (layer);
  g_autofree char *joined = releases != NULL ? g_strjoinv (", ", (char **)releases) : NULL;
  g_autofree char *shown = graft_facts_dup_escaped (joined);
  g_autofree char *shown_kernel = graft_facts_dup_escaped (kernel);
  GraftFactTone tone = GRAFT_FACT_PLAIN;
  char *text = NULL;

  switch (graft_layer_get_state (layer))
    {
    case GRAFT_LAYER_NONE:
      text = g_strdup (_ ("none"));
      break;
    case GRAFT_LAYER_MATCH:
      text = g_strdup_printf (_ ("of %s: they match the kernel"), shown);
      tone = GRAFT_FACT_GOOD;
      break;
    case GRAFT_LAYER_DIFFERS:
      if (kernel == NULL)
        text = g_strdup_printf (_ ("of %s; there is no kernel to compare them with"), shown);
      else
        text = g_strdup_printf (_ ("of %s: the kernel, %s, cannot load them"), shown, shown_kernel);
      tone = kernel == NULL ? GRAFT_FACT_WARNING : GRAFT_FACT_BAD;
      break;
    case GRAFT_LAYER_SEVERAL:
      text = g_strdup_printf (_ ("of several kernels, among them this one: %s"), shown);
      tone = GRAFT_FACT_WARNING;
      break;
    default:
      g_assert_not_reached ();
    }
  graft_facts_add_with_tone (facts, _ ("Modules"), text, tone);
}

/* What one segment is: "cpio archive", "padding". */
static char *
describe_segment_format (const GraftSegment *segment)
{
  if (segment->early)
    return g_strdup (_ ("early microcode or tables for the firmware (cpio)"));
  if (g_str_equal (segment->format, "padding"))
    return g_strdup (_ ("padding"));
  if (g_str_equal (segment->format, "unknown"))
    return g_strdup (_ ("unknown data"));
  return g_strdup_printf (_ ("cpio archive (%s)"), segment->format);
}

static char *
describe_segment (const GraftSegment *segment)
{
  g_autofree char *what = describe_segment_format (segment);
  g_autofree char *compression = graft_facts_dup_compression (segment->compression);
  g_autofree char *offset = graft_facts_dup_number (segment->offset);
  g_autofree char *size = g_format_size (segment->size);
  g_autofree char *content = g_format_size (segment->content_size);
  g_autofree char *number = graft_facts_dup_number (segment->n_entries);
  g_autofree char *entries = graft_sentence_about (
      ngettext ("%s entry", "%s entries", (gulong)segment->n_entries), number);
  GString *text = g_string_new (what);

  if (segment->part >= 0 || !g_str_equal (segment->compression, "none"))
    g_string_append_printf (text, ", %s", compression);
  g_string_append_c (text, '\n');
  if (segment->content_size != segment->size && segment->content_size > 0)
    g_string_append_printf (text, _ ("from byte %s, %s, decoded %s"), offset, size, content);
  else
    g_string_append_printf (text, _ ("from byte %s, %s"), offset, size);
  if (segment->part >= 0)
    g_string_append_printf (text, "\n%s", entries);
  if (segment->problem != NULL)
    g_string_append_printf (text, "\n%s", segment->problem);
  return g_string_free (text, FALSE);
}

static void
add_segments (GraftFacts *facts, GraftLayer *layer)
{
  GPtrArray *segments = graft_image_get_segments (graft_layer_get_image (layer));
  guint count = segments != NULL ? segments->len : 0;

  if (count == 0)
    return;
  graft_facts_begin_group (facts, graft_layer_is_changed (layer)
                                      ? _ ("Segments of the file as it was opened")
                                      : _ ("Segments"));
  for (guint i = 0; i < MIN (count, MAX_SEGMENTS); i++)
    {
      const GraftSegment *segment = g_ptr_array_index (segments, i);
      g_autofree char *label = g_strdup_printf (_ ("Segment %u"), segment->number);

      graft_facts_add_with_tone (facts, label, describe_segment (segment),
                                 segment->problem != NULL ? GRAFT_FACT_WARNING : GRAFT_FACT_PLAIN);
    }
  if (count > MAX_SEGMENTS)
    graft_facts_add (facts, "…",
                     g_strdup_printf (ngettext ("and %u more", "and %u more", count - MAX_SEGMENTS),
                                      count - MAX_SEGMENTS));
}

/* What only a file system of a fixed size has. */
static void
add_room (GraftFacts *facts, GraftLayer *layer)
{
  const GraftLayerRoom *room = graft_layer_get_room (layer);
  g_autofree char *left = NULL, *size = NULL;

  if (room == NULL)
    return;
  left = graft_facts_dup_size (room->free_bytes);
  size = g_format_size (room->size);
  graft_facts_add (facts, _ ("Free space"), g_strdup_printf (_ ("%s of %s"), left, size));
  graft_facts_add (facts, _ ("Free inodes"), graft_facts_dup_number (room->free_inodes));
  if (room->problem != NULL)
    graft_facts_add_with_tone (facts, _ ("Problem"), g_strdup (room->problem), GRAFT_FACT_BAD);
  else if (room->growth > 0)
    graft_facts_add (facts, _ ("Becomes larger by"), graft_facts_dup_size (room->growth));
}

static void
add_places (GraftFacts *facts, GraftLayer *layer)
{
  const char *const *copies = graft_layer_get_copies (layer);
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; copies != NULL && copies[i] != NULL; i++)
    {
      g_autofree char *name = graft_facts_dup_escaped (copies[i]);

      g_string_append_printf (names, "%s%s", i > 0 ? "\n" : "", name);
    }
  if (graft_layer_is_inside (layer))
    graft_facts_add (facts, _ ("Lies in"),
                     graft_facts_dup_escaped (graft_layer_get_around (layer)));
  if (!graft_layer_is_in_place (layer))
    graft_facts_add_with_tone (facts, _ ("Problem"),
                               g_strdup (_ ("its file was moved, replaced or deleted")),
                               GRAFT_FACT_WARNING);
  if (copies != NULL)
    graft_facts_add (facts, _ ("Same file as"), g_strdup (names->str));
}

static void
add_tree (GraftFacts *facts, GraftLayer *layer)
{
  GraftImage *image = graft_layer_get_image (layer);

  graft_facts_add (facts, _ ("Format"), g_strdup (graft_image_get_format (image)));
  graft_facts_add (facts, _ ("Compression"),
                   graft_facts_dup_compression (graft_image_get_compression (image)));
  if (GRAFT_IS_SQUASHFS (image))
    graft_facts_add (facts, _ ("Block size"),
                     g_format_size_full (graft_squashfs_get_block_size (GRAFT_SQUASHFS (image)),
                                         G_FORMAT_SIZE_IEC_UNITS));
  if (GRAFT_IS_EXT4_IMAGE (image))
    graft_facts_add (facts, _ ("Block size"),
                     g_format_size_full (graft_ext4_image_get_block_size (GRAFT_EXT4_IMAGE (image)),
                                         G_FORMAT_SIZE_IEC_UNITS));
  add_room (facts, layer);
  graft_facts_add (facts, _ ("Label"), graft_facts_dup_escaped (graft_image_get_label (image)));
  add_modules (facts, layer);
  graft_facts_begin_group (facts, _ ("What is in it"));
  graft_facts_add_count (facts, GRAFT_FACT_ENTRIES, _ ("Entries"));
  graft_facts_add_count (facts, GRAFT_FACT_SIZE, _ ("Size of all files"));
  add_segments (facts, layer);
}

static void
add_boot_entries (GraftFacts *facts, GraftInput *input)
{
  g_autoptr (GPtrArray) entries = graft_boot_entry_read (input, NULL);
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; entries != NULL && i < MIN (entries->len, MAX_SEGMENTS); i++)
    {
      const GraftBootEntry *entry = g_ptr_array_index (entries, i);
      g_autofree char *name = graft_facts_dup_escaped (entry->label);

      if (name != NULL)
        g_string_append_printf (names, "%s%s", names->len > 0 ? "\n" : "", name);
    }
  if (names->len > 0)
    graft_facts_add (facts, _ ("Entries"), g_strdup (names->str));
}

void
graft_layer_facts_add (GraftFacts *facts, GraftEntryItem *entry, const char *folder)
{
  GraftLayer *layer = graft_entry_item_get_layer (entry);
  GraftRole role = graft_layer_get_role (layer);
  GraftInput *input = graft_layer_get_input (layer);
  GraftImage *image = graft_layer_get_image (layer);
  const GError *problem = graft_layer_get_problem (layer);

  facts->icon_name = g_strdup (get_role_icon (role));
  facts->title = graft_layer_text_dup_name (layer);
  facts->kind = g_strdup (get_role_text (role));
  if (input != NULL)
    graft_facts_add (facts, _ ("File"),
                     graft_facts_dup_size (graft_layer_get_current_size (layer)));
  add_places (facts, layer);
  if (!graft_layer_is_open (layer))
    {
      graft_facts_add (facts, _ ("State"), g_strdup (_ ("being read…")));
      return;
    }
  if (graft_layer_is_changed (layer))
    graft_facts_add (facts, _ ("State"), g_strdup (_ ("changed since it was opened")));
  if (problem != NULL)
    {
      graft_problem_facts_set (facts, problem);
      facts->advice = g_strdup (get_advice (problem));
    }
  if (problem != NULL && input != NULL)
    graft_facts_add (facts, _ ("Looks like"), graft_file_kind_describe (input));
  if (problem == NULL && GRAFT_IS_KERNEL (image))
    add_kernel (facts, layer, folder);
  else if (problem == NULL && graft_layer_get_root (layer) != NULL)
    add_tree (facts, layer);
  else if (problem == NULL && role == GRAFT_ROLE_BOOT_ENTRY && input != NULL)
    add_boot_entries (facts, input);
  if (input != NULL && (problem != NULL || graft_role_is_text (role)))
    graft_content_facts_add (facts, input);
}

static void
add_merged (GraftFacts *facts)
{
  facts->title = g_strdup (_ ("All segments together"));
  facts->kind = g_strdup (_ ("What the kernel sees"));
}

void
graft_segment_facts_add (GraftFacts *facts, GraftEntryItem *entry)
{
  const GraftSegment *segment = graft_entry_item_get_segment_info (entry);

  facts->icon_name = g_strdup ("package-x-generic-symbolic");
  if (segment == NULL)
    add_merged (facts);
  else
    {
      facts->title = g_strdup_printf (_ ("Segment %u"), segment->number);
      facts->kind = describe_segment_format (segment);
      graft_facts_add (facts, _ ("Compression"),
                       graft_facts_dup_compression (segment->compression));
      graft_facts_add (facts, _ ("From byte"), graft_facts_dup_number (segment->offset));
      graft_facts_add (facts, _ ("Stored"), graft_facts_dup_size (segment->size));
      if (segment->content_size > 0)
        graft_facts_add (facts, _ ("Decoded"), graft_facts_dup_size (segment->content_size));
      if (segment->part >= 0)
        graft_facts_add (facts, _ ("Records"), graft_facts_dup_number (segment->n_entries));
      if (segment->problem != NULL)
        graft_facts_add_with_tone (facts, _ ("Problem"), g_strdup (segment->problem),
                                   GRAFT_FACT_WARNING);
    }
  if (graft_entry_item_get_node (entry) == NULL)
    return;
  graft_facts_begin_group (facts, _ ("What is in it"));
  graft_facts_add_count (facts, GRAFT_FACT_ENTRIES, _ ("Entries"));
  graft_facts_add_count (facts, GRAFT_FACT_SIZE, _ ("Size of all files"));
}
