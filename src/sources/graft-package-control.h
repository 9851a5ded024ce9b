/* graft-package-control.h: the control file of a package
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "sources/graft-package.h"

G_BEGIN_DECLS

/* From the text of a control file: the format of deb-control(5), its first paragraph. */
GraftPackageControl *graft_package_control_new (const char *text);

G_END_DECLS
