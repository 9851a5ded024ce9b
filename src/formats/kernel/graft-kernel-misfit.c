/* graft-kernel-misfit.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/kernel/graft-kernel-misfit.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-bytes.h"
#include "base/graft-error.h"
#include "formats/kernel/graft-kernel-header.h"
#include "formats/kernel/graft-kernel-packed.h"
#include "formats/kernel/graft-kernel-pe.h"
#include "formats/kernel/graft-kernel-vmlinux.h"
#include "image/graft-image-loader.h"

#define HEAD 4096

#define ADVICE_AGAIN _ ("the download or copy failed; get it again")
#define ADVICE_PACKAGE _ ("take the file named vmlinuz or bzImage from the kernel's package")

/* RFC 2315 in DER: a sequence that begins with the object identifier of signed data. */
static gboolean
is_pkcs7 (const guint8 *head, gsize length)
{
  static const char signed_data[] = "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02";

  return graft_bytes_match (head, length, 0, "\x30", 1)
         && memmem (head, MIN (length, 20), signed_data, sizeof signed_data - 1) != NULL;
}

static gboolean
is_cpio (const guint8 *head, gsize length)
{
  return graft_bytes_match (head, length, 0, "070701", 6)
         || graft_bytes_match (head, length, 0, "070702", 6)
         || graft_bytes_match (head, length, 0, "070707", 6);
}

/* What an admin gets under the name of a kernel, beside other kernels; @ret_damaged: it may have
 * been one. */
static char *
describe_other (GraftInput *input, const guint8 *head, gsize length, const char **ret_advice,
                gboolean *ret_damaged)
{
  const char *kind = graft_file_kind_get_name (input);
  const char *arch = graft_kernel_pe_get_arch (head, length);

  *ret_advice = ADVICE_PACKAGE;
  if (length == 0 || graft_bytes_are_zero (head, length))
    {
      *ret_damaged = TRUE;
      *ret_advice = ADVICE_AGAIN;
    }
  else if (strstr (kind, "HTML") != NULL)
    *ret_advice = _ ("a web server answered with a page instead of the file; get it again, from "
                     "the right address");
  else if (strstr (kind, "OpenPGP") != NULL || is_pkcs7 (head, length))
    {
      *ret_advice = _ ("take the file that it signs, which has the same name without the ending");
      if (is_pkcs7 (head, length))
        return g_strdup (_ ("a PKCS #7 signature"));
    }
  else if (is_cpio (head, length))
    {
      *ret_advice = _ ("kernel and initrd may have been exchanged");
      return g_strdup (_ ("an initrd (a cpio archive)"));
    }
  else if (graft_bytes_match (head, length, 0, "MZ", 2) && length < HEAD)
    {
      *ret_damaged = TRUE;
      *ret_advice = ADVICE_AGAIN;
      return g_strdup (_ ("the first piece of an EFI program or kernel"));
    }
  else if (arch != NULL)
    return g_strdup_printf (_ ("an EFI program for %s without Linux's boot header"), arch);
  return g_strdup (_ (kind));
}

/* "gzip-compressed data (inside: …)". */
static char *
describe_compressed (GraftInput *input, GraftCompression compression, const char **ret_advice)
{
  g_autoptr (GraftInput) inside = graft_kernel_packed_peek (input);
  g_autofree guint8 *inner = g_malloc (HEAD);
  g_autofree char *kind = NULL;
  gboolean damaged = FALSE;
  guint16 machine;
  gssize count;

  *ret_advice = ADVICE_PACKAGE;
  if (inside == NULL)
    return g_strdup_printf (_ ("%s-compressed data"), graft_compression_get_name (compression));
  count = graft_input_read_some (inside, 0, inner, HEAD, NULL);
  if (graft_kernel_header_probe (inside))
    {
      *ret_advice = _ ("unpack it first, PXE loaders do not");
      kind = g_strdup (_ ("a kernel"));
    }
  else if (graft_kernel_vmlinux_probe (inside, &machine))
    kind = g_strdup (_ ("an ELF vmlinux"));
  else
    kind = describe_other (inside, inner, MAX (count, 0), ret_advice, &damaged);
  return g_strdup_printf (_ ("%s-compressed data (inside: %s)"),
                          graft_compression_get_name (compression), kind);
}

void
graft_kernel_misfit_set_error (GraftInput *input, GError **error)
{
  g_autofree guint8 *head = g_malloc (HEAD);
  gssize length = graft_input_read_some (input, 0, head, HEAD, error);
  g_autofree char *kind = NULL;
  const char *advice = NULL;
  gboolean damaged = FALSE;
  GraftCompression compression;

  if (length < 0)
    return;
  compression = graft_compression_sniff (head, length);
  if (compression != GRAFT_COMPRESSION_NONE)
    kind = describe_compressed (input, compression, &advice);
  else
    kind = describe_other (input, head, length, &advice, &damaged);
  g_set_error (error, GRAFT_IMAGE_ERROR, damaged ? GRAFT_ERROR_CORRUPTED : GRAFT_ERROR_UNSUPPORTED,
               /* TRANSLATORS: a file, what it really is ("a text file"), what to do */
               _ ("%s is %s, not a kernel that a machine boots: %s"), graft_input_get_name (input),
               kind, advice);
}
