/* graft-cpio-problem.c: problems of records, in words
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/cpio/graft-cpio-archive.h"

#include <glib/gi18n-lib.h>

static const struct
{
  GraftCpioProblem problem;
  const char *text;
} texts[] = {
  { GRAFT_CPIO_NAME_TOO_LONG, N_ ("its name has more than 4096 bytes; the kernel skips it") },
  { GRAFT_CPIO_NAME_EMPTY, N_ ("it has no name; the kernel skips it") },
  { GRAFT_CPIO_NAME_OPEN, N_ ("its name does not end with a zero byte; the kernel stops here") },
  { GRAFT_CPIO_NUMBER_PREFIXED,
    N_ ("a number in its header is written with 0x; newer kernels stop here") },
  { GRAFT_CPIO_CHECK_WRONG,
    N_ ("its checksum does not fit its content; the kernel stops after it") },
  { GRAFT_CPIO_DATA_MISPLACED,
    N_ ("it has content but is neither a file nor a link; the kernel skips it") },
  { GRAFT_CPIO_LINK_EMPTY, N_ ("it is a link without a target; the kernel skips it") },
  { GRAFT_CPIO_LINK_TOO_LONG, N_ ("its target has more than 4096 bytes; the kernel skips it") },
  { GRAFT_CPIO_TYPE_UNKNOWN,
    N_ ("it is of no type that there is; the kernel makes nothing of it") },
  { GRAFT_CPIO_PATH_ODD, N_ ("its path holds \"..\", an empty or an overlong component; it cannot "
                             "be shown in the tree") },
  { GRAFT_CPIO_PARENT_NO_FOLDER, N_ ("it stands below what is not a folder; the kernel skips it") },
  { GRAFT_CPIO_PARENT_LATE,
    N_ ("its folder comes after it; the kernel skips it unless it has the folder already") },
  { GRAFT_CPIO_NOT_REACHED, N_ ("it comes after the place where the kernel stops") },
};

char *
graft_cpio_problem_describe (guint problems)
{
  g_autofree char *text = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    if ((problems & texts[i].problem) != 0)
      {
        g_autofree char *before = g_steal_pointer (&text);

        /* TRANSLATORS: two sentences about one thing */
        text = before == NULL ? g_strdup (_ (texts[i].text))
                              : g_strdup_printf (_ ("%s; %s"), before, _ (texts[i].text));
      }
  return g_steal_pointer (&text);
}
