/* fuzz-kernel.c: any bytes as a kernel: recognise, open, unpack, read its configuration
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "formats/kernel/graft-kernel.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* Whoever puts a release into a path relies on this. */
static void
check_release (const char *release)
{
  if (release != NULL && (*release == '\0' || strchr (release, '/') != NULL || *release == '.'))
    abort ();
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GraftInput) input = graft_memory_input_new (bytes, "vmlinuz");
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftImage) image = NULL;
  g_autoptr (GraftInput) vmlinux = NULL;
  g_autoptr (GBytes) config = NULL;
  int score = graft_kernel_get_format ()->probe (input);

  if (score < 0 || score > 100)
    abort ();
  image = graft_kernel_get_format ()->open (input, NULL, &error);
  if ((image == NULL) != (error != NULL))
    abort ();
  if (image == NULL)
    return 0;
  check_release (graft_kernel_get_release (GRAFT_KERNEL (image)));
  if (graft_kernel_get_kind (GRAFT_KERNEL (image)) == NULL)
    abort ();
  vmlinux = graft_kernel_open_vmlinux (GRAFT_KERNEL (image), NULL, &error);
  if ((vmlinux == NULL) != (error != NULL))
    abort ();
  g_clear_error (&error);
  if (graft_kernel_read_config (GRAFT_KERNEL (image), &config, NULL, &error) != (error == NULL))
    abort ();
  return 0;
}
