/* cli-info-print.c: the facts for people
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gi18n.h>

#include "base/graft-name.h"
#include "bootset/graft-set-copies.h"
#include "cli/cli-info.h"
#include "cli/cli-table.h"
#include "formats/ext4/graft-ext4-image.h"
#include "formats/kernel/graft-kernel.h"

static const char *
describe_role (GraftRole role)
{
  switch (role)
    {
    case GRAFT_ROLE_KERNEL:
      return _ ("Kernel");
    case GRAFT_ROLE_INITRD:
      return _ ("Initrd");
    case GRAFT_ROLE_ROOT:
      return _ ("Root");
    case GRAFT_ROLE_BOOT_ENTRY:
      return _ ("Boot entry");
    case GRAFT_ROLE_TREE_INFO:
      return _ ("Installer's list");
    default:
      g_assert_not_reached ();
    }
}

/* The line of the version matrix. */
static char *
describe_state (const CliMemberFacts *facts)
{
  g_autofree char *joined = facts->releases != NULL ? g_strjoinv (", ", facts->releases) : NULL;
  g_autofree char *releases = graft_name_escape (joined != NULL ? joined : "");

  switch (facts->state)
    {
    case GRAFT_LAYER_NONE:
      return g_strdup (_ ("no modules"));
    case GRAFT_LAYER_MATCH:
      return g_strdup_printf (_ ("modules of %s: they match the kernel"), releases);
    case GRAFT_LAYER_DIFFERS:
      if (facts->kernel_release == NULL)
        return g_strdup_printf (_ ("modules of %s; no kernel to compare them with"), releases);
      return g_strdup_printf (_ ("modules of %s: the kernel, %s, cannot load them"), releases,
                              facts->kernel_release);
    case GRAFT_LAYER_SEVERAL:
      return g_strdup_printf (_ ("modules of several kernels, among them this one: %s"), releases);
    default:
      g_assert_not_reached ();
    }
}

/* What is said of one member, line by line. */
static void
add_line (GPtrArray *lines, const char *text)
{
  g_ptr_array_add (lines, g_strdup (text));
}

/* How it is stored, and who takes it. */
static char *
describe_storage (GraftKernel *kernel)
{
  g_autofree char *loaders = graft_kernel_loaders_describe (graft_kernel_get_loaders (kernel));
  const char *compression = graft_kernel_get_payload_compression (kernel);
  guint64 certificates = graft_kernel_get_certificates_size (kernel);
  /* A format macro between the quotes would be lost to xgettext. */
  g_autofree char *number = g_strdup_printf ("%" G_GUINT64_FORMAT, certificates);

  if (compression == NULL)
    compression = _ ("not known");
  if (certificates == 0)
    return g_strdup_printf (_ ("compression: %s; not signed; started by: %s"), compression,
                            loaders);
  return g_strdup_printf (_ ("compression: %s; signed, %s bytes of certificates; started by: %s"),
                          compression, number, loaders);
}

static void
describe_kernel (GPtrArray *lines, GraftKernel *kernel)
{
  const char *release = graft_kernel_get_release (kernel);
  const char *arch = graft_kernel_get_arch (kernel);
  g_autofree char *shown = graft_name_escape (release != NULL ? release : _ ("release not known"));

  g_ptr_array_add (lines, g_strdup_printf ("%s, %s, %s", shown, graft_kernel_get_kind (kernel),
                                           arch != NULL ? arch : _ ("unknown processor")));
  g_ptr_array_add (lines, describe_storage (kernel));
  if (graft_kernel_get_problem (kernel) != NULL)
    add_line (lines, graft_kernel_get_problem (kernel));
  if (graft_kernel_get_note (kernel) != NULL)
    add_line (lines, graft_kernel_get_note (kernel));
}

static char *
describe_entries (guint64 count)
{
  /* A format macro between the quotes would be lost to xgettext. */
  g_autofree char *number = g_strdup_printf ("%" G_GUINT64_FORMAT, count);

  return g_strdup_printf (ngettext ("%s entry", "%s entries", count), number);
}

static void
describe_segment (GPtrArray *lines, const GraftSegment *segment)
{
  g_autofree char *size = g_format_size (segment->size);
  g_autofree char *entries = describe_entries (segment->n_entries);

  if (segment->part < 0)
    g_ptr_array_add (
        lines, g_strdup_printf (_ ("segment %u: %s, %s"), segment->number, segment->format, size));
  else
    g_ptr_array_add (lines, g_strdup_printf (_ ("segment %u: %s, %s, %s, %s%s"), segment->number,
                                             segment->format, segment->compression, size, entries,
                                             segment->early ? _ (", early microcode") : ""));
  if (segment->problem != NULL)
    add_line (lines, segment->problem);
}

/* What only a file system with room in it has. */
static void
describe_room (GPtrArray *lines, GraftExt4Image *image)
{
  guint32 block = graft_ext4_image_get_block_size (image);
  g_autofree char *room = g_format_size (graft_ext4_image_get_free_blocks (image) * block);
  g_autofree char *reason = graft_ext4_image_dup_read_only_reason (image);

  g_ptr_array_add (lines, g_strdup_printf (_ ("%s and %u inodes free, blocks of %u bytes"), room,
                                           graft_ext4_image_get_free_inodes (image), block));
  if (reason != NULL)
    add_line (lines, reason);
}

static void
describe_layer (GPtrArray *lines, const CliMemberFacts *facts)
{
  GraftImage *image = graft_member_get_image (facts->member);
  GPtrArray *segments = graft_image_get_segments (image);
  const char *label = graft_image_get_label (image);
  g_autofree char *shown = graft_name_escape (label != NULL ? label : "");
  g_autofree char *entries = describe_entries (facts->n_entries);

  g_ptr_array_add (lines, g_strdup_printf ("%s, %s, %s%s%s", graft_image_get_format (image),
                                           graft_image_get_compression (image), entries,
                                           label != NULL ? ", " : "", shown));
  if (GRAFT_IS_EXT4_IMAGE (image))
    describe_room (lines, GRAFT_EXT4_IMAGE (image));
  for (guint i = 0; segments != NULL && segments->len > 1 && i < segments->len; i++)
    describe_segment (lines, g_ptr_array_index (segments, i));
  g_ptr_array_add (lines, describe_state (facts));
  if (cli_member_facts_is_other_cpu (facts))
    g_ptr_array_add (
        lines, g_strdup_printf (_ ("the modules are for another processor (%s) than the kernel "
                                   "(%s), which cannot load them: take both of one build"),
                                facts->arch, facts->kernel_arch));
}

static GPtrArray *
describe (const CliMemberFacts *facts)
{
  GPtrArray *lines = g_ptr_array_new_with_free_func (g_free);
  GraftImage *image = graft_member_get_image (facts->member);
  GPtrArray *copies = graft_member_get_copies (facts->member);

  if (facts->problem != NULL)
    add_line (lines, facts->problem->message);
  else if (GRAFT_IS_KERNEL (image))
    describe_kernel (lines, GRAFT_KERNEL (image));
  else if (image != NULL)
    describe_layer (lines, facts);
  else
    add_line (lines, "");
  for (guint i = 0; i < copies->len; i++)
    {
      const GraftMemberCopy *copy = g_ptr_array_index (copies, i);
      g_autofree char *shown = graft_name_escape (copy->path);

      g_ptr_array_add (lines, g_strdup_printf (_ ("the same file: %s"), shown));
    }
  return lines;
}

/* What Cobbler serves, and whether that is what the set has. */
static void
print_distro (CliTable *table, GraftCobblerDistro *distro)
{
  g_autoptr (GPtrArray) served = graft_cobbler_distro_list_served (distro);
  g_autofree char *name = graft_name_escape (distro->name);

  cli_table_add (table, _ ("Distro"), name, "", _ ("of Cobbler"));
  for (guint i = 0; i < served->len; i++)
    {
      const GraftCobblerServed *one = g_ptr_array_index (served, i);
      g_autofree char *shown = graft_name_escape (one->path);
      g_autofree char *line = NULL;
      gboolean equal;

      /* It is not cancelled. */
      (void)!graft_set_copies_compare (one->path, one->original, &equal, NULL, NULL);
      line = g_strdup_printf (equal ? _ ("served as %s")
                                    : _ ("served as %s, which differs: run “cobbler sync”"),
                              shown);
      cli_table_add (table, "", "", "", line);
    }
}

void
cli_info_print (GraftBootSet *set, GPtrArray *facts)
{
  CliTable *table = cli_table_new ("llrl");

  for (guint i = 0; i < facts->len; i++)
    {
      const CliMemberFacts *member = g_ptr_array_index (facts, i);
      GraftInput *input = graft_member_get_input (member->member);
      g_autofree char *path = graft_name_escape (graft_member_get_path (member->member));
      g_autofree char *size = input != NULL ? g_format_size (graft_input_get_size (input)) : NULL;
      g_autoptr (GPtrArray) lines = describe (member);

      cli_table_add (table, describe_role (graft_member_get_role (member->member)), path, size,
                     g_ptr_array_index (lines, 0));
      for (guint j = 1; j < lines->len; j++)
        cli_table_add (table, "", "", "", g_ptr_array_index (lines, j));
    }
  if (graft_boot_set_get_distro (set) != NULL)
    print_distro (table, graft_boot_set_get_distro (set));
  cli_table_print (table);
}
