/* graft-set-fixture.h: folders of boot sets, for tests only
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Nothing but tests links this.
 */

#pragma once

#include "bootset/graft-boot-set.h"

G_BEGIN_DECLS

/* What graft-fake-image.h takes for images. */
#define GRAFT_SET_FIXTURE_KERNEL "#fake kernel\n"
#define GRAFT_SET_FIXTURE_INITRD "#fake initrd\nf 0755 /init x\n"
#define GRAFT_SET_FIXTURE_ROOT "#fake squashfs\nf 0755 /sbin/init x\n"
#define GRAFT_SET_FIXTURE_ENTRY                                                                    \
  "LABEL a\nKERNEL vmlinuz\nAPPEND initrd=initrd.img fetch=tftp://1.2.3.4/root.squashfs\n"

/**
 * GraftSetFixture:
 * @top: a folder of the test's own
 * @folder: "tftp" in it, for the set
 */
typedef struct
{
  char *top;
  char *folder;
} GraftSetFixture;

/* As g_test_add() takes them. */
void graft_set_fixture_set_up (GraftSetFixture *self, gconstpointer data);
void graft_set_fixture_tear_down (GraftSetFixture *self, gconstpointer data);

/* A folder or file, with all that is in it; links are not followed. */
void graft_set_fixture_remove (const char *path);

/* Writes @content to @path of the set's folder, with the folders on the way. */
void graft_set_fixture_add (GraftSetFixture *self, const char *path, const char *content);
void graft_set_fixture_add_bytes (GraftSetFixture *self, const char *path, const void *data,
                                  gsize length);
void graft_set_fixture_add_link (GraftSetFixture *self, const char *path, const char *target);

/* The set of the folder, or of a file in it; it must open. */
GraftBootSet *graft_set_fixture_open (GraftSetFixture *self, const char *asked);

/* It opens so: "role path" of each member, a line each, "!" before one that cannot be read. */
void graft_set_fixture_assert_members (GraftSetFixture *self, const char *asked,
                                       const char *expected);

G_END_DECLS
