/* graft-tool-fixture.h: other people's tools, for tests only
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Inputs of tests are made by the tools that make them in the world (xz, gzip, zstd, lz4, cpio),
 * and our output is read by them. Nothing but tests links this.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What a shell command gives for @input (nullable) on its standard input; aborts when it fails. */
GBytes *graft_tool_run (const char *command, GBytes *input);

/* Bytes that are the same each time: text that packs well, with stretches that do not. */
GBytes *graft_tool_make_bytes (gsize length, guint32 seed);

/* @bytes from @offset on. */
GBytes *graft_tool_slice (GBytes *bytes, gsize offset, gsize length);
/* Joined; ends with NULL. */
GBytes *graft_tool_join (GBytes *first, ...) G_GNUC_NULL_TERMINATED;

G_END_DECLS
