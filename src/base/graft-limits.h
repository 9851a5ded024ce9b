/* graft-limits.h: every cap in one file
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What comes out of an image is hostile until proven otherwise: each amount that an image names is
 * held against one of these before it is believed.
 */

#pragma once

#include <glib.h>

/* Images inside images. */
#define GRAFT_LIMIT_NESTING 4
/* Path of one entry; the kernel's own PATH_MAX. */
#define GRAFT_LIMIT_PATH 4096
/* One name of a path; the kernel's NAME_MAX. */
#define GRAFT_LIMIT_NAME 255
/* Folders below each other. */
#define GRAFT_LIMIT_DEPTH 256
/* Links followed in one look-up; the kernel's MAXSYMLINKS. */
#define GRAFT_LIMIT_SYMLINKS 40
/* Entries in one image. */
#define GRAFT_LIMIT_ENTRIES 2000000
/* Segments in one initrd. */
#define GRAFT_LIMIT_SEGMENTS 1024
/* A decoded stream may be this much larger than its source once it is above the floor. */
#define GRAFT_LIMIT_RATIO 1000
#define GRAFT_LIMIT_RATIO_FLOOR (G_GUINT64_CONSTANT (256) << 20)
/* Memory of one decoder (a dictionary, a window). */
#define GRAFT_LIMIT_DECODER_MEMORY (G_GUINT64_CONSTANT (256) << 20)
/* A file that is read whole into memory (a module, a table, a text). */
#define GRAFT_LIMIT_IN_MEMORY (G_GUINT64_CONSTANT (512) << 20)
/* One module. */
#define GRAFT_LIMIT_MODULE (G_GUINT64_CONSTANT (256) << 20)
/* A decompressed vmlinux. */
#define GRAFT_LIMIT_VMLINUX (G_GUINT64_CONSTANT (1) << 30)
/* A text file that is edited or interpreted (conf/modules, a boot entry). */
#define GRAFT_LIMIT_TEXT (G_GUINT64_CONSTANT (16) << 20)
/* What one import (a package, a folder) may bring. */
#define GRAFT_LIMIT_IMPORT (G_GUINT64_CONSTANT (16) << 30)
/* Files and folders looked at when a boot set is searched in a folder. */
#define GRAFT_LIMIT_SET_FILES 4096
#define GRAFT_LIMIT_SET_DEPTH 6
/* One extended attribute's value; the kernel's own XATTR_SIZE_MAX. */
#define GRAFT_LIMIT_XATTR_VALUE 65536
/* Names and values of all extended attributes of one entry. */
#define GRAFT_LIMIT_XATTRS (G_GUINT64_CONSTANT (4) << 20)
/* Names and link targets of all entries of one import, bytes. */
#define GRAFT_LIMIT_IMPORT_NAMES (G_GUINT64_CONSTANT (256) << 20)
/* What the store keeps in memory, and what shares one file with others: small things, each by
 * itself. */
#define GRAFT_LIMIT_STORE_MEMORY (8 * 1024)
#define GRAFT_LIMIT_STORE_PACKED (1024 * 1024)
/* What one store keeps in files. */
#define GRAFT_LIMIT_STORE (G_GUINT64_CONSTANT (64) << 30)
/* The helper that reads archives: address space; processor time, wall clock and silence in
 * seconds. */
#define GRAFT_LIMIT_HELPER_MEMORY (G_GUINT64_CONSTANT (512) << 20)
#define GRAFT_LIMIT_HELPER_CPU 900
#define GRAFT_LIMIT_HELPER_SECONDS 3600
#define GRAFT_LIMIT_HELPER_SILENCE 120
/* A tool (depmod) in the helper; the size is that of one file it writes. */
#define GRAFT_LIMIT_TOOL_MEMORY (G_GUINT64_CONSTANT (1) << 30)
#define GRAFT_LIMIT_TOOL_FILE (G_GUINT64_CONSTANT (256) << 20)
#define GRAFT_LIMIT_TOOL_CPU 120
#define GRAFT_LIMIT_TOOL_SECONDS 600
/* The file that a tool makes a file system in, or makes one larger in. */
#define GRAFT_LIMIT_TOOL_IMAGE (G_GUINT64_CONSTANT (1) << 40)
/* A batch of look-ups in module indexes: bytes of the texts asked for, and of the answers. */
#define GRAFT_LIMIT_LOOKUP (64 * 1024 * 1024)
/* What is kept of a tool's output. */
#define GRAFT_LIMIT_TOOL_OUTPUT (64 * 1024)
/* A recipe, and the list of an exported folder that has one in it. */
#define GRAFT_LIMIT_RECIPE (G_GUINT64_CONSTANT (64) << 20)
#define GRAFT_LIMIT_MANIFEST (G_GUINT64_CONSTANT (96) << 20)
/* Libraries and versions of symbols that one ELF file names, some hundred at most. Also the entries
 * of its dynamic section. */
#define GRAFT_LIMIT_ELF_NAMES 16384
/* Notes of one ELF file, bytes. */
#define GRAFT_LIMIT_ELF_NOTES (1024 * 1024)
/* Files of one program: itself, libraries, interpreters. */
#define GRAFT_LIMIT_CLOSURE 4096
/* Folders in which a loader searches. */
#define GRAFT_LIMIT_SEARCH_PATH 4096
/* Scripts whose interpreter is a script; the kernel allows 5 (exec_binprm() of fs/exec.c). */
#define GRAFT_LIMIT_INTERPRETERS 5
/* Files that include each other (ld.so.conf). */
#define GRAFT_LIMIT_INCLUDES 16
