/* graft-squashfs-error.c: the library's error numbers as sentences
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/squashfs/graft-squashfs-error.h"

#include <glib/gi18n-lib.h>

gboolean
graft_squashfs_fail_reading (GraftSquashfsStream *stream, int code, const char *what,
                             guint64 offset, GError **error)
{
  g_autofree char *at = g_strdup_printf ("%" G_GUINT64_FORMAT, offset);

  if (stream != NULL && graft_squashfs_stream_take_error (stream, error))
    return FALSE;
  switch (code)
    {
    case SQFS_ERROR_ALLOC:
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_IO,
                   _ ("%s at byte %s: there is not enough memory to read it"), what, at);
      break;
    case SQFS_ERROR_IO:
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_IO, _ ("%s at byte %s cannot be read"),
                   what, at);
      break;
    case SQFS_ERROR_UNSUPPORTED:
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_UNSUPPORTED,
                   _ ("%s at byte %s is of a kind that Bootgraft cannot handle"), what, at);
      break;
    case SQFS_ERROR_OVERFLOW:
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_TOO_LARGE,
                   _ ("%s at byte %s is larger than can be handled"), what, at);
      break;
    case SQFS_ERROR_COMPRESSOR:
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
                   _ ("%s at byte %s cannot be decoded"), what, at);
      break;
    case SQFS_ERROR_OUT_OF_BOUNDS:
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
                   _ ("%s at byte %s lies outside of its table, or ends too early"), what, at);
      break;
    default:
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
                   _ ("%s at byte %s contradicts the format"), what, at);
      break;
    }
  return FALSE;
}

gboolean
graft_squashfs_fail_writing (GraftSquashfsStream *stream, int code, const char *what,
                             GError **error)
{
  if (stream != NULL && graft_squashfs_stream_take_error (stream, error))
    return FALSE;
  switch (code)
    {
    case SQFS_ERROR_ALLOC:
    case SQFS_ERROR_COMPRESSOR:
      g_set_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_IO,
                   _ ("There is not enough memory to compress %s"), what);
      break;
    case SQFS_ERROR_OVERFLOW:
      g_set_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_TOO_LARGE,
                   _ ("%s would be larger than a squashfs can hold"), what);
      break;
    default:
      g_set_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_IO,
                   _ ("%s cannot be written (libsquashfs's error %d)"), what, code);
      break;
    }
  return FALSE;
}
