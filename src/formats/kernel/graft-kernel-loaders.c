/* graft-kernel-loaders.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/kernel/graft-kernel-loaders.h"

#include <glib/gi18n-lib.h>

static const struct
{
  GraftKernelLoaders loader;
  const char *name;
  const char *text;
} loaders[] = {
  { GRAFT_KERNEL_LOADER_BIOS, "bios", N_ ("BIOS loaders (PXELINUX, iPXE)") },
  { GRAFT_KERNEL_LOADER_EFI, "efi", N_ ("EFI loaders (iPXE, GRUB)") },
  { GRAFT_KERNEL_LOADER_UBOOT, "u-boot", N_ ("U-Boot") },
};

char **
graft_kernel_loaders_list (GraftKernelLoaders self)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  for (guint i = 0; i < G_N_ELEMENTS (loaders); i++)
    if (self & loaders[i].loader)
      g_strv_builder_add (names, loaders[i].name);
  return g_strv_builder_end (names);
}

char *
graft_kernel_loaders_describe (GraftKernelLoaders self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) texts = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (loaders); i++)
    if (self & loaders[i].loader)
      g_strv_builder_add (builder, _ (loaders[i].text));
  texts = g_strv_builder_end (builder);
  return texts[0] != NULL ? g_strjoinv (", ", texts) : g_strdup (_ ("no PXE loader"));
}
