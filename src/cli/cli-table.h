/* cli-table.h: lines whose columns stand below each other
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _CliTable CliTable;

/* @sides: for each column "l" or "r": on which side its text stands. */
CliTable *cli_table_new (const char *sides);
/* One text for each column, not escaped; copied. NULL is empty. */
void cli_table_add (CliTable *self, ...);
/* A line of its own, across the columns. */
void cli_table_add_line (CliTable *self, const char *text);
/* Prints on standard output and frees @self. */
void cli_table_print (CliTable *self);

G_END_DECLS
