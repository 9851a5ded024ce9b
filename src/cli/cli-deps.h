/* cli-deps.h: how "deps" prints a program with its libraries
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "programs/graft-closure.h"

G_BEGIN_DECLS

void cli_deps_print (const GraftClosure *closure);
void cli_deps_print_json (const GraftClosure *closure);

G_END_DECLS
