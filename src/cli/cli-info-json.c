/* cli-info-json.c: the facts as JSON
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "bootset/graft-set-copies.h"
#include "cli/cli-info.h"
#include "cli/cli-json.h"
#include "formats/ext4/graft-ext4-image.h"
#include "formats/kernel/graft-kernel.h"

static const char *
get_problem (const CliMemberFacts *facts)
{
  return facts->problem != NULL ? facts->problem->message : NULL;
}

/* What only a kernel that was opened has. */
static void
add_opened_kernel (JsonBuilder *builder, GraftKernel *kernel)
{
  g_auto (GStrv) loaders = graft_kernel_loaders_list (graft_kernel_get_loaders (kernel));

  cli_json_text (builder, "compression", graft_kernel_get_payload_compression (kernel));
  cli_json_bool (builder, "signed", graft_kernel_is_signed (kernel));
  cli_json_int (builder, "certificates", graft_kernel_get_certificates_size (kernel));
  cli_json_texts (builder, "loaders", (const char *const *)loaders);
  cli_json_text (builder, "note", graft_kernel_get_note (kernel));
}

static void
add_copies (JsonBuilder *builder, GraftMember *member)
{
  GPtrArray *copies = graft_member_get_copies (member);

  cli_json_begin_array (builder, "copies");
  for (guint i = 0; i < copies->len; i++)
    {
      json_builder_begin_object (builder);
      cli_json_name (builder, "path", ((GraftMemberCopy *)g_ptr_array_index (copies, i))->path,
                     "name_b64");
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
add_config (JsonBuilder *builder, const CliMemberFacts *facts)
{
  const GraftSetConfig *config = facts->config;

  cli_json_name (builder, "config", config != NULL ? config->path : NULL, "config_b64");
  cli_json_text (builder, "config_source",
                 config != NULL ? graft_config_source_get_name (config->source) : NULL);
  cli_json_text (builder, "config_problem", facts->config_problem);
}

static void
add_kernel (JsonBuilder *builder, const CliMemberFacts *facts)
{
  GraftImage *image = graft_member_get_image (facts->member);
  GraftInput *input = graft_member_get_input (facts->member);
  GraftKernel *kernel = GRAFT_IS_KERNEL (image) ? GRAFT_KERNEL (image) : NULL;

  json_builder_begin_object (builder);
  cli_json_name (builder, "file", graft_member_get_path (facts->member), "name_b64");
  cli_json_text (builder, "format", kernel != NULL ? graft_kernel_get_kind (kernel) : NULL);
  cli_json_int (builder, "size", input != NULL ? graft_input_get_size (input) : 0);
  cli_json_text (builder, "arch", kernel != NULL ? graft_kernel_get_arch (kernel) : NULL);
  cli_json_text (builder, "release", kernel != NULL ? graft_kernel_get_release (kernel) : NULL);
  cli_json_text (builder, "version", kernel != NULL ? graft_kernel_get_version (kernel) : NULL);
  if (kernel != NULL)
    add_opened_kernel (builder, kernel);
  add_config (builder, facts);
  add_copies (builder, facts->member);
  cli_json_text (builder, "problem",
                 kernel != NULL ? graft_kernel_get_problem (kernel) : get_problem (facts));
  json_builder_end_object (builder);
}

static void
add_segments (JsonBuilder *builder, GraftImage *image)
{
  GPtrArray *segments = image != NULL ? graft_image_get_segments (image) : NULL;

  cli_json_begin_array (builder, "segments");
  for (guint i = 0; segments != NULL && i < segments->len; i++)
    {
      const GraftSegment *segment = g_ptr_array_index (segments, i);

      json_builder_begin_object (builder);
      cli_json_int (builder, "n", segment->number);
      cli_json_int (builder, "offset", segment->offset);
      cli_json_int (builder, "size", segment->size);
      cli_json_text (builder, "format", segment->format);
      cli_json_text (builder, "compression", segment->compression);
      cli_json_int (builder, "entries", segment->n_entries);
      cli_json_int (builder, "content_size", segment->content_size);
      cli_json_bool (builder, "early", segment->early);
      cli_json_text (builder, "problem", segment->problem);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
add_match (JsonBuilder *builder, const CliMemberFacts *facts)
{
  cli_json_text (builder, "state", graft_layer_state_get_name (facts->state));
  /* Of several folders the kernel takes its own; without modules, or without a kernel to hold them
   * against, there is nothing to say. */
  if (facts->state == GRAFT_LAYER_NONE || facts->kernel_release == NULL)
    cli_json_null (builder, "matches");
  else
    cli_json_bool (builder, "matches",
                   facts->state != GRAFT_LAYER_DIFFERS && !cli_member_facts_is_other_cpu (facts));
}

/* What is free in a file system of a fixed size, null in all others. */
static void
add_room (JsonBuilder *builder, GraftImage *image)
{
  g_autofree char *reason = NULL;

  if (!GRAFT_IS_EXT4_IMAGE (image))
    {
      cli_json_null (builder, "free");
      cli_json_null (builder, "free_inodes");
      cli_json_null (builder, "read_only");
      return;
    }
  reason = graft_ext4_image_dup_read_only_reason (GRAFT_EXT4_IMAGE (image));
  cli_json_int (builder, "free",
                graft_ext4_image_get_free_blocks (GRAFT_EXT4_IMAGE (image))
                    * graft_ext4_image_get_block_size (GRAFT_EXT4_IMAGE (image)));
  cli_json_int (builder, "free_inodes",
                graft_ext4_image_get_free_inodes (GRAFT_EXT4_IMAGE (image)));
  cli_json_text (builder, "read_only", reason);
}

static void
add_image (JsonBuilder *builder, const CliMemberFacts *facts)
{
  GraftImage *image = graft_member_get_image (facts->member);
  GraftInput *input = graft_member_get_input (facts->member);
  GraftMember *parent = graft_member_get_parent (facts->member);

  json_builder_begin_object (builder);
  cli_json_name (builder, "path", graft_member_get_path (facts->member), "name_b64");
  cli_json_text (builder, "role", graft_role_get_name (graft_member_get_role (facts->member)));
  cli_json_name (builder, "parent", parent != NULL ? graft_member_get_path (parent) : NULL,
                 "parent_b64");
  cli_json_text (builder, "format", image != NULL ? graft_image_get_format (image) : NULL);
  cli_json_text (builder, "compression",
                 image != NULL ? graft_image_get_compression (image) : NULL);
  cli_json_int (builder, "size", input != NULL ? graft_input_get_size (input) : 0);
  add_segments (builder, image);
  cli_json_texts (builder, "releases", (const char *const *)facts->releases);
  cli_json_text (builder, "arch", facts->arch);
  add_match (builder, facts);
  cli_json_int (builder, "files", facts->n_entries);
  cli_json_text (builder, "label", image != NULL ? graft_image_get_label (image) : NULL);
  add_room (builder, image);
  add_copies (builder, facts->member);
  cli_json_text (builder, "problem", get_problem (facts));
  json_builder_end_object (builder);
}

static gboolean
has_role (const CliMemberFacts *facts, GraftRole role)
{
  return graft_member_get_role (facts->member) == role;
}

/* "kernel" is the set's only one; where there are several, or none, it is null and all stand in
 * "kernels". */
static void
add_kernels (JsonBuilder *builder, GPtrArray *facts)
{
  const CliMemberFacts *only = NULL;
  guint count = 0;

  for (guint i = 0; i < facts->len; i++)
    if (has_role (g_ptr_array_index (facts, i), GRAFT_ROLE_KERNEL))
      {
        only = g_ptr_array_index (facts, i);
        count++;
      }
  json_builder_set_member_name (builder, "kernel");
  if (count == 1)
    add_kernel (builder, only);
  else
    json_builder_add_null_value (builder);
  cli_json_begin_array (builder, "kernels");
  for (guint i = 0; i < facts->len; i++)
    if (has_role (g_ptr_array_index (facts, i), GRAFT_ROLE_KERNEL))
      add_kernel (builder, g_ptr_array_index (facts, i));
  json_builder_end_array (builder);
}

/* The texts of @role, which have nothing but a path. */
static void
add_texts (JsonBuilder *builder, const char *name, GraftRole role, GPtrArray *facts)
{
  cli_json_begin_array (builder, name);
  for (guint i = 0; i < facts->len; i++)
    {
      const CliMemberFacts *member = g_ptr_array_index (facts, i);

      if (!has_role (member, role))
        continue;
      json_builder_begin_object (builder);
      cli_json_name (builder, "path", graft_member_get_path (member->member), "name_b64");
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
add_distro (JsonBuilder *builder, GraftCobblerDistro *distro)
{
  g_autoptr (GPtrArray) served = NULL;

  json_builder_set_member_name (builder, "distro");
  if (distro == NULL)
    {
      json_builder_add_null_value (builder);
      return;
    }
  served = graft_cobbler_distro_list_served (distro);
  json_builder_begin_object (builder);
  cli_json_name (builder, "name", distro->name, "name_b64");
  cli_json_begin_array (builder, "served");
  for (guint i = 0; i < served->len; i++)
    {
      const GraftCobblerServed *one = g_ptr_array_index (served, i);
      gboolean equal;

      (void)!graft_set_copies_compare (one->path, one->original, &equal, NULL, NULL);
      json_builder_begin_object (builder);
      cli_json_name (builder, "path", one->path, "name_b64");
      cli_json_bool (builder, "same", equal);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}

void
cli_info_print_json (GraftBootSet *set, GPtrArray *facts)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  add_kernels (builder, facts);
  cli_json_begin_array (builder, "images");
  for (guint i = 0; i < facts->len; i++)
    {
      const CliMemberFacts *member = g_ptr_array_index (facts, i);

      if (has_role (member, GRAFT_ROLE_INITRD) || has_role (member, GRAFT_ROLE_ROOT))
        add_image (builder, member);
    }
  json_builder_end_array (builder);
  add_texts (builder, "boot_entries", GRAFT_ROLE_BOOT_ENTRY, facts);
  add_texts (builder, "tree_infos", GRAFT_ROLE_TREE_INFO, facts);
  add_distro (builder, graft_boot_set_get_distro (set));
  json_builder_end_object (builder);
  cli_json_print (builder);
}
