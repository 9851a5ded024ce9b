/* main.c: bootgraft, the window
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gi18n.h>
#include <locale.h>

#include "app/graft-application.h"
#include "formats/ext4/graft-ext4-image.h"
#include "formats/initrd/graft-initrd.h"
#include "formats/kernel/graft-kernel.h"
#include "formats/squashfs/graft-squashfs.h"
#include "help/graft-help-page.h"
#include "image/graft-image-loader.h"
#include "widgets/graft-frame-recorder.h"

int
main (int argc, char **argv)
{
  g_autoptr (GraftApplication) application = NULL;

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  bindtextdomain (GRAFT_HELP_DOMAIN, LOCALEDIR);
  bind_textdomain_codeset (GRAFT_HELP_DOMAIN, "UTF-8");
  graft_frame_recorder_start ();
  graft_image_loader_register (graft_kernel_get_format ());
  graft_image_loader_register (graft_initrd_get_format ());
  graft_image_loader_register (graft_squashfs_get_format ());
  graft_image_loader_register (graft_ext4_image_get_format ());
  application = graft_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}
