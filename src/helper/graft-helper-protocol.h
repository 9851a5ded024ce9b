/* graft-helper-protocol.h: what the helper writes to its standard output
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Profile *stream*: a row of frames. A frame is one byte of type, four of length (little-endian,
 * as all numbers here) and the payload. Order:
 *
 *     hello (entry content*)* (end | error)
 *
 * hello    version u32
 * entry    a fixed part of GRAFT_HELPER_ENTRY_FIXED bytes, then path, target, hard link, not
 *          ended by NUL:
 *          mode u32, uid u32, gid u32, device major u32, device minor u32, flags u32, mtime i64,
 *          size u64, position u64, length of path u32, of target u32, of hard link u32 (0: none)
 * content  1 to GRAFT_HELPER_CONTENT_MAX bytes; those of one entry add up to its size
 * end      number of entries u64
 * error    code u32, then the text
 *
 * Verb *lookup*: texts come at standard input, each ended by NUL; the answers are frames too:
 *
 *     hello (module* answer)* (end | error)
 *
 * module   its kind, one byte, then its name, not ended by NUL
 * answer   ends the answer to one text, in the order of the texts: number of its modules u32
 * end      number of answers u64
 *
 * The two sides are built from one source and never differ in version; the version is there for
 * an installed helper of another release. The program's side does not link GLib.
 */

#pragma once

#define GRAFT_HELPER_VERSION 1

#define GRAFT_HELPER_FRAME_HEADER 5

#define GRAFT_HELPER_FRAME_HELLO 'H'
#define GRAFT_HELPER_FRAME_ENTRY 'E'
#define GRAFT_HELPER_FRAME_CONTENT 'C'
#define GRAFT_HELPER_FRAME_MODULE 'M'
#define GRAFT_HELPER_FRAME_ANSWER 'A'
#define GRAFT_HELPER_FRAME_END 'Z'
#define GRAFT_HELPER_FRAME_ERROR 'X'

#define GRAFT_HELPER_ENTRY_FIXED 60
#define GRAFT_HELPER_CONTENT_MAX (256 * 1024)
#define GRAFT_HELPER_ERROR_TEXT_MAX 1024

/* What the archive is, as the helper's argument: a .deb or a tar; the payload of an .rpm. */
#define GRAFT_HELPER_STREAM_PACKAGE "package"
#define GRAFT_HELPER_STREAM_PAYLOAD "payload"

/* Flags of an entry: it comes from a package's control archive. */
#define GRAFT_HELPER_ENTRY_CONTROL 1

/* Kinds of a module: a file of the tree or part of the kernel; needed by the module asked for,
 * wanted before or after it (softdep). */
#define GRAFT_HELPER_MODULE_IN_TREE 1
#define GRAFT_HELPER_MODULE_BUILT_IN 2
#define GRAFT_HELPER_MODULE_NEEDED 3
#define GRAFT_HELPER_MODULE_BEFORE 4
#define GRAFT_HELPER_MODULE_AFTER 5

/* What a look-up asks for, as the helper's argument; and the folders, below the one that is looked
 * in, that hold one alias index each (program/graft-module-answers.h). */
#define GRAFT_HELPER_LOOKUP_ALIASES "aliases"
#define GRAFT_HELPER_LOOKUP_DEPENDENCIES "dependencies"
#define GRAFT_HELPER_FOLDER_IN_TREE "aliases/in-tree"
#define GRAFT_HELPER_FOLDER_BUILT_IN "aliases/built-in"

/* Codes of an error. */
#define GRAFT_HELPER_ERROR_CORRUPTED 1
#define GRAFT_HELPER_ERROR_UNSUPPORTED 2
#define GRAFT_HELPER_ERROR_MEMORY 3
#define GRAFT_HELPER_ERROR_READ 4
#define GRAFT_HELPER_ERROR_CONFINEMENT 5

/* How the program ends when it could not do what it was started for (profile tool; the tool's own
 * status otherwise). As a shell's: cannot be run, is not there. */
#define GRAFT_HELPER_EXIT_REFUSED 125
#define GRAFT_HELPER_EXIT_UNCONFINED 126
#define GRAFT_HELPER_EXIT_NOT_FOUND 127
