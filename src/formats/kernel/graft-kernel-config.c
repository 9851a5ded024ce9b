/* graft-kernel-config.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/kernel/graft-kernel-config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-bytes.h"
#include "base/graft-error.h"
#include "base/graft-limits.h"
#include "base/graft-sentence.h"
#include "coders/graft-decoder.h"

/* With the start of the gzip stream behind it: the kernel's own texts may have the words alone. */
#define START "IKCFG_ST\x1f\x8b\x08"
#define START_LENGTH 11
#define MARK_LENGTH 8
#define END "IKCFG_ED"
#define WINDOW (1024 * 1024)

/* *@ret_offset: of the gzip stream; 0 when there is none. */
static gboolean
find_start (GraftInput *vmlinux, guint64 *ret_offset, GCancellable *cancellable, GError **error)
{
  g_autofree guint8 *window = g_malloc (WINDOW);
  guint64 size = graft_input_get_size (vmlinux);

  *ret_offset = 0;
  for (guint64 offset = 0; offset < size; offset += WINDOW - START_LENGTH)
    {
      gssize length = graft_input_read_some (vmlinux, offset, window, WINDOW, error);
      const guint8 *at;

      if (length < 0 || g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      at = memmem (window, length, START, START_LENGTH);
      if (at != NULL)
        {
          *ret_offset = offset + (at - window) + MARK_LENGTH;
          return TRUE;
        }
    }
  return TRUE;
}

static gboolean
check_end (GraftInput *vmlinux, guint64 offset, GError **error)
{
  guint8 mark[MARK_LENGTH];
  gssize length = graft_input_read_some (vmlinux, offset, mark, sizeof mark, error);

  if (length < 0)
    return FALSE;
  if (graft_bytes_match (mark, length, 0, END, MARK_LENGTH))
    return TRUE;
  g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
               _ ("%s is damaged: the configuration in it does not end at byte %s as it should; "
                  "get the kernel again"),
               graft_input_get_name (vmlinux), GRAFT_NUMBER (offset));
  return FALSE;
}

gboolean
graft_kernel_config_find (GraftInput *vmlinux, GBytes **ret_text, GCancellable *cancellable,
                          GError **error)
{
  g_autoptr (GraftInput) stream = NULL;
  g_autoptr (GBytes) text = NULL;
  g_autofree char *name = NULL;
  guint64 start, used;

  if (!find_start (vmlinux, &start, cancellable, error))
    return FALSE;
  if (start > 0)
    {
      name = g_strdup_printf (_ ("%s: the configuration in it"), graft_input_get_name (vmlinux));
      stream = graft_slice_input_new (vmlinux, start, graft_input_get_size (vmlinux) - start, name,
                                      error);
      if (stream != NULL)
        text = graft_decode_all (stream, GRAFT_COMPRESSION_GZIP, GRAFT_LIMIT_TEXT, &used,
                                 cancellable, error);
      if (text == NULL || !check_end (vmlinux, start + used, error))
        return FALSE;
    }
  *ret_text = g_steal_pointer (&text);
  return TRUE;
}
