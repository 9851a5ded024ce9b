/* graft-kernel-facts.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/kernel/graft-kernel-facts.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-error.h"
#include "base/graft-sentence.h"
#include "formats/kernel/graft-kernel-vmlinux.h"

void
graft_kernel_facts_clear (GraftKernelFacts *self)
{
  g_clear_pointer (&self->version, g_free);
  g_clear_pointer (&self->problem, g_free);
  g_clear_pointer (&self->note, g_free);
  g_clear_object (&self->payload);
  memset (self, 0, sizeof *self);
}

gboolean
graft_kernel_facts_set_truncated (GraftInput *input, guint64 wanted, GError **error)
{
  g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
               _ ("%s has %s bytes, but its header tells of at least %s: it was cut short by a "
                  "download or copy; get it again"),
               graft_input_get_name (input), GRAFT_NUMBER (graft_input_get_size (input)),
               GRAFT_NUMBER (wanted));
  return FALSE;
}

gboolean
graft_kernel_facts_set_payload (GraftKernelFacts *self, GraftInput *input, guint64 offset,
                                guint64 length, GError **error)
{
  g_autofree char *name
      = g_strdup_printf (_ ("%s: the compressed kernel in it"), graft_input_get_name (input));

  self->payload = graft_slice_input_new (input, offset, length, name, error);
  if (self->payload == NULL)
    return FALSE;
  self->compression = graft_kernel_vmlinux_sniff (self->payload);
  return TRUE;
}
