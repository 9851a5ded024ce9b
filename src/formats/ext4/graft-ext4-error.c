/* graft-ext4-error.c: the library's error numbers as sentences
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/ext4/graft-ext4-error.h"

#include <et/com_err.h>
#include <glib/gi18n-lib.h>

/* libext2fs's own words; its table is made known once. */
static const char *
describe (errcode_t code)
{
  static gsize known = 0;

  if (g_once_init_enter (&known))
    {
      initialize_ext2_error_table ();
      g_once_init_leave (&known, 1);
    }
  return error_message (code);
}

gboolean
graft_ext4_fail (GraftExt4Io *io, errcode_t code, const char *what, GError **error)
{
  GraftErrorCode kind = GRAFT_ERROR_CORRUPTED;

  if (io != NULL && graft_ext4_io_take_error (io, error))
    {
      g_prefix_error (error, _ ("%s: "), what);
      return FALSE;
    }
  if (code == EXT2_ET_UNSUPP_FEATURE || code == EXT2_ET_RO_UNSUPP_FEATURE
      || code == EXT2_ET_UNKNOWN_CSUM)
    kind = GRAFT_ERROR_UNSUPPORTED;
  else if (code == EXT2_ET_NO_MEMORY)
    kind = GRAFT_ERROR_IO;
  g_set_error (error, GRAFT_IMAGE_ERROR, kind, _ ("%s cannot be read (libext2fs: %s)"), what,
               describe (code));
  return FALSE;
}

gboolean
graft_ext4_fail_writing (GraftExt4Io *io, errcode_t code, const char *what, GError **error)
{
  if (io != NULL && graft_ext4_io_take_error (io, error))
    return FALSE;
  g_set_error (error, GRAFT_EXPORT_ERROR,
               code == EXT2_ET_BLOCK_ALLOC_FAIL || code == EXT2_ET_INODE_ALLOC_FAIL
                   ? GRAFT_ERROR_TOO_LARGE
                   : GRAFT_ERROR_IO,
               _ ("%s cannot be written (libext2fs: %s)"), what, describe (code));
  return FALSE;
}
